#include "output/info.h"

#include "core/names.h"
#include "program/command.h"
#include "program/guard.h"
#include "program/print.h"
#include "study/sweep_info.h"

#include <string.h>

static void line(const char *name, const char *value) {
    if (*value == '\0')
        return;
    printf("%-11s ", name);
    print_shown(stdout, value);
    putchar('\n');
}

static void describe(const char *path, const struct history_facts *facts) {
    char a[NUMBER_SIZE], b[NUMBER_SIZE], shown[3][SHOWN_MOST * sizeof facts->compiler];
    line("file", path);
    line("title", facts->title);
    printf("%-11s %s, seed %lld\n", "scenario", text_shown(facts->scenario, shown[0], sizeof *shown),
           (long long)facts->seed);
    printf("%-11s %s\n", "status", text_shown(facts->status, shown[0], sizeof *shown));
    printf("%-11s %ld recorded, up to month %ld", "months", facts->months_recorded, facts->last_month);
    if (*facts->start != '\0') /* long races have no dates */
        printf("; month 0 is %.7s", text_shown(facts->start, shown[0], sizeof *shown));
    putchar('\n');
    printf("%-11s %s ever; %s events\n", "firms", print_count(a, (double)facts->firms_ever),
           print_count(b, (double)facts->events));
    if (facts->named != NULL) {
        printf("%-11s ", "named");
        print_wrapped(stdout, facts->named, 12, 12, 100);
    }
    printf("%-11s %d firm columns%s%s, %d indicators\n", "records", facts->columns,
           *facts->precision != '\0' ? " in " : "", facts->precision, facts->indicators);
    if (facts->recorded != NULL && *facts->recorded != '\0') {
        printf("%12s", "");
        print_wrapped(stdout, facts->recorded, 12, 12, 100);
    }
    printf("%-11s %s\n", "size", print_bytes(a, facts->bytes));
    printf("%-11s %s, revision %s, %s\n", "written by", text_shown(facts->version, shown[0], sizeof *shown),
           text_shown(facts->revision, shown[1], sizeof *shown), text_shown(facts->compiler, shown[2], sizeof *shown));
}

/* The lines of a text, long ones cut short. */
static void print_lines(const char *name, const char *text) {
    char cut[100], shown[SHOWN_MOST * sizeof cut];
    for (; *text != '\0'; text += strcspn(text, "\n"), text += *text == '\n') {
        int length = (int)strcspn(text, "\n"), most = (int)sizeof cut - 5;
        snprintf(cut, sizeof cut, "%.*s%s", length < most ? length : most, text, length < most ? "" : " ...");
        printf("%-11s %s\n", name, text_shown(cut, shown, sizeof shown));
        name = "";
    }
}

static int describe_sweep(const char *path) {
    struct failure failure = {0};
    struct sweep_facts facts = {0};
    char size[NUMBER_SIZE], version[SHOWN_MOST * sizeof facts.version], revision[SHOWN_MOST * sizeof facts.revision];
    guard_begin(path);
    int status = sweep_describe(path, &facts, &failure);
    guard_end();
    if (status != MATTHEW_OK)
        return complain_failure(&failure);
    line("file", path);
    line("sweep of", facts.scenario);
    printf("%-11s %zu: %zu done, %zu failed, ", "runs", facts.runs, facts.done, facts.failed);
    if (facts.not_needed > 0)
        printf("%zu not needed, ", facts.not_needed);
    printf("%zu pending\n", facts.runs - facts.done - facts.failed - facts.not_needed);
    print_lines("recipe", facts.recipe);
    printf("%-11s %s\n", "size", print_bytes(size, facts.bytes));
    printf("%-11s %s, revision %s\n", "written by", text_shown(facts.version, version, sizeof version),
           text_shown(facts.revision, revision, sizeof revision));
    sweep_facts_free(&facts);
    return 0;
}

int command_info(const struct arguments *arguments) {
    struct failure failure = {0};
    struct history_facts facts = {0};
    char digest[HISTORY_DIGEST_SIZE];
    const char *path = arguments->operand;
    int only = arguments->value[OPTION_digest] != NULL;
    guard_begin(path);
    int of_sweep = !only && sweep_is_file(path);
    guard_end();
    if (of_sweep)
        return describe_sweep(path);
    guard_begin(path);
    int status = only ? history_digest(path, digest, &failure) : history_describe(path, &facts, &failure);
    guard_end();
    if (status == MATTHEW_OK && only)
        printf("%s\n", digest);
    else if (status == MATTHEW_OK)
        describe(path, &facts);
    history_facts_free(&facts);
    return status == MATTHEW_OK ? 0 : complain_failure(&failure);
}
