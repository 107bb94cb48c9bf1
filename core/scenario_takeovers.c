#include "core/scenario_inner.h"

#include "core/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_named(const struct scenario *scenario, const char *name) {
    for (size_t i = 0; i < scenario->named_count; i++)
        if (strcmp(scenario->named[i].name, name) == 0)
            return 1;
    return 0;
}

/* The value of `buyer` or `target`: the name of a named firm. */
static int read_firm(const struct application *application, const struct node *node, char name[64]) {
    const struct scenario *scenario = application->scenario;
    const char *text = "";
    int status = node_text(application->document, node, &text, application->failure);
    if (status != MATTHEW_OK)
        return status;
    if (!is_named(scenario, text)) {
        struct nearest_name search;
        char hint[NAME_SIZE_MAX + 32], shown[EXCERPT_SIZE];
        nearest_name_open(&search, text);
        for (size_t i = 0; i < scenario->named_count; i++)
            nearest_name_offer(&search, scenario->named[i].name);
        return document_fail(application->document, node, NULL, application->failure, "no named firm is called `%s`%s",
                             text_excerpt(text, shown), nearest_name_hint(&search, hint, sizeof hint));
    }
    memcpy(name, text, strlen(text) + 1); /* the names of named firms fit */
    return MATTHEW_OK;
}

static const char *const keys[] = {"buyer", "target", "price"};
enum { BUYER, TARGET, PRICE, KEYS };

static int read_keys(const struct application *application, const struct node *node, const struct node *value[KEYS]) {
    int status = node_mapping(application->document, node, application->failure);
    if (status != MATTHEW_OK)
        return status;
    for (const struct node *child = node->first; child != NULL; child = child->next) {
        int key = 0;
        while (key < KEYS && strcmp(child->key, keys[key]) != 0)
            key++;
        if (key == KEYS)
            return document_fail_key(application->document, child, NULL, application->failure,
                                     "no such key; a takeover has `buyer`, `target` and `price`");
    }
    for (int key = 0; key < KEYS; key++) {
        value[key] = node_child(node, keys[key]);
        if (value[key] == NULL)
            return document_fail(application->document, node, NULL, application->failure,
                                 "`%s` is missing; a takeover has `buyer`, `target` and `price`", keys[key]);
    }
    return MATTHEW_OK;
}

int scenario_apply_takeover(struct application *application, const struct node *node, long month) {
    struct scenario *scenario = application->scenario;
    struct takeover *takeover = &scenario->takeovers[scenario->takeover_count];
    const struct node *value[KEYS] = {NULL};
    if (scenario->takeover_count >= SCENARIO_TAKEOVERS_MAX)
        return document_fail(application->document, node, NULL, application->failure, "more than %d takeovers",
                             SCENARIO_TAKEOVERS_MAX);
    memset(takeover, 0, sizeof *takeover);
    takeover->month = month;
    takeover->place = scenario->takeover_count;
    takeover->given = !application->shipped;
    int status = read_keys(application, node, value);
    if (status == MATTHEW_OK)
        status = read_firm(application, value[BUYER], takeover->buyer);
    if (status == MATTHEW_OK)
        status = read_firm(application, value[TARGET], takeover->target);
    if (status == MATTHEW_OK)
        status = node_number(application->document, value[PRICE], &price_rule, &takeover->price, application->failure);
    if (status == MATTHEW_OK && strcmp(takeover->buyer, takeover->target) == 0)
        status = document_fail(application->document, value[TARGET], NULL, application->failure,
                               "a firm cannot take over itself");
    scenario->takeover_count += status == MATTHEW_OK;
    return status;
}

static int by_month(const void *left, const void *right) {
    const struct takeover *a = left, *b = right;
    return a->month != b->month ? (a->month > b->month) - (a->month < b->month)
                                : (a->place > b->place) - (a->place < b->place);
}

void scenario_sort_takeovers(struct scenario *scenario) {
    if (scenario->takeover_count > 0)
        qsort(scenario->takeovers, scenario->takeover_count, sizeof *scenario->takeovers, by_month);
    for (size_t i = 0; i < scenario->takeover_count; i++)
        scenario->takeovers[i].place = i;
}

int scenario_drop_takeovers(struct application *application) {
    struct scenario *scenario = application->scenario;
    size_t kept = 0;
    int status = MATTHEW_OK;
    for (size_t i = 0; i < scenario->takeover_count; i++) {
        const struct takeover *takeover = &scenario->takeovers[i];
        if (is_named(scenario, takeover->buyer) && is_named(scenario, takeover->target))
            scenario->takeovers[kept++] = *takeover;
        else if (status == MATTHEW_OK)
            status = scenario_note(application, WARNING_dropped_takeover,
                                   "named_firms: without %s there is no takeover of %s by %s in month %ld",
                                   is_named(scenario, takeover->buyer) ? takeover->target : takeover->buyer,
                                   takeover->target, takeover->buyer, takeover->month);
    }
    scenario->takeover_count = kept;
    return status;
}

int scenario_check_takeovers(const struct scenario *scenario, struct failure *failure) {
    long month = 1;
    if (scenario->takeover_count > SCENARIO_TAKEOVERS_MAX)
        return fail(failure, MATTHEW_BAD_SCENARIO, "schedule: more than %d takeovers", SCENARIO_TAKEOVERS_MAX);
    for (size_t i = 0; i < scenario->takeover_count; i++) {
        const struct takeover *takeover = &scenario->takeovers[i];
        struct failure inner;
        if (takeover->month < month || takeover->month > SCENARIO_MONTHS_MAX || !is_named(scenario, takeover->buyer) ||
            !is_named(scenario, takeover->target) || strcmp(takeover->buyer, takeover->target) == 0)
            return fail(failure, MATTHEW_BAD_SCENARIO,
                        "schedule: a takeover out of order, or not between two named firms");
        if (number_check(&price_rule, takeover->price, &inner) != MATTHEW_OK)
            return fail(failure, MATTHEW_BAD_SCENARIO, "schedule, month %ld: price of the takeover: %s",
                        takeover->month, inner.text);
        month = takeover->month;
    }
    return MATTHEW_OK;
}
