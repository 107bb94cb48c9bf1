/* Events that a race keeps are those of the history of the same race, row by row, however it is run, copied and
 * watched. */
#include "matthew.h"

#include "support/interface.h"
#include "support/scratch.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>

enum { MONTHS = 36, COLUMNS = 6 };

static const char *const names[COLUMNS] = {"event",      "event_month", "event_kind",
                                           "event_firm", "event_other", "event_amount"};

static char folder[SCRATCH_SIZE], path[64], saved[64];

static void begin(void) {
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/race.h5", folder);
    snprintf(saved, sizeof saved, "%s/race.state", folder);
}

static void end(void) {
    scratch_close(folder);
}

TestSuite(api_events, .init = begin, .fini = end, .timeout = 300);

struct rows {
    size_t count;
    double *column[COLUMNS];
};

static void rows_free(struct rows *rows) {
    for (int i = 0; i < COLUMNS; i++)
        free(rows->column[i]);
}

static matthew_race *made(int which) {
    matthew_scenario *scenario = NULL;
    matthew_race *race = NULL;
    FINE(matthew_scenario_load(&scenario, "frontier-race"));
    FINE(matthew_scenario_set_firms(scenario, 600));
    FINE(matthew_scenario_set(scenario, "months=36"));
    FINE(matthew_race_new(&race, scenario));
    FINE(matthew_race_set_threads(race, 1));
    FINE(matthew_race_keep_events(race, which));
    matthew_scenario_free(scenario);
    return race;
}

static struct rows kept_by(const matthew_race *race) {
    struct rows rows = {.count = matthew_race_event_count(race)};
    for (int i = 0; i < COLUMNS; i++) {
        rows.column[i] = malloc((rows.count + 1) * sizeof(double));
        FINE(matthew_race_events(race, names[i], rows.column[i], rows.count));
    }
    return rows;
}

static struct rows of_history(const char *file_path) {
    struct rows rows = {0};
    hid_t file = H5Fopen(file_path, H5F_ACC_RDONLY, H5P_DEFAULT);
    cr_assert(file >= 0, "%s", file_path);
    for (int i = 0; i < COLUMNS; i++) {
        hid_t dataset = H5Dopen2(file, names[i], H5P_DEFAULT), space = H5Dget_space(dataset);
        rows.count = (size_t)H5Sget_simple_extent_npoints(space);
        rows.column[i] = malloc((rows.count + 1) * sizeof(double));
        cr_assert(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.column[i]) >= 0);
        H5Sclose(space);
        H5Dclose(dataset);
    }
    H5Fclose(file);
    return rows;
}

/* found holds rows first, first + 1, ... of wanted, numbered from 0, and ends where `last` says. */
static void same_part(const struct rows *found, const struct rows *wanted, size_t first, size_t last,
                      const char *what) {
    cr_assert(found->count == last - first, "%s: %zu events, expected %zu", what, found->count, last - first);
    for (size_t row = 0; row < found->count; row++) {
        cr_assert(found->column[0][row] == (double)row, "%s: row %zu is numbered %g", what, row, found->column[0][row]);
        for (int i = 1; i < COLUMNS; i++)
            cr_assert(found->column[i][row] == wanted->column[i][first + row], "%s: %s in row %zu is %.17g, not %.17g",
                      what, names[i], row, found->column[i][row], wanted->column[i][first + row]);
    }
}

static void same(const matthew_race *race, const struct rows *wanted, const char *what) {
    struct rows found = kept_by(race);
    same_part(&found, wanted, 0, wanted->count, what);
    rows_free(&found);
}

/* The race to its last month with a history; what it kept beside that, and what is in the file. */
static struct rows recorded(const char *what) {
    struct matthew_history_options options = {.size = sizeof options, .record = "all", .overwrite = 1};
    matthew_race *race = made(MATTHEW_EVENTS_ALL);
    FINE(matthew_race_open_history(race, path, &options));
    for (long month = 0; month < MONTHS; month += 7)
        FINE(matthew_race_run(race, month + 7));
    FINE(matthew_race_close_history(race));
    struct rows wanted = of_history(path);
    cr_assert(wanted.count > 1000, "%zu events are too few to tell", wanted.count);
    same(race, &wanted, what);
    matthew_race_free(race);
    return wanted;
}

static int no_more(matthew_race *race, long month, void *context) {
    (void)race, (void)context;
    return month % 5 == 0;
}

Test(api_events, are_those_of_the_history) {
    struct rows wanted = recorded("beside a history");
    matthew_race *race = made(MATTHEW_EVENTS_ALL);
    FINE(matthew_race_run(race, MONTHS));
    same(race, &wanted, "in one run");
    matthew_race_free(race);
    race = made(MATTHEW_EVENTS_ALL);
    matthew_race_stop(race); /* at month 0, which is seen twice then */
    FAILS(matthew_race_run(race, MONTHS), MATTHEW_STOPPED, "month 0");
    for (long month = 1; month <= MONTHS; month++)
        FINE(matthew_race_step(race, 1));
    same(race, &wanted, "month by month");
    matthew_race_free(race);
    race = made(MATTHEW_EVENTS_ALL);
    FINE(matthew_race_set_threads(race, 3));
    FINE(matthew_race_on_month(race, no_more, NULL));
    while (matthew_race_month(race) < MONTHS)
        matthew_race_run(race, MONTHS);
    same(race, &wanted, "stopped on the way");
    matthew_race_free(race);
    rows_free(&wanted);
}

/* Each month begins where the one before ended. */
Test(api_events, of_one_month) {
    struct rows wanted = recorded("beside a history");
    matthew_race *race = made(MATTHEW_EVENTS_MONTH), *all = made(MATTHEW_EVENTS_ALL);
    size_t seen = 0, months = 0;
    while (matthew_race_month(race) < MONTHS) {
        FINE(matthew_race_step(race, 1));
        FINE(matthew_race_step(all, 1));
        struct rows found = kept_by(race);
        same_part(&found, &wanted, seen, matthew_race_event_count(all), "a month");
        for (size_t row = 0; row < found.count; row++)
            cr_assert(found.column[1][row] >= (double)matthew_race_month(race) - 1, "month %ld has an event of %g",
                      matthew_race_month(race), found.column[1][row]);
        months += found.count > 0;
        seen += found.count;
        rows_free(&found);
    }
    cr_assert(seen == wanted.count && months > MONTHS / 2, "%zu of %zu events, in %zu months", seen, wanted.count,
              months);
    matthew_race_free(race);
    race = made(MATTHEW_EVENTS_MONTH); /* a longer run leaves those of its last month */
    FINE(matthew_race_run(race, MONTHS - 1));
    FINE(matthew_race_run(all, MONTHS));
    size_t before = matthew_race_event_count(race);
    FINE(matthew_race_run(race, MONTHS));
    struct rows found = kept_by(race);
    same_part(&found, &wanted, wanted.count - found.count, wanted.count, "the last month");
    cr_assert(before > 0 && before < wanted.count / 2, "%zu events of one month", before);
    rows_free(&found);
    rows_free(&wanted);
    matthew_race_free(race);
    matthew_race_free(all);
}

Test(api_events, copies_keep_them_and_files_do_not) {
    struct rows wanted = recorded("beside a history");
    double value;
    matthew_race *race = made(MATTHEW_EVENTS_ALL), *twin = NULL, *loaded = NULL;
    FINE(matthew_race_run(race, 11));
    size_t before = matthew_race_event_count(race);
    FINE(matthew_race_copy(&twin, race));
    FINE(matthew_race_save(race, saved));
    FINE(matthew_race_load(&loaded, saved));
    matthew_race_free(race);
    FINE(matthew_race_run(twin, MONTHS));
    same(twin, &wanted, "a copy");
    cr_assert(matthew_race_event_count(loaded) == 0);
    FAILS(matthew_race_events(loaded, "event_month", &value, 0), MATTHEW_BAD_ARGUMENT, "keeps no events");
    FINE(matthew_race_keep_events(loaded, MATTHEW_EVENTS_ALL)); /* those since then */
    FINE(matthew_race_run(loaded, MONTHS));
    struct rows found = kept_by(loaded);
    same_part(&found, &wanted, before, wanted.count, "of a saved race");
    rows_free(&found);
    FINE(matthew_race_keep_events(loaded, MATTHEW_EVENTS_NONE));
    cr_assert(matthew_race_event_count(loaded) == 0, "events that nobody wants stay");
    matthew_race_free(loaded);
    matthew_race_free(twin);
    rows_free(&wanted);
}

Test(api_events, change_nothing_and_refuse_what_is_wrong) {
    matthew_race *race = made(MATTHEW_EVENTS_ALL), *plain = made(MATTHEW_EVENTS_NONE);
    double value = 7.0;
    FINE(matthew_race_run(race, 3));
    FINE(matthew_race_run(plain, 3));
    cr_assert(matthew_race_digest(race) == matthew_race_digest(plain), "keeping events changes the race");
    size_t count = matthew_race_event_count(race);
    FAILS(matthew_race_keep_events(race, 3), MATTHEW_BAD_ARGUMENT, "which: expected 0 to 2");
    FAILS(matthew_race_keep_events(race, -1), MATTHEW_BAD_ARGUMENT, "which: expected 0 to 2");
    FAILS(matthew_race_keep_events(NULL, 1), MATTHEW_BAD_ARGUMENT, "race");
    FAILS(matthew_race_events(NULL, "event_month", &value, 1), MATTHEW_BAD_ARGUMENT, "race");
    FAILS(matthew_race_events(race, NULL, &value, count), MATTHEW_BAD_ARGUMENT, "name");
    FAILS(matthew_race_events(race, "event_month", NULL, count), MATTHEW_BAD_ARGUMENT, "values");
    FAILS(matthew_race_events(race, "event_month", &value, count + 1), MATTHEW_BAD_ARGUMENT, "count");
    FAILS(matthew_race_events(race, "month", &value, count), MATTHEW_NOT_FOUND, "`month`");
    FAILS(matthew_race_events(plain, "event_month", &value, 0), MATTHEW_BAD_ARGUMENT, "keeps no events");
    cr_assert(matthew_race_event_count(NULL) == 0 && matthew_race_event_count(plain) == 0 && value == 7.0);
    matthew_race_free(race);
    matthew_race_free(plain);
}
