/* HDF5's own reason reaches the user: when a file cannot be made, when it cannot be written, when it cannot be read. */
#include <criterion/criterion.h>

#include <unistd.h>

#include "output/history/history_file.h"
#include "output/info.h"
#include "support/scratch.h"
#include "support/synthetic_world.h"

static char folder[SCRATCH_SIZE], path[128];
static struct synthetic s;
static struct failure failure;

static void setup(void) {
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/race.h5", folder);
    synthetic_init(&s, 20, 3, 0, 0);
}

static void teardown(void) {
    synthetic_free(&s);
    scratch_close(folder);
}

TestSuite(reason, .init = setup, .fini = teardown);

static struct history *begin(void) {
    struct history *history;
    struct history_options o = {.path = path, .record = "cash", .every = 1, .reproducible = 1};
    cr_assert(history_open(&history, &s.scenario, &o, &failure) == MATTHEW_OK, "%s", failure.text);
    return history;
}

static void says(const char *words) {
    cr_assert(strstr(failure.text, words) != NULL, "`%s` is not in: %s", words, failure.text);
}

Test(reason, of_a_write_that_is_refused) {
    struct history *history = begin();
    cr_assert(H5Adelete(history->netcdf.file, "status") >= 0);
    struct observer observer = history_observer(history);
    cr_assert(synthetic_run(&s, &observer, 3, 0, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(history_close(history, MATTHEW_OK, &failure) == MATTHEW_WRITE_FAILED);
    says("race.h5: `status`: HDF5: ");
}

Test(reason, of_a_column_that_is_refused) {
    struct history *history = begin();
    struct observer observer = history_observer(history);
    hid_t *cash = &history->column[history->layout.series[0].field];
    H5Dclose(*cash);
    *cash = H5I_INVALID_HID;
    cr_assert(synthetic_run(&s, &observer, 3, 0, &failure) == MATTHEW_WRITE_FAILED);
    struct failure closing;
    history_close(history, MATTHEW_WRITE_FAILED, &closing);
    says("HDF5: ");
}

Test(reason, of_a_file_that_was_cut_short) {
    struct history *history = begin();
    struct observer observer = history_observer(history);
    cr_assert(synthetic_run(&s, &observer, 3, 0, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(history_close(history, MATTHEW_OK, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(truncate(path, 4096) == 0);
    struct history_facts facts;
    cr_assert(history_describe(path, &facts, &failure) == MATTHEW_READ_FAILED);
    says("HDF5: truncated file");
}

/* One reason for each stretch of calls: that of the first failure, and none of an earlier stretch. */
Test(reason, is_the_first_and_is_forgotten) {
    hdf5_enter();
    H5Fopen("/nowhere/race.h5", H5F_ACC_RDONLY, H5P_DEFAULT);
    H5Dclose(H5I_INVALID_HID);
    cr_assert(strncmp(reason(), "HDF5: unable to open file", 25) == 0, "%s", reason());
    hdf5_leave();
    hdf5_enter();
    cr_assert_str_eq(reason(), "HDF5 gives no reason");
    hdf5_leave();
}
