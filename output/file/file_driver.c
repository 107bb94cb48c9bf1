#include "output/file/file_driver.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned long writes, fails_at;

unsigned long file_driver_fail_at(unsigned long n) {
    unsigned long asked = writes;
    writes = 0;
    fails_at = n;
    return asked;
}

/* What HDF5 keeps of an open file: its own part first. */
struct open_file {
    H5FD_t base;
    struct file_driver *state;
    int descriptor;
    haddr_t end_of_addresses, end_of_file;
    haddr_t reserved; /* up to here the file has its space on the disk */
};

struct driver_info {
    struct file_driver *state;
};

static H5FD_t *driver_open(const char *name, unsigned flags, hid_t access, haddr_t most) {
    (void)most;
    const struct driver_info *info = H5Pget_driver_info(access);
    if (info == NULL)
        return NULL;
    int how = O_CLOEXEC | (flags & H5F_ACC_RDWR ? O_RDWR : O_RDONLY);
    if (flags & H5F_ACC_TRUNC)
        how |= O_TRUNC;
    if (flags & H5F_ACC_CREAT)
        how |= O_CREAT;
    if (flags & H5F_ACC_EXCL)
        how |= O_EXCL;
    unsigned mode = info->state->mode;
    int descriptor = open(name, how, mode != 0 ? mode : 0666);
    if (descriptor >= 0 && mode != 0 && flags & H5F_ACC_CREAT)
        (void)!fchmod(descriptor, mode); /* what the process masks, too; some file systems have no permissions */
    struct stat facts;
    if (descriptor < 0) {
        info->state->error = errno;
        return NULL;
    }
    info->state->error = 0;
    struct open_file *file = H5allocate_memory(sizeof *file, 1);
    if (file == NULL || fstat(descriptor, &facts) != 0) {
        H5free_memory(file);
        close(descriptor);
        return NULL;
    }
    flock(descriptor, LOCK_SH | LOCK_NB); /* not every file system knows locks */
    file->state = info->state;
    file->descriptor = descriptor;
    file->end_of_file = (haddr_t)facts.st_size;
    file->reserved = 0;
    file->state->device = facts.st_dev;
    file->state->inode = facts.st_ino;
    file->state->open = file;
    return &file->base;
}

static struct open_file *own(H5FD_t *file) {
    return (struct open_file *)file;
}

static const struct open_file *own_const(const H5FD_t *file) {
    return (const struct open_file *)file;
}

static void note_error(struct open_file *file) {
    if (file->state->error == 0)
        file->state->error = errno != 0 ? errno : EIO;
}

static herr_t driver_close(H5FD_t *base) {
    struct open_file *file = own(base);
    if (close(file->descriptor) != 0)
        note_error(file);
    file->state->open = NULL;
    H5free_memory(file);
    return 0;
}

static int driver_compare(const H5FD_t *first, const H5FD_t *second) {
    const struct file_driver *a = own_const(first)->state, *b = own_const(second)->state;
    if (a->device != b->device)
        return a->device < b->device ? -1 : 1;
    return a->inode < b->inode ? -1 : a->inode > b->inode;
}

static herr_t driver_query(const H5FD_t *file, unsigned long *features) {
    (void)file;
    *features = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
                H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

static haddr_t driver_get_addresses(const H5FD_t *file, H5FD_mem_t type) {
    (void)type;
    return own_const(file)->end_of_addresses;
}

static herr_t driver_set_addresses(H5FD_t *file, H5FD_mem_t type, haddr_t address) {
    (void)type;
    own(file)->end_of_addresses = address;
    return 0;
}

static haddr_t driver_get_end(const H5FD_t *file, H5FD_mem_t type) {
    (void)type;
    return own_const(file)->end_of_file;
}

static herr_t driver_read(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer) {
    (void)type, (void)transfer;
    struct open_file *file = own(base);
    unsigned char *at = buffer;
    while (size > 0) {
        ssize_t got = pread(file->descriptor, at, size, (off_t)address);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0) { /* beyond the end: zeros, as every HDF5 driver has it */
            memset(at, 0, size);
            break;
        }
        at += got;
        size -= (size_t)got;
        address += (haddr_t)got;
    }
    return 0;
}

static int write_all(int descriptor, const unsigned char *from, size_t size, off_t address) {
    while (size > 0) {
        ssize_t put = pwrite(descriptor, from, size, address);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            errno = put < 0 ? errno : ENOSPC;
            return -1;
        }
        from += put;
        size -= (size_t)put;
        address += put;
    }
    return 0;
}

/* Whether a write that failed so is worth another try: the disk was full, and somebody made room. */
static int has_room_now(const struct file_driver *state, int error) {
    return (error == ENOSPC || error == EDQUOT) && state->make_room != NULL && state->make_room(state->room_context);
}

void file_driver_reserve(struct file_driver *state) {
    struct open_file *file = state->open;
    if (file == NULL || state->error != 0 || file->end_of_addresses <= file->reserved)
        return;
    int error;
    do /* from where the last reservation ended: what HDF5 holds back leaves holes below the end of the file */
        error =
            posix_fallocate(file->descriptor, (off_t)file->reserved, (off_t)(file->end_of_addresses - file->reserved));
    while (error == EINTR || has_room_now(state, error));
    if (error == ENOSPC || error == EDQUOT || error == EFBIG || error == EIO)
        state->error = error;
    if (error != 0) /* some file systems do not know how */
        return;
    file->reserved = file->end_of_addresses;
    if (file->end_of_file < file->reserved)
        file->end_of_file = file->reserved;
}

static herr_t driver_write(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size,
                           const void *buffer) {
    (void)type, (void)transfer;
    struct open_file *file = own(base);
    struct file_driver *state = file->state;
    if (++writes == fails_at && state->error == 0)
        state->error = ENOSPC;
    int failed = 0;
    do
        failed = state->error == 0 && write_all(file->descriptor, buffer, size, (off_t)address) != 0;
    while (failed && has_room_now(state, errno));
    if (failed)
        note_error(file);
    if (address + size > file->end_of_file)
        file->end_of_file = address + size;
    return 0;
}

static herr_t driver_truncate(H5FD_t *base, hid_t transfer, hbool_t closing) {
    (void)transfer, (void)closing;
    struct open_file *file = own(base);
    if (file->end_of_addresses == file->end_of_file)
        return 0;
    if (file->state->error == 0 && ftruncate(file->descriptor, (off_t)file->end_of_addresses) != 0)
        note_error(file);
    file->end_of_file = file->end_of_addresses;
    if (file->reserved > file->end_of_file)
        file->reserved = file->end_of_file;
    return 0;
}

/* Since HDF5 1.14 a driver names the form of its class, and has a number: those from 256 to 511 are nobody's. */
static const H5FD_class_t driver_class = {
#ifdef H5FD_CLASS_VERSION
    .version = H5FD_CLASS_VERSION,
    .value = 511,
#endif
    .name = "matthew",
    .maxaddr = (haddr_t)INT64_MAX,
    .fc_degree = H5F_CLOSE_STRONG,
    .fapl_size = sizeof(struct driver_info),
    .open = driver_open,
    .close = driver_close,
    .cmp = driver_compare,
    .query = driver_query,
    .get_eoa = driver_get_addresses,
    .set_eoa = driver_set_addresses,
    .get_eof = driver_get_end,
    .read = driver_read,
    .write = driver_write,
    .truncate = driver_truncate,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

int file_driver_use(struct file_driver *state, hid_t access) {
    state->id = H5FDregister(&driver_class);
    struct driver_info info = {state};
    if (state->id < 0 || H5Pset_driver(access, state->id, &info) < 0)
        return -1;
    return 0;
}

void file_driver_free(struct file_driver *state) {
    if (state->id > 0)
        H5FDunregister(state->id);
    state->id = 0;
}
