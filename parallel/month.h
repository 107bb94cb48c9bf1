/* The month: its phases in order, as tables for the team, one for each instruction set. */
#ifndef MATTHEW_PARALLEL_MONTH_H
#define MATTHEW_PARALLEL_MONTH_H

#include <signal.h>

#include "core/isa.h"
#include "parallel/check.h"
#include "parallel/observer.h"
#include "parallel/team.h"

/* What the phases of a run share. */
struct run {
    struct world *world;
    long until;                        /* month to end with */
    const struct observer *observer;   /* may be null */
    const volatile sig_atomic_t *stop; /* may be null */
    struct past *past;                 /* not null: verify invariants every month */
    int fresh; /* nothing has been computed since the run began: what the state shows was observed before, unless month
                  0 */
    int turn_over; /* whether the last month is turned over too */
    int passes;    /* whether the open rationing needs passes */
    int observing; /* whether the observer has tasks for this month */
    int status;    /* why the run ends early; the message is in world->failure */
};

struct month_kernels {
    const struct phase *phases;
    size_t count;
    void (*begin)(struct world *world, size_t block); /* completes the initial state and its totals */
};

/* The month of an instruction set that isa_available says yes to. */
const struct month_kernels *month_kernels(enum isa isa);

/* Means and frontier of the state from the totals; also for the initial state. */
void month_means(struct world *world);

/* Makes room for slots firms and what comes with them. */
int world_reserve(struct world *world, size_t slots, struct failure *failure);

/* The settle steps of the phases, in order. */
enum step month_observe(void *context);
enum step month_turn_over(void *context);
enum step month_open(void *context);
enum step month_settle_asking(void *context);
enum step month_settle_funding(void *context);
enum step month_settle_plan(void *context);
enum step month_settle_compute(void *context);
enum step month_settle_leaving(void *context);
enum step month_settle_delivery(void *context);
enum step month_settle_building(void *context);
enum step month_settle_reviews(void *context);
enum step month_close(void *context);

/* How many tasks the phases have: blocks of firms, or 0 when the mechanism is off. */
size_t month_tasks_observe(void *context);
size_t month_tasks_none(void *context);
size_t month_tasks_blocks(void *context);
size_t month_tasks_passes(void *context);
size_t month_tasks_talent(void *context);
size_t month_tasks_rent(void *context);
size_t month_tasks_review(void *context);

#endif
