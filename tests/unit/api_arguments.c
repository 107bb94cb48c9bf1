/* Arguments that no caller should pass, for every function of matthew.h: a status or an empty answer, never a crash. */
#include "matthew.h"

#include "support/scratch.h"

#include <criterion/criterion.h>

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define REFUSED(call, word)                                                                                            \
    do {                                                                                                               \
        cr_assert((call) == MATTHEW_BAD_ARGUMENT, "%s was accepted", #call);                                           \
        cr_assert(strstr(matthew_message(), word) != NULL, "%s says: %s", #call, matthew_message());                   \
    } while (0)

static matthew_scenario *small(void) {
    matthew_scenario *scenario = NULL;
    cr_assert(matthew_scenario_load(&scenario, "frontier-race") == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_scenario_set_firms(scenario, 60) == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_scenario_set(scenario, "months=3") == MATTHEW_OK, "%s", matthew_message());
    return scenario;
}

static matthew_race *small_race(void) {
    matthew_scenario *scenario = small();
    matthew_race *race = NULL;
    cr_assert(matthew_race_new(&race, scenario) == MATTHEW_OK, "%s", matthew_message());
    matthew_scenario_free(scenario);
    return race;
}

Test(api_arguments, statuses_and_tables) {
    static const int codes[] = {-1, 11, INT_MAX, INT_MIN};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        cr_assert(strcmp(matthew_status_name(codes[i]), "unknown") == 0, "code %d", codes[i]);
        cr_assert(matthew_status_meaning(codes[i])[0] != '\0', "code %d", codes[i]);
    }
    cr_assert(matthew_version()[0] != '\0' && matthew_revision() != NULL && matthew_message() != NULL);
    matthew_text_free(NULL);
    cr_assert(matthew_shipped_name(SIZE_MAX) == NULL, "a name beyond the last scenario");
    cr_assert(matthew_shipped_title(SIZE_MAX) == NULL, "a title beyond the last scenario");
    cr_assert(matthew_shipped_text(matthew_shipped_count()) == NULL, "a text beyond the last scenario");

    struct matthew_column column = {.size = sizeof column};
    struct matthew_indicator indicator = {.size = sizeof indicator};
    REFUSED(matthew_column_get(0, NULL), "null");
    REFUSED(matthew_column_get(SIZE_MAX, &column), "no column");
    REFUSED(matthew_column_get(SIZE_MAX, NULL), "no column");
    REFUSED(matthew_indicator_get(0, NULL), "null");
    REFUSED(matthew_indicator_get(SIZE_MAX, &indicator), "no indicator");
    column.size = SIZE_MAX;
    REFUSED(matthew_column_get(0, &column), "size");
    indicator.size = 3;
    REFUSED(matthew_indicator_get(0, &indicator), "size");
    indicator.size = sizeof indicator + 1000; /* a newer caller: what there is is filled in */
    cr_assert(matthew_indicator_get(0, &indicator) == MATTHEW_OK && indicator.name[0] != '\0');
}

Test(api_arguments, scenarios) {
    matthew_scenario *scenario = (matthew_scenario *)1;
    REFUSED(matthew_scenario_load(NULL, "frontier-race"), "scenario");
    REFUSED(matthew_scenario_load(NULL, NULL), "scenario");
    REFUSED(matthew_scenario_load(&scenario, NULL), "name_or_path");
    cr_assert(scenario == NULL, "a handle that was not made is left");
    cr_assert(matthew_scenario_load(&scenario, "") == MATTHEW_NOT_FOUND && scenario == NULL, "%s", matthew_message());
    matthew_scenario_free(NULL);
    scenario = (matthew_scenario *)1;
    REFUSED(matthew_scenario_from_text(NULL, "mine", "firms: 60"), "scenario");
    REFUSED(matthew_scenario_from_text(&scenario, "mine", NULL), "text");
    cr_assert(scenario == NULL, "a handle that was not made is left");
    scenario = (matthew_scenario *)1;
    REFUSED(matthew_scenario_copy(NULL, NULL), "copy");
    REFUSED(matthew_scenario_copy(&scenario, NULL), "scenario");
    cr_assert(scenario == NULL, "a handle that was not made is left");

    scenario = small();
    REFUSED(matthew_scenario_set(NULL, "months=3"), "scenario");
    REFUSED(matthew_scenario_set(scenario, NULL), "assignment");
    static char text[100000];
    memset(text, 'a', sizeof text - 1);
    cr_assert(matthew_scenario_set(scenario, "") == MATTHEW_BAD_SCENARIO);
    cr_assert(matthew_scenario_set(scenario, "=") == MATTHEW_BAD_SCENARIO);
    cr_assert(matthew_scenario_set(scenario, text) == MATTHEW_BAD_SCENARIO);
    text[50000] = '=';
    cr_assert(matthew_scenario_set(scenario, text) == MATTHEW_BAD_SCENARIO);
    cr_assert(matthew_scenario_set(scenario, "months=1e300") == MATTHEW_BAD_SCENARIO);
    cr_assert(matthew_scenario_set(scenario, "seed=\x1b\xff") == MATTHEW_BAD_SCENARIO);
    static const long firms[] = {LONG_MAX, LONG_MIN, -1, 0, 10000001};
    REFUSED(matthew_scenario_set_firms(NULL, 10), "scenario");
    for (size_t i = 0; i < sizeof firms / sizeof *firms; i++)
        cr_assert(matthew_scenario_set_firms(scenario, firms[i]) != MATTHEW_OK, "%ld firms", firms[i]);
    REFUSED(matthew_scenario_check(NULL), "scenario");
    cr_assert(matthew_scenario_check(scenario) == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_scenario_text(NULL) == NULL && matthew_scenario_name(NULL) == NULL);
    cr_assert(matthew_scenario_months(NULL) == 0 && matthew_scenario_firms(NULL) == 0);
    cr_assert(matthew_scenario_seed(NULL) == 0);
    cr_assert(matthew_scenario_member_count(NULL, "tier") == 0 && matthew_scenario_member_count(scenario, NULL) == 0);
    cr_assert(matthew_scenario_member_count(NULL, NULL) == 0 && matthew_scenario_member_count(scenario, text) == 0);
    static const int members[] = {-1, INT_MAX, INT_MIN, 3};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        cr_assert(matthew_scenario_member_name(scenario, "tier", members[i]) == NULL, "member %d", members[i]);
    cr_assert(matthew_scenario_member_name(NULL, "tier", 0) == NULL);
    cr_assert(matthew_scenario_member_name(scenario, NULL, 0) == NULL);
    matthew_scenario_free(scenario);
}

Test(api_arguments, parameters) {
    matthew_scenario *scenario = small();
    struct matthew_parameter parameter = {.size = sizeof parameter};
    double value = 7.0;
    cr_assert(matthew_parameter_count(NULL) == 0);
    REFUSED(matthew_parameter_get(NULL, 0, &parameter), "scenario");
    REFUSED(matthew_parameter_get(scenario, 0, NULL), "null");
    REFUSED(matthew_parameter_get(scenario, SIZE_MAX, &parameter), "no parameter");
    parameter.size = SIZE_MAX;
    REFUSED(matthew_parameter_get(scenario, 0, &parameter), "size");
    REFUSED(matthew_parameter_value(NULL, "capital.pool", &value), "scenario");
    REFUSED(matthew_parameter_value(scenario, NULL, &value), "path");
    REFUSED(matthew_parameter_value(scenario, "capital.pool", NULL), "value");
    cr_assert(matthew_parameter_value(scenario, "", &value) == MATTHEW_NOT_FOUND && value == 7.0);
    static char text[100000];
    memset(text, '.', sizeof text - 1);
    cr_assert(matthew_parameter_value(scenario, text, &value) == MATTHEW_NOT_FOUND && value == 7.0);
    matthew_scenario_free(scenario);
}

Test(api_arguments, races) {
    matthew_scenario *scenario = small();
    matthew_race *race = (matthew_race *)1;
    REFUSED(matthew_race_new(NULL, scenario), "race");
    REFUSED(matthew_race_new(&race, NULL), "scenario");
    cr_assert(race == NULL, "a handle that was not made is left");
    matthew_scenario_free(scenario);
    matthew_race_free(NULL);
    matthew_race_stop(NULL);
    matthew_race_set_check(NULL, 1);
    cr_assert(matthew_race_month(NULL) == 0 && matthew_race_digest(NULL) == 0 && matthew_race_firm_count(NULL) == 0);
    REFUSED(matthew_race_run(NULL, 1), "race");
    REFUSED(matthew_race_step(NULL, LONG_MAX), "race");

    race = small_race();
    static const int threads[] = {1025, 100000, 2000000000, INT_MAX, -1, INT_MIN};
    REFUSED(matthew_race_set_threads(NULL, 1), "race");
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++)
        REFUSED(matthew_race_set_threads(race, threads[i]), "threads: expected 0 to 1024");
    cr_assert(matthew_race_set_threads(race, 1024) == MATTHEW_OK && matthew_race_set_threads(race, 0) == MATTHEW_OK);
    matthew_race_set_check(race, INT_MIN);
    cr_assert(matthew_race_run(race, LONG_MIN) == MATTHEW_OK && matthew_race_month(race) == 0);
    cr_assert(matthew_race_step(race, LONG_MIN) == MATTHEW_OK && matthew_race_month(race) == 0);
    cr_assert(matthew_race_step(race, 1) == MATTHEW_OK && matthew_race_month(race) == 1);
    cr_assert(matthew_race_step(race, LONG_MAX) == MATTHEW_OK && matthew_race_month(race) == 3);
    cr_assert(matthew_race_run(race, LONG_MAX) == MATTHEW_OK && matthew_race_month(race) == 3);

    const double *values = NULL;
    size_t count = 0;
    double value;
    REFUSED(matthew_race_column(NULL, "firm_id", 0, &values, &count), "race");
    REFUSED(matthew_race_column(race, NULL, 0, &values, &count), "name");
    REFUSED(matthew_race_column(race, "firm_id", 0, NULL, &count), "values");
    REFUSED(matthew_race_column(race, "firm_id", 0, &values, NULL), "count");
    REFUSED(matthew_race_column(race, "firm_id", INT_MAX, &values, &count), "member");
    REFUSED(matthew_race_column(race, "accounts", INT_MIN, &values, &count), "member");
    cr_assert(values == NULL && count == 0, "a failed call has written");
    cr_assert(matthew_race_firm_name(NULL, 0) == NULL && matthew_race_firm_name(race, SIZE_MAX) == NULL);
    REFUSED(matthew_race_indicator(NULL, "churn", &value), "race");
    REFUSED(matthew_race_indicator(race, NULL, &value), "name");
    REFUSED(matthew_race_indicator(race, "churn", NULL), "value");
    matthew_race_free(race);
}

Test(api_arguments, histories) {
    char folder[SCRATCH_SIZE], path[64];
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/race.h5", folder);
    matthew_race *race = small_race();
    struct matthew_history_options options = {.size = sizeof options};
    REFUSED(matthew_race_open_history(NULL, path, NULL), "race");
    REFUSED(matthew_race_open_history(race, NULL, NULL), "path");
    REFUSED(matthew_race_close_history(NULL), "race");
    cr_assert(matthew_race_open_history(race, "", NULL) == MATTHEW_BAD_ARGUMENT, "%s", matthew_message());
    options.size = 0;
    REFUSED(matthew_race_open_history(race, path, &options), "size");
    options.size = sizeof options;
    static const long every[] = {-1, LONG_MIN, LONG_MAX, 12001};
    for (size_t i = 0; i < sizeof every / sizeof *every; i++) {
        options.every = every[i];
        REFUSED(matthew_race_open_history(race, path, &options), "every: expected 0 to 12000");
    }
    options.every = 12000;
    static char text[100000];
    memset(text, ',', sizeof text - 1);
    options.record = text;
    cr_assert(matthew_race_open_history(race, path, &options) == MATTHEW_BAD_ARGUMENT, "%s", matthew_message());
    /* Half a pointer is none; the members after it are not the caller's. */
    options.record = (const char *)1;
    options.every = LONG_MIN;
    options.size = offsetof(struct matthew_history_options, record) + sizeof options.record / 2;
    cr_assert(matthew_race_open_history(race, path, &options) == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_race_run(race, LONG_MAX) == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_race_close_history(race) == MATTHEW_OK, "%s", matthew_message());
    matthew_race_free(race);
    race = small_race();
    options = (struct matthew_history_options){.size = SIZE_MAX, .every = 12000, .single = INT_MIN, .overwrite = -7};
    cr_assert(matthew_race_open_history(race, path, &options) == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_race_run(race, 3) == MATTHEW_OK && matthew_race_close_history(race) == MATTHEW_OK, "%s",
              matthew_message());
    matthew_race_free(race);
    scratch_close(folder);
}
