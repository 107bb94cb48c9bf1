#include "study/sweep_design.h"

#include "study/sweep_keys.h"

#include <stdio.h>
#include <string.h>

/* The designs that have a number, and which settings each may have. */
static const struct {
    const char *word;
    enum sweep_sample sample;
    int has_seed, has_second_order, has_levels;
} numbered[] = {{"random", SAMPLE_RANDOM, 1, 0, 0},
                {"latin_hypercube", SAMPLE_LATIN_HYPERCUBE, 1, 0, 0},
                {"sobol", SAMPLE_SOBOL, 0, 0, 0},
                {"saltelli", SAMPLE_SALTELLI, 0, 1, 0},
                {"morris", SAMPLE_MORRIS, 1, 0, 1}};
enum { NUMBERED = sizeof numbered / sizeof *numbered };

int sweep_takes_ranges(const struct sweep *sweep) {
    for (size_t i = 0; i < NUMBERED; i++)
        if (numbered[i].sample == sweep->sample)
            return 1;
    return 0;
}

const char *sweep_design_word(const struct sweep *sweep) {
    for (size_t i = 0; i < NUMBERED; i++)
        if (numbered[i].sample == sweep->sample)
            return numbered[i].word;
    return sweep->sample == SAMPLE_ONE_AT_A_TIME ? "one_at_a_time" : sweep->design == SWEEP_GRID ? "grid" : "list";
}

static int fail_design(const struct sweep *sweep, const struct node *node, struct failure *failure) {
    char list[200] = "";
    size_t used = 0;
    for (size_t i = 0; i < NUMBERED && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s`{%s: N}`",
                                 i == 0             ? ""
                                 : i + 1 < NUMBERED ? ", "
                                                    : " or ",
                                 numbered[i].word);
    return document_fail(&sweep->document, node, NULL, failure,
                         "expected `grid`, `list`, `{list: FILE.csv}`, `one_at_a_time`, %s", list);
}

/* What is said besides the number. */
static int read_settings(struct sweep *sweep, const struct node *node, size_t design, struct failure *failure) {
    static const struct parameter_info order = {.name = "second_order", .kind = KIND_SWITCH};
    struct number_rule seeds = {0, 9007199254740991.0, "", 1}, halves = {2, SWEEP_LEVELS_MAX, "", 1};
    const struct node *seed = node_child(node, "seed"), *levels = node_child(node, "levels"),
                      *second_order = node_child(node, "second_order"),
                      *unfit = seed != NULL && !numbered[design].has_seed                   ? seed
                               : levels != NULL && !numbered[design].has_levels             ? levels
                               : second_order != NULL && !numbered[design].has_second_order ? second_order
                                                                                            : NULL;
    double number = (double)sweep->base.seed, count = 4, is_second = 1;
    const char *text = "on";
    struct failure inner;
    int status = MATTHEW_OK;
    if (unfit != NULL)
        return document_fail_key(&sweep->document, unfit, NULL, failure, "`%s` has no such setting",
                                 numbered[design].word);
    if (seed != NULL)
        status = node_number(&sweep->document, seed, &seeds, &number, failure);
    if (status == MATTHEW_OK && levels != NULL)
        status = node_number(&sweep->document, levels, &halves, &count, failure);
    if (status == MATTHEW_OK && (size_t)count % 2 != 0)
        status =
            document_fail(&sweep->document, levels, NULL, failure, "expected an even number, found `%s`", levels->text);
    if (status == MATTHEW_OK && second_order != NULL)
        status = node_text(&sweep->document, second_order, &text, failure);
    if (status == MATTHEW_OK && parameter_parse(&order, text, &is_second, &inner) != MATTHEW_OK)
        status = document_fail(&sweep->document, second_order, NULL, failure, "%s", inner.text);
    sweep->sample_seed = (uint64_t)number;
    sweep->levels = (size_t)count;
    sweep->second_order = is_second != 0.0;
    return status;
}

static int read_numbered(struct sweep *sweep, const struct node *node, struct failure *failure) {
    const char *keys[NUMBERED + 5] = {NULL};
    struct number_rule points = {1, SWEEP_VALUES_MAX, "", 1};
    const struct node *number = NULL;
    size_t design = 0, found = 0;
    double count = 0;
    for (size_t i = 0; i < NUMBERED; i++) {
        keys[i] = numbered[i].word;
        if (node->kind == NODE_MAPPING && node_child(node, numbered[i].word) != NULL) {
            number = node_child(node, numbered[i].word);
            design = i;
            found++;
        }
    }
    keys[NUMBERED] = "seed";
    keys[NUMBERED + 1] = "second_order";
    keys[NUMBERED + 2] = "levels";
    keys[NUMBERED + 3] = "list";
    int status = sweep_check_keys(&sweep->document, node, keys, "a design", failure);
    if (status == MATTHEW_OK && found != 1)
        return fail_design(sweep, node, failure);
    if (status == MATTHEW_OK)
        status = node_number(&sweep->document, number, &points, &count, failure);
    if (status == MATTHEW_OK)
        status = read_settings(sweep, node, design, failure);
    sweep->design = SWEEP_LIST;
    sweep->sample = numbered[design].sample;
    sweep->sample_points = (size_t)count;
    return status;
}

/* A list whose points are in a file; study/sweep_points.h reads them. */
static int read_listed(struct sweep *sweep, const struct node *node, struct failure *failure) {
    static const char *const keys[] = {"list", NULL};
    sweep->design = SWEEP_LIST;
    return sweep_check_keys(&sweep->document, node, keys, "this design", failure);
}

int sweep_read_design(struct sweep *sweep, const struct node *node, struct failure *failure) {
    const char *text = "grid";
    if (node != NULL && node->kind == NODE_MAPPING && node_child(node, "list") != NULL)
        return read_listed(sweep, node, failure);
    if (node != NULL && node->kind == NODE_MAPPING)
        return read_numbered(sweep, node, failure);
    int status = node == NULL ? MATTHEW_OK : node_text(&sweep->document, node, &text, failure);
    if (status != MATTHEW_OK)
        return status;
    sweep->design = strcmp(text, "grid") == 0 ? SWEEP_GRID : SWEEP_LIST;
    sweep->sample = strcmp(text, "one_at_a_time") == 0 ? SAMPLE_ONE_AT_A_TIME : SAMPLE_NONE;
    if (sweep->design == SWEEP_GRID || sweep->sample == SAMPLE_ONE_AT_A_TIME || strcmp(text, "list") == 0)
        return MATTHEW_OK;
    return fail_design(sweep, node, failure);
}
