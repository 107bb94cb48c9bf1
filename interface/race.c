#include "interface/handle.h"

#include "core/memory.h"
#include "parallel/observers.h"

#include <limits.h>

/* ---- races ---- */

int race_handle(matthew_race **handle, struct race *race) {
    matthew_race *made = memory_new(1, sizeof *made);
    if (made == NULL) {
        race_free(race);
        return fail_memory(&last_failure, "a race");
    }
    made->mark = RACE_MARK;
    made->race = race;
    made->months = race_world(race)->scenario->months;
    int status = gauge_init(&made->gauge, race_world(race)->firms.capacity, &last_failure);
    if (status != MATTHEW_OK) {
        matthew_race_free(made);
        return status;
    }
    *handle = made;
    return MATTHEW_OK;
}

int matthew_race_new(matthew_race **race, const matthew_scenario *scenario) {
    if (race == NULL)
        return is_null("race");
    *race = NULL;
    if (!is_scenario(scenario))
        return no_scenario(scenario);
    struct race *made;
    int status = checked(scenario, race_new(&made, &scenario->inner, &last_failure));
    return status == MATTHEW_OK ? race_handle(race, made) : status;
}

void matthew_race_free(matthew_race *race) {
    if (!is_race(race) || race->running)
        return;
    if (race->history != NULL)
        matthew_race_close_history(race);
    record_free(race->record);
    race->mark = 0;
    events_kept_free(&race->events);
    gauge_free(&race->gauge);
    race_free(race->race);
    memory_free(race);
}

int matthew_race_set_threads(matthew_race *race, int threads) {
    if (!is_race(race))
        return no_race(race);
    int status = wrong_threads(threads);
    if (status == MATTHEW_OK)
        race->threads = threads;
    return status;
}

void matthew_race_set_check(matthew_race *race, int check) {
    if (is_race(race))
        race->check = check != 0;
}

long matthew_race_month(const matthew_race *race) {
    return is_race(race) ? race_world(race->race)->month : 0;
}

uint64_t matthew_race_digest(const matthew_race *race) {
    return is_race(race) ? race_digest(race->race) : 0;
}

void matthew_race_stop(matthew_race *race) {
    if (is_race(race))
        race->stop = 1;
}

static int see_stop(void *context, const struct world *world, struct failure *failure) {
    matthew_race *race = context;
    (void)world, (void)failure;
    race->stopping = race->stop != 0 || (race->stop_as_well != NULL && *race->stop_as_well != 0);
    return MATTHEW_OK;
}

static int end_stopped(void *context, const struct world *world, int *again, struct failure *failure) {
    const matthew_race *race = context;
    (void)world, (void)failure;
    *again = 0;
    return race->stopping ? MATTHEW_STOPPED : MATTHEW_OK;
}

/* Runs to the end of a month in one go. */
static int run_to(matthew_race *race, long until) {
    struct observers observers = {0};
    observers_add(&observers, gauge_observer(&race->gauge));
    if (race->history != NULL) {
        /* A run may come in many calls, the end of a history's observation comes once: when it is closed. */
        struct observer recorder = race->recorder;
        recorder.finish = NULL;
        observers_add(&observers, recorder);
    }
    if (race->record != NULL)
        observers_add(&observers, record_observer(race->record));
    if (race->also != NULL)
        observers_add(&observers, *race->also);
    observers_add(&observers, (struct observer){.context = race, .month = see_stop, .settle = end_stopped});
    if (race->events.which != MATTHEW_EVENTS_NONE) /* the last one sees a month first, before another can fail */
        observers_add(&observers, events_observer(&race->events));
    struct observer observer = observers_join(&observers);
    struct race_options options = {.threads = race->threads, .check = race->check, .observer = &observer};
    int status = race_run(race->race, until, &options, &last_failure);
    race->broken |= status == MATTHEW_BROKEN_INVARIANT;
    return status;
}

/* Month by month, so that the callback finds the race standing at each. */
static int run_and_tell(matthew_race *race, long until) {
    int status = MATTHEW_OK;
    for (long month = matthew_race_month(race) + 1; month <= until && status == MATTHEW_OK; month++) {
        status = run_to(race, month);
        if (status == MATTHEW_OK && race->on_month(race, month, race->context) != 0)
            status = MATTHEW_STOPPED;
        if (status == MATTHEW_OK && race->stop != 0 && month < until)
            status = MATTHEW_STOPPED;
    }
    return status;
}

int matthew_race_run(matthew_race *race, long until) {
    if (!is_race(race))
        return no_race(race);
    if (race->running)
        return refuse("race", "it is running");
    if (until > race->months)
        until = race->months;
    if (until <= matthew_race_month(race))
        return MATTHEW_OK;
    /* Month 0 has still to be shown to the observer. */
    int at_once = race->stop != 0 && matthew_race_month(race) > 0;
    race->running = 1;
    int status = at_once ? MATTHEW_STOPPED : race->on_month != NULL ? run_and_tell(race, until) : run_to(race, until);
    race->running = 0;
    race->stop = 0;
    if (status == MATTHEW_STOPPED)
        fail(&last_failure, MATTHEW_STOPPED, "stopped at the end of month %ld", matthew_race_month(race));
    return status;
}

int matthew_race_on_month(matthew_race *race, int (*callback)(matthew_race *race, long month, void *context),
                          void *context) {
    if (!is_race(race))
        return no_race(race);
    if (race->running)
        return refuse("race", "it is running");
    race->on_month = callback;
    race->context = context;
    return MATTHEW_OK;
}

int matthew_race_step(matthew_race *race, long months) {
    long month = matthew_race_month(race);
    return matthew_race_run(race, months > LONG_MAX - month ? LONG_MAX : month + months);
}

int matthew_race_set(matthew_race *race, const char *assignment) {
    if (!is_race(race))
        return no_race(race);
    if (assignment == NULL)
        return is_null("assignment");
    if (race->history != NULL)
        return refuse("race",
                      "a history is open, and the scenario in it is that of the start; set before, or close it first");
    return race_set(race->race, assignment, &last_failure);
}
