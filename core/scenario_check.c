#include "core/scenario.h"

#include "core/names.h"
#include "core/number.h"
#include "core/scenario_inner.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Beyond this, counts held in doubles are no longer all whole numbers. */
#define COUNT_LIMIT 0x1p52

/* A value that is not allowed, called what the format says. */
static int fail_value(struct failure *failure, const struct failure *cause, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static int fail_value(struct failure *failure, const struct failure *cause, const char *format, ...) {
    char name[300];
    va_list arguments;
    va_start(arguments, format);
    if (vsnprintf(name, sizeof name, format, arguments) < 0)
        name[0] = '\0';
    va_end(arguments);
    fail(failure, MATTHEW_BAD_SCENARIO, "%s: %s", name, cause->text);
    failure_inherit(failure, cause);
    return MATTHEW_BAD_SCENARIO;
}

/* Messages of this file begin with what they are about. */
static void note_key(struct failure *failure) {
    char key[FAILURE_KEY_SIZE];
    if (failure == NULL || failure->status == MATTHEW_NO_MEMORY)
        return;
    const char *end = strstr(failure->text, ": ");
    size_t length = strcspn(failure->text, ",:");
    if (end == NULL || length >= sizeof key)
        return;
    snprintf(key, sizeof key, "%.*s", (int)length, failure->text);
    failure_key(failure, key, end + 2);
}

static int check_rule(const struct number_rule *rule, const char *what, double value, struct failure *failure) {
    struct failure inner;
    if (number_check(rule, value, &inner) != MATTHEW_OK)
        return fail_value(failure, &inner, "%s", what);
    return MATTHEW_OK;
}

static int check_head(const struct scenario *scenario, struct failure *failure) {
    int status = check_rule(&firms_rule, "firms", (double)scenario->firms, failure);
    if (status == MATTHEW_OK)
        status = check_rule(&firms_rule, "entry_firms", (double)scenario->entry_firms, failure);
    if (status == MATTHEW_OK)
        status = check_rule(&months_rule, "months", (double)scenario->months, failure);
    if (status == MATTHEW_OK)
        status = check_rule(&seed_rule, "seed", (double)scenario->seed, failure);
    if (status == MATTHEW_OK && scenario->named_count > (size_t)scenario->firms)
        status = fail(failure, MATTHEW_BAD_SCENARIO, "firms: %ld firms, but %zu are named", scenario->firms,
                      scenario->named_count);
    for (int family = 0; family < FAMILY_COUNT && status == MATTHEW_OK; family++)
        if (scenario->members[family].count < 1 || scenario->members[family].count > MEMBERS_MAX)
            status = fail(failure, MATTHEW_BAD_SCENARIO, "%s: %d members, but there are 1 to %d",
                          family_table[family].path, scenario->members[family].count, MEMBERS_MAX);
    return status;
}

static int check_values(const struct scenario *scenario, struct failure *failure) {
    const double *value = parameter_values_const(&scenario->parameters);
    char path[PARAMETER_PATH_SIZE];
    struct failure inner;
    for (size_t p = 0; p < parameter_count; p++) {
        const struct parameter_info *info = &parameter_table[p];
        int count = info->family == FAMILY_NONE ? 1 : scenario->members[info->family].count;
        for (int i = 0; i < count; i++) {
            struct parameter_slot slot = {info, info->family == FAMILY_NONE ? -1 : i};
            if (parameter_check(info, value[parameter_slot_index(slot)], &inner) != MATTHEW_OK)
                return fail_value(failure, &inner, "%s", parameter_path(scenario->members, slot, path));
        }
    }
    return MATTHEW_OK;
}

/* Shares over the members of a family are normalised, so they must not all be 0. */
static int check_share(const struct scenario *scenario, const double *value, const char *group, const char *name,
                       struct failure *failure) {
    const struct parameter_info *info = parameter_find(group, name);
    double sum = 0;
    for (int i = 0; info != NULL && i < scenario->members[info->family].count; i++)
        sum += value[info->index + (size_t)i];
    if (info != NULL && !(sum > 0))
        return fail(failure, MATTHEW_BAD_SCENARIO, "%s.*.%s: all are 0; at least one share must be positive", group,
                    name);
    return MATTHEW_OK;
}

/* A lower bound and its upper one are called NAME_min and NAME_max. */
static int check_bounds(const double *value, struct failure *failure) {
    for (size_t p = 0; p < parameter_count; p++) {
        const struct parameter_info *low = &parameter_table[p];
        char name[PARAMETER_PATH_SIZE], first[NUMBER_SIZE], second[NUMBER_SIZE];
        size_t length = strlen(low->name);
        if (low->family != FAMILY_NONE || length < 4 || strcmp(low->name + length - 4, "_min") != 0)
            continue;
        snprintf(name, sizeof name, "%.*s_max", (int)(length - 4), low->name);
        const struct parameter_info *high = parameter_find(low->group, name);
        if (high != NULL && high->family == FAMILY_NONE && value[low->index] > value[high->index])
            return fail(failure, MATTHEW_BAD_SCENARIO, "%s.%s: %s is above %s.%s, which is %s", low->group, low->name,
                        number_print(value[low->index], first), high->group, high->name,
                        number_print(value[high->index], second));
    }
    return MATTHEW_OK;
}

/* What must hold between values, in month 0 and after every change. */
static int check_relations(const struct scenario *scenario, const double *value, struct failure *failure) {
    int status = check_share(scenario, value, "strategies", "share", failure);
    if (status == MATTHEW_OK)
        status = check_share(scenario, value, "regions", "site_share", failure);
    return status == MATTHEW_OK ? check_bounds(value, failure) : status;
}

/* Genes described as a "budget share" are normalised over each strategy. */
static int is_budget_share(const struct parameter_info *gene) {
    return strncmp(gene->description, "budget share", strlen("budget share")) == 0;
}

static int check_budgets(const struct scenario *scenario, struct failure *failure) {
    const double *value = parameter_values_const(&scenario->parameters);
    int count = scenario_gene_count(), shares = 0;
    for (int gene = 0; gene < count; gene++)
        shares += is_budget_share(scenario_gene(gene));
    for (int i = 0; shares > 0 && i < scenario->members[FAMILY_STRATEGY].count; i++) {
        double sum = 0;
        for (int gene = 0; gene < count; gene++)
            sum += is_budget_share(scenario_gene(gene)) ? value[scenario_gene(gene)->index + (size_t)i] : 0;
        if (!(sum > 0))
            return fail(failure, MATTHEW_BAD_SCENARIO, "strategies.%s: all budget shares are 0",
                        scenario->members[FAMILY_STRATEGY].name[i]);
    }
    for (size_t f = 0; shares > 0 && f < scenario->named_count; f++) {
        double sum = 0;
        for (int gene = 0; gene < count; gene++)
            sum += is_budget_share(scenario_gene(gene)) ? scenario_gene_value(scenario, &scenario->named[f], gene) : 0;
        if (!(sum > 0))
            return fail(failure, MATTHEW_BAD_SCENARIO, "firms.%s: all budget shares are 0", scenario->named[f].name);
    }
    return MATTHEW_OK;
}

static int check_firm(const struct scenario *scenario, const struct named_firm *firm, struct failure *failure) {
    struct failure inner;
    if (firm->strategy < 0 || firm->strategy >= scenario->members[FAMILY_STRATEGY].count || firm->region < 0 ||
        firm->region >= scenario->members[FAMILY_REGION].count)
        return fail(failure, MATTHEW_BAD_SCENARIO, "firms.%s: has no strategy or no region", firm->name);
    for (size_t f = 0; f < named_field_count; f++) {
        const struct named_field *field = &named_field_table[f];
        int family = field->dimension == NAMED_IN_SEGMENT ? FAMILY_SEGMENT : FAMILY_TIER;
        int single = field->dimension == NAMED_IN_FIRM, count = single ? 1 : scenario->members[family].count;
        struct number_rule rule = {field->min, field->max, field->unit, !single};
        for (int i = 0; i < count; i++)
            if (number_check(&rule, named_field_values_const(firm, field)[i], &inner) != MATTHEW_OK)
                return fail_value(failure, &inner, "firms.%s.%s%s%s", firm->name, field->name, single ? "" : ".",
                                  single ? "" : scenario->members[family].name[i]);
    }
    for (int gene = 0, count = scenario_gene_count(); gene < count; gene++)
        if (!isnan(firm->gene[gene]) && parameter_check(scenario_gene(gene), firm->gene[gene], &inner) != MATTHEW_OK)
            return fail_value(failure, &inner, "firms.%s.%s", firm->name, scenario_gene(gene)->name);
    return MATTHEW_OK;
}

static int fail_ally(const struct scenario *scenario, const struct named_firm *firm, struct failure *failure) {
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32];
    nearest_name_open(&search, firm->ally);
    for (size_t i = 0; i < scenario->named_count; i++)
        if (&scenario->named[i] != firm)
            nearest_name_offer(&search, scenario->named[i].name);
    return fail(failure, MATTHEW_BAD_SCENARIO, "firms.%s.ally: no named firm is called `%s`%s", firm->name, firm->ally,
                nearest_name_hint(&search, hint, sizeof hint));
}

/* The partner is there and names this firm as well; own chips are some of the GPUs. */
static int check_ally(const struct scenario *scenario, size_t place, struct failure *failure) {
    const struct named_firm *firm = &scenario->named[place];
    char own[NUMBER_SIZE], all[NUMBER_SIZE];
    if (firm->own_gpus > firm->gpus)
        return fail(failure, MATTHEW_BAD_SCENARIO, "firms.%s.own_gpus: %s own chips, but only %s GPUs are installed",
                    firm->name, number_print(firm->own_gpus, own), number_print(firm->gpus, all));
    if (firm->ally[0] == '\0')
        return MATTHEW_OK;
    size_t partner = scenario_ally(scenario, place);
    if (partner == scenario->named_count)
        return fail_ally(scenario, firm, failure);
    if (partner == place || strcmp(scenario->named[partner].ally, firm->name) != 0)
        return fail(failure, MATTHEW_BAD_SCENARIO, "firms.%s.ally: %s does not name %s as its ally", firm->name,
                    firm->ally, firm->name);
    return MATTHEW_OK;
}

/* A value of a member by name; 0 where the table has no such line. */
static double member_value(const struct scenario *scenario, const char *group, const char *name, int member) {
    const struct parameter_info *info = parameter_find(group, name);
    return info == NULL ? 0 : parameter_values_const(&scenario->parameters)[info->index + (size_t)member];
}

/* Accounts of named firms are part of the population. */
static int check_accounts(const struct scenario *scenario, struct failure *failure) {
    char held[NUMBER_SIZE], all[NUMBER_SIZE];
    for (int s = 0; s < scenario->members[FAMILY_SEGMENT].count; s++) {
        double accounts = 0, population = member_value(scenario, "customers", "population", s);
        for (size_t f = 0; f < scenario->named_count; f++)
            accounts += scenario->named[f].accounts[s];
        if (accounts > population)
            return fail(failure, MATTHEW_BAD_SCENARIO,
                        "customers.%s.population: named firms have %s accounts, but there are only %s",
                        scenario->members[FAMILY_SEGMENT].name[s], number_print(accounts, held),
                        number_print(population, all));
        if (population > COUNT_LIMIT)
            return fail(failure, MATTHEW_TOO_LARGE,
                        "customers.%s.population: above 2^52, where counts are no longer exact",
                        scenario->members[FAMILY_SEGMENT].name[s]);
    }
    return MATTHEW_OK;
}

/* All people of a tier: the pool, the staff of named firms, what the other firms start with on average. */
static int check_people(const struct scenario *scenario, struct failure *failure) {
    for (int k = 0; k < scenario->members[FAMILY_TIER].count; k++) {
        double people = member_value(scenario, "talent", "pool", k) +
                        (double)scenario->firms * member_value(scenario, "talent", "entrant_staff", k);
        for (size_t f = 0; f < scenario->named_count; f++)
            people += scenario->named[f].staff[k];
        if (people > COUNT_LIMIT)
            return fail(failure, MATTHEW_TOO_LARGE,
                        "talent.%s.pool: with all staff above 2^52, where counts are no longer exact",
                        scenario->members[FAMILY_TIER].name[k]);
    }
    return MATTHEW_OK;
}

static int check_change(const struct scenario *scenario, const struct change *change, long month,
                        struct failure *failure) {
    struct parameter_slot slot = parameter_slot_of(change->index);
    char path[PARAMETER_PATH_SIZE];
    struct failure inner;
    if (slot.info == NULL || (slot.member >= 0 && slot.member >= scenario->members[slot.info->family].count) ||
        change->month < month || change->month < 1 || change->month > SCENARIO_MONTHS_MAX)
        return fail(failure, MATTHEW_BAD_SCENARIO, "schedule: a change of nothing, or out of order");
    parameter_path(scenario->members, slot, path);
    if (slot.info->when != WHEN_ANY)
        return fail(failure, MATTHEW_BAD_SCENARIO, "schedule, month %ld: %s is fixed when the run begins",
                    change->month, path);
    if (parameter_check(slot.info, change->value, &inner) != MATTHEW_OK)
        return fail_value(failure, &inner, "schedule, month %ld: %s", change->month, path);
    return MATTHEW_OK;
}

/* Plays the schedule and looks at the relations after each month of it. */
int scenario_check_schedule(const struct scenario *scenario, long from, struct failure *failure) {
    struct parameters parameters = scenario->parameters;
    double *value = parameter_values(&parameters);
    struct failure inner;
    long month = 1;
    for (size_t i = 0; i < scenario->change_count; i++) {
        const struct change *change = &scenario->changes[i];
        int status = check_change(scenario, change, month, failure);
        if (status != MATTHEW_OK)
            return status;
        month = change->month;
        value[change->index] = change->value;
        if (month < from || (i + 1 < scenario->change_count && scenario->changes[i + 1].month == month))
            continue;
        if (check_relations(scenario, value, &inner) != MATTHEW_OK) {
            fail(failure, inner.status, "schedule, month %ld: %s", month, inner.text);
            failure_inherit(failure, &inner);
            return inner.status;
        }
    }
    return MATTHEW_OK;
}

int scenario_check(const struct scenario *scenario, struct failure *failure) {
    int status = check_head(scenario, failure);
    if (status == MATTHEW_OK)
        status = check_values(scenario, failure);
    if (status == MATTHEW_OK)
        status = check_relations(scenario, parameter_values_const(&scenario->parameters), failure);
    for (size_t i = 0; i < scenario->named_count && status == MATTHEW_OK; i++)
        status = check_firm(scenario, &scenario->named[i], failure);
    for (size_t i = 0; i < scenario->named_count && status == MATTHEW_OK; i++)
        status = check_ally(scenario, i, failure);
    if (status == MATTHEW_OK)
        status = check_budgets(scenario, failure);
    if (status == MATTHEW_OK)
        status = check_accounts(scenario, failure);
    if (status == MATTHEW_OK)
        status = check_people(scenario, failure);
    if (status == MATTHEW_OK)
        status = scenario_check_schedule(scenario, 1, failure);
    if (status == MATTHEW_OK)
        status = scenario_check_takeovers(scenario, failure);
    if (status != MATTHEW_OK)
        note_key(failure);
    return status;
}
