#include "output/history/source.h"

#include "core/build.h"
#include "core/memory.h"
#include "core/scenario.h"
#include "output/file/hdf5_gate.h"
#include "output/file/read_file.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void copy_attribute(hid_t file, const char *name, char *text, size_t size) {
    char *found = read_text_attribute(file, name);
    snprintf(text, size, "%s", found != NULL ? found : "");
    read_text_free(found);
}

static int is_attribute(hid_t file, const char *name, const char *wanted) {
    char *found = read_text_attribute(file, name);
    int same = found != NULL && strcmp(found, wanted) == 0;
    read_text_free(found);
    return same;
}

/* By what define_root writes. */
static int made_by_this_build(hid_t file) {
    char version[128], revision[128];
    snprintf(version, sizeof version, "matthew %s, model %d", build.version, MODEL_VERSION);
    snprintf(revision, sizeof revision, "%s%s, sources %s", build.revision, build.dirty ? "-dirty" : "", build.sources);
    return is_attribute(file, "source", version) && is_attribute(file, "revision", revision) &&
           is_attribute(file, "compiler", build.compiler) && is_attribute(file, "compiler_flags", build.flags);
}

/* Whether a number is in the range that it can have; then it is taken. */
static int take_number(int64_t found, long least, long most, long *value) {
    if (found < least || found > most)
        return 0;
    *value = (long)found;
    return 1;
}

/* A copy of a text, which belongs to this library; null where there is none, or with *starved when memory is short. */
static char *take_text(hid_t file, const char *path, int *starved) {
    char *found = read_text(file, path), *copy = found != NULL ? memory_string(found) : NULL;
    *starved |= found != NULL && copy == NULL;
    read_text_free(found);
    return copy;
}

/* 1 when everything was there. */
static int read_source(hid_t file, struct history_source *source, int *starved) {
    copy_attribute(file, "status", source->status, sizeof source->status);
    copy_attribute(file, "scenario", source->name, sizeof source->name);
    char *precision = read_text(file, "scenario/precision");
    source->single = precision != NULL && strcmp(precision, "single") == 0;
    int has_precision = precision != NULL;
    read_text_free(precision);
    source->scenario = take_text(file, "scenario/text", starved);
    source->record = take_text(file, "scenario/record", starved);
    int64_t every = 0, reproducible = 0, months = 0;
    int has_numbers = read_number(file, "scenario/every", &every) &&
                      take_number(every, 1, SCENARIO_MONTHS_MAX, &source->every) &&
                      read_number(file, "scenario/reproducible", &reproducible) &&
                      read_number_attribute(file, "months_committed", &months) &&
                      take_number(months, 0, SCENARIO_MONTHS_MAX + 1, &source->months);
    source->reproducible = reproducible != 0;
    source->same_build = made_by_this_build(file);
    return source->status[0] != '\0' && source->name[0] != '\0' && has_precision && source->scenario != NULL &&
           source->record != NULL && has_numbers;
}

int history_source_read(const char *path, struct history_source *source, struct failure *failure) {
    memset(source, 0, sizeof *source);
    hid_t file = -1;
    double bytes;
    int whole = 0, is_sweep = 0, starved = 0;
    hdf5_enter();
    int status = read_file_open(path, &file, &bytes, failure);
    if (status == MATTHEW_OK) {
        whole = read_source(file, source, &starved);
        is_sweep = H5Aexists(file, "sweep_recipe") > 0;
        H5Fclose(file);
    }
    hdf5_leave();
    if (status != MATTHEW_OK || whole)
        return status;
    history_source_free(source);
    if (starved)
        return fail_memory(failure, "what a history was made from");
    if (is_sweep)
        return fail(failure, MATTHEW_READ_FAILED, "%s is the file of a sweep: expected the history of one race", path);
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
