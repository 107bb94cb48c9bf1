#include "program/print.h"

#include "core/names.h"

#include <errno.h>
#include <math.h>
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
    fprintf(stderr, "matthew: %s\n", text_shown(line, shown, sizeof shown));
    return EXIT_BAD_USAGE;
}

int complain_failure(const struct failure *failure) {
    complain("%s", failure->text[0] != '\0' ? failure->text : status_meaning(failure->status));
    return status_exit(failure->status);
}

int finish_output(int status) {
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    complain("standard output could not be written%s%s", errno != 0 ? ": " : "", errno != 0 ? strerror(errno) : "");
    return status != 0 ? status : EXIT_RUN_FAILED;
}

void print_shown(FILE *file, const char *text) {
    char one[SHOWN_MOST];
    while (*text != '\0') {
        text += text_show(text, one);
        fputs(one, file);
    }
}

void json_string(FILE *file, const char *text) {
    putc('"', file);
    while (*text != '\0') {
        size_t length = utf8_length((const unsigned char *)text, strnlen(text, 4));
        unsigned long code = length == 0 ? 0xfffd : text_hidden(text, length);
        if (code != 0)
            fprintf(file, "\\u%04lx", code);
        else if (*text == '"' || *text == '\\')
            fprintf(file, "\\%c", *text);
        else
            fwrite(text, 1, length, file);
        text += length == 0 ? 1 : length;
    }
    putc('"', file);
}

void json_number(FILE *file, double value) {
    char text[NUMBER_SIZE];
    fputs(isfinite(value) ? number_print(value, text) : "null", file);
}

void print_wrapped(FILE *file, const char *text, int column, int indent, int width) {
    while (*text != '\0') {
        int word = (int)strcspn(text, " ");
        if (column > indent && column + 1 + word > width) {
            fprintf(file, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            putc(' ', file);
            column++;
        }
        for (const char *c = text; c < text + word;) {
            char one[SHOWN_MOST];
            c += text_show(c, one);
            fputs(one, file);
        }
        column += word;
        text += word;
        text += strspn(text, " ");
    }
    putc('\n', file);
}
