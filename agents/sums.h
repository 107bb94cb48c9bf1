/* Block sums: how totals cross from one phase of the month to the next.
 *
 * Every block of firms writes its own entry; the settle step adds the entries up in block order, so that a total never
 * depends on which thread did which block. Cost of a total: about 1 ns a block. */
#ifndef MATTHEW_AGENTS_SUMS_H
#define MATTHEW_AGENTS_SUMS_H

#include <stddef.h>

#include "agents/sectors.h"
#include "core/parameters.h"

/* How many of the most capable firms are told apart. */
enum { LEADERS = MEMBERS_MAX };

enum sum {
#define SUM(name) SUM_##name,
#define MAX(name) SUM_##name,
#define SUM_TIER(name) SUM_##name, SUM_##name##_last = SUM_##name + MEMBERS_MAX - 1,
#define SUM_SEGMENT(name) SUM_##name, SUM_##name##_last = SUM_##name + MEMBERS_MAX - 1,
#define TOP(name) SUM_##name, SUM_##name##_last = SUM_##name + LEADERS - 1,
#define SUM_PAYMENT(name) SUM_##name, SUM_##name##_last = SUM_##name + PAYMENT_COUNT - 1,
#include "agents/sums.def"
#undef TOP
#undef SUM
#undef MAX
#undef SUM_TIER
#undef SUM_SEGMENT
#undef SUM_PAYMENT
    SUM_COUNT
};

/* Rows of whole cache lines: threads that write neighbouring blocks do not share one. */
enum { SUMS_ROW = (SUM_COUNT + 7) / 8 * 8 };

struct sums {
    double *rows;            /* SUMS_ROW values for each block */
    size_t blocks, capacity; /* blocks in use, blocks allocated */
};

/* A block's totals, by enum sum. */
static inline double *sums_row(const struct sums *sums, size_t block) {
    return sums->rows + block * SUMS_ROW;
}

/* Room for `blocks` blocks; entries are lost when it grows. */
int sums_reserve(struct sums *sums, size_t blocks, struct failure *failure);
void sums_free(struct sums *sums);

/* Copies the entries of a sum, block by block, to out. */
void sums_column(const struct sums *sums, enum sum sum, int member, double *out);

/* The total over blocks in use; member is the tier, segment or payment. */
double sums_total(const struct sums *sums, enum sum sum, int member);
/* The largest entry of a MAX. */
double sums_largest(const struct sums *sums, enum sum sum);
/* The LEADERS largest of all blocks of a TOP, the largest first. */
void sums_top(const struct sums *sums, enum sum sum, double top[LEADERS]);

#endif
