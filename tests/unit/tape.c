/* Tapes and checkpoints that are damaged, cut short, full of nonsense, or somebody else's: each is found out, says so,
 * and crashes nothing. */
#include "core/random.h"
#include "support/asserts.h"
#include "support/checkpoints.h"

#include <criterion/criterion.h>

TestSuite(tape, .init = folder_make, .fini = folder_remove, .timeout = 600);

static struct failure failure;
static const char KIND[TAPE_KIND] = "test", OTHER[TAPE_KIND] = "other";
enum { NUMBERS = 20000 };

static void write_numbers(size_t count, size_t extra) {
    struct tape tape;
    cr_assert(tape_create(&tape, path, KIND, &failure) == MATTHEW_OK, "%s", failure.text);
    tape_count(&tape, &count, 0, 0);
    for (long i = 0; i < (long)count; i++) {
        long number = i * i - 7;
        tape_number(&tape, &number);
    }
    char rest[] = "abcdefg";
    tape_carry(&tape, rest, extra);
    cr_assert(tape_finish(&tape, &failure) == MATTHEW_OK, "%s", failure.text);
    tape_free(&tape);
    tape_free(&tape);
}

Test(tape, what_was_written_is_read) {
    for (size_t extra = 0; extra < 8; extra++) {
        struct tape tape;
        char rest[8] = "";
        size_t count = 0;
        write_numbers(NUMBERS, extra);
        cr_assert(access(part, F_OK) != 0);
        cr_assert(tape_open(&tape, path, KIND, &failure) == MATTHEW_OK, "%s", failure.text);
        tape_count(&tape, &count, NUMBERS, sizeof(int64_t));
        assert_equal(count, NUMBERS);
        for (long i = 0; i < NUMBERS; i++) {
            long number = 0;
            tape_number(&tape, &number);
            assert_equal(number, i * i - 7);
        }
        tape_carry(&tape, rest, extra);
        assert_equal(strncmp(rest, "abcdefg", extra), 0);
        assert_status(tape_finish(&tape, &failure), MATTHEW_OK, failure.text);
        tape_free(&tape);
    }
}

/* More than the first piece of memory holds, and not a byte beyond what was written. */
Test(tape, what_was_kept_in_memory_is_read) {
    struct tape tape;
    cr_assert(tape_create_in_memory(&tape, "numbers", &failure) == MATTHEW_OK, "%s", failure.text);
    for (long i = 0; i < NUMBERS; i++) {
        long number = i * i - 7;
        tape_number(&tape, &number);
    }
    char rest[] = "abc";
    tape_carry(&tape, rest, 3);
    cr_assert(tape_rewind(&tape, &failure) == MATTHEW_OK, "%s", failure.text);
    for (long i = 0; i < NUMBERS; i++) {
        long number = 0;
        tape_number(&tape, &number);
        assert_equal(number, i * i - 7);
    }
    memset(rest, 'x', 3);
    tape_carry(&tape, rest, 3);
    cr_assert(strcmp(rest, "abc") == 0, "%s", rest);
    cr_assert(tape_finish(&tape, &failure) == MATTHEW_OK, "%s", failure.text);
    tape_carry(&tape, rest, 1);
    assert_status(tape.status, MATTHEW_READ_FAILED, failure.text);
    cr_assert(rest[0] == '\0', "a byte that was never written");
    tape_free(&tape);
    for (int grown = 0; grown < 2; grown++) { /* the second piece of memory is not to be had */
        static char many[1 << 17];
        cr_assert(tape_create_in_memory(&tape, "numbers", &failure) == MATTHEW_OK, "%s", failure.text);
        memory_fail_at(grown == 0 ? 1 : 2);
        tape_carry(&tape, many, sizeof many);
        tape_carry(&tape, many, sizeof many);
        memory_fail_at(0);
        assert_status(tape_rewind(&tape, &failure), MATTHEW_NO_MEMORY, failure.text);
        tape_free(&tape);
    }
}

Test(tape, reads_are_bounded) {
    struct tape tape;
    size_t count = 5;
    unsigned char data[64];
    write_numbers(3, 0);
    assert_status(tape_open(&tape, path, KIND, &failure), MATTHEW_OK, failure.text);
    tape_count(&tape, &count, 2, 8); /* three are more than two */
    assert_equal(count, 0);
    assert_status(tape.status, MATTHEW_READ_FAILED, failure.text);
    tape_free(&tape);
    assert_status(tape_open(&tape, path, KIND, &failure), MATTHEW_OK, failure.text);
    tape_count(&tape, &count, 100, 9); /* 27 bytes are more than 24 */
    assert_equal(count, 0);
    assert_status(tape.status, MATTHEW_READ_FAILED, failure.text);
    tape_free(&tape);
    assert_status(tape_open(&tape, path, KIND, &failure), MATTHEW_OK, failure.text);
    memset(data, 1, sizeof data);
    tape_carry(&tape, data, sizeof data);
    assert_status(tape.status, MATTHEW_READ_FAILED, failure.text);
    assert_equal(data[0], 0);
    assert_equal(data[63], 0);
    assert_status(tape_finish(&tape, &failure), MATTHEW_READ_FAILED, failure.text);
    tape_free(&tape);
    assert_status(tape_open(&tape, path, KIND, &failure), MATTHEW_OK, failure.text); /* something is left over */
    assert_status(tape_finish(&tape, &failure), MATTHEW_READ_FAILED, failure.text);
    assert_says(failure.text, "race.h5");
    tape_free(&tape);
    assert_status(tape_open(&tape, path, OTHER, &failure), MATTHEW_READ_FAILED, failure.text);
    tape_free(&tape);
}

static int opens(void) {
    struct tape tape;
    int status = tape_open(&tape, path, KIND, &failure);
    tape_free(&tape);
    cr_assert(status == MATTHEW_OK || status == MATTHEW_READ_FAILED);
    return status == MATTHEW_OK;
}

/* Every byte of a small tape, every length, and bytes after its end. */
Test(tape, any_damage_is_found) {
    write_numbers(40, 3);
    size_t size;
    unsigned char *bytes = (unsigned char *)scratch_read(path, &size);
    cr_assert(opens());
    for (size_t i = 0; i < size; i++) {
        bytes[i] ^= (unsigned char)(1 << i % 8);
        put_bytes(path, bytes, size);
        bytes[i] ^= (unsigned char)(1 << i % 8);
        cr_assert(!opens(), "byte %zu", i);
        put_bytes(path, bytes, i);
        cr_assert(!opens(), "length %zu", i);
    }
    for (size_t more = 1; more < 20; more++) {
        unsigned char *longer = calloc(1, size + more);
        memcpy(longer, bytes, size);
        put_bytes(path, longer, size + more);
        cr_assert(!opens());
        free(longer);
    }
    put_bytes(path, bytes, size);
    cr_assert(opens());
    unlink(path);
    assert_equal(mkdir(path, 0700), 0);
    cr_assert(!opens());
    assert_equal(rmdir(path), 0);
    assert_equal(mkfifo(path, 0600), 0);
    cr_assert(!opens());
    free(bytes);
}

Test(tape, a_full_disk_leaves_the_old_one) {
    write_numbers(50, 0);
    int failures = 0;
    for (unsigned long n = 1;; n++) {
        struct tape tape;
        long number = 1;
        tape_fail_at(n);
        int status = tape_create(&tape, path, KIND, &failure);
        for (int i = 0; i < NUMBERS; i++)
            tape_number(&tape, &number);
        if (status == MATTHEW_OK)
            status = tape_finish(&tape, &failure);
        tape_free(&tape);
        tape_fail_at(0);
        cr_assert(access(part, F_OK) != 0);
        if (status == MATTHEW_OK)
            break;
        assert_status(status, MATTHEW_WRITE_FAILED, failure.text);
        assert_says(failure.text, "No space left");
        cr_assert(opens());
        cr_assert(++failures < 100);
    }
    cr_assert(failures >= 3);
}

/* ---- checkpoints ---- */

static struct scenario scenario;
static const struct recording recording = {.record = "indicators"};
static char state[200], rows[200];

static void make_checkpoint(void) {
    scenario_small(&scenario, 40, 9);
    cr_assert(run_until(&scenario, &recording, 1, 6, 6, 0, &failure) == 0, "%s", failure.text);
    snprintf(state, sizeof state, "%s/000006.state", states);
    snprintf(rows, sizeof rows, "%s/000006.rows", states);
    cr_assert(run_on(&scenario, &recording, 1, 6, 0, &failure) != 0, "%s", failure.text);
    assert_equal(run_until(&scenario, &recording, 1, 6, 6, 0, &failure), 0);
}

/* 0, or the status of reading the checkpoint; a race that it gives goes on for two months, whatever comes of it. */
static int status_of_loading(void) {
    struct history_options options = recording_options(&recording, path);
    struct history *history;
    struct race *race;
    options.earlier = path;
    int status = checkpoint_load(6, &scenario, &options, &race, &history, &failure);
    cr_assert((status == MATTHEW_OK) == (race != NULL && history != NULL));
    struct failure closing;
    if (status == MATTHEW_OK)
        (void)race_run(race, 8, &(struct race_options){.threads = 1}, &closing);
    history_close(history, MATTHEW_WRITE_FAILED, &closing);
    race_free(race);
    cr_assert(access(part, F_OK) != 0);
    return status;
}

static void check_damage(const char *name) {
    size_t size;
    unsigned char *bytes = (unsigned char *)scratch_read(name, &size);
    for (size_t i = 0; i < size; i += size / 25 + 1) {
        bytes[i] ^= 0x10;
        put_bytes(name, bytes, size);
        bytes[i] ^= 0x10;
        cr_assert(status_of_loading() == MATTHEW_READ_FAILED && strstr(failure.text, name) != NULL, "%s", failure.text);
        put_bytes(name, bytes, i);
        assert_status(status_of_loading(), MATTHEW_READ_FAILED, failure.text);
    }
    unlink(name);
    assert_status(status_of_loading(), MATTHEW_NOT_FOUND, failure.text);
    put_bytes(name, bytes, size);
    assert_status(status_of_loading(), MATTHEW_OK, failure.text);
    free(bytes);
}

Test(tape, a_damaged_checkpoint_is_found) {
    make_checkpoint();
    check_damage(state);
    check_damage(rows);
    scenario_free(&scenario);
}

static void seal(unsigned char *bytes, size_t size) {
    uint64_t digest = tape_digest(0, bytes, size - sizeof digest);
    memcpy(bytes + size - sizeof digest, &digest, sizeof digest);
}

/* With a digest that is right, so that what is inside is all there is to judge by. */
static int plant(const char *name, unsigned char *bytes, size_t size, size_t at, uint64_t word) {
    uint64_t old;
    memcpy(&old, bytes + at, sizeof old);
    memcpy(bytes + at, &word, sizeof word);
    seal(bytes, size);
    put_bytes(name, bytes, size);
    int status = status_of_loading();
    cr_assert(status == MATTHEW_OK || status == MATTHEW_READ_FAILED || status == MATTHEW_NO_MEMORY, "%d %s", status,
              failure.text);
    memcpy(bytes + at, &old, sizeof old);
    seal(bytes, size);
    return status;
}

static void check_hostile(const char *name, size_t step) {
    static const uint64_t words[] = {0,
                                     1,
                                     UINT64_MAX,
                                     UINT64_C(0x7fffffff),
                                     UINT64_C(0x7ff8000000000000),
                                     UINT64_C(0x7ff0000000000000),
                                     UINT64_C(0x7fefffffffffffff),
                                     UINT64_C(0xc1e0000000000000),
                                     UINT64_C(0x4142434445464748)};
    size_t size, refused = 0;
    unsigned char *bytes = (unsigned char *)scratch_read(name, &size);
    for (size_t at = 16; at + 16 <= size; at += at < 256 ? 8 : step)
        refused += plant(name, bytes, size, at, words[at / 8 % 9]) != MATTHEW_OK;
    cr_assert(refused > 4);
    for (int i = 0; i < 15; i++) { /* and cut where it likes */
        size_t shorter = 24 + random_mix((uint64_t)i) % (size - 24) / 8 * 8;
        unsigned char *copy = malloc(shorter);
        memcpy(copy, bytes, shorter);
        seal(copy, shorter);
        put_bytes(name, copy, shorter);
        assert_status(status_of_loading(), MATTHEW_READ_FAILED, failure.text);
        free(copy);
    }
    put_bytes(name, bytes, size);
    assert_status(status_of_loading(), MATTHEW_OK, failure.text);
    free(bytes);
}

Test(tape, a_hostile_checkpoint_crashes_nothing) {
    make_checkpoint();
    check_hostile(state, 8 * 997);
    check_hostile(rows, 8 * 61);
    scenario_free(&scenario);
}

Test(tape, somebody_elses_checkpoint_is_left_alone) {
    make_checkpoint();
    size_t size;
    unsigned char *bytes = (unsigned char *)scratch_read(state, &size);
    static const char *const words[] = {"another build", "another build", "another scenario", "another recording",
                                        "another month"};
    for (size_t i = 0; i < 5; i++) {
        assert_status(plant(state, bytes, size, 16 + 8 * i, 5), MATTHEW_READ_FAILED, failure.text);
        cr_assert(strstr(failure.text, words[i]) != NULL, "%s", failure.text);
    }
    put_bytes(state, bytes, size);
    scenario.seed++;
    assert_status(status_of_loading(), MATTHEW_READ_FAILED, failure.text);
    assert_says(failure.text, "another scenario");
    scenario.seed--;
    assert_status(status_of_loading(), MATTHEW_OK, failure.text);
    free(bytes);
    scenario_free(&scenario);
}

/* A checkpoint rests on months that the earlier file must hold. */
Test(tape, an_earlier_file_that_lacks_months_is_found) {
    const struct recording all = {.record = "all"};
    scenario_small(&scenario, 30, 80);
    cr_assert(run_whole(&scenario, &all, 1, &failure) != 0);
    assert_equal(run_until(&scenario, &all, 1, 70, 70, 0, &failure), 0);
    cr_assert(run_on(&scenario, &all, 1, 70, 0, &failure) != 0, "%s", failure.text);
    cr_assert(same_bytes(path, whole));
    assert_equal(run_until(&scenario, &all, 1, 70, 70, 0, &failure), 0);
    copy_file(path, whole);
    assert_equal(run_until(&scenario, &all, 1, 0, 20, 0, &failure), 0); /* another file in its place */
    assert_equal(run_on(&scenario, &all, 1, 70, 0, &failure), 0);
    assert_status(failure.status, MATTHEW_READ_FAILED, failure.text);
    cr_assert(strstr(failure.text, "does not hold the months") != NULL, "%s", failure.text);
    scenario.seed += 3; /* the same shape, other chunks */
    unlink(path);
    assert_equal(run_until(&scenario, &all, 1, 0, 70, 0, &failure), 0);
    scenario.seed -= 3;
    cr_assert(run_on(&scenario, &all, 1, 70, 0, &failure) == 0 &&
                  strstr(failure.text, "does not hold the months") != NULL,
              "%s", failure.text);
    scenario_free(&scenario);
}
