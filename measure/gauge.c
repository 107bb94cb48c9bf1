#include "measure/gauge.h"

#include <string.h>

int gauge_init(struct gauge *gauge, size_t slots, struct failure *failure) {
    memset(gauge, 0, sizeof *gauge);
    int status = indicators_init(&gauge->work, slots, failure);
    gauge->work.now.month = -1;
    return status;
}

void gauge_free(struct gauge *gauge) {
    indicators_free(&gauge->work);
}

void gauge_want(struct gauge *gauge, const unsigned char wanted[INDICATOR_COUNT],
                const unsigned char members[MEMBER_INDICATOR_COUNT]) {
    for (int i = 0; i < INDICATOR_COUNT; i++)
        gauge->wanted[i] |= wanted == NULL || wanted[i];
    for (int i = 0; i < MEMBER_INDICATOR_COUNT; i++)
        gauge->members[i] |= members == NULL || members[i];
}

const struct indicators *gauge_row(const struct gauge *gauge) {
    return &gauge->work.now;
}

/* Month 0 is shown again when a race stopped there. */
static int month(void *context, const struct world *world, struct failure *failure) {
    struct gauge *gauge = context;
    gauge->work.follows = !gauge->passes_over;
    indicators_want(&gauge->work, gauge->wanted, gauge->members);
    gauge->passing = gauge->passes_over && !gauge->work.wants_any;
    return gauge->passing ? MATTHEW_OK : indicators_prepare(&gauge->work, world, failure);
}

static size_t tasks(void *context, const struct world *world) {
    const struct gauge *gauge = context;
    return gauge->passing ? 0 : indicators_tasks(&gauge->work, world);
}

static void task(void *context, const struct world *world, size_t number) {
    struct gauge *gauge = context;
    indicators_task(&gauge->work, world, number);
}

static void want_nothing(struct gauge *gauge) {
    memset(gauge->wanted, 0, sizeof gauge->wanted);
    memset(gauge->members, 0, sizeof gauge->members);
}

static int settle(void *context, const struct world *world, int *again, struct failure *failure) {
    struct gauge *gauge = context;
    (void)failure;
    *again = 0;
    if (!gauge->passing)
        indicators_finish(&gauge->work, world, NULL);
    want_nothing(gauge);
    return MATTHEW_OK;
}

int gauge_ask(struct gauge *gauge, const struct world *world, struct failure *failure) {
    indicators_want(&gauge->work, gauge->wanted, gauge->members);
    want_nothing(gauge);
    return indicators_compute(&gauge->work, world, NULL, failure);
}

struct observer gauge_observer(struct gauge *gauge) {
    return (struct observer){.context = gauge, .month = month, .tasks = tasks, .task = task, .settle = settle};
}

int gauge_carry(struct gauge *gauge, struct tape *tape, size_t firms, struct failure *failure) {
    return indicators_carry(&gauge->work, tape, firms, failure);
}

void gauge_carry_month(struct gauge *gauge, struct tape *tape) {
    indicators_carry_month(&gauge->work, tape);
}
