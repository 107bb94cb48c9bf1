/* The slow twin of the choice market: every account is simulated on its own. It reviews its choice with its firm's
 * hazard by a uniform draw of its own, whoever has no firm adopts by another, every mover chooses by a categorical
 * draw. The production market, which draws one binomial a firm and one multinomial a segment, must have the same law:
 * of a firm's accounts, of concentration and of the number of movers, after several months in which weights depend on
 * accounts.
 *
 * False-positive rate 1e-5 for each p-value. Faults planted in the twin must be found by the same test. */
#include "market/markets.h"
#include "support/races.h"
#include "support/statistics.h"

#include <criterion/criterion.h>

enum { FIRMS_MAX = 320, ACCOUNTS_MAX = 3000, MONTHS = 5 };

enum fault { FAITHFUL, WEIGHTS_AFTER_DEPARTURES, OUTSIDE_DOUBLED, HAZARD_OFF };

/* A small industry: some firms of different size, quality and reach; the rest of the population has no firm. */
struct industry_of {
    int firms;
    double population, network, scale, review, lock_in, outside, adoption, imitation;
};

static void make_scenario(struct scenario *scenario, const struct industry_of *industry) {
    scenario_small(scenario, industry->firms, MONTHS);
    struct parameters *p = &scenario->parameters;
    scenario->members[FAMILY_SEGMENT].count = 1;
    p->capital_enabled = p->talent_enabled = p->compute_enabled = 0.0;
    p->technology_training = p->technology_serving = p->technology_decay = p->technology_obsolescence = 0.0;
    p->organisation_enabled = 0.0;
    p->layers_build_rate = p->platform_ecosystem_rate = p->platform_ecosystem_open = p->platform_reach_rate = 0.0;
    p->exit_enabled = p->entry_enabled = 0.0;
    p->platform_reach_decay = 0.0;
    p->customers_pricing = 2.0; /* fixed */
    p->customers_willingness_growth = p->customers_appeal_volatility = p->customers_appeal_initial = 0.0;
    p->customers_population[0] = industry->population;
    p->customers_network_exponent[0] = industry->network;
    p->customers_network_scale[0] = industry->scale;
    p->customers_review_rate[0] = industry->review;
    p->customers_lock_in[0] = industry->lock_in;
    p->customers_lock_in_time[0] = 10.0;
    p->customers_outside_utility[0] = industry->outside;
    p->customers_adoption_innovation[0] = industry->adoption;
    p->customers_adoption_imitation[0] = industry->imitation;
    p->customers_quality_response[0] = 1.0;
    struct named_firm *named = scenario_name_firms(scenario, (size_t)industry->firms);
    struct draws draws = draws_open(11);
    double left = floor(industry->population * 0.6);
    for (int i = 0; i < industry->firms; i++) {
        double share = i == 0 ? 0.4 : 2.0 * draws_unit(&draws) / industry->firms;
        named[i].accounts[0] = floor(fmin(left, share * left));
        left -= named[i].accounts[0];
        named[i].capability = draws_normal(&draws) * 0.5;
        named[i].reach = 2.0 * draws_unit(&draws);
    }
}

/* The twin's memory: who holds each account, the firms' mean tenure, and what does not change. */
struct twin {
    int firms, accounts, holder[ACCOUNTS_MAX];
    double held[FIRMS_MAX], tenure[FIRMS_MAX], utility[FIRMS_MAX], movers;
};

static void twin_begin(struct twin *twin, const struct world *world) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    twin->firms = (int)firms->slots;
    twin->accounts = (int)p->customers_population[0];
    int next = 0;
    for (int i = 0; i < twin->firms; i++) {
        twin->held[i] = firms->accounts[0][i];
        twin->tenure[i] = firms->tenure[0][i];
        twin->utility[i] = p->customers_quality_response[0] * firms->capability[i] +
                           p->customers_reach_response[0] * firms->reach[i] -
                           p->customers_price_response[0] * firms->price[0][i];
        for (int k = 0; k < (int)twin->held[i]; k++)
            twin->holder[next++] = i;
    }
    while (next < twin->accounts)
        twin->holder[next++] = -1;
}

/* Running sums of the weights of firms, and last of the outside option. */
static void weigh(const struct twin *twin, const struct parameters *p, enum fault fault, double *sum) {
    double total = 0.0;
    for (int i = 0; i < twin->firms; i++) {
        total += pow(1.0 + twin->held[i] / p->customers_network_scale[0], p->customers_network_exponent[0]) *
                 exp(twin->utility[i]);
        sum[i] = total;
    }
    sum[twin->firms] = total + exp(p->customers_outside_utility[0]) * (fault == OUTSIDE_DOUBLED ? 2.0 : 1.0);
}

static int choose(struct draws *draws, const double *sum, int options) {
    double at = draws_unit(draws) * sum[options - 1];
    int low = 0, high = options - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (sum[middle] > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void twin_month(struct twin *twin, const struct parameters *p, enum fault fault, struct draws *draws) {
    static char moves[ACCOUNTS_MAX];
    double sum[FIRMS_MAX + 1], chance[FIRMS_MAX], stay[FIRMS_MAX], adopted = 0.0;
    weigh(twin, p, fault, sum);
    for (int i = 0; i < twin->firms; i++) {
        double free = exp(-p->customers_lock_in[0] * (1.0 - exp(-twin->tenure[i] / p->customers_lock_in_time[0])));
        double hazard = p->customers_review_rate[0] * free * (fault == HAZARD_OFF ? 1.03 : 1.0);
        chance[i] = 1.0 - exp(-hazard);
        stay[i] = twin->held[i];
        adopted += twin->held[i];
    }
    double adoption =
        p->customers_adoption_innovation[0] + p->customers_adoption_imitation[0] * adopted / twin->accounts;
    double adopts = 1.0 - exp(-adoption);
    twin->movers = 0.0;
    for (int a = 0; a < twin->accounts; a++) {
        int holder = twin->holder[a];
        moves[a] = draws_unit(draws) < (holder < 0 ? adopts : chance[holder]);
        twin->movers += moves[a];
        if (moves[a] && holder >= 0)
            stay[holder]--;
    }
    if (fault == WEIGHTS_AFTER_DEPARTURES) {
        memcpy(twin->held, stay, sizeof stay);
        weigh(twin, p, fault, sum);
    }
    memcpy(twin->held, stay, sizeof stay);
    for (int a = 0; a < twin->accounts; a++) {
        if (!moves[a])
            continue;
        int chosen = choose(draws, sum, twin->firms + 1);
        twin->holder[a] = chosen == twin->firms ? -1 : chosen;
        if (chosen < twin->firms)
            twin->held[chosen]++;
    }
    for (int i = 0; i < twin->firms; i++)
        twin->tenure[i] = stay[i] * (twin->tenure[i] + 1.0) / fmax(twin->held[i], 1.0);
}

/* What is compared of one replication: accounts of the first and of the last firm, concentration, movers of the last
 * month. */
enum { QUANTITIES = 4, REPLICATIONS = 2000 };

static void measure(const double *held, int firms, double movers, double value[QUANTITIES]) {
    double total = 0.0, squares = 0.0;
    for (int i = 0; i < firms; i++) {
        total += held[i];
        squares += held[i] * held[i];
    }
    value[0] = held[0];
    value[1] = held[firms - 1];
    value[2] = total > 0.0 ? squares / (total * total) : 0.0;
    value[3] = movers;
}

/* Two samples of a quantity, in 24 cells between quantiles of both together. */
static double compare(double first[REPLICATIONS], double second[REPLICATIONS]) {
    enum { CELLS = 24 };
    static double all[2 * REPLICATIONS];
    double cell[2][CELLS] = {{0}}, edge[CELLS];
    memcpy(all, first, REPLICATIONS * sizeof *all);
    memcpy(all + REPLICATIONS, second, REPLICATIONS * sizeof *all);
    qsort(all, 2 * REPLICATIONS, sizeof *all, statistics_order);
    for (int c = 0; c < CELLS - 1; c++)
        edge[c] = all[(c + 1) * 2 * REPLICATIONS / CELLS];
    for (int r = 0; r < REPLICATIONS; r++)
        for (int sample = 0; sample < 2; sample++) {
            double value = sample == 0 ? first[r] : second[r];
            int c = 0;
            while (c < CELLS - 1 && value >= edge[c])
                c++;
            cell[sample][c]++;
        }
    return statistics_same(cell[0], cell[1], CELLS);
}

static double produced[QUANTITIES][REPLICATIONS], twinned[QUANTITIES][REPLICATIONS];

static void produce(struct scenario *scenario) {
    for (int r = 0; r < REPLICATIONS; r++) {
        double value[QUANTITIES];
        scenario->seed = (uint64_t)(1000 + r);
        struct race *race = race_at(scenario, MONTHS);
        const struct world *world = race_world(race);
        measure(world->firms.accounts[0], (int)world->firms.slots, world->markets->customers[0].movers, value);
        for (int q = 0; q < QUANTITIES; q++)
            produced[q][r] = value[q];
        race_free(race);
    }
}

/* The least p-value over the quantities, against a twin with this fault. */
static double twin_pvalue(const struct scenario *scenario, enum fault fault) {
    static struct twin start, twin;
    struct race *race = race_at(scenario, 0);
    twin_begin(&start, race_world(race));
    race_free(race);
    struct draws draws = draws_open(5);
    for (int r = 0; r < REPLICATIONS; r++) {
        double value[QUANTITIES];
        twin = start;
        for (int month = 0; month < MONTHS; month++)
            twin_month(&twin, &scenario->parameters, fault, &draws);
        measure(twin.held, twin.firms, twin.movers, value);
        for (int q = 0; q < QUANTITIES; q++)
            twinned[q][r] = value[q];
    }
    double least = 1.0;
    for (int q = 0; q < QUANTITIES; q++) {
        double p = compare(produced[q], twinned[q]);
        if (getenv("SHOW_TWIN") != NULL)
            fprintf(stderr, "fault %d quantity %d: p = %g\n", fault, q, p);
        least = fmin(least, p);
    }
    return least;
}

static void check_twin(const struct industry_of *industry, int faults) {
    struct scenario scenario;
    make_scenario(&scenario, industry);
    produce(&scenario);
    double p = twin_pvalue(&scenario, FAITHFUL);
    cr_assert(p > 1e-5, "%d firms: the production market is not its twin, p = %g", industry->firms, p);
    for (enum fault fault = WEIGHTS_AFTER_DEPARTURES; (int)fault < faults; fault++) {
        double mutant = twin_pvalue(&scenario, fault);
        cr_assert(mutant < 1e-5, "%d firms: fault %d of the twin is not found, p = %g", industry->firms, fault, mutant);
    }
    scenario_free(&scenario);
}

Test(twin, few_firms_and_strong_network_effects) {
    check_twin(&(struct industry_of){.firms = 6,
                                     .population = 700,
                                     .network = 1.3,
                                     .scale = 40,
                                     .review = 0.5,
                                     .lock_in = 1.0,
                                     .outside = 1.5,
                                     .adoption = 0.05,
                                     .imitation = 0.3},
               HAZARD_OFF + 1);
}

Test(twin, many_firms) {
    check_twin(&(struct industry_of){.firms = 40,
                                     .population = 1000,
                                     .network = 0.8,
                                     .scale = 10,
                                     .review = 0.4,
                                     .lock_in = 0.5,
                                     .outside = 3.0,
                                     .adoption = 0.1,
                                     .imitation = 0.1},
               OUTSIDE_DOUBLED);
}

/* More firms than a block holds, and most of them empty-handed. */
Test(twin, firms_of_two_blocks) {
    check_twin(&(struct industry_of){.firms = 300,
                                     .population = 500,
                                     .network = 1.0,
                                     .scale = 2,
                                     .review = 0.6,
                                     .lock_in = 0.0,
                                     .outside = 4.0,
                                     .adoption = 0.2,
                                     .imitation = 0.0},
               OUTSIDE_DOUBLED);
}
