#include "core/status.h"

#include "core/names.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int fail(struct failure *failure, int status, const char *format, ...) {
    if (failure != NULL) {
        va_list arguments;
        va_start(arguments, format);
        failure->status = status;
        char raw[sizeof failure->text];
        if (vsnprintf(raw, sizeof raw, format, arguments) < 0)
            raw[0] = '\0';
        va_end(arguments);
        text_shown(raw, failure->text, sizeof failure->text);
        failure->reason = failure->line = failure->column = failure->has_range = 0;
        failure->file[0] = failure->key[0] = '\0';
        failure->minimum = failure->maximum = 0;
        nearest_name_said(failure->text, failure->nearest, sizeof failure->nearest);
    }
    return status;
}

void failure_place(struct failure *failure, const char *file, long line, long column) {
    if (failure == NULL)
        return;
    if (file != NULL)
        snprintf(failure->file, sizeof failure->file, "%s", file);
    if (line > 0)
        failure->line = (int)line;
    if (column > 0)
        failure->column = (int)column;
}

void failure_key(struct failure *failure, const char *key, const char *reason) {
    char shown[sizeof failure->text];
    if (failure == NULL)
        return;
    if (key != NULL)
        snprintf(failure->key, sizeof failure->key, "%s", key);
    if (reason == NULL)
        return;
    size_t all = strlen(failure->text), length = strlen(text_shown(reason, shown, sizeof shown));
    if (length <= all && strcmp(failure->text + all - length, shown) == 0) /* else the text was cut short */
        failure->reason = (int)(all - length);
}

void failure_range(struct failure *failure, double minimum, double maximum) {
    if (failure == NULL)
        return;
    failure->has_range = 1;
    failure->minimum = minimum;
    failure->maximum = maximum;
}

void failure_inherit(struct failure *failure, const struct failure *cause) {
    if (failure == NULL || failure == cause)
        return;
    if (failure->key[0] == '\0')
        failure_key(failure, cause->key, cause->text + cause->reason);
    if (!failure->has_range && cause->has_range)
        failure_range(failure, cause->minimum, cause->maximum);
    if (failure->nearest[0] == '\0')
        memcpy(failure->nearest, cause->nearest, sizeof failure->nearest);
}

int fail_memory(struct failure *failure, const char *what) {
    return fail(failure, MATTHEW_NO_MEMORY, "not enough memory for %s", what);
}

const char *status_name(int status) {
    switch (status) {
#define STATUS(name, value, exit_status, meaning)                                                                      \
    case MATTHEW_##name:                                                                                               \
        return #name;
#include "core/status.def"
#undef STATUS
    default:
        return "unknown";
    }
}

const char *status_meaning(int status) {
    switch (status) {
#define STATUS(name, value, exit_status, meaning)                                                                      \
    case MATTHEW_##name:                                                                                               \
        return meaning;
#include "core/status.def"
#undef STATUS
    default:
        return "unknown status";
    }
}

int status_exit(int status) {
    switch (status) {
#define STATUS(name, value, exit_status, meaning)                                                                      \
    case MATTHEW_##name:                                                                                               \
        return exit_status;
#include "core/status.def"
#undef STATUS
    default:
        return 1;
    }
}
