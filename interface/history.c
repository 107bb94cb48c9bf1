#include "interface/handle.h"

#include "output/history/recording.h"
#include "output/history/recording_set.h"

#include <stddef.h>

/* ---- history files ---- */

/* As much of the options as the caller knows of; a member counts that lies in them as a whole. */
static int take_options(struct matthew_history_options *wanted, const struct matthew_history_options *options) {
    if (options == NULL)
        return MATTHEW_OK;
    struct matthew_history_options known = {.size = options->size < sizeof known ? options->size : sizeof known};
    int status = give(&known, options, sizeof known);
    if (status != MATTHEW_OK)
        return status;
#define HAS(member) (known.size >= offsetof(struct matthew_history_options, member) + sizeof known.member)
    wanted->record = HAS(record) ? known.record : NULL;
    wanted->every = HAS(every) ? known.every : 0;
    wanted->single = HAS(single) && known.single != 0;
    wanted->reproducible = HAS(reproducible) && known.reproducible != 0;
    wanted->overwrite = HAS(overwrite) && known.overwrite != 0;
#undef HAS
    if (wanted->every < 0 || wanted->every > recording_options[RECORDING_every].most)
        return out_of_range("every", 0, recording_options[RECORDING_every].most, "months", wanted->every);
    return MATTHEW_OK;
}

int matthew_race_open_history(matthew_race *race, const char *path, const struct matthew_history_options *options) {
    struct matthew_history_options wanted = {.size = sizeof wanted};
    if (!is_race(race))
        return no_race(race);
    if (path == NULL)
        return is_null("path");
    int status = take_options(&wanted, options);
    if (status != MATTHEW_OK)
        return status;
    if (race->history != NULL)
        return fail(&last_failure, MATTHEW_BAD_ARGUMENT, "the race has a history open already");
    long month = race_world(race->race)->month;
    if (month != 0)
        return fail(&last_failure, MATTHEW_BAD_ARGUMENT,
                    "a history starts at month 0, and the race stands at month %ld", month);
    struct history_options inner;
    recording_default(&inner);
    inner.path = path;
    inner.record = wanted.record != NULL ? wanted.record : inner.record;
    inner.every = wanted.every > 0 ? wanted.every : inner.every;
    inner.single = wanted.single;
    inner.reproducible = wanted.reproducible;
    inner.force = wanted.overwrite;
    inner.gauge = &race->gauge;
    status = of_file(history_open(&race->history, race_world(race->race)->scenario, &inner, &last_failure), path);
    if (status == MATTHEW_OK)
        race->recorder = history_observer(race->history);
    return status;
}

int matthew_race_close_history(matthew_race *race) {
    if (!is_race(race))
        return no_race(race);
    if (race->history == NULL)
        return MATTHEW_OK;
    const struct world *world = race_world(race->race);
    int status = race->recorder.finish(race->recorder.context, world, &last_failure);
    int ended = status != MATTHEW_OK ? status : world->month == race->months ? MATTHEW_OK : MATTHEW_STOPPED;
    struct failure closing = {0};
    int closed = history_close(race->history, ended, &closing);
    race->history = NULL;
    if (status == MATTHEW_OK && closed != MATTHEW_OK)
        last_failure = closing;
    return status != MATTHEW_OK ? status : closed;
}
