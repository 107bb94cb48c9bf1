#include "program/watch.h"

#include "matthew.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Seconds between two drawings of the bar, and between two lines. */
static const double BAR_INTERVAL = 0.1, LINE_INTERVAL = 5;
enum { BAR_WIDTH = 30 };

double clock_seconds(void) {
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void watch_begin(struct shown *shown, int quiet) {
    const char *terminal = getenv("TERM");
    int bar = isatty(STDERR_FILENO) && terminal != NULL && strcmp(terminal, "dumb") != 0;
    *shown = (struct shown){.kind = quiet ? PROGRESS_NONE : bar ? PROGRESS_BAR : PROGRESS_LINES};
}

int watch_is_due(struct shown *shown) {
    double now = clock_seconds();
    if (shown->kind == PROGRESS_NONE)
        return 0;
    if (shown->started == 0) {
        shown->started = now;
        shown->shown = shown->kind == PROGRESS_LINES ? now : 0;
    }
    if (now - shown->shown < (shown->kind == PROGRESS_BAR ? BAR_INTERVAL : LINE_INTERVAL))
        return 0;
    shown->shown = now;
    return 1;
}

void watch_left(const struct shown *shown, double done, double left, char *text) {
    strcpy(text, "-");
    if (done > 0)
        matthew_quantity_text(MATTHEW_DURATION, (clock_seconds() - shown->started) * left / done, text);
}

void watch_bar(long month, long months, const char *firms, const char *left) {
    char bar[BAR_WIDTH + 1];
    memset(bar, '-', BAR_WIDTH);
    memset(bar, '#', (size_t)(BAR_WIDTH * month / months));
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r\033[Kmonth %ld/%ld [%s] %s firms, %s left", month, months, bar, firms, left);
    fflush(stderr);
}

void watch_clear(const struct shown *shown) {
    if (shown->kind == PROGRESS_BAR && shown->started > 0) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
}
