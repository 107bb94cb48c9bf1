#include "output/history_file.h"

#include "core/memory.h"
#include "output/read_file.h"

#include <libdeflate.h>
#include <math.h>
#include <string.h>

int history_tables_init(struct history *history, struct failure *failure) {
    struct event_table *events = &history->events;
    history->reg.buffer = memory_new(REGISTER_ROWS, sizeof *history->reg.buffer);
    int missing = history->reg.buffer == NULL;
    if (history->layout.events) {
        events->months = memory_new(EVENT_ROWS, sizeof *events->months);
        events->firms = memory_new(EVENT_ROWS, sizeof *events->firms);
        events->others = memory_new(EVENT_ROWS, sizeof *events->others);
        events->kinds = memory_new(EVENT_ROWS, sizeof *events->kinds);
        events->amounts = memory_new(EVENT_ROWS, sizeof *events->amounts);
        events->numbers = memory_new(EVENT_ROWS, sizeof *events->numbers);
        missing |= events->months == NULL || events->firms == NULL || events->others == NULL || events->kinds == NULL ||
                   events->amounts == NULL || events->numbers == NULL;
    }
    return missing ? fail_memory(failure, "the tables of a history") : MATTHEW_OK;
}

void history_tables_free(struct history *history) {
    memory_free(history->reg.buffer);
    memory_free(history->events.months);
    memory_free(history->events.firms);
    memory_free(history->events.others);
    memory_free(history->events.kinds);
    memory_free(history->events.amounts);
    memory_free(history->events.numbers);
}

static hid_t add_event_column(struct history *history, const char *name, enum netcdf_type type, const char *unit,
                              const char *description) {
    struct netcdf_variable variable = {.name = name,
                                       .unit = unit,
                                       .description = description,
                                       .type = type,
                                       .rank = 1,
                                       .axis = {history->axis_event},
                                       .compressed = 1,
                                       .empty = type == NETCDF_DOUBLE ? netcdf_nan() : 0.0};
    static const char *const kinds[] = {
        "none",
#define EVENT(kind, ...) #kind,
#include "agents/events.def"
#undef EVENT
    };
    if (type == NETCDF_INT8) {
        variable.meanings = kinds;
        variable.meaning_count = sizeof kinds / sizeof *kinds;
    }
    return netcdf_add(&history->netcdf, &variable);
}

/* The codes of events.def must be 1, 2, ... for the list of meanings. */
enum {
#define EVENT(kind, ...) EVENT_PLACE_##kind,
#include "agents/events.def"
#undef EVENT
};
#define EVENT(kind, code, ...) _Static_assert((code) == EVENT_PLACE_##kind + 1, "codes of events.def");
#include "agents/events.def"
#undef EVENT

static void define_events(struct history *history) {
    struct event_table *events = &history->events;
    struct netcdf_variable number = {
        .name = "event", .unit = "1", .description = "number of the event", .type = NETCDF_INT64, .compressed = 1};
    history->axis_event = netcdf_add_dimension(&history->netcdf, "event", 0, H5S_UNLIMITED, EVENT_ROWS, &number, 5);
    events->number = history->netcdf.dimension[history->axis_event].scale;
    events->month = add_event_column(history, "event_month", NETCDF_INT64, "month", "month of the event");
    events->kind = add_event_column(history, "event_kind", NETCDF_INT8, NULL, "what happened");
    events->firm = add_event_column(history, "event_firm", NETCDF_INT64, "1", "id of the firm");
    events->other = add_event_column(history, "event_other", NETCDF_INT64, "1", "id of the other firm, -1 for none");
    events->amount = add_event_column(history, "event_amount", NETCDF_DOUBLE, NULL, "amount, by the kind of event");
    static const char units[] = ""
#define EVENT(kind, code, description, unit) #kind " (" description "): " unit "; "
#include "agents/events.def"
#undef EVENT
        ;
    netcdf_put_text(&history->netcdf, events->amount, "amounts", units);
}

/* A chunk of rows that fits an initial population a few times over, without filling small files with emptiness. */
static hsize_t register_chunk(const struct history *history) {
    hsize_t rows = BLOCK;
    while (rows < CHUNK_VALUES && rows < (hsize_t)history->scenario->firms)
        rows *= 2;
    return rows;
}

static enum netcdf_type register_type(enum register_column column) {
    enum register_type type = register_table[column].type;
    return type == REGISTER_FLOAT   ? NETCDF_DOUBLE
           : type == REGISTER_INT64 ? NETCDF_INT64
           : type == REGISTER_INT8  ? NETCDF_INT8
                                    : NETCDF_TEXT;
}

void history_tables_define(struct history *history) {
    hsize_t chunk = register_chunk(history);
    if (history->layout.events)
        define_events(history);
    for (enum register_column column = 0; column < REGISTER_COLUMNS; column++) {
        const struct register_info *info = &register_table[column];
        const char *names[MEMBERS_MAX];
        int words = register_words(column, history->scenario, names), has_unit = info->type != REGISTER_TEXT;
        struct netcdf_variable variable = {.name = info->name,
                                           .unit = has_unit && info->codes == CODES_NONE ? info->unit : NULL,
                                           .description = info->description,
                                           .type = register_type(column),
                                           .rank = 1,
                                           .axis = {history->axis_register},
                                           .empty = info->type == REGISTER_FLOAT ? netcdf_nan() : 0.0,
                                           .meanings = words > 0 ? names : NULL,
                                           .meaning_count = words};
        if (column == 0) {
            history->axis_register = netcdf_add_dimension(&history->netcdf, info->name, 0, H5S_UNLIMITED, chunk,
                                                          &variable, REGISTER_COLUMNS);
            history->reg.column[column] = history->netcdf.dimension[history->axis_register].scale;
        } else
            history->reg.column[column] = netcdf_add(&history->netcdf, &variable);
    }
}

static void write_event_chunk(struct history *history, hid_t dataset, const void *values, size_t size) {
    struct pipeline *pipeline = &history->pipeline;
    struct netcdf *netcdf = &history->netcdf;
    size_t bytes = codec_compress(&pipeline->codec[0], values, EVENT_ROWS, size, 0, pipeline->open->arena);
    hsize_t at = history->events.full;
    netcdf_extend(netcdf, dataset, at + history->events.waiting, 0);
    if (!netcdf->broken && H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, &at, bytes, pipeline->open->arena) < 0)
        netcdf_break(netcdf, "events");
}

/* Writes the chunk that is being filled: over what an earlier commit wrote of it. */
void events_commit(struct history *history) {
    struct event_table *events = &history->events;
    size_t from = events->waiting, empty = EVENT_ROWS - from;
    if (!history->layout.events || from == 0)
        return;
    for (size_t row = 0; row < EVENT_ROWS; row++)
        events->numbers[row] = row < from ? (int64_t)(events->full + row) : 0;
    memset(events->months + from, 0, empty * sizeof *events->months);
    memset(events->firms + from, 0, empty * sizeof *events->firms);
    memset(events->others + from, 0, empty * sizeof *events->others);
    memset(events->kinds + from, 0, empty * sizeof *events->kinds);
    memset(events->amounts + from, 0, empty * sizeof *events->amounts);
    write_event_chunk(history, events->number, events->numbers, sizeof *events->numbers);
    write_event_chunk(history, events->month, events->months, sizeof *events->months);
    write_event_chunk(history, events->kind, events->kinds, sizeof *events->kinds);
    write_event_chunk(history, events->firm, events->firms, sizeof *events->firms);
    write_event_chunk(history, events->other, events->others, sizeof *events->others);
    write_event_chunk(history, events->amount, events->amounts, sizeof *events->amounts);
}

void events_append(struct history *history, const struct events *events) {
    struct event_table *table = &history->events;
    for (size_t i = 0; i < events->count && history->layout.events; i++) {
        const struct event *event = &events->list[i];
        double facts[] = {(double)event->month, (double)event->kind, event->firm, event->other, event->amount};
        history->check = libdeflate_crc32(history->check, facts, sizeof facts);
        size_t row = table->waiting++;
        table->months[row] = event->month;
        table->kinds[row] = (int8_t)event->kind;
        table->firms[row] = (int64_t)event->firm;
        table->others[row] = (int64_t)event->other;
        table->amounts[row] = event->amount;
        if (table->waiting == EVENT_ROWS) {
            events_commit(history);
            table->waiting = 0;
            table->full += EVENT_ROWS;
        }
    }
}

int events_read(const struct event_table *table, hsize_t from, size_t count, struct event *list) {
    int64_t numbers[256];
    uint8_t kinds[256];
    double amounts[256];
    int read = 1;
    for (size_t done = 0, step; done < count && read; done += step) {
        step = count - done < 256 ? count - done : 256;
        struct event *part = list + done;
        read = read_rows(table->month, from + done, step, H5T_NATIVE_INT64, step, numbers);
        for (size_t i = 0; i < step && read; i++)
            part[i].month = (long)numbers[i];
        read = read && read_rows(table->firm, from + done, step, H5T_NATIVE_INT64, step, numbers);
        for (size_t i = 0; i < step && read; i++)
            part[i].firm = (double)numbers[i];
        read = read && read_rows(table->other, from + done, step, H5T_NATIVE_INT64, step, numbers);
        for (size_t i = 0; i < step && read; i++)
            part[i].other = (double)numbers[i];
        read = read && read_rows(table->kind, from + done, step, H5T_NATIVE_UINT8, step, kinds) &&
               read_rows(table->amount, from + done, step, H5T_NATIVE_DOUBLE, step, amounts);
        for (size_t i = 0; i < step && read; i++) {
            part[i].kind = kinds[i];
            part[i].amount = amounts[i];
        }
    }
    return read;
}

/* One value as the buffer of a column holds it. */
static int64_t register_bits(double value, enum register_type type) {
    int64_t bits;
    if (type != REGISTER_FLOAT)
        return (int64_t)value;
    value = isnan(value) ? netcdf_nan() : value;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void write_register_rows(struct history *history, const struct world *world, size_t rows,
                                enum register_column column, size_t from) {
    const struct firm_register *reg = &world->reg;
    hid_t dataset = history->reg.column[column];
    enum register_type type = register_table[column].type;
    _Static_assert(sizeof(char *) <= sizeof(int64_t), "names share the buffer");
    const char **names = (const char **)history->reg.buffer;
    for (size_t row = from; row < rows; row += REGISTER_ROWS) {
        size_t count = rows - row < REGISTER_ROWS ? rows - row : REGISTER_ROWS;
        for (size_t i = 0; i < count; i++) {
            if (type == REGISTER_TEXT)
                names[i] = reg->rows[row + i].name;
            else
                history->reg.buffer[i] = register_bits(register_value(world, &reg->rows[row + i], column), type);
        }
        hid_t memory = type == REGISTER_TEXT    ? history->netcdf.text
                       : type == REGISTER_FLOAT ? H5T_NATIVE_DOUBLE
                                                : H5T_NATIVE_INT64;
        netcdf_write_rows(&history->netcdf, dataset, memory, row, count, history->reg.buffer);
    }
}

/* New firms in all columns; what changes after founding also for the old ones. */
void register_commit(struct history *history, const struct world *world, size_t rows) {
    for (enum register_column column = 0; column < REGISTER_COLUMNS; column++) {
        int changes = register_table[column].known != KNOWN_ENTRY;
        if (rows > history->reg.written)
            netcdf_extend(&history->netcdf, history->reg.column[column], rows, 0);
        write_register_rows(history, world, rows, column, changes ? 0 : history->reg.written);
    }
    history->reg.written = rows;
}
