/* One team of threads for a whole run, and phases that end when their tasks are done.
 *
 * A phase is a number of tasks (usually one for each block of firms), taken by tickets in order, and a settle step that
 * the thread which finishes the last task runs alone. A phase ends when its tasks are done, not when every thread has
 * arrived: a thread that the operating system holds up delays nobody but its own task. Results never depend on who did
 * what. Cost: about .1 us a ticket and .2 us a phase. No locks, no allocation. */
#ifndef MATTHEW_PARALLEL_TEAM_H
#define MATTHEW_PARALLEL_TEAM_H

#include <stddef.h>

/* What happens after a phase. */
enum step { STEP_NEXT, STEP_AGAIN, STEP_END };

struct phase {
    const char *name;
    /* How many tasks, fewer than TEAM_TASKS_MAX; with 0 the settle step follows at once. */
    size_t (*tasks)(void *context);
    void (*task)(void *context, size_t task);
    /* STEP_NEXT: the following phase (the first one after the last); STEP_AGAIN: this phase once more;
     * STEP_END: the team goes home. May be null: STEP_NEXT. */
    enum step (*settle)(void *context);
};

enum { TEAM_TASKS_MAX = 1 << 20 };

/* More threads than this crash OpenMP's library; OMP_NUM_THREADS may ask for more, and gets these. */
enum { TEAM_THREADS_MAX = 1024 };

/* Runs phases round and round from the first until a settle step says STEP_END, with team_threads(threads). */
void team_run(const struct phase *phases, size_t count, void *context, int threads);

/* How many threads a team has that is to have `threads`, 0 for the default: as many as OpenMP would use, within the
 * limit of a container unless OMP_NUM_THREADS is set. At most TEAM_THREADS_MAX, and 1 in a
 * process that was forked from one in which this was more than 1. OpenMP's threads do not survive a fork, and its
 * library would wait for them for ever. */
int team_threads(int threads);
/* What it would be for 0; a process that only asks may be forked and still have threads. */
int team_threads_default(void);

#endif
