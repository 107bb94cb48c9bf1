#include "output/info.h"

#include "core/memory.h"
#include "output/netcdf.h"
#include "output/read_file.h"
#include "output/reason.h"

#include <stdio.h>
#include <string.h>

/* Attributes of the root, as text or number; what is missing leaves the target as it is. */
static void take_text(hid_t object, const char *name, char *target, size_t size) {
    char *text = read_text_attribute(object, name);
    if (text != NULL)
        snprintf(target, size, "%s", text);
    H5free_memory(text);
}

static int64_t take_int64(hid_t object, const char *name, int64_t otherwise) {
    int64_t value = otherwise;
    hid_t attribute = H5Aexists(object, name) > 0 ? H5Aopen(object, name, H5P_DEFAULT) : -1;
    if (attribute >= 0 && H5Aread(attribute, H5T_NATIVE_INT64, &value) < 0)
        value = otherwise;
    H5Aclose(attribute);
    return value;
}

/* The length of a dimension, or -1 when the file has none of that name. */
static long length_of(hid_t file, const char *name) {
    hsize_t length[H5S_MAX_RANK] = {0};
    if (H5Lexists(file, name, H5P_DEFAULT) <= 0)
        return -1;
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(dataset);
    int rank = H5Sget_simple_extent_ndims(space);
    int fine = rank == 1 && H5Sget_simple_extent_dims(space, length, NULL) == 1;
    H5Sclose(space);
    H5Dclose(dataset);
    return fine ? (long)length[0] : -1;
}

/* One value of a vector of whole numbers. */
static int64_t element(hid_t file, const char *name, hsize_t place, int64_t otherwise) {
    int64_t value = otherwise;
    hsize_t one = 1;
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(dataset);
    hid_t memory = H5Screate_simple(1, &one, NULL);
    if (H5Sselect_hyperslab(space, H5S_SELECT_SET, &place, NULL, &one, NULL) < 0 ||
        H5Dread(dataset, H5T_NATIVE_INT64, memory, space, H5P_DEFAULT, &value) < 0)
        value = otherwise;
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(dataset);
    return value;
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

/* Part of a column of the register; text has to be reclaimed. */
static int read_rows(hid_t file, const char *name, hid_t type, hsize_t from, hsize_t count, void *values) {
    if (length_of(file, name) < (long)(from + count))
        return 0;
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(dataset);
    hid_t memory = H5Screate_simple(1, &count, NULL);
    int read = H5Sselect_hyperslab(space, H5S_SELECT_SET, &from, NULL, &count, NULL) >= 0 &&
               H5Dread(dataset, type, memory, space, H5P_DEFAULT, values) >= 0;
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(dataset);
    return read;
}

/* The name of a firm: 1 when it has one. */
static int name_of(hid_t file, hsize_t row, char name[NAME_SIZE]) {
    char *text = NULL;
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    if (!read_rows(file, "register_name", type, row, 1, &text))
        text = NULL;
    snprintf(name, NAME_SIZE, "%s", text != NULL ? text : "");
    H5free_memory(text);
    H5Tclose(type);
    return *name != '\0';
}

/* "Inflection (taken over by Microsoft in month 3)". */
static void describe_named(hid_t file, hsize_t row, const char *name, int64_t left, int64_t buyer, char *text,
                           size_t size) {
    char other[NAME_SIZE];
    if (left < 0)
        snprintf(text, size, "%s", name);
    else if (buyer < 0)
        snprintf(text, size, "%s (wound up in month %lld)", name, (long long)left);
    else if ((hsize_t)buyer != row && name_of(file, (hsize_t)buyer, other))
        snprintf(text, size, "%s (taken over by %s in month %lld)", name, other, (long long)left);
    else
        snprintf(text, size, "%s (taken over by firm %lld in month %lld)", name, (long long)buyer, (long long)left);
}

/* Named firms are the first of the register. 0 when memory is short. */
static int list_named(hid_t file, struct history_facts *facts) {
    struct name_list list = {&facts->named, 0, 0, 0};
    int64_t left[NAMED_AT_ONCE], buyer[NAMED_AT_ONCE];
    for (hsize_t from = 0, count; from < (hsize_t)facts->firms_ever; from += count) {
        count = (hsize_t)facts->firms_ever - from < NAMED_AT_ONCE ? (hsize_t)facts->firms_ever - from : NAMED_AT_ONCE;
        if (!read_rows(file, "register_exit_month", H5T_NATIVE_INT64, from, count, left) ||
            !read_rows(file, "register_acquirer", H5T_NATIVE_INT64, from, count, buyer))
            break;
        for (hsize_t i = 0; i < count; i++) {
            char name[NAME_SIZE], text[3 * NAME_SIZE];
            if (!name_of(file, from + i, name))
                return !list.short_of_memory;
            describe_named(file, from + i, name, left[i], buyer[i], text, sizeof text);
            add_name(&list, text);
        }
    }
    return !list.short_of_memory;
}

/* ---- columns and indicators ---- */

struct recorded {
    struct history_facts *facts;
    struct name_list names;
};

/* Columns have the axes month ... firm, indicators month alone or month and a member; both have units or codes. */
static herr_t visit(hid_t file, const char *name, const H5L_info_t *link, void *context) {
    (void)link;
    struct recorded *recorded = context;
    if (strcmp(name, "month") == 0 || strcmp(name, "date") == 0 || strncmp(name, "event", 5) == 0 ||
        strncmp(name, "register", 8) == 0)
        return 0;
    hid_t object = H5Oopen(file, name, H5P_DEFAULT);
    if (object >= 0 && H5Iget_type(object) == H5I_DATASET && H5Aexists(object, "DIMENSION_LIST") > 0) {
        hsize_t length[H5S_MAX_RANK];
        hid_t space = H5Dget_space(object), type = H5Dget_type(object);
        int rank = H5Sget_simple_extent_dims(space, length, NULL);
        int column = rank >= 2 && recorded->facts->slots > 0 && (long)length[rank - 1] == recorded->facts->slots;
        recorded->facts->columns += column;
        recorded->facts->indicators += !column;
        if (column && H5Tget_class(type) == H5T_FLOAT)
            snprintf(recorded->facts->precision, sizeof recorded->facts->precision, "%s",
                     H5Tget_size(type) == sizeof(float) ? "single" : "double");
        add_name(&recorded->names, name);
        H5Tclose(type);
        H5Sclose(space);
    }
    H5Oclose(object);
    return 0;
}

static int describe(hid_t file, const char *path, struct history_facts *facts, struct failure *failure) {
    char *unit;
    facts->months_recorded = (long)take_int64(file, "months_committed", -1);
    long months = length_of(file, "month"), firms = length_of(file, "firm"), ever = length_of(file, "register");
    if (facts->months_recorded < 0 || months < 0 || ever < 0)
        return fail(failure, MATTHEW_READ_FAILED, "%s is an HDF5 file, but no history of a race", path);
    if (facts->months_recorded > months)
        facts->months_recorded = months;
    facts->slots = firms > 0 ? firms : 0;
    facts->firms_ever = ever;
    facts->events = length_of(file, "event") > 0 ? length_of(file, "event") : 0;
    facts->seed = take_int64(file, "seed", -1);
    facts->last_month =
        facts->months_recorded > 0 ? (long)element(file, "month", (hsize_t)facts->months_recorded - 1, -1) : -1;
    take_text(file, "title", facts->title, sizeof facts->title);
    take_text(file, "scenario", facts->scenario, sizeof facts->scenario);
    take_text(file, "status", facts->status, sizeof facts->status);
    take_text(file, "source", facts->version, sizeof facts->version);
    take_text(file, "revision", facts->revision, sizeof facts->revision);
    take_text(file, "compiler", facts->compiler, sizeof facts->compiler);
    hid_t date = H5Lexists(file, "date", H5P_DEFAULT) > 0 ? H5Dopen2(file, "date", H5P_DEFAULT) : -1;
    unit = date >= 0 ? read_text_attribute(date, "units") : NULL;
    if (unit != NULL && strncmp(unit, "days since ", 11) == 0)
        snprintf(facts->start, sizeof facts->start, "%.15s", unit + 11);
    H5free_memory(unit);
    H5Dclose(date);
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
    struct quiet quiet;
    hid_t file = -1;
    memset(facts, 0, sizeof *facts);
    quiet_begin(&quiet);
    int status = read_file_open(path, &file, &facts->bytes, failure);
    if (status == MATTHEW_OK) {
        status = describe(file, path, facts, failure);
        H5Fclose(file);
    }
    quiet_end(&quiet);
    if (status != MATTHEW_OK)
        history_facts_free(facts);
    return status;
}

void history_facts_free(struct history_facts *facts) {
    memory_free(facts->recorded);
    memory_free(facts->named);
    memset(facts, 0, sizeof *facts);
}
