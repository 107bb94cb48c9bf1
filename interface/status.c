#include "interface/handle.h"

#include "core/build.h"
#include "core/memory.h"
#include "output/tables.h"
#include "parallel/team.h"

#include <string.h>

_Thread_local struct failure last_failure;

const char *matthew_version(void) {
    return build.version;
}

const char *matthew_revision(void) {
    return build.revision;
}

const char *matthew_status_name(int status) {
    return status_name(status);
}

const char *matthew_status_meaning(int status) {
    return status_meaning(status);
}

const char *matthew_message(void) {
    return last_failure.text;
}

void matthew_text_free(char *text) {
    memory_free(text);
}

char *matthew_tables_text(void) {
    char *text = tables_text();
    if (text == NULL)
        fail_memory(&last_failure, "the text of the tables");
    return text;
}

int is_null(const char *what) {
    return fail(&last_failure, MATTHEW_BAD_ARGUMENT, "%s: expected a pointer, found null", what);
}

int no_scenario(const matthew_scenario *scenario) {
    return scenario == NULL
               ? is_null("scenario")
               : fail(&last_failure, MATTHEW_BAD_ARGUMENT, "scenario: expected a scenario, found another object");
}

int no_race(const matthew_race *race) {
    return race == NULL ? is_null("race")
                        : fail(&last_failure, MATTHEW_BAD_ARGUMENT, "race: expected a race, found another object");
}

int give(void *to, const void *from, size_t size) {
    size_t known;
    if (to == NULL)
        return is_null("structure");
    memcpy(&known, to, sizeof known);
    if (known < sizeof known || known > SIZE_MAX / 2)
        return fail(&last_failure, MATTHEW_BAD_ARGUMENT, "the structure's size is not set");
    size_t taken = known < size ? known : size;
    memcpy((char *)to + sizeof known, (const char *)from + sizeof known, taken - sizeof known);
    return MATTHEW_OK;
}

int bad_index(const char *what, size_t index, size_t count) {
    return fail(&last_failure, MATTHEW_BAD_ARGUMENT, "no %s %zu: there are %zu", what, index, count);
}

int wrong_threads(int threads) {
    if (threads >= 0 && threads <= TEAM_THREADS_MAX)
        return MATTHEW_OK;
    return fail(&last_failure, MATTHEW_BAD_ARGUMENT, "threads: expected 0 to %d, found %d", TEAM_THREADS_MAX, threads);
}
