/* How much revenue shares would move if nothing but chance moved them: the noise floor of the instability index.
 *
 * n accounts that stay with firms at rate rho a month and else choose anew, by the same shares, move the share s of a
 * firm by a normal difference of variance 2 (1 - rho) s (1 - s)/n, so the index, the sum of absolute differences, has
 * the mean sum_i sqrt(4 (1 - rho) s_i (1 - s_i)/(pi n)). Here accounts of a segment weigh what they pay, each segment
 * has its own rho = 1 - (leavers + arrivals)/(2 accounts), and receipts are bills smoothed by the lag of payment;
 * months may lie between the two observations. Variances of segments add up. The normal approximation is too high for
 * firms of a few accounts.
 *
 * Thread rule: a pure function. Cost: about 10 ns a firm and segment. */
#ifndef MATTHEW_MEASURE_NOISE_H
#define MATTHEW_MEASURE_NOISE_H

#include "agents/world.h"

/* Half of the variance of the difference of two observations `months` apart, over the variance of one unsmoothed
 * observation: of an AR(1) with this persistence, smoothed exponentially with this weight of the newest month. 1 -
 * persistence when months and weight are 1. */
double noise_difference(double persistence, double weight, long months);

/* The mean of the index over `months` months at this month's accounts, prices, leavers and arrivals; 0 without bills.
 */
double noise_floor(const struct world *world, long months);

#endif
