/* What is told of a sweep beside its progress: a table of means at its end, and what it would take. */
#ifndef MATTHEW_PROGRAM_SWEEP_TABLE_H
#define MATTHEW_PROGRAM_SWEEP_TABLE_H

#include "study/sweep_run.h"

/* Means and standard errors over replicates of the outcomes of one value, a line for each point, on stdout; nothing
 * where there are too many points, or no such outcome. Returns a status code. */
int sweep_table_print(const struct sweep_file *file, struct failure *failure);

/* Where a sweep has a rule `until`: at which points standard errors are not as small as they were wanted, on stdout.
 * Returns a status code. */
int sweep_until_print(const struct sweep_file *file, struct failure *failure);

/* Runs a race at the first and the last point and tells runs, time, memory and bytes on stdout. Returns a status code.
 */
int sweep_forecast_print(const struct sweep *sweep, int threads, const volatile sig_atomic_t *stop,
                         struct failure *failure);

#endif
