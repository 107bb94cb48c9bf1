/* Choice with a switching cost l in production, against its closed form. Firm j has the fixed utility V_j, Z = sum
 * exp(V): a reviewer of firm i goes to j with probability exp(V_j + l 1[i = j])/(Z + exp(V_i)(exp(l) - 1)). The chain
 * is reversible, with
 *
 *   pi_j  proportional to  exp(V_j) [Z + exp(V_j)(exp(l) - 1)],   churn = h (1 - H)/(1 + (exp(l) - 1) H),
 *
 * H = sum exp(2 V)/Z^2 the concentration without the cost, h the probability of a review. N accounts are N independent
 * chains: multinomial counts. */
#include "market/markets.h"
#include "measure/indicators.h"
#include "support/races.h"
#include "support/statistics.h"

#include <criterion/criterion.h>

enum { FIRMS = 5, MONTHS = 250, REPLICATIONS = 30 }; /* ten times the time in which a difference from pi decays */
static const double utility[FIRMS] = {1.0, 0.5, 0.0, -0.5, -1.0};
static const double POPULATION = 40000.0, HAZARD = 0.7;

/* Customers alone: fixed prices and qualities, everybody has a firm. */
static void make_scenario(struct scenario *scenario, double cost) {
    scenario_small(scenario, FIRMS, MONTHS);
    struct parameters *p = &scenario->parameters;
    scenario->members[FAMILY_SEGMENT].count = 1;
    p->capital_enabled = p->talent_enabled = p->compute_enabled = p->technology_training = p->technology_serving = 0.0;
    p->technology_decay = p->technology_obsolescence = p->organisation_enabled = p->regulation_enabled = 0.0;
    p->platform_ecosystem_rate = p->platform_ecosystem_open = p->platform_reach_rate = p->layers_build_rate = 0.0;
    p->exit_enabled = p->entry_enabled = p->learning_enabled = p->acquisitions_enabled = 0.0;
    p->customers_willingness_growth = p->customers_appeal_volatility = p->customers_outside_option = 0.0;
    p->compute_own_silicon = p->compute_rent = p->compute_alliances = 0.0;
    p->customers_pricing = 2.0; /* fixed, the same for all: what it adds to V cancels */
    p->customers_population[0] = POPULATION;
    p->customers_network_exponent[0] = p->customers_lock_in[0] = 0.0;
    p->customers_application_response[0] = p->customers_ecosystem_response[0] = p->customers_reach_response[0] = 0.0;
    p->customers_quality_response[0] = 1.0;
    p->customers_review_rate[0] = HAZARD;
    p->customers_adoption_innovation[0] = 10.0;
    p->customers_switching_cost[0] = cost;
    struct named_firm *named = scenario_name_firms(scenario, FIRMS);
    for (int i = 0; i < FIRMS; i++) {
        named[i].capability = utility[i];
        named[i].accounts[0] = POPULATION / FIRMS;
    }
}

/* Shares and monthly churn of the closed form. */
static double law(double cost, double share[FIRMS]) {
    double all = 0.0, squares = 0.0, bonus = exp(cost) - 1.0;
    for (int i = 0; i < FIRMS; i++) {
        all += exp(utility[i]);
        squares += exp(2.0 * utility[i]);
    }
    for (int i = 0; i < FIRMS; i++)
        share[i] = exp(utility[i]) * (all + bonus * exp(utility[i])) / (all * all + bonus * squares);
    double concentration = squares / (all * all);
    return (1.0 - exp(-HAZARD)) * (1.0 - concentration) / (1.0 + bonus * concentration);
}

/* Accounts at the end of each replication, and the mean of churn in their last month with its standard error. */
struct found {
    double accounts[REPLICATIONS][FIRMS], churn, error;
};

static void observe(double cost, struct found *found) {
    struct scenario scenario;
    double sum = 0.0, squares = 0.0;
    make_scenario(&scenario, cost);
    for (int r = 0; r < REPLICATIONS; r++) {
        struct indicator_work work;
        struct indicators now;
        struct failure failure = {0};
        scenario.seed = (uint64_t)(100 + r);
        struct race *race = race_at(&scenario, MONTHS);
        const struct firms *f = &race_world(race)->firms;
        cr_assert(indicators_init(&work, 10, &failure) == MATTHEW_OK, "%s", failure.text);
        cr_assert(indicators_compute(&work, race_world(race), &now, &failure) == MATTHEW_OK, "%s", failure.text);
        double churn = now.member[MEMBER_INDICATOR_segment_churn][0];
        sum += churn;
        squares += churn * churn;
        memcpy(found->accounts[r], f->accounts[0], sizeof found->accounts[r]);
        indicators_free(&work);
        race_free(race);
    }
    scenario_free(&scenario);
    double variance = (squares - sum * sum / REPLICATIONS) / (REPLICATIONS - 1);
    found->churn = sum / REPLICATIONS;
    found->error = sqrt(variance / REPLICATIONS);
}

/* How likely it is to see accounts further from the law. */
static double fits(const struct found *found, const double share[FIRMS]) {
    double fit = 0.0;
    for (int r = 0; r < REPLICATIONS; r++)
        for (int i = 0; i < FIRMS; i++)
            fit += pow(found->accounts[r][i] - POPULATION * share[i], 2.0) / (POPULATION * share[i]);
    return statistics_chi_square_above(fit, REPLICATIONS * (FIRMS - 1.0));
}

/* The numbers of the closed form at l = 2; reviews of everybody would make .250039. */
Test(switching, closed_form) {
    static const double wanted[FIRMS] = {0.563376, 0.243216, 0.111286, 0.054169, 0.027952};
    double share[FIRMS], churn = law(2.0, share);
    for (int i = 0; i < FIRMS; i++)
        cr_assert(fabs(share[i] - wanted[i]) < 1e-6, "share of firm %d: %.7f in place of %.6f", i, share[i], wanted[i]);
    double of_all = churn / (1.0 - exp(-HAZARD));
    cr_assert(fabs(of_all - 0.250039) < 1e-6, "churn when everybody reviews: %.7f in place of .250039", of_all);
}

/* Shares by chi-square, p > 1e-5; churn |t| < 5.2 at 29 degrees of freedom, the same rate. A cost 10% off must be found
 * by both. */
Test(switching, stationary_shares_and_churn) {
    static const double costs[] = {0.0, 2.0, 3.5};
    for (int i = 0; i < 3; i++) {
        static struct found found;
        double share[FIRMS], other[FIRMS], churn = law(costs[i], share), wrong = law(costs[i] * 1.1 + 0.1, other);
        observe(costs[i], &found);
        cr_expect(fits(&found, share) > 1e-5, "l = %g: p = %g", costs[i], fits(&found, share));
        cr_expect(fabs(found.churn - churn) < 5.2 * found.error, "l = %g: churn %g in place of %g +- %g", costs[i],
                  found.churn, churn, found.error);
        cr_expect(fits(&found, other) < 1e-5 && fabs(found.churn - wrong) > 5.2 * found.error, "l = %g: %g, %g",
                  costs[i], fits(&found, other), wrong);
    }
}

/* Nobody moves for nothing: accounts that are held by a cost so high that it never pays stay where they are. */
Test(switching, prohibitive) {
    struct scenario scenario;
    make_scenario(&scenario, 20.0);
    struct race *race = race_at(&scenario, 12);
    double moved = 0.0;
    for (int i = 0; i < FIRMS; i++)
        moved += race_world(race)->firms.leavers[0][i];
    cr_assert(moved < 5.0, "%g accounts moved in place of next to none", moved); /* 20,000 reviews at chances of 4e-8 */
    race_free(race);
    scenario_free(&scenario);
}
