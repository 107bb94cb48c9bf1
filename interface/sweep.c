#include "interface/sweep.h"

#include "core/memory.h"
#include "core/warnings.h"
#include "parallel/team.h"
#include "study/sweep_load.h"
#include "study/sweep_stored.h"
#include "study/sweep_table.h"

#include <stddef.h>
#include <string.h>

static int no_sweep(const matthew_sweep *sweep) {
    return sweep == NULL ? is_null("sweep") : refuse("sweep", "expected a sweep, found another object");
}

int no_idle_sweep(const matthew_sweep *sweep) {
    if (!is_sweep(sweep))
        return no_sweep(sweep);
    return sweep->running ? refuse("sweep", "it is running") : MATTHEW_OK;
}

/* ---- making ---- */

static int new_sweep(matthew_sweep **sweep) {
    matthew_sweep *made = memory_new(1, sizeof *made);
    if (made == NULL)
        return fail_memory(&last_failure, "a sweep");
    made->mark = SWEEP_MARK;
    made->file = (struct sweep_file){.descriptor = -1, .lock = -1};
    *sweep = made;
    return MATTHEW_OK;
}

static void take_tally(matthew_sweep *sweep, const struct sweep_tally *tally) {
    sweep->runs = tally->runs;
    sweep->before = tally->before;
    sweep->done = tally->done;
    sweep->failed = tally->failed;
    sweep->may_grow = tally->may_grow;
}

/* Gives a handle to the caller, or frees it after a failure. */
static int hand_over(matthew_sweep **sweep, matthew_sweep *made, int status) {
    if (status != MATTHEW_OK) {
        matthew_sweep_free(made);
        return status;
    }
    if (made->access == SWEEP_CLOSED)
        take_tally(made, &(struct sweep_tally){.runs = made->inner.runs});
    *sweep = made;
    return MATTHEW_OK;
}

int matthew_sweep_load(matthew_sweep **sweep, const char *path) {
    matthew_sweep *made = NULL;
    if (sweep == NULL)
        return is_null("sweep");
    *sweep = NULL;
    if (path == NULL)
        return is_null("path");
    int status = new_sweep(&made);
    if (status == MATTHEW_OK)
        status = sweep_load(&made->inner, path, &last_failure);
    return hand_over(sweep, made, status);
}

int matthew_sweep_from_text(matthew_sweep **sweep, const char *name, const char *folder, const char *text) {
    matthew_sweep *made = NULL;
    if (sweep == NULL)
        return is_null("sweep");
    *sweep = NULL;
    if (text == NULL)
        return is_null("text");
    int status = new_sweep(&made);
    if (status == MATTHEW_OK)
        status = sweep_load_text(&made->inner, name != NULL ? name : "text", folder, text, &last_failure);
    return hand_over(sweep, made, status);
}

/* What the file has, for who asks. */
static int count(matthew_sweep *sweep) {
    struct sweep_tally tally = {0};
    int status = sweep_count(&sweep->file, &tally, &last_failure);
    if (status == MATTHEW_OK)
        take_tally(sweep, &tally);
    return status;
}

int matthew_sweep_read(matthew_sweep **sweep, const char *path) {
    matthew_sweep *made = NULL;
    if (sweep == NULL)
        return is_null("sweep");
    *sweep = NULL;
    if (path == NULL)
        return is_null("path");
    int status = new_sweep(&made);
    if (status == MATTHEW_OK)
        status = of_file(sweep_load_stored(&made->inner, path, &last_failure), path);
    if (status == MATTHEW_OK)
        status = sweep_file_open_stored(&made->file, &made->inner, path, &last_failure);
    if (status == MATTHEW_OK) {
        made->access = SWEEP_READ;
        status = count(made);
    }
    return hand_over(sweep, made, status);
}

void matthew_sweep_close(matthew_sweep *sweep) {
    if (!is_sweep(sweep) || sweep->running || sweep->lent > 0)
        return;
    sweep_file_close(&sweep->file);
    sweep->access = SWEEP_CLOSED;
}

void matthew_sweep_free(matthew_sweep *sweep) {
    if (!is_sweep(sweep) || sweep->running || sweep->lent > 0)
        return;
    matthew_sweep_close(sweep);
    sweep->mark = 0;
    sweep_free(&sweep->inner);
    memory_free(sweep);
}

int matthew_sweep_set_threads(matthew_sweep *sweep, int threads) {
    int status = no_idle_sweep(sweep);
    if (status == MATTHEW_OK)
        status = wrong_threads(threads);
    if (status == MATTHEW_OK)
        sweep->threads = threads;
    return status;
}

void matthew_sweep_stop(matthew_sweep *sweep) {
    if (is_sweep(sweep))
        sweep->stop = 1;
}

int sweep_ended(matthew_sweep *sweep, int status) {
    sweep->running = 0;
    sweep->stop = 0;
    return status;
}

/* ---- the file ---- */

/* As much of the options as the caller knows of; a member counts that lies in them as a whole. */
#define HAS(known, member) ((known).size >= offsetof(__typeof__(known), member) + sizeof(known).member)

static int take_file_options(struct sweep_file_options *wanted, const struct matthew_sweep_file_options *options) {
    if (options == NULL)
        return MATTHEW_OK;
    struct matthew_sweep_file_options known = {.size = options->size < sizeof known ? options->size : sizeof known};
    int status = give(&known, options, sizeof known);
    if (status != MATTHEW_OK)
        return status;
    wanted->replace = HAS(known, replace) && known.replace != 0;
    wanted->reproducible = HAS(known, reproducible) && known.reproducible != 0;
    return MATTHEW_OK;
}

int matthew_sweep_open(matthew_sweep *sweep, const char *path, const struct matthew_sweep_file_options *options) {
    struct sweep_file_options wanted = {.path = path};
    struct sweep_file file = {.descriptor = -1, .lock = -1};
    int status = no_idle_sweep(sweep);
    if (status != MATTHEW_OK)
        return status;
    if (path == NULL)
        return is_null("path");
    if (*path == '\0')
        return refuse("path", "expected the name of a file, found nothing");
    if (sweep->access == SWEEP_WRITTEN)
        return refuse("sweep", "it has a file open already");
    if (sweep->lent > 0)
        return refuse("sweep", "a session reads its file");
    status = take_file_options(&wanted, options);
    if (status == MATTHEW_OK)
        status = of_file(sweep_file_open(&file, &sweep->inner, &wanted, &last_failure), path);
    if (status != MATTHEW_OK)
        return status;
    matthew_sweep_close(sweep);
    sweep->file = file;
    sweep->access = SWEEP_WRITTEN;
    status = count(sweep);
    if (status != MATTHEW_OK)
        matthew_sweep_close(sweep);
    return status;
}

int matthew_sweep_count(const matthew_sweep *sweep, struct matthew_sweep_counts *counts) {
    if (!is_sweep(sweep))
        return no_sweep(sweep);
    const struct sweep *inner = &sweep->inner;
    const struct matthew_sweep_counts all = {.points = inner->points,
                                             .replicates = inner->replicates,
                                             .at_most = inner->until.count > 0,
                                             .runs = sweep->runs,
                                             .before = sweep->before,
                                             .done = sweep->done,
                                             .failed = sweep->failed,
                                             .may_grow = sweep->may_grow,
                                             .has_grown = sweep->access != SWEEP_CLOSED && sweep->file.has_grown,
                                             .kept = sweep->file.kept,
                                             .kept_finished = sweep->file.finished,
                                             .is_list = inner->design == SWEEP_LIST};
    return give(counts, &all, sizeof all);
}

const char *matthew_sweep_trouble(const matthew_sweep *sweep) {
    return is_sweep(sweep) ? sweep->trouble : NULL;
}

/* ---- running ---- */

static int take_options(struct sweep_run_options *wanted, matthew_sweep *sweep,
                        const struct matthew_sweep_options *options) {
    sweep->progress = NULL;
    if (options == NULL)
        return MATTHEW_OK;
    struct matthew_sweep_options known = {.size = options->size < sizeof known ? options->size : sizeof known};
    int status = give(&known, options, sizeof known);
    if (status != MATTHEW_OK)
        return status;
    wanted->retry_failed = HAS(known, retry_failed) && known.retry_failed != 0;
    sweep->progress = HAS(known, progress) ? known.progress : NULL;
    sweep->context = HAS(known, context) ? known.context : NULL;
    return MATTHEW_OK;
}

/* Called by the threads of the run, one at a time. */
static void told(void *context, const struct sweep_tally *tally) {
    matthew_sweep *sweep = context;
    struct matthew_sweep_counts counts = {.size = sizeof counts};
    take_tally(sweep, tally);
    if (sweep->progress != NULL && matthew_sweep_count(sweep, &counts) == MATTHEW_OK &&
        sweep->progress(&counts, sweep->context) != 0)
        sweep->stop = 1;
}

int matthew_sweep_run(matthew_sweep *sweep, const struct matthew_sweep_options *options) {
    struct sweep_tally tally = {0};
    int status = no_idle_sweep(sweep);
    if (status != MATTHEW_OK)
        return status;
    if (sweep->access != SWEEP_WRITTEN)
        return refuse("sweep", "no file is open for its results");
    struct sweep_run_options wanted = {.threads = sweep->threads, .stop = &sweep->stop, .told = told, .context = sweep};
    status = take_options(&wanted, sweep, options);
    if (status != MATTHEW_OK)
        return status;
    sweep->running = 1;
    status = sweep_run(&sweep->file, &wanted, &tally, &last_failure);
    take_tally(sweep, &tally);
    memcpy(sweep->trouble, tally.trouble, sizeof sweep->trouble);
    if (status == MATTHEW_STOPPED)
        fail(&last_failure, status, "stopped with %zu of %s%zu runs done", tally.done,
             tally.may_grow ? "at least " : "", tally.runs);
    return sweep_ended(sweep, status);
}

/* ---- texts ---- */

char *matthew_sweep_warnings(const matthew_sweep *sweep) {
    if (!is_sweep(sweep)) {
        no_sweep(sweep);
        return NULL;
    }
    char *text = scenario_warnings_text(&sweep->inner.base);
    if (text == NULL)
        fail_memory(&last_failure, "the warnings of a scenario");
    return text;
}

char *matthew_sweep_plan_text(const matthew_sweep *sweep) {
    struct text text = {0};
    if (!is_sweep(sweep)) {
        no_sweep(sweep);
        return NULL;
    }
    sweep_plan_print(&text, &sweep->inner);
    return finished_text(&text, MATTHEW_OK, "the text of a sweep");
}

char *matthew_sweep_table_text(const matthew_sweep *sweep) {
    struct text text = {0};
    if (no_idle_sweep(sweep) != MATTHEW_OK)
        return NULL;
    if (sweep->access == SWEEP_CLOSED) {
        refuse("sweep", "it has no file open");
        return NULL;
    }
    int status = sweep_table_print(&text, &sweep->file, &last_failure);
    if (status == MATTHEW_OK)
        status = sweep_until_print(&text, &sweep->file, &last_failure);
    return finished_text(&text, status, "the text of a sweep");
}

int matthew_sweep_forecast_text(matthew_sweep *sweep, char **forecast) {
    struct text text = {0};
    int status = no_idle_sweep(sweep);
    if (status != MATTHEW_OK)
        return status;
    if (forecast == NULL)
        return is_null("forecast");
    sweep->running = 1;
    status = sweep_forecast_print(&text, &sweep->inner, team_threads(sweep->threads), &sweep->stop, &last_failure);
    if (status == MATTHEW_STOPPED)
        fail(&last_failure, status, "stopped");
    char *made = finished_text(&text, status, "the text of a sweep");
    if (made != NULL)
        *forecast = made;
    return sweep_ended(sweep, status == MATTHEW_OK && made == NULL ? MATTHEW_NO_MEMORY : status);
}
