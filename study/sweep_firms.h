/* Outcomes of a column over all living firms in a month: sum, mean, Herfindahl-Hirschman index, and sums and means by
 * strategy at founding. Sums are in the order of slots. Thread rule: any; a column is read while an observer may read
 * the world. Cost: one pass over the firms for each month that counts. */
#ifndef MATTHEW_STUDY_SWEEP_FIRMS_H
#define MATTHEW_STUDY_SWEEP_FIRMS_H

#include "agents/world.h"
#include "study/sweep.h"

/* column: X, perhaps member: M, and one of sum, mean, hhi, sum_by: strategy and mean_by: strategy, into an outcome of a
 * sweep whose base is known. */
int sweep_read_firms(struct sweep *sweep, struct outcome *outcome, const struct node *spec, struct failure *failure);

/* The values of this month, outcome->width of them. A sum over no firm is 0, a mean of none NaN. The index counts what
 * is negative as 0, and is NaN where nothing is above 0. */
void sweep_firms_take(const struct outcome *outcome, const struct world *world, double *values);

/* Words of the file, and words that tell one outcome from another: "column accounts.consumer sum_by strategy". Return
 * text. */
enum { SWEEP_FIRMS_SIZE = 400 };
char *sweep_firms_text(const struct sweep *sweep, const struct outcome *outcome, char text[SWEEP_FIRMS_SIZE]);
char *sweep_firms_key(const struct sweep *sweep, const struct outcome *outcome, char text[SWEEP_FIRMS_SIZE]);
const char *sweep_firms_unit(const struct outcome *outcome);

#endif
