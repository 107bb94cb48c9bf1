/* The file of a sweep, which is also the state of its work.
 *
 * HDF5 makes it whole, under another name: every dataset contiguous, with its place on the disk taken and filled. Then
 * HDF5 has done with it. A finished run is written by plain writes at the places of its values, with a check over its
 * key and values, and its status last; a run is done when status and check agree. So a kill at any moment loses only
 * runs that were not finished. Nothing that HDF5 keeps changes afterwards.
 *
 * PATH.lock is locked while a process has the file; it says which. PATH.log has a line for each run that failed.
 * Thread rule: open and close are called alone and use HDF5; sweep_file_write may be called by many threads for
 * different runs. Cost: some us a run. */
#ifndef MATTHEW_STUDY_SWEEP_FILE_H
#define MATTHEW_STUDY_SWEEP_FILE_H

#include "study/sweep_define.h"
#include "study/sweep_locate.h"

/* Status of a run in the file; a failed one has RUN_FAILED and the status code. */
enum { RUN_PENDING = 0, RUN_DONE = 1, RUN_STOPPED = 2, RUN_FAILED = 16 };

struct sweep_run_result {
    double *values; /* sweep->values */
    long months;    /* that were run */
    double seconds;
    int status;
};

struct sweep_file {
    const struct sweep *sweep;
    char *path, *lock_path, *log_path;
    int descriptor, lock; /* -1 while there is none */
    int is_new;
    struct sweep_places places;
};

/* Makes the file, or opens the one that is there to go on. Errors: EXISTS (something else is there, or another process
 * has it), BAD_SCENARIO (another sweep; names the first line that differs), BAD_ARGUMENT, NOT_FOUND, READ_FAILED,
 * WRITE_FAILED, NO_MEMORY. The sweep is borrowed. Close is legal after a failure and twice. */
int sweep_file_open(struct sweep_file *file, const struct sweep *sweep, const struct sweep_file_options *options,
                    struct failure *failure);
void sweep_file_close(struct sweep_file *file);

/* The status of a run: RUN_PENDING too when what is there is not whole. values has room for sweep->values. */
int sweep_file_read(const struct sweep_file *file, size_t run, double *values, int *status, struct failure *failure);

int sweep_file_write(const struct sweep_file *file, size_t run, const struct sweep_run_result *result,
                     struct failure *failure);

/* Has everything that was written reach the disk. */
int sweep_file_sync(const struct sweep_file *file, struct failure *failure);

/* Adds a line to PATH.log; that it cannot is no failure of the sweep. */
void sweep_file_log(const struct sweep_file *file, const char *line);

#endif
