/* What every firm meets in a month: trends that calendar time makes of the parameters, sentiment, the growth of the
 * sector. Set anew at the start of each month from the parameters and the industry as they are then; only `capture` and
 * `burden` are set later, by regulation_open. No month reads those of the month before. A state on tape has them all
 * the same: whoever looks at a race between two months finds those of the month that has passed. */
#ifndef MATTHEW_AGENTS_CONDITIONS_H
#define MATTHEW_AGENTS_CONDITIONS_H

#include "core/parameters.h"

struct conditions {
    double gpu_trend_price;             /* P_0 exp(-g_P t), M$/GPU */
    double energy[MEMBERS_MAX];         /* by region, M$/GPU/month */
    double algorithmic_efficiency;      /* A_t */
    double critical_cluster;            /* G_cap,t, GPU */
    double load[MEMBERS_MAX];           /* serving load by segment, GPU/account */
    double price_response[MEMBERS_MAX]; /* alpha_s(t), month/$ */
    double decay;                       /* lambda_d(t), 1/month */
    double core_growth;                 /* factor on core income a month */
    double multiple;                    /* m_0 m_t: annual receipts to value */
    double sentiment;                   /* exp(ln s) */
    double gpu_cap, run_cap;            /* 1e300 without a cap (26) */
    double capture;                     /* log barrier that influence adds, set by regulation_open; 0 without it */
    double burden;                      /* log barrier as small firms feel it; 0 where regulation is off */
    double discount;                    /* of money at the start of the month to month 0; 0 without values */
};

/* Fills conditions for the month `elapsed` months after month 0. */
void conditions_set(struct conditions *conditions, const struct parameters *parameters, long elapsed,
                    double sector_growth, double log_sentiment);

#endif
