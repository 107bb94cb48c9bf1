#include "parallel/race.h"

#include "agents/base_year.h"
#include "agents/events.h"
#include "agents/learning.h"
#include "agents/organisation.h"
#include "agents/population.h"
#include "agents/takeovers.h"
#include "core/isa.h"
#include "core/memory.h"
#include "market/alliances.h"
#include "market/capital.h"
#include "market/compute.h"
#include "market/regulation.h"
#include "parallel/month.h"
#include "parallel/state.h"

#include <string.h>

struct race {
    struct world world;
    struct markets markets;
    struct scenario scenario;
    const struct month_kernels *kernels;
    struct past past; /* for checks */
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
    conditions_set(&world->conditions, &world->parameters, 0, world->industry.sector_growth,
                   world->industry.log_sentiment);
    compute_price(world);
    regulation_open(world);
    capital_rank(world);
    alliances_begin(world);
    for (int pass = 0; pass < 2; pass++) { /* valuation reads the mean capability that the first pass makes */
        for (size_t block = 0; block < world->sums.blocks; block++)
            race->kernels->begin(world, block);
        month_means(world);
    }
    for (int segment = 0; segment < world->firms.segments; segment++) {
        double held = world->parameters.customers_population[segment] - world->industry.non_adopters[segment];
        world->industry.mean_accounts[segment] = held / (double)scenario->firms;
    }
    base_year_set(world);
    world->industry.total_receipts = sums_total(&world->sums, SUM_receipts, 0);
    world->industry.total_valuation = sums_total(&world->sums, SUM_valuation, 0);
    world->industry.funding_pool = world->parameters.capital_enabled > 0.0 ? world->parameters.capital_pool : 0.0;
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

int race_load(struct race **out, const struct scenario *scenario, struct tape *tape, struct failure *failure) {
    int status = race_new(out, scenario, failure);
    if (status == MATTHEW_OK)
        status = state_load(tape, &(*out)->world, failure);
    if (status != MATTHEW_OK) {
        race_free(*out);
        *out = NULL;
    }
    return status;
}

int race_set(struct race *race, const char *assignment, struct failure *failure) {
    return scenario_change(&race->scenario, race->world.month + 1, assignment, failure);
}

void race_free(struct race *race) {
    if (race == NULL)
        return;
    firms_free(&race->world.firms);
    sums_free(&race->world.sums);
    register_free(&race->world.reg);
    places_free(&race->world.places);
    holes_free(&race->world.holes);
    spin_outs_free(&race->world.spin_outs);
    learning_free(&race->world.learning);
    departures_free(&race->world.departures);
    events_free(&race->world.events);
    markets_free(&race->markets);
    past_free(&race->past);
    scenario_free(&race->scenario);
    memory_free(race);
}

int race_run(struct race *race, long until, const struct race_options *options, struct failure *failure) {
    struct world *world = &race->world;
    struct run run = {.world = world,
                      .until = until,
                      .observer = options->observer,
                      .stop = options->stop,
                      .past = options->check ? &race->past : NULL,
                      .turn_over = options->turn_over,
                      .fresh = 1};
    memset(&world->failure, 0, sizeof world->failure);
    world->keep_events = options->observer != NULL && options->observer->events;
    if (world->keep_events) {
        int status = events_reserve(&world->events, 6 * world->firms.capacity + 16, failure);
        if (status != MATTHEW_OK)
            return status;
    }
    if (options->check) {
        int status = past_reserve(&race->past, world, failure);
        if (status != MATTHEW_OK)
            return status;
        if (!past_is_now(&race->past, world))
            past_take(&race->past, world);
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

/* The register as far as the future or a file depends on it. */
static unsigned long long digest_register(unsigned long long digest, const struct firm_register *reg) {
    for (size_t i = 0; i < reg->count; i++) {
        const struct register_row *row = &reg->rows[i];
        double facts[] = {row->id,
                          (double)row->slot,
                          (double)row->place,
                          (double)row->entry_month,
                          (double)row->exit_month,
                          (double)row->reason,
                          (double)row->strategy,
                          (double)row->region,
                          row->parent,
                          row->acquirer,
                          row->price,
                          row->rounds,
                          row->raised,
                          row->proceeds,
                          row->npv};
        digest = digest_doubles(digest, facts, sizeof facts / sizeof *facts);
    }
    return digest;
}

static unsigned long long digest_places(unsigned long long digest, const struct places *places) {
    for (size_t i = 0; i < places->count; i++) {
        size_t at = (places->first + i) % places->capacity;
        double facts[] = {(double)places->place[at], (double)places->left[at]};
        digest = digest_doubles(digest, facts, 2);
    }
    return digest;
}

unsigned long long race_digest(const struct race *race) {
    const struct world *world = &race->world;
    unsigned long long digest = firms_digest(&world->firms);
    digest =
        digest_doubles(digest, (const double *)(const void *)&world->industry, sizeof world->industry / sizeof(double));
    digest = digest_register(digest, &world->reg);
    digest = digest_places(digest, &world->places);
    double more[] = {(double)world->month, (double)world->firms.slots, (double)world->places.used};
    return digest_doubles(digest, more, 3);
}
