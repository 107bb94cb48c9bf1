/* State digests of a few small races against tests/golden/digests.txt, which says what to do when they differ. Only
 * checked with gcc on x86-64, where they were made. */
#include "support/races.h"

#include <criterion/criterion.h>

#define DIGESTS MATTHEW_SOURCE_DIR "/tests/golden/digests.txt"

struct golden {
    const char *scenario;
    long firms, months;
};

static const struct golden golden[] = {{"frontier-race", 300, 36}, {"core-race", 300, 36}};
enum { GOLDEN_COUNT = sizeof golden / sizeof *golden };

static unsigned long long digest_of(const struct golden *which) {
    struct scenario scenario;
    struct failure failure = {0};
    cr_assert(scenario_load(&scenario, which->scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(scenario_set_firms(&scenario, which->firms, &failure) == MATTHEW_OK, "%s", failure.text);
    scenario.seed = 1;
    unsigned long long digest = scenario_digest(&scenario, which->months, 2, &failure);
    cr_assert(digest != 0, "%s", failure.text);
    scenario_free(&scenario);
    return digest;
}

/* The digest that the file has for a race, and whether it has one. */
static int look_up(const struct golden *which, unsigned long long *digest) {
    FILE *file = fopen(DIGESTS, "r");
    char line[256], name[64];
    long firms, months;
    int found = 0;
    cr_assert(file != NULL, "cannot read " DIGESTS);
    while (!found && fgets(line, sizeof line, file) != NULL)
        found = line[0] != '#' && sscanf(line, "%63s %ld %ld %llx", name, &firms, &months, digest) == 4 &&
                strcmp(name, which->scenario) == 0 && firms == which->firms && months == which->months;
    fclose(file);
    return found;
}

Test(digests, races_end_where_they_did) {
    int renew = getenv("MATTHEW_GOLDEN_RENEW") != NULL;
    for (int i = 0; i < GOLDEN_COUNT; i++) {
        unsigned long long wanted = 0, digest = digest_of(&golden[i]);
        if (renew) { /* tests/golden/renew */
            printf("%s %ld %ld %016llx\n", golden[i].scenario, golden[i].firms, golden[i].months, digest);
            continue;
        }
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
        cr_expect(look_up(&golden[i], &wanted), "%s: no line in " DIGESTS, golden[i].scenario);
        cr_expect(digest == wanted, "%s: the digest is %016llx, not %016llx; see " DIGESTS, golden[i].scenario, digest,
                  wanted);
#else
        (void)look_up;
        (void)wanted;
#endif
    }
    fflush(stdout);
}
