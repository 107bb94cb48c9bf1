/* Learning of strategies (equation 25): who watches whom, who copies what, and how a better strategy spreads. */
#include "agents/learning.h"

#include "agents/genes.h"
#include "support/races.h"
#include "support/statistics.h"

#include <criterion/criterion.h>

enum { FIRMS_MAX = 4000 };

static struct race *new_race(const struct scenario *scenario) {
    struct failure failure = {0};
    struct race *race;
    cr_assert(race_new(&race, scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    return race;
}

static struct world *world_of(struct race *race) {
    return (struct world *)(uintptr_t)race_world(race);
}

/* A hazard with this probability a month. */
static double hazard(double probability) {
    return -log(1.0 - probability);
}

/* The size of a firm by which deciles are made, rounded as the library says: to a sixteenth of its octave. */
static double rounded_size(const struct world *world, size_t slot) {
    double size = world->firms.valuation[slot] / (world->firms.age[slot] + world->parameters.learning_age_offset);
    int exponent;
    double fraction = frexp(size, &exponent);
    return ldexp(floor(fraction * 32.0), exponent);
}

struct place {
    double size;
    size_t slot;
};

static int by_size(const void *left, const void *right) {
    const struct place *a = left, *b = right;
    int size = (a->size > b->size) - (a->size < b->size);
    return size != 0 ? size : (a->slot > b->slot) - (a->slot < b->slot);
}

/* The decile of every firm with a value, by sorting, and how many are in each. */
static void sort_deciles(const struct world *world, int decile[FIRMS_MAX], int members[10]) {
    static struct place places[FIRMS_MAX];
    size_t count = 0;
    memset(members, 0, 10 * sizeof *members);
    for (size_t slot = 0; slot < world->firms.slots; slot++)
        if (world->firms.valuation[slot] > 0.0)
            places[count++] = (struct place){rounded_size(world, slot), slot};
    qsort(places, count, sizeof *places, by_size);
    for (size_t i = 0; i < count; i++) {
        decile[places[i].slot] = (int)(10 * i / count);
        members[10 * i / count]++;
    }
}

/* Everybody but the named watches, and only firms of the own decile; over many months all of them alike. False-positive
 * rate 1e-5. */
Test(learning, firms_watch_their_own_decile) {
    enum { FIRMS = 157, NAMED = 3, MONTHS = 3000 };
    struct scenario scenario;
    scenario_small(&scenario, FIRMS, 1);
    scenario_name_firms(&scenario, NAMED);
    scenario.parameters.learning_mutation = 0.0;
    struct race *race = new_race(&scenario);
    struct world *world = world_of(race);
    struct firms *f = &world->firms;
    world->parameters.learning_rate = 1e3; /* for certain */
    static double seen[FIRMS], expected[FIRMS], twisted[FIRMS];
    int decile[FIRMS_MAX], members[10];
    for (int i = 0; i < NAMED; i++)
        f->valuation[i] = 10.0 + i;
    f->valuation[20] = 0.0; /* not valued yet */
    sort_deciles(world, decile, members);
    for (long month = 1; month <= MONTHS; month++) {
        world->month = month;
        learning_step(world);
        for (size_t i = 0; i < FIRMS; i++) {
            int learns = i >= NAMED && i != 20;
            cr_assert((f->watched[i] > 0.0) == learns && f->watch_left[i] == (learns ? 12.0 : 0.0));
            if (!learns)
                continue;
            size_t other = (size_t)world->reg.rows[(size_t)f->watched[i] - 1].slot;
            cr_assert(other != i && decile[other] == decile[i], "%zu watches %zu", i, other);
            cr_assert(f->watched_value[i] == f->valuation[other] && f->watching_value[i] == f->valuation[i]);
            seen[other]++;
            f->watched[i] = f->watch_left[i] = 0.0;
        }
    }
    for (size_t i = 0; i < FIRMS; i++) {
        int watchers = 0;
        if (i == 20)
            continue;
        for (size_t j = NAMED; j < FIRMS; j++)
            watchers += j != 20 && j != i && decile[j] == decile[i];
        expected[i] = MONTHS * (double)watchers / (members[decile[i]] - 1);
        twisted[i] = expected[i] * (i % 2 == 0 ? 1.04 : 0.96);
    }
    double fit = statistics_fit(seen, expected, FIRMS), mutant = statistics_fit(seen, twisted, FIRMS);
    cr_assert(fit > 1e-5, "p = %g", fit);
    cr_assert(mutant < 1e-5, "p = %g", mutant);
    race_free(race);
    scenario_free(&scenario);
}

static double share_sum(const struct firms *f, size_t i) {
    return f->compute_share[i] + f->hire_share[i] + f->hardware_share[i] + f->software_share[i] +
           f->optimisation_share[i] + f->application_share[i] + f->platform_share[i] + f->influence_share[i];
}

/* After the horizon the better one is copied, without noise to the last bit, and nobody else is. */
Test(learning, the_better_strategy_is_copied) {
    struct scenario scenario;
    scenario_small(&scenario, 100, 1);
    scenario.parameters.learning_mutation = scenario.parameters.learning_noise = 0.0;
    scenario.parameters.learning_horizon = 3.0;
    struct race *race = new_race(&scenario);
    struct world *world = world_of(race);
    struct firms *f = &world->firms;
    world->parameters.learning_rate = 1e3; /* for certain */
    static double gene[100][GENE_COUNT], watched[100], strategy[100];
    world->month = 1;
    learning_step(world);
    for (size_t i = 0; i < 100; i++) {
        genes_get(f, i, gene[i]);
        watched[i] = f->watched[i] - 1.0;
        strategy[i] = f->strategy[i];
        f->valuation[i] *= i % 3 == 0 ? 2.0 : 1.0; /* a third did better */
        f->strategy[i] = strategy[i] = (double)(i % 3);
    }
    for (size_t i = 0; i < 100; i += 6) /* half of them have left since */
        world->reg.rows[i] = (struct register_row){.id = (double)i, .slot = -1, .exit_month = 2};
    world->parameters.learning_rate = 0.0;
    for (world->month = 2; world->month < 4; world->month++)
        learning_step(world);
    for (size_t i = 0; i < 100; i++)
        cr_assert(f->watch_left[i] == 1.0 && f->strategy[i] == strategy[i]);
    learning_step(world);
    int copies = 0;
    for (size_t i = 0; i < 100; i++) {
        double now[GENE_COUNT];
        size_t other = (size_t)watched[i];
        int copied = i % 3 != 0 && other % 3 == 0 && other % 6 != 0;
        size_t source = copied ? other : i;
        genes_get(f, i, now);
        for (int g = 0; g < GENE_COUNT; g++) /* renormalising moves the last bits */
            cr_assert(fabs(now[g] - gene[source][g]) <= 1e-14 * fabs(gene[source][g]), "firm %zu, gene %d", i, g);
        cr_assert(f->strategy[i] == (copied ? 0.0 : strategy[i]) && f->watched[i] == 0.0);
        cr_assert(f->watched_value[i] == 0.0 && f->watching_value[i] == 0.0 && f->watch_left[i] == 0.0);
        copies += copied;
    }
    cr_assert(copies > 5, "only %d copies", copies);
    race_free(race);
    scenario_free(&scenario);
}

/* Mutation: at its hazard, of its size, lognormal or between 0 and 1 normal, inside the ranges, shares summing to 1:
 * half of those who never claimed begin to. False-positive rate 1e-5. */
Test(learning, mutations) {
    enum { FIRMS = 2000 };
    struct scenario scenario;
    scenario_small(&scenario, FIRMS, 1);
    scenario.parameters.learning_rate = 0.0;
    scenario.parameters.learning_mutation = hazard(0.3);
    scenario.parameters.learning_mutation_size = 0.2;
    struct race *race = new_race(&scenario);
    struct world *world = world_of(race);
    struct firms *f = &world->firms;
    static double before[FIRMS];
    memcpy(before, f->cadence, sizeof before);
    for (size_t i = 0; i < FIRMS; i++) {
        f->hype[i] = 0.0;
        f->openness[i] = 0.5;
    }
    world->month = 1;
    learning_step(world);
    double changed = 0.0, squares = 0.0, begun = 0.0, moves = 0.0;
    for (size_t i = 0; i < FIRMS; i++) {
        cr_assert(fabs(share_sum(f, i) - 1.0) < 1e-12);
        cr_assert(f->speed[i] <= 1.0 && f->penetration[i] <= 0.98 && f->hype[i] <= 1.0 && f->watched[i] == 0.0);
        if (f->cadence[i] == before[i])
            continue;
        changed++;
        begun += f->hype[i] > 0.0;
        moves += pow((f->openness[i] - 0.5) / 0.2, 2.0); /* 2.5 standard deviations from the ends of its range */
        squares += pow(log(f->cadence[i] / before[i]) / 0.2, 2.0);
    }
    cr_assert(statistics_two_sided((changed - 0.3 * FIRMS) / sqrt(0.21 * FIRMS)) > 1e-5, "%g mutations", changed);
    cr_assert(statistics_variance(squares / changed, changed) > 1e-5, "variance %g", squares / changed);
    cr_assert(statistics_variance(1.4 * squares / changed, changed) < 1e-5);
    cr_assert(statistics_two_sided((begun - 0.5 * changed) / sqrt(0.25 * changed)) > 1e-5, "%g begin", begun);
    double seen = 0.9775; /* what a normal cut at 2.5 keeps of its variance */
    cr_assert(statistics_variance(moves / changed / seen, changed) > 1e-5, "variance %g", moves / changed);
    race_free(race);
    scenario_free(&scenario);
}

static double followers(const struct firms *f, size_t count) {
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += f->strategy[i];
    return sum;
}

/* Two strategies, one of which always grows a little more: a firm with the other one copies it at the rate p x, x the
 * share of the better one in its decile, so that x' = x + p x (1 - x): the replicator equation. Step by step, copies
 * have the mean and variance of that law. False-positive rate 1e-5; a rate 10% off must be found. */
Test(learning, a_better_strategy_spreads_as_the_replicator_predicts) {
    enum { FIRMS = FIRMS_MAX, MONTHS = 26 };
    const double chance = 0.25;
    struct scenario scenario;
    scenario_small(&scenario, FIRMS, 1);
    scenario.parameters.learning_rate = hazard(chance);
    scenario.parameters.learning_mutation = scenario.parameters.learning_noise = 0.0;
    scenario.parameters.learning_horizon = 1.0;
    struct race *race = new_race(&scenario);
    struct world *world = world_of(race);
    struct firms *f = &world->firms;
    struct draws draws = draws_open(5);
    double copies = 0.0, expected = 0.0, variance = 0.0, path = 0.05, share = 0.0, begun = 0.0;
    int decile[FIRMS_MAX], members[10];
    for (size_t i = 0; i < FIRMS; i++) {
        f->strategy[i] = i % 20 == 0;
        f->age[i] = 10.0;
        f->valuation[i] = exp(2.0 * draws_normal(&draws));
    }
    for (long month = 1; month <= MONTHS; month++) {
        double better[10] = {0}, before = share;
        for (size_t i = 0; i < FIRMS; i++) /* so little that sizes hardly change */
            f->valuation[i] *= f->strategy[i] > 0.0 ? 1.00002 : 1.00001;
        world->month = month;
        learning_step(world); /* judges last month's watching, then watches */
        share = followers(f, FIRMS);
        if (month > 1) {
            copies += share - before;
            path += chance * path * (1.0 - path);
        } else {
            begun = share;
        }
        sort_deciles(world, decile, members);
        for (size_t i = 0; i < FIRMS; i++)
            better[decile[i]] += f->strategy[i];
        for (int d = 0; d < 10 && month < MONTHS; d++) {
            double p = chance * better[d] / (members[d] - 1), others = members[d] - better[d];
            expected += others * p;
            variance += others * p * (1.0 - p);
        }
    }
    cr_assert(begun == FIRMS / 20.0);
    double right = statistics_two_sided((copies - expected) / sqrt(variance));
    double wrong = statistics_two_sided((copies - 1.1 * expected) / sqrt(variance));
    cr_assert(right > 1e-5, "%g copies, %g expected: p = %g", copies, expected, right);
    cr_assert(wrong < 1e-5, "p = %g", wrong);
    cr_assert(path > 0.9 && fabs(share / FIRMS - path) < 0.05, "share %g, the equation says %g", share / FIRMS, path);
    race_free(race);
    scenario_free(&scenario);
}

/* With a rate of 0 nothing happens, whatever else is set; nor when learning is off. */
Test(learning, without_a_rate_nothing_is_learned) {
    struct scenario scenario;
    struct failure failure = {0};
    scenario_small(&scenario, 300, 30);
    struct parameters *p = &scenario.parameters;
    unsigned long long with = scenario_digest(&scenario, 30, 1, &failure);
    p->learning_rate = p->learning_mutation = 0.0;
    p->learning_noise = 1.0;
    unsigned long long idle = scenario_digest(&scenario, 30, 1, &failure);
    p->learning_rate = 1.0;
    p->learning_mutation = 1.0;
    p->learning_enabled = 0.0;
    unsigned long long off = scenario_digest(&scenario, 30, 1, &failure);
    cr_assert(idle != 0 && idle == off && with != idle);
    scenario_free(&scenario);
}
