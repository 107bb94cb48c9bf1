#include "output/tables.h"

#include "agents/events.h"
#include "agents/genes.h"
#include "agents/register.h"
#include "agents/sectors.h"
#include "core/facts.h"
#include "core/number.h"
#include "core/text.h"
#include "measure/indicators.h"
#include "output/history/recording.h"
#include "output/session_options.h"

#include <math.h>
#include <string.h>

/* ---- JSON ---- */

struct writer {
    struct text text;
    int tables, rows, cells; /* written so far: in the document, in the table, in the row */
};

static void write_string(struct writer *writer, const char *text) {
    text_print(&writer->text, "\"");
    for (; *text != '\0'; text++) {
        unsigned char letter = (unsigned char)*text;
        if (letter < 0x20)
            text_print(&writer->text, "\\u%04x", letter);
        else
            text_print(&writer->text, letter == '"' || letter == '\\' ? "\\%c" : "%c", letter);
    }
    text_print(&writer->text, "\"");
}

static void begin_table(struct writer *writer, const char *name) {
    text_print(&writer->text, "%s\n\"%s\": [", writer->tables++ > 0 ? "," : "{", name);
    writer->rows = 0;
}

static void end_table(struct writer *writer) {
    text_print(&writer->text, "%s\n]", writer->rows > 0 ? "}" : "");
}

static void begin_row(struct writer *writer) {
    text_print(&writer->text, "%s\n", writer->rows++ > 0 ? "}," : "");
    writer->cells = 0;
}

static void begin_cell(struct writer *writer, const char *key) {
    text_print(&writer->text, "%s\"%s\": ", writer->cells++ > 0 ? ", " : "{", key);
}

static void put_text(struct writer *writer, const char *key, const char *text) {
    begin_cell(writer, key);
    write_string(writer, text);
}

static void put_number(struct writer *writer, const char *key, double value) {
    char text[NUMBER_SIZE];
    begin_cell(writer, key);
    text_print(&writer->text, "%s", isfinite(value) ? number_print(value, text) : "null");
}

static void put_texts(struct writer *writer, const char *key, const char *const *texts, int count) {
    begin_cell(writer, key);
    for (int i = 0; i < count; i++) {
        text_print(&writer->text, i == 0 ? "[" : ", ");
        write_string(writer, texts[i]);
    }
    text_print(&writer->text, count > 0 ? "]" : "[]");
}

/* The words that tables use for enumerators, one for each. */
static const char *const type_words[] = {[FIELD_FLOAT] = "fraction", [FIELD_INT64] = "whole", [FIELD_INT8] = "code"};
static const char *const register_type_words[] = {
    [REGISTER_FLOAT] = "fraction", [REGISTER_INT64] = "whole", [REGISTER_INT8] = "code", [REGISTER_TEXT] = "text"};
static const char *const known_words[] = {[KNOWN_ENTRY] = "entry", [KNOWN_EXIT] = "exit", [KNOWN_ALWAYS] = "always"};
static const char *const kind_words[] = {
    [FIELD_KIND_NUMBER] = "number", [FIELD_KIND_ID] = "id", [FIELD_KIND_CODE] = "code"};

/* "segment"; "" for one value. */
static const char *each(enum dimension dimension) {
    enum family family = dimension_family(dimension);
    return family == FAMILY_NONE ? "" : family_table[family].dimension;
}

static void put_about(struct writer *writer, const char *unit, const char *description) {
    put_text(writer, "unit", unit);
    put_text(writer, "description", description);
}

/* ---- firms and the industry ---- */

static void put_columns(struct writer *writer) {
    begin_table(writer, "columns");
    for (int i = 0; i < FIELD_COUNT; i++) {
        const struct field_info *info = &field_table[i];
        begin_row(writer);
        put_text(writer, "name", info->name);
        put_text(writer, "each", each(info->dimension));
        put_text(writer, "class", info->class == FIELD_STATE ? "state" : "flow");
        put_text(writer, "type", type_words[info->type]);
        put_text(writer, "kind", kind_words[info->kind]);
        put_text(writer, "codes", info->kind == FIELD_KIND_CODE ? family_table[info->family].dimension : "");
        put_number(writer, "empty", info->empty);
        put_number(writer, "by_default", info->by_default);
        put_about(writer, info->unit, info->description);
    }
    end_table(writer);
}

static void put_gene(struct writer *writer, const char *name, const char *column, int share) {
    begin_row(writer);
    put_text(writer, "name", name);
    put_text(writer, "column", column);
    put_number(writer, "budget_share", share);
    put_text(writer, "description", parameter_find("strategies", name)->description);
}

static void put_variable(struct writer *writer, const char *name, const char *for_each, const char *unit,
                         const char *description) {
    begin_row(writer);
    put_text(writer, "name", name);
    put_text(writer, "each", for_each);
    put_about(writer, unit, description);
}

#define EACH_SEGMENT "segment"
#define EACH_TIER "tier"
#define EACH_LEADER "leader"

static void put_genes_and_industry(struct writer *writer) {
    begin_table(writer, "genes");
#define GENE(parameter, column, share) put_gene(writer, #parameter, #column, share);
#include "agents/genes.def"
#undef GENE
    end_table(writer);
    begin_table(writer, "industry");
#define INDUSTRY(name, unit, description) put_variable(writer, #name, "", unit, description);
#define INDUSTRY_MEMBERS(name, dimension, unit, description)                                                           \
    put_variable(writer, #name, EACH_##dimension, unit, description);
#define INDUSTRY_PAYMENTS(name, unit, description) put_variable(writer, #name, "payment", unit, description);
#include "agents/industry.def"
#undef INDUSTRY
#undef INDUSTRY_MEMBERS
#undef INDUSTRY_PAYMENTS
    end_table(writer);
}

static void put_register(struct writer *writer) {
    static const char *const codes[] = {
        [CODES_NONE] = "", [CODES_EXIT] = "exit", [CODES_STRATEGY] = "strategy", [CODES_REGION] = "region"};
    begin_table(writer, "register");
    for (int i = 0; i < REGISTER_COLUMNS; i++) {
        const struct register_info *info = &register_table[i];
        begin_row(writer);
        put_text(writer, "key", info->key);
        put_text(writer, "name", info->name);
        put_text(writer, "type", register_type_words[info->type]);
        put_text(writer, "codes", codes[info->codes]);
        put_text(writer, "known", known_words[info->known]);
        put_number(writer, "living", info->known == KNOWN_EXIT ? info->living : (double)NAN);
        put_about(writer, info->unit, info->description);
    }
    end_table(writer);
    begin_table(writer, "exit_reasons");
    for (int i = 0; i < EXIT_REASONS; i++) {
        begin_row(writer);
        put_number(writer, "code", i);
        put_text(writer, "name", exit_reason_names[i]);
    }
    end_table(writer);
}

/* ---- what happens ---- */

static void put_events(struct writer *writer) {
    begin_table(writer, "events");
    for (int code = EVENT_NONE + 1; code < EVENT_KINDS; code++) {
        const struct event_info *info = &event_table[code];
        begin_row(writer);
        put_number(writer, "code", code);
        put_text(writer, "name", info->name);
        put_text(writer, "firm", info->firm);
        put_text(writer, "other", info->other);
        put_text(writer, "amount", info->amount);
        put_about(writer, info->unit, info->description);
    }
    end_table(writer);
    begin_table(writer, "event_columns");
    for (int i = 0; i < EVENT_COLUMNS; i++) {
        const struct event_column_info *info = &event_column_table[i];
        begin_row(writer);
        put_text(writer, "key", info->key);
        put_text(writer, "name", info->name);
        put_text(writer, "type", type_words[info->type]);
        put_about(writer, info->unit, info->description);
    }
    end_table(writer);
}

static void put_payments(struct writer *writer) {
    begin_table(writer, "sectors");
#define SECTOR(name, description) put_variable(writer, #name, "", "1", description);
#include "agents/payments.def"
#undef SECTOR
    end_table(writer);
    begin_table(writer, "payments");
    for (int i = 0; i < PAYMENT_COUNT; i++) {
        begin_row(writer);
        put_text(writer, "name", payment_table[i].name);
        put_text(writer, "payer", sector_names[payment_table[i].payer]);
        put_text(writer, "payee", sector_names[payment_table[i].payee]);
        put_text(writer, "description", payment_table[i].description);
    }
    end_table(writer);
    begin_table(writer, "purposes");
#define PURPOSE(name_, number, about)                                                                                  \
    begin_row(writer);                                                                                                 \
    put_number(writer, "number", number);                                                                              \
    put_text(writer, "name", #name_);                                                                                  \
    put_text(writer, "description", about);
#include "core/purposes.def"
#undef PURPOSE
    end_table(writer);
}

/* ---- what is measured ---- */

static void put_indicator(struct writer *writer, const struct indicator_info *info) {
    begin_row(writer);
    put_text(writer, "name", info->name);
    put_text(writer, "each", info->dimension == DIMENSION_FIRM ? "" : each(info->dimension));
    put_text(writer, "type", type_words[info->type]);
    put_about(writer, info->unit, info->description);
}

static void put_indicators(struct writer *writer) {
    begin_table(writer, "indicators");
    for (int i = 0; i < INDICATOR_COUNT; i++)
        put_indicator(writer, &indicator_table[i]);
    end_table(writer);
    begin_table(writer, "member_indicators");
    for (int i = 0; i < MEMBER_INDICATOR_COUNT; i++)
        put_indicator(writer, &member_indicator_table[i]);
    end_table(writer);
    begin_table(writer, "concentration");
#define CONCENTRATION(what, description) put_variable(writer, #what, "", "1", description);
#include "measure/indicators.def"
#undef CONCENTRATION
    end_table(writer);
    begin_table(writer, "concentration_measures");
#define MEASURE(what, measure, type, unit, description) put_variable(writer, #measure, "", unit, description);
    MEASURES(MEASURE, any, "WHAT")
#undef MEASURE
    end_table(writer);
    begin_table(writer, "facts");
    for (int i = 0; i < FACT_COUNT; i++) {
        const struct fact_info *info = &fact_table[i];
        begin_row(writer);
        put_text(writer, "name", info->name);
        put_text(writer, "number", info->number);
        put_number(writer, "low", info->low);
        put_number(writer, "high", info->high);
        put_about(writer, info->unit, info->description);
        put_text(writer, "source", info->source);
    }
    end_table(writer);
}

/* ---- what a scenario says ---- */

static void put_parameter(struct writer *writer, const struct parameter_info *info, const char *section) {
    static const char *const kinds[] = {[KIND_REAL] = "real", [KIND_SWITCH] = "switch", [KIND_CHOICE] = "choice"};
    begin_row(writer);
    put_text(writer, "group", info->group);
    put_text(writer, "name", info->name);
    put_text(writer, "each", info->family == FAMILY_NONE ? "" : family_table[info->family].dimension);
    put_text(writer, "section", section);
    put_text(writer, "type", kinds[info->kind]);
    put_about(writer, info->unit, info->description);
}

static void put_parameters(struct writer *writer) {
    const char *section = "";
    size_t place = 0;
    begin_table(writer, "parameters");
#define SECTION(name) section = name;
#define REAL(...) put_parameter(writer, &parameter_table[place++], section);
#define SWITCH REAL
#define CHOICE REAL
#define MEMBER REAL
#include "core/parameters.def"
#undef REAL
#undef SWITCH
#undef CHOICE
#undef MEMBER
    end_table(writer);
}

static void put_option(struct writer *writer, const struct recording_option_info *info) {
    static const char *const types[] = {[RECORDING_TYPE_NAMES] = "names",
                                        [RECORDING_TYPE_WHOLE] = "whole",
                                        [RECORDING_TYPE_CHOICE] = "choice",
                                        [RECORDING_TYPE_SWITCH] = "switch"};
    int whole = info->type == RECORDING_TYPE_WHOLE;
    begin_row(writer);
    put_text(writer, "name", info->name);
    put_text(writer, "type", *info->otherwise == '\0' ? "text" : types[info->type]);
    put_text(writer, "default", info->otherwise);
    put_text(writer, "choices", info->choices);
    put_number(writer, "min", whole ? (double)info->least : (double)NAN);
    put_number(writer, "max", whole ? (double)info->most : (double)NAN);
    put_about(writer, info->unit, info->description);
}

/* The options of a history, and those that a session has beside them. */
static void put_recording(struct writer *writer) {
    begin_table(writer, "recording_words");
    for (int i = 0; i < RECORDING_WORD_COUNT; i++) {
        begin_row(writer);
        put_text(writer, "name", recording_words[i].name);
        put_text(writer, "description", recording_words[i].meaning);
    }
    end_table(writer);
    begin_table(writer, "recording_options");
    for (int i = 0; i < RECORDING_OPTION_COUNT; i++)
        put_option(writer, &recording_options[i]);
    end_table(writer);
    begin_table(writer, "session_options");
    for (size_t i = RECORDING_OPTION_COUNT; i < session_option_count(); i++)
        put_option(writer, session_option_at(i));
    end_table(writer);
}

static void put_scenario_tables(struct writer *writer) {
    begin_table(writer, "families");
    for (int i = 0; i < FAMILY_COUNT; i++) {
        begin_row(writer);
        put_text(writer, "path", family_table[i].path);
        put_text(writer, "dimension", family_table[i].dimension);
        put_texts(writer, "members", family_table[i].builtin, family_table[i].builtin_count);
    }
    end_table(writer);
    put_parameters(writer);
    begin_table(writer, "named");
    for (size_t i = 0; i < named_field_count; i++) {
        const struct named_field *field = &named_field_table[i];
        begin_row(writer);
        put_text(writer, "name", field->name);
        put_text(writer, "each",
                 field->dimension == NAMED_IN_SEGMENT ? EACH_SEGMENT
                 : field->dimension == NAMED_IN_TIER  ? EACH_TIER
                                                      : "");
        put_number(writer, "default", field->default_value);
        put_number(writer, "min", field->min);
        put_number(writer, "max", field->max);
        put_about(writer, field->unit, field->description);
    }
    end_table(writer);
    begin_table(writer, "statuses");
#define STATUS(name_, value, exit_status, meaning)                                                                     \
    begin_row(writer);                                                                                                 \
    put_number(writer, "number", value);                                                                               \
    put_text(writer, "name", #name_);                                                                                  \
    put_text(writer, "description", meaning);
#include "core/status.def"
#undef STATUS
    end_table(writer);
    begin_table(writer, "error_fields");
#define ERROR_FIELD(name_, kind_, value, description_)                                                                 \
    begin_row(writer);                                                                                                 \
    put_text(writer, "name", #name_);                                                                                  \
    put_text(writer, "type", strcmp(#kind_, "TEXT") == 0 ? "text" : "number");                                         \
    put_text(writer, "description", description_);
#include "core/failure.def"
#undef ERROR_FIELD
    end_table(writer);
}

char *tables_text(void) {
    struct writer writer = {0};
    put_columns(&writer);
    put_genes_and_industry(&writer);
    put_register(&writer);
    put_events(&writer);
    put_payments(&writer);
    put_indicators(&writer);
    put_recording(&writer);
    put_scenario_tables(&writer);
    text_print(&writer.text, "\n}\n");
    return text_close(&writer.text);
}
