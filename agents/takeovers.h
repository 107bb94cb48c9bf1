/* Who leaves at the end of a month and who takes over whom (equation 23).
 *
 * What happens is decided when the month closes, so that records know it, and done after they are taken: liquidation
 * and entry are in agents/population.h. Firms leave in a fixed order: takeovers of the schedule as written, then all
 * others by id. A buyer pays in cash; what it has left after each purchase decides about the next. Draws belong to the
 * slot of the firm that leaves. Thread rule: but for the block phase all of it runs alone, between phases. Cost: linear
 * in firms; one bisection for each firm that is asked to buy. */
#ifndef MATTHEW_AGENTS_TAKEOVERS_H
#define MATTHEW_AGENTS_TAKEOVERS_H

#include "agents/world.h"

#ifdef MATTHEW_KERNEL_SUFFIX
/* Solvent firms of a block that are for sale, and their number. */
void KERNEL(takeovers_offer_block)(struct world *world, size_t block);
#endif

/* Fills world->departures: every firm that leaves at the end of this month, with its buyer where it has one. The totals
 * of the month's end must be known. */
void departures_plan(struct world *world);

/* Moves all that the firm has to its buyer, whose cash pays the price; its slot can then be emptied. */
void takeover_transfer(struct world *world, const struct departure *departure);

int departures_reserve(struct departures *departures, size_t slots, struct failure *failure);
void departures_free(struct departures *departures);

#endif
