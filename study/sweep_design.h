/* Reads which design a sweep has. Thread rule: one thread. */
#ifndef MATTHEW_STUDY_SWEEP_DESIGN_H
#define MATTHEW_STUDY_SWEEP_DESIGN_H

#include "study/sweep.h"

/* design: a word, or {WORD: N} with settings; null is grid. The base is known. study/sweep_load.h has the grammar. */
int sweep_read_design(struct sweep *sweep, const struct node *node, struct failure *failure);

/* 1 for a design that takes a factor's `from` and `to` without `steps`. */
int sweep_takes_ranges(const struct sweep *sweep);

/* "grid", "list", "sobol", ... */
const char *sweep_design_word(const struct sweep *sweep);

#endif
