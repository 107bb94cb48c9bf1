#include "output/file/read_file.h"

#include "output/file/hdf5_gate.h"
#include "output/file/unlocked.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
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

/* ---- objects ---- */

int read_has(hid_t group, const char *path) {
    char part[256];
    H5L_info_t link;
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof part)
        return 0;
    for (size_t end = 1; end <= length; end++) {
        if (path[end] != '/' && path[end] != '\0')
            continue;
        memcpy(part, path, end);
        part[end] = '\0';
        if (H5Lexists(group, part, H5P_DEFAULT) <= 0 || H5Lget_info(group, part, &link, H5P_DEFAULT) < 0 ||
            link.type != H5L_TYPE_HARD)
            return 0;
    }
    return 1;
}

/* Types that HDF5 is known to convert well; a file may define numbers of any width and form. */
static int is_number(hid_t type) {
    const hid_t sound[] = {H5T_STD_I8LE,  H5T_STD_I8BE,   H5T_STD_I16LE,  H5T_STD_I16BE,  H5T_STD_I32LE,
                           H5T_STD_I32BE, H5T_STD_I64LE,  H5T_STD_I64BE,  H5T_STD_U8LE,   H5T_STD_U8BE,
                           H5T_STD_U16LE, H5T_STD_U16BE,  H5T_STD_U32LE,  H5T_STD_U32BE,  H5T_STD_U64LE,
                           H5T_STD_U64BE, H5T_IEEE_F32LE, H5T_IEEE_F32BE, H5T_IEEE_F64LE, H5T_IEEE_F64BE};
    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++)
        if (H5Tequal(type, sound[i]) > 0)
            return 1;
    return 0;
}

/* A fixed text longer than this is none of ours. */
enum { TEXT_BYTES = 64 << 20 };

static int is_of_kind(hid_t type, enum read_kind kind) {
    if (kind == READ_NUMBERS)
        return is_number(type);
    return H5Tget_class(type) == H5T_STRING && (H5Tis_variable_str(type) > 0 || H5Tget_size(type) < TEXT_BYTES);
}

/* 0 for a null dataspace, or extents whose product no memory could hold. */
static int take_shape(hid_t space, struct read_shape *shape) {
    H5S_class_t class = space < 0 ? H5S_NO_CLASS : H5Sget_simple_extent_type(space);
    memset(shape, 0, sizeof *shape);
    shape->values = 1;
    if (class == H5S_SCALAR)
        return 1;
    if (class != H5S_SIMPLE)
        return 0;
    shape->rank = H5Sget_simple_extent_ndims(space);
    if (shape->rank < 1 || shape->rank > H5S_MAX_RANK || H5Sget_simple_extent_dims(space, shape->length, NULL) < 0)
        return 0;
    for (int axis = 0; axis < shape->rank; axis++) {
        if (shape->length[axis] > PTRDIFF_MAX / 16 ||
            (shape->length[axis] > 0 && shape->values > PTRDIFF_MAX / 16 / shape->length[axis]))
            return 0;
        shape->values *= (size_t)shape->length[axis];
    }
    return 1;
}

/* Whether the values lie in this file. */
static int is_within(hid_t dataset) {
    hid_t properties = H5Dget_create_plist(dataset);
    H5D_layout_t layout = properties < 0 ? H5D_LAYOUT_ERROR : H5Pget_layout(properties);
    int within = (layout == H5D_COMPACT || layout == H5D_CONTIGUOUS || layout == H5D_CHUNKED) &&
                 H5Pget_external_count(properties) == 0;
    if (properties >= 0)
        H5Pclose(properties);
    return within;
}

int read_check(hid_t dataset, enum read_kind kind, struct read_shape *shape) {
    struct read_shape found;
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    int fine = type >= 0 && is_of_kind(type, kind) && take_shape(space, &found) && is_within(dataset);
    if (space >= 0)
        H5Sclose(space);
    if (type >= 0)
        H5Tclose(type);
    if (fine && shape != NULL)
        *shape = found;
    return fine;
}

hid_t read_open(hid_t group, const char *path, enum read_kind kind, struct read_shape *shape) {
    hid_t object = read_has(group, path) ? H5Oopen(group, path, H5P_DEFAULT) : -1;
    if (object < 0)
        return -1;
    if (H5Iget_type(object) == H5I_DATASET && read_check(object, kind, shape))
        return object;
    H5Oclose(object);
    return -1;
}

int read_is_stored(hid_t dataset, size_t values) {
    enum { DEFLATE_MOST = 1032 };
    hid_t type = H5Dget_type(dataset);
    size_t size = type < 0 ? 0 : H5Tget_size(type);
    if (type >= 0)
        H5Tclose(type);
    return size > 0 && (double)values * (double)size <= DEFLATE_MOST * (double)H5Dget_storage_size(dataset);
}

long read_length(hid_t group, const char *path, enum read_kind kind) {
    struct read_shape shape;
    hid_t dataset = read_open(group, path, kind, &shape);
    if (dataset < 0)
        return -1;
    H5Dclose(dataset);
    return shape.rank == 1 ? (long)shape.length[0] : -1;
}

/* ---- values ---- */

/* The block as a selection of the dataset, -1 when it reaches outside. */
static hid_t select_block(hid_t dataset, const struct read_shape *shape, const hsize_t *from, const hsize_t *count) {
    for (int axis = 0; axis < shape->rank; axis++)
        if (count[axis] < 1 || from[axis] > shape->length[axis] || count[axis] > shape->length[axis] - from[axis])
            return -1;
    hid_t space = H5Dget_space(dataset);
    if (space >= 0 && shape->rank > 0 && H5Sselect_hyperslab(space, H5S_SELECT_SET, from, NULL, count, NULL) < 0) {
        H5Sclose(space);
        return -1;
    }
    return space;
}

static int transfer(hid_t dataset, const struct read_shape *shape, const hsize_t *from, const hsize_t *count,
                    hid_t type, size_t room, void *values) {
    size_t selected = 1;
    hsize_t places = room;
    hid_t space = select_block(dataset, shape, from, count);
    if (space < 0)
        return 0;
    for (int axis = 0; axis < shape->rank; axis++)
        selected *= (size_t)count[axis];
    hid_t memory = selected == room ? H5Screate_simple(1, &places, NULL) : -1;
    int read = memory >= 0 && H5Dread(dataset, type, memory, space, H5P_DEFAULT, values) >= 0;
    if (memory >= 0)
        H5Sclose(memory);
    H5Sclose(space);
    return read;
}

int read_block(hid_t dataset, const hsize_t *from, const hsize_t *count, hid_t type, size_t room, void *values) {
    struct read_shape shape;
    return read_check(dataset, READ_NUMBERS, &shape) && transfer(dataset, &shape, from, count, type, room, values);
}

int read_rows(hid_t dataset, hsize_t from, hsize_t rows, hid_t type, size_t room, void *values) {
    struct read_shape shape;
    hsize_t begin[H5S_MAX_RANK] = {from}, count[H5S_MAX_RANK];
    if (!read_check(dataset, READ_NUMBERS, &shape) || shape.rank < 1)
        return 0;
    memcpy(count, shape.length, sizeof count);
    count[0] = rows;
    return transfer(dataset, &shape, begin, count, type, room, values);
}

int read_rows_of(hid_t group, const char *path, hsize_t from, hsize_t rows, hid_t type, size_t room, void *values) {
    hid_t dataset = read_open(group, path, READ_NUMBERS, NULL);
    int read = dataset >= 0 && read_rows(dataset, from, rows, type, room, values);
    if (dataset >= 0)
        H5Dclose(dataset);
    return read;
}

int read_chunk(hid_t dataset, int rank, const hsize_t *at, size_t room, void *chunk, size_t *bytes) {
    struct read_shape shape;
    hsize_t stored = 0;
    uint32_t filters = 0;
    if (!read_check(dataset, READ_NUMBERS, &shape) || shape.rank != rank)
        return 0;
    if (H5Dget_chunk_storage_size(dataset, at, &stored) < 0)
        stored = 0; /* HDF5 fails when not one chunk was written yet */
    *bytes = (size_t)stored;
    return stored == 0 ||
           (stored <= room && H5Dread_chunk(dataset, H5P_DEFAULT, at, &filters, chunk) >= 0 && filters == 0);
}

/* ---- texts ---- */

/* The type of a text in memory: like that of the file, which is of this kind; fixed texts get an end. */
static hid_t text_in_memory(hid_t in_file) {
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 && H5Tis_variable_str(in_file) > 0)
        H5Tset_size(type, H5T_VARIABLE);
    else if (type >= 0)
        H5Tset_size(type, H5Tget_size(in_file) + 1);
    if (type >= 0)
        H5Tset_cset(type, H5Tget_cset(in_file));
    return type;
}

void read_text_free(char *text) {
    hdf5_enter();
    H5free_memory(text);
    hdf5_leave();
}

/* Texts of a file that are not variable come in one piece. */
static int split_texts(const char *piece, size_t size, size_t count, char **texts) {
    for (size_t i = 0; i < count; i++) {
        texts[i] = H5allocate_memory(size, 0);
        if (texts[i] == NULL) {
            while (i-- > 0)
                read_text_free(texts[i]);
            return 0;
        }
        memcpy(texts[i], piece + i * size, size);
    }
    return 1;
}

int read_texts(hid_t dataset, hsize_t from, size_t count, char **texts) {
    struct read_shape shape;
    hsize_t rows = count;
    if (!read_check(dataset, READ_TEXTS, &shape) || shape.rank > 1)
        return 0;
    memset(texts, 0, count * sizeof *texts);
    hid_t in_file = H5Dget_type(dataset), type = text_in_memory(in_file);
    int read = 0;
    if (H5Tis_variable_str(in_file) > 0) {
        read = transfer(dataset, &shape, &from, &rows, type, count, texts);
    } else {
        size_t size = H5Tget_size(type);
        char *piece = count < TEXT_BYTES / size ? H5allocate_memory(count * size, 1) : NULL;
        read = piece != NULL && transfer(dataset, &shape, &from, &rows, type, count, piece) &&
               split_texts(piece, size, count, texts);
        H5free_memory(piece);
    }
    H5Tclose(type);
    H5Tclose(in_file);
    return read;
}

/* ---- one number, one text ---- */

int read_number(hid_t group, const char *path, int64_t *value) {
    struct read_shape shape;
    static const hsize_t from[H5S_MAX_RANK] = {0};
    hid_t dataset = read_open(group, path, READ_NUMBERS, &shape);
    int read =
        dataset >= 0 && shape.values == 1 && transfer(dataset, &shape, from, shape.length, H5T_NATIVE_INT64, 1, value);
    if (dataset >= 0)
        H5Dclose(dataset);
    return read;
}

char *read_text(hid_t group, const char *path) {
    struct read_shape shape;
    char *text = NULL;
    hid_t dataset = read_open(group, path, READ_TEXTS, &shape);
    if (dataset >= 0 && shape.values == 1 && !read_texts(dataset, 0, 1, &text))
        text = NULL;
    if (dataset >= 0)
        H5Dclose(dataset);
    return text;
}

/* Opens an attribute of this kind with at most `most` values; -1 when there is none. */
static hid_t open_attribute(hid_t object, const char *name, enum read_kind kind, size_t most, struct read_shape *shape,
                            hid_t *type) {
    hid_t attribute = H5Aexists(object, name) > 0 ? H5Aopen(object, name, H5P_DEFAULT) : -1;
    if (attribute < 0)
        return -1;
    hid_t space = H5Aget_space(attribute);
    *type = H5Aget_type(attribute);
    int fine = *type >= 0 && is_of_kind(*type, kind) && take_shape(space, shape) && shape->values <= most;
    if (space >= 0)
        H5Sclose(space);
    if (fine)
        return attribute;
    if (*type >= 0)
        H5Tclose(*type);
    H5Aclose(attribute);
    return -1;
}

int read_number_attribute(hid_t object, const char *name, int64_t *value) {
    struct read_shape shape;
    hid_t type, attribute = open_attribute(object, name, READ_NUMBERS, 1, &shape, &type);
    if (attribute < 0)
        return 0;
    int read = shape.values == 1 && H5Aread(attribute, H5T_NATIVE_INT64, value) >= 0;
    H5Tclose(type);
    H5Aclose(attribute);
    return read;
}

long read_words_attribute(hid_t object, const char *name, size_t room, uint64_t *words) {
    struct read_shape shape;
    hid_t type, attribute = open_attribute(object, name, READ_NUMBERS, room, &shape, &type);
    if (attribute < 0)
        return -1;
    hid_t as = H5Tget_class(type) == H5T_FLOAT ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64;
    int read = shape.values == 0 || H5Aread(attribute, as, words) >= 0;
    H5Tclose(type);
    H5Aclose(attribute);
    return read ? (long)shape.values : -1;
}

char *read_text_attribute(hid_t object, const char *name) {
    struct read_shape shape;
    char *text = NULL;
    hid_t in_file, attribute = open_attribute(object, name, READ_TEXTS, 1, &shape, &in_file);
    if (attribute < 0)
        return NULL;
    hid_t type = text_in_memory(in_file);
    if (shape.values == 1 && H5Tis_variable_str(in_file) > 0) {
        if (H5Aread(attribute, type, &text) < 0)
            text = NULL;
    } else if (shape.values == 1) {
        text = H5allocate_memory(H5Tget_size(type), 1);
        if (text != NULL && H5Aread(attribute, type, text) < 0) {
            read_text_free(text);
            text = NULL;
        }
    }
    H5Tclose(type);
    H5Tclose(in_file);
    H5Aclose(attribute);
    return text;
}

void read_text_into(hid_t object, const char *name, char *target, size_t size) {
    char *text = read_text_attribute(object, name);
    if (text != NULL)
        snprintf(target, size, "%s", text);
    read_text_free(text);
}
