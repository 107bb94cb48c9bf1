#define _GNU_SOURCE /* unshare */
/* Checkpoints while memory or the disk fails, and what a kill at any write leaves: the run that goes on is whole or
 * says why not, and nothing that existed is damaged. */
#include <criterion/criterion.h>

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "output/file/file_driver.h"
#include "output/info.h"
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
    struct observers observers = {0};
    observers_add(&observers, history_observer(history));
    observers_add(&observers, checkpointer_observer(&checkpointer));
    struct observer observer = observers_join(&observers);
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

static long long size_of(const char *name) {
    struct stat facts;
    return stat(name, &facts) == 0 ? (long long)facts.st_size : -1;
}

/* A disk of that many bytes at `folder`: a file system in memory, seen by this process alone; 0 where that is not
 * allowed. */
static int small_disk(long long size) {
    char text[64];
    snprintf(text, sizeof text, "size=%lld", size);
    return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", folder, "tmpfs", 0, text) == 0;
}

/* Gives what was left on the small disk to the parent, which sees another one: through an open file. */
static void hand_over(int descriptor) {
    size_t size;
    char *bytes = scratch_read(part, &size);
    if (ftruncate(descriptor, 0) != 0 || pwrite(descriptor, bytes, size, 0) != (ssize_t)size)
        _exit(102);
    free(bytes);
}

/* A run that is to be held, on a disk that fills up; the exit status is its status. Where there can be no small disk,
 * the length of files is limited. */
static void run_on_full_disk(long long size, const struct recording *what) {
    struct history_options options = recording_options(what, path);
    struct rlimit limit = {(rlim_t)size, (rlim_t)size};
    int descriptor = open(part, O_RDWR | O_CREAT, 0666), own_disk = small_disk(size);
    if (!own_disk)
        unlink(part);
    struct history *history;
    struct race *race;
    signal(SIGXFSZ, SIG_IGN);
    if ((!own_disk && setrlimit(RLIMIT_FSIZE, &limit) != 0) || race_new(&race, &scenario, &failure) != MATTHEW_OK)
        _exit(100);
    if (history_open(&history, &scenario, &options, &failure) != MATTHEW_OK)
        _exit(101);
    history_hold(history);
    struct observer observer = history_observer(history);
    struct race_options settings = {.threads = 1, .observer = &observer};
    int status = race_run(race, scenario.months, &settings, &failure);
    int closed = history_close(history, status, &failure);
    if (own_disk)
        hand_over(descriptor);
    _exit(status != MATTHEW_OK ? status : closed);
}

/* The first rows of a column; the caller frees. *count values. */
static double *first_rows(const char *name, const char *column, hsize_t rows, size_t *count) {
    hsize_t length[3] = {0}, from[3] = {0};
    hid_t file = H5Fopen(name, H5F_ACC_RDONLY, H5P_DEFAULT), dataset = H5Dopen2(file, column, H5P_DEFAULT);
    hid_t space = H5Dget_space(dataset);
    int rank = H5Sget_simple_extent_dims(space, length, NULL);
    length[0] = rows;
    H5Sselect_hyperslab(space, H5S_SELECT_SET, from, NULL, length, NULL);
    *count = (size_t)H5Sget_select_npoints(space);
    hid_t memory = H5Screate_simple(rank, length, NULL);
    double *values = calloc(*count + 1, sizeof *values);
    cr_assert(H5Dread(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, values) >= 0, "%s of %s", column, name);
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(dataset);
    H5Fclose(file);
    return values;
}

static void same_rows(hsize_t rows, long long size) {
    static const char *const columns[] = {"cash", "accounts", "accounts_hhi", "segment_churn", "month"};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        size_t count, wanted_count;
        double *found = first_rows(part, columns[i], rows, &count),
               *wanted = first_rows(whole, columns[i], rows, &wanted_count);
        cr_assert(memcmp(found, wanted, count * sizeof *found) == 0 || count != wanted_count, "%lld bytes: %s", size,
                  columns[i]);
        free(found);
        free(wanted);
    }
}

/* The months that a run leaves on such a disk: those of a commit, and whole. */
static long months_left(long long size, const struct recording *what) {
    pid_t child = fork();
    if (child == 0)
        run_on_full_disk(size, what);
    int status;
    cr_assert(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
    cr_assert(WEXITSTATUS(status) == MATTHEW_WRITE_FAILED, "%lld bytes: status %d", size, WEXITSTATUS(status));
    struct history_facts facts;
    cr_assert(history_describe(part, &facts, &failure) == MATTHEW_OK, "%lld bytes: %s", size, failure.text);
    long months = facts.months_recorded;
    cr_assert(months % 64 == 0 && months <= 128, "%lld bytes: %ld months", size, months);
    cr_assert(months == 0 || facts.last_month == months - 1, "%lld bytes: month %ld", size, facts.last_month);
    same_rows((hsize_t)months, size);
    history_facts_free(&facts);
    unlink(part);
    return months;
}

/* A commit is written in full, or not begun: sizes around the two commits are tried in small steps. */
Test(fault, a_disk_that_is_full_at_any_size) {
    const struct recording some = {.record = "indicators,cash,accounts"};
    enum { COARSE = 12, FINE = 16 };
    scenario_small(&scenario, 30, 1);
    cr_assert(run_whole(&scenario, &some, 1, &failure) != 0);
    long long least = size_of(whole);
    scenario.months = 135;
    cr_assert(run_whole(&scenario, &some, 1, &failure) != 0);
    long long step = (size_of(whole) - least) / COARSE, from = least;
    long before = months_left(least, &some), commits = 0;
    for (int i = 1; i < COARSE; i++, from += step) {
        long months = months_left(from + step, &some);
        for (int j = 1; j < FINE && months > before; j++)
            months_left(from + step * j / FINE, &some);
        commits += months > before;
        before = months;
    }
    cr_assert(commits == 2, "%ld commits", commits);
    scenario_free(&scenario);
}
