#include "market/regulation.h"

#include "agents/ladder.h"
#include "core/elementary.h"
#include "core/sums.h"

void KERNEL(regulation_permits_block)(struct world *world, size_t block) {
    size_t at = block * BLOCK;
    const double *restrict influence = world->firms.influence + at;
    double *restrict burden = world->firms.permit_burden + at;
    double barrier = world->conditions.burden;
    for (int i = 0; i < BLOCK; i++) /* looked up, one at a time */
        burden[i] = barrier * (1.0 - ladder_rank(&world->standing, influence[i]));
}

void KERNEL(regulation_influence_block)(struct world *world, size_t block) {
    const struct parameters *p = &world->parameters;
    size_t at = block * BLOCK;
    const double *restrict budget = world->firms.budget + at, *restrict share = world->firms.influence_share + at;
    const double *restrict receipts = world->firms.total_receipts + at;
    double *restrict influence = world->firms.influence + at;
    double keep = 1.0 - p->regulation_influence_decay, rate = p->regulation_influence_rate, weighted[BLOCK];
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        influence[i] = keep * influence[i] + rate * portable_sqrt(budget[i] * share[i]);
        weighted[i] = receipts[i] * portable_log(1.0 + influence[i]);
    }
    sums_row(&world->sums, block)[SUM_influence] = sum_block(weighted);
}
