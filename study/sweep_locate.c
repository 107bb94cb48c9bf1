#include "study/sweep_locate.h"

#include "core/names.h"
#include "output/file/hdf5_gate.h"
#include "output/file/read_file.h"

#include <string.h>

/* ---- another sweep ---- */

/* Finds the first line in which two texts differ: its number and where it begins in each. 0 when none does. */
static int first_difference(const char *first, const char *second, const char **in_first, const char **in_second) {
    int line = 1;
    *in_first = first;
    *in_second = second;
    for (; *first == *second && *first != '\0'; first++, second++)
        if (*first == '\n') {
            line++;
            *in_first = first + 1;
            *in_second = second + 1;
        }
    return *first == *second ? 0 : line;
}

/* A line, short enough to quote; "nothing" for an empty one. Returns text. */
enum { LINE_SIZE = 80 };
static char *quote(const char *line, char text[LINE_SIZE]) {
    char cut[LINE_SIZE], excerpt[EXCERPT_SIZE];
    size_t length = strcspn(line, "\r\n");
    line += strspn(line, " ");
    length = strcspn(line, "\r\n");
    snprintf(cut, sizeof cut, "%.*s", (int)(length < sizeof cut - 1 ? length : sizeof cut - 1), line);
    if (cut[0] == '\0')
        snprintf(text, LINE_SIZE, "nothing");
    else
        snprintf(text, LINE_SIZE, "`%s`", text_excerpt(cut, excerpt));
    return text;
}

static int fail_changed(const struct sweep *sweep, const char *path, const char *file_text, const char *points,
                        const char *recipe, const char *base, struct failure *failure) {
    const char *old, *new;
    char there[LINE_SIZE], here[LINE_SIZE];
    int line = first_difference(file_text, sweep->document.source, &old, &new);
    const char *name = sweep->document.name;
    if (line == 0 && points != NULL && sweep->table.source != NULL) {
        line = first_difference(points, sweep->table.source, &old, &new);
        name = sweep->table.name;
    }
    if (line > 0 && strcmp(recipe, sweep->recipe) != 0) {
        fail(failure, MATTHEW_BAD_SCENARIO, "%s:%d: %s here, but %s in the sweep that %s holds", name, line,
             quote(new, here), quote(old, there), path);
        failure_place(failure, name, line, 0);
        return MATTHEW_BAD_SCENARIO;
    }
    line = first_difference(base, sweep->base_text, &old, &new);
    if (line == 0)
        line = first_difference(recipe, sweep->recipe, &old, &new);
    return fail(failure, MATTHEW_BAD_SCENARIO, "%s: the base has changed: %s now, but %s in the sweep that %s holds",
                sweep->document.name, quote(new, here), quote(old, there), path);
}

static int compare(const struct sweep *sweep, const char *path, hid_t file, const char *build,
                   struct failure *failure) {
    char *text = read_text_attribute(file, "sweep_file"), *recipe = read_text_attribute(file, "sweep_recipe"),
         *base = read_text_attribute(file, "sweep_base"), *made_by = read_text_attribute(file, "sweep_build"),
         *points = H5Aexists(file, "sweep_points") > 0 ? read_text_attribute(file, "sweep_points") : NULL;
    int status = MATTHEW_OK;
    if (text == NULL || recipe == NULL || base == NULL || made_by == NULL)
        status = fail(failure, MATTHEW_EXISTS, "%s exists already and is no sweep's file: choose another name", path);
    else if (strcmp(recipe, sweep->recipe) != 0 || strcmp(base, sweep->base_text) != 0)
        status = fail_changed(sweep, path, text, points, recipe, base, failure);
    else if (strcmp(made_by, build) != 0)
        status = fail(failure, MATTHEW_EXISTS,
                      "%s was made with another model, compiler or flags (%s), and only those give the same results",
                      path, made_by);
    read_text_free(text);
    read_text_free(recipe);
    read_text_free(base);
    read_text_free(made_by);
    read_text_free(points);
    return status;
}

/* ---- places ---- */

/* The offset of a dataset of so many values of a type that lies in the file as a whole; -1 when it does not. */
static int64_t place_of(hid_t file, const char *name, hid_t type, size_t values) {
    struct read_shape shape;
    int64_t place = -1;
    hid_t dataset = read_open(file, name, READ_NUMBERS, &shape);
    if (dataset < 0)
        return -1;
    hid_t own = H5Dget_type(dataset), properties = H5Dget_create_plist(dataset);
    if (own >= 0 && properties >= 0 && H5Tequal(own, type) > 0 && H5Pget_layout(properties) == H5D_CONTIGUOUS &&
        shape.values == values) {
        haddr_t offset = H5Dget_offset(dataset);
        place = offset == HADDR_UNDEF ? -1 : (int64_t)offset;
    }
    if (own >= 0)
        H5Tclose(own);
    if (properties >= 0)
        H5Pclose(properties);
    H5Dclose(dataset);
    return place;
}

static int find_places(const struct sweep *sweep, const char *path, hid_t file, struct sweep_places *places,
                       struct failure *failure) {
    const char *missing = NULL;
    places->status = place_of(file, "status", H5T_STD_I8LE, sweep->runs);
    places->check = place_of(file, "check", H5T_STD_I64LE, sweep->runs);
    places->months = place_of(file, "months_run", H5T_STD_I64LE, sweep->runs);
    places->wall = read_has(file, "wall_time") ? place_of(file, "wall_time", H5T_IEEE_F64LE, sweep->runs) : 0;
    missing = places->status < 0 ? "status" : places->check < 0 ? "check" : places->months < 0 ? "months_run" : NULL;
    missing = places->wall < 0 ? "wall_time" : missing;
    for (size_t i = 0; i < sweep->outcome_count; i++) {
        const struct outcome *outcome = &sweep->outcome[i];
        places->outcome[i] = place_of(file, outcome->name, H5T_IEEE_F64LE, sweep->runs * outcome->length);
        missing = places->outcome[i] < 0 ? outcome->name : missing;
    }
    if (missing != NULL)
        return fail(failure, MATTHEW_READ_FAILED, "%s cannot be gone on with: `%s` is not as this program writes it",
                    path, missing);
    return MATTHEW_OK;
}

int sweep_locate(const struct sweep *sweep, const char *path, const char *build, struct sweep_places *places,
                 struct failure *failure) {
    hid_t file = -1;
    double bytes;
    hdf5_enter();
    int status = read_file_open(path, &file, &bytes, failure);
    if (status == MATTHEW_OK) {
        status = compare(sweep, path, file, build, failure);
        if (status == MATTHEW_OK)
            status = find_places(sweep, path, file, places, failure);
        H5Fclose(file);
    }
    hdf5_leave();
    return status;
}
