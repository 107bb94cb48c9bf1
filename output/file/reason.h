/* Why HDF5 failed, in its own words, for the messages to the user.
 *
 * quiet_begin (output/file/netcdf.h) switches HDF5's printing off and has every failing call reported here instead. The
 * first failure since then is the one that counts: calls that fail later do so on what the first one left open. One
 * reason for each thread. */
#ifndef MATTHEW_OUTPUT_FILE_REASON_H
#define MATTHEW_OUTPUT_FILE_REASON_H

#include <hdf5.h>

enum { REASON_SIZE = 400 };

/* Of the first call of this thread that failed since reason_forget: "HDF5: unable to open file"; "HDF5 gives no reason"
 * when none did. Good until the next call of this module. */
const char *reason(void);
void reason_forget(void);

/* For H5Eset_auto2: remembers the innermost line of the error stack that says something. */
herr_t reason_take(hid_t stack, void *unused);

#endif
