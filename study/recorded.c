#include "study/recorded.h"

#include "agents/register.h"
#include "core/memory.h"
#include "core/text.h"
#include "output/history/history_layout.h"
#include "output/file/hdf5_gate.h"
#include "output/file/read_file.h"
#include "output/file/reason.h"
#include "output/history/source.h"

#include <math.h>
#include <string.h>

enum { WINDOW_BYTES = 64 << 20, WINDOW_MONTHS = 64 };

/* Some months of one column, as the file has them: [month, member, firm]. */
struct window {
    enum field field;
    int members;
    hid_t dataset;
    double *values;
};

struct recorded_file {
    const char *path;
    hid_t file;
    struct window window[FIELD_COUNT];
    size_t windows;
    size_t firms;      /* on the axis of the file */
    size_t came;       /* of them, by the month that was read last */
    long first, count; /* months that the windows hold */
    long room;         /* months that they have room for */
};

/* ---- reading HDF5 ---- */

/* The length of a vector of numbers whose values are there; -1 when there is none. */
static long stored_length(hid_t file, const char *name) {
    struct read_shape shape;
    hid_t dataset = read_open(file, name, READ_NUMBERS, &shape);
    if (dataset < 0)
        return -1;
    int fine = shape.rank == 1 && (shape.values == 0 || read_is_stored(dataset, shape.values));
    H5Dclose(dataset);
    return fine ? (long)shape.length[0] : -1;
}

static int cut_short(const struct recorded_file *file, struct failure *failure) {
    return fail(failure, MATTHEW_READ_FAILED, "%s is not a history of matthew, or it was cut short", file->path);
}

/* ---- the register ---- */

static int read_names(hid_t file, struct firm_register *reg) {
    enum { AT_ONCE = 256 };
    char *names[AT_ONCE];
    hid_t dataset = read_open(file, register_table[REGISTER_name].name, READ_TEXTS, NULL);
    int read = dataset >= 0;
    for (size_t from = 0, count; from < reg->count && read; from += count) {
        count = reg->count - from < AT_ONCE ? reg->count - from : AT_ONCE;
        read = read_texts(dataset, from, count, names);
        for (size_t i = 0; i < count && read; i++) {
            struct register_row *row = &reg->rows[from + i];
            snprintf(row->name, sizeof row->name, "%s", names[i] != NULL ? names[i] : "");
            read_text_free(names[i]);
        }
    }
    if (dataset >= 0)
        H5Dclose(dataset);
    return read;
}

/* Rows must be those of firms 0, 1, ... as they came, with strategies that the scenario has, in months that a race can
 * have. */
static int is_sound(const struct recorded *recorded) {
    const struct firm_register *reg = &recorded->world.reg;
    for (size_t i = 0; i < reg->count; i++) {
        const struct register_row *row = &reg->rows[i];
        if (row->id != (double)i || row->strategy < 0 ||
            row->strategy >= recorded->scenario.members[FAMILY_STRATEGY].count || row->entry_month < 0 ||
            row->entry_month > SCENARIO_MONTHS_MAX || (i > 0 && row->entry_month < reg->rows[i - 1].entry_month) ||
            row->exit_month > SCENARIO_MONTHS_MAX || (int)row->reason < 0 || row->reason > EXIT_ACQUIRED)
            return 0;
    }
    return 1;
}

static int read_register(struct recorded *recorded, struct failure *failure) {
    struct recorded_file *file = recorded->file;
    struct firm_register *reg = &recorded->world.reg;
    long count = stored_length(file->file, register_table[REGISTER_firm].name);
    if (count < 0)
        return cut_short(file, failure);
    int status = register_reserve(reg, (size_t)count, failure);
    double *values = status == MATTHEW_OK ? memory_new((size_t)count, sizeof *values) : NULL;
    if (values == NULL)
        return status != MATTHEW_OK ? status : fail_memory(failure, "a register");
    reg->count = (size_t)count;
    int read = 1;
    for (enum register_column column = 0; column < REGISTER_COLUMNS && read; column++) {
        if (register_table[column].type == REGISTER_TEXT)
            continue;
        read = count == 0 || read_rows_of(file->file, register_table[column].name, 0, reg->count, H5T_NATIVE_DOUBLE,
                                          reg->count, values);
        for (size_t i = 0; i < reg->count && read; i++)
            read = register_put(&reg->rows[i], column, values[i]);
    }
    for (size_t i = 0; i < reg->count; i++)
        reg->rows[i].slot = -1; /* until it comes */
    memory_free(values);
    return read && read_names(file->file, reg) && is_sound(recorded) ? MATTHEW_OK : cut_short(file, failure);
}

/* ---- columns ---- */

/* Names every column that is missing in one failure. */
static int check_columns(const struct recorded_file *file, const enum field *fields, size_t count,
                         struct failure *failure) {
    struct text missing = {0};
    for (size_t i = 0; i < count; i++)
        if (!read_has(file->file, field_table[fields[i]].name))
            text_print(&missing, "%s%s", missing.length > 0 ? "," : "", field_table[fields[i]].name);
    if (missing.length == 0 && !missing.failed)
        return MATTHEW_OK;
    char *names = text_close(&missing);
    if (names == NULL)
        return fail_memory(failure, "names of columns");
    fail(failure, MATTHEW_BAD_ARGUMENT, "%s lacks columns that facts are measured from: %s", file->path, names);
    memory_free(names);
    return MATTHEW_BAD_ARGUMENT;
}

static int check_months(const struct recorded_file *file, long last, struct failure *failure) {
    int64_t *months = memory_new((size_t)last + 1, sizeof *months);
    if (months == NULL)
        return fail_memory(failure, "months");
    size_t count = (size_t)last + 1;
    int read = read_rows_of(file->file, "month", 0, count, H5T_NATIVE_INT64, count, months), whole = 1;
    for (long i = 0; i <= last && read; i++)
        whole &= months[i] == i;
    memory_free(months);
    if (!read)
        return cut_short(file, failure);
    return whole ? MATTHEW_OK
                 : fail(failure, MATTHEW_BAD_ARGUMENT, "%s does not hold every month: record every month", file->path);
}

static int open_windows(struct recorded *recorded, const enum field *fields, size_t count, struct failure *failure) {
    struct recorded_file *file = recorded->file;
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        struct window *window = &file->window[i];
        const char *name = field_table[fields[i]].name;
        int single = field_table[fields[i]].dimension == DIMENSION_FIRM, rank = single ? 2 : 3;
        window->field = fields[i];
        window->members = firms_members(&recorded->world.firms, field_table[fields[i]].dimension);
        struct read_shape shape;
        window->dataset = read_open(file->file, name, READ_NUMBERS, &shape);
        if (window->dataset < 0)
            return cut_short(file, failure);
        file->windows = i + 1;
        if (shape.rank != rank || (long)shape.length[0] <= recorded->last || shape.length[rank - 1] != file->firms ||
            (!single && (int64_t)shape.length[1] != window->members))
            return cut_short(file, failure);
        bytes += (size_t)window->members * file->firms * sizeof(double);
    }
    file->room = bytes > WINDOW_BYTES / WINDOW_MONTHS ? (long)(WINDOW_BYTES / bytes) : WINDOW_MONTHS;
    file->room = file->room < 1 ? 1 : file->room;
    for (size_t i = 0; i < count; i++) {
        struct window *window = &file->window[i];
        window->values = memory_new((size_t)file->room, (size_t)window->members * file->firms * sizeof(double));
        if (window->values == NULL)
            return fail_memory(failure, "recorded months");
    }
    return MATTHEW_OK;
}

static int read_window(const struct recorded_file *file, const struct window *window) {
    size_t values = (size_t)file->count * (size_t)window->members * file->firms;
    return read_rows(window->dataset, (hsize_t)file->first, (hsize_t)file->count, H5T_NATIVE_DOUBLE, values,
                     window->values);
}

/* The first month that shows a firm: it is founded at the end of a month, but for those that begin. */
static long first_month(const struct register_row *row) {
    return row->entry_month > 0 ? row->entry_month + 1 : 0;
}

/* Puts those who live in a month into slots, by rising id. */
static void place_firms(struct recorded *recorded, long month) {
    struct recorded_file *file = recorded->file;
    struct firms *firms = &recorded->world.firms;
    struct register_row *rows = recorded->world.reg.rows;
    size_t kept = 0, before = firms->slots, most = before;
    for (; file->came < file->firms && first_month(&rows[file->came]) <= month; file->came++)
        firms->id[most++] = (double)file->came;
    for (size_t i = 0; i < most; i++) {
        struct register_row *row = &rows[(size_t)firms->id[i]];
        int there = row->exit_month < 0 || row->exit_month >= month;
        row->slot = there ? (long)kept : -1;
        if (there)
            firms->id[kept++] = row->id;
    }
    firms->slots = kept;
}

int recorded_month(struct recorded *recorded, long month, struct failure *failure) {
    struct recorded_file *file = recorded->file;
    struct firms *firms = &recorded->world.firms;
    if (month >= file->first + file->count) {
        long left = recorded->last + 1 - month;
        file->first = month;
        file->count = left < file->room ? left : file->room;
        int read = 1;
        hdf5_enter();
        for (size_t i = 0; i < file->windows && read; i++)
            read = read_window(file, &file->window[i]);
        hdf5_leave();
        if (!read)
            return fail(failure, MATTHEW_READ_FAILED, "cannot read all of %s: %s", file->path, reason());
    }
    place_firms(recorded, month);
    for (size_t i = 0; i < file->windows; i++) {
        const struct window *window = &file->window[i];
        for (int member = 0; member < window->members; member++) {
            size_t row = (size_t)(month - file->first) * (size_t)window->members + (size_t)member;
            const double *from = window->values + row * file->firms;
            double *to = firms_column(firms, window->field, member);
            for (size_t slot = 0; slot < firms->slots; slot++) {
                double value = from[(size_t)firms->id[slot]];
                to[slot] = isnan(value) ? 0.0 : value;
            }
        }
    }
    recorded->world.month = month;
    return MATTHEW_OK;
}

/* ---- opening ---- */

/* Slots for all firms ever: columns that nobody reads take no memory. */
static int open_world(struct recorded *recorded, struct failure *failure) {
    const struct scenario *scenario = &recorded->scenario;
    struct world *world = &recorded->world;
    recorded->file->firms = world->reg.count;
    int status = firms_init(&world->firms, world->reg.count, scenario->members[FAMILY_SEGMENT].count,
                            scenario->members[FAMILY_TIER].count, scenario->members[FAMILY_REGION].count, failure);
    if (status != MATTHEW_OK)
        return status;
    world->scenario = scenario;
    world->parameters = scenario->parameters;
    world->seed = scenario->seed;
    return MATTHEW_OK;
}

static int open_file(struct recorded *recorded, const enum field *fields, size_t field_count, struct failure *failure) {
    struct recorded_file *file = recorded->file;
    double bytes;
    int status = read_file_open(file->path, &file->file, &bytes, failure);
    if (status == MATTHEW_OK)
        status = check_columns(file, fields, field_count, failure);
    if (status == MATTHEW_OK)
        status = check_months(file, recorded->last, failure);
    if (status == MATTHEW_OK)
        status = read_register(recorded, failure);
    if (status == MATTHEW_OK)
        status = open_world(recorded, failure);
    if (status == MATTHEW_OK)
        status = open_windows(recorded, fields, field_count, failure);
    return status;
}

int recorded_open(struct recorded *recorded, const char *path, const enum field *fields, size_t field_count,
                  struct failure *failure) {
    struct history_source source;
    memset(recorded, 0, sizeof *recorded);
    int status = history_source_read(path, &source, failure);
    if (status != MATTHEW_OK)
        return status;
    recorded->last = source.months - 1;
    status = scenario_load_text(&recorded->scenario, path, source.scenario, failure);
    if (status == MATTHEW_OK)
        memcpy(recorded->scenario.name, source.name, sizeof recorded->scenario.name);
    history_source_free(&source);
    if (status == MATTHEW_OK && recorded->last < 0)
        status = fail(failure, MATTHEW_READ_FAILED, "%s holds no month", path);
    if (status == MATTHEW_OK) {
        recorded->file = memory_new(1, sizeof *recorded->file);
        if (recorded->file == NULL)
            status = fail_memory(failure, "a recorded race");
    }
    if (recorded->file != NULL) {
        recorded->file->path = path;
        recorded->file->file = -1;
        hdf5_enter();
        status = open_file(recorded, fields, field_count, failure);
        hdf5_leave();
    }
    if (status != MATTHEW_OK)
        recorded_close(recorded);
    return status;
}

void recorded_close(struct recorded *recorded) {
    struct recorded_file *file = recorded->file;
    hdf5_enter();
    for (size_t i = 0; file != NULL && i < FIELD_COUNT; i++) {
        if (i < file->windows)
            H5Dclose(file->window[i].dataset);
        memory_free(file->window[i].values);
    }
    if (file != NULL && file->file >= 0)
        H5Fclose(file->file);
    hdf5_leave();
    memory_free(file);
    firms_free(&recorded->world.firms);
    register_free(&recorded->world.reg);
    scenario_free(&recorded->scenario);
    memset(recorded, 0, sizeof *recorded);
}
