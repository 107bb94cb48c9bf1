/* Sessions through matthew.h: what a race does by itself, a file that goes on where it was stopped, options by name. */
#include "matthew.h"

#include "support/interface.h"
#include "support/scratch.h"

#include <criterion/criterion.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REFUSED(call, word) FAILS(call, MATTHEW_BAD_ARGUMENT, word)

enum { PATH_SIZE = SCRATCH_SIZE + 32, MONTHS = 14 };

static char folder[SCRATCH_SIZE];

static const char *file_name(const char *name) {
    static char path[4][PATH_SIZE];
    static int next;
    char *made = path[next++ % 4];
    snprintf(made, PATH_SIZE, "%s/%s", folder, name);
    return made;
}

static void begin(void) {
    scratch_open(folder);
}

/* Checkpoints lie in a folder of their own. */
static void end(void) {
    char command[PATH_SIZE + 16];
    snprintf(command, sizeof command, "rm -rf %s/*", folder);
    cr_assert(system(command) == 0);
    scratch_close(folder);
}

TestSuite(api_session, .init = begin, .fini = end);

static matthew_scenario *small(const char *more) {
    char text[200];
    matthew_scenario *scenario = NULL;
    snprintf(text, sizeof text, "base: core-race\nfirms: 50\nmonths: %d\n%s", MONTHS, more);
    FINE(matthew_scenario_from_text(&scenario, "mine", text));
    return scenario;
}

static matthew_session *of(const char *output) {
    matthew_scenario *scenario = small("");
    matthew_session *session = NULL;
    FINE(matthew_session_new(&session, scenario));
    matthew_scenario_free(scenario); /* it was copied */
    if (output != NULL)
        FINE(matthew_session_set(session, "output", output));
    FINE(matthew_session_set(session, "reproducible", "on"));
    return session;
}

static double number_of(const matthew_session *session, const char *field) {
    double value = 0;
    cr_assert(matthew_session_number(session, field, &value), "%s is not known", field);
    return value;
}

static int is_known(const matthew_session *session, const char *field) {
    double value = 0;
    return matthew_session_number(session, field, &value);
}

static void same_text(const matthew_session *session, const char *field, const char *wanted) {
    const char *found = matthew_session_text(session, field);
    cr_assert(found != NULL && strcmp(found, wanted) == 0, "%s is %s, not %s", field, found, wanted);
}

static char *result_of(const matthew_session *session, int json) {
    char *text = matthew_session_result_text(session, json);
    cr_assert(text != NULL, "%s", matthew_message());
    return text;
}

static size_t read_all(const char *path, char **bytes) {
    FILE *file = fopen(path, "rb");
    cr_assert(file != NULL && fseek(file, 0, SEEK_END) == 0, "%s", path);
    size_t size = (size_t)ftell(file);
    rewind(file);
    *bytes = malloc(size + 1);
    cr_assert(*bytes != NULL && fread(*bytes, 1, size, file) == size, "%s", path);
    fclose(file);
    return size;
}

static void same_bytes(const char *first, const char *second) {
    char *a = NULL, *b = NULL;
    size_t one = read_all(first, &a), other = read_all(second, &b), at = 0;
    while (at < one && at < other && a[at] == b[at])
        at++;
    cr_assert(at == one && at == other, "%s (%zu bytes) and %s (%zu) differ at byte %zu", first, one, second, other,
              at);
    free(a);
    free(b);
}

/* What a race writes by itself, without a session. */
static const char *race_file(const char *name, char digest[20]) {
    const char *path = file_name(name);
    matthew_scenario *scenario = small("");
    matthew_race *race = NULL;
    struct matthew_history_options options = {.size = sizeof options, .reproducible = 1};
    FINE(matthew_race_new(&race, scenario));
    FINE(matthew_race_open_history(race, path, &options));
    FINE(matthew_race_run(race, LONG_MAX));
    FINE(matthew_race_close_history(race));
    snprintf(digest, 20, "%016llx", (unsigned long long)matthew_race_digest(race));
    matthew_race_free(race);
    matthew_scenario_free(scenario);
    return path;
}

static int stop_at_5(const struct matthew_session_progress *progress, void *context) {
    long *calls = context;
    ++*calls;
    cr_assert(progress->size == sizeof *progress && progress->months == MONTHS && progress->firms > 0);
    return progress->month == 5;
}

static int never_stop(const struct matthew_session_progress *progress, void *context) {
    *(long *)context = progress->from;
    return 0;
}

struct heard {
    int messages, open, most;
    char last[300];
};

static void hear(int kind, const char *text, void *context) {
    struct heard *heard = context;
    heard->messages += kind == MATTHEW_NOTICE_MESSAGE;
    heard->open += kind == MATTHEW_NOTICE_READING || kind == MATTHEW_NOTICE_WRITING;
    heard->open -= kind == MATTHEW_NOTICE_DONE;
    heard->most = heard->open > heard->most ? heard->open : heard->most;
    if (kind == MATTHEW_NOTICE_MESSAGE)
        snprintf(heard->last, sizeof heard->last, "%s", text);
}

Test(api_session, is_what_a_race_is) {
    char digest[20];
    const char *alone = race_file("alone.h5", digest), *path = file_name("session.h5");
    matthew_session *session = of(path);
    cr_assert(matthew_session_result_text(session, 0) == NULL && !is_known(session, "month"));
    same_text(session, "status", "");
    FINE(matthew_session_set(session, "threads", "2"));
    FINE(matthew_session_set(session, "made_with", "customers.consumer.lock_in=0.5"));
    FINE(matthew_session_set(session, "check", "on"));
    FINE(matthew_session_run(session));
    same_bytes(alone, path);
    same_text(session, "digest", digest);
    same_text(session, "status", "complete");
    same_text(session, "output", path);
    cr_assert(number_of(session, "month") == MONTHS && number_of(session, "months") == MONTHS);
    cr_assert(number_of(session, "threads") == 2 && number_of(session, "can_resume") == 0);
    cr_assert(number_of(session, "output_bytes") > 1000 && number_of(session, "firm_steps") > 0);
    char *table = result_of(session, 0), *json = result_of(session, 1);
    cr_assert(strstr(table, "mine, seed ") == table && strstr(table, path) != NULL, "%s", table);
    cr_assert(strstr(json, "\"status\": \"complete\"") != NULL && strstr(json, digest) != NULL, "%s", json);
    cr_assert(strstr(json, "\"set\": {\"customers.consumer.lock_in\": \"0.5\"}") != NULL, "%s", json);
    matthew_text_free(table);
    matthew_text_free(json);
    FAILS(matthew_session_run(session), MATTHEW_EXISTS, "session.h5");
    cr_assert(strcmp(matthew_error_text("file"), path) == 0, "%s", matthew_error_text("file"));
    cr_assert(matthew_session_result_text(session, 0) == NULL && number_of(session, "began") == 0);
    FINE(matthew_session_set(session, "overwrite", "on"));
    FINE(matthew_session_run(session));
    same_bytes(alone, path);
    matthew_session_free(session);
}

Test(api_session, goes_on_where_it_was_stopped) {
    char digest[20];
    long calls = 0, from = -1;
    const char *alone = race_file("alone.h5", digest), *path = file_name("session.h5");
    matthew_session *session = of(path), *other = NULL;
    FINE(matthew_session_on_progress(session, stop_at_5, &calls));
    FAILS(matthew_session_run(session), MATTHEW_STOPPED, "stopped after month 5 of 14");
    cr_assert(calls == 6, "%ld months were told", calls);
    cr_assert(number_of(session, "month") == 5 && number_of(session, "can_resume") == 1);
    same_text(session, "status", "interrupted");
    char *table = result_of(session, 0);
    cr_assert(strstr(table, "month 5 of 14") != NULL && strstr(table, "interrupted") != NULL, "%s", table);
    matthew_text_free(table);

    int found = 0;
    FINE(matthew_session_new(&other, NULL)); /* as another process would: it has the file alone */
    FAILS(matthew_session_run(other), MATTHEW_BAD_ARGUMENT, "scenario: ");
    FINE(matthew_session_set(other, "output", path));
    FINE(matthew_session_set(other, "resume", "on"));
    FINE(matthew_session_find(other, &found));
    cr_assert(found == 1 && number_of(other, "earlier_every") == 1 && number_of(other, "earlier_months") == 6);
    same_text(other, "earlier", path);
    same_text(other, "earlier_record", "default");
    same_text(other, "earlier_precision", "double");
    same_text(other, "earlier_reproducible", "on");
    FINE(matthew_session_on_progress(other, never_stop, &from));
    FINE(matthew_session_run(other));
    cr_assert(from == 5, "it went on from month %ld", from);
    same_text(other, "digest", digest);
    same_bytes(alone, path);

    FINE(matthew_session_set(session, "resume", "on")); /* the other one has completed it */
    FINE(matthew_session_run(session));
    same_text(session, "status", "complete");
    char *json = result_of(session, 1);
    cr_assert(strncmp(json, "{\"status\": \"complete\", \"output\": ", 33) == 0, "%s", json);
    matthew_text_free(json);
    matthew_session_free(session);
    matthew_session_free(other);
}

Test(api_session, is_the_same_session_after_a_stop) {
    char digest[20];
    const char *alone = race_file("alone.h5", digest), *path = file_name("session.h5");
    matthew_session *session = of(path);
    FINE(matthew_session_set(session, "resume", "on")); /* nothing is there: it begins */
    FINE(matthew_session_set(session, "checkpoint_every", "3"));
    matthew_session_stop(session);
    FAILS(matthew_session_run(session), MATTHEW_STOPPED, "month 0 of 14");
    long calls = 0;
    FINE(matthew_session_on_progress(session, stop_at_5, &calls));
    FAILS(matthew_session_run(session), MATTHEW_STOPPED, "month 5 of 14");
    FINE(matthew_session_on_progress(session, NULL, NULL));
    FINE(matthew_session_run(session));
    same_bytes(alone, path);
    matthew_session_free(session);
}

Test(api_session, tells_of_checkpoints_that_are_no_good) {
    struct heard heard = {0};
    long calls = 0;
    char digest[20], checkpoint[PATH_SIZE + 40];
    const char *alone = race_file("alone.h5", digest), *path = file_name("session.h5");
    matthew_session *session = of(path);
    FINE(matthew_session_on_notice(session, hear, &heard));
    FINE(matthew_session_on_progress(session, stop_at_5, &calls));
    FAILS(matthew_session_run(session), MATTHEW_STOPPED, "month 5");
    cr_assert(heard.messages == 0 && heard.open == 0 && heard.most == 1, "%d %d", heard.open, heard.most);
    snprintf(checkpoint, sizeof checkpoint, "%s.checkpoints/000005.state", path);
    FILE *file = fopen(checkpoint, "r+b");
    cr_assert(file != NULL && fseek(file, 900, SEEK_SET) == 0 && fputs("planted", file) > 0 && fclose(file) == 0);
    FINE(matthew_session_set(session, "resume", "on"));
    FINE(matthew_session_on_progress(session, never_stop, &calls));
    FINE(matthew_session_run(session));
    cr_assert(heard.messages == 1 && strstr(heard.last, "; going on from month 0") != NULL, "%d messages, `%s`",
              heard.messages, heard.last);
    cr_assert(heard.open == 0 && heard.most == 2, "%d are open, at most %d were", heard.open, heard.most);
    same_bytes(alone, path);
    matthew_session_free(session);
}

Test(api_session, a_file_of_another_run) {
    long calls = 0;
    int found = 7;
    const char *path = file_name("session.h5");
    matthew_session *session = of(path);
    FINE(matthew_session_on_progress(session, stop_at_5, &calls));
    FAILS(matthew_session_run(session), MATTHEW_STOPPED, "month 5");
    FINE(matthew_session_set(session, "resume", "on"));
    FINE(matthew_session_set(session, "every", "2"));
    REFUSED(matthew_session_run(session), "every: ");
    cr_assert(strcmp(matthew_error_text("key"), "every") == 0 && strcmp(matthew_error_text("file"), path) == 0);
    FINE(matthew_session_set(session, "every", "1"));
    FINE(matthew_session_set(session, "precision", "single"));
    REFUSED(matthew_session_run(session), "precision: ");
    FINE(matthew_session_set(session, "precision", "double"));
    FINE(matthew_session_set(session, "reproducible", "off"));
    REFUSED(matthew_session_run(session), "reproducible: ");
    FINE(matthew_session_set(session, "reproducible", "on"));
    FINE(matthew_session_set(session, "record", "none"));
    REFUSED(matthew_session_run(session), "was recorded with `default`");
    FINE(matthew_session_set(session, "record", "default"));
    matthew_scenario *scenario = small("seed: 99\n");
    FINE(matthew_session_set_scenario(session, scenario));
    FAILS(matthew_session_run(session), MATTHEW_BAD_SCENARIO, "`seed: 99`");
    FINE(matthew_session_set_scenario(session, NULL));
    FINE(matthew_session_run(session));
    matthew_scenario_free(scenario);

    FINE(matthew_session_set(session, "output", file_name("nothing.h5")));
    FINE(matthew_session_find(session, &found));
    cr_assert(found == 0 && !is_known(session, "earlier_months"));
    same_text(session, "earlier", "");
    FAILS(matthew_session_run(session), MATTHEW_NOT_FOUND, "nothing to go on with");
    FILE *file = fopen(file_name("text.h5"), "w");
    cr_assert(file != NULL && fputs("text", file) >= 0 && fclose(file) == 0);
    FINE(matthew_session_set(session, "output", file_name("text.h5")));
    FAILS(matthew_session_run(session), MATTHEW_READ_FAILED, "to start again, move it away");
    matthew_session_free(session);
}

Test(api_session, options_by_name) {
    matthew_session *session = of(NULL);
    struct matthew_session_option option = {.size = sizeof option};
    double bound = 0;
    size_t whole = 0;
    for (size_t i = 0; i < matthew_session_option_count(); i++) {
        FINE(matthew_session_option_get(i, &option));
        cr_assert(option.name[0] != '\0' && option.description[0] != '\0' && option.otherwise != NULL);
        if (option.is_whole) {
            char text[32];
            snprintf(text, sizeof text, "%.0f", option.maximum + 1);
            REFUSED(matthew_session_set(session, option.name, text), option.name);
            cr_assert(matthew_error_number("minimum", &bound) && bound == option.minimum, "%s", option.name);
            cr_assert(matthew_error_number("maximum", &bound) && bound == option.maximum, "%s", option.name);
            REFUSED(matthew_session_set(session, option.name, "x"), "expected a whole number from 1 to");
            snprintf(text, sizeof text, "%.0f", option.maximum);
            FINE(matthew_session_set(session, option.name, text));
            whole++;
        } else if (option.choices[0] != '\0') {
            REFUSED(matthew_session_set(session, option.name, "sometimes"), option.choices);
            FINE(matthew_session_set(session, option.name, option.otherwise));
        } else
            continue;
        cr_assert(matthew_error_text("key")[0] == '\0' || strcmp(matthew_error_text("key"), option.name) == 0);
    }
    cr_assert(whole == 3, "%zu options are whole numbers", whole);
    REFUSED(matthew_session_option_get(matthew_session_option_count(), &option), "no option");
    REFUSED(matthew_session_option_get(0, NULL), "null");
    FAILS(matthew_session_set(session, "evry", "3"), MATTHEW_NOT_FOUND, "every");
    cr_assert(strcmp(matthew_error_text("nearest"), "every") == 0, "%s", matthew_error_text("nearest"));
    REFUSED(matthew_session_set(session, "output", ""), "output: ");
    REFUSED(matthew_session_run(session), "checkpoint_every: ");
    matthew_session_free(session);

    session = of(NULL);
    FINE(matthew_session_set(session, "record", "all"));
    REFUSED(matthew_session_run(session), "record: ");
    FINE(matthew_session_set(session, "record", "none"));
    FINE(matthew_session_set(session, "resume", "on"));
    REFUSED(matthew_session_run(session), "resume: ");
    FINE(matthew_session_set(session, "resume", "off"));
    FINE(matthew_session_set(session, "result", "text"));
    FINE(matthew_session_run(session));
    same_text(session, "output", "");
    cr_assert(!is_known(session, "output_bytes"));
    char *table = result_of(session, 0);
    cr_assert(matthew_session_result_text(session, 1) == NULL && strstr(matthew_message(), "json: ") != NULL);
    matthew_text_free(table);
    matthew_session_free(session);
    size_t names = 0;
    while (matthew_recordable(names) != NULL)
        names++;
    cr_assert(names > 100 && strcmp(matthew_recordable(0), "none") == 0 && matthew_recordable(SIZE_MAX) == NULL);
}

Test(api_session, a_run_of_a_sweep) {
    const char *text = "base: core-race\nfirms: 50\nmonths: 12\nreplicates: 2\n"
                       "factors: {customers.*.lock_in: {values: [0, 1]}}\n"
                       "outcomes: {hhi: {indicator: accounts_hhi, final: true}}\n";
    matthew_sweep *sweep = NULL;
    matthew_session *session = NULL;
    matthew_scenario *scenario = small("");
    struct matthew_replay replay = {.size = sizeof replay};
    struct matthew_history_options options = {.size = sizeof options, .reproducible = 1};
    char digest[20], *said = NULL;
    FINE(matthew_sweep_from_text(&sweep, "mine", NULL, text));
    REFUSED(matthew_session_of_sweep(&session, sweep, NULL, 0), "no file open");
    FINE(matthew_sweep_open(sweep, file_name("s.h5"), NULL));
    FINE(matthew_sweep_run(sweep, NULL));
    REFUSED(matthew_session_of_sweep(&session, sweep, NULL, 0), "point: ");
    REFUSED(matthew_session_of_sweep(&session, sweep, "lock_in=1", 2), "replicate: ");
    FINE(matthew_session_of_sweep(&session, sweep, "lock_in=1", 1));
    REFUSED(matthew_session_compare(session, &said), "no result");
    REFUSED(matthew_session_set_scenario(session, scenario), "run of a sweep");
    FINE(matthew_session_set(session, "output", file_name("again.h5")));
    FINE(matthew_session_set(session, "reproducible", "on"));
    FINE(matthew_session_run(session));
    FINE(matthew_session_compare(session, &said));
    cr_assert(strstr(said, "lock_in=1, replicate 1, has the same values in") == said, "%s", said);
    FINE(matthew_sweep_replay(sweep, "lock_in=1", 1, file_name("replay.h5"), &options, &replay));
    snprintf(digest, sizeof digest, "%016llx", (unsigned long long)replay.digest);
    same_text(session, "digest", digest);
    same_bytes(file_name("again.h5"), file_name("replay.h5"));
    FINE(matthew_session_set(session, "overwrite", "on")); /* and once more */
    FINE(matthew_session_run(session));
    matthew_text_free(said);
    FINE(matthew_session_compare(session, &said));
    FINE(matthew_session_set(session, "resume", "on"));
    REFUSED(matthew_session_run(session), "resume: ");
    matthew_sweep_free(sweep); /* nothing happens: the session reads its file */
    REFUSED(matthew_sweep_open(sweep, file_name("t.h5"), NULL), "sweep: ");
    matthew_text_free(said);
    matthew_session_free(session);
    matthew_sweep_free(sweep);
    matthew_scenario_free(scenario);
}

Test(api_session, refuses_other_handles) {
    matthew_scenario *scenario = small("");
    matthew_session *session = (matthew_session *)1, *other = (matthew_session *)scenario;
    double value = 3;
    int found = 0;
    char *text = NULL;
    REFUSED(matthew_session_new(NULL, scenario), "session");
    REFUSED(matthew_session_new(&session, (matthew_scenario *)&value), "scenario");
    cr_assert(session == NULL, "a handle that was not made is left");
    REFUSED(matthew_session_of_sweep(NULL, NULL, NULL, 0), "session");
    REFUSED(matthew_session_of_sweep(&session, (matthew_sweep *)scenario, NULL, 0), "sweep");
    matthew_session *const wrong[] = {NULL, other};
    for (size_t i = 0; i < 2; i++) {
        REFUSED(matthew_session_set(wrong[i], "every", "1"), "session: expected");
        REFUSED(matthew_session_set_scenario(wrong[i], scenario), "session: expected");
        REFUSED(matthew_session_on_progress(wrong[i], NULL, NULL), "session: expected");
        REFUSED(matthew_session_on_notice(wrong[i], NULL, NULL), "session: expected");
        REFUSED(matthew_session_find(wrong[i], &found), "session: expected");
        REFUSED(matthew_session_run(wrong[i]), "session: expected");
        REFUSED(matthew_session_compare(wrong[i], &text), "session: expected");
        cr_assert(matthew_session_result_text(wrong[i], 0) == NULL && matthew_session_text(wrong[i], "status") == NULL);
        cr_assert(matthew_session_number(wrong[i], "kept", &value) == 0 && value == 3);
        matthew_session_stop(wrong[i]);
        matthew_session_free(wrong[i]);
    }
    FINE(matthew_session_new(&session, scenario));
    REFUSED(matthew_session_set(session, NULL, "1"), "name: ");
    REFUSED(matthew_session_set(session, "every", NULL), "text: ");
    REFUSED(matthew_session_set_scenario(session, (matthew_scenario *)session), "scenario: ");
    REFUSED(matthew_session_find(session, NULL), "found: ");
    REFUSED(matthew_session_find(session, &found), "output: ");
    REFUSED(matthew_session_compare(session, NULL), "text: ");
    REFUSED(matthew_session_compare(session, &text), "no run of a sweep");
    cr_assert(matthew_session_text(session, "month") == NULL && matthew_session_text(session, NULL) == NULL);
    cr_assert(!matthew_session_number(session, "status", &value) && !matthew_session_number(session, "kept", NULL));
    matthew_session_free(session);
    matthew_scenario_free(scenario);
}
