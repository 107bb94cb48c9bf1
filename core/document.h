/* A YAML document, read strictly into a tree.
 *
 * It owns its text and nodes; document_free is legal after a failed reading and twice. One document of mappings,
 * sequences and scalars: anchors, aliases, tags, merge keys, several documents, keys that are not scalars, repeated
 * keys, text that is not UTF-8, more than DOCUMENT_BYTES_MAX bytes, DOCUMENT_DEPTH_MAX levels or DOCUMENT_NODES_MAX
 * values are refused, so that reading costs at most a fraction of a second whatever the file. Every failure is one line
 * FILE:LINE:COLUMN: [key `path`: ]what is wrong. Lines and columns count from 1; columns count characters.
 * Thread rule: a document belongs to one thread while it is read; then any number may look at it. */
#ifndef MATTHEW_CORE_DOCUMENT_H
#define MATTHEW_CORE_DOCUMENT_H

#include "core/number.h"
#include "core/status.h"

#include <stddef.h>

enum { DOCUMENT_BYTES_MAX = 4 << 20, DOCUMENT_DEPTH_MAX = 32, DOCUMENT_NODES_MAX = 1 << 18, DOCUMENT_PATH_SIZE = 256 };

enum node_kind { NODE_SCALAR, NODE_SEQUENCE, NODE_MAPPING };

struct node {
    enum node_kind kind;
    int quoted;               /* a scalar in quotes or a block: text, never a number or null */
    int line, column;         /* of the value */
    int key_line, key_column; /* of its key; of the value where it has none */
    const char *key;          /* in a mapping, else null */
    const char *text;         /* of a scalar, else null */
    const struct node *parent, *first, *next;
    size_t count; /* children */
    size_t place; /* among its parent's children */
};

struct document {
    char *name;   /* how messages call it: the file's path, or the name of a text */
    char *source; /* the text of a file as it was read; null of a text */
    const struct node *root;
    size_t node_count;
    void *memory;
};

/* Reads a regular file. Errors: NOT_FOUND, READ_FAILED, TOO_LARGE, BAD_SCENARIO (also for an empty file), NO_MEMORY. */
int document_read_file(struct document *document, const char *path, struct failure *failure);

/* Reads a text of `size` bytes that messages call `name`. */
int document_read_text(struct document *document, const char *name, const char *text, size_t size,
                       struct failure *failure);

/* The same from CSV as in RFC 4180, with blanks around cells and empty lines at the end: a mapping of columns by the
 * names in the first line, each a list of texts. A file has at most TABLE_BYTES_MAX bytes. */
enum { TABLE_BYTES_MAX = 32 << 20, TABLE_COLUMNS_MAX = 256, TABLE_CELLS_MAX = 2000000, TABLE_CELL_MAX = 1000 };
int document_read_table(struct document *document, const char *path, struct failure *failure);
int document_read_table_text(struct document *document, const char *name, const char *text, size_t size,
                             struct failure *failure);

void document_free(struct document *document);

/* The child with this key, or null. */
const struct node *node_child(const struct node *mapping, const char *key);

/* 1 for a plain value that is empty; and for that or ~ or null. */
int node_is_empty(const struct node *node);
int node_is_null(const struct node *node);

/* 1 for a key with nothing behind it, or with `true`. */
int node_is_flag(const struct node *node);

/* The keys that lead to a node: "named_firms.OpenAI.cash", "schedule[2].set"; "" for the root. Returns path. */
char *node_path(const struct node *node, char path[DOCUMENT_PATH_SIZE]);

/* The failure of a node's value, or of its key: "FILE:LINE:COLUMN: key `path`: " and the formatted text. A key that is
 * given stands in place of the node's path. Returns BAD_SCENARIO. */
int document_fail(const struct document *document, const struct node *node, const char *key, struct failure *failure,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));
int document_fail_key(const struct document *document, const struct node *node, const char *key,
                      struct failure *failure, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Typed values. Each fails with a message that says what was expected and what was found. */
int node_mapping(const struct document *document, const struct node *node, struct failure *failure);
int node_sequence(const struct document *document, const struct node *node, struct failure *failure);
int node_text(const struct document *document, const struct node *node, const char **text, struct failure *failure);
int node_number(const struct document *document, const struct node *node, const struct number_rule *rule, double *value,
                struct failure *failure);

/* "`12`", "a mapping", "a list", "nothing": what was found in place of something else. Returns text. */
enum { NODE_FOUND_SIZE = 64 };
char *node_found(const struct node *node, char text[NODE_FOUND_SIZE]);

#endif
