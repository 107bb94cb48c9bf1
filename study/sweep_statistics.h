/* The statistics that outcomes of many firms have, by study/statistics.def. Thread rule: pure functions; reading is
 * that of one sweep's file. */
#ifndef MATTHEW_STUDY_SWEEP_STATISTICS_H
#define MATTHEW_STUDY_SWEEP_STATISTICS_H

#include "study/sweep.h"

enum statistic_argument { ARGUMENT_NOTHING, ARGUMENT_STRATEGY, ARGUMENT_GENE };

struct statistic_info {
    const char *key;
    enum statistic_argument argument;
    int of_register, of_columns;
    const char *words;
};

extern const struct statistic_info statistic_table[STATISTIC_COUNT];

/* The statistic of a key; STATISTIC_COUNT for none. */
enum statistic statistic_find(const char *key);

/* Whether outcomes of this source have the statistic. */
int statistic_is_of(enum statistic statistic, enum outcome_source source);

/* Reads the one statistic of an outcome whose source is known, with what stands behind it; what: how the list of those
 * that are allowed begins. Sets its width, too. */
int sweep_read_statistic(struct sweep *sweep, struct outcome *outcome, const struct node *spec, const char *what,
                         struct failure *failure);

/* Whether an outcome has one value for each strategy. */
int outcome_is_by_strategy(const struct outcome *outcome);

/* What stands behind the statistic: "strategy", the name of a gene, or "". */
const char *outcome_argument(const struct outcome *outcome);

#endif
