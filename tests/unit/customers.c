/* The customer market (equations 19 to 21) and accounts (22): appeal, weights, reviews, adoption, tenure, bills,
 * prices, cash; and the totals that close a month. */
#define MATTHEW_KERNEL_SUFFIX baseline
#include "support/phases.h"

#include "core/samplers.h"
#include "parallel/month.h"

enum { SEEDS = 80 };

static void selling(struct scenario *scenario) {
    scenario->parameters.customers_enabled = 1.0;
}

static double price_response(const struct trial *trial, int s) {
    double months = (double)(trial->world->month - 1);
    return trial->p->customers_price_response[s] * exp(-trial->p->customers_willingness_growth * months);
}

static void check_appeal(const struct trial *trial, int s, size_t i) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double common, own,
        spread = p->customers_appeal_volatility * pow(1.0 + f->total_receipts[i], -p->customers_appeal_size_exponent);
    trial_normal(trial, PURPOSE_APPEAL, MEMBERS_MAX, i, &common);
    trial_normal(trial, PURPOSE_APPEAL, s, i, &own);
    double shock = sqrt(p->customers_appeal_common) * common + sqrt(1.0 - p->customers_appeal_common) * own;
    double wanted = p->customers_appeal_persistence * before(trial, FIELD_appeal, s)[i] + f->active[i] * spread * shock;
    trial_expect(trial, "appeal", i, f->appeal[s][i], wanted, 1e-12, spread * 4.0);
}

static void check_weight(const struct trial *trial, int s, size_t i) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double wanted = pow(1.0 + f->accounts[s][i] / p->customers_network_scale[s], p->customers_network_exponent[s]) *
                    exp(p->customers_quality_response[s] * f->quality[i] +
                        p->customers_application_response[s] * log(1.0 + f->application[i]) +
                        p->customers_ecosystem_response[s] * log(1.0 + f->ecosystem[i]) +
                        p->customers_reach_response[s] * (f->reach[i] + f->lent_reach[i]) -
                        price_response(trial, s) * f->price[s][i] + f->appeal[s][i]);
    double exponent = fmax(20.0, price_response(trial, s) * f->price[s][i]); /* rounding of the exponent */
    if (wanted > 1e-260 && wanted < 1e260)
        trial_expect(trial, "weight", i, f->customer_weight[s][i], wanted * f->active[i], 1e-14 * exponent, 0.0);
}

/* Locked share and review hazard (20); through the library's binomial draws they must give the same leavers. */
static void check_reviews(const struct trial *trial, int s) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double kappa = p->customers_lock_in[s] * (1.0 - p->customers_portability);
    double all = ledger_sum(f->customer_weight[s], f->slots), bonus = expm1(p->customers_switching_cost[s]);
    all += p->customers_outside_option > 0.0 ? exp(p->customers_outside_utility[s]) : 0.0;
    for (size_t block = 0; block < trial->world->sums.blocks; block++) {
        double chance[BLOCK], gone[BLOCK];
        for (size_t j = 0; j < BLOCK; j++) {
            size_t i = block * BLOCK + j;
            double locked = 1.0 - exp(-kappa * (1.0 - exp(-f->tenure[s][i] / p->customers_lock_in_time[s])));
            double hazard = p->customers_review_rate[s] * (1.0 + p->customers_congestion_review * f->congestion[i]) *
                            (1.0 - locked);
            trial_expect(trial, "locked share", i, f->locked_share[s][i], locked, 1e-12, 1.0);
            double stays = f->customer_weight[s][i] * bonus; /* what keeps an account, beside all weights */
            chance[j] = (1.0 - exp(-hazard)) * (stays > 0.0 ? all / (all + stays) : 1.0);
        }
        uint64_t key = random_key(trial->world->seed, trial->world->month, PURPOSE_REVIEW, s, block);
        binomial_block_baseline(key, f->accounts[s] + block * BLOCK, chance, gone);
        for (size_t j = 0; j < BLOCK; j++) { /* another rounding of a chance may move a draw by one */
            double off = bonus > 0.0 ? 1.0 : 0.0;
            trial_expect(trial, "leavers", block * BLOCK + j, f->leavers[s][block * BLOCK + j], gone[j], 0.0, off);
        }
    }
}

/* Adoption (Bass), movers, and who is where afterwards. */
static void check_settling(const struct trial *trial, int s) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    const struct choice *choice = &trial->world->markets->customers[s];
    double none = trial->before.industry.non_adopters[s], population = p->customers_population[s];
    double hazard = p->customers_adoption_innovation[s] +
                    p->customers_adoption_imitation[s] * (population > 0.0 ? 1.0 - none / population : 0.0);
    struct generator generator =
        generator_open(random_key(trial->world->seed, trial->world->month, PURPOSE_ADOPTION, s, 0));
    double adopters = draw_binomial(&generator, none, 1.0 - exp(-hazard)),
           leavers = ledger_sum(f->leavers[s], f->slots);
    cr_assert(choice->movers == adopters + leavers, "%g movers, %g adopters, %g leavers", choice->movers, adopters,
              leavers);
    cr_assert(trial->world->industry.non_adopters[s] == none - adopters + choice->outside);
    trial_expect(trial, "outside weight", 0, choice->outside_weight,
                 p->customers_outside_option > 0.0 ? exp(p->customers_outside_utility[s]) : 0.0, 1e-12, 0.0);
    cr_assert(p->customers_outside_option > 0.0 || choice->inside_weight == 0.0 || choice->outside == 0.0);
    cr_assert(ledger_sum(f->arrivals[s], f->slots) + choice->outside == choice->movers);
}

/* Prices (21). */
static double oracle_price(const struct trial *trial, int s, size_t i) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    const struct choice *choice = &trial->world->markets->customers[s];
    double price = before(trial, FIELD_price, s)[i], months = (double)(trial->world->month - 1);
    double all = choice->inside_weight + choice->outside_weight,
           load = p->customers_serving_load[s] * exp(p->technology_load_growth * months);
    if (p->customers_pricing == 2.0)
        return price;
    if (p->customers_pricing == 1.0) {
        double mean = trial->world->industry.mean_accounts[s];
        price *= exp(p->customers_price_demand_response * (f->accounts[s][i] / fmax(mean, 1e-9) - 1.0));
        return oracle_clip(price, p->customers_price_min, p->customers_price_max);
    }
    double own = silicon_offered(trial->world) && f->gpus[i] > 0.0 ? f->own_gpus[i] / f->gpus[i] : 0.0;
    double machine = ((1.0 - own) * trial->world->industry.gpu_price + own * f->own_chip_price[i]) *
                     (p->compute_depreciation + p->compute_capital_charge);
    for (int r = 0; r < f->regions; r++)
        machine += p->regions_energy_cost[r] * exp(-p->compute_energy_decline * months) * f->site[r][i];
    double cost =
        1e6 * load * machine / (1.0 + p->technology_optimisation_effect * f->optimisation[i]) + p->customers_support[s];
    trial_expect(trial, "unit cost", i, f->unit_cost[s][i], cost, 1e-12, 0.0);
    double share = all > 0.0 ? fmin(f->customer_weight[s][i] / all, p->customers_share_cap) : 0.0,
           locked = f->locked_share[s][i];
    double target = cost + (1.0 - f->penetration[i] * (1.0 - locked)) * (1.0 + p->customers_harvest * locked) /
                               (price_response(trial, s) * (1.0 - share));
    price += p->customers_price_adjustment * (target - price);
    return oracle_clip(price, p->customers_price_min, p->customers_price_max);
}

static void check_sales(const struct trial *trial, size_t i) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double receipts = 0.0, support = 0.0;
    for (int s = 0; s < f->segments; s++) {
        double stay = before(trial, FIELD_accounts, s)[i] - f->leavers[s][i], now = stay + f->arrivals[s][i];
        cr_assert(f->accounts[s][i] == now);
        double tenure = stay * (before(trial, FIELD_tenure, s)[i] + 1.0) / fmax(now, 1.0);
        trial_expect(trial, "tenure", i, f->tenure[s][i], tenure, 1e-12, 0.0);
        double due = before(trial, FIELD_receivables, s)[i] + before(trial, FIELD_price, s)[i] * now * 1e-6;
        double received = due / fmax(1.0, p->customers_payment_lag[s]);
        trial_expect(trial, "receipts", i, f->receipts[s][i], received, 1e-12, 0.0);
        trial_expect(trial, "receivables", i, f->receivables[s][i], due - received, 1e-12, due);
        trial_expect(trial, "price", i, f->price[s][i], oracle_price(trial, s, i), 1e-12, 0.0);
        receipts += received;
        support += p->customers_support[s] * now * 1e-6;
    }
    trial_expect(trial, "all receipts", i, trial->receipts[i], receipts, 1e-12, 0.0);
    trial_expect(trial, "support", i, trial->support[i], support, 1e-12, 0.0);
}

/* Wages, energy, support, overhead and compliance (22). */
static double oracle_outflow(const struct trial *trial, size_t i, double receipts, double support) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double outflow = p->accounts_overhead + support, months = fmax(0.0, (double)(trial->world->month - 1));
    for (int tier = 0; tier < f->tiers; tier++)
        outflow += p->talent_wage[tier] * f->staff[tier][i] * f->wage_premium[i];
    for (int r = 0; r < f->regions; r++)
        outflow += p->regions_energy_cost[r] * exp(-p->compute_energy_decline * months) * f->site[r][i] * f->gpus[i];
    double burden = p->regulation_enabled > 0.0
                        ? p->entry_barrier + p->regulation_capture * trial->before.industry.political_influence
                        : 0.0;
    return outflow + p->regions_compliance[(int)f->region[i]] *
                         (p->accounts_compliance_fixed * (1.0 + burden) + p->accounts_compliance_share * receipts);
}

/* Operating outflow, tax, payout, cash (22). */
static void check_accounts(const struct trial *trial, size_t i) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double receipts = trial->receipts[i], outflow = oracle_outflow(trial, i, receipts, trial->support[i]);
    double core = before(trial, FIELD_core_income, 0)[i], cash = before(trial, FIELD_cash, 0)[i],
           earned = f->rent_earned[i] + fmax(f->alliance_share[i], 0.0),
           given = f->rent_paid[i] - fmin(f->alliance_share[i], 0.0);
    double profit = receipts + core - outflow + earned - given + f->exit_fee[i];
    double size = fabs(cash) + outflow + receipts + earned + given + fabs(f->exit_fee[i]);
    double taxed = profit - core - p->compute_depreciation * trial->world->industry.gpu_price * f->gpus[i];
    double tax = p->accounts_tax * fmax(0.0, taxed);
    double windfall = p->regulation_windfall_tax * fmax(0.0, taxed - p->regulation_windfall_threshold);
    double idle =
        fmax(0.0, cash - p->accounts_payout_months * (outflow + given + f->gpu_spending[i] + f->own_chip_spending[i]));
    double payout = profit > 0.0 ? p->accounts_payout_rate * idle : 0.0;
    double layers = f->hardware_share[i] + f->software_share[i] + f->optimisation_share[i] + f->application_share[i] +
                    f->platform_share[i] + f->influence_share[i];
    trial_expect(trial, "burn", i, f->burn[i], -profit, 1e-12, size);
    trial_expect(trial, "tax", i, f->tax[i], tax, 1e-12, size);
    trial_expect(trial, "windfall tax", i, f->windfall_tax[i], windfall, 1e-12, size);
    trial_expect(trial, "payout", i, f->payout[i], payout, 1e-12, size);
    trial_expect(trial, "investors' proceeds", i, f->investor_proceeds[i],
                 before(trial, FIELD_investor_proceeds, 0)[i] + f->investor_stake[i] * payout, 1e-12, size);
    trial_expect(trial, "cash", i, f->cash[i], cash + profit - f->budget[i] * layers - tax - windfall - payout, 1e-12,
                 size + f->budget[i]);
    double smoothed = before(trial, FIELD_operating_outflow, 0)[i];
    smoothed += p->plan_outflow_smoothing * (fmax(outflow + given - earned, 0.0) - smoothed);
    trial_expect(trial, "smoothed outflow", i, f->operating_outflow[i], smoothed, 1e-12, outflow);
    trial_expect(trial, "core income", i, f->core_income[i], core * exp(p->accounts_core_growth), 1e-12, 0.0);
    cr_assert(f->total_receipts[i] == receipts && f->age[i] == before(trial, FIELD_age, 0)[i] + 1.0);
}

/* Means, frontier and openness, for the next month. */
static void check_means(const struct trial *trial) {
    const struct firms *f = &trial->world->firms;
    const struct industry *industry = &trial->world->industry;
    double active = ledger_sum(f->active, f->slots), heads = 0.0, capability = 0.0, frontier = -1e300, open = 0.0;
    if (active == 0.0)
        return;
    for (int tier = 0; tier < f->tiers; tier++) {
        double staff = ledger_sum(f->staff[tier], f->slots), paid = 0.0;
        for (size_t i = 0; i < f->slots; i++)
            paid += f->staff[tier][i] * f->wage_premium[i];
        heads += staff;
        trial_expect(trial, "mean staff", 0, industry->mean_staff[tier], staff / active, 1e-12, 0.0);
        trial_expect(trial, "mean premium", 0, industry->mean_premium[tier], staff > 0.0 ? paid / staff : 1.0, 1e-12,
                     0.0);
    }
    for (size_t i = 0; i < f->slots; i++) {
        capability += f->capability[i];
        frontier = f->active[i] > 0.0 ? fmax(frontier, f->capability[i]) : frontier;
    }
    for (size_t i = 0; i < f->slots; i++)
        open = f->active[i] > 0.0 ? fmax(open, fmax(f->openness[i], trial->p->regulation_openness_floor) *
                                                   exp(2.0 * (f->capability[i] - frontier)))
                                  : open;
    cr_assert(industry->active_firms == active);
    trial_expect(trial, "mean capability", 0, industry->mean_capability, capability / active, 1e-11, 1.0);
    trial_expect(trial, "GPUs per head", 0, industry->mean_gpus_per_head,
                 heads > 0.0 ? ledger_sum(f->gpus, f->slots) / heads : 0.0, 1e-12, 0.0);
    trial_expect(trial, "GPUs bought", 0, industry->mean_gpus_bought, ledger_sum(f->gpus_bought, f->slots) / active,
                 1e-12, 0.0);
    cr_assert(industry->frontier == frontier);
    trial_expect(trial, "openness", 0, industry->openness, fmin(open, 1.0), 1e-11, 0.0);
}

Test(customers, choice_prices_and_accounts) {
    long leavers = 0, kinds[3] = {0};
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        static struct trial trial;
        trial_open(&trial, 8000 + seed, selling);
        const struct firms *f = &trial.world->firms;
        trial_plan(&trial);
        trial_order(&trial);
        trial_ally(&trial);
        trial_deliver(&trial);
        trial_serve(&trial);
        trial_train(&trial);
        trial_quality(&trial);
        trial_mark(&trial);
        trial_review(&trial);
        for (int s = 0; s < f->segments; s++) {
            for (size_t i = 0; i < f->slots; i++) {
                check_appeal(&trial, s, i);
                check_weight(&trial, s, i);
            }
            check_reviews(&trial, s);
            leavers += ledger_sum(f->leavers[s], f->slots) > 0.0;
        }
        trial_sell(&trial);
        for (int s = 0; s < f->segments; s++)
            check_settling(&trial, s);
        for (size_t i = 0; i < f->slots; i++)
            if (f->active[i] > 0.0)
                check_sales(&trial, i);
            else
                cr_assert(f->accounts[0][i] == 0.0 && f->price[0][i] == 0.0 && trial.receipts[i] == 0.0);
        trial_account(&trial);
        for (size_t i = 0; i < f->slots; i++)
            if (f->active[i] > 0.0)
                check_accounts(&trial, i);
            else
                cr_assert(f->cash[i] == 0.0 && f->age[i] == 0.0);
        month_means(trial.world);
        check_means(&trial);
        kinds[(int)trial.p->customers_pricing]++;
        trial_close(&trial);
    }
    cr_assert(leavers > 100 && kinds[0] > 5 && kinds[1] > 5 && kinds[2] > 5);
}

/* The first firms know what they will spend, so that their first plan does. */
Test(customers, new_firms_expect_their_outflow) {
    static struct trial trial;
    memset(&trial, 0, sizeof trial);
    scenario_random(&trial.scenario, 8101);
    trial.race = race_at(&trial.scenario, 0);
    trial.world = (struct world *)(uintptr_t)race_world(trial.race);
    trial.p = &trial.world->parameters;
    const struct firms *f = &trial.world->firms;
    for (size_t i = 0; i < f->slots; i++) {
        double support = 0.0;
        for (int s = 0; s < f->segments; s++)
            support += trial.p->customers_support[s] * f->accounts[s][i] * 1e-6;
        trial_expect(&trial, "outflow", i, f->operating_outflow[i],
                     oracle_outflow(&trial, i, f->total_receipts[i], support), 1e-12, 0.0);
    }
    trial_close(&trial);
}
