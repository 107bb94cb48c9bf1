/* A deflate encoder (RFC 1951) for planes of bytes that lie in rows, as columns of firms over months do.
 *
 * General encoders search for matches anywhere; here the byte one row above and the byte before are the only
 * candidates, so that nothing has to be looked up and a plane costs 1 to 3 ns a byte. Each plane becomes one dynamic
 * Huffman block, or stored blocks where that is as short. The bits depend on the bytes alone: whole numbers, no
 * CPU-dependent code. Owns nothing, never allocates. Thread rule: one writer belongs to one thread. */
#ifndef MATTHEW_OUTPUT_CODEC_DEFLATE_H
#define MATTHEW_OUTPUT_CODEC_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

enum { PLANE_MAX = 65535, DEFLATE_SLACK = 16 };

/* Bits on their way into bytes. */
struct bit_writer {
    unsigned char *at;
    uint64_t hold; /* bits that are no whole byte yet */
    unsigned held;
};

/* A deflate stream in the making. Room is the caller's business: deflate_bound for every plane, and DEFLATE_SLACK once.
 */
struct deflate {
    struct bit_writer writer;
    uint16_t token[PLANE_MAX + 1];
};

void deflate_begin(struct deflate *deflate, unsigned char *target);

/* The most bytes that a plane of `count` bytes takes. */
size_t deflate_bound(size_t count);

/* One plane of 1..PLANE_MAX bytes in rows of `row` bytes (0: no rows), as it is or in fewer bits; the last one ends the
 * stream. Bytes before plane are never looked at. */
void deflate_stored(struct deflate *deflate, const unsigned char *plane, size_t count, int last);
void deflate_packed(struct deflate *deflate, const unsigned char *plane, size_t count, size_t row, int last);

/* Pads to a whole byte; the place after the last one. */
unsigned char *deflate_end(struct deflate *deflate);

#endif
