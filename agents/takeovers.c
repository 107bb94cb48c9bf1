#include "agents/takeovers.h"

#include "agents/payments.h"
#include "agents/value.h"
#include "core/elementary.h"
#include "core/memory.h"
#include "core/samplers.h"

#include <stdlib.h>
#include <string.h>

/* The purse of a firm that is sold already. */
static const double GONE = -1e300;

int departures_reserve(struct departures *departures, size_t slots, struct failure *failure) {
    if (slots <= departures->capacity)
        return MATTHEW_OK;
    slots = memory_room(departures->capacity, slots);
    struct departure *list = memory_grow(departures->list, departures->count, slots, sizeof *list);
    if (list == NULL)
        return fail_memory(failure, "firms that leave");
    departures->list = list;
    double **scratch[] = {&departures->purse, &departures->receipts, &departures->weight};
    for (size_t i = 0; i < sizeof scratch / sizeof *scratch; i++) {
        double *larger = memory_grow(*scratch[i], 0, slots, sizeof *larger);
        if (larger == NULL)
            return fail_memory(failure, "firms that buy others");
        *scratch[i] = larger;
    }
    departures->capacity = slots;
    return MATTHEW_OK;
}

void departures_free(struct departures *departures) {
    memory_free(departures->list);
    memory_free(departures->purse);
    memory_free(departures->receipts);
    memory_free(departures->weight);
    memset(departures, 0, sizeof *departures);
}

/* ---- who leaves ---- */

static int by_id(const void *left, const void *right) {
    const struct departure *a = left, *b = right;
    return (a->id > b->id) - (a->id < b->id);
}

/* Appends the insolvent firms and those for sale of all blocks that have any, in the order of ids. */
static void gather(struct world *world, int buying) {
    const struct firms *firms = &world->firms;
    struct departures *departures = &world->departures;
    double floor = insolvency_floor(world);
    size_t first = departures->count;
    for (size_t block = 0; block < world->sums.blocks; block++) {
        const double *row = sums_row(&world->sums, block);
        if (row[SUM_insolvent] == 0.0 && (!buying || row[SUM_for_sale] == 0.0))
            continue;
        for (size_t slot = block * BLOCK; slot < (block + 1) * BLOCK && slot < firms->slots; slot++) {
            int insolvent = firms->active[slot] > 0.0 && firms->cash[slot] < floor;
            int sold = buying && departures->purse[slot] == GONE;
            if ((insolvent || (buying && firms->for_sale[slot] > 0.0)) && !sold)
                departures->list[departures->count++] =
                    (struct departure){.id = firms->id[slot], .slot = slot, .buyer = NO_SLOT, .insolvent = insolvent};
        }
    }
    qsort(departures->list + first, departures->count - first, sizeof *departures->list, by_id);
}

/* ---- who buys ---- */

/* What every firm could spend and what it earns, before the month's takeovers. */
static void open_purses(struct world *world) {
    const struct firms *firms = &world->firms;
    struct departures *departures = &world->departures;
    memcpy(departures->purse, firms->cash, firms->slots * sizeof *departures->purse);
    memcpy(departures->receipts, firms->total_receipts, firms->slots * sizeof *departures->receipts);
}

/* The cash of all firms that could be asked, up to each slot: firms that leave are not asked. */
static void weigh_suitors(struct world *world, size_t first) {
    const struct firms *firms = &world->firms;
    struct departures *departures = &world->departures;
    double *weight = departures->weight, total = 0.0;
    for (size_t slot = 0; slot < firms->slots; slot++)
        weight[slot] = portable_max(departures->purse[slot], 0.0);
    for (size_t i = first; i < departures->count; i++)
        weight[departures->list[i].slot] = 0.0;
    for (size_t slot = 0; slot < firms->slots; slot++)
        weight[slot] = total += weight[slot];
}

/* The first slot at which the sum of weights reaches a point above 0 and up to the total. */
static size_t find_suitor(const double *weight, size_t slots, double point) {
    size_t low = 0, high = slots - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (weight[middle] < point)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Merger control: the joint share of receipts, unless the target is too small to matter. */
static int is_allowed(const struct world *world, size_t buyer, size_t target) {
    const struct parameters *p = &world->parameters;
    const double *receipts = world->departures.receipts;
    double all = sums_total(&world->sums, SUM_receipts, 0);
    if (p->acquisitions_share_limit == 0.0)
        return 0;
    return receipts[target] <= p->acquisitions_share_exempt * all ||
           receipts[buyer] + receipts[target] <= p->acquisitions_share_limit * all;
}

/* Whether the buyer is there, can pay with `cover` times the cash, debts of the target included, and may. */
static int can_buy(const struct world *world, size_t buyer, size_t target, double price, double cover) {
    const double *purse = world->departures.purse;
    double cost = price - portable_min(purse[target], 0.0);
    return buyer != target && world->firms.active[buyer] > 0.0 && purse[buyer] >= 0.0 && purse[buyer] >= cover * cost &&
           purse[buyer] - cost >= insolvency_floor(world) && is_allowed(world, buyer, target);
}

static void agree(struct world *world, struct departure *departure, size_t buyer, double price) {
    struct departures *departures = &world->departures;
    size_t target = departure->slot;
    departure->buyer = buyer;
    departure->price = price;
    departures->purse[buyer] += departures->purse[target] - price;
    departures->receipts[buyer] += departures->receipts[target];
    departures->purse[target] = GONE;
    departures->receipts[target] = 0.0;
    departures->bought++;
}

/* Asks a few firms, drawn in proportion to their cash; the first that can and may buys. */
static void look_for_buyer(struct world *world, struct departure *departure) {
    const struct parameters *p = &world->parameters;
    const double *weight = world->departures.weight;
    size_t slots = world->firms.slots;
    double share = departure->insolvent ? p->acquisitions_distress_price : p->acquisitions_premium;
    double price = share * world->firms.valuation[departure->slot], total = weight[slots - 1];
    struct generator generator =
        generator_open(random_key(world->seed, world->month, PURPOSE_SUITOR, 0, (uint64_t)departure->id));
    double luck = generator_uniform(&generator);
    if (departure->insolvent ? luck >= p->acquisitions_distress_probability : !(price > 0.0))
        return;
    for (double asked = 1.0; asked <= p->acquisitions_suitors && total > 0.0; asked += 1.0) {
        size_t suitor = find_suitor(weight, slots, generator_uniform(&generator) * total);
        if (can_buy(world, suitor, departure->slot, price, p->acquisitions_cash_cover)) {
            agree(world, departure, suitor, price);
            return;
        }
    }
}

/* The slot of a named firm; NO_SLOT when it has left. Their ids are their places in the scenario. */
static size_t find_named(const struct world *world, const char *name) {
    const struct scenario *scenario = world->scenario;
    for (size_t id = 0; id < scenario->named_count; id++)
        if (strcmp(scenario->named[id].name, name) == 0)
            return world_slot(world, (double)id);
    return NO_SLOT;
}

/* This month's takeovers of the schedule: at the price that is written, for whoever has it in cash. */
static void keep_schedule(struct world *world) {
    const struct scenario *scenario = world->scenario;
    struct departures *departures = &world->departures;
    for (size_t i = 0; i < scenario->takeover_count; i++) {
        const struct takeover *takeover = &scenario->takeovers[i];
        if (takeover->month != world->month)
            continue;
        size_t buyer = find_named(world, takeover->buyer), target = find_named(world, takeover->target);
        if (buyer == NO_SLOT || target == NO_SLOT || departures->purse[target] == GONE ||
            !can_buy(world, buyer, target, takeover->price, 1.0))
            continue;
        struct departure *departure = &departures->list[departures->count++];
        *departure = (struct departure){.id = world->firms.id[target], .slot = target};
        departure->insolvent = departures->purse[target] < insolvency_floor(world);
        agree(world, departure, buyer, takeover->price);
        world->firms.for_sale[buyer] = 0.0; /* who has just bought is not sold */
    }
}

void departures_plan(struct world *world) {
    const struct parameters *p = &world->parameters;
    struct departures *departures = &world->departures;
    int buying = p->acquisitions_enabled > 0.0 && world->firms.slots > 0;
    departures->count = departures->bought = 0;
    if (buying) {
        open_purses(world);
        keep_schedule(world);
    }
    size_t first = departures->count, kept = first;
    gather(world, buying);
    if (buying && departures->count > first)
        weigh_suitors(world, first);
    for (size_t i = first; i < departures->count; i++) {
        struct departure departure = departures->list[i];
        if (buying)
            look_for_buyer(world, &departure);
        if (departure.insolvent || departure.buyer != NO_SLOT) /* else it stays as it is */
            departures->list[kept++] = departure;
    }
    departures->count = kept;
}

/* ---- what moves ---- */

/* How many of `count` go along; a key for each tier and segment. */
static double retained(const struct world *world, size_t target, int member, double count, double chance) {
    uint64_t key = random_key(world->seed, world->month, PURPOSE_RETENTION, member, (uint64_t)world->firms.id[target]);
    struct generator generator = generator_open(key);
    return draw_binomial(&generator, count, chance);
}

/* People go along or to the pool. Who goes along is new at the buyer. */
static void move_staff(struct world *world, size_t target, size_t buyer) {
    const struct firms *firms = &world->firms;
    const struct parameters *p = &world->parameters;
    double strangers = p->organisation_enabled > 0.0 && p->organisation_dilution_rate > 0.0 ? 1.0 : 0.0; /* (16) */
    for (int tier = 0; tier < firms->tiers; tier++) {
        double *staff = firms->staff[tier], *tenure = firms->staff_tenure[tier];
        double all = staff[target], along = retained(world, target, tier, all, p->acquisitions_staff_retention);
        tenure[buyer] *= staff[buyer] / portable_max(staff[buyer] + along, 1.0);
        staff[buyer] += along;
        firms->joined[buyer] += strangers * along;
        world->industry.pool[tier] += all - along;
        if (tier > 0)
            continue;
        double gap = portable_max(0.0, firms->capability[target] - firms->capability[buyer]);
        double scale = portable_max(along + p->talent_prestige_scale, 1e-12);
        double before = firms->capability[buyer];
        firms->capability[buyer] += p->acquisitions_know_how_transfer * along / scale * gap; /* as (7) */
        value_raised(world, before, firms->capability[buyer]);
    }
}

/* Accounts go along or to those without a firm; what is owed all goes to the buyer. Lock-in begins anew. */
static void move_accounts(struct world *world, size_t target, size_t buyer) {
    const struct firms *firms = &world->firms;
    for (int segment = 0; segment < firms->segments; segment++) {
        double *accounts = firms->accounts[segment], *tenure = firms->tenure[segment];
        double all = accounts[target], along = retained(world, target, MEMBERS_MAX + segment, all,
                                                        world->parameters.acquisitions_account_retention);
        double own = accounts[buyer] / portable_max(accounts[buyer] + along, 1.0);
        tenure[buyer] *= own;
        firms->match[segment][buyer] *= own; /* who goes along has not chosen the buyer */
        accounts[buyer] += along;
        world->industry.non_adopters[segment] += all - along;
        firms->receivables[segment][buyer] += firms->receivables[segment][target];
        firms->receipts[segment][buyer] += firms->receipts[segment][target];
    }
}

/* Machines, where they stand, and those that are paid and not delivered. */
static void move_machines(struct world *world, size_t target, size_t buyer) {
    const struct firms *firms = &world->firms;
    double own = firms->gpus[buyer], added = firms->gpus[target], all = own + added;
    for (int region = 0; region < firms->regions && all > 0.0; region++) {
        double *site = firms->site[region];
        site[buyer] = (own * site[buyer] + added * site[target]) / all;
    }
    firms->gpus[buyer] = all;
    firms->gpu_backlog[buyer] += firms->gpu_backlog[target];
    firms->gpus_bought[buyer] += firms->gpus_bought[target];
    firms->own_gpus[buyer] += firms->own_gpus[target];
    firms->own_backlog[buyer] += firms->own_backlog[target];
    firms->own_chips_made[buyer] += firms->own_chips_made[target];
}

void takeover_transfer(struct world *world, const struct departure *departure) {
    const struct firms *firms = &world->firms;
    size_t target = departure->slot, buyer = departure->buyer;
    firms->cash[buyer] += firms->cash[target] - departure->price;
    payments_takeover(world, target, departure->price);
    firms->core_income[buyer] += firms->core_income[target];
    firms->total_receipts[buyer] += firms->total_receipts[target];
    firms->operating_outflow[buyer] += firms->operating_outflow[target];
    move_staff(world, target, buyer);
    move_accounts(world, target, buyer);
    move_machines(world, target, buyer);
}
