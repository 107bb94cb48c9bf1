/* The one place where the library allocates.
 *
 * All blocks are 64-byte aligned and zero-filled. Sizes are count times size and checked for overflow.
 * A test can make the n-th allocation or reservation fail (memory_fail_at). Thread rule: allocation is not done inside
 * the monthly loop; the counter of the fault tests is atomic. */
#ifndef MATTHEW_CORE_MEMORY_H
#define MATTHEW_CORE_MEMORY_H

#include <stddef.h>

/* Zero-filled, 64-byte aligned memory of count * size bytes; null when it cannot be had or count * size
 * overflows. A request of 0 bytes returns a valid pointer. Free with memory_free. */
void *memory_new(size_t count, size_t size);

/* A copy of the old block's first old_count elements in a new, larger, zero-filled block; frees the old one.
 * Null when it cannot be had: the old block then stays as it was. old may be null (old_count 0). */
void *memory_grow(void *old, size_t old_count, size_t new_count, size_t size);

/* Null is legal. */
void memory_free(void *block);

/* Reserves *count elements, or only `least` of them where the system refuses so many; *count says how many it gave.
 * Memory as of memory_new, but it is taken page by page, when a page is first written. Null when not even `least` can
 * be had: *count then stays as it was. Free with memory_release. */
void *memory_reserve(size_t least, size_t *count, size_t size);

/* Null is legal. */
void memory_release(void *block);

/* Between memory_keep(1) and memory_keep(0) a thread that makes one race after the other keeps the last block that it
 * gave back with memory_release_zeros, and gets it again when it reserves as much: the system need not take and clear
 * its pages each time. Such a block holds nothing but zeros when it is given back. Per thread. */
void memory_keep(int keep);
int memory_keeps(void);
void memory_release_zeros(void *block);

/* How many elements to ask for when an array of `capacity` must hold `wanted`: half as many again, or what is wanted.
 * An array that grows little by little is then copied rarely. */
size_t memory_room(size_t capacity, size_t wanted);

/* A copy of a string; null when it cannot be had. */
char *memory_string(const char *text);

/* Fault tests only: the n-th allocation from now (1 is the next) fails, once; 0 switches off. Returns how many
 * allocations have been asked for since the last call. */
size_t memory_fail_at(size_t n);

/* Fault tests only: how many blocks are allocated and not yet freed. */
size_t memory_live(void);

#endif
