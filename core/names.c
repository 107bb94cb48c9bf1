#include "core/names.h"

#include <stdio.h>
#include <string.h>

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

size_t name_distance(const char *first, const char *second) {
    size_t rows = strnlen(first, NAME_SIZE_MAX), columns = strnlen(second, NAME_SIZE_MAX);
    size_t before_last[NAME_SIZE_MAX + 1], last[NAME_SIZE_MAX + 1], row[NAME_SIZE_MAX + 1];
    for (size_t j = 0; j <= columns; j++)
        before_last[j] = last[j] = j;
    for (size_t i = 1; i <= rows; i++) {
        char a = lower(first[i - 1]);
        row[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            char b = lower(second[j - 1]);
            size_t least = last[j - 1] + (a != b);
            if (last[j] + 1 < least)
                least = last[j] + 1;
            if (row[j - 1] + 1 < least)
                least = row[j - 1] + 1;
            if (i > 1 && j > 1 && a == lower(second[j - 2]) && lower(first[i - 2]) == b &&
                before_last[j - 2] + 1 < least)
                least = before_last[j - 2] + 1;
            row[j] = least;
        }
        memcpy(before_last, last, (columns + 1) * sizeof *last);
        memcpy(last, row, (columns + 1) * sizeof *row);
    }
    return last[columns];
}

void nearest_name_open(struct nearest_name *search, const char *wanted) {
    search->wanted = wanted;
    search->distance = (size_t)-1;
    search->best[0] = '\0';
}

void nearest_name_offer(struct nearest_name *search, const char *candidate) {
    size_t length = strlen(search->wanted), other = strlen(candidate);
    size_t longer = length > other ? length : other, limit = (longer + 1) / 3;
    size_t apart = longer - (length > other ? other : length);
    int begins = length >= 3 && strncmp(search->wanted, candidate, length) == 0;
    if (other >= NAME_SIZE_MAX || (!begins && (apart >= search->distance || apart > limit)))
        return;
    size_t distance = name_distance(search->wanted, candidate);
    if (begins && distance > limit)
        distance = limit; /* the beginning of a long name is as good as a bad spelling of it */
    if (distance < search->distance && distance <= limit) {
        search->distance = distance;
        memcpy(search->best, candidate, other + 1);
    }
}

static const char HINT[] = "; did you mean `", HINT_END[] = "`?";

char *nearest_name_hint(const struct nearest_name *search, char *text, size_t size) {
    if (search->best[0] == '\0')
        text[0] = '\0';
    else
        snprintf(text, size, "%s%s%s", HINT, search->best, HINT_END);
    return text;
}

char *nearest_name_said(const char *text, char *name, size_t size) {
    const char *begin = NULL, *end;
    for (const char *next = text; (next = strstr(next, HINT)) != NULL;)
        begin = next += sizeof HINT - 1;
    name[0] = '\0';
    if (begin != NULL && (end = strstr(begin, HINT_END)) != NULL)
        snprintf(name, size, "%.*s", (int)(end - begin), begin);
    return name;
}

char *text_excerpt(const char *from, char text[EXCERPT_SIZE]) {
    size_t length = strnlen(from, EXCERPT_SIZE);
    if (length < EXCERPT_SIZE - 4) {
        memcpy(text, from, length + 1);
        return text;
    }
    size_t cut = EXCERPT_SIZE - 8;
    while (cut > 0 && ((unsigned char)from[cut] & 0xc0) == 0x80)
        cut--;
    memcpy(text, from, cut);
    memcpy(text + cut, "...", 4);
    return text;
}

size_t utf8_length(const unsigned char *text, size_t left) {
    static const unsigned long least[5] = {0, 0, 0x80, 0x800, 0x10000};
    if (left == 0)
        return 0;
    unsigned char first = text[0];
    size_t length = first < 0x80             ? 1
                    : (first & 0xe0) == 0xc0 ? 2
                    : (first & 0xf0) == 0xe0 ? 3
                    : (first & 0xf8) == 0xf0 ? 4
                                             : 0;
    if (length <= 1)
        return length;
    if (length > left)
        return 0;
    unsigned long code = first & (0x7fUL >> length);
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (text[i] & 0x3fUL);
    }
    return code < least[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? 0 : length;
}

int text_is_one_line(const char *text) {
    size_t left = strlen(text), length;
    for (const char *c = text; left > 0; c += length, left -= length) {
        unsigned char byte[3] = {(unsigned char)c[0], left > 1 ? (unsigned char)c[1] : 0,
                                 left > 2 ? (unsigned char)c[2] : 0};
        length = utf8_length((const unsigned char *)c, left);
        if (length == 0 || byte[0] < 0x20 || byte[0] == 0x7f || (byte[0] == 0xc2 && byte[1] < 0xa0))
            return 0;
        /* U+2028, U+2029 (line and paragraph separators), U+FEFF (byte order mark), U+FFFE, U+FFFF */
        if ((byte[0] == 0xe2 && byte[1] == 0x80 && (byte[2] == 0xa8 || byte[2] == 0xa9)) ||
            (byte[0] == 0xef && byte[1] == 0xbb && byte[2] == 0xbf) ||
            (byte[0] == 0xef && byte[1] == 0xbf && byte[2] >= 0xbe))
            return 0;
    }
    return 1;
}

unsigned long text_hidden(const char *character, size_t length) {
    const unsigned char *byte = (const unsigned char *)character;
    unsigned long code = byte[0];
    if (length == 2)
        code = (byte[0] & 0x1fUL) << 6 | (byte[1] & 0x3fUL);
    else if (length == 3)
        code = (byte[0] & 0x0fUL) << 12 | (byte[1] & 0x3fUL) << 6 | (byte[2] & 0x3fUL);
    else if (length > 3)
        return 0;
    int hidden = code < 0x20 || (code >= 0x7f && code <= 0xa0) || code == 0x61c || (code >= 0x2000 && code <= 0x200f) ||
                 (code >= 0x2028 && code <= 0x202f) || (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
    return hidden ? code : 0;
}

size_t text_show(const char *from, char text[SHOWN_MOST]) {
    size_t length = utf8_length((const unsigned char *)from, strnlen(from, 4));
    unsigned long code = length == 0 ? (unsigned char)*from : text_hidden(from, length);
    if (length > 0 && code == 0)
        snprintf(text, SHOWN_MOST, "%.*s", (int)length, from);
    else if (code == '\n' || code == '\t')
        snprintf(text, SHOWN_MOST, "%s", code == '\n' ? "\\n" : "\\t");
    else
        snprintf(text, SHOWN_MOST, code < 0x80 || length == 0 ? "\\x%02lx" : "\\u%04lx", code & 0xffff);
    return length == 0 ? 1 : length;
}

size_t text_show_json(const char *from, char text[SHOWN_MOST]) {
    size_t length = utf8_length((const unsigned char *)from, strnlen(from, 4));
    unsigned long code = length == 0 ? 0xfffd : text_hidden(from, length);
    if (code != 0)
        snprintf(text, SHOWN_MOST, "\\u%04lx", code & 0xffff);
    else
        snprintf(text, SHOWN_MOST, *from == '"' || *from == '\\' ? "\\%.*s" : "%.*s", (int)length, from);
    return length == 0 ? 1 : length;
}

char *text_shown(const char *from, char *text, size_t size) {
    size_t used = 0;
    while (*from != '\0') {
        char one[SHOWN_MOST];
        from += text_show(from, one);
        size_t more = strlen(one);
        if (used + more >= size)
            break;
        memcpy(text + used, one, more);
        used += more;
    }
    text[used] = '\0';
    return text;
}
