#include "market/compute.h"

#include "agents/payments.h"
#include "core/elementary.h"
#include "core/sums.h"

void KERNEL(compute_order_block)(struct world *world, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    const double *restrict budget = firms->budget + at, *restrict share = firms->compute_share + at;
    const double *restrict speed = firms->speed + at;
    double *restrict order = firms->gpu_order + at;
    int auction = p->compute_clearing > 0.0;
    double price = auction ? 1.0 : world->industry.gpu_price, haste = auction ? 0.0 : p->compute_expedite_premium;
    double unit = 1.0 / price;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        order[i] = budget[i] * share[i] * unit / (1.0 + haste * speed[i]);
}

void KERNEL(compute_rank_block)(struct world *world, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    const double *restrict order = firms->gpu_order + at, *restrict bought = firms->gpus_bought + at;
    double *restrict priority = firms->compute_priority + at;
    sums_row(&world->sums, block)[SUM_gpu_orders] = sum_block(order);
    if (p->compute_clearing > 0.0)
        return;
    double offset = p->compute_priority_offset, rho = p->compute_priority_exponent;
    double mean = 1.0 / portable_max(world->industry.mean_gpus_bought + offset, 1e-9);
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) { /* (10) */
        double weight = portable_exp(rho * portable_log(portable_max((bought[i] + offset) * mean, 1e-12)));
        priority[i] = order[i] > 0.0 ? weight : 0.0;
    }
    sums_row(&world->sums, block)[SUM_gpu_order_priorities] = sum_block(priority);
}

/* What the firm gets and pays. */
static void allot(struct world *world, size_t at, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    double *restrict allotment = firms->gpu_allotment + at, *restrict spending = firms->gpu_spending + at;
    double *restrict cash = firms->cash + at, *restrict bought = firms->gpus_bought + at;
    double *restrict backlog = firms->gpu_backlog + at;
    const double *restrict speed = firms->speed + at, *restrict order = firms->gpu_order + at;
    double price = world->industry.gpu_price, haste = p->compute_expedite_premium;
    if (p->compute_clearing > 0.0) {
        double unit = 1.0 / portable_max(price, 1e-300);
        haste = 0.0;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            allotment[i] = order[i] * unit;
        sums_row(&world->sums, block)[SUM_gpu_allotments] = sum_block(allotment);
    } else {
        sums_row(&world->sums, block)[SUM_gpu_allotments] =
            KERNEL(ration_apply_block)(&world->markets->compute, block, allotment);
    }
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        spending[i] = allotment[i] * price * (1.0 + haste * speed[i]);
        cash[i] -= spending[i];
        bought[i] += allotment[i];
        backlog[i] += allotment[i];
    }
    if (world->keep_books)
        payments_add(world, block, PAYMENT_gpu_purchases, sum_block(spending));
}

/* Permit delay of the firm's new sites, and into share the division of new sites over regions: base shares, pulled
 * towards friendly regions by the jurisdiction gene (10). */
static void choose_sites(const struct world *world, size_t at, double share[MEMBERS_MAX][BLOCK],
                         double *restrict delay) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *restrict bias = firms->jurisdiction + at;
    if (firms->regions == 1) {
        for (int i = 0; i < BLOCK; i++) {
            share[0][i] = 1.0;
            delay[i] = p->regions_permit_delay[0];
        }
        return;
    }
    double total[BLOCK] = {0}, weighted[BLOCK] = {0};
    for (int region = 0; region < firms->regions; region++) {
        double base = p->regions_site_share[region], permit = p->regions_permit_delay[region];
        double pull = p->compute_jurisdiction_pull * p->regions_friendly[region];
        double *restrict part = share[region];
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++) {
            part[i] = base * (pull != 0.0 ? portable_exp(pull * bias[i]) : 1.0);
            total[i] += part[i];
            weighted[i] += part[i] * permit;
        }
    }
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        total[i] = 1.0 / portable_max(total[i], 1e-300);
        delay[i] = weighted[i] * total[i];
    }
    for (int region = 0; region < firms->regions; region++) {
        double *restrict part = share[region];
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            part[i] *= total[i];
    }
}

void KERNEL(compute_deliver_block)(struct world *world, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    allot(world, at, block);
    double *restrict gpus = firms->gpus + at, *restrict backlog = firms->gpu_backlog + at;
    double *restrict delivery = firms->gpu_delivery + at;
    const double *restrict speed = firms->speed + at, *restrict burden = firms->permit_burden + at;
    double share[MEMBERS_MAX][BLOCK], delay[BLOCK], kept[BLOCK];
    choose_sites(world, at, share, delay);
    double lead = p->compute_lead_time, saved = p->compute_lead_time_speed, survive = 1.0 - p->compute_depreciation;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double months = portable_max(lead * (1.0 - saved * speed[i]) + delay[i] * (1.0 + burden[i]), 1.0);
        delivery[i] = backlog[i] / months;
        backlog[i] -= delivery[i];
        double old = gpus[i] * survive;
        gpus[i] = old + delivery[i];
        kept[i] = gpus[i] > 0.0 ? old / gpus[i] : 0.0;
    }
    for (int region = 0; region < firms->regions; region++) {
        double *restrict site = firms->site[region] + at;
        const double *restrict part = share[region];
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            site[i] = gpus[i] > 0.0 ? kept[i] * site[i] + (1.0 - kept[i]) * part[i] : 0.0;
    }
}
