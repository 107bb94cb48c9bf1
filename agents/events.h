/* What happens in a month, as a list for whoever watches, and the table of its kinds and columns; the places of firms
 * on the axis of files; scratch of the turn-over. All are storage alone: who leaves and enters is in
 * agents/population.h.
 *
 * A firm keeps its place for life. A place that it leaves rests PLACE_REST months, so that a reader of a history with a
 * record at least that often sees it empty in between; places are given away again in the order in which they were
 * left. No computation reads a place. Runs alone, between phases; room is reserved before. */
#ifndef MATTHEW_AGENTS_EVENTS_H
#define MATTHEW_AGENTS_EVENTS_H

#include "agents/world.h"

/* The kinds of events by their codes, 1 to EVENT_KINDS - 1; 0 is none. */
enum {
    EVENT_NONE,
#define EVENT(kind, ...) EVENT_PLACE_##kind,
#include "agents/events.def"
#undef EVENT
    EVENT_KINDS
};

struct event_info {
    const char *name, *description;
    const char *firm, *other, *amount, *unit; /* what these are; other is "" where there is none */
};
extern const struct event_info event_table[EVENT_KINDS];

/* The columns of events in files. */
enum event_column {
#define EVENT_NUMBER(key, ...) EVENT_COLUMN_##key,
#define EVENT_COLUMN(key, ...) EVENT_COLUMN_##key,
#include "agents/events.def"
#undef EVENT_NUMBER
#undef EVENT_COLUMN
    EVENT_COLUMNS
};

struct event_column_info {
    const char *key, *name, *unit, *description;
    enum field_type type;
};
extern const struct event_column_info event_column_table[EVENT_COLUMNS];

/* A column of an event as a number, whole ones exact; puts one there, what is no number of the column as 0. The
 * event's number is no part of it: 0, and left out. */
double event_value(const struct event *event, enum event_column column);
void event_put(struct event *event, enum event_column column, double value);

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
