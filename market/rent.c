#include "market/rent.h"

#include "core/elementary.h"

double rent_price(const struct world *world) {
    return world->parameters.compute_rent_markup * markets_user_cost(world);
}

void rent_settle(struct world *world) {
    struct rent *rent = &world->markets->rent;
    double wanted = sums_total(&world->sums, SUM_rent_wanted, 0);
    double offered = sums_total(&world->sums, SUM_rent_offered, 0);
    double traded = portable_min(wanted, offered);
    rent->price = rent_price(world);
    rent->filled = wanted > 0.0 ? traded / wanted : 0.0;
    rent->lent = offered > 0.0 ? traded / offered : 0.0;
    world->industry.rent_price = rent->price;
    world->industry.rented_gpus = traded;
}
