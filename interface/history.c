#include "interface/handle.h"

#include "output/history/recording.h"
#include "output/history/recording_set.h"

#include <stddef.h>

/* ---- history files ---- */

int history_options_given(struct history_options *inner, const struct matthew_history_options *options) {
    struct matthew_history_options known = {.size = sizeof known};
    recording_default(inner);
    if (options == NULL)
        return MATTHEW_OK;
    known.size = options->size < sizeof known ? options->size : sizeof known;
    int status = give(&known, options, sizeof known);
    if (status != MATTHEW_OK)
        return status;
        /* A member counts that lies in what the caller knows of as a whole. */
#define HAS(member) (known.size >= offsetof(struct matthew_history_options, member) + sizeof known.member)
    inner->record = HAS(record) && known.record != NULL ? known.record : inner->record;
    inner->single = HAS(single) && known.single != 0;
    inner->reproducible = HAS(reproducible) && known.reproducible != 0;
    inner->force = HAS(overwrite) && known.overwrite != 0;
    long every = HAS(every) ? known.every : 0, most = recording_options[RECORDING_every].most;
#undef HAS
    if (every < 0 || every > most)
        return out_of_range("every", 0, most, "months", every);
    inner->every = every > 0 ? every : inner->every;
    return MATTHEW_OK;
}

int starts_at_month_0(const matthew_race *race, const char *what) {
    long month = race_world(race->race)->month;
    return month == 0 ? MATTHEW_OK
                      : fail(&last_failure, MATTHEW_BAD_ARGUMENT,
                             "a %s starts at month 0, and the race stands at month %ld", what, month);
}

int matthew_race_open_history(matthew_race *race, const char *path, const struct matthew_history_options *options) {
    struct history_options inner;
    if (!is_race(race))
        return no_race(race);
    if (path == NULL)
        return is_null("path");
    int status = history_options_given(&inner, options);
    if (status != MATTHEW_OK)
        return status;
    if (race->history != NULL)
        return fail(&last_failure, MATTHEW_BAD_ARGUMENT, "the race has a history open already");
    status = starts_at_month_0(race, "history");
    if (status != MATTHEW_OK)
        return status;
    inner.path = path;
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
