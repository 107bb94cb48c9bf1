/* Finds a point of a sweep by what people say of it. Thread rule: pure functions. Cost: some ns for each point. */
#ifndef MATTHEW_STUDY_SWEEP_FIND_H
#define MATTHEW_STUDY_SWEEP_FIND_H

#include "study/sweep.h"

/* "NAME=VALUE,NAME=VALUE": factors by name or path; one that has a single value may be left out. A number is the place
 * of a point in a list. Errors: BAD_ARGUMENT, with the nearest name or the values that there are. */
int sweep_find_point(const struct sweep *sweep, const char *text, size_t *point, struct failure *failure);

/* Finds a factor by name or path, and which of its values a text is. Errors likewise. */
int sweep_find_value(const struct sweep *sweep, const char *name, const char *text, size_t *factor, double *value,
                     struct failure *failure);

#endif
