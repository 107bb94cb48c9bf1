/* The compute market (equations 9, 10): the vendor's GPUs are rationed among orders, paid when ordered, and delivered
 * from the backlog. The price is sticky, so that scarcity rations; it moves at the end of the month. */
#ifndef MATTHEW_MARKET_COMPUTE_H
#define MATTHEW_MARKET_COMPUTE_H

#include "market/markets.h"

/* The month's price and what the vendor offers. */
void compute_price(struct world *world);

/* Opens the rationing from the block sums: returns 1 when passes are needed. */
int compute_open(struct world *world);

/* Price, supply and unsold stock of the next month. */
void compute_close(struct world *world);

#ifdef MATTHEW_KERNEL_SUFFIX
/* Orders of a block. */
void KERNEL(compute_order_block)(struct world *world, size_t block);
/* Their priorities, and the totals of both. */
void KERNEL(compute_rank_block)(struct world *world, size_t block);
/* Allotment, payment, delivery, depreciation and sites of a block. */
void KERNEL(compute_deliver_block)(struct world *world, size_t block);
#endif

#endif
