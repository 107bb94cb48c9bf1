/* What is in a result file, read back through plain HDF5. */
#include <criterion/criterion.h>

#include <fcntl.h>
#include <hdf5.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agents/events.h"
#include "output/history/history.h"
#include "output/history/history_layout.h"
#include "output/info.h"
#include "output/file/read_file.h"
#include "support/asserts.h"
#include "support/differences.h"
#include "support/scratch.h"
#include "support/synthetic_world.h"

static char folder[SCRATCH_SIZE], path[128], part[160], other[128];
static struct synthetic s;
static struct failure failure;

static void setup(void) {
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/race.h5", folder);
    snprintf(part, sizeof part, "%s.part", path);
    snprintf(other, sizeof other, "%s/other.h5", folder);
}

static int files_left(void) {
    return scratch_files(folder, 0);
}

static void teardown(void) {
    synthetic_free(&s);
    scratch_close(folder);
}

TestSuite(history, .init = setup, .fini = teardown);

static struct history_options options(const char *name, const char *record) {
    return (struct history_options){.path = name, .record = record, .every = 1, .reproducible = 1};
}

/* A run of the synthetic world from month 0 to `until`; the status of closing. */
static int run(const struct history_options *o, long until, int order) {
    struct history *history;
    int status = history_open(&history, &s.scenario, o, &failure);
    if (status != MATTHEW_OK)
        return status;
    struct observer observer = history_observer(history);
    status = synthetic_run(&s, &observer, until, order, &failure);
    if (status == MATTHEW_OK && until < s.scenario.months)
        status = MATTHEW_STOPPED;
    return history_close(history, status, &failure);
}

static hid_t open_file(const char *name) {
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    hid_t file = H5Fopen(name, H5F_ACC_RDONLY, H5P_DEFAULT);
    cr_assert(file >= 0);
    return file;
}

/* All of a dataset as doubles; its lengths. Caller frees. */
static double *read_all(hid_t file, const char *name, hsize_t length[3]) {
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(dataset);
    cr_assert(dataset >= 0);
    length[0] = length[1] = length[2] = 1;
    H5Sget_simple_extent_dims(space, length, NULL);
    double *values = malloc((size_t)H5Sget_simple_extent_npoints(space) * sizeof *values + 8);
    cr_assert(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Sclose(space);
    H5Dclose(dataset);
    return values;
}

static long long number_of(hid_t file, const char *attribute) {
    long long value = -1;
    hid_t handle = H5Aopen(file, attribute, H5P_DEFAULT);
    cr_assert(H5Aread(handle, H5T_NATIVE_LLONG, &value) >= 0);
    H5Aclose(handle);
    return value;
}

/* The months in which synthetic firms live, from the same rules as synthetic_step. */
static long founded(double id, long firms, long growth) {
    return id < (double)firms ? 0 : ((long)id - firms) / growth;
}

static int alive(double id, long month, long firms, long growth) {
    long leaves = ((long)id - 5) % 10 == 0 && id >= 5 ? ((long)id - 5) / 10 : -1;
    /* firm 10 m + 5 leaves at the end of month m, if it is there by then */
    if (leaves >= 0 && !(founded(id, firms, growth) < leaves + (id < (double)firms) && leaves < month))
        leaves = -1;
    return (id < (double)firms || founded(id, firms, growth) < month) && leaves < 0;
}

static double empty_in_file(int field) {
    return field_table[field].kind == FIELD_KIND_CODE ? -1.0 : (double)NAN;
}

/* Every column, member, month and firm ever against what the world held. */
static void check_columns(const char *name, const char *const *columns, long firms, long growth, int single) {
    hid_t file = open_file(name);
    hsize_t length[3], months[3];
    double *month = read_all(file, "month", months), *id = read_all(file, "firm", length);
    size_t ever = length[0];
    cr_assert(ever > 0 && ever <= s.world.reg.count, "%zu firms on the axis", ever);
    for (size_t firm = 0; firm < ever; firm++)
        assert_equal(id[firm], (double)firm);
    long checked = 0;
    for (; *columns != NULL; columns++) {
        int field = 0;
        while (strcmp(field_table[field].name, *columns) != 0)
            field++;
        int members = firms_members(&s.world.firms, field_table[field].dimension);
        double *values = read_all(file, *columns, length);
        assert_equal(length[0], months[0]);
        assert_equal(length[members == 1 ? 1 : 2], ever);
        cr_assert((members == 1 || length[1] == (hsize_t)members));
        for (size_t row = 0; row < months[0]; row++)
            for (int member = 0; member < members; member++)
                for (size_t firm = 0; firm < ever; firm++) {
                    double got = values[(row * (size_t)members + (size_t)member) * ever + firm];
                    int there = alive((double)firm, (long)month[row], firms, growth);
                    double expected = there ? synthetic_value(&s, (double)firm, field, member, (long)month[row])
                                            : empty_in_file(field);
                    if (single && field_table[field].type == FIELD_FLOAT)
                        expected = (double)(float)expected;
                    if (got != expected && !(isnan(got) && isnan(expected)))
                        cr_assert_fail("%s, month %g, member %d, firm %zu: %.17g in place of %.17g", *columns,
                                       month[row], member, firm, got, expected);
                    checked++;
                }
        free(values);
    }
    cr_assert(checked > 0);
    free(month);
    free(id);
    H5Fclose(file);
}

static const char *const some[] = {"cash",  "age",  "watched", "firm_strategy", "firm_region", "accounts", "price",
                                   "staff", "site", "burn",    "gpus",          "active",      NULL};

/* More months than two chunks hold, firms that come and go, slots beyond the first chunk. */
Test(history, every_value_comes_back) {
    synthetic_init(&s, 300, 140, 3, 1);
    struct history_options o = options(path, "all");
    assert_status(run(&o, 140, 2), MATTHEW_OK, failure.text);
    assert_equal(files_left(), 1);
    check_columns(path, some, 300, 3, 0);
}

Test(history, single_precision_and_thinned) {
    synthetic_init(&s, 100, 23, 40, 1);
    struct history_options o = options(path, "default,site,active,watched,firm_region");
    o.single = 1;
    o.every = 5;
    assert_status(run(&o, 23, 1), MATTHEW_OK, failure.text);
    hid_t file = open_file(path);
    hsize_t length[3];
    double *month = read_all(file, "month", length), *hhi = read_all(file, "accounts_hhi", length);
    assert_equal(length[0], 6);
    assert_equal(month[0], 0);
    assert_equal(month[1], 5);
    assert_equal(month[4], 20);
    assert_equal(month[5], 23);
    cr_assert(hhi[0] > 0);
    cr_assert(hhi[5] > 0);
    free(month);
    free(hhi);
    H5Fclose(file);
    check_columns(path, some, 100, 40, 1);
}

/* So many firms that a chunk is this many months high. */
static void check_shape(long firms, long months, long growth, size_t rows) {
    synthetic_init(&s, firms, months, (double)growth, 1);
    struct history_layout layout;
    assert_status(layout_choose(&layout, "all", &failure), MATTHEW_OK, failure.text);
    layout_shape(&layout, &s.scenario, 1, 0);
    assert_equal(layout.rows, rows);
    assert_equal(layout.firms, 16384 / rows);
    struct history_options o = options(path, "all");
    assert_status(run(&o, months, 2), MATTHEW_OK, failure.text);
    check_columns(path, some, firms, growth, 0);
}

/* Chunks wider than a block of firms. */
Test(history, wide_chunks) {
    check_shape(4500, 17, 70, 16);
}

/* Filled from the world, never copied. */
Test(history, one_month_chunks) {
    check_shape(80000, 2, 900, 1);
}

/* Each kind is told in the attributes of the columns: all have a firm and an amount, some another firm. */
Test(history, events_say_what_they_are) {
    synthetic_init(&s, 50, 10, 0, 0);
    struct history_options o = options(path, "indicators");
    assert_status(run(&o, 10, 0), MATTHEW_OK, failure.text);
    hid_t file = open_file(path);
    static const char *const names[][2] = {
        {"event_firm", "firms"}, {"event_other", "others"}, {"event_amount", "amounts"}};
    for (int i = 0; i < 3; i++) {
        hid_t dataset = H5Dopen2(file, names[i][0], H5P_DEFAULT);
        char *text = read_text_attribute(dataset, names[i][1]);
        for (int kind = EVENT_NONE + 1; kind < EVENT_KINDS; kind++) {
            const struct event_info *info = &event_table[kind];
            const char *what = i == 0 ? info->firm : i == 1 ? info->other : info->amount;
            char wanted[256];
            snprintf(wanted, sizeof wanted, "%s: %s", info->name, what);
            cr_assert(text != NULL && (strstr(text, wanted) != NULL) == (*what != '\0'), "%s of %s: `%s` and `%s`",
                      names[i][1], names[i][0], wanted, text);
        }
        read_text_free(text);
        H5Dclose(dataset);
    }
    H5Fclose(file);
}

Test(history, register_and_events) {
    synthetic_init(&s, 50, 130, 60, 0); /* three commits */
    struct history_options o = options(path, "indicators");
    assert_status(run(&o, 130, 0), MATTHEW_OK, failure.text);
    hid_t file = open_file(path);
    hsize_t length[3];
    double *id = read_all(file, "firm", length);
    assert_equal(length[0], 50 + 130 * 60);
    assert_equal(id[length[0] - 1], (double)length[0] - 1);
    double *entry = read_all(file, "entry_month", length), *left = read_all(file, "exit_month", length);
    double *cohort = read_all(file, "cohort", length), *why = read_all(file, "exit_reason", length);
    assert_equal(entry[0], 0);
    assert_equal(entry[50], 0);
    assert_equal(entry[110], 1);
    assert_equal(cohort[0], 2024);
    assert_equal(cohort[50 + 60 * 12], 2025);
    assert_equal(left[5], 0);
    assert_equal(why[5], EXIT_LIQUIDATED);
    assert_equal(left[6], -1);
    for (int month = 1; month < 130; month++) {
        int leaver = 10 * month + 5;
        assert_equal(left[leaver], month);
        assert_equal(why[leaver], EXIT_LIQUIDATED);
        assert_equal(why[leaver + 1], EXIT_NONE);
    }
    double *month = read_all(file, "event_month", length), *kind = read_all(file, "event_kind", length);
    assert_equal(length[0], 260);
    double *who = read_all(file, "event_firm", length), *amount = read_all(file, "event_amount", length);
    assert_equal(month[0], 0);
    assert_equal(kind[0], EVENT_liquidation);
    assert_equal(who[0], 5);
    assert_equal(amount[0], 2.5);
    assert_equal(month[259], 129);
    assert_equal(kind[259], EVENT_entry);
    assert_equal(who[259], 50 + 130 * 60 - 1);
    assert_equal(amount[259], 1.25);
    assert_equal(H5Lexists(file, "cash", H5P_DEFAULT), 0);
    assert_equal(H5Lexists(file, "run_info", H5P_DEFAULT), 0);
    free(id), free(entry), free(left), free(cohort), free(why), free(month), free(kind), free(who), free(amount);
    H5Fclose(file);
}

/* Events beyond one chunk. */
Test(history, many_events) {
    synthetic_init(&s, 5, 3, 1, 0);
    struct history *history;
    struct history_options o = options(path, "indicators");
    enum { MANY = 40000 };
    struct event *list = calloc(MANY, sizeof *list);
    for (int i = 0; i < MANY; i++)
        list[i] = (struct event){i / 100, EVENT_release, i, -1, 0.5 * i};
    assert_status(history_open(&history, &s.scenario, &o, &failure), MATTHEW_OK, failure.text);
    struct observer observer = history_observer(history);
    for (s.world.month = 0; s.world.month <= 3; s.world.month++) {
        s.world.events = (struct events){list + s.world.month * 10000, 10000, MANY};
        assert_status(synthetic_show(&s, &observer, 0, &failure), MATTHEW_OK, failure.text);
    }
    s.world.month = 3;
    assert_status(observer.finish(observer.context, &s.world, &failure), MATTHEW_OK, failure.text);
    assert_status(history_close(history, MATTHEW_OK, &failure), MATTHEW_OK, failure.text);
    hid_t file = open_file(path);
    hsize_t length[3];
    double *who = read_all(file, "event_firm", length), *amount = read_all(file, "event_amount", length);
    assert_equal(length[0], MANY);
    for (int i = 0; i < MANY; i++) {
        assert_equal(who[i], i);
        assert_equal(amount[i], 0.5 * i);
    }
    free(who), free(amount), free(list);
    H5Fclose(file);
}

Test(history, bytes_do_not_depend_on_who_did_what) {
    struct history_options o = options(path, "all"), p = options(other, "all");
    synthetic_init(&s, 700, 70, 10, 1);
    assert_status(run(&o, 70, 0), MATTHEW_OK, failure.text);
    for (int order = 1; order <= 2; order++) {
        synthetic_free(&s);
        synthetic_init(&s, 700, 70, 10, 1);
        p.force = order == 2;
        p.command = "something else";
        assert_status(run(&p, 70, order), MATTHEW_OK, failure.text);
        if (files_part(other, path)[0] != '\0')
            cr_assert_fail("tasks in order %d: %s", order, difference);
    }
}

Test(history, run_info_is_all_that_differs) {
    char first[HISTORY_DIGEST_SIZE], second[HISTORY_DIGEST_SIZE];
    struct history_options o = options(path, "default"), p = options(other, "default");
    p.reproducible = 0;
    p.command = "matthew run synthetic";
    synthetic_init(&s, 30, 5, 1, 1);
    assert_status(run(&o, 5, 0), MATTHEW_OK, failure.text);
    synthetic_free(&s);
    synthetic_init(&s, 30, 5, 1, 1);
    assert_status(run(&p, 5, 0), MATTHEW_OK, failure.text);
    cr_assert(files_part(other, path)[0] != '\0', "run_info differs nowhere");
    assert_status(history_digest(path, first, &failure), MATTHEW_OK, failure.text);
    assert_status(history_digest(other, second, &failure), MATTHEW_OK, failure.text);
    assert_text(first, second);
    assert_equal(strlen(first), 32);
    /* One value, one name or one attribute changes it. */
    hid_t file = H5Fopen(other, H5F_ACC_RDWR, H5P_DEFAULT), dataset = H5Dopen2(file, "cash", H5P_DEFAULT);
    hsize_t length[3];
    double *cash = read_all(file, "cash", length);
    cash[17] = nextafter(cash[17], 1e300);
    cr_assert(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, cash) >= 0);
    H5Dclose(dataset);
    H5Fclose(file);
    free(cash);
    assert_status(history_digest(other, second, &failure), MATTHEW_OK, failure.text);
    cr_assert(strcmp(first, second) != 0);
}

/* The same values in other chunks, without compression: the same digest. */
Test(history, digest_does_not_see_the_layout) {
    char first[HISTORY_DIGEST_SIZE], second[HISTORY_DIGEST_SIZE];
    struct history_options o = options(path, "default"), p = options(other, "default");
    synthetic_init(&s, 900, 5, 1, 1);
    assert_status(run(&o, 5, 0), MATTHEW_OK, failure.text);
    synthetic_free(&s);
    synthetic_init(&s, 900, 5, 1, 1);
    assert_status(run(&p, 5, 0), MATTHEW_OK, failure.text);
    hid_t file = H5Fopen(other, H5F_ACC_RDWR, H5P_DEFAULT), old = H5Dopen2(file, "accounts", H5P_DEFAULT);
    hid_t space = H5Dget_space(old), properties = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t length[3], chunk[3] = {2, 3, 100};
    double *values = read_all(file, "accounts", length);
    H5Pset_chunk(properties, 3, chunk);
    hid_t new = H5Dcreate2(file, "new", H5T_IEEE_F64BE, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    cr_assert(H5Dwrite(new, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    for (int i = 0; i < 2; i++) { /* units and long_name */
        static const char *const names[] = {"units", "long_name"};
        hid_t from = H5Aopen(old, names[i], H5P_DEFAULT), type = H5Aget_type(from), scalar = H5Screate(H5S_SCALAR);
        char *text;
        H5Aread(from, type, &text);
        hid_t to = H5Acreate2(new, names[i], type, scalar, H5P_DEFAULT, H5P_DEFAULT);
        cr_assert(H5Awrite(to, type, &text) >= 0);
        H5free_memory(text);
        H5Aclose(to), H5Aclose(from), H5Tclose(type), H5Sclose(scalar);
    }
    hsize_t one = 1;
    double nothing = (double)NAN;
    hid_t single = H5Screate_simple(1, &one, NULL);
    hid_t fill = H5Acreate2(new, "_FillValue", H5T_IEEE_F64BE, single, H5P_DEFAULT, H5P_DEFAULT);
    cr_assert(H5Awrite(fill, H5T_NATIVE_DOUBLE, &nothing) >= 0);
    H5Aclose(fill), H5Sclose(single);
    H5Dclose(old), H5Dclose(new), H5Sclose(space), H5Pclose(properties);
    H5Ldelete(file, "accounts", H5P_DEFAULT);
    H5Lmove(file, "new", file, "accounts", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    free(values);
    assert_status(history_digest(path, first, &failure), MATTHEW_OK, failure.text);
    assert_status(history_digest(other, second, &failure), MATTHEW_OK, failure.text);
    assert_text(first, second);
}

static int refused(const char *name, const char *record, long every, int force) {
    struct history *history = (struct history *)1;
    struct history_options o = {.path = name, .record = record, .every = every, .force = force};
    int status = history_open(&history, &s.scenario, &o, &failure);
    cr_assert(status != MATTHEW_OK);
    cr_assert(history == NULL);
    cr_assert(failure.text[0] != '\0');
    assert_equal(failure.status, status);
    return status;
}

Test(history, what_is_refused_before_computing) {
    char long_name[6000], below[200];
    synthetic_init(&s, 10, 3, 0, 0);
    snprintf(below, sizeof below, "%s/missing/race.h5", folder);
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    assert_status(refused(NULL, "all", 1, 0), MATTHEW_BAD_ARGUMENT, failure.text);
    assert_status(refused("", "all", 1, 0), MATTHEW_BAD_ARGUMENT, failure.text);
    assert_status(refused(folder, "all", 1, 1), MATTHEW_BAD_ARGUMENT, failure.text);
    assert_status(refused(below, "all", 1, 0), MATTHEW_NOT_FOUND, failure.text);
    assert_status(refused("/dev/null", "all", 1, 1), MATTHEW_BAD_ARGUMENT, failure.text);
    cr_assert(refused("/proc/race.h5", "all", 1, 0) != MATTHEW_OK);
    assert_status(refused(long_name, "all", 1, 0), MATTHEW_BAD_ARGUMENT, failure.text);
    assert_status(refused(path, "all", 0, 0), MATTHEW_BAD_ARGUMENT, failure.text);
    assert_status(refused(path, "cahs", 1, 0), MATTHEW_NOT_FOUND, failure.text);
    assert_equal(files_left(), 0);
    close(open(path, O_CREAT | O_WRONLY, 0666));
    assert_status(refused(path, "all", 1, 0), MATTHEW_EXISTS, failure.text);
    FILE *killed = fopen(part, "w");
    fputs("of a killed run", killed);
    fclose(killed);
    unlink(path);
    assert_status(refused(path, "all", 1, 0), MATTHEW_EXISTS, failure.text);
    assert_equal(files_left(), 1);
    s.scenario.firms = 10000000;
    s.scenario.months = 12000;
    assert_status(refused(path, "all", 1, 1), MATTHEW_WRITE_FAILED, failure.text); /* petabytes */
    assert_says(failure.text, "at least");
    assert_says(failure.text, "free");
    assert_equal(files_left(), 1);
}

/* What a run leaves that is killed before its first commit. */
Test(history, a_part_that_holds_nothing_is_no_file) {
    synthetic_init(&s, 10, 3, 0, 0);
    struct history *history;
    struct history_options o = options(path, "all");
    close(open(part, O_CREAT | O_WRONLY, 0666));
    cr_assert(history_open(&history, &s.scenario, &o, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(history_close(history, MATTHEW_BROKEN_INVARIANT, &failure) == MATTHEW_OK, "%s", failure.text);
    assert_equal(files_left(), 0);
}

Test(history, a_file_in_the_making_is_left_alone) {
    synthetic_init(&s, 10, 3, 0, 0);
    struct history *history;
    struct history_options o = options(path, "all");
    assert_status(history_open(&history, &s.scenario, &o, &failure), MATTHEW_OK, failure.text);
    assert_equal(access(part, F_OK), 0);
    cr_assert(access(path, F_OK) != 0);
    assert_status(refused(path, "all", 1, 0), MATTHEW_EXISTS, failure.text);
    assert_status(refused(path, "all", 1, 1), MATTHEW_EXISTS, failure.text);
    assert_status(history_close(history, MATTHEW_BROKEN_INVARIANT, &failure), MATTHEW_OK, failure.text);
    assert_equal(files_left(), 0);
}

Test(history, an_existing_file_is_replaced_at_the_end_alone) {
    synthetic_init(&s, 10, 3, 0, 0);
    struct history *history;
    struct history_options o = options(path, "all");
    FILE *old = fopen(path, "w");
    fputs("precious", old);
    fclose(old);
    o.force = 1;
    assert_status(history_open(&history, &s.scenario, &o, &failure), MATTHEW_OK, failure.text);
    assert_status(history_close(history, MATTHEW_WRITE_FAILED, &failure), MATTHEW_OK, failure.text); /* a failed run */
    struct stat facts;
    assert_equal(stat(path, &facts), 0);
    assert_equal(facts.st_size, 8);
    assert_equal(files_left(), 1);
    assert_status(run(&o, 3, 0), MATTHEW_OK, failure.text);
    assert_equal(stat(path, &facts), 0);
    cr_assert(facts.st_size > 8);
    assert_equal(files_left(), 1);
}

Test(history, a_file_that_appears_meanwhile_is_not_overwritten) {
    synthetic_init(&s, 10, 3, 0, 0);
    struct history *history;
    struct history_options o = options(path, "none");
    assert_status(history_open(&history, &s.scenario, &o, &failure), MATTHEW_OK, failure.text);
    close(open(path, O_CREAT | O_WRONLY, 0666));
    assert_status(history_close(history, MATTHEW_OK, &failure), MATTHEW_EXISTS, failure.text);
    struct stat facts;
    assert_equal(stat(path, &facts), 0);
    assert_equal(facts.st_size, 0);
    assert_equal(stat(part, &facts), 0);
    cr_assert(facts.st_size > 0);
}

Test(history, a_stopped_run_keeps_its_months) {
    synthetic_init(&s, 40, 100, 2, 1);
    struct history_options o = options(path, "all");
    struct history_facts facts;
    assert_status(run(&o, 70, 2), MATTHEW_OK, failure.text);
    assert_status(history_describe(path, &facts, &failure), MATTHEW_OK, failure.text);
    assert_text(facts.status, "interrupted");
    assert_equal(facts.months_recorded, 71);
    assert_equal(facts.last_month, 70);
    history_facts_free(&facts);
    check_columns(path, some, 40, 2, 0);
}

Test(history, facts) {
    synthetic_init(&s, 40, 4, 2, 1);
    struct history_options o = options(path, "cash,accounts,accounts_hhi,segment_accounts_cr1");
    struct history_facts facts;
    o.single = 1;
    assert_status(run(&o, 4, 0), MATTHEW_OK, failure.text);
    assert_status(history_describe(path, &facts, &failure), MATTHEW_OK, failure.text);
    assert_text(facts.title, "A synthetic race");
    assert_text(facts.scenario, "synthetic");
    assert_text(facts.status, "complete");
    assert_text(facts.start, "2024-01-01");
    assert_text(facts.precision, "single");
    assert_equal(facts.seed, 7);
    assert_equal(facts.firms_ever, 48);
    assert_equal(facts.months_recorded, 5);
    assert_equal(facts.last_month, 4);
    assert_equal(facts.events, 8);
    assert_equal(facts.columns, 2);
    assert_equal(facts.indicators, 2);
    cr_assert(strcmp(facts.recorded, "accounts, accounts_hhi, cash, segment_accounts_cr1") == 0, "%s", facts.recorded);
    history_facts_free(&facts);
    history_facts_free(&facts);
}

/* A process that is killed leaves every committed month readable. */
Test(history, a_killed_run_keeps_what_was_committed) {
    synthetic_init(&s, 300, 200, 3, 1);
    struct history_options o = options(path, "all");
    pid_t child = fork();
    if (child == 0) {
        struct history *history;
        if (history_open(&history, &s.scenario, &o, &failure) != MATTHEW_OK)
            _exit(1);
        struct observer observer = history_observer(history);
        for (;;) {
            if (synthetic_show(&s, &observer, 0, &failure) != MATTHEW_OK)
                _exit(1);
            if (s.world.month == 150)
                kill(getpid(), SIGKILL);
            synthetic_step(&s);
        }
    }
    int status;
    waitpid(child, &status, 0);
    cr_assert(WIFSIGNALED(status));
    cr_assert(access(path, F_OK) != 0);
    hid_t file = open_file(part);
    long long committed = number_of(file, "months_committed");
    assert_equal(committed, 128);
    H5Fclose(file);
    while (s.world.month < 150)
        synthetic_step(&s);
    check_columns(part, some, 300, 3, 0);
}

static int describes(const char *name) {
    struct history_facts facts;
    int status = history_describe(name, &facts, &failure);
    history_facts_free(&facts);
    return status;
}

/* Files cut short at any length, and files of another kind. */
Test(history, damaged_files_are_refused) {
    char digest[HISTORY_DIGEST_SIZE];
    synthetic_init(&s, 20, 3, 0, 0);
    struct history_options o = options(path, "default");
    assert_status(run(&o, 3, 0), MATTHEW_OK, failure.text);
    struct stat facts;
    stat(path, &facts);
    char *bytes = malloc((size_t)facts.st_size);
    FILE *file = fopen(path, "rb");
    assert_equal(fread(bytes, 1, (size_t)facts.st_size, file), (size_t)facts.st_size);
    fclose(file);
    for (long long size = 0; size < facts.st_size; size = size * 5 / 4 + 1) {
        file = fopen(other, "wb");
        fwrite(bytes, 1, (size_t)size, file);
        fclose(file);
        assert_status(describes(other), MATTHEW_READ_FAILED, failure.text);
        assert_status(history_digest(other, digest, &failure), MATTHEW_READ_FAILED, failure.text);
    }
    free(bytes);
    file = fopen(other, "wb");
    fputs("month,firm\n", file);
    fclose(file);
    assert_status(describes(other), MATTHEW_READ_FAILED, failure.text);
    assert_says(failure.text, "not an HDF5 file");
    assert_status(describes(folder), MATTHEW_READ_FAILED, failure.text);
    assert_status(describes("/dev/null"), MATTHEW_READ_FAILED, failure.text);
    assert_status(describes("/nowhere/race.h5"), MATTHEW_NOT_FOUND, failure.text);
    unlink(other);
    H5Fclose(H5Fcreate(other, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    assert_status(describes(other), MATTHEW_READ_FAILED, failure.text);
    assert_says(failure.text, "no history");
}
