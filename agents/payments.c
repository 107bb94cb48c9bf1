#include "agents/payments.h"

#include "core/elementary.h"

#include <string.h>

const struct payment_info payment_table[PAYMENT_COUNT] = {
#define PAYMENT(name, payer, payee, text) [PAYMENT_##name] = {#name, SECTOR_##payer, SECTOR_##payee, text},
#include "agents/payments.def"
#undef PAYMENT
};

const char *const sector_names[SECTOR_COUNT] = {
#define SECTOR(name, text) #name,
#include "agents/payments.def"
#undef SECTOR
};

void payments_takeover(struct world *world, size_t target, double price) {
    double invested = world->firms.investor_stake[target] * price;
    world->firms.investor_proceeds[target] += invested;
    payments_book(world, PAYMENT_takeover_investors, invested);
    payments_book(world, PAYMENT_takeover_households, price - invested);
}

double payments_estate(struct world *world, size_t slot) {
    const struct firms *firms = &world->firms;
    double price = world->parameters.exit_estate_price * world->industry.gpu_price;
    double sale = price * (firms->gpus[slot] + firms->gpu_backlog[slot]);
    double left = firms->cash[slot] + sale, stake = firms->investor_stake[slot];
    payments_book(world, PAYMENT_estate_gpus, sale);
    if (left < 0.0) {
        payments_book(world, PAYMENT_estate_shortfall, -left);
        return 0.0;
    }
    firms->investor_proceeds[slot] += stake * left;
    payments_book(world, PAYMENT_estate_investors, stake * left);
    payments_book(world, PAYMENT_estate_households, left - stake * left);
    return left;
}

/* New GPUs that are sold cost a share of the trend price to make; the vendor's owners get what is left, or pay what is
 * missing. */
static void vendor(struct world *world) {
    const struct parameters *p = &world->parameters;
    double *payments = world->payments;
    const struct industry *industry = &world->industry;
    double fresh =
        p->compute_enabled > 0.0 ? sums_total(&world->sums, SUM_gpu_allotments, 0) - industry->gpus_resold : 0.0;
    fresh += silicon_offered(world) ? industry->own_chips : 0.0;
    double made = p->compute_production_cost * world->conditions.gpu_trend_price * fresh;
    payments[PAYMENT_gpu_production] += made;
    double balance[SECTOR_COUNT];
    payments_balance(payments, balance);
    payments[PAYMENT_vendor_profit] += balance[SECTOR_vendor];
}

void payments_close(struct world *world) {
    world->books_kept = world->keep_books;
    if (world->books_kept) {
        for (int i = 0; i < PAYMENT_COUNT; i++)
            world->payments[i] = world->industry.booked[i] + sums_total(&world->sums, SUM_payments, i);
        vendor(world);
    }
    memset(world->industry.booked, 0, sizeof world->industry.booked);
}

void payments_balance(const double payments[PAYMENT_COUNT], double balance[SECTOR_COUNT]) {
    memset(balance, 0, SECTOR_COUNT * sizeof *balance);
    for (int i = 0; i < PAYMENT_COUNT; i++) {
        balance[payment_table[i].payer] -= payments[i];
        balance[payment_table[i].payee] += payments[i];
    }
}
