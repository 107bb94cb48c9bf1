/* The invariants of docs/model.md, recomputed from the state alone. Runs between phases, at the end of a month before
 * exits. */
#ifndef MATTHEW_PARALLEL_CHECK_H
#define MATTHEW_PARALLEL_CHECK_H

#include "agents/world.h"

/* MATTHEW_BROKEN_INVARIANT, with firm, month and quantity named, when one does not hold. */
int check_world(const struct world *world, struct failure *failure);

#endif
