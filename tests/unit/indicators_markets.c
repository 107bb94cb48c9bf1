/* Indicators that compare months, weigh markets or count welfare, against plain loops over a race of all mechanisms,
 * and consumer surplus against the closed form of a logit market. */
#include "agents/payments.h"
#include "market/markets.h"
#include "measure/indicators.h"
#include "support/asserts.h"
#include "support/ledger.h"
#include "support/races.h"

#include <criterion/criterion.h>

enum { MONTHS = 30, SLOTS_MAX = 4096 };

/* What a plain reader remembers of the months. */
struct reader {
    struct indicator_work work;
    struct indicators now, last;
    double receipts[MONTHS + 1][SLOTS_MAX], capability[MONTHS + 1][SLOTS_MAX], id[MONTHS + 1][SLOTS_MAX];
    size_t slots[MONTHS + 1];
    struct page before; /* the state at the end of the month before, before exits */
    long every;
    int ranks, slopes, surpluses, profits;
};

static void expect(const struct world *world, const char *what, double value, double wanted, double tolerance) {
    int same = isnan(wanted) ? isnan(value) : fabs(value - wanted) <= tolerance * (1.0 + fabs(wanted));
    cr_assert(same, "month %ld: %s is %.17g, the reader finds %.17g", world->month, what, value, wanted);
}

/* ---- turnover ---- */

static double rank_of(const double *values, size_t count, size_t i) {
    double below = 0.0, equal = 0.0;
    for (size_t j = 0; j < count; j++) {
        below += values[j] < values[i];
        equal += values[j] == values[i];
    }
    return below + 0.5 * (equal + 1.0);
}

/* Where a firm was in a month; -1 when it was not there. */
static long slot_in(const struct reader *r, long month, double id) {
    for (size_t i = 0; i < r->slots[month] && id >= 0.0; i++)
        if (r->id[month][i] == id)
            return (long)i;
    return -1;
}

static void check_ranks(struct reader *r, const struct world *world) {
    static double x[SLOTS_MAX], y[SLOTS_MAX];
    long month = world->month, then = month - 12;
    double found = r->now.value[INDICATOR_revenue_rank_correlation], wanted = NAN;
    if (then >= 0 && then % r->every == 0) {
        size_t count = 0;
        for (size_t i = 0; i < r->slots[then]; i++) {
            long at = slot_in(r, month, r->id[then][i]);
            if (at >= 0) {
                x[count] = r->receipts[then][i];
                y[count++] = r->receipts[month][at];
            }
        }
        double mean = 0.5 * ((double)count + 1.0), xx = 0.0, yy = 0.0, xy = 0.0;
        for (size_t i = 0; i < count; i++) {
            double a = rank_of(x, count, i) - mean, b = rank_of(y, count, i) - mean;
            xx += a * a;
            yy += b * b;
            xy += a * b;
        }
        wanted = xy / sqrt(xx * yy);
        r->ranks++;
    }
    expect(world, "the rank correlation", found, wanted, 1e-12);
}

/* The Price equation closes, and each part is what a plain reader finds. */
static void check_decomposition(struct reader *r, const struct world *world) {
    long month = world->month, then = month - r->every;
    const double *value = r->now.value;
    double mean[2] = {0.0, 0.0}, within = 0.0, selection = 0.0, entry = 0.0, exit = 0.0;
    if (then < 0) {
        assert_nan(value[INDICATOR_capability_within]);
        assert_nan(value[INDICATOR_capability_exit]);
        return;
    }
    double total[2] = {ledger_sum(r->receipts[then], r->slots[then]), ledger_sum(r->receipts[month], r->slots[month])};
    for (int k = 0; k < 2; k++) {
        long m = k == 0 ? then : month;
        for (size_t i = 0; i < r->slots[m]; i++)
            mean[k] += r->receipts[m][i] / total[k] * r->capability[m][i];
    }
    for (size_t i = 0; i < r->slots[month]; i++) {
        double s1 = r->receipts[month][i] / total[1], z1 = r->capability[month][i], id = r->id[month][i];
        long at = slot_in(r, then, id);
        if (at >= 0) {
            double s0 = r->receipts[then][at] / total[0];
            within += s0 * (z1 - r->capability[then][at]);
            selection += (s1 - s0) * (z1 - mean[0]);
        } else if (id >= 0.0) {
            entry += s1 * (z1 - mean[0]);
        }
    }
    for (size_t i = 0; i < r->slots[then]; i++)
        if (r->id[then][i] >= 0.0 && slot_in(r, month, r->id[then][i]) < 0)
            exit -= r->receipts[then][i] / total[0] * (r->capability[then][i] - mean[0]);
    expect(world, "weighted capability", value[INDICATOR_weighted_capability], mean[1], 1e-12);
    expect(world, "within", value[INDICATOR_capability_within], within, 1e-12);
    expect(world, "selection", value[INDICATOR_capability_selection], selection, 1e-12);
    expect(world, "entry", value[INDICATOR_capability_entry], entry, 1e-12);
    expect(world, "exit", value[INDICATOR_capability_exit], exit, 1e-12);
    double change = value[INDICATOR_weighted_capability] - r->last.value[INDICATOR_weighted_capability];
    double parts = value[INDICATOR_capability_within] + value[INDICATOR_capability_selection] +
                   value[INDICATOR_capability_entry] + value[INDICATOR_capability_exit];
    expect(world, "the sum of its parts", parts, change, 1e-12);
}

/* ---- markets ---- */

/* Least squares by deviations from the means. */
static double slope(const double *stock, const double *inflow, size_t slots) {
    double count = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
    for (size_t i = 0; i < slots; i++)
        if (stock[i] > 0.0 && inflow[i] > 0.0) {
            count += 1.0;
            x += log(stock[i]);
            y += log(inflow[i]);
        }
    for (size_t i = 0; i < slots; i++)
        if (stock[i] > 0.0 && inflow[i] > 0.0) {
            double deviation = log(stock[i]) - x / count;
            xx += deviation * deviation;
            xy += deviation * (log(inflow[i]) - y / count);
        }
    return count >= 3.0 && xx > 1e-9 * count ? xy / xx : NAN;
}

/* Stocks of the month's beginning, from the page before. Entrants come in between and had their stock then. */
static void check_slopes(struct reader *r, const struct world *world) {
    const struct firms *f = &world->firms;
    static double stock[SLOTS_MAX];
    for (int s = 0; s < f->segments; s++) {
        for (size_t i = 0; i < f->slots; i++)
            stock[i] = f->accounts[s][i] + f->leavers[s][i] - f->arrivals[s][i];
        double wanted = slope(stock, f->arrivals[s], f->slots);
        r->slopes += !isnan(wanted);
        expect(world, "a segment's slope", r->now.member[MEMBER_INDICATOR_segment_inflow_slope][s], wanted, 1e-9);
    }
    for (int k = 0; k < f->tiers; k++) {
        for (size_t i = 0; i < f->slots; i++)
            stock[i] = f->staff[k][i] - f->hires[k][i] + f->separations[k][i] + f->layoffs[k][i] +
                       (k == 0 ? f->walkouts[i] : 0.0);
        expect(world, "a tier's slope", r->now.member[MEMBER_INDICATOR_tier_inflow_slope][k],
               slope(stock, f->hires[k], f->slots), 1e-9);
    }
    for (size_t i = 0; i < f->slots; i++)
        stock[i] = f->gpus_bought[i] - f->gpu_allotment[i];
    expect(world, "the slope of compute", r->now.value[INDICATOR_compute_inflow_slope],
           slope(stock, f->gpu_allotment, f->slots), 1e-9);
    expect(world, "the slope of capital", r->now.value[INDICATOR_capital_inflow_slope],
           slope(f->valuation, f->funding, f->slots), 1e-9);
}

static void check_prices(const struct reader *r, const struct world *world) {
    const struct firms *f = &world->firms;
    const struct parameters *p = &world->parameters;
    double price = 0.0, cost = 0.0, list = 0.0;
    for (int s = 0; s < f->segments; s++) {
        double paid = 0.0, accounts = ledger_sum(f->accounts[s], f->slots);
        for (size_t i = 0; i < f->slots; i++) {
            paid += f->accounts[s][i] * f->price[s][i];
            cost += f->accounts[s][i] * f->unit_cost[s][i];
        }
        price += paid;
        list += accounts * (p->customers_support[s] + p->customers_entrant_margin[s] / p->customers_price_response[s]);
        expect(world, "a segment's price", r->now.member[MEMBER_INDICATOR_segment_price][s], paid / accounts, 1e-12);
    }
    expect(world, "the price index", r->now.value[INDICATOR_price_index], price / list, 1e-12);
    expect(world, "the markup", r->now.value[INDICATOR_mean_markup], price / cost, 1e-12);
}

static void check_strategies(const struct reader *r, const struct world *world) {
    const struct firms *f = &world->firms;
    for (int k = 0; k < world->scenario->members[FAMILY_STRATEGY].count; k++) {
        double count = 0.0, value = 0.0, all = 0.0;
        for (size_t i = 0; i < f->slots; i++) {
            all += f->id[i] >= 0.0;
            if (f->id[i] >= 0.0 && f->strategy[i] == k) {
                count += 1.0;
                value += f->valuation[i];
            }
        }
        expect(world, "a strategy's share", r->now.member[MEMBER_INDICATOR_strategy_share][k], count / all, 1e-14);
        expect(world, "a strategy's value", r->now.member[MEMBER_INDICATOR_strategy_valuation][k],
               count > 0.0 ? value / count : NAN, 1e-12);
    }
    expect(world, "speed value", r->now.value[INDICATOR_total_speed_value], ledger_sum(f->speed_value, f->slots),
           1e-12);
    expect(world, "scale value", r->now.value[INDICATOR_total_scale_value], ledger_sum(f->scale_value, f->slots),
           1e-12);
    expect(world, "network value", r->now.value[INDICATOR_total_network_value], ledger_sum(f->network_value, f->slots),
           1e-12);
    expect(world, "option value", r->now.value[INDICATOR_total_option_value], ledger_sum(f->option_value, f->slots),
           1e-12);
    assert_equal(r->now.value[INDICATOR_escape_lead], world->industry.escape_lead);
    assert_equal(r->now.value[INDICATOR_escape_response], world->industry.escape_response);
    assert_equal(r->now.value[INDICATOR_escape_month], world->industry.escape_month);
}

/* ---- welfare ---- */

static void check_surplus(struct reader *r, const struct world *world) {
    const struct firms *f = &world->firms;
    const struct parameters *p = &world->parameters;
    double total = 0.0;
    for (int s = 0; s < f->segments; s++) {
        double none = exp(p->customers_outside_utility[s]), all = none + ledger_sum(f->customer_weight[s], f->slots);
        double stayed = 0.0, utility = 0.0, held = ledger_sum(f->accounts[s], f->slots);
        for (size_t i = 0; i < f->slots; i++) {
            double stays = f->accounts[s][i] - f->arrivals[s][i];
            stayed += stays;
            if (stays > 0.0)
                utility += stays * (log(f->customer_weight[s][i] / none) + f->match[s][i]);
        }
        double outside = world->markets->customers[s].outside, movers = held - stayed + outside;
        utility += movers * log(all / none);
        double wanted = world->month > 0 ? utility / p->customers_price_response[s] * 1e-6 : NAN;
        expect(world, "consumer surplus", r->now.member[MEMBER_INDICATOR_segment_consumer_surplus][s], wanted, 1e-10);
        total += wanted;
    }
    expect(world, "all consumer surplus", r->now.value[INDICATOR_consumer_surplus], total, 1e-10);
    r->surpluses += total > 0.0;
}

/* Profits from the columns; who leaves sells its GPUs to the vendor. */
static void check_welfare(struct reader *r, const struct world *world) {
    const struct firms *f = &world->firms;
    const struct parameters *p = &world->parameters;
    const double *value = r->now.value;
    double profit = 0.0, rent = 0.0, public = 0.0;
    for (size_t i = 0; i < f->slots && world->month > 0; i++) {
        double invested = f->budget[i] * (1.0 - f->compute_share[i] - f->hire_share[i]);
        double core = f->core_income[i] / exp(p->accounts_core_growth);
        if (f->id[i] >= 0.0)
            profit += -f->burn[i] - core - invested - f->tax[i] - f->gpu_spending[i] - f->own_chip_spending[i];
        public += f->tax[i];
    }
    for (int k = 0; k < f->tiers; k++)
        for (size_t i = 0; i < f->slots; i++)
            rent += p->talent_wage[k] * f->staff[k][i] * (f->wage_premium[i] - 1.0);
    profit += world->payments[PAYMENT_estate_gpus];
    public += world->payments[PAYMENT_compliance];
    double scale = ledger_sum(f->gpu_spending, f->slots) + ledger_sum(f->total_receipts, f->slots);
    cr_assert(fabs(value[INDICATOR_firm_profit] - profit) <= 1e-9 * (1.0 + scale), "month %ld: %g, %g", world->month,
              value[INDICATOR_firm_profit], profit);
    expect(world, "public revenue", value[INDICATOR_public_revenue], public, 1e-10);
    expect(world, "wage rent", value[INDICATOR_wage_rent], rent, 1e-11);
    double all = value[INDICATOR_consumer_surplus] + profit + world->payments[PAYMENT_vendor_profit] + public + rent;
    expect(world, "welfare", value[INDICATOR_welfare], all, 1e-9);
    r->profits += world->payments[PAYMENT_estate_gpus] > 0.0;
}

/* ---- the race ---- */

static int read_month(void *context, const struct world *world, struct failure *failure) {
    struct reader *r = context;
    const struct firms *f = &world->firms;
    cr_assert(f->slots <= SLOTS_MAX, "%zu slots", f->slots);
    r->slots[world->month] = f->slots;
    memcpy(r->receipts[world->month], f->total_receipts, f->slots * sizeof(double));
    memcpy(r->capability[world->month], f->capability, f->slots * sizeof(double));
    memcpy(r->id[world->month], f->id, f->slots * sizeof(double));
    if (world->month % r->every != 0)
        return MATTHEW_OK;
    int status = indicators_compute(&r->work, world, &r->now, failure);
    assert_status(status, MATTHEW_OK, failure->text);
    check_ranks(r, world);
    check_decomposition(r, world);
    check_slopes(r, world);
    check_prices(r, world);
    check_strategies(r, world);
    check_surplus(r, world);
    check_welfare(r, world);
    r->last = r->now;
    return MATTHEW_OK;
}

static void read_race(long every) {
    static struct reader r;
    struct scenario scenario;
    struct failure failure = {0};
    struct race *race;
    memset(&r, 0, sizeof r);
    r.every = every;
    scenario_small(&scenario, 400, MONTHS);
    scenario.parameters.exit_cash_floor = 5.0; /* so that firms leave */
    scenario.parameters.entry_rate = 60.0;     /* and come */
    scenario.parameters.entry_growth_response = 0.0;
    scenario.parameters.customers_outside_option = 1.0;
    assert_status(indicators_init(&r.work, 10, &failure), MATTHEW_OK, failure.text);
    cr_assert(race_new(&race, &scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    struct observer observer = {.context = &r, .month = read_month, .books = 1};
    struct race_options options = {.threads = 1, .check = 1, .observer = &observer};
    cr_assert(race_run(race, MONTHS, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(r.ranks > 3 && r.slopes > 10 && r.surpluses > 3 && r.profits > 2, "%d %d %d %d", r.ranks, r.slopes,
              r.surpluses, r.profits);
    cr_assert(race_world(race)->industry.next_id > 500.0); /* firms came */
    indicators_free(&r.work);
    race_free(race);
    scenario_free(&scenario);
}

Test(indicators_markets, every_month) {
    read_race(1);
}

Test(indicators_markets, every_third_month) {
    read_race(3);
}

/* Who records every fifth month has no month twelve before another. */
Test(indicators_markets, no_month_twelve_before) {
    static struct indicator_work work;
    struct scenario scenario;
    struct failure failure = {0};
    struct race *race;
    struct indicators now;
    scenario_small(&scenario, 60, 12);
    assert_status(indicators_init(&work, 10, &failure), MATTHEW_OK, failure.text);
    cr_assert(race_new(&race, &scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    struct race_options options = {.threads = 1};
    for (long month = 0; month <= 40; month += 5) {
        cr_assert(race_run(race, month, &options, &failure) == MATTHEW_OK, "%s", failure.text);
        assert_status(indicators_compute(&work, race_world(race), &now, &failure), MATTHEW_OK, failure.text);
        assert_nan(now.value[INDICATOR_revenue_rank_correlation]);
        assert_number(now.value[INDICATOR_weighted_capability]);
    }
    indicators_free(&work);
    race_free(race);
    scenario_free(&scenario);
}

/* ---- consumer surplus in closed form ---- */

/* Five equal firms that everybody reviews every month: delta 2, alpha 1, cost 1, outside utility 0. */
static void logit_market(struct scenario *scenario) {
    scenario_small(scenario, 5, 60);
    struct parameters *p = &scenario->parameters;
    p->technology_training = p->technology_serving = p->technology_decay = p->technology_obsolescence = 0.0;
    p->customers_appeal_volatility = p->customers_appeal_initial = p->customers_willingness_growth = 0.0;
    p->customers_price_adjustment = 1.0;
    p->customers_harvest = p->exit_enabled = p->entry_enabled = p->acquisitions_enabled = 0.0;
    p->organisation_enabled = p->compute_rent = p->compute_alliances = 0.0;
    p->startups_capability = 1.0;
    p->startups_capability_dispersion = p->talent_know_how_transfer = 0.0;
    for (int i = 0; i < MEMBERS_MAX; i++) {
        p->customers_population[i] = 1e6;
        p->customers_network_exponent[i] = p->customers_application_response[i] = p->customers_ecosystem_response[i] =
            p->customers_reach_response[i] = p->customers_serving_load[i] = p->customers_lock_in[i] =
                p->customers_outside_utility[i] = p->strategies_penetration[i] = 0.0;
        p->customers_quality_response[i] = 2.0;
        p->customers_price_response[i] = p->customers_support[i] = 1.0;
        p->customers_review_rate[i] = p->customers_adoption_innovation[i] = 10.0;
    }
}

static struct indicators after(const struct scenario *scenario, long months, const double **price, struct race **race) {
    struct indicator_work work;
    struct indicators now;
    struct failure failure = {0};
    struct race_options options = {.threads = 1};
    cr_assert(race_new(race, scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(race_run(*race, months, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    assert_status(indicators_init(&work, 10, &failure), MATTHEW_OK, failure.text);
    assert_status(indicators_compute(&work, race_world(*race), &now, &failure), MATTHEW_OK, failure.text);
    indicators_free(&work);
    *price = race_world(*race)->firms.price[0];
    return now;
}

/* p = 2.191882 and ln(1 + 5 exp(2 - p)) = 1.634525. */
Test(surplus, of_a_logit_oligopoly) {
    struct scenario scenario;
    struct race *race;
    const double *price;
    logit_market(&scenario);
    struct indicators now = after(&scenario, 40, &price, &race);
    cr_assert(fabs(price[0] - 2.191882) < 1e-6, "%.9g", price[0]);
    double surplus = now.member[MEMBER_INDICATOR_segment_consumer_surplus][0];
    double chose = 1.0 - exp(-10.0) * 0.2; /* of those without a firm, a fifth at most, few do not ask */
    cr_assert(fabs(surplus / chose - 1.634525) < 2e-5, "%.9g", surplus);
    race_free(race);
    scenario_free(&scenario);
}

/* Who stays has what it chose for: with stable prices and half of the accounts at a time, surplus an account is the
 * same as if all chose anew, but for those who have never chosen a firm. */
Test(surplus, of_who_stays) {
    struct scenario scenario;
    struct race *race;
    const double *price;
    logit_market(&scenario);
    for (int i = 0; i < MEMBERS_MAX; i++)
        scenario.parameters.customers_review_rate[i] = log(2.0);
    struct indicators now = after(&scenario, 40, &price, &race);
    const struct world *world = race_world(race);
    double held = ledger_sum(world->firms.accounts[0], world->firms.slots);
    double arrived = ledger_sum(world->firms.arrivals[0], world->firms.slots);
    double movers = world->markets->customers[0].movers, each = 1.634525;
    double surplus = now.member[MEMBER_INDICATOR_segment_consumer_surplus][0];
    double wanted = 1e-6 * each * (movers + held - arrived);
    cr_assert(fabs(surplus / wanted - 1.0) < 1e-5, "%.9g in place of %.9g", surplus, wanted);
    cr_assert(arrived < 0.8 * held, "%g of %g accounts arrived", arrived, held);
    race_free(race);
    scenario_free(&scenario);
}

/* A schedule that moves responses and support moves behaviour, never the yardstick: prices and surplus are measured
 * with the values of month 0. */
Test(surplus, the_yardstick_stays) {
    struct scenario scenario;
    struct race *race;
    const double *price;
    struct change changes[] = {{.month = 2, .value = 2.0}, {.month = 2, .value = 9.0}};
    logit_market(&scenario);
    struct parameters *p = &scenario.parameters;
    const double *first = parameter_values_const(p);
    double list = 1.0 + p->customers_entrant_margin[0] / 1.0;
    changes[0].index = (size_t)(&p->customers_price_response[0] - first);
    changes[1].index = (size_t)(&p->customers_support[0] - first);
    struct change *own = scenario.changes;
    size_t count = scenario.change_count;
    scenario.changes = changes;
    scenario.change_count = 2;
    struct indicators now = after(&scenario, 30, &price, &race);
    const struct world *world = race_world(race);
    const struct firms *f = &world->firms;
    const struct choice *choice = &world->markets->customers[0];
    assert_equal(world->parameters.customers_price_response[0], 2.0);
    assert_equal(world->parameters.customers_support[0], 9.0);
    assert_equal(world->industry.base_list_price[0], list);
    assert_equal(world->industry.base_price_response[0], 1.0);
    cr_assert(price[0] > 9.0, "%g", price[0]);
    double utility = choice->movers * log(1.0 + choice->inside_weight), paid = 0.0, accounts = 0.0;
    for (size_t i = 0; i < f->slots; i++) {
        double stayed = f->accounts[0][i] - f->arrivals[0][i];
        utility += stayed > 0.0 ? stayed * (log(f->customer_weight[0][i]) + f->match[0][i]) : 0.0;
    }
    double found = now.member[MEMBER_INDICATOR_segment_consumer_surplus][0];
    cr_assert(fabs(found - 1e-6 * utility) <= 1e-9 * found, "%g in place of %g", found, 1e-6 * utility);
    for (int s = 0; s < f->segments; s++)
        for (size_t i = 0; i < f->slots; i++) {
            paid += f->price[s][i] * f->accounts[s][i];
            accounts += f->accounts[s][i];
        }
    assert_near(now.value[INDICATOR_price_index], paid / accounts / list, 1e-9 * paid);
    race_free(race);
    scenario.changes = own;
    scenario.change_count = count;
    scenario_free(&scenario);
}

/* Switched off, or without an outside option, there is nothing to measure against. */
Test(surplus, unknown) {
    for (int i = 0; i < 3; i++) {
        struct scenario scenario;
        struct race *race;
        const double *price;
        scenario_small(&scenario, 50, 12);
        scenario.parameters.value_enabled = i != 0;
        scenario.parameters.customers_outside_option = i != 1;
        scenario.parameters.customers_enabled = i != 2;
        struct indicators now = after(&scenario, 3, &price, &race);
        assert_nan(now.value[INDICATOR_consumer_surplus]);
        assert_nan(now.value[INDICATOR_welfare]);
        assert_equal(isnan(now.value[INDICATOR_escape_lead]), (i == 0));
        race_free(race);
        scenario_free(&scenario);
    }
}
