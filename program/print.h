/* What the program says: failures on stderr, JSON strings. Nothing depends on the locale.
 * For commands that still use what is inside the library; the others have program/say.h. */
#ifndef MATTHEW_PROGRAM_PRINT_H
#define MATTHEW_PROGRAM_PRINT_H

#include <stddef.h>
#include <stdio.h>

#include "core/quantity.h"
#include "core/status.h"
#include "program/say.h"

/* Complains of a failure of the library. Returns the exit status of its code. */
int complain_failure(const struct failure *failure);

/* A text that a file or user gave, with nothing in it that acts on a terminal (core/names.h). */
void print_shown(FILE *file, const char *text);

/* JSON: a string with its quotes, bytes that are no UTF-8 as U+FFFD; a number, null when it is not finite. */
void json_string(FILE *file, const char *text);
void json_number(FILE *file, double value);

#endif
