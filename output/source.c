#include "output/source.h"

#include "core/build.h"
#include "core/memory.h"
#include "output/netcdf.h"
#include "output/read_file.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* A copy of the string that HDF5 read, which is given back to HDF5. */
static char *take_text(hid_t type, hid_t space, char *found) {
    char *copy = found != NULL ? memory_string(found) : NULL;
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, &found);
    return copy;
}

/* The memory type of such a string; -1 when the type in the file is another. */
static hid_t text_type(hid_t in_file) {
    if (in_file < 0 || H5Tget_class(in_file) != H5T_STRING || H5Tis_variable_str(in_file) <= 0)
        return -1;
    return H5Tcopy(in_file);
}

static char *read_dataset_text(hid_t file, const char *name) {
    char *found = NULL, *copy = NULL;
    if (H5Lexists(file, name, H5P_DEFAULT) <= 0)
        return NULL;
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    hid_t in_file = H5Dget_type(dataset), space = H5Dget_space(dataset), type = text_type(in_file);
    if (type >= 0 && H5Sget_simple_extent_npoints(space) == 1 &&
        H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &found) >= 0)
        copy = take_text(type, space, found);
    if (type >= 0)
        H5Tclose(type);
    H5Sclose(space);
    H5Tclose(in_file);
    H5Dclose(dataset);
    return copy;
}

static char *read_attribute_text(hid_t file, const char *name) {
    char *found = NULL, *copy = NULL;
    if (H5Aexists(file, name) <= 0)
        return NULL;
    hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
    hid_t in_file = H5Aget_type(attribute), space = H5Aget_space(attribute), type = text_type(in_file);
    if (type >= 0 && H5Sget_simple_extent_npoints(space) == 1 && H5Aread(attribute, type, &found) >= 0)
        copy = take_text(type, space, found);
    if (type >= 0)
        H5Tclose(type);
    H5Sclose(space);
    H5Tclose(in_file);
    H5Aclose(attribute);
    return copy;
}

static void copy_attribute(hid_t file, const char *name, char *text, size_t size) {
    char *found = read_attribute_text(file, name);
    snprintf(text, size, "%s", found != NULL ? found : "");
    memory_free(found);
}

static int is_attribute(hid_t file, const char *name, const char *wanted) {
    char *found = read_attribute_text(file, name);
    int same = found != NULL && strcmp(found, wanted) == 0;
    memory_free(found);
    return same;
}

/* By what define_root writes. */
static int made_by_this_build(hid_t file) {
    char version[128], revision[128];
    snprintf(version, sizeof version, "matthew %s", build.version);
    snprintf(revision, sizeof revision, "%s%s, sources %s", build.revision, build.dirty ? "-dirty" : "", build.sources);
    return is_attribute(file, "source", version) && is_attribute(file, "revision", revision) &&
           is_attribute(file, "compiler", build.compiler) && is_attribute(file, "compiler_flags", build.flags);
}

static int read_integer(hid_t file, const char *name, long *value) {
    int64_t found = 0;
    if (H5Lexists(file, name, H5P_DEFAULT) <= 0)
        return 0;
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(dataset);
    int read = H5Sget_simple_extent_npoints(space) == 1 &&
               H5Dread(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, &found) >= 0;
    H5Sclose(space);
    H5Dclose(dataset);
    *value = (long)found;
    return read;
}

static int read_months(hid_t file, long *months) {
    int64_t found = 0;
    if (H5Aexists(file, "months_committed") <= 0)
        return 0;
    hid_t attribute = H5Aopen(file, "months_committed", H5P_DEFAULT);
    int read = H5Aread(attribute, H5T_NATIVE_INT64, &found) >= 0;
    H5Aclose(attribute);
    *months = (long)found;
    return read;
}

/* 1 when everything was there. */
static int read_source(hid_t file, struct history_source *source) {
    if (H5Lexists(file, "scenario", H5P_DEFAULT) <= 0)
        return 0;
    copy_attribute(file, "status", source->status, sizeof source->status);
    copy_attribute(file, "scenario", source->name, sizeof source->name);
    char *precision = read_dataset_text(file, "scenario/precision");
    source->single = precision != NULL && strcmp(precision, "single") == 0;
    int has_precision = precision != NULL;
    memory_free(precision);
    source->scenario = read_dataset_text(file, "scenario/text");
    source->record = read_dataset_text(file, "scenario/record");
    long reproducible = 0;
    int has_numbers = read_integer(file, "scenario/every", &source->every) &&
                      read_integer(file, "scenario/reproducible", &reproducible) && read_months(file, &source->months);
    source->reproducible = reproducible != 0;
    source->same_build = made_by_this_build(file);
    return source->status[0] != '\0' && source->name[0] != '\0' && has_precision && source->scenario != NULL &&
           source->record != NULL && has_numbers && source->every >= 1;
}

int history_source_read(const char *path, struct history_source *source, struct failure *failure) {
    memset(source, 0, sizeof *source);
    struct quiet quiet;
    hid_t file = -1;
    double bytes;
    int whole = 0;
    quiet_begin(&quiet);
    int status = read_file_open(path, &file, &bytes, failure);
    if (status == MATTHEW_OK) {
        whole = read_source(file, source);
        H5Fclose(file);
    }
    quiet_end(&quiet);
    if (status != MATTHEW_OK || whole)
        return status;
    history_source_free(source);
    return fail(failure, MATTHEW_READ_FAILED, "%s is not a history of matthew, or it was cut short", path);
}

int history_source_same(const struct history_source *a, const struct history_source *b) {
    return strcmp(a->name, b->name) == 0 && strcmp(a->scenario, b->scenario) == 0 &&
           strcmp(a->record, b->record) == 0 && a->every == b->every && a->single == b->single &&
           a->reproducible == b->reproducible;
}

void history_source_free(struct history_source *source) {
    memory_free(source->scenario);
    memory_free(source->record);
    memset(source, 0, sizeof *source);
}
