#include "measure/market_measures.h"

#include "agents/payments.h"
#include "core/elementary.h"
#include "core/sums.h"
#include "market/markets.h"

/* ---- slopes ---- */

struct regression {
    double count[LANES], x[LANES], y[LANES], xx[LANES], xy[LANES];
};

static void regression_add(struct regression *r, size_t i, double stock, double inflow) {
    if (!(stock > 0.0 && inflow > 0.0))
        return;
    size_t lane = i % LANES;
    double x = portable_log(stock), y = portable_log(inflow);
    r->count[lane] += 1.0;
    r->x[lane] += x;
    r->y[lane] += y;
    r->xx[lane] += x * x;
    r->xy[lane] += x * y;
}

static double regression_slope(struct regression *r) {
    double n = sum_lanes(r->count), x = sum_lanes(r->x), y = sum_lanes(r->y);
    double spread = sum_lanes(r->xx) * n - x * x, common = sum_lanes(r->xy) * n - x * y;
    return n >= 3.0 && spread > 1e-9 * n * n ? common / spread : UNKNOWN;
}

void measure_slopes(const struct world *world, struct indicators *now) {
    const struct firms *f = &world->firms;
    for (int segment = 0; segment < f->segments; segment++) {
        struct regression r = {0};
        for (size_t i = 0; i < f->slots; i++)
            regression_add(&r, i, f->accounts[segment][i] - f->arrivals[segment][i] + f->leavers[segment][i],
                           f->arrivals[segment][i]);
        now->member[MEMBER_INDICATOR_segment_inflow_slope][segment] = regression_slope(&r);
    }
    for (int tier = 0; tier < f->tiers; tier++) {
        struct regression r = {0};
        for (size_t i = 0; i < f->slots; i++) {
            double gone = f->separations[tier][i] + f->layoffs[tier][i] + (tier == 0 ? f->walkouts[i] : 0.0);
            regression_add(&r, i, f->staff[tier][i] - f->hires[tier][i] + gone, f->hires[tier][i]);
        }
        now->member[MEMBER_INDICATOR_tier_inflow_slope][tier] = regression_slope(&r);
    }
    struct regression compute = {0}, capital = {0};
    for (size_t i = 0; i < f->slots; i++) {
        regression_add(&compute, i, f->gpus_bought[i] - f->gpu_allotment[i], f->gpu_allotment[i]);
        regression_add(&capital, i, f->valuation[i], f->funding[i]);
    }
    now->value[INDICATOR_compute_inflow_slope] = regression_slope(&compute);
    now->value[INDICATOR_capital_inflow_slope] = regression_slope(&capital);
}

/* ---- values and strategies ---- */

static void measure_strategies(const struct world *world, struct indicators *now) {
    const struct firms *f = &world->firms;
    double count[MEMBERS_MAX] = {0}, value[MEMBERS_MAX] = {0}, all = 0.0;
    for (size_t i = 0; i < f->slots; i++) {
        if (f->active[i] == 0.0)
            continue;
        int strategy = (int)f->strategy[i];
        count[strategy] += 1.0;
        value[strategy] += f->valuation[i];
        all += 1.0;
    }
    for (int i = 0; i < MEMBERS_MAX; i++) {
        now->member[MEMBER_INDICATOR_strategy_share][i] = all > 0.0 ? count[i] / all : UNKNOWN;
        now->member[MEMBER_INDICATOR_strategy_valuation][i] = count[i] > 0.0 ? value[i] / count[i] : UNKNOWN;
    }
}

void measure_values(const struct world *world, struct indicators *now) {
    const struct firms *f = &world->firms;
    const struct industry *industry = &world->industry;
    int valued = world->parameters.value_enabled > 0.0;
    now->value[INDICATOR_total_speed_value] = sum_array(f->speed_value, f->slots);
    now->value[INDICATOR_total_scale_value] = sum_array(f->scale_value, f->slots);
    now->value[INDICATOR_total_network_value] = sum_array(f->network_value, f->slots);
    now->value[INDICATOR_total_option_value] = sum_array(f->option_value, f->slots);
    now->value[INDICATOR_escape_lead] = valued ? industry->escape_lead : UNKNOWN;
    now->value[INDICATOR_escape_response] = valued ? industry->escape_response : UNKNOWN;
    now->value[INDICATOR_escape_month] = valued ? industry->escape_month : -1.0;
    measure_strategies(world, now);
}

/* ---- prices and surplus ---- */

void measure_prices(const struct columns *columns, const struct world *world, int segment, struct sales *sales,
                    struct indicators *now) {
    const struct firms *f = &world->firms;
    double accounts = columns->sum(f->accounts[segment], f->slots);
    double list = world->industry.base_list_price[segment];
    sales->price = 1e-6 * columns->sum_of_products(f->accounts[segment], f->price[segment], f->slots);
    sales->cost = 1e-6 * columns->sum_of_products(f->accounts[segment], f->unit_cost[segment], f->slots);
    sales->list = 1e-6 * accounts * list;
    now->member[MEMBER_INDICATOR_segment_price][segment] = accounts > 0.0 ? 1e6 * sales->price / accounts : UNKNOWN;
}

void measure_churn(const struct world *world, int segment, struct sales *sales, struct indicators *now) {
    const struct firms *f = &world->firms;
    double all = 0.0, held[LANES] = {0}, moved[LANES] = {0};
    if (world->markets != NULL)
        all = world->markets->customers[segment].inside_weight + world->markets->customers[segment].outside_weight;
    double scale = all > 0.0 ? 1.0 / all : 0.0;
    for (size_t i = 0; i < f->slots; i++) {
        double gone = f->leavers[segment][i];
        held[i % LANES] += f->accounts[segment][i] - f->arrivals[segment][i] + gone;
        moved[i % LANES] += gone * (1.0 - f->customer_weight[segment][i] * scale);
    }
    sales->held = sum_lanes(held);
    sales->moved = sum_lanes(moved);
    int known = world->month > 0 && sales->held > 0.0;
    now->member[MEMBER_INDICATOR_segment_churn][segment] = known ? sales->moved / sales->held : UNKNOWN;
}

/* The price index at fixed quality. */
static double index_at_quality(const struct world *world, const struct indicators *now) {
    const struct industry *industry = &world->industry;
    double price = 0.0, base = 0.0;
    for (int segment = 0; segment < world->firms.segments; segment++) {
        if (!(industry->base_accounts[segment] > 0.0))
            continue;
        price += industry->base_accounts[segment] * now->member[MEMBER_INDICATOR_segment_price_fixed_quality][segment];
        base += industry->base_accounts[segment] * industry->base_price[segment];
    }
    return base > 0.0 ? price / base : UNKNOWN;
}

double measure_surplus(const struct world *world, int segment) {
    const struct firms *f = &world->firms;
    const struct parameters *p = &world->parameters;
    if (world->markets == NULL || p->value_enabled == 0.0 || p->customers_enabled == 0.0)
        return UNKNOWN;
    const struct choice *choice = &world->markets->customers[segment];
    double none = choice->outside_weight, all = choice->inside_weight + none;
    if (!(none > 0.0 && choice->inside_weight > 0.0))
        return UNKNOWN;
    double base = portable_log(none), utility[LANES] = {0}, moved[LANES] = {0};
    for (size_t i = 0; i < f->slots; i++) {
        double stayed = f->accounts[segment][i] - f->arrivals[segment][i];
        if (stayed > 0.0)
            utility[i % LANES] += stayed * (portable_log(f->customer_weight[segment][i]) - base + f->match[segment][i]);
    }
    double cost = world->parameters.customers_switching_cost[segment]; /* of each that moves in the end */
    for (size_t i = 0; i < f->slots && cost > 0.0; i++)
        moved[i % LANES] += f->leavers[segment][i] * (1.0 - f->customer_weight[segment][i] / all);
    double chose = choice->movers * (portable_log(all) + choice->gain - base) - cost * sum_lanes(moved);
    return 1e-6 * (chose + sum_lanes(utility)) / world->industry.base_price_response[segment];
}

/* ---- welfare ---- */

/* Money that changes hands for nothing that is made or used: no part of a firm's profit. Income from other business is
 * made elsewhere. A new kind of payment has to be put on one side or the other. */
static int is_finance(enum payment payment) {
    switch (payment) {
    case PAYMENT_core_income:
    case PAYMENT_founding:
    case PAYMENT_funding:
    case PAYMENT_payout_investors:
    case PAYMENT_payout_households:
    case PAYMENT_takeover_investors:
    case PAYMENT_takeover_households:
    case PAYMENT_estate_shortfall:
    case PAYMENT_estate_investors:
    case PAYMENT_estate_households:
    case PAYMENT_COUNT:
        return 1;
    case PAYMENT_receipts_households:
    case PAYMENT_receipts_government:
    case PAYMENT_receipts_rest:
    case PAYMENT_wages:
    case PAYMENT_energy:
    case PAYMENT_support:
    case PAYMENT_overhead:
    case PAYMENT_compliance:
    case PAYMENT_layers:
    case PAYMENT_tax:
    case PAYMENT_windfall_tax:
    case PAYMENT_influence:
    case PAYMENT_entrant_subsidy:
    case PAYMENT_gpu_purchases:
    case PAYMENT_own_chips:
    case PAYMENT_rent:
    case PAYMENT_alliance_share:
    case PAYMENT_exit_fee:
    case PAYMENT_gpu_production:
    case PAYMENT_vendor_profit:
    case PAYMENT_estate_gpus:
        return 0;
    }
    return 0;
}

/* What a sector has left of what is made and used; what it buys as a customer is counted with consumers. */
static double surplus_of(const struct world *world, enum sector sector) {
    double surplus = 0.0;
    for (int i = 0; i < PAYMENT_COUNT; i++) {
        const struct payment_info *info = &payment_table[i];
        if (is_finance((enum payment)i) || (sector != SECTOR_firms && i == PAYMENT_receipts_government))
            continue;
        surplus += info->payee == sector ? world->payments[i] : 0.0;
        surplus -= info->payer == sector ? world->payments[i] : 0.0;
    }
    return surplus;
}

/* Wages above what the same people earn at premium 1. */
static double wage_rent(const struct world *world) {
    const struct firms *f = &world->firms;
    double rent[LANES] = {0};
    for (int tier = 0; tier < f->tiers; tier++)
        for (size_t i = 0; i < f->slots; i++)
            rent[i % LANES] += world->parameters.talent_wage[tier] * f->staff[tier][i] * (f->wage_premium[i] - 1.0);
    return sum_lanes(rent);
}

static void measure_welfare(const struct world *world, double *value) {
    int known = world->books_kept;
    value[INDICATOR_firm_profit] = known ? surplus_of(world, SECTOR_firms) : UNKNOWN;
    value[INDICATOR_public_revenue] = known ? surplus_of(world, SECTOR_government) : UNKNOWN;
    value[INDICATOR_wage_rent] = wage_rent(world);
    value[INDICATOR_welfare] = value[INDICATOR_consumer_surplus] + value[INDICATOR_firm_profit] +
                               value[INDICATOR_payment_vendor_profit] + value[INDICATOR_public_revenue] +
                               value[INDICATOR_wage_rent];
}

void measure_all_segments(const struct world *world, const int *wants, const struct sales *sales,
                          struct indicators *now) {
    double price = 0.0, cost = 0.0, list = 0.0, surplus = 0.0, held = 0.0, moved = 0.0, *value = now->value;
    for (int segment = 0; segment < world->firms.segments; segment++) {
        price += sales[segment].price;
        cost += sales[segment].cost;
        list += sales[segment].list;
        held += sales[segment].held;
        moved += sales[segment].moved;
        surplus += now->member[MEMBER_INDICATOR_segment_consumer_surplus][segment];
    }
    if (wants[GROUP_PRICES]) {
        value[INDICATOR_price_index] = list > 0.0 ? price / list : UNKNOWN;
        value[INDICATOR_mean_lerner] = price > 0.0 ? (price - cost) / price : UNKNOWN;
        value[INDICATOR_mean_markup] = cost > 0.0 ? price / cost : UNKNOWN;
    }
    if (wants[GROUP_QUALITY])
        value[INDICATOR_price_index_quality] = index_at_quality(world, now);
    if (wants[GROUP_CHURN])
        value[INDICATOR_churn] = world->month > 0 && held > 0.0 ? moved / held : UNKNOWN;
    if (wants[GROUP_SURPLUS])
        value[INDICATOR_consumer_surplus] = surplus;
    if (wants[GROUP_WELFARE])
        measure_welfare(world, value);
}
