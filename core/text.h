/* A text that grows while it is written. The first failure of memory is kept and found at the end, so that writers need
 * not check every piece. Thread rule: a text belongs to one thread. */
#ifndef MATTHEW_CORE_TEXT_H
#define MATTHEW_CORE_TEXT_H

#include <stddef.h>

struct text {
    char *bytes; /* null until something was written */
    size_t length, size;
    int failed;
};

/* Appends formatted text. */
void text_print(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends a text that a file or user gave, with nothing in it that acts on a terminal (core/names.h). */
void text_print_shown(struct text *text, const char *from);
/* The same, broken into lines of at most `width` columns, each indented; the first line is taken to stand at `column`.
 */
void text_print_wrapped(struct text *text, const char *from, int column, int indent, int width);
/* JSON: a string with its quotes, bytes that are no UTF-8 as U+FFFD; a number, null when it is not finite. */
void text_print_json(struct text *text, const char *from);
void text_print_json_number(struct text *text, double value);

/* The finished text, which the caller frees with memory_free; null when memory was short. */
char *text_close(struct text *text);

#endif
