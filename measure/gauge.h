/* The one indicator state of a race: whoever wants an indicator reads it here.
 *
 * The gauge is an observer that sees every month, and stands first in the list of observers (parallel/observers.h). In
 * every month it follows what later months need. What else it computes is what somebody wanted of this month: an
 * observer after it calls gauge_want from its month() and reads gauge_row from its settle(). So an indicator has one
 * value, whoever asks, and how often somebody asks changes none.
 *
 * Owns its scratch memory. Thread rule: that of an observer. Cost: that of measure/indicators.h. */
#ifndef MATTHEW_MEASURE_GAUGE_H
#define MATTHEW_MEASURE_GAUGE_H

#include "measure/indicators.h"
#include "parallel/observer.h"

struct gauge {
    struct indicator_work work;
    /* What is wanted of the month that is being shown. */
    unsigned char wanted[INDICATOR_COUNT], members[MEMBER_INDICATOR_COUNT];
    /* Set by who knows that nobody will ask for what spans months (leader_tenure, instability, ...): a month of which
     * nothing is wanted is then passed over and costs nothing, and in others nothing is followed. */
    int passes_over;
    int passing; /* over this month */
};

/* For a race of so many initial firms; it grows with the race. Free is legal after a failed init, twice, and on zeros.
 */
int gauge_init(struct gauge *gauge, size_t slots, struct failure *failure);
void gauge_free(struct gauge *gauge);

struct observer gauge_observer(struct gauge *gauge);

/* Wants these indicators of this month, beside what others want; null means all of them. */
void gauge_want(struct gauge *gauge, const unsigned char wanted[INDICATOR_COUNT],
                const unsigned char members[MEMBER_INDICATOR_COUNT]);

/* The month that was seen last: what was wanted of it, and the leaders; NaN elsewhere. */
const struct indicators *gauge_row(const struct gauge *gauge);

/* Adds what is wanted of the month at which the world stands, between two runs, or before the first. */
int gauge_ask(struct gauge *gauge, const struct world *world, struct failure *failure);

/* Carries what later months need of earlier ones, in a race of so many firms ever, to or from a tape. */
int gauge_carry(struct gauge *gauge, struct tape *tape, size_t firms, struct failure *failure);

/* Carries what is known of the month at which the race stands. Some indicators read scratch of the markets, which no
 * state has: ask for all of them before, and whoever goes on from the tape can answer for that month too. */
void gauge_carry_month(struct gauge *gauge, struct tape *tape);

#endif
