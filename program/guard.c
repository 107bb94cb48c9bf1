#include "program/guard.h"

#include "core/names.h"
#include "core/status.h"
#include "program/print.h"

#include <hdf5.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const int watched[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
enum { WATCHED = sizeof watched / sizeof *watched, STACK_BYTES = 1 << 16 };

static struct sigaction before[WATCHED];
static char line[600];
static size_t length;
static int exit_status;
static _Alignas(16) unsigned char stack[STACK_BYTES]; /* that of the program may be what is broken */

static void last_words(int number) {
    (void)number;
    if (write(STDERR_FILENO, line, length) < 0)
        _exit(exit_status);
    _exit(exit_status);
}

void guard_begin(const char *path) {
    struct sigaction action = {.sa_flags = SA_ONSTACK};
    H5dont_atexit(); /* at the end HDF5 would print about what it cannot close; later calls change nothing */
    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    char shown[500];
    snprintf(line, sizeof line, "matthew: cannot read %s: it is damaged, and HDF5 failed on it\n",
             text_shown(path, shown, sizeof shown));
    length = strlen(line);
    exit_status = status_exit(MATTHEW_READ_FAILED);
    sigaltstack(&other, NULL);
    action.sa_handler = last_words;
    sigfillset(&action.sa_mask);
    for (int i = 0; i < WATCHED; i++)
        sigaction(watched[i], &action, &before[i]);
}

void guard_end(void) {
    for (int i = 0; i < WATCHED; i++)
        sigaction(watched[i], &before[i], NULL);
}
