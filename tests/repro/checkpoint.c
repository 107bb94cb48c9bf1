/* A run that goes on from a checkpoint is the run that was never interrupted: the state and the bytes of the file, for
 * every month at which it can be cut, by a wish to stop or by a kill, with other threads and other instruction sets. */
#include "core/isa.h"
#include "support/checkpoints.h"

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
    long failed = run_until(scenario, recording, 1, month, month, kill, &failure);
    cr_assert(failed == 0, "cut after month %ld: %s", month, failure.text);
    unsigned long long digest = run_on(scenario, recording, month % 9 == 4 ? 3 : 1, month, kill, &failure);
    cr_assert(digest != 0, "from month %ld: %s", month, failure.text);
    cr_assert(digest == wanted, "from month %ld: another state", month);
    cr_assert(same_bytes(path, whole), "from month %ld: other bytes", month);
}

static void check_cuts(const char *name, long firms, long months, const struct recording *recording, long first,
                       long step) {
    struct scenario scenario;
    load(&scenario, name, firms, months);
    unsigned long long wanted = run_whole(&scenario, recording, 1, &failure);
    cr_assert(wanted != 0, "%s", failure.text);
    for (long month = first; month < months; month += step) {
        check_cut(&scenario, recording, wanted, month, 0);
        check_cut(&scenario, recording, wanted, month, 1);
    }
    scenario_free(&scenario);
}

/* Every month: the slots of firms that left are given away again from month 13 on. */
Test(checkpoint, every_month_of_the_default_scenario) {
    check_cuts("frontier-race", 300, 20, &(struct recording){.record = "all"}, 1, 1);
}

/* Months 63 and 64 are the last of one slab and the first of the next. */
Test(checkpoint, across_slabs) {
    check_cuts("frontier-race", 60, 130, &(struct recording){.record = "all"}, 62, 1 + 2 * 11);
    check_cuts("frontier-race", 60, 130, &(struct recording){.record = "all"}, 63, 64);
    check_cuts("frontier-race", 60, 130, &(struct recording){.record = "all"}, 64, 64);
}

Test(checkpoint, other_recordings) {
    check_cuts("core-race", 200, 140, &(struct recording){.record = "indicators"}, 40, 37);
    check_cuts("frontier-race", 200, 90, &(struct recording){.record = "none"}, 30, 50);
    check_cuts("frontier-race", 200, 60, &(struct recording){.record = "default", .every = 7, .single = 1}, 6, 29);
    check_cuts("frontier-race", 200, 140, &(struct recording){.record = "cash,accounts_hhi"}, 66, 40);
}

/* So many events that chunks of them fill between two commits. */
Test(checkpoint, many_events) {
    check_cuts("frontier-race", 3000, 22, &(struct recording){.record = "indicators"}, 5, 8);
}

Test(checkpoint, shipped_scenarios) {
    for (size_t i = 0; i < shipped_scenario_count; i++)
        check_cuts(shipped_scenarios[i].name, 150, 24, &(struct recording){.record = "all"}, 7, 13);
}

/* Random members, switches, choices and schedules: whatever mechanism is on, or is switched off on the way. */
Test(checkpoint, random_scenarios) {
    const struct recording recording = {.record = "all"};
    for (uint64_t seed = 700; seed < 716; seed++) {
        struct scenario scenario;
        scenario_random(&scenario, seed);
        scenario.months = 14;
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
        cr_assert(run_until(&scenario, &recording, 3, 8, 8, 0, &failure) == 0);
        setenv("MATTHEW_ISA", isa_name((enum isa)isa), 1);
        cr_assert(run_on(&scenario, &recording, 8, 8, 0, &failure) == wanted && same_bytes(path, whole), "%s",
                  isa_name((enum isa)isa));
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
    cr_assert(run_until(&scenario, &recording, 1, 3, 16, 1, &failure) == 0);
    long expected[] = {15, 12, 9, 6, 3, -1}, month = LONG_MAX;
    for (int i = 0; i < 6; i++) {
        month = checkpoint_before(path, month);
        snprintf(name, sizeof name, "%s/%06ld.rows", states, month);
        cr_assert(month == expected[i] && (month < 0 || (access(name, F_OK) == 0) == (i < 2)));
    }
    cr_assert(run_on(&scenario, &recording, 1, 9, 1, &failure) == 0 && failure.status == MATTHEW_NOT_FOUND);
    cr_assert(run_on(&scenario, &recording, 1, 12, 1, &failure) == wanted && same_bytes(path, whole), "%s",
              failure.text);
    scenario_free(&scenario);
}
