#include "study/sweep_run.h"

#include "core/elementary.h"
#include "core/memory.h"
#include "parallel/observers.h"
#include "parallel/race.h"
#include "study/ensemble.h"
#include "study/sweep_outcomes.h"
#include "study/sweep_until.h"

#include <omp.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Seconds between two times at which what was written reaches the disk. */
static const double SYNC_INTERVAL = 3.0;

/* What the threads share. */
struct sweeping {
    const struct sweep_file *file;
    const struct sweep_run_options *options;
    struct sweep_tally *tally;
    size_t *pending; /* runs */
    size_t count, taken;
    size_t running;     /* runs that were taken and may yet bring others */
    struct until until; /* where the sweep has such a rule */
    double synced;
    omp_lock_t one; /* of the threads at a time counts, tells, queues or takes */
};

static int has_rule(const struct sweeping *sweeping) {
    return sweeping->file->sweep->until.count > 0;
}

static double seconds_now(void) {
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- one race ---- */

/* Whether an outcome, or the rule that ends races, needs that every month is followed. */
static int spans_months(const struct sweep *sweep) {
    const struct stop_rule *stop = &sweep->stop;
    int spans = stop->sign != STOP_NEVER && stop->of.indicator >= 0 && indicator_spans_months(stop->of.indicator);
    for (size_t i = 0; i < sweep->outcome_count; i++) {
        const struct outcome *outcome = &sweep->outcome[i];
        spans |= outcome->source == SOURCE_INDICATOR && outcome->indicator >= 0 &&
                 indicator_spans_months(outcome->indicator);
    }
    return spans;
}

static int race_it(const struct sweep *sweep, size_t run, int threads, const volatile sig_atomic_t *stop,
                   struct sweep_run_result *result, struct failure *failure) {
    struct scenario scenario;
    struct gauge gauge = {0};
    struct race *race = NULL;
    struct taking taking = {0};
    int status = sweep_scenario(sweep, run, &scenario, failure);
    if (status == MATTHEW_OK)
        status = gauge_init(&gauge, (size_t)scenario.firms, failure);
    gauge.passes_over = !spans_months(sweep);
    if (status == MATTHEW_OK)
        status = taking_init(&taking, sweep, &gauge, result->values, failure);
    if (status == MATTHEW_OK)
        status = race_new(&race, &scenario, failure);
    if (status == MATTHEW_OK) {
        struct observers observers = {0};
        observers_add(&observers, gauge_observer(&gauge));
        observers_add(&observers, taking_observer(&taking));
        struct observer observer = observers_join(&observers);
        struct race_options options = {.threads = threads, .stop = stop, .observer = &observer};
        status = race_run(race, scenario.months, &options, failure);
    }
    result->months = taking.month;
    result->status = taking.has_stopped ? RUN_STOPPED : RUN_DONE;
    if (status == MATTHEW_STOPPED && taking.has_stopped)
        status = MATTHEW_OK;
    taking_free(&taking);
    race_free(race);
    sweep_scenario_end(sweep, &scenario);
    gauge_free(&gauge);
    return status;
}

static void empty(double *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        values[i] = (double)NAN;
}

/* The line of the log for a run that failed. */
static void tell_failure(struct sweeping *sweeping, size_t run, const struct failure *failure) {
    const struct sweep *sweep = sweeping->file->sweep;
    char point[SWEEP_POINT_SIZE], line[SWEEP_POINT_SIZE + sizeof failure->text + 120];
    snprintf(line, sizeof line, "%s, replicate %zu, seed %llu: %s\n",
             sweep_point_text(sweep, run / sweep->replicates, point), run % sweep->replicates,
             (unsigned long long)sweep_seed(sweep, run),
             failure->text[0] != '\0' ? failure->text : status_meaning(failure->status));
    sweep_file_log(sweeping->file, line);
    if (sweeping->tally->trouble[0] == '\0')
        snprintf(sweeping->tally->trouble, sizeof sweeping->tally->trouble, "%.*s", (int)strlen(line) - 1, line);
}

/* Counts a run, tells of it, and says whether it is time to sync, and whether it was the last one of a round. */
static int account(struct sweeping *sweeping, size_t run, int status, int *was_last, const struct failure *failure) {
    omp_set_lock(&sweeping->one);
    *was_last = has_rule(sweeping) && --sweeping->until.point[run / sweeping->file->sweep->replicates].left == 0;
    sweeping->tally->done += (size_t)run_is_done(status);
    sweeping->tally->failed += status >= RUN_FAILED;
    if (status >= RUN_FAILED)
        tell_failure(sweeping, run, failure);
    if (sweeping->options->told != NULL)
        sweeping->options->told(sweeping->options->context, sweeping->tally);
    double now = seconds_now();
    int due = now - sweeping->synced >= SYNC_INTERVAL;
    if (due)
        sweeping->synced = now;
    omp_unset_lock(&sweeping->one);
    return due;
}

/* ---- replicates until standard errors are small enough ---- */

/* A point is over: what it did not need. */
static int settle(const struct sweeping *sweeping, size_t point, double *values, struct failure *failure) {
    const struct sweep *sweep = sweeping->file->sweep;
    int result = MATTHEW_OK, status = RUN_PENDING;
    for (size_t j = sweeping->until.point[point].replicates; j < sweep->replicates && result == MATTHEW_OK; j++) {
        result = sweep_file_read(sweeping->file, point * sweep->replicates + j, values, &status, failure);
        if (result == MATTHEW_OK && !run_is_finished(status))
            result = sweep_file_clear(sweeping->file, point * sweep->replicates + j, RUN_NOT_NEEDED, failure);
    }
    return result;
}

/* Queues what the next round of a point lacks. The second round of all points is counted from the start. */
static int queue_round(struct sweeping *sweeping, size_t point, double *values, struct failure *failure) {
    const struct sweep *sweep = sweeping->file->sweep;
    struct until_point *at = &sweeping->until.point[point];
    int result = MATTHEW_OK, status = RUN_PENDING;
    omp_set_lock(&sweeping->one);
    for (size_t j = at->replicates; j < until_next(&sweeping->until, point) && result == MATTHEW_OK; j++) {
        result = sweep_file_read(sweeping->file, point * sweep->replicates + j, values, &status, failure);
        if (result != MATTHEW_OK || run_is_finished(status))
            continue;
        sweeping->pending[sweeping->count++] = point * sweep->replicates + j;
        sweeping->tally->runs += at->rounds >= 2;
        at->left++;
    }
    omp_unset_lock(&sweeping->one);
    return result;
}

/* A round of a point is whole: the next one begins, or the point is over. */
static int go_on(struct sweeping *sweeping, size_t point, struct failure *failure) {
    double *values = memory_new(sweeping->file->sweep->values, sizeof *values);
    int status = values == NULL ? fail_memory(failure, "the outcomes of a run")
                                : until_read(&sweeping->until, sweeping->file, point, failure);
    if (status == MATTHEW_OK)
        status = sweeping->until.point[point].verdict == UNTIL_GOES_ON ? queue_round(sweeping, point, values, failure)
                                                                       : settle(sweeping, point, values, failure);
    memory_free(values);
    return status;
}

/* ---- one run ---- */

static int run_one(struct sweeping *sweeping, size_t run, int threads, struct failure *failure) {
    const struct sweep *sweep = sweeping->file->sweep;
    int was_last = 0;
    struct failure of_race = {0};
    struct sweep_run_result result = {.values = memory_new(sweep->values, sizeof *result.values),
                                      .seconds = seconds_now()};
    if (result.values == NULL)
        return fail_memory(failure, "the outcomes of a run");
    empty(result.values, sweep->values);
    int code = race_it(sweep, run, threads, sweeping->options->stop, &result, &of_race);
    if (code == MATTHEW_STOPPED) {
        memory_free(result.values);
        return fail(failure, code, "%s", status_meaning(code));
    }
    if (code != MATTHEW_OK)
        empty(result.values, sweep->values);
    result.seconds = seconds_now() - result.seconds;
    if (code != MATTHEW_OK)
        result.status = RUN_FAILED + code;
    int status = sweep_file_write(sweeping->file, run, &result, failure);
    memory_free(result.values);
    if (status == MATTHEW_OK && account(sweeping, run, result.status, &was_last, &of_race))
        status = sweep_file_sync(sweeping->file, failure);
    return status == MATTHEW_OK && was_last ? go_on(sweeping, run / sweep->replicates, failure) : status;
}

static int take_one(void *context, size_t place, int threads, struct failure *failure) {
    struct sweeping *sweeping = context;
    omp_set_lock(&sweeping->one);
    size_t run = sweeping->pending[place];
    omp_unset_lock(&sweeping->one);
    int status = run_one(sweeping, run, threads, failure);
    omp_set_lock(&sweeping->one);
    sweeping->running--;
    omp_unset_lock(&sweeping->one);
    return status;
}

static enum ensemble_turn next_place(void *context, size_t *place) {
    struct sweeping *sweeping = context;
    enum ensemble_turn turn;
    omp_set_lock(&sweeping->one);
    *place = sweeping->taken;
    if (sweeping->taken < sweeping->count) {
        turn = ENSEMBLE_RACE;
        sweeping->taken++;
        sweeping->running++;
    } else
        turn = has_rule(sweeping) && sweeping->running > 0 ? ENSEMBLE_WAIT : ENSEMBLE_END;
    omp_unset_lock(&sweeping->one);
    return turn;
}

/* ---- all of them ---- */

/* The status of every run, as one byte each; null after a failure. */
static unsigned char *read_all(const struct sweep_file *file, struct sweep_tally *tally, struct failure *failure) {
    const struct sweep *sweep = file->sweep;
    unsigned char *all = memory_new(sweep->runs, 1);
    double *values = memory_new(sweep->values, sizeof *values);
    int result = all == NULL || values == NULL ? fail_memory(failure, "the runs of a sweep") : MATTHEW_OK;
    *tally = (struct sweep_tally){.runs = sweep->runs};
    for (size_t run = 0; run < sweep->runs && result == MATTHEW_OK; run++) {
        int status = RUN_PENDING;
        result = sweep_file_read(file, run, values, &status, failure);
        all[run] = (unsigned char)status;
        tally->done += (size_t)run_is_done(status);
        tally->failed += status >= RUN_FAILED;
    }
    tally->before = tally->done + tally->failed;
    memory_free(values);
    if (result == MATTHEW_OK)
        return all;
    memory_free(all);
    return NULL;
}

int sweep_count(const struct sweep_file *file, struct sweep_tally *tally, struct failure *failure) {
    struct failure inner = {0};
    unsigned char *all = read_all(file, tally, &inner);
    memory_free(all);
    return all != NULL ? MATTHEW_OK : fail(failure, inner.status, "%s", inner.text);
}

/* What is left to do, first replicates of all points first. */
static void queue_all(struct sweeping *sweeping, const unsigned char *all) {
    const struct sweep *sweep = sweeping->file->sweep;
    for (size_t replicate = 0; replicate < sweep->replicates; replicate++)
        for (size_t point = 0; point < sweep->points; point++) {
            size_t run = point * sweep->replicates + replicate;
            if (!run_is_finished(all[run]) || (all[run] >= RUN_FAILED && sweeping->options->retry_failed))
                sweeping->pending[sweeping->count++] = run;
        }
}

/* The same of the round that each point has come to. The second round of those in the first will be needed, too. */
static void queue_rounds(struct sweeping *sweeping, const unsigned char *all) {
    const struct sweep *sweep = sweeping->file->sweep;
    size_t at_least = sweep->until.at_least;
    for (size_t j = 0; j < 2 * at_least; j++)
        for (size_t point = 0; point < sweep->points; point++) {
            struct until_point *at = &sweeping->until.point[point];
            size_t replicate = at->replicates + j, run = point * sweep->replicates + replicate;
            if (at->verdict != UNTIL_GOES_ON || replicate >= sweep->replicates || run_is_finished(all[run]))
                continue;
            if (j < at_least) {
                sweeping->pending[sweeping->count++] = run;
                at->left++;
            }
            sweeping->tally->runs += j < at_least || at->rounds == 0;
        }
}

/* Failed runs that shall be run again are as if they had not been. */
static int forget_failed(const struct sweeping *sweeping, unsigned char *all, struct failure *failure) {
    int status = MATTHEW_OK;
    for (size_t run = 0; run < sweeping->file->sweep->runs && status == MATTHEW_OK; run++) {
        if (all[run] < RUN_FAILED)
            continue;
        all[run] = RUN_PENDING;
        status = sweep_file_clear(sweeping->file, run, RUN_PENDING, failure);
    }
    return status;
}

/* Where each point stands, and what is left of its round. */
static int find_rounds(struct sweeping *sweeping, unsigned char *all, struct failure *failure) {
    const struct sweep *sweep = sweeping->file->sweep;
    double *values = memory_new(sweep->values, sizeof *values);
    int status =
        values == NULL ? fail_memory(failure, "the outcomes of a run") : until_init(&sweeping->until, sweep, failure);
    if (status == MATTHEW_OK && sweeping->options->retry_failed)
        status = forget_failed(sweeping, all, failure);
    for (size_t point = 0; point < sweep->points && status == MATTHEW_OK; point++) {
        status = until_read(&sweeping->until, sweeping->file, point, failure);
        if (status == MATTHEW_OK && sweeping->until.point[point].verdict != UNTIL_GOES_ON)
            status = settle(sweeping, point, values, failure);
    }
    memory_free(values);
    sweeping->tally->runs = sweeping->tally->before;
    sweeping->tally->may_grow = 1;
    if (status == MATTHEW_OK)
        queue_rounds(sweeping, all);
    return status;
}

static int find_pending(struct sweeping *sweeping, struct failure *failure) {
    const struct sweep *sweep = sweeping->file->sweep;
    struct failure inner = {0};
    unsigned char *all = read_all(sweeping->file, sweeping->tally, &inner);
    int status = all != NULL ? MATTHEW_OK : fail(failure, inner.status, "%s", inner.text);
    if (status == MATTHEW_OK && sweeping->options->retry_failed) {
        sweeping->tally->before -= sweeping->tally->failed;
        sweeping->tally->failed = 0;
    }
    if (status == MATTHEW_OK) {
        sweeping->pending = memory_new(sweep->runs - sweeping->tally->before, sizeof *sweeping->pending);
        if (sweeping->pending == NULL)
            status = fail_memory(failure, "the runs of a sweep");
    }
    if (status == MATTHEW_OK && has_rule(sweeping))
        status = find_rounds(sweeping, all, failure);
    else if (status == MATTHEW_OK)
        queue_all(sweeping, all);
    memory_free(all);
    return status;
}

int sweep_run(const struct sweep_file *file, const struct sweep_run_options *options, struct sweep_tally *tally,
              struct failure *failure) {
    struct sweeping sweeping = {.file = file, .options = options, .tally = tally, .synced = seconds_now()};
    struct failure syncing;
    int status = find_pending(&sweeping, failure);
    if (status == MATTHEW_OK) {
        /* a round, and perhaps others, will follow the first few */
        size_t sure = sweeping.count, round = file->sweep->until.count > 0 ? file->sweep->until.at_least : 0;
        struct ensemble ensemble = {.count = sure > 0 && sure < round ? round : sure,
                                    .firms = file->sweep->base.firms,
                                    .threads = options->threads,
                                    .stop = options->stop,
                                    .run = take_one,
                                    .next = next_place,
                                    .context = &sweeping};
        omp_init_lock(&sweeping.one);
        status = ensemble_run(&ensemble, failure);
        omp_destroy_lock(&sweeping.one);
    }
    memory_free(sweeping.pending);
    until_free(&sweeping.until);
    int synced = sweep_file_sync(file, &syncing);
    if (synced != MATTHEW_OK && (status == MATTHEW_OK || status == MATTHEW_STOPPED))
        return fail(failure, synced, "%s", syncing.text);
    return status;
}

int sweep_try(const struct sweep *sweep, size_t run, const volatile sig_atomic_t *stop, double *seconds,
              struct failure *failure) {
    struct sweep_run_result result = {.values = memory_new(sweep->values, sizeof *result.values)};
    double began = seconds_now();
    if (result.values == NULL)
        return fail_memory(failure, "the outcomes of a run");
    int status = race_it(sweep, run, 1, stop, &result, failure);
    *seconds = seconds_now() - began;
    memory_free(result.values);
    return status;
}

/* By Welford's method, in the order of replicates. */
int sweep_means(const struct sweep_file *file, size_t point, double *mean, double *error, size_t *runs,
                struct failure *failure) {
    const struct sweep *sweep = file->sweep;
    double *row = memory_new(2 * sweep->values, sizeof *row), *count = row == NULL ? NULL : row + sweep->values;
    int result = row == NULL ? fail_memory(failure, "the outcomes of a run") : MATTHEW_OK;
    *runs = 0;
    for (size_t i = 0; i < sweep->values; i++)
        mean[i] = error[i] = 0;
    for (size_t j = 0; j < sweep->replicates && result == MATTHEW_OK; j++) {
        int status = RUN_PENDING;
        result = sweep_file_read(file, point * sweep->replicates + j, row, &status, failure);
        if (!run_is_done(status))
            continue;
        ++*runs;
        for (size_t i = 0; i < sweep->values; i++) {
            if (isnan(row[i]))
                continue;
            double apart = row[i] - mean[i];
            mean[i] += apart / ++count[i];
            error[i] += apart * (row[i] - mean[i]);
        }
    }
    for (size_t i = 0; i < sweep->values && row != NULL; i++) {
        mean[i] = count[i] > 0 ? mean[i] : (double)NAN;
        error[i] = count[i] > 1 ? portable_sqrt(error[i] / (count[i] - 1) / count[i]) : (double)NAN;
    }
    memory_free(row);
    return result;
}
