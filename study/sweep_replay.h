/* One run of a sweep made again, and held against what the sweep's file has of it.
 *
 * Begin, make the race of replay->scenario with replay->taking among its observers, compare, free. Thread rule: one
 * thread. */
#ifndef MATTHEW_STUDY_SWEEP_REPLAY_H
#define MATTHEW_STUDY_SWEEP_REPLAY_H

#include "core/text.h"
#include "study/sweep_outcomes.h"
#include "study/sweep_rows.h"

struct sweep_replay {
    const struct sweep_file *file;
    size_t run;
    struct sweep_run_result there; /* what the file has of the run */
    double *values;                /* what is taken now */
    struct scenario scenario;      /* a run that the sweep's rule ended is as long as it was */
    struct taking taking;          /* its gauge is still to be given */
};

/* Free is legal after a failure and twice. */
int sweep_replay_begin(struct sweep_replay *replay, const struct sweep_file *file, size_t run, struct failure *failure);
void sweep_replay_free(struct sweep_replay *replay);

/* Once the race is over. BROKEN_INVARIANT: a value differs, or the check in the file does not agree with its values. */
int sweep_replay_compare(const struct sweep_replay *replay, struct failure *failure);

/* What the file has of the run, in a line without its end. */
void sweep_replay_print(struct text *text, const struct sweep_replay *replay);

#endif
