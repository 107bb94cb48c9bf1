#include "interface/handle.h"

#include "core/build.h"
#include "core/memory.h"
#include "output/tables.h"
#include "parallel/team.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

_Thread_local struct failure last_failure;

const char *matthew_version(void) {
    return build.version;
}

const char *matthew_revision(void) {
    return build.revision;
}

const char *matthew_date(void) {
    return build.date;
}

const char *matthew_status_name(int status) {
    return status_name(status);
}

const char *matthew_status_meaning(int status) {
    return status_meaning(status);
}

int matthew_status_exit(int status) {
    return status_exit(status);
}

/* ---- the last failure ---- */

const char *matthew_message(void) {
    return last_failure.text;
}

const char *matthew_error_text(const char *field) {
    const struct failure *f = &last_failure;
    if (field == NULL)
        return NULL;
#define ERROR_TEXT(name, value)                                                                                        \
    if (strcmp(field, name) == 0)                                                                                      \
        return value;
#define ERROR_NUMBER(name, value)
#define ERROR_FIELD(name, kind, value, description) ERROR_##kind(#name, value)
#include "core/failure.def"
#undef ERROR_FIELD
#undef ERROR_TEXT
#undef ERROR_NUMBER
    return NULL;
}

int matthew_error_number(const char *field, double *value) {
    const struct failure *f = &last_failure;
    double found = (double)NAN;
    if (field == NULL || value == NULL)
        return 0;
#define ERROR_TEXT(name, value)
#define ERROR_NUMBER(name, value)                                                                                      \
    if (strcmp(field, name) == 0)                                                                                      \
        found = (value);
#define ERROR_FIELD(name, kind, value, description) ERROR_##kind(#name, value)
#include "core/failure.def"
#undef ERROR_FIELD
#undef ERROR_TEXT
#undef ERROR_NUMBER
    if (isnan(found))
        return 0;
    *value = found;
    return 1;
}

/* ---- texts ---- */

void matthew_text_free(char *text) {
    memory_free(text);
}

char *matthew_tables_text(void) {
    char *text = tables_text();
    if (text == NULL)
        fail_memory(&last_failure, "the text of the tables");
    return text;
}

char *finished_text(struct text *text, int status, const char *what) {
    text_print(text, "%s", ""); /* an empty one is no failure */
    char *bytes = text_close(text);
    if (status == MATTHEW_OK && bytes == NULL)
        fail_memory(&last_failure, what);
    if (status == MATTHEW_OK)
        return bytes;
    memory_free(bytes);
    return NULL;
}

/* ---- refusals ---- */

int refuse(const char *argument, const char *format, ...) {
    char text[sizeof last_failure.text];
    va_list arguments;
    va_start(arguments, format);
    if (vsnprintf(text, sizeof text, format, arguments) < 0)
        text[0] = '\0';
    va_end(arguments);
    fail(&last_failure, MATTHEW_BAD_ARGUMENT, "%s: %s", argument, text);
    failure_key(&last_failure, argument, text);
    return MATTHEW_BAD_ARGUMENT;
}

int out_of_range(const char *argument, long long minimum, long long maximum, const char *unit, long long found) {
    refuse(argument, "expected %lld to %lld%s%s, found %lld", minimum, maximum, *unit == '\0' ? "" : " ", unit, found);
    failure_range(&last_failure, (double)minimum, (double)maximum);
    return MATTHEW_BAD_ARGUMENT;
}

int of_file(int status, const char *path) {
    int of_files = status == MATTHEW_NOT_FOUND || status == MATTHEW_EXISTS || status == MATTHEW_READ_FAILED ||
                   status == MATTHEW_WRITE_FAILED;
    if (of_files && last_failure.file[0] == '\0')
        failure_place(&last_failure, path, 0, 0);
    return status;
}

int is_null(const char *what) {
    return refuse(what, "expected a pointer, found null");
}

int no_scenario(const matthew_scenario *scenario) {
    return scenario == NULL ? is_null("scenario") : refuse("scenario", "expected a scenario, found another object");
}

int no_race(const matthew_race *race) {
    return race == NULL ? is_null("race") : refuse("race", "expected a race, found another object");
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
    return out_of_range("threads", 0, TEAM_THREADS_MAX, "", threads);
}
