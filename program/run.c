#include "core/names.h"
#include "core/scenario.h"
#include "output/history/history.h"
#include "output/history/recording.h"
#include "output/history/recording_set.h"
#include "parallel/observers.h"
#include "parallel/race.h"
#include "program/command.h"
#include "program/given.h"
#include "program/guard.h"
#include "program/interrupt.h"
#include "program/print.h"
#include "program/rerun.h"
#include "program/resume.h"
#include "program/watch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What the command line asks for. */
struct request {
    struct scenario scenario;
    struct history_options history; /* path is null when nothing is written */
    struct race_options race;
    const struct resumption *resumption; /* null for a run that begins */
    long checkpoint_every;               /* 0: when it is stopped only */
    int quiet, json;
    const char *const *sets; /* the arguments of --set */
    int set_count;
    struct taking *taking; /* of a run of a sweep; else null */
};

/* Options of the history file. Returns an exit status. */
static int read_history(struct history_options *history, long *checkpoint_every, const struct arguments *arguments) {
    const char *record = arguments->value[OPTION_record], *precision = arguments->value[OPTION_precision];
    const struct recording_option_info *months = &recording_options[RECORDING_every];
    recording_default(history);
    long long every = history->every, checkpoint = 0;
    int status = arguments_number(arguments, OPTION_every, months->least, months->most, &every);
    if (status == 0)
        status = arguments_number(arguments, OPTION_checkpoint_every, 1, SCENARIO_MONTHS_MAX, &checkpoint);
    if (status != 0)
        return status;
    if (precision != NULL && recording_set(history, "precision", precision, NULL) != MATTHEW_OK)
        return complain("--precision wants %s, not `%s`", recording_options[RECORDING_precision].choices, precision);
    history->path = arguments->value[OPTION_output];
    history->record = record != NULL ? record : history->record;
    history->every = (long)every;
    history->reproducible = arguments->value[OPTION_reproducible] != NULL;
    history->force = arguments->value[OPTION_force] != NULL;
    if (history->path == NULL && record != NULL && strcmp(record, recording_words[RECORDING_WORD_none].name) != 0)
        return complain("--record %s has nothing to write to; give -o FILE.h5", record);
    if (history->path == NULL && arguments->value[OPTION_resume] != NULL)
        return complain("--resume wants the file to go on with: -o FILE.h5");
    if (history->path == NULL && checkpoint > 0)
        return complain("--checkpoint-every wants a file to keep checkpoints beside: -o FILE.h5");
    *checkpoint_every = (long)checkpoint;
    if (history->path != NULL && *history->path == '\0')
        return complain("-o wants the name of a file");
    return 0;
}

static int read_request(struct request *request, const struct arguments *arguments) {
    int status = given_threads(&request->race.threads, arguments);
    if (status == 0)
        status = read_history(&request->history, &request->checkpoint_every, arguments);
    if (status != 0)
        return status;
    request->quiet = arguments->value[OPTION_quiet] != NULL;
    request->json = arguments->value[OPTION_json] != NULL;
    request->sets = arguments->sets;
    request->set_count = arguments->set_count;
    request->race.check = arguments->value[OPTION_check] != NULL;
    return 0;
}

/* How to go on after an interruption, on stderr. */
static void tell_resume(const struct summary *summary, const struct request *request) {
    const struct history_options *history = &request->history;
    char path[SHOWN_MOST * 512];
    fprintf(stderr, "stopped after month %ld of %ld", summary->month, request->scenario.months);
    if (history->path != NULL && summary->kept)
        fprintf(stderr, ", earlier than the run before; %s stays as it was, with %ld recorded months",
                text_shown(summary->path, path, sizeof path), history->earlier_months);
    else if (history->path != NULL)
        fprintf(stderr, "; all of it is in %s", text_shown(summary->path, path, sizeof path));
    if (history->path != NULL)
        fprintf(stderr, "; go on with: matthew run --resume -o %s", text_shown(history->path, path, sizeof path));
    putc('\n', stderr);
}

static void tell_complete(const struct request *request) {
    if (request->json) {
        printf("{\"status\": \"complete\", \"output\": ");
        json_string(stdout, request->history.path);
        printf("}\n");
    } else if (!request->quiet) {
        print_shown(stdout, request->history.path);
        printf(" is complete\n");
    }
}

/* What a run works on. */
struct running {
    struct race *race;
    struct history *history; /* null when nothing is written */
    struct gauge gauge;
    struct checkpointer checkpointer;
};

/* The race and its history, from a checkpoint or from month 0. */
static int start(const struct request *request, struct running *running, struct failure *failure) {
    const struct scenario *scenario = &request->scenario;
    struct history_options with_gauge = request->history, *options = &with_gauge;
    int status = gauge_init(&running->gauge, (size_t)scenario->firms, failure);
    options->gauge = &running->gauge;
    if (status == MATTHEW_OK && request->resumption != NULL)
        status = resume_start(request->resumption, scenario, options, &running->race, &running->history, failure);
    if (status == MATTHEW_OK &&
        running->race == NULL) { /* a checkpoint that was no good may have left something in it */
        gauge_free(&running->gauge);
        status = gauge_init(&running->gauge, (size_t)scenario->firms, failure);
    }
    if (status == MATTHEW_OK && running->race == NULL && options->path != NULL)
        status = history_open(&running->history, scenario, options, failure);
    if (status == MATTHEW_OK && running->race == NULL)
        status = race_new(&running->race, scenario, failure);
    if (status == MATTHEW_OK && running->history != NULL)
        status = checkpointer_init(&running->checkpointer, scenario, options, running->history, failure);
    if (status != MATTHEW_OK)
        return status;
    running->checkpointer.every = request->checkpoint_every;
    running->checkpointer.stop = interrupt_flag();
    running->checkpointer.from = race_world(running->race)->month;
    return MATTHEW_OK;
}

/* Returns a status code. */
static int race(const struct request *request, struct running *running, struct summary *summary,
                struct failure *failure) {
    struct observers observers = {0};
    struct watch watch = {.gauge = &running->gauge,
                          .checkpointer = &running->checkpointer,
                          .progress = request->quiet ? PROGRESS_NONE : progress_for_stderr(),
                          .from = running->checkpointer.from,
                          .months = request->scenario.months,
                          .stop = interrupt_flag(),
                          .summary = summary};
    running->gauge.passes_over = running->history == NULL && !request->json; /* the table tells of one month */
    observers_add(&observers, gauge_observer(&running->gauge));
    if (running->history != NULL) {
        observers_add(&observers, history_observer(running->history));
        observers_add(&observers, checkpointer_observer(&running->checkpointer));
    }
    if (request->taking != NULL) {
        request->taking->gauge = &running->gauge;
        observers_add(&observers, taking_observer(request->taking));
    }
    observers_add(&observers, watch_observer(&watch));
    struct observer observer = observers_join(&observers);
    struct race_options options = request->race;
    options.observer = &observer;
    int status = race_run(running->race, request->scenario.months, &options, failure);
    summary->seconds = clock_seconds() - watch.started;
    watch_clear(&watch);
    summary->interrupted = status == MATTHEW_STOPPED;
    summary->digest = race_digest(running->race);
    summary->threads = options.threads;
    return status;
}

/* Whether there are checkpoints, or were to be. */
static int can_go_on(const struct running *running) {
    const struct checkpointer *checkpointer = &running->checkpointer;
    return running->race != NULL && checkpointer->folder != NULL &&
           (checkpointer->every > 0 || checkpointer->written >= 0 || checkpointer->from > 0);
}

/* Ends the history and clears away checkpoints that nothing goes on from. Returns a status code. */
static int end(const struct request *request, struct running *running, int status, struct summary *summary,
               struct failure *failure) {
    struct failure closing = {0};
    if (running->history == NULL)
        return status;
    summary->kept = status == MATTHEW_STOPPED && history_falls_short(running->history);
    if (summary->kept)
        summary->path = request->history.earlier;
    if (can_go_on(running))
        history_hold(running->history);
    int closed = history_close(running->history, status, &closing);
    if (closed != MATTHEW_OK && (status == MATTHEW_OK || status == MATTHEW_STOPPED)) {
        status = closed;
        *failure = closing;
    }
    if (status == MATTHEW_OK)
        checkpointer_clear(&running->checkpointer);
    else
        summary->left = resume_exists(request->history.path);
    return status;
}

/* What can be done about a file in the way of a run that begins; empty where nothing general can be said. */
static const char *advice(const struct request *request, const struct failure *failure) {
    struct stat facts;
    const char *path = request->history.path;
    if (failure->status != MATTHEW_EXISTS || request->history.force || request->resumption != NULL)
        return "";
    if (lstat(path, &facts) != 0)
        return resume_exists(path) ? "; --resume goes on with it, --force removes it" : "";
    return stat(path, &facts) == 0 ? "; choose another name, or --force to replace it" : "";
}

/* A run that failed, with what can be done about it or with how to go on with what it left. Returns an exit status. */
static int complain_end(const struct request *request, const struct summary *summary, const struct failure *failure,
                        const char *hint) {
    if (*hint != '\0')
        complain("%s%s", failure->text, hint);
    else if (!summary->left)
        complain_failure(failure);
    else
        complain("%s; what was recorded is kept: %sgo on with: matthew run --resume -o %s", failure->text,
                 failure->status == MATTHEW_WRITE_FAILED ? "make room, then " : "", request->history.path);
    return status_exit(failure->status);
}

/* Runs and records. Returns an exit status. */
static int run(const struct request *request) {
    struct failure failure = {0};
    struct summary summary = {.path = request->history.path};
    struct running running = {0};
    if (request->history.path != NULL)
        guard_begin_writing(request->history.path);
    int status = start(request, &running, &failure);
    const char *hint = status != MATTHEW_OK ? advice(request, &failure) : "";
    if (status == MATTHEW_OK)
        status = race(request, &running, &summary, &failure);
    status = end(request, &running, status, &summary, &failure);
    if (request->history.path != NULL)
        guard_end();
    race_free(running.race);
    checkpointer_free(&running.checkpointer);
    gauge_free(&running.gauge);
    if (status != MATTHEW_OK && status != MATTHEW_STOPPED)
        return complain_end(request, &summary, &failure, hint);
    struct stat file;
    if (summary.path != NULL && stat(summary.path, &file) == 0)
        summary.bytes = (double)file.st_size;
    if (request->json)
        summary_print_json(&summary, &request->scenario, request->sets, request->set_count);
    else if (!request->quiet)
        summary_print(&summary, &request->scenario);
    if (!summary.interrupted)
        return 0;
    if (finish_output(0) == 0)
        tell_resume(&summary, request);
    return 128 + (int)*interrupt_flag();
}

/* The command line as one text, words that a shell would take apart in quotes; null when memory is short. */
static char *command_line(const struct arguments *arguments) {
    size_t size = 1;
    for (int i = 0; i < arguments->argc; i++)
        size += strlen(arguments->argv[i]) + 3;
    char *text = malloc(size), *end = text;
    for (int i = 0; text != NULL && i < arguments->argc; i++) {
        const char *quote = strpbrk(arguments->argv[i], " \t\n'\"$*?&;|<>()\\") != NULL ? "'" : "";
        end += sprintf(end, "%s%s%s%s", i > 0 ? " " : "", quote, arguments->argv[i], quote);
    }
    return text;
}

/* Whether the command line says anything about the scenario. */
static int names_scenario(const struct arguments *arguments) {
    return arguments->operand != NULL || arguments->set_count > 0 || arguments->value[OPTION_seed] != NULL ||
           arguments->value[OPTION_firms] != NULL || arguments->value[OPTION_months] != NULL;
}

/* Fills in the request of a run that goes on. Returns an exit status; *complete tells that nothing is left to do. */
static int read_resumption(struct request *request, struct resumption *resumption, const struct arguments *arguments) {
    struct scenario given = {0};
    int named = names_scenario(arguments), status = resume_find(resumption, &request->history);
    if (status == 0 && named)
        status = given_scenario(&given, arguments);
    if (status == 0)
        status = resume_apply(resumption, arguments, named ? &given : NULL, &request->scenario, &request->history);
    scenario_free(&given);
    return status;
}

/* Whether there is something to go on with. A command line that names a scenario may be given again and again until the
 * run is complete: the first time, or after a kill before the first commit, it begins. */
static int goes_on(const struct request *request, const struct arguments *arguments) {
    return arguments->value[OPTION_resume] != NULL &&
           (!names_scenario(arguments) || resume_exists(request->history.path));
}

int command_run(const struct arguments *arguments) {
    struct request request = {0};
    struct resumption resumption = {0};
    char *command = command_line(arguments);
    int status = read_request(&request, arguments);
    request.history.command = command;
    int resuming = status == 0 && goes_on(&request, arguments);
    if (resuming)
        status = read_resumption(&request, &resumption, arguments);
    else if (status == 0)
        status = given_scenario(&request.scenario, arguments);
    if (status == 0 && resumption.complete) {
        tell_complete(&request);
    } else if (status == 0) {
        interrupt_watch();
        request.resumption = resuming ? &resumption : NULL;
        status = run(&request);
    }
    resume_free(&resumption);
    scenario_free(&request.scenario);
    free(command);
    return status;
}

int run_again(const struct arguments *arguments, const struct scenario *scenario, struct taking *taking) {
    struct request request = {0};
    char *command = command_line(arguments);
    int status = read_request(&request, arguments);
    request.history.command = command;
    request.scenario = *scenario; /* stays the caller's */
    request.taking = taking;
    if (status == 0) {
        interrupt_watch();
        status = run(&request);
    }
    free(command);
    return status;
}
