#include "study/validate_text.h"

#include "core/quantity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const verdicts[] = {
    [VERDICT_IN_BAND] = "in band", [VERDICT_OUT_OF_BAND] = "out of band", [VERDICT_NOT_MEASURED] = "not measured"};

/* ---- for people ---- */

/* "0.6 to 1.3", "above 4.5", "up to 0.8". Returns text. */
enum { BAND_SIZE = 2 * NUMBER_SIZE + 8 };
static const char *band_text(char text[BAND_SIZE], const struct fact_info *info) {
    char low[NUMBER_SIZE], high[NUMBER_SIZE];
    print_short(low, info->low);
    print_short(high, info->high);
    if (isinf(info->high))
        snprintf(text, BAND_SIZE, "from %s", low);
    else
        snprintf(text, BAND_SIZE, "%s to %s", low, high);
    return text;
}

static void print_fact(struct text *text, int fact, const struct finding *finding) {
    const struct fact_info *info = &fact_table[fact];
    char measured[NUMBER_SIZE], error[NUMBER_SIZE], band[BAND_SIZE];
    text_print(text, "%-4s %-25s %9s %9s  %-14s %-8s %-9s %s\n", info->number, info->name,
               print_short(measured, finding->measured), print_short(error, finding->standard_error),
               band_text(band, info), strcmp(info->unit, "1") == 0 ? "" : info->unit,
               finding->required ? "required" : "reported", verdicts[finding->verdict]);
    text_print(text, "     ");
    text_print_wrapped(text, info->description, 5, 5, 100);
    text_print(text, "     ");
    text_print_wrapped(text, info->source, 5, 5, 100);
}

static void print_table(struct text *text, const struct validation *validation, const char *name, uint64_t seed) {
    int required = 0;
    for (int fact = 0; fact < FACT_COUNT; fact++)
        required += validation->finding[fact].required;
    text_print_shown(text, name);
    text_print(text, ", seed %llu, %zu replication%s\n\n", (unsigned long long)seed, validation->replications,
               validation->replications == 1 ? "" : "s");
    text_print(text, "%-30s %9s %9s  %-14s %-8s %-9s %s\n", "FACT", "MEASURED", "S.E.", "BAND", "UNIT", "STATUS",
               "VERDICT");
    for (int fact = 0; fact < FACT_COUNT; fact++)
        print_fact(text, fact, &validation->finding[fact]);
    if (required == 0)
        text_print(text, "\nno fact is required of this scenario\n");
    else if (validation->failed == 0)
        text_print(text, "\nall %d required facts are in their bands\n", required);
    else
        text_print(text, "\n%d of %d required facts are not in their bands\n", validation->failed, required);
}

/* ---- for programs ---- */

static void json_field(struct text *text, const char *name, const char *value) {
    text_print(text, ", \"%s\": ", name);
    text_print_json(text, value);
}

static void json_value(struct text *text, const char *name, double value) {
    text_print(text, ", \"%s\": ", name);
    text_print_json_number(text, value);
}

static void json_fact(struct text *text, const struct validation *validation, int fact) {
    const struct fact_info *info = &fact_table[fact];
    const struct finding *finding = &validation->finding[fact];
    text_print(text, "{\"name\": ");
    text_print_json(text, info->name);
    json_field(text, "number", info->number);
    json_field(text, "unit", info->unit);
    json_field(text, "description", info->description);
    json_field(text, "source", info->source);
    json_value(text, "low", info->low);
    json_value(text, "high", info->high);
    json_value(text, "measured", finding->measured);
    json_value(text, "standard_error", finding->standard_error);
    text_print(text, ", \"measured_in\": %zu, \"required\": %s", finding->measured_in,
               finding->required ? "true" : "false");
    json_field(text, "verdict", verdicts[finding->verdict]);
    text_print(text, ", \"values\": [");
    for (size_t r = 0; r < validation->replications; r++) {
        text_print(text, r > 0 ? ", " : "");
        text_print_json_number(text, validation->values[r][fact]);
    }
    text_print(text, "]}");
}

static void print_json(struct text *text, const struct validation *validation, const char *name, uint64_t seed) {
    text_print(text, "{\"scenario\": ");
    text_print_json(text, name);
    text_print(text, ", \"seed\": %llu, \"replications\": %zu, \"passed\": %s, \"seeds\": [", (unsigned long long)seed,
               validation->replications, validation->failed == 0 ? "true" : "false");
    for (size_t r = 0; r < validation->replications; r++)
        text_print(text, "%s%llu", r > 0 ? ", " : "", (unsigned long long)validation->seeds[r]);
    text_print(text, "], \"facts\": [\n");
    for (int fact = 0; fact < FACT_COUNT; fact++) {
        json_fact(text, validation, fact);
        text_print(text, fact + 1 < FACT_COUNT ? ",\n" : "]}\n");
    }
}

void validation_print(struct text *text, const struct validation *validation, const struct scenario *scenario,
                      int json) {
    (json ? print_json : print_table)(text, validation, scenario->name, scenario->seed);
}
