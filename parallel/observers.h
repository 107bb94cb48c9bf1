/* Several observers joined into one, so that none has to pass on another's calls.
 *
 * Who reads another's work stands after it in the list: month is called from the last to the first, so that whoever
 * reads can say what it wants, settle from the first to the last. A settle that asks for more tasks gets them at once,
 * before the next observer's. A wish to stop lets the others finish the month; any other failure ends it.
 *
 * Owns nothing. Thread rule: that of an observer. Cost: none beyond the calls. */
#ifndef MATTHEW_PARALLEL_OBSERVERS_H
#define MATTHEW_PARALLEL_OBSERVERS_H

#include "parallel/observer.h"

enum { OBSERVERS_MAX = 8 };

struct observers {
    struct observer list[OBSERVERS_MAX];
    int count;
    /* Its own. */
    size_t tasks[OBSERVERS_MAX]; /* of each, this time */
    int settling;                /* the observer whose settle asked for more tasks */
    int again;
    int stopping;
};

/* Starts as zeros. An observer is copied; what its context points to is borrowed. */
void observers_add(struct observers *observers, struct observer observer);

/* The one to hand to the race. Valid as long as *observers stays where it is. */
struct observer observers_join(struct observers *observers);

#endif
