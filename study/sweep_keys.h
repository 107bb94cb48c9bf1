/* The keys of a mapping of a sweep's file, each known. Thread rule: any. */
#ifndef MATTHEW_STUDY_SWEEP_KEYS_H
#define MATTHEW_STUDY_SWEEP_KEYS_H

#include "core/document.h"

/* Fails at the first key that is none of `keys` (a list that ends with null), with the nearest or with all of them, as
 * those of `what`; also for a node that is no mapping. */
int sweep_check_keys(const struct document *document, const struct node *node, const char *const *keys,
                     const char *what, struct failure *failure);

#endif
