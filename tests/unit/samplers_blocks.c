/* Block samplers: the same bits with every instruction set, a slot's draw independent of its neighbours, and the edges.
 */
#include "core/samplers.h"

#include "core/counts.h"
#include "core/sums.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "support/draws.h"

static const struct samplers *best(void) {
    enum isa isa = ISA_baseline;
    cr_assert(isa_choose(&isa, NULL) == MATTHEW_OK);
    return samplers_of(isa);
}

/* Parameters of all sizes: kind 0 small means, 1 large ones, 2 mixed, 3 mostly nothing, 4 enormous. */
static void parameters(struct draws *draws, int kind, double *count, double *probability) {
    for (int i = 0; i < BLOCK; i++) {
        double size = kind == 0   ? draws_between(draws, 0, 4)
                      : kind == 1 ? draws_between(draws, 8, 14)
                      : kind == 4 ? draws_between(draws, 20, 36)
                                  : draws_between(draws, 0, 14);
        count[i] = portable_floor(portable_exp(size));
        probability[i] = kind == 3 && i % 8 != 0 ? 0 : draws_unit(draws);
    }
}

Test(samplers_blocks, bits_are_the_same_with_every_instruction_set) {
    struct draws draws = draws_open(1);
    double count[BLOCK], probability[BLOCK], mean[BLOCK];
    int others = 0;
    for (uint64_t round = 0; round < 600; round++) {
        parameters(&draws, (int)(round % 5), count, probability);
        double movers = floor(exp(draws_between(&draws, 0, 25)));
        for (int i = 0; i < BLOCK; i++)
            mean[i] = count[i] * probability[i];
        double expected[3][BLOCK], got[3][BLOCK];
        samplers_baseline.binomial(round, count, probability, expected[0]);
        samplers_baseline.poisson(round, mean, expected[1]);
        samplers_baseline.multinomial(round, movers, mean, expected[2]);
        for (int isa = 1; isa < ISA_COUNT; isa++) {
            if (!isa_available((enum isa)isa))
                continue;
            others++;
            samplers_of((enum isa)isa)->binomial(round, count, probability, got[0]);
            samplers_of((enum isa)isa)->poisson(round, mean, got[1]);
            samplers_of((enum isa)isa)->multinomial(round, movers, mean, got[2]);
            for (int what = 0; what < 3; what++)
                cr_assert(memcmp(got[what], expected[what], sizeof got[what]) == 0, "sampler %d, %s, round %d", what,
                          isa_name((enum isa)isa), (int)round);
        }
    }
    if (others == 0)
        printf("only the baseline runs here: nothing to compare\n");
}

/* Frozen: the numbers are part of the meaning of a seed, on every machine and with every compiler. */
Test(samplers_blocks, draws_are_frozen) {
    struct draws draws = draws_open(2);
    double count[BLOCK], probability[BLOCK], out[BLOCK];
    uint64_t digest = 0;
    for (uint64_t round = 0; round < 100; round++) {
        parameters(&draws, (int)(round % 5), count, probability);
        best()->binomial(round, count, probability, out);
        for (int i = 0; i < BLOCK; i++)
            digest = random_mix(digest ^ (uint64_t)out[i]);
        for (int i = 0; i < BLOCK; i++)
            count[i] *= probability[i];
        best()->poisson(round, count, out);
        for (int i = 0; i < BLOCK; i++)
            digest = random_mix(digest ^ (uint64_t)out[i]);
        best()->multinomial(round, (double)(round * round * 7), count, out);
        for (int i = 0; i < BLOCK; i++)
            digest = random_mix(digest ^ (uint64_t)out[i]);
    }
    cr_assert(digest == UINT64_C(0xC59F568084EE1935), "%016lX", digest);
}

/* A slot keeps its parameters, all its neighbours change theirs: the draw stays, whatever the regimes. */
Test(samplers_blocks, neighbours_do_not_matter) {
    struct draws draws = draws_open(3);
    static const double means[] = {0.5, 5, 20, 23, 25, 60, 1e4, 1e9};
    double count[BLOCK], probability[BLOCK], mean[BLOCK], out[BLOCK];
    for (int m = 0; m < 8; m++)
        for (int slot = 0; slot < BLOCK; slot += 5) {
            double binomial = -1, poisson = -1;
            for (int neighbours = 0; neighbours < 5; neighbours++) {
                parameters(&draws, neighbours, count, probability);
                for (int i = 0; i < BLOCK; i++)
                    mean[i] = count[i] * probability[i];
                count[slot] = floor(means[m] / 0.3);
                probability[slot] = m % 2 == 0 ? 0.3 : 0.7;
                mean[slot] = means[m];
                best()->binomial((uint64_t)m, count, probability, out);
                cr_assert(neighbours == 0 || out[slot] == binomial, "binomial %g in slot %d", means[m], slot);
                binomial = out[slot];
                best()->poisson((uint64_t)m, mean, out);
                cr_assert(neighbours == 0 || out[slot] == poisson, "Poisson %g in slot %d", means[m], slot);
                poisson = out[slot];
            }
        }
}

Test(samplers_blocks, slots_and_keys_differ) {
    double mean[BLOCK], out[BLOCK], again[BLOCK];
    for (int i = 0; i < BLOCK; i++)
        mean[i] = 1e14;
    best()->poisson(1, mean, out);
    best()->poisson(2, mean, again);
    for (int i = 0; i < BLOCK; i++) {
        cr_assert(out[i] != again[i]);
        for (int j = 0; j < i; j++)
            cr_assert(out[i] != out[j]);
    }
    best()->poisson(1, mean, again);
    cr_assert(memcmp(out, again, sizeof out) == 0);
}

Test(samplers_blocks, edges) {
    static const double edge[][3] = {/* count, probability, draw, or -1 for any number of 0 .. count */
                                     {0, 0.5, 0},        {0, 0, 0},      {0, 1, 0},         {10, 0, 0},
                                     {10, 1, 10},        {10, 1.5, 10},  {10, -0.5, 0},     {-3, 0.5, 0},
                                     {1e15, 1, 1e15},    {1e15, 0, 0},   {1, 0.5, -1},      {0x1p52, 1, 0x1p52},
                                     {1e300, 1, 0x1p52}, {NAN, 0.5, 0},  {5, NAN, 0},       {INFINITY, 0.5, -1},
                                     {0x1p52, 0.5, -1},  {7, 1e-300, 0}, {1e15, 1e-300, 0}, {3, 1 - 0x1p-53, -1}};
    enum { EDGES = sizeof edge / sizeof *edge };
    struct generator generator = generator_open(4);
    double count[BLOCK], probability[BLOCK], out[BLOCK];
    for (uint64_t round = 0; round < 50; round++) {
        for (int i = 0; i < BLOCK; i++) {
            count[i] = edge[i % EDGES][0];
            probability[i] = edge[i % EDGES][1];
        }
        best()->binomial(round, count, probability, out);
        for (int i = 0; i < BLOCK; i++) {
            double expected = edge[i % EDGES][2], single = draw_binomial(&generator, count[i], probability[i]);
            double most = fmin(count[i], 0x1p52);
            cr_assert(expected >= 0 ? out[i] == expected : out[i] >= 0 && out[i] <= most && out[i] == floor(out[i]),
                      "%g, %g: %g", count[i], probability[i], out[i]);
            cr_assert(expected >= 0 ? single == expected : single >= 0 && single <= most && single == floor(single),
                      "%g, %g: %g", count[i], probability[i], single);
            cr_assert(!signbit(out[i]) && !signbit(single));
        }
    }
    static const double means[] = {
        0, -1, NAN, 1e-300, 0x1p52, 1e300, INFINITY, COUNTS_REJECTION_MEAN * (1 - 0x1p-53), COUNTS_REJECTION_MEAN};
    for (uint64_t round = 0; round < 50; round++) {
        for (int i = 0; i < BLOCK; i++)
            count[i] = means[i % 9];
        best()->poisson(round, count, out);
        for (int i = 0; i < BLOCK; i++) {
            double single = draw_poisson(&generator, count[i]);
            if (i % 9 < 4)
                cr_assert(out[i] == 0 && single == 0);
            else if (i % 9 < 7)
                cr_assert(fabs(out[i] - 0x1p52) < 0x1p30 && fabs(single - 0x1p52) < 0x1p30);
            else
                cr_assert(out[i] >= 0 && out[i] < 120 && out[i] == floor(out[i]));
        }
    }
}

/* A count of 1 or 2 at the largest uniforms: never more than the count. */
Test(samplers_blocks, never_more_than_the_count) {
    double count[BLOCK], probability[BLOCK], out[BLOCK];
    struct draws draws = draws_open(5);
    for (uint64_t round = 0; round < 3000; round++) {
        for (int i = 0; i < BLOCK; i++) {
            count[i] = i % 20;
            probability[i] = draws_unit(&draws);
        }
        best()->binomial(round, count, probability, out);
        for (int i = 0; i < BLOCK; i++)
            cr_assert(out[i] >= 0 && out[i] <= count[i]);
    }
}

Test(samplers_blocks, out_may_be_an_input) {
    struct draws draws = draws_open(6);
    double count[BLOCK], probability[BLOCK], out[BLOCK], copy[BLOCK];
    for (int kind = 0; kind < 5; kind++) {
        parameters(&draws, kind, count, probability);
        best()->binomial(9, count, probability, out);
        memcpy(copy, count, sizeof copy);
        best()->binomial(9, copy, probability, copy);
        cr_assert(memcmp(copy, out, sizeof out) == 0);
        memcpy(copy, probability, sizeof copy);
        best()->binomial(9, count, copy, copy);
        cr_assert(memcmp(copy, out, sizeof out) == 0);
        best()->poisson(9, count, out);
        memcpy(copy, count, sizeof copy);
        best()->poisson(9, copy, copy);
        cr_assert(memcmp(copy, out, sizeof out) == 0);
        best()->multinomial(9, 5000, count, out);
        memcpy(copy, count, sizeof copy);
        best()->multinomial(9, 5000, copy, copy);
        cr_assert(memcmp(copy, out, sizeof out) == 0);
    }
}
