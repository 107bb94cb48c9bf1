/* Holds a scenario, or one recorded race, against the facts of core/facts.def.
 *
 * Runs replications that differ in their seeds alone and measures every fact in each, as an ensemble
 * (study/ensemble.h): the results are the same for any number of threads.
 * Memory: about that of a race for each race that runs, and a fraction for what is collected. Never prints. */
#ifndef MATTHEW_STUDY_VALIDATE_H
#define MATTHEW_STUDY_VALIDATE_H

#include <signal.h>

#include "core/scenario.h"

enum { REPLICATIONS_MAX = 100000 };

enum verdict { VERDICT_IN_BAND, VERDICT_OUT_OF_BAND, VERDICT_NOT_MEASURED };

/* One fact over the replications. */
struct finding {
    int required;          /* whether the scenario must show it */
    double measured;       /* mean over the replications in which it could be measured, NaN when there is none */
    double standard_error; /* of that mean; NaN below two */
    size_t measured_in;    /* how many */
    enum verdict verdict;
};

struct validation {
    size_t replications;
    uint64_t *seeds;
    double (*values)[FACT_COUNT]; /* by replication */
    struct finding finding[FACT_COUNT];
    int failed; /* required facts that are out of band or could not be measured */
};

struct validate_options {
    size_t replications;               /* 1..REPLICATIONS_MAX */
    int threads;                       /* 0: the default of parallel/team.h */
    const volatile sig_atomic_t *stop; /* may be null; non-zero ends it with MATTHEW_STOPPED */
};

/* Seeds are replicate_seed(scenario->seed, 0..n-1). validation_free is legal after a failure and twice. */
int validate_scenario(struct validation *validation, const struct scenario *scenario,
                      const struct validate_options *options, struct failure *failure);

/* The same for one race that was recorded: one replication. Fills in the file's scenario, which the caller frees.
 * Errors are those of study/recorded.h. */
int validate_file(struct validation *validation, struct scenario *scenario, const char *path, struct failure *failure);

void validation_free(struct validation *validation);

#endif
