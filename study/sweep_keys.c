#include "study/sweep_keys.h"

#include "core/names.h"

#include <stdio.h>
#include <string.h>

int sweep_check_keys(const struct document *document, const struct node *node, const char *const *keys,
                     const char *what, struct failure *failure) {
    int status = node_mapping(document, node, failure);
    for (const struct node *child = node->first; child != NULL && status == MATTHEW_OK; child = child->next) {
        struct nearest_name search;
        char hint[NAME_SIZE_MAX + 32], list[300] = "";
        size_t i = 0, used = 0;
        nearest_name_open(&search, child->key);
        for (; keys[i] != NULL && strcmp(keys[i], child->key) != 0; i++)
            nearest_name_offer(&search, keys[i]);
        if (keys[i] != NULL)
            continue;
        for (i = 0; keys[i] != NULL && used < sizeof list; i++)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s`%s`", i > 0 ? ", " : "", keys[i]);
        nearest_name_hint(&search, hint, sizeof hint);
        if (hint[0] != '\0')
            status = document_fail_key(document, child, NULL, failure, "no such key%s", hint);
        else
            status = document_fail_key(document, child, NULL, failure, "no such key; %s has %s", what, list);
    }
    return status;
}

int sweep_read_name(const struct sweep *sweep, const struct node *node,
                    const char *(*name_at)(const struct sweep *sweep, size_t place), size_t count, const char *what,
                    size_t *place, struct failure *failure) {
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32];
    const char *name = "";
    int status = node_text(&sweep->document, node, &name, failure);
    if (status != MATTHEW_OK)
        return status;
    nearest_name_open(&search, name);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name_at(sweep, i), name) == 0) {
            *place = i;
            return MATTHEW_OK;
        }
        nearest_name_offer(&search, name_at(sweep, i));
    }
    return document_fail(&sweep->document, node, NULL, failure, "%s%s", what,
                         nearest_name_hint(&search, hint, sizeof hint));
}
