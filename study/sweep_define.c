#include "study/sweep_define.h"

#include "agents/register.h"
#include "core/build.h"
#include "core/memory.h"
#include "output/file/file_driver.h"
#include "output/history/history.h"
#include "output/file/path.h"
#include "output/file/hdf5_gate.h"
#include "output/file/netcdf.h"
#include "output/file/reason.h"
#include "study/sweep_columns.h"
#include "study/sweep_design.h"
#include "study/sweep_outcomes.h"
#include "study/sweep_rows.h"

#include <stdio.h>
#include <string.h>

/* What is being made. */
struct making {
    const struct sweep *sweep;
    struct netcdf netcdf;
    struct file_driver driver;
    int axes[SWEEP_FACTORS_MAX + 1], axis_count; /* of the runs: factors or point, then replicate */
    int month[SWEEP_AXES_MAX], strategy;
    char coordinates[SWEEP_FACTORS_MAX * (SWEEP_NAME_SIZE + 1)]; /* of a list: the factors */
};

/* How many variables may have an axis. */
enum { USERS = SWEEP_OUTCOMES_MAX + SWEEP_FACTORS_MAX + 8 };

char *sweep_build_text(char text[SWEEP_BUILD_SIZE]) {
    snprintf(text, SWEEP_BUILD_SIZE, "model %d, %s, %s", MODEL_VERSION, build.compiler, build.flags);
    return text;
}

static void put_root(struct making *making, int reproducible) {
    struct netcdf *netcdf = &making->netcdf;
    const struct sweep *sweep = making->sweep;
    hid_t root = netcdf->file;
    char text[512], made_by[SWEEP_BUILD_SIZE];
    netcdf_put_text(netcdf, root, "Conventions", "CF-1.8");
    snprintf(text, sizeof text, "matthew %s, model %d", build.version, MODEL_VERSION);
    netcdf_put_text(netcdf, root, "source", text);
    snprintf(text, sizeof text, "%s%s", build.revision, build.dirty ? "-dirty" : "");
    netcdf_put_text(netcdf, root, "revision", text);
    netcdf_put_text(netcdf, root, "sweep_build", sweep_build_text(made_by));
    netcdf_put_text(netcdf, root, "scenario", sweep->base.name);
    netcdf_put_int64(netcdf, root, "seed", (int64_t)sweep->base.seed);
    netcdf_put_text(netcdf, root, "design", sweep_design_word(sweep));
    netcdf_put_text(netcdf, root, "seeds", sweep->independent ? "independent" : "common");
    netcdf_put_int64(netcdf, root, "reproducible", reproducible);
    netcdf_put_text(netcdf, root, "sweep_file", sweep->document.source);
    if (sweep->table.source != NULL)
        netcdf_put_text(netcdf, root, "sweep_points", sweep->table.source);
    netcdf_put_text(netcdf, root, "sweep_recipe", sweep->recipe);
    netcdf_put_text(netcdf, root, "sweep_base", sweep->base_text);
}

/* ---- axes ---- */

static void write_all(struct making *making, hid_t dataset, size_t count, const double *values) {
    netcdf_write_rows(&making->netcdf, dataset, H5T_NATIVE_DOUBLE, 0, count, values);
}

/* 0, 1, 2, ... or the months of an axis, as a coordinate. Returns the axis. */
static int add_numbers(struct making *making, const char *name, const char *unit, const char *description,
                       size_t length, int months_of) {
    struct netcdf_variable variable = {
        .name = name, .unit = unit, .description = description, .type = NETCDF_INT64, .early = 1};
    double *values = memory_new(length, sizeof *values);
    if (values == NULL) {
        netcdf_break(&making->netcdf, name);
        making->netcdf.broken = NETCDF_NO_MEMORY;
        return 0;
    }
    int axis = netcdf_add_dimension(&making->netcdf, name, length, length, length, &variable, USERS);
    for (size_t i = 0; i < length; i++)
        values[i] = months_of < 0 ? (double)i : (double)sweep_month(making->sweep, months_of, i);
    if (!making->netcdf.broken)
        write_all(making, making->netcdf.dimension[axis].scale, length, values);
    memory_free(values);
    return axis;
}

/* The values of a factor: the coordinate of an axis of its own, or a variable over points. */
static void add_factor(struct making *making, const struct factor *factor) {
    static const char *const states[] = {"off", "on"};
    const char *words[MEMBERS_MAX];
    char options[PARAMETER_OPTIONS_SIZE], number[NUMBER_SIZE];
    const struct sweep *sweep = making->sweep;
    const struct parameter_info *info = factor->info;
    struct netcdf *netcdf = &making->netcdf;
    struct netcdf_variable variable = {.name = factor->name,
                                       .unit = info->unit,
                                       .description = info->description,
                                       .type = info->kind == KIND_REAL ? NETCDF_DOUBLE : NETCDF_INT8,
                                       .empty = info->kind == KIND_REAL ? netcdf_nan() : 0.0,
                                       .early = 1};
    hid_t dataset;
    if (info->kind != KIND_REAL) {
        variable.meanings = info->kind == KIND_SWITCH ? states : words;
        variable.meaning_count = info->kind == KIND_SWITCH ? 2 : parameter_options(info, options, words);
    }
    if (sweep->design == SWEEP_GRID) {
        int axis =
            netcdf_add_dimension(netcdf, factor->name, factor->count, factor->count, factor->count, &variable, USERS);
        making->axes[making->axis_count++] = axis;
        dataset = netcdf->broken ? -1 : netcdf->dimension[axis].scale;
    } else {
        variable.rank = 1;
        variable.axis[0] = making->axes[0];
        dataset = netcdf_add(netcdf, &variable);
    }
    netcdf_put_text(netcdf, dataset, "parameter", factor->path);
    if (sweep->compare.of[factor - sweep->factor])
        netcdf_put_text(netcdf, dataset, "compare_with",
                        number_print(sweep->compare.value[factor - sweep->factor], number));
    write_all(making, dataset, factor->count, factor->values);
    if (sweep->design == SWEEP_LIST && dataset >= 0)
        H5Dclose(dataset);
}

static int is_by_strategy(const struct outcome *outcome) {
    return outcome->is_register && outcome->statistic == STATISTIC_BY_STRATEGY;
}

/* The names of strategies, as a coordinate. Returns the axis. */
static int add_strategies(struct making *making) {
    const struct members *members = &making->sweep->base.members[FAMILY_STRATEGY];
    struct netcdf_variable variable = {
        .name = "strategy", .description = "strategy at founding", .type = NETCDF_TEXT, .early = 1};
    const char *names[MEMBERS_MAX];
    hsize_t count = (hsize_t)members->count;
    for (int i = 0; i < members->count; i++)
        names[i] = members->name[i];
    int axis = netcdf_add_dimension(&making->netcdf, variable.name, count, count, count, &variable, USERS);
    if (!making->netcdf.broken)
        netcdf_write_rows(&making->netcdf, making->netcdf.dimension[axis].scale, making->netcdf.text, 0, count, names);
    return axis;
}

static void add_axes(struct making *making) {
    const struct sweep *sweep = making->sweep;
    size_t used = 0;
    if (sweep->design == SWEEP_LIST)
        making->axes[making->axis_count++] =
            add_numbers(making, "point", "1", "place in the list of points", sweep->points, -1);
    else
        for (size_t i = 0; i < sweep->factor_count; i++)
            add_factor(making, &sweep->factor[i]);
    making->axes[making->axis_count++] =
        add_numbers(making, "replicate", "1", "number of the replicate", sweep->replicates, -1);
    for (int i = 0; i < sweep->axis_count; i++)
        making->month[i] =
            add_numbers(making, sweep->axis[i].name, "month", "months since the start", sweep->axis[i].length, i);
    for (size_t i = 0; i < sweep->outcome_count; i++)
        if (is_by_strategy(&sweep->outcome[i]) && making->strategy < 0)
            making->strategy = add_strategies(making);
    for (size_t i = 0; i < sweep->factor_count && sweep->design == SWEEP_LIST; i++) {
        add_factor(making, &sweep->factor[i]);
        used += (size_t)snprintf(making->coordinates + used, sizeof making->coordinates - used, "%s%s",
                                 i > 0 ? " " : "", sweep->factor[i].name);
    }
}

/* ---- variables over runs ---- */

/* last: one more axis of the file, -1 for none. */
static hid_t add_over_runs(struct making *making, struct netcdf_variable *variable, int last) {
    variable->early = 1;
    variable->rank = making->axis_count + (last >= 0);
    memcpy(variable->axis, making->axes, sizeof making->axes);
    if (last >= 0)
        variable->axis[making->axis_count] = last;
    hid_t dataset = netcdf_add(&making->netcdf, variable);
    if (making->coordinates[0] != '\0')
        netcdf_put_text(&making->netcdf, dataset, "coordinates", making->coordinates);
    return dataset;
}

static void put_source(struct making *making, hid_t dataset, const struct outcome *outcome) {
    const struct scenario *base = &making->sweep->base;
    enum dimension dimension =
        outcome->is_column ? field_table[outcome->field].dimension : outcome_info(outcome)->dimension;
    if (outcome->is_column) {
        netcdf_put_text(&making->netcdf, dataset, "firm", base->named[outcome->firm].name);
        netcdf_put_text(&making->netcdf, dataset, "column", field_table[outcome->field].name);
    } else
        netcdf_put_text(&making->netcdf, dataset, "indicator", outcome_info(outcome)->name);
    if (outcome->is_column ? outcome->member >= 0 : outcome->indicator < 0)
        netcdf_put_text(&making->netcdf, dataset, "member",
                        base->members[dimension_family(dimension)].name[outcome->member]);
}

static void add_register(struct making *making, const struct outcome *outcome) {
    static const char *const attributes[] = {NULL, "mean_by", "difference_by"};
    char description[SWEEP_REGISTER_SIZE];
    struct netcdf_variable variable = {.name = outcome->name,
                                       .unit = register_table[outcome->amount].unit,
                                       .description = sweep_register_text(outcome, description),
                                       .type = NETCDF_DOUBLE,
                                       .empty = netcdf_nan()};
    hid_t dataset = add_over_runs(making, &variable, is_by_strategy(outcome) ? making->strategy : -1);
    netcdf_put_text(&making->netcdf, dataset, "register", register_table[outcome->amount].key);
    if (outcome->statistic != STATISTIC_MEAN)
        netcdf_put_text(&making->netcdf, dataset, attributes[outcome->statistic],
                        is_by_strategy(outcome) ? "strategy" : sweep_register_gene(outcome));
    if (dataset >= 0)
        H5Dclose(dataset);
}

static void add_outcome(struct making *making, const struct outcome *outcome) {
    if (outcome->is_register) {
        add_register(making, outcome);
        return;
    }
    char column[SWEEP_COLUMN_SIZE], description[600], when[80] = "in the last month";
    if (outcome->kind == OUTCOME_AT)
        snprintf(when, sizeof when, "in month %ld", outcome->months);
    if (outcome->kind == OUTCOME_MEAN)
        snprintf(when, sizeof when, "mean of the last %ld month%s", outcome->months, outcome->months == 1 ? "" : "s");
    if (outcome->kind == OUTCOME_SERIES)
        snprintf(when, sizeof when, "month by month");
    snprintf(description, sizeof description, "%s, %s",
             outcome->is_column ? sweep_column_text(making->sweep, outcome, column)
                                : outcome_info(outcome)->description,
             when);
    struct netcdf_variable variable = {.name = outcome->name,
                                       .unit = outcome->is_column ? sweep_column_unit(outcome)
                                                                  : outcome_info(outcome)->unit,
                                       .description = description,
                                       .type = NETCDF_DOUBLE,
                                       .empty = netcdf_nan()};
    hid_t dataset =
        add_over_runs(making, &variable, outcome->kind == OUTCOME_SERIES ? making->month[outcome->axis] : -1);
    put_source(making, dataset, outcome);
    if (dataset >= 0)
        H5Dclose(dataset);
}

static void add_whole(struct making *making, const char *name, const char *unit, const char *description,
                      enum netcdf_type type) {
    struct netcdf_variable variable = {.name = name, .unit = unit, .description = description, .type = type};
    hid_t dataset = add_over_runs(making, &variable, -1);
    if (dataset >= 0)
        H5Dclose(dataset);
}

/* The seed of every run, block by block of points. */
static void write_seeds(struct making *making, hid_t dataset) {
    const struct sweep *sweep = making->sweep;
    hsize_t runs = sweep->runs;
    int64_t *seeds = memory_new(sweep->runs, sizeof *seeds);
    hid_t memory = seeds == NULL ? -1 : H5Screate_simple(1, &runs, NULL);
    if (seeds == NULL) {
        netcdf_break(&making->netcdf, "seed");
        making->netcdf.broken = NETCDF_NO_MEMORY;
    }
    for (size_t run = 0; seeds != NULL && run < sweep->runs; run++)
        seeds[run] = (int64_t)sweep_seed(sweep, run);
    if (memory >= 0 && !making->netcdf.broken &&
        H5Dwrite(dataset, H5T_NATIVE_INT64, memory, H5S_ALL, H5P_DEFAULT, seeds) < 0)
        netcdf_break(&making->netcdf, "seed");
    if (memory >= 0)
        H5Sclose(memory);
    memory_free(seeds);
}

/* "0 pending, 1 done, ...; to 16 the status code is added". Returns text. */
enum { STATUS_WORDS_SIZE = 200 };
static char *status_words(char text[STATUS_WORDS_SIZE]) {
    static const struct {
        int number;
        const char *words;
    } table[] = {
#define RUN_STATUS(name, number, words) {number, words},
#include "study/run_status.def"
#undef RUN_STATUS
    };
    size_t used = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        used += (size_t)snprintf(text + used, STATUS_WORDS_SIZE - used, "%d %s, ", table[i].number, table[i].words);
    snprintf(text + used - 2, STATUS_WORDS_SIZE - used + 2, "; the status code is added to %d", RUN_FAILED);
    return text;
}

static void add_variables(struct making *making, int reproducible) {
    const struct sweep *sweep = making->sweep;
    char words[STATUS_WORDS_SIZE];
    struct netcdf_variable seed = {.name = "seed", .unit = "1", .description = "seed of the run", .type = NETCDF_INT64};
    for (size_t i = 0; i < sweep->outcome_count; i++)
        add_outcome(making, &sweep->outcome[i]);
    hid_t dataset = add_over_runs(making, &seed, -1);
    write_seeds(making, dataset);
    if (dataset >= 0)
        H5Dclose(dataset);
    add_whole(making, "months_run", "month", "months that were run", NETCDF_INT64);
    if (!reproducible) {
        struct netcdf_variable wall = {.name = "wall_time",
                                       .unit = "s",
                                       .description = "time that the run took",
                                       .type = NETCDF_DOUBLE,
                                       .empty = netcdf_nan()};
        hid_t times = add_over_runs(making, &wall, -1);
        if (times >= 0)
            H5Dclose(times);
    }
    add_whole(making, "check", "1", "a hash of the run's inputs and values", NETCDF_INT64);
    add_whole(making, "status", "1", status_words(words), NETCDF_INT8);
}

/* ---- the file ---- */

static int create_file(struct making *making, const char *path, const char *part, struct failure *failure) {
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), properties = netcdf_file_properties(), file = -1;
    if (access >= 0 && properties >= 0 && file_driver_use(&making->driver, access) == 0)
        file = H5Fcreate(part, H5F_ACC_EXCL, properties, access);
    if (properties >= 0)
        H5Pclose(properties);
    if (access >= 0)
        H5Pclose(access);
    if (file < 0)
        return fail(failure, MATTHEW_WRITE_FAILED, "cannot create %s: %s", path,
                    making->driver.error != 0 ? strerror(making->driver.error) : reason());
    netcdf_init(&making->netcdf, file);
    return MATTHEW_OK;
}

/* The first thing that went wrong. */
static int judge(const struct making *making, const char *path, struct failure *failure) {
    if (making->driver.error != 0)
        return fail(failure, MATTHEW_WRITE_FAILED, "cannot write %s: %s", path, strerror(making->driver.error));
    if (making->netcdf.broken == NETCDF_NO_MEMORY)
        return fail_memory(failure, "the dimensions of a file");
    if (making->netcdf.broken)
        return fail(failure, MATTHEW_WRITE_FAILED, "cannot write %s: `%s`: %s", path, making->netcdf.what, reason());
    return MATTHEW_OK;
}

/* The whole file, closed. */
static int write_file(struct making *making, const struct sweep_file_options *options, const char *part,
                      struct failure *failure) {
    int status = create_file(making, options->path, part, failure);
    if (status != MATTHEW_OK)
        return status;
    put_root(making, options->reproducible);
    add_axes(making);
    add_variables(making, options->reproducible);
    netcdf_end_definitions(&making->netcdf);
    file_driver_reserve(&making->driver);
    if (!making->netcdf.broken && making->driver.error == 0 && H5Fflush(making->netcdf.file, H5F_SCOPE_LOCAL) < 0)
        netcdf_break(&making->netcdf, "flush");
    netcdf_free(&making->netcdf);
    return judge(making, options->path, failure);
}

static int make(struct making *making, const struct sweep_file_options *options, const struct sweep_filling *filling,
                const char *part, struct failure *failure) {
    hdf5_enter();
    int status = write_file(making, options, part, failure);
    file_driver_free(&making->driver);
    hdf5_leave();
    if (status == MATTHEW_OK && filling != NULL)
        status = filling->fill(filling->context, part, failure);
    if (status != MATTHEW_OK)
        return status;
    struct placement placement = {options->path, part, NULL, options->replace};
    return path_finish(&placement, making->driver.device, making->driver.inode, failure);
}

int sweep_define(const struct sweep *sweep, const struct sweep_file_options *options,
                 const struct sweep_filling *filling, struct failure *failure) {
    struct making *making = memory_new(1, sizeof *making);
    char *part = path_with(options->path, ".new");
    if (making == NULL || part == NULL) {
        memory_free(making);
        memory_free(part);
        return fail_memory(failure, "the file of a sweep");
    }
    making->sweep = sweep;
    making->strategy = -1;
    int status = make(making, options, filling, part, failure);
    if (status != MATTHEW_OK)
        path_remove(part, making->driver.device, making->driver.inode);
    memory_free(making);
    memory_free(part);
    return status;
}
