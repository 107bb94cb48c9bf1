/* Measures of concentration of one quantity over firms: the definitions that every indicator uses.
 *
 * Let x_1..x_n be the values of the n active firms (what is negative counts as 0), S their sum, s_i = x_i / S.
 *   hhi      sum of s_i^2 (Herfindahl 1950, Hirschman 1945), between 1/n and 1
 *   cr1, cr4, cr10   sum of the largest 1, 4, 10 shares
 *   gini     2 sum_i i x_(i) / (n S) - (n + 1)/n with x_(1) <= ... <= x_(n) (Gini 1914; the sample form without the
 *            factor n/(n - 1)): 0 when all are equal, 1 - 1/n when one firm has everything
 *   entropy  -sum s_i ln s_i / ln n (Shannon 1948, normalised): 1 when all are equal; a single firm has 0
 *   theil    sum s_i ln(n s_i) (Theil 1967): 0 when all are equal, ln n when one firm has everything
 *   hill     exponent of the tail by Hill (1975): k / sum_{i<=k} ln(x^(i) / x^(k+1)) over the k = floor(m / 10) largest
 *            of the m positive values; NaN when k is below 10, so that the tail holds at least 10 firms
 *   leader   id of the firm with the largest value (the lowest id among equals); -1 when S is 0
 *   lead     largest share less the second largest
 * All are NaN when S is 0 or there is no firm (leader: -1).
 *
 * Sums are taken in a fixed order and logarithms by core/elementary.h, so the bits depend on the values and their order
 * alone. Thread rule: pure functions over the caller's memory. Cost: about 5 ns a firm, and 20 ns more when gini or
 * hill are wanted (a radix sort). */
#ifndef MATTHEW_MEASURE_CONCENTRATION_H
#define MATTHEW_MEASURE_CONCENTRATION_H

#include "measure/columns.h"

#include <math.h>

#define UNKNOWN ((double)NAN)

struct concentration {
    double hhi, cr1, cr4, cr10, gini, theil, entropy, hill, leader, lead;
};

/* What has to be computed beyond one pass over the values. */
enum { CONCENTRATION_ORDER = 1 /* gini, hill */, CONCENTRATION_LOGS = 2 /* theil, entropy */ };

enum { TAIL_LEAST = 10, TAIL_PART = 10 };

/* Measures `slots` values, not negative, of which `firms` belong to active firms and the others are 0; ids[i] is the
 * firm of values[i]. Values are reordered when CONCENTRATION_ORDER is among `wanted`; scratch holds as many doubles and
 * is used for either. What is not wanted is NaN. */
void concentration_measure(const struct columns *columns, double *values, const double *ids, size_t slots, size_t firms,
                           unsigned wanted, double *scratch, struct concentration *result);

/* Sorts values that are not negative and not NaN in ascending order; scratch holds count doubles. Radix sort of the bit
 * patterns, at most 2^32 - 1 values. */
void order_ascending(double *values, size_t count, double *scratch);

/* The Gini coefficient and the Hill exponent of values in ascending order. */
double ordered_gini(const double *values, size_t count);
double ordered_hill(const double *values, size_t count);

#endif
