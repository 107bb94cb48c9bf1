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

/* Runs phases round and round from the first until a settle step says STEP_END. threads <= 0: OpenMP's default. */
void team_run(const struct phase *phases, size_t count, void *context, int threads);

/* What threads <= 0 means here. */
int team_default_threads(void);

#endif
