#include "program/session.h"

#include "matthew.h"
#include "program/guard.h"
#include "program/interrupt.h"
#include "program/say.h"
#include "program/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- options ---- */

/* How the library calls an option. */
static const char *name_of(enum option option, char *name, size_t size) {
    snprintf(name, size, "%s", option == OPTION_force ? "overwrite" : option_table[option].name);
    for (char *at = name; (at = strchr(at, '-')) != NULL;)
        *at = '_';
    return name;
}

static void find(enum option option, struct matthew_session_option *info) {
    char name[sizeof option_table->name];
    name_of(option, name, sizeof name);
    info->size = sizeof *info;
    for (size_t i = 0; i < matthew_session_option_count(); i++)
        if (matthew_session_option_get(i, info) == MATTHEW_OK && strcmp(info->name, name) == 0)
            return;
}

static int set(matthew_session *session, const char *name, const char *text) {
    int status = matthew_session_set(session, name, text);
    return status == MATTHEW_OK ? 0 : complain_status(status);
}

/* A whole number within the library's range; nothing is set where the option was not given. Returns an exit status. */
static int set_whole(matthew_session *session, const struct arguments *arguments, enum option option) {
    struct matthew_session_option info;
    char text[32];
    long long value = 0;
    find(option, &info);
    int status = arguments_number(arguments, option, (long long)info.minimum, (long long)info.maximum, &value);
    if (status != 0 || arguments->value[option] == NULL)
        return status;
    snprintf(text, sizeof text, "%lld", value);
    return set(session, info.name, text);
}

static int set_precision(matthew_session *session, const struct arguments *arguments) {
    const char *text = arguments->value[OPTION_precision];
    struct matthew_session_option info;
    if (text == NULL || matthew_session_set(session, "precision", text) == MATTHEW_OK)
        return 0;
    find(OPTION_precision, &info);
    return complain("--precision wants %s, not `%s`", info.choices, text);
}

/* What only a file can be asked for. Returns an exit status. */
static int check_output(const struct arguments *arguments) {
    const char *record = arguments->value[OPTION_record], *path = arguments->value[OPTION_output];
    if (path == NULL && record != NULL && strcmp(record, "none") != 0)
        return complain("--record %s has nothing to write to; give -o FILE.h5", record);
    if (path == NULL && arguments->value[OPTION_resume] != NULL)
        return complain("--resume wants the file to go on with: -o FILE.h5");
    if (path == NULL && arguments->value[OPTION_checkpoint_every] != NULL)
        return complain("--checkpoint-every wants a file to keep checkpoints beside: -o FILE.h5");
    if (path != NULL && *path == '\0')
        return complain("-o wants the name of a file");
    return 0;
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

static int set_texts(matthew_session *session, const struct arguments *arguments) {
    static const enum option texts[] = {OPTION_output, OPTION_record},
                             switches[] = {OPTION_reproducible, OPTION_force, OPTION_check};
    char name[sizeof option_table->name], *command = command_line(arguments);
    int status = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts && status == 0; i++)
        if (arguments->value[texts[i]] != NULL)
            status = set(session, name_of(texts[i], name, sizeof name), arguments->value[texts[i]]);
    for (size_t i = 0; i < sizeof switches / sizeof *switches && status == 0; i++)
        if (arguments->value[switches[i]] != NULL)
            status = set(session, name_of(switches[i], name, sizeof name), "on");
    for (int i = 0; i < arguments->set_count && status == 0; i++)
        status = set(session, "made_with", arguments->sets[i]);
    if (status == 0 && command != NULL)
        status = set(session, "command", command);
    if (status == 0 && arguments->value[OPTION_json] == NULL)
        status = set(session, "result", "text");
    free(command);
    return status;
}

int session_set(matthew_session *session, const struct arguments *arguments) {
    int status = set_whole(session, arguments, OPTION_threads);
    if (status == 0)
        status = set_whole(session, arguments, OPTION_every);
    if (status == 0)
        status = set_whole(session, arguments, OPTION_checkpoint_every);
    if (status == 0)
        status = set_precision(session, arguments);
    if (status == 0)
        status = check_output(arguments);
    return status == 0 ? set_texts(session, arguments) : status;
}

/* ---- while it runs ---- */

static struct shown shown;

static void notice(int kind, const char *text, void *context) {
    (void)context;
    if (kind == MATTHEW_NOTICE_READING)
        guard_begin(text);
    else if (kind == MATTHEW_NOTICE_WRITING)
        guard_begin_writing(text);
    else if (kind == MATTHEW_NOTICE_DONE)
        guard_end();
    else {
        watch_clear(&shown);
        complain("%s", text);
    }
}

static int show(const struct matthew_session_progress *progress, void *context) {
    char count[MATTHEW_NUMBER_SIZE], left[MATTHEW_NUMBER_SIZE];
    (void)context;
    if (progress->months == 0 || !watch_is_due(&shown))
        return 0;
    matthew_quantity_text(MATTHEW_COUNTED, progress->firms, count);
    watch_left(&shown, (double)(progress->month - progress->from), (double)(progress->months - progress->month), left);
    if (shown.kind == PROGRESS_LINES)
        fprintf(stderr, "month %ld of %ld, %s firms, %s left\n", progress->month, progress->months, count, left);
    else
        watch_bar(progress->month, progress->months, count, left);
    return 0;
}

static matthew_session *current;

static void stop(void) {
    matthew_session_stop(current);
}

void session_listen(matthew_session *session) {
    matthew_session_on_notice(session, notice, NULL);
}

/* ---- the end ---- */

static double number(const matthew_session *session, const char *field) {
    double value = 0;
    matthew_session_number(session, field, &value);
    return value;
}

/* How to go on after an interruption, on stderr. */
static void tell_resume(const matthew_session *session, const struct arguments *arguments) {
    const char *path = arguments->value[OPTION_output], *left = matthew_session_text(session, "output");
    char text[SAID_SIZE];
    fprintf(stderr, "stopped after month %.0f of %.0f", number(session, "month"), number(session, "months"));
    if (path != NULL && number(session, "kept") != 0)
        fprintf(stderr, ", earlier than the run before; %s stays as it was, with %.0f recorded months",
                matthew_shown(left, text, sizeof text), number(session, "earlier_months"));
    else if (path != NULL)
        fprintf(stderr, "; all of it is in %s", matthew_shown(left, text, sizeof text));
    if (path != NULL)
        fprintf(stderr, "; go on with: matthew run --resume -o %s", matthew_shown(path, text, sizeof text));
    putc('\n', stderr);
}

/* What can be done about a file in the way of a run that begins; empty where nothing general can be said. */
static const char *advice(const matthew_session *session, const struct arguments *arguments, int status) {
    struct stat facts;
    const char *path = arguments->value[OPTION_output];
    if (status != MATTHEW_EXISTS || path == NULL || arguments->value[OPTION_force] != NULL)
        return "";
    if (lstat(path, &facts) != 0)
        return number(session, "can_resume") != 0 ? "; --resume goes on with it, --force removes it" : "";
    return stat(path, &facts) == 0 ? "; choose another name, or --force to replace it" : "";
}

/* A run that failed, with what can be done about it or with how to go on with what it left. Returns an exit status. */
static int complain_end(const matthew_session *session, const struct arguments *arguments, int status, int found) {
    int began = number(session, "began") != 0;
    const char *hint = began || found ? "" : advice(session, arguments, status);
    if (began && number(session, "can_resume") != 0)
        complain("%s; what was recorded is kept: %sgo on with: matthew run --resume -o %s", matthew_message(),
                 status == MATTHEW_WRITE_FAILED ? "make room, then " : "", arguments->value[OPTION_output]);
    else
        complain("%s%s", matthew_message(), hint);
    return matthew_status_exit(status);
}

int session_complain_earlier(const matthew_session *session, const struct arguments *arguments, int status) {
    static const enum option recorded[] = {OPTION_record, OPTION_every, OPTION_precision, OPTION_reproducible};
    const char *key = matthew_error_text("key"), *path = arguments->value[OPTION_output];
    char text[MATTHEW_NUMBER_SIZE];
    for (size_t i = 0; i < sizeof recorded / sizeof *recorded && status == MATTHEW_BAD_ARGUMENT; i++) {
        if (strcmp(key, option_table[recorded[i]].name) != 0)
            continue;
        const char *value = recorded[i] == OPTION_record      ? matthew_session_text(session, "earlier_record")
                            : recorded[i] == OPTION_precision ? matthew_session_text(session, "earlier_precision")
                                                              : text;
        snprintf(text, sizeof text, "%.0f", number(session, "earlier_every"));
        if (recorded[i] == OPTION_reproducible)
            return complain("%s was recorded without --reproducible", path);
        return complain("%s was recorded with --%s %s", path, option_table[recorded[i]].name, value);
    }
    return complain_status(status);
}

int session_play(matthew_session *session, const struct arguments *arguments, int found) {
    int quiet = arguments->value[OPTION_quiet] != NULL, json = arguments->value[OPTION_json] != NULL;
    interrupt_watch();
    session_listen(session);
    watch_begin(&shown, quiet);
    if (!quiet)
        matthew_session_on_progress(session, show, NULL);
    current = session;
    interrupt_tell(stop);
    int status = matthew_session_run(session);
    interrupt_tell(NULL);
    watch_clear(&shown);
    if (status != MATTHEW_OK && status != MATTHEW_STOPPED)
        return found && number(session, "began") == 0 ? session_complain_earlier(session, arguments, status)
                                                      : complain_end(session, arguments, status, found);
    int exit_status = json || !quiet ? say(matthew_session_result_text(session, json)) : 0;
    if (status == MATTHEW_OK || exit_status != 0)
        return exit_status;
    if (finish_output(0) == 0)
        tell_resume(session, arguments);
    return 128 + (int)*interrupt_flag();
}
