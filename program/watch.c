#include "program/watch.h"

#include "program/print.h"

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

enum progress progress_for_stderr(void) {
    const char *terminal = getenv("TERM");
    int bar = isatty(STDERR_FILENO) && terminal != NULL && strcmp(terminal, "dumb") != 0;
    return bar ? PROGRESS_BAR : PROGRESS_LINES;
}

static void show(struct watch *watch, long month, double firms) {
    if (watch->progress == PROGRESS_NONE || watch->months == 0)
        return;
    double now = clock_seconds();
    if (now - watch->shown < (watch->progress == PROGRESS_BAR ? BAR_INTERVAL : LINE_INTERVAL))
        return;
    watch->shown = now;
    char count[NUMBER_SIZE], left[NUMBER_SIZE] = "-";
    if (month > watch->from)
        print_duration(left, (now - watch->started) * (double)(watch->months - month) / (double)(month - watch->from));
    print_count(count, firms);
    if (watch->progress == PROGRESS_LINES) {
        fprintf(stderr, "month %ld of %ld, %s firms, %s left\n", month, watch->months, count, left);
        return;
    }
    int filled = (int)(BAR_WIDTH * month / watch->months);
    char bar[BAR_WIDTH + 1];
    memset(bar, '-', BAR_WIDTH);
    memset(bar, '#', (size_t)filled);
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r\033[Kmonth %ld/%ld [%s] %s firms, %s left", month, watch->months, bar, count, left);
    fflush(stderr);
}

void watch_clear(const struct watch *watch) {
    if (watch->progress == PROGRESS_BAR) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
}

static int month(void *context, const struct world *world, struct failure *failure) {
    struct watch *watch = context;
    (void)failure;
    double firms = world->industry.active_firms;
    if (world->month > 0)
        watch->summary->firm_steps += firms;
    show(watch, world->month, firms);
    watch->stopping = *watch->stop != 0;
    watch->last = watch->stopping || world->month == watch->months;
    if (watch->last)
        gauge_want(watch->gauge, NULL, NULL);
    return MATTHEW_OK;
}

/* A checkpoint that could not be written, once: the run goes on without. */
static void tell_failures(struct watch *watch, long month) {
    if (watch->checkpointer == NULL || watch->checkpointer->failed == watch->told)
        return;
    if (watch->told == 0) {
        watch_clear(watch);
        complain("no checkpoint of month %ld: %s; the run goes on", month, watch->checkpointer->failure.text);
    }
    watch->told = watch->checkpointer->failed;
}

static int settle(void *context, const struct world *world, int *again, struct failure *failure) {
    struct watch *watch = context;
    (void)failure;
    *again = 0;
    if (watch->last)
        summary_take(watch->summary, world, gauge_row(watch->gauge));
    tell_failures(watch, world->month);
    return watch->stopping ? MATTHEW_STOPPED : MATTHEW_OK;
}

struct observer watch_observer(struct watch *watch) {
    watch->started = clock_seconds();
    watch->shown = watch->progress == PROGRESS_LINES ? watch->started : 0;
    return (struct observer){.context = watch, .month = month, .settle = settle};
}
