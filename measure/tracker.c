#include "measure/tracker.h"

#include <string.h>

static int month(void *context, const struct world *world, struct failure *failure) {
    struct tracker *tracker = context;
    int status = MATTHEW_OK;
    tracker->stopping = *tracker->stop != 0;
    tracker->measuring = world->month >= tracker->seen; /* month 0 is shown again when a race stopped there */
    if (tracker->measuring) {
        unsigned char wanted[INDICATOR_COUNT], members[MEMBER_INDICATOR_COUNT];
        tracker->whole = tracker->stopping || world->month >= tracker->until;
        memset(wanted, tracker->whole, sizeof wanted);
        memset(members, tracker->whole, sizeof members);
        if (tracker->work.capacity == 0)
            status = indicators_init(&tracker->work, world->firms.capacity, failure);
        if (status == MATTHEW_OK) {
            indicators_want(&tracker->work, wanted, members);
            status = indicators_prepare(&tracker->work, world, failure);
        }
    }
    tracker->passing = tracker->inner != NULL && world->month >= tracker->passed && status == MATTHEW_OK;
    if (tracker->passing && tracker->inner->month != NULL)
        status = tracker->inner->month(tracker->inner->context, world, failure);
    return status;
}

/* Those of the inner observer come first. */
static size_t inner_tasks(const struct tracker *tracker, const struct world *world) {
    const struct observer *inner = tracker->inner;
    return tracker->passing && inner->tasks != NULL ? inner->tasks(inner->context, world) : 0;
}

static size_t tasks(void *context, const struct world *world) {
    const struct tracker *tracker = context;
    return inner_tasks(tracker, world) + (tracker->measuring ? indicators_tasks(&tracker->work, world) : 0);
}

static void task(void *context, const struct world *world, size_t number) {
    struct tracker *tracker = context;
    size_t before = inner_tasks(tracker, world);
    if (number < before)
        tracker->inner->task(tracker->inner->context, world, number);
    else
        indicators_task(&tracker->work, world, number - before);
}

static int settle(void *context, const struct world *world, int *again, struct failure *failure) {
    struct tracker *tracker = context;
    int status = MATTHEW_OK;
    *again = 0;
    if (tracker->measuring) {
        indicators_finish(&tracker->work, world, &tracker->indicators);
        tracker->measuring = 0;
        tracker->seen = world->month + 1;
    }
    if (tracker->passing && tracker->inner->settle != NULL)
        status = tracker->inner->settle(tracker->inner->context, world, again, failure);
    if (tracker->passing && *again == 0)
        tracker->passed = world->month + 1;
    return status == MATTHEW_OK && *again == 0 && tracker->stopping ? MATTHEW_STOPPED : status;
}

struct observer tracker_observer(struct tracker *tracker) {
    return (struct observer){
        tracker, month, tasks, task, settle, NULL, tracker->inner != NULL && tracker->inner->books};
}

void tracker_free(struct tracker *tracker) {
    indicators_free(&tracker->work);
}
