/* Reading HDF5 files of any origin with care: the only place that reads values of a file that another program may have
 * written.
 *
 * A file decides class, rank, extents and sizes of everything in it. Each function here holds them against what its
 * caller has room for before it reads, and gives 0, null or -1 for what does not fit. Values are taken from the file
 * itself alone: soft and external links, external storage and virtual datasets lead elsewhere and count as missing.
 * Call inside the gate (output/file/hdf5_gate.h), but for read_file_is_hdf5 and read_text_free. */
#ifndef MATTHEW_OUTPUT_FILE_READ_FILE_H
#define MATTHEW_OUTPUT_FILE_READ_FILE_H

#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

#include "core/status.h"

/* Opens a file for reading: NOT_FOUND, or READ_FAILED for a folder, an empty file, one without HDF5's signature or one
 * that is cut short. bytes is its size. */
int read_file_open(const char *path, hid_t *file, double *bytes, struct failure *failure);

/* Whether there is a file that begins like an HDF5 file. */
int read_file_is_hdf5(const char *path);

/* ---- objects ---- */

/* Whether hard links lead to this path. */
int read_has(hid_t group, const char *path);

/* What a reader wants from a dataset. Numbers are integers or fractions of at most 8 bytes. */
enum read_kind { READ_NUMBERS, READ_TEXTS };

/* The shape of a dataset or attribute: a scalar has rank 0 and one value. */
struct read_shape {
    int rank;
    hsize_t length[H5S_MAX_RANK];
    size_t values; /* the product of the lengths; values of 8 bytes fit into an address space */
};

/* Opens a dataset of this kind; close with H5Dclose. -1 when it is missing, of another kind, or not in this file. shape
 * may be null. */
hid_t read_open(hid_t group, const char *path, enum read_kind kind, struct read_shape *shape);
/* The same for one that is open already: whether it is such a dataset. */
int read_check(hid_t dataset, enum read_kind kind, struct read_shape *shape);

/* Whether the file holds so much that this many values of the dataset can be there: deflate makes 1,032 bytes of one at
 * the most. Ask before making room for as many values as a file says it has. */
int read_is_stored(hid_t dataset, size_t values);

/* The length of a vector; -1 when there is none of this name. */
long read_length(hid_t group, const char *path, enum read_kind kind);

/* ---- values: 1 when all of them were read ---- */

/* Numbers of a block that begins at `from`; both arrays have a value for each axis, and the block has `room` values. */
int read_block(hid_t dataset, const hsize_t *from, const hsize_t *count, hid_t type, size_t room, void *values);

/* Numbers of rows from..from+rows, with all that further axes have: `room` values in all. The type is
 * H5T_NATIVE_INT64, H5T_NATIVE_DOUBLE or another native one. */
int read_rows(hid_t dataset, hsize_t from, hsize_t rows, hid_t type, size_t room, void *values);
/* The same, of a dataset by its path. */
int read_rows_of(hid_t group, const char *path, hsize_t from, hsize_t rows, hid_t type, size_t room, void *values);

/* A chunk as it lies in the file, of a dataset of this rank: 1 with *bytes, which is 0 when the chunk was never
 * written; 0 when it has more than `room` bytes or some filters were left out. */
int read_chunk(hid_t dataset, int rank, const hsize_t *at, size_t room, void *chunk, size_t *bytes);

/* Texts of a vector, rows from..from+count; the caller frees each with read_text_free. */
int read_texts(hid_t dataset, hsize_t from, size_t count, char **texts);

/* One number or text: of a scalar, or of a vector of one. Texts are null when they are missing; free with
 * read_text_free. */
int read_number(hid_t group, const char *path, int64_t *value);
char *read_text(hid_t group, const char *path);
int read_number_attribute(hid_t object, const char *name, int64_t *value);
char *read_text_attribute(hid_t object, const char *name);
/* The same into a buffer, cut to fit; where there is none, the target stays as it is. */
void read_text_into(hid_t object, const char *name, char *target, size_t size);
void read_text_free(char *text);

/* Numbers of an attribute as words of 8 bytes, int64_t or double by its class: how many, -1 when they are no numbers or
 * more than room. */
long read_words_attribute(hid_t object, const char *name, size_t room, uint64_t *words);

#endif
