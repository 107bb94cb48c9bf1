/* Reads factors that are numbers of a named entry of the schedule (study/entries.h). Thread rule: any. */
#ifndef MATTHEW_STUDY_SWEEP_ENTRIES_H
#define MATTHEW_STUDY_SWEEP_ENTRIES_H

#include "study/sweep.h"

/* `wanted`, the path schedule.NAME.month, .value or .price of a node, into a factor of a sweep whose base is known. */
int sweep_read_entry(const struct sweep *sweep, struct factor *factor, const struct node *node, const char *wanted,
                     struct failure *failure);

#endif
