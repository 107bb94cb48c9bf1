#include "output/codec/codec.h"

#include "core/memory.h"

#include <libdeflate.h>

#include <stdint.h>
#include <string.h>

/* A plane of more than this many tenths of a bit in a byte is stored: packing it costs more than it gains. */
enum { NOISE_TENTHS = 66, SAMPLE = CODEC_SAMPLE, PIECES = 8 };

/* log2(value) in units of 2^-16, for 1 <= value < 65536, by whole numbers alone. */
static uint32_t fixed_log2(uint32_t value) {
    uint32_t whole = 31 - (uint32_t)__builtin_clz(value), result = whole << 16;
    uint64_t mantissa = (uint64_t)value << (31 - whole); /* in [2^31, 2^32) */
    for (uint32_t bit = 1u << 15; bit > 0; bit >>= 1) {
        mantissa = (mantissa * mantissa) >> 31;
        if (mantissa >> 32 != 0) {
            mantissa >>= 1;
            result += bit;
        }
    }
    return result;
}

int codec_init(struct codec *codec, size_t capacity, struct failure *failure) {
    codec->capacity = capacity;
    codec->shuffled = memory_new(capacity, 1);
    codec->deflate = memory_new(1, sizeof *codec->deflate);
    if (codec->shuffled == NULL || codec->deflate == NULL) {
        codec_free(codec);
        return fail_memory(failure, "a compressor");
    }
    for (uint32_t n = 1; n <= SAMPLE; n++)
        codec->n_log2_n[n] = n * fixed_log2(n);
    return MATTHEW_OK;
}

void codec_free(struct codec *codec) {
    memory_free(codec->shuffled);
    memory_free(codec->deflate);
    memset(codec, 0, sizeof *codec);
}

enum { ZLIB_HEAD = 2, ZLIB_TAIL = 4 };

static size_t pieces_of(size_t count) {
    return (count + PLANE_MAX - 1) / PLANE_MAX;
}

size_t codec_bound(size_t count, size_t size) {
    return ZLIB_HEAD + ZLIB_TAIL + DEFLATE_SLACK + size * (count + pieces_of(count) * deflate_bound(0));
}

/* Swaps rows and columns of an 8 x 8 matrix of bytes held in eight words. */
static inline void transpose_bytes(uint64_t w[8]) {
    for (int i = 0; i < 4; i++) {
        uint64_t a = w[i], b = w[i + 4];
        w[i] = (a & UINT64_C(0x00000000ffffffff)) | (b << 32);
        w[i + 4] = (a >> 32) | (b & UINT64_C(0xffffffff00000000));
    }
    for (int i = 0; i < 8; i += i % 4 == 1 ? 3 : 1) {
        uint64_t a = w[i], b = w[i + 2];
        w[i] = (a & UINT64_C(0x0000ffff0000ffff)) | ((b & UINT64_C(0x0000ffff0000ffff)) << 16);
        w[i + 2] = ((a >> 16) & UINT64_C(0x0000ffff0000ffff)) | (b & UINT64_C(0xffff0000ffff0000));
    }
    for (int i = 0; i < 8; i += 2) {
        uint64_t a = w[i], b = w[i + 1];
        w[i] = (a & UINT64_C(0x00ff00ff00ff00ff)) | ((b & UINT64_C(0x00ff00ff00ff00ff)) << 8);
        w[i + 1] = ((a >> 8) & UINT64_C(0x00ff00ff00ff00ff)) | (b & UINT64_C(0xff00ff00ff00ff00));
    }
}

static void shuffle_rest(const unsigned char *values, size_t from, size_t count, size_t size, unsigned char *target) {
    for (size_t i = from; i < count; i++)
        for (size_t b = 0; b < size; b++)
            target[b * count + i] = values[i * size + b];
}

static void shuffle_8(const unsigned char *values, size_t count, unsigned char *target) {
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        uint64_t w[8];
        memcpy(w, values + i * 8, sizeof w);
        transpose_bytes(w);
        for (size_t b = 0; b < 8; b++)
            memcpy(target + b * count + i, &w[b], 8);
    }
    shuffle_rest(values, i, count, 8, target);
}

static void shuffle_4(const unsigned char *values, size_t count, unsigned char *target) {
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        uint32_t v[8];
        memcpy(v, values + i * 4, sizeof v);
        for (size_t b = 0; b < 4; b++) {
            uint64_t plane = 0;
            for (int j = 0; j < 8; j++)
                plane |= (uint64_t)((v[j] >> (8 * b)) & 0xff) << (8 * j);
            memcpy(target + b * count + i, &plane, 8);
        }
    }
    shuffle_rest(values, i, count, 4, target);
}

void codec_shuffle(const void *values, size_t count, size_t size, unsigned char *target) {
    if (size == 8)
        shuffle_8(values, count, target);
    else if (size == 4)
        shuffle_4(values, count, target);
    else
        shuffle_rest(values, 0, count, size, target);
}

void codec_unshuffle(const unsigned char *shuffled, size_t count, size_t size, void *values) {
    unsigned char *to = values;
    size_t i = 0;
    for (; size == 8 && i + 8 <= count; i += 8) {
        uint64_t w[8];
        for (size_t b = 0; b < 8; b++)
            memcpy(&w[b], shuffled + b * count + i, 8);
        transpose_bytes(w);
        memcpy(to + i * 8, w, sizeof w);
    }
    for (; i < count; i++)
        for (size_t b = 0; b < size; b++)
            to[i * size + b] = shuffled[b * count + i];
}

/* Whether packing a plane would gain little, by the entropy of a sample of its bytes. The sample is
 * taken in eight pieces, since firms of one age or strategy sit together. */
static int is_noise(const struct codec *codec, const unsigned char *plane, size_t count) {
    if (count < SAMPLE)
        return 0;
    uint32_t seen[4][256] = {{0}};
    size_t apart = count / PIECES;
    for (size_t piece = 0; piece < PIECES; piece++) {
        const unsigned char *from = plane + piece * apart;
        for (size_t i = 0; i < SAMPLE / PIECES; i += 4)
            for (size_t j = 0; j < 4; j++)
                seen[j][from[i + j]]++;
    }
    uint64_t ordered = 0; /* sum of n log2 n: what order there is in the sample */
    for (int b = 0; b < 256; b++)
        ordered += codec->n_log2_n[seen[0][b] + seen[1][b] + seen[2][b] + seen[3][b]];
    return ordered < codec->n_log2_n[SAMPLE] - ((uint64_t)SAMPLE * NOISE_TENTHS << 16) / 10;
}

static void put_plane(struct codec *codec, const unsigned char *plane, size_t count, size_t row, int last) {
    int noise = is_noise(codec, plane, count);
    for (size_t at = 0; at < count; at += PLANE_MAX) {
        size_t piece = count - at < PLANE_MAX ? count - at : PLANE_MAX;
        if (noise)
            deflate_stored(codec->deflate, plane + at, piece, last && at + piece == count);
        else
            deflate_packed(codec->deflate, plane + at, piece, row, last && at + piece == count);
    }
}

/* How many planes from here on hold one byte alone, as many as fit into one block: those of whole numbers do. */
static size_t same_planes(const unsigned char *plane, size_t count, size_t most) {
    size_t planes = 0;
    while (planes < most && (planes + 1) * count <= PLANE_MAX && plane[planes * count] == plane[0] &&
           memcmp(plane + planes * count, plane + planes * count + 1, count - 1) == 0)
        planes++;
    return planes;
}

size_t codec_compress(struct codec *codec, const void *values, size_t count, size_t size, size_t row, void *target) {
    unsigned char *begin = target;
    codec_shuffle(values, count, size, codec->shuffled);
    begin[0] = 0x78;
    begin[1] = 0x01;
    deflate_begin(codec->deflate, begin + ZLIB_HEAD);
    for (size_t plane = 0, planes; plane < size; plane += planes) {
        const unsigned char *from = codec->shuffled + plane * count;
        planes = same_planes(from, count, size - plane);
        if (planes > 0)
            deflate_packed(codec->deflate, from, planes * count, 0, plane + planes == size);
        else
            put_plane(codec, from, count, row, plane + ++planes == size);
    }
    unsigned char *at = deflate_end(codec->deflate);
    uint32_t sum = libdeflate_adler32(1, codec->shuffled, count * size);
    for (int shift = 24; shift >= 0; shift -= 8)
        *at++ = (unsigned char)(sum >> shift);
    return (size_t)(at - begin);
}
