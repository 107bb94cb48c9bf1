/* A file of plain memory with a checksum: written once from its start to its end, and read back only when every bit of
 * it is as it was written.
 *
 * Layout: a mark of 8 bytes, 8 bytes that name the kind, the body, zeros up to a multiple of 8, and a 64-bit digest of
 * all that. Numbers lie as they do in memory, little-endian; whoever writes a tape says in its body which build made
 * it, and reads it with the same build alone. A new tape is PATH.part until it is whole and has reached the disk; then
 * it takes the place of PATH. Reading verifies the whole file first, then goes through it again; every read is bounded
 * by what is left, and after a read that was not possible everything reads as zeros and `status` tells.
 *
 * A tape in memory is the body alone: it is written, rewound, and read back by the same caller.
 *
 * One function may serve both directions: tape_carry writes the memory that it is given, or fills it. Owns a descriptor
 * and 64 KiB, in memory twice the body at most. Thread rule: one caller at a time. Cost: about 1 GB a second. */
#ifndef MATTHEW_CORE_TAPE_H
#define MATTHEW_CORE_TAPE_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

enum { TAPE_KIND = 8 };

struct tape {
    int descriptor, writing, in_memory;
    int status; /* MATTHEW_OK, or the first failure: WRITE_FAILED, READ_FAILED, in memory NO_MEMORY */
    int error;  /* errno of a failed write */
    char *path, *part;
    unsigned char *buffer;
    size_t room;               /* of the buffer */
    size_t at, filled;         /* in the buffer */
    uint64_t digest;           /* of what went through the buffer */
    unsigned long long left;   /* bytes of the body that were not read yet */
    unsigned long long inside; /* bytes of the file that were not read into the buffer yet */
};

/* A new tape for PATH. Free is legal after a failure, twice, and on zeros. */
int tape_create(struct tape *tape, const char *path, const char kind[TAPE_KIND], struct failure *failure);

/* Opens a whole, undamaged tape of that kind: NOT_FOUND, READ_FAILED, NO_MEMORY. */
int tape_open(struct tape *tape, const char *path, const char kind[TAPE_KIND], struct failure *failure);

/* 1 when the file opens as a tape of that kind does; whether it is whole is for tape_open to say. */
int tape_is(const char *path, const char kind[TAPE_KIND]);

/* A new tape in memory, called `name` in messages; and from writing to reading it: NO_MEMORY when it was not kept. */
int tape_create_in_memory(struct tape *tape, const char *name, struct failure *failure);
int tape_rewind(struct tape *tape, struct failure *failure);

/* Writes size bytes, or reads them into data. */
void tape_carry(struct tape *tape, void *data, size_t size);
void tape_number(struct tape *tape, long *number);

/* A number of things of `size` bytes each that follow. A reader is refused more than `most`, and more than is left. */
void tape_count(struct tape *tape, size_t *count, size_t most, size_t size);

/* Marks a tape whose numbers make no sense as damaged. */
void tape_refuse(struct tape *tape);

/* The end: the new tape takes its place, or what was read was all there is. */
int tape_finish(struct tape *tape, struct failure *failure);
void tape_free(struct tape *tape); /* removes what was not finished */

/* Goes on with a digest over whole words of 8 bytes; a rest is filled up with zeros. */
uint64_t tape_digest(uint64_t digest, const void *data, size_t size);

/* Fault tests only: the n-th write from now fails as on a full disk, once; 0 switches off. Returns how many writes were
 * asked for since the last call. */
unsigned long tape_fail_at(unsigned long n);

#endif
