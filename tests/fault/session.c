/* Sessions while memory fails: a status, a message, nothing left behind; and the same call succeeds afterwards. */
#include "core/memory.h"
#include "matthew.h"

#include "support/scratch.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

enum { STOP = 3, ALLOCATIONS_LEAST = 40 };

static char folder[SCRATCH_SIZE], path[64];
static matthew_scenario *scenario;

static void begin(void) {
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/race.h5", folder);
    cr_assert(matthew_scenario_from_text(&scenario, "mine", "base: core-race\nfirms: 50\nmonths: 6\n") == MATTHEW_OK,
              "%s", matthew_message());
}

static void remove_files(void) {
    char command[SCRATCH_SIZE + 16];
    snprintf(command, sizeof command, "rm -rf %s/*", folder);
    cr_assert(system(command) == 0);
}

static void end(void) {
    matthew_scenario_free(scenario);
    remove_files();
    scratch_close(folder);
}

TestSuite(session, .init = begin, .fini = end, .timeout = 300);

static int stop(const struct matthew_session_progress *progress, void *context) {
    (void)context;
    return progress->month == STOP;
}

static int set(matthew_session *session) {
    static const char *const options[][2] = {{"output", NULL},      {"record", "accounts"}, {"threads", "1"},
                                             {"command", "a test"}, {"resume", "on"},       {"reproducible", "on"},
                                             {"made_with", "a=1"},  {"made_with", "b=2"}};
    int status = MATTHEW_OK;
    for (size_t i = 0; i < sizeof options / sizeof *options && status == MATTHEW_OK; i++)
        status = matthew_session_set(session, options[i][0], options[i][1] != NULL ? options[i][1] : path);
    return status;
}

/* A run to its end, or to month 3, and its result. */
static int run(int to_the_end) {
    matthew_session *session = NULL;
    int status = matthew_session_new(&session, scenario);
    if (status == MATTHEW_OK)
        status = set(session);
    if (status == MATTHEW_OK && !to_the_end)
        status = matthew_session_on_progress(session, stop, NULL);
    if (status == MATTHEW_OK)
        status = matthew_session_run(session);
    if (status == MATTHEW_OK || status == MATTHEW_STOPPED) {
        char *text = matthew_session_result_text(session, 1);
        status = text == NULL ? MATTHEW_NO_MEMORY : status;
        matthew_text_free(text);
    }
    matthew_session_free(session);
    return status;
}

static char *digest_of(char digest[MATTHEW_DIGEST_SIZE]) {
    cr_assert(matthew_file_digest(path, digest) == MATTHEW_OK, "%s", matthew_message());
    return digest;
}

/* Makes the n-th allocation fail, for every n; with `stopped` of a run that goes on. */
static void without_memory(int stopped) {
    char whole[MATTHEW_DIGEST_SIZE], found[MATTHEW_DIGEST_SIZE];
    cr_assert(run(1) == MATTHEW_OK, "%s", matthew_message());
    digest_of(whole);
    for (size_t n = 1;; n++) {
        remove_files();
        if (stopped)
            cr_assert(run(0) == MATTHEW_STOPPED, "%s", matthew_message());
        size_t before = memory_live();
        memory_fail_at(n);
        int status = run(1);
        memory_fail_at(0);
        cr_assert(memory_live() == before, "allocation %zu: %zu blocks, before %zu", n, memory_live(), before);
        cr_assert(status == MATTHEW_OK || status == MATTHEW_NO_MEMORY, "allocation %zu: %s", n, matthew_message());
        if (status == MATTHEW_OK && n > ALLOCATIONS_LEAST) { /* some are of caches, without which a run does */
            cr_assert(strcmp(digest_of(found), whole) == 0, "allocation %zu: the file has other values", n);
            break;
        }
        cr_assert(run(1) == MATTHEW_OK, "after allocation %zu: %s", n, matthew_message());
        cr_assert(strcmp(digest_of(found), whole) == 0, "after allocation %zu: the file has other values", n);
    }
}

Test(session, any_allocation_of_a_run_that_begins) {
    without_memory(0);
}

Test(session, any_allocation_of_a_run_that_goes_on) {
    without_memory(1);
}
