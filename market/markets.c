#include "market/markets.h"

#include "core/memory.h"

static int know_how_reserve(struct know_how *know_how, size_t slots, struct failure *failure) {
    if (slots <= know_how->capacity)
        return MATTHEW_OK;
    slots = memory_room(know_how->capacity, slots);
    struct origin *origins = memory_new(slots, sizeof *origins);
    if (origins == NULL)
        return fail_memory(failure, "the talent market");
    memory_free(know_how->origins);
    *know_how = (struct know_how){.origins = origins, .capacity = slots};
    return MATTHEW_OK;
}

double markets_user_cost(const struct world *world) {
    const struct parameters *p = &world->parameters;
    double energy = 0.0, sites = 0.0;
    for (int region = 0; region < world->firms.regions; region++) {
        energy += p->regions_site_share[region] * world->conditions.energy[region];
        sites += p->regions_site_share[region];
    }
    return world->industry.gpu_price * (p->compute_depreciation + p->compute_capital_charge) + energy / sites;
}

int markets_reserve(struct markets *markets, size_t slots, struct failure *failure) {
    int status = know_how_reserve(&markets->know_how, slots, failure);
    for (int i = 0; i < MEMBERS_MAX && status == MATTHEW_OK; i++) {
        status = choice_reserve(&markets->talent[i], slots / BLOCK, failure);
        if (status == MATTHEW_OK)
            status = choice_reserve(&markets->customers[i], slots / BLOCK, failure);
    }
    return status;
}

void markets_free(struct markets *markets) {
    for (int i = 0; i < MEMBERS_MAX; i++) {
        choice_free(&markets->talent[i]);
        choice_free(&markets->customers[i]);
    }
    memory_free(markets->know_how.origins);
    *markets = (struct markets){0};
}
