/* Water-filling against an oracle that sorts, on random markets; and what must hold of any division. */
#define MATTHEW_KERNEL_SUFFIX baseline
#include "market/ration.h"

#include "core/memory.h"
#include "support/draws.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

enum { SLOTS_MAX = 8 * BLOCK };

struct market {
    double order[SLOTS_MAX], priority[SLOTS_MAX], got[SLOTS_MAX], wanted[SLOTS_MAX];
    size_t slots;
    double supply;
};

static double total(const double *value, size_t count) {
    long double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += value[i];
    return (double)sum;
}

/* Runs the market as the month does; returns how many passes it took. */
static int divide(struct market *market, struct ration *ration) {
    struct sums sums = {0};
    size_t blocks = (market->slots + BLOCK - 1) / BLOCK;
    cr_assert(sums_reserve(&sums, blocks, NULL) == MATTHEW_OK);
    sums.blocks = blocks;
    int passes = 0;
    int open = ration_open(ration, market->supply, total(market->order, market->slots),
                           total(market->priority, market->slots), market->order, market->priority);
    while (open) {
        for (size_t block = 0; block < blocks; block++)
            ration_pass_block_baseline(ration, &sums, block);
        open = ration_settle(ration, &sums, market->slots);
        passes++;
        cr_assert(passes <= (int)market->slots + 2, "the passes do not end");
    }
    double sum = 0.0;
    for (size_t block = 0; block < blocks; block++)
        sum += ration_apply_block_baseline(ration, block, market->got + block * BLOCK);
    cr_assert(fabs(sum - ration->allotted) <= 1e-12 * (1.0 + sum), "told %.17g, allotted %.17g", ration->allotted, sum);
    sums_free(&sums);
    return passes;
}

struct ranked {
    long double level; /* the lambda at which the order is filled */
    size_t slot;
};

static int by_level(const void *left, const void *right) {
    const struct ranked *a = left, *b = right;
    return (a->level > b->level) - (a->level < b->level);
}

/* Fills orders from the one that is filled first; returns lambda. */
static double divide_by_sorting(struct market *market) {
    static struct ranked ranked[SLOTS_MAX];
    size_t count = 0;
    long double priorities = 0.0, left = market->supply;
    for (size_t i = 0; i < market->slots; i++) {
        market->wanted[i] = 0.0;
        if (market->order[i] > 0.0 && market->priority[i] > 0.0) {
            ranked[count++] = (struct ranked){(long double)market->order[i] / market->priority[i], i};
            priorities += market->priority[i];
        }
    }
    if (total(market->order, market->slots) <= market->supply) {
        for (size_t i = 0; i < market->slots; i++)
            market->wanted[i] = market->order[i];
        return INFINITY;
    }
    qsort(ranked, count, sizeof *ranked, by_level);
    size_t next = 0;
    while (next < count && ranked[next].level * priorities <= left) {
        size_t slot = ranked[next++].slot;
        market->wanted[slot] = market->order[slot];
        left -= market->order[slot];
        priorities -= market->priority[slot];
        /* What is left of the priorities after many subtractions would be noise: add up anew. */
        if (next < count && priorities < 1e-3L * ranked[next].level) {
            priorities = 0.0;
            for (size_t i = next; i < count; i++)
                priorities += market->priority[ranked[i].slot];
        }
    }
    priorities = 0.0;
    for (size_t i = next; i < count; i++)
        priorities += market->priority[ranked[i].slot];
    if (next == count)
        return INFINITY;
    for (size_t i = next; i < count; i++)
        market->wanted[ranked[i].slot] = (double)(left / priorities * market->priority[ranked[i].slot]);
    return (double)(left / priorities);
}

/* Orders and priorities of many kinds; kind is what the seed makes of it. */
static void draw_market(struct market *market, uint64_t seed) {
    struct draws draws = draws_open(seed);
    *market = (struct market){.slots = (size_t)(1 + draws_below(&draws, seed % 3 == 0 ? SLOTS_MAX : 20))};
    long orders = draws_below(&draws, 4), priorities = draws_below(&draws, 5);
    double none = draws_below(&draws, 3) * 0.3, powerless = draws_below(&draws, 3) * 0.2;
    for (size_t i = 0; i < market->slots; i++) {
        double u = draws_unit(&draws);
        double order = orders == 0 ? u : orders == 1 ? pow(u, -2.0) : orders == 2 ? pow(10.0, 16.0 * u - 8.0) : 1.0;
        double v = draws_unit(&draws);
        double priority = priorities == 0   ? v
                          : priorities == 1 ? pow(v, -3.0)
                          : priorities == 2 ? pow(10.0, -24.0 * v)
                          : priorities == 3 ? 3.0 * order
                                            : 1.0;
        market->order[i] = draws_unit(&draws) < none ? 0.0 : order;
        market->priority[i] = draws_unit(&draws) < powerless ? 0.0 : priority;
        if (market->order[i] == 0.0)
            market->priority[i] = 0.0; /* as the markets do: who orders nothing does not count */
    }
    static const double shares[] = {0.0, 1e-9, 0.01, 0.3, 0.5, 0.9, 0.999999, 1.0 - 0x1p-53, 1.0, 1.0 + 0x1p-52, 3.0};
    market->supply = total(market->order, market->slots) * shares[draws_below(&draws, 11)];
}

static void check_market(uint64_t seed) {
    static struct market market;
    struct ration ration;
    draw_market(&market, seed);
    int passes = divide(&market, &ration);
    double lambda = divide_by_sorting(&market), sum = total(market.got, market.slots);
    double wanted = total(market.wanted, market.slots), near = 1e-12 * (1e-300 + market.supply);
    cr_assert(fabs(sum - wanted) <= 1e-12 * wanted, "seed %lu: %.17g allotted in place of %.17g", (unsigned long)seed,
              sum, wanted);
    for (size_t i = 0; i < market.slots; i++) {
        cr_assert(market.got[i] >= 0.0, "seed %lu: slot %zu gets %g", (unsigned long)seed, i, market.got[i]);
        cr_assert(market.got[i] <= market.order[i] * (1.0 + 1e-15), "seed %lu: slot %zu gets %.17g, ordered %.17g",
                  (unsigned long)seed, i, market.got[i], market.order[i]);
        cr_assert(fabs(market.got[i] - market.wanted[i]) <= near + 1e-12 * market.wanted[i],
                  "seed %lu: slot %zu gets %.17g in place of %.17g (supply %g, %d passes)", (unsigned long)seed, i,
                  market.got[i], market.wanted[i], market.supply, passes);
    }
    if (lambda < 1e300 && ration.rationed && lambda > 0.0)
        for (size_t i = 0; i < market.slots; i++) /* the same lambda for all who are short */
            if (market.got[i] < market.order[i] * (1.0 - 1e-9) && market.priority[i] > 0.0)
                cr_assert(fabs(market.got[i] - lambda * market.priority[i]) <=
                              near + 1e-9 * lambda * market.priority[i],
                          "seed %lu: slot %zu has lambda %g, others %g", (unsigned long)seed, i,
                          market.got[i] / market.priority[i], lambda);
}

Test(ration, agrees_with_sorting) {
    for (uint64_t seed = 1; seed <= 6000; seed++)
        check_market(seed);
}

/* A slot after the last that was used, and blocks that are partly empty, hold zeros and must get nothing. */
Test(ration, empty_slots_get_nothing) {
    static struct market market;
    struct ration ration;
    draw_market(&market, 3);
    market.slots = BLOCK + 7;
    for (size_t i = 0; i < SLOTS_MAX; i++) {
        market.order[i] = i < market.slots ? 1.0 + (double)i : 0.0;
        market.priority[i] = i < market.slots ? 1.0 : 0.0;
        market.got[i] = 5.0;
    }
    market.supply = 1000.0;
    divide(&market, &ration);
    for (size_t i = market.slots; i < 2 * BLOCK; i++)
        cr_assert(market.got[i] == 0.0);
}

Test(ration, permuting_firms_permutes_allotments) {
    static struct market market, other;
    struct ration ration;
    static size_t place[SLOTS_MAX];
    for (uint64_t seed = 1; seed <= 300; seed++) {
        draw_market(&market, seed);
        other = market;
        struct draws draws = draws_open(seed + 1000);
        for (size_t i = 0; i < market.slots; i++)
            place[i] = i;
        for (size_t i = market.slots; i-- > 1;) {
            size_t j = (size_t)draws_below(&draws, (long)i + 1), kept = place[i];
            place[i] = place[j];
            place[j] = kept;
        }
        for (size_t i = 0; i < market.slots; i++) {
            other.order[place[i]] = market.order[i];
            other.priority[place[i]] = market.priority[i];
        }
        divide(&market, &ration);
        divide(&other, &ration);
        for (size_t i = 0; i < market.slots; i++)
            cr_assert(fabs(other.got[place[i]] - market.got[i]) <= 1e-12 * (market.supply + market.got[i]));
    }
}

/* Priorities so far apart that a rounding residue of the supply is more than the last firm's whole share. */
Test(ration, residue_never_makes_a_share_negative) {
    static struct market market;
    struct ration ration;
    for (uint64_t seed = 1; seed <= 500; seed++) {
        struct draws draws = draws_open(seed);
        market = (struct market){.slots = 600, .supply = 1e5};
        for (size_t i = 0; i < market.slots; i++) {
            market.order[i] = 1000.0 * draws_unit(&draws);
            market.priority[i] = pow(draws_unit(&draws), 10.0);
        }
        market.priority[market.slots - 1] = 1e-30;
        divide(&market, &ration);
        cr_assert(fabs(total(market.got, market.slots) - market.supply) <= 1e-12 * market.supply);
        for (size_t i = 0; i < market.slots; i++)
            cr_assert(market.got[i] >= 0.0, "seed %lu: slot %zu gets %g", (unsigned long)seed, i, market.got[i]);
    }
}

/* Orders in proportion to priorities: all are filled at nearly the same lambda, and rounding decides who is filled. */
Test(ration, ties_end) {
    static struct market market;
    struct ration ration;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        struct draws draws = draws_open(seed);
        market = (struct market){.slots = (size_t)(2 + draws_below(&draws, 300))};
        for (size_t i = 0; i < market.slots; i++) {
            market.priority[i] = draws_unit(&draws);
            market.order[i] = 7.3 * market.priority[i];
        }
        market.supply = total(market.order, market.slots) * (1.0 - 0x1p-53 * (double)draws_below(&draws, 20));
        int passes = divide(&market, &ration);
        cr_assert(passes < 60, "%d passes", passes);
        cr_assert(fabs(total(market.got, market.slots) - market.supply) <= 1e-12 * market.supply);
    }
}
