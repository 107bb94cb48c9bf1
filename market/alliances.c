#include "market/alliances.h"

#include "agents/alliance.h"
#include "agents/payments.h"
#include "agents/events.h"
#include "core/random.h"

/* No slot. */
static const size_t NOBODY = (size_t)-1;

/* The ally of a firm that parted this month: it forms no alliance before the next one. */
static const double PARTED = -2.0;

static double draw(const struct world *world, int member, double id) {
    struct generator generator =
        generator_open(random_key(world->seed, world->month, PURPOSE_ALLIANCE, member, (uint64_t)id));
    return generator_uniform(&generator);
}

/* The next lab with a provider from a slot on. */
static size_t next_lab(const struct world *world, size_t slot) {
    const struct firms *firms = &world->firms;
    while (slot < firms->slots) {
        if (slot % BLOCK == 0 && sums_row(&world->sums, slot / BLOCK)[SUM_labs] == 0.0)
            slot += BLOCK;
        else if (firms->alliance_role[slot] == ALLIANCE_LAB)
            return slot;
        else
            slot++;
    }
    return NOBODY;
}

/* GPUs of the provider that the lab may use: of those that were installed last month and are still there. */
static double claim(const struct world *world, size_t provider) {
    const struct parameters *p = &world->parameters;
    double scrapped = p->compute_enabled > 0.0 ? p->compute_depreciation : 0.0;
    return p->compute_alliance_claim * world->firms.gpus[provider] * (1.0 - scrapped);
}

/* Whoever gives more than it gets leaves, and pays the other for the months of notice, as far as its cash goes. */
static void end(struct world *world, size_t lab) {
    const struct parameters *p = &world->parameters;
    struct firms *firms = &world->firms;
    size_t provider = alliance_partner(world, lab);
    double share = p->compute_alliance_receipts * firms->total_receipts[lab];
    int lab_leaves = share > claim(world, provider) * markets_user_cost(world);
    size_t leaver = lab_leaves ? lab : provider, other = lab_leaves ? provider : lab;
    double fee = portable_min(p->compute_alliance_notice * share, portable_max(firms->cash[leaver], 0.0));
    firms->exit_fee[leaver] = -fee;
    firms->exit_fee[other] = fee;
    payments_book(world, PAYMENT_exit_fee, fee);
    alliance_part(world, lab, fee);
    firms->ally[lab] = firms->ally[provider] = PARTED;
}

static int is_free(const struct firms *firms, size_t slot) {
    return firms->alliance_role[slot] == ALLIANCE_NONE && firms->ally[slot] != PARTED;
}

/* The compute-rich platform firm without a partner that looks for a lab and comes next after `last` in the order of
 * falling GPUs and rising slots. */
static size_t next_seeker(const struct world *world, size_t last, double chance) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    double rich = p->compute_alliance_size * world->industry.installed_gpus;
    size_t found = NOBODY;
    for (size_t slot = 0; slot < firms->slots; slot++) {
        if (slot % BLOCK == 0 && sums_row(&world->sums, slot / BLOCK)[SUM_free_providers] == 0.0) {
            slot += BLOCK - 1;
            continue;
        }
        double gpus = firms->gpus[slot];
        int follows = last == NOBODY || gpus < firms->gpus[last] || (gpus == firms->gpus[last] && slot > last);
        if (firms->active[slot] == 0.0 || !is_free(firms, slot) || gpus < rich || gpus <= 0.0 ||
            firms->platform_share[slot] < p->compute_platform_budget || !follows)
            continue;
        if ((found == NOBODY || gpus > firms->gpus[found]) && draw(world, 1, firms->id[slot]) < chance)
            found = slot;
    }
    return found;
}

/* The most capable lab that is no platform firm and short of compute; not too far behind the frontier. */
static size_t best_lab(const struct world *world, size_t provider) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    double best = world->industry.frontier - p->compute_alliance_capability;
    double most = p->compute_alliance_shortage * firms->gpus[provider];
    size_t found = NOBODY;
    for (size_t slot = 0; slot < firms->slots; slot++) {
        if (slot % BLOCK == 0 && sums_row(&world->sums, slot / BLOCK)[SUM_free_lab] <= best) {
            slot += BLOCK - 1;
            continue;
        }
        if (firms->active[slot] == 0.0 || !is_free(firms, slot) || slot == provider || firms->gpus[slot] > most ||
            firms->capability[slot] <= best || firms->platform_share[slot] >= p->compute_platform_budget ||
            firms->staff[0][slot] < p->compute_alliance_researchers)
            continue;
        best = firms->capability[slot];
        found = slot;
    }
    return found;
}

/* Best with best: the provider with most GPUs chooses first. */
static void form(struct world *world) {
    double chance = -portable_expm1(-world->parameters.compute_alliance_forming);
    if (chance == 0.0 || sums_total(&world->sums, SUM_free_providers, 0) == 0.0)
        return;
    for (size_t seeker = next_seeker(world, NOBODY, chance); seeker != NOBODY;
         seeker = next_seeker(world, seeker, chance)) {
        size_t lab = best_lab(world, seeker);
        if (lab == NOBODY)
            continue;
        alliance_join(world, lab, seeker);
        sums_row(&world->sums, lab / BLOCK)[SUM_labs] += 1.0;
        events_add(world, EVENT_alliance_formed, world->firms.id[lab], world->firms.id[seeker], claim(world, seeker));
    }
}

/* The provider's stake: what its compute is worth and the lab does not pay is invested. New shares dilute all others,
 * those of a funding round the provider's. */
static void invest(struct world *world, size_t lab, double compute, double share) {
    struct firms *firms = &world->firms;
    double worth = portable_max(firms->valuation[lab], 0.0) + firms->funding[lab];
    double invested = portable_max(compute - share, 0.0);
    double diluted = worth > 0.0 ? firms->funding[lab] / worth : 0.0;
    double issued = worth > 0.0 ? invested / (worth + invested) : 0.0;
    double stake = firms->partner_stake[lab] * (1.0 - diluted);
    firms->partner_stake[lab] = stake + (1.0 - stake) * issued;
    firms->investor_stake[lab] *= 1.0 - issued;
}

static void lend(struct world *world, size_t lab) {
    const struct parameters *p = &world->parameters;
    struct firms *firms = &world->firms;
    size_t provider = alliance_partner(world, lab);
    firms->claimed_in[lab] = firms->claimed_out[provider] = claim(world, provider);
    firms->lent_reach[lab] = p->compute_alliance_reach * firms->reach[provider];
    firms->hosted_capability[provider] = firms->capability[lab] - p->compute_alliance_quality_gap;
}

void alliances_begin(struct world *world) {
    for (size_t slot = 0; slot < world->firms.slots; slot++)
        if (world->firms.alliance_role[slot] == ALLIANCE_LAB)
            lend(world, slot);
}

void alliances_settle(struct world *world) {
    const struct parameters *p = &world->parameters;
    struct firms *firms = &world->firms;
    double chance = -portable_expm1(-p->compute_alliance_ending);
    int ended = 0;
    for (size_t lab = next_lab(world, 0); lab != NOBODY; lab = next_lab(world, lab + 1))
        if (draw(world, 0, firms->id[lab]) < chance) {
            end(world, lab);
            ended = 1;
        }
    form(world);
    for (size_t slot = 0; ended && slot < firms->slots; slot++)
        if (firms->ally[slot] == PARTED)
            firms->ally[slot] = -1.0;
    for (size_t lab = next_lab(world, 0); lab != NOBODY; lab = next_lab(world, lab + 1)) {
        lend(world, lab);
        size_t provider = alliance_partner(world, lab);
        double share = p->compute_alliance_receipts * firms->total_receipts[lab];
        firms->alliance_share[lab] = -share;
        firms->alliance_share[provider] = share;
        payments_book(world, PAYMENT_alliance_share, share);
        invest(world, lab, firms->claimed_in[lab] * markets_user_cost(world), share);
    }
}
