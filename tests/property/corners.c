/* Every parameter of the table at its smallest and its largest valid value, one at a time and all months checked: a
 * race ends well or the scenario is refused in one line; it never computes something that is no number. */
#include "support/races.h"

#include <criterion/criterion.h>

/* Two named firms, a few startups and entrants, all mechanisms on. */
static void corner_scenario(struct scenario *scenario, long months) {
    scenario_small(scenario, 12, months);
    scenario->entry_scale = 2e-6; /* so that the largest entry rate still founds only some firms a month */
    scenario->parameters.entry_rate = months > 100 ? 1e4 : 1e6;
    scenario->parameters.capital_pool = 100.0;
    struct named_firm *named = scenario_name_firms(scenario, 2);
    for (int i = 0; i < 2; i++) {
        named[i].strategy = i;
        named[i].region = i;
        named[i].cash = 3000.0 * (1 - i);
        named[i].core_income = 10.0;
        named[i].gpus = 50000.0;
        named[i].staff[0] = 200.0;
        named[i].accounts[0] = 1e5;
        named[i].software = named[i].reach = named[i].ecosystem = 1.0;
    }
}

/* Runs and judges; what says which corner. */
static void run_corner(const struct scenario *scenario, const char *what) {
    struct failure failure = {0};
    struct race *race;
    int status = race_new(&race, scenario, &failure);
    if (status != MATTHEW_OK) {
        cr_assert(status == MATTHEW_BAD_SCENARIO || status == MATTHEW_TOO_LARGE, "%s: %s", what, failure.text);
        cr_assert(failure.text[0] != '\0', "%s: refused without a word", what);
        return;
    }
    struct race_options options = {.threads = 1, .check = 1};
    status = race_run(race, scenario->months, &options, &failure);
    cr_expect(status == MATTHEW_OK, "%s: %s", what, failure.text);
    race_free(race);
}

static void try_value(const struct parameter_info *info, double extreme, long months) {
    struct scenario scenario;
    char what[300], number[PARAMETER_TEXT_SIZE];
    corner_scenario(&scenario, months);
    double *value = parameter_values(&scenario.parameters) + info->index;
    int count = info->family == FAMILY_NONE ? 1 : scenario.members[info->family].count;
    for (int i = 0; i < count; i++)
        value[i] = extreme;
    snprintf(what, sizeof what, "%s.%s = %s", info->group, info->name, parameter_print(info, extreme, number));
    run_corner(&scenario, what);
    if (count > 1) { /* one member alone */
        parameters_builtin(&scenario.parameters);
        value[0] = extreme;
        run_corner(&scenario, what);
    }
    scenario_free(&scenario);
}

Test(corners, every_parameter_at_its_ends) {
    for (size_t i = 0; i < parameter_count; i++) {
        const struct parameter_info *info = &parameter_table[i];
        try_value(info, info->kind == KIND_REAL ? info->min : 0.0, 6);
        try_value(info, info->kind == KIND_REAL ? info->max : parameter_option_count(info) - 1.0, 6);
    }
}

/* Trends are made of exp(rate month): they must stay numbers when exp itself would not. */
Test(corners, every_trend_until_it_would_overflow) {
    for (size_t i = 0; i < parameter_count; i++) {
        const struct parameter_info *info = &parameter_table[i];
        if (strstr(info->name, "growth") == NULL && strstr(info->name, "decline") == NULL)
            continue;
        try_value(info, info->min, 750);
        try_value(info, info->max, 750);
    }
}

/* What a scenario may say of a named firm, at its ends. */
Test(corners, every_field_of_a_named_firm_at_its_ends) {
    for (size_t f = 0; f < named_field_count; f++)
        for (int end = 0; end < 2; end++) {
            const struct named_field *field = &named_field_table[f];
            double extreme = end ? field->max : field->min;
            struct scenario scenario;
            char what[200];
            corner_scenario(&scenario, 24);
            named_field_values(&scenario.named[0], field)[0] = extreme;
            if (field->dimension == NAMED_IN_SEGMENT) /* accounts are part of the population */
                scenario.parameters.customers_population[0] = fmax(extreme, 2e5), scenario.named[1].accounts[0] = 0.0;
            snprintf(what, sizeof what, "%s = %g", field->name, extreme);
            run_corner(&scenario, what);
            scenario_free(&scenario);
        }
}

/* Random scenarios, with one value in twenty at one of its ends. */
Test(corners, many_parameters_at_their_ends) {
    for (uint64_t seed = 230; seed < 350; seed++) {
        struct scenario scenario;
        struct draws draws = draws_open(seed + 77777);
        char what[64];
        scenario_random(&scenario, seed);
        scenario.firms = scenario.firms > 60 ? 60 : scenario.firms;
        scenario.months = 24;
        scenario.change_count = 0;
        double *value = parameter_values(&scenario.parameters);
        for (size_t i = 0; i < parameter_slot_count(scenario.members); i++) {
            struct parameter_slot slot = parameter_slot_at(scenario.members, i);
            if (slot.info->kind != KIND_REAL || strcmp(slot.info->name, "rate") == 0) /* millions of entrants */
                continue;
            double u = draws_unit(&draws);
            if (u < 0.05)
                value[parameter_slot_index(slot)] = u < 0.025 ? slot.info->min : slot.info->max;
        }
        snprintf(what, sizeof what, "seed %lu", (unsigned long)seed);
        run_corner(&scenario, what);
        scenario_free(&scenario);
    }
}
