#include "core/names.h"
#include "core/scenario.h"
#include "program/command.h"
#include "program/print.h"

#include <string.h>

static int unknown_scenario(const char *name) {
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32];
    nearest_name_open(&search, name);
    for (size_t i = 0; i < shipped_scenario_count; i++)
        nearest_name_offer(&search, shipped_scenarios[i].name);
    if (*nearest_name_hint(&search, hint, sizeof hint) == '\0')
        return complain("no shipped scenario `%s`; `matthew scenarios` lists them", name);
    return complain("no shipped scenario `%s`%s", name, hint);
}

int command_scenarios(const struct arguments *arguments) {
    for (size_t i = 0; i < shipped_scenario_count; i++) {
        const struct shipped_scenario *shipped = &shipped_scenarios[i];
        if (arguments->operand == NULL) {
            printf("%-20s %s\n", shipped->name, shipped->title);
        } else if (strcmp(arguments->operand, shipped->name) == 0) {
            fputs(shipped->text, stdout);
            return 0;
        }
    }
    return arguments->operand == NULL ? 0 : unknown_scenario(arguments->operand);
}
