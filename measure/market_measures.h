/* Measures of the markets and of welfare, from the state of one month.
 *
 * Thread rule: pure functions of the world, each writing its own values. Cost: slopes about 100 ns a firm, what is of
 * one segment 5 ns, consumer surplus 10 ns a firm and segment more. */
#ifndef MATTHEW_MEASURE_MARKET_MEASURES_H
#define MATTHEW_MEASURE_MARKET_MEASURES_H

#include "measure/indicators.h"

/* The least squares slope of ln inflow on ln stock over firms that have both, for each market, segment and tier: 0 when
 * growth does not depend on size (every firm draws the same), 1 when it is proportional (Gibrat's law). NaN with fewer
 * than three firms. Stocks are those before the month's inflow and outflow. */
void measure_slopes(const struct world *world, struct indicators *now);

/* The four values, escape, shares and values of strategies. */
void measure_values(const struct world *world, struct indicators *now);

/* Posted prices and costs of a segment. */
void measure_prices(const struct columns *columns, const struct world *world, int segment, struct sales *sales,
                    struct indicators *now);

/* Who moved, of the accounts that firms had before the month: of a firm's leavers those are thought to have come back
 * that its choice probability says, since the common draw of all movers does not tell where they came from. NaN in
 * month 0.
 */
void measure_churn(const struct world *world, int segment, struct sales *sales, struct indicators *now);

/* Consumer surplus of a segment, M$ a month: that of who chose this month and of who stayed, over the outside option,
 * at the price response of month 0. NaN without an outside option, without match (value.enabled), before the first
 * choice. */
double measure_surplus(const struct world *world, int segment);

/* What needs all segments, and the ledger: price indices, markup, churn, consumer surplus, welfare; by group. */
void measure_all_segments(const struct world *world, const int *wants, const struct sales *sales,
                          struct indicators *now);

#endif
