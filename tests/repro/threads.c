/* The same race, bit by bit: for any number of threads, any way of cutting it into calls, any instruction set, in
 * another process, and in the bytes of its history. */
#include "core/isa.h"
#include "output/history/history.h"
#include "support/differences.h"
#include "support/races.h"
#include "support/scratch.h"

#include <criterion/criterion.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MONTHS = 24, FIRMS = 600 };

static const int thread_counts[] = {1, 2, 3, 8};
enum { THREAD_COUNTS = sizeof thread_counts / sizeof *thread_counts };

static void load(struct scenario *scenario, const char *name) {
    struct failure failure = {0};
    cr_assert(scenario_load(scenario, name, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(scenario_set_firms(scenario, FIRMS, &failure) == MATTHEW_OK, "%s", failure.text);
    scenario->months = MONTHS;
}

/* How a run is cut into calls. */
enum cut { STRAIGHT, IN_TWO, BY_MONTH, CUTS };
static const char *const cut_names[CUTS] = {"in one call", "in two calls", "month by month"};

static unsigned long long run(const struct scenario *scenario, int threads, enum cut cut) {
    struct failure failure = {0};
    struct race *race = race_at(scenario, 0);
    struct race_options options = {.threads = threads};
    if (cut == IN_TWO)
        cr_assert(race_run(race, MONTHS / 3, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    for (long month = 1; month < MONTHS && cut == BY_MONTH; month++)
        cr_assert(race_run(race, month, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(race_run(race, MONTHS, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    unsigned long long digest = race_digest(race);
    race_free(race);
    return digest;
}

static void check_matrix(const char *name) {
    struct scenario scenario;
    load(&scenario, name);
    unsetenv("MATTHEW_ISA");
    unsigned long long wanted = run(&scenario, 1, STRAIGHT);
    int tried = 0;
    for (int isa = 0; isa < ISA_COUNT; isa++) {
        if (!isa_available((enum isa)isa))
            continue;
        setenv("MATTHEW_ISA", isa_name((enum isa)isa), 1);
        for (int t = 0; t < THREAD_COUNTS; t++)
            for (int cut = 0; cut < CUTS; cut++) {
                unsigned long long digest = run(&scenario, thread_counts[t], (enum cut)cut);
                if (digest != wanted)
                    cr_assert_fail("%s with %s, %d threads, %s: %s", name, isa_name((enum isa)isa), thread_counts[t],
                                   cut_names[cut],
                                   where_races_part(&scenario, thread_counts[t], isa_name((enum isa)isa), MONTHS));
                tried++;
            }
    }
    unsetenv("MATTHEW_ISA");
    cr_assert(tried >= THREAD_COUNTS * CUTS, "only %d runs were compared", tried);
    scenario.seed++;
    cr_assert(run(&scenario, 1, STRAIGHT) != wanted, "the seed does not matter");
    scenario_free(&scenario);
}

Test(threads, frontier_race) {
    check_matrix("frontier-race");
}

Test(threads, core_race) {
    check_matrix("core-race");
}

/* Random members, switches and choices: whatever mechanism is on. */
Test(threads, random_scenarios) {
    for (uint64_t seed = 900; seed < 912; seed++) {
        struct scenario scenario;
        struct failure failure = {0};
        scenario_random(&scenario, seed);
        unsetenv("MATTHEW_ISA");
        unsigned long long wanted = scenario_digest(&scenario, 12, 1, &failure);
        cr_assert(wanted != 0, "seed %lu: %s", (unsigned long)seed, failure.text);
        for (int isa = 0; isa < ISA_COUNT; isa++) {
            if (!isa_available((enum isa)isa))
                continue;
            setenv("MATTHEW_ISA", isa_name((enum isa)isa), 1);
            if (scenario_digest(&scenario, 12, 3, &failure) != wanted)
                cr_assert_fail("seed %lu with %s, 3 threads: %s", (unsigned long)seed, isa_name((enum isa)isa),
                               where_races_part(&scenario, 3, isa_name((enum isa)isa), 12));
        }
        scenario_free(&scenario);
    }
    unsetenv("MATTHEW_ISA");
}

/* ---- another process ---- */

static unsigned long long digest_of_child(const struct scenario *scenario, int threads, size_t junk) {
    int ends[2];
    unsigned long long digest = 0;
    cr_assert(pipe(ends) == 0);
    pid_t child = fork();
    cr_assert(child >= 0);
    if (child == 0) {
        void *shift = memory_new(junk, 1); /* so that memory lies elsewhere */
        digest = run(scenario, threads, STRAIGHT);
        ssize_t written = write(ends[1], &digest, sizeof digest);
        memory_free(shift);
        _exit(written == (ssize_t)sizeof digest ? 0 : 1);
    }
    int status;
    cr_assert(read(ends[0], &digest, sizeof digest) == (ssize_t)sizeof digest);
    cr_assert(waitpid(child, &status, 0) == child && status == 0);
    close(ends[0]);
    close(ends[1]);
    return digest;
}

Test(threads, two_processes) {
    struct scenario scenario;
    load(&scenario, "frontier-race");
    unsigned long long first = digest_of_child(&scenario, 2, 12345), second = digest_of_child(&scenario, 3, 7000000);
    cr_assert(first != 0, "the other process has no digest");
    cr_assert(first == second, "two processes end with %016llx and %016llx", first, second);
    unsigned long long here = run(&scenario, 1, STRAIGHT);
    cr_assert(first == here, "another process ends with %016llx, this one with %016llx", first, here);
    scenario_free(&scenario);
}

/* ---- bytes of history files ---- */

static char *record(const struct scenario *scenario, int threads, int reproducible, const char *path, size_t *size) {
    struct failure failure = {0};
    struct history *history;
    struct history_options settings = {
        .path = path, .record = "all", .every = 1, .reproducible = reproducible, .force = 1};
    struct race *race = race_at(scenario, 0);
    cr_assert(history_open(&history, scenario, &settings, &failure) == MATTHEW_OK, "%s", failure.text);
    struct observer observer = history_observer(history);
    struct race_options options = {.threads = threads, .observer = &observer};
    int status = race_run(race, MONTHS, &options, &failure);
    cr_assert(status == MATTHEW_OK, "%s", failure.text);
    cr_assert(history_close(history, status, &failure) == MATTHEW_OK, "%s", failure.text);
    race_free(race);
    return scratch_read(path, size);
}

Test(threads, bytes_of_histories) {
    struct scenario scenario;
    load(&scenario, "frontier-race");
    char folder[SCRATCH_SIZE], path[64];
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/race.h5", folder);
    size_t wanted, size;
    char *first = record(&scenario, 1, 1, path, &wanted);
    for (int t = 0; t < THREAD_COUNTS; t++) {
        char *again = record(&scenario, thread_counts[t], 1, path, &size);
        cr_assert(bytes_part(again, size, first, wanted)[0] == '\0', "%d threads: %s", thread_counts[t], difference);
        free(again);
    }
    scenario.seed++;
    char *other = record(&scenario, 2, 1, path, &size);
    cr_assert(bytes_part(other, size, first, wanted)[0] != '\0', "another seed gives the same file");
    free(other);
    free(first);
    scratch_close(folder);
    scenario_free(&scenario);
}
