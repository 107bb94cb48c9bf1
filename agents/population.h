/* Who is there: the initial population, entry and exit (equations 23, 24). Runs alone, between phases.
 *
 * Newcomers get the lowest slots without a firm. When the firms would fit into fewer blocks than are in use, the last
 * ones move into the holes: so what a month costs goes with the firms that are there. Initial firms draw from (seed,
 * slot), the n-th entrant of a month from (seed, month, n): entrants of two policy arms share their shocks. */
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
 * founded, firms move together, and firms learn. Room for population_slots slots, places, register rows and events must
 * have been reserved. */
void population_turn_over(struct world *world);

#endif
