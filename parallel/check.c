#include "parallel/check.h"

#include "parallel/check_tools.h"

/* Columns that may be below zero. */
static int may_be_negative(enum field field) {
    switch (field) {
    case FIELD_alliance_share:
    case FIELD_exit_fee:
    case FIELD_hosted_capability:
    case FIELD_cash:
    case FIELD_momentum:
    case FIELD_runway:
    case FIELD_capability:
    case FIELD_claim:
    case FIELD_quality:
    case FIELD_appeal:
    case FIELD_burn:
    case FIELD_core_income:
    case FIELD_npv:
        return 1;
    default:
        return field_empty(field) < 0.0;
    }
}

/* No NaN, no infinity, no negative stock; counts are whole; an empty slot holds nothing. */
static int check_columns(const struct world *world, struct failure *failure) {
    const struct firms *firms = &world->firms;
    for (int field = 0; field < FIELD_COUNT; field++) {
        const struct field_info *info = &field_table[field];
        int members = firms_members(firms, info->dimension);
        for (int member = 0; member < members; member++) {
            const double *column = firms_column(firms, (enum field)field, member);
            for (size_t slot = 0; slot < firms->slots; slot++) {
                double value = column[slot];
                const char *wrong = NULL;
                if (!isfinite(value))
                    wrong = "is not a finite number";
                else if (value < 0.0 && !may_be_negative((enum field)field))
                    wrong = "is negative";
                else if (info->type != FIELD_FLOAT && floor(value) != value)
                    wrong = "is not a whole number";
                else if (firms->active[slot] == 0.0 && info->class == FIELD_STATE &&
                         value != field_empty((enum field)field))
                    wrong = "is held by an empty slot";
                if (wrong != NULL)
                    return fail(failure, MATTHEW_BROKEN_INVARIANT, "month %ld, firm %.0f: %s[%d] = %.17g %s",
                                world->month, firms->id[slot], info->name, member, value, wrong);
            }
        }
    }
    return MATTHEW_OK;
}

/* Accounts of a segment: held by firms or by nobody, together the population, exactly. */
static int check_accounts(const struct world *world, struct failure *failure) {
    for (int segment = 0; segment < world->firms.segments; segment++) {
        double held = total(world->firms.accounts[segment], world->firms.slots);
        double population = floor(world->parameters.customers_population[segment]);
        if (held + world->industry.non_adopters[segment] != population)
            return fail(
                failure, MATTHEW_BROKEN_INVARIANT,
                "month %ld, segment %s: %.0f accounts held by firms and %.0f by nobody are not the population %.0f",
                world->month, world->scenario->members[FAMILY_SEGMENT].name[segment], held,
                world->industry.non_adopters[segment], population);
    }
    return MATTHEW_OK;
}

/* People of a tier: in the pool or in firms, together as many as graduates and retirement have left, exactly. */
static int check_people(const struct world *world, struct failure *failure) {
    for (int tier = 0; tier < world->firms.tiers; tier++) {
        double staff = total(world->firms.staff[tier], world->firms.slots), pool = world->industry.pool[tier];
        if (staff + pool != world->industry.people[tier])
            return fail(failure, MATTHEW_BROKEN_INVARIANT,
                        "month %ld, tier %s: %.0f people in firms and %.0f in the pool are not the %.0f there are",
                        world->month, world->scenario->members[FAMILY_TIER].name[tier], staff, pool,
                        world->industry.people[tier]);
    }
    return MATTHEW_OK;
}

/* GPUs: what was allotted is what the vendor sold, no more than it offered. */
static int check_compute(const struct world *world, struct failure *failure) {
    if (world->parameters.compute_enabled == 0.0)
        return MATTHEW_OK;
    double allotted = total(world->firms.gpu_allotment, world->firms.slots);
    double most =
        world->industry.gpu_offer < world->industry.gpu_orders ? world->industry.gpu_offer : world->industry.gpu_orders;
    if (fabs(allotted - most) > 1e-9 * (1.0 + most))
        return fail(failure, MATTHEW_BROKEN_INVARIANT, "month %ld: %.17g GPUs allotted, but %.17g could be sold",
                    world->month, allotted, most);
    return MATTHEW_OK;
}

/* Own chips are part of the GPUs and come out of the foundry's part of the supply (9); as many GPUs and as much rent
 * change hands on one side as on the other (11). */
static int check_sharing(const struct world *world, struct failure *failure) {
    const struct firms *firms = &world->firms;
    size_t slots = firms->slots;
    double own = total(firms->own_chip_allotment, slots), made = world->industry.own_chips;
    if (fabs(own - made) > 1e-9 * (1.0 + made))
        return fail(failure, MATTHEW_BROKEN_INVARIANT, "month %ld: %.17g own chips allotted, but %.17g made",
                    world->month, own, made);
    double in = total(firms->rented_in, slots), out = total(firms->rented_out, slots);
    double paid = total(firms->rent_paid, slots), earned = total(firms->rent_earned, slots);
    if (fabs(in - out) > 1e-9 * (1.0 + in) || fabs(paid - earned) > 1e-9 * (1.0 + paid))
        return fail(failure, MATTHEW_BROKEN_INVARIANT,
                    "month %ld: %.17g GPUs rented for %.17g M$, but %.17g lent for %.17g M$", world->month, in, paid,
                    out, earned);
    for (size_t slot = 0; slot < slots; slot++)
        if (firms->own_gpus[slot] > firms->gpus[slot] || firms->own_backlog[slot] > firms->gpu_backlog[slot])
            return fail(failure, MATTHEW_BROKEN_INVARIANT, "month %ld, firm %.0f: more own chips than GPUs",
                        world->month, firms->id[slot]);
    return MATTHEW_OK;
}

/* Two firms are each other's partners, one the lab and one the provider; what one gives the other gets (11). */
static int check_alliances(const struct world *world, struct failure *failure) {
    const struct firms *firms = &world->firms;
    double fees = total(firms->exit_fee, firms->slots), most = 0.0;
    for (size_t slot = 0; slot < firms->slots; slot++) {
        most = fmax(most, fabs(firms->exit_fee[slot]));
        double ally = firms->ally[slot], role = firms->alliance_role[slot];
        if (firms->active[slot] == 0.0 || (ally < 0.0 && role == 0.0))
            continue;
        size_t partner = world_slot(world, ally);
        int paired = partner != NO_SLOT && role > 0.0 && firms->ally[partner] == firms->id[slot] &&
                     firms->alliance_role[partner] + role == 3.0;
        if (!paired)
            return fail(failure, MATTHEW_BROKEN_INVARIANT, "month %ld, firm %.0f: ally %.0f is no partner",
                        world->month, firms->id[slot], ally);
        if (firms->claimed_in[slot] != firms->claimed_out[partner] ||
            firms->alliance_share[slot] != -firms->alliance_share[partner])
            return fail(failure, MATTHEW_BROKEN_INVARIANT,
                        "month %ld, firms %.0f and %.0f: one does not get what the other gives", world->month,
                        firms->id[slot], ally);
    }
    if (fabs(fees) > 1e-12 * most * (double)firms->slots)
        return fail(failure, MATTHEW_BROKEN_INVARIANT, "month %ld: exit fees add up to %.17g M$", world->month, fees);
    return MATTHEW_OK;
}

/* The register knows where every firm is, and nothing lies behind the slots in use. */
static int check_places(const struct world *world, struct failure *failure) {
    const struct firms *firms = &world->firms;
    for (size_t slot = 0; slot < firms->slots; slot++)
        if (firms->id[slot] >= 0.0 && world_slot(world, firms->id[slot]) != slot)
            return fail(failure, MATTHEW_BROKEN_INVARIANT, "month %ld, firm %.0f: the register does not know slot %zu",
                        world->month, firms->id[slot], slot);
    for (size_t slot = firms->slots; slot < firms->capacity; slot++)
        if (firms->id[slot] != -1.0 || firms->active[slot] != 0.0)
            return fail(failure, MATTHEW_BROKEN_INVARIANT, "month %ld: slot %zu is not in use and not empty",
                        world->month, slot);
    return MATTHEW_OK;
}

int check_world(const struct world *world, struct failure *failure) {
    int status = check_columns(world, failure);
    if (status == MATTHEW_OK)
        status = check_places(world, failure);
    if (status == MATTHEW_OK)
        status = check_accounts(world, failure);
    if (status == MATTHEW_OK)
        status = check_people(world, failure);
    if (status == MATTHEW_OK)
        status = check_compute(world, failure);
    if (status == MATTHEW_OK)
        status = check_sharing(world, failure);
    if (status == MATTHEW_OK)
        status = check_alliances(world, failure);
    return status;
}
