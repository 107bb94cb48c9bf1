#include "interface/sweep.h"

#include "study/sweep_find.h"
#include "study/sweep_replay.h"

/* ---- one run of a sweep again ---- */

#define RUN_STATUS(name, number, words)                                                                                \
    _Static_assert((int)MATTHEW_RUN_##name == (int)RUN_##name, "matthew.h has the numbers of study/run_status.def");
#include "study/run_status.def"
#undef RUN_STATUS

static int point_refused(const struct failure *cause) {
    fail(&last_failure, cause->status, "point: %s", cause->text);
    failure_key(&last_failure, "point", cause->text);
    failure_inherit(&last_failure, cause);
    return cause->status;
}

int sweep_choose(const matthew_sweep *sweep, const char *point, long replicate, size_t *run) {
    size_t place = 0;
    struct failure inner = {0};
    int status = no_idle_sweep(sweep);
    if (status != MATTHEW_OK)
        return status;
    if (sweep->access == SWEEP_CLOSED)
        return refuse("sweep", "it has no file open");
    if (point == NULL && sweep->inner.points > 1)
        return refuse("point", "the sweep has %zu points, and none was named", sweep->inner.points);
    if (point != NULL && sweep_find_point(&sweep->inner, point, &place, &inner) != MATTHEW_OK)
        return point_refused(&inner);
    if (replicate < 0 || (size_t)replicate >= sweep->inner.replicates)
        return out_of_range("replicate", 0, (long long)sweep->inner.replicates - 1, "", replicate);
    *run = place * sweep->inner.replicates + (size_t)replicate;
    return MATTHEW_OK;
}

/* Makes the race of a run, from its first month to its last. */
static int race_again(matthew_sweep *sweep, struct sweep_replay *replay, const char *path,
                      const struct matthew_history_options *options, struct matthew_replay *found) {
    struct race *race = NULL;
    matthew_race *made = NULL;
    int status = race_new(&race, &replay->scenario, &last_failure);
    if (status == MATTHEW_OK)
        status = race_handle(&made, race);
    if (status != MATTHEW_OK)
        return status;
    made->threads = sweep->threads;
    made->stop_as_well = &sweep->stop;
    replay->taking.gauge = &made->gauge;
    struct observer taking = taking_observer(&replay->taking);
    made->also = &taking;
    if (path != NULL)
        status = matthew_race_open_history(made, path, options);
    if (status == MATTHEW_OK)
        status = matthew_race_run(made, replay->scenario.months);
    found->month = matthew_race_month(made);
    found->digest = matthew_race_digest(made);
    struct failure first = last_failure;
    int closed = matthew_race_close_history(made);
    if (status != MATTHEW_OK)
        last_failure = first;
    matthew_race_free(made);
    return status != MATTHEW_OK ? status : closed;
}

int matthew_sweep_replay(matthew_sweep *sweep, const char *point, long replicate, const char *path,
                         const struct matthew_history_options *options, struct matthew_replay *replay) {
    struct sweep_replay again = {0};
    size_t run = 0;
    int status = sweep_choose(sweep, point, replicate, &run);
    if (status != MATTHEW_OK)
        return status;
    struct matthew_replay found = {.seed = sweep_seed(&sweep->inner, run)};
    status = replay != NULL ? give(replay, &found, sizeof found) : MATTHEW_OK; /* refused before the race, not after */
    if (status != MATTHEW_OK)
        return status;
    sweep->running = 1;
    status = sweep_replay_begin(&again, &sweep->file, run, &last_failure);
    found.run_status = again.there.status;
    if (status == MATTHEW_OK)
        status = race_again(sweep, &again, path, options, &found);
    if (status == MATTHEW_OK)
        status = sweep_replay_compare(&again, &last_failure);
    sweep_replay_free(&again);
    sweep_ended(sweep, status);
    return status == MATTHEW_OK && replay != NULL ? give(replay, &found, sizeof found) : status;
}
