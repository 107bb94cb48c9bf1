/* Options of a history by name and text, as recording.def has them. Thread rule: any. */
#ifndef MATTHEW_OUTPUT_HISTORY_RECORDING_SET_H
#define MATTHEW_OUTPUT_HISTORY_RECORDING_SET_H

#include "output/history/history.h"

/* Everything as it is when nothing is said. */
void recording_default(struct history_options *options);

/* Sets one option; the text of `record` is borrowed, and held against columns and indicators by history_open. Errors:
 * NOT_FOUND (no such option, with the nearest name), BAD_ARGUMENT (names the option and what is allowed). */
int recording_set(struct history_options *options, const char *name, const char *text, struct failure *failure);

#endif
