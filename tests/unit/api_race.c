/* Branches of a race, by matthew.h alone: copies, files and parameters that change on the way. What runs on is bit for
 * bit what the original is, or what a scenario with that schedule gives. */
#include "matthew.h"

#include "support/interface.h"
#include "support/scratch.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static char folder[SCRATCH_SIZE], path[64];

static void folder_make(void) {
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/race.state", folder);
}

static void folder_remove(void) {
    scratch_close(folder);
}

TestSuite(api_race, .init = folder_make, .fini = folder_remove, .timeout = 300);

static matthew_scenario *small(const char *name, long firms, long months) {
    matthew_scenario *scenario = NULL;
    char assignment[40];
    FINE(matthew_scenario_load(&scenario, name));
    FINE(matthew_scenario_set_firms(scenario, firms));
    snprintf(assignment, sizeof assignment, "months=%ld", months);
    FINE(matthew_scenario_set(scenario, assignment));
    return scenario;
}

static matthew_race *race_of(const matthew_scenario *scenario, long month) {
    matthew_race *race = NULL;
    FINE(matthew_race_new(&race, scenario));
    FINE(matthew_race_set_threads(race, 1));
    FINE(matthew_race_run(race, month));
    return race;
}

static matthew_race *small_race(long month) {
    matthew_scenario *scenario = small("frontier-race", 300, 30);
    matthew_race *race = race_of(scenario, month);
    matthew_scenario_free(scenario);
    return race;
}

/* ---- whether two races are the same, and where they part ---- */

static int differ(double one, double other) {
    return memcmp(&one, &other, sizeof one) != 0 && !(isnan(one) && isnan(other));
}

static void same_indicators(matthew_race *one, matthew_race *other, const matthew_scenario *scenario,
                            const char *when) {
    struct matthew_indicator info = {.size = sizeof info};
    double first, second;
    for (size_t i = 0; i < matthew_indicator_count(); i++) {
        FINE(matthew_indicator_get(i, &info));
        FINE(matthew_race_indicator(one, info.name, &first));
        FINE(matthew_race_indicator(other, info.name, &second));
        cr_assert(!differ(first, second), "%s, month %ld: %s is %.17g and %.17g", when, matthew_race_month(one),
                  info.name, first, second);
    }
    for (size_t i = 0; i < matthew_member_indicator_count(); i++) {
        FINE(matthew_member_indicator_get(i, &info));
        for (int member = 0; member < matthew_scenario_member_count(scenario, info.dimension); member++) {
            FINE(matthew_race_indicator_of(one, info.name, member, &first));
            FINE(matthew_race_indicator_of(other, info.name, member, &second));
            cr_assert(!differ(first, second), "%s, month %ld: %s of member %d is %.17g and %.17g", when,
                      matthew_race_month(one), info.name, member, first, second);
        }
    }
}

static void same_columns(const matthew_race *one, const matthew_race *other, const matthew_scenario *scenario,
                         const char *when) {
    for (size_t i = 0; i < matthew_column_count(); i++) {
        struct matthew_column info = {.size = sizeof info};
        FINE(matthew_column_get(i, &info));
        for (int member = 0; member < matthew_scenario_member_count(scenario, info.dimension); member++) {
            const double *first, *second;
            size_t count, other_count;
            FINE(matthew_race_column(one, info.name, member, &first, &count));
            FINE(matthew_race_column(other, info.name, member, &second, &other_count));
            cr_assert(count == other_count, "%s: %s has %zu and %zu values", when, info.name, count, other_count);
            for (size_t slot = 0; slot < count; slot++)
                cr_assert(!differ(first[slot], second[slot]), "%s, month %ld: %s of slot %zu is %.17g and %.17g", when,
                          matthew_race_month(one), info.name, slot, first[slot], second[slot]);
        }
    }
}

static void same(matthew_race *one, matthew_race *other, const char *when) {
    matthew_scenario *scenario = NULL;
    FINE(matthew_race_scenario(&scenario, one));
    cr_assert(matthew_race_month(one) == matthew_race_month(other), "%s: months %ld and %ld", when,
              matthew_race_month(one), matthew_race_month(other));
    same_columns(one, other, scenario, when);
    same_indicators(one, other, scenario, when);
    cr_assert(matthew_race_digest(one) == matthew_race_digest(other), "%s, month %ld: digests differ", when,
              matthew_race_month(one));
    cr_assert(matthew_race_firm_count(one) == matthew_race_firm_count(other), "%s: other firms", when);
    matthew_scenario_free(scenario);
}

/* ---- copies ---- */

static matthew_race *copy_of(matthew_race *race) {
    matthew_race *copy = NULL;
    FINE(matthew_race_copy(&copy, race));
    return copy;
}

static matthew_race *through_a_file(matthew_race *race) {
    matthew_race *loaded = NULL;
    FINE(matthew_race_save(race, path));
    FINE(matthew_race_load(&loaded, path));
    FINE(matthew_race_set_threads(loaded, 2));
    return loaded;
}

/* At once, a month later, and after a stretch that nobody looked at; asked or not asked before. */
static void branches_agree(matthew_race *(*branch)(matthew_race *), const char *name, long month, int asked) {
    matthew_scenario *scenario = small(name, 200, month + 20);
    matthew_race *race = race_of(scenario, month), *untouched = race_of(scenario, month);
    double value;
    if (asked)
        FINE(matthew_race_indicator(race, "revenue_leader_tenure", &value));
    matthew_race *twin = branch(race);
    same(race, twin, name);
    FINE(matthew_race_step(race, 1));
    FINE(matthew_race_step(twin, 1));
    same(race, twin, name);
    FINE(matthew_race_step(twin, 17)); /* one after the other */
    FINE(matthew_race_step(race, 17));
    FINE(matthew_race_run(untouched, month + 18));
    same(race, twin, name);
    same(race, untouched, "copied or not");
    matthew_race_free(race);
    FINE(matthew_race_run(twin, month + 20)); /* a copy has its own memory */
    FINE(matthew_race_run(untouched, month + 20));
    same(twin, untouched, "without its original");
    matthew_race_free(twin);
    matthew_race_free(untouched);
    matthew_scenario_free(scenario);
}

static const long starts[] = {0, 1, 11, 12, 13, 40};

Test(api_race, a_copy_is_the_race) {
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        branches_agree(copy_of, "frontier-race", starts[i], i % 2);
}

Test(api_race, a_saved_race_is_the_race) {
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        branches_agree(through_a_file, "frontier-race", starts[i], i % 2 == 0);
}

Test(api_race, of_every_shipped_scenario) {
    for (size_t i = 0; i < matthew_shipped_count(); i++) {
        branches_agree(copy_of, matthew_shipped_name(i), 14, 0);
        branches_agree(through_a_file, matthew_shipped_name(i), 14, 0);
    }
}

/* Thousands of firms are more than the first piece of memory holds, and by then they lie in fewer slots than at the
 * start. */
Test(api_race, many_firms_that_became_fewer) {
    matthew_scenario *scenario = small("frontier-race", 3000, 6);
    matthew_race *race = race_of(scenario, 4);
    const double *id;
    size_t slots;
    FINE(matthew_race_column(race, "firm_id", 0, &id, &slots));
    cr_assert(slots < 3000, "%zu slots", slots);
    matthew_race *twin = copy_of(race), *second = copy_of(twin), *third = through_a_file(twin);
    FINE(matthew_race_run(race, 6));
    FINE(matthew_race_run(second, 6));
    FINE(matthew_race_run(third, 6));
    same(race, second, "a copy of a copy");
    same(race, third, "a copy that was saved");
    cr_assert(matthew_race_month(twin) == 4, "the copy was run: it stands at month %ld", matthew_race_month(twin));
    matthew_race_free(race);
    matthew_race_free(twin);
    matthew_race_free(second);
    matthew_race_free(third);
    matthew_scenario_free(scenario);
}

Test(api_race, a_history_stays_with_its_race) {
    char one[64], other[64];
    size_t length[2];
    char *bytes[2];
    snprintf(one, sizeof one, "%s/one.h5", folder);
    snprintf(other, sizeof other, "%s/other.h5", folder);
    struct matthew_history_options options = {.size = sizeof options, .record = "all", .reproducible = 1};
    matthew_race *race = small_race(0), *alone = small_race(0);
    FINE(matthew_race_open_history(race, one, &options));
    FINE(matthew_race_open_history(alone, other, &options));
    FINE(matthew_race_run(race, 5));
    matthew_race *twin = copy_of(race);
    FAILS(matthew_race_set(race, "capital.pool=5000"), MATTHEW_BAD_ARGUMENT, "history");
    FINE(matthew_race_set(twin, "capital.pool=5000"));
    FINE(matthew_race_run(twin, 30));
    matthew_race_free(twin);
    FINE(matthew_race_run(race, 30));
    FINE(matthew_race_run(alone, 30));
    matthew_race_free(race);
    matthew_race_free(alone);
    bytes[0] = scratch_read(one, &length[0]);
    bytes[1] = scratch_read(other, &length[1]);
    cr_assert(length[0] == length[1] && memcmp(bytes[0], bytes[1], length[0]) == 0,
              "the history of a race that was copied differs");
    free(bytes[0]);
    free(bytes[1]);
}

/* ---- changes on the way ---- */

/* A race whose scenario says it all, in YAML behind what a scenario has already. */
static matthew_race *scheduled(const matthew_scenario *scenario, long month, const char *assignment) {
    matthew_scenario *with = NULL;
    char entry[300], setting[200];
    snprintf(setting, sizeof setting, "%s", assignment);
    *strchr(setting, '=') = '\0';
    snprintf(entry, sizeof entry, "  - {month: %ld, set: {%s: %s}}\n", month, setting, setting + strlen(setting) + 1);
    char *text = matthew_scenario_text(scenario), *there = strstr(text, "schedule:\n");
    size_t size = strlen(text) + 400;
    char *whole = malloc(size);
    cr_assert(text != NULL && whole != NULL);
    if (there == NULL) {
        snprintf(whole, size, "%sschedule:\n%s", text, entry);
    } else { /* the schedule is a list of lines that begin with a blank */
        char *end = there + strlen("schedule:\n");
        while (*end == ' ')
            end = strchr(end, '\n') + 1;
        snprintf(whole, size, "%.*s%s%s", (int)(end - text), text, entry, end);
    }
    FINE(matthew_scenario_from_text(&with, matthew_scenario_name(scenario), whole));
    matthew_race *race = race_of(with, 0);
    matthew_scenario_free(with);
    matthew_text_free(text);
    free(whole);
    return race;
}

static void set_is_a_schedule(const matthew_scenario *scenario, const char *assignment, long month, int *moved) {
    matthew_race *race = race_of(scenario, month), *twin = copy_of(race), *loaded;
    matthew_race *wanted = scheduled(scenario, month + 1, assignment);
    FINE(matthew_race_set(race, assignment));
    loaded = *moved % 8 == 0 ? through_a_file(race) : copy_of(race); /* what was set goes along */
    for (long step = 1; step <= 3; step++) {
        FINE(matthew_race_step(race, 1));
        FINE(matthew_race_step(twin, 1));
        FINE(matthew_race_step(loaded, 1));
        FINE(matthew_race_run(wanted, month + step));
        cr_assert(matthew_race_digest(race) == matthew_race_digest(wanted),
                  "%s set in month %ld: month %ld is not that of a schedule", assignment, month, month + step);
        cr_assert(matthew_race_digest(loaded) == matthew_race_digest(wanted),
                  "%s set in month %ld and copied: month %ld is not that of a schedule", assignment, month,
                  month + step);
    }
    *moved += matthew_race_digest(race) != matthew_race_digest(twin);
    matthew_race_free(race);
    matthew_race_free(twin);
    matthew_race_free(loaded);
    matthew_race_free(wanted);
}

/* Another value that a parameter may have; 0 when there is none. */
static int other_value(const struct matthew_parameter *parameter, char *assignment, size_t size) {
    if (parameter->type == MATTHEW_SWITCH) {
        snprintf(assignment, size, "%s=%s", parameter->path, parameter->value > 0.0 ? "off" : "on");
        return 1;
    }
    if (parameter->type == MATTHEW_CHOICE) {
        const char *bar = strchr(parameter->options, '|');
        if (parameter->value > 0.0)
            snprintf(assignment, size, "%s=%.*s", parameter->path, (int)(bar - parameter->options), parameter->options);
        else
            snprintf(assignment, size, "%s=%.*s", parameter->path, (int)strcspn(bar + 1, "|"), bar + 1);
        return 1;
    }
    double value = parameter->value != parameter->plausible_max ? parameter->plausible_max : parameter->plausible_min;
    snprintf(assignment, size, "%s=%.17g", parameter->path, value);
    return value != parameter->value;
}

/* Every parameter of the table that can change, technology.decay from 0 too; where the change alone is refused (bounds
 * below each other), the schedule is refused in the same words. */
Test(api_race, set_is_an_entry_of_the_schedule) {
    matthew_scenario *scenario = small("frontier-race", 40, 30);
    matthew_race *race = race_of(scenario, 2);
    int tried = 0, fixed = 0, moved = 0;
    for (size_t i = 0; i < matthew_parameter_count(scenario); i++) {
        struct matthew_parameter parameter = {.size = sizeof parameter};
        char assignment[200];
        FINE(matthew_parameter_get(scenario, i, &parameter));
        if (!other_value(&parameter, assignment, sizeof assignment))
            continue;
        uint64_t digest = matthew_race_digest(race);
        if (!parameter.any_month) {
            FAILS(matthew_race_set(race, assignment), MATTHEW_BAD_SCENARIO, "is fixed when the run begins");
            fixed++;
            continue;
        }
        matthew_race *trial = copy_of(race);
        int refused = matthew_race_set(trial, assignment) != MATTHEW_OK;
        matthew_race_free(trial);
        cr_assert(matthew_race_digest(race) == digest);
        if (refused)
            cr_assert(strstr(matthew_message(), "schedule, month 3: ") != NULL, "%s", matthew_message());
        else
            set_is_a_schedule(scenario, assignment, 2, &moved);
        tried += !refused;
    }
    cr_assert(tried > 150 && fixed > 20 && moved > 100, "%d tried, %d fixed, %d moved", tried, fixed, moved);
    matthew_race_free(race);
    FINE(matthew_scenario_set(scenario, "technology.decay=0"));
    moved = 0;
    set_is_a_schedule(scenario, "technology.decay=0.1", 0, &moved);
    set_is_a_schedule(scenario, "technology.decay=0.1", 5, &moved);
    cr_assert(moved == 2);
    matthew_scenario_free(scenario);
}

/* Entries that are there already: those of the same month come before, later ones after. */
Test(api_race, set_keeps_the_rest_of_the_schedule) {
    static const char *const text = "base: frontier-race\nfirms: 60\nmonths: 12\nschedule:\n"
                                    "  - {month: 4, name: early, set: {capital.pool: 3000}}\n"
                                    "  - {month: 6, set: {customers.portability: 0.1}}\n";
    matthew_scenario *scenario = NULL, *after = NULL;
    int moved = 0;
    FINE(matthew_scenario_from_text(&scenario, "mine", text));
    for (long month = 2; month < 8; month++) {
        set_is_a_schedule(scenario, "customers.portability=0.9", month, &moved);
        set_is_a_schedule(scenario, "capital.pool=900", month, &moved);
        set_is_a_schedule(scenario, "customers.*.lock_in=1.5", month, &moved);
    }
    cr_assert(moved > 6, "%d", moved);
    /* The scenario of the race says the same from the start. */
    matthew_race *race = race_of(scenario, 3);
    FINE(matthew_race_set(race, "capital.pool=900"));
    FINE(matthew_race_set(race, "capital.pool=901"));
    FINE(matthew_race_run(race, 7));
    FINE(matthew_race_set(race, "customers.*.lock_in=1.5"));
    FINE(matthew_race_scenario(&after, race));
    matthew_race *again = race_of(after, 12);
    FINE(matthew_race_run(race, 12));
    same(race, again, "from its scenario");
    matthew_race_free(again);
    matthew_race_free(race);
    matthew_scenario_free(after);
    matthew_scenario_free(scenario);
}

Test(api_race, what_set_refuses) {
    matthew_race *race = small_race(3), *twin = copy_of(race);
    static const char *const fixed[] = {"months=40", "seed=3", "firms=400", "start_date=2025-01",
                                        "firms.OpenAI.gpus=5"};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        FAILS(matthew_race_set(race, fixed[i]), MATTHEW_BAD_SCENARIO, "is fixed when the run begins");
    FAILS(matthew_race_set(race, "capital.pol=3"), MATTHEW_BAD_SCENARIO, "capital.pool");
    FAILS(matthew_race_set(race, "capital.pool=-1"), MATTHEW_BAD_SCENARIO, "allowed range");
    FAILS(matthew_race_set(race, "capital.pool"), MATTHEW_BAD_SCENARIO, "PATH=VALUE");
    FAILS(matthew_race_set(race, "regions.*.site_share=0"), MATTHEW_BAD_SCENARIO, "regions.*.site_share");
    FAILS(matthew_race_set(race, NULL), MATTHEW_BAD_ARGUMENT, "assignment");
    FINE(matthew_race_run(race, 30));
    FINE(matthew_race_run(twin, 30));
    same(race, twin, "after changes that were refused");
    FINE(matthew_race_set(race, "capital.pool=3")); /* in a month that never comes */
    same(race, twin, "after the last month");
    matthew_race_free(race);
    matthew_race_free(twin);
}

/* ---- months ---- */

struct seen {
    long months[40], count, stop_at;
    uint64_t digest;
    double shares;
};

static int see(matthew_race *race, long month, void *context) {
    struct seen *seen = context;
    double value;
    cr_assert(matthew_race_month(race) == month, "called for month %ld in month %ld", month, matthew_race_month(race));
    FINE(matthew_race_indicator(race, "revenue_hhi", &value));
    FAILS(matthew_race_run(race, 30), MATTHEW_BAD_ARGUMENT, "running");
    matthew_race_free(race); /* which does nothing here */
    seen->months[seen->count++] = month;
    seen->shares += value;
    if (month == 4)
        FINE(matthew_race_set(race, "customers.portability=0.9"));
    if (month == 6) {
        matthew_race *twin = copy_of(race);
        FINE(matthew_race_run(twin, 8));
        seen->digest = matthew_race_digest(twin);
        matthew_race_free(twin);
    }
    return month == seen->stop_at;
}

Test(api_race, a_callback_sees_every_month) {
    struct seen seen = {.stop_at = 8};
    matthew_race *race = small_race(0), *stepped = small_race(4);
    FINE(matthew_race_on_month(race, see, &seen));
    FAILS(matthew_race_run(race, 30), MATTHEW_STOPPED, "month 8");
    cr_assert(seen.count == 8 && seen.months[0] == 1 && seen.months[7] == 8, "%ld months, from %ld to %ld", seen.count,
              seen.months[0], seen.months[7]);
    cr_assert(seen.digest == matthew_race_digest(race), "a copy from a callback went another way");
    FINE(matthew_race_set(stepped, "customers.portability=0.9"));
    FINE(matthew_race_run(stepped, 8));
    same(race, stepped, "with a callback");
    FINE(matthew_race_on_month(race, NULL, NULL));
    FINE(matthew_race_run(race, 30));
    cr_assert(seen.count == 8, "called after its end");
    matthew_race_free(race);
    matthew_race_free(stepped);
}

static int stop(matthew_race *race, long month, void *context) {
    (void)month, (void)context;
    matthew_race_stop(race);
    return 0;
}

Test(api_race, a_callback_may_stop_the_race) {
    matthew_race *race = small_race(0);
    FINE(matthew_race_on_month(race, stop, NULL));
    FAILS(matthew_race_run(race, 30), MATTHEW_STOPPED, "month 1");
    FINE(matthew_race_run(race, 2)); /* too late to matter */
    FAILS(matthew_race_run(race, 30), MATTHEW_STOPPED, "month 3");
    matthew_race_free(race);
}
