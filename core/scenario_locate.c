#include "core/scenario_inner.h"

#include <stdio.h>
#include <string.h>

/* The deepest node below a mapping on a dotted path, whose parts may be joined in keys; null when nothing is there.
 * A star stands for any part. */
static const struct node *follow(const struct node *mapping, const char *path) {
    for (const struct node *child = mapping->first; child != NULL; child = child->next) {
        const char *key = child->key, *rest = path;
        while (*key != '\0' && (*key == *rest || *key == '*')) {
            rest += *key == '*' ? strcspn(rest, ".") : 1;
            key++;
        }
        if (*key != '\0' || (*rest != '\0' && *rest != '.'))
            continue;
        const struct node *deeper = *rest == '.' && child->kind == NODE_MAPPING ? follow(child, rest + 1) : NULL;
        return deeper != NULL ? deeper : child;
    }
    return NULL;
}

/* The first entry of the schedule of that month. */
static const struct node *entry_of(const struct node *root, const char *key) {
    const struct node *schedule = node_child(root, "schedule");
    long wanted = 0, month = 0;
    if (schedule == NULL || sscanf(key, "schedule, month %ld", &wanted) != 1)
        return schedule;
    for (const struct node *entry = schedule->first; entry != NULL; entry = entry->next) {
        const struct node *when = entry->kind == NODE_MAPPING ? node_child(entry, "month") : NULL;
        if (when != NULL && when->text != NULL && sscanf(when->text, "%ld", &month) == 1 && month == wanted)
            return when;
    }
    return schedule;
}

static const struct node *find(const struct node *root, const char *key) {
    const struct node *set = node_child(root, "set"), *named = node_child(root, "named_firms"), *found;
    if (strncmp(key, "schedule", 8) == 0)
        return entry_of(root, key);
    if (strncmp(key, "firms.", 6) == 0)
        return named != NULL && named->kind == NODE_MAPPING ? follow(named, key + 6) : NULL;
    found = set != NULL && set->kind == NODE_MAPPING ? follow(set, key) : NULL;
    return found != NULL ? found : follow(root, key);
}

void scenario_locate(const char *path, struct failure *failure) {
    struct document document;
    struct failure inner = *failure, unseen;
    char key[PARAMETER_PATH_SIZE + 100];
    const char *end = strstr(inner.text, ": ");
    if ((inner.status != MATTHEW_BAD_SCENARIO && inner.status != MATTHEW_TOO_LARGE) || end == NULL ||
        (size_t)(end - inner.text) >= sizeof key || document_read_file(&document, path, &unseen) != MATTHEW_OK)
        return;
    snprintf(key, sizeof key, "%.*s", (int)(end - inner.text), inner.text);
    const struct node *node = document.root->kind == NODE_MAPPING ? find(document.root, key) : NULL;
    if (node != NULL) {
        fail(failure, inner.status, "%s:%d:%d: %s", document.name, node->line, node->column, inner.text);
        failure_place(failure, document.name, node->line, node->column);
        failure_inherit(failure, &inner);
    }
    document_free(&document);
}
