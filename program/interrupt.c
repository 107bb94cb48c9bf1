#include "program/interrupt.h"

#include <stddef.h>

static volatile sig_atomic_t caught;
static void (*volatile tell)(void);

/* Ctrl-C, and what systems and batch schedulers send before they end a program: SIGTERM by all, SIGHUP by a terminal
 * that is closed, SIGXCPU at the limit of processor time, SIGUSR1 and SIGUSR2 where the scheduler is asked to warn. */
static const int watched[] = {SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR1, SIGUSR2};
enum { WATCHED = sizeof watched / sizeof *watched, BY_HAND = 2 /* the first ones */ };
static int ignored[WATCHED];

/* A warning may come again and again: processor time every second, a closed terminal from the system and from the
 * shell. Only what a person sends twice ends the program at once. */
static void catch_signal(int number) {
    if (caught != 0)
        return;
    caught = number;
    if (tell != NULL)
        tell();
    for (int i = 0; i < BY_HAND; i++)
        if (!ignored[i])
            signal(watched[i], SIG_DFL);
}

void interrupt_watch(void) {
    struct sigaction action = {.sa_flags = SA_RESTART};
    action.sa_handler = catch_signal;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < WATCHED; i++)
        sigaddset(&action.sa_mask, watched[i]);
    for (int i = 0; i < WATCHED; i++) {
        struct sigaction before;
        ignored[i] = sigaction(watched[i], NULL, &before) != 0 || before.sa_handler == SIG_IGN;
    }
    for (int i = 0; i < WATCHED; i++)
        if (!ignored[i])
            sigaction(watched[i], &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

void interrupt_tell(void (*stop)(void)) {
    tell = stop;
    if (caught != 0 && stop != NULL)
        stop();
}

const volatile sig_atomic_t *interrupt_flag(void) {
    return &caught;
}
