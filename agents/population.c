#include "agents/population.h"

#include "agents/alliance.h"
#include "agents/events.h"
#include "agents/founding.h"
#include "agents/genes.h"
#include "agents/learning.h"
#include "agents/organisation.h"
#include "agents/payments.h"
#include "agents/takeovers.h"
#include "agents/value.h"
#include "core/memory.h"
#include "core/samplers.h"

#include <string.h>

static void begin_industry(struct world *world) {
    const struct parameters *p = &world->parameters;
    struct industry *industry = &world->industry;
    memset(industry, 0, sizeof *industry);
    industry->sector_growth = p->capital_reference_growth;
    industry->threshold_month = -1.0;
    industry->growth_fast = industry->growth_slow = 0.02;
    industry->gpu_supply = p->compute_supply;
    for (int tier = 0; tier < world->firms.tiers; tier++) {
        industry->people[tier] = industry->pool[tier] = portable_floor(p->talent_pool[tier]);
        industry->raid_premium[tier] = 1.0;
    }
    for (int segment = 0; segment < world->firms.segments; segment++)
        industry->non_adopters[segment] = portable_floor(p->customers_population[segment]);
}

void population_begin(struct world *world) {
    const struct scenario *scenario = world->scenario;
    begin_industry(world);
    genes_range(&world->gene_range);
    size_t slot = 0;
    for (; slot < scenario->named_count; slot++)
        found_named(world, slot, &scenario->named[slot]);
    for (size_t i = 0; i < slot && world->parameters.compute_alliances > 0.0; i++) {
        size_t ally = scenario_ally(scenario, i);
        if (ally < i) { /* whoever has more GPUs provides */
            int provides = scenario->named[ally].gpus >= scenario->named[i].gpus;
            alliance_join(world, provides ? i : ally, provides ? ally : i);
        }
    }
    for (; slot < (size_t)scenario->firms; slot++)
        found_startup(world, slot);
    world->firms.slots = slot;
    world->keep_books = 1; /* month 0 */
    payments_close(world);
}

void population_count(struct world *world) {
    const struct parameters *p = &world->parameters;
    departures_plan(world);
    world->exits = (long)world->departures.count;
    world->entries = 0;
    if (p->entry_replacement > 0.0)
        world->entries = world->exits;
    else if (p->entry_enabled > 0.0) { /* (24) */
        const struct industry *industry = &world->industry;
        double climate = p->entry_sentiment_elasticity * industry->log_sentiment +
                         p->entry_growth_response * (industry->sector_growth - p->capital_reference_growth) -
                         p->entry_barrier - world->conditions.capture;
        double mean = p->entry_rate * world->scenario->entry_scale * portable_exp(portable_clip(climate, -5.0, 3.0));
        struct generator generator = generator_open(random_key(world->seed, world->month, PURPOSE_ENTRY, 0, 0));
        world->entries = (long)draw_poisson(&generator, mean);
    }
    spin_outs_gather(world);
    world->entries += (long)world->spin_outs.count;
}

size_t population_slots(const struct world *world) {
    size_t holes = world->departures.count, entries = (size_t)world->entries;
    for (size_t slot = 0; slot < world->firms.slots && entries > holes; slot++)
        holes += world->firms.id[slot] < 0.0;
    return world->firms.slots + (entries > holes ? entries - holes : 0);
}

/* Winds up a firm: people to the pool, accounts to those without a firm, GPUs to next month's supply. Returns what is
 * left for its holders. */
static double liquidate(struct world *world, size_t slot) {
    struct firms *firms = &world->firms;
    struct industry *industry = &world->industry;
    double gpus = firms->gpus[slot] + firms->gpu_backlog[slot];
    for (int tier = 0; tier < firms->tiers; tier++)
        industry->pool[tier] += firms->staff[tier][slot];
    for (int segment = 0; segment < firms->segments; segment++)
        industry->non_adopters[segment] += firms->accounts[segment][slot];
    industry->gpus_returned += gpus;
    events_add(world, EVENT_liquidation, firms->id[slot], -1.0, gpus);
    return payments_estate(world, slot);
}

/* Ends a firm, one way or the other. Its slot is emptied afterwards, with those of all that leave. */
static void depart(struct world *world, const struct departure *departure) {
    struct firms *firms = &world->firms;
    size_t slot = departure->slot;
    double buyer = departure->buyer == NO_SLOT ? -1.0 : firms->id[departure->buyer];
    alliance_part(world, slot, 0.0);
    if (departure->insolvent)
        events_add(world, EVENT_insolvency, departure->id, -1.0, firms->cash[slot]);
    double proceeds = departure->price;
    if (departure->buyer == NO_SLOT) {
        proceeds = liquidate(world, slot);
    } else {
        takeover_transfer(world, departure);
        events_add(world, EVENT_acquisition, departure->id, buyer, departure->price);
    }
    struct register_row *row = &world->reg.rows[(size_t)departure->id];
    row->exit_month = world->month;
    row->reason = departure->buyer == NO_SLOT ? EXIT_LIQUIDATED : EXIT_ACQUIRED;
    row->acquirer = buyer;
    row->price = departure->price;
    row->rounds = firms->round[slot];
    row->raised = firms->raised[slot];
    row->proceeds = firms->investor_proceeds[slot];
    value_at_exit(world, row, proceeds);
    firms->active[slot] = 0.0;
    row->slot = -1;
    places_leave(&world->places, (size_t)row->place, world->month);
}

static void depart_all(struct world *world) {
    const struct departures *departures = &world->departures;
    for (size_t i = 0; i < departures->count; i++) {
        depart(world, &departures->list[i]);
        world->holes.slot[i] = departures->list[i].slot;
    }
    firms_clear(&world->firms, world->holes.slot, departures->count);
    world->departures.count = 0;
}

/* ---- slots ---- */

static void find_holes(struct world *world) {
    struct holes *holes = &world->holes;
    holes->count = 0;
    for (size_t slot = 0; slot < world->firms.slots; slot++)
        if (world->firms.id[slot] < 0.0)
            holes->slot[holes->count++] = slot;
}

/* The n-th newcomer's slot: the lowest hole that is left, or a new slot. */
static size_t take_slot(struct world *world, size_t number) {
    return number < world->holes.count ? world->holes.slot[number] : world->firms.slots++;
}

static size_t blocks_of(size_t slots) {
    return (slots + BLOCK - 1) / BLOCK;
}

/* Moves the last firms into the holes that are left, when a block less will do. One slot always stays. */
static void compact(struct world *world, size_t filled) {
    struct firms *firms = &world->firms;
    const size_t *hole = world->holes.slot + filled;
    size_t *from = world->holes.from, left = world->holes.count > filled ? world->holes.count - filled : 0;
    size_t slots = firms->slots > left ? firms->slots - left : 1, count = 0;
    if (blocks_of(slots) == blocks_of(firms->slots))
        return;
    for (size_t slot = firms->slots; slot-- > slots;)
        if (firms->id[slot] >= 0.0)
            from[count++] = slot;
    firms_compact(firms, from, hole, count, slots);
    for (size_t i = 0; i < count; i++)
        world->reg.rows[(size_t)firms->id[hole[i]]].slot = (long)hole[i];
}

static void replace(struct world *world) {
    world->arrangement++;
    depart_all(world);
    find_holes(world);
    size_t groups = world->spin_outs.count; /* first: they have been counted in the pool since they left */
    for (size_t i = 0; i < groups; i++)
        found_spin_out(world, take_slot(world, i), &world->spin_outs.list[i]);
    for (size_t number = groups; number < (size_t)world->entries; number++)
        found_entrant(world, take_slot(world, number), (long)(number - groups));
    compact(world, (size_t)world->entries);
}

void population_turn_over(struct world *world) {
    if (world->parameters.acquisitions_enabled > 0.0 && world->parameters.organisation_enabled > 0.0)
        memset(world->firms.joined, 0, world->firms.slots * sizeof *world->firms.joined);
    if (world->departures.count > 0 || world->entries > 0)
        replace(world);
    learning_step(world);
}
