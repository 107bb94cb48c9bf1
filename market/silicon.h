/* Own silicon (equation 9): firms whose hardware layer is up to it have part of their GPUs made as chips of their own,
 * at a price that falls with the chips made so far, in the foundry that makes the vendor's GPUs too.
 *
 * Own chips are ordered with the month's GPUs, paid when ordered, and delivered from the same backlog. When the orders
 * pass the foundry's limit, all are cut by the same factor. GPUs in H100 equivalents, money in M$. */
#ifndef MATTHEW_MARKET_SILICON_H
#define MATTHEW_MARKET_SILICON_H

#include "market/markets.h"

/* How many own chips the foundry makes of what is ordered; before the vendor's GPUs are rationed. */
void silicon_open(struct world *world);

#ifdef MATTHEW_KERNEL_SUFFIX
/* What own chips would cost each firm of a block: Wright's law. */
void KERNEL(silicon_price_block)(struct world *world, size_t block);
/* Divides the orders of a block into own chips and GPUs; after compute_order_block. */
void KERNEL(silicon_order_block)(struct world *world, size_t block);
/* Allotment and payment of own chips; before compute_deliver_block. */
void KERNEL(silicon_allot_block)(struct world *world, size_t block);
/* Own chips among what was delivered; after it. */
void KERNEL(silicon_deliver_block)(struct world *world, size_t block);
#endif

#endif
