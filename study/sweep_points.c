#include "study/sweep_points.h"

#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 4096 };

/* What the design says of a table; null for other designs. */
static const struct node *table_of(const struct sweep *sweep) {
    const struct node *design = node_child(sweep->document.root, "design");
    return design != NULL && design->kind == NODE_MAPPING ? node_child(design, "list") : NULL;
}

int sweep_read_points(struct sweep *sweep, const char *path, struct failure *failure) {
    char whole[PATH_SIZE];
    const char *name = "", *folder_end = strrchr(path, '/');
    const struct node *node = table_of(sweep);
    struct failure inner = {0};
    int status = node == NULL ? MATTHEW_OK : node_text(&sweep->document, node, &name, failure);
    if (node == NULL || status != MATTHEW_OK)
        return status;
    int folder = name[0] != '/' && folder_end != NULL ? (int)(folder_end + 1 - path) : 0;
    int length = snprintf(whole, sizeof whole, "%.*s%s", folder, path, name);
    if (length < 0 || (size_t)length >= sizeof whole)
        return document_fail(&sweep->document, node, NULL, failure, "the path is too long");
    status = document_read_table(&sweep->table, whole, &inner);
    if (status == MATTHEW_OK)
        return MATTHEW_OK;
    if (status == MATTHEW_BAD_SCENARIO || status == MATTHEW_NO_MEMORY) {
        *failure = inner;
        return status;
    }
    document_fail(&sweep->document, node, NULL, failure, "%s", inner.text);
    return failure->status = status;
}

int sweep_read_points_text(struct sweep *sweep, const char *name, const char *text, struct failure *failure) {
    const struct node *node = table_of(sweep);
    if (node == NULL)
        return MATTHEW_OK;
    if (text == NULL)
        return document_fail(&sweep->document, node, NULL, failure, "its points are not in the file");
    return document_read_table_text(&sweep->table, name, text, strlen(text), failure);
}
