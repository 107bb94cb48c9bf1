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

/* The finished text, which the caller frees with memory_free; null when memory was short. */
char *text_close(struct text *text);

#endif
