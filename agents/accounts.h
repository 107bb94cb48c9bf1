/* A firm's accounts (equation 22): operating outflow, tax, payout, cash; and the totals that close the month. */
#ifndef MATTHEW_AGENTS_ACCOUNTS_H
#define MATTHEW_AGENTS_ACCOUNTS_H

#include "agents/world.h"

#ifdef MATTHEW_KERNEL_SUFFIX
/* A firm that is new expects the outflow that its people, machines and accounts cause, so that its first plan knows it.
 */
void KERNEL(accounts_expect_block)(struct world *world, size_t block);
/* Closes the month of a block; receipts and support cost (M$) of each firm come from the customer market. */
void KERNEL(accounts_block)(struct world *world, size_t block, const double *receipts, const double *support);
/* Totals of a block at the end of the month. */
void KERNEL(accounts_totals_block)(struct world *world, size_t block);
#endif

#endif
