/* What the file of a sweep says about itself, also while a process works on it. Thread rule: any.
 * Cost: it reads the status of every run. */
#ifndef MATTHEW_STUDY_SWEEP_INFO_H
#define MATTHEW_STUDY_SWEEP_INFO_H

#include <stddef.h>

#include "core/status.h"

struct sweep_facts {
    char scenario[128], version[64], revision[64];
    char *recipe; /* what the sweep is, line by line */
    size_t runs, done, failed, not_needed;
    double bytes; /* size of the file */
};

/* Whether there is a file of a sweep. */
int sweep_is_file(const char *path);

/* Errors: NOT_FOUND, READ_FAILED, NO_MEMORY. sweep_facts_free is legal after a failure and twice. */
int sweep_describe(const char *path, struct sweep_facts *facts, struct failure *failure);
void sweep_facts_free(struct sweep_facts *facts);

#endif
