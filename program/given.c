#include "program/given.h"

#include "core/memory.h"
#include "core/warnings.h"
#include "program/print.h"

#include <string.h>

static const char *const DEFAULT_SCENARIO = "frontier-race";

/* Names the option that a setting came from; the library knows the setting alone. */
static void name_option(struct failure *failure, const char *option) {
    struct failure inner = *failure;
    if (inner.status == MATTHEW_BAD_SCENARIO)
        fail(failure, inner.status, "%s %s", option, inner.text);
}

static int apply(struct scenario *scenario, const struct arguments *arguments, struct failure *failure) {
    int status = MATTHEW_OK;
    for (int i = 0; i < arguments->set_count && status == MATTHEW_OK; i++)
        if ((status = scenario_set(scenario, arguments->sets[i], failure)) != MATTHEW_OK)
            name_option(failure, "--set");
    const char *seed = arguments->value[OPTION_seed], *months = arguments->value[OPTION_months];
    if (status == MATTHEW_OK && seed != NULL)
        status = scenario_assign(scenario, "--seed", "seed", seed, failure);
    if (status == MATTHEW_OK && months != NULL)
        status = scenario_assign(scenario, "--months", "months", months, failure);
    return status;
}

/* ---- warnings ---- */

static void warn(const struct scenario *scenario) {
    char *warnings = scenario_warnings_text(scenario);
    say_warnings(warnings);
    memory_free(warnings);
}

/* What is wrong in a file of one's own is told with its place. */
static int check(const struct scenario *scenario, const char *operand, struct failure *failure) {
    int status = scenario_check(scenario, failure);
    if (status != MATTHEW_OK && operand != NULL)
        scenario_locate(operand, failure);
    return status;
}

int given_scenario(struct scenario *scenario, const struct arguments *arguments) {
    struct failure failure = {0};
    long long firms = 0;
    int exit_status = arguments_number(arguments, OPTION_firms, 1, SCENARIO_FIRMS_MAX, &firms);
    if (exit_status != 0)
        return exit_status;
    int status = scenario_load(scenario, arguments->operand != NULL ? arguments->operand : DEFAULT_SCENARIO, &failure);
    if (status == MATTHEW_OK)
        status = apply(scenario, arguments, &failure);
    if (status == MATTHEW_OK && firms > 0)
        status = scenario_assign(scenario, "--firms", "firms", arguments->value[OPTION_firms], &failure);
    if (status == MATTHEW_OK)
        status = check(scenario, arguments->operand, &failure);
    if (status == MATTHEW_OK && arguments->value[OPTION_quiet] == NULL)
        warn(scenario);
    return status == MATTHEW_OK ? 0 : complain_failure(&failure);
}

int given_threads(int *threads, const struct arguments *arguments) {
    long long wanted = 0;
    int status = arguments_number(arguments, OPTION_threads, 1, THREADS_MAX, &wanted);
    *threads = team_threads((int)wanted);
    return status;
}
