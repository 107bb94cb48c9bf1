/* Names as people type them: the nearest valid one, and which texts are fit to be names.
 *
 * Never allocates. Thread rule: any thread. Cost: the product of two lengths for each candidate offered. */
#ifndef MATTHEW_CORE_NAMES_H
#define MATTHEW_CORE_NAMES_H

#include <stddef.h>

enum { NAME_SIZE_MAX = 128 };

/* A search for the name nearest to `wanted`. Candidates further than a third of the longer length do not count, unless
 * they begin with it. */
struct nearest_name {
    const char *wanted;
    size_t distance;
    char best[NAME_SIZE_MAX]; /* "" while nothing is near enough */
};

/* Changes of single letters, or swaps of two neighbours, that turn one into the other; letters' case does not count.
 * What lies beyond NAME_SIZE_MAX letters is not looked at. */
size_t name_distance(const char *first, const char *second);

void nearest_name_open(struct nearest_name *search, const char *wanted);
void nearest_name_offer(struct nearest_name *search, const char *candidate);

/* "; did you mean `best`?", or "" when nothing was near enough. Returns text. */
char *nearest_name_hint(const struct nearest_name *search, char *text, size_t size);

/* The name in the last such hint of a text, "" where there is none. Returns name. */
char *nearest_name_said(const char *text, char *name, size_t size);

/* A copy cut to about 40 letters (never inside a UTF-8 character) for messages that quote what was found. Returns text.
 */
enum { EXCERPT_SIZE = 48 };
char *text_excerpt(const char *from, char text[EXCERPT_SIZE]);

/* 1 when text is valid UTF-8 and has no control characters and no line or paragraph separators. */
int text_is_one_line(const char *text);

/* The length in bytes of the UTF-8 character at text, of which at most `left` bytes may be read; 0 when it is not
 * valid. */
size_t utf8_length(const unsigned char *text, size_t left);

/* The code of a character that a terminal acts on or that hides what is there: control characters, separators of lines,
 * marks of direction, U+FEFF; 0 for all others. length is that of utf8_length. */
unsigned long text_hidden(const char *character, size_t length);

/* A copy for people, cut to fit, in which nothing acts on a terminal: "\n", "\t", "\x1b", "\u202e"; bytes that are no
 * UTF-8 come as "\xff". What is shown already stays as it is. Returns text. */
enum { SHOWN_MOST = 8 }; /* bytes that one character becomes, with the end */
char *text_shown(const char *from, char *text, size_t size);
/* One character of the text, of which there is at least one: returns how many bytes it has. */
size_t text_show(const char *from, char text[SHOWN_MOST]);
/* The same inside a string of JSON, where bytes that are no UTF-8 come as U+FFFD. */
size_t text_show_json(const char *from, char text[SHOWN_MOST]);

#endif
