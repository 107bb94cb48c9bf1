/* Follows the indicators of a race month by month, and passes everything on to another observer.
 *
 * At the month `until`, and at a month at which it finds the flag `stop` set, every indicator is computed, as a history
 * that records every month would have it: before exits and entries. In the months before only what later months need is
 * kept: the leaders and the shares. A stopped race ends with MATTHEW_STOPPED by what settle returns, so the race itself
 * is not given the flag.
 *
 * Owns its scratch memory. Thread rule: that of an observer. Cost: that of measure/indicators.h for
 * the last month, less than half of it for the others, in tasks for several threads. */
#ifndef MATTHEW_MEASURE_TRACKER_H
#define MATTHEW_MEASURE_TRACKER_H

#include <signal.h>

#include "measure/indicators.h"
#include "parallel/observer.h"

struct tracker {
    const struct observer *inner; /* null when there is nobody else; its finish is not called */
    long until;
    const volatile sig_atomic_t *stop;
    struct indicators indicators; /* all of them when `whole` */
    int whole;
    /* Its own. */
    struct indicator_work work;
    long seen;   /* the next month to see */
    long passed; /* the next month to pass on; 0 for a new inner observer */
    int measuring, passing, stopping;
};

/* The observer to hand to the race; it borrows the tracker, which starts as zeros. */
struct observer tracker_observer(struct tracker *tracker);

/* Legal on zeros and twice. */
void tracker_free(struct tracker *tracker);

#endif
