/* The public interface as a foreign program sees it: matthew.h alone. */
#include "matthew.h"

#include "support/scratch.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static matthew_scenario *load(const char *name) {
    matthew_scenario *scenario = NULL;
    cr_assert(matthew_scenario_load(&scenario, name) == MATTHEW_OK, "%s", matthew_message());
    return scenario;
}

static matthew_race *small_race(void) {
    matthew_scenario *scenario = load("frontier-race");
    cr_assert(matthew_scenario_set_firms(scenario, 300) == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_scenario_set(scenario, "months=8") == MATTHEW_OK, "%s", matthew_message());
    matthew_race *race = NULL;
    cr_assert(matthew_race_new(&race, scenario) == MATTHEW_OK, "%s", matthew_message());
    matthew_scenario_free(scenario);
    return race;
}

/* The codes of the header are those of the library's table. */
Test(api, status_codes_agree) {
    static const struct {
        int code;
        const char *name;
    } codes[] = {{MATTHEW_OK, "OK"},
                 {MATTHEW_NO_MEMORY, "NO_MEMORY"},
                 {MATTHEW_BAD_SCENARIO, "BAD_SCENARIO"},
                 {MATTHEW_BAD_ARGUMENT, "BAD_ARGUMENT"},
                 {MATTHEW_NOT_FOUND, "NOT_FOUND"},
                 {MATTHEW_EXISTS, "EXISTS"},
                 {MATTHEW_WRITE_FAILED, "WRITE_FAILED"},
                 {MATTHEW_READ_FAILED, "READ_FAILED"},
                 {MATTHEW_TOO_LARGE, "TOO_LARGE"},
                 {MATTHEW_BROKEN_INVARIANT, "BROKEN_INVARIANT"},
                 {MATTHEW_STOPPED, "STOPPED"}};
    int count = (int)(sizeof codes / sizeof *codes);
    for (int i = 0; i < count; i++)
        cr_assert(strcmp(matthew_status_name(codes[i].code), codes[i].name) == 0, "code %d", i);
    /* A code that the table has and the header has not would be the next one. */
    cr_assert(strcmp(matthew_status_name(count), "unknown") == 0);
}

Test(api, version_agrees_with_the_header) {
    char text[32];
    snprintf(text, sizeof text, "%d.%d.%d", MATTHEW_VERSION_MAJOR, MATTHEW_VERSION_MINOR, MATTHEW_VERSION_PATCH);
    cr_assert(strcmp(matthew_version(), text) == 0);
}

Test(api, shipped_scenarios_load) {
    cr_assert(matthew_shipped_count() >= 2);
    for (size_t i = 0; i < matthew_shipped_count(); i++) {
        matthew_scenario *scenario = load(matthew_shipped_name(i));
        cr_assert(strcmp(matthew_scenario_name(scenario), matthew_shipped_name(i)) == 0);
        cr_assert(matthew_scenario_check(scenario) == MATTHEW_OK);
        matthew_scenario_free(scenario);
    }
    cr_assert(matthew_shipped_name(matthew_shipped_count()) == NULL);
}

Test(api, failures_say_what_is_wrong) {
    matthew_scenario *scenario = (matthew_scenario *)1;
    cr_assert(matthew_scenario_load(&scenario, "no-such-scenario") == MATTHEW_NOT_FOUND);
    cr_assert(scenario == NULL);
    cr_assert(strstr(matthew_message(), "no-such-scenario") != NULL);
    scenario = load("core-race");
    cr_assert(matthew_scenario_set(scenario, "capital.pol=3") == MATTHEW_BAD_SCENARIO);
    cr_assert(strstr(matthew_message(), "capital.pool") != NULL);
    double value;
    cr_assert(matthew_parameter_value(scenario, "capital.pol", &value) == MATTHEW_NOT_FOUND);
    struct matthew_parameter parameter = {.size = 0};
    cr_assert(matthew_parameter_get(scenario, 0, &parameter) == MATTHEW_BAD_ARGUMENT);
    matthew_scenario_free(scenario);
    matthew_scenario_free(NULL);
    matthew_race_free(NULL);
}

Test(api, parameters_are_listed_with_their_values) {
    matthew_scenario *scenario = load("frontier-race");
    cr_assert(matthew_scenario_set(scenario, "capital.priority_exponent=0.125") == MATTHEW_OK);
    size_t count = matthew_parameter_count(scenario), found = 0;
    for (size_t i = 0; i < count; i++) {
        struct matthew_parameter parameter = {.size = sizeof parameter};
        double value;
        cr_assert(matthew_parameter_get(scenario, i, &parameter) == MATTHEW_OK);
        cr_assert(matthew_parameter_value(scenario, parameter.path, &value) == MATTHEW_OK, "%s", matthew_message());
        cr_assert(value == parameter.value, "%s", parameter.path);
        cr_assert(parameter.min <= value && value <= parameter.max, "%s", parameter.path);
        cr_assert(parameter.unit[0] != '\0' && parameter.description[0] != '\0', "%s", parameter.path);
        if (strcmp(parameter.path, "capital.priority_exponent") == 0) {
            cr_assert(value == 0.125);
            found++;
        }
    }
    cr_assert(found == 1);
    matthew_scenario_free(scenario);
}

/* A caller built against an older, shorter structure gets what it knows of, and no more. */
Test(api, structures_of_older_callers_are_respected) {
    matthew_scenario *scenario = load("frontier-race");
    struct matthew_parameter parameter;
    memset(&parameter, 0x55, sizeof parameter);
    parameter.size = offsetof(struct matthew_parameter, type);
    cr_assert(matthew_parameter_get(scenario, 0, &parameter) == MATTHEW_OK);
    cr_assert(parameter.path[0] != '\0' && strlen(parameter.path) < sizeof parameter.path);
    cr_assert(parameter.type == 0x55555555);
    matthew_scenario_free(scenario);
}

Test(api, scenario_text_loads_to_the_same_text) {
    matthew_scenario *scenario = load("frontier-race");
    char *text = matthew_scenario_text(scenario);
    cr_assert(text != NULL && strlen(text) > 100);
    char path[] = "/tmp/matthew-api-XXXXXX.yaml";
    int file = mkstemps(path, 5);
    cr_assert(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
    close(file);
    matthew_scenario *again = load(path);
    char *second = matthew_scenario_text(again);
    cr_assert(strcmp(text, second) == 0);
    unlink(path);
    matthew_text_free(text);
    matthew_text_free(second);
    matthew_scenario_free(again);
    matthew_scenario_free(scenario);
}

Test(api, members_have_names) {
    matthew_scenario *scenario = load("frontier-race");
    cr_assert(matthew_scenario_member_count(scenario, "segment") == 4);
    cr_assert(strcmp(matthew_scenario_member_name(scenario, "segment", 0), "consumer") == 0);
    cr_assert(matthew_scenario_member_name(scenario, "segment", 4) == NULL);
    cr_assert(matthew_scenario_member_count(scenario, "firm") == 1);
    cr_assert(matthew_scenario_member_count(scenario, "planet") == 0);
    matthew_scenario_free(scenario);
}

Test(api, steps_add_up_to_a_run) {
    matthew_race *stepped = small_race(), *straight = small_race();
    uint64_t start = matthew_race_digest(straight);
    cr_assert(matthew_race_set_threads(stepped, 3) == MATTHEW_OK);
    cr_assert(matthew_race_set_threads(straight, 1) == MATTHEW_OK);
    matthew_race_set_check(straight, 1);
    cr_assert(matthew_race_step(stepped, 1) == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_race_month(stepped) == 1);
    cr_assert(matthew_race_step(stepped, 5) == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_race_run(straight, 6) == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_race_digest(straight) != start);
    cr_assert(matthew_race_digest(straight) == matthew_race_digest(stepped));
    cr_assert(matthew_race_run(straight, 100) == MATTHEW_OK);
    cr_assert(matthew_race_month(straight) == 8);
    matthew_race_free(stepped);
    matthew_race_free(straight);
}

Test(api, stop_ends_after_a_whole_month) {
    matthew_race *race = small_race();
    matthew_race_stop(race);
    cr_assert(matthew_race_run(race, 8) == MATTHEW_STOPPED);
    long month = matthew_race_month(race);
    cr_assert(month < 8);
    cr_assert(matthew_race_run(race, 8) == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_race_month(race) == 8);
    matthew_race_free(race);
}

/* At month 0, where nobody leaves and enters between the two. */
Test(api, columns_and_indicators_agree) {
    matthew_race *race = small_race();
    const double *id, *accounts, *active;
    size_t count, other;
    cr_assert(matthew_race_column(race, "firm_id", 0, &id, &count) == MATTHEW_OK);
    cr_assert(matthew_race_column(race, "active", 0, &active, &other) == MATTHEW_OK && other == count);
    double held = 0, largest = 0, value;
    for (size_t slot = 0; slot < count; slot++) {
        double sum = 0;
        for (int segment = 0; segment < 4; segment++) {
            cr_assert(matthew_race_column(race, "accounts", segment, &accounts, &other) == MATTHEW_OK);
            sum += accounts[slot];
        }
        cr_assert((id[slot] >= 0) == (active[slot] == 1));
        held += sum;
        largest = sum > largest ? sum : largest;
    }
    cr_assert(matthew_race_indicator(race, "total_accounts", &value) == MATTHEW_OK);
    cr_assert(value == held && held > 0);
    cr_assert(matthew_race_indicator(race, "accounts_cr1", &value) == MATTHEW_OK);
    cr_assert(fabs(value - largest / held) < 1e-12);
    cr_assert(matthew_race_firm_count(race) >= 300);
    cr_assert(matthew_race_firm_name(race, 0) != NULL && matthew_race_firm_name(race, 0)[0] != '\0');
    cr_assert(matthew_race_firm_name(race, matthew_race_firm_count(race)) == NULL);
    size_t firms = matthew_race_firm_count(race);
    double *entries = calloc(firms, sizeof *entries);
    cr_assert(matthew_race_register(race, "entry_month", entries, firms) == MATTHEW_OK && entries[0] == 0,
              "OpenAI entered in month %g: %s", entries[0], matthew_message());
    cr_assert(matthew_race_register(race, "entry_month", entries, firms - 1) == MATTHEW_BAD_ARGUMENT);
    cr_assert(matthew_race_register(race, "entry", entries, firms) == MATTHEW_NOT_FOUND);
    cr_assert(matthew_race_register(race, "firm_name", entries, firms) == MATTHEW_BAD_ARGUMENT);
    cr_assert(matthew_race_register(race, NULL, entries, firms) == MATTHEW_BAD_ARGUMENT);
    cr_assert(matthew_race_register(race, "entry_month", NULL, firms) == MATTHEW_BAD_ARGUMENT);
    cr_assert(matthew_race_register(NULL, "entry_month", entries, firms) == MATTHEW_BAD_ARGUMENT);
    free(entries);
    cr_assert(matthew_race_indicator(race, "accounts_hi", &value) == MATTHEW_NOT_FOUND);
    cr_assert(matthew_race_column(race, "account", 0, &accounts, &count) == MATTHEW_NOT_FOUND);
    cr_assert(matthew_race_column(race, "accounts", 4, &accounts, &count) == MATTHEW_BAD_ARGUMENT);
    cr_assert(matthew_race_column(race, "firm_id", 1, &accounts, &count) == MATTHEW_BAD_ARGUMENT);
    matthew_race_free(race);
}

Test(api, tables_are_complete) {
    for (size_t i = 0; i < matthew_column_count(); i++) {
        struct matthew_column column = {.size = sizeof column};
        cr_assert(matthew_column_get(i, &column) == MATTHEW_OK);
        cr_assert(column.name[0] != '\0' && column.unit[0] != '\0' && column.description[0] != '\0');
    }
    for (size_t i = 0; i < matthew_indicator_count(); i++) {
        struct matthew_indicator indicator = {.size = sizeof indicator};
        cr_assert(matthew_indicator_get(i, &indicator) == MATTHEW_OK);
        cr_assert(indicator.name[0] != '\0' && indicator.unit[0] != '\0' && indicator.description[0] != '\0');
    }
    struct matthew_column column = {.size = sizeof column};
    cr_assert(matthew_column_get(matthew_column_count(), &column) == MATTHEW_BAD_ARGUMENT);
}

Test(api, scenarios_from_text_and_copies) {
    matthew_scenario *loaded, *read, *copy, *none;
    cr_assert(matthew_scenario_load(&loaded, "frontier-race") == MATTHEW_OK, "%s", matthew_message());
    char *text = matthew_scenario_text(loaded);
    cr_assert(matthew_scenario_from_text(&read, NULL, text) == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_scenario_copy(&copy, read) == MATTHEW_OK, "%s", matthew_message());
    cr_assert(strcmp(matthew_scenario_name(copy), "text") == 0, "%s", matthew_scenario_name(copy));
    cr_assert(matthew_scenario_set(read, "months=7") == MATTHEW_OK, "%s", matthew_message());
    matthew_scenario_free(read); /* a copy has its own memory */
    char *again = matthew_scenario_text(copy);
    cr_assert(strcmp(text, again) == 0, "a copy of a scenario that was read back has other values");
    cr_assert(matthew_scenario_from_text(&none, "mine", "firms: 60\nmonth: 3\n") == MATTHEW_BAD_SCENARIO &&
              none == NULL);
    cr_assert(strncmp(matthew_message(), "mine:2", 6) == 0, "%s", matthew_message());
    cr_assert(matthew_scenario_from_text(&read, "mine", "{}") == MATTHEW_OK, "%s", matthew_message());
    matthew_scenario_free(read);
    matthew_scenario_free(copy);
    matthew_scenario_free(loaded);
    matthew_text_free(again);
    matthew_text_free(text);
}

/* A history that is written over several calls is the one that is written in one. */
Test(api, histories_do_not_depend_on_the_calls) {
    char folder[SCRATCH_SIZE], path[2][64];
    scratch_open(folder);
    struct matthew_history_options options = {.size = sizeof options, .record = "all", .reproducible = 1};
    size_t length[2];
    char *bytes[2];
    for (int i = 0; i < 2; i++) {
        snprintf(path[i], sizeof path[i], "%s/%d.h5", folder, i);
        matthew_race *race = small_race();
        cr_assert(matthew_race_open_history(race, path[i], &options) == MATTHEW_OK, "%s", matthew_message());
        cr_assert(matthew_race_open_history(race, path[i], &options) == MATTHEW_BAD_ARGUMENT);
        for (long month = i == 0 ? 8 : 1; month <= 8; month++)
            cr_assert(matthew_race_run(race, month) == MATTHEW_OK, "%s", matthew_message());
        cr_assert(matthew_race_close_history(race) == MATTHEW_OK, "%s", matthew_message());
        cr_assert(matthew_race_close_history(race) == MATTHEW_OK);
        cr_assert(matthew_race_open_history(race, path[i], NULL) == MATTHEW_BAD_ARGUMENT);
        matthew_race_free(race);
        bytes[i] = scratch_read(path[i], &length[i]);
    }
    cr_assert(length[0] > 1000 && length[0] == length[1] && memcmp(bytes[0], bytes[1], length[0]) == 0);
    matthew_race *race = small_race();
    cr_assert(matthew_race_open_history(race, path[0], &options) == MATTHEW_EXISTS);
    matthew_race_free(race);
    free(bytes[0]);
    free(bytes[1]);
    scratch_close(folder);
}
