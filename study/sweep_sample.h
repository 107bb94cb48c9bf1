/* Designs that a sweep makes itself: random points, latin hypercubes, one factor at a time. They become lists.
 * Thread rule: one thread. Cost: some ns for each value. */
#ifndef MATTHEW_STUDY_SWEEP_SAMPLE_H
#define MATTHEW_STUDY_SWEEP_SAMPLE_H

#include "study/sweep.h"

/* design: grid, list, one_at_a_time, {latin_hypercube: N} or {random: N}, the last two perhaps with `seed`; null is
 * grid. The base is known. */
int sweep_read_design(struct sweep *sweep, const struct node *node, struct failure *failure);

/* Gives every factor a value for each point, from its range or values. Value i of a random design depends on seed, path
 * and i alone, so that more points begin with the fewer ones. */
int sweep_sample(struct sweep *sweep, struct failure *failure);

#endif
