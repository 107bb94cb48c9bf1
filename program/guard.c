#include "program/guard.h"

#include "matthew.h"

#include <hdf5.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int watched[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
enum { WATCHED = sizeof watched / sizeof *watched, STACK_BYTES = 1 << 16, DEPTH = 2 };

/* What a guard says and how the program ends. */
static struct guard {
    char line[1200];
    size_t length;
    int exit_status;
} guards[DEPTH];
static int depth;

static struct sigaction before[WATCHED];
static _Alignas(16) unsigned char stack[STACK_BYTES]; /* that of the program may be what is broken */

static void last_words(int number) {
    (void)number;
    const struct guard *guard = &guards[depth - 1];
    if (write(STDERR_FILENO, guard->line, guard->length) < 0)
        _exit(guard->exit_status);
    _exit(guard->exit_status);
}

/* Somebody else than main ends the process. */
static void at_exit(void) {
    if (depth > 0)
        last_words(0);
}

static void watch(void) {
    static int registered;
    struct sigaction action = {.sa_flags = SA_ONSTACK};
    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    if (!registered)
        registered = atexit(at_exit) == 0;
    sigaltstack(&other, NULL);
    action.sa_handler = last_words;
    sigfillset(&action.sa_mask);
    for (int i = 0; i < WATCHED; i++)
        sigaction(watched[i], &action, &before[i]);
    H5dont_atexit(); /* at the end HDF5 would print about what it cannot close, or fail on it; later calls change
                        nothing */
}

/* The words are ready before they are needed: then nothing may be called. */
static void begin(const char *words, const char *path, int status) {
    struct guard *guard = &guards[depth];
    char shown[500];
    matthew_shown(path, shown, sizeof shown);
    int length = snprintf(guard->line, sizeof guard->line, words, shown, shown);
    guard->length = length < 0 ? 0 : (size_t)length;
    guard->exit_status = matthew_status_exit(status);
    if (depth++ == 0)
        watch();
}

void guard_begin(const char *path) {
    begin("matthew: cannot read %s: it is damaged, and HDF5 failed on it\n", path, MATTHEW_READ_FAILED);
}

void guard_begin_writing(const char *path) {
    begin("matthew: cannot write %s: memory ran short, or matthew or HDF5 has a fault; %s.part may be left\n", path,
          MATTHEW_WRITE_FAILED);
}

void guard_end(void) {
    if (--depth > 0)
        return;
    for (int i = 0; i < WATCHED; i++)
        sigaction(watched[i], &before[i], NULL);
}
