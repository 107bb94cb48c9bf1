#include "output/history/history_file.h"

#include "core/memory.h"

#include <string.h>

/* The open slab: the months since the last commit, on their way from columns over slots to chunks over ids. */

/* Chunks of one month are filled from the world when they are compressed; all others from the slab. */
static int is_direct(const struct history *history) {
    return history->layout.rows == 1;
}

static size_t blocks_for(size_t firms) {
    return (firms + BLOCK - 1) / BLOCK;
}

size_t chunks_across(const struct history *history, size_t firms) {
    return (firms + history->layout.firms - 1) / history->layout.firms;
}

void slab_free(struct history *history) {
    struct slab *slab = &history->slab;
    for (size_t i = 0; i < slab->parts; i++)
        memory_free(slab->part[i]);
    for (size_t row = 0; row < CHUNK_ROWS; row++)
        memory_free(slab->firms[row].id);
    memory_free(slab->part);
    memory_free(slab->across);
    living_free(&history->living);
}

/* ---- who lives ---- */

int slab_grow(struct history *history, size_t firms, struct failure *failure) {
    struct slab *slab = &history->slab;
    const struct history_layout *layout = &history->layout;
    size_t parts = blocks_for(firms);
    if (is_direct(history) || parts <= slab->parts)
        return MATTHEW_OK;
    if (parts > slab->capacity) {
        unsigned char **larger = memory_grow(slab->part, slab->parts, 2 * parts, sizeof *larger);
        if (larger == NULL)
            return fail_memory(failure, "a history's open months");
        slab->part = larger;
        slab->capacity = 2 * parts;
    }
    for (; slab->parts < parts; slab->parts++) {
        unsigned char *part = memory_new(layout->firm_bytes * layout->rows, BLOCK);
        if (part == NULL)
            return fail_memory(failure, "a history's open months");
        slab->part[slab->parts] = part;
    }
    return MATTHEW_OK;
}

int firms_of_month_reserve(struct firms_of_month *firms, size_t count, struct failure *failure) {
    if (count <= firms->room)
        return MATTHEW_OK;
    memory_free(firms->id);
    *firms = (struct firms_of_month){.id = memory_new(2 * count, sizeof *firms->id), .room = 2 * count};
    if (firms->id != NULL)
        return MATTHEW_OK;
    firms->room = 0;
    return fail_memory(failure, "a history's open months");
}

int slab_open_month(struct history *history, const struct world *world, struct failure *failure) {
    struct living *living = &history->living;
    struct firms_of_month *firms = &history->slab.firms[history->slab.rows];
    int status = living_find(living, world, failure);
    if (status == MATTHEW_OK)
        status = firms_of_month_reserve(firms, living->count, failure);
    if (status == MATTHEW_OK)
        status = slab_grow(history, living->count, failure);
    if (status != MATTHEW_OK)
        return status;
    memcpy(firms->id, living->id, living->count * sizeof *firms->id);
    firms->count = living->count;
    return MATTHEW_OK;
}

/* By the register and not by who was seen, so that a history that goes on from an earlier file finds the same. */
int slab_find_chunks(struct history *history, const struct world *world, struct failure *failure) {
    struct slab *slab = &history->slab;
    size_t chunks = chunks_across(history, history->firms), wide = history->layout.firms;
    slab->across_count = 0;
    if (chunks > slab->across_room) {
        memory_free(slab->across);
        slab->across_room = 0;
        slab->across = memory_new(2 * chunks, sizeof *slab->across);
        if (slab->across == NULL)
            return fail_memory(failure, "a history's chunks");
        slab->across_room = 2 * chunks;
    }
    int64_t first = slab->month[0], last = slab->month[slab->rows - 1];
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        size_t end = (chunk + 1) * wide < history->firms ? (chunk + 1) * wide : history->firms;
        int lived = 0;
        for (size_t id = chunk * wide; id < end && !lived; id++) {
            const struct register_row *row = &world->reg.rows[id];
            lived = row->entry_month <= last && (row->exit_month < 0 || row->exit_month >= first);
        }
        if (lived)
            slab->across[slab->across_count++] = chunk * wide;
    }
    return MATTHEW_OK;
}

/* ---- values on their way from columns to chunks ---- */

unsigned char *slab_at(const struct history *history, const struct series *series, size_t block, size_t row) {
    return history->slab.part[block] + BLOCK * (series->offset * history->layout.rows + row * series->size);
}

size_t slab_copy_tasks(const struct history *history) {
    return history->layout.columns > 0 && !is_direct(history) ? blocks_for(history->living.count) : 0;
}

void slab_copy(struct history *history, size_t block) {
    const struct history_layout *layout = &history->layout;
    const struct living *living = &history->living;
    size_t from = block * BLOCK, count = living->count - from < BLOCK ? living->count - from : BLOCK;
    for (size_t s = 0; s < layout->series_count; s++)
        living_put(&layout->series[s], history->source[s], living->slot + from, count,
                   slab_at(history, &layout->series[s], block, history->slab.rows));
}

/* The first of a month's firms whose id is not below this one. */
static size_t first_from(const uint32_t *id, size_t count, size_t least) {
    size_t low = 0;
    while (count > 0) {
        size_t half = count / 2;
        if (id[low + half] < least) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return low;
}

/* One month of a chunk, from the slab or, where a slab is one month, from the world. */
static void put_month(const struct history *history, const struct series *series, size_t first, size_t row,
                      unsigned char *target) {
    const struct firms_of_month *firms = &history->slab.firms[row];
    size_t at = first_from(firms->id, firms->count, first);
    size_t end = first_from(firms->id, firms->count, first + history->layout.firms);
    for (size_t count; at < end; at += count) {
        double gathered[BLOCK];
        const unsigned char *values = (const void *)gathered;
        count = BLOCK - at % BLOCK < end - at ? BLOCK - at % BLOCK : end - at;
        if (is_direct(history))
            living_put(series, history->source[series - history->layout.series], history->living.slot + at, count,
                       gathered);
        else
            values = slab_at(history, series, at / BLOCK, row) + at % BLOCK * series->size;
        living_scatter(series, values, firms->id + at, count, first, target);
    }
}

void slab_fill_chunk(const struct history *history, const struct series *series, size_t first, unsigned char *raw) {
    const struct history_layout *layout = &history->layout;
    series_put_empty(series, raw, CHUNK_VALUES);
    for (size_t row = 0; row < history->slab.rows; row++)
        put_month(history, series, first, row, raw + row * layout->firms * series->size);
}
