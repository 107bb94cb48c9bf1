#include "agents/technology.h"

#include "core/random.h"
#include "core/sums.h"

static const double LOG10_E = 0.43429448190325182765;

KERNEL_INLINE double log10_of(double x) {
    return LOG10_E * portable_log(x);
}

/* Compute that serving all accounts takes (12). */
void KERNEL(technology_need_block)(struct world *world, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    const double *restrict optimisation = firms->optimisation + at;
    double *restrict wanted = firms->serving_need + at;
    if (p->technology_serving == 0.0)
        return;
    double need[BLOCK] = {0};
    for (int segment = 0; segment < firms->segments; segment++) {
        const double *restrict accounts = firms->accounts[segment] + at;
        double load = world->conditions.load[segment];
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            need[i] += load * accounts[i];
    }
    double effect = p->technology_optimisation_effect;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        wanted[i] = need[i] / (1.0 + effect * optimisation[i]);
}

/* GPUs that the firm may use as it likes: its own, and the provider's that it claims, less what others claim or rent
 * (11). */
static void gpus_at_hand(const struct firms *firms, size_t at, double *restrict out) {
    const double *restrict gpus = firms->gpus + at, *restrict out_to_lab = firms->claimed_out + at;
    const double *restrict from_provider = firms->claimed_in + at, *restrict lent = firms->rented_out + at;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        out[i] = portable_max(gpus[i] + from_provider[i] - out_to_lab[i] - lent[i], 0.0);
}

/* Serving against training (12): fast firms keep a share of their compute from serving; rented GPUs serve; the
 * shortfall is congestion. */
void KERNEL(technology_serve_block)(struct world *world, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    int shared = p->compute_rent > 0.0 || p->compute_alliances > 0.0;
    double at_hand[BLOCK];
    if (shared)
        gpus_at_hand(firms, at, at_hand);
    const double *restrict gpus = shared ? at_hand : firms->gpus + at, *restrict speed = firms->speed + at;
    const double *restrict wanted = firms->serving_need + at, *restrict rented = firms->rented_in + at;
    double *restrict congestion = firms->congestion + at, *restrict training = firms->training_gpus + at;
    if (p->technology_serving == 0.0) {
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++) {
            congestion[i] = 0.0;
            training[i] = gpus[i];
        }
        return;
    }
    double reserve = p->technology_training_reserve;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double served = portable_min(wanted[i], (1.0 - reserve * speed[i]) * gpus[i] + rented[i]);
        training[i] = gpus[i] + rented[i] - served;
        congestion[i] = wanted[i] > 1e-12 ? 1.0 - served / wanted[i] : 0.0;
    }
}

/* Jumps at the tenfolds k (at k + offset decades) that a logarithm has passed, logistic of a small width: terms further
 * than two decades off are 0 or 1. */
static double jumps(double decades, double offset, double width, double first) {
    double near = portable_floor(decades - offset + 0.5);
    double passed = first > -1e9 ? portable_max(near - 2.0 - first, 0.0) : near - 2.0;
    for (int step = -2; step <= 2; step++) {
        double tenfold = near + step;
        if (tenfold >= first)
            passed += portable_logistic((decades - offset - tenfold) / width);
    }
    return passed;
}

/* The capability of a new model (15). luck is the uniform number behind the best of the concurrent runs. */
static double new_capability(const struct parameters *p, double progress, double accounts, double cluster, double runs,
                             double luck) {
    double effective = log10_of((progress + p->technology_flop_floor) / p->technology_reference_flop) +
                       p->technology_flywheel * log10_of(1.0 + accounts * 1e-6);
    double best = portable_normal_quantile(portable_exp(portable_log(luck) / runs));
    double width = p->technology_jump_width;
    double capability = p->technology_scaling * effective + p->technology_jump * jumps(effective, 0.5, width, -1e10) +
                        p->technology_luck * best;
    double size = log10_of(portable_max(cluster, 1.0));
    return capability + p->technology_jump_gpus * (jumps(size, 0.0, width, 4.0) - 2.0);
}

/* Releases (15): few firms of a block in a month, one at a time. */
static void release(struct world *world, size_t at, size_t block, const double *runs) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    double *progress = firms->training_progress + at, *last = firms->last_run + at, *raw = firms->raw_flop + at;
    double *waited = firms->months_since_release + at, *capability = firms->capability + at;
    const double *cadence = firms->cadence + at, *cluster = firms->training_gpus + at, *active = firms->active + at;
    const double *debt = firms->debt + at;
    double luck[BLOCK];
    int drawn = 0;
    for (int i = 0; i < BLOCK; i++) {
        int ready = progress[i] >= p->technology_scale_up * portable_max(last[i], p->technology_flop_floor);
        int due = waited[i] >= p->technology_release_interval && (ready || waited[i] >= cadence[i]);
        if (active[i] == 0.0 || !due)
            continue;
        if (!drawn) {
            struct stream stream;
            stream_open(&stream, random_key(world->seed, world->month, PURPOSE_RELEASE, 0, block));
            stream_uniforms(&stream, luck, BLOCK);
            drawn = 1;
        }
        double accounts = 0.0;
        for (int segment = 0; segment < firms->segments; segment++)
            accounts += firms->accounts[segment][at + (size_t)i];
        double next = new_capability(p, progress[i], accounts, cluster[i], runs[i], luck[i]);
        capability[i] = portable_max(capability[i], next - p->organisation_release_debt * debt[i]);
        last[i] = progress[i];
        progress[i] = raw[i] = waited[i] = 0.0;
    }
}

/* Training progress (14) and releases. */
static void train(struct world *world, size_t at, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *restrict cluster = firms->training_gpus + at, *restrict software = firms->software + at;
    const double *restrict researchers = firms->staff[0] + at, *restrict active = firms->active + at;
    const double *restrict productivity = firms->productivity + at;
    const double *restrict gpus = firms->gpus + at, *restrict own = firms->own_gpus + at;
    double *restrict progress = firms->training_progress + at, *restrict raw = firms->raw_flop + at;
    double *restrict waited = firms->months_since_release + at;
    double runs[BLOCK];
    double critical = world->conditions.critical_cluster, exponent = p->technology_run_size_exponent;
    double flop = p->technology_run_share * p->technology_flop_rate * p->technology_month_seconds;
    double floor_use = p->technology_utilisation, more = p->technology_utilisation_software;
    double half = p->technology_software_half, team = p->technology_researchers_half;
    double efficiency = world->conditions.algorithmic_efficiency, cap = world->conditions.run_cap;
    double special = silicon_offered(world) ? p->compute_own_utilisation : 0.0;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        runs[i] = concurrent_runs(cluster[i], critical, exponent);
        double fit = 1.0 + special * own[i] / portable_max(gpus[i], 1e-300); /* chips made for the work (9) */
        double use = (floor_use + more * software[i] / (software[i] + half)) * fit * productivity[i];
        double work = portable_min(cluster[i] / runs[i] * flop * use, portable_max(cap - raw[i], 0.0));
        double skill = researchers[i] / portable_max(researchers[i] + team, 1e-12);
        raw[i] += work;
        progress[i] += work * efficiency * skill;
        waited[i] += active[i];
    }
    release(world, at, block, runs);
}

/* The alternative to releases: continuous research. */
static void research(struct world *world, size_t at, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *restrict cluster = firms->training_gpus + at, *restrict researchers = firms->staff[0] + at;
    const double *restrict active = firms->active + at;
    double *restrict capability = firms->capability + at;
    double noise[BLOCK];
    struct stream stream;
    stream_open(&stream, random_key(world->seed, world->month, PURPOSE_RESEARCH, 0, block));
    stream_normals(&stream, noise);
    double rate = p->technology_research_rate * LOG10_E, keep = 1.0 - p->technology_capability_depreciation;
    double spread = p->technology_capability_noise, team = p->technology_researchers_half;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double skill = researchers[i] / portable_max(researchers[i] + team, 1e-12);
        double gain = rate * portable_log(1.0 + cluster[i]) * skill;
        capability[i] = active[i] * (keep * capability[i] + gain + spread * noise[i]);
    }
}

static void research_staff(const struct world *world, size_t at, double *restrict out) {
    const struct firms *firms = &world->firms;
    for (int i = 0; i < BLOCK; i++)
        out[i] = 0.0;
    for (int tier = 0; tier < firms->tiers; tier++) {
        const double *restrict staff = firms->staff[tier] + at;
        double weight = world->parameters.talent_research_weight[tier];
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            out[i] += weight * staff[i];
    }
}

/* Followers close the gap to last month's frontier as far as they can absorb what is known. */
static void absorb(struct world *world, size_t at, const double *restrict staff) {
    const struct parameters *p = &world->parameters;
    double *restrict capability = world->firms.capability + at;
    const double *restrict active = world->firms.active + at;
    double open = world->industry.openness, frontier = world->industry.frontier;
    double rate = portable_min(world->conditions.decay * (1.0 + open) / 1.5, 1.0);
    double free = p->technology_absorption_open * open, half = p->technology_absorption_half;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double able = free + (1.0 - free) * staff[i] / portable_max(staff[i] + half, 1e-12);
        capability[i] += active[i] * rate * able * portable_max(frontier - capability[i], 0.0);
    }
}

/* When the frontier has passed a tenfold, firms without research staff may lose their appeal. */
static void outdate(struct world *world, size_t at, size_t block, const double *restrict staff) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *restrict active = firms->active + at;
    double chance[BLOCK], size[BLOCK], loss[BLOCK];
    struct stream stream;
    stream_open(&stream, random_key(world->seed, world->month, PURPOSE_OBSOLESCENCE, 0, block));
    stream_uniforms(&stream, chance, BLOCK);
    stream_normals(&stream, size);
    double hit = p->technology_obsolescence, scale = p->technology_obsolescence_size;
    double shelter = 1.0 / p->technology_obsolescence_staff;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        loss[i] = chance[i] < hit * portable_exp(-staff[i] * shelter) ? active[i] * scale * portable_abs(size[i]) : 0.0;
    for (int segment = 0; segment < firms->segments; segment++) {
        double *restrict appeal = firms->appeal[segment] + at;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            appeal[i] -= loss[i];
    }
}

void KERNEL(technology_train_block)(struct world *world, size_t block) {
    const struct parameters *p = &world->parameters;
    size_t at = block * BLOCK;
    if (p->technology_training > 0.0)
        train(world, at, block);
    if (p->technology_research_rate > 0.0 || p->technology_capability_noise > 0.0)
        research(world, at, block);
    if (p->technology_decay > 0.0 || world->industry.tenfold_passed > 0.0) {
        double staff[BLOCK];
        research_staff(world, at, staff);
        if (p->technology_decay > 0.0)
            absorb(world, at, staff);
        if (world->industry.tenfold_passed > 0.0 && p->technology_obsolescence > 0.0)
            outdate(world, at, block, staff);
    }
}

void KERNEL(technology_quality_block)(struct world *world, size_t block) {
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    const double *restrict capability = firms->capability + at, *restrict congestion = firms->congestion + at;
    double *restrict quality = firms->quality + at;
    double cost = world->parameters.technology_congestion_quality;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        quality[i] = capability[i];
    if (world->parameters.compute_alliances > 0.0) { /* a provider sells its lab's models as well (11) */
        const double *restrict hosted = firms->hosted_capability + at, *restrict role = firms->alliance_role + at;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            quality[i] = role[i] > 1.0 ? portable_max(quality[i], hosted[i]) : quality[i];
    }
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        quality[i] -= cost * congestion[i];
    if (world->parameters.organisation_enabled == 0.0)
        return;
    const double *restrict debt = firms->debt + at, *restrict dilution = firms->dilution + at;
    double by_debt = world->parameters.organisation_quality_debt;
    double by_dilution = world->parameters.organisation_quality_dilution;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        quality[i] -= by_debt * debt[i] + by_dilution * dilution[i];
}

/* A layer grows with the square root of what is spent on it, as far as people work on it, and decays. */
static void build_layer(const struct world *world, size_t at, const double *restrict share, double *restrict layer) {
    const double *restrict budget = world->firms.budget + at, *restrict productivity = world->firms.productivity + at;
    double keep = 1.0 - world->parameters.layers_decay, rate = world->parameters.layers_build_rate;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        layer[i] = keep * layer[i] + rate * portable_sqrt(budget[i] * share[i]) * productivity[i];
}

void KERNEL(technology_build_block)(struct world *world, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    if (p->layers_build_rate > 0.0 || p->layers_decay > 0.0) {
        build_layer(world, at, firms->hardware_share + at, firms->hardware + at);
        build_layer(world, at, firms->software_share + at, firms->software + at);
        build_layer(world, at, firms->optimisation_share + at, firms->optimisation + at);
        build_layer(world, at, firms->application_share + at, firms->application + at);
    }
    if (p->platform_ecosystem_rate == 0.0 && p->platform_ecosystem_open == 0.0 && p->platform_ecosystem_decay == 0.0 &&
        p->platform_reach_rate == 0.0 && p->platform_reach_decay == 0.0)
        return;
    const double *restrict budget = firms->budget + at, *restrict share = firms->platform_share + at;
    const double *restrict openness = firms->openness + at;
    double *restrict ecosystem = firms->ecosystem + at, *restrict reach = firms->reach + at;
    double accounts[BLOCK] = {0};
    for (int segment = 0; segment < firms->segments; segment++) {
        const double *restrict held = firms->accounts[segment] + at;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            accounts[i] += held[i];
    }
    double keep = 1.0 - p->platform_ecosystem_decay, rate = p->platform_ecosystem_rate,
           open = p->platform_ecosystem_open, mandate = p->regulation_openness_floor;
    double hold = 1.0 - p->platform_reach_decay, spread = p->platform_reach_rate;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double root = portable_sqrt(budget[i] * share[i]);
        ecosystem[i] = keep * ecosystem[i] + rate * root +
                       open * portable_max(openness[i], mandate) * portable_log(1.0 + accounts[i] * 1e-4);
        reach[i] = hold * reach[i] + spread * root / (1.0 + reach[i]);
    }
}
