/* Tables read from CSV: cells and their places, random texts, and memory that runs out. */
#include "core/document.h"

#include "core/memory.h"
#include "core/random.h"
#include "support/asserts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct document document;
static struct failure failure;

static int read_text(const char *text, size_t size) {
    return document_read_table_text(&document, "t.csv", text, size, &failure);
}

/* The cells as they were read, column by column, with `|` before each and a line for each column. */
static void expect(const char *text, const char *cells) {
    char found[500] = "";
    size_t used = 0;
    cr_assert(read_text(text, strlen(text)) == MATTHEW_OK, "%s: %s", text, failure.text);
    for (const struct node *column = document.root->first; column != NULL; column = column->next) {
        used += (size_t)snprintf(found + used, sizeof found - used, "%s", column->key);
        for (const struct node *cell = column->first; cell != NULL; cell = cell->next)
            used += (size_t)snprintf(found + used, sizeof found - used, "|%s", cell->text);
        used += (size_t)snprintf(found + used, sizeof found - used, ";");
    }
    cr_assert(strcmp(found, cells) == 0, "%s: `%s` in place of `%s`", text, found, cells);
    document_free(&document);
}

Test(table, cells) {
    expect("a,b\n1,2\n3,4\n", "a|1|3;b|2|4;");
    expect("a,b\r\n1,2\r\n3,4", "a|1|3;b|2|4;");
    expect("\xef\xbb\xbf"
           "a\n1\n\n \n",
           "a|1;");
    expect(" a\t, b \n 1 , 2 3\n", "a|1;b|2 3;");
    expect("a,b\n1,\n,2\n", "a|1|;b||2;");
    expect("\"a,\"\"b\"\"\",c\n\"1\n2\", \"\" \n", "a,\"b\"|1\n2;c|;");
    expect("a\n\"\"\n1\n", "a||1;");
}

Test(table, places) {
    const char *text = "h\xc3\xa4,b\n\"x\ny\", 2\n7,\xc3\xa4,\n";
    assert_status(read_text(text, strlen(text)), MATTHEW_BAD_SCENARIO, failure.text);
    cr_assert(strcmp(failure.text, "t.csv:4:1: 3 cells, but there are 2 columns") == 0, "%s", failure.text);
    text = "h\xc3\xa4,b\n\"x\ny\", 2\n7,\xc3\xa4\n";
    assert_status(read_text(text, strlen(text)), MATTHEW_OK, failure.text);
    const struct node *b = document.root->first->next;
    cr_assert(b->key_line == 1 && b->key_column == 4, "%d:%d", b->key_line, b->key_column);
    cr_assert(b->first->line == 3 && b->first->column == 5, "%d:%d", b->first->line, b->first->column);
    cr_assert(b->first->next->line == 4 && b->first->next->column == 3, "%d:%d", b->first->next->line,
              b->first->next->column);
    document_free(&document);
}

/* Random pieces: one line for each refusal, and no memory lost. */
Test(table, of_nothing) {
    static const char *const pieces[] = {"a",    "b",        ",",   ",", "\"",  "\"\"",  "\n",    "\r\n",
                                         "\r",   " ",        "\t",  "1", "2.5", "a,b\n", "1,2\n", "\xef\xbb\xbf",
                                         "\xc3", "\xc3\xa4", "\x01"};
    size_t live = memory_live();
    int accepted = 0;
    for (uint64_t i = 0; i < 200000; i++) {
        char text[200] = "";
        size_t size = 0;
        for (uint64_t n = 0; n < 1 + random_mix(i) % 14; n++) {
            uint64_t word = random_mix(i * 16 + n + 1);
            const char *piece = word % 64 == 0 ? "" : pieces[word / 64 % (sizeof pieces / sizeof *pieces)];
            size_t length = piece[0] == '\0' ? 1 : strlen(piece); /* a zero byte */
            memcpy(text + size, piece, length);
            size += length;
        }
        char *exact = malloc(size); /* so that a sanitizer sees what is read behind it */
        memcpy(exact, text, size);
        int status = read_text(exact, size);
        free(exact);
        cr_assert(status == MATTHEW_OK || (status == MATTHEW_BAD_SCENARIO && strncmp(failure.text, "t.csv:", 6) == 0),
                  "%s: %s", text, failure.text);
        accepted += status == MATTHEW_OK;
        document_free(&document);
    }
    assert_equal(memory_live(), live);
    cr_assert(accepted > 1000, "%d", accepted);
}

Test(table, memory_runs_out) {
    static char text[200000] = "a,\"b\"\n";
    size_t live = memory_live(), n = 1, used = strlen(text);
    while (used < sizeof text - 20)
        used += (size_t)snprintf(text + used, sizeof text - used, "1,\"2\"\n");
    for (;; n++) {
        memory_fail_at(n);
        int status = read_text(text, used);
        memory_fail_at(0);
        document_free(&document);
        assert_equal(memory_live(), live);
        if (status == MATTHEW_OK)
            break;
        assert_status(status, MATTHEW_NO_MEMORY, failure.text);
    }
    cr_assert(n > 100, "%zu", n);
}
