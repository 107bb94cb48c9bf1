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

/* What went wrong, in one line for the user: file, line, key, allowed range where they apply. */
struct failure {
    int status;
    char text[1000];
};

/* Writes status and the formatted text (cut to fit; control characters are shown as "\\n" or "\\x1b", so that
 * one failure is always one line and moves no terminal) and returns status, so that `return fail(failure, ...)` is the
 * idiom. A null failure is legal. Every failure of the library passes here: one breakpoint catches them all. */
int fail(struct failure *failure, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The failure of an allocation of what ("firm columns"): MATTHEW_NO_MEMORY. */
int fail_memory(struct failure *failure, const char *what);

/* The name ("BAD_SCENARIO"), the meaning and the program's exit status of a code; "unknown"/1 for others. */
const char *status_name(int status);
const char *status_meaning(int status);
int status_exit(int status);

#endif
