#include "core/text.h"

#include "core/memory.h"
#include "core/names.h"
#include "core/number.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_SIZE = 4096 };

/* Room for `more` bytes and the end. */
static int text_room(struct text *text, size_t more) {
    size_t wanted = text->length + more + 1, size = text->size == 0 ? FIRST_SIZE : text->size;
    while (size < wanted)
        size *= 2;
    if (size == text->size)
        return 1;
    char *bytes = memory_grow(text->bytes, text->length, size, 1);
    if (bytes == NULL) {
        text->failed = 1;
        return 0;
    }
    text->bytes = bytes;
    text->size = size;
    return 1;
}

void text_print(struct text *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = text->failed ? 0 : vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (text->failed || length < 0 || !text_room(text, (size_t)length))
        return;
    va_start(arguments, format);
    vsnprintf(text->bytes + text->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    text->length += (size_t)length;
}

void text_print_shown(struct text *text, const char *from) {
    char one[SHOWN_MOST];
    while (*from != '\0') {
        from += text_show(from, one);
        text_print(text, "%s", one);
    }
}

void text_print_wrapped(struct text *text, const char *from, int column, int indent, int width) {
    while (*from != '\0') {
        int word = (int)strcspn(from, " ");
        if (column > indent && column + 1 + word > width) {
            text_print(text, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            text_print(text, " ");
            column++;
        }
        for (const char *c = from; c < from + word;) {
            char one[SHOWN_MOST];
            c += text_show(c, one);
            text_print(text, "%s", one);
        }
        column += word;
        from += word;
        from += strspn(from, " ");
    }
    text_print(text, "\n");
}

void text_print_json(struct text *text, const char *from) {
    char one[SHOWN_MOST];
    text_print(text, "\"");
    while (*from != '\0') {
        from += text_show_json(from, one);
        text_print(text, "%s", one);
    }
    text_print(text, "\"");
}

void text_print_json_number(struct text *text, double value) {
    char number[NUMBER_SIZE];
    text_print(text, "%s", isfinite(value) ? number_print(value, number) : "null");
}

char *text_close(struct text *text) {
    char *bytes = text->failed ? NULL : text->bytes;
    if (text->failed)
        memory_free(text->bytes);
    *text = (struct text){0};
    return bytes;
}
