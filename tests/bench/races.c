/* Races of frontier-race, 1,000 firms x 120 months, by the engine alone: no outcome, no file. Half of them have
 * customers.portability 0, half .5. What a sweep of the same races is held against. Not a test.
 *
 *   bench_races FIRST COUNT      seeds FIRST, FIRST + 1, ...; two races each */
#include "core/scenario.h"
#include "parallel/race.h"

#include <stdio.h>
#include <stdlib.h>

enum { FIRMS = 1000, MONTHS = 120 };

static int race_it(uint64_t seed, double portability, struct failure *failure) {
    struct scenario scenario = {0};
    struct race *race = NULL;
    struct race_options options = {.threads = 1};
    int status = scenario_load(&scenario, "frontier-race", failure);
    if (status == MATTHEW_OK)
        status = scenario_set_firms(&scenario, FIRMS, failure);
    scenario.months = MONTHS;
    scenario.seed = seed;
    scenario.parameters.customers_portability = portability;
    if (status == MATTHEW_OK)
        status = race_new(&race, &scenario, failure);
    if (status == MATTHEW_OK)
        status = race_run(race, MONTHS, &options, failure);
    race_free(race);
    scenario_free(&scenario);
    return status;
}

int main(int count, char **arguments) {
    struct failure failure = {0};
    uint64_t first = count > 1 ? strtoull(arguments[1], NULL, 10) : 1;
    uint64_t races = count > 2 ? strtoull(arguments[2], NULL, 10) : 1;
    for (uint64_t seed = first; seed < first + races; seed++)
        for (int half = 0; half < 2; half++)
            if (race_it(seed, 0.5 * half, &failure) != MATTHEW_OK) {
                fprintf(stderr, "%s\n", failure.text);
                return 1;
            }
    return 0;
}
