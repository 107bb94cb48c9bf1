/* Keyed random streams: PCG (O'Neill 2014), variant RXS-M-XS-64.
 *
 * A draw is a function of (seed, month, purpose, member, block, position): state and increment both come from a hash of
 * the key (never increment = firm number: neighbouring PCG streams are correlated). Nothing is stored between phases,
 * so a draw never depends on the thread or on the order of blocks. Thread rule: a stream belongs to its caller. */
#ifndef MATTHEW_CORE_RANDOM_H
#define MATTHEW_CORE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "core/elementary.h"
#include "core/kernel.h"

enum purpose {
#define PURPOSE(name, number, ...) PURPOSE_##name = (number),
#include "core/purposes.def"
#undef PURPOSE
};

#define PCG_MULTIPLIER UINT64_C(6364136223846793005)
#define PCG_OUTPUT_MULTIPLIER UINT64_C(12605985483714917081)
#define GOLDEN_GAMMA UINT64_C(0x9E3779B97F4A7C15)

/* One generator, for draws one at a time. */
struct generator {
    uint64_t state, increment;
};

/* LANES generators side by side, for a block of firms. */
struct stream {
    uint64_t state[LANES], increment[LANES];
};

/* The finaliser of SplitMix64 (Steele, Lea and Flood 2014): a bijection of 64-bit words that mixes every bit. */
KERNEL_INLINE uint64_t random_mix(uint64_t z) {
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* The key of a stream. member is the segment or tier (0 when there is none); block the block, slot or number. */
KERNEL_INLINE uint64_t random_key(uint64_t seed, long month, enum purpose purpose, int member, uint64_t block) {
    uint64_t key = random_mix(seed + GOLDEN_GAMMA);
    key = random_mix(key + (uint64_t)month * GOLDEN_GAMMA);
    key = random_mix(key + ((uint64_t)purpose * 64 + (uint64_t)member) * GOLDEN_GAMMA);
    return random_mix(key + block * GOLDEN_GAMMA);
}

/* A key for the n-th retry or part of what key is for. */
KERNEL_INLINE uint64_t random_subkey(uint64_t key, uint64_t n) {
    return random_mix(key ^ random_mix((n + 1) * GOLDEN_GAMMA));
}

KERNEL_INLINE struct generator generator_open(uint64_t key) {
    struct generator generator = {random_mix(key + GOLDEN_GAMMA), random_mix(key + 2 * GOLDEN_GAMMA) | 1};
    return generator;
}

/* The output permutation RXS-M-XS of a 64-bit state. */
KERNEL_INLINE uint64_t pcg_output(uint64_t state) {
    uint64_t word = ((state >> ((state >> 59) + 5)) ^ state) * PCG_OUTPUT_MULTIPLIER;
    return (word >> 43) ^ word;
}

KERNEL_INLINE uint64_t generator_word(struct generator *generator) {
    uint64_t state = generator->state;
    generator->state = state * PCG_MULTIPLIER + generator->increment;
    return pcg_output(state);
}

/* A word as a uniform number of the open interval (0, 1), 52 bits. */
KERNEL_INLINE double random_unit(uint64_t word) {
    return portable_from_bits((word >> 12) | UINT64_C(0x3ff0000000000000)) - (1.0 - 0x1p-53);
}

KERNEL_INLINE double generator_uniform(struct generator *generator) {
    return random_unit(generator_word(generator));
}

/* The first two uniforms of generator_open(key), without the generator: for vector loops, which a struct would end. */
KERNEL_INLINE void random_pair(uint64_t key, double *first, double *second) {
    uint64_t state = random_mix(key + GOLDEN_GAMMA);
    uint64_t increment = random_mix(key + 2 * GOLDEN_GAMMA) | 1;
    *first = random_unit(pcg_output(state));
    *second = random_unit(pcg_output(state * PCG_MULTIPLIER + increment));
}

/* A standard normal number, by Box and Muller; uses two uniforms. */
KERNEL_INLINE double generator_normal(struct generator *generator) {
    double sine, cosine;
    double radius = portable_sqrt(-2.0 * portable_log(generator_uniform(generator)));
    portable_sincos2pi(generator_uniform(generator), &sine, &cosine);
    return radius * cosine;
}

KERNEL_INLINE void stream_open(struct stream *stream, uint64_t key) {
    VECTOR_LOOP
    for (int lane = 0; lane < LANES; lane++) {
        stream->state[lane] = random_mix(key + GOLDEN_GAMMA * (uint64_t)(2 * lane + 1));
        stream->increment[lane] = random_mix(key + GOLDEN_GAMMA * (uint64_t)(2 * lane + 2)) | 1;
    }
}

/* The next `count` (a multiple of LANES) uniforms: position i comes from lane i % LANES. */
KERNEL_INLINE void stream_uniforms(struct stream *stream, double *restrict out, size_t count) {
    struct stream local = *stream;
    for (size_t i = 0; i < count; i += LANES) {
        VECTOR_LOOP
        for (int lane = 0; lane < LANES; lane++) {
            uint64_t state = local.state[lane];
            local.state[lane] = state * PCG_MULTIPLIER + local.increment[lane];
            out[i + (size_t)lane] = random_unit(pcg_output(state));
        }
    }
    *stream = local;
}

/* The next BLOCK standard normals (Box and Muller): positions i and i + BLOCK / 2 are the two normals of uniforms i and
 * i + BLOCK / 2 of the stream's next BLOCK. */
KERNEL_INLINE void stream_normals(struct stream *stream, double *restrict out) {
    enum { HALF = BLOCK / 2 };
    double uniform[BLOCK];
    stream_uniforms(stream, uniform, BLOCK);
    VECTOR_LOOP
    for (int i = 0; i < HALF; i++)
        uniform[i] = portable_sqrt(-2.0 * portable_log(uniform[i]));
    VECTOR_LOOP
    for (int i = 0; i < HALF; i++) {
        double sine, cosine, radius = uniform[i];
        portable_sincos2pi(uniform[i + HALF], &sine, &cosine);
        out[i] = radius * cosine;
        out[i + HALF] = radius * sine;
    }
}

#endif
