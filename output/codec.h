/* Compression of one chunk of an HDF5 dataset into bytes that HDF5's own shuffle and deflate filters read.
 *
 * The bytes of the values are sorted by significance (byte shuffle), and the planes at the low end that look like noise
 * - the last bits of mantissas - go into the zlib stream as stored blocks; only the rest is deflated. Decisions use
 * whole numbers only and libdeflate's output does not depend on the CPU, so neither do the bytes. Owns its scratch
 * memory; never allocates while compressing, never touches HDF5. Thread rule: one codec belongs to one thread at a
 * time. Cost: see docs/performance.md; about 3 ns for a double of noise. */
#ifndef MATTHEW_OUTPUT_CODEC_H
#define MATTHEW_OUTPUT_CODEC_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

struct libdeflate_compressor;

enum { CODEC_SAMPLE = 2048 };

struct codec {
    struct libdeflate_compressor *compressor;
    unsigned char *shuffled;
    size_t capacity;                     /* bytes of the largest chunk */
    uint32_t n_log2_n[CODEC_SAMPLE + 1]; /* n log2 n in units of 2^-16 */
};

/* A codec for chunks of at most `capacity` bytes. codec_free is legal after a failure and twice. */
int codec_init(struct codec *codec, size_t capacity, struct failure *failure);
void codec_free(struct codec *codec);

/* The most bytes that a chunk of `bytes` bytes can become. */
size_t codec_bound(size_t bytes);

/* Compresses count values of `size` bytes (1, 4 or 8) into target, which has room for codec_bound(count * size) bytes.
 * Returns the number of bytes written. */
size_t codec_compress(struct codec *codec, const void *values, size_t count, size_t size, void *target);

/* The byte shuffle alone: byte b of value i goes to target[b * count + i]. */
void codec_shuffle(const void *values, size_t count, size_t size, unsigned char *target);

#endif
