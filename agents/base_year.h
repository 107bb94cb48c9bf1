/* The base year: what month 0 was like, frozen in the industry's state, so that a schedule that moves a parameter never
 * moves the yardstick of prices and surplus with it.
 *
 * Thread rule: base_year_set alone, when the initial state is complete; the others are pure. Cost: one pass over firms.
 */
#ifndef MATTHEW_AGENTS_BASE_YEAR_H
#define MATTHEW_AGENTS_BASE_YEAR_H

#include "agents/world.h"

/* Takes over month 0: price responses, list prices, accounts, the best quality served and what it costs. */
void base_year_set(struct world *world);

/* The lowest posted price of a segment at which a quality of at least `quality` is served; NaN when nobody serves it.
 */
double price_at_quality(const struct firms *firms, int segment, double quality);

#endif
