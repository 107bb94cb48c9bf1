#include "study/file_text.h"

#include "core/names.h"
#include "core/quantity.h"
#include "output/info.h"
#include "study/sweep_info.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- for people ---- */

enum { COLUMN = 12, WIDTH = 100 };

static void line(struct text *text, const char *name, const char *value) {
    if (*value == '\0')
        return;
    text_print(text, "%-11s ", name);
    text_print_shown(text, value);
    text_print(text, "\n");
}

static void print_build(struct text *text, double bytes, const char *version, const char *revision,
                        const char *compiler) {
    char size[NUMBER_SIZE];
    text_print(text, "%-11s %s\n%-11s ", "size", print_bytes(size, bytes), "written by");
    text_print_shown(text, version);
    text_print(text, ", revision ");
    text_print_shown(text, revision);
    if (compiler != NULL) {
        text_print(text, ", ");
        text_print_shown(text, compiler);
    }
    text_print(text, "\n");
}

static void print_months(struct text *text, const struct history_facts *facts) {
    text_print(text, "%-11s %ld recorded, up to month %ld", "months", facts->months_recorded, facts->last_month);
    if (*facts->start != '\0') { /* long races have no dates */
        char month[8], shown[SHOWN_MOST * sizeof month];
        snprintf(month, sizeof month, "%.7s", text_shown(facts->start, shown, sizeof shown));
        text_print(text, "; month 0 is %s", month);
    }
    text_print(text, "\n");
}

static void print_history(struct text *text, const char *path, const struct history_facts *facts) {
    char firms[NUMBER_SIZE], events[NUMBER_SIZE];
    line(text, "file", path);
    line(text, "title", facts->title);
    text_print(text, "%-11s ", "scenario");
    text_print_shown(text, facts->scenario);
    text_print(text, ", seed %lld\n%-11s ", (long long)facts->seed, "status");
    text_print_shown(text, facts->status);
    text_print(text, "\n");
    print_months(text, facts);
    text_print(text, "%-11s %s ever; %s events\n", "firms", print_count(firms, (double)facts->firms_ever),
               print_count(events, (double)facts->events));
    if (facts->named != NULL) {
        text_print(text, "%-11s ", "named");
        text_print_wrapped(text, facts->named, COLUMN, COLUMN, WIDTH);
    }
    text_print(text, "%-11s %d firm columns%s%s, %d indicators\n", "records", facts->columns,
               *facts->precision != '\0' ? " in " : "", facts->precision, facts->indicators);
    if (facts->recorded != NULL && *facts->recorded != '\0') {
        text_print(text, "%*s", COLUMN, "");
        text_print_wrapped(text, facts->recorded, COLUMN, COLUMN, WIDTH);
    }
    print_build(text, facts->bytes, facts->version, facts->revision, facts->compiler);
}

/* The lines of a text, long ones cut short. */
static void print_lines(struct text *text, const char *name, const char *lines) {
    char cut[100];
    for (; *lines != '\0'; lines += strcspn(lines, "\n"), lines += *lines == '\n') {
        int length = (int)strcspn(lines, "\n"), most = (int)sizeof cut - 5;
        snprintf(cut, sizeof cut, "%.*s%s", length < most ? length : most, lines, length < most ? "" : " ...");
        text_print(text, "%-11s ", name);
        text_print_shown(text, cut);
        text_print(text, "\n");
        name = "";
    }
}

static size_t pending(const struct sweep_facts *facts) {
    return facts->runs - facts->done - facts->failed - facts->not_needed;
}

static void print_sweep(struct text *text, const char *path, const struct sweep_facts *facts) {
    line(text, "file", path);
    line(text, "sweep of", facts->scenario);
    text_print(text, "%-11s %zu: %zu done, %zu failed, ", "runs", facts->runs, facts->done, facts->failed);
    if (facts->not_needed > 0)
        text_print(text, "%zu not needed, ", facts->not_needed);
    text_print(text, "%zu pending\n", pending(facts));
    print_lines(text, "recipe", facts->recipe);
    print_build(text, facts->bytes, facts->version, facts->revision, NULL);
}

/* ---- for programs ---- */

static void json_field(struct text *text, const char *name, const char *value) {
    text_print(text, ",\n\"%s\": ", name);
    text_print_json(text, value);
}

static void json_number(struct text *text, const char *name, double value) {
    text_print(text, ",\n\"%s\": ", name);
    text_print_json_number(text, value);
}

/* A number that is not known is -1. */
static double known(double value) {
    return value < 0 ? (double)NAN : value;
}

/* The parts of a list that is separated by ", ". */
static void json_list(struct text *text, const char *name, const char *list) {
    char part[NAME_SIZE_MAX];
    text_print(text, ",\n\"%s\": [", name);
    for (size_t length; list != NULL && *list != '\0'; list += length, list += strspn(list, ", ")) {
        length = strcspn(list, ",");
        snprintf(part, sizeof part, "%.*s", (int)length, list);
        text_print_json(text, part);
        text_print(text, list[length] != '\0' ? ", " : "");
    }
    text_print(text, "]");
}

static void json_history(struct text *text, const char *path, const struct history_facts *facts) {
    text_print(text, "{\"kind\": \"history\"");
    json_field(text, "file", path);
    json_field(text, "title", facts->title);
    json_field(text, "scenario", facts->scenario);
    json_number(text, "seed", known((double)facts->seed));
    json_field(text, "status", facts->status);
    json_number(text, "months_recorded", (double)facts->months_recorded);
    json_number(text, "last_month", known((double)facts->last_month));
    json_field(text, "start", facts->start);
    json_number(text, "firms", (double)facts->firms_ever);
    json_number(text, "events", (double)facts->events);
    json_field(text, "named", facts->named != NULL ? facts->named : "");
    json_number(text, "columns", facts->columns);
    json_number(text, "indicators", facts->indicators);
    json_list(text, "recorded", facts->recorded);
    json_field(text, "precision", facts->precision);
    json_number(text, "bytes", facts->bytes);
    json_field(text, "version", facts->version);
    json_field(text, "revision", facts->revision);
    json_field(text, "compiler", facts->compiler);
    text_print(text, "}\n");
}

static void json_sweep(struct text *text, const char *path, const struct sweep_facts *facts) {
    text_print(text, "{\"kind\": \"sweep\"");
    json_field(text, "file", path);
    json_field(text, "scenario", facts->scenario);
    json_number(text, "runs", (double)facts->runs);
    json_number(text, "done", (double)facts->done);
    json_number(text, "failed", (double)facts->failed);
    json_number(text, "not_needed", (double)facts->not_needed);
    json_number(text, "pending", (double)pending(facts));
    json_field(text, "recipe", facts->recipe);
    json_number(text, "bytes", facts->bytes);
    json_field(text, "version", facts->version);
    json_field(text, "revision", facts->revision);
    text_print(text, "}\n");
}

/* ---- both kinds ---- */

static int print_file_of_sweep(struct text *text, const char *path, int json, struct failure *failure) {
    struct sweep_facts facts = {0};
    int status = sweep_describe(path, &facts, failure);
    if (status == MATTHEW_OK)
        (json ? json_sweep : print_sweep)(text, path, &facts);
    sweep_facts_free(&facts);
    return status;
}

int file_text_print(struct text *text, const char *path, int json, struct failure *failure) {
    struct history_facts facts = {0};
    if (sweep_is_file(path))
        return print_file_of_sweep(text, path, json, failure);
    int status = history_describe(path, &facts, failure);
    if (status == MATTHEW_OK)
        (json ? json_history : print_history)(text, path, &facts);
    history_facts_free(&facts);
    return status;
}
