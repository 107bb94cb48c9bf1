/* The table of how a history is asked for (recording.def): the words of `record`, and the options. Thread rule: any. */
#ifndef MATTHEW_OUTPUT_HISTORY_RECORDING_H
#define MATTHEW_OUTPUT_HISTORY_RECORDING_H

enum recording_word {
#define RECORDING_WORD(word, meaning) RECORDING_WORD_##word,
#define RECORDING_NAMES(...)
#define RECORDING_WHOLE(...)
#define RECORDING_CHOICE(...)
#define RECORDING_SWITCH(...)
#include "output/history/recording.def"
#undef RECORDING_WORD
#undef RECORDING_NAMES
#undef RECORDING_WHOLE
#undef RECORDING_CHOICE
#undef RECORDING_SWITCH
    RECORDING_WORD_COUNT
};

enum recording_option {
#define RECORDING_WORD(...)
#define RECORDING_NAMES(name, ...) RECORDING_##name,
#define RECORDING_WHOLE(name, ...) RECORDING_##name,
#define RECORDING_CHOICE(name, ...) RECORDING_##name,
#define RECORDING_SWITCH(name, ...) RECORDING_##name,
#include "output/history/recording.def"
#undef RECORDING_WORD
#undef RECORDING_NAMES
#undef RECORDING_WHOLE
#undef RECORDING_CHOICE
#undef RECORDING_SWITCH
    RECORDING_OPTION_COUNT
};

enum recording_type { RECORDING_TYPE_NAMES, RECORDING_TYPE_WHOLE, RECORDING_TYPE_CHOICE, RECORDING_TYPE_SWITCH };

struct recording_word_info {
    const char *name, *meaning;
};

struct recording_option_info {
    const char *name;
    enum recording_type type;
    const char *otherwise; /* the default, as text */
    const char *choices;   /* what may be said: "double or single", "off or on"; "" for names and numbers */
    long least, most;      /* of a whole number */
    const char *unit, *description;
};

extern const struct recording_word_info recording_words[RECORDING_WORD_COUNT];
extern const struct recording_option_info recording_options[RECORDING_OPTION_COUNT];

/* RECORDING_WORD_COUNT and RECORDING_OPTION_COUNT where there is none of this name. */
enum recording_word recording_word_find(const char *name);
enum recording_option recording_option_find(const char *name);

#endif
