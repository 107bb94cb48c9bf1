#include "agents/events.h"

#include "core/memory.h"

#include <string.h>

int slot_queue_reserve(struct slot_queue *queue, size_t capacity, struct failure *failure) {
    if (capacity <= queue->capacity)
        return MATTHEW_OK;
    capacity = memory_room(queue->capacity, capacity);
    size_t *slot = memory_new(capacity, sizeof *slot);
    long *left = memory_new(capacity, sizeof *left);
    if (slot == NULL || left == NULL) {
        memory_free(slot);
        memory_free(left);
        return fail_memory(failure, "free slots");
    }
    for (size_t i = 0; i < queue->count; i++) {
        size_t from = (queue->first + i) % queue->capacity;
        slot[i] = queue->slot[from];
        left[i] = queue->left[from];
    }
    size_t count = queue->count;
    slot_queue_free(queue);
    *queue = (struct slot_queue){.slot = slot, .left = left, .count = count, .capacity = capacity};
    return MATTHEW_OK;
}

void slot_queue_free(struct slot_queue *queue) {
    memory_free(queue->slot);
    memory_free(queue->left);
    memset(queue, 0, sizeof *queue);
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
