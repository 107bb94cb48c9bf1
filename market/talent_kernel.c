#include "market/talent.h"

#include "core/samplers.h"
#include "core/sums.h"

/* Separation hazards (6) into hazard, without what burnout and dilution add; staff is before departures. */
static void usual_hazard(const struct world *world, size_t at, int tier, double *restrict hazard) {
    const struct parameters *p = &world->parameters;
    const double *restrict premium = world->firms.wage_premium + at, *restrict active = world->firms.active + at;
    double elasticity = p->talent_separation_elasticity[tier];
    double raid = p->talent_raid_response * portable_max(0.0, world->industry.raid_premium[tier] - 1.0);
    double base = p->talent_separation[tier] * (p->talent_vacancies > 0.0 ? 1.0 : 1.0 + raid);
    if (elasticity == 0.0) {
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            hazard[i] = base * active[i];
        return;
    }
    double scale = 1.0 / portable_max(world->industry.mean_premium[tier], 1e-9);
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double relative = portable_max(premium[i] * scale, 1e-9);
        hazard[i] = base * active[i] * portable_exp(-elasticity * portable_log(relative));
    }
}

static void separation_hazard(const struct world *world, size_t at, int tier, double *restrict hazard) {
    const struct parameters *p = &world->parameters;
    usual_hazard(world, at, tier, hazard);
    if (p->organisation_enabled == 0.0)
        return;
    const double *restrict burnout = world->firms.burnout + at, *restrict dilution = world->firms.dilution + at;
    double tired = p->organisation_quits_burnout, diluted = p->organisation_quits_dilution;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        hazard[i] *= 1.0 + tired * burnout[i] + diluted * dilution[i];
}

/* The log of the weight of (7), without vacancies; terms whose exponent is 0 cost nothing. */
static void log_weight(const struct world *world, size_t at, int tier, const double *restrict heads,
                       double *restrict out) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *restrict staff = firms->staff[tier] + at, *restrict premium = firms->wage_premium + at;
    const double *restrict gpus = firms->gpus + at, *restrict capability = firms->capability + at;
    double gamma = p->talent_prestige_exponent[tier], scale = p->talent_prestige_scale;
    double mean = 1.0 / portable_max(world->industry.mean_staff[tier] + scale, 1e-9);
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        out[i] = gamma * portable_log(portable_max((staff[i] + scale) * mean, 1e-12));
    double eta = p->talent_premium_attraction[tier];
    if (eta != 0.0) {
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            out[i] += eta * portable_log(portable_max(premium[i], 1e-9));
    }
    double pull = p->talent_compute_attraction[tier];
    double per_head = 1.0 / portable_max(world->industry.mean_gpus_per_head, 1e-9);
    if (pull != 0.0) {
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            out[i] += pull * portable_log(1.0 + gpus[i] / portable_max(heads[i], 1.0) * per_head);
    }
    double fame = p->talent_capability_attraction[tier], average = world->industry.mean_capability;
    if (fame != 0.0) {
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            out[i] += fame * portable_clip(capability[i] - average, -5.0, 5.0);
    }
}

void KERNEL(talent_leave_block)(struct world *world, size_t block) {
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    const double *restrict active = firms->active + at;
    int planned = world->parameters.talent_vacancies == 0.0;
    double hazard[BLOCK], heads[BLOCK] = {0};
    for (int tier = 0; tier < firms->tiers; tier++) {
        const double *restrict staff = firms->staff[tier] + at;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            heads[i] += staff[i];
    }
    for (int tier = 0; tier < firms->tiers; tier++) {
        double *restrict weight = firms->talent_weight[tier] + at, *restrict gone = firms->separations[tier] + at;
        const double *restrict vacancies = planned ? firms->vacancies[tier] + at : active;
        separation_hazard(world, at, tier, hazard);
        uint64_t key = random_key(world->seed, world->month, PURPOSE_SEPARATION, tier, block);
        KERNEL(choice_leave_block)(key, firms->staff[tier] + at, hazard, gone);
        log_weight(world, at, tier, heads, weight);
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            weight[i] = vacancies[i] * portable_exp(portable_clip(weight[i], -600.0, 600.0));
        sums_row(&world->sums, block)[SUM_separations + tier] = sum_block(gone);
        sums_row(&world->sums, block)[SUM_talent_weights + tier] = sum_block(weight);
    }
}

/* Hires of a tier, what is turned away, staff and its tenure. */
static void hire(struct world *world, size_t at, size_t block, int tier) {
    const struct firms *firms = &world->firms;
    double *restrict staff = firms->staff[tier] + at, *restrict tenure = firms->staff_tenure[tier] + at;
    double *restrict hires = firms->hires[tier] + at;
    const double *restrict gone = firms->separations[tier] + at, *restrict vacancies = firms->vacancies[tier] + at;
    double turned_away[BLOCK];
    uint64_t key = random_key(world->seed, world->month, PURPOSE_TALENT_CHOICE, tier, block);
    KERNEL(choice_arrive_block)(key, &world->markets->talent[tier], block, firms->talent_weight[tier] + at, hires);
    if (world->parameters.talent_vacancies == 0.0) {
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++) {
            double taken = portable_min(hires[i], vacancies[i]);
            turned_away[i] = hires[i] - taken;
            hires[i] = taken;
        }
        sums_row(&world->sums, block)[SUM_turned_away + tier] = sum_block(turned_away);
    } else {
        sums_row(&world->sums, block)[SUM_turned_away + tier] = 0.0;
    }
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double stay = staff[i] - gone[i], now = stay + hires[i];
        tenure[i] = stay * (tenure[i] + 1.0) / portable_max(now, 1.0);
        staff[i] = now;
    }
}

/* The premium rises with unfilled vacancies and decays to the strategy's (8). */
static void move_premium(struct world *world, size_t at) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    double *restrict premium = firms->wage_premium + at;
    const double *restrict runway = firms->runway + at, *restrict gene = firms->wage_gene + at;
    const double *restrict active = firms->active + at;
    double open[BLOCK] = {0}, filled[BLOCK] = {0};
    for (int tier = 0; tier < firms->tiers; tier++) {
        const double *restrict vacancies = firms->vacancies[tier] + at, *restrict hires = firms->hires[tier] + at;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++) {
            open[i] += vacancies[i];
            filled[i] += hires[i];
        }
    }
    double rise = p->talent_premium_rise, decay = p->talent_premium_decay, least = p->talent_premium_runway;
    double highest = p->talent_premium_max;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double unfilled = runway[i] > least ? (open[i] - filled[i]) / portable_max(open[i], 1.0) : 0.0;
        double next = premium[i] + rise * unfilled - decay * (premium[i] - gene[i]);
        premium[i] = active[i] * portable_clip(next, 0.1, highest);
    }
}

/* What a researcher from a firm better than `capability` brings, on average over all movers: sum of leavers_j (Q_j - Q)
 * over better firms j, over movers (7). */
static double know_how_above(const struct know_how *know_how, double capability) {
    const struct origin *origins = know_how->origins;
    size_t low = 0, high = know_how->count; /* the first firm that is not better */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (origins[middle].capability > capability)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return 0.0;
    return (origins[low - 1].product - capability * origins[low - 1].leavers) / portable_max(know_how->movers, 1.0);
}

static void learn_from_hires(struct world *world, size_t at) {
    const struct parameters *p = &world->parameters;
    const struct know_how *know_how = &world->markets->know_how;
    double *capability = world->firms.capability + at;
    const double *hires = world->firms.hires[0] + at;
    if (p->talent_know_how_transfer == 0.0 || know_how->count == 0)
        return;
    for (int i = 0; i < BLOCK; i++)
        if (hires[i] > 0.0)
            capability[i] += p->talent_know_how_transfer * hires[i] / (hires[i] + p->talent_prestige_scale) *
                             portable_max(0.0, know_how_above(know_how, capability[i]));
}

void KERNEL(talent_hire_block)(struct world *world, size_t block) {
    size_t at = block * BLOCK;
    for (int tier = 0; tier < world->firms.tiers; tier++)
        hire(world, at, block, tier);
    if (world->parameters.talent_vacancies == 0.0)
        move_premium(world, at);
    learn_from_hires(world, at);
}
