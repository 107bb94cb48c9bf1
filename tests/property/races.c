/* Laws that hold in every race: random valid scenarios, whose books are kept by a bystander, and the extreme ones. */
#include "support/differences.h"
#include "support/ledger.h"
#include "support/races.h"

#include <criterion/criterion.h>

/* Runs month by month with the checks of the library and those of the ledger. */
static int audit(const struct scenario *scenario, int threads, struct failure *failure) {
    struct race *race;
    int status = race_new(&race, scenario, failure);
    if (status != MATTHEW_OK)
        return status;
    struct ledger ledger;
    ledger_open(&ledger, race_world(race));
    struct observer observer = ledger_observer(&ledger);
    struct race_options options = {.threads = threads, .check = 1, .turn_over = 1, .observer = &observer};
    for (long month = 1; month <= scenario->months && status == MATTHEW_OK; month++) {
        status = race_run(race, month, &options, failure);
        if (status == MATTHEW_OK)
            status = ledger_turned_over(&ledger, race_world(race), failure);
    }
    if (status == MATTHEW_OK && (race_world(race)->month != scenario->months || ledger.months != scenario->months))
        status = fail(failure, MATTHEW_BROKEN_INVARIANT, "ended in month %ld", race_world(race)->month);
    ledger_close(&ledger);
    race_free(race);
    return status;
}

static void audit_random(uint64_t seed) {
    struct scenario scenario;
    struct failure failure = {0};
    scenario_random(&scenario, seed);
    if (audit(&scenario, 1, &failure) != MATTHEW_OK) {
        char *text = scenario_text(&scenario);
        cr_assert_fail("seed %lu: %s\n%s", (unsigned long)seed, failure.text, text);
    }
    scenario_free(&scenario);
}

/* In four tests, which may run side by side. */
Test(races, random_scenarios_1) {
    for (uint64_t seed = 1; seed <= 100; seed += 4)
        audit_random(seed);
}

Test(races, random_scenarios_2) {
    for (uint64_t seed = 2; seed <= 100; seed += 4)
        audit_random(seed);
}

Test(races, random_scenarios_3) {
    for (uint64_t seed = 3; seed <= 100; seed += 4)
        audit_random(seed);
}

Test(races, random_scenarios_4) {
    for (uint64_t seed = 4; seed <= 100; seed += 4)
        audit_random(seed);
}

/* ---- extreme races ---- */

static void audit_well(struct scenario *scenario, const char *what) {
    struct failure failure = {0};
    int status = audit(scenario, 2, &failure);
    cr_assert(status == MATTHEW_OK, "%s: %s", what, failure.text);
    scenario_free(scenario);
}

Test(races, one_firm) {
    struct scenario scenario;
    scenario_small(&scenario, 1, 60);
    scenario.parameters.entry_enabled = 0.0;
    audit_well(&scenario, "one startup");
    scenario_small(&scenario, 1, 60);
    struct named_firm *named = scenario_name_firms(&scenario, 1);
    named->cash = 1e6;
    named->gpus = 1e6;
    named->staff[0] = 5.0;
    audit_well(&scenario, "one giant");
}

/* Everybody is bankrupt in month 1: no firm is left, and months go by. */
static void make_hopeless(struct scenario *scenario, long firms) {
    scenario_small(scenario, firms, 40);
    scenario->parameters.capital_enabled = 0.0;
    scenario->parameters.entry_enabled = 0.0;
    scenario->parameters.accounts_overhead = 1e6;
}

Test(races, no_firm_left) {
    struct scenario scenario;
    make_hopeless(&scenario, 600);
    struct race *race = race_at(&scenario, 40);
    for (size_t slot = 0; slot < race_world(race)->firms.slots; slot++)
        cr_assert(race_world(race)->firms.active[slot] == 0.0, "slot %zu: a firm is left", slot);
    double active = race_world(race)->industry.active_firms;
    cr_assert(active == 0.0, "industry.active_firms is %g, not 0", active);
    race_free(race);
    audit_well(&scenario, "no firm left");
    make_hopeless(&scenario, 10);
    scenario.parameters.entry_enabled = 1.0; /* and newcomers fail in the month after */
    scenario.parameters.entry_rate = 5000.0;
    audit_well(&scenario, "nobody survives");
    make_hopeless(&scenario, 30);
    scenario.parameters.entry_replacement = 1.0;
    audit_well(&scenario, "everybody is replaced");
}

Test(races, empty_markets) {
    struct scenario scenario;
    scenario_small(&scenario, 20, 40);
    for (int i = 0; i < MEMBERS_MAX; i++)
        scenario.parameters.customers_population[i] = 0.0;
    audit_well(&scenario, "no accounts");
    scenario_small(&scenario, 20, 40);
    for (int i = 0; i < MEMBERS_MAX; i++)
        scenario.parameters.talent_pool[i] = scenario.parameters.talent_entrant_staff[i] = 0.0;
    audit_well(&scenario, "no people");
    scenario_small(&scenario, 20, 40);
    scenario.parameters.capital_pool = 0.0;
    audit_well(&scenario, "no money");
    scenario_small(&scenario, 20, 40);
    scenario.parameters.compute_supply = 0.0;
    audit_well(&scenario, "no GPUs");
    scenario_small(&scenario, 20, 40);
    scenario.parameters.customers_enabled = scenario.parameters.talent_enabled = scenario.parameters.capital_enabled =
        scenario.parameters.compute_enabled = 0.0;
    audit_well(&scenario, "no markets");
}

/* ---- what must not matter ---- */

static void go_on(struct race *race, long month, const struct race_options *options, uint64_t seed) {
    struct failure failure = {0};
    int status = race_run(race, month, options, &failure);
    cr_assert(status == MATTHEW_OK, "seed %lu, to month %ld: %s", (unsigned long)seed, month, failure.text);
}

static void check_same(const struct race *found, const struct race *wanted, uint64_t seed) {
    if (race_digest(found) == race_digest(wanted))
        return;
    worlds_differ(race_world(found), race_world(wanted));
    cr_assert_fail("seed %lu: %s", (unsigned long)seed, difference);
}

static void check_other(unsigned long long one, unsigned long long other, uint64_t seed, long month) {
    cr_assert(one != other, "seed %lu, month %ld: a month changes nothing", (unsigned long)seed, month);
}

Test(races, two_months_are_one_and_one) {
    for (uint64_t seed = 500; seed < 512; seed++) {
        struct scenario scenario;
        struct failure failure = {0};
        struct race *once, *twice;
        scenario_random(&scenario, seed);
        scenario.firms = scenario.firms > 200 ? 200 : scenario.firms;
        struct race_options options = {.threads = 1, .check = 1, .turn_over = 1};
        cr_assert(race_new(&once, &scenario, &failure) == MATTHEW_OK, "seed %lu: %s", (unsigned long)seed,
                  failure.text);
        cr_assert(race_new(&twice, &scenario, &failure) == MATTHEW_OK, "seed %lu: %s", (unsigned long)seed,
                  failure.text);
        check_same(twice, once, seed);
        unsigned long long last = race_digest(once);
        for (long month = 2; month <= 24; month += 2) {
            go_on(once, month, &options, seed);
            go_on(twice, month - 1, &options, seed);
            check_other(race_digest(twice), race_digest(once), seed, month);
            go_on(twice, month - 1, &options, seed); /* nothing is left to do */
            go_on(twice, month, &options, seed);
            check_same(twice, once, seed);
            check_other(race_digest(once), last, seed, month);
            last = race_digest(once);
        }
        race_free(once);
        race_free(twice);
        scenario_free(&scenario);
    }
}

/* Draws are keyed by what they are for: a mechanism that draws and then does nothing with it changes nothing else.
 * Whether firms after a year are those of the other race; `difference` tells what is not. */
static int same_firms(const struct scenario *scenario, const struct race *wanted) {
    struct race *race = race_at(scenario, 12);
    const struct firms *firms = &race_world(race)->firms, *others = &race_world(wanted)->firms;
    difference[0] = '\0';
    int differ = firms->slots != others->slots ? tell("%zu slots in place of %zu", firms->slots, others->slots)
                                               : columns_differ(firms, others, FIELD_STATE, 12);
    race_free(race);
    return !differ;
}

Test(races, an_unused_purpose_leaves_all_else_equal) {
    struct scenario scenario;
    scenario_small(&scenario, 300, 12);
    struct parameters *p = &scenario.parameters;
    p->technology_decay = p->technology_obsolescence = 0.0;
    p->exit_enabled = p->entry_enabled = p->acquisitions_enabled = 0.0;
    struct race *plain = race_at(&scenario, 12);
    p->technology_obsolescence = 1.0; /* draws at every tenfold of the frontier, for a loss of 0 */
    p->technology_obsolescence_size = 0.0;
    cr_assert(same_firms(&scenario, plain), "obsolescence of size 0: %s", difference);
    p->plan_layoff_share = 0.0;
    struct race *loyal = race_at(&scenario, 12);
    cr_assert(!same_firms(&scenario, plain), "layoffs change nothing");
    p->plan_layoff_share = 1e-300; /* a draw that is always 0 */
    cr_assert(same_firms(&scenario, loyal), "layoffs of 0: %s", difference);
    p->technology_capability_noise = 1e-300; /* too little to change any capability */
    cr_assert(same_firms(&scenario, loyal), "noise of 0: %s", difference);
    scenario.seed++;
    cr_assert(!same_firms(&scenario, loyal), "the seed changes nothing");
    race_free(plain);
    race_free(loyal);
}

/* Two arms of a policy share their shocks: until the change they are the same race. */
Test(races, a_schedule_changes_nothing_before_its_month) {
    struct scenario scenario;
    struct failure failure = {0};
    scenario_small(&scenario, 100, 24);
    struct race *before = race_at(&scenario, 11), *other = NULL;
    unsigned long long after = scenario_digest(&scenario, 12, 1, &failure);
    scenario.changes = memory_new(1, sizeof *scenario.changes);
    scenario.change_count = 1;
    scenario.changes[0] =
        (struct change){.month = 12, .index = parameter_find("accounts", "overhead")->index, .value = 0.5};
    other = race_at(&scenario, 11);
    cr_assert(!worlds_differ(race_world(other), race_world(before)), "%s", difference);
    unsigned long long changed = scenario_digest(&scenario, 12, 1, &failure);
    cr_assert(changed != 0 && changed != after, "the change of month 12 changes nothing, or: %s", failure.text);
    race_free(before);
    race_free(other);
    scenario_free(&scenario);
}

/* ---- observers ---- */

struct watch {
    size_t tasks;
    long months, settled, again, finished;
    double seen;
};

static int watch_month(void *context, const struct world *world, struct failure *failure) {
    (void)failure;
    struct watch *watch = context;
    watch->months++;
    watch->tasks = (size_t)world->month % 4;
    return MATTHEW_OK;
}

static size_t watch_tasks(void *context, const struct world *world) {
    (void)world;
    return ((struct watch *)context)->tasks;
}

static void watch_task(void *context, const struct world *world, size_t task) {
    struct watch *watch = context;
    if (task == 0)
        watch->seen += world->firms.cash[0];
}

static int watch_settle(void *context, const struct world *world, int *again, struct failure *failure) {
    (void)world;
    (void)failure;
    struct watch *watch = context;
    *again = watch->settled++ % 3 == 0;
    watch->again += *again;
    return MATTHEW_OK;
}

static int watch_finish(void *context, const struct world *world, struct failure *failure) {
    (void)world;
    (void)failure;
    ((struct watch *)context)->finished++;
    return MATTHEW_OK;
}

Test(races, an_observer_never_changes_the_race) {
    struct scenario scenario;
    struct failure failure = {0};
    scenario_small(&scenario, 300, 24);
    unsigned long long alone = scenario_digest(&scenario, 24, 2, &failure);
    struct race *race;
    struct watch watch = {0};
    struct observer observer = {.context = &watch,
                                .month = watch_month,
                                .tasks = watch_tasks,
                                .task = watch_task,
                                .settle = watch_settle,
                                .finish = watch_finish};
    struct race_options options = {.threads = 2, .check = 1, .observer = &observer};
    cr_assert(race_new(&race, &scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(race_run(race, 10, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(watch.months == 11, "month 0 and ten more, not %ld months", watch.months);
    cr_assert(watch.finished == 1, "finished %ld times after one call", watch.finished);
    cr_assert(race_run(race, 24, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(watch.months == 25, "no month twice, not %ld months", watch.months);
    cr_assert(watch.settled == 25 + watch.again, "settled %ld times, %ld of them again", watch.settled, watch.again);
    cr_assert(watch.finished == 2, "finished %ld times after two calls", watch.finished);
    if (race_digest(race) != alone) {
        struct race *wanted = race_at(&scenario, 24);
        worlds_differ(race_world(race), race_world(wanted));
        cr_assert_fail("with an observer: %s", difference);
    }
    race_free(race);
}
