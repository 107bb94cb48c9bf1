#include "study/sweep_rows.h"

#include "core/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* Values are written as they lie in memory. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the file has little-endian numbers");

void sweep_file_close(struct sweep_file *file) {
    if (file->sweep == NULL)
        return;
    if (file->descriptor >= 0)
        close(file->descriptor);
    if (file->lock >= 0) {
        unlink(file->lock_path);
        close(file->lock);
    }
    memory_free(file->path);
    memory_free(file->lock_path);
    memory_free(file->log_path);
    memset(file, 0, sizeof *file);
}

/* ---- runs ---- */

int run_is_done(int status) {
    return status == RUN_DONE || status == RUN_STOPPED;
}

int run_is_finished(int status) {
    return run_is_done(status) || status >= RUN_FAILED;
}

static int write_at(const struct sweep_file *file, int64_t place, const void *from, size_t size,
                    struct failure *failure) {
    const unsigned char *at = from;
    while (size > 0) {
        ssize_t done = pwrite(file->descriptor, at, size, (off_t)place);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return fail(failure, MATTHEW_WRITE_FAILED, "cannot write %s: %s", file->path, strerror(errno));
        at += done;
        size -= (size_t)done;
        place += done;
    }
    return MATTHEW_OK;
}

static int read_at(const struct sweep_file *file, int64_t place, void *into, size_t size, struct failure *failure) {
    unsigned char *at = into;
    while (size > 0) {
        ssize_t done = pread(file->descriptor, at, size, (off_t)place);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return fail(failure, MATTHEW_READ_FAILED, "cannot read %s: %s", file->path,
                        done < 0 ? strerror(errno) : "it is cut short");
        at += done;
        size -= (size_t)done;
        place += done;
    }
    return MATTHEW_OK;
}

/* Over everything that a run has but its wall time. */
static int64_t check_of(const struct sweep *sweep, size_t run, const double *values, int64_t months, int status) {
    uint64_t words[] = {sweep_run_key(sweep, run), (uint64_t)months, (uint64_t)status};
    uint64_t hash = sweep_hash(sweep_hash(0, words, sizeof words / sizeof *words), values, sweep->values);
    int64_t check;
    memcpy(&check, &hash, sizeof check);
    return check;
}

/* Where value `first` of an outcome of a run lies. */
static int64_t value_place(const struct sweep_file *file, size_t run, size_t outcome) {
    return file->places.outcome[outcome] + (int64_t)(run * file->sweep->outcome[outcome].length * sizeof(double));
}

static int64_t word_place(int64_t begin, size_t run) {
    return begin + (int64_t)(run * sizeof(int64_t));
}

int sweep_file_take(const struct sweep_file *file, size_t run, struct sweep_run_result *taken,
                    struct failure *failure) {
    const struct sweep *sweep = file->sweep;
    int8_t code = 0;
    int64_t check = 0, months = 0;
    taken->status = RUN_PENDING;
    taken->is_damaged = 0;
    taken->seconds = 0;
    int result = read_at(file, file->places.status + (int64_t)run, &code, 1, failure);
    taken->stored = code;
    if (result == MATTHEW_OK && code == RUN_NOT_NEEDED)
        taken->status = code;
    if (result != MATTHEW_OK || !run_is_finished(code))
        return result;
    result = read_at(file, word_place(file->places.check, run), &check, sizeof check, failure);
    if (result == MATTHEW_OK)
        result = read_at(file, word_place(file->places.months, run), &months, sizeof months, failure);
    for (size_t i = 0; i < sweep->outcome_count && result == MATTHEW_OK; i++)
        result = read_at(file, value_place(file, run, i), taken->values + sweep->outcome[i].first,
                         sweep->outcome[i].length * sizeof *taken->values, failure);
    if (result == MATTHEW_OK && file->places.wall != 0)
        result = read_at(file, word_place(file->places.wall, run), &taken->seconds, sizeof taken->seconds, failure);
    taken->months = (long)months;
    if (result == MATTHEW_OK && check == check_of(sweep, run, taken->values, months, code))
        taken->status = code;
    taken->is_damaged = run_is_done(code) && taken->status != code;
    return result;
}

int sweep_file_read(const struct sweep_file *file, size_t run, double *values, int *status, struct failure *failure) {
    struct sweep_run_result taken = {.values = values};
    int result = sweep_file_take(file, run, &taken, failure);
    *status = taken.status;
    return result;
}

static int write_run(const struct sweep_file *file, size_t run, const struct sweep_run_result *result, int64_t check,
                     struct failure *failure) {
    const struct sweep *sweep = file->sweep;
    int64_t months = result->months;
    int8_t code = (int8_t)result->status;
    int status = MATTHEW_OK;
    for (size_t i = 0; i < sweep->outcome_count && status == MATTHEW_OK; i++)
        status = write_at(file, value_place(file, run, i), result->values + sweep->outcome[i].first,
                          sweep->outcome[i].length * sizeof(double), failure);
    if (status == MATTHEW_OK)
        status = write_at(file, word_place(file->places.months, run), &months, sizeof months, failure);
    if (status == MATTHEW_OK && file->places.wall != 0)
        status = write_at(file, word_place(file->places.wall, run), &result->seconds, sizeof result->seconds, failure);
    if (status == MATTHEW_OK)
        status = write_at(file, word_place(file->places.check, run), &check, sizeof check, failure);
    return status == MATTHEW_OK ? write_at(file, file->places.status + (int64_t)run, &code, 1, failure) : status;
}

int sweep_file_write(const struct sweep_file *file, size_t run, const struct sweep_run_result *result,
                     struct failure *failure) {
    return write_run(file, run, result, check_of(file->sweep, run, result->values, result->months, result->status),
                     failure);
}

int sweep_file_clear(const struct sweep_file *file, size_t run, int status, struct failure *failure) {
    const int8_t code = (int8_t)status;
    int8_t old = RUN_PENDING;
    int result = read_at(file, file->places.status + (int64_t)run, &old, 1, failure);
    if (result != MATTHEW_OK || old == code)
        return result;
    if (!run_is_finished(old)) /* nothing else is there */
        return write_at(file, file->places.status + (int64_t)run, &code, 1, failure);
    struct sweep_run_result none = {.values = memory_new(file->sweep->values, sizeof *none.values), .status = status};
    if (none.values == NULL)
        return fail_memory(failure, "the outcomes of a run");
    for (size_t i = 0; i < file->sweep->values; i++)
        none.values[i] = (double)NAN;
    none.seconds = (double)NAN;
    result = write_run(file, run, &none, 0, failure);
    memory_free(none.values);
    return result;
}

int sweep_file_sync(const struct sweep_file *file, struct failure *failure) {
    if (fdatasync(file->descriptor) == 0)
        return MATTHEW_OK;
    return fail(failure, MATTHEW_WRITE_FAILED, "cannot write %s to the disk: %s", file->path, strerror(errno));
}

void sweep_file_log(const struct sweep_file *file, const char *line) {
    int log = open(file->log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (log < 0)
        return;
    if (write(log, line, strlen(line)) < 0) {
        /* the status of the run tells, too */
    }
    close(log);
}
