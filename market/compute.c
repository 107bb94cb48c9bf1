#include "market/compute.h"

#include "core/elementary.h"

void compute_price(struct world *world) {
    const struct parameters *p = &world->parameters;
    struct industry *industry = &world->industry;
    industry->gpu_price = world->conditions.gpu_trend_price * portable_exp(industry->log_gpu_price);
    industry->gpu_offer =
        industry->gpu_supply + p->compute_inventory_release * industry->gpu_inventory + industry->gpus_returned;
}

int compute_open(struct world *world) {
    struct industry *industry = &world->industry;
    struct markets *markets = world->markets;
    industry->gpu_orders = sums_total(&world->sums, SUM_gpu_orders, 0);
    industry->gpu_offer -= industry->own_chips;     /* the foundry has made them out of the same supply (9) */
    if (world->parameters.compute_clearing > 0.0) { /* orders are budgets; the price that sells the offer to them */
        double budgets = industry->gpu_orders;
        double offer = portable_max(industry->gpu_offer, 1e-12);
        markets->auction_price = budgets > 0.0 ? budgets / offer : industry->gpu_price;
        industry->gpu_price = markets->auction_price;
        industry->gpu_orders = budgets > 0.0 ? offer : 0.0;
        return 0;
    }
    return ration_open(&markets->compute, industry->gpu_offer, industry->gpu_orders,
                       sums_total(&world->sums, SUM_gpu_order_priorities, 0), world->firms.gpu_order,
                       world->firms.compute_priority);
}

void compute_close(struct world *world) {
    const struct parameters *p = &world->parameters;
    struct industry *industry = &world->industry;
    double sold = sums_total(&world->sums, SUM_gpu_allotments, 0);
    double supply = industry->gpu_supply, slack = 0.01 * supply;
    double kept = (1.0 - p->compute_inventory_release) * industry->gpu_inventory;
    double unsold = portable_max(industry->gpu_offer - sold, 0.0);
    double second_hand = industry->gpus_second_hand + industry->gpus_returned;
    industry->gpu_inventory = portable_min(kept + unsold, p->compute_inventory_months * supply);
    industry->gpus_returned = 0.0;
    industry->gpus_resold = portable_min(second_hand, sold); /* they go first */
    if (p->compute_clearing > 0.0) {
        double trend = portable_max(world->conditions.gpu_trend_price, 1e-300);
        industry->log_gpu_price = portable_log(portable_max(industry->gpu_price / trend, 1e-300));
        industry->gpu_inventory = 0.0;
    } else {
        double scarcity = portable_log((industry->gpu_orders + slack + 1e-12) / (industry->gpu_offer + slack + 1e-12));
        double next = (1.0 - p->compute_price_reversion) * industry->log_gpu_price +
                      p->compute_price_adjustment * portable_clip(scarcity, -2.0, 2.0);
        industry->log_gpu_price =
            portable_clip(next, portable_log(p->compute_price_floor), portable_log(p->compute_price_ceiling));
        supply *= portable_exp(p->compute_supply_response * industry->log_gpu_price);
    }
    industry->gpus_second_hand = portable_min(second_hand - industry->gpus_resold, industry->gpu_inventory);
    industry->gpu_supply = portable_min(supply * portable_exp(p->compute_supply_growth), 1e100); /* stays a number */
}
