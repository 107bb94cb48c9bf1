#include "program/interrupt.h"

#include <stddef.h>

static volatile sig_atomic_t caught;

static void catch_signal(int number) {
    caught = number;
}

void interrupt_watch(void) {
    static const int watched[] = {SIGINT, SIGTERM};
    for (size_t i = 0; i < sizeof watched / sizeof *watched; i++) {
        struct sigaction before, action = {.sa_flags = (int)SA_RESETHAND | SA_RESTART};
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
