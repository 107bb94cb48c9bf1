#include "parallel/race.h"

#include "agents/population.h"
#include "core/isa.h"
#include "core/memory.h"
#include "market/markets.h"
#include "parallel/month.h"

#include <string.h>

struct race {
    struct world world;
    struct markets markets;
    struct scenario scenario;
    const struct month_kernels *kernels;
};

static int begin(struct race *race, struct failure *failure) {
    struct world *world = &race->world;
    const struct scenario *scenario = world->scenario;
    int status = firms_init(&world->firms, (size_t)scenario->firms, scenario->members[FAMILY_SEGMENT].count,
                            scenario->members[FAMILY_TIER].count, scenario->members[FAMILY_REGION].count, failure);
    if (status == MATTHEW_OK)
        status = world_reserve(world, (size_t)scenario->firms, failure);
    if (status == MATTHEW_OK)
        status = register_reserve(&world->reg, (size_t)scenario->firms, failure);
    if (status != MATTHEW_OK)
        return status;
    population_begin(world);
    world->sums.blocks = (world->firms.slots + BLOCK - 1) / BLOCK;
    for (size_t block = 0; block < world->sums.blocks; block++)
        race->kernels->totals(world, block);
    for (int segment = 0; segment < world->firms.segments; segment++) {
        double held = world->parameters.customers_population[segment] - world->industry.non_adopters[segment];
        world->industry.mean_accounts[segment] = held / (double)scenario->firms;
    }
    month_means(world);
    world->industry.total_receipts = sums_total(&world->sums, SUM_receipts, 0);
    return MATTHEW_OK;
}

int race_new(struct race **out, const struct scenario *scenario, struct failure *failure) {
    *out = NULL;
    enum isa isa;
    int status = isa_choose(&isa, failure);
    if (status == MATTHEW_OK)
        status = scenario_check(scenario, failure);
    if (status != MATTHEW_OK)
        return status;
    struct race *race = memory_new(1, sizeof *race);
    if (race == NULL)
        return fail_memory(failure, "a race");
    race->kernels = month_kernels(isa);
    race->world.markets = &race->markets;
    status = scenario_copy(&race->scenario, scenario, failure);
    if (status == MATTHEW_OK) {
        race->world.scenario = &race->scenario;
        race->world.parameters = race->scenario.parameters;
        race->world.seed = race->scenario.seed;
        status = begin(race, failure);
    }
    if (status != MATTHEW_OK) {
        race_free(race);
        return status;
    }
    *out = race;
    return MATTHEW_OK;
}

void race_free(struct race *race) {
    if (race == NULL)
        return;
    firms_free(&race->world.firms);
    sums_free(&race->world.sums);
    register_free(&race->world.reg);
    slot_queue_free(&race->world.free_slots);
    events_free(&race->world.events);
    markets_free(&race->markets);
    scenario_free(&race->scenario);
    memory_free(race);
}

int race_run(struct race *race, long until, const struct race_options *options, struct failure *failure) {
    struct world *world = &race->world;
    struct run run = {.world = world,
                      .until = until,
                      .observer = options->observer,
                      .stop = options->stop,
                      .check = options->check,
                      .fresh = 1};
    memset(&world->failure, 0, sizeof world->failure);
    world->keep_events = options->observer != NULL;
    if (world->keep_events) {
        int status = events_reserve(&world->events, 2 * world->firms.capacity + 16, failure);
        if (status != MATTHEW_OK)
            return status;
    }
    team_run(race->kernels->phases, race->kernels->count, &run, options->threads);
    if (failure != NULL)
        *failure = world->failure;
    int status = run.status;
    if (options->observer != NULL && options->observer->finish != NULL) {
        struct failure last = {0};
        int finished = options->observer->finish(options->observer->context, world, &last);
        world->events.count = 0;
        if (finished != MATTHEW_OK && (status == MATTHEW_OK || status == MATTHEW_STOPPED)) {
            status = finished;
            if (failure != NULL)
                *failure = last;
        }
    }
    return status;
}

const struct world *race_world(const struct race *race) {
    return &race->world;
}

unsigned long long race_digest(const struct race *race) {
    const struct world *world = &race->world;
    unsigned long long digest = firms_digest(&world->firms);
    digest =
        digest_doubles(digest, (const double *)(const void *)&world->industry, sizeof world->industry / sizeof(double));
    double more[4] = {(double)world->month, (double)world->reg.count, (double)world->free_slots.count,
                      (double)world->firms.slots};
    return digest_doubles(digest, more, 4);
}
