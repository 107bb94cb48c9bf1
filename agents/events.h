/* What happens in a month, as a list for whoever watches; the places of firms on the axis of files; scratch of the
 * turn-over. All are storage alone: who leaves and enters is in agents/population.h.
 *
 * A firm keeps its place for life. A place that it leaves rests PLACE_REST months, so that a reader of a history with a
 * record at least that often sees it empty in between; places are given away again in the order in which they were
 * left. No computation reads a place. Runs alone, between phases; room is reserved before. */
#ifndef MATTHEW_AGENTS_EVENTS_H
#define MATTHEW_AGENTS_EVENTS_H

#include "agents/world.h"

/* Appends an event when somebody watches; room must have been reserved. */
void events_add(struct world *world, int kind, double firm, double other, double amount);
int events_reserve(struct events *events, size_t capacity, struct failure *failure);
void events_free(struct events *events);

enum { PLACE_REST = 12 }; /* months that a place stays empty before it is given away again */

/* Room for so many places that rest. */
int places_reserve(struct places *places, size_t capacity, struct failure *failure);
void places_free(struct places *places);
/* The place of a firm that is founded in this month, and of one that leaves; room for that must have been reserved. */
size_t places_take(struct places *places, long month);
void places_leave(struct places *places, size_t place, long month);

/* Room for as many holes as there are slots. */
int holes_reserve(struct holes *holes, size_t slots, struct failure *failure);
void holes_free(struct holes *holes);

#endif
