/* Alliances (equation 11): how they form and end, what passes between the two firms, and that the money and the GPUs of
 * one are those of the other. */
#define MATTHEW_KERNEL_SUFFIX baseline
#include "support/asserts.h"
#include "support/phases.h"

#include "agents/alliance.h"
#include "agents/events.h"

enum { NAMED = 6, LAB = 0, HOST = 1, SECOND_LAB = 2, SECOND_HOST = 3, SMALL_HOST = 4, TRADER = 5 };

/* The least that makes a lab is 100 researchers. Two labs, two platform firms, one platform firm with few GPUs and a
 * firm that is no platform, and 40 startups. */
static void open_world(struct trial *trial, double forming, double ending) {
    struct failure failure = {0};
    memset(trial, 0, sizeof *trial);
    scenario_small(&trial->scenario, 46, 24);
    struct parameters *p = &trial->scenario.parameters;
    p->compute_alliance_forming = forming;
    p->compute_alliance_ending = ending;
    static const double gpus[NAMED] = {100.0, 20000.0, 200.0, 30000.0, 100.0, 90000.0};
    static const double capability[NAMED] = {1.0, -0.5, 0.9, -0.6, -0.5, -0.5};
    static const double platform[NAMED] = {0.02, 0.2, 0.02, 0.2, 0.2, 0.02};
    struct named_firm *named = scenario_name_firms(&trial->scenario, NAMED);
    for (int i = 0; i < NAMED; i++) {
        named[i].gpus = gpus[i];
        named[i].capability = capability[i];
        named[i].cash = 5000.0;
        named[i].reach = 2.0;
        named[i].staff[0] = 100.0;
        named[i].accounts[0] = 1000.0;
        for (int gene = 0; gene < scenario_gene_count(); gene++) {
            const char *name = scenario_gene(gene)->name;
            if (strcmp(name, "platform") == 0)
                named[i].gene[gene] = platform[i];
            else if (strncmp(scenario_gene(gene)->description, "budget share", 12) == 0)
                named[i].gene[gene] = strcmp(name, "compute") == 0 ? 1.0 - platform[i] : 0.0;
        }
    }
    cr_assert(race_new(&trial->race, &trial->scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    trial->world = (struct world *)(uintptr_t)race_world(trial->race);
    trial->p = &trial->world->parameters;
    trial->world->month = 1;
    trial->world->keep_events = 1;
    assert_status(events_reserve(&trial->world->events, 100, &failure), MATTHEW_OK, failure.text);
    trial_mark(trial);
}

static void expect_pair(const struct trial *trial, size_t lab, size_t provider) {
    const struct firms *f = &trial->world->firms;
    cr_assert(f->ally[lab] == f->id[provider] && f->ally[provider] == f->id[lab], "%zu and %zu are no pair", lab,
              provider);
    assert_equal(f->alliance_role[lab], 1.0);
    assert_equal(f->alliance_role[provider], 2.0);
}

Test(alliances, best_with_best) {
    static struct trial trial;
    open_world(&trial, 10.0, 0.0); /* a provider that misses one chance in 22,000 */
    const struct firms *f = &trial.world->firms;
    trial_ally(&trial);
    expect_pair(&trial, LAB, SECOND_HOST); /* the one with more GPUs chooses first */
    expect_pair(&trial, SECOND_LAB, HOST);
    assert_equal(f->ally[SMALL_HOST], -1.0);
    assert_equal(f->ally[TRADER], -1.0);
    assert_equal(trial.world->events.count, 2);
    const struct event *event = trial.world->events.list;
    assert_equal(event[0].kind, EVENT_alliance_formed);
    assert_equal(event[0].firm, LAB);
    assert_equal(event[0].other, SECOND_HOST);
    assert_equal(event[0].amount, f->claimed_in[LAB]);
    trial_close(&trial);
}

Test(alliances, nobody_is_forced) {
    static struct trial trial;
    open_world(&trial, 10.0, 0.0);
    struct firms *f = &trial.world->firms;
    for (size_t i = NAMED; i < f->slots; i++) /* no labs, however capable */
        f->capability[i] = 0.95;
    f->staff[0][NAMED] = 99.0;
    trial_ally(&trial);
    cr_assert(f->ally[LAB] >= 0.0);
    cr_assert(f->ally[SECOND_LAB] >= 0.0);
    alliance_part(trial.world, LAB, 0.0);
    alliance_part(trial.world, SECOND_LAB, 0.0);
    trial.world->events.count = 0;
    f->gpus[LAB] = 0.11 * f->gpus[SECOND_HOST]; /* not short of compute */
    f->capability[SECOND_LAB] = 0.0;            /* too far behind the frontier, like everybody else */
    f->platform_share[SMALL_HOST] = 0.2;
    f->capability[SMALL_HOST] = 0.9; /* a platform firm itself */
    for (size_t i = NAMED; i < f->slots; i++)
        f->capability[i] = fmin(f->capability[i], -1.0);
    trial_ally(&trial);
    assert_equal(f->ally[LAB], -1.0);
    assert_equal(f->ally[SECOND_LAB], -1.0);
    assert_equal(trial.world->events.count, 0);
    trial_close(&trial);
    open_world(&trial, 0.0, 0.0);
    trial_ally(&trial);
    assert_equal(trial.world->events.count, 0);
    trial_close(&trial);
}

Test(alliances, what_passes_between_the_two) {
    static struct trial trial;
    open_world(&trial, 0.0, 0.0);
    struct firms *f = &trial.world->firms;
    const struct parameters *p = trial.p;
    alliance_join(trial.world, LAB, HOST);
    f->total_receipts[LAB] = 10.0;
    f->funding[LAB] = 100.0;
    f->partner_stake[LAB] = 0.25;
    f->investor_stake[LAB] = 0.5;
    trial_ally(&trial);
    double claim = p->compute_alliance_claim * 20000.0 * (1.0 - p->compute_depreciation);
    trial_expect(&trial, "claim", LAB, f->claimed_in[LAB], claim, 1e-14, 0.0);
    assert_equal(f->claimed_out[HOST], f->claimed_in[LAB]);
    assert_equal(f->claimed_out[LAB], 0.0);
    assert_equal(f->claimed_in[HOST], 0.0);
    assert_equal(f->alliance_share[LAB], -10.0 * p->compute_alliance_receipts);
    assert_equal(f->alliance_share[HOST], 10.0 * p->compute_alliance_receipts);
    assert_equal(f->lent_reach[LAB], 2.0 * p->compute_alliance_reach);
    assert_equal(f->lent_reach[HOST], 0.0);
    assert_equal(f->hosted_capability[HOST], 1.0 - p->compute_alliance_quality_gap);
    double worth = f->valuation[LAB] + 100.0;
    double invested = claim * oracle_user_cost(&trial) - 10.0 * p->compute_alliance_receipts;
    cr_assert(invested > 0.0);
    double stake = 0.25 * (1.0 - 100.0 / worth);
    stake = (stake * worth + invested) / (worth + invested);
    trial_expect(&trial, "stake", LAB, f->partner_stake[LAB], stake, 1e-12, 0.0);
    trial_expect(&trial, "investors", LAB, f->investor_stake[LAB], 0.5 * worth / (worth + invested), 1e-12, 0.0);
    trial_serve(&trial);
    for (size_t block = 0; block < trial.world->sums.blocks; block++)
        technology_quality_block_baseline(trial.world, block);
    trial_expect(&trial, "quality", HOST, f->quality[HOST],
                 f->hosted_capability[HOST] - p->technology_congestion_quality * f->congestion[HOST], 1e-14, 1.0);
    cr_assert(f->training_gpus[LAB] > 1000.0);
    assert_equal(f->rented_out[LAB], 0.0);
    assert_equal(f->rented_in[LAB], 0.0);
    /* a month later, without it: nothing is left of the month before */
    alliance_part(trial.world, HOST, 0.0);
    trial.world->month++;
    trial_ally(&trial);
    assert_equal(f->claimed_in[LAB], 0.0);
    assert_equal(f->claimed_out[HOST], 0.0);
    assert_equal(f->alliance_share[LAB], 0.0);
    assert_equal(f->alliance_share[HOST], 0.0);
    assert_equal(f->lent_reach[LAB], 0.0);
    assert_equal(f->hosted_capability[HOST], 0.0);
    trial_close(&trial);
}

Test(alliances, whoever_leaves_pays) {
    for (int rich = 0; rich < 2; rich++) {
        static struct trial trial;
        open_world(&trial, 0.0, 10.0); /* ends in this month, but for one chance in 22,000 */
        struct firms *f = &trial.world->firms;
        const struct parameters *p = trial.p;
        alliance_join(trial.world, LAB, HOST);
        f->partner_stake[LAB] = 0.25;
        f->investor_stake[LAB] = 0.5;
        f->total_receipts[LAB] = rich ? 1e5 : 10.0; /* more than the compute is worth, or less */
        trial_ally(&trial);
        size_t leaver = rich ? LAB : HOST, other = rich ? HOST : LAB;
        double fee = p->compute_alliance_notice * (p->compute_alliance_receipts * f->total_receipts[LAB]);
        fee = fmin(fee, 5000.0); /* no more than there is */
        cr_assert(f->exit_fee[leaver] == -fee && f->exit_fee[other] == fee, "%g and %g", f->exit_fee[LAB],
                  f->exit_fee[HOST]);
        assert_equal(f->ally[LAB], -1.0);
        assert_equal(f->ally[HOST], -1.0);
        assert_equal(f->alliance_role[LAB], 0.0);
        assert_equal(f->alliance_share[LAB], 0.0);
        assert_equal(f->claimed_in[LAB], 0.0);
        assert_equal(f->claimed_out[HOST], 0.0);
        assert_equal(f->partner_stake[LAB], 0.0);
        assert_equal(f->investor_stake[LAB], 0.5);
        const struct event *event = trial.world->events.list;
        assert_equal(trial.world->events.count, 1);
        assert_equal(event->kind, EVENT_alliance_ended);
        assert_equal(event->firm, LAB);
        assert_equal(event->other, HOST);
        assert_equal(event->amount, fee);
        trial_close(&trial);
    }
}

/* A partner that is wound up leaves the other one free. Allies of a scenario are allies from month 0 on. */
Test(alliances, end_with_a_partner) {
    for (int dead = 0; dead < 2; dead++) {
        struct scenario scenario;
        struct failure failure = {0};
        struct race *race;
        scenario_small(&scenario, 46, 24);
        scenario.parameters.compute_alliance_forming = scenario.parameters.compute_alliance_ending = 0.0;
        struct named_firm *named = scenario_name_firms(&scenario, 3);
        for (int i = 0; i < 3; i++) {
            named[i].cash = i == dead ? -1e6 : 1e5;
            named[i].gpus = 100.0 + 1000.0 * i;
        }
        strcpy(named[0].ally, named[1].name);
        strcpy(named[1].ally, named[0].name);
        cr_assert(race_new(&race, &scenario, &failure) == MATTHEW_OK, "%s", failure.text);
        const struct firms *f = &race_world(race)->firms;
        assert_equal(f->ally[0], 1.0);
        assert_equal(f->ally[1], 0.0);
        assert_equal(f->ally[2], -1.0);
        assert_equal(f->alliance_role[0], 1.0);
        assert_equal(f->alliance_role[1], 2.0);
        cr_assert(f->claimed_in[0] > 0.0);
        assert_equal(f->claimed_in[0], f->claimed_out[1]);
        struct race_options options = {.threads = 1, .check = 1, .turn_over = 1};
        cr_assert(race_run(race, 1, &options, &failure) == MATTHEW_OK, "%s", failure.text);
        assert_equal(f->id[dead], -1.0);
        assert_equal(f->ally[dead], -1.0);
        assert_equal(f->id[1 - dead], 1.0 - dead);
        assert_equal(f->ally[1 - dead], -1.0);
        assert_equal(f->alliance_role[1 - dead], 0.0);
        cr_assert(race_run(race, 12, &options, &failure) == MATTHEW_OK, "%s", failure.text);
        race_free(race);
        scenario_free(&scenario);
    }
}

/* How long alliances last and how soon they form, against their hazards: 4,000 months each, false-positive rate 1e-5.
 */
Test(alliances, hazards) {
    static struct trial trial;
    enum { MONTHS = 4000 };
    long ended = 0, formed = 0;
    open_world(&trial, 0.03, 0.0);
    struct firms *f = &trial.world->firms;
    for (int month = 1; month <= MONTHS; month++) {
        trial.world->month = month;
        trial.world->events.count = 0;
        alliance_part(trial.world, HOST, 0.0);
        alliance_part(trial.world, SECOND_HOST, 0.0);
        trial_ally(&trial);
        formed += f->ally[HOST] >= 0.0;
    }
    trial.world->parameters.compute_alliance_forming = 0.0;
    trial.world->parameters.compute_alliance_ending = 0.008;
    for (int month = 1; month <= MONTHS; month++) {
        trial.world->month = month;
        trial.world->events.count = 0;
        if (f->ally[HOST] < 0.0)
            alliance_join(trial.world, LAB, HOST);
        trial_ally(&trial);
        ended += f->ally[HOST] < 0.0;
    }
    double wanted[] = {MONTHS * (1.0 - exp(-0.03)), MONTHS * (1.0 - exp(-0.008))};
    double got[] = {(double)formed, (double)ended};
    for (int i = 0; i < 2; i++)
        cr_assert(fabs(got[i] - wanted[i]) < 4.5 * sqrt(wanted[i]), "%g in place of %g", got[i], wanted[i]);
    trial_close(&trial);
}
