#include "study/sweep_replay.h"

#include "core/memory.h"
#include "core/names.h"

#include <math.h>
#include <string.h>

int sweep_replay_begin(struct sweep_replay *replay, const struct sweep_file *file, size_t run,
                       struct failure *failure) {
    const struct sweep *sweep = file->sweep;
    memset(replay, 0, sizeof *replay);
    replay->run = run;
    struct sweep_run_result *there = &replay->there;
    there->values = memory_new(sweep->values, sizeof *replay->values);
    replay->values = memory_new(sweep->values, sizeof *replay->values);
    int status = there->values == NULL || replay->values == NULL ? fail_memory(failure, "the outcomes of a run")
                                                                 : sweep_file_take(file, run, there, failure);
    if (status != MATTHEW_OK)
        return status;
    for (size_t i = 0; i < sweep->values; i++)
        replay->values[i] = (double)NAN;
    replay->file = file;
    status = sweep_scenario(sweep, run, &replay->scenario, failure);
    if (status == MATTHEW_OK)
        status = taking_init(&replay->taking, sweep, NULL, replay->values, failure);
    replay->taking.goes_on = 1;
    if (there->stored == RUN_STOPPED && there->months > 0 &&
        there->months <= replay->scenario.months) /* damaged ones may be wrong */
        replay->scenario.months = there->months;
    return status;
}

void sweep_replay_free(struct sweep_replay *replay) {
    taking_free(&replay->taking);
    if (replay->file != NULL)
        sweep_scenario_end(replay->file->sweep, &replay->scenario);
    replay->file = NULL;
    memory_free(replay->there.values);
    memory_free(replay->values);
    replay->there.values = replay->values = NULL;
}

/* "lock_in=0.5, replicate 3". Returns text. */
enum { RUN_TEXT_SIZE = SWEEP_POINT_SIZE + 40 };
static const char *run_text(const struct sweep_replay *replay, char text[RUN_TEXT_SIZE]) {
    const struct sweep *sweep = replay->file->sweep;
    char point[SWEEP_POINT_SIZE];
    snprintf(text, RUN_TEXT_SIZE, "%s, replicate %zu", sweep_point_text(sweep, replay->run / sweep->replicates, point),
             replay->run % sweep->replicates);
    return text;
}

int sweep_replay_compare(const struct sweep_replay *replay, struct failure *failure) {
    const struct sweep *sweep = replay->file->sweep;
    char run[RUN_TEXT_SIZE], was[NUMBER_SIZE], is[NUMBER_SIZE];
    int has_values = run_is_done(replay->there.status) || replay->there.is_damaged;
    for (size_t i = 0; has_values && i < sweep->outcome_count; i++) {
        const struct outcome *outcome = &sweep->outcome[i];
        for (size_t j = outcome->first; j < outcome->first + outcome->length; j++)
            if (memcmp(&replay->values[j], &replay->there.values[j], sizeof replay->values[j]) != 0)
                return fail(failure, MATTHEW_BROKEN_INVARIANT, "%s: %s is %s at %s, but %s now", replay->file->path,
                            outcome->name, number_print(replay->there.values[j], was), run_text(replay, run),
                            number_print(replay->values[j], is));
    }
    if (!replay->there.is_damaged)
        return MATTHEW_OK;
    return fail(failure, MATTHEW_BROKEN_INVARIANT,
                "%s: %s, has the same values, but its check does not agree with them; the sweep makes it again",
                replay->file->path, run_text(replay, run));
}

void sweep_replay_print(struct text *text, const struct sweep_replay *replay) {
    char run[RUN_TEXT_SIZE];
    int status = replay->there.status;
    text_print(text, "%s, %s %s", run_text(replay, run),
               status == RUN_PENDING      ? "is pending in"
               : status == RUN_NOT_NEEDED ? "was not needed in"
               : status >= RUN_FAILED     ? "failed in"
                                          : "has the same values in",
               replay->file->path);
}
