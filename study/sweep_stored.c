#include "study/sweep_stored.h"

#include "core/memory.h"
#include "output/file/hdf5_gate.h"
#include "output/file/read_file.h"
#include "study/sweep_define.h"
#include "study/sweep_load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* What is read is what was written only when it is told in the same words. */
static int check_words(const struct sweep *sweep, const char *path, const char *recipe, struct failure *failure) {
    if (strcmp(sweep->recipe, recipe) == 0)
        return MATTHEW_OK;
    return fail(failure, MATTHEW_READ_FAILED, "%s: its sweep cannot be read back by this program", path);
}

/* What the file says of its sweep; null where it says nothing. */
struct words {
    char *text, *base, *points, *recipe, *name;
};

static int read_words(const char *path, struct words *words, struct failure *failure) {
    hid_t file = -1;
    double bytes;
    hdf5_enter();
    int status = read_file_open(path, &file, &bytes, failure);
    if (status == MATTHEW_OK) {
        words->text = read_text_attribute(file, "sweep_file");
        words->base = read_text_attribute(file, "sweep_base");
        words->points = H5Aexists(file, "sweep_points") > 0 ? read_text_attribute(file, "sweep_points") : NULL;
        words->recipe = read_text_attribute(file, "sweep_recipe");
        words->name = read_text_attribute(file, "scenario");
        H5Fclose(file);
    }
    hdf5_leave();
    return status;
}

static int load(struct sweep *sweep, const char *path, const struct words *words, struct failure *failure) {
    if (words->text == NULL || words->base == NULL || words->recipe == NULL || words->name == NULL)
        return fail(failure, MATTHEW_READ_FAILED, "%s is no sweep's file, or damaged", path);
    int status = sweep_load_kept(sweep, path, words->text, words->base, words->points, failure);
    if (status != MATTHEW_OK)
        return status;
    snprintf(sweep->base.name, sizeof sweep->base.name, "%s", words->name);
    status = check_words(sweep, path, words->recipe, failure);
    if (status != MATTHEW_OK)
        sweep_free(sweep);
    return status;
}

int sweep_load_stored(struct sweep *sweep, const char *path, struct failure *failure) {
    struct words words = {0};
    memset(sweep, 0, sizeof *sweep);
    int status = read_words(path, &words, failure);
    if (status == MATTHEW_OK)
        status = load(sweep, path, &words, failure);
    read_text_free(words.text);
    read_text_free(words.base);
    read_text_free(words.points);
    read_text_free(words.recipe);
    read_text_free(words.name);
    return status;
}

int sweep_file_open_stored(struct sweep_file *file, const struct sweep *sweep, const char *path,
                           struct failure *failure) {
    char build[SWEEP_BUILD_SIZE];
    *file = (struct sweep_file){.sweep = sweep, .descriptor = -1, .lock = -1, .path = memory_string(path)};
    int status = file->path == NULL ? fail_memory(failure, "a file name") : MATTHEW_OK;
    if (status == MATTHEW_OK)
        status = sweep_locate(sweep, path, sweep_build_text(build), &file->places, failure);
    if (status == MATTHEW_OK && (file->descriptor = open(path, O_RDONLY | O_CLOEXEC)) < 0)
        status = fail(failure, MATTHEW_READ_FAILED, "cannot read %s: %s", path, strerror(errno));
    if (status != MATTHEW_OK)
        sweep_file_close(file);
    return status;
}
