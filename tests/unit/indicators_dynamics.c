/* Indicators of change: spells of leaders, churn, capability gaps, funding's largest rounds, prices at fixed quality,
 * the month of a threshold - against plain readers of a race - and the noise floor of the instability index against
 * accounts that choose one by one. */
#include "market/markets.h"
#include "measure/indicators.h"
#include "measure/noise.h"
#include "support/asserts.h"
#include "support/races.h"
#include "support/synthetic_world.h"

#include <criterion/criterion.h>

/* ---- what a plain reader finds in a race ---- */

enum { MONTHS = 30, SLOTS_MAX = 4096, ROUNDS_MAX = 8192 };

struct reader {
    struct indicator_work work;
    struct indicators now;
    double round[MONTHS + 1][SLOTS_MAX], base_price[MEMBERS_MAX], base_accounts[MEMBERS_MAX], best;
    size_t rounds[MONTHS + 1];
    double leader;
    long every, threshold, changes, led, moves, offered, years;
};

static void expect(const struct world *world, const char *what, double value, double wanted) {
    int same = isnan(wanted) ? isnan(value) : fabs(value - wanted) <= 1e-11 * (1.0 + fabs(wanted));
    cr_assert(same, "month %ld: %s is %.17g, the reader finds %.17g", world->month, what, value, wanted);
}

static int falling(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static void check_gaps(struct reader *r, const struct world *world) {
    static double capability[SLOTS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < world->firms.slots; i++)
        if (world->firms.id[i] >= 0.0)
            capability[count++] = world->firms.capability[i];
    qsort(capability, count, sizeof *capability, falling);
    double median = count % 2 == 1 ? capability[count / 2] : 0.5 * (capability[count / 2 - 1] + capability[count / 2]);
    expect(world, "frontier", r->now.value[INDICATOR_frontier_capability], capability[0]);
    expect(world, "the lead", r->now.value[INDICATOR_capability_lead], capability[0] - capability[1]);
    expect(world, "the gap to the median", r->now.value[INDICATOR_capability_gap_median], capability[0] - median);
    if (r->threshold < 0 && capability[0] >= world->parameters.value_capability_threshold)
        r->threshold = world->month;
    expect(world, "the threshold", r->now.value[INDICATOR_threshold_month], (double)r->threshold);
}

static double top_ten(double *round, size_t count) {
    double all = 0.0, ten = 0.0;
    qsort(round, count, sizeof *round, falling);
    for (size_t i = 0; i < count; i++) {
        all += round[i];
        ten += i < 10 ? round[i] : 0.0;
    }
    return all > 0.0 ? ten / all : NAN;
}

static void check_rounds(struct reader *r, const struct world *world) {
    static double year[ROUNDS_MAX];
    long month = world->month;
    size_t count = 0;
    expect(world, "ten rounds", r->now.value[INDICATOR_funding_cr10], top_ten(r->round[month], r->rounds[month]));
    for (long m = month - 11 > 1 ? month - 11 : 1; m <= month; m++)
        for (size_t i = 0; i < r->rounds[m]; i++)
            year[count++] = r->round[m][i];
    double wanted = month >= 12 && r->every == 1 ? top_ten(year, count) : NAN;
    expect(world, "ten rounds of a year", r->now.value[INDICATOR_funding_year_cr10], wanted);
    r->years += !isnan(wanted);
}

/* Of a firm's leavers the share that its weight has in all weights comes back. */
static void check_churn(struct reader *r, const struct world *world) {
    const struct firms *f = &world->firms;
    double all_moved = 0.0, all_held = 0.0;
    for (int s = 0; s < f->segments; s++) {
        double weights = exp(world->parameters.customers_outside_utility[s]), moved = 0.0, held = 0.0;
        for (size_t i = 0; i < f->slots; i++)
            weights += f->customer_weight[s][i];
        for (size_t i = 0; i < f->slots; i++) {
            moved += f->leavers[s][i] - f->leavers[s][i] * f->customer_weight[s][i] / weights;
            held += f->accounts[s][i] + f->leavers[s][i] - f->arrivals[s][i];
        }
        int known = world->month > 0 && held > 0.0;
        expect(world, "churn", r->now.member[MEMBER_INDICATOR_segment_churn][s], known ? moved / held : NAN);
        all_moved += moved;
        all_held += held;
        r->moves += moved > 0.0;
    }
    expect(world, "all churn", r->now.value[INDICATOR_churn], world->month > 0 ? all_moved / all_held : NAN);
}

static void check_quality(struct reader *r, const struct world *world) {
    const struct firms *f = &world->firms;
    double sum = 0.0, base = 0.0;
    if (world->month == 0) {
        r->best = -1e9;
        for (size_t i = 0; i < f->slots; i++)
            r->best = fmax(r->best, f->quality[i]);
    }
    for (int s = 0; s < f->segments; s++) {
        double lowest = NAN, accounts = 0.0;
        for (size_t i = 0; i < f->slots; i++) {
            if (f->id[i] >= 0.0 && f->quality[i] >= r->best)
                lowest = fmin(lowest, f->price[s][i]);
            accounts += f->accounts[s][i];
        }
        if (world->month == 0) {
            r->base_price[s] = lowest;
            r->base_accounts[s] = accounts;
        }
        expect(world, "price at fixed quality", r->now.member[MEMBER_INDICATOR_segment_price_fixed_quality][s], lowest);
        sum += r->base_accounts[s] * lowest;
        base += r->base_accounts[s] * r->base_price[s];
    }
    double index = r->now.value[INDICATOR_price_index_quality];
    expect(world, "the index at fixed quality", index, sum / base);
    cr_assert(world->month > 0 || index == 1.0, "the price index of month 0 is %.17g, not 1", index);
    r->offered += world->month > 0 && index != 1.0 && !isnan(index);
    double markup = r->now.value[INDICATOR_mean_markup];
    expect(world, "Lerner", r->now.value[INDICATOR_mean_lerner], 1.0 - 1.0 / markup);
}

static void check_leaders(struct reader *r, const struct world *world) {
    const double *receipts = world->firms.total_receipts;
    size_t best = 0;
    for (size_t i = 0; i < world->firms.slots; i++)
        best = receipts[i] > receipts[best] ? i : best;
    double leader = world->firms.id[best];
    if (world->month > 0) {
        r->changes += leader != r->leader;
        r->led += r->every;
    }
    r->leader = leader;
    double mean = r->changes > 0 ? (double)r->led / (double)r->changes : NAN;
    expect(world, "changes", r->now.value[INDICATOR_revenue_leader_changes], (double)r->changes);
    expect(world, "mean tenure", r->now.value[INDICATOR_revenue_leader_mean_tenure], mean);
}

static int read_month(void *context, const struct world *world, struct failure *failure) {
    struct reader *r = context;
    const struct firms *f = &world->firms;
    cr_assert(f->slots <= SLOTS_MAX, "%zu slots", f->slots);
    for (size_t i = 0; i < f->slots; i++)
        if (f->funding[i] > 0.0)
            r->round[world->month][r->rounds[world->month]++] = f->funding[i];
    if (world->month % r->every != 0)
        return MATTHEW_OK;
    assert_status(indicators_compute(&r->work, world, &r->now, failure), MATTHEW_OK, failure->text);
    if (r->every == 1)
        check_gaps(r, world);
    check_rounds(r, world);
    check_churn(r, world);
    check_quality(r, world);
    check_leaders(r, world);
    return MATTHEW_OK;
}

static void read_race(long every) {
    static struct reader r;
    struct scenario scenario;
    struct failure failure = {0};
    struct race *race;
    memset(&r, 0, sizeof r);
    r.every = every;
    r.threshold = -1;
    scenario_small(&scenario, 400, MONTHS);
    scenario.parameters.exit_cash_floor = 5.0; /* so that firms leave */
    scenario.parameters.entry_rate = 60.0;     /* and come */
    scenario.parameters.entry_growth_response = 0.0;
    scenario.parameters.customers_outside_option = 1.0;
    scenario.parameters.startups_size_dispersion = 0.0; /* so that leaders change */
    scenario.parameters.technology_luck = 5.0;          /* and the frontier */
    race = race_at(&scenario, 0);
    scenario.parameters.value_capability_threshold = race_world(race)->industry.frontier + 1e-3;
    race_free(race);
    assert_status(indicators_init(&r.work, 10, &failure), MATTHEW_OK, failure.text);
    cr_assert(race_new(&race, &scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    struct observer observer = {.context = &r, .month = read_month, .books = 1};
    struct race_options options = {.threads = 1, .check = 1, .observer = &observer};
    cr_assert(race_run(race, MONTHS, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(r.moves > 10 && r.offered > 0 && r.changes > 0, "%ld %ld %ld", r.moves, r.offered, r.changes);
    cr_assert(every > 1 || (r.threshold > 0 && r.threshold < MONTHS && r.years > 3), "%ld %ld %g", r.threshold, r.years,
              r.now.value[INDICATOR_frontier_capability]);
    indicators_free(&r.work);
    race_free(race);
    scenario_free(&scenario);
}

Test(dynamics, every_month) {
    read_race(1);
}

Test(dynamics, every_third_month) {
    read_race(3);
}

/* ---- spells of leaders ---- */

/* A leads 4 months, B 6, A 3 so far: two changes in 13 months. Months without a leader count for nobody. */
Test(dynamics, leaders_by_hand) {
    static struct synthetic s;
    static struct indicator_work work;
    static struct indicators now;
    struct failure failure;
    synthetic_init(&s, 20, 12, 0, 0);
    assert_status(indicators_init(&work, 10, &failure), MATTHEW_OK, failure.text);
    double *gpus = s.world.firms.gpus;
    for (long month = 0; month <= 15; month++) {
        s.world.month = month;
        memset(gpus, 0, s.world.firms.slots * sizeof *gpus);
        if (month < 13 || month > 14)
            gpus[month >= 4 && month < 10 ? 7 : 2] = 10.0;
        assert_status(indicators_compute(&work, &s.world, &now, &failure), MATTHEW_OK, failure.text);
        double changes = now.value[INDICATOR_compute_leader_changes];
        double mean = now.value[INDICATOR_compute_leader_mean_tenure];
        cr_assert(changes == (month < 4 ? 0.0 : month < 10 ? 1.0 : 2.0), "month %ld: %g", month, changes);
        cr_assert(month >= 4 || isnan(mean), "month %ld: mean tenure %g before any change", (long)month, mean);
        cr_assert(month != 4 || mean == 4.0, "month 4: mean tenure %g, not 4", mean);
        cr_assert(month != 9 || mean == 9.0, "month 9: mean tenure %g, not 9", mean);
        cr_assert(month < 13 || mean == 6.5, "month %ld: %g", month, mean);
    }
    indicators_free(&work);
    synthetic_free(&s);
}

/* ---- the noise floor ---- */

/* The closed form of one segment: sum_i sqrt(4 (1 - rho) s_i (1 - s_i)/(pi N)), and its value over a year of Calvo. */
Test(noise, closed_form) {
    assert_near(noise_difference(0.9, 1.0, 1), 0.1, 1e-15);
    assert_near(noise_difference(0.9, 1.0, 12), (1.0 - pow(0.9, 12.0)), 1e-14);
    cr_assert(noise_difference(1.0, 0.2, 5) < 1e-15);
    static struct synthetic s;
    static const double share[] = {0.4, 0.3, 0.2, 0.1};
    synthetic_init(&s, 4, 12, 0, 0);
    struct firms *f = &s.world.firms;
    for (int k = 0; k < f->segments; k++)
        for (size_t i = 0; i < 4; i++) {
            f->accounts[k][i] = k == 0 ? 5000.0 * share[i] : 0.0;
            f->leavers[k][i] = f->arrivals[k][i] = 0.1 * f->accounts[k][i];
            f->price[k][i] = 7.0;
        }
    double wanted = 0.0;
    for (int i = 0; i < 4; i++)
        wanted += sqrt(4.0 * 0.1 * share[i] * (1.0 - share[i]) / (3.14159265358979 * 5000.0));
    s.world.parameters.customers_payment_lag[0] = 1.0;
    double found = noise_floor(&s.world, 1);
    cr_assert(fabs(found / wanted - 1.0) < 1e-12, "%g in place of %g", found, wanted);
    synthetic_free(&s);
}

/* Accounts of two segments, each keeping its firm with probability `keep` or choosing anew, one by one; firms have
 * prices of their own, bills are received with lags. Returns the mean index over `months` months, in the long run. */
enum { FIRMS = 5, SEGMENTS = 2, PEOPLE = 3000, ROUNDS = 20000 };
static const double choice_share[FIRMS] = {0.35, 0.3, 0.2, 0.1, 0.05};
static const double price_of[SEGMENTS][FIRMS] = {{1, 2, 1, 3, 1}, {5, 4, 6, 5, 9}};
static const int people[SEGMENTS] = {2500, 500};

static double resampled(const double keep[SEGMENTS], const double lag[SEGMENTS], long months) {
    static int holder[SEGMENTS][PEOPLE];
    double held[SEGMENTS][FIRMS] = {{0}}, received[SEGMENTS][FIRMS] = {{0}}, share[FIRMS], last[FIRMS] = {0}, sum = 0.0;
    struct draws draws = draws_open(5);
    long seen = 0;
    for (int s = 0; s < SEGMENTS; s++)
        for (int a = 0; a < people[s]; a++)
            holder[s][a] = -1;
    for (long round = 0; round < ROUNDS; round++) {
        double all = 0.0;
        for (int s = 0; s < SEGMENTS; s++)
            for (double a = 0.0;; a++) { /* the next one who chooses: a geometric gap */
                if (keep[s] > 0.0 && round > 0)
                    a += floor(log(draws_unit(&draws)) / log(keep[s]));
                if (a >= people[s])
                    break;
                double at = draws_unit(&draws);
                int chosen = 0;
                while (chosen < FIRMS - 1 && at >= choice_share[chosen])
                    at -= choice_share[chosen++];
                int *who = &holder[s][(int)a];
                held[s][*who >= 0 ? *who : chosen] -= *who >= 0;
                held[s][chosen]++;
                *who = chosen;
            }
        for (int i = 0; i < FIRMS; i++) {
            share[i] = 0.0;
            for (int s = 0; s < SEGMENTS; s++) {
                received[s][i] += (price_of[s][i] * held[s][i] - received[s][i]) / lag[s];
                share[i] += received[s][i];
            }
            all += share[i];
        }
        for (int i = 0; i < FIRMS && round % months == 0; i++) {
            sum += round > 500 ? fabs(share[i] / all - last[i]) : 0.0;
            last[i] = share[i] / all;
        }
        seen += round > 500 && round % months == 0;
    }
    return sum / (double)seen;
}

static double predicted(const double keep[SEGMENTS], const double lag[SEGMENTS], long months) {
    static struct synthetic s;
    synthetic_init(&s, FIRMS, 12, 0, 0);
    struct firms *f = &s.world.firms;
    for (int k = 0; k < f->segments; k++) {
        s.world.parameters.customers_payment_lag[k] = k < SEGMENTS ? lag[k] : 1.0;
        for (size_t i = 0; i < FIRMS; i++) {
            f->accounts[k][i] = k < SEGMENTS ? people[k] * choice_share[i] : 0.0;
            f->leavers[k][i] = f->arrivals[k][i] = k < SEGMENTS ? (1.0 - keep[k]) * f->accounts[k][i] : 0.0;
            f->price[k][i] = k < SEGMENTS ? price_of[k][i] : 1.0;
        }
    }
    double floor = noise_floor(&s.world, months);
    synthetic_free(&s);
    return floor;
}

/* Within 2%, about five standard errors of the simulation: false-positive rate below 1e-5 a case. */
Test(noise, accounts_that_choose_one_by_one) {
    static const double keep[][SEGMENTS] = {{0.0, 0.0}, {0.9, 0.95}, {0.9, 0.95}, {0.95, 0.9}};
    static const double lag[][SEGMENTS] = {{1.0, 1.0}, {1.0, 1.0}, {1.0, 6.0}, {2.0, 4.0}};
    static const long months[] = {1, 1, 1, 3};
    for (int i = 0; i < 4; i++) {
        double found = resampled(keep[i], lag[i], months[i]), wanted = predicted(keep[i], lag[i], months[i]);
        cr_expect(fabs(found / wanted - 1.0) < 0.02, "case %d: %g, simulated %g", i, wanted, found);
    }
    double other[SEGMENTS] = {1.0, 1.0};
    cr_assert(fabs(predicted(keep[2], other, 1) / predicted(keep[2], lag[2], 1) - 1.0) > 0.1); /* lags tell */
}

/* In a race whose firms are as attractive as ever, nothing but chance moves shares: no excess. Mean over 1,000 months
 * within 5% of the floor, about four standard errors. */
Test(noise, a_race_in_which_only_chance_moves) {
    enum { LAST = 1100, BURN_IN = 100 };
    struct scenario scenario;
    struct failure failure = {0};
    struct race *race;
    static struct indicator_work work;
    static struct indicators now;
    scenario_small(&scenario, 6, LAST);
    struct parameters *p = &scenario.parameters;
    p->capital_enabled = p->talent_enabled = p->compute_enabled = p->technology_training = p->technology_serving = 0.0;
    p->technology_decay = p->technology_obsolescence = p->organisation_enabled = p->regulation_enabled = 0.0;
    p->layers_build_rate = p->layers_decay = p->platform_ecosystem_rate = p->platform_ecosystem_open = 0.0;
    p->platform_ecosystem_decay = p->platform_reach_rate = p->platform_reach_decay = p->exit_enabled = 0.0;
    p->entry_enabled = p->learning_enabled = p->customers_willingness_growth = p->customers_appeal_volatility = 0.0;
    p->customers_appeal_initial = p->acquisitions_enabled = p->customers_outside_option = 0.0;
    p->compute_own_silicon = p->compute_rent = p->compute_alliances = 0.0;
    p->customers_pricing = 2.0; /* fixed */
    for (int s = 0; s < MEMBERS_MAX; s++) {
        p->customers_population[s] = 10000.0 / (s + 1);
        p->customers_network_exponent[s] = p->customers_lock_in[s] = 0.0;
        p->customers_review_rate[s] = 0.1 + 0.05 * s;
        p->customers_adoption_innovation[s] = 10.0;
    }
    assert_status(indicators_init(&work, 10, &failure), MATTHEW_OK, failure.text);
    cr_assert(race_new(&race, &scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    double excess = 0.0, floor = 0.0;
    struct race_options options = {.threads = 1};
    for (long month = 0; month <= LAST; month++) {
        cr_assert(race_run(race, month, &options, &failure) == MATTHEW_OK, "%s", failure.text);
        assert_status(indicators_compute(&work, race_world(race), &now, &failure), MATTHEW_OK, failure.text);
        if (month <= BURN_IN)
            continue;
        excess += now.value[INDICATOR_instability_excess];
        floor += now.value[INDICATOR_instability] - now.value[INDICATOR_instability_excess];
    }
    cr_assert(floor > 0.0 && fabs(excess) < 0.05 * floor, "%g of %g", excess, floor);
    indicators_free(&work);
    race_free(race);
    scenario_free(&scenario);
}
