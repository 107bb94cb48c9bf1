#include "study/sweep_until.h"

#include "core/elementary.h"
#include "core/memory.h"
#include "core/names.h"
#include "study/sweep_keys.h"
#include "study/sweep_statistics.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { AT_LEAST_LEAST = 10, AT_LEAST_USUAL = 20 };

static const struct number_rule replicates_rule = {1, SWEEP_REPLICATES_MAX, "", 1},
                                at_least_rule = {AT_LEAST_LEAST, SWEEP_REPLICATES_MAX / 2, "", 1},
                                error_rule = {1e-300, 1e300, "", 0};

/* ---- the key ---- */

static int find_outcome(const struct sweep *sweep, const struct node *node, size_t *place, struct failure *failure) {
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32];
    nearest_name_open(&search, node->key);
    for (*place = 0; *place < sweep->outcome_count; ++*place) {
        const struct outcome *outcome = &sweep->outcome[*place];
        if (strcmp(outcome->name, node->key) != 0) {
            nearest_name_offer(&search, outcome->name);
            continue;
        }
        if (outcome->kind == OUTCOME_SERIES)
            return document_fail_key(&sweep->document, node, NULL, failure,
                                     "a series has no standard error; take an outcome of one value");
        if (outcome_is_by_strategy(outcome))
            return document_fail_key(&sweep->document, node, NULL, failure,
                                     "has a value for each strategy; take an outcome of one value");
        return MATTHEW_OK;
    }
    nearest_name_hint(&search, hint, sizeof hint);
    return document_fail_key(&sweep->document, node, NULL, failure, "no such outcome%s", hint);
}

static int read_targets(struct sweep *sweep, const struct node *node, struct failure *failure) {
    struct until_rule *until = &sweep->until;
    int status = node_mapping(&sweep->document, node, failure);
    if (status == MATTHEW_OK && node->first == NULL)
        return document_fail(&sweep->document, node, NULL, failure, "expected OUTCOME: STANDARD ERROR");
    for (const struct node *child = node->first; child != NULL && status == MATTHEW_OK; child = child->next) {
        struct until_target *target = &until->target[until->count];
        status = find_outcome(sweep, child, &target->outcome, failure);
        if (status == MATTHEW_OK)
            status = node_number(&sweep->document, child, &error_rule, &target->error, failure);
        until->count++;
    }
    return status;
}

static int read_rule(struct sweep *sweep, const struct node *node, struct failure *failure) {
    static const char *const keys[] = {"at_least", "at_most", "until", NULL};
    const struct document *document = &sweep->document;
    const struct node *at_least = node_child(node, "at_least"), *at_most = node_child(node, "at_most"),
                      *until = node_child(node, "until");
    double least = AT_LEAST_USUAL, most = 0;
    int status = sweep_check_keys(document, node, keys, "`replicates`", failure);
    if (status == MATTHEW_OK && (at_most == NULL || until == NULL))
        status = document_fail(document, node, NULL, failure, "`%s` is missing", at_most == NULL ? "at_most" : "until");
    if (status == MATTHEW_OK && at_least != NULL)
        status = node_number(document, at_least, &at_least_rule, &least, failure);
    struct number_rule at_most_rule = {2 * least, SWEEP_REPLICATES_MAX, "", 1};
    if (status == MATTHEW_OK)
        status = node_number(document, at_most, &at_most_rule, &most, failure);
    if (status == MATTHEW_OK)
        status = read_targets(sweep, until, failure);
    sweep->until.at_least = (size_t)least;
    sweep->replicates = (size_t)most;
    return status;
}

int sweep_read_replicates(struct sweep *sweep, const struct node *node, struct failure *failure) {
    double replicates = 0;
    if (node->kind == NODE_MAPPING)
        return read_rule(sweep, node, failure);
    int status = node_number(&sweep->document, node, &replicates_rule, &replicates, failure);
    sweep->replicates = (size_t)replicates;
    return status;
}

void sweep_replicates_text(const struct sweep *sweep, struct text *text) {
    const struct until_rule *until = &sweep->until;
    char number[NUMBER_SIZE];
    text_print(text, "replicates %zu", sweep->replicates);
    if (until->count > 0)
        text_print(text, ", at least %zu until", until->at_least);
    for (size_t i = 0; i < until->count; i++)
        text_print(text, " %s %s", sweep->outcome[until->target[i].outcome].name,
                   number_print(until->target[i].error, number));
    text_print(text, "\n");
}

/* ---- the rule ---- */

int until_init(struct until *until, const struct sweep *sweep, struct failure *failure) {
    *until = (struct until){.sweep = sweep};
    until->point = memory_new(sweep->points, sizeof *until->point);
    until->moments = memory_new(sweep->points * sweep->until.count, sizeof *until->moments);
    if (until->point == NULL || until->moments == NULL)
        return fail_memory(failure, "the points of a sweep");
    return MATTHEW_OK;
}

void until_free(struct until *until) {
    memory_free(until->point);
    memory_free(until->moments);
    memset(until, 0, sizeof *until);
}

void until_add(struct until *until, size_t point, const double *values) {
    const struct until_rule *rule = &until->sweep->until;
    struct until_moments *moments = &until->moments[point * rule->count];
    until->point[point].replicates++;
    for (size_t i = 0; values != NULL && i < rule->count; i++) {
        double value = values[until->sweep->outcome[rule->target[i].outcome].first];
        if (!isfinite(value))
            continue;
        double apart = value - moments[i].mean;
        moments[i].count++;
        moments[i].mean += apart / moments[i].count;
        moments[i].squares += apart * (value - moments[i].mean);
    }
}

double until_error(const struct until *until, size_t point, size_t target) {
    const struct until_moments *moments = &until->moments[point * until->sweep->until.count + target];
    if (moments->count < 2)
        return (double)NAN;
    return portable_sqrt(moments->squares / (moments->count - 1) / moments->count);
}

void until_judge(struct until *until, size_t point) {
    const struct until_rule *rule = &until->sweep->until;
    struct until_point *at = &until->point[point];
    int within = 1, never = 0;
    for (size_t i = 0; i < rule->count; i++) {
        within &= until_error(until, point, i) <= rule->target[i].error;
        never |= !(until->moments[point * rule->count + i].count > 0);
    }
    at->rounds++;
    at->verdict = at->rounds >= 2 && within && at->was_within  ? UNTIL_SATISFIED
                  : at->rounds >= 2 && never                   ? UNTIL_NEVER_FINITE
                  : at->replicates >= until->sweep->replicates ? UNTIL_AT_MOST
                                                               : UNTIL_GOES_ON;
    at->was_within = within;
}

size_t until_next(const struct until *until, size_t point) {
    size_t next = until->point[point].replicates + until->sweep->until.at_least;
    return next < until->sweep->replicates ? next : until->sweep->replicates;
}

/* ---- from the file ---- */

/* Whether the next round of a point is whole. */
static int is_whole(const struct until *until, const struct sweep_file *file, size_t point, double *values, int *whole,
                    struct failure *failure) {
    size_t first = point * until->sweep->replicates, end = until_next(until, point);
    int result = MATTHEW_OK, status = RUN_PENDING;
    *whole = end > until->point[point].replicates;
    for (size_t i = until->point[point].replicates; i < end && *whole && result == MATTHEW_OK; i++) {
        result = sweep_file_read(file, first + i, values, &status, failure);
        *whole = run_is_finished(status);
    }
    return result;
}

int until_read(struct until *until, const struct sweep_file *file, size_t point, struct failure *failure) {
    const struct sweep *sweep = until->sweep;
    double *values = memory_new(sweep->values, sizeof *values);
    int whole = 0, status = RUN_PENDING;
    int result = values == NULL ? fail_memory(failure, "the outcomes of a run")
                                : is_whole(until, file, point, values, &whole, failure);
    while (whole && result == MATTHEW_OK) {
        for (size_t end = until_next(until, point); until->point[point].replicates < end && result == MATTHEW_OK;) {
            size_t run = point * sweep->replicates + until->point[point].replicates;
            result = sweep_file_read(file, run, values, &status, failure);
            if (result == MATTHEW_OK)
                until_add(until, point, status < RUN_FAILED ? values : NULL);
        }
        if (result == MATTHEW_OK) {
            until_judge(until, point);
            result = is_whole(until, file, point, values, &whole, failure);
        }
    }
    memory_free(values);
    return result;
}
