#include "output/history/living.h"

#include "core/memory.h"

#include <string.h>

static int living_reserve(struct living *living, size_t count, struct failure *failure) {
    if (count <= living->room)
        return MATTHEW_OK;
    uint32_t *id = memory_grow(living->id, living->count, 2 * count, sizeof *id);
    living->id = id != NULL ? id : living->id;
    uint32_t *slot = id != NULL ? memory_grow(living->slot, living->count, 2 * count, sizeof *slot) : NULL;
    living->slot = slot != NULL ? slot : living->slot;
    if (slot == NULL)
        return fail_memory(failure, "the firms of a month");
    living->room = 2 * count;
    return MATTHEW_OK;
}

/* Who lives in this month, by rising id, and in which slot: those of the month before who are still there, and those
 * who came since. */
int living_find(struct living *living, const struct world *world, struct failure *failure) {
    const struct register_row *rows = world->reg.rows;
    size_t kept = 0, most = living->count + (world->reg.count - living->known);
    int status = living_reserve(living, most, failure);
    if (status != MATTHEW_OK)
        return status;
    for (size_t i = 0; i < most; i++) {
        size_t id = i < living->count ? living->id[i] : living->known + (i - living->count);
        if (rows[id].slot < 0)
            continue;
        living->id[kept] = (uint32_t)id;
        living->slot[kept++] = (uint32_t)rows[id].slot;
    }
    living->count = kept;
    living->known = world->reg.count;
    return MATTHEW_OK;
}

void living_free(struct living *living) {
    memory_free(living->id);
    memory_free(living->slot);
    memset(living, 0, sizeof *living);
}

void living_put(const struct series *series, const double *restrict column, const uint32_t *restrict slot, size_t count,
                void *restrict target) {
    if (series->type == NETCDF_DOUBLE) {
        double *restrict to = target;
        for (size_t i = 0; i < count; i++)
            to[i] = column[slot[i]];
    } else if (series->type == NETCDF_FLOAT) {
        float *restrict to = target;
        for (size_t i = 0; i < count; i++)
            to[i] = (float)column[slot[i]];
    } else {
        int8_t *restrict to = target;
        for (size_t i = 0; i < count; i++)
            to[i] = (int8_t)column[slot[i]];
    }
}

void living_scatter(const struct series *series, const unsigned char *restrict values, const uint32_t *restrict id,
                    size_t count, size_t first, unsigned char *restrict target) {
    if (series->type == NETCDF_DOUBLE) {
        const double *from = (const void *)values;
        double *to = (void *)target;
        for (size_t i = 0; i < count; i++)
            to[id[i] - first] = from[i];
    } else if (series->type == NETCDF_FLOAT) {
        const float *from = (const void *)values;
        float *to = (void *)target;
        for (size_t i = 0; i < count; i++)
            to[id[i] - first] = from[i];
    } else {
        for (size_t i = 0; i < count; i++)
            target[id[i] - first] = values[i];
    }
}

void series_put_empty(const struct series *series, unsigned char *target, size_t count) {
    if (series->type == NETCDF_DOUBLE) {
        double *to = (void *)target;
        for (size_t i = 0; i < count; i++)
            to[i] = series->empty;
    } else if (series->type == NETCDF_FLOAT) {
        float *to = (void *)target;
        for (size_t i = 0; i < count; i++)
            to[i] = (float)series->empty;
    } else {
        memset(target, (int)series->empty, count);
    }
}
