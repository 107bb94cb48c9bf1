#include "output/read_file.h"

#include "output/unlocked.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

int read_file_is_hdf5(const char *path) {
    unsigned char head[sizeof signature];
    struct stat facts;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return 0;
    int regular = fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode);
    ssize_t got = regular ? pread(descriptor, head, sizeof head, 0) : 0;
    close(descriptor);
    return got == sizeof head && memcmp(head, signature, sizeof head) == 0;
}

int read_file_open(const char *path, hid_t *file, double *bytes, struct failure *failure) {
    unsigned char head[sizeof signature];
    struct stat facts;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return fail(failure, errno == ENOENT || errno == ENOTDIR ? MATTHEW_NOT_FOUND : MATTHEW_READ_FAILED,
                    "cannot open %s: %s", path, strerror(errno));
    int known = fstat(descriptor, &facts) == 0;
    ssize_t got = known && S_ISREG(facts.st_mode) ? pread(descriptor, head, sizeof head, 0) : 0;
    close(descriptor);
    if (known && S_ISDIR(facts.st_mode))
        return fail(failure, MATTHEW_READ_FAILED, "%s is a folder: expected a history file", path);
    if (!known || !S_ISREG(facts.st_mode))
        return fail(failure, MATTHEW_READ_FAILED, "%s is not a regular file", path);
    if (got != sizeof head || memcmp(head, signature, sizeof head) != 0)
        return fail(failure, MATTHEW_READ_FAILED, "%s is not an HDF5 file", path);
    *bytes = (double)facts.st_size;
    return unlocked_open(path, file, failure);
}

char *read_text_attribute(hid_t object, const char *name) {
    char *text = NULL;
    if (H5Aexists(object, name) <= 0)
        return NULL;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT), type = H5Aget_type(attribute),
          space = H5Aget_space(attribute);
    if (H5Tget_class(type) == H5T_STRING && H5Sget_simple_extent_npoints(space) == 1) {
        hid_t memory = H5Tcopy(H5T_C_S1);
        H5Tset_cset(memory, H5Tget_cset(type));
        if (H5Tis_variable_str(type) > 0) {
            H5Tset_size(memory, H5T_VARIABLE);
            if (H5Aread(attribute, memory, &text) < 0)
                text = NULL;
        } else {
            size_t size = H5Tget_size(type) + 1;
            text = H5allocate_memory(size, 1);
            H5Tset_size(memory, size);
            if (text != NULL && H5Aread(attribute, memory, text) < 0) {
                H5free_memory(text);
                text = NULL;
            }
        }
        H5Tclose(memory);
    }
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return text;
}
