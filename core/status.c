#include "core/status.h"

#include "core/names.h"

#include <stdarg.h>
#include <stdio.h>

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
    }
    return status;
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
