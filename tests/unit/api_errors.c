/* What the last failure was, by fields. */
#include "matthew.h"

#include "support/interface.h"
#include "support/scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char *const TEXTS[] = {"status", "message", "reason", "file", "key", "nearest"};
static const char *const NUMBERS[] = {"line", "column", "minimum", "maximum"};
enum { TEXT_COUNT = sizeof TEXTS / sizeof *TEXTS, NUMBER_COUNT = sizeof NUMBERS / sizeof *NUMBERS };

/* A number, -1 where it is not known. */
static double number(const char *field) {
    double value = -1;
    int known = matthew_error_number(field, &value);
    cr_assert(known == (value != -1), "%s: %g, but known is %d", field, value, known);
    return value;
}

static void says(const char *field, const char *wanted) {
    const char *found = matthew_error_text(field);
    cr_assert(found != NULL && strcmp(found, wanted) == 0, "%s is `%s`, not `%s`: %s", field,
              found != NULL ? found : "null", wanted, matthew_message());
}

static void has(const char *field, double wanted) {
    double found = number(field);
    cr_assert(found == wanted, "%s is %g, not %g: %s", field, found, wanted, matthew_message());
}

static void refuse_text(const char *text) {
    matthew_scenario *scenario = NULL;
    FAILS(matthew_scenario_from_text(&scenario, "mine", text), MATTHEW_BAD_SCENARIO, "");
}

Test(api_errors, nothing_is_known_before_the_first) {
    for (size_t i = 0; i < TEXT_COUNT; i++)
        says(TEXTS[i], "");
    for (size_t i = 0; i < NUMBER_COUNT; i++)
        has(NUMBERS[i], -1);
    cr_assert(number("status") == MATTHEW_OK);
}

Test(api_errors, a_value_out_of_its_range) {
    refuse_text("firms: 300\nset:\n  customers.consumer.lock_in: 1e9\n");
    says("status", "BAD_SCENARIO");
    has("status", MATTHEW_BAD_SCENARIO);
    says("message", matthew_message());
    says("file", "mine");
    has("line", 3);
    has("column", 31);
    says("key", "customers.consumer.lock_in");
    double least = number("minimum"), most = number("maximum");
    char range[100];
    snprintf(range, sizeof range, "1e9 is outside the allowed range [%g, %g]", least, most);
    cr_assert(strncmp(matthew_error_text("reason"), range, strlen(range)) == 0, "`%s` is not `%s`",
              matthew_error_text("reason"), range);
    says("nearest", "");
}

Test(api_errors, a_setting_has_no_place) {
    matthew_scenario *scenario = NULL;
    FINE(matthew_scenario_load(&scenario, "frontier-race"));
    FAILS(matthew_scenario_set(scenario, "customers.consumer.lock_im=1"), MATTHEW_BAD_SCENARIO, "did you mean");
    says("key", "customers.consumer.lock_im");
    says("nearest", "customers.consumer.lock_in");
    says("reason", "no such parameter; did you mean `customers.consumer.lock_in`?");
    says("file", "");
    has("line", -1);
    has("minimum", -1);
    FAILS(matthew_scenario_set(scenario, "months=0"), MATTHEW_BAD_SCENARIO, "months=0: ");
    says("key", "months");
    says("nearest", ""); /* nothing is left of the failure before */
    has("minimum", 1);
    FAILS(matthew_scenario_set(scenario, "start_date=x"), MATTHEW_BAD_SCENARIO, "start_date=x: ");
    says("key", "start_date");
    FAILS(matthew_scenario_set_firms(scenario, 0), MATTHEW_BAD_SCENARIO, "firms=0: ");
    says("key", "firms");
    matthew_scenario_free(scenario);
}

Test(api_errors, places_of_text_that_cannot_be_read) {
    refuse_text("firms: 300\nmonths: [1,\n");
    says("file", "mine");
    cr_assert(number("line") > 1 && number("column") > 0, "%s", matthew_message());
    says("key", "");
    cr_assert(strstr(matthew_error_text("reason"), "mine") == NULL, "the reason is: %s", matthew_error_text("reason"));
    refuse_text("firms: 300\n\x01");
    has("line", 2);
    has("column", 1);
}

/* What no single value shows is found when all values are there, and its place afterwards. */
Test(api_errors, places_of_what_does_not_go_together) {
    char folder[SCRATCH_SIZE], path[SCRATCH_SIZE + 16];
    matthew_scenario *scenario = NULL;
    matthew_race *race = NULL;
    matthew_validation *validation = NULL;
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/mine.yaml", folder);
    FILE *file = fopen(path, "w");
    cr_assert(file != NULL && fputs("base: frontier-race\nnamed_firms:\n  OpenAI: {own_gpus: 1e7}\n", file) >= 0);
    fclose(file);
    FINE(matthew_scenario_load(&scenario, path));
    for (int way = 0; way < 3; way++) {
        if (way == 0)
            FAILS(matthew_scenario_check(scenario), MATTHEW_BAD_SCENARIO, "own chips");
        else if (way == 1)
            FAILS(matthew_race_new(&race, scenario), MATTHEW_BAD_SCENARIO, "own chips");
        else
            FAILS(matthew_validation_new(&validation, scenario, 2), MATTHEW_BAD_SCENARIO, "own chips");
        says("file", path);
        has("line", 3);
        says("key", "firms.OpenAI.own_gpus");
        cr_assert(strncmp(matthew_error_text("reason"), "1e7 own chips", 13) == 0, "%s", matthew_error_text("reason"));
    }
    matthew_scenario_free(scenario);
    scratch_close(folder);
}

Test(api_errors, arguments_and_files) {
    matthew_race *race = NULL;
    matthew_scenario *scenario = NULL;
    FAILS(matthew_race_load(&race, "nothing/race.state"), MATTHEW_NOT_FOUND, "race.state");
    says("file", "nothing/race.state");
    says("key", "");
    FAILS(matthew_race_new(&race, NULL), MATTHEW_BAD_ARGUMENT, "null");
    says("key", "scenario");
    says("reason", "expected a pointer, found null");
    FINE(matthew_scenario_load(&scenario, "core-race"));
    FINE(matthew_race_new(&race, scenario));
    FAILS(matthew_race_set_threads(race, -1), MATTHEW_BAD_ARGUMENT, "threads: expected 0 to 1024, found -1");
    says("key", "threads");
    has("minimum", 0);
    has("maximum", MATTHEW_THREADS_MAX);
    matthew_scenario_free(scenario);
    FAILS(matthew_scenario_load(&scenario, "frontier-rase"), MATTHEW_NOT_FOUND, "frontier-race");
    says("nearest", "frontier-race");
    matthew_race_free(race);
}

/* Asking is no failure and changes nothing. */
Test(api_errors, fields_that_there_are_not) {
    double value = 7;
    refuse_text("month: 3");
    char before[1000];
    snprintf(before, sizeof before, "%s", matthew_message());
    cr_assert(matthew_error_text(NULL) == NULL && matthew_error_text("lines") == NULL);
    cr_assert(matthew_error_text("line") == NULL, "a number was given as a text");
    cr_assert(matthew_error_number(NULL, &value) == 0 && matthew_error_number("line", NULL) == 0);
    cr_assert(matthew_error_number("key", &value) == 0 && matthew_error_number("lines", &value) == 0 && value == 7);
    cr_assert(strcmp(matthew_message(), before) == 0, "`%s` was `%s`", matthew_message(), before);
}

/* Half a hint is none, and a long key is cut. */
Test(api_errors, a_hint_that_a_user_wrote) {
    refuse_text("firms: \"x; did you mean `\"");
    says("nearest", "");
    static char key[200];
    memset(key, 'k', sizeof key - 4);
    memcpy(key + sizeof key - 4, ": 1", 4);
    refuse_text(key);
    cr_assert(strlen(matthew_error_text("key")) > 10, "the key is `%s`", matthew_error_text("key"));
}
