#include "core/scenario.h"

#include "core/memory.h"
#include "core/number.h"
#include "core/text.h"

#include <math.h>
#include <string.h>

/* A text in double quotes. Titles and names hold no control characters. */
static void print_quoted(struct text *text, const char *value) {
    text_print(text, "\"");
    for (const char *c = value; *c != '\0'; c++)
        text_print(text, *c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
    text_print(text, "\"");
}

static void print_number(struct text *text, double value) {
    char number[NUMBER_SIZE];
    text_print(text, "%s", number_print(value, number));
}

static void print_members(struct text *text, const struct scenario *scenario) {
    text_print(text, "members:\n");
    for (int family = 0; family < FAMILY_COUNT; family++) {
        text_print(text, "  %s: [", family_table[family].path);
        for (int i = 0; i < scenario->members[family].count; i++)
            text_print(text, "%s%s", i == 0 ? "" : ", ", scenario->members[family].name[i]);
        text_print(text, "]\n");
    }
}

static void print_value(struct text *text, const struct scenario *scenario, const struct parameter_info *info,
                        int member, int indent) {
    char value[PARAMETER_TEXT_SIZE];
    size_t index = parameter_slot_index((struct parameter_slot){info, member});
    text_print(text, "%*s%s: %s\n", indent, "", info->name,
               parameter_print(info, parameter_values_const(&scenario->parameters)[index], value));
}

/* All of a group: its scalars, then what its members have. */
static void print_group(struct text *text, const struct scenario *scenario, const char *group) {
    enum family family = FAMILY_NONE;
    text_print(text, "  %s:\n", group);
    for (size_t p = 0; p < parameter_count; p++) {
        if (strcmp(parameter_table[p].group, group) != 0)
            continue;
        if (parameter_table[p].family == FAMILY_NONE)
            print_value(text, scenario, &parameter_table[p], -1, 4);
        else
            family = parameter_table[p].family;
    }
    for (int i = 0; family != FAMILY_NONE && i < scenario->members[family].count; i++) {
        text_print(text, "    %s:\n", scenario->members[family].name[i]);
        for (size_t p = 0; p < parameter_count; p++)
            if (parameter_table[p].family == family)
                print_value(text, scenario, &parameter_table[p], i, 6);
    }
}

static int is_first_of_group(size_t p) {
    for (size_t before = 0; before < p; before++)
        if (strcmp(parameter_table[before].group, parameter_table[p].group) == 0)
            return 0;
    return 1;
}

static void print_field(struct text *text, const struct scenario *scenario, const struct named_firm *firm,
                        const struct named_field *field) {
    const double *value = named_field_values_const(firm, field);
    text_print(text, "    %s: ", field->name);
    if (field->dimension == NAMED_IN_FIRM) {
        print_number(text, *value);
        text_print(text, "\n");
        return;
    }
    const struct members *members =
        &scenario->members[field->dimension == NAMED_IN_SEGMENT ? FAMILY_SEGMENT : FAMILY_TIER];
    for (int i = 0; i < members->count; i++) {
        text_print(text, "%s%s: ", i == 0 ? "{" : ", ", members->name[i]);
        print_number(text, value[i]);
    }
    text_print(text, "}\n");
}

static void print_firm(struct text *text, const struct scenario *scenario, const struct named_firm *firm) {
    int genes = 0;
    text_print(text, "  ");
    print_quoted(text, firm->name);
    text_print(text, ":\n    strategy: %s\n    region: %s\n", scenario->members[FAMILY_STRATEGY].name[firm->strategy],
               scenario->members[FAMILY_REGION].name[firm->region]);
    if (firm->ally[0] != '\0') {
        text_print(text, "    ally: ");
        print_quoted(text, firm->ally);
        text_print(text, "\n");
    }
    for (size_t f = 0; f < named_field_count; f++)
        print_field(text, scenario, firm, &named_field_table[f]);
    for (int gene = 0, count = scenario_gene_count(); gene < count; gene++) {
        if (isnan(firm->gene[gene]))
            continue;
        text_print(text, "%s      %s: ", genes++ == 0 ? "    genes:\n" : "", scenario_gene(gene)->name);
        print_number(text, firm->gene[gene]);
        text_print(text, "\n");
    }
}

static void print_entry(struct text *text, long month, const char *name) {
    text_print(text, "  - month: %ld\n", month);
    if (name[0] == '\0')
        return;
    text_print(text, "    name: ");
    print_quoted(text, name);
    text_print(text, "\n");
}

/* Changes of one month and name are one entry, but one entry cannot set the same value twice. */
static void print_schedule(struct text *text, const struct scenario *scenario) {
    unsigned char seen[PARAMETER_VALUES] = {0};
    char path[PARAMETER_PATH_SIZE], value[PARAMETER_TEXT_SIZE];
    const char *name = "";
    long month = 0;
    for (size_t i = 0; i < scenario->change_count; i++) {
        const struct change *change = &scenario->changes[i];
        struct parameter_slot slot = parameter_slot_of(change->index);
        if (change->month != month || strcmp(change->entry, name) != 0 || seen[change->index]) {
            month = change->month;
            name = change->entry;
            memset(seen, 0, sizeof seen);
            print_entry(text, month, name);
            text_print(text, "    set:\n");
        }
        seen[change->index] = 1;
        text_print(text, "      %s: %s\n", parameter_path(scenario->members, slot, path),
                   parameter_print(slot.info, change->value, value));
    }
}

static void print_takeover(struct text *text, const struct takeover *takeover) {
    print_entry(text, takeover->month, takeover->entry);
    text_print(text, "    acquire: {buyer: ");
    print_quoted(text, takeover->buyer);
    text_print(text, ", target: ");
    print_quoted(text, takeover->target);
    text_print(text, ", price: ");
    print_number(text, takeover->price);
    text_print(text, "}\n");
}

static void print_facts(struct text *text, const struct scenario *scenario) {
    int printed = 0;
    for (int i = 0; i < FACT_COUNT; i++)
        if (scenario->validates[i])
            text_print(text, "%s%s", printed++ == 0 ? "validates: [" : ", ", fact_table[i].name);
    if (printed > 0)
        text_print(text, "]\n");
}

static void count_warning(void *context, const struct warning *warning) {
    (void)warning;
    ++*(int *)context;
}

static void print_warning(void *context, const struct warning *warning) {
    text_print(context, "  - %s: ", warning_table[warning->kind].name);
    print_quoted(context, warning->text);
    text_print(context, "\n");
}

char *scenario_text(const struct scenario *scenario) {
    struct text text = {0};
    text_print(&text, "title: ");
    print_quoted(&text, scenario->title == NULL ? "" : scenario->title);
    text_print(&text, "\nstart_date: %04d-%02d\nmonths: %ld\nfirms: %ld\n", scenario->start_year, scenario->start_month,
               scenario->months, scenario->firms);
    if (scenario->entry_firms != scenario->firms)
        text_print(&text, "entry_firms: %ld\n", scenario->entry_firms);
    text_print(&text, "seed: %llu\n", (unsigned long long)scenario->seed);
    print_members(&text, scenario);
    text_print(&text, "set:\n");
    for (size_t p = 0; p < parameter_count; p++)
        if (is_first_of_group(p))
            print_group(&text, scenario, parameter_table[p].group);
    if (scenario->named_count > 0)
        text_print(&text, "named_firms:\n");
    for (size_t i = 0; i < scenario->named_count; i++)
        print_firm(&text, scenario, &scenario->named[i]);
    if (scenario->change_count + scenario->takeover_count > 0)
        text_print(&text, "schedule:\n");
    print_schedule(&text, scenario);
    for (size_t i = 0; i < scenario->takeover_count; i++)
        print_takeover(&text, &scenario->takeovers[i]);
    print_facts(&text, scenario);
    int warnings = 0;
    scenario_warnings(scenario, count_warning, &warnings);
    text_print(&text, warnings == 0 ? "warnings: []\n" : "warnings:\n");
    scenario_warnings(scenario, print_warning, &text);
    return text_close(&text);
}
