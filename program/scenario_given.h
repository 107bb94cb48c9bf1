/* What a command line says about its scenario, through matthew.h. */
#ifndef MATTHEW_PROGRAM_SCENARIO_GIVEN_H
#define MATTHEW_PROGRAM_SCENARIO_GIVEN_H

#include "program/arguments.h"

struct matthew_scenario;

/* The scenario of the operand (without one frontier-race) with what --set, --seed, --months and --firms change in it,
 * checked, after its warnings on stderr. Returns an exit status; the caller frees the scenario in any case. */
int scenario_given(struct matthew_scenario **scenario, const struct arguments *arguments);

/* --threads, 0 where it is not given. Returns an exit status. */
int threads_given(int *threads, const struct arguments *arguments);

#endif
