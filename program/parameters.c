#include "core/number.h"
#include "program/command.h"
#include "program/paths.h"
#include "program/print.h"

#include <fnmatch.h>
#include <string.h>

size_t path_count(void) {
    struct members members[FAMILY_COUNT];
    members_builtin(members);
    return parameter_slot_count(members);
}

struct path path_at(size_t position) {
    struct members members[FAMILY_COUNT];
    struct path path;
    members_builtin(members);
    struct parameter_slot slot = parameter_slot_at(members, position);
    parameter_path(members, slot, path.text);
    path.info = slot.info;
    path.default_value = slot.info->default_value[slot.member < 0 ? 0 : slot.member];
    return path;
}

static int matches(const char *path, const char *pattern, int exact) {
    if (pattern == NULL)
        return 1;
    if (exact)
        return strcmp(path, pattern) == 0;
    if (strpbrk(pattern, "*?[") != NULL)
        return fnmatch(pattern, path, 0) == 0;
    return strstr(path, pattern) != NULL;
}

static const char *unit_of(const struct parameter_info *info) {
    return info->kind == KIND_REAL ? info->unit : "-";
}

/* The allowed range or words, without the unit. */
static void allowed(const struct parameter_info *info, char *text, size_t size) {
    char low[NUMBER_SIZE], high[NUMBER_SIZE];
    if (info->kind == KIND_SWITCH)
        snprintf(text, size, "on|off");
    else if (info->kind == KIND_CHOICE)
        snprintf(text, size, "%s", info->options);
    else
        snprintf(text, size, "%s to %s", number_print(info->min, low), number_print(info->max, high));
}

static void show_line(const struct path *path) {
    char value[PARAMETER_TEXT_SIZE], range[80];
    allowed(path->info, range, sizeof range);
    printf("%-42s %-9s %-16s %-18s %s\n", path->text, parameter_print(path->info, path->default_value, value),
           unit_of(path->info), range, path->info->description);
}

static void show_details(const struct path *path) {
    const struct parameter_info *info = path->info;
    char value[PARAMETER_TEXT_SIZE], range[80], low[NUMBER_SIZE], high[NUMBER_SIZE];
    allowed(info, range, sizeof range);
    printf("%s\n  %s\n", path->text, info->description);
    printf("  default    %s\n", parameter_print(info, path->default_value, value));
    printf("  unit       %s\n  allowed    %s\n", unit_of(info), range);
    if (info->kind == KIND_REAL)
        printf("  plausible  %s to %s\n", number_print(info->plausible_min, low),
               number_print(info->plausible_max, high));
    printf("  may change %s\n", info->when == WHEN_ANY ? "in any month" : "at the start only");
    if (info->source[0] != '\0')
        printf("  source     %s\n", info->source);
}

static void json_text(const char *name, const char *text) {
    printf(", \"%s\": ", name);
    json_string(stdout, text);
}

/* A bound of a real parameter, null for others. */
static void json_bound(const struct parameter_info *info, const char *name, double value) {
    printf(", \"%s\": ", name);
    if (info->kind == KIND_REAL)
        json_number(stdout, value);
    else
        printf("null");
}

static void json_default(const struct path *path) {
    char value[PARAMETER_TEXT_SIZE];
    printf(", \"default\": ");
    if (path->info->kind == KIND_REAL)
        json_number(stdout, path->default_value);
    else if (path->info->kind == KIND_SWITCH)
        printf("%s", path->default_value != 0 ? "true" : "false");
    else
        json_string(stdout, parameter_print(path->info, path->default_value, value));
}

static void json_options(const struct parameter_info *info) {
    printf(", \"options\": ");
    if (info->kind != KIND_CHOICE) {
        printf("null");
        return;
    }
    char word[PARAMETER_TEXT_SIZE];
    for (int i = 0; i < parameter_option_count(info); i++) {
        printf(i == 0 ? "[" : ", ");
        json_string(stdout, parameter_print(info, i, word));
    }
    printf("]");
}

static void show_json(const struct path *path) {
    const struct parameter_info *info = path->info;
    printf("{\"path\": ");
    json_string(stdout, path->text);
    json_text("type", info->kind == KIND_REAL ? "real" : info->kind == KIND_SWITCH ? "switch" : "choice");
    json_default(path);
    json_bound(info, "min", info->min);
    json_bound(info, "max", info->max);
    json_bound(info, "plausible_min", info->plausible_min);
    json_bound(info, "plausible_max", info->plausible_max);
    json_options(info);
    json_text("when", info->when == WHEN_ANY ? "any" : "start");
    json_text("unit", info->unit);
    json_text("description", info->description);
    json_text("source", info->source);
    printf("}");
}

static int no_match(const char *pattern) {
    struct members members[FAMILY_COUNT];
    char text[400];
    members_builtin(members);
    return complain("`%s`: %s", pattern, parameter_explain(members, pattern, text, sizeof text));
}

int command_parameters(const struct arguments *arguments) {
    const char *pattern = arguments->operand;
    int json = arguments->value[OPTION_json] != NULL;
    size_t count = path_count(), matched = 0, shown = 0;
    int exact = 0; /* a whole path means that one, not all that it is part of */
    for (size_t i = 0; i < count && pattern != NULL; i++)
        exact |= strcmp(path_at(i).text, pattern) == 0;
    for (size_t i = 0; i < count; i++)
        matched += (size_t)matches(path_at(i).text, pattern, exact);
    if (matched == 0)
        return no_match(pattern);
    if (json)
        printf("[\n");
    else if (matched > 1)
        printf("%-42s %-9s %-16s %-18s %s\n", "PATH", "DEFAULT", "UNIT", "ALLOWED", "DESCRIPTION");
    for (size_t i = 0; i < count; i++) {
        struct path path = path_at(i);
        if (!matches(path.text, pattern, exact))
            continue;
        if (json) {
            show_json(&path);
            printf(++shown < matched ? ",\n" : "\n]\n");
        } else if (matched > 1) {
            show_line(&path);
        } else {
            show_details(&path);
        }
    }
    return 0;
}
