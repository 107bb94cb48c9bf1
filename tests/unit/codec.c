/* The codec writes what plain HDF5 reads back: its shuffle and deflate filters know nothing of stored planes. */
#include <criterion/criterion.h>

#include <hdf5.h>
#include <libdeflate.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/memory.h"
#include "output/codec/codec.h"

static double uniform(uint64_t *state) {
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (double)((*state ^ *state >> 22) >> 11) * 0x1p-53;
}

/* Writes values as one chunk by H5Dwrite_chunk and reads them by H5Dread; 1 when they come back bit for bit. */
static int comes_back(struct codec *codec, const void *values, size_t count, size_t size, hid_t type, size_t *packed) {
    char name[] = "/tmp/matthew-codec-XXXXXX";
    int descriptor = mkstemp(name);
    hsize_t length = count, start = 0;
    unsigned char *target = malloc(codec_bound(count, size)), *back = malloc(count * size);
    size_t bytes = codec_compress(codec, values, count, size, 256, target);
    hid_t file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, &length, NULL), properties = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(properties, 1, &length);
    H5Pset_shuffle(properties);
    H5Pset_deflate(properties, 1);
    hid_t dataset = H5Dcreate2(file, "x", type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    int fine = bytes <= codec_bound(count, size) && H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, &start, bytes, target) >= 0;
    H5Dclose(dataset);
    H5Fclose(file);
    file = H5Fopen(name, H5F_ACC_RDONLY, H5P_DEFAULT);
    dataset = H5Dopen2(file, "x", H5P_DEFAULT);
    fine = fine && H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, back) >= 0 &&
           memcmp(back, values, count * size) == 0;
    H5Dclose(dataset);
    H5Pclose(properties);
    H5Sclose(space);
    H5Fclose(file);
    close(descriptor);
    unlink(name);
    free(target);
    free(back);
    *packed = bytes;
    return fine;
}

enum { MOST = 16384 };

static struct codec codec;
static double numbers[MOST];
static float floats[MOST];
static int64_t whole[MOST];
static int8_t codes[MOST];

static void setup(void) {
    struct failure failure;
    cr_assert(codec_init(&codec, sizeof numbers, &failure) == MATTHEW_OK);
    uint64_t state = 3;
    for (int i = 0; i < MOST; i++) {
        double u = uniform(&state), v = uniform(&state);
        numbers[i] = i % 256 >= 240 ? (double)NAN : exp(1.8 * sqrt(-2 * log(u + 1e-300)) * cos(6.283185307 * v));
        floats[i] = (float)numbers[i];
        whole[i] = i % 256 >= 240 ? -1 : (int64_t)(1000 * numbers[i]);
        codes[i] = (int8_t)(i % 256 % 9 - 1);
    }
}

static void teardown(void) {
    codec_free(&codec);
}

TestSuite(codec, .init = setup, .fini = teardown);

Test(codec, every_type_comes_back) {
    size_t packed;
    cr_assert(comes_back(&codec, numbers, MOST, 8, H5T_NATIVE_DOUBLE, &packed));
    cr_assert(packed < sizeof numbers);
    cr_assert(comes_back(&codec, floats, MOST, 4, H5T_NATIVE_FLOAT, &packed));
    cr_assert(packed < sizeof floats);
    cr_assert(comes_back(&codec, whole, MOST, 8, H5T_NATIVE_INT64, &packed));
    cr_assert(packed < sizeof whole / 3);
    cr_assert(comes_back(&codec, codes, MOST, 1, H5T_NATIVE_INT8, &packed));
    cr_assert(packed < sizeof codes / 20);
}

Test(codec, odd_counts_come_back) {
    static const size_t counts[] = {1, 2, 7, 8, 9, 255, 256, 2047, 2048, 2049, 4099, 16383};
    size_t packed;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        cr_assert(comes_back(&codec, numbers, counts[i], 8, H5T_NATIVE_DOUBLE, &packed));
        cr_assert(comes_back(&codec, floats, counts[i], 4, H5T_NATIVE_FLOAT, &packed));
        cr_assert(comes_back(&codec, codes, counts[i], 1, H5T_NATIVE_INT8, &packed));
    }
}

/* All bytes noise: everything is stored, and the stream must still end. */
Test(codec, noise_and_constants_come_back) {
    uint64_t *noise = malloc(MOST * sizeof *noise), state = 11;
    size_t packed;
    for (int i = 0; i < MOST; i++) {
        uint64_t high = (uint64_t)(uniform(&state) * 0x1p32);
        noise[i] = high << 32 | (uint64_t)(uniform(&state) * 0x1p32);
    }
    cr_assert(comes_back(&codec, noise, MOST, 8, H5T_NATIVE_UINT64, &packed));
    cr_assert(packed >= MOST * 8 && packed <= codec_bound(MOST, 8));
    memset(noise, 0, MOST * sizeof *noise);
    cr_assert(comes_back(&codec, noise, MOST, 8, H5T_NATIVE_UINT64, &packed));
    cr_assert(packed < 2000);
    free(noise);
}

/* Inflates a stream and compares it with the shuffled values. */
static int inflates(const void *values, size_t count, size_t size, size_t row) {
    static unsigned char target[MOST * 8 + 1000], shuffled[MOST * 8], back[MOST * 8];
    size_t got = 0, bytes = codec_compress(&codec, values, count, size, row, target);
    struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
    codec_shuffle(values, count, size, shuffled);
    int fine = bytes + DEFLATE_SLACK <= codec_bound(count, size) &&
               libdeflate_zlib_decompress(inflater, target, bytes, back, sizeof back, &got) == LIBDEFLATE_SUCCESS &&
               got == count * size && memcmp(back, shuffled, got) == 0;
    libdeflate_free_decompressor(inflater);
    return fine;
}

/* Bytes of many kinds: skewed, repeated from the row above, in runs, of every length. */
Test(codec, any_bytes_come_back) {
    static unsigned char bytes[MOST];
    uint64_t state = 5;
    for (int trial = 0; trial < 3000; trial++) {
        size_t size = (size_t[]){1, 4, 8}[trial % 3], row = (size_t)(uniform(&state) * uniform(&state) * 2000);
        size_t count = 1 + (size_t)(uniform(&state) * uniform(&state) * (double)(MOST / size - 1));
        double skew = 10 * uniform(&state), again = uniform(&state), run = uniform(&state) * uniform(&state);
        for (size_t i = 0; i < count * size; i++) {
            double u = uniform(&state);
            bytes[i] = u < run && i > 0                             ? bytes[i - 1]
                       : uniform(&state) < again && i >= row * size ? bytes[i - row * size]
                                                                    : (unsigned char)(256 * pow(uniform(&state), skew));
        }
        cr_assert(inflates(bytes, count, size, row));
    }
}

/* How often symbols occur grows as the Fibonacci numbers: the deepest tree there is, deeper than codes may be. */
Test(codec, long_codes_are_cut) {
    static unsigned char bytes[MOST];
    uint64_t state = 9;
    size_t count = 0;
    for (int symbol = 0, a = 1, b = 1; count + (size_t)b < MOST; symbol++, b += a, a = b - a)
        for (int i = 0; i < b; i++)
            bytes[count++] = (unsigned char)(symbol * 7);
    for (size_t i = count - 1; i > 0; i--) {
        size_t j = (size_t)(uniform(&state) * (double)(i + 1));
        unsigned char swap = bytes[i];
        bytes[i] = bytes[j];
        bytes[j] = swap;
    }
    cr_assert(inflates(bytes, count, 1, 0));
}

Test(codec, bytes_do_not_depend_on_what_was_compressed_before) {
    struct codec other;
    struct failure failure;
    cr_assert(codec_init(&other, sizeof numbers, &failure) == MATTHEW_OK);
    unsigned char *first = calloc(codec_bound(MOST, 8), 1), *second = calloc(codec_bound(MOST, 8), 1);
    codec_compress(&other, whole, MOST, 8, 256, second);
    codec_compress(&other, codes, MOST, 1, 256, second);
    size_t a = codec_compress(&codec, numbers, MOST, 8, 256, first),
           b = codec_compress(&other, numbers, MOST, 8, 256, second);
    cr_assert(a == b && memcmp(first, second, a) == 0);
    free(first);
    free(second);
    codec_free(&other);
    codec_free(&other);
}

Test(codec, shuffle_sorts_bytes_by_significance) {
    unsigned char target[9 * 8];
    uint64_t values[9];
    for (uint64_t i = 0; i < 9; i++)
        values[i] = i * 0x0101010101010101ULL + 0x0706050403020100ULL;
    codec_shuffle(values, 9, 8, target);
    for (size_t b = 0; b < 8; b++)
        for (size_t i = 0; i < 9; i++)
            cr_assert(target[b * 9 + i] == b + i);
}

Test(codec, short_memory_is_a_failure_and_leaks_nothing) {
    struct codec third;
    struct failure failure;
    memory_fail_at(1);
    cr_assert(codec_init(&third, 1024, &failure) == MATTHEW_NO_MEMORY);
    memory_fail_at(0);
    codec_free(&third);
}
