/* State digests of a few small races against tests/golden/digests.txt, which says what to do when they differ. Beside
 * each digest stand numbers of the last month that a person can read: they tell what moved. Only checked with gcc on
 * x86-64, where they were made. */
#include "core/build.h"
#include "measure/indicators.h"
#include "support/races.h"

#include <criterion/criterion.h>

#define DIGESTS MATTHEW_SOURCE_DIR "/tests/golden/digests.txt"

struct golden {
    const char *scenario;
    long firms, months;
};

static const struct golden golden[] = {{"frontier-race", 300, 36}, {"core-race", 300, 36}};
enum { GOLDEN_COUNT = sizeof golden / sizeof *golden };

/* What is known of the end of a race. Numbers are kept as their text, so that they are compared as they are read. */
enum { NUMBERS = 32, NAME_SIZE = 32, TEXT_SIZE = 32 };

struct ending {
    unsigned long long digest;
    int count;
    char name[NUMBERS][NAME_SIZE], text[NUMBERS][TEXT_SIZE];
};

static void add(struct ending *ending, const char *name, double value) {
    cr_assert(ending->count < NUMBERS, "more than %d numbers", NUMBERS);
    snprintf(ending->name[ending->count], NAME_SIZE, "%s", name);
    snprintf(ending->text[ending->count++], TEXT_SIZE, "%.10g", isnan(value) ? NAN : value); /* no sign */
}

/* What the register and the firms tell, summed in the order of ids and of slots. */
static void add_firms(struct ending *ending, const struct world *world) {
    const struct firms *firms = &world->firms;
    double cash = 0.0, age = 0.0, rounds = 0.0, active = 0.0, liquidated = 0.0, acquired = 0.0, spun_out = 0.0;
    for (size_t slot = 0; slot < firms->slots; slot++) {
        active += firms->active[slot];
        cash += firms->cash[slot];
        age += firms->age[slot];
        rounds += firms->round[slot];
    }
    for (size_t i = 0; i < world->reg.count; i++) {
        const struct register_row *row = &world->reg.rows[i];
        liquidated += row->reason == EXIT_LIQUIDATED;
        acquired += row->reason == EXIT_ACQUIRED;
        spun_out += row->parent >= 0.0;
        rounds += row->rounds; /* 0 until the firm leaves */
    }
    add(ending, "firms_ever", (double)world->reg.count);
    add(ending, "firms_active", active);
    add(ending, "firms_liquidated", liquidated);
    add(ending, "firms_acquired", acquired);
    add(ending, "firms_spun_out", spun_out);
    add(ending, "funding_rounds", rounds);
    add(ending, "mean_age", age / active);
    add(ending, "total_cash", cash);
}

static void add_indicators(struct ending *ending, const struct world *world) {
    static const char *const names[] = {"total_accounts",      "total_revenue",   "total_staff",       "total_gpus",
                                        "total_backlog",       "total_funding",   "total_valuation",   "revenue_hhi",
                                        "accounts_hhi",        "compute_hhi",     "gpu_price",         "rent_price",
                                        "frontier_capability", "mean_capability", "mean_wage_premium", "mean_debt",
                                        "consumer_surplus",    "price_index"};
    struct indicator_work work;
    struct indicators now;
    struct failure failure = {0};
    cr_assert(indicators_init(&work, world->firms.slots, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(indicators_compute(&work, world, &now, &failure) == MATTHEW_OK, "%s", failure.text);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int place = indicator_index(names[i]);
        cr_assert(place >= 0, "there is no indicator %s", names[i]);
        add(ending, names[i], now.value[place]);
    }
    indicators_free(&work);
}

static void run(const struct golden *which, struct ending *ending) {
    struct scenario scenario;
    struct failure failure = {0};
    struct race *race;
    cr_assert(scenario_load(&scenario, which->scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(scenario_set_firms(&scenario, which->firms, &failure) == MATTHEW_OK, "%s", failure.text);
    scenario.seed = 1;
    cr_assert(race_new(&race, &scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    struct race_options options = {.threads = 2};
    cr_assert(race_run(race, which->months, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    *ending = (struct ending){.digest = race_digest(race)};
    add_firms(ending, race_world(race));
    add_indicators(ending, race_world(race));
    race_free(race);
    scenario_free(&scenario);
}

/* A digest of lines, one after the other (FNV-1a). */
static const unsigned long long NO_LINES = 14695981039346656037ULL;

static unsigned long long add_line(unsigned long long digest, const char *line) {
    for (; *line != '\0'; line++)
        digest = (digest ^ (unsigned char)*line) * 1099511628211ULL;
    return digest;
}

/* Prints the lines of a race, and adds them to a digest. */
static unsigned long long print(const struct golden *which, const struct ending *ending, unsigned long long digest) {
    char line[256];
    snprintf(line, sizeof line, "%s %ld %ld %016llx\n", which->scenario, which->firms, which->months, ending->digest);
    fputs(line, stdout);
    digest = add_line(digest, line);
    for (int i = 0; i < ending->count; i++) {
        snprintf(line, sizeof line, "  %s %s\n", ending->name[i], ending->text[i]);
        fputs(line, stdout);
        digest = add_line(digest, line);
    }
    return digest;
}

/* What the file has for a race, and whether it has one: a line of its own, then a line for each number. */
static int look_up(const struct golden *which, struct ending *ending) {
    FILE *file = fopen(DIGESTS, "r");
    char line[256], name[64];
    long firms, months;
    int found = 0, here = 0;
    *ending = (struct ending){0};
    cr_assert(file != NULL, "cannot read " DIGESTS);
    while (fgets(line, sizeof line, file) != NULL) {
        unsigned long long digest;
        if (line[0] == ' ') {
            int at = ending->count;
            if (here && at < NUMBERS && sscanf(line, " %31s %31s", ending->name[at], ending->text[at]) == 2)
                ending->count++;
        } else if (line[0] != '#' && sscanf(line, "%63s %ld %ld %llx", name, &firms, &months, &digest) == 4) {
            here = strcmp(name, which->scenario) == 0 && firms == which->firms && months == which->months;
            ending->digest = here ? digest : ending->digest;
            found |= here;
        }
    }
    fclose(file);
    return found;
}

/* The number of that name, or NULL. */
static const char *text_of(const struct ending *ending, const char *name) {
    for (int i = 0; i < ending->count; i++)
        if (strcmp(ending->name[i], name) == 0)
            return ending->text[i];
    return NULL;
}

/* Lines that name each number that differs, old and new; how many there are. */
static int list_changes(const struct ending *old, const struct ending *new, char *list, size_t size) {
    size_t used = 0;
    int changes = 0;
    list[0] = '\0';
    for (int i = 0; i < new->count &&used < size; i++) {
        const char *before = text_of(old, new->name[i]), *now = new->text[i];
        if (before != NULL && strcmp(before, now) == 0)
            continue;
        changes++;
        double change = before == NULL ? NAN : 100.0 * (atof(now) / atof(before) - 1.0);
        used += (size_t)snprintf(list + used, size - used, "\n  %-20s was %s, is %s", new->name[i],
                                 before == NULL ? "not there" : before, now);
        if (isfinite(change) && used < size)
            used += (size_t)snprintf(list + used, size - used, " (%+.2g%%)", change);
    }
    for (int i = 0; i < old->count && used < size; i++)
        if (text_of(new, old->name[i]) == NULL) {
            changes++;
            used += (size_t)snprintf(list + used, size - used, "\n  %-20s was %s, is gone", old->name[i], old->text[i]);
        }
    return changes;
}

Test(digests, races_end_where_they_did) {
    static struct ending old, new;
    static char list[8192];
    int renew = getenv("MATTHEW_GOLDEN_RENEW") != NULL;
    unsigned long long lines = NO_LINES;
    for (int i = 0; i < GOLDEN_COUNT; i++) {
        const struct golden *which = &golden[i];
        run(which, &new);
        if (renew) { /* tests/golden/renew */
            lines = print(which, &new, lines);
            continue;
        }
        int found = look_up(which, &old), changes = list_changes(&old, &new, list, sizeof list);
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
        cr_expect(found, "%s: no line in " DIGESTS, which->scenario);
        cr_expect(!found || new.digest == old.digest, "%s: the digest is %016llx, not %016llx; see " DIGESTS "%s",
                  which->scenario, new.digest, old.digest,
                  changes == 0 ? "\n  no number beside it differs: what moved is small or not among them" : list);
        cr_expect(!found || new.digest != old.digest || changes == 0,
                  "%s: the state is the same, but not what is measured of it; see " DIGESTS "%s", which->scenario,
                  list);
#else
        (void)found;
        (void)changes;
#endif
    }
    if (renew)
        printf("model %d %016llx\n", MODEL_VERSION, lines);
    fflush(stdout);
}

/* Every model has a number of its own: a line `model NUMBER DIGEST` for each, with a digest of all that the file said
 * of its races. The last line is that of this model. */
Test(golden, other_results_are_another_model) {
    enum { MODELS = 1000 };
    static unsigned long long of[MODELS];
    unsigned long long lines = NO_LINES, digest;
    int models = 0, number;
    char line[256];
    FILE *file = fopen(DIGESTS, "r");
    cr_assert(file != NULL, "cannot read " DIGESTS);
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "model %d %llx", &number, &digest) == 2) {
            cr_assert(number == models + 1 && models < MODELS, DIGESTS ": model %d follows model %d", number, models);
            for (int i = 0; i < models; i++)
                cr_assert(of[i] != digest, DIGESTS ": models %d and %d are one", i + 1, number);
            of[models++] = digest;
        } else if (line[0] != '#') {
            lines = add_line(lines, line);
        }
    }
    fclose(file);
    cr_assert(models == MODEL_VERSION, DIGESTS ": the last model is %d, MODEL_VERSION is %d", models, MODEL_VERSION);
    cr_assert(of[models - 1] == lines,
              DIGESTS ": model %d has the digest %016llx, these lines have %016llx: raise MODEL_VERSION (core/build.h) "
                      "and renew the file",
              models, of[models - 1], lines);
}
