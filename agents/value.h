/* The value architecture: what a firm's lead, scale, network and luck are worth, in M$; the lead over the follower, and
 * escape velocity. Values are of last month's state at this month's conditions, like the valuation that they enter (5).
 *
 * Cost: about 30 ns a firm and month, more for the few firms with concurrent runs. */
#ifndef MATTHEW_AGENTS_VALUE_H
#define MATTHEW_AGENTS_VALUE_H

#include "agents/world.h"
#include "core/elementary.h"

/* Where there is no firm of that rank. */
#define NOBODY (-1e300)

/* The expected largest of n standard normal numbers, n whole: within .3% of the integral from 2 to 1e9, and 0 for n
 * = 1. The quantile at (n - a)/(n + 1 - 2a), with an a between what is right for two and what is right in the limit. */
KERNEL_INLINE double expected_best(double n) {
    double a = 0.4385 - 0.1085 * 3.2 / (3.2 + portable_log(0.5 * n));
    return portable_normal_quantile((n - a) / (n + 1.0 - 2.0 * a));
}

/* Mean unit costs, the leading capabilities, the pace of the frontier, the escape of the leader; from the totals of the
 * month, also of the initial state. */
void value_close(struct world *world);

/* A capability that rises between two months, in a takeover: one of the leading ones keeps its place or gains some. */
void value_raised(struct world *world, double before, double after);

/* Net present value of a firm of the register for its holders, in month 0's money: what it was at exit, with what they
 * got then, or what valuation found it to be this month. NaN when that is not known: without value.enabled, of firms
 * that are there without a capital market, and of those that no month has valued yet. */
double value_of_firm(const struct world *world, const struct register_row *row);

/* What holders of a firm of the register have got in cash so far, less what they put in, in month 0's money: payouts
 * and what exit brought, less all that was raised. What a living firm still has is not in it. NaN without
 * value.enabled. */
double value_realised(const struct world *world, const struct register_row *row);

/* Notes the net present value at exit; proceeds: the price of a takeover or what an estate leaves. */
void value_at_exit(const struct world *world, struct register_row *row, double proceeds);

#ifdef MATTHEW_KERNEL_SUFFIX
/* The four values of a block. */
void KERNEL(value_block)(struct world *world, size_t block);
/* What value_close adds up. */
void KERNEL(value_totals_block)(struct world *world, size_t block);
#endif

#endif
