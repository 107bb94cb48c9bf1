#include "study/sweep_grow.h"

#include "core/memory.h"
#include "study/sweep_stored.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A finished run of the old file. */
struct finished {
    uint64_t key;
    size_t run;
    int is_found; /* in the new sweep */
};

struct growing {
    struct sweep_file old;
    const struct sweep *sweep; /* the new one */
    struct finished *finished; /* by key */
    size_t count, kept;
    size_t source[SWEEP_OUTCOMES_MAX]; /* the old outcome of each new one */
};

/* ---- what is there ---- */

static int compare_keys(const void *left, const void *right) {
    const struct finished *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return a->run < b->run ? -1 : a->run > b->run;
}

static int find_finished(struct growing *growing, struct failure *failure) {
    const struct sweep *sweep = growing->old.sweep;
    double *values = memory_new(sweep->values, sizeof *values);
    growing->finished = memory_new(sweep->runs, sizeof *growing->finished);
    int status = values == NULL || growing->finished == NULL ? fail_memory(failure, "the runs of a sweep") : MATTHEW_OK;
    for (size_t run = 0; run < sweep->runs && status == MATTHEW_OK; run++) {
        int code = RUN_PENDING;
        status = sweep_file_read(&growing->old, run, values, &code, failure);
        if (run_is_finished(code))
            growing->finished[growing->count++] = (struct finished){.key = sweep_run_key(sweep, run), .run = run};
    }
    memory_free(values);
    if (status == MATTHEW_OK)
        qsort(growing->finished, growing->count, sizeof *growing->finished, compare_keys);
    return status;
}

/* The first finished run that equals a run of the new sweep; the count for none. */
static size_t find_key(const struct growing *growing, uint64_t key) {
    size_t low = 0, high = growing->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (growing->finished[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low < growing->count && growing->finished[low].key == key ? low : growing->count;
}

static void match_runs(struct growing *growing) {
    for (size_t run = 0; run < growing->sweep->runs; run++) {
        size_t first = find_key(growing, sweep_run_key(growing->sweep, run));
        growing->kept += first < growing->count;
        for (size_t i = first; i < growing->count && growing->finished[i].key == growing->finished[first].key; i++)
            growing->finished[i].is_found = 1;
    }
}

/* ---- outcomes ---- */

static int take_the_same(const struct outcome *one, const struct outcome *other) {
    if (one->source != other->source || one->kind != other->kind || one->months != other->months ||
        one->statistic != other->statistic)
        return 0;
    if (one->source == SOURCE_REGISTER)
        return one->amount == other->amount && one->gene == other->gene && one->is_above == other->is_above &&
               one->above == other->above && one->is_cohort == other->is_cohort && one->from == other->from &&
               one->to == other->to;
    if (one->source == SOURCE_FIRM || one->source == SOURCE_FIRMS)
        /* the runs that are there have the same named firms, members and columns */
        return one->firm == other->firm && one->field == other->field && one->member == other->member &&
               one->is_share == other->is_share;
    return one->indicator == other->indicator &&
           (one->indicator >= 0 || (one->member_indicator == other->member_indicator && one->member == other->member));
}

/* Each outcome of one sweep among those of another; 1 when all are there. */
static int match_outcomes(const struct sweep *from, const struct sweep *to, size_t *place) {
    for (size_t i = 0; i < from->outcome_count; i++) {
        place[i] = 0;
        while (place[i] < to->outcome_count && !take_the_same(&from->outcome[i], &to->outcome[place[i]]))
            place[i]++;
        if (place[i] == to->outcome_count)
            return 0;
    }
    return 1;
}

/* ---- the copy ---- */

static int copy_run(const struct growing *growing, const struct sweep_file *into, size_t from, size_t to,
                    struct sweep_run_result *old, double *values, struct failure *failure) {
    const struct sweep *sweep = growing->sweep;
    int status = sweep_file_take(&growing->old, from, old, failure);
    if (status != MATTHEW_OK || !run_is_finished(old->status))
        return status;
    for (size_t i = 0; i < sweep->outcome_count; i++)
        memcpy(values + sweep->outcome[i].first, old->values + growing->old.sweep->outcome[growing->source[i]].first,
               sweep->outcome[i].length * sizeof *values);
    struct sweep_run_result result = *old;
    result.values = values;
    return sweep_file_write(into, to, &result, failure);
}

/* What sweep_define calls when the new file has everything but its runs. */
static int fill(void *context, const char *part, struct failure *failure) {
    struct growing *growing = context;
    struct sweep_file into = {.sweep = growing->sweep, .path = memory_string(part), .descriptor = -1, .lock = -1};
    struct sweep_run_result old = {.values = memory_new(growing->old.sweep->values, sizeof *old.values)};
    double *values = memory_new(growing->sweep->values, sizeof *values);
    char build[SWEEP_BUILD_SIZE];
    int status = into.path == NULL || old.values == NULL || values == NULL
                     ? fail_memory(failure, "the outcomes of a run")
                     : sweep_locate(growing->sweep, part, sweep_build_text(build), &into.places, failure);
    if (status == MATTHEW_OK && (into.descriptor = open(part, O_RDWR | O_CLOEXEC | O_NOFOLLOW)) < 0)
        status = fail(failure, MATTHEW_WRITE_FAILED, "cannot write %s: %s", part, strerror(errno));
    for (size_t run = 0; run < growing->sweep->runs && status == MATTHEW_OK; run++) {
        size_t found = find_key(growing, sweep_run_key(growing->sweep, run));
        if (found < growing->count)
            status = copy_run(growing, &into, growing->finished[found].run, run, &old, values, failure);
    }
    memory_free(old.values);
    memory_free(values);
    sweep_file_close(&into);
    return status;
}

/* ---- all of it ---- */

/* Whether no finished run would be lost; else the failure is told of it. */
static int check_loss(struct growing *growing, struct failure *failure) {
    size_t unused[SWEEP_OUTCOMES_MAX], lost = 0;
    char text[sizeof failure->text];
    int same = match_outcomes(growing->sweep, growing->old.sweep, growing->source) &&
               match_outcomes(growing->old.sweep, growing->sweep, unused);
    match_runs(growing);
    for (size_t i = 0; i < growing->count; i++)
        lost += !same || !growing->finished[i].is_found;
    if (lost == 0)
        return MATTHEW_OK;
    memcpy(text, failure->text, sizeof text);
    return fail(failure, MATTHEW_BAD_SCENARIO, "%s; %zu of its %zu finished runs would be lost", text, lost,
                growing->count);
}

static int grow(struct growing *growing, struct sweep_file *file, const struct sweep_file_options *options,
                struct failure *failure) {
    struct sweep_file_options making = *options;
    struct sweep_filling filling = {fill, growing};
    char build[SWEEP_BUILD_SIZE];
    if (options->reproducible && growing->old.places.wall != 0)
        return fail(failure, MATTHEW_BAD_ARGUMENT, "%s holds wall times, which no two runs have in common", file->path);
    making.replace = 1;
    making.reproducible = growing->old.places.wall == 0;
    int status = find_finished(growing, failure);
    if (status == MATTHEW_OK)
        status = check_loss(growing, failure);
    if (status == MATTHEW_OK)
        status = sweep_define(growing->sweep, &making, growing->count > 0 ? &filling : NULL, failure);
    if (status == MATTHEW_OK)
        status = sweep_locate(growing->sweep, file->path, sweep_build_text(build), &file->places, failure);
    file->has_grown = 1;
    file->kept = growing->kept;
    file->finished = growing->count;
    return status;
}

int sweep_grow(struct sweep_file *file, const struct sweep_file_options *options, struct failure *failure) {
    struct growing *growing = memory_new(1, sizeof *growing);
    struct sweep *old = memory_new(1, sizeof *old);
    struct failure unread = {0};
    int status = growing == NULL || old == NULL ? fail_memory(failure, "a sweep") : MATTHEW_OK;
    int loaded = status == MATTHEW_OK ? sweep_load_stored(old, file->path, &unread) : MATTHEW_OK;
    if (loaded == MATTHEW_NO_MEMORY)
        status = fail(failure, loaded, "%s", unread.text);
    else if (loaded != MATTHEW_OK)
        status = failure->status; /* what differs is all that can be said */
    if (status == MATTHEW_OK) {
        growing->sweep = file->sweep;
        struct failure unopened = {0};
        status = sweep_file_open_stored(&growing->old, old, file->path, &unopened);
        if (status != MATTHEW_OK)
            *failure = unopened;
    }
    if (status == MATTHEW_OK)
        status = grow(growing, file, options, failure);
    if (growing != NULL) {
        sweep_file_close(&growing->old);
        memory_free(growing->finished);
    }
    if (old != NULL)
        sweep_free(old);
    memory_free(old);
    memory_free(growing);
    return status;
}
