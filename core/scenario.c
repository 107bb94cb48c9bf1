#include "core/scenario.h"

#include "core/memory.h"
#include "core/scenario_inner.h"

#include <math.h>
#include <string.h>

const struct number_rule months_rule = {1, SCENARIO_MONTHS_MAX, "month", 1};
const struct number_rule firms_rule = {1, SCENARIO_FIRMS_MAX, "firm", 1};
const struct number_rule seed_rule = {0, 0x1p53 - 1, "", 1};
const struct number_rule schedule_rule = {1, SCENARIO_MONTHS_MAX, "month", 1};
const struct number_rule price_rule = {0, SCENARIO_PRICE_MAX, "M$", 0};

/* Genes are the strategies' parameters but `share`, so one less than there are of them. */
enum {
    STRATEGY_PARAMETERS = 0
#define REAL(...)
#define SWITCH(...)
#define CHOICE(...)
#define MEMBER(group, ...) +((int)FAMILY_OF_##group == (int)FAMILY_STRATEGY)
#include "core/parameters.def"
#undef REAL
#undef SWITCH
#undef CHOICE
#undef MEMBER
};
_Static_assert(STRATEGY_PARAMETERS - 1 <= SCENARIO_GENES_MAX, "more genes than struct named_firm has room for");

/* Where parameters stand in the table. The strategies' stand together, share first. */
enum {
#define REAL(group, name, ...) PLACE_##group##_##name,
#define SWITCH(group, name, ...) PLACE_##group##_##name,
#define CHOICE(group, name, ...) PLACE_##group##_##name,
#define MEMBER(group, name, ...) PLACE_##group##_##name,
#include "core/parameters.def"
#undef REAL
#undef SWITCH
#undef CHOICE
#undef MEMBER
};

int scenario_gene_count(void) {
    return STRATEGY_PARAMETERS - 1;
}

const struct parameter_info *scenario_gene(int gene) {
    return gene < 0 || gene >= scenario_gene_count() ? NULL : &parameter_table[PLACE_strategies_share + 1 + gene];
}

double scenario_gene_value(const struct scenario *scenario, const struct named_firm *firm, int gene) {
    if (!isnan(firm->gene[gene]))
        return firm->gene[gene];
    return parameter_values_const(&scenario->parameters)[scenario_gene(gene)->index + (size_t)firm->strategy];
}

const struct named_field named_field_table[] = {
#define NAMED(name, dimension, ...) {#name, NAMED_IN_##dimension, offsetof(struct named_firm, name), __VA_ARGS__},
#include "core/named.def"
#undef NAMED
};
const size_t named_field_count = sizeof named_field_table / sizeof *named_field_table;

double *named_field_values(struct named_firm *firm, const struct named_field *field) {
    return (double *)(void *)((char *)firm + field->offset);
}

const double *named_field_values_const(const struct named_firm *firm, const struct named_field *field) {
    return (const double *)(const void *)((const char *)firm + field->offset);
}

size_t scenario_ally(const struct scenario *scenario, size_t firm) {
    const char *name = scenario->named[firm].ally;
    size_t place = 0;
    if (name[0] == '\0')
        return scenario->named_count;
    while (place < scenario->named_count && strcmp(scenario->named[place].name, name) != 0)
        place++;
    return place;
}

void scenario_builtin(struct scenario *scenario) {
    memset(scenario, 0, sizeof *scenario);
    scenario->start_year = SCENARIO_YEAR;
    scenario->start_month = 1;
    scenario->months = SCENARIO_MONTHS;
    scenario->firms = scenario->entry_firms = SCENARIO_FIRMS;
    scenario->entry_scale = 1;
    scenario->seed = SCENARIO_SEED;
    members_builtin(scenario->members);
    parameters_builtin(&scenario->parameters);
}

int scenario_copy(struct scenario *copy, const struct scenario *scenario, struct failure *failure) {
    *copy = *scenario;
    copy->title = memory_string(scenario->title == NULL ? "" : scenario->title);
    copy->named = memory_new(scenario->named_count, sizeof *copy->named);
    copy->changes = memory_new(scenario->change_count, sizeof *copy->changes);
    copy->takeovers = memory_new(scenario->takeover_count, sizeof *copy->takeovers);
    copy->notes = memory_new(scenario->note_count, sizeof *copy->notes);
    if (copy->title == NULL || copy->named == NULL || copy->changes == NULL || copy->takeovers == NULL ||
        copy->notes == NULL) {
        scenario_free(copy);
        return fail_memory(failure, "a scenario");
    }
    if (scenario->named_count > 0)
        memcpy(copy->named, scenario->named, scenario->named_count * sizeof *copy->named);
    if (scenario->change_count > 0)
        memcpy(copy->changes, scenario->changes, scenario->change_count * sizeof *copy->changes);
    if (scenario->takeover_count > 0)
        memcpy(copy->takeovers, scenario->takeovers, scenario->takeover_count * sizeof *copy->takeovers);
    if (scenario->note_count > 0)
        memcpy(copy->notes, scenario->notes, scenario->note_count * sizeof *copy->notes);
    return MATTHEW_OK;
}

void scenario_free(struct scenario *scenario) {
    memory_free(scenario->title);
    memory_free(scenario->named);
    memory_free(scenario->changes);
    memory_free(scenario->takeovers);
    memory_free(scenario->notes);
    memset(scenario, 0, sizeof *scenario);
}
