/* Random numbers for tests, from a generator that has nothing in common with the library's. A test names its seed; the
 * same seed gives the same numbers everywhere. */
#ifndef MATTHEW_TESTS_SUPPORT_DRAWS_H
#define MATTHEW_TESTS_SUPPORT_DRAWS_H

#include <math.h>
#include <stdint.h>

/* xorshift64* (Marsaglia 2003, Vigna 2016). */
struct draws {
    uint64_t state;
};

static inline struct draws draws_open(uint64_t seed) {
    struct draws draws = {seed * UINT64_C(0x9E3779B97F4A7C15) + UINT64_C(0x1234567)};
    if (draws.state == 0)
        draws.state = 1;
    for (int i = 0; i < 20; i++) {
        draws.state ^= draws.state >> 12;
        draws.state ^= draws.state << 25;
        draws.state ^= draws.state >> 27;
    }
    return draws;
}

static inline uint64_t draws_word(struct draws *draws) {
    draws->state ^= draws->state >> 12;
    draws->state ^= draws->state << 25;
    draws->state ^= draws->state >> 27;
    return draws->state * UINT64_C(2685821657736338717);
}

/* Uniform in the open interval (0, 1). */
static inline double draws_unit(struct draws *draws) {
    return ((double)(draws_word(draws) >> 11) + 0.5) * 0x1p-53;
}

/* Uniform among 0 .. count - 1. */
static inline long draws_below(struct draws *draws, long count) {
    return (long)(draws_unit(draws) * (double)count);
}

static inline double draws_between(struct draws *draws, double low, double high) {
    return low + (high - low) * draws_unit(draws);
}

static inline double draws_normal(struct draws *draws) {
    double radius = sqrt(-2.0 * log(draws_unit(draws)));
    return radius * cos(6.28318530717958647692 * draws_unit(draws));
}

#endif
