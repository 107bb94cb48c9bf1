#include "core/elementary.h"
#include "parallel/check_tools.h"

/* Accounts change by arrivals and leavers, and bills by what is owed and paid: nothing else. */
static int check_accounts(const struct past *past, const struct world *world, int segment, struct failure *failure) {
    const struct firms *firms = &world->firms;
    const char *name = world->scenario->members[FAMILY_SEGMENT].name[segment];
    for (size_t slot = 0; slot < firms->slots; slot++) {
        double accounts = firms->accounts[segment][slot];
        double wanted = before(past, FIELD_accounts, segment, slot) - firms->leavers[segment][slot] +
                        firms->arrivals[segment][slot];
        if (accounts != wanted)
            return BROKEN("month %ld, firm %.0f: accounts[%s] = %.0f in place of %.0f: %.0f last month, %.0f arrivals, "
                          "%.0f leavers",
                          world->month, firms->id[slot], name, accounts, wanted,
                          before(past, FIELD_accounts, segment, slot), firms->arrivals[segment][slot],
                          firms->leavers[segment][slot]);
        double billed =
            before(past, FIELD_receivables, segment, slot) + before(past, FIELD_price, segment, slot) * accounts * 1e-6;
        double due = firms->receivables[segment][slot] + firms->receipts[segment][slot];
        if (fabs(due - billed) > rounding(billed))
            return BROKEN("month %ld, firm %.0f: receivables[%s] and receipts are %.17g M$ in place of %.17g",
                          world->month, firms->id[slot], name, due, billed);
    }
    double free = world->industry.non_adopters[segment];
    double wanted = past->industry.non_adopters[segment] + total(firms->leavers[segment], firms->slots) -
                    total(firms->arrivals[segment], firms->slots);
    if (free != wanted)
        return BROKEN("month %ld, segment %s: non_adopters = %.0f in place of %.0f", world->month, name, free, wanted);
    return MATTHEW_OK;
}

/* Staff changes by hires, separations, layoffs and, of researchers, walkouts; the pool by the same and by graduates
 * less retirement. */
static int check_people(const struct past *past, const struct world *world, int tier, struct failure *failure) {
    const struct firms *firms = &world->firms;
    const char *name = world->scenario->members[FAMILY_TIER].name[tier];
    for (size_t slot = 0; slot < firms->slots; slot++) {
        double staff = firms->staff[tier][slot], was = before(past, FIELD_staff, tier, slot);
        double hires = firms->hires[tier][slot], gone = firms->separations[tier][slot];
        double laid_off = firms->layoffs[tier][slot], walked_out = tier == 0 ? firms->walkouts[slot] : 0.0;
        if (staff != was + hires - gone - laid_off - walked_out)
            return BROKEN("month %ld, firm %.0f: staff[%s] = %.0f in place of %.0f: %.0f last month, %.0f hires, %.0f "
                          "separations, %.0f layoffs, %.0f walkouts",
                          world->month, firms->id[slot], name, staff, was + hires - gone - laid_off - walked_out, was,
                          hires, gone, laid_off, walked_out);
    }
    double newcomers = world->industry.people[tier] - past->industry.people[tier];
    double out = total(firms->separations[tier], firms->slots) + total(firms->layoffs[tier], firms->slots);
    out += tier == 0 ? total(firms->walkouts, firms->slots) : 0.0;
    double wanted = past->industry.pool[tier] + newcomers + out - total(firms->hires[tier], firms->slots);
    if (world->industry.pool[tier] != wanted)
        return BROKEN("month %ld, tier %s: pool = %.0f in place of %.0f", world->month, name,
                      world->industry.pool[tier], wanted);
    return MATTHEW_OK;
}

/* GPUs of a firm change by allotment, delivery and depreciation; no more is delivered than there was. */
static int check_machines(const struct past *past, const struct world *world, size_t slot, struct failure *failure) {
    const struct firms *firms = &world->firms;
    double kept = world->parameters.compute_enabled > 0.0 ? 1.0 - world->parameters.compute_depreciation : 1.0;
    double bought = firms->gpu_allotment[slot], made = firms->own_chip_allotment[slot], allotted = bought + made;
    double delivered = firms->gpu_delivery[slot], backlog = before(past, FIELD_gpu_backlog, 0, slot);
    double own = before(past, FIELD_own_gpus, 0, slot) * kept + before(past, FIELD_own_backlog, 0, slot) + made;
    const char *quantity = NULL;
    double value = 0.0, wanted = 0.0;
    if (!near(firms->gpus[slot], before(past, FIELD_gpus, 0, slot) * kept + delivered)) {
        quantity = "gpus";
        value = firms->gpus[slot];
        wanted = before(past, FIELD_gpus, 0, slot) * kept + delivered;
    } else if (!near(firms->gpu_backlog[slot] + delivered, backlog + allotted)) {
        quantity = "gpu_backlog";
        value = firms->gpu_backlog[slot];
        wanted = backlog + allotted - delivered;
    } else if (!near(firms->gpus_bought[slot], before(past, FIELD_gpus_bought, 0, slot) + bought)) {
        quantity = "gpus_bought";
        value = firms->gpus_bought[slot];
        wanted = before(past, FIELD_gpus_bought, 0, slot) + bought;
    } else if (!near(firms->own_chips_made[slot], before(past, FIELD_own_chips_made, 0, slot) + made)) {
        quantity = "own_chips_made";
        value = firms->own_chips_made[slot];
        wanted = before(past, FIELD_own_chips_made, 0, slot) + made;
    } else if (!near(firms->own_gpus[slot] + firms->own_backlog[slot], own)) {
        quantity = "own_gpus and own_backlog";
        value = firms->own_gpus[slot] + firms->own_backlog[slot];
        wanted = own;
    }
    if (quantity != NULL)
        return BROKEN("month %ld, firm %.0f: %s = %.17g in place of %.17g", world->month, firms->id[slot], quantity,
                      value, wanted);
    double sites = 0.0, held = firms->gpus[slot] > 0.0 ? 1.0 : 0.0;
    for (int region = 0; region < firms->regions; region++)
        sites += firms->site[region][slot];
    if (fabs(sites - held) > 1e-9)
        return BROKEN("month %ld, firm %.0f: site adds up to %.17g in place of %g", world->month, firms->id[slot],
                      sites, held);
    return MATTHEW_OK;
}

/* The vendor offers its supply, part of its stock and what came back; it keeps what it does not sell. */
static int check_vendor(const struct past *past, const struct world *world, struct failure *failure) {
    const struct parameters *p = &world->parameters;
    const struct industry *was = &past->industry, *industry = &world->industry;
    double own = total(world->firms.own_chip_allotment, world->firms.slots);
    double offer = was->gpu_supply + p->compute_inventory_release * was->gpu_inventory + was->gpus_returned - own;
    if (own > p->compute_own_foundry_share * was->gpu_supply * (1.0 + 1e-12))
        return BROKEN("month %ld: %.17g own chips are made of a supply of %.17g GPUs", world->month, own,
                      was->gpu_supply);
    if (!near(industry->gpu_offer, offer))
        return BROKEN("month %ld: gpu_offer = %.17g in place of %.17g", world->month, industry->gpu_offer, offer);
    if (p->compute_enabled == 0.0)
        return MATTHEW_OK;
    double sold = total(world->firms.gpu_allotment, world->firms.slots);
    double unsold = offer - sold + (1.0 - p->compute_inventory_release) * was->gpu_inventory;
    double stock = portable_clip(unsold, 0.0, p->compute_inventory_months * was->gpu_supply);
    if (p->compute_clearing > 0.0)
        stock = 0.0;
    double second_hand = was->gpus_second_hand + was->gpus_returned;
    double resold = portable_clip(sold, 0.0, second_hand);
    second_hand = portable_clip(second_hand - resold, 0.0, stock);
    if (fabs(industry->gpus_resold - resold) > 1e-9 * (offer + resold) ||
        fabs(industry->gpus_second_hand - second_hand) > 1e-9 * (offer + stock))
        return BROKEN("month %ld: gpus_resold, gpus_second_hand = %.17g, %.17g in place of %.17g, %.17g", world->month,
                      industry->gpus_resold, industry->gpus_second_hand, resold, second_hand);
    if (sold > offer * (1.0 + 1e-9) + 1e-9)
        return BROKEN("month %ld: %.17g GPUs are sold and %.17g are on offer", world->month, sold, offer);
    if (fabs(industry->gpu_inventory - stock) > 1e-9 * (offer + stock) || industry->gpus_returned != 0.0)
        return BROKEN("month %ld: gpu_inventory = %.17g in place of %.17g", world->month, industry->gpu_inventory,
                      stock);
    return MATTHEW_OK;
}

int check_stocks(const struct past *past, const struct world *world, struct failure *failure) {
    int status = MATTHEW_OK;
    for (int segment = 0; segment < world->firms.segments && status == MATTHEW_OK; segment++)
        status = check_accounts(past, world, segment, failure);
    for (int tier = 0; tier < world->firms.tiers && status == MATTHEW_OK; tier++)
        status = check_people(past, world, tier, failure);
    for (size_t slot = 0; slot < world->firms.slots && status == MATTHEW_OK; slot++)
        status = check_machines(past, world, slot, failure);
    return status == MATTHEW_OK ? check_vendor(past, world, failure) : status;
}
