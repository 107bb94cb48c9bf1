#include "interface/session.h"

#include "core/memory.h"
#include "study/sweep_find.h"

#include <math.h>
#include <string.h>

static int no_session(const matthew_session *session) {
    return session == NULL ? is_null("session") : refuse("session", "expected a session, found another object");
}

int no_idle_session(const matthew_session *session) {
    if (!is_session(session))
        return no_session(session);
    return session->running ? refuse("session", "it is running") : MATTHEW_OK;
}

/* ---- options ---- */

size_t matthew_session_option_count(void) {
    return session_option_count();
}

int matthew_session_option_get(size_t index, struct matthew_session_option *option) {
    if (index >= session_option_count())
        return bad_index("option", index, session_option_count());
    const struct recording_option_info *info = session_option_at(index);
    int whole = info->type == RECORDING_TYPE_WHOLE;
    const struct matthew_session_option full = {.name = info->name,
                                                .otherwise = info->otherwise,
                                                .choices = info->choices,
                                                .is_whole = whole,
                                                .minimum = whole ? (double)info->least : (double)NAN,
                                                .maximum = whole ? (double)info->most : (double)NAN,
                                                .unit = info->unit,
                                                .description = info->description};
    return give(option, &full, sizeof full);
}

/* Words, columns of firms, indicators, those of members. The axis is always there. */
const char *matthew_recordable(size_t index) {
    if (index < RECORDING_WORD_COUNT)
        return recording_words[index].name;
    index -= RECORDING_WORD_COUNT;
    for (size_t field = 0; field < FIELD_COUNT; field++)
        if (field != FIELD_id && index-- == 0)
            return field_table[field].name;
    if (index < INDICATOR_COUNT)
        return indicator_table[index].name;
    index -= INDICATOR_COUNT;
    return index < MEMBER_INDICATOR_COUNT ? member_indicator_table[index].name : NULL;
}

int matthew_session_set(matthew_session *session, const char *name, const char *text) {
    int status = no_idle_session(session);
    if (status != MATTHEW_OK)
        return status;
    if (name == NULL || text == NULL)
        return is_null(name == NULL ? "name" : "text");
    session->searched = 0;
    return session_options_set(&session->options, name, text, &last_failure);
}

int matthew_session_set_scenario(matthew_session *session, const matthew_scenario *scenario) {
    matthew_scenario *copy = NULL;
    int status = no_idle_session(session);
    if (status != MATTHEW_OK)
        return status;
    if (session->sweep != NULL)
        return refuse("session", "it is a run of a sweep, which has its scenario");
    if (scenario != NULL)
        status = matthew_scenario_copy(&copy, scenario);
    if (status != MATTHEW_OK)
        return status;
    matthew_scenario_free(session->given);
    session->given = copy;
    return MATTHEW_OK;
}

int matthew_session_on_progress(matthew_session *session,
                                int (*callback)(const struct matthew_session_progress *progress, void *context),
                                void *context) {
    int status = no_idle_session(session);
    if (status != MATTHEW_OK)
        return status;
    session->progress = callback;
    session->progress_context = context;
    return MATTHEW_OK;
}

int matthew_session_on_notice(matthew_session *session, void (*callback)(int kind, const char *text, void *context),
                              void *context) {
    int status = no_idle_session(session);
    if (status != MATTHEW_OK)
        return status;
    session->notices = (struct session_notices){.callback = callback, .context = context};
    return MATTHEW_OK;
}

/* ---- making ---- */

static int new_session(matthew_session **session) {
    matthew_session *made = memory_new(1, sizeof *made);
    if (made == NULL)
        return fail_memory(&last_failure, "a session");
    made->mark = SESSION_MARK;
    session_options_default(&made->options);
    *session = made;
    return MATTHEW_OK;
}

/* Gives a handle to the caller, or frees it after a failure. */
static int hand_over(matthew_session **session, matthew_session *made, int status) {
    if (status == MATTHEW_OK)
        *session = made;
    else
        matthew_session_free(made);
    return status;
}

int matthew_session_new(matthew_session **session, const matthew_scenario *scenario) {
    matthew_session *made = NULL;
    if (session == NULL)
        return is_null("session");
    *session = NULL;
    if (scenario != NULL && !is_scenario(scenario))
        return no_scenario(scenario);
    int status = new_session(&made);
    if (status == MATTHEW_OK)
        status = matthew_session_set_scenario(made, scenario);
    return hand_over(session, made, status);
}

/* Begins the run of a sweep, anew where it was run. */
static int begin_replay(matthew_session *session, size_t run) {
    if (session->replay == NULL && (session->replay = memory_new(1, sizeof *session->replay)) == NULL)
        return fail_memory(&last_failure, "a session");
    sweep_replay_free(session->replay);
    int status = sweep_replay_begin(session->replay, &session->sweep->file, run, &last_failure);
    session->is_ready = status == MATTHEW_OK;
    return status;
}

int matthew_session_of_sweep(matthew_session **session, matthew_sweep *sweep, const char *point, long replicate) {
    matthew_session *made = NULL;
    size_t run = 0;
    if (session == NULL)
        return is_null("session");
    *session = NULL;
    int status = sweep_choose(sweep, point, replicate, &run);
    if (status == MATTHEW_OK)
        status = new_session(&made);
    if (status != MATTHEW_OK)
        return status;
    made->sweep = sweep;
    sweep->lent++;
    return hand_over(session, made, begin_replay(made, run));
}

/* Nothing is known any more of an earlier run, nor of one that was made. */
static void forget(matthew_session *session) {
    session_earlier_free(&session->earlier);
    memory_free(session->output);
    session->output = NULL;
    if (session->sweep == NULL)
        scenario_free(&session->scenario);
    session->result = (struct session_result){0};
    session->digest[0] = '\0';
    session->searched = session->began = session->has_result = session->is_complete = session->can_resume = 0;
}

void matthew_session_free(matthew_session *session) {
    if (!is_session(session) || session->running)
        return;
    session->mark = 0;
    forget(session);
    if (session->replay != NULL)
        sweep_replay_free(session->replay);
    memory_free(session->replay);
    if (session->sweep != NULL)
        session->sweep->lent--;
    session_options_free(&session->options);
    matthew_scenario_free(session->given);
    memory_free(session);
}

/* ---- running ---- */

void matthew_session_stop(matthew_session *session) {
    if (is_session(session))
        session->stop = 1;
}

/* What only a file can be asked for. */
static int check_output(const struct session_options *options) {
    if (options->output != NULL)
        return MATTHEW_OK;
    if (options->said[RECORDING_record] &&
        strcmp(options->history.record, recording_words[RECORDING_WORD_none].name) != 0)
        return refuse("record", "there is nothing to write `%s` to; set output", options->history.record);
    if (options->resume)
        return refuse("resume", "there is no file to go on with; set output");
    if (options->checkpoint_every > 0)
        return refuse("checkpoint_every", "there is no file to keep checkpoints beside; set output");
    return MATTHEW_OK;
}

static int check_sweep(const matthew_session *session) {
    if (session->sweep == NULL || (!session->options.resume && session->options.checkpoint_every == 0))
        return MATTHEW_OK;
    return refuse(session->options.resume ? "resume" : "checkpoint_every",
                  "a run of a sweep is made from its first month to its last");
}

static int search(matthew_session *session) {
    struct failure failure = {0};
    forget(session);
    if (session->options.output == NULL)
        return refuse("output", "there is no file to look for; set output");
    session->output = memory_string(session->options.output);
    session->running = 1;
    int status = session->output == NULL
                     ? fail_memory(&failure, "a file name")
                     : session_search(&session->earlier, session->output, &session->notices, &failure);
    session->running = 0;
    session->searched = status == MATTHEW_OK;
    if (status != MATTHEW_OK)
        last_failure = failure;
    return status == MATTHEW_OK ? status : of_file(status, session->options.output);
}

int matthew_session_find(matthew_session *session, int *found) {
    int status = no_idle_session(session);
    if (status != MATTHEW_OK)
        return status;
    if (found == NULL)
        return is_null("found");
    status = search(session);
    if (status == MATTHEW_OK)
        *found = session->earlier.path != NULL;
    return status;
}

/* The scenario of a run that begins. */
static int begin_scenario(matthew_session *session, struct failure *failure) {
    if (session->sweep != NULL) {
        int status = session->is_ready ? MATTHEW_OK : begin_replay(session, session->replay->run);
        session->is_ready = 0;
        session->scenario = session->replay->scenario;
        *failure = last_failure;
        return status;
    }
    if (session->given != NULL) {
        int status = checked(session->given, scenario_check(&session->given->inner, &last_failure));
        *failure = last_failure;
        return status == MATTHEW_OK ? scenario_copy(&session->scenario, &session->given->inner, failure) : status;
    }
    if (!session->options.resume) {
        refuse("scenario", "there is none, and nothing is gone on with");
        *failure = last_failure;
        return failure->status;
    }
    fail(failure, MATTHEW_NOT_FOUND, "nothing to go on with: there is neither %s nor %s.part", session->output,
         session->output);
    failure_place(failure, session->output, 0, 0);
    return failure->status;
}

/* Runs, once it is known whether there is something to go on with. */
static int run(matthew_session *session, struct failure *failure) {
    const struct session_earlier *earlier =
        session->options.resume && session->earlier.path != NULL ? &session->earlier : NULL;
    struct history_options history = session->options.history;
    history.path = session->output;
    const struct scenario *given = session->given != NULL ? &session->given->inner : NULL;
    int status = earlier != NULL
                     ? session_take_up(earlier, &session->options, given, &session->scenario, &history, failure)
                     : begin_scenario(session, failure);
    if (status != MATTHEW_OK)
        return status;
    session->is_complete = earlier != NULL && earlier->complete;
    return session->is_complete ? MATTHEW_OK : session_run(session, &history, earlier, failure);
}

int matthew_session_run(matthew_session *session) {
    struct failure failure = {0};
    int status = no_idle_session(session);
    if (status == MATTHEW_OK)
        status = check_output(&session->options);
    if (status == MATTHEW_OK)
        status = check_sweep(session);
    if (status != MATTHEW_OK)
        return status;
    if (session->options.resume && !session->searched)
        status = search(session);
    else if (!session->options.resume)
        forget(session);
    if (status == MATTHEW_OK && session->options.output != NULL && session->output == NULL &&
        (session->output = memory_string(session->options.output)) == NULL)
        status = fail_memory(&last_failure, "a file name");
    if (status != MATTHEW_OK)
        return status;
    session->running = 1;
    status = run(session, &failure);
    session->running = session->searched = 0;
    session->stop = 0;
    if (status == MATTHEW_STOPPED)
        fail(&failure, status, "stopped after month %ld of %ld", session->result.month, session->scenario.months);
    if (status != MATTHEW_OK)
        last_failure = failure;
    return session->output != NULL ? of_file(status, session->output) : status;
}

/* ---- what came of it ---- */

char *matthew_session_result_text(const matthew_session *session, int json) {
    struct text text = {0};
    if (no_idle_session(session) != MATTHEW_OK)
        return NULL;
    if (!session->has_result && !session->is_complete) {
        refuse("session", "it has no result");
        return NULL;
    }
    if (json && session->options.text_alone && !session->is_complete) {
        refuse("json", "the option result is `text`, so the result for programs was left out");
        return NULL;
    }
    (json ? session_result_print_json : session_result_print)(&text, session);
    return finished_text(&text, MATTHEW_OK, "the result of a session");
}

const char *matthew_session_text(const matthew_session *session, const char *field) {
    const matthew_session *s = session;
    if (!is_session(session) || field == NULL)
        return NULL;
#define SESSION_FIELD_TEXT(name, value)                                                                                \
    if (strcmp(field, name) == 0)                                                                                      \
        return value;
#define SESSION_FIELD_NUMBER(name, value)
#define SESSION_FIELD(name, kind, value, description) SESSION_FIELD_##kind(#name, value)
#include "interface/session_fields.def"
#undef SESSION_FIELD
#undef SESSION_FIELD_TEXT
#undef SESSION_FIELD_NUMBER
    return NULL;
}

int matthew_session_number(const matthew_session *session, const char *field, double *value) {
    const matthew_session *s = session;
    double found = (double)NAN;
    if (!is_session(session) || field == NULL || value == NULL)
        return 0;
#define SESSION_FIELD_TEXT(name, value)
#define SESSION_FIELD_NUMBER(name, value)                                                                              \
    if (strcmp(field, name) == 0)                                                                                      \
        found = (value);
#define SESSION_FIELD(name, kind, value, description) SESSION_FIELD_##kind(#name, value)
#include "interface/session_fields.def"
#undef SESSION_FIELD
#undef SESSION_FIELD_TEXT
#undef SESSION_FIELD_NUMBER
    if (isnan(found))
        return 0;
    *value = found;
    return 1;
}

int matthew_session_compare(const matthew_session *session, char **text) {
    struct text written = {0};
    int status = no_idle_session(session);
    if (status != MATTHEW_OK)
        return status;
    if (text == NULL)
        return is_null("text");
    if (session->sweep == NULL)
        return refuse("session", "it is no run of a sweep");
    if (!session->has_result || session->result.interrupted)
        return refuse("session", "it has no result");
    status = sweep_replay_compare(session->replay, &last_failure);
    if (status != MATTHEW_OK)
        return status;
    sweep_replay_print(&written, session->replay);
    char *made = finished_text(&written, MATTHEW_OK, "what a sweep has of a run");
    if (made == NULL)
        return MATTHEW_NO_MEMORY;
    *text = made;
    return MATTHEW_OK;
}
