/* compare: what the outcomes of points differ by from those of a point that has other values of some factors, paired by
 * replicate. It changes no run. Thread rule: that of reading the file. */
#ifndef MATTHEW_STUDY_SWEEP_COMPARE_H
#define MATTHEW_STUDY_SWEEP_COMPARE_H

#include "study/sweep_rows.h"

/* compare: {with: {PATH: VALUE}} into a sweep whose factors have values and names. */
int sweep_read_compare(struct sweep *sweep, const struct node *node, struct failure *failure);

/* "lock_in=0, network=0.3". Returns text. */
char *sweep_compare_text(const struct sweep *sweep, char text[SWEEP_POINT_SIZE]);

/* The point that a point is held against; sweep->points when the sweep has none. */
size_t sweep_partner(const struct sweep *sweep, size_t point);

/* Mean of a value less that of the partner over the replicates in which both points have one, its standard error (NaN
 * with fewer than two) and how many there are. Arrays have sweep->values values. */
struct sweep_differences {
    double *mean, *error, *count;
};
int sweep_differ(const struct sweep_file *file, size_t point, size_t partner, struct sweep_differences *differences,
                 struct failure *failure);

#endif
