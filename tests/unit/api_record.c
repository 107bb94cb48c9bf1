/* A history in memory, by matthew.h: what it is asked, what it refuses, and that it changes nothing. That its values
 * are those of a file is in tests/python/record.py, which reads the file. */
#include "matthew.h"

#include "core/memory.h"
#include "support/interface.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(api_record, .timeout = 120);

enum { FIRMS = 60, MONTHS = 8 };

static matthew_race *small_race(void) {
    matthew_scenario *scenario = NULL;
    matthew_race *race = NULL;
    char months[24];
    snprintf(months, sizeof months, "months=%d", MONTHS);
    FINE(matthew_scenario_load(&scenario, "frontier-race"));
    FINE(matthew_scenario_set_firms(scenario, FIRMS));
    FINE(matthew_scenario_set(scenario, months));
    FINE(matthew_race_new(&race, scenario));
    FINE(matthew_race_set_threads(race, 2));
    matthew_scenario_free(scenario);
    return race;
}

static struct matthew_recorded found(const matthew_race *race, const char *name) {
    struct matthew_recorded recorded = {.size = sizeof recorded};
    FINE(matthew_race_record_find(race, name, &recorded));
    return recorded;
}

static double *values_of(const matthew_race *race, const char *name) {
    struct matthew_recorded recorded = found(race, name);
    double *values = malloc(recorded.bytes + 1);
    cr_assert(strcmp(recorded.type, "double") == 0, "%s is of type %s", name, recorded.type);
    FINE(matthew_race_record_read(race, name, values, recorded.bytes));
    return values;
}

/* Month by month the record holds what the race says of itself, and the race is the one without a record. */
Test(api_record, has_what_the_race_had) {
    matthew_race *race = small_race(), *plain = small_race();
    struct matthew_history_options options = {.size = sizeof options, .record = "cash,revenue_hhi"};
    double hhi[MONTHS + 1], cash_of_first[MONTHS + 1];
    FINE(matthew_race_open_record(race, &options));
    for (long month = 1; month <= MONTHS; month++) {
        const double *cash, *id;
        size_t count;
        FINE(matthew_race_run(race, month));
        FINE(matthew_race_indicator(race, "revenue_hhi", &hhi[month]));
        FINE(matthew_race_column(race, "cash", 0, &cash, &count));
        FINE(matthew_race_column(race, "firm_id", 0, &id, &count));
        cr_assert(id[0] == 0.0, "the first firm has left its slot, choose another one for this test");
        cash_of_first[month] = cash[0];
    }
    FINE(matthew_race_run(plain, MONTHS));
    cr_assert(matthew_race_digest(race) == matthew_race_digest(plain), "a record changes the race");
    struct matthew_recorded cash = found(race, "cash");
    cr_assert(cash.rank == 2 && strcmp(cash.dimension[0], "month") == 0 && strcmp(cash.dimension[1], "firm") == 0,
              "cash has %d axes, the first is %s", cash.rank, cash.dimension[0]);
    cr_assert(cash.length[0] == MONTHS + 1 && cash.length[1] == matthew_race_firm_count(race), "cash is %zu x %zu",
              cash.length[0], cash.length[1]);
    double *all_cash = values_of(race, "cash"), *all_hhi = values_of(race, "revenue_hhi");
    for (long month = 1; month <= MONTHS; month++) {
        double had = all_cash[(size_t)month * cash.length[1]];
        cr_assert(memcmp(&had, &cash_of_first[month], sizeof had) == 0, "month %ld: cash %g, not %g", month, had,
                  cash_of_first[month]);
        cr_assert(memcmp(&all_hhi[month], &hhi[month], sizeof *hhi) == 0, "month %ld: HHI %g, not %g", month,
                  all_hhi[month], hhi[month]);
    }
    free(all_cash);
    free(all_hhi);
    matthew_race_free(race);
    matthew_race_free(plain);
}

Test(api_record, begins_again_after_it_was_closed) {
    matthew_race *race = small_race();
    struct matthew_history_options options = {.size = sizeof options, .record = "none", .every = 3};
    FINE(matthew_race_open_record(race, NULL));
    matthew_race_close_record(race);
    matthew_race_close_record(race);
    FINE(matthew_race_open_record(race, &options));
    FAILS(matthew_race_open_record(race, &options), MATTHEW_BAD_ARGUMENT, "has a record already");
    FINE(matthew_race_run(race, MONTHS));
    struct matthew_recorded month = found(race, "month");
    int64_t months[4] = {-1, -1, -1, -1};
    cr_assert(month.bytes == sizeof months, "months take %zu bytes", month.bytes);
    FINE(matthew_race_record_read(race, "month", months, sizeof months));
    cr_assert(months[0] == 0 && months[1] == 3 && months[2] == 6 && months[3] == MONTHS,
              "months %ld %ld %ld %ld, not 0 3 6 %d", (long)months[0], (long)months[1], (long)months[2],
              (long)months[3], MONTHS);
    matthew_race_close_record(race);
    FAILS(matthew_race_open_record(race, NULL), MATTHEW_BAD_ARGUMENT, "starts at month 0");
    matthew_race_free(race);
}

Test(api_record, copies_have_none) {
    matthew_race *race = small_race(), *copy = NULL;
    FINE(matthew_race_open_record(race, NULL));
    FINE(matthew_race_run(race, 2));
    FINE(matthew_race_copy(&copy, race));
    cr_assert(matthew_race_record_text(copy) == NULL, "a copy has a record");
    FINE(matthew_race_run(copy, MONTHS));
    cr_assert(found(race, "month").length[0] == 3, "a copy's months are in the record of its original");
    matthew_race_free(copy);
    matthew_race_free(race);
}

Test(api_record, refuses) {
    matthew_race *race = small_race();
    matthew_scenario *scenario = NULL;
    struct matthew_recorded recorded = {.size = sizeof recorded};
    struct matthew_history_options options = {.size = sizeof options, .record = "cahs"};
    double value;
    FINE(matthew_scenario_load(&scenario, "core-race"));
    FAILS(matthew_race_open_record(NULL, NULL), MATTHEW_BAD_ARGUMENT, "race");
    FAILS(matthew_race_open_record((matthew_race *)scenario, NULL), MATTHEW_BAD_ARGUMENT, "race");
    FAILS(matthew_race_open_record(race, &options), MATTHEW_NOT_FOUND, "cash");
    options = (struct matthew_history_options){.size = sizeof options, .every = 12001};
    FAILS(matthew_race_open_record(race, &options), MATTHEW_BAD_ARGUMENT, "every");
    FAILS(matthew_race_record_find(race, "month", &recorded), MATTHEW_BAD_ARGUMENT, "no record");
    FAILS(matthew_race_record_read(race, "month", &value, 8), MATTHEW_BAD_ARGUMENT, "no record");
    cr_assert(matthew_race_record_text(race) == NULL && matthew_race_record_text(NULL) == NULL, "a text of no record");
    FINE(matthew_race_open_record(race, NULL));
    FAILS(matthew_race_record_find(NULL, "month", &recorded), MATTHEW_BAD_ARGUMENT, "race");
    FAILS(matthew_race_record_find(race, NULL, &recorded), MATTHEW_BAD_ARGUMENT, "name");
    FAILS(matthew_race_record_find(race, "moth", &recorded), MATTHEW_NOT_FOUND, "moth");
    FAILS(matthew_race_record_find(race, "month", NULL), MATTHEW_BAD_ARGUMENT, "null");
    FAILS(matthew_race_record_read(race, "month", NULL, 8), MATTHEW_BAD_ARGUMENT, "values");
    FAILS(matthew_race_record_read(race, "month", &value, SIZE_MAX), MATTHEW_BAD_ARGUMENT, "expected 0");
    matthew_race_close_record(NULL);
    matthew_race_close_record((matthew_race *)scenario);
    matthew_scenario_free(scenario);
    matthew_race_free(race);
}

/* Every allocation of a record fails once: a status, nothing is lost or left, and the race can be freed. */
Test(api_record, memory_that_is_short) {
    struct matthew_history_options options = {.size = sizeof options, .record = "default"};
    size_t before = memory_live();
    for (size_t n = 1, asked = n; n <= asked; n++) {
        matthew_race *race = small_race();
        memory_fail_at(n);
        int status = matthew_race_open_record(race, &options);
        if (status == MATTHEW_OK)
            status = matthew_race_run(race, 3);
        char *text = status == MATTHEW_OK ? matthew_race_record_text(race) : NULL;
        asked = memory_fail_at(0);
        cr_assert(n > asked || status == MATTHEW_NO_MEMORY || text == NULL, "allocation %zu: %s", n,
                  matthew_status_name(status));
        cr_assert(n <= asked || (status == MATTHEW_OK && text != NULL), "without a failure: %s", matthew_message());
        matthew_text_free(text);
        matthew_race_free(race);
        cr_assert(memory_live() == before, "allocation %zu: %zu blocks are left", n, memory_live() - before);
    }
}
