#include "core/memory.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define WATCHED_HEAP 1
#endif
#endif
#if defined __SANITIZE_ADDRESS__ || !__has_include(<sys/mman.h>)
#define WATCHED_HEAP 1 /* every byte past a block's end is to be noticed, or there are no mappings */
#endif
#ifndef WATCHED_HEAP
#include <sys/mman.h>
#endif

enum { ALIGNMENT = 64 };

static atomic_size_t asked;
static atomic_size_t fails_at;
static atomic_size_t live;

/* Counts a request; whether a test wants it to fail. */
static int is_refused(void) {
    size_t number = atomic_fetch_add(&asked, 1) + 1;
    return number == atomic_load(&fails_at);
}

void *memory_new(size_t count, size_t size) {
    if (is_refused())
        return NULL;
    if (size != 0 && count > (SIZE_MAX - ALIGNMENT) / size)
        return NULL;
    size_t bytes = (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (bytes == 0)
        bytes = ALIGNMENT;
    void *block = aligned_alloc(ALIGNMENT, bytes);
    if (block != NULL) {
        memset(block, 0, bytes);
        atomic_fetch_add(&live, 1);
    }
    return block;
}

void *memory_grow(void *old, size_t old_count, size_t new_count, size_t size) {
    void *block = memory_new(new_count, size);
    if (block != NULL && old != NULL) {
        memcpy(block, old, old_count * size);
        memory_free(old);
    }
    return block;
}

void memory_free(void *block) {
    if (block != NULL)
        atomic_fetch_sub(&live, 1);
    free(block);
}

/* What a reservation is, in the bytes before its block. */
struct reservation {
    void *start;
    size_t bytes;
};
_Static_assert(sizeof(struct reservation) <= ALIGNMENT, "a reservation is described before its first line");

/* Memory whose pages are taken when they are first written. A mapping counts against the limits of the process and the
 * system as any other: what can never be had is refused here, not when a page is written. */
static void *map(size_t bytes) {
#ifdef WATCHED_HEAP
    return calloc(bytes, 1);
#else
    void *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return start == MAP_FAILED ? NULL : start;
#endif
}

/* What this thread keeps for the next reservation of the same size: all zeros. */
static _Thread_local int keeps;
static _Thread_local struct reservation kept;

static void unmap(struct reservation reservation) {
#ifdef WATCHED_HEAP
    free(reservation.start);
#else
    if (reservation.start != NULL)
        munmap(reservation.start, reservation.bytes);
#endif
}

void memory_keep(int keep) {
#ifndef WATCHED_HEAP
    keeps = keep;
#endif
    if (!keep) {
        unmap(kept);
        kept = (struct reservation){NULL, 0};
    }
}

int memory_keeps(void) {
    return keeps;
}

static void *reserve(size_t count, size_t size) {
    if (size != 0 && count > (SIZE_MAX - 2 * ALIGNMENT) / size)
        return NULL;
    size_t bytes = count * size + 2 * ALIGNMENT;
    void *start = kept.bytes == bytes ? kept.start : map(bytes);
    if (start == NULL)
        return NULL;
    if (start == kept.start)
        kept = (struct reservation){NULL, 0};
    char *block = (char *)start + ALIGNMENT;
    block += ALIGNMENT - (uintptr_t)block % ALIGNMENT;
    struct reservation reservation = {start, bytes};
    memcpy(block - ALIGNMENT, &reservation, sizeof reservation);
    return block;
}

void *memory_reserve(size_t least, size_t *count, size_t size) {
    if (is_refused())
        return NULL;
    size_t given = *count;
    void *block = reserve(given, size);
    if (block == NULL && least < given)
        block = reserve(given = least, size);
    if (block != NULL) {
        *count = given;
        atomic_fetch_add(&live, 1);
    }
    return block;
}

void memory_release(void *block) {
    if (block == NULL)
        return;
    struct reservation reservation;
    memcpy(&reservation, (char *)block - ALIGNMENT, sizeof reservation);
    atomic_fetch_sub(&live, 1);
    unmap(reservation);
}

void memory_release_zeros(void *block) {
    if (block == NULL || !keeps) {
        memory_release(block);
        return;
    }
    struct reservation reservation;
    memcpy(&reservation, (char *)block - ALIGNMENT, sizeof reservation);
    memset((char *)block - ALIGNMENT, 0, sizeof reservation);
    atomic_fetch_sub(&live, 1);
    unmap(kept);
    kept = reservation;
}

size_t memory_room(size_t capacity, size_t wanted) {
    size_t larger = capacity + capacity / 2;
    return larger > wanted ? larger : wanted;
}

char *memory_string(const char *text) {
    size_t length = strlen(text) + 1;
    char *copy = memory_new(length, 1);
    if (copy != NULL)
        memcpy(copy, text, length);
    return copy;
}

size_t memory_fail_at(size_t n) {
    atomic_store(&fails_at, n);
    return atomic_exchange(&asked, 0);
}

size_t memory_live(void) {
    return atomic_load(&live);
}
