/* Does a scenario show the facts of its field? A few races that differ in their seeds, held against the stylised facts;
 * and what went wrong by fields, when something does.
 *
 * cc validate.c $(pkg-config --cflags --libs matthew) -o validate */
#include <matthew.h>

#include <signal.h>
#include <stdio.h>

static const char *const TEXT = "base: core-race\n"
                                "firms: 60\n"
                                "months: 36\n"
                                "validates: [attrition]\n";

static matthew_validation *validation;

static void stop(int number) {
    (void)number;
    matthew_validation_stop(validation);
}

/* Where and what: a program may point at it in place of printing a line. */
static int fine(int status) {
    double line = 0;
    if (status == MATTHEW_OK)
        return 1;
    fprintf(stderr, "validate: %s: %s\n", matthew_error_text("status"), matthew_error_text("reason"));
    if (matthew_error_number("line", &line))
        fprintf(stderr, "in line %.0f of %s, at %s\n", line, matthew_error_text("file"), matthew_error_text("key"));
    return 0;
}

int main(void) {
    matthew_scenario *scenario = NULL;
    int done = fine(matthew_scenario_from_text(&scenario, "attrition", TEXT)) &&
               fine(matthew_validation_new(&validation, scenario, 4));
    signal(SIGINT, stop);
    done = done && fine(matthew_validation_run(validation));
    char *table = done ? matthew_validation_text(validation, 0) : NULL;
    if (table != NULL)
        printf("%s%s\n", table, matthew_validation_failed(validation) > 0 ? "this scenario is too calm" : "it will do");
    matthew_text_free(table);
    matthew_validation_free(validation);
    matthew_scenario_free(scenario);
    return table != NULL ? 0 : 1;
}
