#include "output/info.h"

#include "core/memory.h"
#include "output/netcdf.h"
#include "output/read_file.h"

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

/* Names of what was recorded, gathered while walking over the root. */
struct recorded {
    struct history_facts *facts;
    size_t used, room;
    int short_of_memory;
};

static void add_name(struct recorded *recorded, const char *name) {
    size_t length = strlen(name);
    if (recorded->used + length + 3 > recorded->room) {
        size_t room = 2 * recorded->room + length + 1024;
        char *larger = memory_grow(recorded->facts->recorded, recorded->used + 1, room, 1);
        if (larger == NULL) {
            recorded->short_of_memory = 1;
            return;
        }
        recorded->facts->recorded = larger;
        recorded->room = room;
    }
    int more =
        snprintf(recorded->facts->recorded + recorded->used, length + 3, "%s%s", recorded->used > 0 ? ", " : "", name);
    recorded->used += (size_t)more;
}

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
        add_name(recorded, name);
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
    struct recorded recorded = {facts, 0, 0, 0};
    hsize_t from = 0;
    add_name(&recorded, "");
    if (H5Literate(file, H5_INDEX_NAME, H5_ITER_INC, &from, visit, &recorded) < 0)
        return fail(failure, MATTHEW_READ_FAILED, "cannot read %s: it is damaged", path);
    return recorded.short_of_memory ? fail_memory(failure, "the names in a file") : MATTHEW_OK;
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
    memset(facts, 0, sizeof *facts);
}
