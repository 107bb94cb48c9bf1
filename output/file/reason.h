/* Why HDF5 failed, in its own words, for the messages to the user.
 *
 * Inside the gate (output/file/hdf5_gate.h) HDF5 prints nothing and every failing call is reported here instead. The
 * first failure since the entry is the one that counts: calls that fail later do so on what the first one left open.
 * One reason for each thread. */
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
