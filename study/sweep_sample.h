/* Designs that a sweep makes itself: random points, latin hypercubes, Sobol points, Saltelli's and Morris's designs,
 * one factor at a time. They become lists. Thread rule: one thread. Cost: some ns for each value. */
#ifndef MATTHEW_STUDY_SWEEP_SAMPLE_H
#define MATTHEW_STUDY_SWEEP_SAMPLE_H

#include "study/sweep.h"

/* Gives every factor a value for each point, from its range or values. A point of a random design depends on seed,
 * paths and its number alone, one of Sobol's sequence on its number, a trajectory on seed, paths and its number. So
 * more of them begin with the fewer ones.
 *
 * Points of a Sobol and a Saltelli design are those of SciPy's qmc.Sobol and SALib's sample.sobol, not scrambled. */
int sweep_make_points(struct sweep *sweep, struct failure *failure);

#endif
