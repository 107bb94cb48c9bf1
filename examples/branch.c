/* What would it change to let customers take their data along? One race, and from month 24 on a branch of it in which
 * they can. Both have the same shocks, so the difference is that of the change.
 *
 * cc branch.c $(pkg-config --cflags --libs matthew) -o branch */
#include <matthew.h>

#include <stdio.h>

static int fine(int status) {
    if (status != MATTHEW_OK)
        fprintf(stderr, "branch: %s: %s\n", matthew_status_name(status), matthew_message());
    return status == MATTHEW_OK;
}

static int compare(matthew_race *race, matthew_race *branch) {
    for (long month = 24; month <= 36; month += 4) {
        double one, other;
        if (!fine(matthew_race_run(race, month)) || !fine(matthew_race_run(branch, month)) ||
            !fine(matthew_race_indicator(race, "accounts_hhi", &one)) ||
            !fine(matthew_race_indicator(branch, "accounts_hhi", &other)))
            return 0;
        printf("month %ld: concentration of customers %.4f, with portable data %.4f\n", month, one, other);
    }
    return 1;
}

int main(void) {
    matthew_scenario *scenario = NULL;
    matthew_race *race = NULL, *branch = NULL;
    int done = fine(matthew_scenario_load(&scenario, "frontier-race")) &&
               fine(matthew_scenario_set_firms(scenario, 300)) && fine(matthew_race_new(&race, scenario)) &&
               fine(matthew_race_run(race, 24)) && fine(matthew_race_copy(&branch, race)) &&
               fine(matthew_race_set(branch, "customers.portability=0.9")) && compare(race, branch);
    matthew_race_free(branch);
    matthew_race_free(race);
    matthew_scenario_free(scenario);
    return done ? 0 : 1;
}
