/* The HDF5 file driver behind result files: plain reads and writes of one file, which never fail in the middle of HDF5.
 *
 * HDF5 cannot close a file properly once a write has failed (a full disk). This driver therefore remembers the first
 * error, pretends that all is well, and writes nothing more: the file on the disk stays as it was. Whoever writes asks
 * file_driver.error after each step and gives up. A write that finds the disk full first asks `make_room`. Holds a
 * shared lock while the file is open, so that others may read it, and a second writer is told from a leftover. Call
 * inside the gate (output/file/hdf5_gate.h), but for file_driver_reserve. */
#ifndef MATTHEW_OUTPUT_FILE_FILE_DRIVER_H
#define MATTHEW_OUTPUT_FILE_FILE_DRIVER_H

#include <hdf5.h>

struct file_driver {
    hid_t id;                         /* of the registered driver */
    unsigned mode;                    /* permissions of a file that is made; 0: those that the process gives */
    int error;                        /* errno of the first failed write, 0 for none */
    unsigned long long device, inode; /* of the open file */
    struct open_file *open;           /* the driver's own; null while no file is open */
    int (*make_room)(void *context);  /* frees space on the disk: 1 when there may be more now; may be null */
    void *room_context;
};

/* Registers the driver and sets it on a file access property list; state stays where it is until the file is closed and
 * file_driver_free was called. Negative on failure. */
int file_driver_use(struct file_driver *state, hid_t access);
void file_driver_free(struct file_driver *state);

/* Reserves the disk space up to the end of what HDF5 has laid out, so that no write below that end can find the disk
 * full. Sets state->error when there is no such space; the file's content stays as it is. */
void file_driver_reserve(struct file_driver *state);

/* Fault tests only: the n-th write from now fails as on a full disk, once; 0 switches off. Returns how many writes were
 * asked for since the last call. */
unsigned long file_driver_fail_at(unsigned long n);

#endif
