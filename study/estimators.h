/* Estimators of the facts: shapes of distributions, slopes, lifetimes.
 *
 * Pure functions over the caller's memory; what cannot be estimated is NaN. Sums are taken in order and logarithms by
 * core/elementary.h, so the bits depend on the values alone. Cost: a few passes; a sort where that is said. */
#ifndef MATTHEW_STUDY_ESTIMATORS_H
#define MATTHEW_STUDY_ESTIMATORS_H

#include <stddef.h>

double mean(const double *values, size_t count);

/* The square root of the sum of squares about the mean over count (not count - 1). */
double deviation(const double *values, size_t count);

/* The fourth moment about the mean over the square of the second: 3 for Gauss, 6 for Laplace. NaN below 4 values or
 * when all are equal. */
double kurtosis(const double *values, size_t count);

/* Sorts ascending. No NaN. */
void sort_ascending(double *values, size_t count);

/* The middle value, or the mean of the two in the middle; sorts the values, infinities included. */
double median_sorting(double *values, size_t count);

/* The shape b of Subbotin's law around 0, of density exp(-|x / a|^b / b) / (2 a b^(1/b) Gamma(1 + 1/b)), by maximum
 * likelihood in a and b: 1 is Laplace, 2 Gauss. The answer lies in SUBBOTIN_LEAST..SUBBOTIN_MOST; NaN below 10 values
 * or when fewer than half differ from 0. Cost: about 60 passes with a power each. */
#define SUBBOTIN_LEAST 0.1
#define SUBBOTIN_MOST 10.0
double subbotin_shape(const double *values, size_t count);

/* Slope of the least-squares line through (x, y). */
double slope(const double *x, const double *y, size_t count);

/* How fast the spread of growth falls with size: values are put in SIZE_BINS bins of equally many by log size, and the
 * answer is minus the slope of the log of a bin's standard deviation on its mean log size. order has room for count
 * numbers. NaN below SIZE_BINS * SIZE_BIN_LEAST values. */
enum { SIZE_BINS = 8, SIZE_BIN_LEAST = 10 };
double size_exponent(const double *log_size, const double *growth, size_t *order, size_t count);

/* ln Gamma(x) for x >= 1, to about 1e-14. */
double log_gamma(double x);

/* Correlation of pairs that are added one by one. */
struct pairs {
    double count, x, y, xx, yy, xy;
};
void pairs_add(struct pairs *pairs, double x, double y);
double pairs_correlation(const struct pairs *pairs);

/* The share of the largest tenth (at least one) of values that are not negative, in their sum; sorts them. */
double top_tenth_sorting(double *values, size_t count);

/* A firm's life as it was observed, in whole months of its age: from the end of month `from` (above 0 when it was
 * already older at the start) until it leaves at the end of month `to`, or is last seen there alive. */
struct life {
    long from, to;
    int left;
};

/* The share that is still there at an age, by Kaplan and Meier (1958): lives that are cut short by the end of the
 * observation count for as long as they were seen. NaN when nobody is at risk in one of the months before
 * all are gone. */
double survival(const struct life *lives, size_t count, long age);

/* Months lived between two ages (the first excluded). */
double months_lived(const struct life *lives, size_t count, long above, long until);

/* Exits per month lived between two ages (the first excluded); NaN when no month was lived. */
double hazard(const struct life *lives, size_t count, long above, long until);

#endif
