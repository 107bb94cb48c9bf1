/* A race as bytes: copies in memory, and files. The bytes are the state (parallel/state.h), what the gauge has of
 * earlier months, and every indicator of the month at which the race stands. */
#include "interface/handle.h"

#include "core/memory.h"
#include "core/tape.h"
#include "parallel/state.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char race_tape_kind[TAPE_KIND] = "race 1";

/* ---- what both have in common ---- */

/* Whether a race can be told as bytes: it stands at the end of a whole month. All its indicators are known then. */
static int make_ready(matthew_race *race) {
    if (race->broken)
        return refuse("race", "an invariant did not hold, and it stands in the middle of a month");
    gauge_want(&race->gauge, NULL, NULL);
    return gauge_ask(&race->gauge, race_world(race->race), &last_failure);
}

static int carry_gauge(matthew_race *race, struct tape *tape) {
    int status = gauge_carry(&race->gauge, tape, race_world(race->race)->reg.count, &last_failure);
    if (status == MATTHEW_OK)
        gauge_carry_month(&race->gauge, tape);
    return status;
}

/* A handle for the race on a tape, whose scenario is known. */
static int read_race(matthew_race **race, const struct scenario *scenario, struct tape *tape) {
    struct race *inner;
    int status = race_load(&inner, scenario, tape, &last_failure);
    if (status == MATTHEW_OK)
        status = race_handle(race, inner);
    if (status == MATTHEW_OK)
        status = carry_gauge(*race, tape);
    return status;
}

/* ---- copies ---- */

static int copy_through(matthew_race **copy, matthew_race *race, struct tape *tape) {
    state_save(tape, race_world(race->race));
    int status = carry_gauge(race, tape);
    if (status == MATTHEW_OK)
        status = tape_rewind(tape, &last_failure);
    if (status == MATTHEW_OK)
        status = read_race(copy, race_world(race->race)->scenario, tape);
    if (status == MATTHEW_OK)
        status = events_kept_copy(&(*copy)->events, &race->events);
    return status == MATTHEW_OK ? tape_finish(tape, &last_failure) : status;
}

int matthew_race_copy(matthew_race **copy, matthew_race *race) {
    if (copy == NULL)
        return is_null("copy");
    *copy = NULL;
    if (!is_race(race))
        return no_race(race);
    struct tape tape;
    matthew_race *made = NULL;
    int status = make_ready(race);
    if (status != MATTHEW_OK)
        return status;
    status = tape_create_in_memory(&tape, "a copy of a race", &last_failure);
    if (status == MATTHEW_OK)
        status = copy_through(&made, race, &tape);
    tape_free(&tape);
    if (status != MATTHEW_OK) {
        matthew_race_free(made);
        return status;
    }
    made->threads = race->threads;
    made->check = race->check;
    *copy = made;
    return MATTHEW_OK;
}

/* ---- files ---- */

enum { NAME_SIZE = sizeof(((struct scenario *)0)->name) };

static int write_file(matthew_race *race, struct tape *tape, char *text) {
    uint64_t made_by = state_build();
    size_t length = strlen(text);
    char name[NAME_SIZE];
    memcpy(name, race_world(race->race)->scenario->name, NAME_SIZE);
    tape_carry(tape, &made_by, sizeof made_by);
    tape_carry(tape, name, NAME_SIZE);
    tape_count(tape, &length, 0, 0);
    tape_carry(tape, text, length);
    state_save(tape, race_world(race->race));
    int status = carry_gauge(race, tape);
    return status == MATTHEW_OK ? tape_finish(tape, &last_failure) : status;
}

int matthew_race_save(matthew_race *race, const char *path) {
    if (!is_race(race))
        return no_race(race);
    if (path == NULL)
        return is_null("path");
    if (access(path, F_OK) == 0 && !tape_is(path, race_tape_kind))
        return of_file(fail(&last_failure, MATTHEW_EXISTS, "%s exists already and is no saved race", path), path);
    int status = make_ready(race);
    if (status != MATTHEW_OK)
        return status;
    char *text = scenario_text(race_world(race->race)->scenario);
    if (text == NULL)
        return fail_memory(&last_failure, "the text of a scenario");
    if (strlen(text) > SCENARIO_BYTES_MAX)
        status = fail(&last_failure, MATTHEW_TOO_LARGE, "cannot save %s: the scenario's text has more than %d bytes",
                      path, SCENARIO_BYTES_MAX);
    struct tape tape = {0};
    if (status == MATTHEW_OK)
        status = tape_create(&tape, path, race_tape_kind, &last_failure);
    if (status == MATTHEW_OK)
        status = write_file(race, &tape, text);
    tape_free(&tape);
    memory_free(text);
    return of_file(status, path);
}

static int check_build(struct tape *tape) {
    uint64_t made_by = 0;
    tape_carry(tape, &made_by, sizeof made_by);
    return made_by == state_build()
               ? MATTHEW_OK
               : fail(&last_failure, MATTHEW_READ_FAILED, "%s was made by another build of matthew", tape->path);
}

/* What comes before the state. */
static int read_scenario(struct scenario *scenario, struct tape *tape) {
    size_t length = 0;
    char name[NAME_SIZE];
    tape_carry(tape, name, NAME_SIZE);
    name[NAME_SIZE - 1] = '\0';
    tape_count(tape, &length, SCENARIO_BYTES_MAX, 1);
    char *text = memory_new(length + 1, 1);
    if (text == NULL)
        return fail_memory(&last_failure, "the text of a scenario");
    tape_carry(tape, text, length);
    int status = scenario_load_text(scenario, tape->path, text, &last_failure);
    memory_free(text);
    if (status == MATTHEW_OK)
        memcpy(scenario->name, name, NAME_SIZE);
    return status;
}

static int read_body(matthew_race **race, struct tape *tape) {
    struct scenario scenario = {0};
    int status = read_scenario(&scenario, tape);
    if (status == MATTHEW_OK)
        status = read_race(race, &scenario, tape);
    scenario_free(&scenario);
    if (status == MATTHEW_OK)
        status = tape_finish(tape, &last_failure);
    return status == MATTHEW_OK || status == MATTHEW_NO_MEMORY
               ? status
               : fail(&last_failure, MATTHEW_READ_FAILED, "%s is damaged", tape->path);
}

int matthew_race_load(matthew_race **race, const char *path) {
    if (race == NULL)
        return is_null("race");
    *race = NULL;
    if (path == NULL)
        return is_null("path");
    struct tape tape;
    matthew_race *made = NULL;
    int status = tape_open(&tape, path, race_tape_kind, &last_failure);
    if (status == MATTHEW_READ_FAILED && access(path, R_OK) == 0 && !tape_is(path, race_tape_kind))
        fail(&last_failure, status, "%s is no saved race", path);
    if (status == MATTHEW_OK)
        status = check_build(&tape);
    if (status == MATTHEW_OK)
        status = read_body(&made, &tape);
    tape_free(&tape);
    if (status != MATTHEW_OK) {
        matthew_race_free(made);
        return of_file(status, path);
    }
    *race = made;
    return MATTHEW_OK;
}
