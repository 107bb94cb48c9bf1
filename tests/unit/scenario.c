#include "core/scenario.h"

#include "core/memory.h"
#include "support/asserts.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DATA MATTHEW_SOURCE_DIR "/tests/data/"

TestSuite(scenario);

static struct failure failure;

static void load(struct scenario *scenario, const char *name) {
    cr_assert(scenario_load(scenario, name, &failure) == MATTHEW_OK, "%s", failure.text);
}

static double value_of(const struct scenario *scenario, const char *path) {
    struct parameter_slot slots[MEMBERS_MAX];
    cr_assert(parameter_slots(scenario->members, path, slots) == 1, "%s", path);
    return parameter_values_const(&scenario->parameters)[parameter_slot_index(slots[0])];
}

static void expect_same(const struct scenario *a, const struct scenario *b) {
    assert_text(a->title, b->title);
    assert_equal(a->start_year, b->start_year);
    assert_equal(a->start_month, b->start_month);
    assert_equal(a->months, b->months);
    assert_equal(a->firms, b->firms);
    assert_equal(a->seed, b->seed);
    assert_equal(a->entry_firms, b->entry_firms);
    assert_equal(a->entry_scale, b->entry_scale);
    for (int family = 0; family < FAMILY_COUNT; family++) {
        assert_equal(a->members[family].count, b->members[family].count);
        for (int i = 0; i < a->members[family].count; i++)
            assert_text(a->members[family].name[i], b->members[family].name[i]);
    }
    assert_equal(memcmp(&a->parameters, &b->parameters, sizeof a->parameters), 0);
    assert_equal(a->named_count, b->named_count);
    assert_equal(a->change_count, b->change_count);
    for (size_t i = 0; i < a->named_count; i++) {
        const struct named_firm *first = &a->named[i], *second = &b->named[i];
        assert_text(first->name, second->name);
        assert_equal(first->strategy, second->strategy);
        assert_equal(first->region, second->region);
        assert_text(first->ally, second->ally);
        for (size_t f = 0; f < named_field_count; f++)
            cr_assert(memcmp(named_field_values_const(first, &named_field_table[f]),
                             named_field_values_const(second, &named_field_table[f]),
                             (named_field_table[f].dimension == NAMED_IN_FIRM ? 1 : MEMBERS_MAX) * sizeof(double)) ==
                      0);
        for (int gene = 0; gene < scenario_gene_count(); gene++)
            cr_assert(memcmp(&first->gene[gene], &second->gene[gene], sizeof(double)) == 0 ||
                      (isnan(first->gene[gene]) && isnan(second->gene[gene])));
    }
    assert_equal(a->takeover_count, b->takeover_count);
    for (size_t i = 0; i < a->takeover_count; i++)
        assert_equal(memcmp(&a->takeovers[i], &b->takeovers[i], offsetof(struct takeover, given)), 0);
    for (size_t i = 0; i < a->change_count; i++)
        cr_assert(a->changes[i].month == b->changes[i].month && a->changes[i].index == b->changes[i].index &&
                  memcmp(&a->changes[i].value, &b->changes[i].value, sizeof(double)) == 0 &&
                  strcmp(a->changes[i].entry, b->changes[i].entry) == 0);
}

/* What a scenario prints reads back to the same bits. */
static void expect_round_trip(const struct scenario *scenario) {
    struct scenario again;
    char *text = scenario_text(scenario);
    cr_assert(text != NULL);
    cr_assert(scenario_load_text(&again, "again", text, &failure) == MATTHEW_OK, "%s\n%s", failure.text, text);
    expect_same(scenario, &again);
    char *twice = scenario_text(&again);
    assert_text(text, twice);
    memory_free(twice);
    memory_free(text);
    scenario_free(&again);
}

Test(scenario, everything_in_a_file) {
    struct scenario s;
    load(&s, DATA "small-race.yaml");
    assert_text(s.name, "small-race");
    cr_assert(strcmp(s.title, "A small race: \"quotes\", \\ and é") == 0);
    cr_assert(s.start_year == 2024 && s.start_month == 1 && s.months == 36 && s.firms == 200 && s.seed == 42);
    assert_equal(s.entry_scale, 1);
    assert_equal(s.entry_firms, 200);
    assert_equal(s.parameters.capital_pool, 250);
    assert_equal(s.parameters.capital_priority_exponent, 1.1);
    assert_equal(s.parameters.capital_request_cap, 1);
    assert_equal(s.parameters.customers_portability, 0.5);
    assert_equal(s.parameters.entry_rate, 3.125);
    assert_equal(s.members[FAMILY_SEGMENT].count, 3);
    assert_equal(s.members[FAMILY_TIER].count, 2);
    assert_equal(s.members[FAMILY_REGION].count, 3);
    assert_equal(s.members[FAMILY_STRATEGY].count, 8);
    assert_equal(value_of(&s, "customers.consumer.population"), 1e8);
    assert_equal(value_of(&s, "customers.enterprise.population"), 5e6); /* moved from place 2 to 1 */
    assert_equal(value_of(&s, "customers.hobbyist.population"), 1e8);   /* as developer's default */
    assert_equal(value_of(&s, "customers.hobbyist.network_exponent"), 0.3);
    assert_equal(s.parameters.customers_population[3], 0);
    assert_equal(value_of(&s, "strategies.lab.speed"), 0.85);
    assert_equal(s.named_count, 3);
    cr_assert(scenario_check(&s, &failure) == MATTHEW_OK, "%s", failure.text);
    scenario_free(&s);
    scenario_free(&s);
}

Test(scenario, named_firms) {
    struct scenario s;
    load(&s, DATA "small-race.yaml");
    const struct named_firm *firm = &s.named[0];
    assert_text(firm->name, "OpenAI");
    assert_equal(firm->strategy, 5);
    assert_equal(firm->region, 0);
    assert_equal(firm->age, 90);
    assert_equal(firm->cash, 10000);
    assert_equal(firm->gpus, 0);
    assert_equal(firm->accounts[0], 1e6);
    assert_equal(firm->accounts[1], 0);
    assert_equal(firm->accounts[2], 20000);
    assert_equal(firm->staff[0], 450);
    assert_equal(firm->staff[1], 450);
    for (int gene = 0; gene < scenario_gene_count(); gene++) {
        const char *name = scenario_gene(gene)->name;
        double expected = strcmp(name, "speed") == 0 ? 0.9 : strcmp(name, "software") == 0 ? 0.1 : -1;
        cr_assert(expected < 0 ? isnan(firm->gene[gene]) : firm->gene[gene] == expected, "%s", name);
        cr_assert(strcmp(name, "share") != 0);
        if (strcmp(name, "speed") == 0) {
            assert_equal(scenario_gene_value(&s, firm, gene), 0.9);
            cr_assert(scenario_gene_value(&s, &s.named[1], gene) == value_of(&s, "strategies.efficient.speed"));
        }
    }
    cr_assert(scenario_gene(scenario_gene_count()) == NULL);
    assert_text(s.named[1].name, "Mistral.ai and friends");
    assert_equal(s.named[1].region, 1);
    assert_equal(s.named[1].age, 60);
    assert_equal(s.named[2].region, 0); /* the first, where none is given */
    scenario_free(&s);
}

Test(scenario, schedule_is_ordered) {
    struct scenario s;
    load(&s, DATA "small-race.yaml");
    size_t portability = parameter_find("customers", "portability")->index;
    assert_equal(s.change_count, 8);
    cr_assert(s.changes[0].month == 12 && s.changes[0].index == parameter_find("capital", "pool")->index);
    assert_equal(s.changes[1].month, 12);
    assert_equal(s.changes[1].value, 0); /* request_cap: own */
    for (size_t i = 0; i < 3; i++)       /* customers.*.review_rate */
        cr_assert(s.changes[2 + i].index == parameter_find("customers", "review_rate")->index + i &&
                  s.changes[2 + i].value == 0.1);
    assert_equal(s.changes[5].month, 24);
    assert_equal(s.changes[5].index, portability);
    assert_equal(s.changes[5].value, 1);
    assert_equal(s.changes[6].month, 24);
    assert_equal(s.changes[6].index, portability);
    assert_equal(s.changes[6].value, 0.25);
    assert_equal(s.changes[7].month, 24);
    assert_equal(s.changes[7].value, 1);
    scenario_free(&s);
}

/* A scenario over a base, both from files. */
static void derive(struct scenario *scenario, const char *base, const char *text) {
    char folder[] = "/tmp/matthew-scenario-XXXXXX", path[2][64];
    cr_assert(mkdtemp(folder) != NULL);
    for (int i = 0; i < 2; i++) {
        snprintf(path[i], sizeof path[i], "%s/%s.yaml", folder, i == 0 ? "base" : "derived");
        FILE *file = fopen(path[i], "w");
        cr_assert(file != NULL);
        fprintf(file, "%s%s", i == 0 ? base : "base: base.yaml\n", i == 0 ? "" : text);
        fclose(file);
    }
    load(scenario, path[1]);
    unlink(path[0]);
    unlink(path[1]);
    rmdir(folder);
}

/* Ordered by month, then as written; read back from the text; gone with a firm, or with the schedule. */
Test(scenario, takeovers_of_the_schedule) {
    struct scenario s;
    const char *text = "named_firms: {Ann: {strategy: lab}, 'B \"b\"': {strategy: lab}, Cy: {strategy: lab}}\n"
                       "schedule:\n"
                       "  - {month: 9, acquire: {buyer: Ann, target: Cy, price: 2.5}}\n"
                       "  - {month: 4, acquire: {buyer: 'B \"b\"', target: Cy, price: 1}, set: {capital.pool: 7}}\n"
                       "  - {month: 4, acquire: {buyer: Ann, target: 'B \"b\"', price: 0}}\n";
    cr_assert(scenario_load_text(&s, "t", text, &failure) == MATTHEW_OK, "%s", failure.text);
    assert_equal(s.takeover_count, 3);
    assert_equal(s.change_count, 1);
    assert_equal(s.changes[0].month, 4);
    assert_equal(s.takeovers[0].month, 4);
    assert_text(s.takeovers[0].buyer, "B \"b\"");
    assert_equal(s.takeovers[1].month, 4);
    assert_text(s.takeovers[1].buyer, "Ann");
    assert_equal(s.takeovers[1].price, 0);
    assert_equal(s.takeovers[2].month, 9);
    assert_text(s.takeovers[2].target, "Cy");
    assert_equal(s.takeovers[2].price, 2.5);
    cr_assert(scenario_check(&s, &failure) == MATTHEW_OK, "%s", failure.text);
    expect_round_trip(&s);
    struct scenario copy;
    cr_assert(scenario_copy(&copy, &s, &failure) == MATTHEW_OK);
    cr_assert(copy.takeovers != s.takeovers && memcmp(copy.takeovers, s.takeovers, 3 * sizeof *s.takeovers) == 0);
    struct takeover kept = copy.takeovers[1];
    snprintf(copy.takeovers[1].target, 64, "Ann");
    cr_assert(scenario_check(&copy, &failure) == MATTHEW_BAD_SCENARIO);
    copy.takeovers[1] = kept;
    copy.takeovers[1].month = 3;
    cr_assert(scenario_check(&copy, &failure) == MATTHEW_BAD_SCENARIO);
    copy.takeovers[1] = kept;
    copy.takeovers[1].price = -1;
    cr_assert(scenario_check(&copy, &failure) == MATTHEW_BAD_SCENARIO);
    scenario_free(&copy);
    scenario_free(&s);
    derive(&s, text, "named_firms: {Cy: ~}\n");
    assert_equal(s.takeover_count, 1);
    assert_equal(s.takeovers[0].month, 4);
    assert_equal(s.change_count, 1);
    scenario_free(&s);
    derive(&s, text, "schedule: ~\n");
    assert_equal(s.takeover_count, 0);
    assert_equal(s.change_count, 0);
    assert_equal(s.named_count, 3);
    scenario_free(&s);
    derive(&s, text, "named_firms: ~\nschedule: [{month: 2, set: {capital.pool: 1}}]\n");
    assert_equal(s.takeover_count, 0);
    assert_equal(s.change_count, 2);
    scenario_free(&s);
    derive(&s, text, "schedule: [{month: 2, acquire: {buyer: Cy, target: Ann, price: 1}}]\n");
    assert_equal(s.takeover_count, 4);
    assert_equal(s.takeovers[0].month, 2);
    assert_equal(s.takeovers[3].month, 9);
    scenario_free(&s);
}

/* Changes of one month that have other names are other entries, in the order that they have. */
Test(scenario, entries_of_the_schedule_have_names) {
    struct scenario s;
    const char *text = "named_firms: {Ann: {strategy: lab}, Cy: {strategy: lab}}\n"
                       "schedule:\n"
                       "  - {month: 9, name: deal, acquire: {buyer: Ann, target: Cy, price: 2.5}}\n"
                       "  - {month: 4, set: {capital.pool: 1}}\n"
                       "  - {month: 4, name: null_2, set: {customers.*.lock_in: 1}}\n"
                       "  - {month: 4, set: {customers.portability: 0.2}}\n"
                       "  - {month: 2, name: 'null', set: {customers.consumer.lock_in: 3}}\n";
    cr_assert(scenario_load_text(&s, "t", text, &failure) == MATTHEW_OK, "%s", failure.text);
    assert_text(s.takeovers[0].entry, "deal");
    assert_text(s.changes[0].entry, "null");
    assert_text(s.changes[1].entry, "");
    assert_text(s.changes[s.change_count - 2].entry, "null_2");
    cr_assert(scenario_has_entry(&s, "deal") && scenario_has_entry(&s, "null_2") && !scenario_has_entry(&s, "null_"));
    expect_round_trip(&s);
    scenario_free(&s);
    derive(&s, text, "schedule: [{month: 1, name: later, set: {capital.pool: 3}}]\n");
    cr_assert(scenario_has_entry(&s, "deal") && scenario_has_entry(&s, "later"));
    scenario_free(&s);
}

Test(scenario, inheritance) {
    struct scenario s;
    load(&s, DATA "bases/child.yaml");
    assert_text(s.name, "child");
    assert_text(s.title, "A child");
    assert_equal(s.months, 12);
    assert_equal(s.firms, 200);
    assert_equal(s.seed, 42);
    assert_equal(s.parameters.capital_pool, 300);
    assert_equal(s.parameters.capital_priority_exponent, 1.1);
    assert_equal(s.named_count, 3);
    assert_text(s.named[0].name, "OpenAI");
    assert_equal(s.named[0].cash, 5);
    assert_equal(s.named[0].age, 90);
    assert_text(s.named[1].name, "Mistral.ai and friends");
    assert_equal(s.named[1].cash, -0.5);
    assert_text(s.named[2].name, "Fourth");
    assert_equal(s.named[2].region, 2);
    assert_equal(s.change_count, 9);
    assert_equal(s.changes[5].month, 18);
    expect_round_trip(&s);
    scenario_free(&s);
}

Test(scenario, families_change) {
    struct scenario s;
    load(&s, DATA "bases/grandchild.yaml");
    assert_equal(s.members[FAMILY_SEGMENT].count, 2);
    assert_equal(s.members[FAMILY_STRATEGY].count, 3);
    assert_equal(value_of(&s, "customers.person.population"), 5e7);
    assert_equal(value_of(&s, "customers.person.review_rate"), 0.051); /* as the base's consumer */
    assert_equal(value_of(&s, "customers.hobbyist.network_exponent"), 0.3);
    assert_equal(value_of(&s, "regions.gulf.permit_delay"), 1);
    assert_equal(value_of(&s, "strategies.lab.speed"), 0.85);
    /* Named firms and the schedule follow renamed and moved members; what is of dropped ones is gone. */
    assert_equal(s.named[0].strategy, 1);
    assert_equal(s.named[0].region, 1);
    assert_equal(s.named[0].accounts[0], 1e6);
    assert_equal(s.named[0].accounts[1], 20000);
    assert_equal(s.named[0].accounts[2], 0);
    assert_equal(s.named[1].strategy, 0);
    assert_equal(s.named[1].region, 0);
    assert_equal(s.named[2].region, 2);
    assert_equal(s.change_count, 8);
    cr_assert(s.changes[2].index == parameter_find("customers", "review_rate")->index);
    cr_assert(s.changes[3].index == parameter_find("customers", "review_rate")->index + 1);
    cr_assert(scenario_check(&s, &failure) == MATTHEW_OK, "%s", failure.text);
    expect_round_trip(&s);
    scenario_free(&s);
}

Test(scenario, removing_all_that_is_inherited) {
    struct scenario s;
    load(&s, DATA "bases/bare.yaml");
    assert_equal(s.named_count, 0);
    assert_equal(s.change_count, 0);
    assert_equal(s.months, 36);
    expect_round_trip(&s);
    scenario_free(&s);
}

Test(scenario, defaults) {
    struct scenario s, builtin;
    scenario_builtin(&builtin);
    cr_assert(scenario_load_text(&s, "t", "title: ''\n", &failure) == MATTHEW_OK, "%s", failure.text);
    assert_equal(memcmp(&s.parameters, &builtin.parameters, sizeof s.parameters), 0);
    assert_equal(s.months, SCENARIO_MONTHS);
    assert_equal(s.firms, SCENARIO_FIRMS);
    assert_equal(s.seed, SCENARIO_SEED);
    assert_equal(s.start_year, SCENARIO_YEAR);
    assert_equal(s.start_month, 1);
    assert_equal(s.entry_scale, 1);
    cr_assert(scenario_check(&s, &failure) == MATTHEW_OK, "%s", failure.text);
    expect_round_trip(&s);
    scenario_free(&s);
}

Test(scenario, shipped_scenarios) {
    for (size_t i = 0; i < shipped_scenario_count; i++) {
        struct scenario s;
        load(&s, shipped_scenarios[i].name);
        assert_text(s.name, shipped_scenarios[i].name);
        cr_assert(strcmp(s.title, shipped_scenarios[i].title) == 0, "%s, %s", s.title, shipped_scenarios[i].title);
        cr_assert(i == 0 || strcmp(shipped_scenarios[i - 1].name, shipped_scenarios[i].name) < 0);
        cr_assert(scenario_check(&s, &failure) == MATTHEW_OK, "%s", failure.text);
        expect_round_trip(&s);
        scenario_free(&s);
    }
}

Test(scenario, carriage_returns_and_byte_order_mark) {
    struct scenario s;
    static const char text[] = "\xef\xbb\xbf"
                               "title: x\r\nset:\r\n  capital:\r\n    pool: 5\r\n";
    cr_assert(scenario_load_text(&s, "t", text, &failure) == MATTHEW_OK, "%s", failure.text);
    assert_text(s.title, "x");
    assert_equal(s.parameters.capital_pool, 5);
    scenario_free(&s);
}

Test(scenario, settings) {
    struct scenario s;
    load(&s, DATA "small-race.yaml");
    static const char *const settings[] = {
        "capital.pool=1e3",
        "customers.*.review_rate=0.2",
        "strategies.lab.speed=1",
        "months=7",
        "seed=9007199254740991",
        "start_date=1999-12",
        "capital.enabled=off",
        "firms.OpenAI.accounts.consumer=12",
        "firms.Mistral.ai and friends.cash=77",
        "firms.OpenAI.genes.software=0.25",
        "firms.Third.strategy=lab",
        "firms.Third.openness=0.5",
        "capital.request_cap=own",
        "firms.Third.staff.engineer=1e3",
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        cr_assert(scenario_set(&s, settings[i], &failure) == MATTHEW_OK, "%s", failure.text);
    assert_equal(s.parameters.capital_pool, 1000);
    assert_equal(s.parameters.capital_enabled, 0);
    for (int i = 0; i < 3; i++)
        assert_equal(s.parameters.customers_review_rate[i], 0.2);
    assert_equal(s.parameters.customers_review_rate[3], 0);
    cr_assert(s.months == 7 && s.seed == 9007199254740991 && s.start_year == 1999 && s.start_month == 12);
    assert_equal(s.named[0].accounts[0], 12);
    assert_equal(s.named[1].cash, 77);
    assert_equal(s.named[2].strategy, 5);
    assert_equal(s.named[2].staff[1], 1000);
    assert_equal(s.parameters.capital_request_cap, 0);
    expect_round_trip(&s);
    scenario_free(&s);
}

Test(scenario, firms_scale_entry) {
    struct scenario s;
    load(&s, DATA "small-race.yaml");
    cr_assert(scenario_set_firms(&s, 50, &failure) == MATTHEW_OK);
    assert_equal(s.firms, 50);
    assert_equal(s.entry_firms, 200);
    assert_equal(s.entry_scale, 0.25);
    cr_assert(scenario_set(&s, "firms=70", &failure) == MATTHEW_OK);
    cr_assert(s.firms == 70 && s.entry_scale == 70.0 / 200.0);
    expect_round_trip(&s);
    cr_assert(scenario_set_firms(&s, 3, &failure) == MATTHEW_OK);
    cr_assert(scenario_set_firms(&s, 2, &failure) == MATTHEW_BAD_SCENARIO && s.firms == 3);
    cr_assert(strcmp(failure.text, "firms=2: 2 firms, but the scenario names 3") == 0, "%s", failure.text);
    cr_assert(scenario_set_firms(&s, 0, &failure) == MATTHEW_BAD_SCENARIO);
    cr_assert(strcmp(failure.text, "firms=0: 0 is outside the allowed range [1, 1e7] firm") == 0, "%s", failure.text);
    cr_assert(scenario_set_firms(&s, -5, &failure) == MATTHEW_BAD_SCENARIO);
    cr_assert(scenario_set_firms(&s, 10000001, &failure) == MATTHEW_BAD_SCENARIO && s.firms == 3);
    scenario_free(&s);
}

Test(scenario, a_copy_is_its_own) {
    struct scenario s, copy;
    load(&s, DATA "small-race.yaml");
    cr_assert(scenario_copy(&copy, &s, &failure) == MATTHEW_OK);
    expect_same(&s, &copy);
    cr_assert(copy.named != s.named && copy.title != s.title && copy.changes != s.changes);
    scenario_free(&s);
    expect_round_trip(&copy);
    scenario_free(&copy);
}

/* Random valid values in every place, printed and read: 200 scenarios. */
Test(scenario, random_values_round_trip) {
    struct scenario s;
    unsigned long long state = 7;
    load(&s, DATA "small-race.yaml");
    for (int round = 0; round < 200; round++) {
        double *value = parameter_values(&s.parameters);
        for (size_t i = 0, count = parameter_slot_count(s.members); i < count; i++) {
            struct parameter_slot slot = parameter_slot_at(s.members, i);
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            double unit = (double)(state >> 11) * 0x1p-53;
            double number = slot.info->min + unit * unit * unit * (slot.info->max - slot.info->min);
            if (slot.info->kind != KIND_REAL)
                number = floor(unit * (slot.info->kind == KIND_SWITCH ? 2 : parameter_option_count(slot.info)));
            value[parameter_slot_index(slot)] = fmin(number, slot.info->kind == KIND_REAL ? slot.info->max : number);
        }
        expect_round_trip(&s);
    }
    scenario_free(&s);
}

Test(scenario, no_memory) {
    struct scenario s, copy;
    size_t n = 1, live = memory_live();
    for (;; n++) {
        memory_fail_at(n);
        int status = scenario_load(&s, DATA "bases/grandchild.yaml", &failure);
        memory_fail_at(0);
        if (status == MATTHEW_OK)
            break;
        cr_assert(status == MATTHEW_NO_MEMORY && failure.status == MATTHEW_NO_MEMORY, "%s", failure.text);
        cr_assert(s.named == NULL && s.title == NULL && s.changes == NULL);
        scenario_free(&s);
        cr_assert(memory_live() == live, "allocation %zu", n);
    }
    cr_assert(n > 10, "%zu", n);
    size_t held = memory_live();
    for (n = 1;; n++) {
        memory_fail_at(n);
        char *text = scenario_text(&s);
        memory_fail_at(0);
        memory_free(text);
        assert_equal(memory_live(), held);
        if (text != NULL)
            break;
    }
    cr_assert(n > 2);
    for (n = 1;; n++) {
        memory_fail_at(n);
        int status = scenario_copy(&copy, &s, &failure);
        memory_fail_at(0);
        scenario_free(&copy);
        assert_equal(memory_live(), held);
        if (status == MATTHEW_OK)
            break;
        cr_assert(status == MATTHEW_NO_MEMORY);
    }
    assert_equal(n, 6);
    scenario_free(&s);
    assert_equal(memory_live(), live);
}

/* ---- checks of what no single value shows ---- */

static void expect_unsound(const char *text, int expected, const char *message) {
    struct scenario s;
    cr_assert(scenario_load_text(&s, "t", text, &failure) == MATTHEW_OK, "%s", failure.text);
    failure.text[0] = '\0';
    int status = scenario_check(&s, &failure);
    cr_assert(status == expected && strcmp(failure.text, message) == 0, "got: %s", failure.text);
    scenario_free(&s);
}

Test(scenario, checks) {
    expect_unsound("strategies: {'*': {share: 0}}\n", MATTHEW_BAD_SCENARIO,
                   "strategies.*.share: all are 0; at least one share must be positive");
    expect_unsound("set: {regions.*.site_share: 0}\n", MATTHEW_BAD_SCENARIO,
                   "regions.*.site_share: all are 0; at least one share must be positive");
    expect_unsound("set: {customers: {price_min: 3, price_max: 2}}\n", MATTHEW_BAD_SCENARIO,
                   "customers.price_min: 3 is above customers.price_max, which is 2");
    expect_unsound("schedule: [{month: 5, set: {strategies.*.share: 0}}, {month: 5, set: {strategies.lab.share: 1}},\n"
                   "  {month: 9, set: {strategies.lab.share: 0}}]\n",
                   MATTHEW_BAD_SCENARIO,
                   "schedule, month 9: strategies.*.share: all are 0; at least one share must be positive");
    expect_unsound(
        "set: {customers.government.population: 10}\nnamed_firms:\n  A: {strategy: lab, accounts: {government: 6}}\n"
        "  B: {strategy: lab, accounts: {government: 5}}\n",
        MATTHEW_BAD_SCENARIO, "customers.government.population: named firms have 11 accounts, but there are only 10");
    expect_unsound("set: {talent.engineer.pool: 4e15}\nnamed_firms: {A: {strategy: lab, staff: {engineer: 6e14}}}\n",
                   MATTHEW_TOO_LARGE,
                   "talent.engineer.pool: with all staff above 2^52, where counts are no longer exact");
}

Test(scenario, allies_name_each_other) {
#define ALLIES(first, second) "named_firms:\n  A: {strategy: lab" first "}\n  'B b': {strategy: lab" second "}\n"
    struct scenario s;
    cr_assert(scenario_load_text(&s, "t", ALLIES(", ally: B b", ", ally: A"), &failure) == MATTHEW_OK);
    cr_assert(scenario_check(&s, &failure) == MATTHEW_OK && scenario_ally(&s, 0) == 1 && scenario_ally(&s, 1) == 0);
    expect_round_trip(&s);
    cr_assert(scenario_assign(&s, "--set firms.A.ally=~", "firms.A.ally", "~", &failure) == MATTHEW_OK);
    cr_assert(scenario_ally(&s, 0) == 2 && scenario_check(&s, &failure) == MATTHEW_BAD_SCENARIO);
    scenario_free(&s);
    cr_assert(scenario_load_text(&s, "t", "base: frontier-race\nnamed_firms: {Microsoft: ~}\n", &failure) ==
              MATTHEW_OK);
    cr_assert(scenario_check(&s, &failure) == MATTHEW_OK && s.named[0].ally[0] == '\0');
    scenario_free(&s);
    expect_unsound(ALLIES(", ally: C", ""), MATTHEW_BAD_SCENARIO, "firms.A.ally: no named firm is called `C`");
    expect_unsound(ALLIES("", ", ally: A"), MATTHEW_BAD_SCENARIO, "firms.B b.ally: A does not name B b as its ally");
    expect_unsound(ALLIES(", ally: ~", ", own_gpus: 2, gpus: 1"), MATTHEW_BAD_SCENARIO,
                   "firms.B b.own_gpus: 2 own chips, but only 1 GPUs are installed");
    cr_assert(scenario_load_text(&s, "t", ALLIES(", ally: A", ""), &failure) == MATTHEW_BAD_SCENARIO);
    cr_assert(strstr(failure.text, "`A` is no name of another firm") != NULL, "%s", failure.text);
    cr_assert(scenario_load_text(&s, "t", ALLIES(", ally: [B b]", ""), &failure) == MATTHEW_BAD_SCENARIO);
    cr_assert(strstr(failure.text, "expected a name, found") != NULL, "%s", failure.text);
}

Test(scenario, budgets_are_positive) {
    struct scenario s;
    cr_assert(scenario_load_text(&s, "t", "named_firms: {X: {strategy: lab}}\n", &failure) == MATTHEW_OK);
    for (int gene = 0; gene < scenario_gene_count(); gene++)
        if (strncmp(scenario_gene(gene)->description, "budget share", 12) == 0)
            s.named[0].gene[gene] = 0;
    cr_assert(scenario_check(&s, &failure) == MATTHEW_BAD_SCENARIO);
    cr_assert(strcmp(failure.text, "firms.X: all budget shares are 0") == 0, "%s", failure.text);
    for (int gene = 0; gene < scenario_gene_count(); gene++)
        if (strncmp(scenario_gene(gene)->description, "budget share", 12) == 0)
            parameter_values(&s.parameters)[scenario_gene(gene)->index + 3] = 0;
    cr_assert(scenario_check(&s, &failure) == MATTHEW_BAD_SCENARIO);
    cr_assert(strcmp(failure.text, "strategies.integrator: all budget shares are 0") == 0, "%s", failure.text);
    scenario_free(&s);
}

/* A program may write into the struct; the check finds what reading would have refused. */
Test(scenario, checks_of_the_struct) {
    struct scenario s;
    cr_assert(scenario_load_text(&s, "t",
                                 "named_firms: {X: {strategy: lab}}\nschedule: [{month: 3, set: {capital.pool: 1}}]\n",
                                 &failure) == MATTHEW_OK);
    struct scenario good = s;
#define EXPECT_BAD(edit)                                                                                               \
    do {                                                                                                               \
        struct named_firm firm = s.named[0];                                                                           \
        struct change scheduled = s.changes[0];                                                                        \
        edit;                                                                                                          \
        cr_assert(scenario_check(&s, &failure) == MATTHEW_BAD_SCENARIO, #edit);                                        \
        s = good;                                                                                                      \
        s.named[0] = firm;                                                                                             \
        s.changes[0] = scheduled;                                                                                      \
        cr_assert(scenario_check(&s, &failure) == MATTHEW_OK);                                                         \
    } while (0)
    EXPECT_BAD(s.months = 0);
    EXPECT_BAD(s.months = SCENARIO_MONTHS_MAX + 1);
    EXPECT_BAD(s.firms = 0);
    EXPECT_BAD(s.seed = UINT64_C(1) << 53);
    EXPECT_BAD(s.members[FAMILY_TIER].count = 0);
    EXPECT_BAD(s.parameters.capital_pool = (double)NAN);
    EXPECT_BAD(s.parameters.talent_wage[2] = -1);
    EXPECT_BAD(s.parameters.capital_enabled = 0.5);
    EXPECT_BAD(s.named[0].strategy = -1);
    EXPECT_BAD(s.named[0].region = 3);
    EXPECT_BAD(s.named[0].accounts[1] = 0.5);
    EXPECT_BAD(s.named[0].cash = (double)INFINITY);
    EXPECT_BAD(s.named[0].gene[0] = -1);
    EXPECT_BAD(s.changes[0].month = 0);
    EXPECT_BAD(s.changes[0].value = -1);
    EXPECT_BAD(s.changes[0].index = parameter_find("capital", "enabled")->index);
    EXPECT_BAD(s.changes[0].index = PARAMETER_VALUES);
    scenario_free(&s);
}
