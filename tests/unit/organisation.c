/* The hidden costs of speed (equations 16 to 18): an oracle of every phase, and closed forms where they are known. */
#define MATTHEW_KERNEL_SUFFIX baseline
#include "support/phases.h"

#include "core/samplers.h"
#include "core/sums.h"
#include "support/statistics.h"

enum { SEEDS = 100 };

/* On; with more fights than usual, and in most races groups may found firms. */
static void organised(struct scenario *scenario) {
    scenario->parameters.organisation_enabled = 1.0;
    scenario->parameters.organisation_infighting_hazard *= 3.0;
    if (scenario->seed % 4 > 0)
        scenario->parameters.entry_replacement = 0.0;
}

static double heads_of(const struct firms *f, size_t i) {
    double heads = 0.0;
    for (int tier = 0; tier < f->tiers; tier++)
        heads += f->staff[tier][i];
    return heads;
}

/* ---- oracles ---- */

/* Coordination (17). */
static double oracle_productivity(const struct trial *trial, size_t i) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double stage = 0.0;
    for (double gpus = 1e4; gpus <= f->gpus[i]; gpus *= 10.0)
        stage++;
    double people = log(1.0 + heads_of(f, i) / p->organisation_coordination_staff) * (1.0 + f->dilution[i]);
    double cost = p->organisation_coordination_cost * people + p->organisation_coordination_gpus * stage;
    return f->active[i] > 0.0 ? 1.0 / (1.0 + cost) : 0.0;
}

/* Dilution before infighting, burnout and debt (16) of a firm. */
struct strain {
    double dilution, burnout, debt;
};

static struct strain oracle_strain(const struct trial *trial, size_t i) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double hires = 0.0, joined = before(trial, FIELD_joined, 0)[i], leavers = 0.0, heads = 0.0, speed = f->speed[i];
    for (int tier = 0; tier < f->tiers; tier++) {
        hires += f->hires[tier][i];
        leavers += f->separations[tier][i] + f->layoffs[tier][i];
        heads += before(trial, FIELD_staff, tier)[i];
    }
    double newcomers = (hires + joined) / (heads + p->organisation_dilution_staff);
    double haste = 0.5 + fmax(0.0, p->organisation_cadence_reference / f->cadence[i] - 1.0);
    double spread = 1.0 + p->organisation_burnout_contagion * leavers / fmax(heads - hires + leavers, 1.0);
    double repair =
        p->organisation_debt_repair + p->organisation_debt_repair_optimisation * fmin(f->optimisation[i] / 3.0, 1.0);
    int released = p->technology_training > 0.0 && f->months_since_release[i] == 0.0;
    struct strain strain = {
        .dilution = before(trial, FIELD_dilution, 0)[i] * (1.0 - p->organisation_dilution_recovery) +
                    p->organisation_dilution_rate * fmax(0.0, newcomers - p->organisation_sustainable_growth),
        .burnout = before(trial, FIELD_burnout, 0)[i] * (1.0 - p->organisation_burnout_recovery) +
                   p->organisation_burnout_rate * speed * haste * spread,
        .debt = before(trial, FIELD_debt, 0)[i] * (1.0 - repair) + (released ? p->organisation_debt_rate * speed : 0.0),
    };
    return strain;
}

/* The two uniform numbers of a firm behind infighting. */
static void infighting_luck(const struct trial *trial, size_t i, double *breaks, double *founds) {
    double block[BLOCK];
    struct stream stream;
    stream_open(&stream, random_key(trial->world->seed, trial->world->month, PURPOSE_INFIGHTING, 0, i / BLOCK));
    stream_uniforms(&stream, block, BLOCK);
    *breaks = block[i % BLOCK];
    stream_uniforms(&stream, block, BLOCK);
    *founds = block[i % BLOCK];
}

/* Infighting (18) of the firms of a block, and the groups that will found a firm (24); counts both. */
static void check_infighting(const struct trial *trial, size_t block, const double *dilution, long *fights,
                             long *groups) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double chance[BLOCK], gone[BLOCK];
    for (size_t j = 0; j < BLOCK; j++) {
        size_t i = block * BLOCK + j;
        double heads = 0.0, breaks, founds;
        for (int tier = 0; tier < f->tiers; tier++)
            heads += before(trial, FIELD_staff, tier)[i];
        infighting_luck(trial, i, &breaks, &founds);
        int fight = breaks < 1.0 - exp(-p->organisation_infighting_hazard * dilution[j] * log(1.0 + heads));
        cr_assert(f->infighting[i] == fight, "seed %lu, slot %zu: infighting", (unsigned long)trial->seed, i);
        chance[j] = fight ? p->organisation_infighting_leave : 0.0;
        double left = fight ? 1.0 - p->organisation_infighting_relief : 1.0;
        double kept = fight ? 1.0 - p->organisation_infighting_progress : 1.0;
        trial_expect(trial, "dilution", i, f->dilution[i], dilution[j] * left, 1e-12, 1e-12);
        trial_expect(trial, "progress", i, f->training_progress[i], before(trial, FIELD_training_progress, 0)[i] * kept,
                     1e-12, 0.0);
        *fights += fight;
    }
    uint64_t key = random_key(trial->world->seed, trial->world->month, PURPOSE_WALKOUT, 0, block);
    binomial_block_baseline(key, before(trial, FIELD_staff, 0) + block * BLOCK, chance, gone);
    for (size_t j = 0; j < BLOCK; j++) {
        size_t i = block * BLOCK + j;
        double breaks, founds;
        infighting_luck(trial, i, &breaks, &founds);
        cr_assert(f->walkouts[i] == gone[j] && f->staff[0][i] == before(trial, FIELD_staff, 0)[i] - gone[j]);
        int group = p->entry_enabled > 0.0 && p->entry_replacement == 0.0 && founds < p->organisation_spin_out &&
                    gone[j] >= fmax(p->organisation_spin_out_group, 1.0);
        cr_assert(f->spin_out[i] == (group ? gone[j] : 0.0), "seed %lu, slot %zu: spin-out", (unsigned long)trial->seed,
                  i);
        *groups += group;
    }
}

Test(organisation, coordination_strain_and_infighting) {
    long fights = 0, groups = 0, diluted = 0, indebted = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        static struct trial trial;
        trial_open(&trial, 9000 + seed, organised);
        const struct firms *f = &trial.world->firms;
        trial_ask(&trial);
        trial_fund(&trial);
        trial_plan(&trial);
        trial_order(&trial);
        trial_leave_firms(&trial);
        trial_hire(&trial);
        trial_deliver(&trial);
        trial_mark(&trial);
        trial_coordinate(&trial);
        for (size_t i = 0; i < f->slots; i++)
            trial_expect(&trial, "productivity", i, f->productivity[i], oracle_productivity(&trial, i), 1e-12, 0.0);
        trial_serve(&trial);
        trial_train(&trial);
        trial_build(&trial);
        trial_mark(&trial);
        trial_strain(&trial);
        for (size_t block = 0; block < trial.world->sums.blocks; block++) {
            double dilution[BLOCK];
            for (size_t j = 0; j < BLOCK; j++) {
                size_t i = block * BLOCK + j;
                struct strain strain = {0};
                if (f->active[i] > 0.0)
                    strain = oracle_strain(&trial, i);
                dilution[j] = strain.dilution;
                trial_expect(&trial, "burnout", i, f->burnout[i], strain.burnout, 1e-12, 1e-12);
                trial_expect(&trial, "debt", i, f->debt[i], strain.debt, 1e-12, 1e-12);
                diluted += strain.dilution > 0.0;
                indebted += strain.debt > 0.0;
            }
            check_infighting(&trial, block, dilution, &fights, &groups);
        }
        double walkouts = ledger_sum(f->walkouts, f->slots);
        cr_assert(trial.world->industry.pool[0] == trial.before.industry.pool[0] + walkouts);
        trial_close(&trial);
    }
    cr_assert(fights > 300 && groups > 30 && diluted > 1000 && indebted > 1000,
              "%ld fights, %ld groups, %ld diluted, %ld in debt", fights, groups, diluted, indebted);
}

/* ---- closed forms ---- */

/* Defaults, one kind of firm, nobody fights; the first block is filled by hand. */
static void by_hand(struct scenario *scenario) {
    scenario_free(scenario);
    scenario_small(scenario, 300, 12);
    struct parameters *p = &scenario->parameters;
    p->organisation_infighting_hazard = 0.0;
    p->organisation_dilution_rate = 4.0;
    p->organisation_sustainable_growth = 0.015;
    p->organisation_dilution_staff = 20.0;
    p->organisation_burnout_rate = 0.1;
    p->organisation_burnout_recovery = 0.06;
    p->organisation_burnout_contagion = 6.0;
    p->organisation_cadence_reference = 12.0;
    p->organisation_debt_repair = p->organisation_debt_repair_optimisation = 0.02;
    p->organisation_coordination_cost = 0.2;
    p->organisation_coordination_gpus = 0.03;
    p->organisation_coordination_staff = 150.0;
}

/* One month of strain in the first block. */
static void strain_once(struct trial *trial) {
    organisation_strain_block_baseline(trial->world, 0);
}

/* At a constant share of newcomers g dilution goes to a_K (g - g_s)/r_K, geometrically. */
Test(organisation, dilution_of_constant_growth) {
    static struct trial trial;
    trial_open(&trial, 1, by_hand);
    const struct firms *f = &trial.world->firms;
    const struct parameters *p = trial.p;
    double growth[BLOCK];
    for (size_t i = 0; i < BLOCK; i++) {
        growth[i] = 0.2 * (double)i / BLOCK;
        f->dilution[i] = 0.0;
        for (int tier = 0; tier < f->tiers; tier++) {
            f->staff[tier][i] = 1000.0 + (double)(10 * i);
            f->hires[tier][i] = f->separations[tier][i] = 0.0;
        }
        f->hires[1][i] = growth[i] * (heads_of(f, i) + p->organisation_dilution_staff);
    }
    memset(f->joined, 0, BLOCK * sizeof *f->joined);
    for (int month = 1; month <= 900; month++) {
        strain_once(&trial);
        if (month != 7 && month != 900)
            continue;
        double way = 1.0 - pow(1.0 - p->organisation_dilution_recovery, month);
        for (size_t i = 0; i < BLOCK; i++) {
            double limit = p->organisation_dilution_rate * fmax(0.0, growth[i] - p->organisation_sustainable_growth) /
                           p->organisation_dilution_recovery;
            trial_expect(&trial, "dilution", i, f->dilution[i], f->active[i] * limit * way, 1e-11, 1e-12);
        }
    }
    trial_close(&trial);
}

/* Three hire a fourth, ninety hire thirty: the few are hardly diluted. Who comes along with a takeover is as new. */
Test(organisation, small_firms_are_hardly_diluted) {
    static struct trial trial;
    trial_open(&trial, 1, by_hand);
    const struct firms *f = &trial.world->firms;
    for (size_t i = 0; i < 3; i++) {
        f->dilution[i] = 0.0;
        for (int tier = 0; tier < f->tiers; tier++)
            f->staff[tier][i] = f->hires[tier][i] = 0.0;
    }
    f->staff[1][0] = 4.0;
    f->hires[1][0] = 1.0;
    f->staff[1][1] = 120.0;
    f->hires[1][1] = 30.0;
    f->staff[1][2] = 120.0;
    f->hires[1][2] = 10.0;
    f->joined[2] = 20.0;
    strain_once(&trial);
    trial_expect(&trial, "dilution of the small", 0, f->dilution[0], 4.0 * (1.0 / 24.0 - 0.015), 1e-12, 0.0);
    trial_expect(&trial, "dilution of the large", 1, f->dilution[1], 4.0 * (30.0 / 140.0 - 0.015), 1e-12, 0.0);
    trial_expect(&trial, "dilution of the buyer", 2, f->dilution[2], f->dilution[1], 0.0, 0.0);
    trial_close(&trial);
}

/* A release every T months leaves a_D speed/(1 - (1 - r)^T) of debt behind each, with r the repair. */
Test(organisation, debt_of_regular_releases) {
    static struct trial trial;
    trial_open(&trial, 1, by_hand);
    const struct firms *f = &trial.world->firms;
    const struct parameters *p = trial.p;
    static const double optimisation[] = {0.0, 1.5, 3.0, 30.0}, repair[] = {0.02, 0.03, 0.04, 0.04};
    for (size_t i = 0; i < BLOCK; i++) {
        f->optimisation[i] = optimisation[i % 4];
        f->debt[i] = 0.0;
    }
    for (int month = 1; month <= 720 * 4; month++) {
        for (size_t i = 0; i < BLOCK; i++) /* firm i releases every 1 + i % 7 months */
            f->months_since_release[i] = month % (int)(1 + i % 7);
        strain_once(&trial);
        for (size_t i = 0; i < BLOCK && month > 2500; i++) {
            double after = (double)(month % (int)(1 + i % 7)), keep = 1.0 - repair[i % 4];
            double full = p->organisation_debt_rate * f->speed[i] / (1.0 - pow(keep, (double)(1 + i % 7)));
            trial_expect(&trial, "debt", i, f->debt[i], f->active[i] * full * pow(keep, after), 1e-11, 1e-12);
        }
    }
    trial_close(&trial);
}

/* Burnout at a constant pace goes to a_U speed haste (1 + 6 leavers/headcount)/r_U, geometrically. */
Test(organisation, burnout_of_a_constant_pace) {
    static struct trial trial;
    trial_open(&trial, 1, by_hand);
    const struct firms *f = &trial.world->firms;
    const struct parameters *p = trial.p;
    static const double cadence[] = {3.0, 6.0, 12.0, 24.0}, haste[] = {3.5, 1.5, 0.5, 0.5};
    for (size_t i = 0; i < BLOCK; i++) {
        f->cadence[i] = cadence[i % 4];
        f->burnout[i] = 0.0;
        for (int tier = 0; tier < f->tiers; tier++)
            f->staff[tier][i] = f->hires[tier][i] = f->separations[tier][i] = f->layoffs[tier][i] = 0.0;
        f->staff[1][i] = 90.0; /* 100 of whom 20 left, 8 of them laid off, and 10 came */
        f->hires[1][i] = 10.0;
        f->separations[1][i] = 12.0;
        f->layoffs[2][i] = 8.0;
    }
    for (int month = 1; month <= 5; month++)
        strain_once(&trial);
    for (size_t i = 0; i < BLOCK; i++) {
        double limit = 0.1 * f->speed[i] * haste[i % 4] * (1.0 + 6.0 * 0.2) / 0.06;
        double wanted = f->active[i] * limit * (1.0 - pow(1.0 - p->organisation_burnout_recovery, 5.0));
        trial_expect(&trial, "burnout", i, f->burnout[i], wanted, 1e-12, 0.0);
    }
    trial_close(&trial);
}

/* Stages: whole tenfolds of GPUs above 1,000; and the log of headcount, which dilution multiplies. */
Test(organisation, coordination_at_given_sizes) {
    static struct trial trial;
    trial_open(&trial, 1, by_hand);
    const struct firms *f = &trial.world->firms;
    static const double gpus[] = {0.0, 999.0, 1000.0, 9999.0, 1e4, 99999.0, 1e5, 1e6, 2.5e7, 1e9};
    static const double stage[] = {0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 2.0, 3.0, 4.0, 6.0};
    for (size_t i = 0; i < 10; i++) {
        f->gpus[i] = gpus[i];
        f->dilution[i] = i % 2 == 0 ? 0.0 : 0.5;
        for (int tier = 0; tier < f->tiers; tier++)
            f->staff[tier][i] = 0.0;
        f->staff[1][i] = i < 5 ? 0.0 : 150.0;
    }
    organisation_coordinate_block_baseline(trial.world, 0);
    for (size_t i = 0; i < 10; i++) {
        double people = i < 5 ? 0.0 : log(2.0) * (i % 2 == 0 ? 1.0 : 1.5);
        trial_expect(&trial, "productivity", i, f->productivity[i], 1.0 / (1.0 + 0.2 * people + 0.03 * stage[i]), 1e-12,
                     0.0);
    }
    trial_close(&trial);
}

/* Infighting breaks out with probability 1 - exp(-p_0 dilution ln(1 + headcount)). False-positive rate 1e-5 each; a
 * hazard that is 5% off is found. */
Test(organisation, infighting_is_as_frequent_as_its_hazard) {
    static struct trial trial;
    trial_open(&trial, 1, by_hand);
    struct parameters *p = &trial.world->parameters;
    const struct firms *f = &trial.world->firms;
    p->organisation_infighting_hazard = 0.015;
    p->organisation_infighting_leave = p->organisation_infighting_relief = 0.0;
    p->organisation_dilution_rate = p->organisation_dilution_recovery = 0.0;
    double expected = 0.0, variance = 0.0, twisted = 0.0, fights = 0.0;
    for (size_t i = 0; i < BLOCK; i++)
        f->dilution[i] = f->active[i] * (i % 3 == 0 ? 0.0 : 2.0);
    for (int month = 1; month <= 400; month++) {
        trial.world->month = month;
        strain_once(&trial);
        for (size_t i = 0; i < BLOCK; i++) {
            double hazard = 0.015 * f->dilution[i] * log(1.0 + heads_of(f, i));
            double chance = 1.0 - exp(-hazard);
            cr_assert(f->dilution[i] > 0.0 || f->infighting[i] == 0.0);
            expected += chance;
            variance += chance * (1.0 - chance);
            twisted += 1.0 - exp(-1.05 * hazard);
            fights += f->infighting[i];
        }
    }
    double p_value = statistics_two_sided((fights - expected) / sqrt(variance));
    double mutant = statistics_two_sided((fights - twisted) / sqrt(variance));
    cr_assert(p_value > 1e-5, "%g fights, %g expected: p = %g", fights, expected, p_value);
    cr_assert(mutant < 1e-5, "p = %g", mutant);
    trial_close(&trial);
}

/* ---- spin-outs ---- */

/* What the firms of a month that were founded out of others have: the group, its home and know-how, and its parent in
 * the register. Returns how many there are. */
static long check_founded(const struct world *world) {
    const struct firms *f = &world->firms;
    long founded = 0;
    for (size_t row = 0; row < world->reg.count; row++) {
        const struct register_row *child = &world->reg.rows[row];
        if (child->parent < 0.0 || child->entry_month != world->month)
            continue;
        const struct spin_out *group = NULL;
        for (size_t i = 0; i < world->spin_outs.count; i++)
            if (world->spin_outs.list[i].parent == child->parent)
                group = &world->spin_outs.list[i];
        cr_assert(group != NULL && child->parent < child->id);
        size_t slot = (size_t)child->slot;
        cr_assert(f->id[slot] == child->id && f->staff[0][slot] == group->researchers);
        double payroll = 0.0, usual = 0.0;
        for (int tier = 0; tier < f->tiers; tier++) {
            payroll += world->parameters.talent_wage[tier] * f->staff[tier][slot];
            usual += world->parameters.talent_wage[tier] * world->parameters.talent_entrant_staff[tier];
        }
        double cash = world->parameters.entry_cash_median * fmax(1.0, payroll / usual);
        cr_assert(fabs(f->cash[slot] - cash) <= 1e-12 * cash, "%g M$ for a payroll of %g", f->cash[slot], payroll);
        cr_assert(fabs(f->capability[slot] - (group->capability - 0.3)) < 1e-12);
        cr_assert((int)f->region[slot] == group->region &&
                  child->region == world->reg.rows[(size_t)child->parent].region);
        const struct register_row *parent = &world->reg.rows[(size_t)child->parent];
        if (parent->exit_month < 0) {
            cr_assert(f->spin_out[parent->slot] == group->researchers);
            cr_assert(f->walkouts[parent->slot] == group->researchers && f->infighting[parent->slot] == 1.0);
            cr_assert(f->capability[parent->slot] >= group->capability); /* more if it took somebody over */
        }
        founded++;
    }
    return founded;
}

/* People, know-how less the gap, home, and as many months of payroll as an entrant is given. */
Test(spin_outs, bring_people_and_know_how) {
    struct scenario scenario;
    struct failure failure = {0};
    struct race *race;
    scenario_small(&scenario, 300, 36);
    scenario.parameters.organisation_infighting_hazard = 0.1;
    scenario.parameters.organisation_spin_out_group = 1.0;
    scenario.parameters.entry_cash_dispersion = scenario.parameters.entry_capability_dispersion = 0.0;
    scenario.parameters.entry_capability_gap = 0.3;
    cr_assert(race_new(&race, &scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    const struct world *world = race_world(race);
    struct race_options options = {.threads = 1, .check = 1, .turn_over = 1};
    long founded = 0, fights = 0;
    for (long month = 1; month <= 36; month++) {
        cr_assert(race_run(race, month, &options, &failure) == MATTHEW_OK, "%s", failure.text);
        cr_assert(check_founded(world) == (long)world->spin_outs.count &&
                  world->entries >= (long)world->spin_outs.count);
        founded += (long)world->spin_outs.count;
        for (size_t slot = 0; slot < world->firms.slots; slot++)
            fights += world->firms.infighting[slot] > 0.0;
        for (int tier = 0; tier < world->firms.tiers; tier++)
            cr_assert(world->industry.pool[tier] + ledger_sum(world->firms.staff[tier], world->firms.slots) ==
                      world->industry.people[tier]);
    }
    cr_assert(founded > 50 && fights > 2 * founded, "%ld founded, %ld fights", founded, fights);
    race_free(race);
    scenario_free(&scenario);
}

/* Without entry, or where entry only replaces, nobody founds anything: the groups look for work. */
Test(spin_outs, need_entry) {
    struct scenario scenario;
    struct failure failure = {0};
    struct race *race;
    scenario_small(&scenario, 200, 24);
    scenario.parameters.organisation_infighting_hazard = 0.1;
    scenario.parameters.entry_enabled = 0.0;
    cr_assert(race_new(&race, &scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    struct race_options options = {.threads = 1, .check = 1, .turn_over = 1};
    cr_assert(race_run(race, 24, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(race_world(race)->reg.count == 200);
    race_free(race);
    scenario.parameters.entry_enabled = scenario.parameters.entry_replacement = 1.0;
    cr_assert(race_new(&race, &scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(race_run(race, 24, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(sum_array(race_world(race)->firms.active, race_world(race)->firms.slots) == 200.0);
    race_free(race);
    scenario_free(&scenario);
}
