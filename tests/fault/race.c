/* Memory that runs short: every allocation of a race fails once, one after the other. The race reports it, loses
 * nothing, and can be run on as if nothing had happened. */
#include "support/exhaustive.h"
#include "support/races.h"

#include <criterion/criterion.h>

enum { MONTHS = 4 };

static int nothing(void *context, const struct world *world, struct failure *failure) {
    (void)context;
    (void)world;
    (void)failure;
    return MATTHEW_OK;
}

/* Enough entrants that slots, blocks, register and events grow in every month; a few firms fail. */
static void make_scenario(struct scenario *scenario) {
    scenario_small(scenario, 250, MONTHS);
    scenario->entry_scale = 1.0;
    scenario->parameters.entry_rate = 300.0;
    scenario->parameters.accounts_overhead = 2.0;
    struct named_firm *named = scenario_name_firms(scenario, 1);
    named->cash = 100.0;
}

/* A race whose n-th allocation fails; returns how many there were. Run on after the failure it must end where it would
 * have ended. */
static size_t run_short(const struct scenario *scenario, size_t n, int watched, unsigned long long *digest) {
    struct failure failure = {0};
    struct observer observer = {.month = nothing};
    struct race_options options = {.threads = 2, .check = 1, .observer = watched ? &observer : NULL};
    struct race *race;
    size_t live = memory_live();
    memory_fail_at(n);
    int status = race_new(&race, scenario, &failure);
    if (status == MATTHEW_OK) {
        status = race_run(race, MONTHS, &options, &failure);
        if (status == MATTHEW_NO_MEMORY && n > 0) {
            cr_assert(failure.status == MATTHEW_NO_MEMORY && failure.text[0] != '\0');
            cr_assert(race_run(race, MONTHS, &options, &failure) == MATTHEW_OK, "%s", failure.text);
        }
        *digest = race_digest(race);
    } else {
        *digest = 0;
        cr_assert(race == NULL);
        cr_assert(status == MATTHEW_NO_MEMORY && failure.status == MATTHEW_NO_MEMORY, "%s", failure.text);
    }
    race_free(race);
    size_t asked = memory_fail_at(0);
    cr_assert(memory_live() == live, "allocation %zu fails: %zu blocks are lost", n, memory_live() - live);
    return asked;
}

static void fail_each(int watched) {
    struct scenario scenario;
    make_scenario(&scenario);
    unsigned long long whole, digest;
    size_t asked = run_short(&scenario, 0, watched, &whole);
    cr_assert(whole != 0 && asked > 40);
    size_t step = watched && !exhaustive() ? 3 : 1;
    for (size_t n = 1; n <= asked; n += step) {
        run_short(&scenario, n, watched, &digest);
        cr_assert(digest == 0 || digest == whole, "allocation %zu of %zu fails: the race ends elsewhere", n, asked);
    }
    scenario_free(&scenario);
}

Test(race, every_allocation_fails_once) {
    fail_each(0);
}

Test(race, every_allocation_fails_once_with_an_observer) {
    fail_each(1);
}

/* Slots come in every month, memory in larger steps: what grows by half is fortyfold after ten steps. */
Test(race, growing_allocates_rarely) {
    struct scenario scenario;
    struct failure failure = {0};
    enum { LATE = 60, ARRAYS = 36, STEPS = 10 };
    make_scenario(&scenario);
    scenario.parameters.entry_rate = 12.0;
    scenario.parameters.exit_enabled = scenario.parameters.acquisitions_enabled = 0.0;
    scenario.months = LATE;
    struct race *race = race_at(&scenario, 0);
    struct observer observer = {.month = nothing};
    struct race_options options = {.threads = 2, .check = 1, .observer = &observer};
    memory_fail_at(0);
    cr_assert(race_run(race, LATE, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    size_t asked = memory_fail_at(0), slots = race_world(race)->firms.slots;
    cr_assert(slots > 20 * BLOCK && slots < 40 * BLOCK, "%zu slots", slots);
    cr_assert(asked <= ARRAYS * STEPS, "%zu allocations while slots grew to %zu", asked, slots);
    race_free(race);
    scenario_free(&scenario);
}

/* What an observer reports ends the run after the month, whether it is an error or a wish. */
struct stubborn {
    long at;
    int status, finished;
};

static int complain(void *context, const struct world *world, struct failure *failure) {
    struct stubborn *stubborn = context;
    if (world->month != stubborn->at)
        return MATTHEW_OK;
    stubborn->at = -1;
    return fail(failure, stubborn->status, "no more of this");
}

static int complain_again(void *context, const struct world *world, int *again, struct failure *failure) {
    (void)again;
    return complain(context, world, failure);
}

static int count_finish(void *context, const struct world *world, struct failure *failure) {
    (void)world;
    (void)failure;
    ((struct stubborn *)context)->finished++;
    return MATTHEW_OK;
}

Test(race, an_observer_that_fails_ends_the_run) {
    static const int statuses[] = {MATTHEW_WRITE_FAILED, MATTHEW_STOPPED};
    struct scenario scenario;
    make_scenario(&scenario);
    unsigned long long whole = scenario_digest(&scenario, MONTHS, 1, NULL);
    for (int which = 0; which < 2; which++)
        for (int settling = 0; settling < 2; settling++)
            for (long at = 0; at <= MONTHS; at++) {
                struct failure failure = {0};
                struct stubborn stubborn = {at, statuses[which], 0};
                struct observer observer = {.context = &stubborn, .finish = count_finish};
                if (settling)
                    observer.settle = complain_again;
                else
                    observer.month = complain;
                struct race_options options = {.threads = 2, .check = 1, .observer = &observer};
                struct race *race = race_at(&scenario, 0);
                int late = statuses[which] == MATTHEW_STOPPED && at == MONTHS; /* a wish that comes true anyway */
                cr_assert(race_run(race, MONTHS, &options, &failure) == (late ? MATTHEW_OK : statuses[which]));
                cr_assert(race_world(race)->month == at);
                cr_assert(stubborn.finished == 1);
                cr_assert(late || strcmp(failure.text, "no more of this") == 0);
                cr_assert(race_run(race, MONTHS, &options, &failure) == MATTHEW_OK, "%s", failure.text);
                cr_assert(race_digest(race) == whole, "month %ld, status %d", at, statuses[which]);
                race_free(race);
            }
    scenario_free(&scenario);
}

/* A wish to stop ends the run after a month, and it can be run on. */
Test(race, stopping) {
    struct scenario scenario;
    struct failure failure = {0};
    make_scenario(&scenario);
    volatile sig_atomic_t stop = 1;
    struct race_options options = {.threads = 2, .check = 1, .stop = &stop};
    struct race *race = race_at(&scenario, 0);
    cr_assert(race_run(race, MONTHS, &options, &failure) == MATTHEW_STOPPED);
    cr_assert(race_world(race)->month < MONTHS);
    stop = 0;
    cr_assert(race_run(race, MONTHS, &options, &failure) == MATTHEW_OK);
    cr_assert(race_digest(race) == scenario_digest(&scenario, MONTHS, 1, NULL));
    race_free(race);
    scenario_free(&scenario);
}
