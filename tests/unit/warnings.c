/* What is legal but surely not meant: each kind is told of once, with its place; shipped scenarios and what is meant
 * are passed in silence. */
#include "core/warnings.h"

#include "core/memory.h"
#include "core/scenario.h"

#include <criterion/criterion.h>
#include <string.h>

static char *warnings_of(const char *text, const char *setting) {
    struct scenario scenario = {0};
    struct failure failure = {0};
    cr_assert(scenario_load_text(&scenario, "mine", text, &failure) == MATTHEW_OK, "%s", failure.text);
    if (setting != NULL)
        cr_assert(scenario_set(&scenario, setting, &failure) == MATTHEW_OK, "%s", failure.text);
    struct scenario copy = {0};
    cr_assert(scenario_copy(&copy, &scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    char *warnings = scenario_warnings_text(&scenario), *again = scenario_warnings_text(&copy);
    cr_assert(strcmp(warnings, again) == 0, "a copy warns of\n%snot of\n%s", again, warnings);
    memory_free(again);
    scenario_free(&copy);
    scenario_free(&scenario);
    return warnings;
}

static const struct {
    const char *text, *setting, *expected;
} cases[] = {
    {"base: frontier-race", NULL, ""},
    {"base: frontier-race\nset: {customers.portability: 0.5}", "customers.*.lock_in=1", ""},
    {"base: frontier-race\nset: {compute.price_decline: 0}", NULL, ""}, /* switched off */
    {"base: frontier-race\nset: {capital.pool: 6.0e8}", NULL,
     "capital.pool: 6e8 is outside the plausible range, 100 to 20000 M$/month\n"},
    {"base: frontier-race", "plan.hiring_months=1",
     "plan.hiring_months: 1 is outside the plausible range, 6 to 24 month\n"},
    {"base: frontier-race\nnamed_firms: {OpenAI: {cash: 1.0e10}}", NULL,
     "firms.OpenAI.cash: 1e10 is outside the plausible range, -100000 to 1e6 M$\n"},
    {"base: frontier-race", "firms.OpenAI.staff.engineer=4e6",
     "firms.OpenAI.staff.engineer: 4e6 is outside the plausible range, 0 to 500000 person\n"},
    {"base: frontier-race\nmonths: 60\nschedule: [{month: 61, set: {customers.portability: 0.5}}]", NULL,
     "schedule, month 61: customers.portability: the last month is 60, so this never happens\n"},
    {"base: frontier-race\nschedule: [{month: 9, set: {customers.portability: 0.5}}, "
     "{month: 9, set: {customers.portability: 1}}]",
     NULL, "schedule, month 9: customers.portability: set twice; the last one holds\n"},
    {"base: frontier-race\nschedule: [{month: 9, set: {capital.pool: 1}}]", NULL,
     "schedule, month 9: capital.pool: 1 is outside the plausible range, 100 to 20000 M$/month\n"},
    {"base: frontier-race\nnamed_firms: {Open AI: {strategy: lab}}", NULL,
     "named_firms: `Open AI` is a new firm beside `OpenAI`, not a change of it\n"},
    {"base: frontier-race\nnamed_firms: {openai: {strategy: lab}}", NULL,
     "named_firms: `openai` is a new firm beside `OpenAI`, not a change of it\n"},
    {"base: frontier-race\nnamed_firms: {Microsft: {strategy: lab}}", NULL,
     "named_firms: `Microsft` is a new firm beside `Microsoft`, not a change of it\n"},
    {"base: frontier-race\nnamed_firms: {Beta: {strategy: lab}, OpenAI 2: {strategy: lab}}", NULL, ""},
    {"named_firms: {lab 1: {strategy: lab}, lab 2: {strategy: lab}}", NULL, ""},
};

Test(warnings, of_each_kind) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *found = warnings_of(cases[i].text, cases[i].setting);
        cr_assert(strcmp(found, cases[i].expected) == 0, "%s\nwith %s warns of\n%snot of\n%s", cases[i].text,
                  cases[i].setting == NULL ? "nothing set" : cases[i].setting, found, cases[i].expected);
        memory_free(found);
    }
}

/* What is written as text and read again has the same warnings, and no others. */
Test(warnings, stay_with_the_text) {
    const char *texts[] = {"base: startup-contest", "base: core-race\nset: {capital.pool: 1}",
                           ("base: frontier-race\nnamed_firms: {OpenAI: {cash: 1.0e10}, Open AI: {strategy: lab}}\n"
                            "schedule: [{month: 900, set: {customers.portability: 0.5}}]")};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct scenario scenario = {0};
        struct failure failure = {0};
        cr_assert(scenario_load_text(&scenario, "mine", texts[i], &failure) == MATTHEW_OK, "%s", failure.text);
        char *resolved = scenario_text(&scenario), *first = scenario_warnings_text(&scenario);
        char *again = warnings_of(resolved, NULL),
             *set = strstr(resolved, "OpenAI") == NULL ? NULL : warnings_of(resolved, "firms.OpenAI.gpus=5000");
        cr_assert(strcmp(first, again) == 0, "%s\nwarns as text of\n%snot of\n%s", texts[i], again, first);
        cr_assert(set == NULL || strcmp(first, set) == 0, "%s\nwarns, set, of\n%snot of\n%s", texts[i], set, first);
        memory_free(resolved);
        memory_free(first);
        memory_free(again);
        memory_free(set);
        scenario_free(&scenario);
    }
}

static void has(const char *text, const char *part) {
    char *found = warnings_of(text, NULL);
    cr_assert(strstr(found, part) != NULL, "%s\nwarns of\n%sand not of\n%s", text, found, part);
    memory_free(found);
}

Test(warnings, of_what_is_dropped) {
    has("base: frontier-race\nmembers: {customers: [hobbyist: {like: consumer}]}",
        "members.customers: without `developer` the named firms have ");
    has("base: sticky-cloud\nmembers: {talent: [engineer]}",
        "members.talent: without `researcher` the named firms have ");
    has("base: frontier-race\nnamed_firms: ~", "named_firms: without ");
}

static void count(void *context, const struct warning *warning) {
    (void)warning;
    ++*(int *)context;
}

Test(warnings, not_of_shipped_scenarios) {
    for (size_t i = 0; i < shipped_scenario_count; i++) {
        struct scenario scenario = {0};
        struct failure failure = {0};
        int warnings = 0;
        cr_assert(scenario_load(&scenario, shipped_scenarios[i].name, &failure) == MATTHEW_OK, "%s", failure.text);
        scenario.months = 1; /* their schedules are longer */
        scenario_warnings(&scenario, count, &warnings);
        cr_assert(warnings == 0, "%d warnings of %s", warnings, shipped_scenarios[i].name);
        scenario_free(&scenario);
    }
}

Test(warnings, short_memory) {
    struct failure failure = {0};
    for (size_t n = 1;; n++) {
        struct scenario scenario = {0};
        memory_fail_at(n);
        int status = scenario_load_text(&scenario, "mine",
                                        "base: frontier-race\nnamed_firms: {openai: {strategy: lab}}", &failure);
        int reached = memory_fail_at(0) < n;
        scenario_free(&scenario);
        if (status == MATTHEW_OK) {
            cr_assert(reached, "a failed allocation was not noticed");
            return;
        }
        cr_assert(status == MATTHEW_NO_MEMORY, "%s", failure.text);
    }
}
