/* The HDF5 file driver behind result files: plain reads and writes of one file, which never fail in the middle of HDF5.
 *
 * HDF5 cannot close a file properly once a write has failed (a full disk). This driver therefore remembers the first
 * error and pretends that all is well; whoever writes asks file_driver.error after each step, gives up and removes the
 * file. Holds a shared lock while the file is open, so that others may read it, and a second writer is told from a
 * leftover. Thread rule: that of HDF5. */
#ifndef MATTHEW_OUTPUT_FILE_DRIVER_H
#define MATTHEW_OUTPUT_FILE_DRIVER_H

#include <hdf5.h>

struct file_driver {
    hid_t id;                         /* of the registered driver */
    int error;                        /* errno of the first failed write, 0 for none */
    unsigned long writes;             /* so far */
    unsigned long fail_at;            /* fault tests: this write fails with ENOSPC; 0 for none */
    unsigned long long device, inode; /* of the open file */
};

/* Registers the driver and sets it on a file access property list; state stays where it is until the file is closed and
 * file_driver_free was called. Negative on failure. */
int file_driver_use(struct file_driver *state, hid_t access);
void file_driver_free(struct file_driver *state);

/* Fault tests only: the n-th write from now fails as on a full disk, once; 0 switches off. Returns how many writes were
 * asked for since the last call. */
unsigned long file_driver_fail_at(unsigned long n);

#endif
