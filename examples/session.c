/* A race with its file, as `matthew run` makes it: stopped by Ctrl-C it keeps what it has, and the same program goes on
 * where it was stopped.
 *
 * cc session.c $(pkg-config --cflags --libs matthew) -o session */
#include <matthew.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static matthew_session *session;

static void stop(int number) {
    (void)number;
    matthew_session_stop(session);
}

static void fine(int status) {
    if (status == MATTHEW_OK || status == MATTHEW_STOPPED)
        return;
    fprintf(stderr, "session: %s\n", matthew_message());
    exit(1);
}

/* Stands for Ctrl-C, once. */
static int interrupt(const struct matthew_session_progress *progress, void *context) {
    (void)context;
    if (progress->from == 0 && progress->month == 9)
        raise(SIGINT);
    return 0;
}

static void notice(int kind, const char *text, void *context) {
    (void)context;
    if (kind == MATTHEW_NOTICE_MESSAGE)
        fprintf(stderr, "session: %s\n", text);
}

int main(void) {
    static const char *const options[][2] = {
        {"output", "race.h5"}, {"record", "indicators"}, {"every", "3"}, {"resume", "on"}};
    matthew_scenario *scenario = NULL;
    int status = MATTHEW_STOPPED;
    fine(matthew_scenario_from_text(&scenario, "example", "base: core-race\nfirms: 60\nmonths: 24\n"));
    fine(matthew_session_new(&session, scenario));
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        fine(matthew_session_set(session, options[i][0], options[i][1]));
    fine(matthew_session_on_progress(session, interrupt, NULL));
    fine(matthew_session_on_notice(session, notice, NULL));
    signal(SIGINT, stop);
    while (status == MATTHEW_STOPPED) { /* with `resume` it begins, or goes on */
        status = matthew_session_run(session);
        fine(status);
        char *table = matthew_session_result_text(session, 0);
        printf("%s\n", table != NULL ? table : matthew_message());
        matthew_text_free(table);
    }
    matthew_session_free(session);
    matthew_scenario_free(scenario);
    return 0;
}
