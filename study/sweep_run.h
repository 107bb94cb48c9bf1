/* Runs the races of a sweep that its file has not yet.
 *
 * The races are an ensemble (study/ensemble.h), first replicates of all points first; with `until`, round by round of
 * each point (study/sweep_until.h). A race that fails is recorded and
 * the others go on. Results depend neither on threads nor on interruptions. Thread rule: called alone; told() is called
 * by any of the threads, one at a time. */
#ifndef MATTHEW_STUDY_SWEEP_RUN_H
#define MATTHEW_STUDY_SWEEP_RUN_H

#include <signal.h>

#include "study/sweep_file.h"

struct sweep_tally {
    size_t runs, before; /* in all; there before */
    int may_grow;        /* `runs` are those that are known to be needed */
    size_t done, failed; /* now, those of before included */
    char trouble[1200];  /* the first failure of this call: which run, and why */
};

struct sweep_run_options {
    int threads;                       /* 0: the default of parallel/team.h */
    const volatile sig_atomic_t *stop; /* may be null; non-zero ends it within a month with MATTHEW_STOPPED */
    int retry_failed;                  /* runs that failed before are run again */
    void (*told)(void *context, const struct sweep_tally *tally); /* after each run; may be null */
    void *context;
};

/* What the file has: how many runs are done and how many failed. */
int sweep_count(const struct sweep_file *file, struct sweep_tally *tally, struct failure *failure);

/* Returns MATTHEW_OK when no run is pending any more, also when some failed. */
int sweep_run(const struct sweep_file *file, const struct sweep_run_options *options, struct sweep_tally *tally,
              struct failure *failure);

/* Runs one race and keeps nothing of it: how long it takes on one thread. */
int sweep_try(const struct sweep *sweep, size_t run, const volatile sig_atomic_t *stop, double *seconds,
              struct failure *failure);

/* Means of all values of a run over the replicates of a point that are done and have the value, and their standard
 * errors; NaN with no such replicate, and errors with fewer than two; and how many replicates are done. Arrays have
 * sweep->values values. */
int sweep_means(const struct sweep_file *file, size_t point, double *mean, double *error, size_t *runs,
                struct failure *failure);

#endif
