/* The outcomes of a sweep: read from its file, and taken from a race while it runs. */
#ifndef MATTHEW_STUDY_SWEEP_OUTCOMES_H
#define MATTHEW_STUDY_SWEEP_OUTCOMES_H

#include "measure/gauge.h"
#include "study/sweep_register.h"

/* outcomes: {NAME: {indicator: X, or column: X and a firm or a statistic; final | at: m | mean_of_last: k | series:
 * every n}} or {NAME: {register: X, mean, ...}} into a sweep whose base is known. */
int sweep_read_outcomes(struct sweep *sweep, const struct node *node, struct failure *failure);

/* Unit and description of the indicator that an outcome is made from. */
const struct indicator_info *outcome_info(const struct outcome *outcome);

/* stop_when: "X > number", or >= < <=; X is an indicator or X.MEMBER. Call it before the outcomes are read. */
int sweep_read_stop(struct sweep *sweep, const struct node *node, struct failure *failure);

/* ">", ">=", "<" or "<=". */
const char *stop_sign_text(enum stop_sign sign);

/* Takes the outcomes of one race into `row`, which has sweep->values values and begins as NaN. What a race has not come
 * to stays NaN. An observer that stands after the gauge; it ends the race where the sweep's rule says so. Thread rule:
 * that of an observer. */
struct taking {
    const struct sweep *sweep;
    struct gauge *gauge;
    double *row;
    int wants;       /* something of the month that is being shown */
    long month;      /* seen last */
    int has_stopped; /* by the rule */
    int goes_on;     /* the rule ends nothing: the race is no longer than it wants */
    double *recent;  /* sweep->recent */
    struct founders founders;
};

/* The gauge may be given later. Free is legal after a failure and twice. */
int taking_init(struct taking *taking, const struct sweep *sweep, struct gauge *gauge, double *row,
                struct failure *failure);
void taking_free(struct taking *taking);
struct observer taking_observer(struct taking *taking);

#endif
