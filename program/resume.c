#include "program/resume.h"

#include "core/memory.h"
#include "program/print.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int resume_find(struct resumption *resumption, const struct history_options *history) {
    struct failure failure = {0};
    size_t size = strlen(history->path) + sizeof ".part";
    char *part = malloc(size);
    if (part == NULL)
        return complain("not enough memory for a file name"), 1;
    snprintf(part, size, "%s.part", history->path);
    const char *found = access(history->path, F_OK) == 0 ? history->path : access(part, F_OK) == 0 ? part : NULL;
    int status = 0;
    if (found == NULL)
        status = complain("nothing to go on with: there is neither %s nor %s", history->path, part);
    else if (history_source_read(found, &resumption->source, &failure) != MATTHEW_OK)
        status = complain("%s; start again without --resume, with --force", failure.text);
    resumption->complete = found == history->path && strcmp(resumption->source.status, "complete") == 0;
    free(part);
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
    if (scenario_load_text(scenario, source->name, source->scenario, &failure) != MATTHEW_OK)
        return complain_failure(&failure);
    snprintf(scenario->name, sizeof scenario->name, "%s", source->name);
    history->record = source->record;
    history->every = source->every;
    history->single = source->single;
    history->reproducible = source->reproducible;
    history->force = 1;
    return check_same(history->path, source->scenario, scenario);
}

void resume_free(struct resumption *resumption) {
    history_source_free(&resumption->source);
}
