#include "study/sweep_info.h"

#include "core/memory.h"
#include "output/file/hdf5_gate.h"
#include "output/file/read_file.h"
#include "study/sweep_file.h"

#include <stdio.h>
#include <string.h>

int sweep_is_file(const char *path) {
    hid_t file = -1;
    double bytes;
    int is_sweep = 0;
    if (!read_file_is_hdf5(path))
        return 0;
    hdf5_enter();
    if (read_file_open(path, &file, &bytes, NULL) == MATTHEW_OK) {
        is_sweep = H5Aexists(file, "sweep_recipe") > 0;
        H5Fclose(file);
    }
    hdf5_leave();
    return is_sweep;
}

/* Counts the runs, row by row of the first axis. */
static int count_runs(hid_t file, struct sweep_facts *facts) {
    struct read_shape shape;
    hid_t dataset = read_open(file, "status", READ_NUMBERS, &shape);
    if (dataset < 0)
        return 0;
    int fine = shape.rank >= 2 && shape.length[0] > 0 && shape.values > 0 && read_is_stored(dataset, shape.values);
    size_t row = fine ? shape.values / shape.length[0] : 0;
    int64_t *status = memory_new(row, sizeof *status);
    for (hsize_t i = 0; fine && status != NULL && i < shape.length[0]; i++) {
        fine = read_rows(dataset, i, 1, H5T_NATIVE_INT64, row, status);
        for (size_t j = 0; fine && j < row; j++) {
            facts->done += (size_t)run_is_done((int)status[j]);
            facts->not_needed += status[j] == RUN_NOT_NEEDED;
            facts->failed += status[j] >= RUN_FAILED;
        }
    }
    facts->runs = shape.values;
    fine = fine && status != NULL;
    memory_free(status);
    H5Dclose(dataset);
    return fine;
}

int sweep_describe(const char *path, struct sweep_facts *facts, struct failure *failure) {
    hid_t file = -1;
    memset(facts, 0, sizeof *facts);
    hdf5_enter();
    int status = read_file_open(path, &file, &facts->bytes, failure);
    if (status == MATTHEW_OK) {
        char *recipe = read_text_attribute(file, "sweep_recipe");
        facts->recipe = recipe != NULL ? memory_string(recipe) : NULL;
        read_text_into(file, "scenario", facts->scenario, sizeof facts->scenario);
        read_text_into(file, "source", facts->version, sizeof facts->version);
        read_text_into(file, "revision", facts->revision, sizeof facts->revision);
        if (recipe != NULL && facts->recipe == NULL)
            status = fail_memory(failure, "the text of a sweep");
        else if (recipe == NULL || !count_runs(file, facts))
            status = fail(failure, MATTHEW_READ_FAILED, "%s is no sweep's file, or damaged", path);
        read_text_free(recipe);
        H5Fclose(file);
    }
    hdf5_leave();
    if (status != MATTHEW_OK)
        sweep_facts_free(facts);
    return status;
}

void sweep_facts_free(struct sweep_facts *facts) {
    memory_free(facts->recipe);
    memset(facts, 0, sizeof *facts);
}
