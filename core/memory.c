#include "core/memory.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

static atomic_size_t asked;
static atomic_size_t fails_at;
static atomic_size_t live;

void *memory_new(size_t count, size_t size) {
    size_t number = atomic_fetch_add(&asked, 1) + 1;
    if (number == atomic_load(&fails_at))
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
