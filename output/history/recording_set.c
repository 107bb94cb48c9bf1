#include "output/history/recording_set.h"

#include "core/names.h"
#include "core/number.h"
#include "output/history/recording.h"

#include <stdlib.h>
#include <string.h>

void recording_default(struct history_options *options) {
    memset(options, 0, sizeof *options);
    options->record = recording_options[RECORDING_record].otherwise;
    options->every = strtol(recording_options[RECORDING_every].otherwise, NULL, 10);
}

static int unknown_option(const char *name, struct failure *failure) {
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32], excerpt[EXCERPT_SIZE];
    nearest_name_open(&search, name);
    for (int i = 0; i < RECORDING_OPTION_COUNT; i++)
        nearest_name_offer(&search, recording_options[i].name);
    return fail(failure, MATTHEW_NOT_FOUND, "no option of a history is called `%s`%s", text_excerpt(name, excerpt),
                nearest_name_hint(&search, hint, sizeof hint));
}

static int read_whole(const struct recording_option_info *info, const char *text, long *value,
                      struct failure *failure) {
    double number;
    char excerpt[EXCERPT_SIZE];
    if (number_parse(text, &number) != NUMBER_FINE || number < (double)info->least || number > (double)info->most ||
        number != (double)(long)number)
        return fail(failure, MATTHEW_BAD_ARGUMENT, "%s: expected a whole number from %ld to %ld, found `%s`",
                    info->name, info->least, info->most, text_excerpt(text, excerpt));
    *value = (long)number;
    return MATTHEW_OK;
}

/* 1 for the second of two words, such as "off or on". */
static int read_choice(const struct recording_option_info *info, const char *text, int *second,
                       struct failure *failure) {
    char excerpt[EXCERPT_SIZE];
    const char *between = strstr(info->choices, " or ");
    size_t first = (size_t)(between - info->choices);
    *second = strcmp(text, between + strlen(" or ")) == 0;
    if (*second || (strlen(text) == first && strncmp(text, info->choices, first) == 0))
        return MATTHEW_OK;
    return fail(failure, MATTHEW_BAD_ARGUMENT, "%s: expected %s, found `%s`", info->name, info->choices,
                text_excerpt(text, excerpt));
}

int recording_set(struct history_options *options, const char *name, const char *text, struct failure *failure) {
    enum recording_option option = recording_option_find(name);
    if (option == RECORDING_OPTION_COUNT)
        return unknown_option(name, failure);
    const struct recording_option_info *info = &recording_options[option];
    switch (option) {
    case RECORDING_record:
        options->record = text;
        return MATTHEW_OK;
    case RECORDING_every:
        return read_whole(info, text, &options->every, failure);
    case RECORDING_precision:
        return read_choice(info, text, &options->single, failure);
    case RECORDING_reproducible:
        return read_choice(info, text, &options->reproducible, failure);
    default:
        return read_choice(info, text, &options->force, failure);
    }
}
