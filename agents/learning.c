#include "agents/learning.h"

#include "agents/events.h"
#include "agents/genes.h"
#include "core/memory.h"
#include "core/random.h"

int learning_reserve(struct learning *learning, size_t slots, struct failure *failure) {
    if (slots <= learning->capacity)
        return MATTHEW_OK;
    slots = memory_room(learning->capacity, slots);
    uint32_t *slot = memory_new(slots, sizeof *slot);
    if (slot == NULL)
        return fail_memory(failure, "learning");
    memory_free(learning->slot);
    learning->slot = slot;
    learning->capacity = slots;
    return MATTHEW_OK;
}

void learning_free(struct learning *learning) {
    memory_free(learning->slot);
    *learning = (struct learning){0};
}

/* Whether the firm learns at all: named firms go their own way. */
static int learns(const struct world *world, size_t slot) {
    return world->firms.id[slot] >= (double)world->scenario->named_count;
}

static double age_adjusted_size(const struct world *world, size_t slot) {
    return world->firms.valuation[slot] / (world->firms.age[slot] + world->parameters.learning_age_offset);
}

/* Genes and label of the model, with noise around the genes. */
static void copy_strategy(struct world *world, size_t slot, size_t model) {
    double gene[GENE_COUNT];
    genes_get(&world->firms, model, gene);
    genes_vary(world, gene, world->parameters.learning_noise,
               random_key(world->seed, world->month, PURPOSE_IMITATION, 0, (uint64_t)world->firms.id[slot]));
    genes_set(world, slot, gene);
    world->firms.strategy[slot] = world->firms.strategy[model];
}

static void mutate(struct world *world, size_t slot) {
    double gene[GENE_COUNT];
    genes_get(&world->firms, slot, gene);
    genes_mutate(world, gene, world->parameters.learning_mutation_size,
                 random_key(world->seed, world->month, PURPOSE_MUTATION, 0, (uint64_t)world->firms.id[slot]));
    genes_set(world, slot, gene);
}

/* The end of the horizon. A firm that has left counts as having lost everything: nobody copies it. */
static void judge(struct world *world, size_t slot) {
    struct firms *firms = &world->firms;
    double model = firms->watched[slot] - 1.0;
    size_t other = world_slot(world, model);
    if (other != NO_SLOT) {
        double theirs = firms->valuation[other] / firms->watched_value[slot];
        double own = firms->valuation[slot] / firms->watching_value[slot];
        if (theirs > own) {
            copy_strategy(world, slot, other);
            events_add(world, EVENT_strategy_copied, firms->id[slot], model, theirs - own);
        }
    }
    firms->watched[slot] = firms->watched_value[slot] = firms->watching_value[slot] = 0.0;
}

static void judge_all(struct world *world) {
    struct firms *firms = &world->firms;
    for (size_t slot = 0; slot < firms->slots; slot++) {
        if (firms->watch_left[slot] == 0.0)
            continue;
        firms->watch_left[slot] -= 1.0;
        if (firms->watch_left[slot] == 0.0)
            judge(world, slot);
    }
}

/* Firms with a value, by rising bins of age-adjusted size and by slot inside a bin. */
static void order(struct world *world) {
    const struct firms *firms = &world->firms;
    struct ladder *ladder = &world->learning.ladder;
    uint32_t *next = world->learning.next;
    ladder_open(ladder);
    for (size_t slot = 0; slot < firms->slots; slot++)
        if (firms->valuation[slot] > 0.0)
            ladder_add(ladder, age_adjusted_size(world, slot));
    ladder_close(ladder);
    memcpy(next, ladder->below, LADDER_BINS * sizeof *next);
    for (size_t slot = 0; slot < firms->slots; slot++)
        if (firms->valuation[slot] > 0.0)
            world->learning.slot[next[ladder_bin(age_adjusted_size(world, slot))]++] = (uint32_t)slot;
}

/* The place of a firm in that order: slots rise inside a bin. */
static uint32_t place_of(const struct world *world, size_t slot) {
    const struct ladder *ladder = &world->learning.ladder;
    int bin = ladder_bin(age_adjusted_size(world, slot));
    uint32_t low = ladder->below[bin], high = ladder->below[bin + 1];
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (world->learning.slot[middle] <= slot)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Begins to watch a uniformly drawn other firm of the own decile. */
static void watch(struct world *world, size_t slot) {
    struct firms *firms = &world->firms;
    uint64_t count = ladder_count(&world->learning.ladder), place = place_of(world, slot);
    uint64_t decile = 10 * place / count;
    uint64_t first = (decile * count + 9) / 10, last = ((decile + 1) * count + 9) / 10;
    if (last - first < 2)
        return;
    struct generator generator =
        generator_open(random_key(world->seed, world->month, PURPOSE_WATCHED, 0, (uint64_t)firms->id[slot]));
    uint64_t chosen = first + (uint64_t)(generator_uniform(&generator) * (double)(last - first - 1));
    size_t other = world->learning.slot[chosen + (chosen >= place)];
    firms->watched[slot] = firms->id[other] + 1.0;
    firms->watch_left[slot] = portable_floor(world->parameters.learning_horizon);
    firms->watched_value[slot] = firms->valuation[other];
    firms->watching_value[slot] = firms->valuation[slot];
}

void learning_step(struct world *world) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    if (p->learning_enabled == 0.0)
        return;
    judge_all(world);
    double looking = -portable_expm1(-p->learning_rate), mutating = -portable_expm1(-p->learning_mutation);
    if (looking > 0.0)
        order(world);
    for (size_t block = 0; block * BLOCK < firms->slots && looking + mutating > 0.0; block++) {
        double chance[BLOCK];
        struct stream stream;
        stream_open(&stream, random_key(world->seed, world->month, PURPOSE_LEARNING, 0, block));
        stream_uniforms(&stream, chance, BLOCK);
        for (size_t i = 0; i < BLOCK; i++) {
            size_t slot = block * BLOCK + i;
            int looks = chance[i]<looking, mutates = chance[i]> 1.0 - mutating;
            if ((!looks && !mutates) || !(firms->valuation[slot] > 0.0) || !learns(world, slot))
                continue;
            if (mutates)
                mutate(world, slot);
            if (looks && firms->watch_left[slot] == 0.0)
                watch(world, slot);
        }
    }
}
