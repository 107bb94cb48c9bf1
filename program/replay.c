#include "study/sweep_find.h"
#include "study/sweep_stored.h"

#include "core/memory.h"
#include "program/command.h"
#include "program/print.h"
#include "program/rerun.h"

#include <math.h>
#include <string.h>

enum { EXIT_DIFFERS = 1 };

/* What a command line asks for. */
struct replay {
    struct sweep sweep;
    struct sweep_file file;
    size_t run;
    struct sweep_run_result there; /* what the sweep has of the run */
    double *values;                /* what is taken now */
};

/* Which run it is. Returns an exit status. */
static int choose(struct replay *replay, const struct arguments *arguments) {
    const struct sweep *sweep = &replay->sweep;
    const char *text = arguments->value[OPTION_point];
    struct failure failure = {0};
    long long replicate = 0;
    size_t point = 0;
    if (text == NULL && sweep->points > 1)
        return complain("--point is missing: %s; the sweep has %zu points, such as --point %s",
                        sweep->design == SWEEP_LIST ? "NAME=VALUE,... or the number of a point" : "NAME=VALUE,...",
                        sweep->points, sweep->design == SWEEP_LIST ? "0" : "NAME=VALUE");
    if (text != NULL && sweep_find_point(sweep, text, &point, &failure) != MATTHEW_OK)
        return complain("--point %s: %s", text, failure.text);
    if (arguments->value[OPTION_replicate] == NULL && sweep->replicates > 1)
        return complain("--replicate is missing: a whole number from 0 to %zu", sweep->replicates - 1);
    int status = arguments_number(arguments, OPTION_replicate, 0, (long long)sweep->replicates - 1, &replicate);
    replay->run = point * sweep->replicates + (size_t)replicate;
    return status;
}

/* Room for the values of the run, and what the sweep has of it. Returns an exit status. */
static int read_row(struct replay *replay) {
    struct failure failure = {0};
    replay->there.values = memory_new(replay->sweep.values, sizeof *replay->values);
    replay->values = memory_new(replay->sweep.values, sizeof *replay->values);
    int status = replay->there.values == NULL || replay->values == NULL
                     ? fail_memory(&failure, "the outcomes of a run")
                     : sweep_file_take(&replay->file, replay->run, &replay->there, &failure);
    for (size_t i = 0; status == MATTHEW_OK && i < replay->sweep.values; i++)
        replay->values[i] = (double)NAN;
    return status == MATTHEW_OK ? 0 : complain_failure(&failure);
}

/* Holds what was taken against what is there. Returns an exit status. */
static int compare(const struct replay *replay, const struct arguments *arguments) {
    const struct sweep *sweep = &replay->sweep;
    char point[SWEEP_POINT_SIZE];
    sweep_point_text(sweep, replay->run / sweep->replicates, point);
    int has_values = run_is_done(replay->there.status) || replay->there.is_damaged;
    for (size_t i = 0; has_values && i < sweep->outcome_count; i++) {
        const struct outcome *outcome = &sweep->outcome[i];
        for (size_t j = outcome->first; j < outcome->first + outcome->length; j++)
            if (memcmp(&replay->values[j], &replay->there.values[j], sizeof replay->values[j]) != 0) {
                complain("%s: %s is %.17g at %s, replicate %zu, but %.17g now", arguments->operand, outcome->name,
                         replay->there.values[j], point, replay->run % sweep->replicates, replay->values[j]);
                return EXIT_DIFFERS;
            }
    }
    if (replay->there.is_damaged) {
        complain("%s: %s, replicate %zu, has the same values, but its check does not agree with them; "
                 "the sweep makes it again",
                 arguments->operand, point, replay->run % sweep->replicates);
        return EXIT_DIFFERS;
    }
    if (arguments->value[OPTION_quiet] != NULL)
        return 0;
    printf("%s, replicate %zu, ", point, replay->run % sweep->replicates);
    printf("%s ", replay->there.status == RUN_PENDING      ? "is pending in"
                  : replay->there.status == RUN_NOT_NEEDED ? "was not needed in"
                  : replay->there.status >= RUN_FAILED     ? "failed in"
                                                           : "has the same values in");
    print_shown(stdout, arguments->operand);
    putchar('\n');
    return 0;
}

/* A run that the sweep's rule ended is as long as it was. Returns an exit status. */
static int make_again(const struct replay *replay, const struct arguments *arguments) {
    struct failure failure = {0};
    struct taking taking = {0};
    struct scenario scenario;
    int exit_status, status = sweep_scenario(&replay->sweep, replay->run, &scenario, &failure);
    if (status == MATTHEW_OK)
        status = taking_init(&taking, &replay->sweep, NULL, replay->values, &failure);
    taking.goes_on = 1;
    const struct sweep_run_result *there = &replay->there;
    if (there->stored == RUN_STOPPED && there->months > 0 &&
        there->months <= scenario.months) /* damaged ones may be wrong */
        scenario.months = there->months;
    exit_status = status == MATTHEW_OK ? run_again(arguments, &scenario, &taking) : complain_failure(&failure);
    taking_free(&taking);
    sweep_scenario_end(&replay->sweep, &scenario);
    return exit_status;
}

static struct replay replay;

int command_replay(const struct arguments *arguments) {
    struct failure failure = {0};
    int exit_status = 0, status = sweep_load_stored(&replay.sweep, arguments->operand, &failure);
    if (status == MATTHEW_OK)
        status = sweep_file_open_stored(&replay.file, &replay.sweep, arguments->operand, &failure);
    if (status != MATTHEW_OK)
        exit_status = complain_failure(&failure);
    else
        exit_status = choose(&replay, arguments);
    if (exit_status == 0)
        exit_status = read_row(&replay);
    if (exit_status == 0) {
        exit_status = make_again(&replay, arguments);
    }
    if (exit_status == 0)
        exit_status = compare(&replay, arguments);
    memory_free(replay.values);
    memory_free(replay.there.values);
    sweep_file_close(&replay.file);
    sweep_free(&replay.sweep);
    return exit_status;
}
