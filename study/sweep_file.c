#include "study/sweep_file.h"

#include "core/memory.h"
#include "output/history_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Values are written as they lie in memory. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the file has little-endian numbers");

enum { HOLDER_SIZE = 300 };

/* ---- the lock ---- */

static void write_holder(int lock) {
    char host[200] = "", text[HOLDER_SIZE];
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    int length = snprintf(text, sizeof text, "process %ld on %s\n", (long)getpid(), host);
    if (ftruncate(lock, 0) == 0 && pwrite(lock, text, (size_t)length, 0) < 0)
        return; /* the lock holds without */
}

static int fail_locked(const struct sweep_file *file, int lock, struct failure *failure) {
    char text[HOLDER_SIZE];
    ssize_t got = pread(lock, text, sizeof text - 1, 0);
    text[got > 0 ? got : 0] = '\0';
    text[strcspn(text, "\n")] = '\0';
    return fail(failure, MATTHEW_EXISTS, "%s is in use by %s", file->path, text[0] != '\0' ? text : "another process");
}

/* Whoever had the lock before removes its file: then it is taken again. A file system without locks has none. */
static int take_lock(struct sweep_file *file, struct failure *failure) {
    for (;;) {
        struct stat mine, there;
        int lock = open(file->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (lock < 0)
            return fail(failure, errno == ENOENT || errno == ENOTDIR ? MATTHEW_NOT_FOUND : MATTHEW_BAD_ARGUMENT,
                        "cannot write %s: %s", file->lock_path, strerror(errno));
        if (flock(lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            int status = fail_locked(file, lock, failure);
            close(lock);
            return status;
        }
        if (fstat(lock, &mine) == 0 && stat(file->lock_path, &there) == 0 && mine.st_ino == there.st_ino &&
            mine.st_dev == there.st_dev) {
            write_holder(lock);
            file->lock = lock;
            return MATTHEW_OK;
        }
        close(lock);
    }
}

/* ---- opening ---- */

static int prepare(struct sweep_file *file, const struct sweep *sweep, const char *path, struct failure *failure) {
    *file = (struct sweep_file){.sweep = sweep, .descriptor = -1, .lock = -1};
    file->path = memory_string(path);
    file->lock_path = path_with(path, ".lock");
    file->log_path = path_with(path, ".log");
    if (file->path == NULL || file->lock_path == NULL || file->log_path == NULL)
        return fail_memory(failure, "a file name");
    return MATTHEW_OK;
}

/* Whether there is something that a sweep may go on with; else the place can be written. */
static int look(const struct sweep_file *file, const struct sweep_file_options *options, int *is_there,
                struct failure *failure) {
    struct stat facts;
    char *part = path_with(options->path, ".new");
    if (part == NULL)
        return fail_memory(failure, "a file name");
    struct placement placement = {options->path, part, NULL, 1};
    int status = path_check(&placement, 0.0, failure);
    memory_free(part);
    *is_there = stat(file->path, &facts) == 0 && !path_holds_nothing(file->path) && !options->replace;
    return status;
}

static int open_locked(struct sweep_file *file, const struct sweep_file_options *options, struct failure *failure) {
    char build[SWEEP_BUILD_SIZE];
    int is_there = 0, status = look(file, options, &is_there, failure);
    if (status == MATTHEW_OK && !is_there) {
        struct sweep_file_options making = *options;
        making.replace |= path_holds_nothing(file->path);
        file->is_new = 1;
        unlink(file->log_path);
        status = sweep_define(file->sweep, &making, failure);
    }
    if (status == MATTHEW_OK)
        status = sweep_locate(file->sweep, file->path, sweep_build_text(build), &file->places, failure);
    if (status == MATTHEW_OK && options->reproducible && file->places.wall != 0)
        status =
            fail(failure, MATTHEW_BAD_ARGUMENT, "%s holds wall times, which no two runs have in common", file->path);
    if (status != MATTHEW_OK)
        return status;
    file->descriptor = open(file->path, O_RDWR | O_CLOEXEC);
    if (file->descriptor < 0)
        return fail(failure, MATTHEW_WRITE_FAILED, "cannot write %s: %s", file->path, strerror(errno));
    return MATTHEW_OK;
}

int sweep_file_open(struct sweep_file *file, const struct sweep *sweep, const struct sweep_file_options *options,
                    struct failure *failure) {
    int status = prepare(file, sweep, options->path, failure);
    if (status == MATTHEW_OK)
        status = take_lock(file, failure);
    if (status == MATTHEW_OK)
        status = open_locked(file, options, failure);
    if (status != MATTHEW_OK)
        sweep_file_close(file);
    return status;
}

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

int sweep_file_read(const struct sweep_file *file, size_t run, double *values, int *status, struct failure *failure) {
    const struct sweep *sweep = file->sweep;
    int8_t code = 0;
    int64_t check = 0, months = 0;
    *status = RUN_PENDING;
    int result = read_at(file, file->places.status + (int64_t)run, &code, 1, failure);
    if (result != MATTHEW_OK || code == RUN_PENDING)
        return result;
    result = read_at(file, word_place(file->places.check, run), &check, sizeof check, failure);
    if (result == MATTHEW_OK)
        result = read_at(file, word_place(file->places.months, run), &months, sizeof months, failure);
    for (size_t i = 0; i < sweep->outcome_count && result == MATTHEW_OK; i++)
        result = read_at(file, value_place(file, run, i), values + sweep->outcome[i].first,
                         sweep->outcome[i].length * sizeof *values, failure);
    if (result == MATTHEW_OK && check == check_of(sweep, run, values, months, code))
        *status = code;
    return result;
}

int sweep_file_write(const struct sweep_file *file, size_t run, const struct sweep_run_result *result,
                     struct failure *failure) {
    const struct sweep *sweep = file->sweep;
    int64_t months = result->months, check = check_of(sweep, run, result->values, months, result->status);
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
