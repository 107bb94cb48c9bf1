#include "study/sweep_entries.h"

#include "core/names.h"

#include <stdio.h>
#include <string.h>

/* ---- reading ---- */

static int fail_entry(const struct sweep *sweep, const struct factor *factor, const struct node *node, const char *name,
                      struct failure *failure) {
    const struct scenario *base = &sweep->base;
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32];
    nearest_name_open(&search, name);
    for (size_t i = 0; i < base->change_count; i++)
        if (base->changes[i].entry[0] != '\0')
            nearest_name_offer(&search, base->changes[i].entry);
    for (size_t i = 0; i < base->takeover_count; i++)
        if (base->takeovers[i].entry[0] != '\0')
            nearest_name_offer(&search, base->takeovers[i].entry);
    return document_fail_key(factor->document, node, NULL, failure,
                             "no entry of the schedule has this `name`%s; write schedule.NAME.month",
                             nearest_name_hint(&search, hint, sizeof hint));
}

static int fail_part(const struct factor *factor, const struct node *node, const char *what, struct failure *failure) {
    return document_fail_key(factor->document, node, NULL, failure, "of this entry `month` and `%s` can be factors",
                             what);
}

/* The one parameter, of one member or of several, that an entry sets; null when it sets none or more. */
static const struct parameter_info *parameter_of(const struct scenario *scenario, const char *entry) {
    const struct parameter_info *info = NULL;
    for (size_t i = 0; i < scenario->change_count; i++) {
        const struct change *change = &scenario->changes[i];
        const struct parameter_info *own = parameter_slot_of(change->index).info;
        if (strcmp(change->entry, entry) != 0)
            continue;
        if (info != NULL && own != info)
            return NULL;
        info = own;
    }
    return info;
}

static int buys(const struct scenario *scenario, const char *entry) {
    for (size_t i = 0; i < scenario->takeover_count; i++)
        if (strcmp(scenario->takeovers[i].entry, entry) == 0)
            return 1;
    return 0;
}

static int read_part(const struct sweep *sweep, struct factor *factor, const char *part, const struct node *node,
                     struct failure *failure) {
    const struct scenario *base = &sweep->base;
    int has_price = buys(base, factor->entry);
    factor->own =
        (struct parameter_info){.group = "schedule", .name = factor->entry, .kind = KIND_REAL, .family = FAMILY_NONE};
    factor->info = &factor->own;
    if (strcmp(part, "month") == 0) {
        factor->part = ENTRY_MONTH;
        factor->own.min = 1;
        factor->own.max = SCENARIO_MONTHS_MAX;
        factor->own.unit = "month";
        factor->own.description = "month of an entry of the schedule";
    } else if (strcmp(part, "price") == 0 && has_price) {
        factor->part = ENTRY_PRICE;
        factor->own.max = SCENARIO_PRICE_MAX;
        factor->own.unit = "M$";
        factor->own.description = "price of a takeover of the schedule";
    } else if (strcmp(part, "value") == 0 && !has_price) {
        factor->part = ENTRY_VALUE;
        factor->info = parameter_of(base, factor->entry);
        if (factor->info == NULL)
            return document_fail_key(factor->document, node, NULL, failure,
                                     "the entry sets several parameters, so that it has no one value");
    } else
        return fail_part(factor, node, has_price ? "price" : "value", failure);
    return MATTHEW_OK;
}

int sweep_read_entry(const struct sweep *sweep, struct factor *factor, const struct node *node, const char *wanted,
                     struct failure *failure) {
    char path[PARAMETER_PATH_SIZE];
    if (strlen(wanted) >= sizeof path)
        return document_fail_key(factor->document, node, NULL, failure, "longer than %zu bytes", sizeof path - 1);
    snprintf(path, sizeof path, "%s", wanted + strlen("schedule."));
    char *dot = strchr(path, '.');
    if (dot != NULL)
        *dot = '\0';
    if (path[0] == '\0' || strlen(path) >= ENTRY_NAME_SIZE || !scenario_has_entry(&sweep->base, path))
        return fail_entry(sweep, factor, node, path, failure);
    snprintf(factor->path, sizeof factor->path, "%s", wanted);
    memcpy(factor->entry, path, strlen(path) + 1);
    return read_part(sweep, factor, dot == NULL ? "" : dot + 1, node, failure);
}
