#include "study/sweep_load.h"
#include "study/sweep_run.h"

#include "core/names.h"
#include "program/command.h"
#include "program/given.h"
#include "program/guard.h"
#include "program/interrupt.h"
#include "program/print.h"
#include "program/sweep_table.h"
#include "program/watch.h"

#include <string.h>

enum { EXIT_RUN_FAILED = 1, SHOWN = SHOWN_MOST * 512 };

static const double BAR_INTERVAL = 0.1, LINE_INTERVAL = 5;

/* What progress is shown from. */
struct progress_shown {
    enum progress kind;
    double started, shown;
};

static double rate_of(const struct progress_shown *shown, const struct sweep_tally *tally) {
    double seconds = clock_seconds() - shown->started;
    return seconds > 0 ? (double)(tally->done + tally->failed - tally->before) / seconds : 0;
}

static void show(void *context, const struct sweep_tally *tally) {
    struct progress_shown *shown = context;
    double now = clock_seconds(), rate = rate_of(shown, tally);
    char left[NUMBER_SIZE] = "-", failed[48] = "", speed[NUMBER_SIZE];
    if (shown->kind == PROGRESS_NONE ||
        now - shown->shown < (shown->kind == PROGRESS_BAR ? BAR_INTERVAL : LINE_INTERVAL))
        return;
    shown->shown = now;
    if (rate > 0)
        print_duration(left, (double)(tally->runs - tally->done - tally->failed) / rate);
    if (tally->failed > 0)
        snprintf(failed, sizeof failed, ", %zu failed", tally->failed);
    const char *least = tally->may_grow ? "at least " : "";
    fprintf(stderr, "%s%zu of %s%zu runs done%s, %s runs/s, %s%s left%s", shown->kind == PROGRESS_BAR ? "\r\033[K" : "",
            tally->done, least, tally->runs, failed, print_scaled(speed, rate), least, left,
            shown->kind == PROGRESS_BAR ? "" : "\n");
    fflush(stderr);
}

/* What a file that has grown has already. */
static void say_growth(const struct sweep_file *file) {
    char kept[NUMBER_SIZE], runs[NUMBER_SIZE];
    printf("%s of %s%s runs are there already", print_count(kept, (double)file->kept),
           file->sweep->until.count > 0 ? "at most " : "", print_count(runs, (double)file->sweep->runs));
    printf("%s\n", file->finished == 0 ? ", because none was finished" : "");
    fflush(stdout);
}

/* ---- what is said at the end ---- */

static void say_end(const struct arguments *arguments, const struct sweep_tally *tally,
                    const struct progress_shown *shown, int was_complete) {
    char seconds[NUMBER_SIZE], speed[NUMBER_SIZE];
    if (arguments->value[OPTION_quiet] != NULL)
        return;
    print_shown(stdout, arguments->value[OPTION_output]);
    if (was_complete)
        printf(" is complete: %zu run%s done", tally->done, tally->done == 1 ? "" : "s");
    else
        printf(": %zu run%s done, %zu of them now in %s, %s runs/s", tally->done, tally->done == 1 ? "" : "s",
               tally->done + tally->failed - tally->before, print_duration(seconds, clock_seconds() - shown->started),
               print_scaled(speed, rate_of(shown, tally)));
    if (tally->failed > 0)
        printf(", %zu failed", tally->failed);
    putchar('\n');
}

/* How to go on with what was begun: the same command. */
static void say_stopped(const struct arguments *arguments, const struct sweep_tally *tally) {
    char first[SHOWN], second[SHOWN];
    fprintf(stderr, "stopped with %zu of %s%zu runs done; go on with: matthew sweep %s -o %s\n", tally->done,
            tally->may_grow ? "at least " : "", tally->runs, text_shown(arguments->operand, first, sizeof first),
            text_shown(arguments->value[OPTION_output], second, sizeof second));
}

static int say_failed(const struct arguments *arguments, const struct sweep_tally *tally) {
    const char *path = arguments->value[OPTION_output];
    if (tally->trouble[0] != '\0')
        complain("%zu of %zu runs failed; the first: %s; all are in %s.log", tally->failed, tally->runs, tally->trouble,
                 path);
    else
        complain("%zu of %zu runs failed earlier: %s.log says why; --retry-failed runs them again", tally->failed,
                 tally->runs, path);
    return EXIT_RUN_FAILED;
}

/* ---- the command ---- */

static int run(const struct arguments *arguments, const struct sweep_file *file, int threads) {
    struct failure failure = {0};
    struct sweep_tally tally = {0};
    struct progress_shown shown = {.kind =
                                       arguments->value[OPTION_quiet] != NULL ? PROGRESS_NONE : progress_for_stderr(),
                                   .started = clock_seconds()};
    struct sweep_run_options options = {.threads = threads,
                                        .stop = interrupt_flag(),
                                        .retry_failed = arguments->value[OPTION_retry_failed] != NULL,
                                        .told = show,
                                        .context = &shown};
    shown.shown = shown.kind == PROGRESS_LINES ? shown.started : 0;
    int status = sweep_run(file, &options, &tally, &failure);
    if (shown.kind == PROGRESS_BAR && shown.shown > 0)
        fputs("\r\033[K", stderr);
    if (status != MATTHEW_OK && status != MATTHEW_STOPPED)
        return complain_failure(&failure);
    if (status == MATTHEW_STOPPED) {
        say_stopped(arguments, &tally);
        return 128 + (int)*interrupt_flag();
    }
    say_end(arguments, &tally, &shown, tally.before == tally.runs);
    if (arguments->value[OPTION_quiet] == NULL && sweep_table_print(file, &failure) != MATTHEW_OK)
        return complain_failure(&failure);
    if (arguments->value[OPTION_quiet] == NULL && sweep_until_print(file, &failure) != MATTHEW_OK)
        return complain_failure(&failure);
    return tally.failed > 0 ? say_failed(arguments, &tally) : 0;
}

static struct sweep sweep;

/* --dry-run. */
static int forecast(const struct arguments *arguments, int threads) {
    struct failure failure = {0};
    interrupt_watch();
    int status = sweep_load(&sweep, arguments->operand, &failure);
    if (status == MATTHEW_OK && arguments->value[OPTION_quiet] == NULL)
        given_warn(&sweep.base);
    if (status == MATTHEW_OK)
        status = sweep_forecast_print(&sweep, threads, interrupt_flag(), &failure);
    sweep_free(&sweep);
    if (status == MATTHEW_STOPPED)
        return 128 + (int)*interrupt_flag();
    return status == MATTHEW_OK ? 0 : complain_failure(&failure);
}

int command_sweep(const struct arguments *arguments) {
    struct failure failure = {0};
    struct sweep_file file = {0};
    struct sweep_file_options options = {.path = arguments->value[OPTION_output],
                                         .reproducible = arguments->value[OPTION_reproducible] != NULL,
                                         .replace = arguments->value[OPTION_force] != NULL};
    int threads = 0, exit_status = given_threads(&threads, arguments);
    if (exit_status != 0)
        return exit_status;
    if (arguments->value[OPTION_dry_run] != NULL)
        return forecast(arguments, threads);
    if (options.path == NULL || *options.path == '\0')
        return complain("a sweep wants the file for its results: -o SWEEP.h5");
    interrupt_watch();
    int status = sweep_load(&sweep, arguments->operand, &failure);
    if (status == MATTHEW_OK && arguments->value[OPTION_quiet] == NULL)
        given_warn(&sweep.base);
    if (status == MATTHEW_OK) {
        guard_begin_writing(options.path);
        status = sweep_file_open(&file, &sweep, &options, &failure);
        guard_end();
    }
    if (status == MATTHEW_OK && file.has_grown && arguments->value[OPTION_quiet] == NULL)
        say_growth(&file);
    if (status != MATTHEW_OK)
        exit_status = complain_failure(&failure);
    else
        exit_status = run(arguments, &file, threads);
    sweep_file_close(&file);
    sweep_free(&sweep);
    return exit_status;
}
