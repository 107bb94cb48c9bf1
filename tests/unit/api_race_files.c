/* Files of races that are cut, damaged, foreign or hostile: a status and one line, never a crash; and handles of
 * another kind. */
#include "core/tape.h"
#include "matthew.h"

#include "support/interface.h"
#include "support/scratch.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static char folder[SCRATCH_SIZE], path[64], other[64];
static const char KIND[TAPE_KIND] = "race 1";

static void folder_make(void) {
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/race.state", folder);
    snprintf(other, sizeof other, "%s/other.state", folder);
}

static void folder_remove(void) {
    scratch_close(folder);
}

TestSuite(api_race_files, .init = folder_make, .fini = folder_remove, .timeout = 300);

static matthew_race *small_race(long month) {
    matthew_scenario *scenario = NULL;
    matthew_race *race = NULL;
    FINE(matthew_scenario_load(&scenario, "frontier-race"));
    FINE(matthew_scenario_set_firms(scenario, 40));
    FINE(matthew_scenario_set(scenario, "months=20"));
    FINE(matthew_race_new(&race, scenario));
    FINE(matthew_race_set_threads(race, 1));
    FINE(matthew_race_run(race, month));
    matthew_scenario_free(scenario);
    return race;
}

static void put(const char *name, const char *bytes, size_t size) {
    FILE *file = fopen(name, "wb");
    cr_assert(file != NULL && fwrite(bytes, 1, size, file) == size, "%s", name);
    fclose(file);
}

static int load(const char *name) {
    matthew_race *race = (matthew_race *)1;
    int status = matthew_race_load(&race, name);
    cr_assert((status == MATTHEW_OK) == (race != NULL), "status %d and handle %p", status, (void *)race);
    matthew_race_free(race);
    return status;
}

Test(api_race_files, a_file_takes_the_place_of_its_like_alone) {
    matthew_race *race = small_race(2);
    FINE(matthew_race_save(race, path));
    FINE(matthew_race_step(race, 1));
    FINE(matthew_race_save(race, path));
    cr_assert(scratch_files(folder, 0) == 1, "there are %d files", scratch_files(folder, 0));
    matthew_race *loaded = NULL;
    FINE(matthew_race_load(&loaded, path));
    cr_assert(matthew_race_month(loaded) == 3 && matthew_race_digest(loaded) == matthew_race_digest(race));
    put(other, "mine", 4);
    FAILS(matthew_race_save(race, other), MATTHEW_EXISTS, "other.state exists already and is no saved race");
    FAILS(matthew_race_save(race, folder), MATTHEW_EXISTS, "exists already");
    FAILS(matthew_race_save(race, "/no/such/folder/race"), MATTHEW_WRITE_FAILED, "/no/such/folder/race");
    FAILS(matthew_race_save(race, ""), MATTHEW_WRITE_FAILED, "cannot write");
    FAILS(load("/no/such/folder/race"), MATTHEW_NOT_FOUND, "/no/such/folder/race");
    FAILS(load(folder), MATTHEW_READ_FAILED, folder);
    FAILS(load(other), MATTHEW_READ_FAILED, "is no saved race");
    matthew_race_free(race);
    matthew_race_free(loaded);
}

Test(api_race_files, cut_or_changed_anywhere) {
    matthew_race *race = small_race(2);
    size_t size;
    FINE(matthew_race_save(race, path));
    matthew_race_free(race);
    char *bytes = scratch_read(path, &size);
    for (size_t length = 0; length < size; length += 1 + length / 3) {
        put(other, bytes, length);
        FAILS(load(other), MATTHEW_READ_FAILED, length < 16 ? "is no saved race" : "damaged or cut short");
    }
    for (size_t at = 0; at < size; at += 1 + at / 3) {
        bytes[at] ^= 4;
        put(other, bytes, size);
        FAILS(load(other), MATTHEW_READ_FAILED, at < 16 ? "is no saved race" : "damaged or cut short");
        bytes[at] ^= 4;
    }
    memcpy(bytes + 8, "state 1", 8);
    put(other, bytes, size);
    FAILS(load(other), MATTHEW_READ_FAILED, "is no saved race");
    free(bytes);
}

/* The body of a saved race on a tape with the right digest. */
static void forge(const char *body, size_t size) {
    struct failure failure;
    struct tape tape;
    char *copy = malloc(size);
    cr_assert(copy != NULL);
    memcpy(copy, body, size);
    cr_assert(tape_create(&tape, other, KIND, &failure) == MATTHEW_OK, "%s", failure.text);
    tape_carry(&tape, copy, size);
    cr_assert(tape_finish(&tape, &failure) == MATTHEW_OK, "%s", failure.text);
    tape_free(&tape);
    free(copy);
}

Test(api_race_files, of_another_build) {
    matthew_race *race = small_race(2);
    size_t size;
    FINE(matthew_race_save(race, path));
    matthew_race_free(race);
    char *bytes = scratch_read(path, &size);
    forge(bytes + 16, size - 24);
    cr_assert(load(other) == MATTHEW_OK, "what was forged without a change is refused: %s", matthew_message());
    bytes[16] ^= 1;
    forge(bytes + 16, size - 24);
    FAILS(load(other), MATTHEW_READ_FAILED, "other.state was made by another build of matthew");
    free(bytes);
}

/* With a right digest, whatever the bytes: eight of them at a time are replaced. What loads all the same can be asked
 * and run. */
Test(api_race_files, hostile_bytes) {
    static const double numbers[] = {-1.0, 1e300, 0.5};
    static const long long words[] = {-1, 1LL << 62, 0, 3};
    matthew_race *race = small_race(8);
    size_t size, refused = 0, loaded = 0;
    FINE(matthew_race_save(race, path));
    matthew_race_free(race);
    char *bytes = scratch_read(path, &size);
    for (size_t at = 24, turn = 0; at + 16 <= size; at += 8 + (at - 24) / 100 * 8, turn++) {
        char kept[8];
        memcpy(kept, bytes + at, 8);
        memcpy(bytes + at, turn % 7 < 3 ? (const void *)&numbers[turn % 7] : (const void *)&words[turn % 7 - 3], 8);
        forge(bytes + 16, size - 24);
        memcpy(bytes + at, kept, 8);
        matthew_race *found = NULL;
        int status = matthew_race_load(&found, other);
        if (status != MATTHEW_OK) {
            cr_assert(status == MATTHEW_READ_FAILED, "byte %zu: %s", at, matthew_message());
            cr_assert(strstr(matthew_message(), "other.state is damaged") != NULL, "byte %zu: %s", at,
                      matthew_message());
            refused++;
            continue;
        }
        double value;
        FINE(matthew_race_set_threads(found, 1));
        FINE(matthew_race_indicator(found, "instability", &value));
        FINE(matthew_race_step(found, 2));
        matthew_race_free(found);
        loaded++;
    }
    cr_assert(refused > 20 && loaded > 5, "%zu refused, %zu loaded", refused, loaded);
    free(bytes);
}

/* ---- handles ---- */

Test(api_race_files, handles_of_another_kind_are_refused) {
    matthew_scenario *scenario = NULL, *made = NULL;
    FINE(matthew_scenario_load(&scenario, "frontier-race"));
    matthew_race *race = small_race(1), *copy = NULL;
    matthew_race *not_race = (matthew_race *)(void *)scenario;
    matthew_scenario *not_scenario = (matthew_scenario *)(void *)race;
    struct matthew_parameter parameter = {.size = sizeof parameter};
    const double *values;
    size_t count;
    double value;
    const char *race_words = "race: expected a race", *scenario_words = "scenario: expected a scenario";
    FAILS(matthew_race_new(&copy, not_scenario), MATTHEW_BAD_ARGUMENT, scenario_words);
    FAILS(matthew_scenario_copy(&made, not_scenario), MATTHEW_BAD_ARGUMENT, scenario_words);
    FAILS(matthew_scenario_set(not_scenario, "months=3"), MATTHEW_BAD_ARGUMENT, scenario_words);
    FAILS(matthew_scenario_set_firms(not_scenario, 30), MATTHEW_BAD_ARGUMENT, scenario_words);
    FAILS(matthew_scenario_check(not_scenario), MATTHEW_BAD_ARGUMENT, scenario_words);
    FAILS(matthew_parameter_get(not_scenario, 0, &parameter), MATTHEW_BAD_ARGUMENT, scenario_words);
    FAILS(matthew_parameter_value(not_scenario, "capital.pool", &value), MATTHEW_BAD_ARGUMENT, scenario_words);
    cr_assert(matthew_scenario_text(not_scenario) == NULL && matthew_scenario_name(not_scenario) == NULL);
    cr_assert(matthew_scenario_months(not_scenario) == 0 && matthew_scenario_firms(not_scenario) == 0);
    cr_assert(matthew_scenario_seed(not_scenario) == 0 && matthew_parameter_count(not_scenario) == 0);
    cr_assert(matthew_scenario_member_count(not_scenario, "tier") == 0);
    cr_assert(matthew_scenario_member_name(not_scenario, "tier", 0) == NULL);
    FAILS(matthew_race_run(not_race, 3), MATTHEW_BAD_ARGUMENT, race_words);
    FAILS(matthew_race_step(not_race, 3), MATTHEW_BAD_ARGUMENT, race_words);
    FAILS(matthew_race_set_threads(not_race, 3), MATTHEW_BAD_ARGUMENT, race_words);
    FAILS(matthew_race_on_month(not_race, NULL, NULL), MATTHEW_BAD_ARGUMENT, race_words);
    FAILS(matthew_race_set(not_race, "capital.pool=3"), MATTHEW_BAD_ARGUMENT, race_words);
    FAILS(matthew_race_scenario(&made, not_race), MATTHEW_BAD_ARGUMENT, race_words);
    FAILS(matthew_race_copy(&copy, not_race), MATTHEW_BAD_ARGUMENT, race_words);
    FAILS(matthew_race_save(not_race, path), MATTHEW_BAD_ARGUMENT, race_words);
    FAILS(matthew_race_column(not_race, "firm_id", 0, &values, &count), MATTHEW_BAD_ARGUMENT, race_words);
    FAILS(matthew_race_indicator(not_race, "churn", &value), MATTHEW_BAD_ARGUMENT, race_words);
    FAILS(matthew_race_indicator_of(not_race, "segment_price", 0, &value), MATTHEW_BAD_ARGUMENT, race_words);
    FAILS(matthew_race_open_history(not_race, path, NULL), MATTHEW_BAD_ARGUMENT, race_words);
    FAILS(matthew_race_close_history(not_race), MATTHEW_BAD_ARGUMENT, race_words);
    cr_assert(matthew_race_month(not_race) == 0 && matthew_race_digest(not_race) == 0);
    cr_assert(matthew_race_firm_count(not_race) == 0 && matthew_race_firm_name(not_race, 0) == NULL);
    matthew_race_set_check(not_race, 1);
    matthew_race_stop(not_race);
    matthew_race_free(not_race);
    matthew_scenario_free(not_scenario);
    FINE(matthew_race_step(race, 1)); /* both are as they were */
    FINE(matthew_scenario_check(scenario));
    matthew_race_free(race);
    matthew_scenario_free(scenario);
}

Test(api_race_files, null_arguments) {
    matthew_race *race = small_race(1), *copy = (matthew_race *)1;
    matthew_scenario *scenario = (matthew_scenario *)1;
    FAILS(matthew_race_copy(NULL, race), MATTHEW_BAD_ARGUMENT, "copy");
    FAILS(matthew_race_copy(&copy, NULL), MATTHEW_BAD_ARGUMENT, "race");
    cr_assert(copy == NULL, "a handle that was not made is left");
    copy = (matthew_race *)1;
    FAILS(matthew_race_save(NULL, path), MATTHEW_BAD_ARGUMENT, "race");
    FAILS(matthew_race_save(race, NULL), MATTHEW_BAD_ARGUMENT, "path");
    FAILS(matthew_race_load(NULL, path), MATTHEW_BAD_ARGUMENT, "race");
    FAILS(matthew_race_load(&copy, NULL), MATTHEW_BAD_ARGUMENT, "path");
    cr_assert(copy == NULL, "a handle that was not made is left");
    FAILS(matthew_race_set(NULL, "capital.pool=3"), MATTHEW_BAD_ARGUMENT, "race");
    FAILS(matthew_race_scenario(NULL, race), MATTHEW_BAD_ARGUMENT, "scenario");
    FAILS(matthew_race_scenario(&scenario, NULL), MATTHEW_BAD_ARGUMENT, "race");
    cr_assert(scenario == NULL, "a handle that was not made is left");
    FAILS(matthew_race_on_month(NULL, NULL, NULL), MATTHEW_BAD_ARGUMENT, "race");
    matthew_race_free(race);
}
