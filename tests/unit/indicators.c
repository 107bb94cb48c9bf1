/* Indicators against values worked out by hand, and estimators against laws (measure/indicators.def).
 * Statistical tests use fixed seeds and |z| < 4.5, a false-positive rate of about 7e-6 each. */
#include <criterion/criterion.h>

#include "measure/indicators.h"
#include "support/asserts.h"
#include "support/statistics.h"
#include "support/synthetic_world.h"

static int near(double a, double b, double tolerance) {
    return fabs(a - b) <= tolerance;
}

static struct concentration measure(const double *values, size_t slots, size_t firms) {
    double *copy = malloc((slots + 1) * sizeof *copy), *scratch = malloc((slots + 1) * sizeof *scratch);
    double *ids = malloc((slots + 1) * sizeof *ids);
    struct concentration result;
    memcpy(copy, values, slots * sizeof *copy);
    for (size_t i = 0; i < slots; i++)
        ids[i] = (double)(100 + i);
    concentration_measure(columns_of(ISA_baseline), copy, ids, slots, firms, CONCENTRATION_ORDER | CONCENTRATION_LOGS,
                          scratch, &result);
    free(copy);
    free(scratch);
    free(ids);
    return result;
}

Test(concentration, hand_values) {
    /* Shares .5, .3, .2 of three firms, and an empty slot. */
    const double values[] = {0, 30, 50, 20};
    struct concentration c = measure(values, 4, 3);
    double nats = -(0.5 * log(0.5) + 0.3 * log(0.3) + 0.2 * log(0.2));
    assert_near(c.hhi, 0.38, 1e-15);
    assert_near(c.cr1, 0.5, 1e-15);
    assert_near(c.cr4, 1, 1e-15);
    assert_near(c.cr10, 1, 1e-15);
    assert_near(c.gini, 2.0 * (20 + 60 + 150) / 300 - 4.0 / 3, 1e-15);
    assert_near(c.entropy, nats / log(3), 1e-14);
    assert_near(c.theil, log(3) - nats, 1e-14);
    assert_equal(c.leader, 102);
    assert_near(c.lead, 0.2, 1e-15);
    assert_nan(c.hill);
}

Test(concentration, firms_without_anything_count) {
    const double values[] = {1, 0, 0, 0, 0};
    struct concentration c = measure(values, 5, 4);
    assert_near(c.hhi, 1, 0);
    assert_near(c.gini, 0.75, 1e-15);
    assert_near(c.entropy, 0, 1e-15);
    assert_near(c.theil, log(4), 1e-15);
    assert_equal(c.leader, 100);
    assert_near(c.lead, 1, 0);
}

Test(concentration, equals_one_firm_and_nothing) {
    const double equal[] = {7, 7, 7, 7, 7}, one[] = {3}, nothing[] = {0, 0};
    struct concentration c = measure(equal, 5, 5);
    assert_near(c.hhi, 0.2, 1e-15);
    assert_near(c.gini, 0, 1e-15);
    assert_near(c.entropy, 1, 1e-15);
    assert_near(c.theil, 0, 1e-15);
    assert_equal(c.leader, 100);
    assert_equal(c.lead, 0); /* the lowest id among equals */
    c = measure(one, 1, 1);
    assert_equal(c.hhi, 1);
    assert_equal(c.cr1, 1);
    assert_equal(c.gini, 0);
    assert_equal(c.entropy, 0);
    assert_equal(c.theil, 0);
    assert_equal(c.lead, 1);
    c = measure(nothing, 2, 2);
    assert_nan(c.hhi);
    assert_nan(c.cr1);
    assert_nan(c.gini);
    assert_nan(c.theil);
    assert_nan(c.entropy);
    assert_nan(c.hill);
    assert_nan(c.lead);
    assert_equal(c.leader, -1);
    c = measure(nothing, 0, 0);
    assert_nan(c.hhi);
    assert_equal(c.leader, -1);
}

Test(concentration, largest_of_many) {
    double values[1000];
    for (int i = 0; i < 1000; i++)
        values[i] = (double)((i * 377) % 1000 + 1);
    struct concentration c = measure(values, 1000, 1000);
    double total = 500500;
    assert_near(c.cr4, (1000 + 999 + 998 + 997) / total, 1e-15);
    assert_near(c.cr10, (1000.0 * 10 - 45) / total, 1e-15);
    assert_near(c.lead, 1 / total, 1e-15);
    /* The largest tenth is 901..1000 over 900. */
    double sum = 0;
    for (int i = 901; i <= 1000; i++)
        sum += log(i / 900.0);
    assert_near(c.hill, 100 / sum, 1e-10);
}

Test(concentration, hill_needs_ten_in_the_tail) {
    double values[120] = {0};
    for (int i = 0; i < 100; i++)
        values[i] = i + 1;
    assert_number(measure(values, 120, 120).hill);
    values[0] = 0;
    assert_nan(measure(values, 120, 120).hill);
    for (int i = 0; i < 120; i++)
        values[i] = 2;
    assert_nan(measure(values, 120, 120).hill); /* equal values have no tail */
}

static void check_order(double *values, size_t count) {
    double *expected = malloc((count + 1) * sizeof *expected), *scratch = malloc((count + 1) * sizeof *scratch);
    memcpy(expected, values, count * sizeof *values);
    qsort(expected, count, sizeof *expected, statistics_order);
    order_ascending(values, count, scratch);
    assert_equal(memcmp(expected, values, count * sizeof *values), 0);
    free(expected);
    free(scratch);
}

Test(order, agrees_with_comparison) {
    static double values[20000];
    static const size_t counts[] = {0, 1, 2, 3, 255, 256, 257, 20000};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
        for (int kind = 0; kind < 6; kind++) {
            for (size_t i = 0; i < counts[c]; i++) {
                double u = synthetic_uniform(c, i, 5);
                values[i] = kind == 0   ? u
                            : kind == 1 ? floor(8 * u)
                            : kind == 2 ? 1 + 1e-12 * u /* differ in the low bits alone */
                            : kind == 3 ? exp(1000 * (u - 0.5))
                            : kind == 4 ? (double)(counts[c] - i)
                                        : u * 0x1p-1040; /* subnormal */
            }
            check_order(values, counts[c]);
        }
}

/* Replications of a statistic over samples of n, by inversion of a distribution. */
enum law { EXPONENTIAL, PARETO, LOGNORMAL };

static double draw(enum law law, double shape, unsigned long long run, unsigned long long i) {
    double u = synthetic_uniform(run + 1, i, 17) + 0x1p-54;
    if (law == EXPONENTIAL)
        return -log(u);
    if (law == PARETO)
        return pow(u, -1 / shape);
    double v = synthetic_uniform(run + 1, i, 18);
    return exp(shape * sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v));
}

enum statistic { GINI, THEIL, ENTROPY, HILL, HHI };

static void replicate(enum law law, double shape, enum statistic which, size_t n, int runs, double *mean, double *sd) {
    double *values = malloc(n * sizeof *values), sum = 0, squares = 0;
    for (int run = 0; run < runs; run++) {
        for (size_t i = 0; i < n; i++)
            values[i] = draw(law, shape, (unsigned long long)run, i);
        struct concentration c = measure(values, n, n);
        double x = which == GINI      ? c.gini
                   : which == THEIL   ? c.theil
                   : which == ENTROPY ? c.entropy
                   : which == HILL    ? c.hill
                                      : c.hhi * (double)n;
        sum += x;
        squares += x * x;
    }
    *mean = sum / runs;
    *sd = sqrt((squares / runs - *mean * *mean) * runs / (runs - 1));
    free(values);
}

static int agrees(double mean, double sd, int runs, double expected) {
    return fabs(mean - expected) < 4.5 * sd / sqrt(runs);
}

/* Hill over k of Pareto(z): mean z k/(k - 1), standard deviation about z/sqrt(k). */
Test(estimators, hill_of_pareto) {
    double mean, sd, z = 1.06;
    int runs = 400;
    replicate(PARETO, z, HILL, 2000, runs, &mean, &sd);
    cr_assert(agrees(mean, sd, runs, z * 200.0 / 199));
    assert_near(sd / (z / sqrt(200)), 1, 4.5 / sqrt(2.0 * runs) + 0.02);
}

/* E G = (n - 1)/n / 2 for the exponential in this sample form: exact at every n. */
Test(estimators, gini_of_exponential) {
    double mean, sd;
    replicate(EXPONENTIAL, 0, GINI, 50, 4000, &mean, &sd);
    cr_assert(agrees(mean, sd, 4000, 0.5 * 49 / 50));
}

/* Limits, with a bias of order 1/n that is small beside these tolerances. */
Test(estimators, limits_of_gini_theil_entropy_hhi) {
    double mean, sd, n = 20000;
    replicate(LOGNORMAL, 1, GINI, (size_t)n, 40, &mean, &sd);
    assert_near(mean, erf(0.5), 0.003);
    replicate(PARETO, 3, GINI, (size_t)n, 40, &mean, &sd);
    assert_near(mean, 0.2, 0.002);
    replicate(LOGNORMAL, 1, THEIL, (size_t)n, 40, &mean, &sd);
    assert_near(mean, 0.5, 0.01);
    replicate(EXPONENTIAL, 0, THEIL, (size_t)n, 40, &mean, &sd);
    assert_near(mean, 1 - 0.57721566490153, 0.003); /* 1 - Euler's constant */
    replicate(EXPONENTIAL, 0, ENTROPY, (size_t)n, 40, &mean, &sd);
    assert_near(mean, 1 - 0.42278433509847 / log(n), 0.0003);
    replicate(LOGNORMAL, 0.5, HHI, (size_t)n, 40, &mean, &sd);
    assert_near(mean, exp(0.25), 0.006);
}

/* ---- months ---- */

static struct synthetic s;
static struct indicator_work work;
static struct indicators now;
static struct failure failure;

static void setup(void) {
    synthetic_init(&s, 300, 12, 7, 1);
    assert_status(indicators_init(&work, 10, &failure), MATTHEW_OK, failure.text);
}

static void teardown(void) {
    indicators_free(&work);
    indicators_free(&work);
    synthetic_free(&s);
}

TestSuite(indicators, .init = setup, .fini = teardown);

Test(indicators, totals_by_plain_sums) {
    synthetic_step(&s);
    assert_status(indicators_compute(&work, &s.world, &now, &failure), MATTHEW_OK, failure.text);
    const struct firms *f = &s.world.firms;
    double gpus = 0, accounts = 0, segment = 0, staff = 0, firms = 0, best = -1e9, weighted = 0;
    for (size_t i = 0; i < f->slots; i++) {
        firms += f->active[i];
        gpus += f->gpus[i];
        segment += f->accounts[1][i];
        for (int k = 0; k < f->segments; k++)
            accounts += f->accounts[k][i];
        for (int k = 0; k < f->tiers; k++) {
            staff += f->staff[k][i];
            weighted += f->staff[k][i] * f->wage_premium[i];
        }
        if (f->id[i] >= 0 && f->capability[i] > best)
            best = f->capability[i];
    }
    assert_equal(firms, 306);
    assert_equal(now.value[INDICATOR_active_firms], firms);
    assert_equal(now.month, 1);
    assert_near(now.value[INDICATOR_total_gpus] / gpus, 1, 1e-12);
    assert_equal(now.value[INDICATOR_total_accounts], accounts);
    assert_equal(now.value[INDICATOR_total_staff], staff);
    assert_equal(now.member[MEMBER_INDICATOR_segment_accounts_total][1], segment);
    assert_equal(now.value[INDICATOR_frontier_capability], best);
    assert_near(now.value[INDICATOR_mean_wage_premium] / (weighted / staff), 1, 1e-12);
    assert_equal(now.value[INDICATOR_sentiment], 1);
    assert_equal(now.value[INDICATOR_gpu_price], 0.03);
}

Test(indicators, segments_by_hand) {
    struct firms *f = &s.world.firms;
    memset(f->accounts[2], 0, f->slots * sizeof(double));
    f->accounts[2][5] = 60;
    f->accounts[2][9] = 40;
    assert_status(indicators_compute(&work, &s.world, &now, &failure), MATTHEW_OK, failure.text);
    assert_near(now.member[MEMBER_INDICATOR_segment_accounts_hhi][2], 0.52, 1e-15);
    assert_near(now.member[MEMBER_INDICATOR_segment_accounts_cr1][2], 0.6, 1e-15);
    assert_equal(now.member[MEMBER_INDICATOR_segment_accounts_total][2], 100);
}

/* Revenue (.5, .5) -> (.75, .25): .5. Then the second firm leaves and a third has half of what is left. */
Test(indicators, instability_and_tenure_by_hand) {
    struct firms *f = &s.world.firms;
    memset(f->total_receipts, 0, f->slots * sizeof(double));
    f->total_receipts[0] = f->total_receipts[1] = 10;
    indicators_compute(&work, &s.world, &now, &failure);
    assert_nan(now.value[INDICATOR_instability]);
    assert_equal(now.value[INDICATOR_revenue_leader], 0);
    assert_equal(now.value[INDICATOR_revenue_leader_tenure], 0);
    s.world.month = 3;
    f->total_receipts[0] = 30;
    indicators_compute(&work, &s.world, &now, &failure);
    assert_near(now.value[INDICATOR_instability], 0.5, 1e-15);
    assert_equal(now.value[INDICATOR_revenue_leader_tenure], 3);
    assert_near(now.value[INDICATOR_revenue_lead], 0.5, 1e-15);
    size_t left = 1, came = f->slots;
    firms_clear(f, &left, 1);
    s.world.reg.rows[1].exit_month = 3;
    synthetic_found(&s, 1);
    s.world.month = 4;
    f->total_receipts[0] = 10;
    f->total_receipts[came] = 30;
    indicators_compute(&work, &s.world, &now, &failure);
    assert_near(now.value[INDICATOR_instability], 0.5 + 0.25 + 0.75, 1e-15);
    assert_equal(now.value[INDICATOR_revenue_leader], (double)came);
    assert_equal(now.value[INDICATOR_revenue_leader_tenure], 0);
    s.world.month = 5;
    f->total_receipts[0] = f->total_receipts[came] = 0;
    indicators_compute(&work, &s.world, &now, &failure);
    assert_nan(now.value[INDICATOR_instability]);
    assert_equal(now.value[INDICATOR_revenue_leader], -1);
}

/* Spearman's correlation by hand, with equals: ranks 1.5 1.5 3 4.5 4.5 then 1 2.5 2.5 4 5, deviations' product 8.25
   over the root of 9 x 9.5. */
Test(indicators, rank_correlation_of_equals) {
    static const double before[] = {0, 0, 7, 9, 9}, after[] = {1, 4, 4, 5, 8};
    struct firms *f = &s.world.firms;
    f->slots = 5;
    memcpy(f->total_receipts, before, sizeof before);
    indicators_compute(&work, &s.world, &now, &failure);
    assert_nan(now.value[INDICATOR_revenue_rank_correlation]);
    s.world.month = 12;
    memcpy(f->total_receipts, after, sizeof after);
    indicators_compute(&work, &s.world, &now, &failure);
    double found = now.value[INDICATOR_revenue_rank_correlation];
    cr_assert(near(found, 8.25 / sqrt(9.0 * 9.5), 1e-14), "%.17g", found);
}

Test(indicators, negative_valuations_count_as_nothing) {
    struct firms *f = &s.world.firms;
    memset(f->valuation, 0, f->slots * sizeof(double));
    f->valuation[3] = 10;
    f->valuation[4] = -5;
    indicators_compute(&work, &s.world, &now, &failure);
    assert_equal(now.value[INDICATOR_capital_hhi], 1);
    assert_equal(now.value[INDICATOR_total_valuation], 5);
}

static int same_bits(const struct indicators *a, const struct indicators *b) {
    return memcmp(a->value, b->value, sizeof a->value) == 0 && memcmp(a->member, b->member, sizeof a->member) == 0;
}

Test(indicators, tasks_in_any_order_give_the_same_bits) {
    struct indicator_work other;
    struct indicators parallel;
    assert_status(indicators_init(&other, 1, &failure), MATTHEW_OK, failure.text);
    for (int month = 0; month < 5; month++) {
        assert_status(indicators_compute(&work, &s.world, &now, &failure), MATTHEW_OK, failure.text);
        assert_status(indicators_prepare(&other, &s.world, &failure), MATTHEW_OK, failure.text);
        long tasks = (long)indicators_tasks(&other, &s.world);
#pragma omp parallel for schedule(dynamic) num_threads(3)
        for (long task = tasks - 1; task >= 0; task--)
            indicators_task(&other, &s.world, (size_t)task);
        indicators_finish(&other, &s.world, &parallel);
        cr_assert(same_bits(&now, &parallel));
        synthetic_step(&s);
    }
    indicators_free(&other);
}

Test(indicators, what_is_not_wanted_is_not_ordered) {
    unsigned char wanted[INDICATOR_COUNT] = {0}, members[MEMBER_INDICATOR_COUNT] = {0};
    wanted[INDICATOR_staff_gini] = 1;
    indicators_want(&work, wanted, members);
    assert_status(indicators_compute(&work, &s.world, &now, &failure), MATTHEW_OK, failure.text);
    assert_nan(now.value[INDICATOR_accounts_gini]);
    assert_nan(now.value[INDICATOR_accounts_theil]);
    assert_number(now.value[INDICATOR_staff_gini]);
    assert_nan(now.value[INDICATOR_accounts_hhi]);
    assert_number(now.value[INDICATOR_accounts_leader]);
}

/* Alone in every month, and added to the month one after the other, it has the bits that it has among all. */
Test(indicators, one_that_is_wanted_alone_is_the_same) {
    static struct indicator_work alone[INDICATOR_COUNT], added;
    unsigned char none[MEMBER_INDICATOR_COUNT] = {0};
    for (int i = 0; i < INDICATOR_COUNT; i++)
        assert_status(indicators_init(&alone[i], 10, &failure), MATTHEW_OK, failure.text);
    assert_status(indicators_init(&added, 10, &failure), MATTHEW_OK, failure.text);
    for (int month = 0; month < 14; month++) {
        assert_status(indicators_compute(&work, &s.world, &now, &failure), MATTHEW_OK, failure.text);
        for (int i = INDICATOR_COUNT; i-- > 0;) {
            unsigned char wanted[INDICATOR_COUNT] = {[0] = 0};
            wanted[i] = 1;
            indicators_want(&alone[i], wanted, none);
            assert_status(indicators_compute(&alone[i], &s.world, NULL, &failure), MATTHEW_OK, failure.text);
            indicators_want(&added, wanted, none);
            assert_status(indicators_compute(&added, &s.world, NULL, &failure), MATTHEW_OK, failure.text);
            cr_assert(memcmp(&alone[i].now.value[i], &now.value[i], sizeof(double)) == 0,
                      "%s alone in month %d: %.17g, not %.17g", indicator_table[i].name, month, alone[i].now.value[i],
                      now.value[i]);
        }
        for (int i = 0; i < INDICATOR_COUNT; i++)
            cr_assert(memcmp(&added.now.value[i], &now.value[i], sizeof(double)) == 0,
                      "%s added in month %d: %.17g, not %.17g", indicator_table[i].name, month, added.now.value[i],
                      now.value[i]);
        synthetic_step(&s);
    }
    for (int i = 0; i < INDICATOR_COUNT; i++)
        indicators_free(&alone[i]);
    indicators_free(&added);
}

Test(indicators, an_industry_without_firms) {
    struct firms *f = &s.world.firms;
    for (size_t i = 0; i < f->slots; i++)
        firms_clear(f, &i, 1);
    assert_status(indicators_compute(&work, &s.world, &now, &failure), MATTHEW_OK, failure.text);
    assert_equal(now.value[INDICATOR_active_firms], 0);
    assert_nan(now.value[INDICATOR_frontier_capability]);
    assert_nan(now.value[INDICATOR_accounts_hhi]);
    assert_equal(now.value[INDICATOR_accounts_leader], -1);
    assert_nan(now.value[INDICATOR_gpu_utilisation]);
    assert_equal(now.value[INDICATOR_total_gpus], 0);
}

Test(indicators, table_names_are_complete_and_unique) {
    for (int i = 0; i < INDICATOR_COUNT; i++) {
        cr_assert(indicator_table[i].name != NULL);
        cr_assert(indicator_table[i].unit[0] != '\0');
        cr_assert(indicator_table[i].description[0] != '\0');
        assert_equal(indicator_index(indicator_table[i].name), i);
    }
    assert_equal(indicator_index("accounts_hhi"), INDICATOR_accounts_hhi);
    assert_equal(indicator_index("capital_lead"), INDICATOR_capital_lead);
    assert_equal(indicator_index("instability"), INDICATOR_instability);
    assert_equal(indicator_index("nothing"), -1);
}

Test(indicators, short_memory_at_any_allocation) {
    indicators_free(&work);
    for (size_t n = 1;; n++) {
        memory_fail_at(n);
        int status = indicators_init(&work, 100, &failure);
        int reached = memory_fail_at(0) < n;
        if (status == MATTHEW_OK) {
            cr_assert(reached);
            return;
        }
        assert_status(status, MATTHEW_NO_MEMORY, failure.text);
        cr_assert(n < 100);
    }
}

/* What a fresh state of indicators gives at a later month is what one gives that followed all months, for those that
 * need no earlier month; and of the others at least one differs, so none is said to span months in vain. */
Test(indicators, which_ones_span_months) {
    static struct indicator_work fresh;
    struct indicators late;
    int differ[INDICATOR_COUNT] = {0};
    for (int i = 0; i < 15; i++) {
        assert_status(indicators_compute(&work, &s.world, &now, &failure), MATTHEW_OK, failure.text);
        assert_status(indicators_init(&fresh, 10, &failure), MATTHEW_OK, failure.text);
        assert_status(indicators_compute(&fresh, &s.world, &late, &failure), MATTHEW_OK, failure.text);
        indicators_free(&fresh);
        for (int indicator = 0; indicator < INDICATOR_COUNT; indicator++) {
            double a = now.value[indicator], b = late.value[indicator];
            int same = a == b || (isnan(a) && isnan(b));
            cr_assert(same || indicator_spans_months(indicator), "%s needs earlier months: %g, not %g",
                      indicator_table[indicator].name, a, b);
            differ[indicator] |= !same;
        }
        synthetic_step(&s);
    }
    cr_assert(differ[INDICATOR_accounts_leader_tenure], "nothing differs");
}
