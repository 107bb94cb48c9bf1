/* The measure of each fact of core/facts.def in one race that is over.
 *
 * docs/validation.md defines them. Thread rule: pure but for the scratch that it owns while it lasts. Cost: some ms. */
#ifndef MATTHEW_STUDY_FACTS_H
#define MATTHEW_STUDY_FACTS_H

#include "study/collect.h"

/* Measures every fact; what this race cannot tell (it was too short, a mechanism was off, there are too few firms) is
 * NaN. reg: the register at the end of the race. */
int facts_measure(const struct collection *collection, const struct firm_register *reg, double measured[FACT_COUNT],
                  struct failure *failure);

#endif
