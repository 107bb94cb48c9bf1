/* Regulation (equation 26): political influence that firms buy, and the barriers that it raises. The levers of policy
 * are parameters, which act where their subject is: caps in the compute market and in training, the mandate of open
 * weights in technology, subsidy and taxes in founding and in the accounts.
 *
 * What is bought in a month counts from the next. Off, nothing is read or written. */
#ifndef MATTHEW_MARKET_REGULATION_H
#define MATTHEW_MARKET_REGULATION_H

#include "agents/world.h"

/* Barriers of the month from last month's influence, and who stands where by influence. */
void regulation_open(struct world *world);
/* The industry's influence at the end of the month. */
void regulation_close(struct world *world);

#ifdef MATTHEW_KERNEL_SUFFIX
/* Orders of GPUs and own chips of a block, cut in proportion to what a cap leaves room for; not in an auction. */
void KERNEL(regulation_orders_block)(struct world *world, size_t block);
/* How much longer a firm of the block waits for permits. */
void KERNEL(regulation_permits_block)(struct world *world, size_t block);
/* Influence bought and lost in the month. */
void KERNEL(regulation_influence_block)(struct world *world, size_t block);
#endif

#endif
