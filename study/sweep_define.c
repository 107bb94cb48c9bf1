#include "study/sweep_define.h"

#include "core/build.h"
#include "core/memory.h"
#include "output/file/file_driver.h"
#include "output/history/history.h"
#include "output/file/path.h"
#include "output/file/hdf5_gate.h"
#include "output/file/netcdf.h"
#include "output/file/reason.h"
#include "study/sweep_amounts.h"
#include "study/sweep_columns.h"
#include "study/sweep_design.h"
#include "study/sweep_firms.h"
#include "study/sweep_outcomes.h"
#include "study/sweep_rows.h"
#include "study/sweep_statistics.h"

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
        if (outcome_is_by_strategy(&sweep->outcome[i]) && making->strategy < 0)
            making->strategy = add_strategies(making);
    for (size_t i = 0; i < sweep->factor_count && sweep->design == SWEEP_LIST; i++) {
        add_factor(making, &sweep->factor[i]);
        used += (size_t)snprintf(making->coordinates + used, sizeof making->coordinates - used, "%s%s",
                                 i > 0 ? " " : "", sweep->factor[i].name);
    }
}

/* ---- variables over runs ---- */

/* month, strategy: more axes of the file, -1 for none. */
static hid_t add_over_runs(struct making *making, struct netcdf_variable *variable, int month, int strategy) {
    variable->early = 1;
    variable->rank = making->axis_count;
    memcpy(variable->axis, making->axes, sizeof making->axes);
    if (month >= 0)
        variable->axis[variable->rank++] = month;
    if (strategy >= 0)
        variable->axis[variable->rank++] = strategy;
    hid_t dataset = netcdf_add(&making->netcdf, variable);
    if (making->coordinates[0] != '\0')
        netcdf_put_text(&making->netcdf, dataset, "coordinates", making->coordinates);
    return dataset;
}

static void put_statistic(struct making *making, hid_t dataset, const struct outcome *outcome) {
    const struct statistic_info *info = &statistic_table[outcome->statistic];
    if (info->argument == ARGUMENT_NOTHING)
        netcdf_put_text(&making->netcdf, dataset, "statistic", info->key);
    else
        netcdf_put_text(&making->netcdf, dataset, info->key, outcome_argument(outcome));
}

static void put_register(struct making *making, hid_t dataset, const struct outcome *outcome) {
    char text[80];
    netcdf_put_text(&making->netcdf, dataset, "register", amount_info(outcome->amount).key);
    if (outcome->is_above)
        netcdf_put_text(&making->netcdf, dataset, "above", number_print(outcome->above, text));
    snprintf(text, sizeof text, "[%ld, %ld]", outcome->from, outcome->to);
    if (outcome->is_cohort)
        netcdf_put_text(&making->netcdf, dataset, "entered", text);
    put_statistic(making, dataset, outcome);
}

static void put_column(struct making *making, hid_t dataset, const struct outcome *outcome) {
    const struct sweep *sweep = making->sweep;
    if (outcome->source == SOURCE_FIRM)
        netcdf_put_text(&making->netcdf, dataset, "firm", sweep->base.named[outcome->firm].name);
    netcdf_put_text(&making->netcdf, dataset, "column", field_table[outcome->field].name);
    if (outcome->member >= 0)
        netcdf_put_text(&making->netcdf, dataset, "member", sweep_column_member(sweep, outcome));
    if (outcome->source == SOURCE_FIRMS)
        put_statistic(making, dataset, outcome);
}

static void put_indicator(struct making *making, hid_t dataset, const struct outcome *outcome) {
    const struct indicator_info *info = outcome_info(outcome);
    netcdf_put_text(&making->netcdf, dataset, "indicator", info->name);
    if (outcome->indicator < 0)
        netcdf_put_text(&making->netcdf, dataset, "member",
                        making->sweep->base.members[dimension_family(info->dimension)].name[outcome->member]);
}

/* What an outcome takes, in words, and its unit. */
enum { WHAT_SIZE = 500 };
_Static_assert((int)WHAT_SIZE >= (int)SWEEP_REGISTER_SIZE && (int)WHAT_SIZE >= (int)SWEEP_COLUMN_SIZE &&
                   (int)WHAT_SIZE >= (int)SWEEP_FIRMS_SIZE,
               "descriptions of outcomes");
static const char *what_of(const struct making *making, const struct outcome *outcome, const char **unit,
                           char text[WHAT_SIZE]) {
    switch (outcome->source) {
    case SOURCE_REGISTER:
        *unit = sweep_register_unit(outcome);
        return sweep_register_text(outcome, text);
    case SOURCE_FIRMS:
        *unit = sweep_firms_unit(outcome);
        return sweep_firms_text(making->sweep, outcome, text);
    case SOURCE_FIRM:
        *unit = sweep_column_unit(outcome);
        return sweep_column_text(making->sweep, outcome, text);
    default:
        *unit = outcome_info(outcome)->unit;
        return outcome_info(outcome)->description;
    }
}

/* Which months count. Returns text. */
enum { WHEN_SIZE = 80 };
static char *when_of(const struct outcome *outcome, char text[WHEN_SIZE]) {
    if (outcome->source == SOURCE_REGISTER)
        text[0] = '\0';
    else if (outcome->kind == OUTCOME_AT)
        snprintf(text, WHEN_SIZE, ", in month %ld", outcome->months);
    else if (outcome->kind == OUTCOME_MEAN)
        snprintf(text, WHEN_SIZE, ", mean of the last %ld month%s", outcome->months, outcome->months == 1 ? "" : "s");
    else
        snprintf(text, WHEN_SIZE, "%s", outcome->kind == OUTCOME_SERIES ? ", month by month" : ", in the last month");
    return text;
}

static void add_outcome(struct making *making, const struct outcome *outcome) {
    char what[WHAT_SIZE], when[WHEN_SIZE], description[WHAT_SIZE + WHEN_SIZE];
    const char *unit = "";
    snprintf(description, sizeof description, "%s%s", what_of(making, outcome, &unit, what), when_of(outcome, when));
    struct netcdf_variable variable = {
        .name = outcome->name, .unit = unit, .description = description, .type = NETCDF_DOUBLE, .empty = netcdf_nan()};
    hid_t dataset =
        add_over_runs(making, &variable, outcome->kind == OUTCOME_SERIES ? making->month[outcome->axis] : -1,
                      outcome_is_by_strategy(outcome) ? making->strategy : -1);
    if (outcome->source == SOURCE_REGISTER)
        put_register(making, dataset, outcome);
    else if (outcome->source == SOURCE_INDICATOR)
        put_indicator(making, dataset, outcome);
    else
        put_column(making, dataset, outcome);
    if (dataset >= 0)
        H5Dclose(dataset);
}

static void add_whole(struct making *making, const char *name, const char *unit, const char *description,
                      enum netcdf_type type) {
    struct netcdf_variable variable = {.name = name, .unit = unit, .description = description, .type = type};
    hid_t dataset = add_over_runs(making, &variable, -1, -1);
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
    hid_t dataset = add_over_runs(making, &seed, -1, -1);
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
        hid_t times = add_over_runs(making, &wall, -1, -1);
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
