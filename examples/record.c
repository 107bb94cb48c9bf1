/* The history of a race in memory: how the capability of the leading firm grew, without a file.
 *
 *   cc record.c $(pkg-config --cflags --libs matthew) && ./a.out */
#include <matthew.h>

#include <stdio.h>
#include <stdlib.h>

static int run(matthew_race **race) {
    struct matthew_history_options options = {.size = sizeof options, .record = "capability,revenue_hhi"};
    matthew_scenario *scenario = NULL;
    int status = matthew_scenario_load(&scenario, "frontier-race");
    if (status == MATTHEW_OK)
        status = matthew_scenario_set_firms(scenario, 500);
    if (status == MATTHEW_OK)
        status = matthew_scenario_set(scenario, "months=36");
    if (status == MATTHEW_OK)
        status = matthew_race_new(race, scenario);
    if (status == MATTHEW_OK)
        status = matthew_race_open_record(*race, &options);
    if (status == MATTHEW_OK)
        status = matthew_race_run(*race, 36);
    matthew_scenario_free(scenario);
    return status;
}

/* Every twelfth month: the highest of all firms. What is outside a life is NaN, and larger than nothing. */
static int print(const matthew_race *race) {
    struct matthew_recorded capability = {.size = sizeof capability};
    int status = matthew_race_record_find(race, "capability", &capability);
    if (status != MATTHEW_OK)
        return status;
    double *values = malloc(capability.bytes);
    if (values == NULL)
        return MATTHEW_NO_MEMORY;
    status = matthew_race_record_read(race, "capability", values, capability.bytes);
    for (size_t month = 0; status == MATTHEW_OK && month < capability.length[0]; month += 12) {
        const double *firms = values + month * capability.length[1];
        double most = 0;
        for (size_t firm = 0; firm < capability.length[1]; firm++)
            most = firms[firm] > most ? firms[firm] : most;
        printf("month %2zu: %.3f\n", month, most);
    }
    free(values);
    return status;
}

int main(void) {
    matthew_race *race = NULL;
    int status = run(&race);
    if (status == MATTHEW_OK)
        status = print(race);
    if (status != MATTHEW_OK)
        fprintf(stderr, "%s\n", matthew_message());
    matthew_race_free(race);
    return status;
}
