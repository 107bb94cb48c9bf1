/* What the files of the interface know of a sweep. */
#ifndef MATTHEW_INTERFACE_SWEEP_H
#define MATTHEW_INTERFACE_SWEEP_H

#include "interface/handle.h"

#include "study/sweep_file.h"

#include <stdatomic.h>

/* Its file is closed, can be written, or can be read alone. */
enum sweep_access { SWEEP_CLOSED, SWEEP_WRITTEN, SWEEP_READ };

struct matthew_sweep {
    uint64_t mark;
    struct sweep inner;
    struct sweep_file file;
    enum sweep_access access;
    int threads;
    int running; /* in a call that runs races */
    int lent;    /* to so many sessions, which read its file */
    volatile sig_atomic_t stop;
    atomic_size_t runs, before, done, failed; /* other threads ask about them while races run */
    atomic_int may_grow;
    int (*progress)(const struct matthew_sweep_counts *counts, void *context);
    void *context;
    char trouble[1200];
};

static inline int is_sweep(const matthew_sweep *sweep) {
    return sweep != NULL && sweep->mark == SWEEP_MARK;
}

/* BAD_ARGUMENT when it is none, or at work. */
int no_idle_sweep(const matthew_sweep *sweep);

/* Which run of the open file is meant. BAD_ARGUMENT with the key point or replicate. */
int sweep_choose(const matthew_sweep *sweep, const char *point, long replicate, size_t *run);

/* Ends a call that runs races: a wish to stop is over with it. */
int sweep_ended(matthew_sweep *sweep, int status);

#endif
