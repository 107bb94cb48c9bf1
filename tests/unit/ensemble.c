#define _GNU_SOURCE /* nftw */
/* The queue of races: every place once, in order of taking, for any number of threads; failures and wishes to stop. And
 * the limit that a container sets. */
#include "study/ensemble.h"

#include "parallel/quota.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <omp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { PLACES = 500 };

struct seen {
    _Atomic int times[PLACES];
    _Atomic int begun, most_inside;
    int fails_from; /* places from here on fail; PLACES for none */
    volatile sig_atomic_t stop;
    int stops_after; /* races; 0 for never */
};

static int run(void *context, size_t place, int threads, struct failure *failure) {
    struct seen *seen = context;
    atomic_fetch_add(&seen->times[place], 1);
    if (threads > atomic_load(&seen->most_inside))
        atomic_store(&seen->most_inside, threads);
    if (atomic_fetch_add(&seen->begun, 1) + 1 == seen->stops_after)
        seen->stop = 1;
    if ((int)place >= seen->fails_from)
        return fail(failure, MATTHEW_TOO_LARGE, "place %zu", place);
    return MATTHEW_OK;
}

static struct ensemble ensemble_of(struct seen *seen, size_t count, int threads, long firms) {
    memset(seen, 0, sizeof *seen);
    seen->fails_from = PLACES;
    return (struct ensemble){
        .count = count, .firms = firms, .threads = threads, .stop = &seen->stop, .run = run, .context = seen};
}

Test(ensemble, every_place_runs_once) {
    for (int threads = 1; threads <= 4; threads++)
        for (size_t count = 0; count <= PLACES; count += count < 6 ? 1 : 494) {
            struct seen seen;
            struct ensemble ensemble = ensemble_of(&seen, count, threads, 5000);
            cr_assert(ensemble_run(&ensemble, NULL) == MATTHEW_OK);
            for (size_t i = 0; i < PLACES; i++)
                cr_assert(seen.times[i] == (i < count), "%d threads, %zu races: place %zu ran %d times", threads, count,
                          i, seen.times[i]);
        }
}

Test(ensemble, threads_go_inside_only_where_races_are_few_and_large) {
    struct seen seen;
    int inside;
    struct {
        size_t count;
        int threads;
        long firms;
        int side_by_side, inside;
    } rows[] = {{1, 4, 5000, 1, 4}, {3, 4, 5000, 1, 4}, {4, 4, 5000, 4, 1}, {400, 4, 5000, 4, 1},
                {3, 4, 300, 3, 1},  {1, 4, 100, 1, 1},  {10, 1, 5000, 1, 1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ensemble ensemble = ensemble_of(&seen, rows[i].count, rows[i].threads, rows[i].firms);
        int side_by_side = ensemble_side_by_side(&ensemble, &inside);
        cr_assert(side_by_side == rows[i].side_by_side && inside == rows[i].inside,
                  "row %zu: %d side by side with %d threads each", i, side_by_side, inside);
    }
}

Test(ensemble, the_first_failure_tells_and_ends_the_queue) {
    for (int threads = 1; threads <= 4; threads++) {
        struct seen seen;
        struct failure failure = {0};
        struct ensemble ensemble = ensemble_of(&seen, PLACES, threads, 100);
        seen.fails_from = 7;
        cr_assert(ensemble_run(&ensemble, &failure) == MATTHEW_TOO_LARGE);
        cr_assert(strcmp(failure.text, "place 7") == 0, "%d threads: it says `%s`", threads, failure.text);
        cr_assert(seen.begun <= 7 + 2 * threads, "%d threads: %d races begun", threads, seen.begun);
    }
}

Test(ensemble, a_wish_to_stop_leaves_races_undone) {
    for (int threads = 1; threads <= 4; threads++) {
        struct seen seen;
        struct failure failure = {0};
        struct ensemble ensemble = ensemble_of(&seen, PLACES, threads, 100);
        seen.stops_after = 5;
        cr_assert(ensemble_run(&ensemble, &failure) == MATTHEW_STOPPED);
        cr_assert(seen.begun >= 5 && seen.begun < 5 + 2 * threads, "%d threads: %d races begun", threads, seen.begun);
    }
}

/* ---- a queue that grows ---- */

/* The queue begins with one race. Each of the first half brings two others when it has been run, the last of them one.
 */
struct grown {
    _Atomic int times[PLACES];
    omp_lock_t one;
    size_t count, taken, running;
    size_t fails_at;
};

static enum ensemble_turn next(void *context, size_t *place) {
    struct grown *grown = context;
    omp_set_lock(&grown->one);
    int has_one = grown->taken < grown->count;
    enum ensemble_turn turn = has_one ? ENSEMBLE_RACE : grown->running > 0 ? ENSEMBLE_WAIT : ENSEMBLE_END;
    *place = grown->taken;
    grown->taken += (size_t)has_one;
    grown->running += (size_t)has_one;
    omp_unset_lock(&grown->one);
    return turn;
}

static int run_grown(void *context, size_t place, int threads, struct failure *failure) {
    struct grown *grown = context;
    struct timespec while_running = {0, 300000};
    (void)threads;
    atomic_fetch_add(&grown->times[place], 1);
    nanosleep(&while_running, NULL);
    omp_set_lock(&grown->one);
    grown->count += place < PLACES / 2 - 1 ? 2 : place == PLACES / 2 - 1 ? 1 : 0;
    grown->running--;
    omp_unset_lock(&grown->one);
    return place >= grown->fails_at ? fail(failure, MATTHEW_TOO_LARGE, "place %zu", place) : MATTHEW_OK;
}

static int run_growing(struct grown *grown, int threads, size_t fails_at, struct failure *failure) {
    memset(grown, 0, sizeof *grown);
    grown->count = 1;
    grown->fails_at = fails_at;
    struct ensemble ensemble = {
        .count = 10, .firms = 5000, .threads = threads, .run = run_grown, .next = next, .context = grown};
    omp_init_lock(&grown->one);
    int status = ensemble_run(&ensemble, failure);
    omp_destroy_lock(&grown->one);
    return status;
}

Test(ensemble, what_a_race_brings_is_run) {
    for (int threads = 1; threads <= 4; threads++) {
        struct grown grown;
        struct failure failure = {0};
        cr_assert(run_growing(&grown, threads, PLACES, &failure) == MATTHEW_OK, "%s", failure.text);
        for (size_t i = 0; i < PLACES; i++)
            cr_assert(grown.times[i] == 1, "%d threads: place %zu ran %d times", threads, i, grown.times[i]);
    }
}

Test(ensemble, a_failure_ends_a_queue_that_grows) {
    for (int threads = 1; threads <= 4; threads++) {
        struct grown grown;
        struct failure failure = {0};
        cr_assert(run_growing(&grown, threads, 9, &failure) == MATTHEW_TOO_LARGE);
        cr_assert(strcmp(failure.text, "place 9") == 0, "%d threads: it says `%s`", threads, failure.text);
    }
}

/* ---- the limit of a container ---- */

static void write_text(const char *folder, const char *name, const char *text) {
    char path[1000];
    snprintf(path, sizeof path, "%s%s", folder, name);
    for (char *slash = strchr(path + strlen(folder) + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    cr_assert(file != NULL, "%s", path);
    fputs(text, file);
    fclose(file);
}

static int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *place) {
    (void)facts, (void)kind, (void)place;
    return remove(path);
}

static int threads_of(const char *folder, const char *groups) {
    char path[1000];
    write_text(folder, "/groups", groups);
    snprintf(path, sizeof path, "%s/groups", folder);
    return quota_read(path, folder);
}

Test(ensemble, the_limit_of_a_container_is_read) {
    char folder[] = "/tmp/matthew-test-XXXXXX";
    cr_assert(mkdtemp(folder) != NULL, "%s", folder);
    cr_assert(threads_of(folder, "0::/a/b\n") == 0, "no limit anywhere");
    write_text(folder, "/a/b/cpu.max", "max 100000\n");
    cr_assert(threads_of(folder, "0::/a/b\n") == 0, "a limit that is none");
    write_text(folder, "/a/b/cpu.max", "250000 100000\n");
    cr_assert(threads_of(folder, "0::/a/b\n") == 3, "2.5 processors are %d threads", threads_of(folder, "0::/a/b\n"));
    write_text(folder, "/a/cpu.max", "150000 100000\n");
    cr_assert(threads_of(folder, "0::/a/b\n") == 2, "the group above allows less");
    cr_assert(threads_of(folder, "0::/not/there\n") == 0, "a group that cannot be seen, and no limit at the root");
    write_text(folder, "/cpu.max", "10000 100000\n");
    cr_assert(threads_of(folder, "0::/../c\n") == 1, "a group outside of what can be seen");
    write_text(folder, "/cpu,cpuacct/d/cpu.cfs_quota_us", "400000\n");
    write_text(folder, "/cpu,cpuacct/d/cpu.cfs_period_us", "100000\n");
    cr_assert(threads_of(folder, "5:cpuset:/\n4:cpu,cpuacct:/d\n") == 4, "version 1");
    write_text(folder, "/cpu,cpuacct/d/cpu.cfs_quota_us", "-1\n");
    cr_assert(threads_of(folder, "4:cpu,cpuacct:/d\n") == 0, "version 1 without a limit");
    cr_assert(threads_of(folder, "what is this") == 0, "a list that is none");
    cr_assert(nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0, "%s", folder);
}
