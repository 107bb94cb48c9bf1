/* The sweep that a result file holds, from what the file says about itself. Thread rule: any. */
#ifndef MATTHEW_STUDY_SWEEP_STORED_H
#define MATTHEW_STUDY_SWEEP_STORED_H

#include "study/sweep_rows.h"

/* NOT_FOUND, READ_FAILED (also for a file that is no sweep's), EXISTS when another build of matthew made it, NO_MEMORY.
 * sweep_free is legal after a failure. */
int sweep_load_stored(struct sweep *sweep, const char *path, struct failure *failure);

/* Opens a file to read its runs. No lock is taken. Close with sweep_file_close. */
int sweep_file_open_stored(struct sweep_file *file, const struct sweep *sweep, const char *path,
                           struct failure *failure);

#endif
