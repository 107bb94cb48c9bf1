/* Alliances in a month (equation 11): they end and form, and the provider's compute, reach and stake and the lab's
 * models and payments pass between the two. Serial; pairs come in the order of the labs' slots, new ones in the order
 * of the providers' GPUs. */
#ifndef MATTHEW_MARKET_ALLIANCES_H
#define MATTHEW_MARKET_ALLIANCES_H

#include "market/markets.h"

/* Ends and forms alliances, then does what they agree on; before deliveries, with the state of last month. */
void alliances_settle(struct world *world);
/* What is lent alone, for the initial state. */
void alliances_begin(struct world *world);

#ifdef MATTHEW_KERNEL_SUFFIX
/* Forgets last month's flows in a block, and looks who is allied and who could be. */
void KERNEL(alliances_open_block)(struct world *world, size_t block);
#endif

#endif
