/* How many replicates a point of a sweep gets: until the standard errors of means are small enough.
 *
 *   replicates: {at_least: N, at_most: M, until: {OUTCOME: STANDARD ERROR, ...}}
 *
 * A round is at_least replicates; the last one is cut at at_most. A point has the rounds that are whole, from the first
 * one on. After a round the standard error of an outcome is s / sqrt(k) over its k finite values so far. A point is
 * satisfied when every outcome of `until` was within its target after this round and the one before; so it has at least
 * two rounds. Else the next round begins, up to at_most. A point at which an outcome has no finite value after two
 * rounds gets no more. What a point gets depends on its own results alone, so threads, order and kills change nothing.
 *
 * Thread rule: different points may be worked on at once. Cost: some ns for each value; reading a run some us. */
#ifndef MATTHEW_STUDY_SWEEP_UNTIL_H
#define MATTHEW_STUDY_SWEEP_UNTIL_H

#include "core/text.h"
#include "study/sweep_rows.h"

/* replicates: a number, or the mapping above, into a sweep whose outcomes are known. */
int sweep_read_replicates(struct sweep *sweep, const struct node *node, struct failure *failure);

/* The line of the recipe. */
void sweep_replicates_text(const struct sweep *sweep, struct text *text);

enum until_verdict { UNTIL_GOES_ON, UNTIL_SATISFIED, UNTIL_AT_MOST, UNTIL_NEVER_FINITE };

/* Of the finite values of an outcome at a point, by Welford's method: how many, their mean, and the sum of squares of
 * deviations. */
struct until_moments {
    double count, mean, squares;
};

struct until_point {
    size_t replicates; /* in whole rounds */
    size_t rounds;
    size_t left; /* of the round that runs: for the use of who runs it */
    int was_within;
    enum until_verdict verdict;
};

struct until {
    const struct sweep *sweep;
    struct until_point *point;     /* sweep->points */
    struct until_moments *moments; /* of the targets of a point, one after the other */
};

/* Free is legal after a failure and twice. */
int until_init(struct until *until, const struct sweep *sweep, struct failure *failure);
void until_free(struct until *until);

/* Adds the values of the next replicate of a point; null for one that failed. */
void until_add(struct until *until, size_t point, const double *values);

/* Judges after a round that is whole. */
void until_judge(struct until *until, size_t point);

/* How many replicates the point has when its next round is whole. */
size_t until_next(const struct until *until, size_t point);

/* The standard error of a target at a point; NaN with fewer than two finite values. */
double until_error(const struct until *until, size_t point, size_t target);

/* Takes in and judges every round of a point that is whole in the file and was not yet taken in. */
int until_read(struct until *until, const struct sweep_file *file, size_t point, struct failure *failure);

#endif
