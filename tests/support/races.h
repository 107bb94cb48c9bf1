/* Scenarios and races for tests: small ones by hand, random valid ones from a seed, and what several tests do with a
 * race. Scenarios made here are freed with scenario_free. */
#ifndef MATTHEW_TESTS_SUPPORT_RACES_H
#define MATTHEW_TESTS_SUPPORT_RACES_H

#include "core/memory.h"
#include "core/scenario.h"
#include "parallel/race.h"
#include "support/draws.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The table's defaults with this number of firms, markets scaled so that few firms meet about what 5,000 do. */
static inline void scenario_small(struct scenario *scenario, long firms, long months) {
    scenario_builtin(scenario);
    struct parameters *p = &scenario->parameters;
    double scale = (double)firms / (double)scenario->firms;
    scenario->months = months;
    scenario->firms = firms;
    scenario->entry_scale = scale;
    p->capital_pool *= scale;
    p->compute_supply *= scale;
    for (int i = 0; i < MEMBERS_MAX; i++) {
        p->talent_pool[i] = floor(p->talent_pool[i] * scale);
        p->customers_population[i] = floor(p->customers_population[i] * scale);
    }
}

/* Room for count named firms, each with the fields' defaults and its preset's genes; returns the first. */
static inline struct named_firm *scenario_name_firms(struct scenario *scenario, size_t count) {
    struct named_firm *named = memory_new(count, sizeof *named);
    if (named == NULL)
        abort();
    for (size_t i = 0; i < count; i++) {
        snprintf(named[i].name, sizeof named[i].name, "firm%zu", i);
        for (size_t f = 0; f < named_field_count; f++)
            for (int m = 0; m < (named_field_table[f].dimension == NAMED_IN_FIRM ? 1 : MEMBERS_MAX); m++)
                named_field_values(&named[i], &named_field_table[f])[m] = named_field_table[f].default_value;
        for (int g = 0; g < SCENARIO_GENES_MAX; g++)
            named[i].gene[g] = NAN;
    }
    memory_free(scenario->named);
    scenario->named = named;
    scenario->named_count = count;
    return named;
}

/* Uniform between two bounds; on a log scale where they are far apart. */
static inline double draws_in_range(struct draws *draws, double low, double high) {
    if (low > 0.0 && high / low > 50.0)
        return low * pow(high / low, draws_unit(draws));
    return draws_between(draws, low, high);
}

static inline double draws_parameter(struct draws *draws, const struct parameter_info *info) {
    if (info->kind == KIND_SWITCH)
        return (double)draws_below(draws, 4) > 0.0; /* on in three of four */
    if (info->kind == KIND_CHOICE)
        return (double)draws_below(draws, parameter_option_count(info));
    if (draws_below(draws, 12) == 0)
        return info->plausible_min;
    if (draws_below(draws, 12) == 0)
        return info->plausible_max;
    return draws_in_range(draws, info->plausible_min, info->plausible_max);
}

static inline void draw_members(struct draws *draws, struct scenario *scenario) {
    for (int family = 0; family < FAMILY_COUNT; family++) {
        struct members *members = &scenario->members[family];
        members->count = (int)(1 + draws_below(draws, MEMBERS_MAX));
        for (int i = 0; i < members->count; i++)
            snprintf(members->name[i], MEMBER_NAME_SIZE, "%s%d", family_table[family].dimension, i);
    }
}

static inline void draw_named(struct draws *draws, struct scenario *scenario) {
    size_t count = (size_t)draws_below(draws, scenario->firms < 5 ? scenario->firms + 1 : 6);
    struct named_firm *named = scenario_name_firms(scenario, count);
    const struct parameters *p = &scenario->parameters;
    for (size_t i = 0; i < count; i++) {
        named[i].strategy = (int)draws_below(draws, scenario->members[FAMILY_STRATEGY].count);
        named[i].region = (int)draws_below(draws, scenario->members[FAMILY_REGION].count);
        named[i].age = draws_between(draws, 0.0, 100.0);
        named[i].cash = draws_between(draws, -10.0, 10000.0);
        named[i].core_income = draws_between(draws, -5.0, 300.0);
        named[i].gpus = draws_in_range(draws, 0.5, 1e6);
        named[i].capability = draws_between(draws, -3.0, 1.0);
        named[i].reach = draws_between(draws, 0.0, 4.0);
        named[i].own_gpus = named[i].gpus * draws_unit(draws);
        named[i].own_chips_made = draws_in_range(draws, 1.0, 1e7);
        named[i].hardware = draws_between(draws, 0.0, 8.0);
        named[i].software = draws_between(draws, 0.0, 5.0);
        named[i].optimisation = draws_between(draws, 0.0, 5.0);
        for (int tier = 0; tier < scenario->members[FAMILY_TIER].count; tier++)
            named[i].staff[tier] = floor(draws_in_range(draws, 1.0, 1e4));
        for (int s = 0; s < scenario->members[FAMILY_SEGMENT].count; s++)
            named[i].accounts[s] = floor(p->customers_population[s] * 0.15 * draws_unit(draws));
        int gene = (int)draws_below(draws, scenario_gene_count());
        named[i].gene[gene] = draws_parameter(draws, scenario_gene(gene));
    }
    for (size_t i = 0; i + 1 < count; i += 2) /* pairs of allies */
        if (draws_below(draws, 2) == 0) {
            memcpy(named[i].ally, named[i + 1].name, sizeof named[i].ally);
            memcpy(named[i + 1].ally, named[i].name, sizeof named[i].ally);
        }
}

static inline void draw_schedule(struct draws *draws, struct scenario *scenario) {
    size_t count = (size_t)draws_below(draws, 5);
    scenario->changes = memory_new(count, sizeof *scenario->changes);
    if (scenario->changes == NULL)
        abort();
    long month = 1;
    while (scenario->change_count < count) {
        const struct parameter_info *info = &parameter_table[draws_below(draws, (long)parameter_count)];
        if (info->when != WHEN_ANY || strstr(info->name, "share") != NULL) /* shares could all become 0 */
            continue;
        size_t member =
            info->family == FAMILY_NONE ? 0 : (size_t)draws_below(draws, scenario->members[info->family].count);
        month += draws_below(draws, 12);
        scenario->changes[scenario->change_count++] =
            (struct change){.month = month, .index = info->index + member, .value = draws_parameter(draws, info)};
    }
}

static inline void draw_takeovers(struct draws *draws, struct scenario *scenario) {
    size_t count = scenario->named_count < 2 ? 0 : (size_t)draws_below(draws, 4);
    scenario->takeovers = memory_new(count, sizeof *scenario->takeovers);
    if (scenario->takeovers == NULL)
        abort();
    for (long month = 1; scenario->takeover_count < count;) {
        struct takeover *takeover = &scenario->takeovers[scenario->takeover_count];
        size_t buyer = (size_t)draws_below(draws, (long)scenario->named_count);
        size_t step = 1 + (size_t)draws_below(draws, (long)scenario->named_count - 1);
        month += draws_below(draws, 8);
        takeover->month = month;
        takeover->place = scenario->takeover_count++;
        takeover->price = draws_between(draws, 0.0, 1000.0);
        memcpy(takeover->buyer, scenario->named[buyer].name, sizeof takeover->buyer);
        memcpy(takeover->target, scenario->named[(buyer + step) % scenario->named_count].name, sizeof takeover->target);
    }
}

/* A random valid scenario out of the plausible ranges of the table. */
static inline void scenario_random(struct scenario *scenario, uint64_t seed) {
    struct draws draws = draws_open(seed);
    scenario_builtin(scenario);
    draw_members(&draws, scenario);
    double *value = parameter_values(&scenario->parameters);
    for (size_t i = 0; i < parameter_slot_count(scenario->members); i++) {
        struct parameter_slot slot = parameter_slot_at(scenario->members, i);
        value[parameter_slot_index(slot)] = draws_parameter(&draws, slot.info);
    }
    scenario->parameters.strategies_share[0] += 0.1;
    for (int i = 0; i < MEMBERS_MAX; i++) /* so that competition binds for few firms as it does for many */
        scenario->parameters.customers_population[i] = floor(scenario->parameters.customers_population[i]);
    scenario->firms = 1 + draws_below(&draws, draws_below(&draws, 2) == 0 ? 40 : 700);
    scenario->entry_firms = 1 + draws_below(&draws, 5000);
    scenario->entry_scale = (double)scenario->firms / (double)scenario->entry_firms;
    if (scenario->entry_scale * scenario->parameters.entry_rate > 60.0)
        scenario->parameters.entry_rate = 60.0 / scenario->entry_scale;
    double size = draws_in_range(&draws, 1e-4, 1.0); /* scarce or abundant money and chips */
    scenario->parameters.capital_pool *= size;
    scenario->parameters.compute_supply *= size;
    scenario->months = 24 + draws_below(&draws, 37);
    scenario->seed = draws_word(&draws) >> 12;
    draw_named(&draws, scenario);
    draw_schedule(&draws, scenario);
    draw_takeovers(&draws, scenario);
}

/* Runs a race on to this month, on one thread, with every identity checked. */
static inline void race_goes_on(struct race *race, long until, const struct observer *observer) {
    struct failure failure = {0};
    struct race_options options = {.threads = 1, .check = 1, .observer = observer};
    cr_assert(race_run(race, until, &options, &failure) == MATTHEW_OK, "%s", failure.text);
}

/* The same, and the exits and entries of that month. */
static inline void race_turns_over(struct race *race, long until, const struct observer *observer) {
    struct failure failure = {0};
    struct race_options options = {.threads = 1, .check = 1, .turn_over = 1, .observer = observer};
    cr_assert(race_run(race, until, &options, &failure) == MATTHEW_OK, "%s", failure.text);
}

/* A race that stands at the end of this month. */
static inline struct race *race_at(const struct scenario *scenario, long month) {
    struct failure failure = {0};
    struct race *race;
    cr_assert(race_new(&race, scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    race_goes_on(race, month, NULL);
    return race;
}

/* The digest of a race of this scenario after `months` months on `threads` threads; 0 and the failure when it fails. */
static inline unsigned long long scenario_digest(const struct scenario *scenario, long months, int threads,
                                                 struct failure *failure) {
    struct race *race;
    if (race_new(&race, scenario, failure) != MATTHEW_OK)
        return 0;
    struct race_options options = {.threads = threads, .check = 0};
    unsigned long long digest = 0;
    if (race_run(race, months, &options, failure) == MATTHEW_OK)
        digest = race_digest(race);
    race_free(race);
    return digest;
}

#endif
