/* CSV as in RFC 4180, read into the tree that YAML of the same meaning gives: a mapping of columns, each a list. */
#include "core/document_inner.h"

#include "core/memory.h"
#include "core/names.h"

#include <stdio.h>
#include <string.h>

/* The columns that have come, and where the reader is. */
struct table {
    struct document *document;
    struct failure *failure;
    const char *at, *end;
    int line, column;
    struct node *root;
    struct node *head[TABLE_COLUMNS_MAX], *last[TABLE_COLUMNS_MAX];
};

struct cell {
    const char *text;
    int line, column;
    int quoted, ends_row;
};

static int fail_here(const struct table *table, int line, int column, const char *text) {
    fail(table->failure, MATTHEW_BAD_SCENARIO, "%s:%d:%d: %s", table->document->name, line, column, text);
    failure_place(table->failure, table->document->name, line, column);
    failure_key(table->failure, NULL, text);
    return MATTHEW_BAD_SCENARIO;
}

static int has_more(const struct table *table) {
    return table->at < table->end;
}

static int is_blank(const struct table *table) {
    return has_more(table) && (*table->at == ' ' || *table->at == '\t');
}

static int is_line_end(const struct table *table) {
    return has_more(table) && (*table->at == '\n' || *table->at == '\r');
}

static int is_cell_end(const struct table *table) {
    return !has_more(table) || *table->at == ',' || is_line_end(table);
}

/* One byte, or the two of a line end. Columns count characters. */
static void step(struct table *table) {
    if (is_line_end(table)) {
        table->at += *table->at == '\r' && table->end - table->at > 1 && table->at[1] == '\n' ? 2 : 1;
        table->line++;
        table->column = 1;
        return;
    }
    table->at++;
    table->column += !has_more(table) || ((unsigned char)*table->at & 0xc0) != 0x80;
}

/* How many bytes from the opening quote to the closing one, or to where reading ends. */
static size_t quoted_length(const struct table *table) {
    const char *at = table->at + 1;
    for (; at < table->end && at - table->at <= 2 * TABLE_CELL_MAX; at++)
        if (*at == '"' && (table->end - at < 2 || *++at != '"'))
            break;
    return (size_t)(at - table->at);
}

/* What is in quotes, in which two stand for one. */
static int read_quoted(struct table *table, struct cell *cell) {
    char *text = document_new(table->document, quoted_length(table) + 1);
    size_t length = 0;
    if (text == NULL)
        return fail_memory(table->failure, "reading a table");
    cell->text = text;
    cell->quoted = 1;
    for (step(table); has_more(table) && length < TABLE_CELL_MAX; step(table)) {
        if (*table->at == '"') {
            if (table->end - table->at < 2 || table->at[1] != '"')
                break;
            step(table);
        }
        text[length++] = *table->at;
    }
    text[length] = '\0';
    if (!has_more(table) || length == TABLE_CELL_MAX)
        return fail_here(table, cell->line, cell->column,
                         has_more(table) ? "a cell of 1,000 bytes and more, or a quote that is not closed"
                                         : "a quote that is not closed");
    for (step(table); is_blank(table);)
        step(table);
    return is_cell_end(table) ? MATTHEW_OK
                              : fail_here(table, table->line, table->column, "text behind the closing quote of a cell");
}

static int read_plain(struct table *table, struct cell *cell) {
    const char *from = table->at, *to = from;
    for (; !is_cell_end(table); step(table)) {
        if (*table->at == '"')
            return fail_here(table, table->line, table->column, "a quote in the middle of a cell");
        if (!is_blank(table))
            to = table->at + 1;
    }
    if (to - from >= TABLE_CELL_MAX)
        return fail_here(table, cell->line, cell->column, "a cell of 1,000 bytes and more");
    cell->text = document_copy(table->document, from, (size_t)(to - from));
    return cell->text == NULL ? fail_memory(table->failure, "reading a table") : MATTHEW_OK;
}

static int read_cell(struct table *table, struct cell *cell) {
    while (is_blank(table))
        step(table);
    *cell = (struct cell){.line = table->line, .column = table->column};
    int status = has_more(table) && *table->at == '"' ? read_quoted(table, cell) : read_plain(table, cell);
    if (status != MATTHEW_OK)
        return status;
    cell->ends_row = !has_more(table) || is_line_end(table);
    if (has_more(table))
        step(table);
    return MATTHEW_OK;
}

static struct node *add_node(struct table *table, enum node_kind kind, const struct cell *cell, struct node *parent,
                             struct node **last) {
    struct node *node =
        table->document->node_count < TABLE_CELLS_MAX ? document_new(table->document, sizeof *node) : NULL;
    if (node == NULL)
        return NULL;
    *node = (struct node){.kind = kind,
                          .line = cell->line,
                          .column = cell->column,
                          .key_line = cell->line,
                          .key_column = cell->column,
                          .text = kind == NODE_SCALAR ? cell->text : NULL,
                          .parent = parent};
    table->document->node_count++;
    if (parent == NULL)
        return node;
    node->place = parent->count++;
    if (*last == NULL)
        parent->first = node;
    else
        (*last)->next = node;
    *last = node;
    return node;
}

static int fail_node(const struct table *table) {
    if (table->document->node_count < TABLE_CELLS_MAX)
        return fail_memory(table->failure, "reading a table");
    return fail_here(table, table->line, table->column, "more than 2,000,000 cells, the most that are read");
}

static int take_name(struct table *table, const struct cell *cell, struct node **last) {
    if (table->root->count == TABLE_COLUMNS_MAX)
        return fail_here(table, cell->line, cell->column, "more than 256 columns, the most that are read");
    if (strpbrk(cell->text, ";\t") != NULL)
        return fail_here(table, cell->line, cell->column, "expected commas between the names of columns");
    if (cell->text[0] == '\0')
        return fail_here(table, cell->line, cell->column, "a column without a name; the first line names the columns");
    if (node_child(table->root, cell->text) != NULL || !text_is_one_line(cell->text))
        return fail_here(table, cell->line, cell->column,
                         text_is_one_line(cell->text) ? "a column of this name was there already"
                                                      : "expected the name of a column in one line");
    size_t place = table->root->count;
    struct node *node = add_node(table, NODE_SEQUENCE, cell, table->root, last);
    if (node == NULL)
        return fail_node(table);
    node->key = cell->text;
    table->head[place] = node;
    return MATTHEW_OK;
}

static int read_header(struct table *table) {
    struct cell cell = {.line = 1, .column = 1};
    struct node *last = NULL;
    int status = MATTHEW_OK;
    table->document->root = table->root = add_node(table, NODE_MAPPING, &cell, NULL, NULL);
    if (table->root == NULL)
        return fail_node(table);
    while (status == MATTHEW_OK && !cell.ends_row)
        if ((status = read_cell(table, &cell)) == MATTHEW_OK)
            status = take_name(table, &cell, &last);
    return status;
}

/* A row; *blank becomes the line of an empty one, after which no other may come. */
static int read_row(struct table *table, int *blank) {
    struct cell cell = {0};
    int line = table->line, status = MATTHEW_OK;
    size_t count = 0, columns = table->root->count;
    while (status == MATTHEW_OK && !cell.ends_row) {
        if ((status = read_cell(table, &cell)) != MATTHEW_OK)
            break;
        if (count == 0 && cell.ends_row && !cell.quoted && cell.text[0] == '\0') {
            *blank = *blank == 0 ? line : *blank;
            return MATTHEW_OK;
        }
        if (*blank != 0)
            return fail_here(table, *blank, 1, "an empty line between rows");
        if (count < columns && add_node(table, NODE_SCALAR, &cell, table->head[count], &table->last[count]) == NULL)
            return fail_node(table);
        count++;
    }
    if (status != MATTHEW_OK || count == columns)
        return status;
    char cells[80];
    snprintf(cells, sizeof cells, "%zu cell%s, but there are %zu columns", count, count == 1 ? "" : "s", columns);
    return fail_here(table, line, 1, cells);
}

static int read_table(struct document *document, const char *bytes, size_t size, struct failure *failure) {
    struct table *table = memory_new(1, sizeof *table);
    int blank = 0;
    if (table == NULL)
        return fail_memory(failure, "reading a table");
    document_skip_mark(&bytes, &size);
    *table = (struct table){
        .document = document, .failure = failure, .at = bytes, .end = bytes + size, .line = 1, .column = 1};
    int status = size > TABLE_BYTES_MAX ? document_fail_size(document, TABLE_BYTES_MAX, failure)
                                        : document_check_characters(document, bytes, size, failure);
    if (status == MATTHEW_OK)
        status = read_header(table);
    while (status == MATTHEW_OK && has_more(table))
        status = read_row(table, &blank);
    if (status == MATTHEW_OK && table->root->first->count == 0)
        status = fail_here(table, table->line, 1, "there is no row below the names of the columns");
    memory_free(table);
    return status;
}

int document_read_table(struct document *document, const char *path, struct failure *failure) {
    size_t size = 0;
    memset(document, 0, sizeof *document);
    int status = document_keep_name(document, path, failure);
    if (status == MATTHEW_OK)
        status = document_take_file(document, path, TABLE_BYTES_MAX, &size, failure);
    if (status == MATTHEW_OK)
        status = read_table(document, document->source, size, failure);
    if (status != MATTHEW_OK)
        document_free(document);
    return status;
}

int document_read_table_text(struct document *document, const char *name, const char *text, size_t size,
                             struct failure *failure) {
    memset(document, 0, sizeof *document);
    int status = document_keep_name(document, name, failure);
    if (status == MATTHEW_OK)
        status = read_table(document, text, size, failure);
    if (status != MATTHEW_OK)
        document_free(document);
    return status;
}
