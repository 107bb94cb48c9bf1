#include "output/history/recording.h"

#include "core/scenario.h"

#include <string.h>

#define TEXT(number) #number

const struct recording_word_info recording_words[RECORDING_WORD_COUNT] = {
#define RECORDING_WORD(word, meaning) {#word, meaning},
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
};

const struct recording_option_info recording_options[RECORDING_OPTION_COUNT] = {
#define RECORDING_WORD(...)
#define RECORDING_NAMES(name, otherwise, description)                                                                  \
    {#name, RECORDING_TYPE_NAMES, otherwise, "", 0, 0, "1", description},
#define RECORDING_WHOLE(name, otherwise, least, most, unit, description)                                               \
    {#name, RECORDING_TYPE_WHOLE, TEXT(otherwise), "", least, most, unit, description},
#define RECORDING_CHOICE(name, otherwise, choices, description)                                                        \
    {#name, RECORDING_TYPE_CHOICE, otherwise, choices, 0, 0, "1", description},
#define RECORDING_SWITCH(name, description) {#name, RECORDING_TYPE_SWITCH, "off", "off or on", 0, 0, "1", description},
#include "output/history/recording.def"
#undef RECORDING_WORD
#undef RECORDING_NAMES
#undef RECORDING_WHOLE
#undef RECORDING_CHOICE
#undef RECORDING_SWITCH
};

enum recording_word recording_word_find(const char *name) {
    enum recording_word word = 0;
    while (word < RECORDING_WORD_COUNT && strcmp(name, recording_words[word].name) != 0)
        word++;
    return word;
}

enum recording_option recording_option_find(const char *name) {
    enum recording_option option = 0;
    while (option < RECORDING_OPTION_COUNT && strcmp(name, recording_options[option].name) != 0)
        option++;
    return option;
}
