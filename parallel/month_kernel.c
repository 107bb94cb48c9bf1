#include "parallel/month.h"

#include "agents/accounts.h"
#include "agents/claims.h"
#include "agents/organisation.h"
#include "agents/payments.h"
#include "agents/plan.h"
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

#define WORLD(context) (((struct run *)(context))->world)

static void watch(void *context, size_t task) {
    const struct run *run = context;
    run->observer->task(run->observer->context, run->world, task);
}

static void expect(void *context, size_t block) {
    struct world *world = WORLD(context);
    if (world->keep_books)
        payments_clear(world, block);
    KERNEL(accounts_expect_block)(world, block);
    if (world->parameters.capital_enabled > 0.0)
        KERNEL(capital_ask_block)(world, block);
}

static void ration_funds(void *context, size_t block) {
    KERNEL(ration_pass_block)(&WORLD(context)->markets->capital, &WORLD(context)->sums, block);
}

static void plan(void *context, size_t block) {
    struct world *world = WORLD(context);
    if (world->parameters.capital_enabled > 0.0)
        KERNEL(capital_fund_block)(world, block);
    KERNEL(plan_budget_block)(world, block);
    if (world->parameters.talent_enabled > 0.0)
        KERNEL(plan_staff_block)(world, block);
    if (world->parameters.compute_enabled > 0.0) {
        KERNEL(compute_order_block)(world, block);
        if (silicon_offered(world))
            KERNEL(silicon_order_block)(world, block);
        if (world->conditions.gpu_cap < 1e300)
            KERNEL(regulation_orders_block)(world, block);
        KERNEL(compute_rank_block)(world, block);
    }
    if (world->parameters.compute_alliances > 0.0)
        KERNEL(alliances_open_block)(world, block);
}

static void ration_gpus(void *context, size_t block) {
    KERNEL(ration_pass_block)(&WORLD(context)->markets->compute, &WORLD(context)->sums, block);
}

static void leave_firms(void *context, size_t block) {
    KERNEL(talent_leave_block)(WORLD(context), block);
}

/* Who arrives: people and GPUs; and what there is to serve. */
static void arrive(struct world *world, size_t block) {
    if (world->parameters.talent_enabled > 0.0)
        KERNEL(talent_hire_block)(world, block);
    if (world->parameters.regulation_enabled > 0.0)
        KERNEL(regulation_permits_block)(world, block);
    if (world->parameters.compute_enabled > 0.0) {
        int own = silicon_offered(world);
        if (own)
            KERNEL(silicon_allot_block)(world, block);
        KERNEL(compute_deliver_block)(world, block);
        if (own)
            KERNEL(silicon_deliver_block)(world, block);
    }
    KERNEL(technology_need_block)(world, block);
}

static void deliver(void *context, size_t block) {
    struct world *world = WORLD(context);
    arrive(world, block);
    KERNEL(rent_offer_block)(world, block);
}

static void build(void *context, size_t block) {
    struct world *world = WORLD(context);
    if (world->parameters.compute_rent > 0.0)
        KERNEL(rent_apply_block)(world, block);
    else
        arrive(world, block);
    int organised = world->parameters.organisation_enabled > 0.0;
    if (organised)
        KERNEL(organisation_coordinate_block)(world, block);
    KERNEL(technology_serve_block)(world, block);
    KERNEL(technology_train_block)(world, block);
    KERNEL(technology_build_block)(world, block);
    if (organised)
        KERNEL(organisation_strain_block)(world, block);
    KERNEL(technology_quality_block)(world, block);
    if (world->parameters.customers_enabled > 0.0)
        KERNEL(customers_leave_block)(world, block);
}

static void review(void *context, size_t block) {
    KERNEL(customers_review_block)(WORLD(context), block);
}

static void sell_and_account(void *context, size_t block) {
    struct world *world = WORLD(context);
    double receipts[BLOCK] = {0}, support[BLOCK] = {0};
    if (world->parameters.customers_enabled > 0.0)
        KERNEL(customers_arrive_block)(world, block);
    KERNEL(customers_bill_block)(world, block, receipts, support);
    int valued = world->parameters.value_enabled > 0.0;
    if (world->parameters.customers_enabled > 0.0)
        KERNEL(customers_price_block)(world, block);
    if (valued && (world->parameters.customers_enabled == 0.0 || world->parameters.customers_pricing != 0.0))
        KERNEL(customers_cost_block)(world, block); /* else pricing did it */
    KERNEL(accounts_block)(world, block, receipts, support);
    if (world->parameters.regulation_enabled > 0.0)
        KERNEL(regulation_influence_block)(world, block);
    if (world->parameters.capital_claims > 0.0)
        KERNEL(claims_block)(world, block);
    KERNEL(accounts_totals_block)(world, block);
    if (valued)
        KERNEL(value_totals_block)(world, block);
    if (world->parameters.acquisitions_enabled > 0.0)
        KERNEL(takeovers_offer_block)(world, block);
}

/* The order of a month. Each line: what is done for every block of firms, in parallel; then what is settled once. A run
 * starts at the top (the state of month 0, or what the last call left) and goes round. */
/* clang-format off */
static const struct phase phases[] = {
    /* name            how many blocks        every block         once */
    {"observe",        month_tasks_observe,   watch,              month_observe},         /* records, before exits */
    {"turn over",      month_tasks_none,      NULL,               month_turn_over},       /* exits, entry, learning (23)-(25) */
    {"open",           month_tasks_none,      NULL,               month_open},            /* interventions, GPU price */
    {"ask",            month_tasks_blocks,    expect,             month_settle_asking},   /* valuation, requests (4), (5) */
    {"fund",           month_tasks_passes,    ration_funds,       month_settle_funding},  /* capital is rationed */
    {"plan",           month_tasks_blocks,    plan,               month_settle_plan},     /* budgets, vacancies, orders (1), (2) */
    {"allot",          month_tasks_passes,    ration_gpus,        month_settle_compute},  /* compute is rationed (10) */
    {"leave",          month_tasks_talent,    leave_firms,        month_settle_leaving},  /* people choose (6), (7); alliances (11) */
    {"deliver",        month_tasks_rent,      deliver,            month_settle_delivery}, /* hires, GPUs (8)-(10); compute is rented (11) */
    {"build",          month_tasks_blocks,    build,              month_settle_building}, /* models; accounts review, weights (12)-(20) */
    {"review",         month_tasks_review,    review,             month_settle_reviews},  /* likewise where leaving has a cost; accounts choose (20) */
    {"sell",           month_tasks_blocks,    sell_and_account,   month_close},           /* bills, prices, cash, influence (21), (22), (26) */
};
/* clang-format on */

/* What the initial state shows besides what founding sets: first outflow, valuation, congestion, quality, totals. */
static void begin(struct world *world, size_t block) {
    KERNEL(accounts_expect_block)(world, block);
    if (world->parameters.capital_enabled > 0.0)
        KERNEL(capital_value_block)(world, block);
    if (world->parameters.organisation_enabled > 0.0)
        KERNEL(organisation_coordinate_block)(world, block);
    KERNEL(technology_need_block)(world, block);
    KERNEL(technology_serve_block)(world, block);
    KERNEL(technology_quality_block)(world, block);
    KERNEL(accounts_totals_block)(world, block);
    if (silicon_offered(world))
        KERNEL(silicon_price_block)(world, block);
    if (world->parameters.value_enabled > 0.0) {
        KERNEL(customers_cost_block)(world, block);
        KERNEL(value_totals_block)(world, block);
    }
}

const struct month_kernels KERNEL(month_table);
const struct month_kernels KERNEL(month_table) = {phases, sizeof phases / sizeof *phases, begin};
