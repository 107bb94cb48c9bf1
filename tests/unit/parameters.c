#include "core/parameters.h"

#include "core/names.h"
#include "core/number.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <string.h>

static struct members members[FAMILY_COUNT];

static void set_up(void) {
    members_builtin(members);
}

TestSuite(parameters, .init = set_up);
TestSuite(numbers);
TestSuite(names);

Test(parameters, every_value_has_one_line) {
    int owners[PARAMETER_VALUES] = {0};
    for (size_t p = 0; p < parameter_count; p++)
        for (size_t i = 0; i < (parameter_table[p].family == FAMILY_NONE ? 1 : MEMBERS_MAX); i++)
            owners[parameter_table[p].index + i]++;
    for (size_t i = 0; i < PARAMETER_VALUES; i++)
        cr_assert(owners[i] == 1, "value %zu has %d lines", i, owners[i]);
}

Test(parameters, index_is_the_place_in_the_struct) {
    struct parameters parameters;
    parameters_builtin(&parameters);
    const double *value = parameter_values_const(&parameters);
    cr_assert(&value[parameter_find("capital", "pool")->index] == &parameters.capital_pool);
    cr_assert(value[parameter_find("capital", "pool")->index] == 6000);
    cr_assert(&value[parameter_find("customers", "population")->index] == parameters.customers_population);
    cr_assert(parameters.customers_population[1] == 1e8);
    cr_assert(parameters.customers_population[4] == 0);
    cr_assert(parameter_find("capital", "nothing") == NULL);
    cr_assert(parameter_find("nothing", "pool") == NULL);
}

Test(parameters, defaults_and_plausible_ranges_are_valid) {
    struct failure failure;
    for (size_t p = 0; p < parameter_count; p++) {
        const struct parameter_info *info = &parameter_table[p];
        int count = info->family == FAMILY_NONE ? 1 : family_table[info->family].builtin_count;
        for (int i = 0; i < count; i++)
            cr_assert(parameter_check(info, info->default_value[i], &failure) == MATTHEW_OK, "%s.%s: %s", info->group,
                      info->name, failure.text);
        for (int i = count; i < MEMBERS_MAX; i++)
            cr_assert(info->default_value[i] == 0, "%s.%s has more defaults than members", info->group, info->name);
        cr_assert(info->plausible_min <= info->plausible_max && info->plausible_min >= info->min &&
                      info->plausible_max <= info->max,
                  "%s.%s: plausible range outside validity", info->group, info->name);
        cr_assert(info->kind != KIND_CHOICE || parameter_option_count(info) >= 2, "%s.%s", info->group, info->name);
        cr_assert(strlen(info->description) > 0);
    }
}

Test(parameters, every_path_leads_back) {
    size_t count = parameter_slot_count(members);
    cr_assert(count > parameter_count);
    for (size_t i = 0; i < count; i++) {
        struct parameter_slot slot = parameter_slot_at(members, i), found[MEMBERS_MAX];
        char path[PARAMETER_PATH_SIZE];
        parameter_path(members, slot, path);
        cr_assert(parameter_slots(members, path, found) == 1, "%s", path);
        cr_assert(found[0].info == slot.info && found[0].member == slot.member, "%s", path);
        struct parameter_slot again = parameter_slot_of(parameter_slot_index(slot));
        cr_assert(again.info == slot.info && again.member == slot.member, "%s", path);
    }
    cr_assert(parameter_slot_at(members, count).info == NULL);
    cr_assert(parameter_slot_of(PARAMETER_VALUES).info == NULL);
}

Test(parameters, paths) {
    struct parameter_slot slots[MEMBERS_MAX];
    cr_assert(parameter_slots(members, "customers.*.population", slots) == 4);
    cr_assert(slots[3].member == 3);
    cr_assert(parameter_slots(members, "customers.*.nothing", slots) == 0);
    cr_assert(parameter_slots(members, "customers.population", slots) == 0);
    cr_assert(parameter_slots(members, "customers.enterprise.portability", slots) == 0);
    cr_assert(parameter_slots(members, "customers.portability", slots) == 1);
    cr_assert(parameter_slots(members, "capital.*.pool", slots) == 0);
    cr_assert(parameter_slots(members, "", slots) == 0);
    cr_assert(parameter_slots(members, ".", slots) == 0);
    cr_assert(parameter_slots(members, "capital.pool.", slots) == 0);
    cr_assert(parameter_slots(members, "a.b.c.d", slots) == 0);
    cr_assert(parameter_is_group(members, "capital"));
    cr_assert(parameter_is_group(members, "customers.consumer"));
    cr_assert(parameter_is_group(members, "strategies.*"));
    cr_assert(!parameter_is_group(members, "customers.nobody"));
    cr_assert(!parameter_is_group(members, "capital.consumer"));
    cr_assert(!parameter_is_group(members, ""));
}

Test(parameters, other_members_have_other_paths) {
    struct parameter_slot slots[MEMBERS_MAX];
    members[FAMILY_SEGMENT].count = 1;
    strcpy(members[FAMILY_SEGMENT].name[0], "household");
    cr_assert(parameter_slots(members, "customers.household.population", slots) == 1);
    cr_assert(parameter_slots(members, "customers.consumer.population", slots) == 0);
    cr_assert(parameter_slots(members, "customers.*.population", slots) == 1);
}

static void expect_parse(const char *group, const char *name, const char *text, double expected) {
    struct failure failure = {0};
    double value = -77;
    int status = parameter_parse(parameter_find(group, name), text, &value, &failure);
    cr_assert(status == MATTHEW_OK && value == expected, "%s: %g %s", text, value, failure.text);
}

static void expect_refusal(const char *group, const char *name, const char *text, const char *message) {
    struct failure failure = {0};
    double value = -77;
    int status = parameter_parse(parameter_find(group, name), text, &value, &failure);
    cr_assert(status == MATTHEW_BAD_SCENARIO && value == -77);
    cr_assert(strcmp(failure.text, message) == 0, "got: %s", failure.text);
}

Test(parameters, parsing) {
    expect_parse("capital", "pool", "1e8", 1e8);
    expect_parse("capital", "pool", ".5", 0.5);
    expect_parse("capital", "enabled", "on", 1);
    expect_parse("capital", "enabled", "true", 1);
    expect_parse("capital", "enabled", "off", 0);
    expect_parse("capital", "enabled", "false", 0);
    expect_parse("capital", "request_cap", "own", 0);
    expect_parse("capital", "request_cap", "mean", 1);
    expect_refusal("capital", "pool", "-1", "-1 is outside the allowed range [0, 1e9] M$/month");
    expect_refusal("capital", "priority_exponent", "11", "11 is outside the allowed range [0, 10]");
    expect_refusal("capital", "pool", "inf", "expected a finite number, found `inf`; allowed range [0, 1e9] M$/month");
    expect_refusal("capital", "enabled", "yes", "expected on or off, found `yes`");
    expect_refusal("capital", "enabled", "1", "expected on or off, found `1`");
    expect_refusal("capital", "request_cap", "me", "expected own or mean, found `me`");
    expect_refusal("capital", "request_cap", "own|mean", "expected own or mean, found `own|mean`");
    expect_refusal("capital", "request_cap", "", "expected own or mean, found ``");
    expect_refusal("customers", "pricing", "x", "expected markup, demand or fixed, found `x`");
}

Test(parameters, checking) {
    struct failure failure;
    const struct parameter_info *pool = parameter_find("capital", "pool"),
                                *enabled = parameter_find("capital", "enabled"),
                                *cap = parameter_find("capital", "request_cap");
    cr_assert(parameter_check(pool, 0, &failure) == MATTHEW_OK);
    cr_assert(parameter_check(pool, 1e9, &failure) == MATTHEW_OK);
    cr_assert(parameter_check(pool, nextafter(1e9, 2e9), &failure) == MATTHEW_BAD_SCENARIO);
    cr_assert(parameter_check(pool, (double)NAN, &failure) == MATTHEW_BAD_SCENARIO);
    cr_assert(parameter_check(enabled, 0.5, NULL) == MATTHEW_BAD_SCENARIO);
    cr_assert(parameter_check(enabled, (double)NAN, NULL) == MATTHEW_BAD_SCENARIO);
    cr_assert(parameter_check(cap, 1, NULL) == MATTHEW_OK);
    cr_assert(parameter_check(cap, 2, NULL) == MATTHEW_BAD_SCENARIO);
}

Test(parameters, printing_reads_back) {
    for (size_t i = 0, count = parameter_slot_count(members); i < count; i++) {
        struct parameter_slot slot = parameter_slot_at(members, i);
        double written = slot.info->default_value[slot.member < 0 ? 0 : slot.member], read;
        char text[PARAMETER_TEXT_SIZE];
        parameter_print(slot.info, written, text);
        cr_assert(parameter_parse(slot.info, text, &read, NULL) == MATTHEW_OK, "%s", text);
        cr_assert(memcmp(&written, &read, sizeof read) == 0, "%s.%s %s", slot.info->group, slot.info->name, text);
    }
}

static void expect_explanation(const char *path, const char *message) {
    char text[500];
    parameter_explain(members, path, text, sizeof text);
    cr_assert(strcmp(text, message) == 0, "%s: %s", path, text);
}

Test(parameters, explanations) {
    expect_explanation("capital.poool", "no such parameter; did you mean `capital.pool`?");
    expect_explanation("Capital.Pool", "no such parameter; did you mean `capital.pool`?");
    expect_explanation("captal", "no such parameter; did you mean `capital`?");
    expect_explanation("strategies.lab.sped", "no such parameter; did you mean `strategies.lab.speed`?");
    expect_explanation("customers.lockin", "no such parameter; did you mean `customers.*.lock_in`?");
    expect_explanation("customers.portabilty", "no such parameter; did you mean `customers.portability`?");
    expect_explanation("strategies.sped", "no such parameter; did you mean `strategies.*.speed`?");
    expect_explanation("meeting_hazard", "no such parameter; did you mean `capital.meeting_hazard`?");
    expect_explanation("zzzzzz", "no such parameter");
    expect_explanation("", "no such parameter");
    expect_explanation("customers.population", "has one value per member: write `customers.consumer.population`, or "
                                               "`customers.*.population` for all");
    expect_explanation("talent.reseacher.pool",
                       "no member `reseacher` in talent (researcher, engineer, operations); did you "
                       "mean `researcher`?");
}

/* ---- numbers ---- */

Test(numbers, grammar) {
    static const struct {
        const char *text;
        enum number_fault fault;
        double value;
    } cases[] = {
        {"0", NUMBER_FINE, 0},
        {"-0", NUMBER_FINE, -0.0},
        {"1", NUMBER_FINE, 1},
        {"+1", NUMBER_FINE, 1},
        {"1.", NUMBER_FINE, 1},
        {".5", NUMBER_FINE, 0.5},
        {"-.5e1", NUMBER_FINE, -5},
        {"1e8", NUMBER_FINE, 1e8},
        {"1E+8", NUMBER_FINE, 1e8},
        {"1e-08", NUMBER_FINE, 1e-8},
        {"0.5", NUMBER_FINE, 0.5},
        {"100000000", NUMBER_FINE, 1e8},
        {"0e5", NUMBER_FINE, 0},
        {"4.9e-324", NUMBER_FINE, 5e-324},
        {"010", NUMBER_LEADING_ZERO, 0},
        {"00", NUMBER_LEADING_ZERO, 0},
        {"-01.5", NUMBER_LEADING_ZERO, 0},
        {"1e999", NUMBER_HUGE, 0},
        {"-1e999", NUMBER_HUGE, 0},
        {"1e-999", NUMBER_TINY, 0},
        {"nan", NUMBER_NOT_FINITE, 0},
        {".NaN", NUMBER_NOT_FINITE, 0},
        {"-.inf", NUMBER_NOT_FINITE, 0},
        {"Infinity", NUMBER_NOT_FINITE, 0},
        {"", NUMBER_NONE, 0},
        {".", NUMBER_NONE, 0},
        {"-", NUMBER_NONE, 0},
        {"e5", NUMBER_NONE, 0},
        {"1e", NUMBER_NONE, 0},
        {"1e+", NUMBER_NONE, 0},
        {"0x10", NUMBER_NONE, 0},
        {"1_000", NUMBER_NONE, 0},
        {"1,5", NUMBER_NONE, 0},
        {"1 ", NUMBER_NONE, 0},
        {" 1", NUMBER_NONE, 0},
        {"1.2.3", NUMBER_NONE, 0},
        {"1:30", NUMBER_NONE, 0},
        {"--1", NUMBER_NONE, 0},
        {"1e5.5", NUMBER_NONE, 0},
        {"0o17", NUMBER_NONE, 0},
        {"12a", NUMBER_NONE, 0},
        {"nano", NUMBER_NONE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value = 77;
        enum number_fault fault = number_parse(cases[i].text, &value);
        cr_assert(fault == cases[i].fault, "`%s`: %d", cases[i].text, (int)fault);
        cr_assert(memcmp(&value, fault == NUMBER_FINE ? &cases[i].value : &(double){77}, sizeof value) == 0, "`%s`: %g",
                  cases[i].text, value);
    }
}

static void expect_print(double value, const char *expected) {
    char text[NUMBER_SIZE];
    cr_assert(strcmp(number_print(value, text), expected) == 0, "%s, not %s", text, expected);
}

Test(numbers, printing) {
    expect_print(0.7, "0.7");
    expect_print(0.1 + 0.2, "0.30000000000000004");
    expect_print(150000, "150000");
    expect_print(1e9, "1e9");
    expect_print(-2e6, "-2e6");
    expect_print(12e6, "12000000");
    expect_print(1e-9, "1e-9");
    expect_print(4e15, "4e15");
    expect_print(0, "0");
    expect_print(-0.0, "-0");
    expect_print(9007199254740991, "9007199254740991");
}

/* Every bit pattern that is a finite number reads back to itself: 300,000 of them, of all magnitudes. */
Test(numbers, print_and_parse_are_inverse) {
    unsigned long long state = 1;
    for (int i = 0; i < 300000; i++) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        unsigned long long bits = state ^ state >> 31;
        double value, back = 0;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        char text[NUMBER_SIZE];
        cr_assert(number_parse(number_print(value, text), &back) == NUMBER_FINE &&
                      memcmp(&back, &value, sizeof back) == 0,
                  "%s", text);
    }
}

/* A locale with a decimal comma must change nothing; skipped where none is installed. */
Test(numbers, locale_does_not_matter) {
    static const char *const commas[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fr_FR", "es_ES.UTF-8"};
    int found = 0;
    for (size_t i = 0; i < sizeof commas / sizeof *commas && !found; i++)
        found = setlocale(LC_ALL, commas[i]) != NULL;
    double value = 0;
    char text[NUMBER_SIZE];
    cr_assert(number_parse("1.5", &value) == NUMBER_FINE && value == 1.5);
    cr_assert(strcmp(number_print(1.5, text), "1.5") == 0);
    if (found)
        cr_assert(strcmp(localeconv()->decimal_point, ",") == 0, "the thread's locale must be as it was");
}

Test(numbers, rules) {
    struct failure failure;
    struct number_rule rule = {1, 12, "month", 1};
    double value = 77;
    cr_assert(number_read(&rule, "12", &value, &failure) == MATTHEW_OK && value == 12);
    cr_assert(number_read(&rule, "1.2e1", &value, &failure) == MATTHEW_OK && value == 12);
    cr_assert(number_read(&rule, "2.5", &value, &failure) == MATTHEW_BAD_SCENARIO && value == 12);
    cr_assert(strcmp(failure.text, "expected a whole number, found `2.5`; allowed range [1, 12] month") == 0);
    cr_assert(number_read(&rule, "13", &value, &failure) == MATTHEW_BAD_SCENARIO && value == 12);
    cr_assert(strcmp(failure.text, "13 is outside the allowed range [1, 12] month") == 0);
}

/* ---- names ---- */

Test(names, distance) {
    cr_assert(name_distance("", "") == 0);
    cr_assert(name_distance("abc", "") == 3);
    cr_assert(name_distance("pool", "poool") == 1);
    cr_assert(name_distance("pool", "POOL") == 0);
    cr_assert(name_distance("sped", "speed") == 1);
    cr_assert(name_distance("cash", "csah") == 1); /* neighbours swapped */
    cr_assert(name_distance("kitten", "sitting") == 3);
}

Test(names, nearest) {
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32];
    nearest_name_open(&search, "monts");
    nearest_name_offer(&search, "members");
    nearest_name_offer(&search, "months");
    nearest_name_offer(&search, "title");
    cr_assert(strcmp(nearest_name_hint(&search, hint, sizeof hint), "; did you mean `months`?") == 0);
    nearest_name_open(&search, "xyz");
    nearest_name_offer(&search, "months");
    cr_assert(strcmp(nearest_name_hint(&search, hint, sizeof hint), "") == 0);
    nearest_name_open(&search, "blitz");
    nearest_name_offer(&search, "blitzscaler");
    cr_assert(strcmp(search.best, "blitzscaler") == 0);
}

Test(names, excerpts_keep_characters_whole) {
    char text[EXCERPT_SIZE];
    cr_assert(strcmp(text_excerpt("short", text), "short") == 0);
    for (int shift = 0; shift < 4; shift++) {
        char from[200] = "";
        memset(from, 'a', (size_t)shift);
        for (int i = 0; i < 40; i++)
            strcat(from, "é");
        text_excerpt(from, text);
        size_t length = strlen(text);
        cr_assert(length < EXCERPT_SIZE && strcmp(text + length - 3, "...") == 0);
        cr_assert(text_is_one_line(text));
    }
}

Test(names, one_line) {
    cr_assert(text_is_one_line(""));
    cr_assert(text_is_one_line("Ümläut 東京 \xf0\x9f\x98\x80"));
    cr_assert(!text_is_one_line("a\nb"));
    cr_assert(!text_is_one_line("a\x7f"));
    cr_assert(!text_is_one_line("a\xc2\x85"));    /* next line */
    cr_assert(!text_is_one_line("\xe2\x80\xa8")); /* line separator */
    cr_assert(!text_is_one_line("\xef\xbb\xbf")); /* byte order mark */
    cr_assert(!text_is_one_line("\xc0\xaf"));     /* overlong */
    cr_assert(!text_is_one_line("\xed\xa0\x80")); /* surrogate */
    cr_assert(!text_is_one_line("\xf4\x90\x80\x80"));
    cr_assert(!text_is_one_line("\xc3"));
}
