#include "agents/accounts.h"

#include "agents/payments.h"
#include "core/elementary.h"
#include "core/sums.h"

#include <string.h>

/* What outflow is made of: wages at premium 1, energy of a GPU, compliance relative to the first region. */
struct costs {
    double wages[BLOCK], energy[BLOCK], rule[BLOCK];
};

/* Wages, energy, support, overhead and compliance into outflow. */
static void operating_outflow(const struct world *world, size_t at, const double *restrict receipts,
                              const double *restrict support, struct costs *costs, double *restrict outflow) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *restrict premium = firms->wage_premium + at, *restrict gpus = firms->gpus + at;
    double *restrict wages = costs->wages, *restrict energy = costs->energy, *restrict rule = costs->rule;
    memset(costs, 0, sizeof *costs);
    for (int tier = 0; tier < firms->tiers; tier++) {
        const double *restrict staff = firms->staff[tier] + at;
        double wage = p->talent_wage[tier];
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            wages[i] += wage * staff[i];
    }
    for (int region = 0; region < firms->regions; region++) {
        const double *restrict site = firms->site[region] + at, *restrict home = firms->region + at;
        double cost = world->conditions.energy[region], strict = p->regions_compliance[region], here = region;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++) {
            energy[i] += cost * site[i];
            rule[i] = home[i] == here ? strict : rule[i];
        }
    }
    double overhead = p->accounts_overhead, share = p->accounts_compliance_share;
    double fixed = p->accounts_compliance_fixed * (1.0 + world->conditions.burden); /* (26) */
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        outflow[i] = wages[i] * premium[i] + energy[i] * gpus[i] + support[i] + overhead +
                     rule[i] * (fixed + share * receipts[i]);
}

void KERNEL(accounts_expect_block)(struct world *world, size_t block) {
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    double *restrict smoothed = firms->operating_outflow + at;
    const double *restrict active = firms->active + at;
    struct costs costs;
    double unknown[BLOCK], support[BLOCK] = {0}, outflow[BLOCK];
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        unknown[i] = smoothed[i] == 0.0 ? active[i] : 0.0;
    if (sum_block(unknown) == 0.0)
        return;
    for (int segment = 0; segment < firms->segments; segment++) {
        const double *restrict accounts = firms->accounts[segment] + at;
        double care = world->parameters.customers_support[segment] * 1e-6;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            support[i] += care * accounts[i];
    }
    operating_outflow(world, at, firms->total_receipts + at, support, &costs, outflow);
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        smoothed[i] += unknown[i] * outflow[i];
}

/* Sum over the block of one value times another. */
static double sum_products(const double *restrict one, const double *restrict other) {
    double product[BLOCK];
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        product[i] = one[i] * other[i];
    return sum_block(product);
}

/* Books what operating costs, before core income grows. */
static void book_operations(struct world *world, size_t block, const struct costs *costs,
                            const double *restrict receipts, const double *restrict support) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    const double *restrict active = firms->active + at, *restrict budget = firms->budget + at;
    const double *restrict compute = firms->compute_share + at, *restrict hire = firms->hire_share + at;
    double fixed = p->accounts_compliance_fixed * (1.0 + world->conditions.burden);
    double share = p->accounts_compliance_share;
    const double *restrict political = firms->influence_share + at;
    double rules[BLOCK], invested[BLOCK];
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        rules[i] = active[i] * costs->rule[i] * (fixed + share * receipts[i]);
        invested[i] = active[i] * budget[i] * (1.0 - compute[i] - hire[i] - political[i]);
    }
    payments_add(world, block, PAYMENT_core_income, sum_products(active, firms->core_income + at));
    payments_add(world, block, PAYMENT_wages, sum_products(costs->wages, firms->wage_premium + at));
    payments_add(world, block, PAYMENT_energy, sum_products(costs->energy, firms->gpus + at));
    payments_add(world, block, PAYMENT_support, sum_products(active, support));
    payments_add(world, block, PAYMENT_overhead, p->accounts_overhead * sum_block(active));
    payments_add(world, block, PAYMENT_compliance, sum_block(rules));
    payments_add(world, block, PAYMENT_layers, sum_block(invested));
    payments_add(world, block, PAYMENT_influence, sum_products(budget, political));
}

/* Books tax and payouts. */
static void book_transfers(struct world *world, size_t block) {
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    double paid = sum_block(firms->payout + at);
    double invested = sum_products(firms->payout + at, firms->investor_stake + at);
    payments_add(world, block, PAYMENT_tax, sum_block(firms->tax + at));
    payments_add(world, block, PAYMENT_windfall_tax, sum_block(firms->windfall_tax + at));
    payments_add(world, block, PAYMENT_payout_investors, invested);
    payments_add(world, block, PAYMENT_payout_households, paid - invested);
}

/* What other firms pay for GPUs and as partners, and what is paid to them; the exit fee of an alliance apart, because
 * nobody expects it again (11). */
struct between_firms {
    double earned[BLOCK], paid[BLOCK], fee[BLOCK];
};

static const struct between_firms nothing;

/* Fills flows in when there can be any. */
static const struct between_firms *between_firms(const struct world *world, size_t at, struct between_firms *flows) {
    const struct firms *firms = &world->firms;
    if (world->parameters.compute_rent == 0.0 && world->parameters.compute_alliances == 0.0)
        return &nothing;
    const double *restrict rent_earned = firms->rent_earned + at, *restrict rent_paid = firms->rent_paid + at;
    const double *restrict share = firms->alliance_share + at, *restrict exit_fee = firms->exit_fee + at;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        flows->earned[i] = rent_earned[i] + portable_max(share[i], 0.0);
        flows->paid[i] = rent_paid[i] + portable_max(-share[i], 0.0);
        flows->fee[i] = exit_fee[i];
    }
    return flows;
}

void KERNEL(accounts_block)(struct world *world, size_t block, const double *receipts, const double *support) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    double *restrict cash = firms->cash + at, *restrict core = firms->core_income + at, *restrict age = firms->age + at;
    double *restrict smoothed = firms->operating_outflow + at, *restrict total = firms->total_receipts + at;
    double *restrict burn = firms->burn + at, *restrict tax = firms->tax + at, *restrict payout = firms->payout + at;
    double *restrict extra = firms->windfall_tax + at;
    const double *restrict active = firms->active + at, *restrict budget = firms->budget + at;
    const double *restrict gpus = firms->gpus + at, *restrict bought = firms->gpu_spending + at;
    const double *restrict made = firms->own_chip_spending + at;
    const double *restrict compute = firms->compute_share + at, *restrict hire = firms->hire_share + at;
    const double *restrict stake = firms->investor_stake + at;
    double *restrict proceeds = firms->investor_proceeds + at;
    struct costs costs;
    double outflow[BLOCK];
    struct between_firms flows;
    const struct between_firms *shared = between_firms(world, at, &flows);
    const double *restrict earned = shared->earned, *restrict given = shared->paid, *restrict fee = shared->fee;
    operating_outflow(world, at, receipts, support, &costs, outflow);
    if (world->keep_books)
        book_operations(world, block, &costs, receipts, support);
    double weight = p->plan_outflow_smoothing, rate = p->accounts_tax, growth = world->conditions.core_growth;
    double scrapped = p->compute_depreciation * world->industry.gpu_price;
    double paid = p->accounts_payout_rate, idle = p->accounts_payout_months;
    double windfall = p->regulation_windfall_tax, threshold = p->regulation_windfall_threshold;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double spent = outflow[i] + given[i], income = receipts[i] + earned[i] + fee[i];
        double profit = income + core[i] - spent, margin = income - spent - scrapped * gpus[i];
        tax[i] = active[i] * rate * portable_max(0.0, margin);
        extra[i] = active[i] * windfall * portable_max(0.0, margin - threshold); /* (26) */
        double spare = portable_max(0.0, cash[i] - idle * (spent + (bought[i] + made[i])));
        payout[i] = profit > 0.0 ? active[i] * paid * spare : 0.0;
        proceeds[i] += stake[i] * payout[i];
        double invested = budget[i] * (1.0 - compute[i] - hire[i]); /* layers and platform; hiring is paid as wages */
        cash[i] += active[i] * (profit - invested - tax[i] - extra[i] - payout[i]);
        burn[i] = active[i] * -profit;
        smoothed[i] += active[i] * weight * (portable_max(spent - earned[i], 0.0) - smoothed[i]);
        total[i] = receipts[i];
        core[i] *= growth;
        age[i] += active[i];
    }
    if (p->value_enabled > 0.0) {
        double *restrict paid_out = firms->discounted_payouts + at, discount = world->conditions.discount;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            paid_out[i] += discount * payout[i];
    }
    if (world->keep_books)
        book_transfers(world, block);
}

/* The largest of BLOCK values; order does not matter for its bits. */
static double largest(const double *restrict value) {
    double lane[LANES];
    for (int l = 0; l < LANES; l++)
        lane[l] = value[l];
    for (int i = LANES; i < BLOCK; i += LANES) {
        VECTOR_LOOP
        for (int l = 0; l < LANES; l++)
            lane[l] = portable_max(lane[l], value[i + l]);
    }
    for (int l = 1; l < LANES; l++)
        lane[0] = portable_max(lane[0], lane[l]);
    return lane[0];
}

static void leading(struct world *world, size_t at, size_t block) {
    const struct firms *firms = &world->firms;
    const double *restrict active = firms->active + at, *restrict capability = firms->capability + at;
    const double *restrict openness = firms->openness + at;
    double best[BLOCK], open[BLOCK] = {0}, frontier = world->industry.frontier;
    double mandate = world->parameters.regulation_openness_floor;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        best[i] = active[i] > 0.0 ? capability[i] : -1e300;
    sums_row(&world->sums, block)[SUM_frontier] = largest(best);
    if (world->parameters.technology_decay > 0.0) { /* else nobody reads it: technology_openness says more */
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            open[i] = active[i] * portable_max(openness[i], mandate) *
                      portable_exp(2.0 * portable_clip(capability[i] - frontier, -300.0, 300.0));
    }
    sums_row(&world->sums, block)[SUM_openness] = largest(open);
}

void KERNEL(accounts_totals_block)(struct world *world, size_t block) {
    const struct firms *firms = &world->firms;
    struct sums *sums = &world->sums;
    size_t at = block * BLOCK;
    const double *restrict premium = firms->wage_premium + at, *restrict cash = firms->cash + at;
    const double *restrict active = firms->active + at, *restrict capability = firms->capability + at;
    double heads = 0.0, work[BLOCK];
    for (int tier = 0; tier < firms->tiers; tier++) {
        const double *restrict staff = firms->staff[tier] + at;
        double people = sum_block(staff);
        heads += people;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            work[i] = staff[i] * premium[i];
        sums_row(sums, block)[SUM_staff + tier] = people;
        sums_row(sums, block)[SUM_staff_premiums + tier] = sum_block(work);
    }
    sums_row(sums, block)[SUM_headcount] = heads;
    sums_row(sums, block)[SUM_active] = sum_block(active);
    sums_row(sums, block)[SUM_receipts] = sum_block(firms->total_receipts + at);
    sums_row(sums, block)[SUM_gpus] = sum_block(firms->gpus + at);
    sums_row(sums, block)[SUM_gpus_bought] = sum_block(firms->gpus_bought + at);
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        work[i] = active[i] * capability[i];
    sums_row(sums, block)[SUM_capability] = sum_block(work);
    double floor = insolvency_floor(world);
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        work[i] = cash[i] < floor ? active[i] : 0.0;
    sums_row(sums, block)[SUM_insolvent] = sum_block(work);
    leading(world, at, block);
}
