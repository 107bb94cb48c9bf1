#include "program/interrupt.h"

#include <stddef.h>

static volatile sig_atomic_t caught;

static const int watched[] = {SIGINT, SIGTERM};
enum { WATCHED = sizeof watched / sizeof *watched };

static void catch_signal(int number) {
    caught = number;
    for (int i = 0; i < WATCHED; i++)
        signal(watched[i], SIG_DFL);
}

void interrupt_watch(void) {
    for (int i = 0; i < WATCHED; i++) {
        struct sigaction before, action = {.sa_flags = SA_RESTART};
        action.sa_handler = catch_signal;
        sigemptyset(&action.sa_mask);
        if (sigaction(watched[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(watched[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
}

const volatile sig_atomic_t *interrupt_flag(void) {
    return &caught;
}
