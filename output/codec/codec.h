/* Compression of one chunk of an HDF5 dataset into bytes that HDF5's own shuffle and deflate filters read.
 *
 * The bytes of the values are sorted by significance (byte shuffle) into planes. Planes that look like noise - the last
 * bits of mantissas - go into the zlib stream as they are; the others are packed by output/codec/deflate.h, which looks
 * for what repeats from month to month. All decisions are made in whole numbers, so the bytes depend on the values
 * alone, on no CPU and no library's version. Values are taken as they lie in memory: files are little-endian, and so
 * must the machine be. Owns its scratch memory; never allocates while compressing, never touches HDF5. Thread rule: one
 * codec belongs to one thread at a time. Cost: 10 to 25 ns for a double. */
#ifndef MATTHEW_OUTPUT_CODEC_CODEC_H
#define MATTHEW_OUTPUT_CODEC_CODEC_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"
#include "output/codec/deflate.h"

enum { CODEC_SAMPLE = 2048 };

struct codec {
    unsigned char *shuffled;
    struct deflate *deflate;
    size_t capacity;                     /* bytes of the largest chunk */
    uint32_t n_log2_n[CODEC_SAMPLE + 1]; /* n log2 n in units of 2^-16 */
};

/* A codec for chunks of at most `capacity` bytes. codec_free is legal after a failure and twice. */
int codec_init(struct codec *codec, size_t capacity, struct failure *failure);
void codec_free(struct codec *codec);

/* The most bytes that count values of `size` bytes can become, with what the encoder may scribble beyond. */
size_t codec_bound(size_t count, size_t size);

/* Compresses count values of `size` bytes (1, 4 or 8), which lie in rows of `row` values (0: no rows), into target,
 * which has room for codec_bound(count, size) bytes. Returns the number of bytes written. */
size_t codec_compress(struct codec *codec, const void *values, size_t count, size_t size, size_t row, void *target);

/* The byte shuffle alone: byte b of value i goes to target[b * count + i]. */
void codec_shuffle(const void *values, size_t count, size_t size, unsigned char *target);

/* Its inverse. */
void codec_unshuffle(const unsigned char *shuffled, size_t count, size_t size, void *values);

#endif
