#include "program/say.h"

#include "matthew.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_RUN_FAILED = 1, EXIT_BAD_USAGE = 2, SHOWN_MOST = 8 /* bytes that one becomes */ };

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

static int write_error; /* of a text that was too long to wait for the flush */

int say(char *text) {
    double status = MATTHEW_NO_MEMORY;
    if (text == NULL) {
        matthew_error_number("status", &status);
        return complain_status((int)status);
    }
    errno = 0;
    if (fputs(text, stdout) == EOF)
        write_error = errno;
    matthew_text_free(text);
    return 0;
}

void say_shown(const char *text) {
    char shown[SAID_SIZE];
    size_t size = strlen(text) * SHOWN_MOST + 1;
    char *room = size > sizeof shown ? malloc(size) : NULL; /* without memory it is cut */
    fputs(matthew_shown(text, room != NULL ? room : shown, room != NULL ? size : sizeof shown), stdout);
    free(room);
}

int finish_output(int status) {
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    int reason = errno != 0 ? errno : write_error;
    complain("standard output could not be written%s%s", reason != 0 ? ": " : "", reason != 0 ? strerror(reason) : "");
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
