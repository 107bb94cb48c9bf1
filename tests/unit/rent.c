/* Rented compute (equation 11): who wants and offers how much, that both sides are cut alike and give and get the same,
 * and what it costs. */
#define MATTHEW_KERNEL_SUFFIX baseline
#include "support/phases.h"

enum { SEEDS = 80 };

/* In every third race accounts need little compute. */
static void rented(struct scenario *scenario) {
    scenario->parameters.compute_rent = 1.0;
    for (int s = 0; s < MEMBERS_MAX && scenario->seed % 3 == 0; s++)
        scenario->parameters.customers_serving_load[s] *= 1e-4;
}

/* What the firm can serve with its own and with what it claims. */
static double serves(const struct trial *trial, size_t i) {
    const struct firms *f = &trial->world->firms;
    return (1.0 - trial->p->technology_training_reserve * f->speed[i]) *
           fmax(f->gpus[i] + f->claimed_in[i] - f->claimed_out[i], 0.0);
}

static double oracle_price(const struct trial *trial) {
    return trial->p->compute_rent_markup * oracle_user_cost(trial);
}

/* Into rented_in and rented_out, before the market is settled. */
static void check_offer(const struct trial *trial, size_t i) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    int single = f->active[i] > 0.0 && f->alliance_role[i] != 1.0;
    double money = p->compute_rent_cash * fmax(f->cash[i], 0.0) + p->compute_rent_receipts * f->total_receipts[i];
    double lacks = fmax(0.0, f->serving_need[i] - serves(trial, i)), affords = money / oracle_price(trial);
    double wanted = single ? fmin(lacks, affords) : 0.0;
    trial_expect(trial, "wanted", i, f->rented_in[i], wanted, 1e-12, f->serving_need[i]);
    double platform = oracle_clip(2.0 * f->platform_share[i] / p->compute_platform_budget - 1.0, 0.0, 1.0);
    double spare = single ? fmax(0.0, serves(trial, i) - f->serving_need[i]) : 0.0;
    trial_expect(trial, "offered", i, f->rented_out[i], p->compute_rent_offer * platform * spare, 1e-12, f->gpus[i]);
}

Test(rent, both_sides_give_and_get_the_same) {
    long short_of_offers = 0, short_of_wishes = 0, renters = 0, lenders = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        static struct trial trial;
        trial_open(&trial, 11000 + seed, rented);
        const struct firms *f = &trial.world->firms;
        trial_ally(&trial);
        trial_need(&trial);
        trial_offer(&trial);
        for (size_t i = 0; i < f->slots; i++)
            check_offer(&trial, i);
        double wanted = ledger_sum(f->rented_in, f->slots), offered = ledger_sum(f->rented_out, f->slots);
        double price = oracle_price(&trial), traded = fmin(wanted, offered);
        trial_mark(&trial);
        trial_rent(&trial);
        for (size_t i = 0; i < f->slots; i++) {
            double asked = before(&trial, FIELD_rented_in, 0)[i], gave = before(&trial, FIELD_rented_out, 0)[i];
            double in = wanted > 0.0 ? asked * traded / wanted : 0.0,
                   out = offered > 0.0 ? gave * traded / offered : 0.0;
            trial_expect(&trial, "rented", i, f->rented_in[i], in, 1e-12, 0.0);
            trial_expect(&trial, "lent", i, f->rented_out[i], out, 1e-12, 0.0);
            trial_expect(&trial, "rent paid", i, f->rent_paid[i], price * in, 1e-12, 0.0);
            trial_expect(&trial, "rent earned", i, f->rent_earned[i], price * out, 1e-12, 0.0);
            cr_assert(f->rented_in[i] == 0.0 || f->rented_out[i] == 0.0, "slot %zu rents what it lends", i);
            cr_assert(f->rented_in[i] <= asked && f->rented_out[i] <= gave);
            renters += f->rented_in[i] > 0.0;
            lenders += f->rented_out[i] > 0.0;
        }
        trial_expect(&trial, "GPUs in", 0, ledger_sum(f->rented_in, f->slots), traded, 1e-12, 0.0);
        trial_expect(&trial, "GPUs out", 0, ledger_sum(f->rented_out, f->slots), traded, 1e-12, 0.0);
        trial_expect(&trial, "paid", 0, ledger_sum(f->rent_paid, f->slots), price * traded, 1e-12, 0.0);
        trial_expect(&trial, "earned", 0, ledger_sum(f->rent_earned, f->slots), price * traded, 1e-12, 0.0);
        short_of_offers += traded > 0.0 && traded < wanted;
        short_of_wishes += traded > 0.0 && traded < offered;
        trial_close(&trial);
    }
    cr_assert(renters > 500 && lenders > 50 && short_of_offers > 10 && short_of_wishes > 2,
              "%ld renters, %ld lenders, %ld and %ld months short", renters, lenders, short_of_offers, short_of_wishes);
}

/* Renting serves accounts that congestion would drive away, and takes compute from training: never creates any. */
/* Who leaves takes GPUs along that others still count on until the next month divides them. */
static void rented_by_who_stays(struct scenario *scenario) {
    rented(scenario);
    scenario->parameters.exit_enabled = scenario->parameters.acquisitions_enabled = 0.0;
}

Test(rent, what_serves_does_not_train) {
    for (uint64_t seed = 1; seed <= 20; seed++) {
        static struct trial trial;
        trial_open(&trial, 11500 + seed, rented_by_who_stays);
        const struct firms *f = &trial.world->firms;
        double served = 0.0, needed = 0.0, trained = 0.0, installed = ledger_sum(f->gpus, f->slots);
        trial_serve(&trial);
        for (size_t i = 0; i < f->slots; i++) {
            needed += f->serving_need[i];
            served += f->serving_need[i] * (1.0 - f->congestion[i]);
            trained += f->training_gpus[i];
        }
        if (trial.p->technology_serving > 0.0)
            trial_expect(&trial, "serving and training", 0, served + trained, installed, 1e-12, needed);
        trial_close(&trial);
    }
}
