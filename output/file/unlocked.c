#include "output/file/unlocked.h"

#include "output/file/reason.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

/* Whether another program has the file for itself; a file system without locks does not tell. */
static int is_locked(const char *path) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    int locked = descriptor >= 0 && flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (descriptor >= 0)
        close(descriptor);
    return locked;
}

/* HDF5 1.10.7, 1.12.1 and later let a reader do without. */
#define LOCKS_ARE_CHOSEN (H5_VERSION_GE(1, 12, 1) || (H5_VERSION_GE(1, 10, 7) && H5_VERSION_LE(1, 11, 0)))

int unlocked_open(const char *path, hid_t *file, struct failure *failure) {
    *file = -1;
    if (is_locked(path))
        return fail(failure, MATTHEW_READ_FAILED, "cannot read %s: another program is writing it", path);
    reason_forget();
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
#if LOCKS_ARE_CHOSEN
    H5Pset_file_locking(access, 0, 1);
#endif
    *file = H5Fopen(path, H5F_ACC_RDONLY, access);
    H5Pclose(access);
    return *file >= 0 ? MATTHEW_OK : fail(failure, MATTHEW_READ_FAILED, "cannot read %s: %s", path, reason());
}
