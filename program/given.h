/* What a command line says about its scenario. */
#ifndef MATTHEW_PROGRAM_GIVEN_H
#define MATTHEW_PROGRAM_GIVEN_H

#include "core/scenario.h"
#include "parallel/team.h"
#include "program/arguments.h"

enum { THREADS_MAX = TEAM_THREADS_MAX };

/* The scenario of the operand (without one frontier-race) with everything that the options change in it. Returns an
 * exit status; the caller frees the scenario in any case. */
int given_scenario(struct scenario *scenario, const struct arguments *arguments);

/* --threads, or as many as OpenMP would use. Returns an exit status. */
int given_threads(int *threads, const struct arguments *arguments);

#endif
