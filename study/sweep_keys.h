/* Keys and names in a sweep's file, each known. Thread rule: any. */
#ifndef MATTHEW_STUDY_SWEEP_KEYS_H
#define MATTHEW_STUDY_SWEEP_KEYS_H

#include "study/sweep.h"

/* Fails at the first key that is none of `keys` (a list that ends with null), with the nearest or with all of them, as
 * those of `what`; also for a node that is no mapping. */
int sweep_check_keys(const struct document *document, const struct node *node, const char *const *keys,
                     const char *what, struct failure *failure);

/* The place of the name in a node among `count` names; `what` is said where there is none of that name. */
int sweep_read_name(const struct sweep *sweep, const struct node *node,
                    const char *(*name_at)(const struct sweep *sweep, size_t place), size_t count, const char *what,
                    size_t *place, struct failure *failure);

#endif
