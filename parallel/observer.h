/* What a race tells whoever watches it, and how the watcher's work runs in the race's own team of threads.
 *
 * The race knows nothing of files. At the end of every month (and for the initial state, month 0) it calls, with the
 * state before exits: month()   alone: decide what to do with this month; tasks()   how many independent tasks that
 * makes (0 is fine), then task(0..n-1) from any thread, in any order; settle()  alone, after all tasks; when it sets
 * *again, tasks() and task() are called once more, then settle() ... finish() is called once, alone, after the last
 * month, also when the run was stopped or failed. month, settle and finish return a status; anything but MATTHEW_OK
 * ends the run after this month (MATTHEW_STOPPED is a wish, not an error). task() has no way to fail: keep the status
 * and report it from settle(). The world may only be read: what an observer does never changes the run. events holds
 * what happened since the last call of settle(), where some observer wants them. */
#ifndef MATTHEW_PARALLEL_OBSERVER_H
#define MATTHEW_PARALLEL_OBSERVER_H

#include "agents/world.h"

struct observer {
    void *context;
    int (*month)(void *context, const struct world *world, struct failure *failure);
    size_t (*tasks)(void *context, const struct world *world);
    void (*task)(void *context, const struct world *world, size_t task);
    int (*settle)(void *context, const struct world *world, int *again, struct failure *failure);
    int (*finish)(void *context, const struct world *world, struct failure *failure);
    int books;  /* whether world->payments are wanted in every month; those of the last month are always there */
    int events; /* whether world->events are wanted */
};

#endif
