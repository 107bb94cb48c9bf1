/* One race, recorded and told about as by `matthew run`. */
#ifndef MATTHEW_PROGRAM_RERUN_H
#define MATTHEW_PROGRAM_RERUN_H

#include "program/arguments.h"
#include "study/sweep_outcomes.h"

/* Runs a scenario with the options of the command line and takes the outcomes of a sweep from it. Returns an exit
 * status. */
int run_again(const struct arguments *arguments, const struct scenario *scenario, struct taking *taking);

#endif
