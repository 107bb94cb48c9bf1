/* Sweeps: the design, names, seeds, keys and values of steps, and races that fail. */
#include "study/sweep_factors.h"
#include "study/sweep_load.h"
#include "study/sweep_names.h"
#include "study/sweep_run.h"

#include "core/memory.h"
#include "support/scratch.h"

#include <math.h>

static struct sweep sweep, other;

/* A sweep whose file says this. */
static int load_into(struct sweep *target, const char *text, struct failure *failure) {
    char folder[SCRATCH_SIZE], path[SCRATCH_SIZE + 16];
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/s.yaml", folder);
    FILE *file = fopen(path, "w");
    cr_assert(file != NULL, "%s", path);
    fputs(text, file);
    fclose(file);
    int status = sweep_load(target, path, failure);
    scratch_close(folder);
    return status;
}

static void load(struct sweep *target, const char *text) {
    struct failure failure = {0};
    cr_assert(load_into(target, text, &failure) == MATTHEW_OK, "%s", failure.text);
}

#define HEAD "base: frontier-race\nfirms: 100\nmonths: 3\nreplicates: 3\n"
#define END "outcomes: {hhi: {indicator: revenue_hhi, final}}\n"

/* ---- values of steps ---- */

Test(sweep, steps_are_the_decimals_that_people_write) {
    struct {
        double from, to;
        size_t n, i;
        double value;
    } rows[] = {{0, 3, 7, 1, 0.5},          {0, 1, 11, 3, 0.3},          {0, 1, 11, 7, 0.7},
                {-0.3, 0.3, 7, 3, 0},       {1, 0, 11, 9, 0.1},          {0, 6, 3, 1, 3},
                {1e9, 2e9, 5, 1, 1.25e9},   {1e-9, 2e-9, 11, 3, 1.3e-9}, {0, 1, 4, 1, 0.333333333333},
                {1e20, 2e20, 3, 1, 1.5e20}, {0.1, 0.2, 2, 1, 0.2},       {-3, 3, 60001, 30001, 0.0001},
                {-3, 3, 61, 31, 0.1}};
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        double value = sweep_step(rows[r].from, rows[r].to, rows[r].i, rows[r].n);
        cr_assert(value == rows[r].value && !signbit(value) == !signbit(rows[r].value),
                  "row %zu: %.17g in place of %.17g", r, value, rows[r].value);
    }
}

/* ---- names ---- */

static void expect_names(const char *factors, const char *names) {
    char text[2000], found[1000] = "";
    snprintf(text, sizeof text, HEAD "factors: {%s}\n" END, factors);
    load(&sweep, text);
    for (size_t i = 0, used = 0; i < sweep.factor_count; i++)
        used += (size_t)snprintf(found + used, sizeof found - used, "%s%s", i > 0 ? " " : "", sweep.factor[i].name);
    cr_assert(strcmp(found, names) == 0, "{%s} is called `%s`, not `%s`", factors, found, names);
    sweep_free(&sweep);
}

Test(sweep, factors_are_called_by_the_end_of_their_paths) {
    expect_names("capital.pool: [4000]", "pool");
    expect_names("customers.*.lock_in: [0]", "lock_in");
    expect_names("customers.consumer.lock_in: [0], customers.enterprise.lock_in: [0]",
                 "consumer_lock_in enterprise_lock_in");
    expect_names("capital.enabled: [on], talent.enabled: [on]", "capital_enabled talent_enabled");
    expect_names("customers.consumer.lock_in: {values: [0], name: hhi_2}, customers.enterprise.lock_in: [0]",
                 "hhi_2 lock_in");
    expect_names("customers.consumer.lock_in: {values: [0], name: lock_in}, customers.enterprise.lock_in: [0]",
                 "lock_in enterprise_lock_in");
}

Test(sweep, names_are_fit_for_programs) {
    const char *fit[] = {"a", "_a", "hhi_2", "A9"}, *unfit[] = {"", "2a", "a-b", "a.b", "a b", "h\xc3\xa4"};
    for (size_t i = 0; i < sizeof fit / sizeof *fit; i++)
        cr_assert(sweep_name_is_fit(fit[i]), "%s", fit[i]);
    for (size_t i = 0; i < sizeof unfit / sizeof *unfit; i++)
        cr_assert(!sweep_name_is_fit(unfit[i]), "%s", unfit[i]);
    cr_assert(sweep_name_is_taken("replicate") && sweep_name_is_taken("month_every_12") && !sweep_name_is_taken("hhi"));
}

/* ---- points, seeds, keys ---- */

Test(sweep, a_grid_has_all_combinations_the_last_factor_fastest) {
    char text[SWEEP_POINT_SIZE];
    const char *points[] = {"pool=1, lock_in=0", "pool=1, lock_in=1", "pool=1, lock_in=2",
                            "pool=2, lock_in=0", "pool=2, lock_in=1", "pool=2, lock_in=2"};
    load(&sweep, HEAD "factors: {capital.pool: [1, 2], customers.*.lock_in: {from: 0, to: 2, steps: 3}}\n" END);
    cr_assert(sweep.points == 6 && sweep.runs == 18, "%zu points, %zu runs", sweep.points, sweep.runs);
    for (size_t i = 0; i < 6; i++)
        cr_assert(strcmp(sweep_point_text(&sweep, i, text), points[i]) == 0, "point %zu is `%s`", i, text);
    struct scenario scenario;
    struct failure failure;
    cr_assert(sweep_scenario(&sweep, 5 * 3, &scenario, &failure) == MATTHEW_OK);
    cr_assert(scenario.parameters.capital_pool == 2 && scenario.parameters.customers_lock_in[0] == 2 &&
              scenario.parameters.customers_lock_in[1] == 2);
    sweep_scenario_end(&sweep, &scenario);
    sweep_free(&sweep);
}

Test(sweep, a_list_has_one_point_for_each_place) {
    char text[SWEEP_POINT_SIZE];
    load(&sweep, HEAD "design: list\nfactors: {capital.pool: [1, 2, 2], customers.*.lock_in: [0, 1, 0]}\n" END);
    cr_assert(sweep.points == 3 && sweep.runs == 9, "%zu points, %zu runs", sweep.points, sweep.runs);
    cr_assert(strcmp(sweep_point_text(&sweep, 2, text), "pool=2, lock_in=0") == 0, "%s", text);
    sweep_free(&sweep);
}

Test(sweep, common_seeds_depend_on_the_replicate_alone) {
    load(&sweep, HEAD "factors: {capital.pool: [1, 2]}\n" END);
    for (size_t j = 0; j < 3; j++)
        cr_assert(sweep_seed(&sweep, j) == sweep_seed(&sweep, 3 + j), "replicate %zu", j);
    cr_assert(sweep_seed(&sweep, 0) != sweep_seed(&sweep, 1));
    sweep_free(&sweep);
}

/* The place of a point, and of a factor, changes no seed and no key. */
Test(sweep, independent_seeds_and_keys_go_by_values) {
    load(&sweep, HEAD "seeds: independent\nfactors: {capital.pool: [1, 2], customers.*.lock_in: [0, 1]}\n" END);
    load(&other, HEAD "seeds: independent\nfactors: {customers.*.lock_in: [1, 0.5, 0], capital.pool: [3, 2, 1]}\n" END);
    for (size_t a = 0; a < sweep.points; a++)
        for (size_t b = 0; b < other.points; b++)
            for (size_t j = 0; j < 3; j++) {
                size_t one = a * 3 + j, two = b * 3 + j;
                double pool = sweep.factor[0].values[sweep_level(&sweep, a, 0)],
                       lock = sweep.factor[1].values[sweep_level(&sweep, a, 1)];
                int same = pool == other.factor[1].values[sweep_level(&other, b, 1)] &&
                           lock == other.factor[0].values[sweep_level(&other, b, 0)];
                cr_assert((sweep_seed(&sweep, one) == sweep_seed(&other, two)) == same, "points %zu and %zu", a, b);
                cr_assert((sweep_run_key(&sweep, one) == sweep_run_key(&other, two)) == same, "points %zu and %zu", a,
                          b);
            }
    sweep_free(&sweep);
    sweep_free(&other);
}

/* ---- races that fail ---- */

static void count(void *context, const struct sweep_tally *tally) {
    (void)tally;
    ++*(int *)context;
}

/* Memory runs short in one race: it is recorded as failed and the others go on; then it is run again. */
Test(sweep, a_race_that_fails_leaves_the_others_alone) {
    char folder[SCRATCH_SIZE], path[SCRATCH_SIZE + 16], log[SCRATCH_SIZE + 24];
    struct failure failure = {0};
    struct sweep_file file;
    struct sweep_tally tally;
    int told = 0;
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/s.h5", folder);
    snprintf(log, sizeof log, "%s.log", path);
    load(&sweep, HEAD "factors: {capital.pool: [1, 2]}\n" END);
    struct sweep_file_options options = {.path = path, .reproducible = 1};
    struct sweep_run_options how = {.threads = 1, .told = count, .context = &told};
    cr_assert(sweep_file_open(&file, &sweep, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    memory_fail_at(40); /* in the first race */
    int status = sweep_run(&file, &how, &tally, &failure);
    memory_fail_at(0);
    cr_assert(status == MATTHEW_OK, "%s", failure.text);
    cr_assert(tally.failed == 1 && tally.done == 5 && told == 6, "%zu failed, %zu done, %d told", tally.failed,
              tally.done, told);
    cr_assert(strncmp(tally.trouble, "pool=1, replicate 0, seed ", 26) == 0, "%s", tally.trouble);
    cr_assert(access(log, R_OK) == 0, "there is no log");
    double value[1];
    cr_assert(sweep_file_read(&file, 0, value, &status, &failure) == MATTHEW_OK);
    cr_assert(status == RUN_FAILED + MATTHEW_NO_MEMORY && isnan(value[0]), "status %d, value %g", status, value[0]);
    cr_assert(sweep_run(&file, &how, &tally, &failure) == MATTHEW_OK && tally.failed == 1 && told == 6,
              "a failed run was run again");
    how.retry_failed = 1;
    cr_assert(sweep_run(&file, &how, &tally, &failure) == MATTHEW_OK && tally.failed == 0 && tally.done == 6 &&
                  told == 7,
              "%zu failed, %zu done, %d told", tally.failed, tally.done, told);
    cr_assert(sweep_file_read(&file, 0, value, &status, &failure) == MATTHEW_OK && status == RUN_DONE);
    sweep_file_close(&file);
    sweep_free(&sweep);
    scratch_close(folder);
}

/* What is in the file counts only when status and check agree. */
Test(sweep, a_run_that_is_not_whole_is_pending) {
    char folder[SCRATCH_SIZE], path[SCRATCH_SIZE + 16];
    struct failure failure = {0};
    struct sweep_file file;
    struct sweep_tally tally;
    double value[1];
    int status;
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/s.h5", folder);
    load(&sweep, HEAD "factors: {capital.pool: [1, 2]}\n" END);
    struct sweep_file_options options = {.path = path, .reproducible = 1};
    struct sweep_run_options how = {.threads = 1};
    cr_assert(sweep_file_open(&file, &sweep, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(sweep_file_read(&file, 2, value, &status, &failure) == MATTHEW_OK && status == RUN_PENDING);
    cr_assert(sweep_run(&file, &how, &tally, &failure) == MATTHEW_OK && tally.done == 6, "%s", failure.text);
    struct {
        const char *what;
        int64_t place;
    } rows[] = {{"value", file.places.outcome[0] + 16},
                {"months", file.places.months + 16},
                {"check", file.places.check + 16},
                {"status", file.places.status + 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned char byte, changed;
        cr_assert(pread(file.descriptor, &byte, 1, (off_t)rows[i].place) == 1);
        changed = byte ^ 2;
        cr_assert(pwrite(file.descriptor, &changed, 1, (off_t)rows[i].place) == 1);
        cr_assert(sweep_file_read(&file, 2, value, &status, &failure) == MATTHEW_OK && !run_is_finished(status),
                  "with another %s the status is %d", rows[i].what, status);
        cr_assert(pwrite(file.descriptor, &byte, 1, (off_t)rows[i].place) == 1);
        cr_assert(sweep_file_read(&file, 2, value, &status, &failure) == MATTHEW_OK && status == RUN_DONE);
    }
    sweep_file_close(&file);
    sweep_free(&sweep);
    scratch_close(folder);
}
