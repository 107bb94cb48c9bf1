#include "agents/takeovers.h"

#include "core/random.h"
#include "core/sums.h"

void KERNEL(takeovers_offer_block)(struct world *world, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    const double *restrict active = firms->active + at, *restrict cash = firms->cash + at;
    const double *restrict age = firms->age + at;
    double *restrict for_sale = firms->for_sale + at;
    double luck[BLOCK];
    struct stream stream;
    stream_open(&stream, random_key(world->seed, world->month, PURPOSE_FOR_SALE, 0, block));
    stream_uniforms(&stream, luck, BLOCK);
    double sentiment = world->conditions.sentiment, floor = insolvency_floor(world), grown = p->acquisitions_young_age;
    double young = -portable_expm1(-p->acquisitions_hazard_young * sentiment);
    double old = -portable_expm1(-p->acquisitions_hazard * sentiment);
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double chance = age[i] < grown ? young : old;
        for_sale[i] = (luck[i] < chance ? 1.0 : 0.0) * (cash[i] >= floor ? active[i] : 0.0);
    }
    sums_row(&world->sums, block)[SUM_for_sale] = sum_block(for_sale);
}
