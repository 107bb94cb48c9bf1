#include "market/silicon.h"

#include "agents/payments.h"
#include "core/elementary.h"
#include "core/sums.h"

void KERNEL(silicon_price_block)(struct world *world, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    const double *restrict made = firms->own_chips_made + at, *restrict active = firms->active + at;
    double *restrict price = firms->own_chip_price + at;
    double first = world->conditions.gpu_trend_price * p->compute_own_cost;
    double scale = 1.0 / p->compute_own_scale, learning = -p->compute_own_learning;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) /* Wright's law (9) */
        price[i] = active[i] * first * portable_exp(learning * portable_log(1.0 + made[i] * scale));
}

void KERNEL(silicon_order_block)(struct world *world, size_t block) {
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    KERNEL(silicon_price_block)(world, block);
    const double *restrict layer = firms->hardware + at, *restrict share = firms->silicon + at;
    const double *restrict price = firms->own_chip_price + at;
    double *restrict own = firms->own_chip_order + at, *restrict order = firms->gpu_order + at;
    double market = world->industry.gpu_price, threshold = world->parameters.compute_own_threshold;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        int able = (layer[i] >= threshold) & (price[i] < market);
        double part = able ? share[i] : 0.0;
        double mean = part * price[i] + (1.0 - part) * market; /* what one of the GPUs costs, surcharge apart */
        double total = part > 0.0 ? order[i] * market / portable_max(mean, 1e-300) : order[i];
        own[i] = part * total;
        order[i] = part > 0.0 ? (1.0 - part) * total : total;
    }
    sums_row(&world->sums, block)[SUM_own_chip_orders] = sum_block(own);
}

void KERNEL(silicon_allot_block)(struct world *world, size_t block) {
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    const double *restrict order = firms->own_chip_order + at, *restrict price = firms->own_chip_price + at;
    const double *restrict speed = firms->speed + at;
    double *restrict allotment = firms->own_chip_allotment + at, *restrict spending = firms->own_chip_spending + at;
    double *restrict cash = firms->cash + at, *restrict made = firms->own_chips_made + at;
    double *restrict backlog = firms->gpu_backlog + at, *restrict own = firms->own_backlog + at;
    double fill = world->industry.own_chip_fill, haste = world->parameters.compute_expedite_premium;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        allotment[i] = order[i] * fill;
        spending[i] = allotment[i] * price[i] * (1.0 + haste * speed[i]);
        cash[i] -= spending[i];
        made[i] += allotment[i];
        backlog[i] += allotment[i];
        own[i] += allotment[i];
    }
    if (world->keep_books)
        payments_add(world, block, PAYMENT_own_chips, sum_block(spending));
}

void KERNEL(silicon_deliver_block)(struct world *world, size_t block) {
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    const double *restrict gpus = firms->gpus + at, *restrict backlog = firms->gpu_backlog + at;
    const double *restrict delivery = firms->gpu_delivery + at;
    double *restrict own = firms->own_gpus + at, *restrict waiting = firms->own_backlog + at;
    double survive = 1.0 - world->parameters.compute_depreciation;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) { /* the backlog is delivered at one rate, whatever is in it (10) */
        double all = delivery[i] + backlog[i];
        double arrived = waiting[i] * (delivery[i] / portable_max(all, 1e-300));
        waiting[i] = portable_min(portable_max(waiting[i] - arrived, 0.0), backlog[i]);
        own[i] = portable_min(own[i] * survive + arrived, gpus[i]);
    }
}
