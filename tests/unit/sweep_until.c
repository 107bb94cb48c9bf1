/* The rule that says how many replicates a point gets, on values of which it is known what it says. */
#include "study/sweep_file.h"
#include "study/sweep_load.h"
#include "study/sweep_run.h"
#include "study/sweep_until.h"

#include "core/memory.h"
#include "support/scratch.h"

#include <math.h>

static struct sweep sweep;
static struct until until;

/* A sweep with two points and the outcomes hhi and firms, whose `replicates` is this. */
static void begin(const char *replicates) {
    char folder[SCRATCH_SIZE], path[SCRATCH_SIZE + 16];
    struct failure failure = {0};
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/s.yaml", folder);
    FILE *file = fopen(path, "w");
    cr_assert(file != NULL, "%s", path);
    fprintf(file,
            "base: core-race\nfirms: 20\nmonths: 3\nfactors: {capital.pool: [1, 2]}\nreplicates: %s\n"
            "outcomes: {all: {indicator: revenue_hhi, series: every 1}, hhi: {indicator: revenue_hhi, final},\n"
            "  firms: {indicator: active_firms, final}}\n",
            replicates);
    fclose(file);
    cr_assert(sweep_load(&sweep, path, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(until_init(&until, &sweep, &failure) == MATTHEW_OK, "%s", failure.text);
    scratch_close(folder);
}

static void end(void) {
    until_free(&until);
    until_free(&until);
    sweep_free(&sweep);
}

/* A round of point 1 in which half of the values are `apart` above 5 and half below; `firms` is that of all. Its
 * verdict. */
static enum until_verdict give(double apart, double firms) {
    double values[6] = {0};
    for (size_t end_of_round = until_next(&until, 1), i = until.point[1].replicates; i < end_of_round; i++) {
        values[sweep.outcome[1].first] = 5 + (i % 2 == 0 ? apart : -apart);
        values[sweep.outcome[2].first] = firms;
        until_add(&until, 1, values);
    }
    until_judge(&until, 1);
    return until.point[1].verdict;
}

static void expect(enum until_verdict got, enum until_verdict wanted, const char *when) {
    cr_assert(got == wanted, "%s: verdict %d, not %d, after %zu rounds and %zu replicates", when, got, wanted,
              until.point[1].rounds, until.point[1].replicates);
}

Test(sweep_until, the_standard_error_is_that_of_the_mean) {
    const double values[] = {3, 1, NAN, 4, 1, 5, INFINITY, 9, 2, 6, -INFINITY}; /* 8 with mean 31 / 8 */
    double row[6] = {0};
    begin("{at_most: 100, until: {hhi: 1}}");
    cr_assert(sweep.until.at_least == 20, "at_least is %zu when nothing is said", sweep.until.at_least);
    cr_assert(isnan(until_error(&until, 0, 0)));
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        row[sweep.outcome[1].first] = values[i];
        until_add(&until, 0, row);
        until_add(&until, 0, NULL); /* a run that failed */
        cr_assert(i > 0 || isnan(until_error(&until, 0, 0)), "one value has a standard error");
    }
    double error = until_error(&until, 0, 0), wanted = sqrt((173 - 31.0 * 31 / 8) / 7 / 8);
    cr_assert(fabs(error - wanted) < 1e-14, "%.17g, not %.17g", error, wanted);
    cr_assert(until.point[0].replicates == 22 && until.point[1].replicates == 0);
    end();
}

Test(sweep_until, two_rounds_one_after_the_other_have_to_be_within) {
    begin("{at_least: 10, at_most: 60, until: {hhi: 0.1}}");
    expect(give(0.1, 1), UNTIL_GOES_ON, "one round within");
    expect(give(0.1, 1), UNTIL_SATISFIED, "two rounds within");
    end();
    begin("{at_least: 10, at_most: 60, until: {hhi: 0.1}}");
    expect(give(0.1, 1), UNTIL_GOES_ON, "within");
    expect(give(2, 1), UNTIL_GOES_ON, "within, beyond");
    expect(give(0, 1), UNTIL_GOES_ON, "within, beyond, beyond");
    expect(give(0, 1), UNTIL_GOES_ON, "within, beyond, beyond, beyond");
    cr_assert(until_error(&until, 1, 0) > 0.1, "%g", until_error(&until, 1, 0));
    end();
    /* 10 of +-0.4, then zeros: standard errors 0.133, 0.065, 0.043 */
    begin("{at_least: 10, at_most: 60, until: {hhi: 0.1}}");
    expect(give(0.4, 1), UNTIL_GOES_ON, "beyond");
    expect(give(0, 1), UNTIL_GOES_ON, "beyond, within");
    expect(give(0, 1), UNTIL_SATISFIED, "beyond, within, within");
    end();
}

Test(sweep_until, every_outcome_that_is_named_has_to_be_within) {
    begin("{at_least: 10, at_most: 60, until: {hhi: 0.1, firms: 1}}");
    expect(give(2, 7), UNTIL_GOES_ON, "hhi beyond");
    expect(give(2, 7), UNTIL_GOES_ON, "hhi beyond");
    end();
    begin("{at_least: 10, at_most: 60, until: {firms: 1e-9, hhi: 10}}");
    expect(give(2, 7), UNTIL_GOES_ON, "one round");
    expect(give(2, 7), UNTIL_SATISFIED, "what does not vary has no error");
    end();
}

Test(sweep_until, the_last_round_is_cut) {
    begin("{at_least: 10, at_most: 25, until: {hhi: 0.1}}");
    expect(give(9, 1), UNTIL_GOES_ON, "10");
    expect(give(9, 1), UNTIL_GOES_ON, "20");
    expect(give(9, 1), UNTIL_AT_MOST, "25");
    cr_assert(until.point[1].replicates == 25 && until_next(&until, 1) == 25, "%zu", until.point[1].replicates);
    end();
    begin("{at_least: 10, at_most: 20, until: {hhi: 0.1}}");
    expect(give(0, 1), UNTIL_GOES_ON, "10");
    expect(give(0, 1), UNTIL_SATISFIED, "within at the end");
    end();
}

Test(sweep_until, what_never_has_a_value_ends_after_two_rounds) {
    begin("{at_least: 10, at_most: 60, until: {hhi: 0.1, firms: 1}}");
    expect(give(9, NAN), UNTIL_GOES_ON, "no firms");
    expect(give(9, INFINITY), UNTIL_NEVER_FINITE, "no firms, no firms");
    end();
    begin("{at_least: 10, at_most: 60, until: {hhi: 0.1, firms: 1}}");
    expect(give(9, NAN), UNTIL_GOES_ON, "no firms");
    expect(give(9, 3), UNTIL_GOES_ON, "no firms, firms");
    end();
}

/* ---- races that fail ---- */

/* Statuses of all runs, as one character each. */
static void expect_statuses(const struct sweep_file *file, const char *wanted) {
    char found[200] = "";
    double values[6];
    struct failure failure;
    for (size_t run = 0; run < sweep.runs; run++) {
        int status = -1;
        cr_assert(sweep_file_read(file, run, values, &status, &failure) == MATTHEW_OK, "%s", failure.text);
        found[run] = status == RUN_NOT_NEEDED ? '-' : status >= RUN_FAILED ? '!' : (char)('0' + status);
        cr_assert(!run_is_done(status) || !isnan(values[0]), "run %zu with status %d has %g", run, status, values[0]);
    }
    cr_assert(strcmp(found, wanted) == 0, "%s\nin place of\n%s", found, wanted);
}

/* A failed run counts as a replicate without a value. Run again, it is as if it had not failed. */
Test(sweep_until, a_race_that_fails_has_no_value) {
    char folder[SCRATCH_SIZE], path[SCRATCH_SIZE + 16];
    struct failure failure = {0};
    struct sweep_file file;
    struct sweep_tally tally;
    const char *whole = "11111111111111111111---------------"
                        "11111111111111111111---------------",
               *with_failure = "!1111111111111111111---------------"
                               "11111111111111111111---------------";
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/s.h5", folder);
    begin("{at_least: 10, at_most: 35, until: {hhi: 1}}");
    struct sweep_file_options options = {.path = path, .reproducible = 1};
    struct sweep_run_options how = {.threads = 1};
    cr_assert(sweep_file_open(&file, &sweep, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    memory_fail_at(60); /* in the first race */
    int status = sweep_run(&file, &how, &tally, &failure);
    memory_fail_at(0);
    cr_assert(status == MATTHEW_OK, "%s", failure.text);
    cr_assert(tally.failed == 1 && tally.done == 39 && tally.runs == 40, "%zu failed, %zu done of %zu", tally.failed,
              tally.done, tally.runs);
    expect_statuses(&file, with_failure);
    cr_assert(sweep_run(&file, &how, &tally, &failure) == MATTHEW_OK && tally.before == 40 && tally.runs == 40);
    how.retry_failed = 1;
    cr_assert(sweep_run(&file, &how, &tally, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(tally.failed == 0 && tally.done == 40 && tally.before == 39 && tally.runs == 40,
              "%zu failed, %zu done, %zu before, of %zu", tally.failed, tally.done, tally.before, tally.runs);
    expect_statuses(&file, whole);
    sweep_file_close(&file);
    end();
    scratch_close(folder);
}

/* Whatever allocation fails while a sweep goes on, the same call ends it afterwards. */
Test(sweep_until, memory_may_run_short_anywhere) {
    char folder[SCRATCH_SIZE], path[SCRATCH_SIZE + 16];
    struct failure failure = {0};
    struct sweep_file file;
    struct sweep_tally tally;
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/s.h5", folder);
    begin("{at_least: 10, at_most: 35, until: {hhi: 1}}");
    struct sweep_file_options options = {.path = path, .reproducible = 1, .replace = 1};
    for (size_t n = 1; n < 2000; n += n < 50 ? 1 : 97) {
        struct sweep_run_options how = {.threads = 1};
        cr_assert(sweep_file_open(&file, &sweep, &options, &failure) == MATTHEW_OK, "%s", failure.text);
        memory_fail_at(n);
        int status = sweep_run(&file, &how, &tally, &failure);
        memory_fail_at(0);
        cr_assert(status == MATTHEW_OK || status == MATTHEW_NO_MEMORY, "allocation %zu: %s", n, failure.text);
        how.retry_failed = 1;
        cr_assert(sweep_run(&file, &how, &tally, &failure) == MATTHEW_OK, "allocation %zu: %s", n, failure.text);
        expect_statuses(&file, "11111111111111111111---------------"
                               "11111111111111111111---------------");
        sweep_file_close(&file);
    }
    end();
    scratch_close(folder);
}
