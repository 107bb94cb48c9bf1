/* Status codes and failure messages.
 *
 * Every function of the library that can fail returns an int from status.def (0 is success) and, when it
 * fails, describes the failure in the caller's struct failure. The library never prints and never exits.
 * A struct failure is plain memory owned by the caller; nothing needs to be freed.
 * Thread rule: one struct failure belongs to one thread at a time. */
#ifndef MATTHEW_CORE_STATUS_H
#define MATTHEW_CORE_STATUS_H

enum status {
#define STATUS(name, value, exit_status, meaning) MATTHEW_##name = (value),
#include "core/status.def"
#undef STATUS
};

enum { FAILURE_TEXT_SIZE = 1000, FAILURE_FILE_SIZE = 256, FAILURE_KEY_SIZE = 256, FAILURE_NEAREST_SIZE = 128 };

/* What went wrong, in one line for the user: file, line, key, allowed range where they apply; and the same for
 * programs (core/failure.def). */
struct failure {
    int status;
    char text[FAILURE_TEXT_SIZE];
    int reason;                                          /* where in the text it comes after file, line and key */
    char file[FAILURE_FILE_SIZE], key[FAILURE_KEY_SIZE]; /* "" where there is none */
    int line, column;                                    /* from 1; 0 where there is none */
    int has_range;
    double minimum, maximum;
    char nearest[FAILURE_NEAREST_SIZE]; /* the name that the text says may have been meant, or "" */
};

/* Writes status and the formatted text (cut to fit; control characters are shown as "\\n" or "\\x1b", so that
 * one failure is always one line and moves no terminal) and returns status, so that `return fail(failure, ...)` is the
 * idiom. A null failure is legal. Every failure of the library passes here: one breakpoint catches them all.
 * What the failure said before is forgotten. */
int fail(struct failure *failure, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* After fail: what it is about. Null texts and zeros leave what is known already. reason is the part of the text behind
 * file, line and key; null for all of it. */
void failure_place(struct failure *failure, const char *file, long line, long column);
void failure_key(struct failure *failure, const char *key, const char *reason);
void failure_range(struct failure *failure, double minimum, double maximum);
/* The key, the range and the nearest name of the failure that led to this one, where this one has none. */
void failure_inherit(struct failure *failure, const struct failure *cause);

/* The failure of an allocation of what ("firm columns"): MATTHEW_NO_MEMORY. */
int fail_memory(struct failure *failure, const char *what);

/* The name ("BAD_SCENARIO"), the meaning and the program's exit status of a code; "unknown"/1 for others. */
const char *status_name(int status);
const char *status_meaning(int status);
int status_exit(int status);

#endif
