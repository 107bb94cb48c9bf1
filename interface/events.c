/* The events that a race keeps for its caller: those of a month, or all since they were asked for. */
#include "interface/handle.h"

#include "agents/events.h"

#include <string.h>

_Static_assert(sizeof(struct event) <= 40, "matthew.h says how many bytes an event takes");

/* Takes over what happened since the month before, in the order of a history. A failure leaves no gap: nothing is kept
 * from then on. */
static int take_events(void *context, const struct world *world, struct failure *failure) {
    struct events_kept *kept = context;
    const struct events *found = &world->events;
    if (kept->which == MATTHEW_EVENTS_MONTH && world->month != kept->month)
        kept->list.count = 0;
    kept->month = world->month;
    int status = events_reserve(&kept->list, kept->list.count + found->count, failure);
    if (status != MATTHEW_OK) {
        events_kept_free(kept);
        return status;
    }
    if (found->count > 0)
        memcpy(kept->list.list + kept->list.count, found->list, found->count * sizeof *found->list);
    kept->list.count += found->count;
    return MATTHEW_OK;
}

struct observer events_observer(struct events_kept *kept) {
    return (struct observer){.context = kept, .month = take_events, .events = 1};
}

void events_kept_free(struct events_kept *kept) {
    events_free(&kept->list);
    *kept = (struct events_kept){.which = MATTHEW_EVENTS_NONE};
}

int events_kept_copy(struct events_kept *copy, const struct events_kept *kept) {
    size_t count = kept->list.count;
    int status = events_reserve(&copy->list, count, &last_failure);
    if (status != MATTHEW_OK)
        return status;
    if (count > 0)
        memcpy(copy->list.list, kept->list.list, count * sizeof *kept->list.list);
    copy->list.count = count;
    copy->which = kept->which;
    copy->month = kept->month;
    return MATTHEW_OK;
}

int matthew_race_keep_events(matthew_race *race, int which) {
    if (!is_race(race))
        return no_race(race);
    if (race->running)
        return refuse("race", "it is running");
    if (which < MATTHEW_EVENTS_NONE || which > MATTHEW_EVENTS_ALL)
        return out_of_range("which", MATTHEW_EVENTS_NONE, MATTHEW_EVENTS_ALL, "", which);
    if (which != race->events.which)
        events_kept_free(&race->events);
    race->events.which = which;
    return MATTHEW_OK;
}

size_t matthew_race_event_count(const matthew_race *race) {
    return is_race(race) ? race->events.list.count : 0;
}

int matthew_race_events(const matthew_race *race, const char *name, double *values, size_t count) {
    if (!is_race(race))
        return no_race(race);
    if (name == NULL || values == NULL)
        return is_null(name == NULL ? "name" : "values");
    int column = 0;
    while (column < EVENT_COLUMNS && strcmp(event_column_table[column].name, name) != 0)
        column++;
    if (column == EVENT_COLUMNS)
        return fail(&last_failure, MATTHEW_NOT_FOUND, "name: events have no column `%s`", name);
    if (race->events.which == MATTHEW_EVENTS_NONE)
        return refuse("race", "it keeps no events: ask for them before it is run");
    const struct events *kept = &race->events.list;
    if (count != kept->count)
        return refuse("count", "expected %zu, the events that are kept, found %zu", kept->count, count);
    for (size_t i = 0; i < count; i++)
        values[i] = column == EVENT_COLUMN_number ? (double)i : event_value(&kept->list[i], (enum event_column)column);
    return MATTHEW_OK;
}
