/* The talent market (equations 6-8): one choice market for each tier of people.
 *
 * People leave with a hazard that rises with what others offer; leavers and people of the pool who look for work choose
 * among firms with vacancies by wage, prestige, compute and capability. Know-how moves with researchers. */
#ifndef MATTHEW_MARKET_TALENT_H
#define MATTHEW_MARKET_TALENT_H

#include "market/markets.h"

/* What vacancies offer, from the block sums of the plan. */
void talent_open(struct world *world);

/* Graduates, retirement and search; movers over blocks of firms; the know-how that travels. */
void talent_settle(struct world *world);

/* Movers who stayed out or were turned away return to the pool. */
void talent_close(struct world *world);

#ifdef MATTHEW_KERNEL_SUFFIX
/* Separations and weights of a block. */
void KERNEL(talent_leave_block)(struct world *world, size_t block);
/* Hires, tenure, premium and know-how of a block. */
void KERNEL(talent_hire_block)(struct world *world, size_t block);
#endif

#endif
