/* Copies, files and changes of a race while memory or the disk fails: the race is what it was, and nothing is left
 * behind. */
#include "core/memory.h"
#include "core/tape.h"
#include "matthew.h"

#include "support/scratch.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

static char folder[SCRATCH_SIZE], path[64];
static matthew_race *race;
static uint64_t wanted; /* after two more months */

static matthew_race *made(void) {
    matthew_scenario *scenario = NULL;
    matthew_race *one = NULL;
    cr_assert(matthew_scenario_load(&scenario, "frontier-race") == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_scenario_set_firms(scenario, 60) == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_race_new(&one, scenario) == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_race_set_threads(one, 1) == MATTHEW_OK && matthew_race_keep_events(one, 2) == MATTHEW_OK);
    cr_assert(matthew_race_run(one, 5) == MATTHEW_OK, "%s", matthew_message());
    matthew_scenario_free(scenario);
    return one;
}

static void begin(void) {
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/race.state", folder);
    matthew_race *twin = made();
    race = made();
    cr_assert(matthew_race_run(twin, 7) == MATTHEW_OK, "%s", matthew_message());
    wanted = matthew_race_digest(twin);
    matthew_race_free(twin);
}

static void end(void) {
    matthew_race_free(race);
    scratch_close(folder);
}

TestSuite(interface, .init = begin, .fini = end, .timeout = 300);

static void goes_on(matthew_race *one, const char *what, unsigned long n) {
    cr_assert(matthew_race_run(one, 7) == MATTHEW_OK, "%s %lu: %s", what, n, matthew_message());
    cr_assert(matthew_race_digest(one) == wanted, "%s %lu: the race went another way", what, n);
}

static int copy(void) {
    matthew_race *twin = NULL;
    int status = matthew_race_copy(&twin, race);
    memory_fail_at(0);
    if (status == MATTHEW_OK) {
        size_t kept = matthew_race_event_count(twin);
        cr_assert(kept > 0 && kept == matthew_race_event_count(race), "a copy has %zu events", kept);
        goes_on(twin, "copy", 0);
    }
    matthew_race_free(twin);
    return status;
}

static int save(void) {
    return matthew_race_save(race, path);
}

static int load(void) {
    matthew_race *twin = NULL;
    int status = matthew_race_load(&twin, path);
    memory_fail_at(0);
    if (status == MATTHEW_OK)
        goes_on(twin, "load", 0);
    matthew_race_free(twin);
    return status;
}

static int set(void) {
    return matthew_race_set(race, "capital.pool=900");
}

static int scenario(void) {
    matthew_scenario *found = NULL;
    int status = matthew_race_scenario(&found, race);
    matthew_scenario_free(found);
    return status;
}

/* Makes the n-th allocation fail, for every n; returns for how many. */
static int without_memory(const char *what, int (*call)(void)) {
    for (size_t n = 1;; n++) {
        size_t before = memory_live();
        memory_fail_at(n);
        int status = call();
        memory_fail_at(0);
        if (status == MATTHEW_OK)
            return (int)n - 1;
        cr_assert(status == MATTHEW_NO_MEMORY, "%s, allocation %zu: %s", what, n, matthew_message());
        /* An array of the race itself may have grown; nothing else stays. */
        cr_assert(memory_live() == before, "%s, allocation %zu: %zu blocks, before %zu", what, n, memory_live(),
                  before);
    }
}

Test(interface, any_allocation) {
    struct {
        const char *name;
        int (*call)(void);
        int most;
    } calls[] = {{"copy", copy, 30}, {"save", save, 5}, {"load", load, 40}, {"scenario", scenario, 3}, {"set", set, 1}};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        int failures = without_memory(calls[i].name, calls[i].call);
        cr_assert(failures >= calls[i].most, "%s: %d allocations", calls[i].name, failures);
    }
    matthew_race *untouched = made();
    cr_assert(matthew_race_set(untouched, "capital.pool=900") == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_race_run(untouched, 7) == MATTHEW_OK, "%s", matthew_message());
    wanted = matthew_race_digest(untouched);
    goes_on(race, "after all", 0);
    matthew_race_free(untouched);
}

/* Events are all there or, after a run that could not keep them, none. */
Test(interface, events_have_no_gap) {
    int without = 0;
    matthew_race *untouched = made();
    cr_assert(matthew_race_run(untouched, 7) == MATTHEW_OK, "%s", matthew_message());
    size_t all = matthew_race_event_count(untouched);
    matthew_race_free(untouched);
    for (size_t n = 1;; n++) {
        double value;
        matthew_race *one = made();
        size_t before = matthew_race_event_count(one);
        memory_fail_at(n);
        int status = matthew_race_run(one, 7);
        memory_fail_at(0);
        size_t kept = matthew_race_event_count(one);
        int none = matthew_race_events(one, "event_month", &value, 0) == MATTHEW_BAD_ARGUMENT &&
                   strstr(matthew_message(), "keeps no events") != NULL;
        cr_assert(status == MATTHEW_OK || status == MATTHEW_NO_MEMORY, "allocation %zu: %s", n, matthew_message());
        cr_assert(none ? status != MATTHEW_OK && kept == 0 : kept >= before, "allocation %zu: %zu events", n, kept);
        without += none;
        goes_on(one, "run", n);
        cr_assert(none || matthew_race_event_count(one) == all, "allocation %zu: %zu events, expected %zu", n,
                  matthew_race_event_count(one), all);
        matthew_race_free(one);
        if (status == MATTHEW_OK)
            break;
    }
    cr_assert(without > 0, "no failure met the events");
}

Test(interface, any_write) {
    unsigned long failures = 0;
    cr_assert(save() == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_race_run(race, 6) == MATTHEW_OK, "%s", matthew_message());
    for (unsigned long n = 1;; n++) {
        tape_fail_at(n);
        int status = save();
        tape_fail_at(0);
        if (status == MATTHEW_OK)
            break;
        failures++;
        cr_assert(status == MATTHEW_WRITE_FAILED && strstr(matthew_message(), path) != NULL, "write %lu: %s", n,
                  matthew_message());
        cr_assert(scratch_files(folder, 0) == 1, "write %lu: %d files", n, scratch_files(folder, 0));
        matthew_race *earlier = NULL;
        cr_assert(matthew_race_load(&earlier, path) == MATTHEW_OK, "write %lu: %s", n, matthew_message());
        cr_assert(matthew_race_month(earlier) == 5, "write %lu: the file holds month %ld", n,
                  matthew_race_month(earlier));
        matthew_race_free(earlier);
    }
    cr_assert(failures > 2, "%lu writes", failures);
    goes_on(race, "write", 0);
}
