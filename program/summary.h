/* What is told about a run at its end: where the industry stands, and what the run cost. */
#ifndef MATTHEW_PROGRAM_SUMMARY_H
#define MATTHEW_PROGRAM_SUMMARY_H

#include "measure/indicators.h"

struct summary {
    /* Of the world, at the last recorded month. */
    long month;
    struct indicators indicators;
    char leader[CONCENTRATED_COUNT][96]; /* "" when nobody leads */
    char frontier_leader[96];
    /* firms of month 0, those of them alive, founded since, gone since, and of those: taken over */
    long initial, survivors, entries, exits, acquired;
    unsigned long long digest; /* of the state */
    /* Of the run. */
    const char *path; /* of the history; null when there is none */
    int kept;         /* 1 when that is the file of an earlier run, which came further than this one */
    int left;         /* of a run that failed: 1 when --resume can go on with what it left */
    double bytes, seconds, firm_steps;
    int threads, interrupted;
};

/* Reads the world and its indicators; the rest of the summary stays as it is. */
void summary_take(struct summary *summary, const struct world *world, const struct indicators *indicators);

/* A short table for people, or one JSON object, on stdout. sets: the arguments PATH=VALUE that changed the scenario. */
void summary_print(const struct summary *summary, const struct scenario *scenario);
void summary_print_json(const struct summary *summary, const struct scenario *scenario, const char *const *sets,
                        int set_count);

#endif
