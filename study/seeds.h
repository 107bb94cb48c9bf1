/* Seeds of replications: a hash of the base seed and the number of the replication, below 2^53, so that `--seed` can be
 * given each of them. Pure functions; any thread. */
#ifndef MATTHEW_STUDY_SEEDS_H
#define MATTHEW_STUDY_SEEDS_H

#include "core/random.h"

static inline uint64_t replicate_seed(uint64_t base, uint64_t replicate) {
    return random_mix(random_mix(base + GOLDEN_GAMMA) + (replicate + 1) * GOLDEN_GAMMA) >> 11;
}

#endif
