#include "output/history/history_file.h"

#include "core/memory.h"
#include "output/file/path.h"
#include "output/history/recording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *record_of(const struct history_options *options) {
    return options->record != NULL ? options->record : recording_options[RECORDING_record].otherwise;
}

static int check_options(const struct history_options *options, struct failure *failure) {
    if (options->path == NULL)
        return fail(failure, MATTHEW_BAD_ARGUMENT, "a history needs the name of a file");
    const struct recording_option_info *every = &recording_options[RECORDING_every];
    if (options->every < every->least || options->every > every->most)
        return fail(failure, MATTHEW_BAD_ARGUMENT, "every: expected %ld to %ld months, found %ld", every->least,
                    every->most, options->every);
    return MATTHEW_OK;
}

/* Everything in memory that a history needs; nothing outside is touched. */
static int prepare(struct history *history, const struct history_options *options, struct failure *failure) {
    int status = layout_choose(&history->layout, record_of(options), failure);
    if (status != MATTHEW_OK)
        return status;
    layout_shape(&history->layout, history->scenario, history->every, options->single);
    history->path = memory_string(options->path);
    history->part = path_with(options->path, options->earlier != NULL ? ".part.new" : ".part");
    history->earlier = options->earlier != NULL ? memory_string(options->earlier) : NULL;
    history->command = memory_string(options->command != NULL ? options->command : "");
    history->record = memory_string(record_of(options));
    if (history->path == NULL || history->part == NULL || history->command == NULL || history->record == NULL ||
        (history->earlier == NULL) != (options->earlier == NULL))
        return fail_memory(failure, "a file name");
    status = history_tables_init(history, failure);
    if (status == MATTHEW_OK)
        status = history_slab_init(history, failure);
    history->gauge = options->gauge != NULL ? options->gauge : &history->own_gauge;
    if (status == MATTHEW_OK && options->gauge == NULL)
        status = gauge_init(&history->own_gauge, (size_t)history->scenario->firms, failure);
    return status;
}

/* What HDF5 knows of the file's inside stays in memory between commits, instead of going to the disk in pieces when
 * room is short: a kill between two commits then finds the inside as the last one left it. */
static int hold_inside(hid_t access) {
    H5AC_cache_config_t cache = {.version = H5AC__CURR_CACHE_CONFIG_VERSION};
    if (H5Pget_mdc_config(access, &cache) < 0)
        return -1;
    cache.incr_mode = H5C_incr__off;
    cache.flash_incr_mode = H5C_flash_incr__off;
    cache.decr_mode = H5C_decr__off;
    cache.evictions_enabled = 0;
    return H5Pset_mdc_config(access, &cache);
}

/* Opens PATH.part, or what stands for it. */
static int create_file(struct history *history, struct failure *failure) {
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), properties = netcdf_file_properties();
    hid_t file = -1;
    history->driver.mode = path_mode(history->earlier != NULL ? history->earlier : history->path);
    if (access >= 0 && properties >= 0 && file_driver_use(&history->driver, access) == 0 && hold_inside(access) >= 0)
        file = H5Fcreate(history->part, H5F_ACC_EXCL, properties, access);
    if (properties >= 0)
        H5Pclose(properties);
    if (access >= 0)
        H5Pclose(access);
    if (file < 0) {
        path_remove(history->part, history->driver.device, history->driver.inode);
        return fail(failure, MATTHEW_WRITE_FAILED, "cannot create %s: %s", history->part,
                    history->driver.error != 0 ? strerror(history->driver.error) : reason());
    }
    netcdf_init(&history->netcdf, file);
    return MATTHEW_OK;
}

/* Closes and frees everything; the file keeps its name. */
static void history_free(struct history *history) {
    hdf5_enter();
    netcdf_free(&history->netcdf);
    file_driver_free(&history->driver);
    hdf5_leave();
    history_tables_free(history);
    history_slab_free(history);
    gauge_free(&history->own_gauge);
    memory_free(history->path);
    memory_free(history->part);
    memory_free(history->command);
    memory_free(history->record);
    memory_free(history->earlier);
    memory_free(history);
}

static int begin_file(struct history *history, const struct scenario *scenario, struct failure *failure) {
    struct placement placement = {history->path, history->part, history->earlier, history->force};
    int status = path_check(&placement, layout_least_bytes(&history->layout, scenario), failure);
    if (status != MATTHEW_OK)
        return status;
    char *text = scenario_text(scenario), *warnings = scenario_warnings_text(scenario);
    if (text == NULL || warnings == NULL)
        status = fail_memory(failure, "the scenario's text");
    if (status == MATTHEW_OK) {
        hdf5_enter();
        status = create_file(history, failure);
        if (status == MATTHEW_OK)
            history_define(history, text, warnings);
        history_leave(history);
    }
    if (status == MATTHEW_OK) {
        history_flush(history);
        status = history_status(history, failure);
        if (status != MATTHEW_OK)
            path_remove(history->part, history->driver.device, history->driver.inode);
    }
    memory_free(text);
    memory_free(warnings);
    return status;
}

int history_open(struct history **result, const struct scenario *scenario, const struct history_options *options,
                 struct failure *failure) {
    *result = NULL;
    int status = check_options(options, failure);
    if (status != MATTHEW_OK)
        return status;
    struct history *history = memory_new(1, sizeof *history);
    if (history == NULL)
        return fail_memory(failure, "a history");
    history->scenario = scenario;
    history->every = options->every;
    history->reproducible = options->reproducible;
    history->force = options->force;
    history->single = options->single;
    history->earlier_months = options->earlier_months;
    history->threads = 1;
    history->last_month = -1;
    clock_gettime(CLOCK_MONOTONIC, &history->began);
    status = prepare(history, options, failure);
    if (status == MATTHEW_OK)
        status = begin_file(history, scenario, failure);
    if (status == MATTHEW_OK)
        *result = history;
    else
        history_free(history);
    return status;
}

/* The last words of a file whose months are all in. */
static void end_file(struct history *history) {
    int complete = history->last_month == history->scenario->months;
    hdf5_enter();
    netcdf_change_text(&history->netcdf, history->netcdf.file, "status", complete ? "complete" : "interrupted");
    if (!history->reproducible)
        history_put_run_info(history);
    history_flush(history);
    netcdf_free(&history->netcdf);
    history_leave(history);
}

int history_falls_short(const struct history *history) {
    return history->earlier != NULL && (long)history->committed < history->earlier_months;
}

/* Of a file that was held, and whose run failed. */
static int is_left(const struct history *history) {
    return history->hold && (history->earlier == NULL || (long)history->committed > history->earlier_months);
}

void history_hold(struct history *history) {
    history->hold = 1;
}

void history_on_full_disk(struct history *history, int (*make_room)(void *context), void *context) {
    history->driver.make_room = make_room;
    history->driver.room_context = context;
}

int history_close(struct history *history, int run_status, struct failure *failure) {
    if (history == NULL)
        return MATTHEW_OK;
    int wanted = run_status == MATTHEW_OK || (run_status == MATTHEW_STOPPED && !history_falls_short(history));
    int status = wanted ? history_status(history, failure) : MATTHEW_OK, finished = 0;
    if (wanted && status == MATTHEW_OK) {
        end_file(history);
        status = history_status(history, failure);
        if (status == MATTHEW_OK) {
            struct placement placement = {history->path, history->part, history->earlier, history->force};
            status = path_finish(&placement, history->driver.device, history->driver.inode, failure);
            finished = 1; /* whole, under one name or the other */
        }
    }
    int failed = wanted || (run_status != MATTHEW_OK && run_status != MATTHEW_STOPPED);
    if (!finished && !(failed && is_left(history)))
        path_remove(history->part, history->driver.device, history->driver.inode);
    history_free(history);
    return status;
}
