#include "study/sweep_find.h"

#include "core/memory.h"
#include "core/names.h"

#include <stdio.h>
#include <string.h>

enum { LIST_SIZE = 300 };

/* What is wanted of each factor. */
struct wanted {
    double value[SWEEP_FACTORS_MAX];
    unsigned char is_given[SWEEP_FACTORS_MAX];
};

/* The different values of a factor, as many as fit. Returns text. */
static char *list_values(const struct factor *factor, char text[LIST_SIZE]) {
    size_t used = 0;
    char value[PARAMETER_TEXT_SIZE];
    for (size_t i = 0; i < factor->count && used < LIST_SIZE; i++) {
        size_t earlier = 0;
        while (earlier < i && factor->values[earlier] != factor->values[i])
            earlier++;
        if (earlier < i)
            continue;
        if (used + PARAMETER_TEXT_SIZE + 8 > LIST_SIZE) {
            snprintf(text + used, LIST_SIZE - used, ", ...");
            break;
        }
        used += (size_t)snprintf(text + used, LIST_SIZE - used, "%s%s", used > 0 ? ", " : "",
                                 parameter_print(factor->info, factor->values[i], value));
    }
    return text;
}

static int find_factor(const struct sweep *sweep, const char *name, size_t *factor, struct failure *failure) {
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32], list[LIST_SIZE] = "", found[EXCERPT_SIZE];
    size_t used = 0;
    nearest_name_open(&search, name);
    for (*factor = 0; *factor < sweep->factor_count; ++*factor) {
        const struct factor *one = &sweep->factor[*factor];
        if (strcmp(one->name, name) == 0 || strcmp(one->path, name) == 0)
            return MATTHEW_OK;
        nearest_name_offer(&search, one->name);
        used += used < sizeof list
                    ? (size_t)snprintf(list + used, sizeof list - used, "%s%s", used > 0 ? ", " : "", one->name)
                    : 0;
    }
    nearest_name_hint(&search, hint, sizeof hint);
    return fail(failure, MATTHEW_BAD_ARGUMENT, "the sweep has no factor `%s`%s%s%s", text_excerpt(name, found),
                hint[0] == '\0' ? "; it has " : "", hint[0] == '\0' ? list : "", hint);
}

int sweep_find_value(const struct sweep *sweep, const char *name, const char *text, size_t *factor, double *value,
                     struct failure *failure) {
    char found[EXCERPT_SIZE], list[LIST_SIZE];
    size_t level = 0;
    struct failure inner;
    int status = find_factor(sweep, name, factor, failure);
    if (status != MATTHEW_OK)
        return status;
    const struct factor *one = &sweep->factor[*factor];
    if (parameter_parse(one->info, text, value, &inner) != MATTHEW_OK)
        return fail(failure, MATTHEW_BAD_ARGUMENT, "%s: %s", one->name, inner.text);
    while (level < one->count && one->values[level] != *value)
        level++;
    if (level == one->count)
        return fail(failure, MATTHEW_BAD_ARGUMENT, "%s is never %s in the sweep; it is %s", one->name,
                    text_excerpt(text, found), list_values(one, list));
    return MATTHEW_OK;
}

/* One NAME=VALUE. */
static int read_pair(const struct sweep *sweep, char *pair, struct wanted *wanted, struct failure *failure) {
    char found[EXCERPT_SIZE], *equals = strchr(pair, '=');
    size_t place = 0;
    double value = 0;
    if (equals == NULL)
        return fail(failure, MATTHEW_BAD_ARGUMENT, "expected NAME=VALUE%s, found `%s`",
                    sweep->design == SWEEP_LIST ? " or the number of a point" : "", text_excerpt(pair, found));
    *equals = '\0';
    int status = sweep_find_value(sweep, pair, equals + 1, &place, &value, failure);
    if (status != MATTHEW_OK)
        return status;
    if (wanted->is_given[place])
        return fail(failure, MATTHEW_BAD_ARGUMENT, "%s is given twice", sweep->factor[place].name);
    wanted->value[place] = value;
    wanted->is_given[place] = 1;
    return MATTHEW_OK;
}

static int read_pairs(const struct sweep *sweep, const char *text, struct wanted *wanted, struct failure *failure) {
    char *copy = memory_string(text), *pair = copy;
    int status = copy == NULL ? fail_memory(failure, "a point") : MATTHEW_OK;
    while (pair != NULL && status == MATTHEW_OK) {
        char *comma = strchr(pair, ',');
        if (comma != NULL)
            *comma++ = '\0';
        status = read_pair(sweep, pair + strspn(pair, " "), wanted, failure);
        pair = comma;
    }
    memory_free(copy);
    return status;
}

static int is_wanted(const struct sweep *sweep, size_t point, const struct wanted *wanted) {
    for (size_t i = 0; i < sweep->factor_count; i++)
        if (wanted->is_given[i] && sweep->factor[i].values[sweep_level(sweep, point, i)] != wanted->value[i])
            return 0;
    return 1;
}

/* Whether two points have the same values. */
static int are_alike(const struct sweep *sweep, size_t first, size_t second) {
    for (size_t i = 0; i < sweep->factor_count; i++)
        if (sweep->factor[i].values[sweep_level(sweep, first, i)] !=
            sweep->factor[i].values[sweep_level(sweep, second, i)])
            return 0;
    return 1;
}

static int find_by_values(const struct sweep *sweep, const char *text, size_t *point, struct failure *failure) {
    struct wanted wanted = {0};
    char found[EXCERPT_SIZE], list[LIST_SIZE];
    size_t count = 0;
    int status = read_pairs(sweep, text, &wanted, failure);
    if (status != MATTHEW_OK)
        return status;
    for (size_t i = 0; i < sweep->points; i++)
        if (is_wanted(sweep, i, &wanted) && (count == 0 || !are_alike(sweep, *point, i)) && count++ == 0)
            *point = i;
    if (count == 0)
        return fail(failure, MATTHEW_BAD_ARGUMENT, "no point has %s", text_excerpt(text, found));
    for (size_t i = 0; i < sweep->factor_count && count > 1; i++)
        if (!wanted.is_given[i] && sweep->factor[i].count > 1)
            return fail(failure, MATTHEW_BAD_ARGUMENT, "%s is missing; it is %s", sweep->factor[i].name,
                        list_values(&sweep->factor[i], list));
    return MATTHEW_OK;
}

int sweep_find_point(const struct sweep *sweep, const char *text, size_t *point, struct failure *failure) {
    struct number_rule rule = {0, (double)sweep->points - 1, "", 1};
    struct failure inner;
    double number = 0;
    *point = 0;
    if (sweep->design != SWEEP_LIST || strchr(text, '=') != NULL)
        return find_by_values(sweep, text, point, failure);
    if (number_read(&rule, text, &number, &inner) != MATTHEW_OK)
        return fail(failure, MATTHEW_BAD_ARGUMENT, "%s", inner.text);
    *point = (size_t)number;
    return MATTHEW_OK;
}
