/* Claims (equation 5): made, met, missed and forgotten; and what they do to a valuation. */
#define MATTHEW_KERNEL_SUFFIX baseline
#include "support/phases.h"

enum { SEEDS = 30 };

static void claiming(struct scenario *scenario) {
    struct parameters *p = &scenario->parameters;
    p->capital_claims = p->capital_enabled = 1.0;
    p->capital_claim_hazard = 2.0;
    p->capital_claim_step = 1.5;
    for (int i = 0; i < MEMBERS_MAX; i += 2)
        p->strategies_hype[i] = 0.0;
}

/* What becomes of a firm's claims in a month, by plain code. */
static void check_claim(const struct trial *trial, size_t i, long seen[4]) {
    const struct parameters *p = trial->p;
    const struct firms *f = &trial->world->firms;
    double due = before(trial, FIELD_claim_due, 0)[i], claim = before(trial, FIELD_claim, 0)[i], chance;
    double told = before(trial, FIELD_claim_missed, 0)[i];
    int news = 0, free = due == 0.0 && told == 0.0;
    trial_uniforms(trial, PURPOSE_CLAIM, 0, i, &chance);
    told = fmax(told - 1.0, 0.0);
    if (due > 0.0) {
        due -= 1.0;
        if (f->capability[i] >= claim) {
            news = CLAIM_MET;
            due = claim = 0.0;
        } else if (due == 0.0) {
            news = CLAIM_MISSED;
            claim = 0.0;
            told = floor(p->capital_claim_memory);
        }
    } else if (free && chance < 1.0 - exp(-p->capital_claim_hazard * f->hype[i])) {
        news = CLAIM_MADE;
        due = floor(p->capital_claim_months);
        claim = f->capability[i] + p->capital_claim_step;
    }
    cr_assert(f->claim_news[i] == news && f->claim_due[i] == due && f->claim_missed[i] == told,
              "seed %lu, slot %zu: news %g due %g told %g, the oracle says %d %g %g", (unsigned long)trial->seed, i,
              f->claim_news[i], f->claim_due[i], f->claim_missed[i], news, due, told);
    trial_expect(trial, "claim", i, f->claim[i], claim, 1e-14, 0.0);
    seen[news]++;
}

Test(claims, made_met_missed_and_forgotten) {
    long seen[4] = {0};
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        static struct trial trial;
        struct draws draws = draws_open(seed);
        trial_open(&trial, 9100 + seed, claiming);
        struct firms *f = &trial.world->firms;
        for (size_t i = 0; i < f->slots; i++) { /* all kinds of states */
            long kind = draws_below(&draws, 4);
            f->claim[i] = f->claim_due[i] = f->claim_missed[i] = 0.0;
            if (f->active[i] == 0.0)
                continue;
            if (kind == 1)
                f->claim_missed[i] = (double)draws_below(&draws, 4);
            if (kind >= 2) {
                f->claim_due[i] = 1.0 + (double)draws_below(&draws, 3);
                f->claim[i] = f->capability[i] + draws_between(&draws, -1.0, 1.0);
            }
        }
        trial_mark(&trial);
        for (size_t block = 0; block < trial.world->sums.blocks; block++)
            claims_block_baseline(trial.world, block);
        for (size_t i = 0; i < f->slots; i++)
            if (f->active[i] > 0.0)
                check_claim(&trial, i, seen);
            else
                cr_assert(f->claim[i] == 0.0 && f->claim_due[i] == 0.0 && f->claim_news[i] == 0.0);
        trial_close(&trial);
    }
    for (int news = 0; news < 4; news++)
        cr_assert(seen[news] > 30, "news %d: only %ld", news, seen[news]);
}

/* A valuation is raised while a claim stands, lowered after a miss, and less so as that fades. */
Test(claims, valuation) {
    static struct trial trial;
    trial_open(&trial, 9200, claiming);
    struct world *world = trial.world;
    struct firms *f = &world->firms;
    world->parameters.capital_claim_gain = 0.5;
    world->parameters.capital_claim_loss = 0.3;
    world->parameters.capital_claim_memory = 24.0;
    size_t i = 0;
    while (f->active[i] == 0.0)
        i++;
    f->hype[i] = 0.8;
    f->cash[i] = 100.0;
    const struct {
        double due, missed, factor;
    } cases[] = {{0, 0, 1.0}, {1, 0, 1.4}, {71, 0, 1.4}, {0, 24, 0.76}, {0, 12, 0.88}, {0, 1, 0.99}};
    double plain = 0.0;
    for (int c = 0; c < 6; c++) {
        f->claim_due[i] = cases[c].due;
        f->claim_missed[i] = cases[c].missed;
        capital_value_block_baseline(world, i / BLOCK);
        plain = c == 0 ? f->valuation[i] : plain;
        trial_expect(&trial, "valuation", i, f->valuation[i], plain * cases[c].factor, 1e-14, 0.0);
    }
    cr_assert(plain > 99.0);
    trial_close(&trial);
}

struct news {
    long months[400];
    int kinds[400];
    int count;
};

static int read_news(void *context, const struct world *world, int *again, struct failure *failure) {
    (void)again;
    (void)failure;
    struct news *news = context;
    for (size_t i = 0; i < world->events.count; i++)
        if (world->events.list[i].firm < 2.0 && world->events.list[i].kind >= EVENT_claim_made &&
            world->events.list[i].kind <= EVENT_claim_missed && news->count < 400) {
            news->months[news->count] = world->events.list[i].month;
            news->kinds[news->count++] = world->events.list[i].kind;
        }
    return MATTHEW_OK;
}

/* Claims of named firms: one already true, one out of reach that is due in month 6 and forgotten 3 months later. */
Test(claims, of_named_firms) {
    struct scenario scenario;
    struct failure failure = {0};
    struct race *race;
    scenario_small(&scenario, 50, 12);
    scenario.parameters.capital_claim_hazard = 0.0;
    scenario.parameters.capital_claim_memory = 3.5;
    struct named_firm *named = scenario_name_firms(&scenario, 2);
    named[0].claim = -0.5;
    named[1].claim = 9.0;
    named[0].claim_month = named[1].claim_month = 6.0;
    named[0].cash = named[1].cash = 1e4;
    cr_assert(race_new(&race, &scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    struct news news = {0};
    struct observer observer = {.context = &news, .settle = read_news, .events = 1};
    struct race_options options = {.threads = 1, .check = 1, .observer = &observer};
    const struct firms *f = &race_world(race)->firms;
    for (long month = 1; month <= 12; month++) {
        cr_assert(race_run(race, month, &options, &failure) == MATTHEW_OK, "%s", failure.text);
        cr_assert(f->claim_due[0] == 0.0 && f->claim_due[1] == (month < 6 ? 6.0 - (double)month : 0.0));
        cr_assert(f->claim_missed[1] == (month >= 6 ? fmax(9.0 - (double)month, 0.0) : 0.0));
        cr_assert(f->claim[1] == (month < 6 ? 9.0 : 0.0) && f->claim_missed[0] == 0.0);
    }
    cr_assert(news.count == 2 && news.months[0] == 1 && news.kinds[0] == EVENT_claim_met && news.months[1] == 6 &&
              news.kinds[1] == EVENT_claim_missed);
    race_free(race);
    scenario_free(&scenario);
}

/* Off, claims and hype leave everything else as it is. */
Test(claims, off) {
    struct scenario scenario;
    struct failure failure = {0};
    scenario_small(&scenario, 200, 20);
    struct parameters *p = &scenario.parameters;
    unsigned long long on = scenario_digest(&scenario, 20, 1, &failure);
    p->capital_claims = 0.0;
    unsigned long long off = scenario_digest(&scenario, 20, 1, &failure);
    p->capital_claim_hazard = 1.0;
    p->capital_claim_gain = 3.0;
    p->capital_claim_months = 2.0;
    cr_assert(on != off && off == scenario_digest(&scenario, 20, 1, &failure));
    scenario_free(&scenario);
}
