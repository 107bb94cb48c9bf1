/* What happens in a month, as a list for whoever watches, and the queue of slots that firms have left. Both are storage
 * alone: who leaves and enters is in agents/population.h. Runs alone, between phases; room is reserved before. */
#ifndef MATTHEW_AGENTS_EVENTS_H
#define MATTHEW_AGENTS_EVENTS_H

#include "agents/world.h"

/* Appends an event when somebody watches; room must have been reserved. */
void events_add(struct world *world, int kind, double firm, double other, double amount);
int events_reserve(struct events *events, size_t capacity, struct failure *failure);
void events_free(struct events *events);

int slot_queue_reserve(struct slot_queue *queue, size_t capacity, struct failure *failure);
void slot_queue_free(struct slot_queue *queue);

#endif
