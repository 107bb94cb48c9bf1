#include "program/say.h"

#include "matthew.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

enum { EXIT_RUN_FAILED = 1, EXIT_BAD_USAGE = 2 };

int complain(const char *format, ...) {
    char line[1200], shown[1200];
    va_list arguments;
    va_start(arguments, format);
    if (vsnprintf(line, sizeof line, format, arguments) < 0)
        line[0] = '\0';
    va_end(arguments);
    fprintf(stderr, "matthew: %s\n", matthew_shown(line, shown, sizeof shown));
    return EXIT_BAD_USAGE;
}

int complain_status(int status) {
    complain("%s", matthew_message());
    return matthew_status_exit(status);
}

int say(char *text) {
    double status = MATTHEW_NO_MEMORY;
    if (text == NULL) {
        matthew_error_number("status", &status);
        return complain_status((int)status);
    }
    fputs(text, stdout);
    matthew_text_free(text);
    return 0;
}

int finish_output(int status) {
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    complain("standard output could not be written%s%s", errno != 0 ? ": " : "", errno != 0 ? strerror(errno) : "");
    return status != 0 ? status : EXIT_RUN_FAILED;
}

enum { WARNINGS_SHOWN = 10 };

void say_warnings(const char *warnings) {
    int count = 0;
    for (size_t length; warnings != NULL && *warnings != '\0'; warnings += length + (warnings[length] == '\n')) {
        length = strcspn(warnings, "\n");
        if (count++ < WARNINGS_SHOWN)
            fprintf(stderr, "matthew: warning: %.*s\n", (int)length, warnings);
    }
    if (count > WARNINGS_SHOWN)
        fprintf(stderr, "matthew: %d more warnings; the file of the race has all of them\n", count - WARNINGS_SHOWN);
}
