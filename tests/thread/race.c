/* Races with more threads than cores, for the thread sanitizer, which Criterion cannot run under: a plain program that
 * fails when the sanitizer has seen a race, or when results depend on the number of threads. */
#include "core/scenario.h"
#include "output/history/history.h"
#include "parallel/race.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static unsigned long long run(const char *name, int threads, const char *path) {
    struct failure failure = {0};
    struct scenario scenario = {0};
    struct history *history = NULL;
    struct race *race = NULL;
    struct observer observer;
    struct history_options options = {.path = path, .record = "all", .every = 1, .reproducible = 1, .force = 1};
    struct race_options how = {.threads = threads, .check = 1, .observer = &observer};
    unsigned long long digest = 0;
    int status = scenario_load(&scenario, name, &failure);
    if (status == MATTHEW_OK)
        status = scenario_set_firms(&scenario, 1500, &failure);
    if (status == MATTHEW_OK)
        status = history_open(&history, &scenario, &options, &failure);
    if (status == MATTHEW_OK)
        status = race_new(&race, &scenario, &failure);
    if (status == MATTHEW_OK) {
        observer = history_observer(history);
        status = race_run(race, 70, &how, &failure);
        digest = race_digest(race);
    }
    if (status == MATTHEW_OK)
        status = history_close(history, MATTHEW_STOPPED, &failure);
    if (status != MATTHEW_OK)
        fprintf(stderr, "%s\n", failure.text);
    race_free(race);
    scenario_free(&scenario);
    return status == MATTHEW_OK ? digest : 0;
}

int main(void) {
    static const char *const names[] = {"frontier-race", "core-race"};
    char path[64];
    int failures = 0;
    snprintf(path, sizeof path, "/tmp/matthew-thread-%ld.h5", (long)getpid());
    for (int i = 0; i < 2; i++) {
        unsigned long long one = run(names[i], 1, path), four = run(names[i], 4, path);
        int same = one != 0 && one == four;
        printf("%s %s\n", names[i], same ? "passed" : "failed");
        failures += !same;
    }
    unlink(path);
    return failures != 0;
}
