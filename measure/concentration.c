#include "measure/concentration.h"

#include "core/elementary.h"
#include "core/sums.h"

#include <stdint.h>
#include <string.h>

/* Digits of a bit pattern without its sign, the least significant first; the first two overlap. */
enum { DIGIT_BITS = 11, DIGITS = 6, HIGH_DIGITS = 3, BUCKETS = 1 << DIGIT_BITS };
static const int digit_shift[DIGITS] = {0, 8, 19, 30, 41, 52};

KERNEL_INLINE size_t digit_of(double value, int digit) {
    return portable_bits(value) >> digit_shift[digit] & (BUCKETS - 1);
}

/* Stable sorts by digit `first` and all higher ones; digits in which no two values differ are skipped. */
static void order_by_digits(double *values, size_t count, double *scratch, int first) {
    uint32_t place[DIGITS][BUCKETS];
    memset(place, 0, sizeof place);
    for (size_t i = 0; i < count; i++)
        for (int digit = first; digit < DIGITS; digit++)
            place[digit][digit_of(values[i], digit)]++;
    double *from = values, *to = scratch;
    for (int digit = first; digit < DIGITS; digit++) {
        uint32_t *at = place[digit], before = 0;
        if (count == 0 || at[digit_of(from[0], digit)] == count)
            continue;
        for (int b = 0; b < BUCKETS; b++) {
            uint32_t here = at[b];
            at[b] = before;
            before += here;
        }
        for (size_t i = 0; i < count; i++)
            to[at[digit_of(from[i], digit)]++] = from[i];
        double *swap = from;
        from = to;
        to = swap;
    }
    if (from != values)
        memcpy(values, from, count * sizeof *values);
}

/* Sorts by insertion; gives up, with the values in some order, when it has moved more than a few for each. */
static int order_by_insertion(double *values, size_t count) {
    size_t moves = 4 * count;
    for (size_t i = 1; i < count; i++) {
        double value = values[i];
        size_t at = i;
        for (; at > 0 && values[at - 1] > value && moves > 0; moves--, at--)
            values[at] = values[at - 1];
        values[at] = value;
    }
    return moves > 0;
}

/* The high half of the bits orders nearly all firms; what is left are a few neighbours. */
void order_ascending(double *values, size_t count, double *scratch) {
    order_by_digits(values, count, scratch, DIGITS - HIGH_DIGITS);
    if (!order_by_insertion(values, count))
        order_by_digits(values, count, scratch, 0);
}

double ordered_gini(const double *values, size_t count) {
    double lane[LANES] = {0}, total = sum_array(values, count), n = (double)count;
    if (!(total > 0.0))
        return UNKNOWN;
    for (size_t i = 0; i < count; i++)
        lane[i % LANES] += (double)(i + 1) * values[i];
    return 2.0 * sum_lanes(lane) / (n * total) - (n + 1.0) / n;
}

double ordered_hill(const double *values, size_t count) {
    size_t zeros = 0;
    while (zeros < count && !(values[zeros] > 0.0))
        zeros++;
    size_t tail = (count - zeros) / TAIL_PART;
    if (tail < TAIL_LEAST)
        return UNKNOWN;
    const double *top = values + (count - tail);
    double base = portable_log(top[-1]), lane[LANES] = {0};
    for (size_t i = 0; i < tail; i++)
        lane[i % LANES] += portable_log(top[i]) - base;
    double sum = sum_lanes(lane);
    return sum > 0.0 ? (double)tail / sum : UNKNOWN;
}

/* Entropy in nats. */
static double entropy(const struct columns *columns, const double *values, size_t count, double total,
                      double *scratch) {
    VECTOR_LOOP
    for (size_t i = 0; i < count; i++) {
        double share = values[i] / total;
        scratch[i] = share * portable_log(share);
    }
    double sum = columns->sum(scratch, count);
    return sum < 0.0 ? -sum : 0.0;
}

void concentration_measure(const struct columns *columns, double *values, const double *ids, size_t slots, size_t firms,
                           unsigned wanted, double *scratch, struct concentration *result) {
    *result =
        (struct concentration){UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, -1, UNKNOWN};
    double total = columns->sum(values, slots);
    if (!(total > 0.0))
        return;
    result->hhi = columns->sum_of_products(values, values, slots) / (total * total);
    double largest[LARGEST], sum = 0.0;
    columns->find_largest(values, ids, slots, largest, &result->leader);
    for (int i = 0; i < LARGEST; i++) {
        sum += largest[i];
        double share = portable_min(sum / total, 1.0);
        result->cr1 = i == 0 ? share : result->cr1;
        result->cr4 = i == 3 ? share : result->cr4;
        result->cr10 = share;
    }
    result->lead = (largest[0] - largest[1]) / total;
    if (wanted & CONCENTRATION_LOGS) {
        double nats = entropy(columns, values, slots, total, scratch), most = portable_log((double)firms);
        result->entropy = firms > 1 ? portable_min(nats / most, 1.0) : 0.0;
        result->theil = portable_max(most - nats, 0.0);
    }
    if (wanted & CONCENTRATION_ORDER) {
        order_ascending(values, slots, scratch);
        result->gini = ordered_gini(values + (slots - firms), firms);
        result->hill = ordered_hill(values, slots);
    }
}
