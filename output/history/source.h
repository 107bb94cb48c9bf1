/* What a history file was made from: enough to make the same file again.
 *
 * Reads whole files, interrupted ones, and the PATH.part that a killed run left. Changes nothing. Thread rule: any.
 * Cost: a few ms. */
#ifndef MATTHEW_OUTPUT_HISTORY_SOURCE_H
#define MATTHEW_OUTPUT_HISTORY_SOURCE_H

#include "core/status.h"

struct history_source {
    char status[32]; /* complete, interrupted, running */
    char name[128];  /* of the scenario */
    char *scenario;  /* resolved, as YAML */
    char *record;    /* the options of history_open */
    long every;
    long months; /* recorded */
    int single, reproducible;
    int same_build; /* whether this build of matthew made it */
};

/* Errors: NOT_FOUND, READ_FAILED (no history, or cut short), NO_MEMORY. The source is empty after a failure. */
int history_source_read(const char *path, struct history_source *source, struct failure *failure);

/* Whether two files were made from the same scenario and options. */
int history_source_same(const struct history_source *a, const struct history_source *b);

/* Legal after a failure and twice. */
void history_source_free(struct history_source *source);

#endif
