/* Exact probabilities of count laws and p-values of counts against them, for the tests of samplers. */
#ifndef MATTHEW_TESTS_SUPPORT_COUNTS_H
#define MATTHEW_TESTS_SUPPORT_COUNTS_H

#include <math.h>
#include <stdlib.h>

#include "support/statistics.h"

/* log of the probability of k: Poisson(mean) when trials is 0, else Binomial(trials, chance). Good to 1e-12 up to 1e6.
 */
static inline long double counts_log_probability(double k, double trials, double chance, double mean) {
    if (trials == 0)
        return k * logl(mean) - mean - lgammal(k + 1);
    if (chance <= 0 || chance >= 1)
        return k == (chance <= 0 ? 0 : trials) ? 0 : -INFINITY;
    return lgammal(trials + 1) - lgammal(k + 1) - lgammal(trials - k + 1) + k * logl(chance) +
           (trials - k) * log1pl(-(long double)chance);
}

/* p-value of draws against a law, by chi-square over all its values (where fewer than 5 are expected, joined; what lies
   beyond 12 standard deviations counts at the ends). For means up to 1e6. */
static inline double counts_fit(const double *draw, size_t draws, double trials, double chance, double mean) {
    double variance = trials == 0 ? mean : mean * (1 - chance);
    double low = fmax(0, floor(mean - 12 * sqrt(variance) - 3)), high = ceil(mean + 12 * sqrt(variance) + 30);
    if (trials > 0)
        high = fmin(high, trials);
    size_t cells = (size_t)(high - low) + 1;
    double *count = calloc(cells, sizeof *count), *expected = calloc(cells, sizeof *expected);
    double p = 0;
    if (count != NULL && expected != NULL) {
        for (size_t i = 0; i < draws; i++)
            count[(size_t)(fmin(fmax(draw[i], low), high) - low)] += 1;
        for (size_t i = 0; i < cells; i++)
            expected[i] = (double)draws * (double)expl(counts_log_probability(low + (double)i, trials, chance, mean));
        p = statistics_fit(count, expected, cells);
    }
    free(count);
    free(expected);
    return p;
}

/* p-value of draws of a law with a mean so large that its standardised values are normal: Kolmogorov and Smirnov. Sorts
   and overwrites the draws. half is what a whole number stands for in standard deviations, 1/2 over the spread. */
static inline double counts_fit_normal(double *draw, size_t draws, double mean, double variance) {
    for (size_t i = 0; i < draws; i++)
        draw[i] = erfc(-(draw[i] - mean) / sqrt(2 * variance)) / 2;
    return statistics_uniform(draw, draws);
}

#endif
