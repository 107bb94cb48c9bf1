#include "study/sweep_load.h"

#include "core/memory.h"
#include "core/names.h"
#include "core/text.h"
#include "study/sweep_columns.h"
#include "study/sweep_compare.h"
#include "study/sweep_design.h"
#include "study/sweep_factors.h"
#include "study/sweep_firms.h"
#include "study/sweep_keys.h"
#include "study/sweep_names.h"
#include "study/sweep_outcomes.h"
#include "study/sweep_points.h"
#include "study/sweep_sample.h"
#include "study/sweep_until.h"

#include <stdio.h>
#include <string.h>

enum { FOLDER_SIZE = 4000 };

/* One of two words; absent, the first. */
static int read_word(const struct sweep *sweep, const char *key, const char *first, const char *second, int *is_second,
                     struct failure *failure) {
    const struct node *node = node_child(sweep->document.root, key);
    const char *text = first;
    char found[EXCERPT_SIZE];
    int status = node == NULL ? MATTHEW_OK : node_text(&sweep->document, node, &text, failure);
    if (status != MATTHEW_OK)
        return status;
    *is_second = strcmp(text, second) == 0;
    if (!*is_second && strcmp(text, first) != 0)
        return document_fail(&sweep->document, node, NULL, failure, "expected `%s` or `%s`, found `%s`", first, second,
                             text_excerpt(text, found));
    return MATTHEW_OK;
}

/* How many points and runs there are. */
static int count_runs(struct sweep *sweep, struct failure *failure) {
    const struct node *node = node_child(sweep->document.root, "replicates");
    double points = 1;
    int status = sweep_read_replicates(sweep, node, failure);
    if (status != MATTHEW_OK)
        return status;
    for (size_t i = 0; i < sweep->factor_count; i++)
        points = sweep->design == SWEEP_LIST ? (double)sweep->factor[i].count : points * (double)sweep->factor[i].count;
    if (points > SWEEP_POINTS_MAX)
        return document_fail(&sweep->document, node_child(sweep->document.root, "factors"), NULL, failure,
                             "%.0f points, but there are at most %d", points, SWEEP_POINTS_MAX);
    double runs = points * (double)sweep->replicates;
    if (runs > SWEEP_RUNS_MAX)
        return document_fail(&sweep->document, node, NULL, failure, "%.0f runs, but there are at most %d", runs,
                             SWEEP_RUNS_MAX);
    sweep->points = (size_t)points;
    sweep->runs = sweep->points * sweep->replicates;
    return MATTHEW_OK;
}

/* The cell of a point in a table; the factor itself elsewhere. */
static const struct node *node_of(const struct sweep *sweep, const struct factor *factor, size_t point) {
    if (factor->document != &sweep->table)
        return factor->node;
    const struct node *cell = factor->node->first;
    while (cell->place < point)
        cell = cell->next;
    return cell;
}

/* Whether what is wrong in a schedule is wrong in the month of a factor's entry. */
static int is_of_entry(const struct factor *factor, const struct scenario *scenario, const char *text) {
    char month[64];
    snprintf(month, sizeof month, "schedule, month %.0f:", entry_value(scenario, factor->entry, ENTRY_MONTH));
    return factor->part != ENTRY_NONE && strncmp(month, text, strlen(month)) == 0;
}

/* A failure that begins with a factor's path is told at that factor. */
static int fail_point(const struct sweep *sweep, size_t point, const struct scenario *scenario,
                      const struct failure *inner, struct failure *failure) {
    char text[SWEEP_POINT_SIZE], path[PARAMETER_PATH_SIZE];
    const struct document *document = sweep->factor[0].document;
    const struct node *node =
        document == &sweep->document ? node_child(document->root, "factors") : node_of(sweep, &sweep->factor[0], point);
    for (size_t f = 0; f < sweep->factor_count; f++) {
        const struct factor *factor = &sweep->factor[f];
        if (sweep->factor_count == 1 || is_of_entry(factor, scenario, inner->text) ||
            strncmp(factor->path, inner->text, strlen(factor->path)) == 0)
            node = node_of(sweep, factor, point);
        for (int j = 0; j < factor->index_count; j++) {
            parameter_path(sweep->base.members, parameter_slot_of(factor->index[j]), path);
            if (strncmp(path, inner->text, strlen(path)) == 0)
                node = node_of(sweep, factor, point);
        }
    }
    document_fail_key(document, node, NULL, failure, "at %s: %s", sweep_point_text(sweep, point, text), inner->text);
    failure_inherit(failure, inner);
    return failure->status = inner->status;
}

/* What no single value shows, at every point. */
static int check_points(const struct sweep *sweep, struct failure *failure) {
    struct scenario scenario;
    struct failure inner;
    int status = sweep_scenario(sweep, 0, &scenario, failure);
    for (size_t i = 0; i < sweep->points && status == MATTHEW_OK; i++) {
        sweep_move(sweep, i, &scenario);
        if (scenario_check(&scenario, &inner) != MATTHEW_OK)
            status = fail_point(sweep, i, &scenario, &inner, failure);
    }
    sweep_scenario_end(sweep, &scenario);
    return status;
}
/* ---- what the sweep is, as text ---- */

static void describe_factors(const struct sweep *sweep, struct text *text) {
    char value[PARAMETER_TEXT_SIZE];
    for (size_t i = 0; i < sweep->factor_count; i++) {
        const struct factor *factor = &sweep->factor[i];
        text_print(text, "factor %s %s", factor->name, factor->path);
        for (size_t j = 0; j < factor->count; j++)
            text_print(text, " %s", parameter_print(factor->info, factor->values[j], value));
        text_print(text, "\n");
    }
}

/* What an outcome takes. */
static void describe_source(const struct sweep *sweep, const struct outcome *outcome, struct text *text) {
    char column[SWEEP_COLUMN_SIZE], firms[SWEEP_FIRMS_SIZE];
    if (outcome->source == SOURCE_FIRM || outcome->source == SOURCE_FIRMS) {
        text_print(text, "%s",
                   outcome->source == SOURCE_FIRM ? sweep_column_key(sweep, outcome, column)
                                                  : sweep_firms_key(sweep, outcome, firms));
        return;
    }
    const struct indicator_info *info = outcome_info(outcome);
    text_print(text, "%s", info->name);
    if (outcome->indicator < 0)
        text_print(text, ".%s", sweep->base.members[dimension_family(info->dimension)].name[outcome->member]);
}

static void describe_stop(const struct sweep *sweep, struct text *text) {
    char number[NUMBER_SIZE];
    if (sweep->stop.sign == STOP_NEVER)
        return;
    text_print(text, "stop_when ");
    describe_source(sweep, &sweep->stop.of, text);
    text_print(text, " %s %s\n", stop_sign_text(sweep->stop.sign), number_print(sweep->stop.number, number));
}

static void describe_outcomes(const struct sweep *sweep, struct text *text) {
    static const char *const kinds[] = {"final", "at", "mean_of_last", "series every"};
    char key[SWEEP_REGISTER_SIZE];
    for (size_t i = 0; i < sweep->outcome_count; i++) {
        const struct outcome *outcome = &sweep->outcome[i];
        text_print(text, "outcome %s ", outcome->name);
        if (outcome->source == SOURCE_REGISTER) {
            text_print(text, "%s\n", sweep_register_key(outcome, key));
            continue;
        }
        describe_source(sweep, outcome, text);
        text_print(text, " %s", kinds[outcome->kind]);
        if (outcome->kind != OUTCOME_FINAL)
            text_print(text, " %ld", outcome->months);
        text_print(text, "\n");
    }
}

/* Of the base everything but its parameters, which differ from run to run, its seed, and the names of entries of its
 * schedule; and the rule. */
static int make_key(struct sweep *sweep, struct failure *failure) {
    struct scenario plain;
    struct text rule = {0};
    int status = scenario_copy(&plain, &sweep->base, failure);
    if (status != MATTHEW_OK)
        return status;
    parameters_builtin(&plain.parameters);
    scenario_forget_warnings(&plain);
    plain.seed = 0;
    for (size_t i = 0; i < plain.change_count; i++)
        plain.changes[i].entry[0] = '\0';
    for (size_t i = 0; i < plain.takeover_count; i++)
        plain.takeovers[i].entry[0] = '\0';
    describe_stop(sweep, &rule);
    text_print(&rule, "\n");
    char *text = scenario_text(&plain), *stop = text_close(&rule);
    if (text != NULL && stop != NULL)
        sweep->key = sweep_hash_text(sweep_hash_text(0, text), stop);
    status = text == NULL || stop == NULL ? fail_memory(failure, "the scenario's text") : MATTHEW_OK;
    scenario_free(&plain);
    memory_free(text);
    memory_free(stop);
    return status;
}

static int describe(struct sweep *sweep, struct failure *failure) {
    struct text recipe = {0};
    char compared[SWEEP_POINT_SIZE];
    text_print(&recipe, "design %s\nmonths %ld\nfirms %ld\nseed %llu\nseeds %s\n",
               sweep->design == SWEEP_GRID ? "grid" : "list", sweep->base.months, sweep->base.firms,
               (unsigned long long)sweep->base.seed, sweep->independent ? "independent" : "common");
    sweep_replicates_text(sweep, &recipe);
    describe_factors(sweep, &recipe);
    describe_outcomes(sweep, &recipe);
    describe_stop(sweep, &recipe);
    if (sweep->compare.is_there)
        text_print(&recipe, "compare with %s\n", sweep_compare_text(sweep, compared));
    sweep->recipe = text_close(&recipe);
    sweep->base_text = scenario_text(&sweep->base);
    return sweep->recipe == NULL || sweep->base_text == NULL ? fail_memory(failure, "the text of a sweep")
                                                             : make_key(sweep, failure);
}

/* ---- the file ---- */

/* base: the scenario as text; null where the document says what it is. points: likewise of a table. */
static int read_all(struct sweep *sweep, const char *path, const char *base, const char *points,
                    struct failure *failure) {
    static const char *const keys[] = {"base",       "firms", "months",   "seed",      "set",     "design", "factors",
                                       "replicates", "seeds", "outcomes", "stop_when", "compare", NULL};
    static const char *const needed[] = {"base", "replicates", "outcomes"};
    const struct node *root = sweep->document.root;
    int status = sweep_check_keys(&sweep->document, root, keys, "a sweep", failure);
    for (size_t i = 0; i < sizeof needed / sizeof *needed && status == MATTHEW_OK; i++)
        if (node_child(root, needed[i]) == NULL)
            status = document_fail(&sweep->document, root, NULL, failure, "`%s` is missing", needed[i]);
    if (status == MATTHEW_OK && base != NULL)
        status = scenario_load_text(&sweep->base, path, base, failure);
    else if (status == MATTHEW_OK)
        status = scenario_load_document(&sweep->base, &sweep->document, path, failure);
    if (status == MATTHEW_OK)
        status = sweep_read_design(sweep, node_child(root, "design"), failure);
    if (status == MATTHEW_OK)
        status = base != NULL ? sweep_read_points_text(sweep, path, points, failure)
                              : sweep_read_points(sweep, path, failure);
    if (status == MATTHEW_OK)
        status = read_word(sweep, "seeds", "common", "independent", &sweep->independent, failure);
    if (status == MATTHEW_OK)
        status = sweep_read_factors(sweep, node_child(root, "factors"), failure);
    if (status == MATTHEW_OK)
        status = sweep_make_points(sweep, failure);
    if (status == MATTHEW_OK && node_child(root, "stop_when") != NULL)
        status = sweep_read_stop(sweep, node_child(root, "stop_when"), failure);
    if (status == MATTHEW_OK)
        status = sweep_read_outcomes(sweep, node_child(root, "outcomes"), failure);
    if (status == MATTHEW_OK)
        status = sweep_name_all(sweep, failure);
    if (status == MATTHEW_OK && node_child(root, "compare") != NULL)
        status = sweep_read_compare(sweep, node_child(root, "compare"), failure);
    if (status == MATTHEW_OK)
        status = count_runs(sweep, failure);
    if (status == MATTHEW_OK)
        status = check_points(sweep, failure);
    return status == MATTHEW_OK ? describe(sweep, failure) : status;
}

int sweep_load(struct sweep *sweep, const char *path, struct failure *failure) {
    struct failure unseen;
    failure = failure == NULL ? &unseen : failure;
    memset(sweep, 0, sizeof *sweep);
    int status = document_read_file(&sweep->document, path, failure);
    if (status == MATTHEW_OK)
        status = read_all(sweep, path, NULL, NULL, failure);
    if (status != MATTHEW_OK)
        sweep_free(sweep);
    return status;
}

/* A text is kept as that of a file is, since a result file holds it. */
static int keep_source(struct document *document, const char *text, struct failure *failure) {
    document->source = memory_string(text);
    return document->source != NULL ? MATTHEW_OK : fail_memory(failure, "the text of a sweep");
}

int sweep_load_text(struct sweep *sweep, const char *name, const char *folder, const char *text,
                    struct failure *failure) {
    char path[FOLDER_SIZE + 8];
    memset(sweep, 0, sizeof *sweep);
    if (folder != NULL && strlen(folder) >= FOLDER_SIZE)
        return fail(failure, MATTHEW_BAD_ARGUMENT, "folder: its name has more than %d bytes", FOLDER_SIZE - 1);
    snprintf(path, sizeof path, "%s%stext", folder != NULL ? folder : "", folder != NULL && *folder != '\0' ? "/" : "");
    int status = document_read_text(&sweep->document, name, text, strlen(text), failure);
    if (status == MATTHEW_OK)
        status = keep_source(&sweep->document, text, failure);
    if (status == MATTHEW_OK)
        status = read_all(sweep, path, NULL, NULL, failure);
    if (status != MATTHEW_OK)
        sweep_free(sweep);
    return status;
}

int sweep_load_kept(struct sweep *sweep, const char *name, const char *text, const char *base, const char *points,
                    struct failure *failure) {
    struct failure unseen;
    failure = failure == NULL ? &unseen : failure;
    memset(sweep, 0, sizeof *sweep);
    int status = document_read_text(&sweep->document, name, text, strlen(text), failure);
    if (status == MATTHEW_OK)
        status = keep_source(&sweep->document, text, failure);
    if (status == MATTHEW_OK)
        status = read_all(sweep, name, base, points, failure);
    if (status == MATTHEW_OK && points != NULL)
        status = keep_source(&sweep->table, points, failure);
    if (status != MATTHEW_OK)
        sweep_free(sweep);
    return status;
}
