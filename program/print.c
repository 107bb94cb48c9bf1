#include "program/print.h"

#include "core/names.h"

#include <math.h>
#include <string.h>

int complain_failure(const struct failure *failure) {
    complain("%s", failure->text[0] != '\0' ? failure->text : status_meaning(failure->status));
    return status_exit(failure->status);
}

void print_shown(FILE *file, const char *text) {
    char one[SHOWN_MOST];
    while (*text != '\0') {
        text += text_show(text, one);
        fputs(one, file);
    }
}

void json_string(FILE *file, const char *text) {
    char one[SHOWN_MOST];
    putc('"', file);
    while (*text != '\0') {
        text += text_show_json(text, one);
        fputs(one, file);
    }
    putc('"', file);
}

void json_number(FILE *file, double value) {
    char text[NUMBER_SIZE];
    fputs(isfinite(value) ? number_print(value, text) : "null", file);
}
