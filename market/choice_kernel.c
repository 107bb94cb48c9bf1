#include "market/choice.h"

#include "core/samplers.h"

/* Whether all values of a block are the same: then one exponential serves them all. */
static int is_uniform(const double *restrict value) {
    double different = 0.0, first = value[0];
    double lane[LANES] = {0};
    for (int i = 0; i < BLOCK; i += LANES) {
        VECTOR_LOOP
        for (int l = 0; l < LANES; l++)
            lane[l] += value[i + l] != first ? 1.0 : 0.0;
    }
    for (int l = 0; l < LANES; l++)
        different += lane[l];
    return different == 0.0;
}

void KERNEL(choice_leave_block)(uint64_t key, const double *count, const double *hazard, double *out) {
    double probability[BLOCK];
    if (is_uniform(hazard)) {
        double one = -portable_expm1(-hazard[0]);
        for (int i = 0; i < BLOCK; i++)
            probability[i] = one;
    } else {
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            probability[i] = -portable_expm1(-hazard[i]);
    }
    KERNEL(binomial_block)(key, count, probability, out);
}

void KERNEL(choice_leave_part_block)(uint64_t key, const double *count, const double *hazard, const double *part,
                                     double *out) {
    double probability[BLOCK];
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        probability[i] = -portable_expm1(-hazard[i]) * part[i];
    KERNEL(binomial_block)(key, count, probability, out);
}

void KERNEL(choice_arrive_block)(uint64_t key, const struct choice *choice, size_t block, const double *weight,
                                 double *out) {
    double movers = choice->block_movers[block];
    if (movers > 0.0)
        KERNEL(multinomial_block)(random_subkey(key, 0), movers, weight, out);
    else
        for (int i = 0; i < BLOCK; i++)
            out[i] = 0.0;
}
