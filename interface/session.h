/* What the files of the interface know of a session: one race, run and recorded, from the first month or from where an
 * earlier run ended. Thread rule: that of its handle. */
#ifndef MATTHEW_INTERFACE_SESSION_H
#define MATTHEW_INTERFACE_SESSION_H

#include "interface/sweep.h"

#include "output/checkpoint.h"
#include "output/history/source.h"
#include "output/session_options.h"
#include "study/sweep_replay.h"

#define SESSION_MARK UINT64_C(0x6e6f697373657320)

/* What is told about a run at its end: where the industry stands, and what the run cost. */
struct session_result {
    /* Of the world, at the last recorded month. */
    long month;
    struct indicators indicators;
    char leader[CONCENTRATED_COUNT][96]; /* "" when nobody leads */
    char frontier_leader[96];
    /* firms of month 0, those of them alive, founded since, gone since, and of those: taken over */
    long initial, survivors, entries, exits, acquired;
    /* Of the run. */
    const char *path; /* of the history; null when there is none */
    int kept;         /* 1 when that is the file of an earlier run, which came further than this one */
    double bytes, seconds, firm_steps;
    int threads, interrupted;
};

/* The run that another one goes on from. */
struct session_earlier {
    int complete;                 /* 1 when there is nothing left to do */
    char *path;                   /* of the file that was found, or of its .part; null when there is neither */
    struct history_source source; /* what that was made from */
};

/* What is told while a session is at work. */
struct session_notices {
    void (*callback)(int kind, const char *text, void *context);
    void *context;
};

struct matthew_session {
    uint64_t mark;
    matthew_scenario *given; /* null where there is none */
    struct session_options options;
    matthew_sweep *sweep;        /* whose run this is; else null */
    struct sweep_replay *replay; /* of that run */
    int is_ready;                /* nothing was taken of it yet */
    struct session_notices notices;
    int (*progress)(const struct matthew_session_progress *progress, void *context);
    void *progress_context;
    volatile sig_atomic_t stop;
    int running;
    /* Of the last search and the last run. */
    int searched; /* and not run since */
    struct session_earlier earlier;
    char *output;             /* a copy of the option */
    struct scenario scenario; /* that is run; not its own where it is that of a sweep's run */
    struct session_result result;
    char digest[20];
    int began, has_result, is_complete, can_resume;
};

static inline int is_session(const matthew_session *session) {
    return session != NULL && session->mark == SESSION_MARK;
}

static inline void session_notice(const struct session_notices *notices, int kind, const char *text) {
    if (notices->callback != NULL)
        notices->callback(kind, text, notices->context);
}

/* BAD_ARGUMENT when it is none, or at work. */
int no_idle_session(const matthew_session *session);

/* Looks at a path and its .part. When a resumed run was killed that had come further than they had, what it left,
 * .part.new, takes their place. Where there is neither, path stays null. */
int session_search(struct session_earlier *earlier, const char *path, const struct session_notices *notices,
                   struct failure *failure);

/* Whether there is such a file, that holds anything. */
int session_is_there(const char *path);

/* Takes scenario and options from the earlier file. Options that were said must be the same, and so must `given`, null
 * when there is none. */
int session_take_up(const struct session_earlier *earlier, const struct session_options *options,
                    const struct scenario *given, struct scenario *scenario, struct history_options *history,
                    struct failure *failure);

/* The race and its history from the newest checkpoint that can be used; both stay null when there is none. A notice
 * says which could not be used. */
int session_go_on(const struct session_earlier *earlier, const struct scenario *scenario,
                  const struct history_options *history, const struct session_notices *notices, struct race **race,
                  struct history **started, struct failure *failure);

/* Legal twice. */
void session_earlier_free(struct session_earlier *earlier);

/* Runs session->scenario with these options of the history, from where `earlier` ended, null for a run that begins.
 * Fills in the result. */
int session_run(matthew_session *session, const struct history_options *history, const struct session_earlier *earlier,
                struct failure *failure);

/* Reads the world and its indicators; the rest of the result stays as it is. */
void session_result_take(struct session_result *result, const struct world *world, const struct indicators *indicators);

/* A short table for people, or one JSON object. */
void session_result_print(struct text *text, const matthew_session *session);
void session_result_print_json(struct text *text, const matthew_session *session);

#endif
