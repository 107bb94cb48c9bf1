/* Ctrl-C, SIGTERM and the signals by which a system or a batch scheduler announces the end, as a wish to stop: the
 * first sets a flag; a second Ctrl-C or SIGTERM ends the program at once, other signals change nothing any more. */
#ifndef MATTHEW_PROGRAM_INTERRUPT_H
#define MATTHEW_PROGRAM_INTERRUPT_H

#include <signal.h>

/* From here on the signals set the flag. A signal that was ignored when the program started stays ignored. A write to a
 * reader that has gone away, or beyond the largest size that a file may have, is from here on an error, not a signal,
 * so that it cannot cut a history short. */
void interrupt_watch(void);

/* Has the first signal call `stop`, which a signal handler may call; at once when there was one. Null ends this. */
void interrupt_tell(void (*stop)(void));

/* Non-zero, the signal's number, after the first signal. */
const volatile sig_atomic_t *interrupt_flag(void);

#endif
