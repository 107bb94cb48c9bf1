/* The choice market: totals are exact whatever the sizes, nobody chooses a firm without weight, and the two steps of
 * the split together have the multinomial law. */
#define MATTHEW_KERNEL_SUFFIX baseline
#include "market/choice.h"

#include "core/random.h"
#include "core/sums.h"
#include "support/draws.h"
#include "support/statistics.h"

#include <criterion/criterion.h>
#include <string.h>

enum { BLOCKS = 4, SLOTS = BLOCKS * BLOCK };

struct crowd {
    double weight[SLOTS], arrivals[SLOTS];
};

static void divide(struct choice *choice, struct crowd *crowd, uint64_t key, double movers, double outside_weight) {
    for (size_t block = 0; block < BLOCKS; block++)
        choice->block_weight[block] = sum_block(crowd->weight + block * BLOCK);
    choice_settle(choice, key, movers, BLOCKS, outside_weight);
    for (size_t block = 0; block < BLOCKS; block++)
        choice_arrive_block_baseline(random_subkey(key, 100 + block), choice, block, crowd->weight + block * BLOCK,
                                     crowd->arrivals + block * BLOCK);
}

Test(choice, totals_are_exact) {
    static struct crowd crowd;
    struct choice choice = {0};
    cr_assert(choice_reserve(&choice, BLOCKS, NULL) == MATTHEW_OK);
    static const double movers[] = {0, 1, 2, 7, 100, 5000, 1e6, 12345678901.0, 4e15};
    static const double scales[] = {1e-290, 1e-30, 1.0, 1e30, 1e290};
    for (uint64_t seed = 1; seed <= 900; seed++) {
        struct draws draws = draws_open(seed);
        double power = draws_between(&draws, 0.0, 20.0), all = movers[seed % 9], scale = scales[seed % 5], none = 0.3;
        for (int i = 0; i < SLOTS; i++)
            crowd.weight[i] = draws_unit(&draws) < none ? 0.0 : scale * pow(draws_unit(&draws), power);
        if (seed % 7 == 0)
            memset(crowd.weight + BLOCK, 0, BLOCK * sizeof *crowd.weight); /* a block without any firm */
        if (seed % 11 == 0)
            memset(crowd.weight, 0, sizeof crowd.weight); /* no firm at all */
        double outside = seed % 3 == 0 ? 0.0 : scale * draws_unit(&draws) * (seed % 3 == 1 ? 1.0 : 1000.0);
        divide(&choice, &crowd, seed, all, outside);
        double total = choice.outside;
        for (size_t block = 0; block < BLOCKS; block++) {
            double inside = 0.0;
            for (size_t i = block * BLOCK; i < (block + 1) * BLOCK; i++) {
                double got = crowd.arrivals[i];
                cr_assert(got >= 0.0 && got == floor(got), "seed %lu: slot %zu gets %g", (unsigned long)seed, i, got);
                cr_assert(got == 0.0 || crowd.weight[i] > 0.0, "seed %lu: %g chose a firm without weight",
                          (unsigned long)seed, got);
                inside += got;
            }
            cr_assert(inside == choice.block_movers[block], "seed %lu: %g of %g movers arrived", (unsigned long)seed,
                      inside, choice.block_movers[block]);
            total += inside;
        }
        cr_assert(total == all, "seed %lu: %.17g of %.17g movers", (unsigned long)seed, total, all);
        cr_assert(outside > 0.0 || seed % 11 == 0 || choice.outside == 0.0);
        if (seed % 11 == 0)
            cr_assert(choice.outside == all);
    }
    choice_free(&choice);
    choice_free(&choice);
}

Test(choice, nobody_leaves_twice) {
    double count[BLOCK], hazard[BLOCK], out[BLOCK];
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct draws draws = draws_open(seed);
        for (int i = 0; i < BLOCK; i++) {
            count[i] = floor(pow(draws_unit(&draws), 6.0) * 1e12);
            hazard[i] = i % 10 == 0 ? 0.0 : i % 10 == 1 ? 1000.0 : draws_unit(&draws) * (i % 3 == 0 ? 5.0 : 0.1);
        }
        choice_leave_block_baseline(seed, count, hazard, out);
        for (int i = 0; i < BLOCK; i++) {
            cr_assert(out[i] >= 0.0 && out[i] <= count[i] && out[i] == floor(out[i]));
            if (hazard[i] == 0.0)
                cr_assert(out[i] == 0.0);
            if (hazard[i] == 1000.0)
                cr_assert(out[i] == count[i]);
        }
    }
}

/* The number that choose one given firm, and those that stay out, are binomial: over 4,000 splits of 40 movers.
 * False-positive rate 1e-5 each; a weight that is off by a quarter must be found. */
static double split_pvalue(uint64_t seed, double planted) {
    static struct crowd crowd;
    struct choice choice = {0};
    cr_assert(choice_reserve(&choice, BLOCKS, NULL) == MATTHEW_OK);
    enum { MOVERS = 40, SPLITS = 4000 };
    double seen[2][MOVERS + 1] = {{0}}, expected[2][MOVERS + 1];
    struct draws draws = draws_open(seed);
    double total = 0.0, outside = 30.0;
    for (int i = 0; i < SLOTS; i++)
        total += crowd.weight[i] = i % 5 == 0 ? draws_unit(&draws) : 0.0;
    size_t chosen = 2 * BLOCK + 40; /* a firm with a slot of some weight */
    total += 20.0 - crowd.weight[chosen];
    crowd.weight[chosen] = 20.0;
    for (uint64_t split = 0; split < SPLITS; split++) {
        divide(&choice, &crowd, random_subkey(seed, split), MOVERS, outside);
        seen[0][(int)crowd.arrivals[chosen]]++;
        seen[1][(int)choice.outside]++;
    }
    double share[2] = {20.0 * planted / (total + outside), outside / (total + outside)}, least = 1.0;
    for (int which = 0; which < 2; which++) {
        for (int k = 0; k <= MOVERS; k++)
            expected[which][k] = SPLITS * exp(lgamma(MOVERS + 1.0) - lgamma(k + 1.0) - lgamma(MOVERS - k + 1.0) +
                                              k * log(share[which]) + (MOVERS - k) * log1p(-share[which]));
        least = fmin(least, statistics_fit(seen[which], expected[which], MOVERS + 1));
    }
    choice_free(&choice);
    return least;
}

Test(choice, the_split_is_multinomial) {
    double p = split_pvalue(7, 1.0), mutant = split_pvalue(7, 1.25);
    cr_assert(p > 1e-5, "p = %g", p);
    cr_assert(mutant < 1e-5, "a planted fault is not found: p = %g", mutant);
}
