#include "agents/alliance.h"

#include "agents/events.h"

size_t alliance_partner(const struct world *world, size_t slot) {
    return (size_t)world->reg.rows[(size_t)world->firms.ally[slot]].slot;
}

void alliance_join(struct world *world, size_t lab, size_t provider) {
    struct firms *firms = &world->firms;
    firms->ally[lab] = firms->id[provider];
    firms->ally[provider] = firms->id[lab];
    firms->alliance_role[lab] = ALLIANCE_LAB;
    firms->alliance_role[provider] = ALLIANCE_PROVIDER;
    firms->partner_stake[lab] = 0.0;
}

void alliance_part(struct world *world, size_t slot, double fee) {
    struct firms *firms = &world->firms;
    if (firms->alliance_role[slot] == ALLIANCE_NONE)
        return;
    size_t partner = alliance_partner(world, slot);
    size_t lab = firms->alliance_role[slot] == ALLIANCE_LAB ? slot : partner;
    size_t provider = lab == slot ? partner : slot;
    events_add(world, EVENT_alliance_ended, firms->id[lab], firms->id[provider], fee);
    firms->partner_stake[lab] = 0.0;
    firms->ally[lab] = firms->ally[provider] = -1.0;
    firms->alliance_role[lab] = firms->alliance_role[provider] = ALLIANCE_NONE;
}
