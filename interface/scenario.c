#include "interface/handle.h"

#include "core/memory.h"

#include <string.h>

_Static_assert((int)MATTHEW_FIRMS_MAX == (int)SCENARIO_FIRMS_MAX, "matthew.h has the bound of core/scenario.h");

/* ---- scenarios that come with the library ---- */

size_t matthew_shipped_count(void) {
    return shipped_scenario_count;
}

const char *matthew_shipped_name(size_t index) {
    return index < shipped_scenario_count ? shipped_scenarios[index].name : NULL;
}

const char *matthew_shipped_title(size_t index) {
    return index < shipped_scenario_count ? shipped_scenarios[index].title : NULL;
}

const char *matthew_shipped_text(size_t index) {
    return index < shipped_scenario_count ? shipped_scenarios[index].text : NULL;
}

/* ---- scenarios ---- */

/* Makes a handle and fills it in: from a scenario when there is one, else from text when there is one, else by name. */
static int new_scenario(matthew_scenario **scenario, const struct scenario *from, const char *text, const char *name,
                        const char *file) {
    matthew_scenario *made = memory_new(1, sizeof *made);
    if (made == NULL)
        return fail_memory(&last_failure, "a scenario");
    made->mark = SCENARIO_MARK;
    int status = from != NULL   ? scenario_copy(&made->inner, from, &last_failure)
                 : text != NULL ? scenario_load_text(&made->inner, name, text, &last_failure)
                                : scenario_load(&made->inner, name, &last_failure);
    if (status == MATTHEW_OK && file != NULL && (made->file = memory_string(file)) == NULL)
        status = fail_memory(&last_failure, "a scenario");
    if (status != MATTHEW_OK) {
        matthew_scenario_free(made);
        return status;
    }
    *scenario = made;
    return MATTHEW_OK;
}

int matthew_scenario_load(matthew_scenario **scenario, const char *name_or_path) {
    if (scenario == NULL)
        return is_null("scenario");
    *scenario = NULL;
    return name_or_path == NULL ? is_null("name_or_path")
                                : new_scenario(scenario, NULL, NULL, name_or_path, name_or_path);
}

int matthew_scenario_from_text(matthew_scenario **scenario, const char *name, const char *text) {
    if (scenario == NULL)
        return is_null("scenario");
    *scenario = NULL;
    return text == NULL ? is_null("text") : new_scenario(scenario, NULL, text, name != NULL ? name : "text", NULL);
}

int matthew_race_scenario(matthew_scenario **scenario, const matthew_race *race) {
    if (scenario == NULL)
        return is_null("scenario");
    *scenario = NULL;
    return is_race(race) ? new_scenario(scenario, race_world(race->race)->scenario, NULL, NULL, NULL) : no_race(race);
}

int matthew_scenario_copy(matthew_scenario **copy, const matthew_scenario *scenario) {
    if (copy == NULL)
        return is_null("copy");
    *copy = NULL;
    return is_scenario(scenario) ? new_scenario(copy, &scenario->inner, NULL, NULL, scenario->file)
                                 : no_scenario(scenario);
}

void matthew_scenario_free(matthew_scenario *scenario) {
    if (!is_scenario(scenario))
        return;
    scenario->mark = 0;
    scenario_free(&scenario->inner);
    memory_free(scenario->file);
    memory_free(scenario);
}

int matthew_scenario_set(matthew_scenario *scenario, const char *assignment) {
    if (!is_scenario(scenario))
        return no_scenario(scenario);
    if (assignment == NULL)
        return is_null("assignment");
    return scenario_set(&scenario->inner, assignment, &last_failure);
}

int matthew_scenario_set_firms(matthew_scenario *scenario, long firms) {
    if (!is_scenario(scenario))
        return no_scenario(scenario);
    return scenario_set_firms(&scenario->inner, firms, &last_failure);
}

int checked(const matthew_scenario *scenario, int status) {
    if (status != MATTHEW_OK && scenario->file != NULL)
        scenario_locate(scenario->file, &last_failure);
    return status;
}

int matthew_scenario_check(const matthew_scenario *scenario) {
    if (!is_scenario(scenario))
        return no_scenario(scenario);
    return checked(scenario, scenario_check(&scenario->inner, &last_failure));
}

char *matthew_scenario_warnings(const matthew_scenario *scenario) {
    if (!is_scenario(scenario)) {
        no_scenario(scenario);
        return NULL;
    }
    char *text = scenario_warnings_text(&scenario->inner);
    if (text == NULL)
        fail_memory(&last_failure, "the warnings of a scenario");
    return text;
}

char *matthew_scenario_text(const matthew_scenario *scenario) {
    if (!is_scenario(scenario)) {
        no_scenario(scenario);
        return NULL;
    }
    char *text = scenario_text(&scenario->inner);
    if (text == NULL)
        fail_memory(&last_failure, "the text of a scenario");
    return text;
}

const char *matthew_scenario_name(const matthew_scenario *scenario) {
    return is_scenario(scenario) ? scenario->inner.name : NULL;
}

long matthew_scenario_months(const matthew_scenario *scenario) {
    return is_scenario(scenario) ? scenario->inner.months : 0;
}

long matthew_scenario_firms(const matthew_scenario *scenario) {
    return is_scenario(scenario) ? scenario->inner.firms : 0;
}

uint64_t matthew_scenario_seed(const matthew_scenario *scenario) {
    return is_scenario(scenario) ? scenario->inner.seed : 0;
}

static const struct members *members_of(const matthew_scenario *scenario, const char *dimension) {
    for (int family = 0; family < FAMILY_COUNT && is_scenario(scenario) && dimension != NULL; family++)
        if (strcmp(family_table[family].dimension, dimension) == 0)
            return &scenario->inner.members[family];
    return NULL;
}

int matthew_scenario_member_count(const matthew_scenario *scenario, const char *dimension) {
    const struct members *members = members_of(scenario, dimension);
    if (!is_scenario(scenario) || dimension == NULL)
        return 0;
    return members != NULL ? members->count : strcmp(dimension, "firm") == 0;
}

const char *matthew_scenario_member_name(const matthew_scenario *scenario, const char *dimension, int member) {
    const struct members *members = members_of(scenario, dimension);
    return members != NULL && member >= 0 && member < members->count ? members->name[member] : NULL;
}

/* ---- parameters ---- */

size_t matthew_parameter_count(const matthew_scenario *scenario) {
    return is_scenario(scenario) ? parameter_slot_count(scenario->inner.members) : 0;
}

int matthew_parameter_get(const matthew_scenario *scenario, size_t index, struct matthew_parameter *parameter) {
    size_t count = matthew_parameter_count(scenario);
    if (!is_scenario(scenario))
        return no_scenario(scenario);
    if (index >= count)
        return bad_index("parameter", index, count);
    struct parameter_slot slot = parameter_slot_at(scenario->inner.members, index);
    const struct parameter_info *info = slot.info;
    struct matthew_parameter full = {
        .type = info->kind == KIND_REAL     ? MATTHEW_REAL
                : info->kind == KIND_SWITCH ? MATTHEW_SWITCH
                                            : MATTHEW_CHOICE,
        .any_month = info->when == WHEN_ANY,
        .value = parameter_values_const(&scenario->inner.parameters)[parameter_slot_index(slot)],
        .min = info->min,
        .max = info->kind == KIND_CHOICE ? parameter_option_count(info) - 1 : info->max,
        .plausible_min = info->plausible_min,
        .plausible_max = info->kind == KIND_CHOICE ? parameter_option_count(info) - 1 : info->plausible_max,
        .options = info->options,
        .unit = info->unit,
        .description = info->description,
        .source = info->source};
    parameter_path(scenario->inner.members, slot, full.path);
    return give(parameter, &full, sizeof full);
}

int matthew_parameter_value(const matthew_scenario *scenario, const char *path, double *value) {
    struct parameter_slot slots[MEMBERS_MAX];
    char why[400];
    if (!is_scenario(scenario))
        return no_scenario(scenario);
    if (path == NULL || value == NULL)
        return is_null(path == NULL ? "path" : "value");
    if (parameter_slots(scenario->inner.members, path, slots) != 1)
        return fail(&last_failure, MATTHEW_NOT_FOUND, "%s: %s", path,
                    parameter_explain(scenario->inner.members, path, why, sizeof why));
    *value = parameter_values_const(&scenario->inner.parameters)[parameter_slot_index(slots[0])];
    return MATTHEW_OK;
}
