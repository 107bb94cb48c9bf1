#include "core/document_inner.h"

#include "core/memory.h"
#include "core/names.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK_BYTES = 16 << 10, NAME_SHOWN = 200 };

/* ---- memory ---- */

/* Nodes and texts live in chunks that are freed together. */
struct chunk {
    struct chunk *next;
    size_t used, size;
};

void *document_new(struct document *document, size_t bytes) {
    struct chunk *chunk = document->memory;
    size_t header = (sizeof *chunk + 15) / 16 * 16;
    bytes = (bytes + 15) / 16 * 16;
    if (chunk == NULL || chunk->size - chunk->used < bytes) {
        size_t size = header + (bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES);
        chunk = memory_new(size, 1);
        if (chunk == NULL)
            return NULL;
        chunk->next = document->memory;
        chunk->used = header;
        chunk->size = size;
        document->memory = chunk;
    }
    void *block = (char *)chunk + chunk->used;
    chunk->used += bytes;
    return block;
}

void document_free(struct document *document) {
    struct chunk *chunk = document->memory;
    while (chunk != NULL) {
        struct chunk *next = chunk->next;
        memory_free(chunk);
        chunk = next;
    }
    memory_free(document->source);
    memset(document, 0, sizeof *document);
}

char *document_copy(struct document *document, const char *text, size_t length) {
    char *copy = document_new(document, length + 1);
    if (copy != NULL) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

int document_keep_name(struct document *document, const char *name, struct failure *failure) {
    size_t length = strlen(name);
    char shown[NAME_SHOWN + 4];
    snprintf(shown, sizeof shown, "%s%s", length > NAME_SHOWN ? "..." : "",
             length > NAME_SHOWN ? name + length - NAME_SHOWN : name);
    document->name = document_copy(document, shown, strlen(shown));
    return document->name == NULL ? fail_memory(failure, "reading a file") : MATTHEW_OK;
}

/* ---- characters ---- */

void document_skip_mark(const char **bytes, size_t *size) {
    if (*size < 3 || memcmp(*bytes, "\xef\xbb\xbf", 3) != 0)
        return;
    *bytes += 3;
    *size -= 3;
}

/* 1 for a character that a text file of ours may hold: no controls but tab and line ends, no separators that some
 * programs take for line ends and others do not. */
static int is_allowed(const unsigned char *c, size_t length) {
    if (length == 1)
        return *c == '\t' || *c == '\n' || *c == '\r' || (*c >= 0x20 && *c != 0x7f);
    char text[5] = {0};
    memcpy(text, c, length);
    return text_is_one_line(text);
}

int document_check_characters(const struct document *document, const char *bytes, size_t size,
                              struct failure *failure) {
    const unsigned char *c = (const unsigned char *)bytes;
    size_t line = 1, column = 1;
    for (size_t left = size; left > 0;) {
        size_t length = utf8_length(c, left);
        if (length == 0 || !is_allowed(c, length)) {
            const char *what = length == 0 ? "not UTF-8 text" : "a control character or separator that is not allowed";
            fail(failure, MATTHEW_BAD_SCENARIO, "%s:%zu:%zu: %s", document->name, line, column, what);
            failure_place(failure, document->name, (long)line, (long)column);
            failure_key(failure, NULL, what);
            return MATTHEW_BAD_SCENARIO;
        }
        int ends_line = *c == '\n' || (*c == '\r' && (left == 1 || c[1] != '\n'));
        line += (size_t)ends_line;
        column = ends_line ? 1 : column + 1;
        c += length;
        left -= length;
    }
    return MATTHEW_OK;
}

/* ---- files ---- */

static int fail_file(const struct document *document, int error, const char *what, struct failure *failure) {
    char text[128];
    int status = error == ENOENT || error == ENOTDIR ? MATTHEW_NOT_FOUND : MATTHEW_READ_FAILED;
    if (strerror_r(error, text, sizeof text) != 0)
        snprintf(text, sizeof text, "error %d", error);
    fail(failure, status, "%s: %s: %s", document->name, what, text);
    failure_place(failure, document->name, 0, 0);
    return status;
}

int document_fail_size(const struct document *document, size_t most, struct failure *failure) {
    fail(failure, MATTHEW_TOO_LARGE, "%s: larger than %zu MiB, the most that is read", document->name, most >> 20);
    failure_place(failure, document->name, 0, 0);
    return MATTHEW_TOO_LARGE;
}

/* All of an open file, at most one byte more than is allowed. */
static int read_all(struct document *document, int file, size_t most, size_t *size, struct failure *failure) {
    struct stat about;
    if (fstat(file, &about) != 0)
        return fail_file(document, errno, "cannot be read", failure);
    if (!S_ISREG(about.st_mode)) {
        fail(failure, MATTHEW_READ_FAILED, "%s: %s", document->name,
             S_ISDIR(about.st_mode) ? "is a folder, not a file" : "is not a regular file");
        failure_place(failure, document->name, 0, 0);
        return MATTHEW_READ_FAILED;
    }
    size_t capacity = most + 1;
    if (about.st_size > (off_t)most)
        return document_fail_size(document, most, failure);
    if (about.st_size > 0) /* else one of those files that do not tell: of /proc */
        capacity = (size_t)about.st_size + 1;
    document->source = memory_new(capacity + 1, 1); /* with an end, for who reads it as text */
    if (document->source == NULL)
        return fail_memory(failure, "reading a file");
    while (*size < capacity) {
        ssize_t got = read(file, document->source + *size, capacity - *size);
        if (got == 0)
            break;
        if (got < 0 && errno != EINTR)
            return fail_file(document, errno, "cannot be read", failure);
        *size += got > 0 ? (size_t)got : 0;
    }
    return MATTHEW_OK;
}

int document_take_file(struct document *document, const char *path, size_t most, size_t *size,
                       struct failure *failure) {
    int file =
        open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY); /* a pipe without a writer must not hold us up */
    if (file < 0)
        return fail_file(document, errno, "cannot be opened", failure);
    int status = read_all(document, file, most, size, failure);
    close(file);
    return status;
}
