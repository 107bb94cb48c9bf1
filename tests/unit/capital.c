/* Valuation, requests, funding (equations 3 to 5) and the plan (1), (2), against plain scalar code on random races. */
#define MATTHEW_KERNEL_SUFFIX baseline
#include "support/phases.h"

enum { SEEDS = 60 };

static double trend_multiple(const struct trial *trial) {
    const struct parameters *p = trial->p;
    double slump =
        p->capital_multiple_growth_response * (trial->world->industry.sector_growth - p->capital_reference_growth);
    return p->capital_revenue_multiple * exp(oracle_clip(slump, -1.5, 0.0));
}

static double oracle_valuation(const struct trial *trial, size_t i, double *book) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    const struct industry *industry = &trial->before.industry;
    double people = 0.0;
    for (int tier = 0; tier < f->tiers; tier++)
        people += p->talent_wage[tier] * p->capital_know_how_months * before(trial, FIELD_staff, tier)[i];
    people *= exp(0.5 * oracle_clip(before(trial, FIELD_capability, 0)[i] - industry->mean_capability, -2.0, 4.0));
    double machines = before(trial, FIELD_gpus, 0)[i] + before(trial, FIELD_gpu_backlog, 0)[i];
    double mine = before(trial, FIELD_total_receipts, 0)[i], premium = 0.0;
    if (p->capital_leader_premium > 0.0 && mine > 0.0) {
        int rank = 0;
        for (size_t j = 0; j < f->slots; j++) {
            double theirs = before(trial, FIELD_total_receipts, 0)[j];
            rank += theirs > mine || (theirs == mine && j < i);
        }
        premium = rank < 128 ? p->capital_leader_premium_top * exp(-rank / p->capital_leader_premium_ranks) : 0.0;
    }
    double receipts = 12.0 * mine * trend_multiple(trial), more = 0.0;
    if (p->value_enabled > 0.0)
        more = f->scale_value[i] +
               p->capital_value_weight *
                   fmin(f->speed_value[i] + f->network_value[i] + f->option_value[i], p->capital_value_cap * receipts);
    *book =
        fmax(before(trial, FIELD_cash, 0)[i], 0.0) + p->capital_book_compute * industry->gpu_price * machines + people;
    double value = receipts * (1.0 + premium) + *book + more;
    if (p->capital_claims > 0.0 && before(trial, FIELD_claim_due, 0)[i] > 0.0)
        value *= 1.0 + p->capital_claim_gain * f->hype[i];
    else if (p->capital_claims > 0.0)
        value *= 1.0 - p->capital_claim_loss * f->hype[i] * before(trial, FIELD_claim_missed, 0)[i] /
                           floor(p->capital_claim_memory);
    return value;
}

/* Payouts and book less what was raised, in month 0's money. */
static void check_net_present_value(const struct trial *trial, size_t i, double book) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double discount = pow(1.0 + p->value_discount_rate, -(double)(trial->world->month - 1) / 12.0);
    double payouts = before(trial, FIELD_discounted_payouts, 0)[i],
           raised = before(trial, FIELD_discounted_raised, 0)[i];
    double left = discount * (book + 12.0 * p->value_terminal_multiple * before(trial, FIELD_total_receipts, 0)[i]);
    double npv = p->value_enabled > 0.0 ? payouts - raised + left : 0.0;
    trial_expect(trial, "net present value", i, f->npv[i], npv, 1e-12, payouts + raised + left);
}

static void check_asking(const struct trial *trial, size_t i) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    const struct industry *industry = &trial->before.industry;
    double book, value = oracle_valuation(trial, i, &book), old = before(trial, FIELD_valuation, 0)[i];
    trial_expect(trial, "valuation", i, f->valuation[i], value, 1e-12, 1e-9);
    check_net_present_value(trial, i, book);
    value = f->valuation[i];
    double growth = old > 0.0 ? oracle_clip(log(fmax(value, 1e-9) / old), -0.3, 0.3) : 0.0;
    double momentum = before(trial, FIELD_momentum, 0)[i];
    momentum += p->capital_momentum_smoothing * (growth - momentum);
    trial_expect(trial, "momentum", i, f->momentum[i], momentum, 1e-12, 1e-3);
    double waited = before(trial, FIELD_months_since_round, 0)[i] + 1.0, cash = before(trial, FIELD_cash, 0)[i],
           meeting;
    trial_uniforms(trial, PURPOSE_MEETING, 0, i, &meeting);
    double out = before(trial, FIELD_operating_outflow, 0)[i] + p->capital_ambition * f->speed[i] * value -
                 before(trial, FIELD_total_receipts, 0)[i] - before(trial, FIELD_core_income, 0)[i];
    double mean = industry->total_valuation / fmax(industry->active_firms, 1.0);
    double hazard = p->capital_meeting_hazard * exp(industry->log_sentiment) *
                    exp(p->capital_momentum_response * oracle_clip(f->momentum[i], -0.3, 0.3));
    int meets =
        meeting<1.0 - exp(-hazard), asks = out> 0.0 && cash < p->capital_trigger * p->capital_target_runway * out;
    double cap = p->capital_dilution_cap * (p->capital_request_cap > 0.0 && mean > 0.0 ? mean : value);
    double request = asks && meets && waited >= p->capital_round_interval
                         ? fmax(fmin(cap, p->capital_target_runway * out - cash), 0.0)
                         : 0.0;
    trial_expect(trial, "request", i, f->request[i], request, 1e-12, 1e-9 + fabs(cash));
    double priority =
        f->request[i] > 0.0 ? pow(fmax(value / fmax(mean, 1e-9), 1e-12), p->capital_priority_exponent) : 0.0;
    trial_expect(trial, "priority", i, f->funding_priority[i], priority, 1e-12, 0.0);
}

/* Funds arrive: x = min(request, lambda priority), the investors' stake, the time since the last round. */
static void check_funding(const struct trial *trial, size_t i) {
    const struct firms *f = &trial->world->firms;
    const struct ration *market = &trial->world->markets->capital;
    double funding = market->rationed ? fmin(f->request[i], market->lambda * f->funding_priority[i]) : f->request[i];
    trial_expect(trial, "funding", i, f->funding[i], funding, 1e-12, market->supply);
    funding = f->funding[i];
    trial_expect(trial, "cash", i, f->cash[i], before(trial, FIELD_cash, 0)[i] + funding, 1e-14, funding);
    double stake = before(trial, FIELD_investor_stake, 0)[i],
           share = funding > 0.0 ? funding / (f->valuation[i] + funding) : 0.0;
    trial_expect(trial, "stake", i, f->investor_stake[i], stake + (1.0 - stake) * share, 1e-13, 0.0);
    double waited = before(trial, FIELD_months_since_round, 0)[i] + 1.0;
    cr_assert(f->months_since_round[i] == (funding > 0.0 ? 0.0 : waited));
    double discounted = before(trial, FIELD_discounted_raised, 0)[i] + trial->world->conditions.discount * funding;
    trial_expect(trial, "discounted funds", i, f->discounted_raised[i], discounted, 1e-13, 0.0);
    cr_assert(f->round[i] == before(trial, FIELD_round, 0)[i] + (funding > 0.0));
    cr_assert(f->raised[i] == before(trial, FIELD_raised, 0)[i] + funding);
}

/* The pool (3): size, growth averages of total valuation. */
static void check_pool(const struct trial *trial) {
    const struct parameters *p = trial->p;
    const struct industry *start = &trial->before.industry, *now = &trial->world->industry;
    double total = ledger_sum(trial->world->firms.valuation, trial->world->firms.slots);
    trial_expect(trial, "total valuation", 0, now->total_valuation, total, 1e-12, 0.0);
    double pool =
        p->capital_pool * exp(start->log_sentiment) * exp(p->capital_pool_growth * (double)(trial->world->month - 1));
    trial_expect(trial, "pool", 0, now->funding_pool, pool, 1e-12, 0.0);
    double fast = start->growth_fast, slow = start->growth_slow;
    if (start->total_valuation > 0.0 && total > 0.0) {
        double growth = oracle_clip(log(total / start->total_valuation), -0.2, 0.2);
        fast += 0.2 * (growth - fast);
        slow += 0.06 * (growth - slow);
    }
    trial_expect(trial, "fast growth", 0, now->growth_fast, fast, 1e-12, 0.01);
    trial_expect(trial, "slow growth", 0, now->growth_slow, slow, 1e-12, 0.01);
}

/* Many rounds: frequent meetings, and little time between rounds. */
static void always_on(struct scenario *scenario) {
    scenario->parameters.capital_enabled = 1.0;
    scenario->parameters.capital_meeting_hazard *= 4.0;
    scenario->parameters.capital_round_interval /= 6.0;
}

Test(capital, valuation_requests_and_funding) {
    long asked = 0, rationed = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        static struct trial trial;
        trial_open(&trial, 2000 + seed, always_on);
        const struct firms *f = &trial.world->firms;
        trial_ask(&trial);
        for (size_t i = 0; i < f->slots; i++)
            if (f->active[i] > 0.0)
                check_asking(&trial, i);
            else
                cr_assert(f->request[i] == 0.0 && f->valuation[i] == 0.0 && f->funding_priority[i] == 0.0);
        trial_fund(&trial);
        check_pool(&trial);
        rationed += trial.world->markets->capital.rationed;
        for (size_t i = 0; i < f->slots; i++) {
            asked += f->request[i] > 0.0;
            if (f->active[i] > 0.0)
                check_funding(&trial, i);
        }
        trial_close(&trial);
    }
    cr_assert(asked > 500, "only %ld requests", asked);
    cr_assert(rationed > 5 && rationed < SEEDS - 5, "%ld markets are rationed", rationed);
}

static void capped_by_the_mean(struct scenario *scenario) {
    always_on(scenario);
    scenario->parameters.capital_request_cap = 1.0;
}

/* Entrants into an industry in which no firm was left meet investors who know no mean valuation. */
Test(capital, requests_after_a_month_without_firms) {
    double requests = 0.0;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        static struct trial trial;
        trial_open(&trial, 2000 + seed, capped_by_the_mean);
        const struct firms *f = &trial.world->firms;
        trial.world->industry.total_valuation = trial.world->industry.active_firms = 0.0;
        trial_mark(&trial);
        trial_ask(&trial);
        for (size_t i = 0; i < f->slots; i++) {
            requests += f->request[i];
            if (f->active[i] > 0.0)
                check_asking(&trial, i);
        }
        trial_close(&trial);
    }
    cr_assert(requests > 0.0);
}

/* ---- the plan ---- */

static void check_budget(const struct trial *trial, size_t i) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double burn = fmax(0.0, f->operating_outflow[i] - f->total_receipts[i] - f->core_income[i]);
    double cash = f->cash[i], spare = fmax(0.0, cash - f->reserve[i] * burn);
    double rate = fmin(1.0, p->plan_spending_rate + p->plan_spending_rate_speed * f->speed[i]);
    trial_expect(trial, "budget", i, f->budget[i], rate * spare, 1e-12, fabs(cash));
    trial_expect(trial, "runway", i, f->runway[i], oracle_clip(cash / fmax(burn, 1e-12), -999.0, 999.0), 1e-12, 0.0);
}

static void check_staff_plan(const struct trial *trial, size_t i, int tier) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double staff = before(trial, FIELD_staff, tier)[i] - f->layoffs[tier][i], rounding;
    cr_assert(f->staff[tier][i] == staff);
    cr_assert(f->runway[i] < p->plan_layoff_runway || f->layoffs[tier][i] == 0.0);
    trial_uniforms(trial, PURPOSE_VACANCY, tier, i, &rounding);
    double posted = p->plan_hiring_months * p->talent_wage[tier] * f->wage_premium[i];
    double paid = p->talent_hiring_share[tier] * f->hire_share[i] * f->budget[i] / posted;
    double base = p->talent_hiring_cap > 0.0 ? trial->world->industry.mean_staff[tier] : staff;
    double cap = (p->plan_growth_cap + p->plan_growth_cap_speed * f->speed[i]) * base + 1.0,
           exact = fmin(paid, cap) + rounding;
    double vacancies = f->runway[i] > p->plan_hiring_runway ? floor(exact) : 0.0;
    if (fabs(exact - round(exact)) > 1e-9 * (1.0 + exact))
        cr_assert(f->vacancies[tier][i] == vacancies, "seed %lu: %g vacancies in place of %g",
                  (unsigned long)trial->seed, f->vacancies[tier][i], vacancies);
}

static void planned(struct scenario *scenario) {
    scenario->parameters.talent_enabled = 1.0;
    scenario->parameters.talent_vacancies = 0.0;
}

Test(capital, budgets_layoffs_and_vacancies) {
    long open = 0, gone = 0, short_of_money = 0;
    double staff_short = 0.0, expected = 0.0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        static struct trial trial;
        trial_open(&trial, 3000 + seed, planned);
        const struct firms *f = &trial.world->firms;
        trial_ask(&trial);
        trial_fund(&trial);
        trial_mark(&trial);
        trial_plan(&trial);
        for (size_t i = 0; i < f->slots; i++) {
            if (f->active[i] == 0.0) {
                cr_assert(f->budget[i] == 0.0 && f->vacancies[0][i] == 0.0 && f->layoffs[0][i] == 0.0);
                continue;
            }
            check_budget(&trial, i);
            for (int tier = 0; tier < f->tiers; tier++) {
                check_staff_plan(&trial, i, tier);
                open += f->vacancies[tier][i] > 0.0;
                gone += f->layoffs[tier][i] > 0.0;
                if (f->runway[i] < trial.p->plan_layoff_runway && before(&trial, FIELD_staff, tier)[i] < 1000.0) {
                    short_of_money++;
                    staff_short += f->layoffs[tier][i];
                    expected += trial.p->plan_layoff_share * before(&trial, FIELD_staff, tier)[i];
                }
            }
        }
        trial_close(&trial);
    }
    cr_assert(open > 500 && gone > 50, "%ld open, %ld gone", open, gone);
    /* Layoffs have the mean they should: 5 standard deviations of a binomial at most. */
    cr_assert(fabs(staff_short - expected) < 5.0 * sqrt(expected), "%g laid off in place of %g", staff_short, expected);
}

/* Sentiment (3): persistence, overhang, surprise and a shock with the variance it should have. */
Test(capital, sentiment) {
    static struct trial trial;
    trial_open(&trial, 2008, NULL);
    struct world *world = trial.world;
    const struct parameters *p = trial.p;
    for (int i = 0; i < 300; i++) {
        world->industry.log_sentiment = 0.3;
        world->industry.overhang = 0.1;
        world->industry.growth_fast = 0.02 + 0.0001 * i;
        world->industry.growth_slow = 0.03;
        double receipts = sums_total(&world->sums, SUM_receipts, 0), old = 0.9 * receipts, growth = 0.2;
        world->industry.total_receipts = old;
        world->industry.sector_growth = growth;
        world->month = 5 + i;
        capital_sentiment(world);
        struct generator generator = generator_open(random_key(world->seed, world->month, PURPOSE_SENTIMENT, 0, 0));
        double shock = generator_normal(&generator), overhang = 0.1 + 0.2 / p->capital_sentiment_overhang_time;
        double next = p->capital_sentiment_persistence * 0.3 - p->capital_sentiment_overhang * overhang +
                      p->capital_sentiment_surprise * tanh((0.0001 * i - 0.01) / 0.03) +
                      p->capital_sentiment_volatility * shock;
        next = oracle_clip(next, -p->capital_sentiment_bound, p->capital_sentiment_bound);
        trial_expect(&trial, "log sentiment", 0, world->industry.log_sentiment, next, 1e-12, 1.0);
        trial_expect(&trial, "overhang", 0, world->industry.overhang, overhang, 1e-12, 0.0);
        if (receipts > 0.0) {
            growth += 0.15 * (12.0 * oracle_clip(log(receipts / old), -0.1, 0.12) - growth);
            trial_expect(&trial, "sector growth", 0, world->industry.sector_growth, growth, 1e-12, 0.0);
        }
    }
    trial_close(&trial);
}
