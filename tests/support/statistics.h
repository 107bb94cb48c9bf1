/* p-values for tests: chi-square of counts against expectations and of two samples, the z of a mean, a variance, and
 * Kolmogorov and Smirnov. */
#ifndef MATTHEW_TESTS_SUPPORT_STATISTICS_H
#define MATTHEW_TESTS_SUPPORT_STATISTICS_H

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

/* The upper regularised incomplete gamma function Q(a, x). */
static inline double statistics_gamma_above(double a, double x) {
    if (x <= 0.0)
        return 1.0;
    double front = exp(a * log(x) - x - lgamma(a));
    if (x < a + 1.0) { /* series of the lower function */
        double term = 1.0 / a, sum = term;
        for (int n = 1; n < 100000 && term > 1e-17 * sum; n++) {
            term *= x / (a + n);
            sum += term;
        }
        return 1.0 - front * sum;
    }
    double b = x + 1.0 - a, c = 1e300, d = 1.0 / b, fraction = d; /* continued fraction */
    for (int n = 1; n < 100000; n++) {
        double an = -n * (n - a);
        b += 2.0;
        d = 1.0 / (an * d + b);
        c = b + an / c;
        fraction *= c * d;
        if (fabs(c * d - 1.0) < 1e-16)
            break;
    }
    return front * fraction;
}

static inline double statistics_chi_square_above(double chi_square, double freedom) {
    return freedom > 0.0 ? statistics_gamma_above(0.5 * freedom, 0.5 * chi_square) : 1.0;
}

/* p-value of counts against expected numbers; neighbouring cells are joined until 5 are expected. */
static inline double statistics_fit(const double *count, const double *expected, size_t cells) {
    double chi_square = 0.0, freedom = -1.0, seen = 0.0, wanted = 0.0, left = 0.0;
    for (size_t i = 0; i < cells; i++)
        left += expected[i];
    for (size_t i = 0; i < cells; i++) {
        seen += count[i];
        wanted += expected[i];
        left -= expected[i];
        if (i + 1 == cells || (wanted >= 5.0 && left >= 5.0)) {
            if (wanted > 0.0) {
                chi_square += (seen - wanted) * (seen - wanted) / wanted;
                freedom += 1.0;
            } else if (seen > 0.0) {
                return 0.0;
            }
            seen = wanted = 0.0;
        }
    }
    return statistics_chi_square_above(chi_square, freedom);
}

/* p-value of two samples having the same law; cells with fewer than 10 values in both together are joined. */
static inline double statistics_same(const double *first, const double *second, size_t cells) {
    double totals[2] = {0.0, 0.0}, chi_square = 0.0, freedom = -1.0, a = 0.0, b = 0.0, left = 0.0;
    for (size_t i = 0; i < cells; i++) {
        totals[0] += first[i];
        totals[1] += second[i];
    }
    left = totals[0] + totals[1];
    double share = totals[0] / left;
    for (size_t i = 0; i < cells; i++) {
        a += first[i];
        b += second[i];
        left -= first[i] + second[i];
        if (i + 1 == cells || (a + b >= 10.0 && left >= 10.0)) {
            if (a + b > 0.0) {
                double wanted = share * (a + b);
                chi_square += (a - wanted) * (a - wanted) / wanted + (a - wanted) * (a - wanted) / (a + b - wanted);
                freedom += 1.0;
            }
            a = b = 0.0;
        }
    }
    return statistics_chi_square_above(chi_square, freedom);
}

/* Two-sided p-value of a standard normal deviate. */
static inline double statistics_two_sided(double z) {
    return erfc(fabs(z) / sqrt(2.0));
}

/* Two-sided p-value of the variance of freedom + 1 normal values being `ratio` times the true one. */
static inline double statistics_variance(double ratio, double freedom) {
    double above = statistics_chi_square_above(ratio * freedom, freedom);
    return 2.0 * fmin(above, 1.0 - above);
}

static inline int statistics_order(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* p-value of values having the uniform law on (0, 1), by Kolmogorov and Smirnov; sorts them. For 100 values and more.
 */
static inline double statistics_uniform(double *value, size_t count) {
    double distance = 0.0, p = 0.0;
    qsort(value, count, sizeof *value, statistics_order);
    for (size_t i = 0; i < count; i++) {
        distance = fmax(distance, value[i] - (double)i / (double)count);
        distance = fmax(distance, (double)(i + 1) / (double)count - value[i]);
    }
    double root = sqrt((double)count);
    double t = (root + 0.12 + 0.11 / root) * distance;
    for (int k = 1; k < 100; k++)
        p += (k % 2 == 1 ? 2.0 : -2.0) * exp(-2.0 * k * k * t * t);
    return fmin(fmax(p, 0.0), 1.0);
}

#endif
