/* Files that are written at the same time, in threads of one process, are those that are written in turn. */
#include "matthew.h"

#include "support/interface.h"
#include "support/scratch.h"

#include <criterion/criterion.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WRITERS = 4, ROUNDS = 3, PATH_SIZE = SCRATCH_SIZE + 32 };

static char folder[SCRATCH_SIZE];

static void begin(void) {
    scratch_open(folder);
}

static void end(void) {
    scratch_close(folder);
}

TestSuite(api_together, .init = begin, .fini = end, .timeout = 300);

/* What a thread does, over and over; `failed` is the message of the first call that went wrong. */
struct writer {
    int number, alone;
    char failed[512];
    pthread_t thread;
};

static void name_file(const struct writer *writer, int round, char path[PATH_SIZE]) {
    snprintf(path, PATH_SIZE, "%s/%s-%d-%d.h5", folder, writer->alone ? "alone" : "together", writer->number, round);
}

/* A history with chunks, events and names, in several commits, by a race of one or two threads. */
static int write_history(int number, const char *path) {
    matthew_scenario *scenario = NULL;
    matthew_race *race = NULL;
    struct matthew_history_options options = {.size = sizeof options, .record = "all", .reproducible = 1};
    int status = matthew_scenario_load(&scenario, "frontier-race");
    if (status == MATTHEW_OK)
        status = matthew_scenario_set_firms(scenario, 40 + number);
    if (status == MATTHEW_OK)
        status = matthew_scenario_set(scenario, "months=140");
    if (status == MATTHEW_OK)
        status = matthew_race_new(&race, scenario);
    if (status == MATTHEW_OK)
        status = matthew_race_set_threads(race, 1 + number % 2);
    if (status == MATTHEW_OK)
        status = matthew_race_open_history(race, path, &options);
    if (status == MATTHEW_OK)
        status = matthew_race_run(race, 140);
    if (status == MATTHEW_OK)
        status = matthew_race_close_history(race);
    matthew_race_free(race);
    matthew_scenario_free(scenario);
    return status;
}

/* A sweep into its file, read back, and one of its runs made again with a history. */
static int write_sweep(const char *path) {
    static const char *const text = "base: core-race\nfirms: 30\nmonths: 12\nreplicates: 4\n"
                                    "factors: {customers.*.lock_in: {values: [0, 0.5, 1]}}\n"
                                    "outcomes: {hhi: {indicator: accounts_hhi, series: every 1}}\n";
    struct matthew_sweep_file_options options = {.size = sizeof options, .reproducible = 1};
    struct matthew_history_options recording = {.size = sizeof recording, .reproducible = 1, .overwrite = 1};
    struct matthew_replay found = {.size = sizeof found};
    char history[PATH_SIZE + 16];
    matthew_sweep *sweep = NULL;
    snprintf(history, sizeof history, "%s.run.h5", path);
    int status = matthew_sweep_from_text(&sweep, "mine", NULL, text);
    if (status == MATTHEW_OK)
        status = matthew_sweep_set_threads(sweep, 1);
    if (status == MATTHEW_OK)
        status = matthew_sweep_open(sweep, path, &options);
    if (status == MATTHEW_OK)
        status = matthew_sweep_run(sweep, NULL);
    matthew_sweep_free(sweep);
    sweep = NULL;
    if (status == MATTHEW_OK)
        status = matthew_sweep_read(&sweep, path);
    if (status == MATTHEW_OK)
        status = matthew_sweep_replay(sweep, "lock_in=0.5", 1, history, &recording, &found);
    matthew_sweep_free(sweep);
    return status;
}

/* The last writer makes sweeps, the others histories. */
static void *write_all(void *context) {
    struct writer *writer = context;
    for (int round = 0; round < ROUNDS; round++) {
        char path[PATH_SIZE];
        name_file(writer, round, path);
        int status = writer->number == WRITERS - 1 ? write_sweep(path) : write_history(writer->number, path);
        if (status != MATTHEW_OK) {
            snprintf(writer->failed, sizeof writer->failed, "%s", matthew_message());
            break;
        }
    }
    return NULL;
}

static void same_bytes(const char *first, const char *second) {
    size_t one, other;
    char *a = scratch_read(first, &one), *b = scratch_read(second, &other);
    size_t at = 0;
    while (at < one && at < other && a[at] == b[at])
        at++;
    cr_assert(one == other && at == one, "%s (%zu bytes) and %s (%zu bytes) differ from byte %zu on", first, one,
              second, other, at);
    free(a);
    free(b);
}

Test(api_together, files_are_those_that_are_written_in_turn) {
    struct writer alone[WRITERS] = {0}, together[WRITERS] = {0};
    for (int i = 0; i < WRITERS; i++) {
        alone[i] = (struct writer){.number = i, .alone = 1};
        write_all(&alone[i]);
        cr_assert(alone[i].failed[0] == '\0', "writer %d alone: %s", i, alone[i].failed);
    }
    for (int i = 0; i < WRITERS; i++) {
        together[i] = (struct writer){.number = i};
        cr_assert(pthread_create(&together[i].thread, NULL, write_all, &together[i]) == 0);
    }
    for (int i = 0; i < WRITERS; i++)
        pthread_join(together[i].thread, NULL);
    for (int i = 0; i < WRITERS; i++) {
        cr_assert(together[i].failed[0] == '\0', "writer %d beside others: %s", i, together[i].failed);
        for (int round = 0; round < ROUNDS; round++) {
            char first[PATH_SIZE], second[PATH_SIZE];
            name_file(&alone[i], round, first);
            name_file(&together[i], round, second);
            same_bytes(first, second);
        }
    }
}

/* A fork finds HDF5 whole, wherever the other thread is: the child would wait for that thread for ever. */
Test(api_together, children_write_while_a_thread_of_the_parent_does) {
    enum { CHILDREN = 12 };
    struct writer writer = {0};
    char wanted[PATH_SIZE], found[PATH_SIZE];
    snprintf(wanted, sizeof wanted, "%s/wanted.h5", folder);
    FINE(write_history(0, wanted));
    cr_assert(pthread_create(&writer.thread, NULL, write_all, &writer) == 0);
    for (int i = 0; i < CHILDREN; i++) {
        int status;
        snprintf(found, sizeof found, "%s/child-%d.h5", folder, i);
        pid_t child = fork();
        cr_assert(child >= 0);
        if (child == 0) {
            alarm(60);
            _exit(write_history(0, found));
        }
        cr_assert(waitpid(child, &status, 0) == child);
        cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "child %d ended with status %x: it hung", i, status);
        same_bytes(wanted, found);
    }
    pthread_join(writer.thread, NULL);
    cr_assert(writer.failed[0] == '\0', "%s", writer.failed);
}
