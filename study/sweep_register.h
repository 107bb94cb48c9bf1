/* Outcomes of all firms that ever lived: the mean of an amount of the register, one mean for each strategy at founding,
 * or the mean of founders with more of a gene at entry than the median less that of founders with less. Firms without
 * that amount are left out; sums are in the order of ids.
 *
 * A gene at entry is that of a firm's first month. Thread rule: one race; when an observer may read the world. Cost:
 * some ns for each firm that enters, and one pass over the register at the end. */
#ifndef MATTHEW_STUDY_SWEEP_REGISTER_H
#define MATTHEW_STUDY_SWEEP_REGISTER_H

#include "agents/world.h"
#include "study/sweep.h"

/* register: X and one of mean, mean_by: strategy and difference_by: GENE, into an outcome of a sweep whose base is
 * known. */
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
enum { SWEEP_REGISTER_SIZE = 400 };
char *sweep_register_text(const struct outcome *outcome, char text[SWEEP_REGISTER_SIZE]);
char *sweep_register_key(const struct outcome *outcome, char text[SWEEP_REGISTER_SIZE]);

/* The name of the gene by which a difference is taken. */
const char *sweep_register_gene(const struct outcome *outcome);

#endif
