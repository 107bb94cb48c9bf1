/* Checkpoints: caches beside a history from which an interrupted run goes on.
 *
 * FILE.h5.checkpoints/000024.state is the whole state at the end of month 24 (parallel/state.h) and what the history
 * carries; 000024.rows, kept for the newest two alone, has the months and events that were not in the file by then.
 * Both are tapes (core/tape.h): they appear whole or not at all, and a damaged one is found out. They are read by the
 * same build, for the same scenario and seed, and for a file with the same options; anything else is left alone. A
 * checkpoint that cannot be written is no failure of the run: `failed` counts, `failure` says why.
 *
 * The checkpointer is an observer; it stands after the history's (parallel/observers.h). Thread rule: that of an
 * observer. Cost: 1.3 kB a slot and the open months of the history, at about 1 GB a second, and the disk's own time. */
#ifndef MATTHEW_OUTPUT_CHECKPOINT_H
#define MATTHEW_OUTPUT_CHECKPOINT_H

#include <signal.h>

#include "output/history/history.h"
#include "parallel/race.h"

/* What a checkpoint belongs to. */
struct checkpoint_identity {
    uint64_t build, shape, scenario, form;
};

struct checkpointer {
    long every;                        /* months between checkpoints; 0: only the one of a run that is stopped */
    const volatile sig_atomic_t *stop; /* may be null */
    long from;                         /* the month at which the run began */
    long written;                      /* the newest month of this run, -1 for none */
    long failed;                       /* checkpoints that could not be written */
    struct failure failure;            /* the last of them */
    /* Its own. */
    struct history *history;
    struct checkpoint_identity identity;
    char *folder;
    int due, began;
};

/* For the history at options->path; every, stop and from are set by the caller. Free is legal after a failure and
 * twice. */
int checkpointer_init(struct checkpointer *checkpointer, const struct scenario *scenario,
                      const struct history_options *options, struct history *history, struct failure *failure);
struct observer checkpointer_observer(struct checkpointer *checkpointer);
void checkpointer_free(struct checkpointer *checkpointer);

/* After a run that reached its last month: removes the checkpoints, or with `every` only what nobody needs any more. */
void checkpointer_clear(const struct checkpointer *checkpointer);

/* Beside a file that is complete: removes what only a run under way needs, and the folder when nothing is left in it. A
 * run that was killed while it cleared this away has left some of it. */
void checkpoint_tidy(const char *path);

/* The newest month before `before` that has a checkpoint beside path; -1 when there is none. */
long checkpoint_before(const char *path, long before);

/* The race and the history of a run that goes on from the checkpoint of a month. options->earlier names the file that
 * the checkpoint rests on. READ_FAILED or NOT_FOUND: this checkpoint cannot be used, and failure says why; anything
 * else is a failure of the run. */
int checkpoint_load(long month, const struct scenario *scenario, const struct history_options *options,
                    struct race **race, struct history **history, struct failure *failure);

#endif
