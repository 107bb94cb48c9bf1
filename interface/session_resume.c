#include "interface/session.h"

#include "core/memory.h"
#include "output/file/path.h"
#include "output/history/history_layout.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- finding ---- */

static int read_source(const char *path, struct history_source *source, const struct session_notices *notices,
                       struct failure *failure) {
    session_notice(notices, MATTHEW_NOTICE_READING, path);
    int status = history_source_read(path, source, failure);
    session_notice(notices, MATTHEW_NOTICE_DONE, path);
    return status;
}

/* Takes what a killed resumed run left in place of the file that it went on from, when it had come further. */
static int take_newer(struct session_earlier *earlier, const char *newer, const struct session_notices *notices,
                      struct failure *failure) {
    struct failure unseen = {0};
    struct history_source source;
    if (access(newer, F_OK) != 0 || read_source(newer, &source, notices, &unseen) != MATTHEW_OK)
        return MATTHEW_OK;
    int status = MATTHEW_OK;
    if (source.months > earlier->source.months && history_source_same(&source, &earlier->source)) {
        status = path_replace(newer, earlier->path, failure);
        if (status == MATTHEW_OK) {
            earlier->source.months = source.months;
            earlier->source.same_build = source.same_build;
        }
    }
    history_source_free(&source);
    return status;
}

/* What runs that were killed in their last moments left beside a complete file: its second name, the file that it went
 * on from, and rows that no checkpoint needs any more. */
static void tidy(const struct session_earlier *earlier, const char *part, const struct session_notices *notices) {
    struct failure unseen = {0};
    struct history_source source;
    path_remove_second_name(earlier->path, part);
    if (access(part, F_OK) == 0 && read_source(part, &source, notices, &unseen) == MATTHEW_OK) {
        if (history_source_same(&source, &earlier->source))
            path_remove_idle(part);
        history_source_free(&source);
    }
    checkpoint_tidy(earlier->path);
}

/* The file that a run of that name goes on with: PATH itself or PATH.part, null when there is neither, or when memory
 * is short. *whole tells which, *there whether there is one. */
static char *find_earlier(const char *path, const char *part, int *whole, int *there) {
    *whole = access(path, F_OK) == 0;
    *there = *whole || (access(part, F_OK) == 0 && !path_holds_nothing(part));
    return *there ? memory_string(*whole ? path : part) : NULL;
}

int session_is_there(const char *path) {
    int whole = 0, there = 0;
    char *part = path_with(path, ".part"), *earlier = part != NULL ? find_earlier(path, part, &whole, &there) : NULL;
    memory_free(earlier);
    memory_free(part);
    return there;
}

/* Says what can be done about a file that is in the way and cannot be gone on with. */
static int unreadable(const char *path, struct failure *failure) {
    const struct failure inner = *failure;
    if (inner.status == MATTHEW_NO_MEMORY)
        return inner.status;
    fail(failure, inner.status, "%s; to start again, move it away or write to another file", inner.text);
    failure_place(failure, path, 0, 0);
    return inner.status;
}

int session_search(struct session_earlier *earlier, const char *path, const struct session_notices *notices,
                   struct failure *failure) {
    char *part = path_with(path, ".part"), *newer = path_with(path, ".part.new");
    int status = MATTHEW_OK, whole = 0, there = 0;
    if (part != NULL)
        earlier->path = find_earlier(path, part, &whole, &there);
    if (part == NULL || newer == NULL || (there && earlier->path == NULL))
        status = fail_memory(failure, "a file name");
    else if (there && read_source(earlier->path, &earlier->source, notices, failure) != MATTHEW_OK)
        status = unreadable(earlier->path, failure);
    earlier->complete = status == MATTHEW_OK && whole && strcmp(earlier->source.status, "complete") == 0;
    if (status == MATTHEW_OK && earlier->complete)
        tidy(earlier, part, notices);
    else if (status == MATTHEW_OK && there)
        status = take_newer(earlier, newer, notices, failure);
    memory_free(part);
    memory_free(newer);
    if (status != MATTHEW_OK)
        session_earlier_free(earlier);
    return status;
}

void session_earlier_free(struct session_earlier *earlier) {
    memory_free(earlier->path);
    history_source_free(&earlier->source);
    *earlier = (struct session_earlier){0};
}

/* ---- what it was made from ---- */

/* Where two texts begin to differ, as the first different line of each. */
static int differ(const char *path, const char *in_file, const char *given, struct failure *failure) {
    while (*in_file != '\0' && *given != '\0') {
        size_t length = strcspn(in_file, "\n"), other = strcspn(given, "\n");
        if (length != other || memcmp(in_file, given, length) != 0)
            break;
        in_file += length + (in_file[length] == '\n');
        given += other + (given[other] == '\n');
    }
    in_file += strspn(in_file, " \n");
    given += strspn(given, " \n");
    fail(failure, MATTHEW_BAD_SCENARIO, "%s was made from another scenario: it has `%.*s` where this one has `%.*s`",
         path, (int)strcspn(in_file, "\n"), in_file, (int)strcspn(given, "\n"), given);
    failure_place(failure, path, 0, 0);
    return failure->status;
}

static int check_same(const char *path, const char *in_file, const struct scenario *given, struct failure *failure) {
    char *text = scenario_text(given);
    if (text == NULL)
        return fail_memory(failure, "the scenario's text");
    int status = strcmp(text, in_file) == 0 ? MATTHEW_OK : differ(path, in_file, text, failure);
    memory_free(text);
    return status;
}

static int recorded_with(enum recording_option option, const char *path, const char *value, struct failure *failure) {
    char text[sizeof failure->text];
    snprintf(text, sizeof text, "%s was recorded with `%s`", path, value);
    fail(failure, MATTHEW_BAD_ARGUMENT, "%s: %s", recording_options[option].name, text);
    failure_key(failure, recording_options[option].name, text);
    failure_place(failure, path, 0, 0);
    return failure->status;
}

/* What is said of the file must be what the file was made with. */
static int check_options(const struct history_source *source, const struct session_options *options,
                         struct failure *failure) {
    const struct history_options *history = &options->history;
    char months[32];
    snprintf(months, sizeof months, "%ld", source->every);
    if (options->said[RECORDING_record] && strcmp(source->record, history->record) != 0)
        return recorded_with(RECORDING_record, history->path, source->record, failure);
    if (options->said[RECORDING_every] && source->every != history->every)
        return recorded_with(RECORDING_every, history->path, months, failure);
    if (options->said[RECORDING_precision] && source->single != history->single)
        return recorded_with(RECORDING_precision, history->path, source->single ? "single" : "double", failure);
    if (options->said[RECORDING_reproducible] && source->reproducible != history->reproducible)
        return recorded_with(RECORDING_reproducible, history->path, source->reproducible ? "on" : "off", failure);
    return MATTHEW_OK;
}

/* The file's choice of what is recorded, for this build. */
static int check_record(const struct session_earlier *earlier, struct failure *failure) {
    struct history_layout layout;
    struct failure inner = {0};
    if (layout_choose(&layout, earlier->source.record, &inner) == MATTHEW_OK)
        return MATTHEW_OK;
    fail(failure, inner.status, "%s: %s", earlier->path, inner.text);
    failure_place(failure, earlier->path, 0, 0);
    return inner.status;
}

int session_take_up(const struct session_earlier *earlier, const struct session_options *options,
                    const struct scenario *given, struct scenario *scenario, struct history_options *history,
                    struct failure *failure) {
    const struct history_source *source = &earlier->source;
    int status = check_options(source, options, failure);
    if (status == MATTHEW_OK && given != NULL)
        status = check_same(history->path, source->scenario, given, failure);
    if (status == MATTHEW_OK)
        status = scenario_load_text(scenario, earlier->path, source->scenario, failure);
    if (status != MATTHEW_OK)
        return status;
    snprintf(scenario->name, sizeof scenario->name, "%s", source->name);
    status = check_record(earlier, failure);
    if (status != MATTHEW_OK)
        return status;
    history->record = source->record;
    history->every = source->every;
    history->single = source->single;
    history->reproducible = source->reproducible;
    history->force = strcmp(earlier->path, history->path) == 0;
    history->earlier = earlier->path;
    history->earlier_months = source->months;
    return check_same(history->path, source->scenario, scenario, failure);
}

/* ---- going on ---- */

int session_go_on(const struct session_earlier *earlier, const struct scenario *scenario,
                  const struct history_options *history, const struct session_notices *notices, struct race **race,
                  struct history **started, struct failure *failure) {
    struct failure first = {0};
    char said[sizeof first.text + 64];
    long month = checkpoint_before(history->path, LONG_MAX), newest = month;
    *race = NULL;
    *started = NULL;
    if (month >= 0 && !earlier->source.same_build)
        fail(&first, MATTHEW_READ_FAILED, "%s was made by another build of matthew", earlier->path);
    for (; month >= 0 && earlier->source.same_build; month = checkpoint_before(history->path, month)) {
        session_notice(notices, MATTHEW_NOTICE_READING, earlier->path);
        int status = checkpoint_load(month, scenario, history, race, started, failure);
        session_notice(notices, MATTHEW_NOTICE_DONE, earlier->path);
        if (status == MATTHEW_OK)
            break;
        if (status != MATTHEW_READ_FAILED && status != MATTHEW_NOT_FOUND)
            return status;
        if (month == newest)
            first = *failure;
    }
    if (first.status != MATTHEW_OK) {
        snprintf(said, sizeof said, "%s; going on from month %ld", first.text, *race != NULL ? month : 0);
        session_notice(notices, MATTHEW_NOTICE_MESSAGE, said);
    }
    return MATTHEW_OK;
}
