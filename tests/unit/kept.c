/* The memory that a thread keeps from one race to the next: a race in it has the digest that it has in fresh memory,
 * whatever the race before was; and it is really the same memory. */
#include "core/memory.h"
#include "tests/support/races.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { FIRMS = 600, MONTHS = 30, COUNT = 5000 };

static const char *const names[] = {"frontier-race", "core-race", "sticky-cloud", "frontier-race"};

static unsigned long long digest_of(const char *name, uint64_t seed, long firms) {
    struct scenario scenario = {0};
    struct failure failure = {0};
    cr_assert(scenario_load(&scenario, name, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(scenario_set_firms(&scenario, firms, &failure) == MATTHEW_OK, "%s", failure.text);
    scenario.months = MONTHS;
    scenario.seed = seed;
    unsigned long long digest = scenario_digest(&scenario, MONTHS, 1, &failure);
    scenario_free(&scenario);
    return digest;
}

Test(kept, races_are_those_in_fresh_memory) {
    size_t live = memory_live();
    for (uint64_t seed = 1; seed <= 3; seed++)
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            long firms = seed == 2 ? 2 * FIRMS : FIRMS;
            memory_keep(0);
            unsigned long long fresh = digest_of(names[i], seed, firms);
            memory_keep(1);
            digest_of("frontier-race", 99, firms); /* leaves its memory */
            unsigned long long again = digest_of(names[i], seed, firms);
            cr_assert(again == fresh, "%s, seed %d: digest %016llx in kept memory, %016llx in fresh", names[i],
                      (int)seed, again, fresh);
        }
    memory_keep(0);
    cr_assert(memory_live() == live, "%zu blocks live, %zu before", memory_live(), live);
}

Test(kept, is_the_same_block_and_zero) {
    memory_keep(1);
    if (!memory_keeps())
        return; /* a heap that a sanitizer watches */
    size_t count = COUNT;
    double *block = memory_reserve(COUNT, &count, sizeof *block);
    block[0] = block[COUNT - 1] = 1.0;
    block[0] = block[COUNT - 1] = 0.0;
    memory_release_zeros(block);
    double *again = memory_reserve(COUNT, &count, sizeof *again);
    cr_assert(again == block, "the block was not kept");
    for (int i = 0; i < COUNT; i++)
        cr_assert(again[i] == 0.0, "value %d is %g", i, again[i]);
    double *other = memory_reserve(COUNT, &count, sizeof *other);
    cr_assert(other != NULL && other != again, "a block was given twice");
    memory_release(other); /* may hold anything, and is not kept */
    memory_release_zeros(again);
    count = 2 * COUNT;
    double *larger = memory_reserve(count, &count, sizeof *larger);
    cr_assert(larger != block, "a block of another size was given");
    memory_release(larger);
    memory_keep(0);
}
