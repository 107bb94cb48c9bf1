/* The customer market (equations 19-21): one choice market for each segment, prices, and what the choice reads. */
#ifndef MATTHEW_MARKET_CUSTOMERS_H
#define MATTHEW_MARKET_CUSTOMERS_H

#include "market/markets.h"

/* Whether leaving a firm costs accounts of some segment something this month. */
int customers_switching(const struct world *world);

/* All weights of segments with a switching cost, which their reviews need; after the weights of all blocks. */
void customers_weigh(struct world *world);

/* Adoption; movers over blocks of firms. */
void customers_settle(struct world *world);

#ifdef MATTHEW_KERNEL_SUFFIX
/* Appeal, weights, reviews of a block, at posted prices and the new quality. */
void KERNEL(customers_leave_block)(struct world *world, size_t block);
/* Reviews of a block in segments with a switching cost; after customers_weigh. */
void KERNEL(customers_review_block)(struct world *world, size_t block);
/* Arrivals and tenure of a block. */
void KERNEL(customers_arrive_block)(struct world *world, size_t block);
/* Bills at posted prices; adds each firm's receipts and support cost (M$) to the two arrays. */
void KERNEL(customers_bill_block)(struct world *world, size_t block, double *receipts, double *support);
/* What an account costs a block's firms. */
void KERNEL(customers_cost_block)(struct world *world, size_t block);
/* The next prices of a block. */
void KERNEL(customers_price_block)(struct world *world, size_t block);
#endif

#endif
