/* One race: a scenario, its state, and the run loop.
 *
 * Results do not depend on the number of threads, on the observer or on how a run is cut into calls. A race is used by
 * one caller at a time; different races are independent. */
#ifndef MATTHEW_PARALLEL_RACE_H
#define MATTHEW_PARALLEL_RACE_H

#include <signal.h>

#include "core/tape.h"
#include "parallel/observer.h"

struct race;

/* A race in its initial state (month 0). The scenario is copied. */
int race_new(struct race **race, const struct scenario *scenario, struct failure *failure);
void race_free(struct race *race);

/* A race as a checkpoint left it (parallel/state.h), to be run on. READ_FAILED when the checkpoint makes no sense. */
int race_load(struct race **race, const struct scenario *scenario, struct tape *tape, struct failure *failure);

/* Changes parameters ("PATH=VALUE") from the next month on, as an entry of the schedule would that stands behind those
 * of that month; it becomes one. Failing, it changes nothing: BAD_SCENARIO, NO_MEMORY. */
int race_set(struct race *race, const char *assignment, struct failure *failure);

struct race_options {
    int threads;                       /* 0: as many as OpenMP would use */
    int turn_over;                     /* the exits and entries of the last month happen too (below) */
    int check;                         /* verify the invariants of docs/model.md after every month */
    const volatile sig_atomic_t *stop; /* the run ends after the month in which *stop becomes non-zero; may be null */
    const struct observer *observer;   /* may be null */
};

/* Runs until the end of month `until`. The race then stands as observers saw it: the exits and entries of that month
 * happen at the start of the next call, or now with options->turn_over. Without an observer call for month 0 when the
 * race stands later than that. Returns MATTHEW_STOPPED when *stop or the observer asked for it; the race then stands at
 * the end of a whole month and can be run on. */
int race_run(struct race *race, long until, const struct race_options *options, struct failure *failure);

const struct world *race_world(const struct race *race);

/* 64-bit digest of the whole state: firms, register, places, industry, month. */
unsigned long long race_digest(const struct race *race);

#endif
