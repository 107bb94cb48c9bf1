/* The table of the register: its columns, what a living firm has in them, and rows that come back from a file's values.
 */
#include "agents/events.h"
#include "agents/register.h"
#include "measure/indicators.h"

#include "support/asserts.h"
#include "support/races.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

Test(register, keys_and_names_are_those_of_one_column) {
    for (int i = 0; i < REGISTER_COLUMNS; i++) {
        cr_assert(register_table[i].description[0] != '\0' && register_table[i].unit[0] != '\0', "column %d", i);
        for (int j = 0; j < i; j++)
            cr_assert(strcmp(register_table[i].key, register_table[j].key) != 0 &&
                          strcmp(register_table[i].name, register_table[j].name) != 0,
                      "columns %d and %d are both %s", i, j, register_table[i].name);
    }
}

/* A reader has the description alone. */
Test(register, descriptions_say_what_a_living_firm_has) {
    for (int i = 0; i < REGISTER_COLUMNS; i++) {
        const struct register_info *info = &register_table[i];
        char wanted[32];
        if (info->known != KNOWN_EXIT || info->codes != CODES_NONE)
            continue;
        snprintf(wanted, sizeof wanted, isnan(info->living) ? "NaN " : "%.0f ", info->living);
        cr_assert(strstr(info->description, wanted) != NULL, "%s: `%s` does not say %s", info->name, info->description,
                  wanted);
    }
}

/* The register stands on the axis of the columns: all names of a file are apart. */
Test(register, names_are_apart_from_all_others) {
    for (int i = 0; i < REGISTER_COLUMNS; i++) {
        const char *name = register_table[i].name;
        for (int field = 0; field < FIELD_COUNT; field++)
            cr_assert(strcmp(name, field_table[field].name) != 0, "%s is a column, too", name);
        for (int j = 0; j < INDICATOR_COUNT; j++)
            cr_assert(strcmp(name, indicator_table[j].name) != 0, "%s is an indicator, too", name);
        for (int j = 0; j < MEMBER_INDICATOR_COUNT; j++)
            cr_assert(strcmp(name, member_indicator_table[j].name) != 0, "%s is an indicator, too", name);
        for (int j = 0; j < FAMILY_COUNT; j++)
            cr_assert(strcmp(name, family_table[j].dimension) != 0, "%s is a dimension, too", name);
        for (int j = 0; j < EVENT_COLUMNS; j++)
            cr_assert(strcmp(name, event_column_table[j].name) != 0, "%s is a column of events, too", name);
        cr_assert(strcmp(name, "month") != 0 && strcmp(name, "date") != 0, "%s is a coordinate, too", name);
    }
}

/* Two firms, one of which was taken over: every member has a number of its own. */
static const struct register_row rows[] = {{.name = "One",
                                            .id = 0,
                                            .slot = 3,
                                            .entry_month = 0,
                                            .exit_month = -1,
                                            .strategy = 2,
                                            .region = 1,
                                            .parent = -1,
                                            .acquirer = -1},
                                           {.id = 1,
                                            .slot = -1,
                                            .entry_month = 13,
                                            .exit_month = 20,
                                            .reason = EXIT_ACQUIRED,
                                            .strategy = 1,
                                            .region = 2,
                                            .parent = 0,
                                            .acquirer = 5,
                                            .price = 10.5,
                                            .rounds = 4,
                                            .raised = 11.5,
                                            .proceeds = 12.5,
                                            .npv = -3.25}};

static double value_in(const struct race *race, int row, const char *key) {
    for (int i = 0; i < REGISTER_COLUMNS; i++)
        if (strcmp(register_table[i].key, key) == 0)
            return register_value(race_world(race), &rows[row], (enum register_column)i);
    cr_assert(0, "no column %s", key);
    return 0.0;
}

Test(register, values_of_a_living_firm_and_of_one_that_left) {
    static const struct {
        const char *key;
        double living, left;
    } wanted[] = {{"firm", 0, 1},         {"entry_month", 0, 13}, {"cohort", 2024, 2025},  {"parent", -1, 0},
                  {"exit_month", -1, 20}, {"exit_reason", 0, 2},  {"acquirer", -1, 5},     {"price", (double)NAN, 10.5},
                  {"rounds", NAN, 4},     {"raised", NAN, 11.5},  {"proceeds", NAN, 12.5}, {"strategy", 2, 1},
                  {"region", 1, 2},       {"name", NAN, NAN}};
    struct scenario scenario;
    scenario_small(&scenario, 40, 10);
    struct race *race = race_at(&scenario, 0);
    cr_assert(sizeof wanted / sizeof *wanted == REGISTER_COLUMNS - 1); /* npv is value_of_firm's */
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        for (int row = 0; row < 2; row++) {
            double found = value_in(race, row, wanted[i].key), value = row == 0 ? wanted[i].living : wanted[i].left;
            cr_assert(found == value || (isnan(found) && isnan(value)), "%s of firm %d: %g in place of %g",
                      wanted[i].key, row, found, value);
        }
    race_free(race);
    scenario_free(&scenario);
}

/* What can be put back has the same values in all columns. */
Test(register, rows_come_back) {
    struct scenario scenario;
    scenario_small(&scenario, 40, 10);
    struct race *race = race_at(&scenario, 0);
    for (int i = 0; i < 2; i++) {
        struct register_row back = {.npv = rows[i].npv};
        for (enum register_column column = 0; column < REGISTER_COLUMNS; column++)
            cr_assert(register_put(&back, column, register_value(race_world(race), &rows[i], column)), "%s",
                      register_table[column].name);
#define SAME(member)                                                                                                   \
    cr_assert(back.member == rows[i].member, "%s of firm %d: %g in place of %g", #member, i, (double)back.member,      \
              (double)rows[i].member)
        SAME(id);
        SAME(entry_month);
        SAME(exit_month);
        SAME(reason);
        SAME(strategy);
        SAME(region);
        SAME(parent);
        SAME(acquirer);
        SAME(price);
        SAME(rounds);
        SAME(raised);
        SAME(proceeds);
#undef SAME
    }
    race_free(race);
    scenario_free(&scenario);
}

Test(register, what_is_no_whole_number_is_not_put_where_one_belongs) {
    static const double bad[] = {-7, 0.5, 1e300, -1e300, 4294967296.0};
    for (enum register_column column = 0; column < REGISTER_COLUMNS; column++)
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
            struct register_row row = {0};
            int whole = register_table[column].type == REGISTER_INT64 || register_table[column].type == REGISTER_INT8;
            cr_assert(register_put(&row, column, bad[i]) == !whole, "%s: %g", register_table[column].name, bad[i]);
        }
}
