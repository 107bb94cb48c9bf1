/* Opening an HDF5 file to read it without a lock, which a file system may not have. */
#ifndef MATTHEW_OUTPUT_FILE_UNLOCKED_H
#define MATTHEW_OUTPUT_FILE_UNLOCKED_H

#include <hdf5.h>

#include "core/status.h"

/* READ_FAILED while another program has the file locked for itself, or with HDF5's own reason. Call inside
 * the gate (output/file/hdf5_gate.h). */
int unlocked_open(const char *path, hid_t *file, struct failure *failure);

#endif
