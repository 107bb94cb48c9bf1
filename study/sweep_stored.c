#include "study/sweep_stored.h"

#include "core/memory.h"
#include "output/file/netcdf.h"
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

static int load(struct sweep *sweep, const char *path, hid_t file, struct failure *failure) {
    char *text = read_text_attribute(file, "sweep_file"), *base = read_text_attribute(file, "sweep_base"),
         *points = H5Aexists(file, "sweep_points") > 0 ? read_text_attribute(file, "sweep_points") : NULL,
         *recipe = read_text_attribute(file, "sweep_recipe"), *name = read_text_attribute(file, "scenario");
    int status = text == NULL || base == NULL || recipe == NULL || name == NULL
                     ? fail(failure, MATTHEW_READ_FAILED, "%s is no sweep's file, or damaged", path)
                     : sweep_load_kept(sweep, path, text, base, points, failure);
    if (status == MATTHEW_OK) {
        snprintf(sweep->base.name, sizeof sweep->base.name, "%s", name);
        status = check_words(sweep, path, recipe, failure);
        if (status != MATTHEW_OK)
            sweep_free(sweep);
    }
    read_text_free(text);
    read_text_free(base);
    read_text_free(points);
    read_text_free(recipe);
    read_text_free(name);
    return status;
}

int sweep_load_stored(struct sweep *sweep, const char *path, struct failure *failure) {
    struct quiet quiet;
    hid_t file = -1;
    double bytes;
    memset(sweep, 0, sizeof *sweep);
    quiet_begin(&quiet);
    int status = read_file_open(path, &file, &bytes, failure);
    if (status == MATTHEW_OK) {
        status = load(sweep, path, file, failure);
        H5Fclose(file);
    }
    quiet_end(&quiet);
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
