#include "output/concentration.h"

#include "core/elementary.h"
#include "core/sums.h"

#include <stdint.h>
#include <string.h>

enum { DIGIT = 11, DIGITS = 6, BUCKETS = 1 << DIGIT };

void order_ascending(double *values, size_t count, double *scratch) {
    static const uint64_t MASK = BUCKETS - 1;
    uint64_t set = 0, common = ~UINT64_C(0);
    for (size_t i = 0; i < count; i++) {
        uint64_t bits = portable_bits(values[i]);
        set |= bits;
        common &= bits;
    }
    uint64_t differs = set & ~common;
    double *from = values, *to = scratch;
    for (int digit = 0; digit < DIGITS; digit++) {
        int shift = digit * DIGIT;
        if ((differs >> shift & MASK) == 0)
            continue;
        uint32_t place[BUCKETS] = {0};
        for (size_t i = 0; i < count; i++)
            place[portable_bits(from[i]) >> shift & MASK]++;
        uint32_t before = 0;
        for (int b = 0; b < BUCKETS; b++) {
            uint32_t here = place[b];
            place[b] = before;
            before += here;
        }
        for (size_t i = 0; i < count; i++)
            to[place[portable_bits(from[i]) >> shift & MASK]++] = from[i];
        double *swap = from;
        from = to;
        to = swap;
    }
    if (from != values)
        memcpy(values, from, count * sizeof *values);
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

/* The LARGEST values in descending order (zeros when there are fewer), and the id of the first. */
static void find_largest(const double *values, const double *ids, size_t slots, double largest[LARGEST],
                         double *leader) {
    memset(largest, 0, LARGEST * sizeof *largest);
    *leader = -1;
    for (size_t i = 0; i < slots; i++) {
        double value = values[i], id = ids[i];
        if (value == largest[0] && value > 0.0 && id < *leader)
            *leader = id;
        if (!(value > largest[LARGEST - 1]))
            continue;
        if (value > largest[0])
            *leader = id;
        int at = LARGEST - 1;
        for (; at > 0 && largest[at - 1] < value; at--)
            largest[at] = largest[at - 1];
        largest[at] = value;
    }
}

/* Entropy in nats. */
static double entropy(const double *values, size_t count, double total, double *scratch) {
    VECTOR_LOOP
    for (size_t i = 0; i < count; i++) {
        double share = values[i] / total;
        scratch[i] = share * portable_log(share);
    }
    double sum = sum_array(scratch, count);
    return sum < 0.0 ? -sum : 0.0;
}

void concentration_measure(double *values, const double *ids, size_t slots, size_t firms, unsigned wanted,
                           double *scratch, struct concentration *result) {
    *result =
        (struct concentration){UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, -1, UNKNOWN};
    double total = sum_array(values, slots), squares[LANES] = {0};
    if (!(total > 0.0))
        return;
    for (size_t i = 0; i < slots; i++) {
        double share = values[i] / total;
        squares[i % LANES] += share * share;
    }
    result->hhi = sum_lanes(squares);
    double largest[LARGEST], sum = 0.0;
    find_largest(values, ids, slots, largest, &result->leader);
    for (int i = 0; i < LARGEST; i++) {
        sum += largest[i];
        double share = portable_min(sum / total, 1.0);
        result->cr1 = i == 0 ? share : result->cr1;
        result->cr4 = i == 3 ? share : result->cr4;
        result->cr10 = share;
    }
    result->lead = (largest[0] - largest[1]) / total;
    if (wanted & CONCENTRATION_LOGS) {
        double nats = entropy(values, slots, total, scratch), most = portable_log((double)firms);
        result->entropy = firms > 1 ? portable_min(nats / most, 1.0) : 0.0;
        result->theil = portable_max(most - nats, 0.0);
    }
    if (wanted & CONCENTRATION_ORDER) {
        order_ascending(values, slots, scratch);
        result->gini = ordered_gini(values + (slots - firms), firms);
        result->hill = ordered_hill(values, slots);
    }
}
