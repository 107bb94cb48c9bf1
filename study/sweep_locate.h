/* Holds a file against a sweep, and finds out where in it the values of runs lie. Thread rule: any. */
#ifndef MATTHEW_STUDY_SWEEP_LOCATE_H
#define MATTHEW_STUDY_SWEEP_LOCATE_H

#include "study/sweep.h"

/* Offsets in the file, in bytes. */
struct sweep_places {
    int64_t status, check, months, wall; /* wall is 0 when there are no wall times */
    int64_t outcome[SWEEP_OUTCOMES_MAX];
};

/* EXISTS when the file is no sweep's, or another build's; BAD_SCENARIO when it is another sweep's: the failure names
 * the first line that differs. READ_FAILED when it is damaged. build: sweep_build_text of this program. */
int sweep_locate(const struct sweep *sweep, const char *path, const char *build, struct sweep_places *places,
                 struct failure *failure);

#endif
