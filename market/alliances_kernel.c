#include "market/alliances.h"

#include "core/elementary.h"
#include "core/sums.h"

static void forget(const struct firms *firms, size_t at) {
    double *const flow[] = {firms->claimed_in + at, firms->claimed_out + at, firms->alliance_share + at,
                            firms->exit_fee + at,   firms->lent_reach + at,  firms->hosted_capability + at};
    for (size_t f = 0; f < sizeof flow / sizeof *flow; f++)
        for (int i = 0; i < BLOCK; i++)
            flow[f][i] = 0.0;
}

void KERNEL(alliances_open_block)(struct world *world, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    forget(firms, at);
    const double *restrict role = firms->alliance_role + at, *restrict active = firms->active + at;
    const double *restrict platform = firms->platform_share + at, *restrict gpus = firms->gpus + at;
    const double *restrict capability = firms->capability + at;
    double host = p->compute_platform_budget, rich = p->compute_alliance_size * world->industry.installed_gpus;
    double labs[BLOCK], providers[BLOCK], best = -1e300;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double single = role[i] == 0.0 ? active[i] : 0.0;
        labs[i] = role[i] == 1.0 ? 1.0 : 0.0;
        int hosts = (platform[i] >= host) & (gpus[i] >= rich) & (gpus[i] > 0.0);
        providers[i] = hosts ? single : 0.0;
    }
    for (int i = 0; i < BLOCK; i++)
        best = active[i] > 0.0 && role[i] == 0.0 ? portable_max(capability[i], best) : best;
    sums_row(&world->sums, block)[SUM_labs] = sum_block(labs);
    sums_row(&world->sums, block)[SUM_free_providers] = sum_block(providers);
    sums_row(&world->sums, block)[SUM_free_lab] = best;
}
