#include "market/silicon.h"

#include "core/elementary.h"

void silicon_open(struct world *world) {
    struct industry *industry = &world->industry;
    double orders = sums_total(&world->sums, SUM_own_chip_orders, 0);
    double limit = world->parameters.compute_own_foundry_share * industry->gpu_supply;
    industry->own_chips = portable_min(orders, limit);
    industry->own_chip_fill = orders > limit ? limit / orders : 1.0;
}
