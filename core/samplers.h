/* Exact random counts.
 *
 * Blocks: BLOCK values at a time, vectorised, for kernels. Slot i's first try has a fixed position in the block's
 * streams and each of its further tries a generator of its own, so that its draw depends on the key, the slot and its
 * own parameters, never on what its neighbours needed. Single draws: for settle steps. All methods are exact at any
 * mean: no normal or other approximation, only the grid of 2^-52 on which uniforms lie and the rounding of
 * probabilities (1e-13). Counts are doubles that hold whole numbers up to 2^52; larger, negative and NaN ones are taken
 * as 2^52, 0 and 0. p <= 0 gives 0, p >= 1 all. Arrays are BLOCK long, need no alignment, and out may be one of the
 * inputs. Thread rule: pure functions of their arguments.
 * Cost with AVX2 on a server core of 2021, ns a slot: binomial 6 to 12, Poisson 4 to 11, multinomial 4 at 0.3 movers a
 * slot, 11 at 5, 35 at a million; with SSE2 about twice that. */
#ifndef MATTHEW_CORE_SAMPLERS_H
#define MATTHEW_CORE_SAMPLERS_H

#include "core/isa.h"
#include "core/random.h"

/* The block samplers of one instruction set. */
struct samplers {
    /* out[i] ~ Binomial(count[i], probability[i]), independent. */
    void (*binomial)(uint64_t key, const double *count, const double *probability, double *out);
    /* out[i] ~ Poisson(mean[i]), independent. */
    void (*poisson)(uint64_t key, const double *mean, double *out);
    /* out ~ Multinomial(movers, weight / sum weight); weight >= 0; movers 0 gives zeros. A Poisson field aimed below
     * movers, redrawn while its total exceeds it, and topped up by single categorical draws. */
    void (*multinomial)(uint64_t key, double movers, const double *weight, double *out);
};
extern const struct samplers samplers_baseline, samplers_avx2, samplers_avx512;
/* The samplers of an instruction set that isa_available says yes to. */
const struct samplers *samplers_of(enum isa isa);

#ifdef MATTHEW_KERNEL_SUFFIX
void KERNEL(binomial_block)(uint64_t key, const double *count, const double *probability, double *out);
void KERNEL(poisson_block)(uint64_t key, const double *mean, double *out);
void KERNEL(multinomial_block)(uint64_t key, double movers, const double *weight, double *out);
#endif

/* Single draws. */
double draw_binomial(struct generator *generator, double count, double probability);
double draw_poisson(struct generator *generator, double mean);

/* Movers over `count` places with given weights, by conditional binomials, into out (may not alias weight). suffix is
 * scratch of `count` doubles. The sum of out is movers exactly; places with weight 0 get 0 (unless all weights are 0:
 * then all movers go to the last place). */
void draw_split(struct generator *generator, double movers, const double *weight, size_t count, double *suffix,
                double *out);

#endif
