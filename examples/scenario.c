/* A scenario from text, its settings, and what is known of a mistake: the messages and the fields of failures.
 *
 *   cc scenario.c $(pkg-config --cflags --libs matthew) && ./a.out */
#include <matthew.h>

#include <stdio.h>

static const char TEXT[] = "base: frontier-race\n"
                           "months: 24\n"
                           "set: {customers.*.lock_in: 0.5}\n";

/* What went wrong, by fields: of use to a program that marks the place in an editor. */
static void tell_failure(void) {
    double highest;
    printf("%s\n", matthew_message());
    printf("  status  %s\n", matthew_error_text("status"));
    printf("  key     %s\n", matthew_error_text("key"));
    printf("  nearest %s\n", matthew_error_text("nearest"));
    if (matthew_error_number("maximum", &highest))
        printf("  at most %g\n", highest);
}

int main(void) {
    matthew_scenario *scenario = NULL;
    double lock_in;
    int status = matthew_scenario_from_text(&scenario, "mine", TEXT);
    if (status == MATTHEW_OK)
        status = matthew_parameter_value(scenario, "customers.consumer.lock_in", &lock_in);
    if (status != MATTHEW_OK) {
        tell_failure();
        return status;
    }
    printf("%s: %ld firms, %ld months, lock_in %g\n", matthew_scenario_name(scenario), matthew_scenario_firms(scenario),
           matthew_scenario_months(scenario), lock_in);
    if (matthew_scenario_set(scenario, "customers.consumer.lokc_in=1") == MATTHEW_OK)
        return 1; /* a name that does not exist is never accepted */
    tell_failure();
    if (matthew_scenario_set(scenario, "customers.portability=7") == MATTHEW_OK)
        return 1;
    tell_failure();
    char *warnings = matthew_scenario_warnings(scenario);
    printf("warnings: %s\n", warnings != NULL && *warnings != '\0' ? warnings : "none");
    matthew_text_free(warnings);
    matthew_scenario_free(scenario);
    return 0;
}
