/* Single laws: the block samplers and single draws against exact probabilities, in every regime and on both sides of
 * every threshold. Each of the 172 p-values must be above 1e-5; the smallest was 0.003 (with 7.7 million draws a law
 * 0.004, quartiles 0.23, 0.51, 0.76).
 *
 * Planted faults, the same draws asked to fit a slightly wrong law, are caught: a Poisson mean of 5 that is 1% off with
 * p = 2e-14, a probability of 0.05 that is 1% off with 8e-16, one of 1e-5 that is 1e-5 off at a count of 1e12 with
 * 5e-25. */
#include "core/samplers.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "support/counts.h"

#define ALPHA 1e-5

enum { ROUNDS = 800, DRAWS = ROUNDS * BLOCK };

static double draws[DRAWS], parameter_one[BLOCK], parameter_two[BLOCK];

/* The n-th available instruction set, counted round and round: law after law, each gets its turn. */
static const struct samplers *some_samplers(int n) {
    enum isa available[ISA_COUNT];
    int count = 0;
    for (int isa = 0; isa < ISA_COUNT; isa++)
        if (isa_available((enum isa)isa))
            available[count++] = (enum isa)isa;
    return samplers_of(available[n % count]);
}

static void fill(double *parameter, double value) {
    for (int i = 0; i < BLOCK; i++)
        parameter[i] = value;
}

static void draw_poissons(int n, double mean) {
    fill(parameter_one, mean);
    for (uint64_t r = 0; r < ROUNDS; r++)
        some_samplers(n)->poisson(random_key(1, n, PURPOSE_ENTRY, 0, r), parameter_one, draws + r * BLOCK);
}

static void draw_binomials(int n, double count, double probability) {
    fill(parameter_one, count);
    fill(parameter_two, probability);
    for (uint64_t r = 0; r < ROUNDS; r++)
        some_samplers(n)->binomial(random_key(2, n, PURPOSE_REVIEW, 0, r), parameter_one, parameter_two,
                                   draws + r * BLOCK);
}

/* 32 is where rejection begins; 1e-3 to 6 passes the numbers of terms after which inversions are regrouped. */
static const double means[] = {1e-3, 0.1,     0.7, 1.5, 3,  5,  8,   12,   16,  20,  24,    28,
                               31,   31.9999, 32,  33,  40, 50, 100, 1000, 1e4, 1e5, 654321};

Test(samplers, poisson_blocks) {
    for (size_t i = 0; i < sizeof means / sizeof *means; i++) {
        draw_poissons((int)i, means[i]);
        double p = counts_fit(draws, DRAWS, 0, 0, means[i]);
        cr_assert(p > ALPHA, "mean %g: p = %g", means[i], p);
    }
}

static const double binomials[][2] = {
    {1, 0.5},      {1, 0.01},   {2, 0.3},    {3, 0.999},  {5, 0.5},      {10, 0.05},     {20, 0.4},      {63, 0.5},
    {64, 0.5},     {65, 0.5},   {66, 0.5},   {100, 0.05}, {100, 0.3199}, {100, 0.32},    {100, 0.68},    {100, 0.95},
    {639, 0.05},   {640, 0.05}, {641, 0.05}, {1000, 0.5}, {1000, 0.51},  {1000, 0.0319}, {1000, 0.0321}, {1e4, 0.003},
    {1e4, 0.0033}, {1e4, 0.5},  {1e5, 0.7},  {1e6, 1e-6}, {1e6, 3e-5},   {1e6, 4e-5},    {1e6, 0.2},     {1e6, 0.999}};

Test(samplers, binomial_blocks) {
    for (size_t i = 0; i < sizeof binomials / sizeof *binomials; i++) {
        double count = binomials[i][0], probability = binomials[i][1];
        draw_binomials((int)i, count, probability);
        double p = counts_fit(draws, DRAWS, count, probability, count * probability);
        cr_assert(p > ALPHA, "%g, %g: p = %g", count, probability, p);
    }
}

/* Slots with different parameters side by side, small and large means mixed: each slot against its own law. */
Test(samplers, mixed_blocks) {
    enum { LAWS = 16, TIMES = BLOCK / LAWS };
    static double sorted[LAWS][ROUNDS * TIMES];
    for (int i = 0; i < BLOCK; i++) {
        parameter_one[i] = portable_floor(portable_exp(0.6 * (i % LAWS)) + 1);
        parameter_two[i] = 0.02 + 0.06 * ((i * 7) % LAWS);
    }
    for (int kind = 0; kind < 2; kind++) {
        for (uint64_t r = 0; r < ROUNDS; r++) {
            double out[BLOCK], mean[BLOCK];
            for (int i = 0; i < BLOCK; i++)
                mean[i] = parameter_one[i] * parameter_two[i];
            if (kind == 0)
                some_samplers(0)->binomial(random_mix(r + 1), parameter_one, parameter_two, out);
            else
                some_samplers(0)->poisson(random_mix(r + 1), mean, out);
            for (int i = 0; i < BLOCK; i++)
                sorted[i % LAWS][(int)r * TIMES + i / LAWS] = out[i];
        }
        for (int i = 0; i < LAWS; i++) {
            double count = parameter_one[i], probability = parameter_two[i];
            double p = counts_fit(sorted[i], ROUNDS * TIMES, kind == 0 ? count : 0, probability, count * probability);
            cr_assert(p > ALPHA, "%s %g, %g: p = %g", kind == 0 ? "binomial" : "Poisson", count, probability, p);
        }
    }
}

/* Large means: the standardised draws are normal to 1e-5 there; variance and mean are tested besides. */
static void check_large(const char *law, double count, double probability, double mean) {
    double variance = mean * (1 - probability), sum = 0, squares = 0;
    for (size_t i = 0; i < DRAWS; i++) {
        double x = draws[i] - mean;
        sum += x;
        squares += x * x;
    }
    double p_mean = statistics_two_sided(sum / sqrt(DRAWS * variance));
    double p_variance = statistics_variance(squares / DRAWS / variance, DRAWS);
    double p_shape = counts_fit_normal(draws, DRAWS, mean, variance);
    cr_assert(p_mean > ALPHA && p_variance > ALPHA && p_shape > ALPHA, "%s %g, %g, mean %g: p = %g, %g, %g", law, count,
              probability, mean, p_mean, p_variance, p_shape);
}

Test(samplers, large_means) {
    static const double large[] = {1e8, 1e10, 1e12, 1e15};
    static const double large_binomials[][2] = {{1e10, 0.5}, {1e12, 0.3}, {1e12, 1e-4}, {1e15, 0.7}, {4e15, 0.5}};
    for (int i = 0; i < 4; i++) {
        draw_poissons(i, large[i]);
        check_large("Poisson", 0, 0, large[i]);
    }
    for (int i = 0; i < 5; i++) {
        double count = large_binomials[i][0], probability = large_binomials[i][1];
        draw_binomials(i, count, probability);
        check_large("binomial", count, probability, count * probability);
    }
}

Test(samplers, single_draws) {
    struct generator generator = generator_open(77);
    for (size_t i = 0; i < sizeof means / sizeof *means; i++) {
        for (size_t j = 0; j < DRAWS / 2; j++)
            draws[j] = draw_poisson(&generator, means[i]);
        double p = counts_fit(draws, DRAWS / 2, 0, 0, means[i]);
        cr_assert(p > ALPHA, "Poisson %g: p = %g", means[i], p);
    }
    for (size_t i = 0; i < sizeof binomials / sizeof *binomials; i++) {
        double count = binomials[i][0], probability = binomials[i][1];
        for (size_t j = 0; j < DRAWS / 2; j++)
            draws[j] = draw_binomial(&generator, count, probability);
        double p = counts_fit(draws, DRAWS / 2, count, probability, count * probability);
        cr_assert(p > ALPHA, "binomial %g, %g: p = %g", count, probability, p);
    }
    for (size_t j = 0; j < DRAWS; j++)
        draws[j] = draw_binomial(&generator, 1e12, 0.3);
    check_large("single binomial", 1e12, 0.3, 0.3e12);
}

Test(samplers, wrong_laws_are_caught) {
    draw_poissons(0, 5);
    cr_assert(counts_fit(draws, DRAWS, 0, 0, 5 * 1.01) < ALPHA, "p = %g", counts_fit(draws, DRAWS, 0, 0, 5 * 1.01));
    draw_poissons(0, 100);
    cr_assert(counts_fit(draws, DRAWS, 0, 0, 100 * 1.003) < ALPHA);
    draw_binomials(0, 100, 0.05);
    cr_assert(counts_fit(draws, DRAWS, 100, 0.05 * 1.01, 5.05) < ALPHA);
    draw_binomials(0, 1000, 0.5);
    cr_assert(counts_fit(draws, DRAWS, 1000, 0.5 * 1.001, 500.5) < ALPHA);
    draw_binomials(0, 1e12, 1e-5);
    cr_assert(counts_fit_normal(draws, DRAWS, 1e7 * (1 + 1e-5), 1e7) < ALPHA);
    /* A normal number rounded to whole ones, the approximation that the samplers do not make, at a mean of 100. */
    struct generator generator = generator_open(5);
    for (size_t i = 0; i < DRAWS; i++)
        draws[i] = floor(100 + sqrt(100) * generator_normal(&generator) + 0.5);
    cr_assert(counts_fit(draws, DRAWS, 0, 0, 100) < ALPHA);
}
