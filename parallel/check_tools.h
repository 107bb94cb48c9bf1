/* What the files of the check share. */
#ifndef MATTHEW_PARALLEL_CHECK_TOOLS_H
#define MATTHEW_PARALLEL_CHECK_TOOLS_H

#include "parallel/check.h"

#include <math.h>

#define BROKEN(...) fail(failure, MATTHEW_BROKEN_INVARIANT, __VA_ARGS__)

static inline double total(const double *column, size_t slots) {
    double sum = 0.0;
    for (size_t slot = 0; slot < slots; slot++)
        sum += column[slot];
    return sum;
}

/* A firm's value of a field in the past. */
static inline double before(const struct past *past, enum field field, int member, size_t slot) {
    return past_column(past, field, member)[slot];
}

/* Equal up to rounding: for GPUs. */
static inline int near(double value, double wanted) {
    return fabs(value - wanted) <= 1e-12 * (fabs(value) + fabs(wanted)) + 1e-9;
}

/* Largest difference that rounding makes where amounts of this total size were added up. */
static inline double rounding(double gross) {
    return 64.0 * 0x1p-52 * gross;
}

#endif
