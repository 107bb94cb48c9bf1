/* Building an HDF5 file that netCDF-4 readers understand, by HDF5's C interface alone.
 *
 * Every non-scalar dataset has a dimension scale on every axis (the attributes CLASS, NAME, DIMENSION_LIST,
 * REFERENCE_LIST and _Netcdf4Dimid of the netCDF-4 and HDF5 dimension scale specifications), strings are
 * variable-length UTF-8, creation order is tracked, object times are off. The first HDF5 call that fails is remembered
 * in `broken`, and everything after it does nothing, so that callers check once. Call inside the gate
 * (output/file/hdf5_gate.h). */
#ifndef MATTHEW_OUTPUT_FILE_NETCDF_H
#define MATTHEW_OUTPUT_FILE_NETCDF_H

#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

#include "core/status.h"

enum { NETCDF_DIMENSIONS_MAX = 24, NETCDF_RANK_MAX = 20 };

enum netcdf_type { NETCDF_DOUBLE, NETCDF_FLOAT, NETCDF_INT64, NETCDF_INT8, NETCDF_TEXT };

struct netcdf_reference {
    hobj_ref_t variable;
    int axis;
};

struct netcdf_dimension {
    const char *name;
    hsize_t length, most; /* now, and at most: H5S_UNLIMITED or a number */
    hsize_t chunk;        /* of variables that have this axis alone */
    hid_t scale;          /* the coordinate variable, or a dataset that only marks the dimension */
    hobj_ref_t reference;
    struct netcdf_reference *users;
    size_t user_count, user_capacity;
    int listed; /* whether users are kept, for REFERENCE_LIST */
};

enum netcdf_state { NETCDF_FINE, NETCDF_FAILED, NETCDF_NO_MEMORY };

struct netcdf {
    hid_t file, text; /* the file, and the type of strings */
    struct netcdf_dimension dimension[NETCDF_DIMENSIONS_MAX];
    int dimensions;
    enum netcdf_state broken;
    char what[128]; /* failed first */
};

/* A variable to be made. */
struct netcdf_variable {
    const char *name, *unit, *description;
    enum netcdf_type type;
    int rank;
    int axis[NETCDF_RANK_MAX];   /* places in netcdf.dimension */
    const hsize_t *chunk;        /* null: the dimension's, for one axis */
    int compressed;              /* shuffle and deflate */
    int early;                   /* all of it lies in the file from the start, filled with `empty` */
    double empty;                /* what was never written reads as: NaN, 0, -1 */
    const char *const *meanings; /* of the codes 0..meaning_count - 1; null when it is no code */
    int meaning_count;
};

/* The property list of a file's root group. */
hid_t netcdf_file_properties(void);
void netcdf_init(struct netcdf *netcdf, hid_t file);
/* Closes the file, the dimensions, and what netcdf_init made. What fails here is remembered as well; `broken` stays. */
void netcdf_free(struct netcdf *netcdf);

/* What a double of no value is in files: always the same bits. */
double netcdf_nan(void);
size_t netcdf_size(enum netcdf_type type);
hid_t netcdf_memory_type(const struct netcdf *netcdf, enum netcdf_type type);

/* Remembers, unless something failed before, that HDF5 failed at this. */
void netcdf_break(struct netcdf *netcdf, const char *what);

/* A group in the root; close with netcdf_close_group. Negative when broken. */
hid_t netcdf_group(struct netcdf *netcdf, const char *name);
void netcdf_close_group(struct netcdf *netcdf, hid_t group);

void netcdf_put_text(struct netcdf *netcdf, hid_t object, const char *name, const char *text);
void netcdf_put_int64(struct netcdf *netcdf, hid_t object, const char *name, int64_t value);
/* Replaces the value of such an attribute, in place. */
void netcdf_change_int64(struct netcdf *netcdf, hid_t object, const char *name, int64_t value);
void netcdf_change_text(struct netcdf *netcdf, hid_t object, const char *name, const char *text);

/* A dimension with a coordinate variable of the same name (type, unit and description of `coordinate`), or without one
 * when coordinate is null. Returns its place; users is the most variables that may have it as an axis, or 0: then it
 * gets no list of them. */
int netcdf_add_dimension(struct netcdf *netcdf, const char *name, hsize_t length, hsize_t most, hsize_t chunk,
                         const struct netcdf_variable *coordinate, size_t users);

/* A variable in the root; returns its dataset, negative when broken. */
hid_t netcdf_add(struct netcdf *netcdf, const struct netcdf_variable *variable);

/* A scalar in a group, with its value (a double, int64_t, int8_t or const char *, by its type). */
void netcdf_add_scalar(struct netcdf *netcdf, hid_t group, const struct netcdf_variable *variable, const void *value,
                       const char *source);

/* After the last variable was added: the dimensions' lists of users. */
void netcdf_end_definitions(struct netcdf *netcdf);

/* Makes the first axis (and the last, when last > 0) of a dataset longer. */
void netcdf_extend(struct netcdf *netcdf, hid_t dataset, hsize_t first, hsize_t last);

/* Writes rows [from, from + count) of a dataset whose further axes are written whole. */
void netcdf_write_rows(struct netcdf *netcdf, hid_t dataset, hid_t memory_type, hsize_t from, hsize_t count,
                       const void *values);

#endif
