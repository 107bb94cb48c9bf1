#include "output/history/history_file.h"

#include "core/memory.h"

#include <libdeflate.h>
#include <omp.h>
#include <string.h>

enum { CODECS_MAX = 64, CHUNKS_FOR_CODEC = 16 };
static const size_t CHUNK_BYTES = CHUNK_VALUES * sizeof(double);

size_t slab_rows(const struct history *history) {
    return history->layout.columns > 0 ? history->layout.rows : CHUNK_ROWS;
}

/* Frees and forgets what pipeline_new made. */
static void pipeline_free(struct pipeline *pipeline) {
    for (size_t i = 0; i < pipeline->codecs; i++) {
        if (pipeline->codec != NULL)
            codec_free(&pipeline->codec[i]);
        if (pipeline->raw != NULL)
            memory_free(pipeline->raw[i]);
    }
    memory_free(pipeline->codec);
    memory_free(pipeline->raw);
    for (int i = 0; i < 2; i++) {
        memory_free(pipeline->round[i].arena);
        memory_free(pipeline->round[i].size);
    }
    memset(pipeline, 0, sizeof *pipeline);
}

/* A pipeline of so many codecs, with rounds of `room` chunks. */
static int pipeline_new(struct pipeline *pipeline, size_t codecs, size_t room, struct failure *failure) {
    pipeline->codecs = codecs;
    pipeline->room = room;
    pipeline->bound = codec_bound(CHUNK_VALUES, sizeof(double));
    pipeline->codec = memory_new(codecs, sizeof *pipeline->codec);
    pipeline->raw = memory_new(codecs, sizeof *pipeline->raw);
    if (pipeline->codec == NULL || pipeline->raw == NULL)
        return fail_memory(failure, "a history's chunks");
    for (int i = 0; i < 2; i++) {
        pipeline->round[i].arena = memory_new(room, pipeline->bound);
        pipeline->round[i].size = memory_new(room, sizeof *pipeline->round[i].size);
        if (pipeline->round[i].arena == NULL || pipeline->round[i].size == NULL)
            return fail_memory(failure, "a history's chunks");
    }
    for (size_t i = 0; i < codecs; i++) {
        int status = codec_init(&pipeline->codec[i], CHUNK_BYTES, failure);
        if (status != MATTHEW_OK)
            return status;
        pipeline->raw[i] = memory_new(CHUNK_BYTES, 1);
        if (pipeline->raw[i] == NULL)
            return fail_memory(failure, "a history's chunks");
    }
    return MATTHEW_OK;
}

/* Room for this many threads, as far as the slab may have chunks for them. Between slabs alone: no round may be under
 * way. */
static int pipeline_fit(struct history *history, size_t threads, size_t firms, struct failure *failure) {
    struct pipeline *pipeline = &history->pipeline;
    size_t chunks = history->layout.series_count * chunks_across(history, firms), codecs = threads;
    codecs = codecs < CODECS_MAX ? codecs : CODECS_MAX;
    codecs = codecs < chunks ? codecs : chunks;
    codecs = codecs > pipeline->codecs ? codecs : pipeline->codecs;
    codecs = codecs > 1 ? codecs : 1;
    size_t room = codecs * CHUNKS_FOR_CODEC < chunks ? codecs * CHUNKS_FOR_CODEC : chunks;
    room = room > 1 ? room : 1; /* events are compressed there, too */
    if (codecs == pipeline->codecs && room <= pipeline->room)
        return MATTHEW_OK;
    struct pipeline larger = {0};
    int status = pipeline_new(&larger, codecs, room, failure);
    if (status != MATTHEW_OK) {
        pipeline_free(&larger);
        return status;
    }
    pipeline_free(pipeline);
    *pipeline = larger;
    pipeline->open = &pipeline->round[0];
    pipeline->full = &pipeline->round[1];
    return MATTHEW_OK;
}

int history_slab_init(struct history *history, struct failure *failure) {
    history->slab.indicators = memory_new(CHUNK_ROWS, sizeof *history->slab.indicators);
    history->commit_room = (size_t)history->layout.records / slab_rows(history) + 3;
    history->commits = memory_new(history->commit_room, sizeof *history->commits);
    if (history->commits == NULL || history->slab.indicators == NULL)
        return fail_memory(failure, "a history's chunks");
    return pipeline_fit(history, 1, 0, failure);
}

void history_slab_free(struct history *history) {
    pipeline_free(&history->pipeline);
    slab_free(history);
    memory_free(history->slab.indicators);
    memory_free(history->commits);
}

static int is_all_empty(const struct series *series, const unsigned char *values) {
    double empty;
    series_put_empty(series, (void *)&empty, 1);
    return memcmp(values, &empty, series->size) == 0 &&
           memcmp(values, values + series->size, (CHUNK_VALUES - 1) * series->size) == 0;
}

/* Takes chunks of the round until none is left. */
static void compress_chunks(struct history *history, size_t task) {
    struct pipeline *pipeline = &history->pipeline;
    const struct chunk_round *round = pipeline->open;
    for (;;) {
        size_t chunk = round->begin + atomic_fetch_add(&pipeline->next, 1);
        if (chunk >= round->end)
            return;
        size_t place = chunk - round->begin;
        hsize_t at[3];
        const struct series *series = chunk_place(history, chunk, at);
        unsigned char *values = pipeline->raw[task];
        slab_fill_chunk(history, series, (size_t)at[2], values);
        round->size[place] = is_all_empty(series, values)
                                 ? 0
                                 : codec_compress(&pipeline->codec[task], values, CHUNK_VALUES, series->size,
                                                  history->layout.firms, round->arena + place * pipeline->bound);
    }
}

/* ---- a slab into the file ---- */

/* The next round: what was being compressed is full, and its successor is open. */
void turn_round(struct pipeline *pipeline) {
    struct chunk_round *full = pipeline->open;
    pipeline->open = pipeline->full;
    pipeline->full = full;
    pipeline->open->begin = full->end;
    pipeline->open->end = pipeline->total - full->end < pipeline->room ? pipeline->total : full->end + pipeline->room;
    atomic_store(&pipeline->next, 0);
}

int has_chunks(const struct chunk_round *round) {
    return round->begin < round->end;
}

static void extend_columns(struct history *history) {
    const struct history_layout *layout = &history->layout;
    hsize_t months = history->committed + history->slab.rows;
    hdf5_enter();
    for (size_t s = 0; s < layout->series_count; s++)
        if (layout->series[s].member == 0)
            netcdf_extend(&history->netcdf, history->column[layout->series[s].field], months, history->firms);
    history_leave(history);
}

int slab_begin(struct history *history, const struct world *world, size_t firms, struct failure *failure) {
    struct pipeline *pipeline = &history->pipeline;
    history->firms = firms;
    int status = history->layout.columns > 0 ? slab_find_chunks(history, world, failure) : MATTHEW_OK;
    pipeline->total = history->layout.series_count * history->slab.across_count;
    pipeline->open->begin = pipeline->open->end = 0;
    turn_round(pipeline); /* nothing is full yet, the first round is open */
    if (status == MATTHEW_OK)
        extend_columns(history);
    return status;
}

const struct series *chunk_place(const struct history *history, size_t chunk, hsize_t at[3]) {
    const struct slab *slab = &history->slab;
    const struct series *series = &history->layout.series[chunk / slab->across_count];
    hsize_t firm = slab->across[chunk % slab->across_count];
    int of_members = field_table[series->field].dimension != DIMENSION_FIRM;
    at[0] = history->committed;
    at[1] = of_members ? (hsize_t)series->member : firm;
    at[2] = firm;
    return series;
}

/* What goes into the file, so that a later run can tell whether it is there. */
static void note(struct history *history, const void *data, size_t size) {
    history->check = libdeflate_crc32(history->check, &size, sizeof size);
    history->check = libdeflate_crc32(history->check, data, size);
}

/* Writes the full round. */
void write_round(struct history *history) {
    const struct chunk_round *round = history->pipeline.full;
    struct netcdf *netcdf = &history->netcdf;
    if (!has_chunks(round))
        return;
    hdf5_enter();
    for (size_t chunk = round->begin; chunk < round->end && !netcdf->broken; chunk++) {
        size_t place = chunk - round->begin;
        const unsigned char *bytes = round->arena + place * history->pipeline.bound;
        hsize_t at[3];
        const struct series *series = chunk_place(history, chunk, at);
        note(history, bytes, round->size[place]);
        if (round->size[place] > 0 &&
            H5Dwrite_chunk(history->column[series->field], H5P_DEFAULT, 0, at, round->size[place], bytes) < 0)
            netcdf_break(netcdf, field_table[series->field].name);
    }
    history_leave(history);
}

static void write_indicators(struct history *history) {
    const struct slab *slab = &history->slab;
    struct netcdf *netcdf = &history->netcdf;
    double values[CHUNK_ROWS * MEMBERS_MAX];
    for (int i = 0; i < INDICATOR_COUNT; i++) {
        if (!history->layout.indicator[i])
            continue;
        for (size_t row = 0; row < slab->rows; row++)
            values[row] = slab->indicators[row].value[i];
        note(history, values, slab->rows * sizeof *values);
        netcdf_extend(netcdf, history->indicator[i], history->committed + slab->rows, 0);
        netcdf_write_rows(netcdf, history->indicator[i], H5T_NATIVE_DOUBLE, history->committed, slab->rows, values);
    }
    for (int i = 0; i < MEMBER_INDICATOR_COUNT; i++) {
        if (!history->layout.member[i])
            continue;
        enum family family = dimension_family(member_indicator_table[i].dimension);
        const struct members *members = &history->scenario->members[family];
        for (size_t row = 0; row < slab->rows; row++)
            memcpy(values + row * (size_t)members->count, slab->indicators[row].member[i],
                   (size_t)members->count * sizeof *values);
        note(history, values, slab->rows * (size_t)members->count * sizeof *values);
        netcdf_extend(netcdf, history->member[i], history->committed + slab->rows, 0);
        netcdf_write_rows(netcdf, history->member[i], H5T_NATIVE_DOUBLE, history->committed, slab->rows, values);
    }
}

static void write_months(struct history *history) {
    const struct slab *slab = &history->slab;
    struct netcdf *netcdf = &history->netcdf;
    hid_t month = netcdf->dimension[history->axes.month].scale;
    hsize_t from = history->committed;
    note(history, slab->month, slab->rows * sizeof *slab->month);
    netcdf_extend(netcdf, month, from + slab->rows, 0);
    netcdf_write_rows(netcdf, month, H5T_NATIVE_INT64, from, slab->rows, slab->month);
    if (history->date < 0)
        return;
    int64_t days[CHUNK_ROWS];
    for (size_t row = 0; row < slab->rows; row++)
        days[row] = days_between(history->scenario->start_year, history->scenario->start_month, (long)slab->month[row]);
    netcdf_extend(netcdf, history->date, from + slab->rows, 0);
    netcdf_write_rows(netcdf, history->date, H5T_NATIVE_INT64, from, slab->rows, days);
}

static void note_commit(struct history *history, size_t firms) {
    const struct events_table *events = &history->events;
    if (history->commit_count < history->commit_room)
        history->commits[history->commit_count++] = (struct commit){.rows = history->slab.rows,
                                                                    .events = events->full + events->waiting,
                                                                    .firms = firms,
                                                                    .check = history->check};
    history->check = 0;
}

/* What is small, after the chunks; then the counter, once all of it has reached the file. */
int slab_commit(struct history *history, const struct world *world, size_t firms, struct failure *failure) {
    struct slab *slab = &history->slab;
    history->firms = firms;
    if (slab->rows == 0)
        extend_columns(history); /* to those who came after the last month */
    hdf5_enter();
    write_months(history);
    write_indicators(history);
    history_leave(history);
    events_commit(history);
    register_commit(history, world, firms);
    note_commit(history, firms);
    history_flush(history);
    int status = history_status(history, failure);
    if (status != MATTHEW_OK)
        return status;
    if (slab->rows > 0)
        history->last_month = slab->month[slab->rows - 1];
    history->committed += slab->rows;
    slab->rows = 0;
    hdf5_enter();
    netcdf_change_int64(&history->netcdf, history->netcdf.file, "months_committed", (int64_t)history->committed);
    history_leave(history);
    history_flush(history);
    return history_status(history, failure);
}

/* ---- the observer ---- */

static int observe_month(void *context, const struct world *world, struct failure *failure) {
    struct history *history = context;
    history->phase = PHASE_IDLE;
    int status = history_status(history, failure);
    int shown_before = world->month < history->seen; /* month 0, when a race stopped there */
    if (status != MATTHEW_OK || shown_before || !layout_records(history->scenario, history->every, world->month))
        return status;
    history->phase = PHASE_COPY;
    if (history->layout.columns > 0)
        status = slab_open_month(history, world, &history->failure);
    if (status == MATTHEW_OK) /* a thread of the team calls this */
        status = pipeline_fit(history, (size_t)omp_get_num_threads(), world->reg.count, &history->failure);
    if (status == MATTHEW_OK && history->layout.indicators > 0)
        gauge_want(history->gauge, history->layout.indicator, history->layout.member);
    for (size_t s = 0; s < history->layout.series_count; s++)
        history->source[s] =
            firms_column(&world->firms, history->layout.series[s].field, history->layout.series[s].member);
    return history_status(history, failure);
}

static size_t observe_tasks(void *context, const struct world *world) {
    (void)world;
    const struct history *history = context;
    if (history->phase == PHASE_COPY)
        return slab_copy_tasks(history);
    /* Task 0 writes the round before; it is taken first. */
    return history->phase == PHASE_COMPRESS ? history->pipeline.codecs + 1 : 0;
}

static void observe_task(void *context, const struct world *world, size_t task) {
    (void)world;
    struct history *history = context;
    if (history->phase == PHASE_COMPRESS) {
        if (task == 0)
            write_round(history);
        else
            compress_chunks(history, task - 1);
        return;
    }
    slab_copy(history, task);
}

/* After the tasks of a month: 1 when its slab is to be written now. */
static int end_month(struct history *history, const struct world *world) {
    struct slab *slab = &history->slab;
    if (history->layout.indicators > 0)
        slab->indicators[slab->rows] = *gauge_row(history->gauge);
    slab->month[slab->rows++] = world->month;
    return slab->rows == slab_rows(history) || world->month == history->scenario->months;
}

static int settle(struct history *history, const struct world *world, int *again, struct failure *failure) {
    struct pipeline *pipeline = &history->pipeline;
    if (history->phase != PHASE_COMPRESS) {
        int flush = history->phase == PHASE_COPY && end_month(history, world);
        history->phase = PHASE_IDLE;
        history->seen = world->month + 1;
        events_append(history, &world->events);
        if (!flush)
            return history_status(history, failure);
        slab_begin(history, world, world->reg.count, &history->failure);
    } else {
        turn_round(pipeline);
    }
    int status = history_status(history, failure);
    *again = status == MATTHEW_OK && (has_chunks(pipeline->open) || has_chunks(pipeline->full));
    history->phase = *again ? PHASE_COMPRESS : PHASE_IDLE;
    if (*again || status != MATTHEW_OK)
        return status;
    return slab_commit(history, world, world->reg.count, failure);
}

static int observe_settle(void *context, const struct world *world, int *again, struct failure *failure) {
    struct history *history = context;
    *again = 0;
    history->threads = omp_get_num_threads(); /* the team's: a thread of it calls this */
    return settle(history, world, again, failure);
}

/* The slab of a run that was stopped, and what happened after the last record. */
static int observe_finish(void *context, const struct world *world, struct failure *failure) {
    struct history *history = context;
    struct pipeline *pipeline = &history->pipeline;
    int status = history_status(history, failure);
    if (status == MATTHEW_OK)
        events_append(history, &world->events);
    if (status == MATTHEW_OK && history->slab.rows > 0) {
        status = slab_begin(history, world, world->reg.count, failure);
        while (status == MATTHEW_OK && has_chunks(pipeline->open)) {
            compress_chunks(history, 0);
            turn_round(pipeline);
            write_round(history);
        }
    }
    if (status == MATTHEW_OK)
        status = slab_commit(history, world, world->reg.count, failure);
    return status;
}

struct observer history_observer(struct history *history) {
    struct observer own = {.context = history,
                           .month = observe_month,
                           .tasks = observe_tasks,
                           .task = observe_task,
                           .settle = observe_settle,
                           .finish = observe_finish,
                           .books = history->layout.books,
                           .events = history->layout.events};
    if (history->gauge != &history->own_gauge)
        return own;
    history->with_gauge = (struct observers){0};
    observers_add(&history->with_gauge, gauge_observer(&history->own_gauge));
    observers_add(&history->with_gauge, own);
    return observers_join(&history->with_gauge);
}
