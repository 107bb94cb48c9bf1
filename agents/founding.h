/* How a firm comes into being: a named firm, a startup of month 0, or an entrant. Fills an empty slot and registers the
 * firm. */
#ifndef MATTHEW_AGENTS_FOUNDING_H
#define MATTHEW_AGENTS_FOUNDING_H

#include "agents/world.h"

void found_named(struct world *world, size_t slot, const struct named_firm *named);
void found_startup(struct world *world, size_t slot);
/* The number-th entrant of the month. */
void found_entrant(struct world *world, size_t slot, long number);
/* The firm of a group that left another one (24): an entrant with their number, know-how and home. */
void found_spin_out(struct world *world, size_t slot, const struct spin_out *group);

#endif
