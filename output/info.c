#include "output/info.h"

#include "agents/events.h"
#include "agents/register.h"
#include "core/memory.h"
#include "core/scenario.h"
#include "output/file/hdf5_gate.h"
#include "output/file/read_file.h"
#include "output/file/reason.h"

#include <stdio.h>
#include <string.h>

/* An attribute of the root, or `otherwise` where it is missing. */
static int64_t take_int64(hid_t object, const char *name, int64_t otherwise) {
    int64_t value;
    return read_number_attribute(object, name, &value) ? value : otherwise;
}

/* The length of a dimension, or -1 when the file has none of that name. */
static long length_of(hid_t file, const char *name) {
    return read_length(file, name, READ_NUMBERS);
}

/* A list of names that grows; in *text, separated by ", ". */
struct name_list {
    char **text;
    size_t used, room;
    int short_of_memory;
};

static void add_name(struct name_list *list, const char *name) {
    size_t length = strlen(name);
    if (list->used + length + 3 > list->room) {
        size_t room = 2 * list->room + length + 1024;
        char *larger = memory_grow(*list->text, list->used + 1, room, 1);
        if (larger == NULL) {
            list->short_of_memory = 1;
            return;
        }
        *list->text = larger;
        list->room = room;
    }
    int more = snprintf(*list->text + list->used, length + 3, "%s%s", list->used > 0 ? ", " : "", name);
    list->used += (size_t)more;
}

/* ---- named firms ---- */

enum { NAMED_AT_ONCE = 64, NAME_SIZE = 256 };

/* The name of a firm: 1 when it has one. */
static int name_of(hid_t names, hsize_t row, char name[NAME_SIZE]) {
    char *text = NULL;
    if (!read_texts(names, row, 1, &text))
        text = NULL;
    snprintf(name, NAME_SIZE, "%s", text != NULL ? text : "");
    read_text_free(text);
    return *name != '\0';
}

/* "Inflection (taken over by Microsoft in month 3)". */
static void describe_named(hid_t names, hsize_t row, const char *name, int64_t left, int64_t buyer, char *text,
                           size_t size) {
    char other[NAME_SIZE];
    if (left < 0)
        snprintf(text, size, "%s", name);
    else if (buyer < 0)
        snprintf(text, size, "%s (wound up in month %lld)", name, (long long)left);
    else if ((hsize_t)buyer != row && name_of(names, (hsize_t)buyer, other))
        snprintf(text, size, "%s (taken over by %s in month %lld)", name, other, (long long)left);
    else
        snprintf(text, size, "%s (taken over by firm %lld in month %lld)", name, (long long)buyer, (long long)left);
}

/* Named firms are the first of the register. 0 when memory is short. */
static int list_named(hid_t file, struct history_facts *facts) {
    struct name_list list = {&facts->named, 0, 0, 0};
    hid_t names = read_open(file, register_table[REGISTER_name].name, READ_TEXTS, NULL);
    hsize_t most = facts->firms_ever < SCENARIO_NAMED_MAX ? (hsize_t)facts->firms_ever : SCENARIO_NAMED_MAX;
    int64_t left[NAMED_AT_ONCE], buyer[NAMED_AT_ONCE];
    int more = names >= 0;
    for (hsize_t from = 0, count; from < most && more; from += count) {
        count = most - from < NAMED_AT_ONCE ? most - from : NAMED_AT_ONCE;
        more =
            read_rows_of(file, register_table[REGISTER_exit_month].name, from, count, H5T_NATIVE_INT64, count, left) &&
            read_rows_of(file, register_table[REGISTER_acquirer].name, from, count, H5T_NATIVE_INT64, count, buyer);
        for (hsize_t i = 0; i < count && more; i++) {
            char name[NAME_SIZE], text[3 * NAME_SIZE];
            more = name_of(names, from + i, name);
            if (!more)
                break;
            describe_named(names, from + i, name, left[i], buyer[i], text, sizeof text);
            add_name(&list, text);
        }
    }
    if (names >= 0)
        H5Dclose(names);
    return !list.short_of_memory;
}

/* ---- columns and indicators ---- */

struct recorded {
    struct history_facts *facts;
    struct name_list names;
};

/* Variables of the tables of firms and events. */
static int is_of_table(const char *name) {
    for (int column = 0; column < REGISTER_COLUMNS; column++)
        if (strcmp(name, register_table[column].name) == 0)
            return 1;
    for (int column = 0; column < EVENT_COLUMNS; column++)
        if (strcmp(name, event_column_table[column].name) == 0)
            return 1;
    return 0;
}

static int is_column(const char *name) {
    for (int field = 0; field < FIELD_COUNT; field++)
        if (strcmp(name, field_table[field].name) == 0)
            return 1;
    return 0;
}

/* Single when any column is: counts always have double precision. */
static void note_precision(struct history_facts *facts, size_t size) {
    if (size == sizeof(float) || *facts->precision == '\0')
        snprintf(facts->precision, sizeof facts->precision, "%s", size == sizeof(float) ? "single" : "double");
}

/* Columns have the axes month ... firm, indicators month alone or month and a member; both have units or codes. */
static herr_t visit(hid_t file, const char *name, const H5L_info_t *link, void *context) {
    struct recorded *recorded = context;
    struct read_shape shape;
    if (link->type != H5L_TYPE_HARD || strcmp(name, "month") == 0 || strcmp(name, "date") == 0 || is_of_table(name))
        return 0;
    hid_t dataset = read_open(file, name, READ_NUMBERS, &shape);
    if (dataset < 0)
        return 0;
    if (H5Aexists(dataset, "DIMENSION_LIST") > 0) {
        hid_t type = H5Dget_type(dataset);
        int column = is_column(name);
        recorded->facts->columns += column;
        recorded->facts->indicators += !column;
        if (column && H5Tget_class(type) == H5T_FLOAT)
            note_precision(recorded->facts, H5Tget_size(type));
        add_name(&recorded->names, name);
        H5Tclose(type);
    }
    H5Dclose(dataset);
    return 0;
}

/* When month 0 is: "days since 2024-01-01". */
static void take_start(hid_t file, struct history_facts *facts) {
    hid_t date = read_open(file, "date", READ_NUMBERS, NULL);
    char *unit = date >= 0 ? read_text_attribute(date, "units") : NULL;
    if (unit != NULL && strncmp(unit, "days since ", 11) == 0)
        snprintf(facts->start, sizeof facts->start, "%.15s", unit + 11);
    read_text_free(unit);
    if (date >= 0)
        H5Dclose(date);
}

static int describe(hid_t file, const char *path, struct history_facts *facts, struct failure *failure) {
    facts->months_recorded = (long)take_int64(file, "months_committed", -1);
    long months = length_of(file, "month"), ever = length_of(file, register_table[REGISTER_firm].name);
    if (facts->months_recorded < 0 || months < 0 || ever < 0)
        return fail(failure, MATTHEW_READ_FAILED, "%s is an HDF5 file, but no history of a race", path);
    if (facts->months_recorded > months)
        facts->months_recorded = months;
    facts->firms_ever = ever;
    facts->events = length_of(file, event_column_table[EVENT_COLUMN_number].name) > 0
                        ? length_of(file, event_column_table[EVENT_COLUMN_number].name)
                        : 0;
    facts->seed = take_int64(file, "seed", -1);
    int64_t last;
    facts->last_month = facts->months_recorded > 0 && read_rows_of(file, "month", (hsize_t)facts->months_recorded - 1,
                                                                   1, H5T_NATIVE_INT64, 1, &last)
                            ? (long)last
                            : -1;
    read_text_into(file, "title", facts->title, sizeof facts->title);
    read_text_into(file, "scenario", facts->scenario, sizeof facts->scenario);
    read_text_into(file, "status", facts->status, sizeof facts->status);
    read_text_into(file, "source", facts->version, sizeof facts->version);
    read_text_into(file, "revision", facts->revision, sizeof facts->revision);
    read_text_into(file, "compiler", facts->compiler, sizeof facts->compiler);
    take_start(file, facts);
    struct recorded recorded = {facts, {&facts->recorded, 0, 0, 0}};
    hsize_t from = 0;
    add_name(&recorded.names, "");
    reason_forget();
    if (H5Literate(file, H5_INDEX_NAME, H5_ITER_INC, &from, visit, &recorded) < 0)
        return fail(failure, MATTHEW_READ_FAILED, "cannot read all of %s: %s", path, reason());
    return recorded.names.short_of_memory || !list_named(file, facts) ? fail_memory(failure, "the names in a file")
                                                                      : MATTHEW_OK;
}

int history_describe(const char *path, struct history_facts *facts, struct failure *failure) {
    hid_t file = -1;
    memset(facts, 0, sizeof *facts);
    hdf5_enter();
    int status = read_file_open(path, &file, &facts->bytes, failure);
    if (status == MATTHEW_OK) {
        status = describe(file, path, facts, failure);
        H5Fclose(file);
    }
    hdf5_leave();
    if (status != MATTHEW_OK)
        history_facts_free(facts);
    return status;
}

void history_facts_free(struct history_facts *facts) {
    memory_free(facts->recorded);
    memory_free(facts->named);
    memset(facts, 0, sizeof *facts);
}
