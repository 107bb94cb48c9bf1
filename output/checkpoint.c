#include "output/checkpoint.h"

#include "core/memory.h"
#include "output/file/path.h"
#include "parallel/state.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of the names in the folder, and of the two kinds of tape; the number is the version of their form. */
static const char FOLDER[] = ".checkpoints", STATE[] = ".state", ROWS[] = ".rows", PART[] = ".part";
static const char STATE_KIND[TAPE_KIND] = "state 1", ROWS_KIND[TAPE_KIND] = "rows 1";
enum { PATH_EXTRA = 40 };

static uint64_t digest_text(uint64_t digest, const char *text) {
    return tape_digest(digest, text, strlen(text) + 1);
}

static int identify(struct checkpoint_identity *identity, const struct scenario *scenario,
                    const struct history_options *options, struct failure *failure) {
    char *text = scenario_text(scenario);
    if (text == NULL)
        return fail_memory(failure, "the scenario's text");
    *identity = (struct checkpoint_identity){.build = state_build(),
                                             .shape = state_shape(scenario),
                                             .scenario = digest_text(digest_text(0, scenario->name), text),
                                             .form = history_form(options)};
    memory_free(text);
    return MATTHEW_OK;
}

/* ---- the folder ---- */

/* The file of a month; the caller frees it. */
static char *file_of(const char *folder, long month, const char *ending) {
    size_t size = strlen(folder) + PATH_EXTRA;
    char *path = memory_new(size, 1);
    if (path != NULL)
        snprintf(path, size, "%s/%06ld%s", folder, month, ending);
    return path;
}

/* The month of a name such as 000024.state or 000024.rows.part, and its ending; -1 for the names of others. */
static long month_of(const char *name, const char **ending) {
    size_t digits = strspn(name, "0123456789");
    if (digits != 6 || strtol(name, NULL, 10) > SCENARIO_MONTHS_MAX) /* of which six digits hold every one */
        return -1;
    *ending = name + digits;
    const char *rest = *ending;
    if (strncmp(rest, STATE, strlen(STATE)) == 0)
        rest += strlen(STATE);
    else if (strncmp(rest, ROWS, strlen(ROWS)) == 0)
        rest += strlen(ROWS);
    else
        return -1;
    return *rest == '\0' || strcmp(rest, PART) == 0 ? strtol(name, NULL, 10) : -1;
}

static long newest_before(const char *folder, long before) {
    long newest = -1;
    DIR *listing = opendir(folder);
    for (struct dirent *entry; listing != NULL && (entry = readdir(listing)) != NULL;) {
        const char *ending;
        long month = month_of(entry->d_name, &ending);
        if (month > newest && month < before && strcmp(ending, STATE) == 0)
            newest = month;
    }
    if (listing != NULL)
        closedir(listing);
    return newest;
}

long checkpoint_before(const char *path, long before) {
    char *folder = path_with(path, FOLDER);
    long newest = folder != NULL ? newest_before(folder, before) : -1;
    memory_free(folder);
    return newest;
}

/* What to remove: parts, and of the months from first to last the states, the rows, or both. */
struct removal {
    int states, rows;
    long first, last;
};

static void remove_files(const char *folder, const struct removal *removal) {
    DIR *listing = opendir(folder);
    for (struct dirent *entry; listing != NULL && (entry = readdir(listing)) != NULL;) {
        const char *ending;
        long month = month_of(entry->d_name, &ending);
        if (month < 0)
            continue;
        int inside = month >= removal->first && month <= removal->last;
        if (strcmp(ending, STATE) == 0 ? inside && removal->states
                                       : strcmp(ending, ROWS) != 0 || (inside && removal->rows))
            unlinkat(dirfd(listing), entry->d_name, 0);
    }
    if (listing != NULL)
        closedir(listing);
}

/* ---- writing ---- */

static int open_tape(struct tape *tape, const char *folder, long month, const char *ending, int writing,
                     struct failure *failure) {
    const char *kind = strcmp(ending, STATE) == 0 ? STATE_KIND : ROWS_KIND;
    char *path = file_of(folder, month, ending);
    memset(tape, 0, sizeof *tape);
    if (path == NULL)
        return fail_memory(failure, "a file name");
    int status = writing ? tape_create(tape, path, kind, failure) : tape_open(tape, path, kind, failure);
    memory_free(path);
    return status;
}

static void carry_head(struct tape *tape, struct checkpoint_identity *identity, long *month) {
    tape_carry(tape, identity, sizeof *identity);
    tape_number(tape, month);
}

/* *full tells of a failure whether the disk had no more room. */
static int write_tape(const struct checkpointer *checkpointer, const struct world *world, const char *ending, int *full,
                      struct failure *failure) {
    struct tape tape;
    struct checkpoint_identity identity = checkpointer->identity;
    long month = world->month;
    int status = open_tape(&tape, checkpointer->folder, month, ending, 1, failure);
    if (status == MATTHEW_OK) {
        carry_head(&tape, &identity, &month);
        if (strcmp(ending, ROWS) == 0) {
            status = history_keep_open(checkpointer->history, &tape, failure);
        } else {
            state_save(&tape, world);
            history_keep(checkpointer->history, &tape);
        }
    }
    if (status == MATTHEW_OK)
        status = tape_finish(&tape, failure);
    *full = tape.error == ENOSPC || tape.error == EDQUOT;
    tape_free(&tape);
    return status;
}

/* What an earlier run left for months that this one has not come to yet goes away before the first is written. */
static int begin_folder(struct checkpointer *checkpointer, struct failure *failure) {
    if (mkdir(checkpointer->folder, 0777) != 0 && errno != EEXIST)
        return fail(failure, MATTHEW_WRITE_FAILED, "cannot make the folder %s: %s", checkpointer->folder,
                    strerror(errno));
    struct removal later = {.states = 1, .rows = 1, .first = checkpointer->from + 1, .last = SCENARIO_MONTHS_MAX};
    if (!checkpointer->began)
        remove_files(checkpointer->folder, &later);
    checkpointer->began = 1;
    return MATTHEW_OK;
}

/* Old states give way when the disk is full, the oldest first; the newest stays, from which one can go on. */
static int make_room(void *context) {
    const struct checkpointer *checkpointer = context;
    const char *folder = checkpointer->folder;
    long newest = newest_before(folder, LONG_MAX), oldest = newest;
    for (long month = newest; month >= 0; month = newest_before(folder, month))
        oldest = month;
    if (oldest == newest)
        return 0;
    struct removal old = {.states = 1, .rows = 1, .first = oldest, .last = oldest};
    remove_files(folder, &old);
    return newest_before(folder, oldest + 1) != oldest;
}

/* The state comes last: where there is one there are its rows. */
static int write_both(const struct checkpointer *checkpointer, const struct world *world, int *full,
                      struct failure *failure) {
    int status = write_tape(checkpointer, world, ROWS, full, failure);
    if (status == MATTHEW_OK)
        status = write_tape(checkpointer, world, STATE, full, failure);
    return status;
}

static void write_checkpoint(struct checkpointer *checkpointer, const struct world *world) {
    struct failure failure = {0};
    const char *folder = checkpointer->folder;
    int full = 0, status = begin_folder(checkpointer, &failure);
    if (status == MATTHEW_OK)
        do
            status = write_both(checkpointer, world, &full, &failure);
        while (status != MATTHEW_OK && full && make_room(checkpointer));
    if (status != MATTHEW_OK) {
        struct removal half = {.rows = 1, .first = world->month, .last = world->month};
        remove_files(folder, &half);
        checkpointer->failed++;
        checkpointer->failure = failure;
        return;
    }
    checkpointer->written = world->month;
    struct removal old = {.rows = 1, .last = newest_before(folder, world->month) - 1};
    remove_files(folder, &old);
}

/* ---- the observer ---- */

static int month(void *context, const struct world *world, struct failure *failure) {
    struct checkpointer *checkpointer = context;
    (void)failure;
    int stopped = checkpointer->stop != NULL && *checkpointer->stop != 0;
    checkpointer->due = world->month > 0 && world->month < world->scenario->months &&
                        (stopped || (checkpointer->every > 0 && world->month % checkpointer->every == 0));
    return MATTHEW_OK;
}

static int settle(void *context, const struct world *world, int *again, struct failure *failure) {
    struct checkpointer *checkpointer = context;
    (void)failure;
    *again = 0;
    if (checkpointer->due)
        write_checkpoint(checkpointer, world);
    return MATTHEW_OK;
}

struct observer checkpointer_observer(struct checkpointer *checkpointer) {
    return (struct observer){.context = checkpointer, .month = month, .settle = settle};
}

int checkpointer_init(struct checkpointer *checkpointer, const struct scenario *scenario,
                      const struct history_options *options, struct history *history, struct failure *failure) {
    *checkpointer = (struct checkpointer){.history = history, .written = -1};
    checkpointer->folder = path_with(options->path, FOLDER);
    history_on_full_disk(history, make_room, checkpointer);
    if (checkpointer->folder == NULL)
        return fail_memory(failure, "a file name");
    return identify(&checkpointer->identity, scenario, options, failure);
}

void checkpointer_free(struct checkpointer *checkpointer) {
    memory_free(checkpointer->folder);
    checkpointer->folder = NULL;
}

static void clear(const char *folder, int states) {
    struct removal all = {.states = states, .rows = 1, .last = SCENARIO_MONTHS_MAX};
    remove_files(folder, &all);
    rmdir(folder); /* which fails while there is something in it */
}

void checkpointer_clear(const struct checkpointer *checkpointer) {
    if (checkpointer->folder != NULL)
        clear(checkpointer->folder, checkpointer->every == 0);
}

void checkpoint_tidy(const char *path) {
    char *folder = path_with(path, FOLDER);
    if (folder != NULL)
        clear(folder, 0);
    memory_free(folder);
}

/* ---- reading ---- */

/* Whether a tape belongs to what is to be run. */
static int check_head(struct tape *tape, long month, const struct checkpoint_identity *wanted,
                      struct failure *failure) {
    struct checkpoint_identity found = {0};
    long found_month = -1;
    const char *other = NULL;
    carry_head(tape, &found, &found_month);
    if (found.build != wanted->build || found.shape != wanted->shape)
        other = "was made by another build of matthew";
    else if (found.scenario != wanted->scenario)
        other = "was made from another scenario";
    else if (found.form != wanted->form)
        other = "was made for another recording";
    else if (found_month != month || tape->status != MATTHEW_OK)
        other = "is that of another month";
    return other != NULL ? fail(failure, MATTHEW_READ_FAILED, "%s %s", tape->path, other) : MATTHEW_OK;
}

static int open_both(const char *folder, long month, const struct checkpoint_identity *wanted, struct tape tapes[2],
                     struct failure *failure) {
    int status = open_tape(&tapes[0], folder, month, STATE, 0, failure);
    if (status == MATTHEW_OK)
        status = check_head(&tapes[0], month, wanted, failure);
    if (status == MATTHEW_OK)
        status = open_tape(&tapes[1], folder, month, ROWS, 0, failure);
    if (status == MATTHEW_OK)
        status = check_head(&tapes[1], month, wanted, failure);
    return status;
}

static int load_race(struct race **race, long month, const struct scenario *scenario, struct tape *tape,
                     struct failure *failure) {
    int status = race_load(race, scenario, tape, failure);
    if (status == MATTHEW_READ_FAILED || (status == MATTHEW_OK && race_world(*race)->month != month))
        return fail(failure, MATTHEW_READ_FAILED, "%s is damaged", tape->path);
    return status;
}

/* What was begun is taken back after a failure. */
static int load(const char *folder, long month, const struct scenario *scenario, const struct history_options *options,
                struct race **race, struct history **history, struct failure *failure) {
    struct tape tapes[2] = {{0}};
    struct checkpoint_identity wanted = {0};
    int status = identify(&wanted, scenario, options, failure);
    if (status == MATTHEW_OK)
        status = open_both(folder, month, &wanted, tapes, failure);
    if (status == MATTHEW_OK)
        status = load_race(race, month, scenario, &tapes[0], failure);
    if (status == MATTHEW_OK)
        status = history_open(history, scenario, options, failure);
    if (status == MATTHEW_OK)
        status = history_go_on(*history, &tapes[0], &tapes[1], race_world(*race), failure);
    if (status != MATTHEW_OK) {
        struct failure closing;
        history_close(*history, status, &closing);
        race_free(*race);
        *history = NULL;
        *race = NULL;
    }
    tape_free(&tapes[0]);
    tape_free(&tapes[1]);
    return status;
}

int checkpoint_load(long month, const struct scenario *scenario, const struct history_options *options,
                    struct race **race, struct history **history, struct failure *failure) {
    char *folder = path_with(options->path, FOLDER);
    *race = NULL;
    *history = NULL;
    if (folder == NULL)
        return fail_memory(failure, "a file name");
    int status = load(folder, month, scenario, options, race, history, failure);
    memory_free(folder);
    return status;
}
