/* Texts, files and validations through matthew.h. */
#include "matthew.h"

#include "support/interface.h"
#include "support/scratch.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REFUSED(call, word) FAILS(call, MATTHEW_BAD_ARGUMENT, word)

enum { PATH_SIZE = SCRATCH_SIZE + 32 };

static char folder[SCRATCH_SIZE];

static void begin(void) {
    scratch_open(folder);
}

static void end(void) {
    scratch_close(folder);
}

TestSuite(api_texts, .init = begin, .fini = end);

static const char *file_name(const char *name) {
    static char path[4][PATH_SIZE];
    static int next;
    char *made = path[next++ % 4];
    snprintf(made, PATH_SIZE, "%s/%s", folder, name);
    return made;
}

static const char *write_text(const char *name, const char *text) {
    const char *path = file_name(name);
    FILE *file = fopen(path, "w");
    cr_assert(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, "%s", path);
    return path;
}

static matthew_scenario *small(void) {
    matthew_scenario *scenario = NULL;
    FINE(matthew_scenario_from_text(&scenario, "mine",
                                    "base: core-race\nfirms: 50\nmonths: 14\nvalidates: [attrition]\n"));
    return scenario;
}

/* A race recorded into a file. */
static const char *record(const char *name) {
    const char *path = file_name(name);
    struct matthew_history_options options = {.size = sizeof options, .reproducible = 1, .overwrite = 1};
    matthew_scenario *scenario = small();
    matthew_race *race = NULL;
    FINE(matthew_race_new(&race, scenario));
    FINE(matthew_race_open_history(race, path, &options));
    FINE(matthew_race_run(race, 14));
    FINE(matthew_race_close_history(race));
    matthew_race_free(race);
    matthew_scenario_free(scenario);
    return path;
}

/* ---- texts ---- */

Test(api_texts, numbers) {
    static const struct {
        double value;
        const char *text;
    } wanted[] = {{0.7, "0.7"}, {4e15, "4e15"}, {150000, "150000"}, {-0.1, "-0.1"}, {1.0 / 3, "0.3333333333333333"}};
    char text[MATTHEW_NUMBER_SIZE];
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        cr_assert(matthew_number_text(wanted[i].value, text) == text, "another place than the caller's");
        cr_assert(strcmp(text, wanted[i].text) == 0, "`%s` is not `%s`", text, wanted[i].text);
        cr_assert(strtod(text, NULL) == wanted[i].value, "%s reads back as another number", text);
    }
    cr_assert(matthew_number_text(1, NULL) == NULL);
}

Test(api_texts, what_acts_on_a_terminal_is_shown) {
    char shown[40];
    cr_assert(strcmp(matthew_shown("a\x1b[2J\n\xff\xe2\x80\xae", shown, sizeof shown), "a\\x1b[2J\\n\\xff\\u202e") == 0,
              "%s", shown);
    cr_assert(strcmp(matthew_shown("abcdef", shown, 4), "abc") == 0, "%s", shown);
    cr_assert(matthew_shown(NULL, shown, 4) == NULL && matthew_shown("a", NULL, 4) == NULL);
    cr_assert(matthew_shown("a", shown, 0) == NULL);
}

Test(api_texts, the_nearest_name) {
    static const char *const names[] = {"accounts", NULL, "cash", "staff"};
    const char *found = matthew_nearest("acounts", names, 4);
    cr_assert(found == names[0], "`%s`", found != NULL ? found : "null");
    cr_assert(matthew_nearest("STAF", names, 4) == names[3]);
    cr_assert(matthew_nearest("quite another", names, 4) == NULL && matthew_nearest("cash", names, 0) == NULL);
    cr_assert(matthew_nearest(NULL, names, 4) == NULL && matthew_nearest("cash", NULL, 1) == NULL);
    cr_assert(matthew_nearest("cash", NULL, 0) == NULL);
}

Test(api_texts, the_build) {
    char *people = matthew_build_text(0), *json = matthew_build_text(1);
    cr_assert(people != NULL && json != NULL, "%s", matthew_message());
    cr_assert(strstr(people, matthew_version()) != NULL && strstr(people, matthew_revision()) != NULL, "%s", people);
    cr_assert(json[0] == '{' && strstr(json, "\"HDF5\": \"") != NULL && strstr(json, matthew_revision()) != NULL, "%s",
              json);
    matthew_text_free(people);
    matthew_text_free(json);
    int threads = matthew_threads_default();
    cr_assert(threads >= 1 && threads <= MATTHEW_THREADS_MAX, "%d", threads);
    setenv("MATTHEW_ISA", "abacus", 1);
    cr_assert(matthew_build_text(0) == NULL && matthew_build_text(1) == NULL);
    cr_assert(strstr(matthew_message(), "abacus") != NULL, "%s", matthew_message());
    cr_assert(matthew_status_exit(MATTHEW_OK) == 0 && matthew_status_exit(MATTHEW_NOT_FOUND) == 2);
    cr_assert(matthew_status_exit(INT_MIN) == 1);
}

/* ---- files ---- */

static void is_of_kind(const char *path, const char *wanted) {
    const char *kind = NULL;
    FINE(matthew_file_kind(path, &kind));
    cr_assert(strcmp(kind, wanted) == 0, "%s is `%s`, not `%s`", path, kind, wanted);
}

static void make_sweep(const char *path) {
    matthew_sweep *sweep = NULL;
    FINE(matthew_sweep_from_text(&sweep, "mine", NULL,
                                 "base: core-race\nfirms: 50\nmonths: 3\nreplicates: 2\n"
                                 "factors: {customers.*.lock_in: {values: [0, 1]}}\n"
                                 "outcomes: {hhi: {indicator: accounts_hhi, final: true}}\n"));
    FINE(matthew_sweep_open(sweep, path, NULL));
    FINE(matthew_sweep_run(sweep, NULL));
    matthew_sweep_free(sweep);
}

Test(api_texts, kinds_of_files) {
    const char *kind = "before", *race_path = file_name("race.state"), *sweep_path = file_name("sweep.h5");
    matthew_scenario *scenario = small();
    matthew_race *race = NULL;
    FINE(matthew_race_new(&race, scenario));
    FINE(matthew_race_save(race, race_path));
    matthew_race_free(race);
    matthew_scenario_free(scenario);
    is_of_kind(race_path, "race");
    make_sweep(sweep_path);
    is_of_kind(sweep_path, "sweep");
    is_of_kind(record("race.h5"), "history");
    is_of_kind(record("race.h5.part"), "part");
    is_of_kind(write_text("mine.yaml", "firms: 60\n"), "scenario");
    is_of_kind(write_text("broken.yml", "firms: [\n"), "scenario");
    is_of_kind(write_text("mine.yaml", "base: core-race\noutcomes: {}\n"), "design");
    is_of_kind(write_text("mine.txt", "firms: 60\n"), "other");
    is_of_kind(write_text("damaged.h5", "\x89HDF\r\n\x1a\nand nothing more"), "hdf5");
    is_of_kind(folder, "other");
    FAILS(matthew_file_kind(file_name("nothing.h5"), &kind), MATTHEW_NOT_FOUND, "nothing.h5");
    REFUSED(matthew_file_kind(NULL, &kind), "path");
    REFUSED(matthew_file_kind(folder, NULL), "kind");
    cr_assert(strcmp(kind, "before") == 0, "a failed call has written");
}

static void tells(const char *path, int json, const char *words) {
    char *text = NULL;
    FINE(matthew_file_info_text(&text, path, json));
    cr_assert(strstr(text, words) != NULL, "`%s` is not in %s", words, text);
    matthew_text_free(text);
}

Test(api_texts, what_is_in_files) {
    const char *path = record("race.h5"), *sweep_path = file_name("sweep.h5");
    make_sweep(sweep_path);
    tells(path, 0, "15 recorded, up to month 14");
    tells(path, 1, "\"months_recorded\": 15,\n\"last_month\": 14,");
    tells(path, 1, "\"recorded\": [\"");
    tells(sweep_path, 0, "4: 4 done, 0 failed, 0 pending");
    tells(sweep_path, 1, "\"runs\": 4,\n\"done\": 4,");
    char *text = (char *)1;
    FAILS(matthew_file_info_text(&text, file_name("nothing.h5"), 1), MATTHEW_NOT_FOUND, "nothing.h5");
    FAILS(matthew_file_info_text(&text, write_text("a.h5", "text"), 0), MATTHEW_READ_FAILED, "a.h5");
    REFUSED(matthew_file_info_text(NULL, path, 0), "text");
    REFUSED(matthew_file_info_text(&text, NULL, 0), "path");
    cr_assert(text == (char *)1, "a failed call has written");
}

Test(api_texts, digests) {
    char first[MATTHEW_DIGEST_SIZE], second[MATTHEW_DIGEST_SIZE] = "before";
    FINE(matthew_file_digest(record("one.h5"), first));
    FAILS(matthew_file_digest(file_name("nothing.h5"), second), MATTHEW_NOT_FOUND, "nothing.h5");
    REFUSED(matthew_file_digest(NULL, second), "path");
    REFUSED(matthew_file_digest(folder, NULL), "digest");
    cr_assert(strcmp(second, "before") == 0, "a failed call has written");
    FINE(matthew_file_digest(record("two.h5"), second));
    cr_assert(strcmp(first, second) == 0 && strlen(first) == MATTHEW_DIGEST_SIZE - 1, "%s and %s", first, second);
}

Test(api_texts, quantities) {
    char text[MATTHEW_NUMBER_SIZE];
    static const struct {
        int kind;
        double value;
        const char *wanted;
    } known[] = {{MATTHEW_COUNTED, 12345678, "12,345,678"},
                 {MATTHEW_SCALED, 3.42e6, "3.42 M"},
                 {MATTHEW_DURATION, 245, "4 min 05 s"},
                 {MATTHEW_BYTES, 3.4e6, "3.40 MB"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        cr_assert(strcmp(matthew_quantity_text(known[i].kind, known[i].value, text), known[i].wanted) == 0,
                  "%s, not %s", text, known[i].wanted);
    cr_assert(matthew_quantity_text(4, 1, text) == NULL && strstr(matthew_message(), "kind: ") != NULL);
    cr_assert(matthew_quantity_text(MATTHEW_BYTES, 1, NULL) == NULL && strstr(matthew_message(), "text: ") != NULL);
    cr_assert(strstr(matthew_date(), ", 2") != NULL, "%s", matthew_date());
}

static void lists(const matthew_scenario *scenario, const char *pattern, int json, const char *words) {
    char *text = matthew_parameters_text(scenario, pattern, json);
    cr_assert(text != NULL && strstr(text, words) != NULL, "`%s` is not in %s", words,
              text != NULL ? text : matthew_message());
    matthew_text_free(text);
}

Test(api_texts, parameters) {
    matthew_scenario *scenario = small();
    FINE(matthew_scenario_set(scenario, "capital.pool=777"));
    lists(NULL, NULL, 0, "PATH                                       DEFAULT ");
    lists(NULL, "capital.pool", 0, "  default    ");
    lists(scenario, "capital.pool", 0, "  value      777\n");
    lists(scenario, "capital.*", 0, "PATH                                       VALUE ");
    lists(scenario, "capital.pool", 1, "[\n{\"path\": \"capital.pool\", \"type\": \"real\", \"value\": 777, ");
    lists(NULL, "lock_in", 1, "\"path\": \"customers.consumer.lock_in\"");
    cr_assert(matthew_parameters_text(NULL, "capital.pol", 0) == NULL);
    cr_assert(strstr(matthew_message(), "capital.pool") != NULL, "%s", matthew_message());
    cr_assert(strcmp(matthew_error_text("status"), "NOT_FOUND") == 0, "%s", matthew_error_text("status"));
    cr_assert(matthew_parameters_text((matthew_scenario *)folder, NULL, 0) == NULL);
    cr_assert(strstr(matthew_message(), "scenario: expected") != NULL, "%s", matthew_message());
    matthew_scenario_free(scenario);
}
