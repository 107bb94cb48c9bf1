/* Opening HDF5 files of any origin with care, and reading texts from them. Thread rule: that of HDF5. */
#ifndef MATTHEW_OUTPUT_READ_FILE_H
#define MATTHEW_OUTPUT_READ_FILE_H

#include <hdf5.h>

#include "core/status.h"

/* Opens a file for reading: NOT_FOUND, or READ_FAILED for a folder, an empty file, one without HDF5's signature or one
 * that is cut short. bytes is its size. Call with HDF5's printing off (struct quiet). */
int read_file_open(const char *path, hid_t *file, double *bytes, struct failure *failure);

/* Whether there is a file that begins like an HDF5 file. */
int read_file_is_hdf5(const char *path);

/* The text of an attribute; null when it is missing or no text. Free with H5free_memory. */
char *read_text_attribute(hid_t object, const char *name);

#endif
