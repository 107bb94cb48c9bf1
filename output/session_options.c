#include "output/session_options.h"

#include "core/memory.h"
#include "core/names.h"
#include "core/number.h"
#include "output/history/recording_set.h"
#include "parallel/team.h"

#include <string.h>

#define TEXT(number) #number

static const struct recording_option_info own[SESSION_OPTION_COUNT] = {
#define SESSION_TEXT(name, description) {#name, RECORDING_TYPE_NAMES, "", "", 0, 0, "1", description},
#define SESSION_WHOLE(name, otherwise, least, most, unit, description)                                                 \
    {#name, RECORDING_TYPE_WHOLE, TEXT(otherwise), "", least, most, unit, description},
#define SESSION_CHOICE(name, otherwise, choices, description)                                                          \
    {#name, RECORDING_TYPE_CHOICE, otherwise, choices, 0, 0, "1", description},
#define SESSION_SWITCH(name, description) {#name, RECORDING_TYPE_SWITCH, "off", "off or on", 0, 0, "1", description},
#include "output/session.def"
#undef SESSION_TEXT
#undef SESSION_WHOLE
#undef SESSION_CHOICE
#undef SESSION_SWITCH
};

size_t session_option_count(void) {
    return (size_t)RECORDING_OPTION_COUNT + (size_t)SESSION_OPTION_COUNT;
}

const struct recording_option_info *session_option_at(size_t index) {
    return index < RECORDING_OPTION_COUNT ? &recording_options[index] : &own[index - RECORDING_OPTION_COUNT];
}

void session_options_default(struct session_options *options) {
    memset(options, 0, sizeof *options);
    recording_default(&options->history);
}

void session_options_free(struct session_options *options) {
    for (int i = 0; i < options->made_with_count; i++)
        memory_free(options->made_with[i]);
    memory_free(options->made_with);
    memory_free(options->output);
    memory_free(options->record);
    memory_free(options->command);
    session_options_default(options);
}

/* Which option a failure is about: its text begins with the name. */
static int about(struct failure *failure, const struct recording_option_info *info) {
    const char *reason = strstr(failure->text, ": ");
    failure_key(failure, info->name, reason != NULL ? reason + 2 : NULL);
    if (info->type == RECORDING_TYPE_WHOLE)
        failure_range(failure, (double)info->least, (double)info->most);
    return failure->status;
}

static int refused(const struct recording_option_info *info, const char *text, struct failure *failure) {
    char excerpt[EXCERPT_SIZE];
    text_excerpt(text, excerpt);
    if (info->type == RECORDING_TYPE_WHOLE)
        fail(failure, MATTHEW_BAD_ARGUMENT, "%s: expected a whole number from %ld to %ld, found `%s`", info->name,
             info->least, info->most, excerpt);
    else
        fail(failure, MATTHEW_BAD_ARGUMENT, "%s: expected %s, found `%s`", info->name, info->choices, excerpt);
    return about(failure, info);
}

static int read_whole(const struct recording_option_info *info, const char *text, long *value,
                      struct failure *failure) {
    double number;
    if (number_parse(text, &number) != NUMBER_FINE || number < (double)info->least || number > (double)info->most ||
        number != (double)(long)number)
        return refused(info, text, failure);
    *value = (long)number;
    return MATTHEW_OK;
}

/* 1 for the second of two words. */
static int read_choice(const struct recording_option_info *info, const char *text, int *second,
                       struct failure *failure) {
    const char *between = strstr(info->choices, " or ");
    size_t first = (size_t)(between - info->choices);
    int is_second = strcmp(text, between + strlen(" or ")) == 0;
    if (!is_second && (strlen(text) != first || strncmp(text, info->choices, first) != 0))
        return refused(info, text, failure);
    *second = is_second;
    return MATTHEW_OK;
}

/* Takes a copy in place of what was there. */
static int keep(char **kept, const char *text, struct failure *failure) {
    char *copy = memory_string(text);
    if (copy == NULL)
        return fail_memory(failure, "an option");
    memory_free(*kept);
    *kept = copy;
    return MATTHEW_OK;
}

static int add(struct session_options *options, const char *text, struct failure *failure) {
    size_t count = (size_t)options->made_with_count;
    char **more = memory_grow(options->made_with, count, count + 1, sizeof *more);
    if (more == NULL)
        return fail_memory(failure, "an option");
    options->made_with = more;
    more[count] = NULL;
    int status = keep(&more[count], text, failure);
    options->made_with_count += status == MATTHEW_OK;
    return status;
}

static int set_recording(struct session_options *options, enum recording_option option, const char *text,
                         struct failure *failure) {
    struct history_options *history = &options->history;
    int status = recording_set(history, recording_options[option].name, text, failure);
    if (status == MATTHEW_OK && option == RECORDING_record) {
        status = keep(&options->record, text, failure);
        if (options->record != NULL)
            history->record = options->record;
        else
            history->record = recording_options[RECORDING_record].otherwise;
    }
    if (status == MATTHEW_BAD_ARGUMENT)
        return about(failure, &recording_options[option]);
    options->said[option] |= status == MATTHEW_OK;
    return status;
}

static int set_own(struct session_options *options, enum session_option option, const char *text,
                   struct failure *failure) {
    const struct recording_option_info *info = &own[option];
    int status = MATTHEW_OK;
    switch (option) {
    case SESSION_output:
        if (*text == '\0') {
            fail(failure, MATTHEW_BAD_ARGUMENT, "output: expected the name of a file, found nothing");
            return about(failure, info);
        }
        status = keep(&options->output, text, failure);
        options->history.path = options->output;
        return status;
    case SESSION_resume:
        return read_choice(info, text, &options->resume, failure);
    case SESSION_checkpoint_every:
        return read_whole(info, text, &options->checkpoint_every, failure);
    case SESSION_threads:
        return read_whole(info, text, &options->threads, failure);
    case SESSION_check:
        return read_choice(info, text, &options->check, failure);
    case SESSION_result:
        return read_choice(info, text, &options->text_alone, failure);
    case SESSION_command:
        status = keep(&options->command, text, failure);
        options->history.command = options->command;
        return status;
    default:
        return add(options, text, failure);
    }
}

int session_options_set(struct session_options *options, const char *name, const char *text, struct failure *failure) {
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32], excerpt[EXCERPT_SIZE];
    for (size_t i = 0; i < session_option_count(); i++)
        if (strcmp(session_option_at(i)->name, name) == 0)
            return i < RECORDING_OPTION_COUNT
                       ? set_recording(options, (enum recording_option)i, text, failure)
                       : set_own(options, (enum session_option)(i - RECORDING_OPTION_COUNT), text, failure);
    nearest_name_open(&search, name);
    for (size_t i = 0; i < session_option_count(); i++)
        nearest_name_offer(&search, session_option_at(i)->name);
    return fail(failure, MATTHEW_NOT_FOUND, "no option of a session is called `%s`%s", text_excerpt(name, excerpt),
                nearest_name_hint(&search, hint, sizeof hint));
}
