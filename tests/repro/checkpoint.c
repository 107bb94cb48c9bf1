/* A run that goes on from a checkpoint is the run that was never interrupted: the state and the bytes of the file, for
 * every month at which it can be cut, by a wish to stop or by a kill, with other threads and other instruction sets.
 * One scenario is cut in every month; the others are where something else could go wrong. */
#include "core/isa.h"
#include "support/checkpoints.h"
#include "support/exhaustive.h"

#include <criterion/criterion.h>

TestSuite(checkpoint, .init = folder_make, .fini = folder_remove, .timeout = 600);

static struct failure failure;

static void load(struct scenario *scenario, const char *name, long firms, long months) {
    cr_assert(scenario_load(scenario, name, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(scenario_set_firms(scenario, firms, &failure) == MATTHEW_OK, "%s", failure.text);
    scenario->months = months;
}

static void check_cut(const struct scenario *scenario, const struct recording *recording, unsigned long long wanted,
                      long month, int kill) {
    const char *name = scenario->name, *how = kill ? "a kill" : "a wish to stop";
    int threads = month % 9 == 4 ? 3 : 1;
    long failed = run_until(scenario, recording, 1, month, month, kill, &failure);
    cr_assert(failed == 0, "%s, %s after month %ld: %s", name, how, month, failure.text);
    unsigned long long digest = run_on(scenario, recording, threads, month, kill, &failure);
    cr_assert(digest != 0, "%s, on from %s after month %ld: %s", name, how, month, failure.text);
    if (digest != wanted)
        cr_assert_fail("%s, on from %s after month %ld, another state: %s", name, how, month,
                       where_it_parts(scenario, recording, threads, month, kill));
    if (!same_bytes(path, whole))
        cr_assert_fail("%s, on from %s after month %ld, another file: %s", name, how, month, difference);
}

/* The months after which a run is cut. All of them are tried both ways; of the few, those in places 0, 2, ... are tried
 * with a wish to stop, the others with a kill. */
struct months {
    const long *few; /* ends with a 0 */
    const long *all; /* the same; NULL for every month */
};

static void check_cuts(const char *name, long firms, long months, const struct recording *recording,
                       const struct months *cuts) {
    struct scenario scenario;
    load(&scenario, name, firms, months);
    unsigned long long wanted = run_whole(&scenario, recording, 1, &failure);
    cr_assert(wanted != 0, "%s: %s", name, failure.text);
    const long *list = exhaustive() ? cuts->all : cuts->few;
    for (long i = 0; list != NULL ? list[i] > 0 : i + 1 < months; i++) {
        long month = list != NULL ? list[i] : i + 1;
        for (int kill = 0; kill < 2; kill++)
            if (exhaustive() || kill == i % 2)
                check_cut(&scenario, recording, wanted, month, kill);
    }
    scenario_free(&scenario);
}

/* Every month: the slots of firms that left are given away again from month 13 on. */
Test(checkpoint, every_month_of_the_default_scenario) {
    const struct recording recording = {.record = "all"};
    check_cuts("frontier-race", exhaustive() ? 300 : 150, exhaustive() ? 20 : 16, &recording, &(struct months){0});
}

/* Months 63 and 64 are the last of one slab and the first of the next. */
Test(checkpoint, across_slabs) {
    static const long few[] = {63, 64, 127, 128, 0}, all[] = {62, 63, 64, 85, 108, 127, 128, 0};
    check_cuts("frontier-race", 60, 130, &(struct recording){.record = "all"}, &(struct months){few, all});
}

/* Recorded every 7 months, months 6 and 7 are the last before and the first after a recorded one. */
Test(checkpoint, other_recordings) {
    static const long indicators[][4] = {{77, 114, 0}, {40, 77, 114, 0}}, none[][3] = {{30, 0}, {30, 80, 0}};
    static const long single[][4] = {{35, 6, 0}, {6, 7, 35, 0}}, named[][4] = {{66, 0}, {66, 106, 0}};
    check_cuts("core-race", 200, 140, &(struct recording){.record = "indicators"},
               &(struct months){indicators[0], indicators[1]});
    check_cuts("frontier-race", 200, 90, &(struct recording){.record = "none"}, &(struct months){none[0], none[1]});
    check_cuts("frontier-race", 200, 60, &(struct recording){.record = "default", .every = 7, .single = 1},
               &(struct months){single[0], single[1]});
    check_cuts("frontier-race", 200, 140, &(struct recording){.record = "cash,accounts_hhi"},
               &(struct months){named[0], named[1]});
}

/* So many events that chunks of them fill between two commits. */
Test(checkpoint, many_events) {
    static const long few[] = {13, 21, 0}, all[] = {5, 13, 21, 0};
    check_cuts("frontier-race", 3000, 22, &(struct recording){.record = "indicators"}, &(struct months){few, all});
}

/* A month in which the firms lie in fewer slots than at the start. */
Test(checkpoint, fewer_firms_than_at_the_start) {
    static const long cuts[] = {3, 4, 0};
    check_cuts("frontier-race", 3000, 6, &(struct recording){.record = "indicators"}, &(struct months){cuts, cuts});
}

Test(checkpoint, shipped_scenarios) {
    static const long few[][2] = {{7, 0}, {20, 0}}, all[] = {7, 20, 0};
    for (size_t i = 0; i < shipped_scenario_count; i++)
        check_cuts(shipped_scenarios[i].name, 150, 24, &(struct recording){.record = "all"},
                   &(struct months){few[i % 2], all});
}

/* Random members, switches, choices and schedules: whatever mechanism is on, or is switched off on the way. */
Test(checkpoint, random_scenarios) {
    const struct recording recording = {.record = "all"};
    for (uint64_t seed = 700; seed < 716; seed++) {
        struct scenario scenario;
        scenario_random(&scenario, seed);
        scenario.months = 14;
        snprintf(scenario.name, sizeof scenario.name, "seed-%lu", (unsigned long)seed);
        if (!exhaustive() && scenario.firms > 100)
            scenario.firms = 100;
        unsigned long long wanted = run_whole(&scenario, &recording, 1, &failure);
        cr_assert(wanted != 0, "seed %lu: %s", (unsigned long)seed, failure.text);
        check_cut(&scenario, &recording, wanted, 1 + (long)(seed % 12), (int)(seed % 2));
        scenario_free(&scenario);
    }
}

Test(checkpoint, other_instruction_sets) {
    const struct recording recording = {.record = "default"};
    struct scenario scenario;
    load(&scenario, "frontier-race", 300, 16);
    unsetenv("MATTHEW_ISA");
    unsigned long long wanted = run_whole(&scenario, &recording, 1, &failure);
    for (int isa = 0; isa < ISA_COUNT; isa++) {
        if (!isa_available((enum isa)isa))
            continue;
        unsetenv("MATTHEW_ISA");
        cr_assert(run_until(&scenario, &recording, 3, 8, 8, 0, &failure) == 0, "%s", failure.text);
        const char *name = isa_name((enum isa)isa);
        setenv("MATTHEW_ISA", name, 1);
        unsigned long long digest = run_on(&scenario, &recording, 8, 8, 0, &failure);
        cr_assert(digest != 0, "from month 8 with %s: %s", name, failure.text);
        if (digest != wanted)
            cr_assert_fail("from month 8 with %s, another state: %s", name,
                           where_it_parts(&scenario, &recording, 8, 8, 0));
        if (!same_bytes(path, whole))
            cr_assert_fail("from month 8 with %s, another file: %s", name, difference);
    }
    unsetenv("MATTHEW_ISA");
    scenario_free(&scenario);
}

/* Checkpoints change nothing, the newest two have their rows, and the one before serves as well. */
Test(checkpoint, many_in_one_run) {
    const struct recording recording = {.record = "all"};
    struct scenario scenario;
    char name[128];
    load(&scenario, "frontier-race", 300, 18);
    unsigned long long wanted = run_whole(&scenario, &recording, 1, &failure);
    cr_assert(run_until(&scenario, &recording, 1, 3, 16, 1, &failure) == 0, "%s", failure.text);
    long expected[] = {15, 12, 9, 6, 3, -1}, month = LONG_MAX;
    for (int i = 0; i < 6; i++) {
        month = checkpoint_before(path, month);
        snprintf(name, sizeof name, "%s/%06ld.rows", states, month);
        cr_assert(month == expected[i], "checkpoint %d, the newest first: month %ld, not %ld", i, month, expected[i]);
        cr_assert(month < 0 || (access(name, F_OK) == 0) == (i < 2), "%s: rows belong to the newest two alone", name);
    }
    cr_assert(run_on(&scenario, &recording, 1, 9, 1, &failure) == 0, "month 9 has no rows, and the run went on");
    cr_assert(failure.status == MATTHEW_NOT_FOUND, "status %d: %s", failure.status, failure.text);
    unsigned long long digest = run_on(&scenario, &recording, 1, 12, 1, &failure);
    cr_assert(digest == wanted, "from month 12: %016llx in place of %016llx; %s", digest, wanted, failure.text);
    cr_assert(same_bytes(path, whole), "from month 12: %s", difference);
    scenario_free(&scenario);
}
