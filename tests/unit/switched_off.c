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
    scenario.parameters.customers_enabled = scenario.parameters.acquisitions_enabled = 0.0;
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

/* ---- the hidden costs of speed ---- */

/* Whether a column is 0 (or `value`) for every firm after `months`. */
static void stays(const struct scenario *scenario, enum field field, double value, long months) {
    struct race *race = race_at(scenario, months);
    const struct firms *f = &race_world(race)->firms;
    for (size_t slot = 0; slot < f->slots; slot++)
        cr_assert(firms_column(f, field, 0)[slot] == value * f->active[slot], "%s of slot %zu is %g",
                  field_table[field].name, slot, firms_column(f, field, 0)[slot]);
    race_free(race);
}

static unsigned long long digest_after(const struct scenario *scenario, long months) {
    struct failure failure = {0};
    unsigned long long digest = scenario_digest(scenario, months, 1, &failure);
    cr_assert(digest != 0, "%s", failure.text);
    return digest;
}

/* Each cost has a parameter that keeps it from arising. */
Test(switched_off, each_hidden_cost) {
    struct scenario scenario;
    scenario_small(&scenario, 200, 18);
    struct parameters *p = &scenario.parameters;
    struct parameters defaults = *p;
    p->organisation_dilution_rate = 0.0;
    stays(&scenario, FIELD_dilution, 0.0, 18);
    *p = defaults;
    p->organisation_burnout_rate = 0.0;
    stays(&scenario, FIELD_burnout, 0.0, 18);
    *p = defaults;
    p->organisation_debt_rate = 0.0;
    stays(&scenario, FIELD_debt, 0.0, 18);
    *p = defaults;
    p->organisation_coordination_cost = p->organisation_coordination_gpus = 0.0;
    stays(&scenario, FIELD_productivity, 1.0, 18);
    *p = defaults;
    p->organisation_infighting_hazard = 0.0;
    stays(&scenario, FIELD_infighting, 0.0, 18);
    scenario_free(&scenario);
}

/* The switch, and all of those parameters at 0, lead to the same race to the last bit, which is not that with costs. */
Test(switched_off, no_hidden_cost_at_all) {
    struct scenario scenario;
    scenario_small(&scenario, 300, 30);
    struct parameters *p = &scenario.parameters;
    unsigned long long on = digest_after(&scenario, 30);
    p->organisation_enabled = 0.0;
    unsigned long long off = digest_after(&scenario, 30);
    p->organisation_enabled = 1.0;
    p->organisation_dilution_rate = p->organisation_burnout_rate = p->organisation_debt_rate = 0.0;
    p->organisation_coordination_cost = p->organisation_coordination_gpus = p->organisation_infighting_hazard = 0.0;
    cr_assert(digest_after(&scenario, 30) == off && on != off);
    scenario_free(&scenario);
}

/* What is switched off leaves no trace: the race is bit by bit the one in which its parameters are others. */
static void leaves_no_trace(void (*off)(struct parameters *), void (*change)(struct parameters *)) {
    struct scenario scenario;
    struct failure failure = {0};
    cr_assert(scenario_load(&scenario, "frontier-race", &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(scenario_set_firms(&scenario, 300, &failure) == MATTHEW_OK, "%s", failure.text);
    unsigned long long on = scenario_digest(&scenario, 12, 1, &failure);
    off(&scenario.parameters);
    unsigned long long plain = scenario_digest(&scenario, 12, 1, &failure);
    change(&scenario.parameters);
    unsigned long long changed = scenario_digest(&scenario, 12, 1, &failure);
    cr_assert(on != 0 && on != plain, "the switch does nothing");
    cr_assert(plain == changed, "%016llx and %016llx", plain, changed);
    scenario_free(&scenario);
}

static void no_silicon(struct parameters *p) {
    p->compute_own_silicon = 0.0;
}

static void other_silicon(struct parameters *p) {
    p->compute_own_cost = 0.1;
    p->compute_own_threshold = 0.0;
    p->compute_own_foundry_share = 1.0;
    p->compute_own_utilisation = 5.0;
    p->compute_own_learning = 0.0;
}

static void no_rent(struct parameters *p) {
    p->compute_rent = 0.0;
}

static void other_rent(struct parameters *p) {
    p->compute_rent_markup = 7.0;
    p->compute_rent_offer = p->compute_rent_cash = 1.0;
    p->compute_rent_receipts = 0.0;
}

static void no_alliances(struct parameters *p) {
    p->compute_alliances = 0.0;
}

static void other_alliances(struct parameters *p) {
    p->compute_alliance_forming = p->compute_alliance_ending = 5.0;
    p->compute_alliance_claim = p->compute_alliance_receipts = 1.0;
    p->compute_alliance_size = 1e-4;
    p->compute_alliance_shortage = 1.0;
}

Test(switched_off, own_silicon) {
    leaves_no_trace(no_silicon, other_silicon);
}

Test(switched_off, rent) {
    leaves_no_trace(no_rent, other_rent);
}

Test(switched_off, alliances) {
    leaves_no_trace(no_alliances, other_alliances);
}

/* A switching cost that is next to nothing takes the way of large ones, phase by phase, and ends at the same bits. */
Test(switched_off, switching_cost) {
    struct scenario scenario;
    scenario_small(&scenario, 300, 18);
    unsigned long long digest[3];
    static const double cost[] = {0.0, 1e-300, 1.0};
    for (int i = 0; i < 3; i++) {
        for (int s = 0; s < MEMBERS_MAX; s++)
            scenario.parameters.customers_switching_cost[s] = cost[i];
        digest[i] = digest_after(&scenario, 18);
    }
    cr_assert(digest[0] == digest[1] && digest[0] != digest[2]);
    scenario_free(&scenario);
}
