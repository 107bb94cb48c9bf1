#include "agents/population.h"

#include "agents/alliance.h"
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

int slot_queue_reserve(struct slot_queue *queue, size_t capacity, struct failure *failure) {
    if (capacity <= queue->capacity)
        return MATTHEW_OK;
    capacity = memory_room(queue->capacity, capacity);
    size_t *slot = memory_new(capacity, sizeof *slot);
    long *left = memory_new(capacity, sizeof *left);
    if (slot == NULL || left == NULL) {
        memory_free(slot);
        memory_free(left);
        return fail_memory(failure, "free slots");
    }
    for (size_t i = 0; i < queue->count; i++) {
        size_t from = (queue->first + i) % queue->capacity;
        slot[i] = queue->slot[from];
        left[i] = queue->left[from];
    }
    size_t count = queue->count;
    slot_queue_free(queue);
    *queue = (struct slot_queue){.slot = slot, .left = left, .count = count, .capacity = capacity};
    return MATTHEW_OK;
}

void slot_queue_free(struct slot_queue *queue) {
    memory_free(queue->slot);
    memory_free(queue->left);
    memset(queue, 0, sizeof *queue);
}

int events_reserve(struct events *events, size_t capacity, struct failure *failure) {
    if (capacity <= events->capacity)
        return MATTHEW_OK;
    size_t larger = capacity + capacity / 2;
    struct event *list = memory_grow(events->list, events->count, larger, sizeof *list);
    if (list == NULL)
        return fail_memory(failure, "events");
    events->list = list;
    events->capacity = larger;
    return MATTHEW_OK;
}

void events_free(struct events *events) {
    memory_free(events->list);
    memset(events, 0, sizeof *events);
}

void events_add(struct world *world, int kind, double firm, double other, double amount) {
    if (!world->keep_events || world->events.count == world->events.capacity)
        return;
    world->events.list[world->events.count++] = (struct event){world->month, kind, firm, other, amount};
}

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

/* Free slots that have rested long enough. */
static size_t rested(const struct world *world) {
    const struct slot_queue *queue = &world->free_slots;
    size_t count = 0;
    while (count < queue->count && queue->left[(queue->first + count) % queue->capacity] + SLOT_REST <= world->month)
        count++;
    return count;
}

size_t population_slots(const struct world *world) {
    size_t free = rested(world), entries = (size_t)world->entries;
    return world->firms.slots + (entries > free ? entries - free : 0);
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

/* Ends a firm, one way or the other, and frees its slot. */
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
    firms_clear(firms, slot);
    struct slot_queue *queue = &world->free_slots;
    size_t end = (queue->first + queue->count++) % queue->capacity;
    queue->slot[end] = slot;
    queue->left[end] = world->month;
}

static size_t take_slot(struct world *world) {
    struct slot_queue *queue = &world->free_slots;
    if (queue->count > 0 && queue->left[queue->first] + SLOT_REST <= world->month) {
        size_t slot = queue->slot[queue->first];
        queue->first = (queue->first + 1) % queue->capacity;
        queue->count--;
        return slot;
    }
    return world->firms.slots++;
}

void population_turn_over(struct world *world) {
    if (world->parameters.acquisitions_enabled > 0.0 && world->parameters.organisation_enabled > 0.0)
        memset(world->firms.joined, 0, world->firms.slots * sizeof *world->firms.joined);
    for (size_t i = 0; i < world->departures.count; i++)
        depart(world, &world->departures.list[i]);
    world->departures.count = 0;
    long groups = (long)world->spin_outs.count; /* first: they have been counted in the pool since they left */
    for (long i = 0; i < groups; i++)
        found_spin_out(world, take_slot(world), &world->spin_outs.list[i]);
    for (long number = 0; number < world->entries - groups; number++)
        found_entrant(world, take_slot(world), number);
    learning_step(world);
}
