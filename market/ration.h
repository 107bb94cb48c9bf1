/* The rationed market: a supply S divided among orders o_i with priorities w_i by water-filling,
 *     x_i = min(o_i, lambda w_i),  sum x_i = min(S, sum o_i).
 *
 * lambda is found by letting the filled set grow: with nobody filled lambda = S / sum w; orders below lambda w_i are
 * filled and leave, which can only raise lambda; it ends when no order joins, after a few passes of a sum over blocks.
 * No sorting, and the cost is a few times 1 ns a firm a pass. What rounding leaves of the supply goes to the last
 * unfilled order that has room for it. An order with priority 0 gets nothing while others are short. Knows nothing of
 * what is rationed. */
#ifndef MATTHEW_MARKET_RATION_H
#define MATTHEW_MARKET_RATION_H

#include <stddef.h>

#include "agents/world.h"

struct ration {
    double supply;
    double orders;       /* sum of orders */
    double lambda;       /* allotment per unit of priority */
    int rationed;        /* 0: every order is filled */
    double filled_count; /* orders filled in the last pass, -1 before the first */
    double allotted;     /* sum of allotments */
    size_t last;         /* slot that gets the rounding residue */
    double residue;
    const double *order, *priority; /* by slot; borrowed */
};

/* Starts a market; orders and priorities are their totals over all firms. Returns 1 when passes are needed. */
int ration_open(struct ration *ration, double supply, double orders, double priorities, const double *order,
                const double *priority);

/* After a pass over all blocks: returns 1 when another pass is needed. */
int ration_settle(struct ration *ration, const struct sums *sums, size_t slots);

#ifdef MATTHEW_KERNEL_SUFFIX
/* One pass over a block: fills the SUM_ration_* entries. */
void KERNEL(ration_pass_block)(const struct ration *ration, struct sums *sums, size_t block);
/* Writes a block's allotments and returns their sum. */
double KERNEL(ration_apply_block)(const struct ration *ration, size_t block, double *allotment);
#endif

#endif
