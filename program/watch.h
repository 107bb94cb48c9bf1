/* Progress on stderr: a bar on a terminal, else a line now and then. */
#ifndef MATTHEW_PROGRAM_WATCH_H
#define MATTHEW_PROGRAM_WATCH_H

enum progress { PROGRESS_NONE, PROGRESS_LINES, PROGRESS_BAR };

/* What is shown, and when it was last. */
struct shown {
    enum progress kind;
    double started,
        shown; /* seconds of a clock that only goes forward; started is 0 until there is something to show */
};

double clock_seconds(void);

/* The progress that suits stderr; none when quiet. The clock starts when watch_is_due is first asked. */
void watch_begin(struct shown *shown, int quiet);

/* Whether it is time to show again; then it counts as shown. */
int watch_is_due(struct shown *shown);

/* How long `left` of something takes after `done` of it, as a text; "-" when nothing is done. */
void watch_left(const struct shown *shown, double done, double left, char *text);

/* Draws the bar of a race. */
void watch_bar(long month, long months, const char *firms, const char *left);

/* Takes the bar off the terminal, where there was something to show. */
void watch_clear(const struct shown *shown);

#endif
