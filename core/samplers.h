/* Exact random counts.
 *
 * Blocks: BLOCK values at a time, vectorised, for kernels; slot i's draw has a fixed position and its retries another, so it
 * does not depend on what its neighbours needed. Single draws: for settle steps. All methods are exact (no normal or other
 * approximation) at any mean; counts are doubles that hold whole numbers up to 2^52. Arrays are BLOCK long and 64-byte aligned
 * is not needed. Cost of a binomial or Poisson block 6-20 ns a slot. */
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
    /* out ~ Multinomial(movers, weight / sum weight); weight >= 0; movers 0 gives zeros. A Poisson field aimed below movers,
     * redrawn while its total exceeds it, and topped up by single categorical draws. */
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

/* Movers over `count` places with given weights, by conditional binomials, into out (may not alias weight). suffix is scratch
 * of `count` doubles. The sum of out is movers exactly; places with weight 0 get 0 (unless all weights are 0: then all
 * movers go to the last place). */
void draw_split(struct generator *generator, double movers, const double *weight, size_t count, double *suffix, double *out);

#endif
