#include "program/scenario_given.h"

#include "matthew.h"
#include "program/say.h"

#include <stdlib.h>
#include <string.h>

static const char *const DEFAULT_SCENARIO = "frontier-race";

/* One setting. A failure names the option that it came from; the library knows the setting alone. Returns an exit
 * status. */
static int set(matthew_scenario *scenario, const char *assignment, const char *option, int with_setting) {
    int status = matthew_scenario_set(scenario, assignment);
    if (status == MATTHEW_OK)
        return 0;
    if (status != MATTHEW_BAD_SCENARIO)
        return complain_status(status);
    complain("%s%s%s", option, with_setting ? " " : ": ",
             with_setting ? matthew_message() : matthew_error_text("reason"));
    return matthew_status_exit(status);
}

/* The value of an option that is called as its key in a scenario. */
static int set_option(matthew_scenario *scenario, const struct arguments *arguments, enum option option) {
    const struct option_info *info = &option_table[option];
    const char *value = arguments->value[option];
    char name[sizeof info->name + 2];
    if (value == NULL)
        return 0;
    size_t size = strlen(info->name) + strlen(value) + 2;
    char *assignment = malloc(size);
    if (assignment == NULL)
        return complain("not enough memory for the command line"), 1;
    snprintf(assignment, size, "%s=%s", info->name, value);
    snprintf(name, sizeof name, "--%s", info->name);
    int status = set(scenario, assignment, name, 0);
    free(assignment);
    return status;
}

static int apply(matthew_scenario *scenario, const struct arguments *arguments) {
    int status = 0;
    for (int i = 0; i < arguments->set_count && status == 0; i++)
        status = set(scenario, arguments->sets[i], "--set", 1);
    if (status == 0)
        status = set_option(scenario, arguments, OPTION_seed);
    if (status == 0)
        status = set_option(scenario, arguments, OPTION_months);
    if (status == 0)
        status = set_option(scenario, arguments, OPTION_firms);
    return status;
}

int scenario_given(matthew_scenario **scenario, const struct arguments *arguments) {
    long long firms = 0;
    int exit_status = arguments_number(arguments, OPTION_firms, 1, MATTHEW_FIRMS_MAX, &firms);
    if (exit_status != 0)
        return exit_status;
    int status = matthew_scenario_load(scenario, arguments->operand != NULL ? arguments->operand : DEFAULT_SCENARIO);
    if (status != MATTHEW_OK)
        return complain_status(status);
    exit_status = apply(*scenario, arguments);
    if (exit_status != 0)
        return exit_status;
    status = matthew_scenario_check(*scenario);
    if (status != MATTHEW_OK)
        return complain_status(status);
    char *warnings = arguments->value[OPTION_quiet] == NULL ? matthew_scenario_warnings(*scenario) : NULL;
    say_warnings(warnings);
    matthew_text_free(warnings);
    return 0;
}

int threads_given(int *threads, const struct arguments *arguments) {
    long long wanted = 0;
    int status = arguments_number(arguments, OPTION_threads, 1, MATTHEW_THREADS_MAX, &wanted);
    *threads = (int)wanted;
    return status;
}
