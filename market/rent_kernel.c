#include "market/rent.h"

#include "agents/payments.h"
#include "core/elementary.h"
#include "core/sums.h"

void KERNEL(rent_offer_block)(struct world *world, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    const double *restrict gpus = firms->gpus + at, *restrict need = firms->serving_need + at;
    const double *restrict claims = firms->claimed_in + at, *restrict claimed = firms->claimed_out + at;
    const double *restrict speed = firms->speed + at, *restrict platform = firms->platform_share + at;
    const double *restrict cash = firms->cash + at, *restrict receipts = firms->total_receipts + at;
    const double *restrict role = firms->alliance_role + at, *restrict active = firms->active + at;
    double *restrict wanted = firms->rented_in + at, *restrict offered = firms->rented_out + at;
    double reserve = p->technology_training_reserve, part = p->compute_rent_offer;
    double from_cash = p->compute_rent_cash, from_receipts = p->compute_rent_receipts;
    double host = 1.0 / p->compute_platform_budget, unit = 1.0 / portable_max(rent_price(world), 1e-300);
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double serves = (1.0 - reserve * speed[i]) * portable_max(gpus[i] + claims[i] - claimed[i], 0.0);
        double free = role[i] == 1.0 ? 0.0 : active[i]; /* a lab with a provider deals with nobody else */
        double affords = (from_cash * portable_max(cash[i], 0.0) + from_receipts * receipts[i]) * unit;
        wanted[i] = free * portable_min(portable_max(need[i] - serves, 0.0), affords);
        double platformed = portable_clip(2.0 * platform[i] * host - 1.0, 0.0, 1.0);
        offered[i] = free * part * platformed * portable_max(serves - need[i], 0.0);
    }
    sums_row(&world->sums, block)[SUM_rent_wanted] = sum_block(wanted);
    sums_row(&world->sums, block)[SUM_rent_offered] = sum_block(offered);
}

void KERNEL(rent_apply_block)(struct world *world, size_t block) {
    const struct rent *rent = &world->markets->rent;
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    double *restrict in = firms->rented_in + at, *restrict out = firms->rented_out + at;
    double *restrict paid = firms->rent_paid + at, *restrict earned = firms->rent_earned + at;
    double price = rent->price, filled = rent->filled, lent = rent->lent;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        in[i] *= filled;
        out[i] *= lent;
        paid[i] = price * in[i];
        earned[i] = price * out[i];
    }
    if (world->keep_books)
        payments_add(world, block, PAYMENT_rent, sum_block(paid));
}
