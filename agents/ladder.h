/* Where a firm stands among others by a positive number, without sorting: firms are counted in bins of a sixteenth of
 * an octave (4.4%), and firms of a bin are taken as equal. Values from 2^-32 to 2^32; smaller and larger ones share the
 * end bins, 0 has one of its own. Deterministic, no allocation; cost: 1 to 2 ns a firm. */
#ifndef MATTHEW_AGENTS_LADDER_H
#define MATTHEW_AGENTS_LADDER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/kernel.h"

enum { LADDER_BINS = 1026 };

struct ladder {
    uint32_t below[LADDER_BINS + 1]; /* values in lower bins; the last entry counts all */
};

/* The bin of a value >= 0. */
KERNEL_INLINE int ladder_bin(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    int64_t bin = (int64_t)(bits >> 48) - ((1023 - 32) << 4) + 1; /* exponent and four bits of the fraction */
    return !(value > 0.0) ? 0 : bin < 1 ? 1 : bin >= LADDER_BINS ? LADDER_BINS - 1 : (int)bin;
}

/* Opening, then one call a value, then closing. */
KERNEL_INLINE void ladder_open(struct ladder *ladder) {
    memset(ladder, 0, sizeof *ladder);
}

KERNEL_INLINE void ladder_add(struct ladder *ladder, double value) {
    ladder->below[ladder_bin(value) + 1]++;
}

KERNEL_INLINE void ladder_close(struct ladder *ladder) {
    for (int bin = 0; bin < LADDER_BINS; bin++)
        ladder->below[bin + 1] += ladder->below[bin];
}

KERNEL_INLINE uint32_t ladder_count(const struct ladder *ladder) {
    return ladder->below[LADDER_BINS];
}

/* The share of values that are smaller, by bins: 0 for the smallest, below 1 always. */
KERNEL_INLINE double ladder_rank(const struct ladder *ladder, double value) {
    uint32_t count = ladder_count(ladder);
    return count > 0 ? (double)ladder->below[ladder_bin(value)] / (double)count : 0.0;
}

#endif
