/* Numbers of a scenario's named entries of the schedule: month, value that is set, price that is paid. Thread rule:
 * that of the scenario. Cost: one pass over the schedule. */
#ifndef MATTHEW_STUDY_ENTRIES_H
#define MATTHEW_STUDY_ENTRIES_H

#include "core/scenario.h"

enum entry_part { ENTRY_NONE, ENTRY_MONTH, ENTRY_VALUE, ENTRY_PRICE };

/* Of the entry with this name; 0 when there is none. */
double entry_value(const struct scenario *scenario, const char *name, enum entry_part part);

/* For a scenario whose schedule is memory of its own, as long as the base's. First the base's schedule is put there,
 * then numbers of entries are set, then all is put in order of months; in one month the base's order stays. */
void entries_reset(const struct scenario *base, struct scenario *scenario);
void entry_set(struct scenario *scenario, const char *name, enum entry_part part, double value);
void entries_sort(struct scenario *scenario);

#endif
