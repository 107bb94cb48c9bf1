#include "output/file/path.h"

#include "core/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

char *path_with(const char *path, const char *ending) {
    size_t size = strlen(path) + strlen(ending) + 1;
    char *whole = memory_new(size, 1);
    if (whole != NULL)
        snprintf(whole, size, "%s%s", path, ending);
    return whole;
}

static int check_target(const char *path, int force, struct failure *failure) {
    struct stat facts;
    size_t length = strlen(path);
    if (length == 0)
        return fail(failure, MATTHEW_BAD_ARGUMENT, "the output file has no name");
    if (path[length - 1] == '/')
        return fail(failure, MATTHEW_BAD_ARGUMENT, "%s is a folder: expected the name of a file", path);
    if (lstat(path, &facts) != 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? MATTHEW_OK
                   : fail(failure, MATTHEW_BAD_ARGUMENT, "cannot write %s: %s", path, strerror(errno));
    if (S_ISLNK(facts.st_mode) && stat(path, &facts) != 0)
        return fail(failure, MATTHEW_EXISTS, "%s is a link to nothing: remove it or choose another name", path);
    if (S_ISDIR(facts.st_mode))
        return fail(failure, MATTHEW_BAD_ARGUMENT, "%s is a folder: expected the name of a file", path);
    if (!S_ISREG(facts.st_mode))
        return fail(failure, MATTHEW_BAD_ARGUMENT, "%s is not a regular file", path);
    if (!force)
        return fail(failure, MATTHEW_EXISTS, "%s exists already", path);
    return MATTHEW_OK;
}

static int check_folder(const char *path, double bytes, struct failure *failure) {
    char *copy = memory_string(path);
    if (copy == NULL)
        return fail_memory(failure, "a file name");
    const char *folder = dirname(copy);
    struct stat facts;
    struct statvfs space;
    int status = MATTHEW_OK;
    if (stat(folder, &facts) != 0)
        status = fail(failure, MATTHEW_NOT_FOUND, "cannot write %s: folder %s: %s", path, folder, strerror(errno));
    else if (!S_ISDIR(facts.st_mode))
        status = fail(failure, MATTHEW_NOT_FOUND, "cannot write %s: %s is not a folder", path, folder);
    else if (access(folder, W_OK | X_OK) != 0)
        status = fail(failure, MATTHEW_BAD_ARGUMENT, "cannot write %s: folder %s: %s", path, folder, strerror(errno));
    else if (statvfs(folder, &space) == 0 && (double)space.f_bavail * (double)space.f_frsize < bytes)
        status =
            fail(failure, MATTHEW_WRITE_FAILED,
                 "cannot write %s: it takes at least %.0f MB, more as firms enter, and %.0f MB are free; record less, "
                 "or not every month",
                 path, bytes / 1e6, (double)space.f_bavail * (double)space.f_frsize / 1e6);
    memory_free(copy);
    return status;
}

/* Whether somebody writes the file, as far as the file system tells. */
static int check_idle(const char *path, struct failure *failure) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    int busy = descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (descriptor >= 0)
        close(descriptor);
    return busy ? fail(failure, MATTHEW_EXISTS, "%s is in use: another run is writing it", path) : MATTHEW_OK;
}

int path_holds_nothing(const char *path) {
    unsigned char head[8] = {0}; /* of which the mark of HDF5 takes all */
    static const unsigned char nothing[sizeof head];
    struct stat facts;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return 0;
    int regular = fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode);
    ssize_t got = regular ? pread(descriptor, head, sizeof head, 0) : -1;
    close(descriptor);
    return got >= 0 && memcmp(head, nothing, sizeof head) == 0;
}

/* What an earlier run left behind is removed only when asked for, and never while somebody has it open. */
static int check_part(const char *path, const char *part, int force, struct failure *failure) {
    struct stat facts;
    if (lstat(part, &facts) != 0)
        return errno == ENOENT ? MATTHEW_OK
                               : fail(failure, MATTHEW_BAD_ARGUMENT, "cannot write %s: %s", path, strerror(errno));
    if (!S_ISREG(facts.st_mode))
        return fail(failure, MATTHEW_BAD_ARGUMENT, "%s is in the way and is not a regular file", part);
    if (!force && !path_holds_nothing(part))
        return fail(failure, MATTHEW_EXISTS, "%s exists: another run is writing it, or was killed and left it", part);
    int status = check_idle(part, failure);
    if (status == MATTHEW_OK && unlink(part) != 0)
        status = fail(failure, MATTHEW_BAD_ARGUMENT, "cannot remove %s: %s", part, strerror(errno));
    return status;
}

unsigned path_mode(const char *path) {
    struct stat facts;
    return stat(path, &facts) == 0 && S_ISREG(facts.st_mode) ? (facts.st_mode & 0777U) | S_IRUSR : 0;
}

void path_remove_second_name(const char *path, const char *part) {
    struct stat facts, other;
    if (lstat(path, &facts) == 0 && lstat(part, &other) == 0 && S_ISREG(facts.st_mode) &&
        facts.st_dev == other.st_dev && facts.st_ino == other.st_ino)
        unlink(part);
}

void path_remove_idle(const char *part) {
    if (check_idle(part, NULL) == MATTHEW_OK)
        unlink(part);
}

int path_check(const struct placement *placement, double bytes, struct failure *failure) {
    const char *path = placement->path, *earlier = placement->earlier;
    path_remove_second_name(path, placement->part);
    int status = check_target(path, placement->force, failure);
    if (status == MATTHEW_OK)
        status = check_folder(path, bytes, failure);
    if (status == MATTHEW_OK && earlier != NULL && strcmp(earlier, path) != 0)
        status = check_idle(earlier, failure);
    if (status == MATTHEW_OK)
        status = check_part(path, placement->part, placement->force || earlier != NULL, failure);
    return status;
}

static int is_file(const char *path, unsigned long long device, unsigned long long inode) {
    struct stat facts;
    return lstat(path, &facts) == 0 && facts.st_dev == device && facts.st_ino == inode;
}

int path_replace(const char *from, const char *to, struct failure *failure) {
    int status = check_idle(from, failure);
    if (status == MATTHEW_OK)
        status = check_idle(to, failure);
    if (status == MATTHEW_OK && rename(from, to) != 0)
        status = fail(failure, MATTHEW_WRITE_FAILED, "cannot rename %s to %s: %s", from, to, strerror(errno));
    return status;
}

static int give_name(const struct placement *placement, unsigned long long device, unsigned long long inode,
                     struct failure *failure) {
    const char *path = placement->path, *part = placement->part;
    if (!is_file(part, device, inode))
        return fail(failure, MATTHEW_WRITE_FAILED, "cannot write %s: somebody removed %s while it was written", path,
                    part);
    if (!placement->force) {
        if (link(part, path) == 0) {
            unlink(part);
            return MATTHEW_OK;
        }
        struct stat facts;
        if (errno == EEXIST || lstat(path, &facts) == 0)
            return fail(failure, MATTHEW_EXISTS, "%s appeared during the run: the result stays in %s", path, part);
        /* a file system without links */
    }
    if (rename(part, path) != 0)
        return fail(failure, MATTHEW_WRITE_FAILED, "cannot rename %s to %s: %s", part, path, strerror(errno));
    return MATTHEW_OK;
}

/* Has a file, or the names in a folder, reach the disk. Some file systems do not know how to for a folder. */
static int reach_disk(const char *path, int folder, struct failure *failure) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | (folder ? O_DIRECTORY : 0));
    int failed = descriptor < 0 || fsync(descriptor) != 0, error = errno;
    if (descriptor >= 0)
        close(descriptor);
    if (!failed || (folder && (error == EINVAL || error == EACCES)))
        return MATTHEW_OK;
    return fail(failure, MATTHEW_WRITE_FAILED, "cannot write %s to the disk: %s", path, strerror(error));
}

int path_finish(const struct placement *placement, unsigned long long device, unsigned long long inode,
                struct failure *failure) {
    char copy[PATH_MAX]; /* longer ones cannot be opened */
    snprintf(copy, sizeof copy, "%s", placement->path);
    int there = is_file(placement->part, device, inode); /* give_name tells when it is not */
    int status = there ? reach_disk(placement->part, 0, failure) : MATTHEW_OK;
    if (status == MATTHEW_OK)
        status = give_name(placement, device, inode, failure);
    if (status == MATTHEW_OK)
        status = reach_disk(dirname(copy), 1, failure);
    if (status == MATTHEW_OK && placement->earlier != NULL && strcmp(placement->earlier, placement->path) != 0)
        unlink(placement->earlier);
    return status;
}

void path_remove(const char *part, unsigned long long device, unsigned long long inode) {
    if (is_file(part, device, inode))
        unlink(part);
}
