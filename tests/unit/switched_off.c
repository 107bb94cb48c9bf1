/* A mechanism that is switched off stops adding; what it had built still decays, and what does not move is still paid
   for. New firms know what they cost. */
#include "support/races.h"

#include <criterion/criterion.h>
#include <math.h>

/* The column of firms that are alive at the start and after `months` shrinks by keep a month. */
static void decays(const struct scenario *scenario, enum field field, double keep, long months) {
    struct race *first = race_at(scenario, 0), *last = race_at(scenario, months);
    const struct firms *a = &race_world(first)->firms, *b = &race_world(last)->firms;
    size_t seen = 0;
    for (size_t slot = 0; slot < a->slots; slot++) {
        if (b->id[slot] != a->id[slot])
            continue;
        double was = firms_column(a, field, 0)[slot], is = firms_column(b, field, 0)[slot];
        cr_assert(fabs(is - was * pow(keep, (double)months)) <= 1e-12 * fabs(was), "%s of slot %zu: %g, then %g",
                  field_table[field].name, slot, was, is);
        seen += was != 0.0;
    }
    cr_assert(seen > 50);
    race_free(first);
    race_free(last);
}

Test(switched_off, what_was_built_decays) {
    struct scenario scenario;
    scenario_small(&scenario, 200, 12);
    struct parameters *p = &scenario.parameters;
    p->layers_build_rate = p->platform_ecosystem_rate = p->platform_ecosystem_open = p->platform_reach_rate = 0.0;
    p->customers_appeal_volatility = p->technology_obsolescence = 0.0;
    decays(&scenario, FIELD_software, 1.0 - p->layers_decay, 6);
    decays(&scenario, FIELD_ecosystem, 1.0 - p->platform_ecosystem_decay, 6);
    decays(&scenario, FIELD_reach, 1.0 - p->platform_reach_decay, 6);
    decays(&scenario, FIELD_appeal, p->customers_appeal_persistence, 6);
    scenario_free(&scenario);
}

Test(switched_off, accounts_that_do_not_move_are_billed) {
    struct scenario scenario;
    scenario_small(&scenario, 200, 12);
    scenario.parameters.customers_enabled = 0.0;
    struct race *first = race_at(&scenario, 0), *last = race_at(&scenario, 5);
    const struct firms *a = &race_world(first)->firms, *b = &race_world(last)->firms;
    for (size_t slot = 0; slot < a->slots; slot++) {
        if (b->id[slot] != a->id[slot])
            continue;
        cr_assert(b->accounts[0][slot] == a->accounts[0][slot] && b->price[0][slot] == a->price[0][slot]);
        double bill = b->price[0][slot] * b->accounts[0][slot] * 1e-6;
        cr_assert(fabs(b->receipts[0][slot] - bill) <= 1e-9 * (1.0 + bill));
        cr_assert(b->total_receipts[slot] >= b->receipts[0][slot]);
    }
    race_free(first);
    race_free(last);
    scenario_free(&scenario);
}

Test(first_month, firms_know_what_they_cost) {
    struct scenario scenario;
    scenario_small(&scenario, 200, 12);
    scenario.parameters.capital_request_cap = 1.0; /* the mean: known from the initial state */
    struct race *first = race_at(&scenario, 0), *next = race_at(&scenario, 1);
    const struct world *world = race_world(first);
    const struct firms *a = &world->firms, *b = &race_world(next)->firms;
    double requests = 0.0;
    size_t careless = 0;
    cr_assert(world->industry.total_valuation > 0.0 && world->industry.gpu_price > 0.0);
    for (size_t slot = 0; slot < a->slots; slot++) {
        cr_assert(a->operating_outflow[slot] > 0.0 && a->valuation[slot] > 0.0);
        careless += b->runway[slot] >= 999.0;
        requests += b->request[slot];
    }
    cr_assert(requests > 0.0 && careless < a->slots / 2);
    race_free(first);
    race_free(next);
    scenario_free(&scenario);
}
