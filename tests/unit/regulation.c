/* Influence and the barriers that it raises, and the direct effect of every lever of policy (equation 26). */
#define MATTHEW_KERNEL_SUFFIX baseline
#include "support/phases.h"

enum { SEEDS = 30 };

/* ---- influence ---- */

static void regulated(struct scenario *scenario) {
    scenario->parameters.regulation_enabled = 1.0;
    scenario->parameters.regulation_capture += 0.1;
}

/* The number rounded as the library's ladder does: to a sixteenth of its octave. */
static double rounded(double value) {
    int exponent;
    double fraction = frexp(value, &exponent);
    return ldexp(floor(fraction * 32.0), exponent);
}

static double oracle_rank(const struct firms *f, size_t i) {
    double lower = 0.0, all = 0.0;
    for (size_t j = 0; j < f->slots; j++) {
        all += f->active[j];
        lower += f->active[j] > 0.0 && rounded(f->influence[j]) < rounded(f->influence[i]);
    }
    return lower / all;
}

Test(regulation, influence_and_its_barriers) {
    long spread = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        static struct trial trial;
        struct draws draws = draws_open(seed);
        trial_open(&trial, 9300 + seed, regulated);
        struct world *world = trial.world;
        struct firms *f = &world->firms;
        const struct parameters *p = trial.p;
        for (size_t i = 0; i < f->slots; i++)
            f->influence[i] = f->active[i] > 0.0 && i % 3 > 0 ? exp(4.0 * draws_normal(&draws)) : 0.0;
        regulation_open(world);
        double barrier = p->entry_barrier + p->regulation_capture * world->industry.political_influence;
        trial_expect(&trial, "barrier", 0, world->conditions.burden, barrier, 1e-14, 0.0);
        trial_expect(&trial, "capture", 0, world->conditions.capture, barrier - p->entry_barrier, 1e-12, barrier);
        trial_plan(&trial);
        trial_order(&trial);
        trial_deliver(&trial);
        for (size_t i = 0; i < f->slots; i++)
            if (f->active[i] > 0.0) {
                double burden = barrier * (1.0 - oracle_rank(f, i));
                trial_expect(&trial, "permit burden", i, f->permit_burden[i], burden, 1e-12, 0.0);
                spread += f->permit_burden[i] < 0.5 * barrier;
            }
        trial_mark(&trial);
        trial_sell(&trial);
        trial_account(&trial);
        double weighted = 0.0, receipts = 0.0;
        for (size_t i = 0; i < f->slots; i++) {
            double influence = (1.0 - p->regulation_influence_decay) * before(&trial, FIELD_influence, 0)[i] +
                               p->regulation_influence_rate * sqrt(f->budget[i] * f->influence_share[i]);
            trial_expect(&trial, "influence", i, f->influence[i], influence, 1e-12, 0.0);
            weighted += f->total_receipts[i] * log(1.0 + f->influence[i]);
            receipts += f->total_receipts[i];
        }
        regulation_close(world);
        trial_expect(&trial, "political influence", 0, world->industry.political_influence,
                     receipts > 0.0 ? weighted / receipts : 0.0, 1e-12, 0.0);
        trial_close(&trial);
    }
    cr_assert(spread > 100, "%ld firms with influence", spread);
}

static void capped(struct scenario *scenario) {
    scenario->parameters.compute_enabled = 1.0;
    scenario->parameters.regulation_gpu_cap = 300.0;
    scenario->parameters.compute_clearing = 0.0;
    scenario->parameters.compute_own_threshold = 0.0;
}

/* A cap cuts orders of GPUs and own chips alike, to what is left below it. */
Test(regulation, a_cap_leaves_room) {
    long cut = 0, full = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        static struct trial trial;
        trial_open(&trial, 9400 + seed, capped);
        struct world *world = trial.world;
        const struct firms *f = &world->firms;
        double cap = 300.0 * exp(trial.p->regulation_cap_growth * (double)(world->month - 1));
        trial_plan(&trial);
        world->conditions.gpu_cap = 1e300;
        trial_order(&trial);
        trial_mark(&trial);
        world->conditions.gpu_cap = cap;
        trial_order(&trial);
        for (size_t i = 0; i < f->slots; i++) {
            double own = before(&trial, FIELD_own_chip_order, 0)[i], order = before(&trial, FIELD_gpu_order, 0)[i];
            double room = fmax(cap - f->gpus[i] - f->gpu_backlog[i], 0.0);
            double part = own + order > room ? room / (own + order) : 1.0;
            trial_expect(&trial, "order", i, f->gpu_order[i], order * part, 1e-12, 0.0);
            trial_expect(&trial, "own order", i, f->own_chip_order[i], own * part, 1e-12, 0.0);
            cut += part < 1.0 && part > 0.0;
            full += part == 0.0;
        }
        trial_expect(&trial, "orders", 0, sums_total(&world->sums, SUM_own_chip_orders, 0),
                     ledger_sum(f->own_chip_order, f->slots), 1e-12, 0.0);
        trial_close(&trial);
    }
    cr_assert(cut > 50 && full > 5, "%ld cut, %ld full", cut, full);
}

/* Off, the budget share and all else of influence leave the race as it is. */
Test(regulation, off) {
    struct scenario scenario;
    struct failure failure = {0};
    scenario_small(&scenario, 200, 20);
    struct parameters *p = &scenario.parameters;
    unsigned long long on = scenario_digest(&scenario, 20, 1, &failure);
    p->regulation_enabled = 0.0;
    unsigned long long off = scenario_digest(&scenario, 20, 1, &failure);
    p->regulation_influence_rate = p->regulation_capture = 1.0;
    for (int i = 0; i < MEMBERS_MAX; i++)
        p->strategies_influence[i] = 0.5;
    cr_assert(on != off && off == scenario_digest(&scenario, 20, 1, &failure));
    scenario_free(&scenario);
}

/* ---- levers ---- */

static struct race *race_after(const struct scenario *scenario, long months) {
    struct failure failure = {0};
    struct race *race;
    struct race_options options = {.threads = 1, .check = 1, .turn_over = 1};
    cr_assert(race_new(&race, scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(race_run(race, months, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    return race;
}

static const struct firms *firms_of(const struct race *race) {
    return &race_world(race)->firms;
}

static double largest(const double *column, size_t count) {
    double most = 0.0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, column[i]);
    return most;
}

/* A giant and startups. */
static void open_lever(struct scenario *scenario, long months) {
    scenario_small(scenario, 200, months);
    scenario->parameters.acquisitions_enabled = 0.0;
    struct named_firm *named = scenario_name_firms(scenario, 1);
    named->cash = 2e4;
    named->gpus = 5e4;
    named->core_income = 500.0;
    named->staff[0] = 500.0;
    named->staff[1] = 500.0;
    named->accounts[2] = 2e4;
}

Test(levers, a_cap_on_gpus) {
    struct scenario scenario;
    open_lever(&scenario, 24);
    struct race *base = race_after(&scenario, 24);
    const struct firms *f = firms_of(base);
    double held = largest(f->gpus, f->slots);
    scenario.parameters.regulation_gpu_cap = 0.5 * held;
    struct race *capped = race_after(&scenario, 24);
    scenario.parameters.regulation_cap_growth = 0.02; /* 1.6 times in 24 months */
    struct race *indexed = race_after(&scenario, 24);
    f = firms_of(capped);
    double first = 0.0, second = 0.0;
    for (size_t i = 0; i < f->slots; i++)
        first = fmax(first, f->gpus[i] + f->gpu_backlog[i]);
    f = firms_of(indexed);
    for (size_t i = 0; i < f->slots; i++)
        second = fmax(second, f->gpus[i] + f->gpu_backlog[i]);
    cr_assert(first <= 0.5 * held * (1.0 + 1e-12) && first > 0.45 * held, "%g of %g", first, held);
    cr_assert(second > 1.05 * first && second <= 0.5 * held * exp(0.02 * 23) * (1.0 + 1e-12), "%g", second);
    race_free(base);
    race_free(capped);
    race_free(indexed);
    scenario_free(&scenario);
}

/* The largest raw compute of a run in any of 30 months, and the frontier after them. */
static double largest_run(const struct scenario *scenario, double *frontier) {
    struct failure failure = {0};
    struct race *race = race_after(scenario, 0);
    struct race_options options = {.threads = 1, .check = 1, .turn_over = 1};
    double most = 0.0;
    for (long month = 1; month <= 30; month++) {
        cr_assert(race_run(race, month, &options, &failure) == MATTHEW_OK, "%s", failure.text);
        most = fmax(most, largest(firms_of(race)->raw_flop, firms_of(race)->slots));
    }
    *frontier = race_world(race)->industry.frontier;
    race_free(race);
    return most;
}

Test(levers, a_cap_on_runs) {
    struct scenario scenario;
    double free, capped;
    open_lever(&scenario, 30);
    scenario.parameters.technology_luck = 0.0;
    scenario.named->capability = -1.5;
    scenario.named->gpus = 2e5;
    scenario.named->staff[0] = 3000.0;
    double cap = largest_run(&scenario, &free) / 8.0;
    scenario.parameters.regulation_run_cap = cap;
    double most = largest_run(&scenario, &capped);
    cr_assert(most <= cap * (1.0 + 1e-12) && most > 0.99 * cap, "%g of %g", most, cap);
    cr_assert(capped < free - 0.1, "frontier %g and %g", capped, free);
    scenario_free(&scenario);
}

/* Entrants of month 1 have the subsidy and otherwise the same money. */
Test(levers, a_subsidy_to_entrants) {
    struct scenario scenario;
    open_lever(&scenario, 6);
    scenario.entry_scale = 1.0;
    struct race *base = race_after(&scenario, 1);
    scenario.parameters.regulation_entrant_subsidy = 30.0;
    struct race *paid = race_after(&scenario, 1);
    const struct firm_register *reg = &race_world(base)->reg;
    cr_assert(reg->count > 220 && race_world(paid)->reg.count == reg->count);
    for (size_t id = 0; id < reg->count; id++) {
        size_t slot = (size_t)reg->rows[id].slot;
        double extra = firms_of(paid)->cash[slot] - firms_of(base)->cash[slot];
        cr_assert(fabs(extra - (id < 200 ? 0.0 : 30.0)) < 1e-9, "firm %zu has %g more", id, extra);
    }
    race_free(base);
    race_free(paid);
    scenario_free(&scenario);
}

Test(levers, a_mandate_of_open_weights) {
    struct scenario scenario;
    open_lever(&scenario, 12);
    struct race *base = race_after(&scenario, 12);
    scenario.parameters.regulation_openness_floor = 1.0;
    struct race *open = race_after(&scenario, 12);
    double before = race_world(base)->industry.openness, after = race_world(open)->industry.openness;
    cr_assert(before < 0.95 && after > 1.0 - 1e-9 && after <= 1.0, "openness %g and %g", before, after);
    cr_assert(race_world(open)->industry.mean_capability > race_world(base)->industry.mean_capability + 0.02);
    race_free(base);
    race_free(open);
    scenario_free(&scenario);
}

/* In month 1 nothing has moved yet: the tax itself. */
Test(levers, a_tax_on_windfalls) {
    struct scenario scenario;
    open_lever(&scenario, 6);
    scenario.parameters.customers_population[2] = 4e6;
    scenario.named->accounts[2] = 2e6; /* profits of 1,000 M$ a month and more */
    struct race *base = race_after(&scenario, 1);
    scenario.parameters.regulation_windfall_tax = 0.5;
    struct race *taxed = race_after(&scenario, 1);
    const struct firms *a = firms_of(base), *b = firms_of(taxed);
    double profit = a->tax[0] / scenario.parameters.accounts_tax;
    cr_assert(profit > 1100.0, "profit %g", profit);
    cr_assert(fabs(b->windfall_tax[0] - 0.5 * (profit - 1000.0)) < 1e-6 && b->tax[0] == a->tax[0]);
    cr_assert(fabs(a->cash[0] - b->cash[0] - b->windfall_tax[0]) < 1e-6);
    for (size_t i = 1; i < 200; i++)
        cr_assert(b->windfall_tax[i] == 0.0 && a->cash[i] == b->cash[i]);
    race_free(base);
    race_free(taxed);
    scenario_free(&scenario);
}

Test(levers, permits_and_energy) {
    struct scenario scenario;
    open_lever(&scenario, 12);
    struct race *base = race_after(&scenario, 1);
    for (int r = 0; r < 3; r++)
        scenario.parameters.regions_permit_delay[r] *= 3.0;
    struct race *slow = race_after(&scenario, 1);
    cr_assert(firms_of(slow)->gpu_delivery[0] < 0.8 * firms_of(base)->gpu_delivery[0]);
    for (int r = 0; r < 3; r++) {
        scenario.parameters.regions_permit_delay[r] /= 3.0;
        scenario.parameters.regions_energy_cost[r] *= 4.0;
    }
    struct race *dear = race_after(&scenario, 1);
    double more = firms_of(dear)->burn[0] - firms_of(base)->burn[0];
    double energy = 3.0 * scenario.parameters.regions_energy_cost[0] / 4.0 * firms_of(dear)->gpus[0];
    cr_assert(more > 0.8 * energy && more < 1.8 * energy, "%g more, energy %g", more, energy);
    race_free(base);
    race_free(slow);
    race_free(dear);
    scenario_free(&scenario);
}

/* A schedule turns a lever on and off again. */
Test(levers, by_schedule) {
    struct scenario scenario;
    open_lever(&scenario, 6);
    const struct parameter_info *info = parameter_find("regulation", "entrant_subsidy");
    scenario.changes = memory_new(2, sizeof *scenario.changes);
    scenario.change_count = 2;
    scenario.changes[0] = (struct change){.month = 2, .index = info->index, .value = 1e6};
    scenario.changes[1] = (struct change){.month = 3, .index = info->index, .value = 0.0};
    scenario.entry_scale = 1.0;
    struct race *race = race_after(&scenario, 3);
    const struct firm_register *reg = &race_world(race)->reg;
    long seen = 0;
    for (size_t id = 200; id < reg->count; id++) {
        int rich = firms_of(race)->cash[reg->rows[id].slot] > 5e5;
        cr_assert(rich == (reg->rows[id].entry_month == 2), "firm %zu", id);
        seen += rich;
    }
    cr_assert(seen > 5);
    race_free(race);
    scenario_free(&scenario);
}
