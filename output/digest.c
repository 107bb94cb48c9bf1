#include "output/info.h"

#include "core/memory.h"
#include "output/codec/codec.h"
#include "output/file/hdf5_gate.h"
#include "output/file/read_file.h"
#include "output/file/reason.h"

#include <libdeflate.h>
#include <stdio.h>
#include <string.h>

/* Two independent 64-bit states. Values enter by their place, as a sum of hashes, so that they may be read in any order
 * (chunk by chunk); everything else enters in order. */
struct digest {
    uint64_t state[2];
};

static const uint64_t KEY[2] = {UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xc2b2ae3d27d4eb4f)};

static inline uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static void take_word(struct digest *digest, uint64_t word) {
    for (int i = 0; i < 2; i++)
        digest->state[i] = mix((digest->state[i] + KEY[i]) ^ mix(word + KEY[i]));
}

static void take_bytes(struct digest *digest, const void *bytes, size_t count) {
    const unsigned char *from = bytes;
    take_word(digest, count);
    for (size_t i = 0; i < count; i += 8) {
        uint64_t word = 0;
        memcpy(&word, from + i, count - i < 8 ? count - i : 8);
        take_word(digest, word);
    }
}

static void take_string(struct digest *digest, const char *text) {
    take_bytes(digest, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
}

/* Adds the hashes of values at places from `first` on. */
static void add_values(uint64_t sum[2], uint64_t first, const uint64_t *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint64_t place = first + i + 1;
        sum[0] += mix(values[i] + place * KEY[0]);
        sum[1] += mix((values[i] ^ KEY[0]) - place * KEY[1]);
    }
}

/* What names the build or lays out the file, and what is said of the run alone. */
static int is_left_out(const char *name) {
    static const char *const names[] = {"source",    "revision",       "compiler",       "compiler_flags",
                                        "libraries", "DIMENSION_LIST", "REFERENCE_LIST", "CLASS",
                                        "NAME",      "_Netcdf4Dimid",  "_NCProperties"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return 1;
    return 0;
}

/* The type under which numbers are compared: 8 bytes, from any width. */
static hid_t word_type(H5T_class_t class) {
    return class == H5T_FLOAT ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64;
}

enum { READ_VALUES = 1 << 20 };

/* Chunks that this program packed are unpacked here, which takes a third of the time that HDF5's filters take. */
struct unpacker {
    struct libdeflate_decompressor *inflater;
    unsigned char *packed, *planes; /* UNPACKED_BYTES each */
};

enum { UNPACKED_BYTES = 1 << 18 };

/* A dataset being read block by block. */
struct reading {
    hid_t dataset;
    int rank;
    hsize_t length[H5S_MAX_RANK], block[H5S_MAX_RANK];
    uint64_t *buffer;
    uint64_t sum[2];
    const struct unpacker *unpacker; /* null: read by HDF5 */
    size_t size, chunk_values;       /* of a value in the file; of a chunk */
};

/* Blocks are whole chunks where that fits into the buffer, else rows. */
static void choose_block(struct reading *reading) {
    hid_t properties = H5Dget_create_plist(reading->dataset);
    hsize_t values = 1;
    int chunked = H5Pget_layout(properties) == H5D_CHUNKED &&
                  H5Pget_chunk(properties, H5S_MAX_RANK, reading->block) == reading->rank;
    H5Pclose(properties);
    for (int axis = 0; axis < reading->rank; axis++) {
        if (!chunked)
            reading->block[axis] = reading->length[axis];
        values *= reading->block[axis];
    }
    reading->chunk_values = chunked && values <= READ_VALUES ? (size_t)values : 0;
    for (int axis = 0; axis < reading->rank && values > READ_VALUES; axis++) {
        hsize_t others = values / reading->block[axis];
        hsize_t fits = others >= READ_VALUES ? 1 : READ_VALUES / others;
        values = others * fits;
        reading->block[axis] = fits;
    }
}

/* 8-byte words of count values of any type. */
static void widen(const struct reading *reading, const unsigned char *values, size_t count, uint64_t *words) {
    for (size_t i = 0; i < count; i++) {
        double number;
        if (reading->size == 8) {
            memcpy(&words[i], values + 8 * i, 8);
        } else if (reading->size == 4) {
            float single;
            memcpy(&single, values + 4 * i, 4);
            number = (double)single;
            memcpy(&words[i], &number, 8);
        } else
            words[i] = (uint64_t)(int64_t)(int8_t)values[i];
    }
}

/* Lets read_packed take the chunks when they are such as this program writes. */
static void choose_unpacker(struct reading *reading, const struct unpacker *unpacker, hid_t type) {
    hid_t properties = H5Dget_create_plist(reading->dataset);
    int fine = H5Pget_nfilters(properties) == 2 && reading->chunk_values > 0 &&
               (H5Tequal(type, H5T_NATIVE_DOUBLE) > 0 || H5Tequal(type, H5T_NATIVE_FLOAT) > 0 ||
                H5Tequal(type, H5T_NATIVE_INT64) > 0 || H5Tequal(type, H5T_NATIVE_INT8) > 0);
    for (unsigned i = 0; i < 2 && fine; i++) {
        unsigned flags;
        size_t count = 0;
        fine = H5Pget_filter2(properties, i, &flags, &count, NULL, 0, NULL, NULL) ==
               (i == 0 ? H5Z_FILTER_SHUFFLE : H5Z_FILTER_DEFLATE);
    }
    H5Pclose(properties);
    reading->size = H5Tget_size(type);
    if (fine && reading->chunk_values * reading->size <= UNPACKED_BYTES)
        reading->unpacker = unpacker;
}

/* The part of the chunk at `at` that is within the dataset, as words in the buffer; 0 when HDF5 has to read it. */
static int read_packed(const struct reading *reading, const hsize_t *at, const hsize_t *count) {
    const struct unpacker *unpacker = reading->unpacker;
    hsize_t part = 1;
    size_t bytes = 0, got = 0, all = reading->chunk_values * reading->size;
    if (unpacker == NULL ||
        !read_chunk(reading->dataset, reading->rank, at, UNPACKED_BYTES, unpacker->packed, &bytes) || bytes == 0 ||
        libdeflate_zlib_decompress(unpacker->inflater, unpacker->packed, bytes, unpacker->planes, all, &got) !=
            LIBDEFLATE_SUCCESS ||
        got != all)
        return 0;
    codec_unshuffle(unpacker->planes, reading->chunk_values, reading->size, unpacker->packed);
    int last = reading->rank - 1;
    for (int axis = 0; axis < last; axis++)
        part *= count[axis];
    for (hsize_t run = 0; run < part; run++) { /* a run of the last axis: where it begins in the chunk */
        hsize_t place = 0, rest = run, scale = part;
        for (int axis = 0; axis < last; axis++) {
            scale /= count[axis];
            place = place * reading->block[axis] + rest / scale;
            rest %= scale;
        }
        widen(reading, unpacker->packed + place * reading->block[last] * reading->size, count[last],
              reading->buffer + run * count[last]);
    }
    return 1;
}

/* Adds one block that begins at `at`. */
static int add_block(struct reading *reading, const hsize_t *at, hid_t type) {
    hsize_t count[H5S_MAX_RANK], total = 1;
    int last = reading->rank - 1;
    for (int axis = 0; axis < reading->rank; axis++) {
        hsize_t left = reading->length[axis] - at[axis];
        count[axis] = left < reading->block[axis] ? left : reading->block[axis];
        total *= count[axis];
    }
    int failed = 0;
    if (!read_packed(reading, at, count))
        failed = !read_block(reading->dataset, at, count, type, (size_t)total, reading->buffer);
    for (hsize_t run = 0; !failed && run < total / count[last]; run++) {
        hsize_t place = 0, rest = run, scale = total / count[last];
        for (int axis = 0; axis < reading->rank; axis++) {
            hsize_t index = 0;
            if (axis < last) {
                scale /= count[axis];
                index = rest / scale;
                rest %= scale;
            }
            place = place * reading->length[axis] + at[axis] + index;
        }
        add_values(reading->sum, place, reading->buffer + run * count[last], count[last]);
    }
    return failed;
}

static int take_numbers(struct digest *digest, struct reading *reading, const struct unpacker *unpacker,
                        hid_t file_type) {
    hid_t type = word_type(H5Tget_class(file_type));
    hsize_t at[H5S_MAX_RANK] = {0};
    int failed = 0, axis = 0;
    choose_block(reading);
    choose_unpacker(reading, unpacker, file_type);
    while (!failed && axis >= 0) {
        failed = add_block(reading, at, type);
        for (axis = reading->rank - 1; axis >= 0; axis--) {
            at[axis] += reading->block[axis];
            if (at[axis] < reading->length[axis])
                break;
            at[axis] = 0;
        }
    }
    take_word(digest, reading->sum[0]);
    take_word(digest, reading->sum[1]);
    return failed;
}

/* A walk over a group; groups within it are walked in turn. A file may link its groups in circles. */
struct walk {
    struct digest *digest;
    uint64_t *buffer;
    struct unpacker unpacker;
    double file_bytes;
    int depth;
    long objects;
};
enum { WALK_DEPTH = 8, WALK_OBJECTS = 1 << 20 };

/* Texts of a vector or scalar, a few at a time. */
static int take_texts(struct digest *digest, const struct reading *reading) {
    char **texts = (char **)reading->buffer;
    hsize_t total = reading->rank == 0 ? 1 : reading->length[0];
    int failed = 0;
    for (hsize_t at = 0; at < total && !failed; at += READ_VALUES) {
        size_t count = total - at < READ_VALUES ? (size_t)(total - at) : READ_VALUES;
        failed = !read_texts(reading->dataset, at, count, texts);
        for (size_t i = 0; i < count && !failed; i++) {
            take_string(digest, texts[i]);
            read_text_free(texts[i]);
        }
    }
    return failed;
}

/* What a dataset holds is at most this many times what its file does: deflate makes 1,032 bytes of one, and a dozen
 * members of a column may take no room at all. A file that says more would be read for hours. */
static const double MOST_TO_ONE = 16384.0;

static int take_dataset(struct walk *walk, hid_t dataset) {
    struct digest *digest = walk->digest;
    struct reading reading = {.dataset = dataset, .buffer = walk->buffer};
    struct read_shape shape;
    hid_t type = H5Dget_type(dataset);
    H5T_class_t class = H5Tget_class(type);
    int failed = !read_check(dataset, class == H5T_STRING ? READ_TEXTS : READ_NUMBERS, &shape) ||
                 (class == H5T_STRING && shape.rank > 1) || 8.0 * (double)shape.values > MOST_TO_ONE * walk->file_bytes;
    if (failed) {
        H5Tclose(type);
        return failed;
    }
    reading.rank = shape.rank;
    memcpy(reading.length, shape.length, sizeof reading.length);
    take_word(digest, (uint64_t) class);
    take_word(digest, H5Tis_variable_str(type) > 0 ? 0 : H5Tget_size(type));
    for (int axis = 0; axis < reading.rank; axis++)
        take_word(digest, reading.length[axis]);
    if (class == H5T_STRING)
        failed = take_texts(digest, &reading);
    else if (reading.rank == 0) { /* a scalar reads as a vector of one */
        failed = !read_block(dataset, reading.length, reading.length, word_type(class), 1, reading.buffer);
        take_word(digest, reading.buffer[0]);
    } else if (shape.values > 0)
        failed = take_numbers(digest, &reading, &walk->unpacker, type);
    H5Tclose(type);
    return failed;
}

static herr_t take_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context) {
    (void)info;
    struct digest *digest = context;
    if (is_left_out(name))
        return 0;
    take_string(digest, name);
    char *text = read_text_attribute(object, name);
    if (text != NULL) {
        take_string(digest, text);
        read_text_free(text);
        return 0;
    }
    uint64_t values[128];
    long count = read_words_attribute(object, name, sizeof values / sizeof *values, values);
    if (count >= 0)
        take_bytes(digest, values, (size_t)count * sizeof *values);
    return count >= 0 ? 0 : -1;
}

static int take_group(struct walk *walk, hid_t group);

static herr_t take_link(hid_t group, const char *name, const H5L_info_t *link, void *context) {
    struct walk *walk = context;
    if (strcmp(name, "run_info") == 0 || strcmp(name, "reproducible") == 0) /* whether there is a run_info */
        return 0;
    if (link->type != H5L_TYPE_HARD || ++walk->objects > WALK_OBJECTS)
        return -1;
    hid_t object = H5Oopen(group, name, H5P_DEFAULT);
    int failed = object < 0;
    take_string(walk->digest, name);
    if (!failed && H5Iget_type(object) == H5I_GROUP)
        failed = take_group(walk, object);
    else if (!failed && H5Iget_type(object) == H5I_DATASET)
        failed = H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, take_attribute, walk->digest) < 0 ||
                 take_dataset(walk, object);
    H5Oclose(object);
    return failed ? -1 : 0;
}

static int take_group(struct walk *walk, hid_t group) {
    if (walk->depth >= WALK_DEPTH)
        return 1;
    walk->depth++;
    int failed = H5Aiterate2(group, H5_INDEX_NAME, H5_ITER_INC, NULL, take_attribute, walk->digest) < 0 ||
                 H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, take_link, walk) < 0;
    walk->depth--;
    return failed;
}

static int take_file(struct digest *digest, hid_t file, double bytes, const char *path, struct failure *failure) {
    struct walk walk = {.digest = digest, .file_bytes = bytes};
    int status = MATTHEW_OK;
    walk.buffer = memory_new(READ_VALUES, sizeof *walk.buffer);
    walk.unpacker.packed = memory_new(UNPACKED_BYTES, 1);
    walk.unpacker.planes = memory_new(UNPACKED_BYTES, 1);
    walk.unpacker.inflater = libdeflate_alloc_decompressor();
    if (walk.buffer == NULL || walk.unpacker.packed == NULL || walk.unpacker.planes == NULL ||
        walk.unpacker.inflater == NULL)
        status = fail_memory(failure, "the digest of a file");
    else if (take_group(&walk, file))
        status = fail(failure, MATTHEW_READ_FAILED, "cannot read all of %s: %s", path, reason());
    if (walk.unpacker.inflater != NULL)
        libdeflate_free_decompressor(walk.unpacker.inflater);
    memory_free(walk.unpacker.planes);
    memory_free(walk.unpacker.packed);
    memory_free(walk.buffer);
    return status;
}

int history_digest(const char *path, char text[HISTORY_DIGEST_SIZE], struct failure *failure) {
    struct digest digest = {{KEY[0], KEY[1]}};
    hid_t file = -1;
    double bytes;
    hdf5_enter();
    int status = read_file_open(path, &file, &bytes, failure);
    if (status == MATTHEW_OK) {
        status = take_file(&digest, file, bytes, path, failure);
        H5Fclose(file);
    }
    hdf5_leave();
    snprintf(text, HISTORY_DIGEST_SIZE, "%016llx%016llx", (unsigned long long)digest.state[0],
             (unsigned long long)digest.state[1]);
    return status;
}
