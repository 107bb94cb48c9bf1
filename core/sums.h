/* Sums whose bits depend on nothing but the numbers and their order: LANES accumulators, folded in a fixed tree. */
#ifndef MATTHEW_CORE_SUMS_H
#define MATTHEW_CORE_SUMS_H

#include <stddef.h>

#include "core/kernel.h"

/* Folds LANES partial sums: 8 and 8, 4 and 4, 2 and 2, 1 and 1. */
KERNEL_INLINE double sum_lanes(double *lane) {
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            lane[i] += lane[i + half];
    return lane[0];
}

/* The sum of BLOCK values. */
KERNEL_INLINE double sum_block(const double *restrict value) {
    double lane[LANES] = {0};
    for (int i = 0; i < BLOCK; i += LANES) {
        VECTOR_LOOP
        for (int l = 0; l < LANES; l++)
            lane[l] += value[i + l];
    }
    return sum_lanes(lane);
}

/* The sum of count values. */
KERNEL_INLINE double sum_array(const double *restrict value, size_t count) {
    double lane[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        VECTOR_LOOP
        for (int l = 0; l < LANES; l++)
            lane[l] += value[i + (size_t)l];
    }
    for (size_t l = 0; i < count; i++, l++)
        lane[l] += value[i];
    return sum_lanes(lane);
}

#endif
