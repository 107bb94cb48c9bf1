/* What the program says: complaints on stderr, and help that is broken into lines. For commands that use matthew.h
 * alone.
 */
#ifndef MATTHEW_PROGRAM_SAY_H
#define MATTHEW_PROGRAM_SAY_H

#include <stdio.h>

/* One line "matthew: ..." on stderr; control characters are shown as "\\n" or "\\x1b". Returns the exit status for bad
 * usage. */
int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What the last failure of matthew.h was. Returns the exit status of its code, which the caller has. */
int complain_status(int status);

/* A text that the library made goes to stdout, and is freed. Returns 0; for null complain_status. */
int say(char *text);

/* A text that a file or user gave goes to stdout, with nothing in it that acts on a terminal. */
enum { SAID_SIZE = 4096 };
void say_shown(const char *text);

/* What a scenario says that is surely not meant, a line each, on stderr. null is nothing. */
void say_warnings(const char *warnings);

/* Flushes stdout. Returns `status`, or 1 after one line of complaint when something could not be written. */
int finish_output(int status);

#endif
