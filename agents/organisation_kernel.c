#include "agents/organisation.h"

#include "core/samplers.h"
#include "core/sums.h"

/* The sum of a column over tiers. */
static void add_tiers(const struct world *world, size_t at, double *const *column, double *restrict out) {
    for (int i = 0; i < BLOCK; i++)
        out[i] = 0.0;
    for (int tier = 0; tier < world->firms.tiers; tier++) {
        const double *restrict of_tier = column[tier] + at;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            out[i] += of_tier[i];
    }
}

void KERNEL(organisation_coordinate_block)(struct world *world, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    const double *restrict gpus = firms->gpus + at, *restrict dilution = firms->dilution + at;
    const double *restrict active = firms->active + at;
    double *restrict productivity = firms->productivity + at;
    double heads[BLOCK], by_staff = p->organisation_coordination_cost, by_gpus = p->organisation_coordination_gpus;
    if (by_staff == 0.0 && by_gpus == 0.0) {
        for (int i = 0; i < BLOCK; i++)
            productivity[i] = active[i];
        return;
    }
    add_tiers(world, at, firms->staff, heads);
    double scale = 1.0 / p->organisation_coordination_staff;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double people = portable_log(1.0 + heads[i] * scale) * (1.0 + dilution[i]);
        /* the small addend keeps 10^k GPUs in stage k, whatever the rounding of the logarithm */
        double tenfolds = 0.43429448190325182765 * portable_log(portable_max(gpus[i], 1.0)) + 1e-12;
        double stage = portable_max(portable_floor(tenfolds) - 3.0, 0.0);
        productivity[i] = active[i] / (1.0 + by_staff * people + by_gpus * stage);
    }
}

/* Dilution from more newcomers than a culture absorbs, hired or taken over; burnout from haste, which spreads when
 * people leave, of themselves or laid off (16). */
static void wear_out(struct world *world, size_t at, const double *restrict heads) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    double *restrict dilution = firms->dilution + at, *restrict burnout = firms->burnout + at;
    const double *restrict speed = firms->speed + at, *restrict cadence = firms->cadence + at;
    const double *restrict active = firms->active + at;
    const double *restrict joined = firms->joined + at;
    double hired[BLOCK], left[BLOCK], fired[BLOCK];
    add_tiers(world, at, firms->hires, hired);
    add_tiers(world, at, firms->separations, left);
    add_tiers(world, at, firms->layoffs, fired);
    double dilute = p->organisation_dilution_rate, absorbed = p->organisation_sustainable_growth;
    double base = p->organisation_dilution_staff, heal = 1.0 - p->organisation_dilution_recovery;
    double tire = p->organisation_burnout_rate, unhurried = p->organisation_cadence_reference;
    double spread = p->organisation_burnout_contagion, rest = 1.0 - p->organisation_burnout_recovery;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double newcomers = (hired[i] + joined[i]) / portable_max(heads[i] + base, 1.0);
        dilution[i] = active[i] * (heal * dilution[i] + dilute * portable_max(newcomers - absorbed, 0.0));
        double haste = 0.5 + portable_max(unhurried / portable_max(cadence[i], 1.0) - 1.0, 0.0);
        double gone = left[i] + fired[i], before = heads[i] - hired[i] + gone;
        double flight = 1.0 + spread * gone / portable_max(before, 1.0);
        burnout[i] = active[i] * (rest * burnout[i] + tire * speed[i] * haste * flight);
    }
}

/* Debt of hasty releases, and its repair (16). */
static void run_up_debt(struct world *world, size_t at) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    double *restrict debt = firms->debt + at;
    const double *restrict speed = firms->speed + at, *restrict optimisation = firms->optimisation + at;
    const double *restrict waited = firms->months_since_release + at, *restrict active = firms->active + at;
    double owe = p->technology_training > 0.0 ? p->organisation_debt_rate : 0.0; /* without it nothing is released */
    double mend = p->organisation_debt_repair, more = p->organisation_debt_repair_optimisation / 3.0;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double repair = portable_min(mend + more * portable_min(optimisation[i], 3.0), 1.0);
        double fresh = waited[i] == 0.0 ? owe * speed[i] : 0.0;
        debt[i] = active[i] * ((1.0 - repair) * debt[i] + fresh);
    }
}

/* Where infighting breaks out (18); what its draws are then needed for: whether those who leave found a firm. */
static int break_out(struct world *world, size_t at, size_t block, const double *restrict heads,
                     double *restrict luck) {
    const struct firms *firms = &world->firms;
    const double *restrict dilution = firms->dilution + at;
    double *restrict fight = firms->infighting + at, *restrict gone = firms->walkouts + at;
    double *restrict founders = firms->spin_out + at;
    double rate = world->parameters.organisation_infighting_hazard;
    struct stream stream;
    stream_open(&stream, random_key(world->seed, world->month, PURPOSE_INFIGHTING, 0, block));
    stream_uniforms(&stream, luck, BLOCK);
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double hazard = rate * dilution[i] * portable_log(1.0 + heads[i]);
        fight[i] = luck[i] < -portable_expm1(-hazard) ? 1.0 : 0.0;
        gone[i] = founders[i] = 0.0;
    }
    if (sum_block(fight) == 0.0)
        return 0;
    stream_uniforms(&stream, luck, BLOCK);
    return 1;
}

/* Researchers leave, progress is lost, and some of the dilution goes with those who leave (18), (24). */
static void fall_out(struct world *world, size_t at, size_t block, const double *restrict heads) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    double *restrict dilution = firms->dilution + at, *restrict progress = firms->training_progress + at;
    double *restrict researchers = firms->staff[0] + at, *restrict gone = firms->walkouts + at;
    double *restrict founders = firms->spin_out + at, *row = sums_row(&world->sums, block);
    const double *restrict fight = firms->infighting + at;
    double luck[BLOCK], chance[BLOCK], group[BLOCK];
    row[SUM_walkouts] = row[SUM_spin_outs] = 0.0;
    if (!break_out(world, at, block, heads, luck))
        return;
    for (int i = 0; i < BLOCK; i++)
        chance[i] = fight[i] * p->organisation_infighting_leave;
    KERNEL(binomial_block)
    (random_key(world->seed, world->month, PURPOSE_WALKOUT, 0, block), researchers, chance, gone);
    double lost = p->organisation_infighting_progress, relief = p->organisation_infighting_relief;
    int open = p->entry_enabled > 0.0 && p->entry_replacement == 0.0; /* replacement keeps the number of firms */
    double founding = open ? p->organisation_spin_out : 0.0, least = p->organisation_spin_out_group;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        group[i] = luck[i] < founding ? (gone[i] >= least ? 1.0 : 0.0) : 0.0;
        founders[i] = group[i] * gone[i];
        researchers[i] -= gone[i];
        progress[i] *= 1.0 - lost * fight[i];
        dilution[i] *= 1.0 - relief * fight[i];
    }
    row[SUM_walkouts] = sum_block(gone);
    row[SUM_spin_outs] = sum_block(group);
}

void KERNEL(organisation_strain_block)(struct world *world, size_t block) {
    size_t at = block * BLOCK;
    double heads[BLOCK];
    add_tiers(world, at, world->firms.staff, heads);
    wear_out(world, at, heads);
    run_up_debt(world, at);
    fall_out(world, at, block, heads);
}
