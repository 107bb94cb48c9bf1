/* Watches a race on behalf of the program: counts firm-steps, shows progress on stderr and takes the summary of the
 * last month, which a wish to stop may make of any month. Stands after all other observers. */
#ifndef MATTHEW_PROGRAM_WATCH_H
#define MATTHEW_PROGRAM_WATCH_H

#include <signal.h>

#include "output/checkpoint.h"
#include "program/summary.h"

enum progress { PROGRESS_NONE, PROGRESS_LINES, PROGRESS_BAR };

struct watch {
    struct gauge *gauge; /* that of the race */
    enum progress progress;
    long from, months;                       /* the month that was there already, and the last */
    const struct checkpointer *checkpointer; /* whose failures are told; may be null */
    const volatile sig_atomic_t *stop;       /* the race ends after the month at which this is found set */
    struct summary *summary;
    int stopping, last;    /* whether this month is the last */
    long told;             /* failures of checkpoints */
    double started, shown; /* seconds of a clock that only goes forward */
};

/* The progress that suits stderr: a bar on a terminal, else a line now and then. */
enum progress progress_for_stderr(void);

double clock_seconds(void);

/* The observer to hand to the race; it borrows the watch. Sets the clock. */
struct observer watch_observer(struct watch *watch);

/* Takes the bar off the terminal. */
void watch_clear(const struct watch *watch);

#endif
