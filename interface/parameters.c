#include "interface/handle.h"

#include "core/number.h"

#include <fnmatch.h>
#include <string.h>

/* What is listed: one parameter of one member. */
struct listed {
    char path[PARAMETER_PATH_SIZE];
    const struct parameter_info *info;
    double value;
};

/* What it is listed from: a scenario, or null for the defaults of the built-in members. */
struct source {
    const struct members *members;
    const struct scenario *scenario;
};

static struct listed listed_at(const struct source *source, size_t position) {
    struct listed listed;
    struct parameter_slot slot = parameter_slot_at(source->members, position);
    parameter_path(source->members, slot, listed.path);
    listed.info = slot.info;
    listed.value = source->scenario != NULL
                       ? parameter_values_const(&source->scenario->parameters)[parameter_slot_index(slot)]
                       : slot.info->default_value[slot.member < 0 ? 0 : slot.member];
    return listed;
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

/* ---- for people ---- */

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

static void print_heading(struct text *text, int is_default) {
    text_print(text, "%-42s %-9s %-16s %-18s %s\n", "PATH", is_default ? "DEFAULT" : "VALUE", "UNIT", "ALLOWED",
               "DESCRIPTION");
}

static void print_line(struct text *text, const struct listed *listed) {
    char value[PARAMETER_TEXT_SIZE], range[80];
    allowed(listed->info, range, sizeof range);
    text_print(text, "%-42s %-9s %-16s %-18s %s\n", listed->path, parameter_print(listed->info, listed->value, value),
               unit_of(listed->info), range, listed->info->description);
}

static void print_details(struct text *text, const struct listed *listed, int is_default) {
    const struct parameter_info *info = listed->info;
    char value[PARAMETER_TEXT_SIZE], range[80], low[NUMBER_SIZE], high[NUMBER_SIZE];
    allowed(info, range, sizeof range);
    text_print(text, "%s\n  %s\n", listed->path, info->description);
    text_print(text, "  %-10s %s\n", is_default ? "default" : "value", parameter_print(info, listed->value, value));
    text_print(text, "  unit       %s\n  allowed    %s\n", unit_of(info), range);
    if (info->kind == KIND_REAL)
        text_print(text, "  plausible  %s to %s\n", number_print(info->plausible_min, low),
                   number_print(info->plausible_max, high));
    text_print(text, "  may change %s\n", info->when == WHEN_ANY ? "in any month" : "at the start only");
    if (info->source[0] != '\0')
        text_print(text, "  source     %s\n", info->source);
}

/* ---- JSON ---- */

static void json_text(struct text *text, const char *name, const char *value) {
    text_print(text, ", \"%s\": ", name);
    text_print_json(text, value);
}

/* A bound of a real parameter, null for others. */
static void json_bound(struct text *text, const struct parameter_info *info, const char *name, double value) {
    text_print(text, ", \"%s\": ", name);
    if (info->kind == KIND_REAL)
        text_print_json_number(text, value);
    else
        text_print(text, "null");
}

static void json_value(struct text *text, const struct listed *listed, int is_default) {
    char value[PARAMETER_TEXT_SIZE];
    text_print(text, ", \"%s\": ", is_default ? "default" : "value");
    if (listed->info->kind == KIND_REAL)
        text_print_json_number(text, listed->value);
    else if (listed->info->kind == KIND_SWITCH)
        text_print(text, "%s", listed->value != 0 ? "true" : "false");
    else
        text_print_json(text, parameter_print(listed->info, listed->value, value));
}

static void json_options(struct text *text, const struct parameter_info *info) {
    char word[PARAMETER_TEXT_SIZE];
    text_print(text, ", \"options\": ");
    if (info->kind != KIND_CHOICE) {
        text_print(text, "null");
        return;
    }
    for (int i = 0; i < parameter_option_count(info); i++) {
        text_print(text, i == 0 ? "[" : ", ");
        text_print_json(text, parameter_print(info, i, word));
    }
    text_print(text, "]");
}

static void print_json(struct text *text, const struct listed *listed, int is_default) {
    const struct parameter_info *info = listed->info;
    text_print(text, "{\"path\": ");
    text_print_json(text, listed->path);
    json_text(text, "type", info->kind == KIND_REAL ? "real" : info->kind == KIND_SWITCH ? "switch" : "choice");
    json_value(text, listed, is_default);
    json_bound(text, info, "min", info->min);
    json_bound(text, info, "max", info->max);
    json_bound(text, info, "plausible_min", info->plausible_min);
    json_bound(text, info, "plausible_max", info->plausible_max);
    json_options(text, info);
    json_text(text, "when", info->when == WHEN_ANY ? "any" : "start");
    json_text(text, "unit", info->unit);
    json_text(text, "description", info->description);
    json_text(text, "source", info->source);
    text_print(text, "}");
}

/* ---- the list ---- */

static int no_match(const struct source *source, const char *pattern) {
    char why[400];
    parameter_explain(source->members, pattern, why, sizeof why);
    fail(&last_failure, MATTHEW_NOT_FOUND, "%s: %s", pattern, why);
    failure_key(&last_failure, pattern, why);
    return MATTHEW_NOT_FOUND;
}

static void print_one(struct text *text, const struct listed *listed, int is_only, int is_default) {
    if (is_only)
        print_details(text, listed, is_default);
    else
        print_line(text, listed);
}

char *matthew_parameters_text(const matthew_scenario *scenario, const char *pattern, int json) {
    struct members builtin[FAMILY_COUNT];
    struct text text = {0};
    if (scenario != NULL && !is_scenario(scenario)) {
        no_scenario(scenario);
        return NULL;
    }
    members_builtin(builtin);
    const struct source source = {.members = scenario != NULL ? scenario->inner.members : builtin,
                                  .scenario = scenario != NULL ? &scenario->inner : NULL};
    size_t count = parameter_slot_count(source.members), matched = 0, shown = 0;
    int exact = 0; /* a whole path means that one, not all that it is part of */
    for (size_t i = 0; i < count && pattern != NULL; i++)
        exact |= strcmp(listed_at(&source, i).path, pattern) == 0;
    for (size_t i = 0; i < count; i++)
        matched += (size_t)matches(listed_at(&source, i).path, pattern, exact);
    if (matched == 0) {
        no_match(&source, pattern);
        return NULL;
    }
    if (json)
        text_print(&text, "[\n");
    else if (matched > 1)
        print_heading(&text, scenario == NULL);
    for (size_t i = 0; i < count; i++) {
        struct listed listed = listed_at(&source, i);
        if (!matches(listed.path, pattern, exact))
            continue;
        if (json) {
            print_json(&text, &listed, scenario == NULL);
            text_print(&text, ++shown < matched ? ",\n" : "\n]\n");
        } else
            print_one(&text, &listed, matched == 1, scenario == NULL);
    }
    return finished_text(&text, MATTHEW_OK, "the text of parameters");
}
