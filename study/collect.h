/* Gathers from one race, month by month, what the facts are measured from.
 *
 * Sees the state before exits (parallel/observer.h) and reads the columns that collect_field_table names, the register
 * and the parameters; never changes the world. Keeps a few numbers per firm (last year's size, this year's
 * funding), a few per month (shares of the three largest, frontier) and one growth rate per firm and year; never a
 * value per month and firm. Owns its memory. Thread rule: one race, one collection; called alone. Cost: about 20 ns a
 * firm and month. */
#ifndef MATTHEW_STUDY_COLLECT_H
#define MATTHEW_STUDY_COLLECT_H

#include "agents/world.h"
#include "parallel/observer.h"
#include "study/estimators.h"

enum {
    GROWTH_FIRST = 24, /* growth rates of years begin here: the initial state has settled */
    GROWTH_OLD = 36,   /* growth_shape is about firms older than this, in months, when the year begins */
    MOVES_STICKY = 33, /* months between the two ends of a move of shares */
    MOVES_CONTESTABLE = 24,
    MOVES_LEADERS = 3, /* whose shares are followed */
    FUNDED_MOST = 10,
    FUNNEL_AGE = 84,
    FUNNEL_ROUNDS = 5,
    LAG_FIRST = 24, /* lags behind the frontier are taken every twelve months from here */
    LAG_RESEARCH_STAFF = 200
};
#define GROWTH_RECEIPTS_LEAST 0.02 /* M$/month at both ends of a year; below that a growth rate is noise */
#define GROWTH_STAFF_LEAST 4.0     /* persons, likewise */

/* Which columns are read. */
extern const enum field collect_field_table[];
extern const size_t collect_field_count;

/* Annual log growth of one quantity, less the median of the year, with what it was at the start. */
struct growths {
    double *log_size, *growth;
    unsigned char *old;
    size_t count, capacity;
};

/* The largest firms by receipts of one month. */
struct leaders {
    double id[MOVES_LEADERS], share[MOVES_LEADERS];
    size_t slot[MOVES_LEADERS]; /* of that month, NO_SLOT where there is none */
};

struct collection {
    const struct scenario *scenario; /* borrowed */
    long last;                       /* the month with which the race ends */
    long seen;                       /* the next month to see */
    struct growths receipts, staff;
    double *by_firm; /* one block; the next are its parts, of `room` values each */
    size_t room;
    double *year_receipts, *year_staff, *year_funding; /* by id; NaN of firms that were not there */
    double *headcount, *scratch;                       /* headcount by slot */
    size_t *present, count; /* slots of the month's firms by rising id: sums do not depend on where firms lie */
    double *by_month;       /* likewise, last + 1 values each, NaN where there is none */
    double *hhi, *frontier, *moves_sticky, *moves_contestable;
    struct leaders *leaders; /* by month */
    double *initial_age;     /* by id */
    size_t initial;
    double separations, staff_months; /* separations: walkouts included */
    struct pairs rounds;              /* ln valuation, ln round */
    double funding_share_total, funding_years;
    double reached[FUNNEL_ROUNDS + 1]; /* firms of the cohort with this many rounds and more */
    double lag_total, lag_samples;
    /* Of the last month's firms, by rising id. */
    double *final; /* one block */
    double *final_id, *final_receipts, *final_valuation, *final_raised, *final_worth;
    size_t final_count;
};

/* For a race of the scenario, from month 0 to month last. Legal to free after a failure and twice. */
int collect_init(struct collection *collection, const struct scenario *scenario, long last, struct failure *failure);
void collect_free(struct collection *collection);

/* The end of a month, before exits; months in order from 0. */
int collect_month(struct collection *collection, const struct world *world, struct failure *failure);

/* The observer to hand to the race; it borrows the collection. */
struct observer collect_observer(struct collection *collection);

#endif
