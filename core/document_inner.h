/* What the readers of documents share: memory, files and characters. Thread rule: that of documents. */
#ifndef MATTHEW_CORE_DOCUMENT_INNER_H
#define MATTHEW_CORE_DOCUMENT_INNER_H

#include "core/document.h"

/* A block, and a copy of a text, that document_free frees; null when memory is short. */
void *document_new(struct document *document, size_t bytes);
char *document_copy(struct document *document, const char *text, size_t length);

/* The name that messages use: the end of a long one. */
int document_keep_name(struct document *document, const char *name, struct failure *failure);

/* Reads a regular file of at most `most` bytes into document->source; a zero follows. */
int document_take_file(struct document *document, const char *path, size_t most, size_t *size, struct failure *failure);
int document_fail_size(const struct document *document, size_t most, struct failure *failure);

/* Steps over a byte order mark. */
void document_skip_mark(const char **bytes, size_t *size);

/* UTF-8 without control characters but tabs and line ends. */
int document_check_characters(const struct document *document, const char *bytes, size_t size, struct failure *failure);

#endif
