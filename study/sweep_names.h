/* What factors and outcomes are called in files: names that Python, R and Julia take as names of variables.
 *
 * A factor is called by the last part of its path, with the parts before it in front until no other is called so; dots
 * become _, and so does what no name may hold. Thread rule: pure functions. */
#ifndef MATTHEW_STUDY_SWEEP_NAMES_H
#define MATTHEW_STUDY_SWEEP_NAMES_H

#include "study/sweep.h"

/* 1 for letters, digits and _, no digit first, shorter than SWEEP_NAME_SIZE. */
int sweep_name_is_fit(const char *name);

/* 1 for a name that the file uses itself: replicate, month, month_every_N, point, seed, status, ... */
int sweep_name_is_taken(const char *name);

/* Names all factors that the user did not name, once paths and outcomes are known. Fails at the node of the first
 * factor or outcome that is called like another. */
int sweep_name_all(struct sweep *sweep, struct failure *failure);

#endif
