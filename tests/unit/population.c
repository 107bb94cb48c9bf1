/* Who is there: the initial population, exits in the order of ids, slots that rest, and entry (equations 23, 24). */
#include "agents/population.h"

#include "agents/events.h"
#include "support/races.h"
#include "support/statistics.h"

#include <criterion/criterion.h>

Test(population, the_first_firms) {
    struct scenario scenario;
    scenario_small(&scenario, 40, 10);
    struct named_firm *named = scenario_name_firms(&scenario, 3);
    for (int i = 0; i < 3; i++) {
        named[i].strategy = i;
        named[i].region = i;
        named[i].cash = 100.0 * i;
        named[i].gpus = 10.0 * i;
        named[i].staff[1] = 7.0 * i;
        named[i].accounts[0] = 1000.0 * i;
        named[i].capability = 0.5 * i;
        named[i].age = 30.5;
    }
    named[1].gene[0] = 0.123; /* speed */
    struct race *race = race_at(&scenario, 0);
    const struct world *world = race_world(race);
    const struct firms *f = &world->firms;
    cr_assert(f->slots == 40 && world->reg.count == 40 && world->industry.next_id == 40.0 && world->month == 0);
    for (size_t i = 0; i < 40; i++) {
        cr_assert(f->id[i] == (double)i && f->active[i] == 1.0);
        cr_assert(world->reg.rows[i].slot == (long)i && world->reg.rows[i].exit_month == -1);
        double shares = f->compute_share[i] + f->hire_share[i] + f->hardware_share[i] + f->software_share[i] +
                        f->optimisation_share[i] + f->application_share[i] + f->platform_share[i] +
                        f->influence_share[i];
        cr_assert(fabs(shares - 1.0) < 1e-12, "budget shares add up to %g", shares);
        cr_assert(f->price[0][i] > 0.0);
    }
    for (size_t i = 0; i < 3; i++) {
        cr_assert(strcmp(world->reg.rows[i].name, named[i].name) == 0);
        cr_assert(f->strategy[i] == (double)i && f->region[i] == (double)i && f->cash[i] == 100.0 * (double)i);
        cr_assert(f->gpus[i] == 10.0 * (double)i && f->staff[1][i] == 7.0 * (double)i && f->age[i] == 30.0);
        cr_assert(f->accounts[0][i] == 1000.0 * (double)i && f->capability[i] == 0.5 * (double)i);
        for (int r = 0; r < f->regions; r++)
            cr_assert(f->site[r][i] == (i > 0 && r == (int)i ? 1.0 : 0.0));
        cr_assert(f->speed[i] == (i == 1 ? 0.123 : scenario.parameters.strategies_speed[i]));
        cr_assert(f->months_since_release[i] >= 0.0 && f->months_since_release[i] <= 5.0);
    }
    cr_assert(world->reg.rows[3].name[0] == '\0');
    race_free(race);
    scenario_free(&scenario);
}

/* The last release of named firms was 0 to 5 months ago, each as likely, by a draw of the seed and the slot alone.
 * False-positive rate 1e-5. */
Test(population, named_firms_do_not_release_in_step) {
    enum { NAMED = 12, SEEDS = 100 };
    double seen[6] = {0}, expected[6], twisted[6];
    for (int seed = 1; seed <= SEEDS; seed++) {
        struct scenario scenario;
        scenario_small(&scenario, NAMED, 1);
        scenario_name_firms(&scenario, NAMED);
        scenario.seed = (uint64_t)seed;
        struct race *race = race_at(&scenario, 0);
        for (size_t i = 0; i < NAMED; i++)
            seen[(int)race_world(race)->firms.months_since_release[i]]++;
        race_free(race);
        scenario_free(&scenario);
    }
    for (int i = 0; i < 6; i++) {
        expected[i] = NAMED * SEEDS / 6.0;
        twisted[i] = NAMED * SEEDS / 6.0 * (i == 0 ? 1.5 : 0.9);
    }
    cr_assert(statistics_fit(seen, expected, 6) > 1e-5 && statistics_fit(seen, twisted, 6) < 1e-5);
}

/* Startups: strategies in the proportion of their shares, genes inside their ranges. False-positive rate 1e-5. */
Test(population, strategies_are_drawn_by_their_shares) {
    struct scenario scenario;
    scenario_small(&scenario, 4000, 1);
    struct race *race = race_at(&scenario, 0);
    const struct firms *f = &race_world(race)->firms;
    int count = scenario.members[FAMILY_STRATEGY].count;
    double seen[MEMBERS_MAX] = {0}, expected[MEMBERS_MAX], twisted[MEMBERS_MAX], total = 0.0, speeds = 0.0;
    for (int i = 0; i < count; i++)
        total += scenario.parameters.strategies_share[i];
    for (int i = 0; i < count; i++) {
        expected[i] = 4000.0 * scenario.parameters.strategies_share[i] / total;
        twisted[i] = 4000.0 * (0.8 * scenario.parameters.strategies_share[i] / total + 0.2 / count);
    }
    for (size_t i = 0; i < f->slots; i++) {
        seen[(int)f->strategy[i]]++;
        cr_assert(f->speed[i] >= 0.0 && f->speed[i] <= 1.0 && f->penetration[i] <= 0.98 && f->wage_gene[i] >= 0.1 &&
                  f->cadence[i] >= 1.0);
        speeds += f->strategy[i] == 6.0 ? log(f->speed[i] / 0.1) / 0.15 : 0.0; /* `efficient`, far from the bounds */
    }
    double p = statistics_fit(seen, expected, (size_t)count), mutant = statistics_fit(seen, twisted, (size_t)count);
    cr_assert(p > 1e-5, "p = %g", p);
    cr_assert(mutant < 1e-5, "p = %g", mutant);
    cr_assert(statistics_two_sided(speeds / sqrt(seen[6])) > 1e-5);
    race_free(race);
    scenario_free(&scenario);
}

/* ---- exit ---- */

struct diary {
    double exits[400];
    long count, wrong;
    double last_amount;
};

static int read_events(void *context, const struct world *world, int *again, struct failure *failure) {
    (void)again;
    (void)failure;
    struct diary *diary = context;
    double last = -1.0;
    for (size_t i = 0; i < world->events.count; i++) {
        const struct event *event = &world->events.list[i];
        if (event->kind != EVENT_liquidation)
            continue;
        diary->wrong += event->firm <= last; /* in the order of ids */
        diary->wrong += world->reg.rows[(size_t)event->firm].exit_month != event->month;
        diary->wrong += event->month != world->month && event->month != world->month - 1;
        last = event->firm;
        diary->exits[diary->count++ % 400] = event->firm;
    }
    return MATTHEW_OK;
}

/* Places are left in the order of ids, rest 12 months and are taken again in that order. */
Test(population, places_rest_and_are_taken_again_in_order) {
    struct scenario scenario;
    scenario_small(&scenario, 30, 60);
    scenario.parameters.capital_enabled = 0.0;
    scenario.parameters.exit_cash_floor = 0.0;
    scenario.entry_scale = 1.0;
    scenario.parameters.entry_rate = 3.0;
    struct diary diary = {0};
    struct observer observer = {.context = &diary, .settle = read_events, .events = 1};
    struct race *race = race_at(&scenario, 0);
    const struct world *world = race_world(race);
    long reused = 0, left_month[2000];
    for (int i = 0; i < 2000; i++)
        left_month[i] = -1;
    for (long month = 1; month <= 60; month++) {
        size_t known = world->reg.count, used = world->places.used;
        race_turns_over(race, month, &observer);
        long last_left = -1;
        for (size_t id = known; id < world->reg.count; id++) {
            size_t place = (size_t)world->reg.rows[id].place;
            cr_assert(world->reg.rows[id].entry_month == month && world_slot(world, (double)id) != NO_SLOT);
            if (place >= used)
                continue;
            cr_assert(left_month[place] >= 0 && month >= left_month[place] + PLACE_REST);
            cr_assert(left_month[place] >= last_left, "the place that was left first is taken first");
            last_left = left_month[place];
            reused++;
        }
        for (size_t id = 0; id < world->reg.count; id++)
            if (world->reg.rows[id].exit_month == month)
                left_month[world->reg.rows[id].place] = month;
    }
    cr_assert(diary.wrong == 0 && diary.count > 20 && reused > 10, "%ld wrong, %ld exits, %ld reused", diary.wrong,
              diary.count, reused);
    race_free(race);
    scenario_free(&scenario);
}

/* Firms lie in as few blocks as they fit into, the register knows where, and a firm that stays keeps its columns. */
Test(population, firms_lie_dense) {
    struct scenario scenario;
    struct failure failure = {0};
    cr_assert(scenario_load(&scenario, "frontier-race", &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(scenario_set_firms(&scenario, 1500, &failure) == MATTHEW_OK, "%s", failure.text);
    scenario.parameters.entry_enabled = 0.0;
    struct race *race = race_at(&scenario, 0);
    const struct world *world = race_world(race);
    const struct firms *firms = &world->firms;
    long moved = 0;
    size_t *before = malloc(1500 * sizeof *before);
    for (long month = 1; month <= 60; month++) {
        for (size_t id = 0; id < world->reg.count; id++)
            before[id] = world_slot(world, (double)id);
        race_turns_over(race, month, NULL);
        size_t living = 0;
        for (size_t slot = 0; slot < firms->slots; slot++)
            living += firms->active[slot] > 0.0;
        cr_assert((living + BLOCK - 1) / BLOCK == (firms->slots + BLOCK - 1) / BLOCK,
                  "month %ld: %zu firms in %zu slots", month, living, firms->slots);
        for (size_t id = 0; id < world->reg.count; id++) {
            size_t slot = world_slot(world, (double)id);
            cr_assert((slot == NO_SLOT) == (world->reg.rows[id].exit_month >= 0), "firm %zu", id);
            moved += slot != NO_SLOT && slot != before[id];
        }
        for (size_t slot = firms->slots; slot < firms->capacity; slot++)
            cr_assert(firms->id[slot] == -1.0 && firms->cash[slot] == 0.0, "slot %zu is not empty", slot);
    }
    cr_assert(moved > 50, "only %ld moves", moved);
    free(before);
    race_free(race);
    scenario_free(&scenario);
}

/* ---- entry ---- */

/* The number of entrants has the Poisson mean of (24). False-positive rate 1e-5; a mean 15% off must be found. */
Test(population, entrants_come_at_the_rate_of_the_equation) {
    struct scenario scenario;
    scenario_small(&scenario, 10, 1);
    struct race *race = race_at(&scenario, 0);
    struct world *world = (struct world *)(uintptr_t)race_world(race);
    const struct parameters *p = &world->parameters;
    world->industry.log_sentiment = 0.4;
    world->industry.sector_growth = 0.5;
    world->parameters.entry_barrier = 0.15;
    world->conditions.capture = 0.05;
    double mean =
        p->entry_rate * world->scenario->entry_scale *
        exp(p->entry_sentiment_elasticity * 0.4 + p->entry_growth_response * (0.5 - p->capital_reference_growth) - 0.2);
    enum { MONTHS = 20000, CELLS = 30 };
    double seen[CELLS] = {0}, expected[CELLS], twisted[CELLS];
    for (int k = 0; k < CELLS; k++) {
        expected[k] = MONTHS * exp(k * log(mean) - mean - lgamma(k + 1.0));
        twisted[k] = MONTHS * exp(k * log(1.15 * mean) - 1.15 * mean - lgamma(k + 1.0));
    }
    for (long month = 1; month <= MONTHS; month++) {
        world->month = month;
        population_count(world);
        cr_assert(world->entries >= 0 && world->entries < CELLS);
        seen[world->entries]++;
    }
    double fit = statistics_fit(seen, expected, CELLS), mutant = statistics_fit(seen, twisted, CELLS);
    cr_assert(fit > 1e-5, "mean %g, p = %g", mean, fit);
    cr_assert(mutant < 1e-5, "p = %g", mutant);
    race_free(race);
    scenario_free(&scenario);
}

Test(population, replacement_keeps_the_number_of_firms) {
    struct scenario scenario;
    scenario_small(&scenario, 100, 40);
    scenario.parameters.capital_enabled = 0.0;
    scenario.parameters.entry_replacement = 1.0;
    struct race *race = race_at(&scenario, 0);
    const struct world *world = race_world(race);
    for (long month = 1; month <= 40; month++) {
        race_goes_on(race, month, NULL);
        double active = 0.0;
        for (size_t slot = 0; slot < world->firms.slots; slot++)
            active += world->firms.active[slot];
        cr_assert(active == 100.0);
    }
    cr_assert(world->reg.count > 120, "too few exits to see anything");
    race_free(race);
    scenario_free(&scenario);
}

/* The n-th entrant of a month is the same whatever else happens to a race: arms of a policy share their entrants. */
Test(population, arms_of_a_policy_share_entrants) {
    struct scenario scenario;
    scenario_small(&scenario, 50, 6);
    scenario.parameters.entry_rate = 800.0;
    struct race *first = race_at(&scenario, 0);
    scenario.parameters.accounts_overhead *= 3.0; /* another life for the firms that are there */
    struct race *second = race_at(&scenario, 0);
    race_goes_on(first, 4, NULL);
    race_goes_on(second, 4, NULL);
    long compared = 0;
    const struct world *a = race_world(first), *b = race_world(second);
    for (long month = 1; month <= 4; month++) {
        size_t i = 0, j = 0;
        while (i < a->reg.count && a->reg.rows[i].entry_month < month)
            i++;
        while (j < b->reg.count && b->reg.rows[j].entry_month < month)
            j++;
        for (; i < a->reg.count && j < b->reg.count && a->reg.rows[i].entry_month == month &&
               b->reg.rows[j].entry_month == month;
             i++, j++) {
            if (month == 1 && i < 50)
                continue;
            cr_assert(a->reg.rows[i].strategy == b->reg.rows[j].strategy &&
                      a->reg.rows[i].region == b->reg.rows[j].region);
            cr_assert(a->firms.speed[a->reg.rows[i].slot] == b->firms.speed[b->reg.rows[j].slot]);
            compared++;
        }
    }
    cr_assert(compared > 10, "only %ld pairs", compared);
    race_free(first);
    race_free(second);
    scenario_free(&scenario);
}
