#include "core/warnings.h"

#include "core/memory.h"
#include "core/names.h"
#include "core/number.h"
#include "core/scenario_inner.h"
#include "core/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct warning_info warning_table[WARNING_COUNT] = {
#define WARNING(name, when) {#name, when},
#include "core/warnings.def"
#undef WARNING
};

/* ---- what is noted while a file is read, since the scenario does not show it any more ---- */

int scenario_note(struct application *application, enum warning_kind kind, const char *format, ...) {
    struct scenario *scenario = application->scenario;
    va_list arguments;
    if (application->shipped)
        return MATTHEW_OK;
    struct warning *notes = memory_grow(scenario->notes, scenario->note_count, scenario->note_count + 1, sizeof *notes);
    if (notes == NULL)
        return fail_memory(application->failure, "warnings");
    scenario->notes = notes;
    struct warning *note = &notes[scenario->note_count++];
    note->kind = kind;
    va_start(arguments, format);
    vsnprintf(note->text, sizeof note->text, format, arguments);
    va_end(arguments);
    return MATTHEW_OK;
}

/* One item, KIND: TEXT. */
static int apply_warning(struct application *application, const struct node *item) {
    const struct document *document = application->document;
    const struct node *pair = item->first;
    const char *text = "";
    int kind = 0;
    if (item->kind != NODE_MAPPING || item->count != 1)
        return document_fail(document, item, NULL, application->failure, "expected a warning, `KIND: TEXT`");
    while (kind < WARNING_COUNT && strcmp(warning_table[kind].name, pair->key) != 0)
        kind++;
    if (kind == WARNING_COUNT)
        return document_fail_key(document, pair, NULL, application->failure, "no such kind of warning");
    int status = node_text(document, pair, &text, application->failure);
    if (status == MATTHEW_OK && !text_is_one_line(text))
        return document_fail(document, pair, NULL, application->failure, "expected one line of text");
    return status == MATTHEW_OK ? scenario_note(application, (enum warning_kind)kind, "%s", text) : status;
}

int scenario_apply_warnings(struct application *application, const struct node *node) {
    int status = node_is_null(node) ? MATTHEW_OK : node_sequence(application->document, node, application->failure);
    for (const struct node *item = node->first; item != NULL && status == MATTHEW_OK; item = item->next)
        status = apply_warning(application, item);
    application->shipped = 1; /* from here on nothing that is given is news */
    return status;
}

/* The letters and digits of a name, in lower case; with digits alone when only they are wanted. */
static void letters_of(const char *name, int digits, char text[NAME_SIZE_MAX]) {
    size_t length = 0;
    for (; *name != '\0' && length + 1 < NAME_SIZE_MAX; name++) {
        unsigned char letter = (unsigned char)*name;
        if (isdigit(letter) || (!digits && (isalpha(letter) || letter >= 0x80)))
            text[length++] = (char)tolower(letter);
    }
    text[length] = '\0';
}

/* Whether two names differ in case and spaces alone, or also in one letter. Numbers tell firms apart. */
static int are_similar(const char *a, const char *b) {
    enum { SHORT = 4 };
    char first[NAME_SIZE_MAX], second[NAME_SIZE_MAX], digits[2][NAME_SIZE_MAX];
    letters_of(a, 0, first);
    letters_of(b, 0, second);
    letters_of(a, 1, digits[0]);
    letters_of(b, 1, digits[1]);
    if (strcmp(digits[0], digits[1]) != 0)
        return 0;
    return strcmp(first, second) == 0 ||
           (strlen(first) > SHORT && strlen(second) > SHORT && name_distance(first, second) <= 1);
}

int scenario_note_similar(struct application *application, const char *name, size_t inherited) {
    const struct scenario *scenario = application->scenario;
    for (size_t i = 0; i < inherited; i++) {
        const char *other = scenario->named[i].name;
        if (other[0] != '\0' && are_similar(name, other))
            return scenario_note(application, WARNING_similar_firm,
                                 "named_firms: `%s` is a new firm beside `%s`, not a change of it", name, other);
    }
    return MATTHEW_OK;
}

/* ---- what the scenario shows ---- */

struct teller {
    const struct scenario *scenario;
    void (*tell)(void *context, const struct warning *warning);
    void *context;
};

static void tell(const struct teller *teller, enum warning_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void tell(const struct teller *teller, enum warning_kind kind, const char *format, ...) {
    struct warning warning = {.kind = kind};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(warning.text, sizeof warning.text, format, arguments);
    va_end(arguments);
    for (size_t i = 0; i < teller->scenario->note_count; i++)
        if (strcmp(teller->scenario->notes[i].text, warning.text) == 0)
            return; /* told already */
    teller->tell(teller->context, &warning);
}

/* 0 is how many a mechanism is switched off. */
static int is_plausible(const struct parameter_info *info, double value) {
    return info->kind != KIND_REAL || value == 0.0 || (value >= info->plausible_min && value <= info->plausible_max);
}

/* "0.5 is outside the plausible range, 0 to 0.3 1/month" */
static char *outside(char *text, size_t size, double value, double least, double most, const char *unit) {
    char a[NUMBER_SIZE], b[NUMBER_SIZE], c[NUMBER_SIZE];
    snprintf(text, size, "%s is outside the plausible range, %s to %s%s%s", number_print(value, a),
             number_print(least, b), number_print(most, c), strcmp(unit, "1") == 0 ? "" : " ",
             strcmp(unit, "1") == 0 ? "" : unit);
    return text;
}

enum { OUTSIDE_SIZE = 200 };

static void warn_of_values(const struct scenario *scenario, const struct teller *teller) {
    const double *values = parameter_values_const(&scenario->parameters);
    char path[PARAMETER_PATH_SIZE], text[OUTSIDE_SIZE];
    for (size_t index = 0; index < PARAMETER_VALUES; index++) {
        if (!scenario->given[index])
            continue;
        struct parameter_slot slot = parameter_slot_of(index);
        const struct parameter_info *info = slot.info;
        if (is_plausible(info, values[index]))
            continue;
        tell(teller, WARNING_implausible_value, "%s: %s", parameter_path(scenario->members, slot, path),
             outside(text, sizeof text, values[index], info->plausible_min, info->plausible_max, info->unit));
    }
}

static void warn_of_firm(const struct scenario *scenario, const struct named_firm *firm, const struct teller *teller) {
    char text[OUTSIDE_SIZE];
    for (size_t f = 0; f < named_field_count && firm->given; f++) {
        const struct named_field *field = &named_field_table[f];
        const struct members *members = field->dimension == NAMED_IN_FIRM      ? NULL
                                        : field->dimension == NAMED_IN_SEGMENT ? &scenario->members[FAMILY_SEGMENT]
                                                                               : &scenario->members[FAMILY_TIER];
        const double *values = named_field_values_const(firm, field);
        for (int i = 0; i < (members == NULL ? 1 : members->count); i++)
            if (values[i] < field->plausible_min || values[i] > field->plausible_max)
                tell(teller, WARNING_implausible_firm, "firms.%s.%s%s%s: %s", firm->name, field->name,
                     members == NULL ? "" : ".", members == NULL ? "" : members->name[i],
                     outside(text, sizeof text, values[i], field->plausible_min, field->plausible_max, field->unit));
    }
}

static void warn_of_changes(const struct scenario *scenario, const struct teller *teller) {
    char path[PARAMETER_PATH_SIZE], text[OUTSIDE_SIZE];
    for (size_t i = 0; i < scenario->change_count; i++) {
        const struct change *change = &scenario->changes[i];
        struct parameter_slot slot = parameter_slot_of(change->index);
        if (!change->given)
            continue;
        parameter_path(scenario->members, slot, path);
        if (!is_plausible(slot.info, change->value))
            tell(teller, WARNING_implausible_change, "schedule, month %ld: %s: %s", change->month, path,
                 outside(text, sizeof text, change->value, slot.info->plausible_min, slot.info->plausible_max,
                         slot.info->unit));
        if (change->month > scenario->months)
            tell(teller, WARNING_late_entry, "schedule, month %ld: %s: the last month is %ld, so this never happens",
                 change->month, path, scenario->months);
        for (size_t j = i; j-- > 0 && scenario->changes[j].month == change->month;)
            if (scenario->changes[j].index == change->index) {
                tell(teller, WARNING_repeated_change, "schedule, month %ld: %s: set twice; the last one holds",
                     change->month, path);
                break;
            }
    }
    for (size_t i = 0; i < scenario->takeover_count; i++) {
        const struct takeover *takeover = &scenario->takeovers[i];
        if (takeover->given && takeover->month > scenario->months)
            tell(teller, WARNING_late_entry,
                 "schedule, month %ld: takeover of %s: the last month is %ld, so this never happens", takeover->month,
                 takeover->target, scenario->months);
    }
}

void scenario_warnings(const struct scenario *scenario, void (*told)(void *context, const struct warning *warning),
                       void *context) {
    const struct teller teller = {scenario, told, context};
    for (size_t i = 0; i < scenario->note_count; i++)
        told(context, &scenario->notes[i]);
    warn_of_values(scenario, &teller);
    for (size_t i = 0; i < scenario->named_count; i++)
        warn_of_firm(scenario, &scenario->named[i], &teller);
    warn_of_changes(scenario, &teller);
}

void scenario_forget_warnings(struct scenario *scenario) {
    scenario->note_count = 0;
    memset(scenario->given, 0, sizeof scenario->given);
    for (size_t i = 0; i < scenario->named_count; i++)
        scenario->named[i].given = 0;
    for (size_t i = 0; i < scenario->change_count; i++)
        scenario->changes[i].given = 0;
    for (size_t i = 0; i < scenario->takeover_count; i++)
        scenario->takeovers[i].given = 0;
}

static void add_line(void *context, const struct warning *warning) {
    text_print(context, "%s\n", warning->text);
}

char *scenario_warnings_text(const struct scenario *scenario) {
    struct text text = {0};
    text_print(&text, "%s", "");
    scenario_warnings(scenario, add_line, &text);
    return text_close(&text);
}
