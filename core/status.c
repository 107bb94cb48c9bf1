#include "core/status.h"

#include <stdarg.h>
#include <stdio.h>

int fail(struct failure *failure, int status, const char *format, ...) {
    if (failure != NULL) {
        va_list arguments;
        va_start(arguments, format);
        failure->status = status;
        if (vsnprintf(failure->text, sizeof failure->text, format, arguments) < 0)
            failure->text[0] = '\0';
        va_end(arguments);
        for (char *c = failure->text; *c != '\0'; c++)
            if ((unsigned char)*c < 0x20 || *c == 0x7f)
                *c = '?';
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
