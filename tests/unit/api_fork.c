/* A process that has run a race with threads and forks: races of the child end, with the results of the parent. */
#include "matthew.h"

#include <criterion/criterion.h>

#include <sys/wait.h>
#include <unistd.h>

/* The digest of a race; 0 when it failed. */
static uint64_t digest(int threads) {
    matthew_scenario *scenario = NULL;
    matthew_race *race = NULL;
    uint64_t found = 0;
    if (matthew_scenario_load(&scenario, "frontier-race") == MATTHEW_OK &&
        matthew_scenario_set_firms(scenario, 300) == MATTHEW_OK &&
        matthew_scenario_set(scenario, "months=6") == MATTHEW_OK && matthew_race_new(&race, scenario) == MATTHEW_OK &&
        matthew_race_set_threads(race, threads) == MATTHEW_OK && matthew_race_run(race, 6) == MATTHEW_OK)
        found = matthew_race_digest(race);
    matthew_race_free(race);
    matthew_scenario_free(scenario);
    return found;
}

/* What a forked child finds, with that many generations in between; 0 when it hangs. */
static uint64_t digest_in_child(int threads, int generations) {
    uint64_t found = 0;
    int ends[2], status;
    cr_assert(pipe(ends) == 0);
    pid_t child = fork();
    cr_assert(child >= 0);
    if (child == 0) {
        alarm(60);
        found = generations > 1 ? digest_in_child(threads, generations - 1) : digest(threads);
        _exit(write(ends[1], &found, sizeof found) == sizeof found ? 0 : 1);
    }
    cr_assert(waitpid(child, &status, 0) == child);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child ended with status %x: it hung", status);
    cr_assert(read(ends[0], &found, sizeof found) == sizeof found);
    close(ends[0]);
    close(ends[1]);
    return found;
}

Test(api_fork, children_of_a_process_with_threads_end, .timeout = 120) {
    uint64_t wanted = digest(2);
    cr_assert(wanted != 0, "%s", matthew_message());
    for (int threads = 0; threads <= 4; threads++) {
        uint64_t found = digest_in_child(threads, 1 + threads % 2);
        cr_assert(found == wanted, "with %d threads asked for: %016llx instead of %016llx", threads,
                  (unsigned long long)found, (unsigned long long)wanted);
    }
    cr_assert(digest(3) == wanted, "the parent runs on as before");
}

/* A child of a process without threads has its own. */
Test(api_fork, children_may_have_threads_of_their_own, .timeout = 120) {
    uint64_t wanted = digest(1);
    cr_assert(digest_in_child(2, 1) == wanted);
    cr_assert(digest(2) == wanted);
}
