#include "program/resume.h"

#include "core/memory.h"
#include "output/history/history_layout.h"
#include "output/file/path.h"
#include "program/guard.h"
#include "program/print.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int read_source(const char *path, struct history_source *source, struct failure *failure) {
    guard_begin(path);
    int status = history_source_read(path, source, failure);
    guard_end();
    return status;
}

/* Takes what a killed resumed run left in place of the file that it went on from, when it had come further. */
static int take_newer(struct resumption *resumption, const char *newer) {
    struct failure failure = {0};
    struct history_source source;
    if (access(newer, F_OK) != 0 || read_source(newer, &source, &failure) != MATTHEW_OK)
        return 0;
    int status = 0;
    if (source.months > resumption->source.months && history_source_same(&source, &resumption->source)) {
        if (path_replace(newer, resumption->path, &failure) != MATTHEW_OK)
            status = complain_failure(&failure);
        else {
            resumption->source.months = source.months;
            resumption->source.same_build = source.same_build;
        }
    }
    history_source_free(&source);
    return status;
}

/* What runs that were killed in their last moments left beside a complete file: its second name, the file that it went
 * on from, and rows that no checkpoint needs any more. */
static void tidy(const struct resumption *resumption, const char *part) {
    struct failure failure = {0};
    struct history_source source;
    path_remove_second_name(resumption->path, part);
    if (access(part, F_OK) == 0 && read_source(part, &source, &failure) == MATTHEW_OK) {
        if (history_source_same(&source, &resumption->source))
            path_remove_idle(part);
        history_source_free(&source);
    }
    checkpoint_tidy(resumption->path);
}

/* The file that a run of that name goes on with: PATH itself or PATH.part, null when there is neither. *whole tells
 * which. */
static char *find_earlier(const char *path, const char *part, int *whole) {
    *whole = access(path, F_OK) == 0;
    if (*whole)
        return memory_string(path);
    return access(part, F_OK) == 0 && !path_holds_nothing(part) ? memory_string(part) : NULL;
}

int resume_exists(const char *path) {
    int whole = 0;
    char *part = path_with(path, ".part"), *earlier = part != NULL ? find_earlier(path, part, &whole) : NULL;
    int exists = earlier != NULL;
    memory_free(earlier);
    memory_free(part);
    return exists;
}

int resume_find(struct resumption *resumption, const struct history_options *history) {
    struct failure failure = {0};
    char *part = path_with(history->path, ".part"), *newer = path_with(history->path, ".part.new");
    int status = 0, whole = 0;
    if (part != NULL)
        resumption->path = find_earlier(history->path, part, &whole);
    if (part == NULL || newer == NULL)
        status = complain("not enough memory for a file name");
    else if (resumption->path == NULL)
        status = complain("nothing to go on with: there is neither %s nor %s", history->path, part);
    else if (read_source(resumption->path, &resumption->source, &failure) != MATTHEW_OK)
        status = complain("%s; to start again, move it away or write to another file", failure.text);
    resumption->complete = status == 0 && whole && strcmp(resumption->source.status, "complete") == 0;
    if (status == 0 && resumption->complete)
        tidy(resumption, part);
    else if (status == 0)
        status = take_newer(resumption, newer);
    memory_free(part);
    memory_free(newer);
    return status;
}

/* Where two texts begin to differ, as the first different line of each. */
static int complain_difference(const char *path, const char *in_file, const char *given) {
    while (*in_file != '\0' && *given != '\0') {
        size_t length = strcspn(in_file, "\n"), other = strcspn(given, "\n");
        if (length != other || memcmp(in_file, given, length) != 0)
            break;
        in_file += length + (in_file[length] == '\n');
        given += other + (given[other] == '\n');
    }
    in_file += strspn(in_file, " \n");
    given += strspn(given, " \n");
    return complain("%s was made from another scenario: it has `%.*s` where this one has `%.*s`", path,
                    (int)strcspn(in_file, "\n"), in_file, (int)strcspn(given, "\n"), given);
}

static int check_same(const char *path, const char *in_file, const struct scenario *given) {
    char *text = scenario_text(given);
    if (text == NULL)
        return complain("not enough memory for the scenario's text"), 1;
    int status = strcmp(text, in_file) == 0 ? 0 : complain_difference(path, in_file, text);
    memory_free(text);
    return status;
}

/* What the command line says of the file must be what the file was made with. */
static int check_options(const struct history_source *source, const struct arguments *arguments,
                         const struct history_options *history) {
    const char *path = history->path;
    if (arguments->value[OPTION_record] != NULL && strcmp(source->record, history->record) != 0)
        return complain("%s was recorded with --record %s", path, source->record);
    if (arguments->value[OPTION_every] != NULL && source->every != history->every)
        return complain("%s was recorded with --every %ld", path, source->every);
    if (arguments->value[OPTION_precision] != NULL && source->single != history->single)
        return complain("%s was recorded with --precision %s", path, source->single ? "single" : "double");
    if (arguments->value[OPTION_reproducible] != NULL && !source->reproducible)
        return complain("%s was recorded without --reproducible", path);
    return 0;
}

int resume_apply(const struct resumption *resumption, const struct arguments *arguments, const struct scenario *given,
                 struct scenario *scenario, struct history_options *history) {
    const struct history_source *source = &resumption->source;
    struct failure failure = {0};
    int status = check_options(source, arguments, history);
    if (status == 0 && given != NULL)
        status = check_same(history->path, source->scenario, given);
    if (status != 0)
        return status;
    if (scenario_load_text(scenario, resumption->path, source->scenario, &failure) != MATTHEW_OK)
        return complain_failure(&failure);
    snprintf(scenario->name, sizeof scenario->name, "%s", source->name);
    struct history_layout layout;
    if (layout_choose(&layout, source->record, &failure) != MATTHEW_OK)
        return complain("%s: %s", resumption->path, failure.text);
    history->record = source->record;
    history->every = source->every;
    history->single = source->single;
    history->reproducible = source->reproducible;
    history->force = strcmp(resumption->path, history->path) == 0;
    history->earlier = resumption->path;
    history->earlier_months = source->months;
    return check_same(history->path, source->scenario, scenario);
}

int resume_start(const struct resumption *resumption, const struct scenario *scenario,
                 const struct history_options *history, struct race **race, struct history **started,
                 struct failure *failure) {
    struct failure first = {0};
    long month = checkpoint_before(history->path, LONG_MAX), newest = month;
    *race = NULL;
    *started = NULL;
    if (month >= 0 && !resumption->source.same_build)
        fail(&first, MATTHEW_READ_FAILED, "%s was made by another build of matthew", resumption->path);
    for (; month >= 0 && resumption->source.same_build; month = checkpoint_before(history->path, month)) {
        guard_begin(resumption->path);
        int status = checkpoint_load(month, scenario, history, race, started, failure);
        guard_end();
        if (status == MATTHEW_OK)
            break;
        if (status != MATTHEW_READ_FAILED && status != MATTHEW_NOT_FOUND)
            return status;
        if (month == newest)
            first = *failure;
    }
    if (first.status != MATTHEW_OK)
        complain("%s; going on from month %ld", first.text, *race != NULL ? month : 0);
    return MATTHEW_OK;
}

void resume_free(struct resumption *resumption) {
    memory_free(resumption->path);
    history_source_free(&resumption->source);
}
