#include "study/sweep_names.h"

#include <stdio.h>
#include <string.h>

static int is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int is_digit(char c) {
    return c >= '0' && c <= '9';
}

int sweep_name_is_fit(const char *name) {
    size_t length = strlen(name);
    if (length == 0 || length >= SWEEP_NAME_SIZE || !is_letter(name[0]))
        return 0;
    for (size_t i = 1; i < length; i++)
        if (!is_letter(name[i]) && !is_digit(name[i]))
            return 0;
    return 1;
}

int sweep_name_is_taken(const char *name) {
    static const char *const taken[] = {"point",  "replicate",  "month",     "strategy", "seed",
                                        "status", "months_run", "wall_time", "check"};
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (strcmp(taken[i], name) == 0)
            return 1;
    return strncmp(name, "month_every_", strlen("month_every_")) == 0;
}

/* The last `parts` parts of a path as a name; 0 when it has fewer. A star is left out. */
static int last_parts(const char *path, int parts, char name[SWEEP_NAME_SIZE]) {
    const char *from = path + strlen(path);
    int found = 0;
    while (from > path && found < parts)
        if (--from == path || from[-1] == '.')
            found += strncmp(from, "*.", 2) != 0;
    size_t length = 0;
    for (; *from != '\0' && length + 2 < SWEEP_NAME_SIZE; from++) {
        if (from[0] == '*' && from[1] == '.') {
            from++;
            continue;
        }
        if (length == 0 && is_digit(*from))
            name[length++] = '_';
        name[length++] = is_letter(*from) || is_digit(*from) ? *from : '_';
    }
    name[length] = '\0';
    return found == parts;
}

/* Whether something but this factor has a claim on a name that is its last `parts` parts. */
static int is_claimed(const struct sweep *sweep, size_t factor, int parts, const char *name) {
    char other[SWEEP_NAME_SIZE];
    if (sweep_name_is_taken(name))
        return 1;
    for (size_t i = 0; i < sweep->outcome_count; i++)
        if (strcmp(sweep->outcome[i].name, name) == 0)
            return 1;
    for (size_t i = 0; i < sweep->factor_count; i++) {
        const struct factor *rival = &sweep->factor[i];
        if (i == factor)
            continue;
        if (!rival->is_named)
            last_parts(rival->path, parts, other);
        if (strcmp(rival->is_named ? rival->name : other, name) == 0)
            return 1;
    }
    return 0;
}

static void choose_name(struct sweep *sweep, size_t factor) {
    struct factor *one = &sweep->factor[factor];
    int parts = 1;
    while (last_parts(one->path, parts, one->name) && is_claimed(sweep, factor, parts, one->name))
        parts++;
}

static int check_name(const struct sweep *sweep, const struct document *document, const struct node *node,
                      const char *name, size_t factors_before, size_t outcomes_before, struct failure *failure) {
    const char *other = NULL;
    for (size_t i = 0; i < factors_before; i++)
        if (strcmp(sweep->factor[i].name, name) == 0)
            other = sweep->factor[i].node->key;
    for (size_t i = 0; i < outcomes_before; i++)
        if (strcmp(sweep->outcome[i].name, name) == 0)
            other = sweep->outcome[i].node->key;
    if (other != NULL)
        return document_fail_key(document, node, NULL, failure,
                                 "would be called `%s` in the file, as `%s` is; give it a `name` of its own", name,
                                 other);
    if (sweep_name_is_taken(name))
        return document_fail_key(document, node, NULL, failure, "cannot be called `%s`: the file uses that name itself",
                                 name);
    return MATTHEW_OK;
}

int sweep_name_all(struct sweep *sweep, struct failure *failure) {
    int status = MATTHEW_OK;
    for (size_t i = 0; i < sweep->factor_count; i++)
        if (!sweep->factor[i].is_named)
            choose_name(sweep, i);
    for (size_t i = 0; i < sweep->factor_count && status == MATTHEW_OK; i++)
        status =
            check_name(sweep, sweep->factor[i].document, sweep->factor[i].node, sweep->factor[i].name, i, 0, failure);
    for (size_t i = 0; i < sweep->outcome_count && status == MATTHEW_OK; i++)
        status = check_name(sweep, &sweep->document, sweep->outcome[i].node, sweep->outcome[i].name,
                            sweep->factor_count, 0, failure);
    return status;
}
