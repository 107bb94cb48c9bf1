/* The compute market (equations 9, 10): orders, rationing or auction, deliveries, sites, the vendor's price and stock.
 */
#define MATTHEW_KERNEL_SUFFIX baseline
#include "support/phases.h"

enum { SEEDS = 80 };

/* Races sell in turn by auction, by posted prices when GPUs are far too few, and when there are more than anybody
 * wants. */
enum sale { AUCTION, SCARCE, PLENTIFUL, SALES };
static enum sale sale;

static void sold(struct scenario *scenario) {
    struct parameters *p = &scenario->parameters;
    p->compute_enabled = 1.0;
    p->regulation_gpu_cap = 0.0; /* tests/unit/regulation.c */
    p->compute_clearing = sale == AUCTION;
    p->compute_supply *= sale == SCARCE ? 1e-3 : sale == PLENTIFUL ? 1e4 : 1.0;
}

static int auctioned(const struct trial *trial) {
    return trial->p->compute_clearing > 0.0;
}

/* Own chips (9): their price, and the part of the orders that they get; the money stays the same. Returns the GPUs that
 * are left to order. */
static double check_own_order(const struct trial *trial, size_t i, double order) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double trend = p->compute_price * exp(-p->compute_price_decline * (double)(trial->world->month - 1));
    double market = trial->before.industry.gpu_price;
    double price = f->active[i] * trend * p->compute_own_cost *
                   pow(1.0 + f->own_chips_made[i] / p->compute_own_scale, -p->compute_own_learning);
    trial_expect(trial, "own price", i, f->own_chip_price[i], price, 1e-12, 0.0);
    int able = f->hardware[i] >= p->compute_own_threshold && f->own_chip_price[i] < market;
    double part = able ? f->silicon[i] : 0.0;
    double own = part * order * market / (part * price + (1.0 - part) * market);
    trial_expect(trial, "own order", i, f->own_chip_order[i], part > 0.0 ? own : 0.0, 1e-12, 0.0);
    trial_expect(trial, "orders' cost", i, own * price + f->gpu_order[i] * market, order * market, 1e-12, 0.0);
    return part > 0.0 ? own * (1.0 - part) / part : order;
}

/* The foundry makes at most its part of the supply, and cuts all orders alike. */
static void check_own_allotment(const struct trial *trial, size_t i) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double orders = ledger_sum(f->own_chip_order, f->slots);
    double limit = p->compute_own_foundry_share * trial->before.industry.gpu_supply;
    double made = f->own_chip_order[i] * (orders > limit ? limit / orders : 1.0);
    trial_expect(trial, "own chips", i, f->own_chip_allotment[i], made, 1e-12, 0.0);
    trial_expect(trial, "own spending", i, f->own_chip_spending[i],
                 made * f->own_chip_price[i] * (1.0 + p->compute_expedite_premium * f->speed[i]), 1e-12, 0.0);
    trial_expect(trial, "chips made", i, f->own_chips_made[i], before(trial, FIELD_own_chips_made, 0)[i] + made, 1e-12,
                 0.0);
    double waiting = before(trial, FIELD_own_backlog, 0)[i] + made;
    double all = before(trial, FIELD_gpu_backlog, 0)[i] + made + f->gpu_allotment[i];
    double arrived = all > 0.0 ? waiting * f->gpu_delivery[i] / all : 0.0;
    double own = before(trial, FIELD_own_gpus, 0)[i] * (1.0 - p->compute_depreciation) + arrived;
    trial_expect(trial, "own backlog", i, f->own_backlog[i], waiting - arrived, 1e-11, arrived);
    trial_expect(trial, "own GPUs", i, f->own_gpus[i], own, 1e-11, 0.0);
}

static void check_order(const struct trial *trial, size_t i) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double unit =
        auctioned(trial) ? 1.0 : trial->before.industry.gpu_price * (1.0 + p->compute_expedite_premium * f->speed[i]);
    double order = f->budget[i] * f->compute_share[i] / unit;
    if (silicon_offered(trial->world))
        order = check_own_order(trial, i, order);
    trial_expect(trial, "order", i, f->gpu_order[i], order, 1e-12, 0.0);
    if (auctioned(trial))
        return;
    double mean = trial->world->industry.mean_gpus_bought + p->compute_priority_offset;
    double relative = fmax((f->gpus_bought[i] + p->compute_priority_offset) / mean, 1e-12);
    double priority = f->gpu_order[i] > 0.0 ? pow(relative, p->compute_priority_exponent) : 0.0;
    trial_expect(trial, "priority", i, f->compute_priority[i], priority, 1e-12, 0.0);
}

/* The vendor's price this month, and what is on offer. */
static void check_price(const struct trial *trial) {
    const struct parameters *p = trial->p;
    const struct industry *industry = &trial->before.industry;
    double trend = p->compute_price * exp(-p->compute_price_decline * (double)(trial->world->month - 1));
    trial_expect(trial, "price", 0, industry->gpu_price, trend * exp(industry->log_gpu_price), 1e-12, 0.0);
    double offer =
        industry->gpu_supply + p->compute_inventory_release * industry->gpu_inventory + industry->gpus_returned;
    trial_expect(trial, "offer", 0, industry->gpu_offer, offer, 1e-12, 0.0);
    double own = 0.0;
    if (silicon_offered(trial->world))
        own = fmin(ledger_sum(trial->world->firms.own_chip_order, trial->world->firms.slots),
                   trial->p->compute_own_foundry_share * industry->gpu_supply);
    trial_expect(trial, "merchant offer", 0, trial->world->industry.gpu_offer, offer - own, 1e-12, offer);
    double orders = ledger_sum(trial->world->firms.gpu_order, trial->world->firms.slots);
    if (auctioned(trial) && orders > 0.0)
        trial_expect(trial, "clearing price", 0, trial->world->industry.gpu_price, orders / fmax(offer, 1e-12), 1e-12,
                     0.0);
}

static void check_delivery(const struct trial *trial, size_t i) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    const struct ration *market = &trial->world->markets->compute;
    double price = trial->world->industry.gpu_price,
           haste = auctioned(trial) ? 0.0 : p->compute_expedite_premium * f->speed[i];
    double allotment = auctioned(trial)   ? f->gpu_order[i] / price
                       : market->rationed ? fmin(f->gpu_order[i], market->lambda * f->compute_priority[i])
                                          : f->gpu_order[i];
    trial_expect(trial, "allotment", i, f->gpu_allotment[i], allotment, 1e-12, auctioned(trial) ? 0.0 : market->supply);
    allotment = f->gpu_allotment[i];
    trial_expect(trial, "spending", i, f->gpu_spending[i], allotment * price * (1.0 + haste), 1e-12, 0.0);
    trial_expect(trial, "cash", i, f->cash[i],
                 before(trial, FIELD_cash, 0)[i] - f->gpu_spending[i] - f->own_chip_spending[i], 1e-14,
                 f->gpu_spending[i] + f->own_chip_spending[i]);
    double own = f->own_chip_allotment[i];
    if (silicon_offered(trial->world))
        check_own_allotment(trial, i);
    else
        cr_assert(own == 0.0 && f->own_gpus[i] == 0.0 && f->own_chip_spending[i] == 0.0);
    double share[MEMBERS_MAX], total = 0.0, delay = 0.0;
    for (int r = 0; r < f->regions; r++)
        total += share[r] =
            p->regions_site_share[r] * exp(p->compute_jurisdiction_pull * p->regions_friendly[r] * f->jurisdiction[i]);
    for (int r = 0; r < f->regions; r++)
        delay += share[r] / total * p->regions_permit_delay[r];
    double months = fmax(1.0, p->compute_lead_time * (1.0 - p->compute_lead_time_speed * f->speed[i]) +
                                  delay * (1.0 + f->permit_burden[i]));
    double backlog = before(trial, FIELD_gpu_backlog, 0)[i] + allotment + own, delivery = backlog / months;
    trial_expect(trial, "delivery", i, f->gpu_delivery[i], delivery, 1e-12, 0.0);
    trial_expect(trial, "backlog", i, f->gpu_backlog[i], backlog - delivery, 1e-12, delivery);
    double old = before(trial, FIELD_gpus, 0)[i] * (1.0 - p->compute_depreciation);
    trial_expect(trial, "GPUs", i, f->gpus[i], old + delivery, 1e-12, 0.0);
    for (int r = 0; r < f->regions; r++) {
        double site = old + delivery > 0.0
                          ? (old * before(trial, FIELD_site, r)[i] + delivery * share[r] / total) / (old + delivery)
                          : 0.0;
        trial_expect(trial, "site", i, f->site[r][i], site, 1e-12, 1.0);
    }
}

/* Price, supply and stock of the next month. */
static void check_close(const struct trial *trial, const struct industry *start) {
    const struct parameters *p = trial->p;
    const struct industry *now = &trial->world->industry;
    double allotted = ledger_sum(trial->world->firms.gpu_allotment, trial->world->firms.slots);
    double orders =
        auctioned(trial) ? now->gpu_orders : ledger_sum(trial->world->firms.gpu_order, trial->world->firms.slots);
    double slack = 0.01 * start->gpu_supply, price = start->log_gpu_price, supply = start->gpu_supply, stock = 0.0;
    if (auctioned(trial)) {
        price = log(now->gpu_price /
                    (p->compute_price * exp(-p->compute_price_decline * (double)(trial->world->month - 1))));
    } else {
        double scarcity = oracle_clip(log((orders + slack + 1e-12) / (now->gpu_offer + slack + 1e-12)), -2.0, 2.0);
        price = (1.0 - p->compute_price_reversion) * price + p->compute_price_adjustment * scarcity;
        price = oracle_clip(price, log(p->compute_price_floor), log(p->compute_price_ceiling));
        supply *= exp(p->compute_supply_response * price);
        stock = fmin((1.0 - p->compute_inventory_release) * start->gpu_inventory + fmax(now->gpu_offer - allotted, 0.0),
                     p->compute_inventory_months * start->gpu_supply);
    }
    trial_expect(trial, "log price", 0, now->log_gpu_price, price, 1e-11, 1.0);
    trial_expect(trial, "supply", 0, now->gpu_supply, supply * exp(p->compute_supply_growth), 1e-11, 0.0);
    trial_expect(trial, "stock", 0, now->gpu_inventory, stock, 1e-9, now->gpu_offer);
    cr_assert(now->gpus_returned == 0.0);
}

Test(compute, orders_deliveries_and_price) {
    long ordered = 0, rationed = 0, filled = 0, auctions = 0, own = 0, cut = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        static struct trial trial;
        sale = (enum sale)(seed % SALES);
        trial_open(&trial, 4000 + seed, sold);
        const struct firms *f = &trial.world->firms;
        struct industry start = trial.world->industry;
        trial_ask(&trial);
        trial_fund(&trial);
        trial_plan(&trial);
        trial_order(&trial);
        check_price(&trial);
        for (size_t i = 0; i < f->slots; i++) {
            check_order(&trial, i);
            ordered += f->gpu_order[i] > 0.0;
            own += f->own_chip_order[i] > 0.0;
        }
        rationed += !auctioned(&trial) && trial.world->markets->compute.rationed;
        filled += !auctioned(&trial) && !trial.world->markets->compute.rationed;
        auctions += auctioned(&trial);
        cut += trial.world->industry.own_chip_fill < 1.0 && trial.world->industry.own_chips > 0.0;
        trial_mark(&trial);
        trial_deliver(&trial);
        for (size_t i = 0; i < f->slots; i++)
            if (f->active[i] > 0.0)
                check_delivery(&trial, i);
            else
                cr_assert(f->gpus[i] == 0.0 && f->gpu_backlog[i] == 0.0 && f->site[0][i] == 0.0);
        compute_close(trial.world);
        check_close(&trial, &start);
        trial_close(&trial);
    }
    cr_assert(ordered > 1000, "only %ld orders", ordered);
    cr_assert(own > 20 && cut > 3, "%ld orders for own chips, cut in %ld months", own, cut);
    cr_assert(auctions == SEEDS / SALES && rationed > SEEDS / SALES / 2 && filled > SEEDS / SALES / 2,
              "%ld auctions, %ld months rationed, %ld not", auctions, rationed, filled);
}
