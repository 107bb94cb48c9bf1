#include "agents/events.h"

#include "core/memory.h"

#include <string.h>

const struct event_info event_table[EVENT_KINDS] = {
    {"none", "nothing happened", "", "", "", "1"},
#define EVENT(kind, code, description, firm, other, amount, unit)                                                      \
    [code] = {#kind, description, firm, other, amount, unit},
#include "agents/events.def"
#undef EVENT
};
#define EVENT(kind, code, ...) _Static_assert((code) == EVENT_PLACE_##kind, "codes of events.def are 1, 2, ...");
#include "agents/events.def"
#undef EVENT

const struct event_column_info event_column_table[EVENT_COLUMNS] = {
#define EVENT_COLUMN(key, name, type, unit, description)                                                               \
    [EVENT_COLUMN_##key] = {#key, name, unit, description, FIELD_##type},
#define EVENT_NUMBER EVENT_COLUMN
#include "agents/events.def"
#undef EVENT_NUMBER
#undef EVENT_COLUMN
};

double event_value(const struct event *event, enum event_column column) {
    switch (column) {
#define EVENT_NUMBER(key, ...)
#define EVENT_COLUMN(key, ...)                                                                                         \
    case EVENT_COLUMN_##key:                                                                                           \
        return (double)event->key;
#include "agents/events.def"
#undef EVENT_COLUMN
    default:
        return 0.0;
    }
}

void event_put(struct event *event, enum event_column column, double value) {
    const double LARGEST = 0x1p53;
    if (event_column_table[column].type != FIELD_FLOAT && !(value >= -LARGEST && value <= LARGEST))
        value = 0.0;
    switch (column) {
#define EVENT_COLUMN(key, ...)                                                                                         \
    case EVENT_COLUMN_##key:                                                                                           \
        event->key = (__typeof__(event->key))value;                                                                    \
        break;
#include "agents/events.def"
#undef EVENT_NUMBER
#undef EVENT_COLUMN
    default:
        break;
    }
}

int places_reserve(struct places *places, size_t capacity, struct failure *failure) {
    if (capacity <= places->capacity)
        return MATTHEW_OK;
    capacity = memory_room(places->capacity, capacity);
    size_t *place = memory_new(capacity, sizeof *place);
    long *left = memory_new(capacity, sizeof *left);
    if (place == NULL || left == NULL) {
        memory_free(place);
        memory_free(left);
        return fail_memory(failure, "places of firms");
    }
    for (size_t i = 0; i < places->count; i++) {
        size_t from = (places->first + i) % places->capacity;
        place[i] = places->place[from];
        left[i] = places->left[from];
    }
    size_t count = places->count, used = places->used;
    places_free(places);
    *places = (struct places){.place = place, .left = left, .count = count, .capacity = capacity, .used = used};
    return MATTHEW_OK;
}

void places_free(struct places *places) {
    memory_free(places->place);
    memory_free(places->left);
    memset(places, 0, sizeof *places);
}

size_t places_take(struct places *places, long month) {
    if (places->count == 0 || places->left[places->first] + PLACE_REST > month)
        return places->used++;
    size_t place = places->place[places->first];
    places->first = (places->first + 1) % places->capacity;
    places->count--;
    return place;
}

void places_leave(struct places *places, size_t place, long month) {
    size_t end = (places->first + places->count++) % places->capacity;
    places->place[end] = place;
    places->left[end] = month;
}

int holes_reserve(struct holes *holes, size_t slots, struct failure *failure) {
    if (slots <= holes->capacity)
        return MATTHEW_OK;
    slots = memory_room(holes->capacity, slots);
    size_t *slot = memory_new(slots, sizeof *slot), *from = memory_new(slots, sizeof *from);
    if (slot == NULL || from == NULL) {
        memory_free(slot);
        memory_free(from);
        return fail_memory(failure, "firms that move");
    }
    holes_free(holes);
    *holes = (struct holes){.slot = slot, .from = from, .capacity = slots};
    return MATTHEW_OK;
}

void holes_free(struct holes *holes) {
    memory_free(holes->slot);
    memory_free(holes->from);
    memset(holes, 0, sizeof *holes);
}

int events_reserve(struct events *events, size_t capacity, struct failure *failure) {
    if (capacity <= events->capacity)
        return MATTHEW_OK;
    size_t larger = capacity + capacity / 2;
    struct event *list = memory_grow(events->list, events->count, larger, sizeof *list);
    if (list == NULL)
        return fail_memory(failure, "events");
    events->list = list;
    events->capacity = larger;
    return MATTHEW_OK;
}

void events_free(struct events *events) {
    memory_free(events->list);
    memset(events, 0, sizeof *events);
}

void events_add(struct world *world, int kind, double firm, double other, double amount) {
    if (!world->keep_events || world->events.count == world->events.capacity)
        return;
    world->events.list[world->events.count++] = (struct event){world->month, kind, firm, other, amount};
}
