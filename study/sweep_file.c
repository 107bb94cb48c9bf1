#include "study/sweep_file.h"

#include "core/memory.h"
#include "output/file/path.h"
#include "study/sweep_grow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HOLDER_SIZE = 300 };

/* ---- the lock ---- */

static void write_holder(int lock) {
    char host[200] = "", text[HOLDER_SIZE];
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    int length = snprintf(text, sizeof text, "process %ld on %s\n", (long)getpid(), host);
    if (pwrite(lock, text, (size_t)length, 0) < 0 || ftruncate(lock, length) != 0)
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
        status = sweep_define(file->sweep, &making, NULL, failure);
    }
    if (status == MATTHEW_OK)
        status = sweep_locate(file->sweep, file->path, sweep_build_text(build), &file->places, failure);
    if (status == MATTHEW_BAD_SCENARIO)
        status = sweep_grow(file, options, failure);
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
