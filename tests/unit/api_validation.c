/* Validations through matthew.h: of a scenario and of a recorded race; stopped; refused. */
#include "matthew.h"

#include "support/interface.h"
#include "support/scratch.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define REFUSED(call, word) FAILS(call, MATTHEW_BAD_ARGUMENT, word)

static matthew_scenario *small(void) {
    matthew_scenario *scenario = NULL;
    FINE(matthew_scenario_from_text(&scenario, "mine",
                                    "base: core-race\nfirms: 50\nmonths: 26\nvalidates: [attrition]\n"));
    return scenario;
}

static matthew_validation *of(long replications) {
    matthew_scenario *scenario = small();
    matthew_validation *validation = NULL;
    FINE(matthew_validation_new(&validation, scenario, replications));
    matthew_scenario_free(scenario); /* it was copied */
    return validation;
}

static char *text_of(const matthew_validation *validation, int json) {
    char *text = matthew_validation_text(validation, json);
    cr_assert(text != NULL, "%s", matthew_message());
    return text;
}

Test(api_validation, a_scenario_on_any_threads) {
    matthew_validation *validation = of(3), *other = of(3);
    FINE(matthew_validation_set_threads(validation, 1));
    FINE(matthew_validation_run(validation));
    FINE(matthew_validation_set_threads(other, 2));
    FINE(matthew_validation_run(other));
    FINE(matthew_validation_run(other)); /* the same again */
    char *first = text_of(validation, 1), *second = text_of(other, 1), *table = text_of(validation, 0);
    cr_assert(strcmp(first, second) == 0, "%s and %s differ", first, second);
    cr_assert(strstr(first, "\"replications\": 3") != NULL && first[0] == '{', "%s", first);
    cr_assert(strstr(table, "attrition") != NULL && strstr(table, "3 replications") != NULL, "%s", table);
    int failed = matthew_validation_failed(validation);
    cr_assert((failed == 0) == (strstr(first, "\"passed\": true") != NULL) && failed <= 1, "%d failed: %s", failed,
              first);
    matthew_text_free(first);
    matthew_text_free(second);
    matthew_text_free(table);
    matthew_validation_free(validation);
    matthew_validation_free(other);
}

Test(api_validation, a_recorded_race) {
    char folder[SCRATCH_SIZE], path[SCRATCH_SIZE + 16];
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/race.h5", folder);
    matthew_scenario *scenario = small();
    matthew_race *race = NULL;
    matthew_validation *validation = NULL;
    FINE(matthew_race_new(&race, scenario));
    FINE(matthew_race_open_history(race, path, NULL));
    FINE(matthew_race_run(race, LONG_MAX));
    FINE(matthew_race_close_history(race));
    matthew_race_free(race);
    matthew_scenario_free(scenario);
    FINE(matthew_validation_read(&validation, path));
    char *text = text_of(validation, 1);
    cr_assert(strstr(text, "\"replications\": 1") != NULL, "%s", text);
    cr_assert(matthew_validation_failed(validation) >= 0);
    REFUSED(matthew_validation_run(validation), "recorded");
    matthew_text_free(text);
    matthew_validation_free(validation);
    validation = (matthew_validation *)1;
    FAILS(matthew_validation_read(&validation, folder), MATTHEW_READ_FAILED, folder);
    cr_assert(validation == NULL, "a handle that was not made is left");
    cr_assert(strcmp(matthew_error_text("file"), folder) == 0, "%s", matthew_error_text("file"));
    scratch_close(folder);
}

static void *stop_it(void *validation) {
    matthew_validation_stop(validation);
    return NULL;
}

Test(api_validation, a_stop_ends_one_run_and_no_other) {
    matthew_validation *validation = of(4);
    pthread_t thread;
    matthew_validation_stop(NULL);
    cr_assert(pthread_create(&thread, NULL, stop_it, validation) == 0 && pthread_join(thread, NULL) == 0);
    FAILS(matthew_validation_run(validation), MATTHEW_STOPPED, "stopped");
    cr_assert(matthew_validation_failed(validation) == -1 && matthew_validation_text(validation, 0) == NULL);
    FINE(matthew_validation_run(validation));
    cr_assert(matthew_validation_failed(validation) >= 0);
    matthew_validation_free(validation);
}

Test(api_validation, what_is_refused) {
    matthew_scenario *scenario = small();
    matthew_validation *validation = (matthew_validation *)1;
    static const long counts[] = {0, -1, LONG_MIN, LONG_MAX, MATTHEW_REPLICATIONS_MAX + 1};
    REFUSED(matthew_validation_new(NULL, scenario, 1), "validation");
    REFUSED(matthew_validation_new(&validation, NULL, 1), "scenario");
    cr_assert(validation == NULL, "a handle that was not made is left");
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        REFUSED(matthew_validation_new(&validation, scenario, counts[i]), "replications: expected 1 to 100000");
    REFUSED(matthew_validation_read(NULL, "race.h5"), "validation");
    REFUSED(matthew_validation_read(&validation, NULL), "path");
    validation = of(2);
    REFUSED(matthew_validation_set_threads(validation, 1025), "threads: expected 0 to 1024");
    cr_assert(matthew_validation_text(validation, 0) == NULL && matthew_validation_failed(validation) == -1);
    cr_assert(strstr(matthew_message(), "has not been run") != NULL, "%s", matthew_message());
    /* null, and live handles of another kind */
    matthew_validation *const others[] = {NULL, (matthew_validation *)(void *)scenario};
    for (size_t i = 0; i < 2; i++) {
        REFUSED(matthew_validation_set_threads(others[i], 1), "validation: expected");
        REFUSED(matthew_validation_run(others[i]), "validation: expected");
        cr_assert(matthew_validation_text(others[i], 1) == NULL && matthew_validation_failed(others[i]) == -1);
        matthew_validation_stop(others[i]);
        matthew_validation_free(others[i]);
    }
    matthew_validation *none;
    REFUSED(matthew_validation_new(&none, (matthew_scenario *)(void *)validation, 1), "scenario: expected");
    matthew_validation_free(validation);
    matthew_scenario_free(scenario);
}
