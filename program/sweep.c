#include "matthew.h"

#include "program/command.h"
#include "program/guard.h"
#include "program/interrupt.h"
#include "program/say.h"
#include "program/scenario_given.h"
#include "program/watch.h"

#include <stdio.h>

enum { EXIT_RUN_FAILED = 1 };

static matthew_sweep *sweep;

static double rate_of(const struct shown *shown, const struct matthew_sweep_counts *counts) {
    double seconds = clock_seconds() - shown->started;
    return seconds > 0 ? (double)(counts->done + counts->failed - counts->before) / seconds : 0;
}

static int show(const struct matthew_sweep_counts *counts, void *context) {
    struct shown *shown = context;
    char left[MATTHEW_NUMBER_SIZE] = "-", failed[48] = "", speed[MATTHEW_NUMBER_SIZE];
    if (!watch_is_due(shown))
        return 0;
    double rate = rate_of(shown, counts);
    if (rate > 0)
        matthew_quantity_text(MATTHEW_DURATION, (double)(counts->runs - counts->done - counts->failed) / rate, left);
    if (counts->failed > 0)
        snprintf(failed, sizeof failed, ", %zu failed", counts->failed);
    const char *least = counts->may_grow ? "at least " : "";
    fprintf(stderr, "%s%zu of %s%zu runs done%s, %s runs/s, %s%s left%s", shown->kind == PROGRESS_BAR ? "\r\033[K" : "",
            counts->done, least, counts->runs, failed, matthew_quantity_text(MATTHEW_SCALED, rate, speed), least, left,
            shown->kind == PROGRESS_BAR ? "" : "\n");
    fflush(stderr);
    return 0;
}

/* What a file that has grown has already. */
static void say_growth(const struct matthew_sweep_counts *counts) {
    char kept[MATTHEW_NUMBER_SIZE], runs[MATTHEW_NUMBER_SIZE];
    printf("%s of %s%s runs are there already", matthew_quantity_text(MATTHEW_COUNTED, (double)counts->kept, kept),
           counts->at_most ? "at most " : "",
           matthew_quantity_text(MATTHEW_COUNTED, (double)(counts->points * counts->replicates), runs));
    printf("%s\n", counts->kept_finished == 0 ? ", because none was finished" : "");
    fflush(stdout);
}

/* ---- what is said at the end ---- */

static void say_end(const struct arguments *arguments, const struct matthew_sweep_counts *counts,
                    const struct shown *shown, int was_complete) {
    char seconds[MATTHEW_NUMBER_SIZE], speed[MATTHEW_NUMBER_SIZE];
    if (arguments->value[OPTION_quiet] != NULL)
        return;
    say_shown(arguments->value[OPTION_output]);
    if (was_complete)
        printf(" is complete: %zu run%s done", counts->done, counts->done == 1 ? "" : "s");
    else
        printf(": %zu run%s done, %zu of them now in %s, %s runs/s", counts->done, counts->done == 1 ? "" : "s",
               counts->done + counts->failed - counts->before,
               matthew_quantity_text(MATTHEW_DURATION, clock_seconds() - shown->started, seconds),
               matthew_quantity_text(MATTHEW_SCALED, rate_of(shown, counts), speed));
    if (counts->failed > 0)
        printf(", %zu failed", counts->failed);
    putchar('\n');
}

/* How to go on with what was begun: the same command. */
static void say_stopped(const struct arguments *arguments, const struct matthew_sweep_counts *counts) {
    char first[SAID_SIZE], second[SAID_SIZE];
    fprintf(stderr, "stopped with %zu of %s%zu runs done; go on with: matthew sweep %s -o %s\n", counts->done,
            counts->may_grow ? "at least " : "", counts->runs, matthew_shown(arguments->operand, first, sizeof first),
            matthew_shown(arguments->value[OPTION_output], second, sizeof second));
}

static int say_failed(const struct arguments *arguments, const struct matthew_sweep_counts *counts) {
    const char *path = arguments->value[OPTION_output], *trouble = matthew_sweep_trouble(sweep);
    if (trouble[0] != '\0')
        complain("%zu of %zu runs failed; the first: %s; all are in %s.log", counts->failed, counts->runs, trouble,
                 path);
    else
        complain("%zu of %zu runs failed earlier: %s.log says why; --retry-failed runs them again", counts->failed,
                 counts->runs, path);
    return EXIT_RUN_FAILED;
}

/* A text of the library, freed here. Returns an exit status. */
static int print_text(char *text) {
    if (text == NULL)
        return complain_status(MATTHEW_READ_FAILED);
    fputs(text, stdout);
    fflush(stdout);
    matthew_text_free(text);
    return 0;
}

/* ---- the command ---- */

static int run(const struct arguments *arguments) {
    int quiet = arguments->value[OPTION_quiet] != NULL;
    struct matthew_sweep_counts counts = {.size = sizeof counts};
    struct shown shown;
    struct matthew_sweep_options options = {.size = sizeof options,
                                            .retry_failed = arguments->value[OPTION_retry_failed] != NULL,
                                            .progress = show,
                                            .context = &shown};
    watch_begin(&shown, quiet);
    shown.started = clock_seconds();
    shown.shown = shown.kind == PROGRESS_LINES ? shown.started : 0;
    int status = matthew_sweep_run(sweep, &options), exit_status = 0;
    if (shown.kind == PROGRESS_BAR && shown.shown > 0)
        fputs("\r\033[K", stderr);
    if (status != MATTHEW_OK && status != MATTHEW_STOPPED)
        return complain_status(status);
    matthew_sweep_count(sweep, &counts);
    if (status == MATTHEW_STOPPED) {
        say_stopped(arguments, &counts);
        return 128 + (int)*interrupt_flag();
    }
    say_end(arguments, &counts, &shown, counts.before == counts.runs);
    if (!quiet)
        exit_status = print_text(matthew_sweep_table_text(sweep));
    return exit_status == 0 && counts.failed > 0 ? say_failed(arguments, &counts) : exit_status;
}

/* --dry-run. */
static int forecast(void) {
    char *text = NULL;
    int exit_status = print_text(matthew_sweep_plan_text(sweep));
    int status = exit_status == 0 ? matthew_sweep_forecast_text(sweep, &text) : MATTHEW_OK;
    if (status == MATTHEW_STOPPED)
        return 128 + (int)*interrupt_flag();
    return exit_status != 0 ? exit_status : status != MATTHEW_OK ? complain_status(status) : print_text(text);
}

static void stop(void) {
    matthew_sweep_stop(sweep);
}

/* Reads the sweep. Returns an exit status. */
static int load(const struct arguments *arguments, int threads) {
    interrupt_watch();
    int status = matthew_sweep_load(&sweep, arguments->operand);
    interrupt_tell(stop);
    if (status != MATTHEW_OK || (status = matthew_sweep_set_threads(sweep, threads)) != MATTHEW_OK)
        return complain_status(status);
    char *warnings = arguments->value[OPTION_quiet] == NULL ? matthew_sweep_warnings(sweep) : NULL;
    say_warnings(warnings);
    matthew_text_free(warnings);
    return 0;
}

/* Opens the file of the results. Returns an exit status. */
static int open_file(const struct arguments *arguments, const char *path) {
    struct matthew_sweep_counts counts = {.size = sizeof counts};
    struct matthew_sweep_file_options options = {.size = sizeof options,
                                                 .reproducible = arguments->value[OPTION_reproducible] != NULL,
                                                 .replace = arguments->value[OPTION_force] != NULL};
    guard_begin_writing(path);
    int status = matthew_sweep_open(sweep, path, &options);
    guard_end();
    if (status != MATTHEW_OK)
        return complain_status(status);
    matthew_sweep_count(sweep, &counts);
    if (counts.has_grown && arguments->value[OPTION_quiet] == NULL)
        say_growth(&counts);
    return 0;
}

int command_sweep(const struct arguments *arguments) {
    const char *path = arguments->value[OPTION_output];
    int threads = 0, only_forecast = arguments->value[OPTION_dry_run] != NULL;
    int exit_status = threads_given(&threads, arguments);
    if (exit_status == 0 && !only_forecast && (path == NULL || *path == '\0'))
        exit_status = complain("a sweep wants the file for its results: -o SWEEP.h5");
    if (exit_status == 0)
        exit_status = load(arguments, threads);
    if (exit_status == 0 && only_forecast)
        exit_status = forecast();
    else if (exit_status == 0 && (exit_status = open_file(arguments, path)) == 0)
        exit_status = run(arguments);
    interrupt_tell(NULL);
    matthew_sweep_free(sweep);
    sweep = NULL;
    return exit_status;
}
