/* Which chunks of a history are in the file. */
#include <criterion/criterion.h>

#include <hdf5.h>

#include "output/history/history.h"
#include "output/file/read_file.h"
#include "support/asserts.h"
#include "support/scratch.h"
#include "support/synthetic_world.h"

static char folder[SCRATCH_SIZE], path[128];
static struct synthetic s;
static struct failure failure;

static void setup(void) {
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/race.h5", folder);
}

static void teardown(void) {
    synthetic_free(&s);
    scratch_close(folder);
}

TestSuite(history_chunks, .init = setup, .fini = teardown);

/* Bytes that a chunk takes in the file. */
static size_t bytes_of_chunk(hid_t file, const char *name, hsize_t month, hsize_t firm) {
    static unsigned char chunk[2 << 17];
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    hsize_t at[2] = {month, firm};
    size_t bytes = 0;
    cr_assert(read_chunk(dataset, 2, at, sizeof chunk, chunk, &bytes), "%s: chunk %d, %d", name, (int)month, (int)firm);
    H5Dclose(dataset);
    return bytes;
}

/* The firms of the first chunk leave at the end of this month. */
static void leave(long month) {
    for (size_t id = 0; id < 256; id++) {
        struct register_row *row = &s.world.reg.rows[id];
        size_t slot = (size_t)row->slot;
        if (row->exit_month >= 0)
            continue;
        row->exit_month = month;
        row->reason = EXIT_LIQUIDATED;
        row->slot = -1;
        firms_clear(&s.world.firms, &slot, 1);
    }
}

/* Firms come three a month, so those from 512 on come after month 70, and the first 256 leave in month 100; names have
 * rows for everybody. */
Test(history_chunks, chunks_in_which_nobody_lives_are_not_written) {
    synthetic_init(&s, 300, 140, 3, 1);
    struct history *history;
    struct history_options o = {.path = path, .record = "cash,firm_strategy", .every = 1, .reproducible = 1};
    assert_status(history_open(&history, &s.scenario, &o, &failure), MATTHEW_OK, failure.text);
    struct observer observer = history_observer(history);
    for (s.world.month = 0;; synthetic_step(&s)) {
        assert_status(synthetic_show(&s, &observer, 2, &failure), MATTHEW_OK, failure.text);
        if (s.world.month == 140)
            break;
        if (s.world.month == 100)
            leave(100);
    }
    assert_status(observer.finish(observer.context, &s.world, &failure), MATTHEW_OK, failure.text);
    assert_status(history_close(history, MATTHEW_OK, &failure), MATTHEW_OK, failure.text);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT), names = H5Dopen2(file, "firm_name", H5P_DEFAULT);
    static const char *const columns[] = {"cash", "firm_strategy"};
    for (int i = 0; i < 2; i++)
        for (hsize_t month = 0; month <= 128; month += 64)
            for (hsize_t firm = 0; firm <= 512; firm += 256) {
                int lived = (month > 0 || firm < 512) && (month < 128 || firm >= 256);
                size_t bytes = bytes_of_chunk(file, columns[i], month, firm);
                cr_assert((bytes > 0) == lived, "%s: the chunk of month %d and firm %d has %zu bytes", columns[i],
                          (int)month, (int)firm, bytes);
            }
    hsize_t length[3] = {0}, chunk[1] = {1};
    hid_t space = H5Dget_space(names), properties = H5Dget_create_plist(names);
    H5Sget_simple_extent_dims(space, length, NULL);
    H5Pget_chunk(properties, 1, chunk);
    assert_equal(length[0], s.world.reg.count);
    enum { TEXT_BYTES = 16 }; /* length and place of a text */
    assert_equal(H5Dget_storage_size(names), (length[0] + chunk[0] - 1) / chunk[0] * chunk[0] * TEXT_BYTES);
    H5Sclose(space), H5Pclose(properties), H5Dclose(names), H5Fclose(file);
}
