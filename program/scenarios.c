#include "matthew.h"

#include "program/command.h"
#include "program/say.h"

#include <stdlib.h>
#include <string.h>

static int unknown_scenario(const char *name) {
    size_t count = matthew_shipped_count();
    const char **names = calloc(count, sizeof *names), *nearest = NULL;
    for (size_t i = 0; i < count && names != NULL; i++)
        names[i] = matthew_shipped_name(i);
    if (names != NULL)
        nearest = matthew_nearest(name, names, count);
    free(names);
    if (nearest == NULL)
        return complain("no shipped scenario `%s`; `matthew scenarios` lists them", name);
    return complain("no shipped scenario `%s`; did you mean `%s`?", name, nearest);
}

int command_scenarios(const struct arguments *arguments) {
    size_t count = matthew_shipped_count();
    for (size_t i = 0; i < count; i++) {
        if (arguments->operand == NULL) {
            printf("%-20s %s\n", matthew_shipped_name(i), matthew_shipped_title(i));
        } else if (strcmp(arguments->operand, matthew_shipped_name(i)) == 0) {
            fputs(matthew_shipped_text(i), stdout);
            return 0;
        }
    }
    return arguments->operand == NULL ? 0 : unknown_scenario(arguments->operand);
}
