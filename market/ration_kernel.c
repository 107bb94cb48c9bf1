#include "market/ration.h"

#include "core/elementary.h"
#include "core/sums.h"

void KERNEL(ration_pass_block)(const struct ration *ration, struct sums *sums, size_t block) {
    const double *restrict order = ration->order + block * BLOCK;
    const double *restrict priority = ration->priority + block * BLOCK;
    double filled[BLOCK], waiting[BLOCK], count[BLOCK], allotted[BLOCK];
    double lambda = ration->lambda;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double offer = lambda * priority[i];
        double full = (order[i] > 0.0 ? 1.0 : 0.0) * (order[i] <= offer ? 1.0 : 0.0);
        double open = (order[i] > 0.0 ? 1.0 : 0.0) - full;
        filled[i] = full * order[i];
        count[i] = full;
        waiting[i] = open * priority[i];
        allotted[i] = portable_min(order[i], offer);
    }
    sums_row(sums, block)[SUM_ration_filled] = sum_block(filled);
    sums_row(sums, block)[SUM_ration_count] = sum_block(count);
    sums_row(sums, block)[SUM_ration_priorities] = sum_block(waiting);
    sums_row(sums, block)[SUM_ration_allotted] = sum_block(allotted);
}

double KERNEL(ration_apply_block)(const struct ration *ration, size_t block, double *allotment) {
    const double *restrict order = ration->order + block * BLOCK;
    const double *restrict priority = ration->priority + block * BLOCK;
    double *restrict out = allotment;
    double lambda = ration->lambda;
    if (!ration->rationed) {
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            out[i] = order[i];
    } else {
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            out[i] = portable_min(order[i], lambda * priority[i]);
    }
    if (ration->last / BLOCK == block)
        out[ration->last % BLOCK] += ration->residue;
    return sum_block(out);
}
