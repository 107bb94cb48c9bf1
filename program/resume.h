/* Going on with an interrupted run: finds the file, tells whether anything is left to do, takes from the file what the
 * run is to be made from, and starts from the newest checkpoint that fits, or from month 0. Either way the bytes are
 * those of an uninterrupted run. */
#ifndef MATTHEW_PROGRAM_RESUME_H
#define MATTHEW_PROGRAM_RESUME_H

#include "core/scenario.h"
#include "output/checkpoint.h"
#include "output/history/source.h"
#include "program/arguments.h"

struct resumption {
    int complete;                 /* 1 when there is nothing left to do */
    char *path;                   /* of the file that was found, or of its .part */
    struct history_source source; /* what that was made from */
};

/* Looks at history->path and its .part. When a resumed run was killed that had come further than they had, what it
 * left, .part.new, takes their place. Returns 0, or the exit status after one line of complaint. */
int resume_find(struct resumption *resumption, const struct history_options *history);

/* Whether there is such a file, that holds anything. */
int resume_exists(const char *path);

/* Takes scenario and options from the file. Options that the command line gives as well must be the same, and so must
 * `given`, the scenario that it names, null when it names none. Returns 0, or the exit status after one line of
 * complaint. */
int resume_apply(const struct resumption *resumption, const struct arguments *arguments, const struct scenario *given,
                 struct scenario *scenario, struct history_options *history);

/* The race and its history from the newest checkpoint that can be used; both stay null when there is none. Says in one
 * line which could not be used. Returns a status code. */
int resume_start(const struct resumption *resumption, const struct scenario *scenario,
                 const struct history_options *history, struct race **race, struct history **started,
                 struct failure *failure);

void resume_free(struct resumption *resumption);

#endif
