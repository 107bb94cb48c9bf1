#include "market/regulation.h"

#include "agents/ladder.h"

void regulation_open(struct world *world) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    if (p->regulation_enabled == 0.0)
        return;
    world->conditions.capture = p->regulation_capture * world->industry.political_influence;
    world->conditions.burden = p->entry_barrier + world->conditions.capture;
    struct ladder *standing = &world->standing;
    ladder_open(standing);
    for (size_t slot = 0; slot < firms->slots; slot++)
        if (firms->active[slot] > 0.0)
            ladder_add(standing, firms->influence[slot]);
    ladder_close(standing);
}

void regulation_close(struct world *world) {
    if (world->parameters.regulation_enabled == 0.0)
        return;
    double receipts = sums_total(&world->sums, SUM_receipts, 0);
    world->industry.political_influence = receipts > 0.0 ? sums_total(&world->sums, SUM_influence, 0) / receipts : 0.0;
}
