/* A race taken apart: the phases of one month, called one by one on the baseline kernels, so that a test can look at
 * the state before and after each. The order is that of parallel/month_kernel.c.
 *
 * Define MATTHEW_KERNEL_SUFFIX baseline before the first include of a test that uses this. */
#ifndef MATTHEW_TESTS_SUPPORT_PHASES_H
#define MATTHEW_TESTS_SUPPORT_PHASES_H

#include "agents/accounts.h"
#include "agents/claims.h"
#include "agents/organisation.h"
#include "agents/plan.h"
#include "agents/population.h"
#include "agents/technology.h"
#include "agents/value.h"
#include "market/alliances.h"
#include "market/capital.h"
#include "market/compute.h"
#include "market/customers.h"
#include "market/regulation.h"
#include "market/rent.h"
#include "market/silicon.h"
#include "market/talent.h"
#include "support/ledger.h"
#include "support/races.h"

#include <criterion/criterion.h>

struct trial {
    struct scenario scenario;
    struct race *race;
    struct world *world;
    const struct parameters *p;
    struct page before; /* the state at the last trial_mark */
    uint64_t seed;      /* of the random scenario, for messages */
    double receipts[4096], support[4096];
};

static inline void trial_mark(struct trial *trial) {
    page_copy(&trial->before, trial->world);
}

/* Column as it was at the last mark. */
static inline const double *before(const struct trial *trial, enum field field, int member) {
    return was(&trial->before, field, member);
}

#define TRIAL_BLOCKS(call)                                                                                             \
    for (size_t block = 0; block < world->sums.blocks; block++)                                                        \
    call

/* A random race that stands at the beginning of a month some way in, marked. `adjust` may change the scenario. */
static inline void trial_open(struct trial *trial, uint64_t seed, void (*adjust)(struct scenario *)) {
    struct failure failure = {0};
    memset(trial, 0, sizeof *trial);
    trial->seed = seed;
    scenario_random(&trial->scenario, seed);
    if (trial->scenario.firms > 300)
        trial->scenario.firms = 300;
    trial->scenario.entry_scale *= 0.2; /* few enough for the arrays */
    trial->scenario.change_count = 0;
    if (adjust != NULL)
        adjust(&trial->scenario);
    cr_assert(race_new(&trial->race, &trial->scenario, &failure) == MATTHEW_OK, "seed %lu: %s", (unsigned long)seed,
              failure.text);
    struct race_options options = {.threads = 1, .check = 1};
    long months = (long)(seed % 9);
    cr_assert(race_run(trial->race, months, &options, &failure) == MATTHEW_OK, "seed %lu: %s", (unsigned long)seed,
              failure.text);
    trial->world = (struct world *)(uintptr_t)race_world(trial->race);
    trial->p = &trial->world->parameters;
    struct world *world = trial->world;
    cr_assert(world->firms.slots <= 4096);
    world->month++;
    world->sums.blocks = (world->firms.slots + BLOCK - 1) / BLOCK;
    conditions_set(&world->conditions, &world->parameters, world->month - 1, world->industry.sector_growth,
                   world->industry.log_sentiment);
    compute_price(world);
    regulation_open(world);
    capital_rank(world);
    for (size_t block = 0; block < world->sums.blocks; block++)
        accounts_expect_block_baseline(world, block);
    trial_mark(trial);
}

static inline void trial_close(struct trial *trial) {
    page_close(&trial->before);
    race_free(trial->race);
    scenario_free(&trial->scenario);
}

static inline void trial_ration(struct trial *trial, struct ration *ration, int passes) {
    struct world *world = trial->world;
    while (passes) {
        TRIAL_BLOCKS(ration_pass_block_baseline(ration, &world->sums, block));
        passes = ration_settle(ration, &world->sums, world->firms.slots);
    }
}

static inline void trial_ask(struct trial *trial) {
    struct world *world = trial->world;
    if (trial->p->capital_enabled > 0.0)
        TRIAL_BLOCKS(capital_ask_block_baseline(world, block));
}

static inline void trial_fund(struct trial *trial) {
    struct world *world = trial->world;
    if (trial->p->capital_enabled == 0.0)
        return;
    trial_ration(trial, &world->markets->capital, capital_open(world));
    TRIAL_BLOCKS(capital_fund_block_baseline(world, block));
}

static inline void trial_plan(struct trial *trial) {
    struct world *world = trial->world;
    TRIAL_BLOCKS({
        plan_budget_block_baseline(world, block);
        if (trial->p->talent_enabled > 0.0)
            plan_staff_block_baseline(world, block);
    });
}

static inline void trial_order(struct trial *trial) {
    struct world *world = trial->world;
    int own = silicon_offered(world);
    if (trial->p->compute_enabled > 0.0)
        TRIAL_BLOCKS({
            compute_order_block_baseline(world, block);
            if (own)
                silicon_order_block_baseline(world, block);
            if (world->conditions.gpu_cap < 1e300)
                regulation_orders_block_baseline(world, block);
            compute_rank_block_baseline(world, block);
        });
    if (trial->p->talent_enabled > 0.0 && trial->p->talent_vacancies == 0.0)
        talent_open(world);
    if (own)
        silicon_open(world);
    if (trial->p->compute_enabled > 0.0)
        trial_ration(trial, &world->markets->compute, compute_open(world));
}

static inline void trial_leave_firms(struct trial *trial) {
    struct world *world = trial->world;
    if (trial->p->talent_enabled > 0.0)
        TRIAL_BLOCKS(talent_leave_block_baseline(world, block));
}

static inline void trial_hire(struct trial *trial) {
    struct world *world = trial->world;
    if (trial->p->talent_enabled == 0.0)
        return;
    talent_settle(world);
    TRIAL_BLOCKS(talent_hire_block_baseline(world, block));
    talent_close(world);
}

static inline void trial_deliver(struct trial *trial) {
    struct world *world = trial->world;
    int own = silicon_offered(world);
    if (trial->p->regulation_enabled > 0.0)
        TRIAL_BLOCKS(regulation_permits_block_baseline(world, block));
    if (trial->p->compute_enabled > 0.0)
        TRIAL_BLOCKS({
            if (own)
                silicon_allot_block_baseline(world, block);
            compute_deliver_block_baseline(world, block);
            if (own)
                silicon_deliver_block_baseline(world, block);
        });
}

static inline void trial_coordinate(struct trial *trial) {
    struct world *world = trial->world;
    if (trial->p->organisation_enabled > 0.0)
        TRIAL_BLOCKS(organisation_coordinate_block_baseline(world, block));
}

/* Who could ally is seen in the plan; alliances are settled before deliveries. */
static inline void trial_ally(struct trial *trial) {
    struct world *world = trial->world;
    if (trial->p->compute_alliances == 0.0)
        return;
    TRIAL_BLOCKS(alliances_open_block_baseline(world, block));
    alliances_settle(world);
}

static inline void trial_need(struct trial *trial) {
    struct world *world = trial->world;
    TRIAL_BLOCKS(technology_need_block_baseline(world, block));
}

static inline void trial_offer(struct trial *trial) {
    struct world *world = trial->world;
    if (trial->p->compute_rent > 0.0)
        TRIAL_BLOCKS(rent_offer_block_baseline(world, block));
}

static inline void trial_rent(struct trial *trial) {
    struct world *world = trial->world;
    if (trial->p->compute_rent == 0.0)
        return;
    rent_settle(world);
    TRIAL_BLOCKS(rent_apply_block_baseline(world, block));
}

/* The need, what is rented, serving and training. */
static inline void trial_serve(struct trial *trial) {
    struct world *world = trial->world;
    trial_need(trial);
    trial_offer(trial);
    trial_rent(trial);
    TRIAL_BLOCKS(technology_serve_block_baseline(world, block));
}

static inline void trial_train(struct trial *trial) {
    struct world *world = trial->world;
    TRIAL_BLOCKS(technology_train_block_baseline(world, block));
}

static inline void trial_build(struct trial *trial) {
    struct world *world = trial->world;
    TRIAL_BLOCKS(technology_build_block_baseline(world, block));
}

static inline void trial_strain(struct trial *trial) {
    struct world *world = trial->world;
    if (trial->p->organisation_enabled == 0.0)
        return;
    TRIAL_BLOCKS(organisation_strain_block_baseline(world, block));
    organisation_close(world);
}

static inline void trial_quality(struct trial *trial) {
    struct world *world = trial->world;
    TRIAL_BLOCKS(technology_quality_block_baseline(world, block));
}

static inline void trial_review(struct trial *trial) {
    struct world *world = trial->world;
    if (trial->p->customers_enabled > 0.0)
        TRIAL_BLOCKS(customers_leave_block_baseline(world, block));
    if (!customers_switching(world))
        return;
    customers_weigh(world);
    TRIAL_BLOCKS(customers_review_block_baseline(world, block));
}

static inline void trial_sell(struct trial *trial) {
    struct world *world = trial->world;
    int moving = trial->p->customers_enabled > 0.0;
    memset(trial->receipts, 0, sizeof trial->receipts);
    memset(trial->support, 0, sizeof trial->support);
    if (moving)
        customers_settle(world);
    TRIAL_BLOCKS({
        if (moving)
            customers_arrive_block_baseline(world, block);
        customers_bill_block_baseline(world, block, trial->receipts + block * BLOCK, trial->support + block * BLOCK);
        if (moving)
            customers_price_block_baseline(world, block);
        if (trial->p->value_enabled > 0.0 && (!moving || trial->p->customers_pricing != 0.0))
            customers_cost_block_baseline(world, block);
    });
}

static inline void trial_account(struct trial *trial) {
    struct world *world = trial->world;
    TRIAL_BLOCKS({
        accounts_block_baseline(world, block, trial->receipts + block * BLOCK, trial->support + block * BLOCK);
        if (trial->p->regulation_enabled > 0.0)
            regulation_influence_block_baseline(world, block);
        if (trial->p->capital_claims > 0.0)
            claims_block_baseline(world, block);
        accounts_totals_block_baseline(world, block);
        if (trial->p->value_enabled > 0.0)
            value_totals_block_baseline(world, block);
    });
}

/* A value of a firm against the oracle's: relative to it and to a scale of what it was made of. */
static inline void trial_expect(const struct trial *trial, const char *what, size_t slot, double value, double wanted,
                                double tolerance, double scale) {
    cr_assert(fabs(value - wanted) <= tolerance * (fabs(wanted) + fabs(scale)) || (isnan(value) && isnan(wanted)),
              "seed %lu, month %ld, slot %zu: %s is %.17g, the oracle says %.17g", (unsigned long)trial->seed,
              trial->world->month, slot, what, value, wanted);
}

static inline double oracle_clip(double x, double low, double high) {
    return x < low ? low : x > high ? high : x;
}

/* What a month of a GPU costs its owner, M$. */
static inline double oracle_user_cost(const struct trial *trial) {
    const struct parameters *p = trial->p;
    double energy = 0.0, sites = 0.0, months = fmax(0.0, (double)(trial->world->month - 1));
    for (int r = 0; r < trial->world->firms.regions; r++) {
        energy += p->regions_site_share[r] * p->regions_energy_cost[r] * exp(-p->compute_energy_decline * months);
        sites += p->regions_site_share[r];
    }
    return trial->world->industry.gpu_price * (p->compute_depreciation + p->compute_capital_charge) + energy / sites;
}

/* Uniform and normal numbers of a block, as the kernels draw them. */
static inline void trial_uniforms(const struct trial *trial, enum purpose purpose, int member, size_t slot,
                                  double *out) {
    double block[BLOCK];
    struct stream stream;
    stream_open(&stream, random_key(trial->world->seed, trial->world->month, purpose, member, slot / BLOCK));
    stream_uniforms(&stream, block, BLOCK);
    *out = block[slot % BLOCK];
}

static inline void trial_normal(const struct trial *trial, enum purpose purpose, int member, size_t slot, double *out) {
    double block[BLOCK];
    struct stream stream;
    stream_open(&stream, random_key(trial->world->seed, trial->world->month, purpose, member, slot / BLOCK));
    stream_normals(&stream, block);
    *out = block[slot % BLOCK];
}

#endif
