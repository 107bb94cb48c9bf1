/* The state of a race as a tape: everything that its later months and records depend on, and nothing that the scenario
 * already says.
 *
 * All columns of fields.def, flows too: a flow whose mechanism was switched off in the middle of a run keeps its last
 * value, and is recorded. The state is that which an observer sees: the end of a month, before exits and entries. */
#ifndef MATTHEW_PARALLEL_STATE_H
#define MATTHEW_PARALLEL_STATE_H

#include "agents/world.h"
#include "core/tape.h"

/* A digest of the tables and types that the form of a state rests on: states of another shape cannot be read. */
uint64_t state_shape(const struct scenario *scenario);

/* A digest of what this library was built from and how: a state is read by the build that wrote it alone. */
uint64_t state_build(void);

/* Writes the state of a world, or reads one into a world that has a scenario and is in its initial state: then tape's
 * status, NO_MEMORY or READ_FAILED when it makes no sense; the world is of no use after a failure. */
void state_save(struct tape *tape, const struct world *world);
int state_load(struct tape *tape, struct world *world, struct failure *failure);

#endif
