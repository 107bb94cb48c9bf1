#include "parallel/month.h"

#include "agents/claims.h"
#include "agents/events.h"
#include "agents/learning.h"
#include "agents/organisation.h"
#include "agents/payments.h"
#include "agents/population.h"
#include "agents/takeovers.h"
#include "agents/technology.h"
#include "agents/value.h"
#include "core/elementary.h"
#include "market/alliances.h"
#include "market/capital.h"
#include "market/compute.h"
#include "market/customers.h"
#include "market/regulation.h"
#include "market/rent.h"
#include "market/silicon.h"
#include "market/talent.h"

extern const struct month_kernels month_table_baseline, month_table_avx2, month_table_avx512;

const struct month_kernels *month_kernels(enum isa isa) {
#ifdef MATTHEW_KERNELS_WIDE
    if (isa == ISA_avx512)
        return &month_table_avx512;
    if (isa == ISA_avx2)
        return &month_table_avx2;
#endif
    (void)isa;
    return &month_table_baseline;
}

int world_reserve(struct world *world, size_t slots, struct failure *failure) {
    int status = firms_grow(&world->firms, slots, failure);
    size_t capacity = world->firms.capacity;
    if (status == MATTHEW_OK)
        status = sums_reserve(&world->sums, capacity / BLOCK, failure);
    if (status == MATTHEW_OK)
        status = markets_reserve(world->markets, capacity, failure);
    if (status == MATTHEW_OK)
        status = places_reserve(&world->places, world->places.count + world->departures.count, failure);
    if (status == MATTHEW_OK)
        status = holes_reserve(&world->holes, capacity, failure);
    if (status == MATTHEW_OK)
        status = spin_outs_reserve(&world->spin_outs, capacity, failure);
    if (status == MATTHEW_OK)
        status = departures_reserve(&world->departures, capacity, failure);
    if (status == MATTHEW_OK)
        status = learning_reserve(&world->learning, capacity, failure);
    return status;
}

static void count_blocks(struct world *world) {
    world->sums.blocks = (world->firms.slots + BLOCK - 1) / BLOCK;
}

void month_means(struct world *world) {
    struct industry *industry = &world->industry;
    const struct sums *sums = &world->sums;
    double active = sums_total(sums, SUM_active, 0), scale = active > 0.0 ? 1.0 / active : 0.0;
    double heads = sums_total(sums, SUM_headcount, 0), gpus = sums_total(sums, SUM_gpus, 0);
    industry->active_firms = active;
    industry->installed_gpus = gpus;
    industry->mean_gpus_bought = sums_total(sums, SUM_gpus_bought, 0) * scale;
    industry->mean_gpus_per_head = heads > 0.0 ? gpus / heads : 0.0;
    industry->mean_capability = sums_total(sums, SUM_capability, 0) * scale;
    for (int tier = 0; tier < world->firms.tiers; tier++) {
        double staff = sums_total(sums, SUM_staff, tier);
        industry->mean_staff[tier] = staff * scale;
        industry->mean_premium[tier] = staff > 0.0 ? sums_total(sums, SUM_staff_premiums, tier) / staff : 1.0;
    }
    if (world->parameters.value_enabled > 0.0)
        value_close(world);
    industry->tenfold_passed = 0.0;
    if (active == 0.0)
        return;
    double old = industry->frontier, frontier = sums_largest(sums, SUM_frontier);
    double open = sums_largest(sums, SUM_openness) * portable_exp(2.0 * portable_clip(old - frontier, -300.0, 300.0));
    industry->openness = portable_clip(open, 0.0, 1.0);
    industry->frontier = frontier;
    if (industry->threshold_month < 0.0 && frontier >= world->parameters.value_capability_threshold)
        industry->threshold_month = (double)world->month;
    double tenfold = technology_tenfolds(&world->parameters, frontier);
    industry->tenfold_passed = world->month > 0 && tenfold > industry->frontier_tenfold ? 1.0 : 0.0;
    industry->frontier_tenfold = world->month > 0 ? portable_max(tenfold, industry->frontier_tenfold) : tenfold;
}

/* A wish to stop is no failure: the month is recorded and closed first. */
static int alive(const struct run *run) {
    return run->status == MATTHEW_OK || run->status == MATTHEW_STOPPED;
}

static enum step end_run(struct run *run, int status) {
    run->status = status;
    return STEP_END;
}

/* ---- observation and turnover: the end of a month, or the start of a run ---- */

size_t month_tasks_observe(void *context) {
    struct run *run = context;
    const struct observer *observer = run->observer;
    if (observer == NULL || (run->fresh && run->world->month > 0))
        return 0;
    if (!run->observing) {
        run->observing = 1;
        run->status =
            observer->month == NULL ? MATTHEW_OK : observer->month(observer->context, run->world, &run->world->failure);
    }
    if (!alive(run) || observer->tasks == NULL)
        return 0;
    return observer->tasks(observer->context, run->world);
}

enum step month_observe(void *context) {
    struct run *run = context;
    const struct observer *observer = run->observer;
    if (run->observing) {
        int again = 0;
        if (alive(run) && observer->settle != NULL) {
            int status = observer->settle(observer->context, run->world, &again, &run->world->failure);
            run->status = status != MATTHEW_OK ? status : run->status;
        }
        if (again && alive(run))
            return STEP_AGAIN;
        run->observing = 0;
        run->world->events.count = 0;
    }
    return STEP_NEXT;
}

enum step month_turn_over(void *context) {
    struct run *run = context;
    struct world *world = run->world;
    if (!alive(run))
        return STEP_END;
    int there = world->month >= run->until; /* a wish to stop comes too late to matter */
    int stop = !there && (run->status == MATTHEW_STOPPED || (run->stop != NULL && *run->stop != 0));
    int ends = there || stop;
    if (ends && !run->turn_over)
        return end_run(run, stop ? MATTHEW_STOPPED : MATTHEW_OK);
    if (world->turned_over < world->month) { /* else an earlier call did it, and failed after it */
        int status = world_reserve(world, population_slots(world), &world->failure);
        if (status == MATTHEW_OK)
            status = register_reserve(&world->reg, world->reg.count + (size_t)world->entries, &world->failure);
        if (status == MATTHEW_OK && world->keep_events) {
            size_t events = (size_t)(3 * world->exits + world->entries) + world->spin_outs.count;
            events += 6 * world->firms.capacity + 16;
            status = events_reserve(&world->events, events, &world->failure);
        }
        if (status == MATTHEW_OK && run->past != NULL)
            status = past_reserve(run->past, world, &world->failure);
        if (status != MATTHEW_OK)
            return end_run(run, status);
        population_turn_over(world);
        world->turned_over = world->month;
        count_blocks(world);
        if (run->past != NULL)
            status = check_turn_over(run->past, world, &world->failure);
        if (status != MATTHEW_OK)
            return end_run(run, status);
        if (run->past != NULL)
            past_take(run->past, world);
    }
    return ends ? end_run(run, stop ? MATTHEW_STOPPED : MATTHEW_OK) : STEP_NEXT;
}

/* ---- the month ---- */

size_t month_tasks_none(void *context) {
    (void)context;
    return 0;
}

size_t month_tasks_blocks(void *context) {
    return ((struct run *)context)->world->sums.blocks;
}

size_t month_tasks_passes(void *context) {
    return ((struct run *)context)->passes ? month_tasks_blocks(context) : 0;
}

size_t month_tasks_talent(void *context) {
    return ((struct run *)context)->world->parameters.talent_enabled > 0.0 ? month_tasks_blocks(context) : 0;
}

size_t month_tasks_rent(void *context) {
    return ((struct run *)context)->world->parameters.compute_rent > 0.0 ? month_tasks_blocks(context) : 0;
}

size_t month_tasks_review(void *context) {
    return customers_switching(((struct run *)context)->world) ? month_tasks_blocks(context) : 0;
}

/* The schedule of this month. A month without decay leaves no openness behind for the followers of the next. */
static void change_parameters(struct world *world) {
    double *value = (double *)(void *)&world->parameters;
    double decay = world->parameters.technology_decay, mandate = world->parameters.regulation_openness_floor;
    for (size_t i = 0; i < world->scenario->change_count; i++)
        if (world->scenario->changes[i].month == world->month)
            value[world->scenario->changes[i].index] = world->scenario->changes[i].value;
    if (decay == 0.0 && world->parameters.technology_decay > 0.0)
        world->industry.openness = technology_openness(world, mandate);
}

enum step month_open(void *context) {
    struct run *run = context;
    struct world *world = run->world;
    run->fresh = 0;
    world->month++;
    world->keep_books =
        run->past != NULL || (run->observer != NULL && run->observer->books) || world->month == run->until;
    count_blocks(world);
    change_parameters(world);
    conditions_set(&world->conditions, &world->parameters, world->month - 1, world->industry.sector_growth,
                   world->industry.log_sentiment);
    compute_price(world);
    regulation_open(world);
    capital_rank(world);
    return STEP_NEXT;
}

enum step month_settle_asking(void *context) {
    struct run *run = context;
    run->passes = run->world->parameters.capital_enabled > 0.0 && capital_open(run->world);
    return STEP_NEXT;
}

static enum step settle_ration(struct run *run, struct ration *ration) {
    if (run->passes)
        run->passes = ration_settle(ration, &run->world->sums, run->world->firms.slots);
    return run->passes ? STEP_AGAIN : STEP_NEXT;
}

enum step month_settle_funding(void *context) {
    struct run *run = context;
    return settle_ration(run, &run->world->markets->capital);
}

enum step month_settle_plan(void *context) {
    struct run *run = context;
    const struct parameters *p = &run->world->parameters;
    if (p->talent_enabled > 0.0 && p->talent_vacancies == 0.0)
        talent_open(run->world);
    if (silicon_offered(run->world))
        silicon_open(run->world);
    run->passes = p->compute_enabled > 0.0 && compute_open(run->world);
    return STEP_NEXT;
}

enum step month_settle_compute(void *context) {
    struct run *run = context;
    return settle_ration(run, &run->world->markets->compute);
}

enum step month_settle_leaving(void *context) {
    struct run *run = context;
    if (run->world->parameters.talent_enabled > 0.0)
        talent_settle(run->world);
    if (run->world->parameters.compute_alliances > 0.0)
        alliances_settle(run->world);
    return STEP_NEXT;
}

enum step month_settle_delivery(void *context) {
    struct run *run = context;
    if (run->world->parameters.compute_rent > 0.0)
        rent_settle(run->world);
    return STEP_NEXT;
}

enum step month_settle_building(void *context) {
    struct run *run = context;
    if (run->world->parameters.talent_enabled > 0.0)
        talent_close(run->world);
    if (run->world->parameters.organisation_enabled > 0.0)
        organisation_close(run->world);
    if (customers_switching(run->world))
        customers_weigh(run->world);
    return STEP_NEXT;
}

enum step month_settle_reviews(void *context) {
    struct run *run = context;
    if (run->world->parameters.customers_enabled > 0.0)
        customers_settle(run->world);
    return STEP_NEXT;
}

static void note_claim(struct world *world, size_t slot) {
    static const int kind[] = {
        [CLAIM_MADE] = EVENT_claim_made, [CLAIM_MET] = EVENT_claim_met, [CLAIM_MISSED] = EVENT_claim_missed};
    const struct firms *firms = &world->firms;
    int news = (int)firms->claim_news[slot];
    events_add(world, kind[news], firms->id[slot], -1.0,
               news == CLAIM_MADE ? firms->claim[slot] : firms->capability[slot]);
}

/* Rounds, releases, infighting and claims of the month, for whoever watches; in slot order. */
static void note_events(struct world *world) {
    const struct firms *firms = &world->firms;
    for (size_t slot = 0; slot < firms->slots; slot++)
        if (firms->funding[slot] > 0.0)
            events_add(world, EVENT_funding_round, firms->id[slot], -1.0, firms->funding[slot]);
    for (size_t slot = 0; slot < firms->slots && world->parameters.technology_training > 0.0; slot++)
        if (firms->active[slot] > 0.0 && firms->age[slot] > 0.0 && firms->months_since_release[slot] == 0.0)
            events_add(world, EVENT_release, firms->id[slot], -1.0, firms->capability[slot]);
    for (size_t slot = 0; slot < firms->slots && world->parameters.organisation_enabled > 0.0; slot++)
        if (firms->infighting[slot] > 0.0)
            events_add(world, EVENT_infighting, firms->id[slot], -1.0, firms->walkouts[slot]);
    for (size_t slot = 0; slot < firms->slots && world->parameters.capital_claims > 0.0; slot++)
        if (firms->claim_news[slot] > 0.0)
            note_claim(world, slot);
    if (world->industry.tenfold_passed > 0.0)
        events_add(world, EVENT_tenfold, -1.0, -1.0, world->industry.frontier);
}

enum step month_close(void *context) {
    struct run *run = context;
    struct world *world = run->world;
    for (int segment = 0; segment < world->firms.segments; segment++) {
        double held = sums_total(&world->sums, SUM_accounts, segment), active = sums_total(&world->sums, SUM_active, 0);
        world->industry.mean_accounts[segment] = active > 0.0 ? held / active : 0.0;
    }
    regulation_close(world); /* reads this month's receipts */
    capital_sentiment(world);
    if (world->parameters.compute_enabled > 0.0)
        compute_close(world);
    month_means(world);
    payments_close(world);
    population_count(world);
    if (world->keep_events)
        note_events(world);
    if (run->past != NULL) {
        int status = check_world(world, &world->failure);
        if (status == MATTHEW_OK)
            status = check_month(run->past, world, &world->failure);
        if (status != MATTHEW_OK)
            return end_run(run, status);
        past_take(run->past, world);
    }
    return STEP_NEXT;
}
