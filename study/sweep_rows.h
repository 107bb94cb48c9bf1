/* The runs in the file of a sweep that is open: read and written one by one (study/sweep_file.h). Thread rule: many
 * threads may read and write different runs; close is called alone. Cost: some us a run. */
#ifndef MATTHEW_STUDY_SWEEP_ROWS_H
#define MATTHEW_STUDY_SWEEP_ROWS_H

#include "study/sweep_locate.h"

/* Status of a run in the file (study/run_status.def); a failed one has RUN_FAILED and the status code. */
enum {
#define RUN_STATUS(name, number, words) RUN_##name = number,
#include "study/run_status.def"
#undef RUN_STATUS
};

/* Has values; has been run, perhaps without success. */
int run_is_done(int status);
int run_is_finished(int status);

struct sweep_run_result {
    double *values; /* sweep->values */
    long months;    /* that were run */
    double seconds;
    int status;
    /* Of a run that was taken from a file: the status as it is there, and whether it says done, but the check does not
     * agree. */
    int stored, is_damaged;
};

struct sweep_file {
    const struct sweep *sweep;
    char *path, *lock_path, *log_path;
    int descriptor, lock; /* -1 while there is none */
    int is_new;
    int has_grown;         /* it held a smaller sweep */
    size_t kept, finished; /* runs that are there from it, and how many it had finished */
    struct sweep_places places;
};

/* Gives up the lock. Legal after a failed opening and twice. */
void sweep_file_close(struct sweep_file *file);

/* The status of a run: RUN_PENDING too when what is there is not whole. values has room for sweep->values. */
int sweep_file_read(const struct sweep_file *file, size_t run, double *values, int *status, struct failure *failure);

/* The same with everything that the file has of the run: taken->values has room. */
int sweep_file_take(const struct sweep_file *file, size_t run, struct sweep_run_result *taken, struct failure *failure);

int sweep_file_write(const struct sweep_file *file, size_t run, const struct sweep_run_result *result,
                     struct failure *failure);

/* Empties a run, or says that it was not needed: there are no values, and its status is this one. */
int sweep_file_clear(const struct sweep_file *file, size_t run, int status, struct failure *failure);

/* Has everything that was written reach the disk. */
int sweep_file_sync(const struct sweep_file *file, struct failure *failure);

/* Adds a line to PATH.log; that it cannot is no failure of the sweep. */
void sweep_file_log(const struct sweep_file *file, const char *line);

#endif
