/* Technology (equations 12-15): serving against training, runs, releases, advantage decay and quality; and the layers,
 * the ecosystem and reach that budgets build. */
#ifndef MATTHEW_AGENTS_TECHNOLOGY_H
#define MATTHEW_AGENTS_TECHNOLOGY_H

#include "agents/world.h"
#include "core/elementary.h"

/* Tenfolds passed by a capability (14), (15): the number of whole steps of scaling + jump. */
double technology_tenfolds(const struct parameters *parameters, double capability);

/* How open the best models are (15), of the firms as they stand, under a mandate. The totals of a month make it while
 * advantages decay; this is for the month in which a schedule begins to let them. Cost: one pass over the firms. */
double technology_openness(const struct world *world, double mandate);

#ifdef MATTHEW_KERNEL_SUFFIX
/* Concurrent runs of a training cluster (13). */
KERNEL_INLINE double concurrent_runs(double cluster, double critical, double exponent) {
    double size = critical * portable_exp(exponent * portable_log(portable_max(cluster / critical, 1.0)));
    return portable_max(portable_floor(cluster / portable_max(size, 1e-12)), 1.0);
}

/* Compute that serving takes, from the accounts of last month. */
void KERNEL(technology_need_block)(struct world *world, size_t block);
/* Serving and training, from the need and the GPUs at hand. */
void KERNEL(technology_serve_block)(struct world *world, size_t block);
void KERNEL(technology_train_block)(struct world *world, size_t block);
/* Quality served (18): capability less what congestion, debt and dilution cost. */
void KERNEL(technology_quality_block)(struct world *world, size_t block);
void KERNEL(technology_build_block)(struct world *world, size_t block);
#endif

#endif
