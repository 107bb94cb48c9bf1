/* Alliances of a lab with a provider of compute, as pairs in the state (equation 11). What an alliance does in a month
 * is in market/alliances.h. Runs alone, between phases. */
#ifndef MATTHEW_AGENTS_ALLIANCE_H
#define MATTHEW_AGENTS_ALLIANCE_H

#include "agents/world.h"

enum alliance_role { ALLIANCE_NONE, ALLIANCE_LAB, ALLIANCE_PROVIDER };

/* The slot of a firm's partner. The firm must have one. */
size_t alliance_partner(const struct world *world, size_t slot);

/* Allies two active firms without a partner. */
void alliance_join(struct world *world, size_t lab, size_t provider);

/* Ends the alliance of a firm, if it has one; the provider's stake in the lab goes to the provider's own holders, who
 * are households. fee is what the event tells. */
void alliance_part(struct world *world, size_t slot, double fee);

#endif
