/* Single draws, and the choice of the block samplers of an instruction set. */
#include "core/samplers.h"

#include "core/counts.h"

const struct samplers *samplers_of(enum isa isa) {
#ifdef MATTHEW_KERNELS_WIDE
    if (isa == ISA_avx512)
        return &samplers_avx512;
    if (isa == ISA_avx2)
        return &samplers_avx2;
#else
    (void)isa;
#endif
    return &samplers_baseline;
}

/* Inversion: term is the probability of 0, and that of k is (start - odds (k - 1)) / k times that of k - 1. */
static double invert(struct generator *generator, double mean, double term, double start, double odds) {
    double uniform = generator_uniform(generator);
    double sum = term;
    double k = 0.0;
    double last = counts_last(mean);
    while (uniform > sum) {
        k += 1.0;
        term *= (start - odds * (k - 1.0)) / k;
        sum += term;
        if (k > mean && term < COUNTS_NEGLIGIBLE)
            return uniform > sum ? last : k;
    }
    return k;
}

/* Binomial for count > 0 and 0 < probability <= 1/2. */
static double draw_half(struct generator *generator, double count, double probability) {
    double mean = count * probability;
    if (mean < COUNTS_REJECTION_MEAN) {
        double odds = probability / (1.0 - probability);
        double none = portable_exp(count * counts_log_survival(probability));
        return portable_min(invert(generator, mean, none, count * odds, odds), count);
    }
    double spread = portable_sqrt(mean * (1.0 - probability));
    for (;;) {
        double against, density;
        double first = generator_uniform(generator);
        double second = generator_uniform(generator);
        double k = counts_propose(first, second, mean, spread, probability, &against, &density);
        if (k >= 0.0 && k <= count && against <= density * counts_relative_binomial(k, count, probability))
            return k;
    }
}

double draw_binomial(struct generator *generator, double count, double probability) {
    if (!(count > 0.0) || !(probability > 0.0))
        return 0.0;
    count = portable_min(count, COUNTS_MAX);
    if (probability >= 1.0)
        return count;
    return probability > 0.5 ? count - draw_half(generator, count, 1.0 - probability)
                             : draw_half(generator, count, probability);
}

double draw_poisson(struct generator *generator, double mean) {
    if (!(mean > 0.0))
        return 0.0;
    mean = portable_min(mean, COUNTS_MAX);
    if (mean < COUNTS_REJECTION_MEAN)
        return invert(generator, mean, portable_exp(-mean), mean, 0.0);
    double spread = portable_sqrt(mean);
    for (;;) {
        double against, density;
        double first = generator_uniform(generator);
        double second = generator_uniform(generator);
        double k = counts_propose(first, second, mean, spread, 0.0, &against, &density);
        if (k >= 0.0 && k <= 2.0 * COUNTS_MAX && against <= density * counts_relative_poisson(k, mean))
            return k;
    }
}

void draw_split(struct generator *generator, double movers, const double *weight, size_t count, double *suffix,
                double *out) {
    double after = 0.0;
    for (size_t i = count; i-- > 0;) {
        after += weight[i];
        suffix[i] = after;
        out[i] = 0.0;
    }
    movers = portable_floor(portable_clip(movers, 0.0, COUNTS_MAX));
    if (count == 0)
        return;
    if (!(after > 0.0)) {
        out[count - 1] = movers;
        return;
    }
    for (size_t i = 0; i < count && movers > 0.0; i++) {
        /* The last place with a weight has weight == suffix: it takes all that is left. */
        out[i] = suffix[i] > 0.0 ? draw_binomial(generator, movers, weight[i] / suffix[i]) : 0.0;
        movers -= out[i];
    }
}
