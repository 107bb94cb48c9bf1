#include "core/document_inner.h"

#include "core/memory.h"
#include "core/names.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

enum { KEY_BYTES_MAX = 255, KEYS_FIRST = 256 };

struct reader {
    struct document *document;
    struct failure *failure;
    const char *bytes; /* all of the text, for hints about tabs */
    size_t size;
    yaml_parser_t parser;
    int documents;
    int depth;                                /* of open collections */
    struct node *open[DOCUMENT_DEPTH_MAX];    /* they, outermost first */
    struct node *last[DOCUMENT_DEPTH_MAX];    /* newest child of each */
    const char *key[DOCUMENT_DEPTH_MAX];      /* key that waits for its value, or null */
    yaml_mark_t key_mark[DOCUMENT_DEPTH_MAX]; /* and where it is */
    const struct node **keyed;                /* hash table of nodes by (parent, key), to find repeated keys */
    size_t keyed_size, keyed_count;           /* size: a power of 2 */
};

/* A failure at a place: "NAME:LINE:COLUMN: text". */
static int fail_mark(struct reader *reader, yaml_mark_t mark, const char *text) {
    fail(reader->failure, MATTHEW_BAD_SCENARIO, "%s:%zu:%zu: %s", reader->document->name, mark.line + 1,
         mark.column + 1, text);
    failure_place(reader->failure, reader->document->name, (long)mark.line + 1, (long)mark.column + 1);
    failure_key(reader->failure, NULL, text);
    return MATTHEW_BAD_SCENARIO;
}

/* 1 when blanks at the start of a line (counted from 0) hold a tab. */
static int indented_by_tab(const struct reader *reader, size_t line) {
    const char *c = reader->bytes, *end = reader->bytes + reader->size;
    for (; line > 0 && c < end; c++)
        line -= *c == '\n';
    for (; c < end && (*c == ' ' || *c == '\t'); c++)
        if (*c == '\t')
            return 1;
    return 0;
}

/* What libyaml complains of. */
static int fail_syntax(struct reader *reader) {
    const yaml_parser_t *parser = &reader->parser;
    char text[400];
    if (parser->error == YAML_MEMORY_ERROR)
        return fail_memory(reader->failure, "reading YAML");
    if (indented_by_tab(reader, parser->problem_mark.line))
        return fail_mark(reader, parser->problem_mark, "a tab in the indentation: use spaces");
    const char *problem = parser->problem == NULL ? "cannot be read" : parser->problem;
    if (parser->context == NULL)
        snprintf(text, sizeof text, "not valid YAML: %s", problem);
    else
        snprintf(text, sizeof text, "not valid YAML: %s (%s that begins in line %zu)", problem, parser->context,
                 parser->context_mark.line + 1);
    return fail_mark(reader, parser->problem_mark, text);
}

static size_t hash_key(const struct node *parent, const char *key) {
    uint64_t hash = (uint64_t)(uintptr_t)parent * UINT64_C(0x9e3779b97f4a7c15) ^ UINT64_C(0xcbf29ce484222325);
    for (; *key != '\0'; key++)
        hash = (hash ^ (unsigned char)*key) * UINT64_C(0x100000001b3);
    return (size_t)(hash ^ hash >> 29);
}

/* The place of a key in the table: where it is, or the empty place for it. */
static size_t find_key(const struct node *const *keyed, size_t size, const struct node *parent, const char *key) {
    size_t at = hash_key(parent, key) & (size - 1);
    while (keyed[at] != NULL && (keyed[at]->parent != parent || strcmp(keyed[at]->key, key) != 0))
        at = (at + 1) & (size - 1);
    return at;
}

static int grow_keys(struct reader *reader) {
    size_t size = reader->keyed_size == 0 ? KEYS_FIRST : 2 * reader->keyed_size;
    const struct node **keyed = memory_new(size, sizeof(const struct node *));
    if (keyed == NULL)
        return fail_memory(reader->failure, "reading YAML");
    for (size_t i = 0; i < reader->keyed_size; i++)
        if (reader->keyed[i] != NULL)
            keyed[find_key(keyed, size, reader->keyed[i]->parent, reader->keyed[i]->key)] = reader->keyed[i];
    memory_free(reader->keyed);
    reader->keyed = keyed;
    reader->keyed_size = size;
    return MATTHEW_OK;
}

/* Remembers the key of a new node; refuses one that its mapping has already. */
static int note_key(struct reader *reader, const struct node *node) {
    if (2 * (reader->keyed_count + 1) > reader->keyed_size) {
        int status = grow_keys(reader);
        if (status != MATTHEW_OK)
            return status;
    }
    size_t at = find_key(reader->keyed, reader->keyed_size, node->parent, node->key);
    if (reader->keyed[at] != NULL)
        return document_fail_key(reader->document, node, NULL, reader->failure, "given twice, first in line %d",
                                 reader->keyed[at]->key_line);
    reader->keyed[at] = node;
    reader->keyed_count++;
    return MATTHEW_OK;
}

/* A scalar in the place of a mapping's key. */
static int take_key(struct reader *reader, const yaml_event_t *event) {
    const char *text = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    int level = reader->depth - 1;
    if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && strcmp(text, "<<") == 0)
        return fail_mark(reader, event->start_mark, "merge keys (<<) are not allowed: use `base`");
    if (length == 0)
        return fail_mark(reader, event->start_mark, "a key is missing before the colon");
    if (length > KEY_BYTES_MAX || !text_is_one_line(text) || strlen(text) != length)
        return fail_mark(reader, event->start_mark,
                         "a key must be one line of at most 255 bytes without control characters");
    reader->key[level] = document_copy(reader->document, text, length);
    reader->key_mark[level] = event->start_mark;
    return reader->key[level] == NULL ? fail_memory(reader->failure, "reading YAML") : MATTHEW_OK;
}

/* The node of an event, hung into the tree below what is open; null when refused. */
static struct node *add_node(struct reader *reader, const yaml_event_t *event, enum node_kind kind) {
    struct document *document = reader->document;
    if (document->node_count >= DOCUMENT_NODES_MAX) {
        fail_mark(reader, event->start_mark, "more than 262144 values in one file");
        return NULL;
    }
    struct node *node = document_new(document, sizeof *node);
    if (node == NULL) {
        fail_memory(reader->failure, "reading YAML");
        return NULL;
    }
    document->node_count++;
    node->kind = kind;
    node->line = node->key_line = (int)event->start_mark.line + 1;
    node->column = node->key_column = (int)event->start_mark.column + 1;
    if (reader->depth == 0) {
        document->root = node;
        return node;
    }
    int level = reader->depth - 1;
    struct node *parent = reader->open[level];
    node->parent = parent;
    node->place = parent->count++;
    if (parent->kind == NODE_MAPPING) {
        node->key = reader->key[level];
        node->key_line = (int)reader->key_mark[level].line + 1;
        node->key_column = (int)reader->key_mark[level].column + 1;
        reader->key[level] = NULL;
        if (note_key(reader, node) != MATTHEW_OK)
            return NULL;
    }
    if (reader->last[level] == NULL)
        parent->first = node;
    else
        reader->last[level]->next = node;
    reader->last[level] = node;
    return node;
}

static int take_scalar(struct reader *reader, const yaml_event_t *event) {
    const char *text = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    if (reader->depth > 0 && reader->open[reader->depth - 1]->kind == NODE_MAPPING &&
        reader->key[reader->depth - 1] == NULL)
        return take_key(reader, event);
    if (memchr(text, '\0', length) != NULL)
        return fail_mark(reader, event->start_mark, "a text holds the character \\0");
    struct node *node = add_node(reader, event, NODE_SCALAR);
    if (node == NULL)
        return reader->failure->status;
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->text = document_copy(reader->document, text, length);
    return node->text == NULL ? fail_memory(reader->failure, "reading YAML") : MATTHEW_OK;
}

static int take_collection(struct reader *reader, const yaml_event_t *event, enum node_kind kind) {
    if (reader->depth > 0 && reader->open[reader->depth - 1]->kind == NODE_MAPPING &&
        reader->key[reader->depth - 1] == NULL)
        return fail_mark(reader, event->start_mark, "a key must be a word, not a mapping or a list");
    if (reader->depth == DOCUMENT_DEPTH_MAX)
        return fail_mark(reader, event->start_mark, "nested more than 32 levels deep");
    struct node *node = add_node(reader, event, kind);
    if (node == NULL)
        return reader->failure->status;
    reader->open[reader->depth] = node;
    reader->last[reader->depth] = NULL;
    reader->key[reader->depth] = NULL;
    reader->depth++;
    return MATTHEW_OK;
}

/* What strict reading refuses of an event before it looks at its kind. */
static int refuse_extras(struct reader *reader, const yaml_event_t *event) {
    const yaml_char_t *anchor = NULL, *tag = NULL;
    if (event->type == YAML_SCALAR_EVENT) {
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    }
    if (event->type == YAML_ALIAS_EVENT)
        return fail_mark(reader, event->start_mark, "aliases (*name) are not allowed");
    if (anchor != NULL)
        return fail_mark(reader, event->start_mark, "anchors (&name) are not allowed");
    if (tag != NULL)
        return fail_mark(reader, event->start_mark, "tags (!name) are not allowed");
    if (event->type == YAML_DOCUMENT_START_EVENT && reader->documents++ > 0)
        return fail_mark(reader, event->start_mark, "a second document begins here: a file holds one");
    return MATTHEW_OK;
}

static int take_event(struct reader *reader, const yaml_event_t *event) {
    int status = refuse_extras(reader, event);
    if (status != MATTHEW_OK)
        return status;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return take_scalar(reader, event);
    case YAML_SEQUENCE_START_EVENT:
        return take_collection(reader, event, NODE_SEQUENCE);
    case YAML_MAPPING_START_EVENT:
        return take_collection(reader, event, NODE_MAPPING);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        reader->depth--;
        return MATTHEW_OK;
    default:
        return MATTHEW_OK;
    }
}

static int parse(struct reader *reader) {
    int status = MATTHEW_OK;
    for (int done = 0; !done && status == MATTHEW_OK;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&reader->parser, &event))
            return fail_syntax(reader);
        done = event.type == YAML_STREAM_END_EVENT;
        status = take_event(reader, &event);
        yaml_event_delete(&event);
    }
    if (status == MATTHEW_OK && (reader->document->root == NULL || node_is_null(reader->document->root)))
        return fail(reader->failure, MATTHEW_BAD_SCENARIO, "%s: the file is empty", reader->document->name);
    return status;
}

static int read_bytes(struct document *document, const char *bytes, size_t size, struct failure *failure) {
    struct failure unseen;
    struct reader reader = {
        .document = document, .failure = failure == NULL ? &unseen : failure, .bytes = bytes, .size = size};
    if (size > DOCUMENT_BYTES_MAX)
        return document_fail_size(document, DOCUMENT_BYTES_MAX, reader.failure);
    document_skip_mark(&reader.bytes, &reader.size);
    int status = document_check_characters(document, reader.bytes, reader.size, reader.failure);
    if (status != MATTHEW_OK)
        return status;
    if (!yaml_parser_initialize(&reader.parser))
        return fail_memory(reader.failure, "reading YAML");
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)reader.bytes, reader.size);
    status = parse(&reader);
    yaml_parser_delete(&reader.parser);
    memory_free(reader.keyed);
    return status;
}

int document_read_text(struct document *document, const char *name, const char *text, size_t size,
                       struct failure *failure) {
    memset(document, 0, sizeof *document);
    int status = document_keep_name(document, name, failure);
    if (status == MATTHEW_OK)
        status = read_bytes(document, text, size, failure);
    if (status != MATTHEW_OK)
        document_free(document);
    return status;
}

int document_read_file(struct document *document, const char *path, struct failure *failure) {
    size_t size = 0;
    memset(document, 0, sizeof *document);
    int status = document_keep_name(document, path, failure);
    if (status == MATTHEW_OK)
        status = document_take_file(document, path, DOCUMENT_BYTES_MAX, &size, failure);
    if (status == MATTHEW_OK)
        status = read_bytes(document, document->source, size, failure);
    if (status != MATTHEW_OK)
        document_free(document);
    return status;
}
