/* Takeovers (23): who is for sale, who is asked and may buy, what moves and what is paid; the schedule's; off switches.
 */
#include "agents/takeovers.h"

#include "agents/population.h"
#include "support/asserts.h"
#include "support/races.h"
#include "support/statistics.h"

#include <criterion/criterion.h>

static struct race *new_race(const struct scenario *scenario) {
    struct failure failure = {0};
    struct race *race;
    cr_assert(race_new(&race, scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    return race;
}

static struct world *inside(struct race *race) {
    return (struct world *)(uintptr_t)race_world(race);
}

static void run(struct race *race, long until) {
    struct failure failure = {0};
    struct race_options options = {.threads = 1, .check = 1, .turn_over = 1};
    cr_assert(race_run(race, until, &options, &failure) == MATTHEW_OK, "%s", failure.text);
}

static long acquired(const struct world *world) {
    long count = 0;
    for (size_t i = 0; i < world->reg.count; i++)
        count += world->reg.rows[i].reason == EXIT_ACQUIRED;
    return count;
}

/* Firms that all have the same: three named ones for the deals, no entry. */
static void three_firms(struct scenario *scenario) {
    scenario_small(scenario, 60, 24);
    struct named_firm *named = scenario_name_firms(scenario, 3);
    for (int i = 0; i < 3; i++) {
        named[i].strategy = 6;
        named[i].cash = 1000.0;
        named[i].core_income = 20.0;
        named[i].gpus = 100.0;
        for (int tier = 0; tier < 3; tier++)
            named[i].staff[tier] = 100.0;
        named[i].accounts[0] = 10000.0;
    }
    struct parameters *p = &scenario->parameters;
    p->entry_enabled = p->exit_enabled = 0.0;
    p->acquisitions_hazard = p->acquisitions_hazard_young = 0.0;
    p->acquisitions_share_limit = 1.0;
    p->acquisitions_distress_probability = 0.35;
    p->acquisitions_distress_price = 0.3;
    p->acquisitions_premium = 1.3;
    p->acquisitions_cash_cover = 3.0;
    p->acquisitions_suitors = 4.0;
    p->acquisitions_staff_retention = p->acquisitions_account_retention = 0.7;
    p->acquisitions_know_how_transfer = 1.0;
    p->talent_prestige_scale = 10.0;
    p->organisation_dilution_rate = 4.0;
}

static void plan_takeover(struct scenario *scenario, long month, int buyer, int target, double price) {
    size_t count = scenario->takeover_count;
    struct takeover *takeovers = memory_grow(scenario->takeovers, count, count + 1, sizeof *takeovers);
    cr_assert(takeovers != NULL);
    scenario->takeovers = takeovers;
    scenario->takeover_count++;
    takeovers[count] = (struct takeover){.month = month, .place = count, .price = price};
    memcpy(takeovers[count].buyer, scenario->named[buyer].name, 64);
    memcpy(takeovers[count].target, scenario->named[target].name, 64);
}

/* ---- off switches ---- */

Test(takeovers, without_any_the_mechanism_changes_nothing) {
    struct scenario scenario;
    struct failure failure = {0};
    scenario_small(&scenario, 300, 24);
    struct parameters *p = &scenario.parameters;
    unsigned long long with = scenario_digest(&scenario, 24, 2, &failure);
    p->acquisitions_enabled = 0.0;
    unsigned long long without = scenario_digest(&scenario, 24, 2, &failure);
    cr_assert(with != 0);
    cr_assert(without != 0);
    cr_assert(with != without);
    p->acquisitions_enabled = 1.0;
    p->acquisitions_share_limit = 0.0; /* merger control forbids all */
    assert_equal(scenario_digest(&scenario, 24, 2, &failure), without);
    p->acquisitions_share_limit = 0.3;
    p->acquisitions_suitors = 0.0; /* nobody is asked */
    assert_equal(scenario_digest(&scenario, 24, 2, &failure), without);
    p->acquisitions_suitors = 4.0;
    p->acquisitions_hazard = p->acquisitions_hazard_young = p->acquisitions_distress_probability = 0.0;
    assert_equal(scenario_digest(&scenario, 24, 2, &failure), without);
    p->acquisitions_distress_probability = 0.5;
    cr_assert(scenario_digest(&scenario, 24, 2, &failure) != without);
    scenario_free(&scenario);
}

/* Exits of both kinds are replaced. */
Test(takeovers, replacement_counts_both_kinds) {
    struct scenario scenario;
    scenario_small(&scenario, 100, 40);
    scenario.parameters.entry_replacement = 1.0;
    scenario.parameters.acquisitions_hazard_young = 0.05;
    scenario.parameters.acquisitions_share_limit = 1.0;
    struct race *race = new_race(&scenario);
    const struct world *world = race_world(race);
    for (long month = 1; month <= 40; month++) {
        run(race, month);
        double active = 0.0;
        for (size_t slot = 0; slot < world->firms.slots; slot++)
            active += world->firms.active[slot];
        cr_assert(active == 100.0, "%g firms in month %ld", active, month);
    }
    cr_assert(acquired(world) > 20, "only %ld takeovers", acquired(world));
    race_free(race);
    scenario_free(&scenario);
}

/* ---- what moves ---- */

/* One takeover by hand: cash less the price, machines and where they stand, debts to the firm; people and accounts go
   along or leave for the pool; what investors get. */
Test(takeovers, what_moves) {
    struct scenario scenario;
    three_firms(&scenario);
    struct race *race = new_race(&scenario);
    struct world *world = inside(race);
    struct firms *f = &world->firms;
    f->cash[1] = -7.5; /* debts go along */
    f->gpus[1] = 300.0;
    f->gpu_backlog[1] = 11.0;
    f->site[0][1] = 0.0;
    f->site[1][1] = 1.0;
    f->investor_stake[1] = 0.25;
    f->investor_proceeds[1] = 2.0;
    f->capability[0] = 0.5;
    f->capability[1] = 1.5;
    f->tenure[0][0] = 10.0;
    f->staff_tenure[0][0] = 12.0;
    f->receivables[0][1] = 3.0;
    f->operating_outflow[1] = 5.0;
    double outflow = f->operating_outflow[0], receipts = f->total_receipts[0], owed = f->receivables[0][0];
    double pool = world->industry.pool[0], free = world->industry.non_adopters[0];
    takeover_transfer(world, &(struct departure){.id = 1.0, .slot = 1, .buyer = 0, .price = 40.0});
    assert_equal(f->cash[0], 1000.0 + (-7.5 - 40.0));
    assert_equal(f->core_income[0], 40.0);
    assert_equal(f->gpus[0], 400.0);
    assert_equal(f->gpu_backlog[0], 11.0);
    assert_equal(f->gpus_bought[0], 200.0);
    assert_equal(f->site[0][0], 0.25);
    assert_equal(f->site[1][0], 0.75);
    assert_equal(f->site[2][0], 0.0);
    assert_equal(f->receivables[0][0], owed + 3.0);
    assert_equal(f->operating_outflow[0], outflow + 5.0);
    assert_equal(f->total_receipts[0], receipts + f->total_receipts[1]);
    assert_equal(f->investor_proceeds[1], 2.0 + 0.25 * 40.0);
    assert_equal(f->investor_proceeds[0], 0.0);
    double people = f->staff[0][0] - 100.0, accounts = f->accounts[0][0] - 10000.0;
    cr_assert(people > 40.0);
    cr_assert(people < 95.0);
    assert_equal(people + world->industry.pool[0] - pool, 100.0);
    cr_assert(accounts > 6500.0);
    cr_assert(accounts < 7500.0);
    assert_equal(accounts + world->industry.non_adopters[0] - free, 10000.0);
    double all = people + f->staff[1][0] + f->staff[2][0] - 200.0;
    cr_assert(f->joined[0] == all && all > 150.0 && f->joined[1] == 0.0, "%g", f->joined[0]);
    assert_near(f->staff_tenure[0][0], 1200.0 / (100.0 + people), 1e-12);
    assert_near(f->tenure[0][0], 1e5 / (1e4 + accounts), 1e-12);
    assert_near(f->capability[0], (0.5 + people / (people + 10.0)), 1e-12); /* T0 is 10 */
    assert_equal(f->capability[1], 1.5);
    race_free(race);
    scenario_free(&scenario);
}

/* Who goes along is binomial: mean and variance over 4,000 takeovers of 100 people and 10,000 accounts. Two-sided rate
   of false alarms 1e-5 each; a chance of .69 in place of .7 must be found. */
Test(takeovers, retention_is_binomial) {
    struct scenario scenario;
    three_firms(&scenario);
    struct race *race = new_race(&scenario);
    struct world *world = inside(race);
    struct firms *f = &world->firms;
    enum { TAKEOVERS = 4000 };
    const double count[] = {100.0, 10000.0};
    double sum[2] = {0}, square[2] = {0};
    for (long month = 1; month <= TAKEOVERS; month++) {
        world->month = month;
        f->staff[1][0] = f->accounts[0][0] = 0.0;
        takeover_transfer(world, &(struct departure){.id = 1.0, .slot = 1, .buyer = 0});
        double along[] = {f->staff[1][0], f->accounts[0][0]};
        for (int i = 0; i < 2; i++) {
            sum[i] += along[i] - 0.7 * count[i];
            square[i] += (along[i] - 0.7 * count[i]) * (along[i] - 0.7 * count[i]);
        }
    }
    for (int i = 0; i < 2; i++) {
        double variance = count[i] * 0.7 * 0.3, spread = sqrt(TAKEOVERS * variance);
        cr_assert(statistics_two_sided(sum[i] / spread) > 1e-5, "z = %g", sum[i] / spread);
        cr_assert(statistics_two_sided((sum[i] + 0.01 * count[i] * TAKEOVERS) / spread) < 1e-5);
        cr_assert(statistics_variance(square[i] / TAKEOVERS / variance, TAKEOVERS) > 1e-5);
    }
    race_free(race);
    scenario_free(&scenario);
}

/* ---- the schedule ---- */

Test(takeovers, of_the_schedule) {
    struct scenario scenario;
    three_firms(&scenario);
    plan_takeover(&scenario, 3, 0, 1, 200.0);
    plan_takeover(&scenario, 5, 2, 1, 1.0); /* it is gone by then */
    plan_takeover(&scenario, 6, 2, 0, 1e9); /* nobody has that much */
    struct race *race = new_race(&scenario);
    const struct world *world = race_world(race);
    run(race, 2);
    assert_equal(acquired(world), 0);
    run(race, 3);
    assert_equal(acquired(world), 1);
    assert_equal(world->exits, 1);
    assert_equal(world->firms.id[1], -1.0);
    const struct register_row *row = &world->reg.rows[1];
    assert_equal(row->reason, EXIT_ACQUIRED);
    assert_equal(row->acquirer, 0.0);
    assert_equal(row->exit_month, 3);
    assert_equal(row->parent, -1.0);
    cr_assert(world->firms.gpus[0] > 190.0);
    cr_assert(world->firms.core_income[0] > 40.0);
    double strange = world->firms.joined[0], familiar = world->firms.dilution[0]; /* newcomers of the next month (16) */
    cr_assert(strange > 150.0);
    assert_equal(world->firms.joined[2], 0.0);
    run(race, 4);
    assert_equal(world->firms.joined[0], 0.0);
    cr_assert(world->firms.dilution[0] > familiar + 0.1);
    run(race, 8);
    assert_equal(acquired(world), 1);
    assert_equal(world->firms.active[0], 1.0);
    assert_equal(world->firms.active[2], 1.0);
    race_free(race);
    scenario.parameters.acquisitions_share_limit = 0.0;
    race = new_race(&scenario);
    run(race, 8);
    cr_assert(acquired(race_world(race)) == 0, "merger control forbids all");
    race_free(race);
    scenario_free(&scenario);
}

/* Two in one month: as long as the cash lasts; and one that is itself taken over after it has bought. */
Test(takeovers, several_in_a_month) {
    for (int chain = 0; chain < 2; chain++) {
        struct scenario scenario;
        three_firms(&scenario);
        scenario.named[0].cash = 5000.0;
        scenario.named[1].cash = scenario.named[2].cash = 0.0;
        plan_takeover(&scenario, 1, 0, 1, 4000.0);
        plan_takeover(&scenario, 1, chain ? 2 : 0, chain ? 0 : 2, chain ? 0.0 : 4000.0);
        struct race *race = new_race(&scenario);
        const struct world *world = race_world(race);
        run(race, 1);
        cr_assert(acquired(world) == 1 + chain, "%ld takeovers", acquired(world));
        assert_equal(world->reg.rows[1].acquirer, 0.0);
        assert_equal(world->reg.rows[0].acquirer, (chain ? 2.0 : -1.0));
        cr_assert(chain == 0 || (world->firms.gpus[2] > 290.0 && world->firms.cash[2] > 500.0));
        run(race, 12);
        race_free(race);
        scenario_free(&scenario);
    }
}

/* ---- who may buy ---- */

/* Plans one takeover of firm 1 by firm 0 with receipts given in shares of the total; 1 when it is allowed. */
static int is_allowed(struct race *race, double buyer, double target, double limit) {
    struct world *world = inside(race);
    for (size_t slot = 0; slot < world->firms.slots; slot++)
        world->firms.total_receipts[slot] = 0.0;
    world->firms.total_receipts[0] = buyer;
    world->firms.total_receipts[1] = target;
    world->firms.total_receipts[2] = 1.0 - buyer - target;
    for (size_t block = 0; block < world->sums.blocks; block++)
        sums_row(&world->sums, block)[SUM_receipts] = block == 0 ? 1.0 : 0.0;
    world->parameters.acquisitions_share_limit = limit;
    world->month = 1;
    departures_plan(world);
    return world->departures.count == 1 && world->departures.bought == 1;
}

Test(takeovers, merger_control) {
    struct scenario scenario;
    three_firms(&scenario);
    plan_takeover(&scenario, 1, 0, 1, 10.0);
    struct race *race = new_race(&scenario);
    cr_assert(is_allowed(race, 0.25, 0.04, 0.3));
    cr_assert(!is_allowed(race, 0.25, 0.06, 0.3), "the joint share is above the limit");
    cr_assert(is_allowed(race, 0.25, 0.06, 0.32));
    cr_assert(is_allowed(race, 0.9, 0.1, 1.0));
    cr_assert(is_allowed(race, 0.6, 0.5e-4, 0.3), "too small to matter");
    cr_assert(!is_allowed(race, 0.6, 2e-4, 0.3));
    cr_assert(!is_allowed(race, 0.1, 0.0, 0.0), "0 forbids every takeover");
    race_free(race);
    scenario_free(&scenario);
}

/* The cash cover; debts of the target count as cost; who is insolvent cannot buy. */
Test(takeovers, cash_cover) {
    struct scenario scenario;
    three_firms(&scenario);
    scenario.firms = 3;
    struct race *race = new_race(&scenario);
    struct world *world = inside(race);
    struct firms *f = &world->firms;
    f->cash[2] = 0.0;
    f->valuation[1] = 100.0;
    static const struct {
        double buyer, target;
        int sold;
    } tried[] = {{390.5, 5.0, 1}, {389.5, 5.0, 0}, {-1.0, 5.0, 0}, {120.5, -10.0, 1}, {119.5, -10.0, 0}};
    for (size_t i = 0; i < sizeof tried / sizeof *tried; i++) {
        f->cash[0] = tried[i].buyer;
        f->cash[1] = tried[i].target;
        f->for_sale[1] = tried[i].target > 0.0;
        sums_row(&world->sums, 0)[SUM_for_sale] = 1.0;
        sums_row(&world->sums, 0)[SUM_insolvent] = 1.0;
        world->parameters.exit_enabled = 1.0;
        world->parameters.acquisitions_distress_probability = 1.0;
        world->parameters.acquisitions_share_limit = 1.0;
        departures_plan(world);
        cr_assert(world->departures.bought == (size_t)tried[i].sold, "%zu: %zu", i, world->departures.bought);
        if (tried[i].sold) {
            assert_equal(world->departures.list[0].slot, 1);
            assert_equal(world->departures.list[0].buyer, 0);
            assert_near(world->departures.list[0].price, (tried[i].target > 0.0 ? 130.0 : 30.0), 1e-12);
        }
    }
    race_free(race);
    scenario_free(&scenario);
}

/* Insolvent firms look for a buyer with the probability of the table, and ask in proportion to cash. False alarms 1e-5.
 */
Test(takeovers, suitors_are_drawn_in_proportion_to_cash) {
    struct scenario scenario;
    three_firms(&scenario);
    scenario.firms = 20;
    struct race *race = new_race(&scenario);
    struct world *world = inside(race);
    struct firms *f = &world->firms;
    enum { MONTHS = 20000, FIRMS = 20, TARGET = 7 };
    double seen[FIRMS + 1] = {0}, expected[FIRMS + 1] = {0}, twisted[FIRMS + 1], total = 0.0;
    for (int i = 0; i < FIRMS; i++) {
        f->cash[i] = i == TARGET ? -1.0 : 10.0 + i * i;
        total += i == TARGET ? 0.0 : f->cash[i];
    }
    f->valuation[TARGET] = 1.0;
    sums_row(&world->sums, 0)[SUM_insolvent] = 1.0;
    world->parameters.exit_enabled = 1.0;
    for (int i = 0; i < FIRMS; i++) {
        expected[i] = i == TARGET ? 0.0 : MONTHS * 0.35 * f->cash[i] / total;
        twisted[i] = i == TARGET ? 0.0 : MONTHS * 0.35 * (0.9 * f->cash[i] / total + 0.1 / (FIRMS - 1));
    }
    expected[FIRMS] = twisted[FIRMS] = MONTHS * 0.65;
    for (world->month = 1; world->month <= MONTHS; world->month++) {
        departures_plan(world);
        assert_equal(world->departures.count, 1);
        size_t buyer = world->departures.list[0].buyer;
        seen[buyer == NO_SLOT ? FIRMS : buyer]++;
    }
    double fit = statistics_fit(seen, expected, FIRMS + 1), mutant = statistics_fit(seen, twisted, FIRMS + 1);
    cr_assert(fit > 1e-5, "p = %g", fit);
    cr_assert(mutant < 1e-5, "p = %g", mutant);
    race_free(race);
    scenario_free(&scenario);
}

/* Solvent firms are for sale with the hazard of their age; the other hazard must not pass. False alarms 1e-5 each. */
Test(takeovers, firms_are_for_sale_with_the_hazard_of_their_age) {
    struct scenario scenario;
    scenario_small(&scenario, 4000, 1);
    scenario.parameters.entry_enabled = 0.0;
    scenario.parameters.acquisitions_hazard = 0.04;
    scenario.parameters.acquisitions_hazard_young = 0.01;
    scenario.parameters.acquisitions_young_age = 20.0;
    scenario.parameters.acquisitions_suitors = 0.0;
    struct race *race = new_race(&scenario);
    run(race, 1);
    const struct world *world = race_world(race);
    const struct firms *f = &world->firms;
    double tried[2] = {0}, seen[2] = {0}, sentiment = world->conditions.sentiment;
    for (size_t slot = 0; slot < f->slots; slot++) {
        if (f->active[slot] == 0.0)
            continue;
        int old = f->age[slot] >= 20.0;
        tried[old]++;
        seen[old] += f->for_sale[slot];
    }
    for (int old = 0; old < 2; old++) {
        double chance = 1.0 - exp(-(old ? 0.04 : 0.01) * sentiment),
               spread = sqrt(tried[old] * chance * (1.0 - chance));
        cr_assert(tried[old] > 1000.0);
        cr_assert(statistics_two_sided((seen[old] - tried[old] * chance) / spread) > 1e-5);
        cr_assert(statistics_two_sided((seen[old] - tried[old] * (old ? 0.01 : 0.04)) / spread) < 1e-5);
    }
    race_free(race);
    scenario_free(&scenario);
}
