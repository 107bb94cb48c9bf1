#include "core/document.h"

#include "core/memory.h"
#include "core/names.h"
#include "core/number.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct node *node_child(const struct node *mapping, const char *key) {
    for (const struct node *child = mapping->first; child != NULL; child = child->next)
        if (child->key != NULL && strcmp(child->key, key) == 0)
            return child;
    return NULL;
}

int node_is_empty(const struct node *node) {
    return node->kind == NODE_SCALAR && !node->quoted && node->text[0] == '\0';
}

int node_is_null(const struct node *node) {
    return node_is_empty(node) || (node->kind == NODE_SCALAR && !node->quoted &&
                                   (strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0));
}

int node_is_flag(const struct node *node) {
    return node_is_empty(node) || (node->kind == NODE_SCALAR && !node->quoted && strcmp(node->text, "true") == 0);
}

char *node_path(const struct node *node, char path[DOCUMENT_PATH_SIZE]) {
    const struct node *line[DOCUMENT_DEPTH_MAX + 1];
    int depth = 0;
    size_t used = 0;
    for (; node->parent != NULL; node = node->parent)
        line[depth++] = node;
    path[0] = '\0';
    while (depth-- > 0 && used < DOCUMENT_PATH_SIZE) {
        char key[EXCERPT_SIZE];
        size_t left = DOCUMENT_PATH_SIZE - used;
        if (line[depth]->key == NULL)
            used += (size_t)snprintf(path + used, left, "[%zu]", line[depth]->place);
        else
            used +=
                (size_t)snprintf(path + used, left, "%s%s", used == 0 ? "" : ".", text_excerpt(line[depth]->key, key));
    }
    return path;
}

/* A key given by the caller as it is; else the node's path; "" for none. */
static int fail_at(const struct document *document, const struct node *node, int line, int column, const char *key,
                   struct failure *failure, const char *format, va_list arguments) {
    char path[DOCUMENT_PATH_SIZE], text[700];
    if (vsnprintf(text, sizeof text, format, arguments) < 0)
        text[0] = '\0';
    if (key == NULL)
        key = node_path(node, path);
    if (key[0] == '\0')
        fail(failure, MATTHEW_BAD_SCENARIO, "%s:%d:%d: %s", document->name, line, column, text);
    else
        fail(failure, MATTHEW_BAD_SCENARIO, "%s:%d:%d: key `%s`: %s", document->name, line, column, key, text);
    failure_place(failure, document->name, line, column);
    failure_key(failure, key, text);
    return MATTHEW_BAD_SCENARIO;
}

int document_fail(const struct document *document, const struct node *node, const char *key, struct failure *failure,
                  const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int status = fail_at(document, node, node->line, node->column, key, failure, format, arguments);
    va_end(arguments);
    return status;
}

int document_fail_key(const struct document *document, const struct node *node, const char *key,
                      struct failure *failure, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int status = fail_at(document, node, node->key_line, node->key_column, key, failure, format, arguments);
    va_end(arguments);
    return status;
}

char *node_found(const struct node *node, char text[NODE_FOUND_SIZE]) {
    char excerpt[EXCERPT_SIZE];
    if (node->kind == NODE_MAPPING)
        snprintf(text, NODE_FOUND_SIZE, "a mapping");
    else if (node->kind == NODE_SEQUENCE)
        snprintf(text, NODE_FOUND_SIZE, "a list");
    else if (node_is_empty(node))
        snprintf(text, NODE_FOUND_SIZE, "nothing");
    else
        snprintf(text, NODE_FOUND_SIZE, node->quoted ? "the text \"%s\"" : "`%s`", text_excerpt(node->text, excerpt));
    return text;
}

int node_mapping(const struct document *document, const struct node *node, struct failure *failure) {
    char found[NODE_FOUND_SIZE];
    if (node->kind != NODE_MAPPING)
        return document_fail(document, node, NULL, failure, "expected a mapping (key: value), found %s",
                             node_found(node, found));
    return MATTHEW_OK;
}

int node_sequence(const struct document *document, const struct node *node, struct failure *failure) {
    char found[NODE_FOUND_SIZE];
    if (node->kind != NODE_SEQUENCE)
        return document_fail(document, node, NULL, failure, "expected a list, found %s", node_found(node, found));
    return MATTHEW_OK;
}

int node_text(const struct document *document, const struct node *node, const char **text, struct failure *failure) {
    char found[NODE_FOUND_SIZE];
    if (node->kind != NODE_SCALAR || node_is_null(node))
        return document_fail(document, node, NULL, failure, "expected a text, found %s", node_found(node, found));
    if (!text_is_one_line(node->text))
        return document_fail(document, node, NULL, failure, "expected one line of text without control characters");
    *text = node->text;
    return MATTHEW_OK;
}

int node_number(const struct document *document, const struct node *node, const struct number_rule *rule, double *value,
                struct failure *failure) {
    char found[NODE_FOUND_SIZE], range[NUMBER_RANGE_SIZE];
    struct failure inner;
    if (node->kind != NODE_SCALAR || node->quoted || node_is_empty(node))
        return document_fail(document, node, NULL, failure, "expected a %s, found %s; %s",
                             rule->whole ? "whole number" : "number", node_found(node, found),
                             number_range(rule, range));
    int status = number_read(rule, node->text, value, &inner);
    if (status != MATTHEW_OK) {
        status = document_fail(document, node, NULL, failure, "%s", inner.text);
        failure_inherit(failure, &inner);
    }
    return status;
}
