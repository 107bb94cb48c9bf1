#include "market/choice.h"

#include "core/samplers.h"

void KERNEL(choice_leave_block)(uint64_t key, const double *count, const double *hazard, double *out) {
    double probability[BLOCK];
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        probability[i] = -portable_expm1(-hazard[i]);
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
