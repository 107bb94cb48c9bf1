/* Indicators through the public interface are those of the history of the same race, at every month where it stands. */
#include "matthew.h"

#include "support/scratch.h"

#include <criterion/criterion.h>

#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MONTHS = 24, INDICATORS_MAX = 200 };

static matthew_race *make_race(void) {
    matthew_scenario *scenario = NULL;
    matthew_race *race = NULL;
    cr_assert(matthew_scenario_load(&scenario, "frontier-race") == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_scenario_set_firms(scenario, 600) == MATTHEW_OK);
    cr_assert(matthew_scenario_set(scenario, "months=24") == MATTHEW_OK);
    cr_assert(matthew_race_new(&race, scenario) == MATTHEW_OK, "%s", matthew_message());
    matthew_scenario_free(scenario);
    return race;
}

/* Row by row the indicators of the file, in the order of the table. */
static void read_file(const char *path, double (*rows)[INDICATORS_MAX]) {
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    cr_assert(file >= 0, "%s", path);
    for (size_t i = 0; i < matthew_indicator_count(); i++) {
        struct matthew_indicator indicator = {.size = sizeof indicator};
        double column[MONTHS + 1];
        cr_assert(matthew_indicator_get(i, &indicator) == MATTHEW_OK);
        hid_t dataset = H5Dopen2(file, indicator.name, H5P_DEFAULT), space = H5Dget_space(dataset);
        cr_assert(H5Sget_simple_extent_npoints(space) == MONTHS + 1);
        cr_assert(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, column) >= 0);
        H5Sclose(space);
        H5Dclose(dataset);
        for (int month = 0; month <= MONTHS; month++)
            rows[month][i] = column[month];
    }
    H5Fclose(file);
}

static double (*record(void))[INDICATORS_MAX] {
    char folder[SCRATCH_SIZE], path[64];
    scratch_open(folder);
    cr_assert(matthew_indicator_count() <= INDICATORS_MAX);
    snprintf(path, sizeof path, "%s/race.h5", folder);
    struct matthew_history_options options = {.size = sizeof options, .record = "all"};
    double(*rows)[INDICATORS_MAX] = calloc(MONTHS + 1, sizeof *rows);
    matthew_race *race = make_race();
    cr_assert(rows != NULL && matthew_race_open_history(race, path, &options) == MATTHEW_OK, "%s", matthew_message());
    matthew_race_stop(race); /* at month 0, which is recorded once all the same */
    cr_assert(matthew_race_run(race, MONTHS) == MATTHEW_STOPPED && matthew_race_month(race) == 0);
    cr_assert(matthew_race_run(race, MONTHS) == MATTHEW_OK, "%s", matthew_message());
    cr_assert(matthew_race_close_history(race) == MATTHEW_OK, "%s", matthew_message());
    matthew_race_free(race);
    read_file(path, rows);
    scratch_close(folder);
    return rows;
}

static void compare(matthew_race *race, double (*rows)[INDICATORS_MAX]) {
    long month = matthew_race_month(race);
    for (size_t i = 0; i < matthew_indicator_count(); i++) {
        struct matthew_indicator indicator = {.size = sizeof indicator};
        double value;
        cr_assert(matthew_indicator_get(i, &indicator) == MATTHEW_OK);
        cr_assert(matthew_race_indicator(race, indicator.name, &value) == MATTHEW_OK, "%s", matthew_message());
        int same = value == rows[month][i] || (isnan(value) && isnan(rows[month][i]));
        cr_assert(same, "%s in month %ld: %.17g, in the file %.17g", indicator.name, month, value, rows[month][i]);
    }
}

Test(indicators, are_those_of_the_history) {
    double(*rows)[INDICATORS_MAX] = record();
    matthew_race *straight = make_race(), *stepped = make_race();
    compare(straight, rows);
    cr_assert(matthew_race_run(straight, MONTHS) == MATTHEW_OK, "%s", matthew_message());
    compare(straight, rows);
    for (long to = 1; matthew_race_month(stepped) < MONTHS; to += 3) {
        cr_assert(matthew_race_run(stepped, to) == MATTHEW_OK, "%s", matthew_message());
        compare(stepped, rows);
    }
    matthew_race_free(straight);
    matthew_race_free(stepped);
    double value, changed = 0, exits = 0;
    stepped = make_race();
    for (long month = 1; month <= MONTHS; month++) { /* else the test could not tell before from after */
        cr_assert(matthew_race_step(stepped, 1) == MATTHEW_OK);
        cr_assert(matthew_race_indicator(stepped, "instability", &value) == MATTHEW_OK);
        changed += value > 0;
        cr_assert(matthew_race_indicator(stepped, "exits", &value) == MATTHEW_OK);
        exits += value;
    }
    cr_assert(changed > MONTHS / 2 && exits > 0);
    matthew_race_free(stepped);
    free(rows);
}

/* A stopped race stands at the end of a month like any other, and going on from there changes nothing. */
Test(indicators, of_a_stopped_race) {
    double(*rows)[INDICATORS_MAX] = record();
    matthew_race *race = make_race();
    matthew_race_stop(race);
    cr_assert(matthew_race_run(race, MONTHS) == MATTHEW_STOPPED && matthew_race_month(race) == 0);
    compare(race, rows);
    cr_assert(matthew_race_run(race, 5) == MATTHEW_OK, "%s", matthew_message());
    compare(race, rows);
    matthew_race_stop(race);
    cr_assert(matthew_race_run(race, MONTHS) == MATTHEW_STOPPED && matthew_race_month(race) == 5);
    compare(race, rows);
    cr_assert(matthew_race_run(race, MONTHS) == MATTHEW_OK, "%s", matthew_message());
    compare(race, rows);
    matthew_race_free(race);
    free(rows);
}
