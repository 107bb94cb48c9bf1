/* Serving, training, releases, decay of advantages, quality (equations 12 to 15), layers, ecosystem and reach. */
#define MATTHEW_KERNEL_SUFFIX baseline
#include "support/phases.h"

enum { SEEDS = 100 };

static double months_of(const struct trial *trial) {
    return (double)(trial->world->month - 1);
}

/* Serving against training (12). */
static void check_serving(const struct trial *trial, size_t i) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double need = 0.0, congestion = 0.0, served = 0.0;
    for (int s = 0; s < f->segments; s++)
        need += p->customers_serving_load[s] * exp(p->technology_load_growth * months_of(trial)) * f->accounts[s][i];
    need /= 1.0 + p->technology_optimisation_effect * f->optimisation[i];
    double hand = fmax(f->gpus[i] + f->claimed_in[i] - f->claimed_out[i] - f->rented_out[i], 0.0);
    if (p->technology_serving > 0.0) {
        served = fmin(need, hand * (1.0 - p->technology_training_reserve * f->speed[i]) + f->rented_in[i]);
        congestion = need > 1e-12 ? (need - served) / need : 0.0;
    }
    trial_expect(trial, "congestion", i, f->congestion[i], congestion, 1e-12, 1.0);
    trial_expect(trial, "training GPUs", i, f->training_gpus[i], hand + f->rented_in[i] - served, 1e-12,
                 f->gpus[i] + hand + served);
}

static double logistic(double x) {
    return 1.0 / (1.0 + exp(-x));
}

/* x with P(normal < x) = p, by bisection. */
static double normal_quantile(double p) {
    double low = -40.0, high = 40.0;
    for (int i = 0; i < 200; i++) {
        double middle = 0.5 * (low + high);
        double below = middle < 0.0 ? 0.5 * erfc(-middle / sqrt(2.0)) : 1.0 - 0.5 * erfc(middle / sqrt(2.0));
        if (below < p)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

/* Concurrent runs (13). */
static double oracle_runs(const struct trial *trial, double cluster) {
    const struct parameters *p = trial->p;
    double critical = p->technology_critical_cluster * exp(p->technology_critical_cluster_growth * months_of(trial));
    double size = cluster <= critical ? cluster
                                      : pow(critical, 1.0 - p->technology_run_size_exponent) *
                                            pow(cluster, p->technology_run_size_exponent);
    return size > 0.0 ? fmax(1.0, floor(cluster / size * (1.0 + 1e-13))) : 1.0;
}

/* The capability of a new model (15), with the whole sums over tenfolds. */
static double oracle_release(const struct trial *trial, double progress, double accounts, double cluster, double runs,
                             double luck) {
    const struct parameters *p = trial->p;
    double level = log10((progress + p->technology_flop_floor) / p->technology_reference_flop) +
                   p->technology_flywheel * log10(1.0 + accounts / 1e6);
    double jumps = 0.0, machines = -2.0, size = log10(fmax(cluster, 1.0)), w = p->technology_jump_width;
    for (int k = -100; k <= 100; k++) {
        jumps += logistic((level - k - 0.5) / w) - (k < 0 ? 1.0 : 0.0);
        machines += k >= 4 ? logistic((size - k) / w) : 0.0;
    }
    return p->technology_scaling * level + p->technology_jump * jumps + p->technology_jump_gpus * machines +
           p->technology_luck * normal_quantile(pow(luck, 1.0 / runs));
}

/* Training progress (14) and the release (15); returns the capability afterwards. */
static double check_training(const struct trial *trial, size_t i, long *released) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double capability = before(trial, FIELD_capability, 0)[i], cluster = f->training_gpus[i];
    if (p->technology_training == 0.0)
        return capability;
    double runs = oracle_runs(trial, cluster), luck, accounts = 0.0;
    double use = p->technology_utilisation +
                 p->technology_utilisation_software * f->software[i] / (f->software[i] + p->technology_software_half);
    use *= f->productivity[i];
    if (silicon_offered(trial->world) && f->gpus[i] > 0.0)
        use *= 1.0 + p->compute_own_utilisation * f->own_gpus[i] / f->gpus[i];
    double raw = cluster / runs * p->technology_run_share * p->technology_flop_rate * p->technology_month_seconds * use;
    if (p->regulation_run_cap > 0.0)
        raw = fmin(raw, fmax(p->regulation_run_cap * exp(p->regulation_cap_growth * months_of(trial)) -
                                 before(trial, FIELD_raw_flop, 0)[i],
                             0.0));
    double skill = f->staff[0][i] + p->technology_researchers_half > 0.0
                       ? f->staff[0][i] / (f->staff[0][i] + p->technology_researchers_half)
                       : 0.0;
    double progress = before(trial, FIELD_training_progress, 0)[i] +
                      raw * skill * exp(p->technology_algorithmic_growth * months_of(trial));
    double waited = before(trial, FIELD_months_since_release, 0)[i] + 1.0, last = before(trial, FIELD_last_run, 0)[i];
    int ready = progress >= p->technology_scale_up * fmax(last, p->technology_flop_floor) || waited >= f->cadence[i];
    if (!ready || waited < p->technology_release_interval) {
        trial_expect(trial, "progress", i, f->training_progress[i], progress, 1e-11, 1.0);
        trial_expect(trial, "raw FLOP", i, f->raw_flop[i], before(trial, FIELD_raw_flop, 0)[i] + raw, 1e-11, 1.0);
        cr_assert(f->months_since_release[i] == waited && f->last_run[i] == last);
        return capability;
    }
    (*released)++;
    cr_assert(f->training_progress[i] == 0.0 && f->raw_flop[i] == 0.0 && f->months_since_release[i] == 0.0);
    trial_expect(trial, "last run", i, f->last_run[i], progress, 1e-11, 1.0);
    for (int s = 0; s < f->segments; s++)
        accounts += f->accounts[s][i];
    trial_uniforms(trial, PURPOSE_RELEASE, 0, i, &luck);
    double model = oracle_release(trial, progress, accounts, cluster, runs, luck);
    return fmax(capability, model - p->organisation_release_debt * f->debt[i]);
}

/* Continuous research, then what followers absorb. */
static double oracle_research(const struct trial *trial, size_t i, double capability) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    if (p->technology_research_rate > 0.0 || p->technology_capability_noise > 0.0) {
        double noise, staff = f->staff[0][i], skill = staff / fmax(staff + p->technology_researchers_half, 1e-12);
        trial_normal(trial, PURPOSE_RESEARCH, 0, i, &noise);
        capability = (1.0 - p->technology_capability_depreciation) * capability +
                     p->technology_research_rate * log10(1.0 + f->training_gpus[i]) * skill +
                     p->technology_capability_noise * noise;
    }
    double open = trial->before.industry.openness, frontier = trial->before.industry.frontier, staff = 0.0;
    double decay = p->technology_decay * exp(p->technology_decay_growth * months_of(trial));
    for (int tier = 0; tier < f->tiers; tier++)
        staff += p->talent_research_weight[tier] * f->staff[tier][i];
    double free = p->technology_absorption_open * open;
    double able = free + (1.0 - free) * staff / fmax(staff + p->technology_absorption_half, 1e-12);
    return capability + fmin(decay * (1.0 + open) / 1.5, 1.0) * able * fmax(frontier - capability, 0.0);
}

/* Some take the alternative to releases as well; some have whole months of cadence, which are met exactly. */
static void research_too(struct scenario *scenario) {
    if (scenario->seed % 3 == 0)
        scenario->parameters.entry_gene_dispersion = 0.0;
    for (int i = 0; i < MEMBERS_MAX; i++)
        scenario->parameters.strategies_cadence[i] = floor(scenario->parameters.strategies_cadence[i]);
    if (scenario->seed % 2 == 0)
        return;
    scenario->parameters.technology_research_rate = 0.0;
    scenario->parameters.technology_capability_noise = 0.0;
}

Test(technology, serving_training_releases_and_decay) {
    long released = 0, congested = 0, indebted = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        static struct trial trial;
        trial_open(&trial, 6000 + seed, research_too);
        const struct firms *f = &trial.world->firms;
        const struct parameters *p = trial.p;
        trial_ally(&trial);
        trial_serve(&trial);
        trial_train(&trial);
        trial_quality(&trial);
        /* The library adds up jumps within two decades; what the others would add. */
        double cut = 4.0 * (p->technology_jump + p->technology_jump_gpus) * exp(-2.5 / p->technology_jump_width);
        for (size_t i = 0; i < f->slots; i++) {
            check_serving(&trial, i);
            congested += f->congestion[i] > 0.0;
            if (f->active[i] == 0.0) {
                cr_assert(f->capability[i] == 0.0 && f->training_progress[i] == 0.0);
                continue;
            }
            double capability = oracle_research(&trial, i, check_training(&trial, i, &released));
            cr_assert(fabs(f->capability[i] - capability) <= 1e-8 * (1.0 + fabs(capability)) + cut,
                      "seed %lu, slot %zu: capability %.17g, the oracle says %.17g", (unsigned long)trial.seed, i,
                      f->capability[i], capability);
            indebted += f->debt[i] > 0.0 && f->dilution[i] > 0.0;
            double sold =
                f->alliance_role[i] == 2.0 ? fmax(f->capability[i], f->hosted_capability[i]) : f->capability[i];
            double quality = sold - p->technology_congestion_quality * f->congestion[i] -
                             p->organisation_quality_debt * f->debt[i] -
                             p->organisation_quality_dilution * f->dilution[i];
            trial_expect(&trial, "quality", i, f->quality[i], quality, 1e-13, 1.0);
        }
        trial_close(&trial);
    }
    cr_assert(released > 300 && congested > 300 && indebted > 300, "%ld releases, %ld congested, %ld in debt", released,
              congested, indebted);
}

/* Obsolescence: who loses appeal when the frontier passes a tenfold, and how much. */
Test(technology, obsolescence) {
    long hit = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        static struct trial trial;
        trial_open(&trial, 6500 + seed, NULL);
        const struct firms *f = &trial.world->firms;
        const struct parameters *p = trial.p;
        trial.world->industry.tenfold_passed = 1.0;
        trial_train(&trial);
        for (size_t i = 0; i < f->slots; i++) {
            double chance, size, staff = 0.0;
            trial_uniforms(&trial, PURPOSE_OBSOLESCENCE, 0, i, &chance);
            for (int tier = 0; tier < f->tiers; tier++)
                staff += p->talent_research_weight[tier] * f->staff[tier][i];
            double block[BLOCK]; /* the normals come after the uniforms of the same stream */
            struct stream stream;
            stream_open(&stream, random_key(trial.world->seed, trial.world->month, PURPOSE_OBSOLESCENCE, 0, i / BLOCK));
            stream_uniforms(&stream, block, BLOCK);
            stream_normals(&stream, block);
            size = block[i % BLOCK];
            int struck = f->active[i] > 0.0 &&
                         chance < p->technology_obsolescence * exp(-staff / p->technology_obsolescence_staff);
            double loss = struck ? p->technology_obsolescence_size * fabs(size) : 0.0;
            hit += struck;
            for (int s = 0; s < f->segments; s++)
                trial_expect(&trial, "appeal", i, f->appeal[s][i], before(&trial, FIELD_appeal, s)[i] - loss, 1e-12,
                             1.0);
        }
        trial_close(&trial);
    }
    cr_assert(hit > 50, "only %ld struck", hit);
}

static void check_layers(const struct trial *trial, size_t i) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    static const enum field share[] = {FIELD_hardware_share, FIELD_software_share, FIELD_optimisation_share,
                                       FIELD_application_share};
    static const enum field layer[] = {FIELD_hardware, FIELD_software, FIELD_optimisation, FIELD_application};
    for (int l = 0; l < 4; l++) {
        double spent = f->budget[i] * firms_column(f, share[l], 0)[i];
        double wanted = (1.0 - p->layers_decay) * before(trial, layer[l], 0)[i] +
                        p->layers_build_rate * sqrt(spent) * f->productivity[i];
        trial_expect(trial, "layer", i, firms_column(f, layer[l], 0)[i], wanted, 1e-12, 0.0);
    }
    double spent = sqrt(f->budget[i] * f->platform_share[i]), accounts = 0.0, reach = before(trial, FIELD_reach, 0)[i];
    for (int s = 0; s < f->segments; s++)
        accounts += f->accounts[s][i];
    double ecosystem =
        (1.0 - p->platform_ecosystem_decay) * before(trial, FIELD_ecosystem, 0)[i] +
        p->platform_ecosystem_rate * spent +
        p->platform_ecosystem_open * fmax(f->openness[i], p->regulation_openness_floor) * log(1.0 + accounts / 1e4);
    trial_expect(trial, "ecosystem", i, f->ecosystem[i], ecosystem, 1e-12, 0.0);
    double wanted = (1.0 - p->platform_reach_decay) * reach + p->platform_reach_rate * spent / (1.0 + reach);
    trial_expect(trial, "reach", i, f->reach[i], wanted, 1e-12, 0.0);
}

Test(technology, layers_ecosystem_and_reach) {
    for (uint64_t seed = 1; seed <= 20; seed++) {
        static struct trial trial;
        trial_open(&trial, 7000 + seed, NULL);
        trial_plan(&trial);
        trial_mark(&trial);
        trial_build(&trial);
        for (size_t i = 0; i < trial.world->firms.slots; i++)
            check_layers(&trial, i);
        trial_close(&trial);
    }
}

/* Tenfolds: whole steps of scaling and jump. */
Test(technology, tenfolds) {
    struct scenario scenario;
    scenario_builtin(&scenario);
    struct parameters *p = &scenario.parameters;
    p->technology_scaling = 0.5;
    p->technology_jump = 0.25;
    cr_assert(technology_tenfolds(p, 0.0) == 0.0);
    cr_assert(technology_tenfolds(p, 0.7499) == 0.0);
    cr_assert(technology_tenfolds(p, 0.75) == 1.0);
    cr_assert(technology_tenfolds(p, -0.1) == -1.0);
    p->technology_scaling = p->technology_jump = 0.0;
    cr_assert(technology_tenfolds(p, 5.0) == 0.0);
}
