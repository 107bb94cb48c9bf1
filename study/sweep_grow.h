/* Grows the file of a sweep: a new one is made under another name, the finished runs are copied, and it takes the place
 * of the old one. A kill at any moment leaves one of the two.
 *
 * A run is known by its key: the parameters of its point, its months, firms and seed, whatever its place. Outcomes are
 * known by what they take, whatever their order and names. A file never loses finished runs: when one of them is not in
 * the new sweep, or an outcome is not, nothing is done. Thread rule: one thread has the file. Cost: some us for each
 * run. */
#ifndef MATTHEW_STUDY_SWEEP_GROW_H
#define MATTHEW_STUDY_SWEEP_GROW_H

#include "study/sweep_define.h"
#include "study/sweep_rows.h"

/* The file holds another sweep, and `failure` says in what it differs. The caller has the lock. Sets has_grown, kept,
 * finished and places. When it cannot grow, the failure says why as well. */
int sweep_grow(struct sweep_file *file, const struct sweep_file_options *options, struct failure *failure);

#endif
