#include "output/history/history_file.h"

#include "core/memory.h"
#include "output/file/read_file.h"

#include <libdeflate.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

int history_tables_init(struct history *history, struct failure *failure) {
    struct events_table *events = &history->events;
    history->reg.buffer = memory_new(REGISTER_ROWS, sizeof *history->reg.buffer);
    int missing = history->reg.buffer == NULL;
    if (history->layout.events) {
        events->rows = memory_new(EVENT_ROWS, sizeof *events->rows);
        events->values = memory_new(EVENT_ROWS, sizeof(double));
        missing |= events->rows == NULL || events->values == NULL;
    }
    return missing ? fail_memory(failure, "the tables of a history") : MATTHEW_OK;
}

void history_tables_free(struct history *history) {
    memory_free(history->reg.buffer);
    memory_free(history->events.rows);
    memory_free(history->events.values);
}

/* What a column is for each kind of event, as an attribute. */
static void put_meanings(struct history *history, enum event_column column) {
    char text[EVENT_MEANINGS_SIZE];
    const char *attribute = event_meanings(column, text);
    if (attribute != NULL)
        netcdf_put_text(&history->netcdf, history->events.column[column], attribute, text);
}

static void define_events(struct history *history) {
    for (enum event_column column = 0; column < EVENT_COLUMNS; column++) {
        struct variable_room room;
        struct netcdf_variable variable = event_variable(column, &history->axes, &room);
        if (column == EVENT_COLUMN_number) {
            history->axes.event = netcdf_add_dimension(&history->netcdf, variable.name, 0, H5S_UNLIMITED, EVENT_ROWS,
                                                       &variable, EVENT_COLUMNS - 1);
            history->events.column[column] = history->netcdf.dimension[history->axes.event].scale;
        } else
            history->events.column[column] = netcdf_add(&history->netcdf, &variable);
    }
    for (enum event_column column = 0; column < EVENT_COLUMNS; column++)
        put_meanings(history, column);
}

/* A chunk of rows that fits an initial population a few times over, without filling small files with emptiness. */
static hsize_t register_chunk(const struct history *history) {
    hsize_t rows = BLOCK;
    while (rows < CHUNK_VALUES && rows < (hsize_t)history->scenario->firms)
        rows *= 2;
    return rows;
}

/* The axis of firms has no list of its users: no reader needs it, and h5netcdf reads the list of an unlimited dimension
 * again for each shape that it is asked for, which with a hundred columns takes ten seconds. */
void history_tables_define(struct history *history) {
    hsize_t chunk = register_chunk(history);
    for (enum register_column column = 0; column < REGISTER_COLUMNS; column++) {
        struct variable_room room;
        struct netcdf_variable variable = register_variable(column, history->scenario, &history->axes, &room);
        if (column == REGISTER_firm) {
            history->axes.firm =
                netcdf_add_dimension(&history->netcdf, variable.name, 0, H5S_UNLIMITED, chunk, &variable, 0);
            history->reg.column[column] = history->netcdf.dimension[history->axes.firm].scale;
        } else
            history->reg.column[column] = netcdf_add(&history->netcdf, &variable);
    }
    if (history->layout.events)
        define_events(history);
}

/* A column of the chunk that is being filled, as it lies in the file; returns the size of a value. */
static size_t gather(const struct events_table *events, enum event_column column) {
    double *numbers = events->values;
    int64_t *wholes = events->values;
    int8_t *codes = events->values;
    enum field_type type = event_column_table[column].type;
    memset(events->values, 0, EVENT_ROWS * sizeof(double));
    for (size_t row = 0; row < events->waiting; row++) {
        double value =
            column == EVENT_COLUMN_number ? (double)(events->full + row) : event_value(&events->rows[row], column);
        if (type == FIELD_FLOAT)
            numbers[row] = value;
        else if (type == FIELD_INT64)
            wholes[row] = (int64_t)value;
        else
            codes[row] = (int8_t)value;
    }
    return type == FIELD_INT8 ? sizeof *codes : sizeof *numbers;
}

static void write_event_chunk(struct history *history, enum event_column column) {
    struct pipeline *pipeline = &history->pipeline;
    struct netcdf *netcdf = &history->netcdf;
    struct events_table *events = &history->events;
    hid_t dataset = events->column[column];
    size_t size = gather(events, column);
    size_t bytes = codec_compress(&pipeline->codec[0], events->values, EVENT_ROWS, size, 0, pipeline->open->arena);
    hsize_t at = events->full;
    hdf5_enter();
    netcdf_extend(netcdf, dataset, at + events->waiting, 0);
    if (!netcdf->broken && H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, &at, bytes, pipeline->open->arena) < 0)
        netcdf_break(netcdf, "events");
    history_leave(history);
}

/* Writes the chunk that is being filled: over what an earlier commit wrote of it. */
void events_commit(struct history *history) {
    if (!history->layout.events || history->events.waiting == 0)
        return;
    for (enum event_column column = 0; column < EVENT_COLUMNS; column++)
        write_event_chunk(history, column);
}

void events_append(struct history *history, const struct events *events) {
    struct events_table *table = &history->events;
    for (size_t i = 0; i < events->count && history->layout.events; i++) {
        const struct event *event = &events->list[i];
        double facts[EVENT_COLUMNS];
        for (enum event_column column = 0; column < EVENT_COLUMNS; column++)
            facts[column] = event_value(event, column);
        history->check = libdeflate_crc32(history->check, facts, sizeof facts);
        table->rows[table->waiting++] = *event;
        if (table->waiting == EVENT_ROWS) {
            events_commit(history);
            table->waiting = 0;
            table->full += EVENT_ROWS;
        }
    }
}

int events_read(const struct events_table *table, hsize_t from, size_t count, struct event *list) {
    enum { AT_ONCE = 256 };
    double values[AT_ONCE];
    int read = 1;
    for (size_t done = 0, step; done < count && read; done += step) {
        step = count - done < AT_ONCE ? count - done : AT_ONCE;
        for (enum event_column column = EVENT_COLUMN_number + 1; column < EVENT_COLUMNS && read; column++) {
            read = read_rows(table->column[column], from + done, step, H5T_NATIVE_DOUBLE, step, values);
            for (size_t i = 0; i < step && read; i++)
                event_put(&list[done + i], column, values[i]);
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
    hdf5_enter();
    for (enum register_column column = 0; column < REGISTER_COLUMNS; column++) {
        int changes = register_table[column].known != KNOWN_ENTRY;
        if (rows > history->reg.written)
            netcdf_extend(&history->netcdf, history->reg.column[column], rows, 0);
        write_register_rows(history, world, rows, column, changes ? 0 : history->reg.written);
    }
    history_leave(history);
    history->reg.written = rows;
}
