/* What is told of a sweep: a table of means at its end, what it is, and what it would take. Appended to a text; nothing
 * depends on the locale. Thread rule: that of sweep_file_read; a text belongs to one thread. */
#ifndef MATTHEW_STUDY_SWEEP_TABLE_H
#define MATTHEW_STUDY_SWEEP_TABLE_H

#include "core/text.h"
#include "study/sweep_run.h"

/* Means and standard errors over replicates of the outcomes of one value, a line for each point; nothing where there
 * are too many points, or no such outcome. Returns a status code. */
int sweep_table_print(struct text *table, const struct sweep_file *file, struct failure *failure);

/* Where a sweep has a rule `until`: at which points standard errors are not as small as they were wanted. Returns a
 * status code. */
int sweep_until_print(struct text *table, const struct sweep_file *file, struct failure *failure);

/* The factors, and how many points and runs there are. */
void sweep_plan_print(struct text *table, const struct sweep *sweep);

/* Runs a race at the first and the last point and tells time, memory and bytes. Returns a status code. */
int sweep_forecast_print(struct text *table, const struct sweep *sweep, int threads, const volatile sig_atomic_t *stop,
                         struct failure *failure);

#endif
