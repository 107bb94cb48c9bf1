/* Passes over columns of the firms, compiled for each instruction set (core/kernel.h); the bits are the same in each.
 *
 * Thread rule: pure functions over the caller's memory. Cost: a fraction of a ns a value. */
#ifndef MATTHEW_MEASURE_COLUMNS_H
#define MATTHEW_MEASURE_COLUMNS_H

#include "core/isa.h"

#include <stddef.h>

enum { LARGEST = 10 };

struct columns {
    /* In the order of core/sums.h. */
    double (*sum)(const double *values, size_t count);
    double (*sum_of_products)(const double *values, const double *others, size_t count);

    /* target[i] is the sum of what is above 0 in row i of the columns, of which there is at least one. */
    void (*gather)(const double *const *columns, int column_count, double *target, size_t count);

    /* The LARGEST values above 0 in descending order, zeros when there are fewer. With ids, the id of the first (the
     * lowest among equals, -1 for none) goes to *leader; else both are null. */
    void (*find_largest)(const double *values, const double *ids, size_t count, double largest[LARGEST],
                         double *leader);

    /* The id of the first of them alone: the same, in less time. */
    double (*find_leader)(const double *values, const double *ids, size_t count);
};

/* Of an instruction set that isa_available says yes to. */
const struct columns *columns_of(enum isa isa);

#endif
