#include "output/memory/record.h"

#include "core/memory.h"
#include "output/memory/record_inside.h"

#include <string.h>

/* ---- opening ---- */

static void add(struct record *record, enum variable_kind kind, size_t which) {
    record->variable[record->variables++] = (struct variable_place){kind, which};
}

/* In the order of a file. */
static void list_variables(struct record *record) {
    const struct history_layout *layout = &record->layout;
    struct netcdf_variable date;
    struct variable_room room;
    add(record, VARIABLE_MONTH, 0);
    if (date_variable(&date, record->world->scenario, &record->axes, &room))
        add(record, VARIABLE_DATE, 0);
    static const enum family families[] = {FAMILY_SEGMENT, FAMILY_TIER, FAMILY_REGION, FAMILY_STRATEGY};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        add(record, VARIABLE_FAMILY, families[i]);
    for (size_t column = 0; column < REGISTER_COLUMNS; column++)
        add(record, VARIABLE_REGISTER, column);
    for (size_t column = 0; column < EVENT_COLUMNS && layout->events; column++)
        add(record, VARIABLE_EVENT, column);
    for (size_t series = 0; series < layout->series_count; series++)
        if (layout->series[series].member == 0)
            add(record, VARIABLE_COLUMN, series);
    for (size_t i = 0; i < INDICATOR_COUNT; i++)
        if (layout->indicator[i])
            add(record, VARIABLE_INDICATOR, i);
    for (size_t i = 0; i < MEMBER_INDICATOR_COUNT; i++)
        if (layout->member[i])
            add(record, VARIABLE_MEMBER_INDICATOR, i);
}

/* Where the values of an indicator begin among those of a month. */
static void place_indicators(struct record *record) {
    for (size_t i = 0; i < INDICATOR_COUNT; i++)
        if (record->layout.indicator[i])
            record->indicator_at[i] = record->month_values++;
    for (size_t i = 0; i < MEMBER_INDICATOR_COUNT; i++)
        if (record->layout.member[i]) {
            record->member_at[i] = record->month_values;
            record->month_values += record_members(record, member_indicator_table[i].dimension);
        }
}

size_t record_members(const struct record *record, enum dimension dimension) {
    enum family family = dimension_family(dimension);
    return family == FAMILY_NONE ? 1 : (size_t)record->world->scenario->members[family].count;
}

int record_open(struct record **result, const struct world *world, const char *what, long every, int single,
                struct gauge *gauge, struct failure *failure) {
    *result = NULL;
    struct record *record = memory_new(1, sizeof *record);
    if (record == NULL)
        return fail_memory(failure, "a record");
    *record = (struct record){.world = world, .gauge = gauge, .every = every};
    record->axes = (struct axes){.month = AXIS_MONTH, .firm = AXIS_FIRM, .event = AXIS_EVENT};
    for (int family = 0; family < FAMILY_COUNT; family++)
        record->axes.family[family] = AXIS_FAMILIES + family;
    int status = layout_choose(&record->layout, what, failure);
    if (status == MATTHEW_OK) {
        layout_shape(&record->layout, world->scenario, every, single);
        list_variables(record);
        place_indicators(record);
        size_t months = (size_t)record->layout.records;
        record->month = memory_new(months, sizeof *record->month);
        record->indicators = memory_new(months * record->month_values, sizeof *record->indicators);
        if (record->month == NULL || record->indicators == NULL)
            status = fail_memory(failure, "a record");
    }
    if (status == MATTHEW_OK)
        *result = record;
    else
        record_free(record);
    return status;
}

void record_free(struct record *record) {
    if (record == NULL)
        return;
    size_t opened = record->month == NULL ? 0 : record->months + (record->months < (size_t)record->layout.records);
    for (size_t i = 0; i < opened; i++) {
        memory_free(record->month[i].id);
        memory_free(record->month[i].values);
    }
    living_free(&record->living);
    memory_free(record->month);
    memory_free(record->indicators);
    memory_free(record->event);
    memory_free(record);
}

/* ---- the observer ---- */

/* Room for the firms of a month: their values begin at multiples of 8, whatever their number. */
static int open_month(struct record *record, const struct world *world, struct failure *failure) {
    int status = living_find(&record->living, world, failure);
    if (status != MATTHEW_OK)
        return status;
    struct record_month *month = &record->month[record->months];
    size_t count = record->living.count;
    month->firms = count;
    month->room = (count + 7) / 8 * 8;
    month->id = memory_new(count, sizeof *month->id);
    month->values = memory_new(month->room, record->layout.firm_bytes);
    if (month->id == NULL || month->values == NULL) {
        memory_free(month->id);
        memory_free(month->values);
        *month = (struct record_month){0};
        return fail_memory(failure, "a record's month");
    }
    memcpy(month->id, record->living.id, count * sizeof *month->id);
    return MATTHEW_OK;
}

static int observe_month(void *context, const struct world *world, struct failure *failure) {
    struct record *record = context;
    const struct history_layout *layout = &record->layout;
    int shown_before = world->month < record->seen; /* month 0, when a race stopped there */
    record->taking = 0;
    if (shown_before || !layout_records(world->scenario, record->every, world->month))
        return MATTHEW_OK;
    if (layout->columns > 0) {
        int status = open_month(record, world, failure);
        if (status != MATTHEW_OK)
            return status;
    }
    if (layout->indicators > 0)
        gauge_want(record->gauge, layout->indicator, layout->member);
    record->taking = 1;
    return MATTHEW_OK;
}

static size_t observe_tasks(void *context, const struct world *world) {
    const struct record *record = context;
    (void)world;
    return record->taking && record->layout.columns > 0 ? (record->living.count + BLOCK - 1) / BLOCK : 0;
}

static void observe_task(void *context, const struct world *world, size_t task) {
    struct record *record = context;
    const struct record_month *month = &record->month[record->months];
    const struct living *living = &record->living;
    size_t from = task * BLOCK, count = living->count - from < BLOCK ? living->count - from : BLOCK;
    for (size_t s = 0; s < record->layout.series_count; s++) {
        const struct series *series = &record->layout.series[s];
        living_put(series, firms_column(&world->firms, series->field, series->member), living->slot + from, count,
                   month->values + series->offset * month->room + from * series->size);
    }
}

static void take_indicators(struct record *record) {
    const struct indicators *row = gauge_row(record->gauge);
    double *values = record->indicators + record->months * record->month_values;
    for (size_t i = 0; i < INDICATOR_COUNT; i++)
        if (record->layout.indicator[i])
            values[record->indicator_at[i]] = row->value[i];
    for (size_t i = 0; i < MEMBER_INDICATOR_COUNT; i++)
        if (record->layout.member[i])
            memcpy(values + record->member_at[i], row->member[i],
                   record_members(record, member_indicator_table[i].dimension) * sizeof *values);
}

static int take_events(struct record *record, const struct events *events, struct failure *failure) {
    size_t wanted = record->events + events->count;
    if (wanted > record->event_room) {
        size_t room = 2 * wanted;
        struct event *larger = memory_grow(record->event, record->events, room, sizeof *larger);
        if (larger == NULL)
            return fail_memory(failure, "a record's events");
        record->event = larger;
        record->event_room = room;
    }
    if (events->count > 0)
        memcpy(record->event + record->events, events->list, events->count * sizeof *events->list);
    record->events = wanted;
    return MATTHEW_OK;
}

static int observe_settle(void *context, const struct world *world, int *again, struct failure *failure) {
    struct record *record = context;
    *again = 0;
    int status = record->layout.events ? take_events(record, &world->events, failure) : MATTHEW_OK;
    if (status != MATTHEW_OK || !record->taking)
        return status;
    if (record->layout.indicators > 0)
        take_indicators(record);
    record->month[record->months++].month = world->month;
    record->seen = world->month + 1;
    record->taking = 0;
    return MATTHEW_OK;
}

struct observer record_observer(struct record *record) {
    return (struct observer){.context = record,
                             .month = observe_month,
                             .tasks = observe_tasks,
                             .task = observe_task,
                             .settle = observe_settle,
                             .books = record->layout.books,
                             .events = record->layout.events};
}
