#include "measure/gauge.h"

#include <string.h>

int gauge_init(struct gauge *gauge, size_t slots, struct failure *failure) {
    memset(gauge, 0, sizeof *gauge);
    gauge->row.month = -1;
    return indicators_init(&gauge->work, slots, failure);
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
    return &gauge->row;
}

/* Month 0 is shown again when a race stopped there. */
static int month(void *context, const struct world *world, struct failure *failure) {
    struct gauge *gauge = context;
    gauge->measuring = world->month >= gauge->seen;
    if (!gauge->measuring)
        return MATTHEW_OK;
    indicators_want(&gauge->work, gauge->wanted, gauge->members);
    return indicators_prepare(&gauge->work, world, failure);
}

static size_t tasks(void *context, const struct world *world) {
    const struct gauge *gauge = context;
    return gauge->measuring ? indicators_tasks(&gauge->work, world) : 0;
}

static void task(void *context, const struct world *world, size_t number) {
    struct gauge *gauge = context;
    indicators_task(&gauge->work, world, number);
}

static int settle(void *context, const struct world *world, int *again, struct failure *failure) {
    struct gauge *gauge = context;
    (void)failure;
    *again = 0;
    if (gauge->measuring) {
        indicators_finish(&gauge->work, world, &gauge->row);
        gauge->seen = world->month + 1;
    }
    gauge->measuring = 0;
    memset(gauge->wanted, 0, sizeof gauge->wanted);
    memset(gauge->members, 0, sizeof gauge->members);
    return MATTHEW_OK;
}

struct observer gauge_observer(struct gauge *gauge) {
    return (struct observer){gauge, month, tasks, task, settle, NULL, 0};
}

int gauge_carry(struct gauge *gauge, struct tape *tape, size_t slots, struct failure *failure) {
    tape_number(tape, &gauge->seen);
    return indicators_carry(&gauge->work, tape, slots, failure);
}
