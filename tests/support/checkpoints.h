/* Runs that are cut and go on from a checkpoint, for tests; every file lies in a folder of the test's own. */
#ifndef MATTHEW_TESTS_SUPPORT_CHECKPOINTS_H
#define MATTHEW_TESTS_SUPPORT_CHECKPOINTS_H

#include "output/checkpoint.h"
#include "parallel/observers.h"
#include "support/differences.h"
#include "support/races.h"
#include "support/scratch.h"

#include <limits.h>
#include <sys/stat.h>

static char folder[SCRATCH_SIZE], path[64], whole[64], part[96], states[96];

static inline void folder_make(void) {
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/race.h5", folder);
    snprintf(whole, sizeof whole, "%s/whole.h5", folder);
    snprintf(part, sizeof part, "%s.part", path);
    snprintf(states, sizeof states, "%s.checkpoints", path);
}

/* Removes the checkpoints; how many files there were. */
static inline int states_remove(void) {
    struct stat facts;
    if (stat(states, &facts) != 0 || !S_ISDIR(facts.st_mode))
        return 0;
    int count = scratch_files(states, 1);
    rmdir(states);
    return count;
}

static inline void folder_remove(void) {
    states_remove();
    scratch_close(folder);
}

static inline int same_bytes(const char *one, const char *other) {
    return files_part(one, other)[0] == '\0';
}

static inline void put_bytes(const char *name, const void *bytes, size_t size) {
    FILE *file = fopen(name, "wb");
    if (file == NULL || fwrite(bytes, 1, size, file) != size)
        abort();
    fclose(file);
}

static inline void copy_file(const char *from, const char *to) {
    size_t size;
    char *bytes = scratch_read(from, &size);
    put_bytes(to, bytes, size);
    free(bytes);
}

/* What is recorded. */
struct recording {
    const char *record;
    long every;
    int single;
};

static inline struct history_options recording_options(const struct recording *recording, const char *name) {
    return (struct history_options){.path = name,
                                    .record = recording->record,
                                    .every = recording->every > 0 ? recording->every : 1,
                                    .single = recording->single,
                                    .reproducible = 1,
                                    .force = 1};
}

/* The whole run in one go; the digest of its end, or 0 and a failure. */
static inline unsigned long long run_whole(const struct scenario *scenario, const struct recording *recording,
                                           int threads, struct failure *failure) {
    struct history_options options = recording_options(recording, whole);
    struct history *history = NULL;
    struct race *race = NULL;
    unsigned long long digest = 0;
    if (race_new(&race, scenario, failure) != MATTHEW_OK ||
        history_open(&history, scenario, &options, failure) != MATTHEW_OK)
        return 0;
    struct observer observer = history_observer(history);
    struct race_options settings = {.threads = threads, .observer = &observer};
    int status = race_run(race, scenario->months, &settings, failure);
    if (history_close(history, status, failure) == MATTHEW_OK && status == MATTHEW_OK)
        digest = race_digest(race);
    race_free(race);
    return digest;
}

/* At the end of month `month` keeps the file as a kill would leave it; stands after the checkpointer. */
struct cut {
    long month;
};

static inline int cut_settle(void *context, const struct world *world, int *again, struct failure *failure) {
    struct cut *cut = context;
    (void)failure;
    *again = 0;
    if (world->month == cut->month)
        copy_file(part, whole);
    return MATTHEW_OK;
}

/* A run that writes a checkpoint every `every` months and ends with month `last`: by a wish to stop, which leaves a
 * file, or by a kill, which leaves its part. Returns how many checkpoints could not be written, or -1 and a failure. */
static inline long run_until(const struct scenario *scenario, const struct recording *recording, int threads,
                             long every, long last, int kill, struct failure *failure) {
    struct history_options options = recording_options(recording, path);
    struct history *history = NULL;
    struct race *race = NULL;
    struct checkpointer checkpointer;
    char spare[160];
    if (race_new(&race, scenario, failure) != MATTHEW_OK ||
        history_open(&history, scenario, &options, failure) != MATTHEW_OK ||
        checkpointer_init(&checkpointer, scenario, &options, history, failure) != MATTHEW_OK)
        return -1;
    checkpointer.every = every;
    struct cut cut = {kill ? last : -1};
    struct observers observers = {0};
    observers_add(&observers, history_observer(history));
    observers_add(&observers, checkpointer_observer(&checkpointer));
    observers_add(&observers, (struct observer){.context = &cut, .settle = cut_settle});
    struct observer observer = observers_join(&observers);
    struct race_options settings = {.threads = threads, .observer = &observer};
    snprintf(spare, sizeof spare, "%s.spare", path);
    if (kill)
        rename(whole, spare);
    int status = race_run(race, last, &settings, failure);
    if (status == MATTHEW_OK)
        status = history_close(history, MATTHEW_STOPPED, failure);
    if (kill) {
        unlink(path);
        rename(whole, part);
        rename(spare, whole);
    }
    race_free(race);
    checkpointer_free(&checkpointer);
    return status == MATTHEW_OK ? checkpointer.failed : -1;
}

/* Goes on from the checkpoint of a month to the end; the digest, or 0 and a failure. */
static inline unsigned long long run_on(const struct scenario *scenario, const struct recording *recording, int threads,
                                        long month, int killed, struct failure *failure) {
    struct history_options options = recording_options(recording, path);
    struct history *history = NULL;
    struct race *race = NULL;
    unsigned long long digest = 0;
    options.earlier = killed ? part : path;
    if (checkpoint_load(month, scenario, &options, &race, &history, failure) != MATTHEW_OK)
        return 0;
    struct observer observer = history_observer(history);
    struct race_options settings = {.threads = threads, .observer = &observer};
    int status = race_run(race, scenario->months, &settings, failure);
    if (history_close(history, status, failure) == MATTHEW_OK && status == MATTHEW_OK)
        digest = race_digest(race);
    race_free(race);
    return digest;
}

/* Tells where a run that is cut after a month and goes on parts from one that was never cut: in what was loaded, or in
 * a later month. */
static inline const char *where_it_parts(const struct scenario *scenario, const struct recording *recording,
                                         int threads, long month, int kill) {
    struct history_options options = recording_options(recording, path);
    struct failure failure = {0};
    struct history *history = NULL;
    struct race *found = NULL, *wanted = race_at(scenario, month);
    options.earlier = kill ? part : path;
    if (run_until(scenario, recording, 1, month, month, kill, &failure) != 0 ||
        checkpoint_load(month, scenario, &options, &found, &history, &failure) != MATTHEW_OK) {
        tell("again: %s", failure.text);
    } else {
        races_part(found, threads, wanted, scenario->months);
        history_close(history, MATTHEW_STOPPED, &failure);
    }
    race_free(found);
    race_free(wanted);
    return difference;
}

#endif
