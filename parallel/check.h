/* The invariants of docs/model.md, recomputed from the state alone.
 *
 * Whoever checks remembers what the stocks were (struct past), so that every change of cash, people, accounts and GPUs
 * has to be accounted for by flows. Runs alone: at the end of a month before exits (check_world, then check_month), and
 * right after exits and entries (check_turn_over). Never changes the world. Everything that is found wrong is named:
 * month, firm, quantity. Cost: 1 to 2 us a firm and month. */
#ifndef MATTHEW_PARALLEL_CHECK_H
#define MATTHEW_PARALLEL_CHECK_H

#include "agents/world.h"

/* The stocks of an earlier moment: end of a month, or after its exits and entries. Starts as zeros. */
struct past {
    double *columns;
    double *bought; /* scratch over slots: all that went through a firm's hands in takeovers, 0 when there were none */
    size_t *was; /* scratch over the world's slots: where the firm lay in the past, NO_SLOT for newcomers and nobody */
    size_t capacity, slots;
    int first[FIELD_COUNT]; /* which column is the first of a field */
    struct industry industry;
    int known;
    long month, turned_over;
};

/* Room for the slots of the world; what is remembered stays. */
int past_reserve(struct past *past, const struct world *world, struct failure *failure);
void past_free(struct past *past);
/* Remembers the world as it is; there must be room. */
void past_take(struct past *past, const struct world *world);
/* Whether what is remembered is the moment at which the world stands. */
int past_is_now(const struct past *past, const struct world *world);
/* The column of a field that was remembered, slots long. */
const double *past_column(const struct past *past, enum field field, int member);

/* MATTHEW_BROKEN_INVARIANT, with month, firm and quantity named, when one does not hold. */

/* What holds at every end of a month: columns are sound, totals conserved. */
int check_world(const struct world *world, struct failure *failure);

/* What happened in the month since past, which was after the turn over: check_stocks, then check_money. */
int check_month(const struct past *past, const struct world *world, struct failure *failure);

/* Accounts, people, GPUs and bills, firm by firm; the pools; the vendor. */
int check_stocks(const struct past *past, const struct world *world, struct failure *failure);

/* Every firm's change of cash, and every line of the ledger, from prices and quantities. */
int check_money(const struct past *past, const struct world *world, struct failure *failure);

/* Exits and entries since past, which was the end of the month: who stays keeps what he had, and has what firms had
 * that he took over; what the others that left had and what newcomers have is booked and in the pools. Past is used up.
 */
int check_turn_over(struct past *past, const struct world *world, struct failure *failure);

#endif
