/* What the program says: complaints on stderr, JSON strings. Nothing depends on the locale.
 */
#ifndef MATTHEW_PROGRAM_PRINT_H
#define MATTHEW_PROGRAM_PRINT_H

#include <stddef.h>
#include <stdio.h>

#include "core/quantity.h"
#include "core/status.h"

/* One line "matthew: ..." on stderr; control characters are shown as "\\n" or "\\x1b". Returns the exit status for bad
 * usage. */
int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for a failure of the library. Returns the exit status of its code. */
int complain_failure(const struct failure *failure);

/* Flushes stdout. Returns `status`, or 1 after one line of complaint when something could not be written. */
int finish_output(int status);

/* A text that a file or user gave, with nothing in it that acts on a terminal (core/names.h). */
void print_shown(FILE *file, const char *text);

/* JSON: a string with its quotes, bytes that are no UTF-8 as U+FFFD; a number, null when it is not finite. */
void json_string(FILE *file, const char *text);
void json_number(FILE *file, double value);

/* Text, shown as by print_shown, broken into lines of at most `width` columns, each indented; the first line is taken
 * to stand at `column`. */
void print_wrapped(FILE *file, const char *text, int column, int indent, int width);

#endif
