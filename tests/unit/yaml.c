#include "core/document.h"

#include "core/memory.h"
#include "support/asserts.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(yaml);

static struct failure failure;

static int read_bytes(struct document *document, const char *text, size_t size) {
    return document_read_text(document, "t.yaml", text, size, &failure);
}

static void expect_refusal(const char *text, const char *message) {
    struct document document;
    int status = read_bytes(&document, text, strlen(text));
    cr_assert(status == MATTHEW_BAD_SCENARIO && failure.status == status, "accepted: %s", text);
    cr_assert(strcmp(failure.text, message) == 0, "got: %s", failure.text);
    cr_assert(document.root == NULL);
    cr_assert(document.memory == NULL);
    document_free(&document);
}

Test(yaml, tree) {
    struct document document;
    static const char text[] = "# comment\n"
                               "a: 1\n"
                               "b:\n"
                               "  - x\n"
                               "  - {c: \"2\", d: ~}\n"
                               "e: [] # empty\n"
                               "f: |\n"
                               "  two\n"
                               "  lines\n";
    char path[DOCUMENT_PATH_SIZE];
    cr_assert(read_bytes(&document, text, strlen(text)) == MATTHEW_OK, "%s", failure.text);
    const struct node *root = document.root, *a = node_child(root, "a"), *b = node_child(root, "b");
    assert_equal(root->kind, NODE_MAPPING);
    assert_equal(root->count, 4);
    assert_equal(document.node_count, 9);
    assert_equal(a->kind, NODE_SCALAR);
    assert_text(a->text, "1");
    cr_assert(!a->quoted);
    assert_equal(a->line, 2);
    assert_equal(a->column, 4);
    assert_equal(a->key_line, 2);
    assert_equal(a->key_column, 1);
    assert_equal(b->kind, NODE_SEQUENCE);
    assert_equal(b->count, 2);
    const struct node *second = b->first->next;
    assert_equal(second->kind, NODE_MAPPING);
    assert_equal(second->place, 1);
    cr_assert(second->next == NULL);
    cr_assert(node_child(second, "c")->quoted);
    cr_assert(!node_is_null(node_child(second, "c")));
    cr_assert(node_is_null(node_child(second, "d")));
    cr_assert(!node_is_empty(node_child(second, "d")));
    assert_text(node_path(node_child(second, "d"), path), "b[1].d");
    assert_equal(node_child(root, "e")->count, 0);
    assert_text(node_child(root, "f")->text, "two\nlines\n");
    cr_assert(node_child(root, "f")->quoted);
    cr_assert(node_child(root, "g") == NULL);
    document_free(&document);
    document_free(&document);
}

Test(yaml, refusals) {
    expect_refusal("", "t.yaml: the file is empty");
    expect_refusal("# only this\n", "t.yaml: the file is empty");
    expect_refusal("---\n", "t.yaml: the file is empty");
    expect_refusal("a: &x 1\n", "t.yaml:1:4: anchors (&name) are not allowed");
    expect_refusal("a: &x [1]\n", "t.yaml:1:4: anchors (&name) are not allowed");
    expect_refusal("a: *x\n", "t.yaml:1:4: aliases (*name) are not allowed");
    expect_refusal("a: !!int 1\n", "t.yaml:1:4: tags (!name) are not allowed");
    expect_refusal("a: !mine {b: 1}\n", "t.yaml:1:4: tags (!name) are not allowed");
    expect_refusal("a: ! b\n", "t.yaml:1:4: tags (!name) are not allowed");
    expect_refusal("a:\n  <<: {b: 1}\n", "t.yaml:2:3: merge keys (<<) are not allowed: use `base`");
    expect_refusal("a: 1\n---\nb: 1\n", "t.yaml:2:1: a second document begins here: a file holds one");
    expect_refusal("a: 1\nb: 2\na: 3\n", "t.yaml:3:1: key `a`: given twice, first in line 1");
    expect_refusal("x:\n  - {k: 1, 'k': 2}\n", "t.yaml:2:12: key `x[0].k`: given twice, first in line 2");
    expect_refusal("? [a, b]\n: 1\n", "t.yaml:1:3: a key must be a word, not a mapping or a list");
    expect_refusal("{a: 1}: 1\n", "t.yaml:1:1: a key must be a word, not a mapping or a list");
    expect_refusal("'': 1\n", "t.yaml:1:1: a key is missing before the colon");
    expect_refusal("\"a\\nb\": 1\n",
                   "t.yaml:1:1: a key must be one line of at most 255 bytes without control characters");
    expect_refusal("a: \"b\\0c\"\n", "t.yaml:1:4: a text holds the character \\0");
    expect_refusal("a:\n\tb: 1\n", "t.yaml:2:1: a tab in the indentation: use spaces");
    expect_refusal(
        "a: [1, 2\n",
        "t.yaml:2:1: not valid YAML: did not find expected ',' or ']' (while parsing a flow sequence that begins "
        "in line 1)");
    expect_refusal("title: caf\xe9\n", "t.yaml:1:11: not UTF-8 text");
    expect_refusal("ok: 1\r\nt: \xc3\xa9\xc0\xaf\n", "t.yaml:2:5: not UTF-8 text");
    expect_refusal("t: \x01\n", "t.yaml:1:4: a control character or separator that is not allowed");
    expect_refusal("t: a\xe2\x80\xa8 b\n", "t.yaml:1:5: a control character or separator that is not allowed");
    expect_refusal("\xff\xfe"
                   "a",
                   "t.yaml:1:1: not UTF-8 text");
}

Test(yaml, keys_of_different_mappings_may_be_equal) {
    struct document document;
    static const char text[] = "a: {k: 1}\nb: {k: 1}\nk: 1\n";
    assert_status(read_bytes(&document, text, strlen(text)), MATTHEW_OK, failure.text);
    document_free(&document);
}

Test(yaml, line_ends_and_byte_order_mark) {
    struct document document;
    static const char text[] = "\xef\xbb\xbf"
                               "a: 1\r\nb:\r\n  c: 2\r\n";
    cr_assert(read_bytes(&document, text, strlen(text)) == MATTHEW_OK, "%s", failure.text);
    const struct node *c = node_child(node_child(document.root, "b"), "c");
    assert_text(c->text, "2");
    assert_equal(c->line, 3);
    assert_equal(c->column, 6);
    assert_text(document.root->first->key, "a");
    document_free(&document);
    expect_refusal("a: 1\r\nb: *x\r\n", "t.yaml:2:4: aliases (*name) are not allowed");
    expect_refusal("a: 1\n\xef\xbb\xbf"
                   "b: 1\n",
                   "t.yaml:2:1: a control character or separator that is not allowed");
}

static char *nested(int depth) {
    char *text = calloc((size_t)depth * 2 + 2, 1);
    memset(text, '[', (size_t)depth);
    memset(text + depth, ']', (size_t)depth);
    return text;
}

Test(yaml, depth) {
    struct document document;
    char *fine = nested(DOCUMENT_DEPTH_MAX), *deep = nested(DOCUMENT_DEPTH_MAX + 1), *absurd = nested(1000000);
    cr_assert(read_bytes(&document, fine, strlen(fine)) == MATTHEW_OK, "%s", failure.text);
    document_free(&document);
    expect_refusal(deep, "t.yaml:1:33: nested more than 32 levels deep");
    assert_status(read_bytes(&document, absurd, strlen(absurd)), MATTHEW_BAD_SCENARIO, failure.text);
    free(fine);
    free(deep);
    free(absurd);
}

Test(yaml, bomb) {
    expect_refusal(
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n",
        "t.yaml:1:4: anchors (&name) are not allowed");
}

/* Exactly 4 MiB is read; a byte more is not. */
Test(yaml, size) {
    struct document document;
    size_t size = DOCUMENT_BYTES_MAX + 1;
    char *text = malloc(size + 1);
    memset(text, '#', size);
    memcpy(text, "a: 1\n", 5);
    cr_assert(read_bytes(&document, text, size - 1) == MATTHEW_OK, "%s", failure.text);
    document_free(&document);
    assert_status(read_bytes(&document, text, size), MATTHEW_TOO_LARGE, failure.text);
    cr_assert(strcmp(failure.text, "t.yaml: larger than 4 MiB, the most that is read") == 0, "%s", failure.text);
    document_free(&document);
    free(text);
}

/* Many different keys, many values: refused or read in time that grows with their number only. */
Test(yaml, many_values) {
    struct document document;
    char *text = malloc(DOCUMENT_BYTES_MAX), *end = text;
    for (int i = 0; i < 200000; i++)
        end += sprintf(end, "k%d: %d\n", i, i);
    cr_assert(read_bytes(&document, text, (size_t)(end - text)) == MATTHEW_OK, "%s", failure.text);
    assert_equal(document.root->count, 200000);
    document_free(&document);
    end = text;
    for (int i = 0; i < 300000; i++)
        end += sprintf(end, "- 1\n");
    assert_status(read_bytes(&document, text, (size_t)(end - text)), MATTHEW_BAD_SCENARIO, failure.text);
    cr_assert(strcmp(failure.text, "t.yaml:262144:3: more than 262144 values in one file") == 0, "%s", failure.text);
    free(text);
}

Test(yaml, no_memory) {
    static const char text[] = "a: {b: 1, c: [1, 2, 3]}\nd: text\n";
    size_t n = 1, live = memory_live();
    for (;; n++) {
        struct document document;
        memory_fail_at(n);
        int status = read_bytes(&document, text, strlen(text));
        memory_fail_at(0);
        document_free(&document);
        assert_equal(memory_live(), live);
        if (status == MATTHEW_OK)
            break;
        assert_status(status, MATTHEW_NO_MEMORY, failure.text);
        assert_status(failure.status, MATTHEW_NO_MEMORY, failure.text);
    }
    cr_assert(n > 2);
}

/* ---- files ---- */

static char folder[] = "/tmp/matthew-yaml-XXXXXX";

static void expect_file(const char *path, int expected, const char *message) {
    struct document document;
    int status = document_read_file(&document, path, &failure);
    cr_assert(status == expected, "%s: %s", path, failure.text);
    cr_assert(status == MATTHEW_OK || strstr(failure.text, message) != NULL, "%s", failure.text);
    cr_assert(status == MATTHEW_OK || strncmp(failure.text, path, strlen(path)) == 0, "%s", failure.text);
    document_free(&document);
}

Test(yaml, files) {
    char path[200];
    cr_assert(mkdtemp(folder) != NULL);
    assert_equal(chdir(folder), 0);
    expect_file("missing.yaml", MATTHEW_NOT_FOUND, ": cannot be opened: No such file or directory");
    expect_file("missing/x.yaml", MATTHEW_NOT_FOUND, ": cannot be opened: No such file or directory");
    expect_file(folder, MATTHEW_READ_FAILED, ": is a folder, not a file");
    expect_file("/dev/zero", MATTHEW_READ_FAILED, ": is not a regular file");
    assert_equal(mkfifo("pipe.yaml", 0600), 0);
    expect_file("pipe.yaml", MATTHEW_READ_FAILED, ": is not a regular file");
    FILE *file = fopen("empty.yaml", "w");
    fclose(file);
    expect_file("empty.yaml", MATTHEW_BAD_SCENARIO, ": the file is empty");
    expect_file("empty.yaml/x", MATTHEW_NOT_FOUND, ": cannot be opened: Not a directory");
    assert_equal(truncate("empty.yaml", 1 << 30), 0); /* 1 GiB, all holes */
    expect_file("empty.yaml", MATTHEW_TOO_LARGE, ": larger than 4 MiB, the most that is read");
    assert_equal(truncate("empty.yaml", 100), 0); /* 100 zero bytes */
    expect_file("empty.yaml", MATTHEW_BAD_SCENARIO, "empty.yaml:1:1: a control character");
    file = fopen("fine.yaml", "w");
    fputs("a: 1", file); /* without a line end */
    fclose(file);
    expect_file("fine.yaml", MATTHEW_OK, "");
    assert_equal(chmod("fine.yaml", 0), 0);
    if (geteuid() != 0)
        expect_file("fine.yaml", MATTHEW_READ_FAILED, ": cannot be opened: Permission denied");
    unlink("fine.yaml");
    unlink("empty.yaml");
    unlink("pipe.yaml");
    snprintf(path, sizeof path, "%s", folder);
    assert_equal(chdir("/"), 0);
    assert_equal(rmdir(path), 0);
}

Test(yaml, long_names_are_shortened_at_the_front) {
    char path[1500];
    memset(path, 'd', sizeof path);
    strcpy(path + 1480, "/end.yaml");
    struct document document;
    cr_assert(document_read_file(&document, path, &failure) != MATTHEW_OK);
    assert_equal(strncmp(failure.text, "...ddd", 6), 0);
    assert_says(failure.text, "/end.yaml: cannot be opened");
}
