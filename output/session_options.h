/* Options of a session by name and text: those of a history (output/history/recording.def) and those of session.def.
 * Thread rule: one thread for each set of options. */
#ifndef MATTHEW_OUTPUT_SESSION_OPTIONS_H
#define MATTHEW_OUTPUT_SESSION_OPTIONS_H

#include "output/history/history.h"
#include "output/history/recording.h"

enum session_option {
#define SESSION_TEXT(name, ...) SESSION_##name,
#define SESSION_WHOLE(name, ...) SESSION_##name,
#define SESSION_CHOICE(name, ...) SESSION_##name,
#define SESSION_SWITCH(name, ...) SESSION_##name,
#include "output/session.def"
#undef SESSION_TEXT
#undef SESSION_WHOLE
#undef SESSION_CHOICE
#undef SESSION_SWITCH
    SESSION_OPTION_COUNT
};

struct session_options {
    struct history_options history;    /* its texts are those below */
    char said[RECORDING_OPTION_COUNT]; /* 1 for options of the history that were set, not left at the default */
    char *output, *record, *command;   /* null where nothing was said */
    char **made_with;                  /* made_with_count texts */
    int made_with_count;
    long checkpoint_every, threads; /* 0 where nothing was said */
    int resume, check, text_alone;
};

/* All options, those of a history first. */
size_t session_option_count(void);
const struct recording_option_info *session_option_at(size_t index);

/* Everything as it is when nothing is said; free with session_options_free, which is legal twice. */
void session_options_default(struct session_options *options);
void session_options_free(struct session_options *options);

/* Sets one option; the text is copied. Errors: NOT_FOUND (no such option, with the nearest name), BAD_ARGUMENT (key and
 * range of the failure say which option and what is allowed), NO_MEMORY. A failure changes nothing. */
int session_options_set(struct session_options *options, const char *name, const char *text, struct failure *failure);

#endif
