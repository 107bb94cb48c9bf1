/* A history while memory or the disk fails: at any allocation, at any write. Nothing is left half written, nothing that
 * existed is damaged, nothing leaks (under the address sanitizer), and the failure is one line. */
#include <criterion/criterion.h>

#include <sys/stat.h>
#include <unistd.h>

#include "output/file/file_driver.h"
#include "output/history/history.h"
#include "output/info.h"
#include "support/scratch.h"
#include "support/synthetic_world.h"

static char folder[SCRATCH_SIZE], path[128];
static struct failure failure;

static void setup(void) {
    scratch_open(folder);
    snprintf(path, sizeof path, "%s/race.h5", folder);
}

static int files_left(void) {
    return scratch_files(folder, 0);
}

static void teardown(void) {
    scratch_close(folder);
}

TestSuite(fault, .init = setup, .fini = teardown, .timeout = 300);

/* Arms the fault after the world is made; the world itself allocates while it grows, so it never grows here. */
static int run(struct synthetic *s, int force) {
    struct history *history;
    struct history_options o = {
        .path = path, .record = "cash,accounts,accounts_gini", .every = 1, .reproducible = 1, .force = force};
    failure.text[0] = '\0';
    int status = history_open(&history, &s->scenario, &o, &failure);
    if (status != MATTHEW_OK) {
        cr_assert(history == NULL);
        return status;
    }
    struct observer observer = history_observer(history);
    status = synthetic_run(s, &observer, s->scenario.months, 0, &failure);
    struct failure closing;
    int closed = history_close(history, status, status == MATTHEW_OK ? &failure : &closing);
    return status == MATTHEW_OK ? closed : status;
}

static int describes(long months) {
    struct history_facts facts;
    struct failure ignored;
    int fine = history_describe(path, &facts, &ignored) == MATTHEW_OK && facts.months_recorded == months + 1 &&
               strcmp(facts.status, "complete") == 0;
    history_facts_free(&facts);
    return fine;
}

Test(fault, any_allocation) {
    int failures = 0;
    for (size_t n = 1;; n++) {
        struct synthetic s;
        synthetic_init(&s, 20, 3, 0, 1);
        memory_fail_at(n);
        int status = run(&s, 0);
        size_t asked = memory_fail_at(0);
        synthetic_free(&s);
        if (status == MATTHEW_OK) {
            cr_assert(asked < n && files_left() == 1 && describes(3));
            break;
        }
        cr_assert(status == MATTHEW_NO_MEMORY && failure.text[0] != '\0' && files_left() == 0);
        failures++;
    }
    cr_assert(failures > 20);
}

/* With a file of the same name from an earlier run, which must survive. */
static void fail_writes(unsigned long from, unsigned long step) {
    int failures = 0;
    for (unsigned long n = from;; n += step) {
        struct synthetic s;
        synthetic_init(&s, 20, 3, 0, 1);
        FILE *old = fopen(path, "w");
        fputs("precious", old);
        fclose(old);
        file_driver_fail_at(n);
        int status = run(&s, 1);
        unsigned long asked = file_driver_fail_at(0);
        synthetic_free(&s);
        cr_assert(files_left() == 1);
        if (status == MATTHEW_OK) {
            cr_assert(asked < n && describes(3));
            break;
        }
        struct stat facts;
        cr_assert(status == MATTHEW_WRITE_FAILED && strstr(failure.text, "No space left") != NULL);
        cr_assert(stat(path, &facts) == 0 && facts.st_size == 8);
        failures++;
    }
    cr_assert(failures > 5);
}

Test(fault, any_write) {
    fail_writes(1, 1);
}

/* Growing during the run: the slab and the indicators' work. */
Test(fault, any_allocation_while_growing) {
    for (size_t n = 1;; n++) {
        struct synthetic s;
        struct history *history;
        struct history_options o = {.path = path, .record = "cash", .every = 1, .reproducible = 1};
        synthetic_init(&s, 20, 3, 3000, 1);
        cr_assert(history_open(&history, &s.scenario, &o, &failure) == MATTHEW_OK);
        struct observer observer = history_observer(history);
        cr_assert(synthetic_show(&s, &observer, 0, &failure) == MATTHEW_OK);
        synthetic_step(&s);
        memory_fail_at(n);
        int status = synthetic_show(&s, &observer, 0, &failure);
        size_t asked = memory_fail_at(0);
        int closed = history_close(history, status, &failure);
        synthetic_free(&s);
        cr_assert(closed == MATTHEW_OK);
        if (asked < n) {
            cr_assert(status == MATTHEW_OK && n > 5 && unlink(path) == 0);
            return;
        }
        cr_assert(status == MATTHEW_NO_MEMORY && files_left() == 0);
    }
}
