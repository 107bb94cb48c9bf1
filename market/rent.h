/* Rented compute (equation 11): firms short of serving capacity rent from the spare capacity of platform firms, for a
 * month, at a markup over the user cost of a GPU. The shorter side is filled, the longer side gets equal parts of what
 * it asked or offered. What renters pay and lenders earn is the price times GPUs, so both sums are equal. */
#ifndef MATTHEW_MARKET_RENT_H
#define MATTHEW_MARKET_RENT_H

#include "market/markets.h"

/* The month's rent of a GPU, M$: known as soon as the price of a GPU is. */
double rent_price(const struct world *world);

/* How many GPUs change hands, from the block sums. */
void rent_settle(struct world *world);

#ifdef MATTHEW_KERNEL_SUFFIX
/* What the firms of a block want and offer, into rented_in and rented_out; the serving need must be known. */
void KERNEL(rent_offer_block)(struct world *world, size_t block);
/* What they get and lend, and rent. */
void KERNEL(rent_apply_block)(struct world *world, size_t block);
#endif

#endif
