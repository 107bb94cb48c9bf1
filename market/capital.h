/* The capital market (equations 3-5): investors' pool is rationed among firms that ask for a round.
 *
 * Valuation uses last month's state at this month's GPU price; funds arrive before the plan. Money in M$. */
#ifndef MATTHEW_MARKET_CAPITAL_H
#define MATTHEW_MARKET_CAPITAL_H

#include "market/markets.h"

/* Opens the market's rationing from the block sums: returns 1 when rationing passes are needed. */
int capital_open(struct world *world);

/* Where leaders have a premium (capital.leader_premium), gives it to the firms with the highest receipts (5). */
void capital_rank(struct world *world);

/* Sentiment, overhang and sector growth at the end of the month (3). */
void capital_sentiment(struct world *world);

#ifdef MATTHEW_KERNEL_SUFFIX
/* Valuation and momentum of a block. */
void KERNEL(capital_value_block)(struct world *world, size_t block);
/* The same, and requests and priorities. */
void KERNEL(capital_ask_block)(struct world *world, size_t block);
/* Funds arrive. */
void KERNEL(capital_fund_block)(struct world *world, size_t block);
#endif

#endif
