/* The columns of firms: how they grow, what a digest depends on; and genes in the order of the table. */
#include "agents/firms.h"

#include "agents/founding.h"
#include "core/memory.h"
#include "core/scenario.h"
#include "support/draws.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Every cell of every column gets a number of its own. */
static double cell(int field, int member, size_t slot) {
    return 1e6 * field + 1e5 * member + (double)slot + 0.25;
}

static void fill(struct firms *firms, size_t slots) {
    firms->slots = slots;
    for (int field = 0; field < FIELD_COUNT; field++)
        for (int member = 0; member < firms_members(firms, field_table[field].dimension); member++)
            for (size_t slot = 0; slot < slots; slot++)
                firms_column(firms, (enum field)field, member)[slot] = cell(field, member, slot);
}

static void check_filled(const struct firms *firms, size_t slots) {
    for (int field = 0; field < FIELD_COUNT; field++)
        for (int member = 0; member < firms_members(firms, field_table[field].dimension); member++) {
            const double *column = firms_column(firms, (enum field)field, member);
            for (size_t slot = 0; slot < firms->capacity; slot++) {
                double wanted = slot < slots ? cell(field, member, slot) : field_empty((enum field)field);
                cr_assert(column[slot] == wanted, "%s[%d] of slot %zu is %g, not %g", field_table[field].name, member,
                          slot, column[slot], wanted);
            }
        }
}

Test(firms, growing_keeps_contents) {
    for (int segments = 1; segments <= MEMBERS_MAX; segments += 3)
        for (int tiers = 1; tiers <= MEMBERS_MAX; tiers += 4) {
            struct firms firms;
            cr_assert(firms_init(&firms, 3, segments, tiers, 2, NULL) == MATTHEW_OK);
            cr_assert(firms.capacity == BLOCK);
            fill(&firms, 200);
            for (size_t capacity = 250; capacity < 3000; capacity += 333) {
                cr_assert(firms_grow(&firms, capacity, NULL) == MATTHEW_OK);
                cr_assert(firms.capacity >= capacity);
                cr_assert(firms.capacity % BLOCK == 0);
                check_filled(&firms, 200);
            }
            firms_free(&firms);
            firms_free(&firms);
        }
}

/* Columns stay where they are up to 2.5 times the first capacity, then move when they have grown by half. */
Test(firms, growing_rarely_moves_columns) {
    struct firms firms;
    cr_assert(firms_init(&firms, 10 * BLOCK, 2, 3, 2, NULL) == MATTHEW_OK);
    cr_assert(firms.reserved == 25 * BLOCK, "%zu slots reserved", firms.reserved);
    fill(&firms, 10 * BLOCK);
    memory_fail_at(0);
    for (size_t blocks = 11; blocks <= 200; blocks++) {
        const double *columns = firms.columns;
        size_t reserved = firms.reserved;
        cr_assert(firms_grow(&firms, blocks * BLOCK, NULL) == MATTHEW_OK);
        cr_assert(firms.capacity == blocks * BLOCK, "%zu slots for %zu blocks", firms.capacity, blocks);
        cr_assert((firms.columns == columns) == (firms.capacity <= reserved), "moved at %zu blocks", blocks);
        if (firms.columns != columns || blocks == 25)
            check_filled(&firms, 10 * BLOCK);
    }
    size_t asked = memory_fail_at(0);
    cr_assert(asked == 6, "columns moved %zu times", asked); /* at 26, 38, 57, 86, 129, 194 blocks */
    firms_free(&firms);
}

/* Bytes of address space that this process uses; 0 when the system does not tell. */
static size_t address_space(void) {
    FILE *file = fopen("/proc/self/statm", "r");
    unsigned long pages = 0;
    if (file != NULL) {
        if (fscanf(file, "%lu", &pages) != 1)
            pages = 0;
        fclose(file);
    }
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* Where the system does not give room to grow, firms get what they need; and a status when it does not give that. */
Test(firms, a_limit_of_the_address_space) {
    struct firms firms;
    struct failure failure = {0};
    enum { FIRMS = 40 * BLOCK };
    cr_assert(firms_init(&firms, FIRMS, 2, 3, 2, NULL) == MATTHEW_OK);
    size_t bytes = (size_t)(firms.payout - firms.columns) / firms.stride * FIRMS * sizeof(double); /* a column less */
    firms_free(&firms);
    size_t used = address_space();
    if (used == 0 || used > (size_t)1 << 38) /* a sanitizer's shadow: no limit is possible */
        cr_skip_test("the address space cannot be limited here");
    struct rlimit before, limit;
    cr_assert(getrlimit(RLIMIT_AS, &before) == 0);
    limit = before;
    limit.rlim_cur = used + 2 * bytes;
    cr_assert(setrlimit(RLIMIT_AS, &limit) == 0);
    int small = firms_init(&firms, FIRMS, 2, 3, 2, &failure);
    size_t reserved = firms.reserved;
    int larger = firms_grow(&firms, 2 * FIRMS, &failure);
    cr_assert(setrlimit(RLIMIT_AS, &before) == 0);
    cr_assert(small == MATTHEW_OK, "%s", failure.text);
    cr_assert(reserved == FIRMS, "%zu slots reserved for %d", reserved, FIRMS);
    cr_assert(larger == MATTHEW_NO_MEMORY && failure.status == MATTHEW_NO_MEMORY, "status %d", larger);
    fill(&firms, FIRMS);
    check_filled(&firms, FIRMS);
    cr_assert(firms_grow(&firms, 2 * FIRMS, &failure) == MATTHEW_OK, "%s", failure.text);
    check_filled(&firms, FIRMS);
    firms_free(&firms);
}

/* The named columns and the columns by number are the same, all different, and aligned for vector loads. */
Test(firms, columns_lie_apart_and_aligned) {
    struct firms firms;
    cr_assert(firms_init(&firms, 1000, 4, 3, 2, NULL) == MATTHEW_OK);
    cr_assert(firms_column(&firms, FIELD_id, 0) == firms.id);
    cr_assert(firms_column(&firms, FIELD_staff, 2) == firms.staff[2]);
    cr_assert(firms_column(&firms, FIELD_site, 1) == firms.site[1]);
    cr_assert(firms_column(&firms, FIELD_accounts, 3) == firms.accounts[3]);
    cr_assert(firms_column(&firms, FIELD_payout, 0) == firms.payout);
    const double *last = NULL;
    for (int field = 0; field < FIELD_COUNT; field++)
        for (int member = 0; member < firms_members(&firms, field_table[field].dimension); member++) {
            const double *column = firms_column(&firms, (enum field)field, member);
            cr_assert((uintptr_t)column % 64 == 0);
            cr_assert(last == NULL || column >= last + firms.capacity);
            last = column;
        }
    firms_free(&firms);
}

Test(firms, digest_does_not_see_capacity) {
    struct firms small, large;
    cr_assert(firms_init(&small, 300, 2, 3, 4, NULL) == MATTHEW_OK);
    cr_assert(firms_init(&large, 5000, 2, 3, 4, NULL) == MATTHEW_OK);
    fill(&small, 300);
    fill(&large, 300);
    unsigned long long digest = firms_digest(&small);
    cr_assert(firms_digest(&large) == digest);
    cr_assert(firms_grow(&small, 9000, NULL) == MATTHEW_OK);
    cr_assert(firms_digest(&small) == digest);
    firms_free(&small);
    firms_free(&large);
}

/* Every bit of every STATE cell counts, and no FLOW cell. */
Test(firms, digest_sees_state_and_nothing_else) {
    struct firms firms;
    cr_assert(firms_init(&firms, 10, 2, 2, 2, NULL) == MATTHEW_OK);
    fill(&firms, 10);
    unsigned long long digest = firms_digest(&firms);
    for (int field = 0; field < FIELD_COUNT; field++)
        for (int member = 0; member < firms_members(&firms, field_table[field].dimension); member++) {
            double *value = &firms_column(&firms, (enum field)field, member)[9], kept = *value;
            *value += 1e-9 * kept;
            cr_assert((firms_digest(&firms) != digest) == (field_table[field].class == FIELD_STATE), "%s[%d]",
                      field_table[field].name, member);
            *value = kept;
        }
    double kept = firms.cash[3];
    firms.cash[3] = firms.cash[4];
    firms.cash[4] = kept;
    cr_assert(firms_digest(&firms) != digest);
    firms_free(&firms);
}

Test(firms, clearing_empties_slots) {
    static const size_t cleared[] = {4, 1};
    struct firms firms;
    cr_assert(firms_init(&firms, 10, 2, 2, 2, NULL) == MATTHEW_OK);
    fill(&firms, 10);
    firms_clear(&firms, cleared, 2);
    for (int field = 0; field < FIELD_COUNT; field++)
        for (int member = 0; member < firms_members(&firms, field_table[field].dimension); member++)
            for (size_t slot = 0; slot < 10; slot++) {
                double value = firms_column(&firms, (enum field)field, member)[slot];
                int emptied = slot == 4 || slot == 1;
                double wanted = !emptied ? cell(field, member, slot) : field_empty((enum field)field);
                cr_assert(value == wanted);
            }
    firms_free(&firms);
}

/* Of ten slots 2 and 5 are holes, the last two firms go there, and what they leave is empty. */
Test(firms, compacting_moves_every_column) {
    static const size_t holes[] = {2, 5}, from[] = {9, 8};
    struct firms firms;
    cr_assert(firms_init(&firms, 10, 2, 2, 2, NULL) == MATTHEW_OK);
    fill(&firms, 10);
    firms.slots = 10;
    firms_clear(&firms, holes, 2);
    firms_compact(&firms, from, holes, 2, 8);
    cr_assert(firms.slots == 8);
    for (int field = 0; field < FIELD_COUNT; field++)
        for (int member = 0; member < firms_members(&firms, field_table[field].dimension); member++)
            for (size_t slot = 0; slot < 10; slot++) {
                double value = firms_column(&firms, (enum field)field, member)[slot];
                size_t whose = slot == 2 ? 9 : slot == 5 ? 8 : slot;
                double wanted = slot < 8 ? cell(field, member, whose) : field_empty((enum field)field);
                cr_assert(value == wanted, "%s[%d] in slot %zu is %g in place of %g", field_table[field].name, member,
                          slot, value, wanted);
            }
    firms_free(&firms);
}

Test(firms, memory_too_short_changes_nothing) {
    struct firms firms;
    struct failure failure = {0};
    cr_assert(firms_init(&firms, 10, 2, 2, 2, NULL) == MATTHEW_OK);
    fill(&firms, 10);
    memory_fail_at(1);
    cr_assert(firms_grow(&firms, 1000, &failure) == MATTHEW_NO_MEMORY);
    memory_fail_at(0);
    cr_assert(failure.status == MATTHEW_NO_MEMORY);
    check_filled(&firms, 10);
    firms_free(&firms);
    memory_fail_at(1);
    cr_assert(firms_init(&firms, 10, 2, 2, 2, &failure) == MATTHEW_NO_MEMORY);
    memory_fail_at(0);
    firms_free(&firms);
}

Test(firms, ids_are_minus_one_where_there_is_no_firm) {
    for (int field = 0; field < FIELD_COUNT; field++)
        cr_assert(field_empty((enum field)field) == (field == FIELD_id || field == FIELD_ally ? -1.0 : 0.0));
}

/* genes.def, the strategies' parameters of the table and a scenario's genes name the same things in the same order. */
Test(firms, genes_are_in_the_order_of_the_table) {
    static const char *const gene[] = {
#define GENE(parameter, column, share) #parameter,
#include "agents/genes.def"
#undef GENE
    };
    static const int is_share[] = {
#define GENE(parameter, column, share) share,
#include "agents/genes.def"
#undef GENE
    };
    int count = 0;
    for (size_t i = 0; i < parameter_count; i++) {
        const struct parameter_info *info = &parameter_table[i];
        if (info->family != FAMILY_STRATEGY || strcmp(info->name, "share") == 0)
            continue;
        cr_assert(count < GENE_COUNT);
        cr_assert(strcmp(gene[count], info->name) == 0, "gene %d is %s, the table has %s", count, gene[count],
                  info->name);
        cr_assert(scenario_gene(count) == info);
        cr_assert((strncmp(info->description, "budget share", 12) == 0) == is_share[count], "%s", info->name);
        count++;
    }
    cr_assert(count == GENE_COUNT);
    cr_assert(scenario_gene_count() == GENE_COUNT);
    cr_assert(scenario_gene(-1) == NULL && scenario_gene(GENE_COUNT) == NULL);
}
