/* Many races over the threads: a queue, taken in order, which may grow while races run.
 *
 * While races are many each has one thread. When they are fewer than the threads that one race can use (one for each
 * block of firms), one race at a time has all threads. Results depend on neither, since those of a race do not. Thread
 * rule: run() is called from several threads at once, for different places. */
#ifndef MATTHEW_STUDY_ENSEMBLE_H
#define MATTHEW_STUDY_ENSEMBLE_H

#include <signal.h>
#include <stddef.h>

#include "core/status.h"

/* What a growing queue has for a thread. */
enum ensemble_turn { ENSEMBLE_RACE, ENSEMBLE_WAIT, ENSEMBLE_END };

struct ensemble {
    size_t count;                      /* of races; in a growing queue those that are sure */
    long firms;                        /* that a race begins with */
    int threads;                       /* 0: the default of parallel/team.h */
    const volatile sig_atomic_t *stop; /* may be null; once it is not 0 no race begins */
    /* Runs the race of a place below count with so many threads. Looks at *stop itself while it runs. Anything but
     * MATTHEW_OK ends the queue; races that run already run on. */
    int (*run)(void *context, size_t place, int threads, struct failure *failure);
    /* Null: places 0 to count - 1. Else the queue grows: gives the place of the next race; WAIT while there is none but
     * a race that runs may bring one; END when there will be none. Called from several threads at once. */
    enum ensemble_turn (*next)(void *context, size_t *place);
    void *context;
};

/* Runs the queue. Returns MATTHEW_OK, MATTHEW_STOPPED when *stop left races undone, or what the race of the lowest
 * place returned that failed. */
int ensemble_run(const struct ensemble *ensemble, struct failure *failure);

/* How many races run side by side, and how many threads each has. */
int ensemble_side_by_side(const struct ensemble *ensemble, int *inside);

#endif
