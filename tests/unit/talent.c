/* The talent market (equations 6 to 8): separations, weights, hires, know-how that travels, tenure and premium. */
#define MATTHEW_KERNEL_SUFFIX baseline
#include "support/phases.h"

#include "core/samplers.h"

enum { SEEDS = 60 };

static void moving(struct scenario *scenario) {
    scenario->parameters.talent_enabled = 1.0;
}

static int planned(const struct trial *trial) {
    return trial->p->talent_vacancies == 0.0;
}

/* What vacancies offer over the market's wage, weighted by vacancies. */
static double oracle_raid(const struct trial *trial, int tier) {
    const struct firms *f = &trial->world->firms;
    double vacancies = 0.0, offered = 0.0;
    for (size_t i = 0; i < f->slots; i++) {
        vacancies += f->vacancies[tier][i];
        offered += f->vacancies[tier][i] * f->wage_premium[i];
    }
    return vacancies > 0.0 ? fmax(0.0, offered / vacancies - 1.0) : 0.0;
}

/* Separations (6): the oracle's hazards through the library's binomial draws must give the same people. */
static void check_separations(const struct trial *trial, int tier) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double raid = planned(trial) ? p->talent_raid_response * oracle_raid(trial, tier) : 0.0;
    for (size_t block = 0; block < trial->world->sums.blocks; block++) {
        double chance[BLOCK], gone[BLOCK];
        for (size_t j = 0; j < BLOCK; j++) {
            size_t i = block * BLOCK + j;
            double relative = f->wage_premium[i] / trial->world->industry.mean_premium[tier];
            double hazard = f->active[i] > 0.0 ? p->talent_separation[tier] * (1.0 + raid) *
                                                     pow(relative, -p->talent_separation_elasticity[tier])
                                               : 0.0;
            hazard *=
                1.0 + p->organisation_quits_burnout * f->burnout[i] + p->organisation_quits_dilution * f->dilution[i];
            chance[j] = 1.0 - exp(-hazard);
        }
        uint64_t key = random_key(trial->world->seed, trial->world->month, PURPOSE_SEPARATION, tier, block);
        binomial_block_baseline(key, before(trial, FIELD_staff, tier) + block * BLOCK, chance, gone);
        for (size_t j = 0; j < BLOCK; j++)
            trial_expect(trial, "separations", block * BLOCK + j, f->separations[tier][block * BLOCK + j], gone[j], 0.0,
                         0.0);
    }
}

static void check_weight(const struct trial *trial, int tier, size_t i) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    const struct industry *industry = &trial->world->industry;
    double heads = 0.0;
    for (int k = 0; k < f->tiers; k++)
        heads += before(trial, FIELD_staff, k)[i];
    double staff = (before(trial, FIELD_staff, tier)[i] + p->talent_prestige_scale) /
                   (industry->mean_staff[tier] + p->talent_prestige_scale);
    double compute = 1.0 + f->gpus[i] / fmax(heads, 1.0) / fmax(industry->mean_gpus_per_head, 1e-9);
    double fame = oracle_clip(f->capability[i] - industry->mean_capability, -5.0, 5.0);
    double wanted =
        (planned(trial) ? f->vacancies[tier][i] : f->active[i]) * pow(staff, p->talent_prestige_exponent[tier]) *
        pow(f->wage_premium[i], p->talent_premium_attraction[tier]) * pow(compute, p->talent_compute_attraction[tier]) *
        exp(p->talent_capability_attraction[tier] * fame);
    trial_expect(trial, "weight", i, f->talent_weight[tier][i], wanted, 1e-12, 0.0);
}

/* Movers, pool and what is turned away: everybody is somewhere. */
static void check_flows(const struct trial *trial, int tier) {
    const struct firms *f = &trial->world->firms;
    const struct choice *choice = &trial->world->markets->talent[tier];
    struct ledger books = {.start = trial->before};
    double layoffs = ledger_sum(f->layoffs[tier], f->slots), separations = ledger_sum(f->separations[tier], f->slots);
    double hires = ledger_sum(f->hires[tier], f->slots), newcomers = ledger_newcomers(&books, trial->world, tier);
    double pool = trial->before.industry.pool[tier] + layoffs + newcomers + separations - hires;
    cr_assert(trial->world->industry.pool[tier] == pool, "seed %lu: %g people in the pool, not %g",
              (unsigned long)trial->seed, trial->world->industry.pool[tier], pool);
    double outside = trial->p->talent_outside_weight[tier] * choice->movers;
    trial_expect(trial, "outside weight", 0, choice->outside_weight, outside, 1e-14, 0.0);
    trial_expect(trial, "inside weight", 0, choice->inside_weight, ledger_sum(f->talent_weight[tier], f->slots), 1e-12,
                 0.0);
    cr_assert(choice->movers >= separations && hires + choice->outside <= choice->movers);
    for (size_t i = 0; i < f->slots; i++) {
        double stay = before(trial, FIELD_staff, tier)[i] - f->separations[tier][i], now = stay + f->hires[tier][i];
        cr_assert(f->staff[tier][i] == now);
        cr_assert(!planned(trial) || f->hires[tier][i] <= f->vacancies[tier][i]);
        double tenure = stay * (before(trial, FIELD_staff_tenure, tier)[i] + 1.0) / fmax(now, 1.0);
        trial_expect(trial, "tenure", i, f->staff_tenure[tier][i], tenure, 1e-12, 0.0);
    }
}

/* Know-how (7), firm by firm, over all firms that researchers left. */
static double oracle_capability(const struct trial *trial, size_t i) {
    const struct firms *f = &trial->world->firms;
    const double *capability = before(trial, FIELD_capability, 0);
    double better = 0.0, hires = f->hires[0][i], movers = trial->world->markets->talent[0].movers;
    for (size_t j = 0; j < f->slots; j++)
        better += f->separations[0][j] * fmax(0.0, capability[j] - capability[i]);
    if (hires == 0.0)
        return capability[i];
    return capability[i] + trial->p->talent_know_how_transfer * hires / (hires + trial->p->talent_prestige_scale) *
                               better / fmax(movers, 1.0);
}

static double oracle_premium(const struct trial *trial, size_t i) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double premium = before(trial, FIELD_wage_premium, 0)[i], open = 0.0, filled = 0.0;
    if (!planned(trial))
        return premium;
    for (int tier = 0; tier < f->tiers; tier++) {
        open += f->vacancies[tier][i];
        filled += f->hires[tier][i];
    }
    double unfilled = f->runway[i] > p->talent_premium_runway && open > 0.0 ? (open - filled) / open : 0.0;
    premium += p->talent_premium_rise * unfilled - p->talent_premium_decay * (premium - f->wage_gene[i]);
    return oracle_clip(premium, 0.1, p->talent_premium_max);
}

Test(talent, separations_weights_hires_and_know_how) {
    long separations = 0, hires = 0, taught = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        static struct trial trial;
        trial_open(&trial, 5000 + seed, moving);
        const struct firms *f = &trial.world->firms;
        trial_ask(&trial);
        trial_fund(&trial);
        trial_plan(&trial);
        trial_order(&trial);
        trial_mark(&trial);
        trial_leave_firms(&trial);
        for (int tier = 0; tier < f->tiers; tier++) {
            check_separations(&trial, tier);
            for (size_t i = 0; i < f->slots; i++)
                check_weight(&trial, tier, i);
        }
        /* The ledger adds layoffs to the pool of the mark, which the plan has already taken from staff. */
        trial_hire(&trial);
        for (int tier = 0; tier < f->tiers; tier++)
            check_flows(&trial, tier);
        for (size_t i = 0; i < f->slots; i++) {
            if (f->active[i] == 0.0)
                continue;
            double capability = oracle_capability(&trial, i);
            trial_expect(&trial, "capability", i, f->capability[i], capability, 1e-11, 1.0);
            trial_expect(&trial, "premium", i, f->wage_premium[i], oracle_premium(&trial, i), 1e-12, 0.0);
            separations += f->separations[0][i] > 0.0;
            hires += f->hires[0][i] > 0.0;
            taught += capability > before(&trial, FIELD_capability, 0)[i];
        }
        trial_close(&trial);
    }
    cr_assert(separations > 200 && hires > 200 && taught > 100, "%ld left, %ld hired, %ld taught", separations, hires,
              taught);
}
