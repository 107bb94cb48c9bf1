#include "interface/session.h"

#include "parallel/observers.h"
#include "parallel/team.h"

#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

/* What a run works on. */
struct running {
    matthew_session *session;
    const struct history_options *options;
    struct race *race;
    struct history *history; /* null when nothing is written */
    struct gauge gauge;
    struct checkpointer checkpointer;
    int stopping, last; /* whether this month is the last */
    long told;          /* failures of checkpoints */
};

static double clock_seconds(void) {
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- watching: counts firm-steps, tells progress, takes the result of the last month ---- */

static void tell(struct running *running, long month, double firms) {
    matthew_session *session = running->session;
    const struct matthew_session_progress progress = {.size = sizeof progress,
                                                      .month = month,
                                                      .months = session->scenario.months,
                                                      .from = running->checkpointer.from,
                                                      .firms = firms};
    if (session->progress != NULL && session->progress(&progress, session->progress_context) != 0)
        session->stop = 1;
}

static int month(void *context, const struct world *world, struct failure *failure) {
    struct running *running = context;
    (void)failure;
    double firms = world->industry.active_firms;
    if (world->month > 0)
        running->session->result.firm_steps += firms;
    tell(running, world->month, firms);
    running->stopping = running->session->stop != 0;
    running->last = running->stopping || world->month == running->session->scenario.months;
    if (running->last)
        gauge_want(&running->gauge, NULL, NULL);
    return MATTHEW_OK;
}

/* A checkpoint that could not be written, once: the run goes on without. */
static void tell_failures(struct running *running, long month) {
    const struct checkpointer *checkpointer = &running->checkpointer;
    char text[sizeof checkpointer->failure.text + 80];
    if (checkpointer->failed == running->told)
        return;
    if (running->told == 0) {
        snprintf(text, sizeof text, "no checkpoint of month %ld: %s; the run goes on", month,
                 checkpointer->failure.text);
        session_notice(&running->session->notices, MATTHEW_NOTICE_MESSAGE, text);
    }
    running->told = checkpointer->failed;
}

static int settle(void *context, const struct world *world, int *again, struct failure *failure) {
    struct running *running = context;
    (void)failure;
    *again = 0;
    if (running->last)
        session_result_take(&running->session->result, world, gauge_row(&running->gauge));
    tell_failures(running, world->month);
    return running->stopping ? MATTHEW_STOPPED : MATTHEW_OK;
}

/* ---- running ---- */

/* The race and its history, from a checkpoint or from month 0. */
static int start(struct running *running, const struct session_earlier *earlier, struct failure *failure) {
    const matthew_session *session = running->session;
    const struct scenario *scenario = &session->scenario;
    struct history_options options = *running->options;
    int status = gauge_init(&running->gauge, (size_t)scenario->firms, failure);
    options.gauge = &running->gauge;
    if (status == MATTHEW_OK && earlier != NULL)
        status =
            session_go_on(earlier, scenario, &options, &session->notices, &running->race, &running->history, failure);
    if (status == MATTHEW_OK && running->race == NULL) { /* a checkpoint that was no good may have left something */
        gauge_free(&running->gauge);
        status = gauge_init(&running->gauge, (size_t)scenario->firms, failure);
    }
    if (status == MATTHEW_OK && running->race == NULL && options.path != NULL)
        status = history_open(&running->history, scenario, &options, failure);
    if (status == MATTHEW_OK && running->race == NULL)
        status = race_new(&running->race, scenario, failure);
    if (status == MATTHEW_OK && running->history != NULL)
        status = checkpointer_init(&running->checkpointer, scenario, &options, running->history, failure);
    if (status != MATTHEW_OK)
        return status;
    running->checkpointer.every = session->options.checkpoint_every;
    running->checkpointer.stop = &session->stop;
    running->checkpointer.from = race_world(running->race)->month;
    return MATTHEW_OK;
}

static int race(struct running *running, struct failure *failure) {
    matthew_session *session = running->session;
    struct session_result *result = &session->result;
    struct observers observers = {0};
    running->gauge.passes_over = running->history == NULL && session->options.text_alone; /* it tells of one month */
    observers_add(&observers, gauge_observer(&running->gauge));
    if (running->history != NULL) {
        observers_add(&observers, history_observer(running->history));
        observers_add(&observers, checkpointer_observer(&running->checkpointer));
    }
    if (session->replay != NULL) {
        session->replay->taking.gauge = &running->gauge;
        observers_add(&observers, taking_observer(&session->replay->taking));
    }
    observers_add(&observers, (struct observer){.context = running, .month = month, .settle = settle});
    struct observer observer = observers_join(&observers);
    struct race_options options = {
        .threads = team_threads((int)session->options.threads), .check = session->options.check, .observer = &observer};
    double started = clock_seconds();
    session->began = 1;
    int status = race_run(running->race, session->scenario.months, &options, failure);
    result->seconds = clock_seconds() - started;
    result->interrupted = status == MATTHEW_STOPPED;
    result->threads = options.threads;
    snprintf(session->digest, sizeof session->digest, "%016llx", (unsigned long long)race_digest(running->race));
    return status;
}

/* Whether there are checkpoints, or were to be. */
static int can_go_on(const struct running *running) {
    const struct checkpointer *checkpointer = &running->checkpointer;
    return running->race != NULL && checkpointer->folder != NULL &&
           (checkpointer->every > 0 || checkpointer->written >= 0 || checkpointer->from > 0);
}

/* Ends the history and clears away checkpoints that nothing goes on from. */
static int end(struct running *running, int status, struct failure *failure) {
    struct session_result *result = &running->session->result;
    struct failure closing = {0};
    if (running->history == NULL)
        return status;
    result->kept = status == MATTHEW_STOPPED && history_falls_short(running->history);
    if (result->kept)
        result->path = running->options->earlier;
    if (can_go_on(running))
        history_hold(running->history);
    int closed = history_close(running->history, status, &closing);
    if (closed != MATTHEW_OK && (status == MATTHEW_OK || status == MATTHEW_STOPPED)) {
        status = closed;
        *failure = closing;
    }
    if (status == MATTHEW_OK)
        checkpointer_clear(&running->checkpointer);
    return status;
}

int session_run(matthew_session *session, const struct history_options *history, const struct session_earlier *earlier,
                struct failure *failure) {
    struct running running = {.session = session, .options = history};
    struct session_result *result = &session->result;
    struct stat file;
    result->path = history->path;
    if (history->path != NULL)
        session_notice(&session->notices, MATTHEW_NOTICE_WRITING, history->path);
    int status = start(&running, earlier, failure);
    if (status == MATTHEW_OK)
        status = race(&running, failure);
    status = end(&running, status, failure);
    if (history->path != NULL)
        session_notice(&session->notices, MATTHEW_NOTICE_DONE, history->path);
    race_free(running.race);
    checkpointer_free(&running.checkpointer);
    gauge_free(&running.gauge);
    session->has_result = status == MATTHEW_OK || status == MATTHEW_STOPPED;
    if (!session->has_result)
        result->kept = 0;
    if (session->has_result && result->path != NULL && stat(result->path, &file) == 0)
        result->bytes = (double)file.st_size;
    session->can_resume = status != MATTHEW_OK && history->path != NULL && session_is_there(history->path);
    return status;
}
