#include "market/talent.h"

#include "core/samplers.h"

#include <stdlib.h>

void talent_open(struct world *world) {
    for (int tier = 0; tier < world->firms.tiers; tier++) {
        double vacancies = sums_total(&world->sums, SUM_vacancies, tier);
        double offered = sums_total(&world->sums, SUM_vacancy_premiums, tier);
        world->industry.raid_premium[tier] = vacancies > 0.0 ? offered / vacancies : 1.0;
    }
}

/* Most capable first; equal ones in the order of their slots, which `product` holds until the sums are made. */
static int by_falling_capability(const void *left, const void *right) {
    const struct origin *a = left, *b = right;
    if (a->capability != b->capability)
        return a->capability > b->capability ? -1 : 1;
    return (a->product > b->product) - (a->product < b->product);
}

/* Orders the firms that researchers left, so that a hiring firm finds by bisection how much more its hires know (7). */
static void know_how_gather(struct world *world, double movers) {
    struct know_how *know_how = &world->markets->know_how;
    const struct firms *firms = &world->firms;
    struct origin *origins = know_how->origins;
    size_t count = 0;
    for (size_t slot = 0; slot < firms->slots; slot++)
        if (firms->separations[0][slot] > 0.0)
            origins[count++] = (struct origin){firms->capability[slot], firms->separations[0][slot], (double)slot};
    qsort(origins, count, sizeof *origins, by_falling_capability);
    double leavers = 0.0, product = 0.0;
    for (size_t i = 0; i < count; i++) {
        leavers += origins[i].leavers;
        product += origins[i].leavers * origins[i].capability;
        origins[i].leavers = leavers;
        origins[i].product = product;
    }
    know_how->count = count;
    know_how->movers = movers;
}

void talent_settle(struct world *world) {
    const struct parameters *p = &world->parameters;
    for (int tier = 0; tier < world->firms.tiers; tier++) {
        double *pool = &world->industry.pool[tier];
        struct choice *choice = &world->markets->talent[tier];
        uint64_t pool_key = random_key(world->seed, world->month, PURPOSE_POOL, tier, 0);
        struct generator graduating = generator_open(random_subkey(pool_key, 0));
        struct generator retiring = generator_open(random_subkey(pool_key, 1));
        struct generator searching = generator_open(random_subkey(pool_key, 2));
        double separations = sums_total(&world->sums, SUM_separations, tier);
        *pool += p->talent_vacancies > 0.0 ? 0.0 : sums_total(&world->sums, SUM_layoffs, tier);
        double room = portable_max(0x1p52 - world->industry.people[tier], 0.0); /* beyond it counts are not exact */
        double graduates =
            portable_min(draw_poisson(&graduating, p->talent_graduates[tier] * p->talent_pool[tier]), room);
        double retired = draw_binomial(&retiring, *pool + graduates, p->talent_retirement[tier]);
        *pool += graduates - retired;
        world->industry.people[tier] += graduates - retired;
        double seekers = draw_binomial(&searching, *pool, p->talent_search[tier]);
        *pool -= seekers;
        double movers = seekers + separations;
        uint64_t key = random_key(world->seed, world->month, PURPOSE_TALENT_SPLIT, tier, 0);
        sums_column(&world->sums, SUM_talent_weights, tier, choice->block_weight);
        choice_settle(choice, key, movers, world->sums.blocks, p->talent_outside_weight[tier] * movers);
        *pool += choice->outside;
        if (tier == 0 && p->talent_know_how_transfer > 0.0)
            know_how_gather(world, movers);
    }
}

void talent_close(struct world *world) {
    for (int tier = 0; tier < world->firms.tiers; tier++)
        world->industry.pool[tier] += sums_total(&world->sums, SUM_turned_away, tier);
}
