/* The value architecture against plain code on random races: the four values, mean costs, the leading firms, the pace
 * of the frontier, escape, the match of accounts, and that all of it can be switched off. */
#define MATTHEW_KERNEL_SUFFIX baseline
#include "support/phases.h"
#include "support/asserts.h"

enum { SEEDS = 60 };

/* E max of n standard normals: the integral of x n phi(x) Phi(x)^(n-1), by Simpson's rule. */
static double expected_largest(double n) {
    const double low = -9.0, step = 0.002;
    const int steps = 9500;
    double sum = 0.0;
    for (int i = 0; i <= steps; i++) {
        double x = low + step * i, below = 0.5 * erfc(-x * sqrt(0.5));
        double density = exp(-0.5 * x * x) * 0.39894228040143267794;
        double f = x * n * density * exp((n - 1.0) * (below > 0.5 ? log1p(-0.5 * erfc(x * sqrt(0.5))) : log(below)));
        sum += f * (i == 0 || i == steps ? 1.0 : i % 2 == 1 ? 4.0 : 2.0);
    }
    return sum * step / 3.0;
}

Test(value, best_of_several) {
    cr_assert(fabs(expected_best(1.0)) < 1e-12);
    cr_assert(fabs(expected_largest(2.0) - sqrt(1.0 / 3.14159265358979323846)) < 1e-9); /* known */
    for (double n = 2.0; n <= 1e9; n = floor(n * 1.3) + 1.0) {
        double exact = expected_largest(n);
        cr_assert(fabs(expected_best(n) / exact - 1.0) < 0.003, "%g: %.6f in place of %.6f", n, expected_best(n),
                  exact);
    }
}

/* ---- last month's state, as the values see it ---- */

static void valued(struct scenario *scenario) {
    scenario->parameters.value_enabled = 1.0;
    scenario->parameters.capital_enabled = 1.0;
    scenario->parameters.technology_critical_cluster /= 1000.0; /* so that many firms run several trainings */
    /* The order of firms is that before exits, takeovers and entries. */
    scenario->parameters.acquisitions_enabled = 0.0;
    scenario->parameters.exit_enabled = scenario->parameters.entry_enabled = scenario->parameters.entry_replacement =
        0.0;
}

/* The gap to the next firm below, by comparing all pairs; only for the LEADERS - 1 best. */
static double oracle_gap(const struct trial *trial, size_t i) {
    const struct firms *f = &trial->world->firms;
    const double *quality = before(trial, FIELD_capability, 0), *active = before(trial, FIELD_active, 0);
    double next = NOBODY;
    int better = 0, equal = 0;
    for (size_t j = 0; j < f->slots; j++) {
        if (active[j] == 0.0 || j == i)
            continue;
        better += quality[j] > quality[i];
        equal += quality[j] == quality[i];
        if (quality[j] < quality[i])
            next = fmax(next, quality[j]);
    }
    return better >= LEADERS - 1 || equal > 0 ? 0.0 : quality[i] - next;
}

static double oracle_speed(const struct trial *trial, size_t i) {
    const struct parameters *p = trial->p;
    double margin = 0.0, months = (double)(trial->world->month - 1);
    for (int s = 0; s < trial->world->firms.segments; s++) {
        double price = before(trial, FIELD_price, s)[i], cost = before(trial, FIELD_unit_cost, s)[i];
        if (price > cost)
            margin += before(trial, FIELD_receipts, s)[i] * (1.0 - cost / price);
    }
    double pace = fmax(trial->before.industry.frontier_pace, p->value_pace_floor);
    double lead = fmin(oracle_gap(trial, i) / pace, p->value_horizon);
    double decay = p->technology_decay * exp(p->technology_decay_growth * months);
    return margin * (decay > 0.0 ? (1.0 - exp(-decay * lead)) / decay : lead);
}

static double oracle_scale(const struct trial *trial, size_t i) {
    const struct firms *f = &trial->world->firms;
    double value = 0.0;
    for (int s = 0; s < f->segments; s++) {
        const double *cost = before(trial, FIELD_unit_cost, s), *accounts = before(trial, FIELD_accounts, s);
        double mean = trial->before.industry.mean_unit_cost[s];
        if (cost[i] > 0.0)
            value += trial->p->value_horizon * accounts[i] * fmax(mean - cost[i], 0.0) * 1e-6;
    }
    return value;
}

/* Through the weight (19) with and without network and ecosystem. */
static double oracle_network(const struct trial *trial, size_t i) {
    const struct parameters *p = trial->p;
    double value = 0.0;
    for (int s = 0; s < trial->world->firms.segments; s++) {
        double accounts = before(trial, FIELD_accounts, s)[i], ecosystem = before(trial, FIELD_ecosystem, 0)[i];
        double with = pow(1.0 + accounts / p->customers_network_scale[s], p->customers_network_exponent[s]) *
                      pow(1.0 + ecosystem, p->customers_ecosystem_response[s]);
        value += p->value_horizon * before(trial, FIELD_receipts, s)[i] * (1.0 - 1.0 / with);
    }
    return value;
}

static double oracle_option(const struct trial *trial, size_t i) {
    const struct parameters *p = trial->p;
    double months = (double)(trial->world->month - 1), cluster = before(trial, FIELD_training_gpus, 0)[i];
    double critical = p->technology_critical_cluster * exp(p->technology_critical_cluster_growth * months);
    double size = cluster > critical ? pow(cluster / critical, p->technology_run_size_exponent) * critical : critical;
    double exact = cluster / size, runs = fmax(floor(exact), 1.0), gain = 0.0;
    if (fabs(exact - round(exact)) < 1e-9 * exact && runs < 1e4)
        return -1.0; /* too near to call */
    for (int s = 0; s < trial->world->firms.segments; s++)
        gain += before(trial, FIELD_receipts, s)[i] * p->customers_quality_response[s] *
                (1.0 - before(trial, FIELD_accounts, s)[i] / fmax(p->customers_population[s], 1.0));
    double best = runs > 1.0 ? expected_best(runs) : 0.0; /* tested above */
    return p->value_horizon * p->technology_luck * best * gain;
}

Test(value, four_values) {
    long leads = 0, scales = 0, options = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        static struct trial trial;
        trial_open(&trial, 7000 + seed, valued);
        const struct firms *f = &trial.world->firms;
        trial_ask(&trial);
        for (size_t i = 0; i < f->slots; i++) {
            double receipts = before(&trial, FIELD_total_receipts, 0)[i] * trial.p->value_horizon;
            if (f->active[i] == 0.0) {
                assert_equal(f->speed_value[i], 0.0);
                assert_equal(f->scale_value[i], 0.0);
                assert_equal(f->network_value[i], 0.0);
                assert_equal(f->option_value[i], 0.0);
                assert_equal(f->npv[i], 0.0);
                continue;
            }
            trial_expect(&trial, "speed value", i, f->speed_value[i], oracle_speed(&trial, i), 1e-9, 0.0);
            trial_expect(&trial, "scale value", i, f->scale_value[i], oracle_scale(&trial, i), 1e-11, 0.0);
            trial_expect(&trial, "network value", i, f->network_value[i], oracle_network(&trial, i), 1e-12, receipts);
            double option = oracle_option(&trial, i);
            if (option >= 0.0)
                trial_expect(&trial, "option value", i, f->option_value[i], option, 1e-11, 0.0);
            leads += f->speed_value[i] > 0.0;
            scales += f->scale_value[i] > 0.0;
            options += f->option_value[i] > 0.0;
        }
        trial_close(&trial);
    }
    cr_assert(leads > 50 && scales > 200 && options > 50, "%ld %ld %ld", leads, scales, options);
}

/* ---- what is carried over: costs, leaders, pace, escape ---- */

static int falling(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static double oracle_response(const struct trial *trial, size_t i) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double lead = f->gpu_delivery[i] > 0.0 ? 1.0 + f->gpu_backlog[i] / f->gpu_delivery[i] : p->compute_lead_time;
    double months = f->months_since_release[i], run = f->cadence[i];
    if (months > 0.0 && f->training_progress[i] > 0.0) {
        double rate = f->training_progress[i] / months;
        run = p->technology_scale_up * fmax(f->last_run[i], p->technology_flop_floor) / rate;
        run = oracle_clip(run, fmin(p->technology_release_interval, f->cadence[i]), f->cadence[i]);
    }
    return lead + run;
}

static void check_frontier(const struct trial *trial) {
    const struct parameters *p = trial->p;
    const struct industry *old = &trial->before.industry, *now = &trial->world->industry;
    const struct firms *f = &trial->world->firms;
    static double quality[4096];
    size_t count = 0;
    for (size_t i = 0; i < f->slots; i++)
        if (f->active[i] > 0.0)
            quality[count++] = f->capability[i];
    qsort(quality, count, sizeof *quality, falling);
    for (size_t rank = 0; rank < LEADERS; rank++)
        cr_assert(now->leading[rank] == (rank < count ? quality[rank] : NOBODY));
    if (count < 2) {
        assert_equal(now->escape_lead, 0.0);
        assert_equal(now->escape_response, 0.0);
        return;
    }
    double pace = old->frontier_pace;
    if (old->leading[0] != NOBODY)
        pace += p->value_pace_smoothing * (fmax(quality[0] - old->leading[0], 0.0) - pace);
    trial_expect(trial, "pace", 0, now->frontier_pace, pace, 1e-12, 0.0);
    double lead = (quality[0] - quality[1]) / fmax(pace, p->value_pace_floor), response = 0.0;
    trial_expect(trial, "lead", 0, now->escape_lead, lead, 1e-11, 0.0);
    int skip = quality[0] == quality[1];
    for (size_t i = 0; i < f->slots; i++)
        if (f->active[i] > 0.0 && f->capability[i] == quality[1] && skip-- == 0)
            response = oracle_response(trial, i);
    trial_expect(trial, "response", 0, now->escape_response, response, 1e-12, 0.0);
    double month = old->escape_month >= 0.0       ? old->escape_month
                   : now->escape_lead >= response ? (double)trial->world->month
                                                  : -1.0;
    assert_equal(now->escape_month, month);
}

static void check_costs(const struct trial *trial) {
    const struct firms *f = &trial->world->firms;
    for (int s = 0; s < f->segments; s++) {
        double cost = 0.0, accounts = ledger_sum(f->accounts[s], f->slots);
        for (size_t i = 0; i < f->slots; i++)
            cost += f->accounts[s][i] * f->unit_cost[s][i];
        trial_expect(trial, "mean cost", (size_t)s, trial->world->industry.mean_unit_cost[s],
                     accounts > 0.0 ? cost / accounts : 0.0, 1e-12, 0.0);
    }
}

/* -ln of the choice probability, carried like tenure; what was there before the first choice counts as chosen now. */
/* What movers expect above a free choice: by the utilities of who leaves each firm. */
static double switching_gain(const struct trial *trial, int s, double all) {
    const struct firms *f = &trial->world->firms;
    double cost = trial->p->customers_switching_cost[s], sum = 0.0, movers = trial->world->markets->customers[s].movers;
    for (size_t i = 0; i < f->slots; i++) {
        double share = f->customer_weight[s][i] / all, net = log(1.0 - share + share * exp(cost)) - cost;
        sum += f->leavers[s][i] * (net + cost * (1.0 - share));
    }
    return movers > 0.0 ? sum / movers : 0.0;
}

static void check_match(const struct trial *trial, int s, size_t i, double gain) {
    const struct firms *f = &trial->world->firms;
    const struct choice *choice = &trial->world->markets->customers[s];
    double all = choice->inside_weight + choice->outside_weight, weight = f->customer_weight[s][i];
    if (f->active[i] == 0.0) {
        assert_equal(f->match[s][i], 0.0);
        return;
    }
    double now = fmax(gain - log(weight / all), 0.0), stay = f->accounts[s][i] - f->arrivals[s][i];
    double old = before(trial, FIELD_match, s)[i];
    double wanted = (stay * (old > 0.0 ? old : now) + f->arrivals[s][i] * now) / fmax(f->accounts[s][i], 1.0);
    trial_expect(trial, "match", i, f->match[s][i], wanted, 1e-10, 1.0);
}

static void check_payouts(const struct trial *trial, size_t i) {
    const struct firms *f = &trial->world->firms;
    double wanted = before(trial, FIELD_discounted_payouts, 0)[i] + trial->world->conditions.discount * f->payout[i];
    trial_expect(trial, "discounted payouts", i, f->discounted_payouts[i], wanted, 1e-13, 0.0);
}

static void free_choice(struct scenario *scenario) {
    valued(scenario);
    scenario->parameters.customers_enabled = 1.0;
    scenario->parameters.accounts_payout_months = 0.0;
}

Test(value, costs_leaders_match_and_payouts) {
    long paid = 0, reached = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        static struct trial trial;
        trial_open(&trial, 7500 + seed, free_choice);
        const struct firms *f = &trial.world->firms;
        trial_ask(&trial);
        trial_fund(&trial);
        trial_plan(&trial);
        trial_order(&trial);
        trial_leave_firms(&trial);
        trial_hire(&trial);
        trial_deliver(&trial);
        trial_serve(&trial);
        trial_train(&trial);
        trial_build(&trial);
        trial_review(&trial);
        trial_sell(&trial);
        trial_account(&trial);
        value_close(trial.world);
        check_costs(&trial);
        check_frontier(&trial);
        reached += trial.world->industry.escape_month >= 0.0;
        for (size_t i = 0; i < f->slots; i++) {
            check_payouts(&trial, i);
            paid += f->payout[i] > 0.0;
        }
        for (int s = 0; s < f->segments; s++) {
            const struct choice *choice = &trial.world->markets->customers[s];
            double gain = switching_gain(&trial, s, choice->inside_weight + choice->outside_weight);
            for (size_t i = 0; i < f->slots; i++)
                check_match(&trial, s, i, gain);
        }
        trial_close(&trial);
    }
    cr_assert(paid > 100 && reached > 3 && reached < SEEDS - 3, "%ld %ld", paid, reached);
}

/* ---- the initial state and the switch ---- */

static struct race *race_after(const struct scenario *scenario, long months) {
    struct failure failure = {0};
    struct race *race;
    struct race_options options = {.threads = 1, .check = 1};
    cr_assert(race_new(&race, scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(race_run(race, months, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    return race;
}

/* Month 0 is valued like every other: no growth of valuations from it to the first month, and founding money is raised.
 */
Test(value, initial_state_is_valued) {
    struct scenario scenario;
    scenario_small(&scenario, 300, 12);
    struct race *race = race_after(&scenario, 0);
    const struct world *world = race_world(race);
    const struct firms *f = &world->firms;
    double network = 0.0;
    for (size_t i = 0; i < f->slots; i++) {
        cr_assert(f->discounted_raised[i] == fmax(f->cash[i], 0.0) && f->momentum[i] == 0.0);
        network += f->network_value[i];
    }
    double before = world->industry.total_valuation;
    cr_assert(network > 0.0 && world->industry.mean_unit_cost[0] > 0.0 && world->industry.escape_month == -1.0);
    race_free(race);
    race = race_after(&scenario, 1);
    cr_assert(fabs(race_world(race)->industry.total_valuation / before - 1.0) < 1e-9);
    race_free(race);
    scenario_free(&scenario);
}

/* A firm with own chips alone knows in month 0 what they cost (9), and so does the scale value that rests on it. */
Test(value, own_chips_are_not_free_in_month_0) {
    struct scenario scenario;
    scenario_small(&scenario, 60, 12);
    struct named_firm *named = scenario_name_firms(&scenario, 1);
    named[0].gpus = named[0].own_gpus = 1e5;
    named[0].own_chips_made = 3e5;
    named[0].accounts[0] = 1e6;
    struct race *race = race_after(&scenario, 0);
    const struct world *world = race_world(race);
    const struct firms *f = &world->firms;
    const struct parameters *p = &world->parameters;
    double chip =
        p->compute_price * p->compute_own_cost * pow(1.0 + 3e5 / p->compute_own_scale, -p->compute_own_learning);
    double energy = p->regions_energy_cost[(int)f->region[0]];
    double user = chip * (p->compute_depreciation + p->compute_capital_charge) + energy;
    for (int s = 0; s < f->segments; s++) {
        double wanted =
            p->customers_serving_load[s] * 1e6 * user / (1.0 + p->technology_optimisation_effect * f->optimisation[0]);
        wanted += p->customers_support[s];
        cr_assert(fabs(f->unit_cost[s][0] / wanted - 1.0) < 1e-12, "%g in place of %g", f->unit_cost[s][0], wanted);
    }
    double first = f->unit_cost[0][0], worth = f->scale_value[0];
    race_free(race);
    race = race_after(&scenario, 1);
    cr_assert(fabs(race_world(race)->firms.unit_cost[0][0] / first - 1.0) < 0.2);
    cr_assert(fabs(race_world(race)->firms.scale_value[0] / worth - 1.0) < 0.2 && worth > 0.0);
    race_free(race);
    scenario_free(&scenario);
}

Test(value, switched_off_leaves_nothing_and_matters_to_nobody) {
    struct scenario scenario;
    struct failure failure = {0};
    scenario_small(&scenario, 200, 12);
    unsigned long long on = scenario_digest(&scenario, 12, 1, &failure);
    scenario.parameters.value_enabled = 0.0;
    unsigned long long off = scenario_digest(&scenario, 12, 1, &failure);
    cr_assert(on != 0 && off != 0 && on != off);
    struct race *race = race_after(&scenario, 12);
    const struct world *world = race_world(race);
    static const enum field fields[] = {
        FIELD_speed_value,        FIELD_scale_value,       FIELD_network_value, FIELD_option_value,
        FIELD_discounted_payouts, FIELD_discounted_raised, FIELD_npv,           FIELD_match};
    for (size_t field = 0; field < sizeof fields / sizeof *fields; field++)
        for (size_t i = 0; i < world->firms.slots; i++)
            cr_assert(firms_column(&world->firms, fields[field], 0)[i] == 0.0);
    assert_equal(world->industry.frontier_pace, 0.0);
    assert_equal(world->industry.leading[0], 0.0);
    race_free(race);
    scenario.parameters.capital_value_weight = 7.0;
    scenario.parameters.value_horizon = 100.0;
    cr_assert(scenario_digest(&scenario, 12, 1, &failure) == off);
    scenario_free(&scenario);
}

/* Without the weight valuations do not know the three values, and the cap binds when it is small. */
Test(value, weight_and_cap) {
    struct scenario scenario;
    scenario_small(&scenario, 200, 12);
    scenario.parameters.startups_accounts_multiple = 30.0;
    double total[3];
    for (int i = 0; i < 3; i++) {
        scenario.parameters.capital_value_weight = i == 0 ? 0.0 : 2.0;
        scenario.parameters.capital_value_cap = i == 1 ? 0.0 : 9.0;
        struct race *race = race_after(&scenario, 1);
        total[i] = race_world(race)->industry.total_valuation;
        race_free(race);
    }
    cr_assert(total[0] == total[1] && total[2] > 1.001 * total[0], "%g %g %g", total[0], total[1], total[2]);
    scenario_free(&scenario);
}
