/* Sobol's sequence: points that fill a cube evenly, in Gray code order, not scrambled, from the origin on.
 *
 * Point i is the same however many follow. Thread rule: pure functions. Cost: some ns a value. */
#ifndef MATTHEW_STUDY_SOBOL_H
#define MATTHEW_STUDY_SOBOL_H

#include <stddef.h>

enum { SOBOL_DIMENSIONS_MAX = 32 };

/* The coordinate of the first points in one dimension, each in [0, 1). count is at most 2^30. */
void sobol_fill(size_t dimension, size_t count, double *values);

#endif
