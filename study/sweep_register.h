/* Outcomes of all firms that ever lived: the mean or median of an amount of the register, one for each strategy at
 * founding, or the mean of founders with more of a gene at entry than the median less that of founders with less. They
 * may be of firms that entered in some months alone, and of whether the amount is above a number. Firms without that
 * amount are left out; sums are in the order of ids.
 *
 * A gene at entry is that of a firm's first month. Thread rule: one race; when an observer may read the world. Cost:
 * some ns for each firm that enters, and a pass over the register for each strategy at the end. */
#ifndef MATTHEW_STUDY_SWEEP_REGISTER_H
#define MATTHEW_STUDY_SWEEP_REGISTER_H

#include "agents/world.h"
#include "study/sweep.h"

/* register: X, one of mean, median, mean_by: strategy, median_by: strategy and difference_by: GENE, and perhaps above:
 * X and entered: [FROM, TO], into an outcome of a sweep whose base is known. */
int sweep_read_register(struct sweep *sweep, struct outcome *outcome, const struct node *spec, struct failure *failure);

/* Genes at entry by id: sweep->noted of each firm. Begins as zeroes; free is legal then and twice. */
struct founders {
    double *gene;
    size_t count, room; /* firms */
};

/* Notes the firms that have entered since the last call; to be called every month. */
int founders_note(struct founders *founders, const struct sweep *sweep, const struct world *world,
                  struct failure *failure);
void founders_free(struct founders *founders);

/* The values of the outcome for the register as it is. */
int sweep_register_take(const struct outcome *outcome, const struct founders *founders, const struct sweep *sweep,
                        const struct world *world, double *values, struct failure *failure);

/* Words of the file, and words that tell one outcome from another: "register npv difference_by speed". Return text. */
enum { SWEEP_REGISTER_SIZE = 500 };
char *sweep_register_text(const struct outcome *outcome, char text[SWEEP_REGISTER_SIZE]);
char *sweep_register_key(const struct outcome *outcome, char text[SWEEP_REGISTER_SIZE]);
const char *sweep_register_unit(const struct outcome *outcome);

#endif
