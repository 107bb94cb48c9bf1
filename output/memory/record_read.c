#include "output/memory/record.h"

#include "output/memory/record_inside.h"

#include <string.h>

/* ---- what there is ---- */

static struct netcdf_variable describe(const struct record *record, size_t variable, struct variable_room *room) {
    const struct scenario *scenario = record->world->scenario;
    struct variable_place place = record->variable[variable];
    struct netcdf_variable made = {0};
    switch (place.kind) {
    case VARIABLE_MONTH:
        made = month_variable();
        made.rank = 1;
        made.axis[0] = AXIS_MONTH;
        break;
    case VARIABLE_DATE:
        date_variable(&made, scenario, &record->axes, room);
        break;
    case VARIABLE_FAMILY:
        made = family_variable((enum family)place.which);
        made.rank = 1;
        made.axis[0] = record->axes.family[place.which];
        break;
    case VARIABLE_REGISTER:
        return register_variable((enum register_column)place.which, scenario, &record->axes, room);
    case VARIABLE_EVENT:
        return event_variable((enum event_column)place.which, &record->axes, room);
    case VARIABLE_COLUMN:
        return column_variable(&record->layout.series[place.which], scenario, &record->axes, room);
    case VARIABLE_INDICATOR:
        return indicator_variable(&indicator_table[place.which], &record->axes);
    case VARIABLE_MEMBER_INDICATOR:
        return indicator_variable(&member_indicator_table[place.which], &record->axes);
    }
    return made;
}

/* Events that no month has been shown after are still the world's. */
static size_t events_waiting(const struct record *record) {
    return record->layout.events ? record->world->events.count : 0;
}

static const char *axis_name(int axis) {
    return axis == AXIS_MONTH   ? "month"
           : axis == AXIS_FIRM  ? register_table[REGISTER_firm].name
           : axis == AXIS_EVENT ? event_column_table[EVENT_COLUMN_number].name
                                : family_table[axis - AXIS_FAMILIES].dimension;
}

static size_t axis_length(const struct record *record, int axis) {
    return axis == AXIS_MONTH   ? record->months
           : axis == AXIS_FIRM  ? record->world->reg.count
           : axis == AXIS_EVENT ? record->events + events_waiting(record)
                                : (size_t)record->world->scenario->members[axis - AXIS_FAMILIES].count;
}

const char *record_name(const struct record *record, size_t variable) {
    struct variable_room room;
    return variable < record->variables ? describe(record, variable, &room).name : NULL;
}

size_t record_find(const struct record *record, const char *name) {
    size_t variable = 0;
    while (variable < record->variables && strcmp(record_name(record, variable), name) != 0)
        variable++;
    return variable;
}

void record_shape(const struct record *record, size_t variable, struct record_shape *shape) {
    struct variable_room room;
    struct netcdf_variable found = describe(record, variable, &room);
    *shape = (struct record_shape){.type = found.type, .rank = found.rank};
    shape->bytes = found.type == NETCDF_TEXT ? sizeof(const char *) : netcdf_size(found.type);
    for (int i = 0; i < found.rank; i++) {
        shape->axis[i] = axis_name(found.axis[i]);
        shape->length[i] = axis_length(record, found.axis[i]);
        shape->bytes *= shape->length[i];
    }
}

/* ---- values ---- */

static void read_months(const struct record *record, int dates, int64_t *values) {
    const struct scenario *scenario = record->world->scenario;
    for (size_t i = 0; i < record->months; i++) {
        long month = record->month[i].month;
        values[i] = dates ? days_between(scenario->start_year, scenario->start_month, month) : month;
    }
}

static void read_family(const struct record *record, size_t family, const char **values) {
    const struct members *members = &record->world->scenario->members[family];
    for (int i = 0; i < members->count; i++)
        values[i] = members->name[i];
}

/* One value in the type of a file, where not a number of the register always has the same bits. */
static void put(enum netcdf_type type, double value, size_t at, void *values) {
    if (type == NETCDF_DOUBLE)
        ((double *)values)[at] = value == value ? value : netcdf_nan();
    else if (type == NETCDF_INT64)
        ((int64_t *)values)[at] = (int64_t)value;
    else
        ((int8_t *)values)[at] = (int8_t)value;
}

static void read_register(const struct record *record, enum register_column column, enum netcdf_type type,
                          void *values) {
    const struct firm_register *reg = &record->world->reg;
    for (size_t i = 0; i < reg->count; i++)
        if (type == NETCDF_TEXT)
            ((const char **)values)[i] = reg->rows[i].name;
        else
            put(type, register_value(record->world, &reg->rows[i], column), i, values);
}

static void read_events(const struct record *record, enum event_column column, enum netcdf_type type, void *values) {
    size_t count = record->events + events_waiting(record);
    for (size_t i = 0; i < count; i++) {
        const struct event *event =
            i < record->events ? &record->event[i] : &record->world->events.list[i - record->events];
        double value = column == EVENT_COLUMN_number ? (double)i : event_value(event, column);
        if (type == NETCDF_DOUBLE)
            ((double *)values)[i] = value;
        else
            put(type, value, i, values);
    }
}

/* A column and all its members: [month, member, firm]. */
static void read_column(const struct record *record, size_t first, unsigned char *values) {
    const struct series *series = &record->layout.series[first];
    size_t firms = record->world->reg.count, members = record_members(record, field_table[series->field].dimension);
    series_put_empty(series, values, record->months * members * firms);
    for (size_t i = 0; i < record->months; i++)
        for (size_t member = 0; member < members; member++) {
            const struct record_month *month = &record->month[i];
            const struct series *one = &series[member];
            living_scatter(one, month->values + one->offset * month->room, month->id, month->firms, 0,
                           values + (i * members + member) * firms * one->size);
        }
}

static void read_indicator(const struct record *record, size_t from, size_t count, enum netcdf_type type,
                           void *values) {
    for (size_t i = 0; i < record->months; i++)
        for (size_t k = 0; k < count; k++) {
            double value = record->indicators[i * record->month_values + from + k];
            if (type == NETCDF_DOUBLE)
                ((double *)values)[i * count + k] = value;
            else
                put(type, value, i * count + k, values);
        }
}

void record_read(const struct record *record, size_t variable, void *values) {
    struct variable_place place = record->variable[variable];
    struct variable_room room;
    enum netcdf_type type = describe(record, variable, &room).type;
    switch (place.kind) {
    case VARIABLE_MONTH:
    case VARIABLE_DATE:
        read_months(record, place.kind == VARIABLE_DATE, values);
        break;
    case VARIABLE_FAMILY:
        read_family(record, place.which, values);
        break;
    case VARIABLE_REGISTER:
        read_register(record, (enum register_column)place.which, type, values);
        break;
    case VARIABLE_EVENT:
        read_events(record, (enum event_column)place.which, type, values);
        break;
    case VARIABLE_COLUMN:
        read_column(record, place.which, values);
        break;
    case VARIABLE_INDICATOR:
        read_indicator(record, record->indicator_at[place.which], 1, type, values);
        break;
    case VARIABLE_MEMBER_INDICATOR:
        read_indicator(record, record->member_at[place.which],
                       record_members(record, member_indicator_table[place.which].dimension), type, values);
        break;
    }
}

/* ---- the description ---- */

static void write_pair(struct text *text, int *written, const char *name, const char *value) {
    text_print(text, "%s", (*written)++ > 0 ? ", " : "");
    text_print_json(text, name);
    text_print(text, ": ");
    text_print_json(text, value);
}

static void write_attributes(const struct record *record, struct text *text) {
    struct whole_attribute list[WHOLE_ATTRIBUTES];
    const struct scenario *scenario = record->world->scenario;
    int complete = record->months > 0 && record->month[record->months - 1].month == scenario->months, written = 0;
    size_t count = whole_attributes(list, scenario, complete ? "complete" : "running", (int64_t)record->months);
    text_print(text, "{\"attributes\": {");
    for (size_t i = 0; i < count; i++) {
        if (list[i].text != NULL) {
            write_pair(text, &written, list[i].name, list[i].text);
            continue;
        }
        text_print(text, "%s", written++ > 0 ? ", " : "");
        text_print_json(text, list[i].name);
        text_print(text, ": %lld", (long long)list[i].number);
    }
    text_print(text, "},\n\"variables\": [\n");
}

static const char *const type_names[] = {[NETCDF_DOUBLE] = "double",
                                         [NETCDF_FLOAT] = "float",
                                         [NETCDF_INT64] = "int64",
                                         [NETCDF_INT8] = "int8",
                                         [NETCDF_TEXT] = "text"};

static void write_variable(const struct record *record, size_t variable, struct text *text) {
    struct variable_place place = record->variable[variable];
    struct variable_room room;
    struct netcdf_variable found = describe(record, variable, &room);
    int written = 0;
    char meanings[EVENT_MEANINGS_SIZE];
    const char *attribute =
        place.kind == VARIABLE_EVENT ? event_meanings((enum event_column)place.which, meanings) : NULL;
    text_print(text, "%s{\"name\": ", variable > 0 ? ",\n" : "");
    text_print_json(text, found.name);
    text_print(text, ", \"type\": \"%s\", \"dims\": [", type_names[found.type]);
    for (int i = 0; i < found.rank; i++)
        text_print(text, "%s\"%s\"", i > 0 ? ", " : "", axis_name(found.axis[i]));
    text_print(text, "], \"shape\": [");
    for (int i = 0; i < found.rank; i++)
        text_print(text, "%s%zu", i > 0 ? ", " : "", axis_length(record, found.axis[i]));
    text_print(text, "], \"attrs\": {");
    if (found.unit != NULL)
        write_pair(text, &written, "units", found.unit);
    if (found.description != NULL)
        write_pair(text, &written, "long_name", found.description);
    if (place.kind == VARIABLE_DATE)
        write_pair(text, &written, "calendar", "proleptic_gregorian");
    if (attribute != NULL)
        write_pair(text, &written, attribute, meanings);
    text_print(text, "}");
    for (int i = 0; i < found.meaning_count && found.meanings != NULL; i++) {
        text_print(text, i == 0 ? ", \"meanings\": [" : ", ");
        text_print_json(text, found.meanings[i]);
    }
    text_print(text, found.meaning_count > 0 && found.meanings != NULL ? "]}" : "}");
}

void record_describe(const struct record *record, struct text *text) {
    write_attributes(record, text);
    for (size_t variable = 0; variable < record->variables; variable++)
        write_variable(record, variable, text);
    text_print(text, "\n]}\n");
}
