/* Checkpoints while memory or the disk fails, and what a kill at any write leaves: the run that goes on is whole or
 * says why not, and nothing that existed is damaged. */
#include <criterion/criterion.h>

#include <sys/wait.h>

#include "output/file_driver.h"
#include "support/checkpoints.h"
#include "support/exhaustive.h"

TestSuite(fault, .init = folder_make, .fini = folder_remove, .timeout = 600);

static struct failure failure;
static struct scenario scenario;
static const struct recording recording = {.record = "cash,accounts,accounts_gini"};

Test(fault, any_allocation_while_going_on) {
    int failures = 0;
    scenario_small(&scenario, 30, 6);
    unsigned long long wanted = run_whole(&scenario, &recording, 1, &failure);
    cr_assert(run_until(&scenario, &recording, 1, 4, 4, 0, &failure) == 0);
    for (size_t n = 1;; n++) {
        copy_file(path, part);
        memory_fail_at(n);
        unsigned long long digest = run_on(&scenario, &recording, 1, 4, 0, &failure);
        size_t asked = memory_fail_at(0);
        if (digest != 0) {
            cr_assert(asked < n && digest == wanted && same_bytes(path, whole));
            break;
        }
        cr_assert(failure.status == MATTHEW_NO_MEMORY, "%zu: %s", n, failure.text);
        cr_assert(checkpoint_before(path, LONG_MAX) == 4 && access(path, F_OK) == 0);
        failures++;
    }
    cr_assert(failures > 40);
    scenario_free(&scenario);
}

/* The run goes on without the checkpoint. */
Test(fault, any_write_of_a_checkpoint) {
    long failures = 0;
    scenario_small(&scenario, 30, 6);
    unsigned long long wanted = run_whole(&scenario, &recording, 1, &failure);
    for (unsigned long n = 1;; n++) {
        tape_fail_at(n);
        long failed = run_until(&scenario, &recording, 1, 2, 4, 0, &failure);
        unsigned long asked = tape_fail_at(0);
        cr_assert(failed == (asked >= n), "%lu: %ld", n, failed);
        long newest = checkpoint_before(path, LONG_MAX);
        cr_assert(newest == 4 || (newest == 2 && failed));
        cr_assert(run_on(&scenario, &recording, 1, newest, 0, &failure) == wanted && same_bytes(path, whole), "%lu: %s",
                  n, failure.text);
        int left = states_remove(); /* rows without a state may be there too */
        cr_assert(failed ? left == 2 || left == 3 : left == 4, "%lu: %d", n, left);
        failures += failed;
        if (!failed)
            break;
    }
    cr_assert(failures > 4);
    scenario_free(&scenario);
}

/* The folder cannot be made: a file has its name. */
Test(fault, no_place_for_checkpoints) {
    scenario_small(&scenario, 30, 6);
    put_bytes(states, "mine", 4);
    cr_assert(run_until(&scenario, &recording, 1, 2, 5, 0, &failure) == 2);
    size_t size;
    char *bytes = scratch_read(states, &size);
    cr_assert(size == 4 && checkpoint_before(path, LONG_MAX) == -1);
    free(bytes);
    scenario_free(&scenario);
}

/* A kill at the n-th write: after a failed write the driver writes no more, and the child ends without closing. */
static void run_and_die(const struct recording *what, unsigned long n, long last) {
    struct history_options options = recording_options(what, path);
    struct history *history;
    struct race *race;
    struct checkpointer checkpointer;
    if (race_new(&race, &scenario, &failure) != MATTHEW_OK ||
        history_open(&history, &scenario, &options, &failure) != MATTHEW_OK ||
        checkpointer_init(&checkpointer, &scenario, &options, history, &failure) != MATTHEW_OK)
        _exit(1);
    checkpointer.every = 10;
    struct observer observer = checkpointer_observer(&checkpointer);
    struct race_options settings = {.threads = 1, .observer = &observer};
    file_driver_fail_at(n);
    race_run(race, last, &settings, &failure);
    _exit(0);
}

static const char *rows_of(long month) {
    static char name[200];
    snprintf(name, sizeof name, "%s/%06ld.rows", states, month);
    return name;
}

Test(fault, a_kill_at_any_write) {
    const struct recording all = {.record = "all"};
    scenario_small(&scenario, 30, 135);
    unsigned long long wanted = run_whole(&scenario, &all, 1, &failure);
    cr_assert(wanted != 0);
    int tried = 0, refused = 0, late = 0;
    for (unsigned long n = 2; n < 4000; n += 1 + n / (exhaustive() ? 4 : 2), tried++) {
        states_remove();
        unlink(path);
        unlink(part);
        pid_t child = fork();
        if (child == 0)
            run_and_die(&all, n, 134);
        int status;
        cr_assert(child > 0 && waitpid(child, &status, 0) == child && status == 0);
        if (access(part, F_OK) != 0)
            continue;
        long month = checkpoint_before(path, LONG_MAX);
        unsigned long long digest = 0;
        for (; month >= 0 && digest == 0; month = checkpoint_before(path, month)) {
            if (access(rows_of(month), F_OK) != 0)
                continue; /* kept for the newest two */
            late += month > 64;
            digest = run_on(&scenario, &all, 1, month, 1, &failure);
            if (digest == 0)
                cr_assert(failure.status == MATTHEW_READ_FAILED, "%s", failure.text);
            refused += digest == 0;
        }
        cr_assert(digest == 0 || (digest == wanted && same_bytes(path, whole)), "write %lu: other bytes", n);
    }
    cr_assert(tried > 15 && late > 3 && refused <= 2, "%d refused, %d late, of %d", refused, late, tried);
    scenario_free(&scenario);
}
