#include "core/elementary.h"
#include "core/sums.h"
#include "measure/columns.h"

#include <string.h>

static double sum(const double *values, size_t count) {
    return sum_array(values, count);
}

static double sum_of_products(const double *values, const double *others, size_t count) {
    double lane[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        VECTOR_LOOP
        for (int l = 0; l < LANES; l++)
            lane[l] += values[i + (size_t)l] * others[i + (size_t)l];
    }
    for (size_t l = 0; i < count; i++, l++)
        lane[l] += values[i] * others[i];
    return sum_lanes(lane);
}

static void gather(const double *const *columns, int column_count, double *restrict target, size_t count) {
    const double *restrict first = columns[0];
    VECTOR_LOOP
    for (size_t i = 0; i < count; i++)
        target[i] = portable_max(first[i], 0.0);
    for (int column = 1; column < column_count; column++) {
        const double *restrict from = columns[column];
        VECTOR_LOOP
        for (size_t i = 0; i < count; i++)
            target[i] += portable_max(from[i], 0.0);
    }
}

enum { PIECE = 128 };

/* The largest of some values, not below 0. */
KERNEL_INLINE double largest_of(const double *values, size_t count) {
    double lane[LANES] = {0}, largest = 0.0;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        VECTOR_LOOP
        for (int l = 0; l < LANES; l++)
            lane[l] = values[i + (size_t)l] > lane[l] ? values[i + (size_t)l] : lane[l];
    }
    for (; i < count; i++)
        largest = portable_max(values[i], largest);
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++)
            lane[l] = lane[l + half] > lane[l] ? lane[l + half] : lane[l];
    return portable_max(lane[0], largest);
}

/* Those of one piece among the largest so far. */
static void add_largest(const double *values, const double *ids, size_t count, double largest[LARGEST], double *first) {
    for (size_t i = 0; i < count; i++) {
        double value = values[i];
        if (ids != NULL && value == largest[0] && value > 0.0 && ids[i] < *first)
            *first = ids[i];
        if (!(value > largest[LARGEST - 1]))
            continue;
        if (ids != NULL && value > largest[0])
            *first = ids[i];
        int at = LARGEST - 1;
        for (; at > 0 && largest[at - 1] < value; at--)
            largest[at] = largest[at - 1];
        largest[at] = value;
    }
}

/* Most pieces hold none of them: one look at their largest value tells. */
static void find_largest(const double *values, const double *ids, size_t slots, double largest[LARGEST],
                         double *leader) {
    double first = -1;
    memset(largest, 0, LARGEST * sizeof *largest);
    for (size_t from = 0; from < slots; from += PIECE) {
        size_t count = slots - from < PIECE ? slots - from : PIECE;
        double most = largest_of(values + from, count);
        if (most > largest[LARGEST - 1] || most == largest[0])
            add_largest(values + from, ids != NULL ? ids + from : NULL, count, largest, &first);
    }
    if (leader != NULL)
        *leader = first;
}

/* Only the pieces between the first and the last that hold the largest value are looked through one by one. */
static double find_leader(const double *values, const double *ids, size_t slots) {
    double most = 0.0, leader = -1.0;
    size_t first = 0, end = 0;
    for (size_t from = 0; from < slots; from += PIECE) {
        size_t count = slots - from < PIECE ? slots - from : PIECE;
        double largest = largest_of(values + from, count);
        if (!(largest > 0.0) || largest < most)
            continue;
        first = largest > most ? from : first;
        end = from + count;
        most = largest;
    }
    for (size_t i = first; i < end; i++)
        if (values[i] == most && (leader < 0.0 || ids[i] < leader))
            leader = ids[i];
    return leader;
}

const struct columns KERNEL(columns_table) = {sum, sum_of_products, gather, find_largest, find_leader};
