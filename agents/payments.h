/* The ledger: every payment of a month by kind; payments.def says who pays whom.
 *
 * Booking never changes a firm. Block phases book into their row of the block sums, and only in months for which
 * somebody wants to know (world->keep_books); serial steps book into the industry, always, since exits and entries
 * belong to the month that comes after them. payments_close adds both up into world->payments. Amounts are M$. */
#ifndef MATTHEW_AGENTS_PAYMENTS_H
#define MATTHEW_AGENTS_PAYMENTS_H

#include "agents/world.h"

/* Books what the firms of a block paid or were paid; only when world->keep_books. */
static inline void payments_add(struct world *world, size_t block, enum payment payment, double amount) {
    sums_row(&world->sums, block)[SUM_payments + (int)payment] += amount;
}

/* Nothing is booked yet in the block this month: the first block phase says so. */
static inline void payments_clear(struct world *world, size_t block) {
    double *booked = sums_row(&world->sums, block) + SUM_payments;
    for (int i = 0; i < PAYMENT_COUNT; i++)
        booked[i] = 0.0;
}

/* Books a payment of a serial step: turn over and settle steps. */
static inline void payments_book(struct world *world, enum payment payment, double amount) {
    world->industry.booked[payment] += amount;
}

/* The shares of a segment's bills that households and the government pay; everybody else pays what is left. */
static inline double payments_households(const struct parameters *p, int segment) {
    return p->customers_household_share[segment];
}

static inline double payments_government(const struct parameters *p, int segment) {
    return (1.0 - p->customers_household_share[segment]) * p->customers_government_share[segment];
}

/* The price of a takeover, from the buyer's cash to the holders of the target. */
void payments_takeover(struct world *world, size_t target, double price);

/* Winds up the books of a firm that leaves: sells its GPUs and backlog, pays its debts, and holders get the rest, which
 * it returns. */
double payments_estate(struct world *world, size_t slot);

/* The payments of the month into world->payments when books are kept; the vendor's own come last. */
void payments_close(struct world *world);

/* What each sector received less what it paid; the balances sum to 0 up to rounding. */
void payments_balance(const double payments[PAYMENT_COUNT], double balance[SECTOR_COUNT]);

#endif
