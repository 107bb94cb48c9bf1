/* The file of a sweep, which is also the state of its work.
 *
 * HDF5 makes it whole, under another name: every dataset contiguous, with its place on the disk taken and filled. Then
 * HDF5 has done with it. A finished run is written by plain writes at the places of its values, with a check over its
 * key and values, and its status last; a run is done when status and check agree. So a kill at any moment loses only
 * runs that were not finished. Nothing that HDF5 keeps changes afterwards.
 *
 * A sweep that has more points, replicates or factors than the one in the file grows it (study/sweep_grow.h).
 *
 * PATH.lock is locked while a process has the file; it says which. PATH.log has a line for each run that failed.
 * Thread rule: open and close are called alone; sweep_file_write may be called by many threads for
 * different runs. Cost: some us a run. */
#ifndef MATTHEW_STUDY_SWEEP_FILE_H
#define MATTHEW_STUDY_SWEEP_FILE_H

#include "study/sweep_define.h"
#include "study/sweep_rows.h"

/* Makes the file, or opens the one that is there to go on, grown where it is a smaller sweep's. Errors: EXISTS
 * (something else is there, or another process has it), BAD_SCENARIO (another sweep; names the first line that
 * differs), BAD_ARGUMENT, NOT_FOUND, READ_FAILED, WRITE_FAILED, NO_MEMORY. The sweep is borrowed. Close is legal after
 * a failure and twice. */
int sweep_file_open(struct sweep_file *file, const struct sweep *sweep, const struct sweep_file_options *options,
                    struct failure *failure);

#endif
