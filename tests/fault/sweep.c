/* The file of a sweep while memory or the disk fails: at any allocation, and at any call by which something reaches the
 * disk. A file that is new is there whole or not at all; one that grows keeps its bytes, or has all of the new ones;
 * runs that were finished stay. */
#define _GNU_SOURCE
#include "study/sweep_load.h"
#include "study/sweep_run.h"

#include "core/memory.h"
#include "support/exhaustive.h"
#include "support/scratch.h"

#include <criterion/criterion.h>

#include <errno.h>
#include <sys/syscall.h>

/* ---- calls that fail ---- */

/* Calls so far, and which of them fails; 0 for none. What is defined here is what the library calls. */
static unsigned long calls, fails_at;
static const char *failed_call;

/* Who holds a lock is written into it for other processes to tell, and matters to nothing else. */
static int is_lock(int descriptor) {
    char name[40], target[200];
    snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(name, target, sizeof target);
    return length > 5 && memcmp(target + length - 5, ".lock", 5) == 0;
}

static int is_refused(const char *name, int descriptor) {
    if (is_lock(descriptor) || ++calls != fails_at)
        return 0;
    failed_call = name;
    errno = ENOSPC;
    return 1;
}

ssize_t pwrite(int descriptor, const void *from, size_t size, off_t place) {
    return is_refused("pwrite", descriptor) ? -1 : syscall(SYS_pwrite64, descriptor, from, size, place);
}

int fsync(int descriptor) {
    return is_refused("fsync", descriptor) ? -1 : (int)syscall(SYS_fsync, descriptor);
}

int fdatasync(int descriptor) {
    return is_refused("fdatasync", descriptor) ? -1 : (int)syscall(SYS_fdatasync, descriptor);
}

int ftruncate(int descriptor, off_t size) {
    return is_refused("ftruncate", descriptor) ? -1 : (int)syscall(SYS_ftruncate, descriptor, size);
}

int posix_fallocate(int descriptor, off_t from, off_t size) {
    if (is_refused("posix_fallocate", descriptor))
        return ENOSPC;
    return syscall(SYS_fallocate, descriptor, 0, from, size) == 0 ? 0 : errno;
}

int rename(const char *from, const char *to) {
    return is_refused("rename", -1) ? -1 : (int)syscall(SYS_rename, from, to);
}

int link(const char *from, const char *to) {
    return is_refused("link", -1) ? -1 : (int)syscall(SYS_link, from, to);
}

static void fail_call(unsigned long n) {
    calls = 0;
    failed_call = "none";
    fails_at = n;
}

/* ---- sweeps ---- */

#define SMALL "factors: {customers.*.lock_in: [0, 1]}\nreplicates: 2\n"
#define LARGE "factors: {customers.*.lock_in: [0.5, 1, 0]}\nreplicates: 3\n"
#define FORM                                                                                                           \
    "base: core-race\nfirms: 20\nmonths: 2\noutcomes: {hhi: {indicator: revenue_hhi, series: every 1}, firms: "        \
    "{indicator: active_firms, final}, middle: {register: npv, median_by: strategy}, receipts: {column: "              \
    "total_receipts, sum_by: strategy, series: every 1}}\n"

static char folder[SCRATCH_SIZE], path[SCRATCH_SIZE + 16];
static struct sweep sweep;
static struct failure failure;

static void load(const char *text) {
    char name[SCRATCH_SIZE + 16];
    snprintf(name, sizeof name, "%s/s.yaml", folder);
    FILE *file = fopen(name, "w");
    cr_assert(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, "%s", name);
    cr_assert(sweep_load(&sweep, name, &failure) == MATTHEW_OK, "%s", failure.text);
    unlink(name);
}

static void setup(void) {
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/s.h5", folder);
}

static void teardown(void) {
    scratch_close(folder);
}

TestSuite(fault_sweep, .init = setup, .fini = teardown, .timeout = 600);

/* Opens the file of the sweep, and makes the runs with as many of them as are wanted. */
static int work(int all_of_it) {
    struct sweep_file file;
    struct sweep_tally tally;
    struct sweep_file_options options = {.path = path, .reproducible = 1};
    struct sweep_run_options how = {.threads = 1, .retry_failed = 1};
    failure.text[0] = '\0';
    int status = sweep_file_open(&file, &sweep, &options, &failure);
    if (status == MATTHEW_OK && all_of_it)
        status = sweep_run(&file, &how, &tally, &failure);
    if (status == MATTHEW_OK && all_of_it)
        cr_assert(tally.done == sweep.runs || tally.failed > 0, "%zu of %zu runs are done", tally.done, sweep.runs);
    sweep_file_close(&file);
    return status;
}

struct bytes {
    char *at;
    size_t size;
};

static struct bytes bytes_now(void) {
    struct bytes bytes;
    bytes.at = scratch_read(path, &bytes.size);
    return bytes;
}

static int is_same(const struct bytes *wanted) {
    struct bytes found = bytes_now();
    int same = found.size == wanted->size && memcmp(found.at, wanted->at, found.size) == 0;
    free(found.at);
    return same;
}

/* What a sweep makes from nothing. The file stays. */
static struct bytes make(const char *text, int all_of_it) {
    load(text);
    unlink(path);
    cr_assert(work(all_of_it) == MATTHEW_OK, "%s", failure.text);
    sweep_free(&sweep);
    return bytes_now();
}

static void put(const struct bytes *bytes) {
    FILE *file = fopen(path, "wb");
    cr_assert(file != NULL && fwrite(bytes->at, 1, bytes->size, file) == bytes->size && fclose(file) == 0, "%s", path);
}

/* ---- one thing after another fails ---- */

/* What is tried: the file is made, or grows from what was before, and perhaps runs are made. */
struct attempt {
    const struct bytes *before; /* null: there is no file */
    const struct bytes *opened; /* the file before its first new run */
    const struct bytes *whole;  /* and in the end */
    int with_runs;
    int of_memory; /* allocations fail, not calls */
};

static char *what_failed(const struct attempt *attempt, unsigned long n, char text[100]) {
    snprintf(text, 100, "%s %lu (%s)", attempt->of_memory ? "allocation" : "call", n, failed_call);
    return text;
}

/* Failures tell of the file or of memory, in one line. Without runs the file is what it was or what it should be. */
static void expect_after(const struct attempt *attempt, int status, const char *what) {
    int there = access(path, F_OK) == 0;
    char log[SCRATCH_SIZE + 24];
    snprintf(log, sizeof log, "%s.log", path);
    if (status != MATTHEW_OK) {
        int fits = attempt->of_memory ? status == MATTHEW_NO_MEMORY
                                      : status == MATTHEW_WRITE_FAILED && strstr(failure.text, folder) != NULL;
        cr_assert(fits && strchr(failure.text, '\n') == NULL, "%s: status %d, %s", what, status, failure.text);
    } else if (!attempt->of_memory) /* a file system may have no links */
        cr_assert(strcmp(failed_call, "none") == 0 || strcmp(failed_call, "link") == 0, "%s is not told", what);
    cr_assert(scratch_files(folder, 0) == there + (access(log, F_OK) == 0), "%s leaves %d files", what,
              scratch_files(folder, 0));
    unlink(log);
    if (attempt->with_runs)
        return;
    int is_old = there ? attempt->before != NULL && is_same(attempt->before) : attempt->before == NULL;
    cr_assert((status != MATTHEW_OK && is_old) || (there && is_same(attempt->opened)), "%s: the file is %s", what,
              there ? "neither the old one nor the new one" : "gone");
}

/* Returns how many calls or allocations there were. */
static unsigned long try_with(const struct attempt *attempt, unsigned long n) {
    char what[100];
    unlink(path);
    if (attempt->before != NULL)
        put(attempt->before);
    size_t live = memory_live();
    fail_call(attempt->of_memory ? 0 : n);
    memory_fail_at(attempt->of_memory ? n : 0);
    int status = work(attempt->with_runs);
    unsigned long asked = memory_fail_at(0);
    if (!attempt->of_memory)
        asked = calls;
    fails_at = 0;
    what_failed(attempt, n, what);
    cr_assert(memory_live() == live, "%s: %zu blocks of memory, %zu before", what, memory_live(), live);
    expect_after(attempt, status, what);
    cr_assert(work(1) == MATTHEW_OK, "after %s: %s", what, failure.text);
    cr_assert(is_same(attempt->whole), "after %s the finished file has other bytes", what);
    return asked;
}

static void try_all(const struct attempt *attempt, unsigned long step) {
    unsigned long n = 1, tried = 0;
    while (try_with(attempt, n) >= n) {
        n += exhaustive() ? 1 : step;
        tried++;
    }
    cr_assert(tried > 5, "only %lu of %lu were tried", tried, n);
}

/* Makes what is wanted, and tries it with calls or allocations that fail. The steps are those of the quick form. */
static void fail_making(int with_runs, unsigned long step_of_calls, unsigned long step_of_memory) {
    struct bytes opened = make(FORM LARGE, 0), whole = make(FORM LARGE, 1);
    struct attempt attempt = {.opened = &opened, .whole = &whole, .with_runs = with_runs};
    load(FORM LARGE);
    try_all(&attempt, step_of_calls);
    attempt.of_memory = 1;
    try_all(&attempt, step_of_memory);
    sweep_free(&sweep);
    free(opened.at);
    free(whole.at);
}

Test(fault_sweep, a_file_is_made_whole_or_not_at_all) {
    fail_making(0, 1, 1);
}

Test(fault_sweep, what_fails_among_the_runs_is_made_good) {
    fail_making(1, 3, 11);
}

Test(fault_sweep, a_file_that_grows_is_the_old_or_the_new_one) {
    struct bytes whole = make(FORM LARGE, 1), before = make(FORM SMALL, 1);
    load(FORM LARGE);
    cr_assert(work(0) == MATTHEW_OK, "%s", failure.text);
    struct bytes opened = bytes_now();
    struct attempt attempt = {.before = &before, .opened = &opened, .whole = &whole};
    try_all(&attempt, 1);
    attempt.of_memory = 1;
    try_all(&attempt, 1);
    sweep_free(&sweep);
    free(before.at);
    free(opened.at);
    free(whole.at);
}
