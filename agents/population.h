/* Who is there: the initial population, entry and exit (equations 23, 24). Runs alone, between phases.
 *
 * A slot that a firm leaves rests SLOT_REST months before it is given to an entrant, so that a reader of a history
 * with a record at least that often sees it empty in between (recording never changes a race; ids tell in any case);
 * slots are reused in the order in which they were left. Initial firms draw from (seed, slot), the n-th entrant of a
 * month from (seed, month, n): entrants of two policy arms share their shocks. */
#ifndef MATTHEW_AGENTS_POPULATION_H
#define MATTHEW_AGENTS_POPULATION_H

#include "agents/world.h"

/* Initial firms: the named ones in slots 0, 1, ..., then startups; and the state of the industry in month 0. The
 * columns must have room for scenario->firms slots. */
void population_begin(struct world *world);

/* Who leaves and how many enter at the end of this month: fills world->departures, world->exits, world->entries and the
 * spin-outs among the entries. */
void population_count(struct world *world);

/* Slots needed so that the month's entrants find one. */
size_t population_slots(const struct world *world);

/* Firms leave, liquidated or taken over, in the order of world->departures; then the month's spin-outs and entrants are
 * founded, and firms learn. Room for population_slots slots, register rows and events must have been reserved. */
void population_turn_over(struct world *world);

#endif
