#include "market/regulation.h"

#include "agents/ladder.h"
#include "core/elementary.h"
#include "core/sums.h"

void KERNEL(regulation_orders_block)(struct world *world, size_t block) {
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    if (world->parameters.compute_clearing > 0.0)
        return;
    const double *restrict gpus = firms->gpus + at, *restrict backlog = firms->gpu_backlog + at;
    double *restrict order = firms->gpu_order + at, *restrict own = firms->own_chip_order + at;
    double cap = world->conditions.gpu_cap;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double room = portable_max(cap - gpus[i] - backlog[i], 0.0), wanted = order[i] + own[i];
        double part = wanted > room ? room / wanted : 1.0;
        order[i] *= part;
        own[i] *= part;
    }
    sums_row(&world->sums, block)[SUM_own_chip_orders] = sum_block(own);
}

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
