#include "study/sweep_find.h"
#include "study/sweep_replay.h"
#include "study/sweep_stored.h"

#include "core/memory.h"
#include "program/command.h"
#include "program/print.h"
#include "program/rerun.h"

enum { EXIT_DIFFERS = 1 };

/* What a command line asks for. */
struct replay {
    struct sweep sweep;
    struct sweep_file file;
    size_t run;
    struct sweep_replay again;
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
        return failure.status == MATTHEW_NO_MEMORY ? complain_failure(&failure)
                                                   : complain("--point %s: %s", text, failure.text);
    if (arguments->value[OPTION_replicate] == NULL && sweep->replicates > 1)
        return complain("--replicate is missing: a whole number from 0 to %zu", sweep->replicates - 1);
    int status = arguments_number(arguments, OPTION_replicate, 0, (long long)sweep->replicates - 1, &replicate);
    replay->run = point * sweep->replicates + (size_t)replicate;
    return status;
}

/* Holds what was taken against what is there. Returns an exit status. */
static int compare(const struct replay *replay, const struct arguments *arguments) {
    struct failure failure = {0};
    struct text said = {0};
    if (sweep_replay_compare(&replay->again, &failure) != MATTHEW_OK) {
        complain_failure(&failure);
        return EXIT_DIFFERS;
    }
    sweep_replay_print(&said, &replay->again);
    char *text = text_close(&said);
    if (text != NULL && arguments->value[OPTION_quiet] == NULL) {
        print_shown(stdout, text);
        putchar('\n');
    }
    memory_free(text);
    return 0;
}

static struct replay replay;

int command_replay(const struct arguments *arguments) {
    struct failure failure = {0};
    int exit_status = 0, status = sweep_load_stored(&replay.sweep, arguments->operand, &failure);
    if (status == MATTHEW_OK)
        status = sweep_file_open_stored(&replay.file, &replay.sweep, arguments->operand, &failure);
    if (status == MATTHEW_OK) {
        exit_status = choose(&replay, arguments);
        if (exit_status == 0)
            status = sweep_replay_begin(&replay.again, &replay.file, replay.run, &failure);
    }
    if (status != MATTHEW_OK)
        exit_status = complain_failure(&failure);
    if (exit_status == 0)
        exit_status = run_again(arguments, &replay.again.scenario, &replay.again.taking);
    if (exit_status == 0)
        exit_status = compare(&replay, arguments);
    sweep_replay_free(&replay.again);
    sweep_file_close(&replay.file);
    sweep_free(&replay.sweep);
    return exit_status;
}
