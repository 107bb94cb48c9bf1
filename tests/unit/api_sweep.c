/* Sweeps through matthew.h: from a file and from text, into a file, stopped, gone on with, read back and replayed. */
#include "matthew.h"

#include "support/interface.h"
#include "support/scratch.h"

#include <criterion/criterion.h>

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define REFUSED(call, word) FAILS(call, MATTHEW_BAD_ARGUMENT, word)

static const char *const TEXT = "base: core-race\nfirms: 50\nmonths: 12\nreplicates: 4\n"
                                "factors: {customers.*.lock_in: {values: [0, 1]}}\n"
                                "outcomes: {hhi: {indicator: accounts_hhi, final: true}}\n";

enum { PATH_SIZE = SCRATCH_SIZE + 32 };

static char folder[SCRATCH_SIZE];

static const char *file_name(const char *name) {
    static char path[4][PATH_SIZE];
    static int next;
    char *made = path[next++ % 4];
    snprintf(made, PATH_SIZE, "%s/%s", folder, name);
    return made;
}

static void begin(void) {
    scratch_open(folder);
}

static void end(void) {
    scratch_close(folder);
}

TestSuite(api_sweep, .init = begin, .fini = end);

static matthew_sweep *from_text(const char *text) {
    matthew_sweep *sweep = NULL;
    FINE(matthew_sweep_from_text(&sweep, "mine", NULL, text));
    return sweep;
}

static struct matthew_sweep_counts counts_of(const matthew_sweep *sweep) {
    struct matthew_sweep_counts counts = {.size = sizeof counts};
    FINE(matthew_sweep_count(sweep, &counts));
    return counts;
}

static void write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    cr_assert(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, "%s", path);
}

/* Runs all of a text into a file that holds no wall times. */
static void run_into(const char *text, const char *path, int threads) {
    struct matthew_sweep_file_options options = {.size = sizeof options, .reproducible = 1};
    matthew_sweep *sweep = from_text(text);
    FINE(matthew_sweep_set_threads(sweep, threads));
    FINE(matthew_sweep_open(sweep, path, &options));
    FINE(matthew_sweep_run(sweep, NULL));
    matthew_sweep_free(sweep);
}

static void same_bytes(const char *first, const char *second) {
    size_t one, other;
    char *a = scratch_read(first, &one), *b = scratch_read(second, &other);
    cr_assert(one == other && memcmp(a, b, one) == 0, "%s and %s differ", first, second);
    free(a);
    free(b);
}

struct seen {
    size_t calls, done, stop_after;
};

static int see(const struct matthew_sweep_counts *counts, void *context) {
    struct seen *seen = context;
    cr_assert(counts->done > seen->done && counts->runs == 8, "%zu done after %zu, of %zu", counts->done, seen->done,
              counts->runs);
    seen->done = counts->done;
    return ++seen->calls == seen->stop_after;
}

Test(api_sweep, a_sweep_is_run_and_told_about) {
    struct seen seen = {0};
    struct matthew_sweep_options options = {.size = sizeof options, .progress = see, .context = &seen};
    matthew_sweep *sweep = from_text(TEXT);
    struct matthew_sweep_counts counts = counts_of(sweep);
    cr_assert(counts.points == 2 && counts.replicates == 4 && counts.runs == 8 && counts.done == 0 && !counts.at_most);
    FINE(matthew_sweep_open(sweep, file_name("s.h5"), NULL));
    FINE(matthew_sweep_run(sweep, &options));
    counts = counts_of(sweep);
    cr_assert(seen.calls == 8 && counts.done == 8 && counts.before == 0 && counts.failed == 0, "%zu calls, %zu done",
              seen.calls, counts.done);
    cr_assert(matthew_sweep_trouble(sweep)[0] == '\0', "%s", matthew_sweep_trouble(sweep));
    char *table = matthew_sweep_table_text(sweep);
    cr_assert(table != NULL && strstr(table, "lock_in") != NULL && strstr(table, "hhi") != NULL, "%s", table);
    matthew_text_free(table);
    FINE(matthew_sweep_run(sweep, NULL));
    cr_assert(counts_of(sweep).before == 8, "a second run finds all of them");
    matthew_sweep_free(sweep);
}

Test(api_sweep, texts_say_what_it_is_and_what_it_takes) {
    matthew_sweep *sweep = from_text(TEXT);
    char *plan = matthew_sweep_plan_text(sweep), *forecast = NULL;
    cr_assert(plan != NULL && strcmp(plan, "lock_in: 2 values of customers.*.lock_in\n"
                                           "2 points, 4 replicates: 8 runs\n") == 0,
              "%s", plan);
    FINE(matthew_sweep_forecast_text(sweep, &forecast));
    cr_assert(strstr(forecast, "a run at lock_in=0 takes ") != NULL && strstr(forecast, "on the disk\n") != NULL, "%s",
              forecast);
    matthew_text_free(plan);
    matthew_text_free(forecast);
    char *warnings = matthew_sweep_warnings(sweep);
    cr_assert(warnings != NULL && warnings[0] == '\0', "%s", warnings);
    matthew_text_free(warnings);
    matthew_sweep_free(sweep);
    sweep = from_text("base: core-race\nreplicates: 1\nset: {capital.pool: 1e9}\nfactors: {customers.*.lock_in: [0]}\n"
                      "outcomes: {hhi: {indicator: accounts_hhi, final: true}}\n");
    warnings = matthew_sweep_warnings(sweep);
    cr_assert(warnings != NULL && strstr(warnings, "capital.pool") != NULL, "%s", warnings);
    matthew_text_free(warnings);
    matthew_sweep_free(sweep);
}

Test(api_sweep, stopped_it_goes_on_to_the_same_bytes) {
    run_into(TEXT, file_name("whole.h5"), 2);
    struct matthew_sweep_file_options file = {.size = sizeof file, .reproducible = 1};
    for (size_t after = 1; after < 8; after += 3) {
        struct seen seen = {.stop_after = after};
        struct matthew_sweep_options options = {.size = sizeof options, .progress = see, .context = &seen};
        matthew_sweep *sweep = from_text(TEXT);
        FINE(matthew_sweep_set_threads(sweep, 1));
        FINE(matthew_sweep_open(sweep, file_name("s.h5"), &file));
        FAILS(matthew_sweep_run(sweep, &options), MATTHEW_STOPPED, "of 8 runs done");
        cr_assert(counts_of(sweep).done == after, "%zu done", counts_of(sweep).done);
        matthew_sweep_close(sweep);
        FINE(matthew_sweep_open(sweep, file_name("s.h5"), &file));
        matthew_sweep_stop(sweep); /* before it runs */
        FAILS(matthew_sweep_run(sweep, NULL), MATTHEW_STOPPED, "stopped");
        FINE(matthew_sweep_run(sweep, NULL));
        cr_assert(counts_of(sweep).before == after, "%zu were there", counts_of(sweep).before);
        matthew_sweep_free(sweep);
        same_bytes(file_name("s.h5"), file_name("whole.h5"));
        cr_assert(unlink(file_name("s.h5")) == 0);
    }
}

static void *stop_soon(void *context) {
    matthew_sweep *sweep = context;
    struct matthew_sweep_counts counts = {.size = sizeof counts};
    while (matthew_sweep_count(sweep, &counts) == MATTHEW_OK && counts.done == 0)
        usleep(100);
    matthew_sweep_stop(sweep);
    return NULL;
}

Test(api_sweep, another_thread_counts_and_stops) {
    pthread_t other;
    char text[400];
    snprintf(text, sizeof text, "%s", TEXT);
    memcpy(strstr(text, "replicates: 4"), "replicates: 9", 13);
    char *more = strstr(text, "[0, 1]");
    snprintf(more, sizeof text - (size_t)(more - text), "[%s]}}\n%s",
             "0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9",
             "outcomes: {hhi: {indicator: accounts_hhi, final: true}}\n");
    matthew_sweep *sweep = from_text(text);
    FINE(matthew_sweep_open(sweep, file_name("s.h5"), NULL));
    cr_assert(pthread_create(&other, NULL, stop_soon, sweep) == 0);
    FAILS(matthew_sweep_run(sweep, NULL), MATTHEW_STOPPED, "of 180 runs done");
    cr_assert(pthread_join(other, NULL) == 0);
    cr_assert(counts_of(sweep).done > 0 && counts_of(sweep).done < 180, "%zu", counts_of(sweep).done);
    matthew_sweep_free(sweep);
}

/* A file of its own, and one that the text stands for, are the same. */
Test(api_sweep, texts_and_files_are_the_same) {
    matthew_sweep *sweep = NULL;
    write_text(file_name("points.csv"), "customers.*.lock_in,capital.pool\n0,4000\n0.5,3000\n");
    const char *text = "base: own.yaml\nreplicates: 2\ndesign: {list: points.csv}\n"
                       "outcomes: {hhi: {indicator: accounts_hhi, final: true}}\n";
    write_text(file_name("own.yaml"), "base: core-race\nmonths: 6\nset: {talent.*.separation: 0.02}\n");
    write_text(file_name("s.yaml"), text);
    struct matthew_sweep_file_options options = {.size = sizeof options, .reproducible = 1};
    FINE(matthew_sweep_load(&sweep, file_name("s.yaml")));
    FINE(matthew_sweep_open(sweep, file_name("file.h5"), &options));
    FINE(matthew_sweep_run(sweep, NULL));
    matthew_sweep_free(sweep);
    FINE(matthew_sweep_from_text(&sweep, NULL, folder, text));
    FINE(matthew_sweep_open(sweep, file_name("text.h5"), &options));
    FINE(matthew_sweep_run(sweep, NULL));
    matthew_sweep_free(sweep);
    same_bytes(file_name("file.h5"), file_name("text.h5"));
    FAILS(matthew_sweep_from_text(&sweep, "here", NULL, text), MATTHEW_NOT_FOUND, "here:1:7: key `base`: ");
    cr_assert(sweep == NULL, "a handle that was not made is left");
    /* What the file holds goes on, too. */
    FINE(matthew_sweep_read(&sweep, file_name("text.h5")));
    FINE(matthew_sweep_open(sweep, file_name("text.h5"), &options));
    FINE(matthew_sweep_run(sweep, NULL));
    cr_assert(counts_of(sweep).before == 4, "%zu", counts_of(sweep).before);
    FINE(matthew_sweep_open((matthew_sweep_close(sweep), sweep), file_name("again.h5"), &options));
    FINE(matthew_sweep_run(sweep, NULL));
    matthew_sweep_free(sweep);
    FINE(matthew_sweep_read(&sweep, file_name("again.h5")));
    FINE(matthew_sweep_replay(sweep, "1", 1, NULL, NULL, NULL));
    matthew_sweep_free(sweep);
}

Test(api_sweep, a_file_grows) {
    char text[400];
    struct matthew_sweep_file_options options = {.size = sizeof options, .reproducible = 1};
    run_into(TEXT, file_name("s.h5"), 1);
    snprintf(text, sizeof text, "%s", TEXT);
    memcpy(strstr(text, "replicates: 4"), "replicates: 5", 13);
    matthew_sweep *sweep = from_text(text);
    FINE(matthew_sweep_open(sweep, file_name("s.h5"), &options));
    struct matthew_sweep_counts counts = counts_of(sweep);
    cr_assert(counts.has_grown && counts.kept == 8 && counts.kept_finished == 8 && counts.done == 8 &&
                  counts.runs == 10,
              "kept %zu, finished %zu, done %zu of %zu", counts.kept, counts.kept_finished, counts.done, counts.runs);
    FINE(matthew_sweep_run(sweep, NULL));
    matthew_sweep_free(sweep);
    run_into(text, file_name("other.h5"), 1);
    sweep = from_text("base: core-race\nreplicates: 1\nfactors: {capital.pool: [100]}\noutcomes: {hhi: {indicator: "
                      "staff_hhi, final: true}}\n");
    FAILS(matthew_sweep_open(sweep, file_name("s.h5"), NULL), MATTHEW_BAD_SCENARIO, "s.h5");
    options.replace = 1;
    FINE(matthew_sweep_open(sweep, file_name("s.h5"), &options));
    cr_assert(counts_of(sweep).done == 0);
    matthew_sweep_free(sweep);
}

Test(api_sweep, a_run_is_replayed) {
    matthew_sweep *sweep = NULL, *other = NULL;
    run_into(TEXT, file_name("s.h5"), 2);
    FINE(matthew_sweep_read(&sweep, file_name("s.h5")));
    struct matthew_replay first = {.size = sizeof first}, second = {.size = sizeof second};
    struct matthew_history_options options = {.size = sizeof options, .record = "indicators", .reproducible = 1};
    FINE(matthew_sweep_replay(sweep, "lock_in=1", 3, file_name("run.h5"), &options, &first));
    cr_assert(access(file_name("run.h5"), R_OK) == 0, "there is no history");
    FINE(matthew_sweep_set_threads(sweep, 1));
    FINE(matthew_sweep_replay(sweep, "customers.*.lock_in=1", 3, NULL, NULL, &second));
    cr_assert(first.run_status == MATTHEW_RUN_DONE && first.month == 12 && first.digest == second.digest &&
              first.seed == second.seed && first.digest != 0);
    FAILS(matthew_sweep_replay(sweep, "lock_in=1", 3, file_name("run.h5"), &options, NULL), MATTHEW_EXISTS, "run.h5");
    REFUSED(matthew_sweep_replay(sweep, "lock_in=7", 0, NULL, NULL, NULL), "point: ");
    REFUSED(matthew_sweep_replay(sweep, NULL, 0, NULL, NULL, NULL), "2 points");
    REFUSED(matthew_sweep_replay(sweep, "lock_in=1", 4, NULL, NULL, NULL), "0 to 3");
    REFUSED(matthew_sweep_replay(sweep, "lock_in=1", LONG_MAX, NULL, NULL, NULL), "0 to 3");
    REFUSED(matthew_sweep_replay(sweep, "lock_in=1", -1, NULL, NULL, NULL), "0 to 3");
    second.size = 3;
    REFUSED(matthew_sweep_replay(sweep, "lock_in=1", 0, NULL, NULL, &second), "size");
    matthew_sweep_stop(sweep);
    FAILS(matthew_sweep_replay(sweep, "lock_in=1", 0, NULL, NULL, NULL), MATTHEW_STOPPED, "stopped");
    REFUSED(matthew_sweep_run(sweep, NULL), "no file is open");
    /* Pending runs can be made. */
    other = from_text(TEXT);
    FINE(matthew_sweep_open(other, file_name("empty.h5"), NULL));
    second.size = sizeof second;
    FINE(matthew_sweep_replay(other, "lock_in=1", 3, NULL, NULL, &second));
    cr_assert(second.run_status == MATTHEW_RUN_PENDING && second.digest == first.digest);
    matthew_sweep_free(other);
    matthew_sweep_free(sweep);
}

/* Every byte of the outcome's values is another one in turn: the replay that meets it says so. */
Test(api_sweep, a_replay_finds_another_value) {
    matthew_sweep *sweep = NULL;
    size_t size;
    int found = 0;
    run_into(TEXT, file_name("s.h5"), 1);
    char *bytes = scratch_read(file_name("s.h5"), &size);
    double value = 0;
    FILE *file = fopen(file_name("s.h5"), "r+b");
    for (size_t at = 0; at + 64 <= size; at += 8) { /* the eight values of hhi, one after the other */
        int like = 1;
        for (size_t i = 0; i < 8; i++) {
            memcpy(&value, bytes + at + 8 * i, sizeof value);
            like &= value > 1e-3 && value < 1;
        }
        if (like && ++found == 1) {
            value = 0.125;
            cr_assert(fseek(file, (long)at, SEEK_SET) == 0 && fwrite(&value, sizeof value, 1, file) == 1);
            break;
        }
    }
    cr_assert(fclose(file) == 0 && found, "the values were not found");
    free(bytes);
    FINE(matthew_sweep_read(&sweep, file_name("s.h5")));
    FAILS(matthew_sweep_replay(sweep, "lock_in=0", 0, NULL, NULL, NULL), MATTHEW_BROKEN_INVARIANT,
          "hhi is 0.125 at lock_in=0, replicate 0, but ");
    FINE(matthew_sweep_replay(sweep, "lock_in=0", 1, NULL, NULL, NULL));
    matthew_sweep_free(sweep);
}

static int again(const struct matthew_sweep_counts *counts, void *context) {
    matthew_sweep *sweep = context;
    (void)counts;
    REFUSED(matthew_sweep_run(sweep, NULL), "running");
    REFUSED(matthew_sweep_open(sweep, "other.h5", NULL), "running");
    REFUSED(matthew_sweep_set_threads(sweep, 1), "running");
    cr_assert(matthew_sweep_table_text(sweep) == NULL, "a table of a sweep that runs");
    matthew_sweep_close(sweep);
    matthew_sweep_free(sweep); /* both change nothing */
    return 0;
}

Test(api_sweep, what_nobody_should_pass) {
    matthew_sweep *sweep = (matthew_sweep *)1, *other = NULL;
    matthew_scenario *scenario = NULL;
    struct matthew_sweep_counts counts = {.size = sizeof counts};
    char *text = NULL;
    REFUSED(matthew_sweep_load(NULL, "s.yaml"), "sweep");
    REFUSED(matthew_sweep_load(&sweep, NULL), "path");
    cr_assert(sweep == NULL, "a handle that was not made is left");
    FAILS(matthew_sweep_load(&sweep, ""), MATTHEW_NOT_FOUND, "");
    REFUSED(matthew_sweep_from_text(NULL, "mine", NULL, TEXT), "sweep");
    REFUSED(matthew_sweep_from_text(&sweep, "mine", NULL, NULL), "text");
    FAILS(matthew_sweep_from_text(&sweep, "mine", NULL, "base: core-race\nfactors: 7\n"), MATTHEW_BAD_SCENARIO,
          "mine:");
    char *huge = calloc(1, 70000);
    cr_assert(huge != NULL);
    memset(huge, 'x', 69999);
    REFUSED(matthew_sweep_from_text(&sweep, "mine", huge, TEXT), "folder");
    free(huge);
    REFUSED(matthew_sweep_read(NULL, "s.h5"), "sweep");
    REFUSED(matthew_sweep_read(&sweep, NULL), "path");
    FAILS(matthew_sweep_read(&sweep, file_name("nothing.h5")), MATTHEW_NOT_FOUND, "nothing.h5");
    matthew_sweep_free(NULL);
    matthew_sweep_close(NULL);
    matthew_sweep_stop(NULL);

    FINE(matthew_scenario_load(&scenario, "core-race"));
    for (int i = 0; i < 2; i++) { /* null, and a handle of another kind */
        matthew_sweep *none = i == 0 ? NULL : (matthew_sweep *)scenario;
        matthew_sweep_free(none);
        matthew_sweep_close(none);
        matthew_sweep_stop(none);
        REFUSED(matthew_sweep_set_threads(none, 1), "sweep");
        REFUSED(matthew_sweep_open(none, "s.h5", NULL), "sweep");
        REFUSED(matthew_sweep_run(none, NULL), "sweep");
        REFUSED(matthew_sweep_count(none, &counts), "sweep");
        REFUSED(matthew_sweep_forecast_text(none, &text), "sweep");
        REFUSED(matthew_sweep_replay(none, NULL, 0, NULL, NULL, NULL), "sweep");
        cr_assert(matthew_sweep_trouble(none) == NULL && matthew_sweep_warnings(none) == NULL &&
                  matthew_sweep_plan_text(none) == NULL && matthew_sweep_table_text(none) == NULL);
    }
    sweep = from_text(TEXT);
    REFUSED(matthew_scenario_set((matthew_scenario *)sweep, "months=3"), "scenario");
    matthew_scenario_free(scenario);

    REFUSED(matthew_sweep_set_threads(sweep, -1), "threads");
    REFUSED(matthew_sweep_set_threads(sweep, INT_MAX), "threads");
    REFUSED(matthew_sweep_open(sweep, NULL, NULL), "path");
    REFUSED(matthew_sweep_open(sweep, "", NULL), "path");
    REFUSED(matthew_sweep_open(sweep, file_name("s.h5"), &(struct matthew_sweep_file_options){0}), "size");
    REFUSED(matthew_sweep_run(sweep, NULL), "no file is open");
    REFUSED(matthew_sweep_replay(sweep, NULL, 0, NULL, NULL, NULL), "no file open");
    REFUSED(matthew_sweep_forecast_text(sweep, NULL), "forecast");
    REFUSED(matthew_sweep_count(sweep, NULL), "null");
    cr_assert(matthew_sweep_table_text(sweep) == NULL && strstr(matthew_message(), "no file open") != NULL);
    FINE(matthew_sweep_open(sweep, file_name("s.h5"), NULL));
    REFUSED(matthew_sweep_open(sweep, file_name("t.h5"), NULL), "open already");
    REFUSED(matthew_sweep_run(sweep, &(struct matthew_sweep_options){.size = 3}), "size");
    other = from_text(TEXT);
    FAILS(matthew_sweep_open(other, file_name("s.h5"), NULL), MATTHEW_EXISTS, "in use by process");
    matthew_sweep_free(other);
    FINE(matthew_sweep_run(sweep, &(struct matthew_sweep_options){.size = sizeof(struct matthew_sweep_options),
                                                                  .progress = again,
                                                                  .context = sweep}));
    matthew_sweep_free(sweep);
}

/* A child of a process whose sweeps had threads ends, on one thread, with the same bytes. */
Test(api_sweep, a_forked_child_ends, .timeout = 120) {
    int status;
    run_into(TEXT, file_name("parent.h5"), 2);
    pid_t child = fork();
    cr_assert(child >= 0);
    if (child == 0) {
        alarm(60);
        run_into(TEXT, file_name("child.h5"), 2);
        _exit(0);
    }
    cr_assert(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0,
              "the child ended with status %x", status);
    same_bytes(file_name("parent.h5"), file_name("child.h5"));
}
