/* Sweeps through matthew.h while memory fails: a status or an empty answer, and nothing is left behind. */
#include "core/memory.h"
#include "matthew.h"

#include "support/interface.h"
#include "support/scratch.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

static const char *const TEXT = "base: core-race\nfirms: 50\nmonths: 4\nreplicates: 3\n"
                                "factors: {customers.*.lock_in: {values: [0, 1]}}\n"
                                "outcomes:\n  hhi: {indicator: accounts_hhi, final: true}\n"
                                "  left: {register: npv, mean: true}\n"
                                "compare: {with: {customers.*.lock_in: 0}}\n";

static char folder[SCRATCH_SIZE], path[64], run[64];
static matthew_sweep *sweep; /* with its file open */

static void begin(void) {
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/s.h5", folder);
    snprintf(run, sizeof run, "%s/run.h5", folder);
    FINE(matthew_sweep_from_text(&sweep, "mine", NULL, TEXT));
    FINE(matthew_sweep_set_threads(sweep, 1));
    FINE(matthew_sweep_open(sweep, path, NULL));
    FINE(matthew_sweep_run(sweep, NULL));
}

static void end(void) {
    matthew_sweep_free(sweep);
    scratch_close(folder);
}

TestSuite(interface_sweep, .init = begin, .fini = end, .timeout = 300);

static int from_text(void) {
    matthew_sweep *made = NULL;
    int status = matthew_sweep_from_text(&made, "mine", "/tmp", TEXT);
    cr_assert((made == NULL) == (status != MATTHEW_OK));
    matthew_sweep_free(made);
    return status;
}

static int from_file(void) {
    matthew_sweep *made = NULL;
    int status = matthew_sweep_read(&made, path);
    cr_assert((made == NULL) == (status != MATTHEW_OK));
    matthew_sweep_free(made);
    return status;
}

static int open_again(void) {
    matthew_sweep_close(sweep);
    int status = matthew_sweep_open(sweep, path, NULL);
    cr_assert(scratch_files(folder, 0) == (status == MATTHEW_OK ? 2 : 1), "%d files: the lock is left",
              scratch_files(folder, 0));
    return status;
}

static int said(char *text) {
    int status = text == NULL ? MATTHEW_NO_MEMORY : MATTHEW_OK;
    matthew_text_free(text);
    return status;
}

static int plan(void) {
    return said(matthew_sweep_plan_text(sweep));
}

static int table(void) {
    return said(matthew_sweep_table_text(sweep));
}

static int warnings(void) {
    return said(matthew_sweep_warnings(sweep));
}

static int forecast(void) {
    char *text = NULL;
    int status = matthew_sweep_forecast_text(sweep, &text);
    cr_assert((text == NULL) == (status != MATTHEW_OK));
    matthew_text_free(text);
    return status;
}

static int replay(void) {
    return matthew_sweep_replay(sweep, "lock_in=1", 2, NULL, NULL, NULL);
}

static int replay_into_a_history(void) {
    struct matthew_history_options options = {.size = sizeof options, .record = "indicators", .overwrite = 1};
    return matthew_sweep_replay(sweep, "lock_in=1", 2, run, &options, NULL);
}

/* Makes the n-th allocation fail, for every n; returns for how many. */
static int without_memory(const char *what, int (*call)(void)) {
    size_t most = 0;
    for (size_t n = 1;; n++) {
        if (call == open_again) /* it closes its file first, and blocks with it */
            FINE(call());
        size_t before = memory_live();
        memory_fail_at(n);
        int status = call();
        memory_fail_at(0);
        if (status == MATTHEW_OK)
            return (int)n - 1;
        cr_assert(status == MATTHEW_NO_MEMORY, "%s, allocation %zu: %s", what, n, matthew_message());
        most = memory_live() > before ? memory_live() - before : most;
        cr_assert(most == 0, "%s, allocation %zu: %zu blocks are left", what, n, most);
    }
}

Test(interface_sweep, any_allocation) {
    struct {
        const char *name;
        int (*call)(void);
        int most;
    } calls[] = {
        {"from_text", from_text, 8}, {"read", from_file, 8}, {"open", open_again, 3},
        {"plan", plan, 1},           {"table", table, 3},    {"warnings", warnings, 1},
        {"forecast", forecast, 15},  {"replay", replay, 15}, {"replay into a history", replay_into_a_history, 20}};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        int failures = without_memory(calls[i].name, calls[i].call);
        cr_assert(failures >= calls[i].most, "%s: %d allocations", calls[i].name, failures);
    }
    FINE(replay());
}
