#include "study/estimators.h"

#include "core/elementary.h"

#include <math.h>
#include <stdlib.h>

#define NOT_KNOWN ((double)NAN)

double mean(const double *values, size_t count) {
    double total = 0.0;
    for (size_t i = 0; i < count; i++)
        total += values[i];
    return count > 0 ? total / (double)count : NOT_KNOWN;
}

double deviation(const double *values, size_t count) {
    double middle = mean(values, count), squares = 0.0;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - middle) * (values[i] - middle);
    return count > 0 ? portable_sqrt(squares / (double)count) : NOT_KNOWN;
}

double kurtosis(const double *values, size_t count) {
    double middle = mean(values, count), second = 0.0, fourth = 0.0;
    for (size_t i = 0; i < count; i++) {
        double square = (values[i] - middle) * (values[i] - middle);
        second += square;
        fourth += square * square;
    }
    return count >= 4 && second > 0.0 ? fourth * (double)count / (second * second) : NOT_KNOWN;
}

static int by_value(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

void sort_ascending(double *values, size_t count) {
    if (count > 1)
        qsort(values, count, sizeof *values, by_value);
}

double median_sorting(double *values, size_t count) {
    if (count == 0)
        return NOT_KNOWN;
    sort_ascending(values, count);
    double above = values[count / 2], below = values[(count - 1) / 2];
    return above == below ? above : 0.5 * (above + below);
}

/* Stirling's series from 10 on; below that by Gamma(x) = Gamma(x + 1) / x. */
double log_gamma(double x) {
    double shift = 1.0;
    while (x < 10.0) {
        shift *= x;
        x += 1.0;
    }
    double z = 1.0 / (x * x);
    double series = (1.0 / 12.0 - z * (1.0 / 360.0 - z * (1.0 / 1260.0 - z * (1.0 / 1680.0 - z / 1188.0)))) / x;
    return (x - 0.5) * portable_log(x) - x + 0.91893853320467274178 + series - portable_log(shift);
}

/* The mean log likelihood at shape b, at the best a: a^b is the mean of |x|^b. */
static double subbotin_likelihood(const double *values, size_t count, double b) {
    double total = 0.0;
    for (size_t i = 0; i < count; i++)
        total += portable_pow(portable_abs(values[i]), b);
    double log_scale = portable_log(total / (double)count) / b;
    return -0.69314718055994530942 - portable_log(b) / b - log_gamma(1.0 + 1.0 / b) - log_scale - 1.0 / b;
}

double subbotin_shape(const double *values, size_t count) {
    size_t others = 0;
    for (size_t i = 0; i < count; i++)
        others += values[i] != 0.0;
    if (count < 10 || 2 * others < count)
        return NOT_KNOWN;
    /* Golden section on ln b: the likelihood has one peak there. */
    const double ratio = 0.61803398874989484820;
    double low = portable_log(SUBBOTIN_LEAST), high = portable_log(SUBBOTIN_MOST);
    double first = high - ratio * (high - low), second = low + ratio * (high - low);
    double at_first = subbotin_likelihood(values, count, portable_exp(first));
    double at_second = subbotin_likelihood(values, count, portable_exp(second));
    while (high - low > 1e-7) {
        if (at_first > at_second) {
            high = second;
            second = first;
            at_second = at_first;
            first = high - ratio * (high - low);
            at_first = subbotin_likelihood(values, count, portable_exp(first));
        } else {
            low = first;
            first = second;
            at_first = at_second;
            second = low + ratio * (high - low);
            at_second = subbotin_likelihood(values, count, portable_exp(second));
        }
    }
    return portable_exp(0.5 * (low + high));
}

double slope(const double *x, const double *y, size_t count) {
    double middle_x = mean(x, count), middle_y = mean(y, count), squares = 0.0, products = 0.0;
    for (size_t i = 0; i < count; i++) {
        squares += (x[i] - middle_x) * (x[i] - middle_x);
        products += (x[i] - middle_x) * (y[i] - middle_y);
    }
    return squares > 0.0 ? products / squares : NOT_KNOWN;
}

/* A heap sort of positions by key, then position: no context for the comparison, and one order whatever the library. */
static int comes_before(const double *key, size_t a, size_t b) {
    return key[a] != key[b] ? key[a] < key[b] : a < b;
}

static void sift_down(const double *key, size_t *order, size_t root, size_t count) {
    for (size_t child = 2 * root + 1; child < count; root = child, child = 2 * root + 1) {
        if (child + 1 < count && comes_before(key, order[child], order[child + 1]))
            child++;
        if (!comes_before(key, order[root], order[child]))
            return;
        size_t moved = order[root];
        order[root] = order[child];
        order[child] = moved;
    }
}

static void order_by(const double *key, size_t *order, size_t count) {
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t root = count / 2; root-- > 0;)
        sift_down(key, order, root, count);
    for (size_t last = count; last-- > 1;) {
        size_t moved = order[0];
        order[0] = order[last];
        order[last] = moved;
        sift_down(key, order, 0, last);
    }
}

/* Mean log size and log of the standard deviation of growth of some of the values. */
static void measure_bin(const double *log_size, const double *growth, const size_t *chosen, size_t count, double *size,
                        double *spread) {
    double sizes = 0.0, middle = 0.0, squares = 0.0;
    for (size_t i = 0; i < count; i++) {
        sizes += log_size[chosen[i]];
        middle += growth[chosen[i]];
    }
    middle /= (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (growth[chosen[i]] - middle) * (growth[chosen[i]] - middle);
    *size = sizes / (double)count;
    *spread = squares > 0.0 ? 0.5 * portable_log(squares / (double)count) : NOT_KNOWN;
}

double size_exponent(const double *log_size, const double *growth, size_t *order, size_t count) {
    double size[SIZE_BINS], spread[SIZE_BINS];
    if (count < (size_t)SIZE_BINS * SIZE_BIN_LEAST)
        return NOT_KNOWN;
    order_by(log_size, order, count);
    for (size_t bin = 0; bin < SIZE_BINS; bin++) {
        size_t begin = count * bin / SIZE_BINS, end = count * (bin + 1) / SIZE_BINS;
        measure_bin(log_size, growth, order + begin, end - begin, &size[bin], &spread[bin]);
    }
    return -slope(size, spread, SIZE_BINS);
}

void pairs_add(struct pairs *pairs, double x, double y) {
    pairs->count += 1.0;
    pairs->x += x;
    pairs->y += y;
    pairs->xx += x * x;
    pairs->yy += y * y;
    pairs->xy += x * y;
}

double pairs_correlation(const struct pairs *pairs) {
    double n = pairs->count;
    double variance_x = n * pairs->xx - pairs->x * pairs->x, variance_y = n * pairs->yy - pairs->y * pairs->y;
    if (n < 3.0 || !(variance_x > 0.0) || !(variance_y > 0.0))
        return NOT_KNOWN;
    return (n * pairs->xy - pairs->x * pairs->y) / portable_sqrt(variance_x * variance_y);
}

double top_tenth_sorting(double *values, size_t count) {
    double total = 0.0, top = 0.0;
    size_t most = count / 10 > 0 ? count / 10 : 1;
    sort_ascending(values, count);
    for (size_t i = count; i-- > 0;) {
        total += values[i];
        if (count - i <= most)
            top = total;
    }
    return total > 0.0 ? top / total : NOT_KNOWN;
}

double survival(const struct life *lives, size_t count, long age) {
    double share = 1.0;
    for (long month = 1; month <= age; month++) {
        double risk = 0.0, exits = 0.0;
        for (size_t i = 0; i < count; i++) {
            risk += lives[i].from < month && lives[i].to >= month;
            exits += lives[i].left && lives[i].to == month && lives[i].from < month;
        }
        if (risk == 0.0)
            return share == 0.0 ? 0.0 : NOT_KNOWN;
        share *= 1.0 - exits / risk;
    }
    return share;
}

/* The part of a life between two ages, in months; 0 when there is none. */
static long part(const struct life *life, long above, long until) {
    long begin = life->from > above ? life->from : above, end = life->to < until ? life->to : until;
    return end > begin ? end - begin : 0;
}

double months_lived(const struct life *lives, size_t count, long above, long until) {
    double months = 0.0;
    for (size_t i = 0; i < count; i++)
        months += (double)part(&lives[i], above, until);
    return months;
}

double hazard(const struct life *lives, size_t count, long above, long until) {
    double months = months_lived(lives, count, above, until), exits = 0.0;
    for (size_t i = 0; i < count; i++)
        exits += lives[i].left && lives[i].to <= until && part(&lives[i], above, until) > 0;
    return months > 0.0 ? exits / months : NOT_KNOWN;
}
