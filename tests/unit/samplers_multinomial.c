/* Movers over places: totals, categories, marginal laws and covariances, for blocks and for draw_split, at movers per
 * slot from 0.01 to a million. Each p-value must be above 1e-5 (the least of 114 was 0.01). Planted faults: the largest
 * weight 2% too large gives 4e-28, Poisson counts without the condition on their total 2e-184. An instruction set that
 * the machine lacks is replaced by the baseline. */
#include "core/samplers.h"
#include "core/sums.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "support/counts.h"

#define ALPHA 1e-5

enum { ROUNDS = 4000, PLACES_MAX = BLOCK };

/* One way to spread movers over places. */
typedef void spread(uint64_t key, double movers, const double *weight, double *out);

static void with_isa(enum isa isa, uint64_t key, double movers, const double *weight, double *out) {
    samplers_of(isa_available(isa) ? isa : ISA_baseline)->multinomial(key, movers, weight, out);
}

static void spread_baseline(uint64_t key, double movers, const double *weight, double *out) {
    with_isa(ISA_baseline, key, movers, weight, out);
}
static void spread_avx2(uint64_t key, double movers, const double *weight, double *out) {
    with_isa(ISA_avx2, key, movers, weight, out);
}
static void spread_avx512(uint64_t key, double movers, const double *weight, double *out) {
    with_isa(ISA_avx512, key, movers, weight, out);
}

enum { SPLIT_PLACES = 37 };

static void spread_split(uint64_t key, double movers, const double *weight, double *out) {
    double suffix[SPLIT_PLACES];
    struct generator generator = generator_open(random_mix(key));
    draw_split(&generator, movers, weight, SPLIT_PLACES, suffix, out);
}

/* Weights of very different sizes, some of them 0. */
static void fill(double *weight, int places) {
    for (int i = 0; i < places; i++)
        weight[i] = i % 9 == 4 ? 0 : exp(1.5 * sin(7.0 * i)) * (i == 10 ? 30 : 1);
}

struct p_values {
    double categories, variance, largest, smaller;
};

/* Spreads ROUNDS times with weights `weight` and tests the results against the shares of `assumed`. */
static struct p_values measure(spread *one, uint64_t seed, int places, double movers, const double *weight,
                               const double *assumed) {
    static double largest[ROUNDS], smaller[ROUNDS];
    double out[PLACES_MAX], sum[PLACES_MAX] = {0}, expected[PLACES_MAX];
    double total = 0, half = 0, squares = 0;
    for (int i = 0; i < places; i++) {
        total += assumed[i];
        half += i < places / 2 ? assumed[i] : 0;
    }
    for (uint64_t r = 0; r < ROUNDS; r++) {
        one(random_subkey(seed, r), movers, weight, out);
        double all = 0, first_half = 0;
        for (int i = 0; i < places; i++) {
            cr_assert(out[i] >= 0 && out[i] == floor(out[i]));
            cr_assert(weight[i] > 0 || out[i] == 0, "a place without weight got movers");
            sum[i] += out[i];
            all += out[i];
            first_half += i < places / 2 ? out[i] : 0;
        }
        cr_assert(all == movers, "%g movers of %g", all, movers);
        double away = first_half - movers * half / total;
        squares += away * away;
        largest[r] = out[10];
        smaller[r] = out[3];
    }
    for (int i = 0; i < places; i++)
        expected[i] = ROUNDS * movers * assumed[i] / total;
    struct p_values p;
    p.categories = statistics_fit(sum, expected, (size_t)places);
    /* The variance of what the first half of the places gets holds all covariances. Its own spread is that of normal
       values only when the counts are not small: with few movers the whole law is tested instead, by what one place
       gets. */
    double share = half / total, variance = movers * share * (1 - share);
    p.variance = variance > 20 ? statistics_variance(squares / ROUNDS / variance, ROUNDS) : 1;
    double one_share = assumed[10] / total, other_share = assumed[3] / total;
    if (movers * one_share < 1e6) {
        p.largest = counts_fit(largest, ROUNDS, movers, one_share, movers * one_share);
        p.smaller = counts_fit(smaller, ROUNDS, movers, other_share, movers * other_share);
    } else {
        p.largest = counts_fit_normal(largest, ROUNDS, movers * one_share, movers * one_share * (1 - one_share));
        p.smaller = counts_fit_normal(smaller, ROUNDS, movers * other_share, movers * other_share * (1 - other_share));
    }
    return p;
}

static double least(struct p_values p) {
    return fmin(fmin(p.categories, p.variance), fmin(p.largest, p.smaller));
}

/* Movers per slot; 0.6 and 0.7 lie on both sides of where fields begin. */
static const double each[] = {0.01, 0.3, 0.6, 0.7, 3, 100, 1e4, 1e6};

static void check(spread *one, uint64_t seed, int places) {
    double weight[PLACES_MAX];
    fill(weight, places);
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        double movers = floor(each[i] * places) + 1;
        struct p_values p = measure(one, seed + i, places, movers, weight, weight);
        cr_assert(least(p) > ALPHA, "%g movers a place: p = %g, %g, %g, %g", each[i], p.categories, p.variance,
                  p.largest, p.smaller);
    }
}

Test(samplers_multinomial, baseline) {
    check(spread_baseline, 1000, BLOCK);
}
Test(samplers_multinomial, avx2) {
    check(spread_avx2, 2000, BLOCK);
}
Test(samplers_multinomial, avx512) {
    check(spread_avx512, 3000, BLOCK);
}
Test(samplers_multinomial, split) {
    check(spread_split, 4000, SPLIT_PLACES);
}

/* Few movers over few places: the whole joint law, cell by cell. */
Test(samplers_multinomial, joint_law) {
    enum { MOVERS = 3, CELLS = (MOVERS + 1) * (MOVERS + 1), TIMES = 40000 };
    for (int split = 0; split < 2; split++) {
        double weight[BLOCK] = {0}, out[BLOCK], count[CELLS] = {0}, expected[CELLS] = {0};
        weight[0] = 0.2;
        weight[17] = 0.5;
        weight[split ? 36 : 255] = 0.3;
        for (uint64_t r = 0; r < TIMES; r++) {
            (split ? spread_split : spread_avx2)(random_subkey(split, r), MOVERS, weight, out);
            count[(int)out[0] * (MOVERS + 1) + (int)out[17]] += 1;
        }
        for (int a = 0; a <= MOVERS; a++)
            for (int b = 0; a + b <= MOVERS; b++)
                expected[a * (MOVERS + 1) + b] = TIMES * 6 /
                                                 (tgamma(a + 1) * tgamma(b + 1) * tgamma(MOVERS - a - b + 1)) *
                                                 pow(0.2, a) * pow(0.5, b) * pow(0.3, MOVERS - a - b);
        double p = statistics_fit(count, expected, CELLS);
        cr_assert(p > ALPHA, "p = %g", p);
    }
}

static void check_edges(spread *one, int places) {
    double weight[PLACES_MAX] = {0}, out[PLACES_MAX];
    static const double amounts[] = {0, 1, 100, 1e6, 1e12, 0x1p52};
    for (int a = 0; a < 6; a++) {
        memset(weight, 0, sizeof weight);
        one(1, amounts[a], weight, out); /* no weight at all: the last place takes them */
        for (int i = 0; i < places; i++)
            cr_assert(out[i] == (i == places - 1 ? amounts[a] : 0));
        weight[5] = 1e-200; /* one place with weight takes all */
        one(1, amounts[a], weight, out);
        for (int i = 0; i < places; i++)
            cr_assert(out[i] == (i == 5 ? amounts[a] : 0));
        weight[5] = 1e200;
        weight[6] = 1e-200;
        one(1, amounts[a], weight, out);
        cr_assert(out[5] == amounts[a] && out[6] == 0);
        weight[places - 1] = weight[0] = 1e200;
        one(1, amounts[a], weight, out);
        cr_assert(out[0] + out[5] + out[places - 1] == amounts[a]);
        one(1, -amounts[a], weight, out);
        cr_assert(out[0] == 0 && out[5] == 0);
    }
    one(1, NAN, weight, out);
    cr_assert(out[0] + out[5] + out[places - 1] == 0 || isnan(out[0] + out[5] + out[places - 1]));
}

Test(samplers_multinomial, edges) {
    check_edges(spread_baseline, BLOCK);
    check_edges(spread_avx2, BLOCK);
    check_edges(spread_avx512, BLOCK);
    check_edges(spread_split, SPLIT_PLACES);
    struct generator generator = generator_open(1);
    draw_split(&generator, 5, NULL, 0, NULL, NULL);
    double weight = 0.3, out, suffix;
    draw_split(&generator, 5, &weight, 1, &suffix, &out);
    cr_assert(out == 5);
}

/* Faults that the tests above must catch. */
static void spread_unconditioned(uint64_t key, double movers, const double *weight, double *out) {
    double mean[BLOCK], total = sum_block(weight);
    for (int i = 0; i < BLOCK; i++)
        mean[i] = weight[i] * movers / total;
    samplers_baseline.poisson(key, mean, out);
    out[0] += movers - sum_block(out); /* puts right the total and nothing else */
}

Test(samplers_multinomial, faults_are_caught) {
    double weight[BLOCK], other[BLOCK];
    fill(weight, BLOCK);
    memcpy(other, weight, sizeof other);
    other[10] *= 1.02; /* the largest weight 2% too large */
    struct p_values p = measure(spread_baseline, 1, BLOCK, 3 * BLOCK, weight, other);
    cr_assert(p.largest < ALPHA, "p = %g", p.largest);
    for (int i = 0; i < BLOCK; i++)
        weight[i] = i == 0 ? 40 : 1;
    p = measure(spread_unconditioned, 2, BLOCK, 100 * BLOCK, weight, weight);
    cr_assert(p.variance < ALPHA, "p = %g", p.variance);
}
