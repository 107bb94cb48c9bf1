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

const char *print_short(char text[NUMBER_SIZE], double value) {
    if (isnan(value))
        snprintf(text, NUMBER_SIZE, "-");
    else
        snprintf(text, NUMBER_SIZE, "%.4g", value);
    return text;
}

const char *print_count(char text[NUMBER_SIZE], double value) {
    char digits[NUMBER_SIZE];
    if (!isfinite(value) || fabs(value) >= 1e18) {
        snprintf(text, NUMBER_SIZE, "%.4g", value);
        return text;
    }
    snprintf(digits, sizeof digits, "%.0f", fabs(value));
    size_t length = strlen(digits), at = 0;
    if (value <= -0.5)
        text[at++] = '-';
    for (size_t i = 0; i < length; i++) {
        text[at++] = digits[i];
        if (i + 1 < length && (length - i - 1) % 3 == 0)
            text[at++] = ',';
    }
    text[at] = '\0';
    return text;
}

const char *print_scaled(char text[NUMBER_SIZE], double value) {
    static const char *const prefix[] = {"", " k", " M", " G", " T", " P"};
    size_t power = 0;
    double scaled = value;
    while (fabs(scaled) >= 999.5 && power + 1 < sizeof prefix / sizeof *prefix) {
        scaled /= 1000;
        power++;
    }
    int decimals = fabs(scaled) >= 99.95 ? 0 : fabs(scaled) >= 9.995 ? 1 : 2;
    if (value == floor(value) && power == 0)
        decimals = 0;
    snprintf(text, NUMBER_SIZE, "%.*f%s", decimals, scaled, prefix[power]);
    return text;
}

const char *print_duration(char text[NUMBER_SIZE], double seconds) {
    if (!(seconds < 1e9))
        snprintf(text, NUMBER_SIZE, "a long time");
    else if (seconds < 0.9995)
        snprintf(text, NUMBER_SIZE, "%.*f ms", seconds < 0.00995 ? 1 : 0, 1000 * seconds);
    else if (seconds < 59.95)
        snprintf(text, NUMBER_SIZE, "%.*f s", seconds < 9.995 ? 2 : 1, seconds);
    else if (seconds < 3599.5)
        snprintf(text, NUMBER_SIZE, "%ld min %02ld s", lround(seconds) / 60, lround(seconds) % 60);
    else
        snprintf(text, NUMBER_SIZE, "%ld h %02ld min", lround(seconds / 60) / 60, lround(seconds / 60) % 60);
    return text;
}

const char *print_bytes(char text[NUMBER_SIZE], double bytes) {
    char number[NUMBER_SIZE];
    if (bytes < 1000)
        snprintf(text, NUMBER_SIZE, "%.0f bytes", bytes);
    else if (bytes < 999500)
        snprintf(text, NUMBER_SIZE, "%.0f kB", bytes / 1e3);
    else
        snprintf(text, NUMBER_SIZE, "%.20sB", print_scaled(number, bytes));
    return text;
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
