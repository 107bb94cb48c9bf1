#include "agents/founding.h"

#include "agents/events.h"
#include "agents/genes.h"
#include "agents/payments.h"
#include "core/samplers.h"

#include <math.h>
#include <string.h>

static double normal(struct generator *generator) {
    return generator_normal(generator);
}

/* Genes of a startup: the preset's with lognormal noise, inside their ranges. */
static void draw_genes(struct world *world, size_t slot, int strategy, uint64_t key) {
    double gene[GENE_COUNT];
    genes_preset(world, strategy, gene);
    genes_vary(world, gene, world->parameters.entry_gene_dispersion, key);
    genes_set(world, slot, gene);
}

/* An index with probability proportional to weight. */
static int pick(struct generator *generator, const double *weight, int count) {
    double total = 0.0;
    for (int i = 0; i < count; i++)
        total += weight[i];
    double left = generator_uniform(generator) * total;
    for (int i = 0; i < count - 1; i++) {
        if (left < weight[i])
            return i;
        left -= weight[i];
    }
    return count - 1;
}

/* The odds of siting in each region at the firm's jurisdiction bias (10). */
static void site_odds(const struct world *world, size_t slot, double odds[MEMBERS_MAX]) {
    const struct parameters *p = &world->parameters;
    for (int region = 0; region < world->firms.regions; region++)
        odds[region] =
            p->regions_site_share[region] *
            portable_exp(p->compute_jurisdiction_pull * p->regions_friendly[region] * world->firms.jurisdiction[slot]);
}

/* Identity: id, register row, home. */
static void register_firm(struct world *world, size_t slot, const char *name, int strategy) {
    struct firms *firms = &world->firms;
    double id = world->industry.next_id++;
    firms->id[slot] = id;
    firms->active[slot] = 1.0;
    firms->productivity[slot] = 1.0;
    firms->strategy[slot] = strategy;
    struct register_row *row = &world->reg.rows[world->reg.count++];
    *row = (struct register_row){.id = id,
                                 .slot = (long)slot,
                                 .place = (long)places_take(&world->places, world->month),
                                 .entry_month = world->month,
                                 .exit_month = -1,
                                 .strategy = strategy,
                                 .parent = -1.0,
                                 .acquirer = -1.0};
    size_t length = strlen(name);
    memcpy(row->name, name, length < sizeof row->name ? length : sizeof row->name - 1);
}

static void set_home(struct world *world, size_t slot, int region, int single_site) {
    struct firms *firms = &world->firms;
    firms->region[slot] = region;
    world->reg.rows[(size_t)firms->id[slot]].region = region;
    double odds[MEMBERS_MAX] = {0}, total = 0.0;
    site_odds(world, slot, odds);
    for (int i = 0; i < firms->regions; i++)
        total += odds[i];
    for (int i = 0; i < firms->regions && firms->gpus[slot] > 0.0; i++)
        firms->site[i][slot] = single_site ? (i == region) : odds[i] / total;
}

/* First prices: support and a markup that penetration cuts; what the firm already earns from its accounts. */
static void set_prices(struct world *world, size_t slot, int earning) {
    const struct parameters *p = &world->parameters;
    struct firms *firms = &world->firms;
    double total = 0.0;
    for (int segment = 0; segment < firms->segments; segment++) {
        double markup = p->customers_entrant_margin[segment] / p->customers_price_response[segment];
        double price = p->customers_support[segment] + markup * (1.0 - 0.8 * firms->penetration[slot]);
        price = portable_clip(price, p->customers_price_min, p->customers_price_max);
        double bill = price * firms->accounts[segment][slot] * 1e-6;
        firms->price[segment][slot] = price;
        if (earning) {
            firms->receipts[segment][slot] = bill;
            firms->receivables[segment][slot] = bill * (p->customers_payment_lag[segment] - 1.0);
            firms->tenure[segment][slot] = bill > 0.0 ? p->startups_tenure : 0.0;
            total += bill;
        }
    }
    firms->total_receipts[slot] = total;
}

/* Founding money is money raised. The initial firms are founded before the conditions of a month are known. */
static void raise_founding_money(struct world *world, size_t slot) {
    double discount = world->month > 0 ? world->conditions.discount : world->parameters.value_enabled;
    world->firms.discounted_raised[slot] = discount * portable_max(world->firms.cash[slot], 0.0);
}

void found_named(struct world *world, size_t slot, const struct named_firm *named) {
    const struct parameters *p = &world->parameters;
    struct firms *firms = &world->firms;
    double gene[GENE_COUNT];
    genes_preset(world, named->strategy, gene);
    for (int i = 0; i < GENE_COUNT; i++)
        if (!isnan(named->gene[i]))
            gene[i] = named->gene[i];
    register_firm(world, slot, named->name, named->strategy);
    genes_set(world, slot, gene);
    firms->age[slot] = portable_floor(named->age); /* whole months */
    firms->cash[slot] = named->cash;
    raise_founding_money(world, slot);
    payments_book(world, PAYMENT_founding, named->cash);
    firms->core_income[slot] = named->core_income;
    firms->gpus[slot] = firms->gpus_bought[slot] = named->gpus;
    firms->own_gpus[slot] = silicon_offered(world) ? named->own_gpus : 0.0;
    firms->own_chips_made[slot] = silicon_offered(world) ? named->own_chips_made : 0.0;
    firms->capability[slot] = named->capability;
    firms->reach[slot] = named->reach;
    if (p->capital_claims > 0.0) {
        firms->claim_due[slot] = portable_floor(named->claim_month);
        firms->claim[slot] = firms->claim_due[slot] > 0.0 ? named->claim : 0.0;
    }
    firms->ecosystem[slot] = named->ecosystem;
    firms->hardware[slot] = named->hardware;
    firms->software[slot] = named->software;
    firms->optimisation[slot] = named->optimisation;
    firms->application[slot] = named->application;
    firms->wage_premium[slot] = firms->wage_gene[slot];
    firms->months_since_round[slot] = portable_floor(p->capital_round_interval);
    struct generator generator = generator_open(random_key(world->seed, 0, PURPOSE_INITIAL, 0, slot));
    firms->months_since_release[slot] = portable_floor(generator_uniform(&generator) * 6.0);
    firms->last_run[slot] = p->technology_reference_flop * portable_exp(named->capability * 2.30258509299404568402);
    for (int tier = 0; tier < firms->tiers; tier++) {
        firms->staff[tier][slot] = named->staff[tier];
        world->industry.people[tier] += named->staff[tier];
    }
    for (int segment = 0; segment < firms->segments; segment++) {
        firms->accounts[segment][slot] = named->accounts[segment];
        world->industry.non_adopters[segment] -= named->accounts[segment];
    }
    set_home(world, slot, named->region, 1);
    set_prices(world, slot, 1);
}

/* What startups and entrants have in common; genes must be set. */
static void found_small(struct world *world, size_t slot, double capability, struct generator *generator) {
    const struct parameters *p = &world->parameters;
    struct firms *firms = &world->firms;
    double odds[MEMBERS_MAX] = {0};
    site_odds(world, slot, odds);
    firms->gpus[slot] = firms->gpus_bought[slot] = p->startups_gpus;
    set_home(world, slot, pick(generator, odds, firms->regions), 0);
    firms->capability[slot] = capability;
    firms->last_run[slot] = p->technology_reference_flop *
                            portable_exp(portable_clip(capability - 2.5, -5.0, 200.0) * 2.30258509299404568402);
    firms->months_since_release[slot] = portable_floor(generator_uniform(generator) * 8.0);
    firms->hardware[slot] = firms->software[slot] = p->startups_layers;
    firms->optimisation[slot] = firms->application[slot] = p->startups_layers;
    firms->ecosystem[slot] = p->startups_ecosystem;
    firms->reach[slot] = p->startups_reach;
    firms->wage_premium[slot] = firms->wage_gene[slot];
    double common = portable_sqrt(p->customers_appeal_common) * normal(generator);
    for (int segment = 0; segment < firms->segments; segment++)
        firms->appeal[segment][slot] = p->customers_appeal_initial *
                                       (common + portable_sqrt(1.0 - p->customers_appeal_common) * normal(generator));
}

/* Poisson accounts with the segments' means times a factor, no more than there are. */
static void win_accounts(struct world *world, size_t slot, double factor, struct generator *generator) {
    for (int segment = 0; segment < world->firms.segments; segment++) {
        double *left = &world->industry.non_adopters[segment];
        double wanted = draw_poisson(generator, world->parameters.customers_entrant_accounts[segment] * factor);
        double won = portable_min(wanted, *left);
        world->firms.accounts[segment][slot] = won;
        *left -= won;
    }
}

void found_startup(struct world *world, size_t slot) {
    const struct parameters *p = &world->parameters;
    struct firms *firms = &world->firms;
    uint64_t key = random_key(world->seed, 0, PURPOSE_INITIAL, 0, slot);
    struct generator generator = generator_open(key);
    int strategy = pick(&generator, p->strategies_share, world->scenario->members[FAMILY_STRATEGY].count);
    register_firm(world, slot, "", strategy);
    draw_genes(world, slot, strategy, key);
    double size = portable_exp(p->startups_size_dispersion * normal(&generator));
    firms->cash[slot] = p->entry_cash_median * size * portable_exp(p->entry_cash_dispersion * normal(&generator));
    raise_founding_money(world, slot);
    payments_book(world, PAYMENT_founding, firms->cash[slot]);
    found_small(world, slot, p->startups_capability + p->startups_capability_dispersion * normal(&generator),
                &generator);
    double crew = portable_exp(p->entry_staff_dispersion * normal(&generator)) *
                  portable_exp(p->startups_staff_size_exponent * portable_log(portable_max(size, 1.0)));
    for (int tier = 0; tier < firms->tiers; tier++) { /* people of initial firms are there besides the pool */
        double *people = &world->industry.people[tier], room = portable_max(0x1p52 - *people, 0.0);
        double staff = portable_min(draw_poisson(&generator, p->talent_entrant_staff[tier] * crew), room);
        firms->staff[tier][slot] = staff;
        *people += staff;
    }
    win_accounts(world, slot, p->startups_accounts_multiple * size, &generator);
    firms->age[slot] = portable_floor(generator_uniform(&generator) * p->startups_age_max);
    firms->months_since_round[slot] = portable_floor(generator_uniform(&generator) * 2.0 * p->capital_round_interval);
    set_prices(world, slot, 1);
}

/* A spin-out with more people than an entrant is given as many months of payroll. */
static void fund_group(struct world *world, size_t slot) {
    const struct parameters *p = &world->parameters;
    double payroll = 0.0, usual = 0.0;
    for (int tier = 0; tier < world->firms.tiers; tier++) {
        payroll += p->talent_wage[tier] * world->firms.staff[tier][slot];
        usual += p->talent_wage[tier] * p->talent_entrant_staff[tier];
    }
    if (payroll > usual && usual > 0.0)
        world->firms.cash[slot] *= payroll / usual;
}

/* What an entrant and a spin-out have in common: seed money, a capability below the mean or the parent's, and people
 * out of the pool, in which the researchers of a spin-out have waited. */
static void enter(struct world *world, size_t slot, const struct spin_out *group, uint64_t key) {
    const struct parameters *p = &world->parameters;
    struct firms *firms = &world->firms;
    struct generator generator = generator_open(key);
    int strategy = pick(&generator, p->strategies_share, world->scenario->members[FAMILY_STRATEGY].count);
    register_firm(world, slot, "", strategy);
    draw_genes(world, slot, strategy, key);
    firms->cash[slot] = p->entry_cash_median * portable_exp(p->entry_cash_dispersion * normal(&generator));
    double gap = portable_abs(p->entry_capability_gap + p->entry_capability_dispersion * normal(&generator));
    double known = group != NULL ? group->capability : world->industry.mean_capability;
    found_small(world, slot, known - gap, &generator);
    if (group != NULL) {
        set_home(world, slot, group->region, 0);
        world->reg.rows[(size_t)firms->id[slot]].parent = group->parent;
    }
    double crew = portable_exp(p->entry_staff_dispersion * normal(&generator));
    for (int tier = 0; tier < firms->tiers; tier++) {
        double *pool = &world->industry.pool[tier];
        double wanted = draw_poisson(&generator, p->talent_entrant_staff[tier] * crew);
        double hired = group != NULL && tier == 0 ? group->researchers : portable_min(wanted, *pool);
        firms->staff[tier][slot] = hired;
        *pool -= hired;
    }
    if (group != NULL)
        fund_group(world, slot);
    raise_founding_money(world, slot);
    payments_book(world, PAYMENT_founding, firms->cash[slot]);
    firms->cash[slot] += p->regulation_entrant_subsidy; /* (26) */
    payments_book(world, PAYMENT_entrant_subsidy, p->regulation_entrant_subsidy);
    win_accounts(world, slot, portable_exp(p->entry_accounts_dispersion * normal(&generator)), &generator);
    set_prices(world, slot, 0);
    events_add(world, EVENT_entry, firms->id[slot], -1.0, firms->cash[slot]);
}

void found_entrant(struct world *world, size_t slot, long number) {
    enter(world, slot, NULL, random_key(world->seed, world->month, PURPOSE_ENTRANT, 0, (uint64_t)number));
}

void found_spin_out(struct world *world, size_t slot, const struct spin_out *group) {
    enter(world, slot, group, random_key(world->seed, world->month, PURPOSE_SPIN_OUT, 0, (uint64_t)group->parent));
    events_add(world, EVENT_spin_out, world->firms.id[slot], group->parent, group->researchers);
}
