/* Reads the factors of a sweep: their paths, values and names as given. Thread rule: one thread at a time. */
#ifndef MATTHEW_STUDY_SWEEP_FACTORS_H
#define MATTHEW_STUDY_SWEEP_FACTORS_H

#include "study/sweep.h"

/* factors: {PATH: {values: [...] | from, to, steps, name}} into a sweep whose base and design are known. Where points
 * have a table its columns are the factors; the node may then be null and gives names alone. */
int sweep_read_factors(struct sweep *sweep, const struct node *node, struct failure *failure);

/* Value i of n between two: the decimal of 12 digits that is nearest to from + (to - from) i / (n - 1). Near 0 it has
 * fewer: none beyond the 15th digit of the larger end. */
double sweep_step(double from, double to, size_t i, size_t n);

#endif
