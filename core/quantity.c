#include "core/quantity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The decimal point is a point whatever the locale of the process has in its place. */
static void put_point(char *text) {
    char *point = text + strspn(text, "-0123456789");
    size_t length = strcspn(point, "0123456789");
    if (*point == '\0' || strchr(". e", *point) != NULL || point[length] == '\0')
        return;
    *point = '.';
    memmove(point + 1, point + length, strlen(point + length) + 1);
}

const char *print_short(char text[NUMBER_SIZE], double value) {
    if (isnan(value))
        snprintf(text, NUMBER_SIZE, "-");
    else
        snprintf(text, NUMBER_SIZE, "%.4g", value);
    put_point(text);
    return text;
}

const char *print_count(char text[NUMBER_SIZE], double value) {
    char digits[NUMBER_SIZE];
    if (!isfinite(value) || fabs(value) >= 1e18) {
        snprintf(text, NUMBER_SIZE, "%.4g", value);
        put_point(text);
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
    put_point(text);
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
    put_point(text);
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
