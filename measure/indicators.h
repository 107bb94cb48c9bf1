/* The indicators of one month: concentration, totals, frontier, prices of the industry.
 *
 * indicators.def declares them; the measures of concentration are defined in measure/concentration.h. Revenue is
 * smoothed receipts, staff headcount, compute installed GPUs, capital valuation; shares are among active firms,
 * accounts that chose no firm excluded. What needs two months (how long the leader has led, how much shares changed) is
 * measured against the month that was seen before; in the first one leader_tenure is 0 and instability NaN. The mean
 * tenure of leaders is months observed over changes, the maximum likelihood estimate for exponential spells of which
 * the last (and, no matter, the first) is cut off. What cannot be computed (no firm, nothing to share) is NaN, or -1
 * for ids.
 *
 * Indicators come in groups, and a group is computed where one of it is wanted. What later months need of this one (the
 * leaders, receipts, capabilities, rounds) is followed in every month, at a few ns a firm.
 *
 * Owns its scratch memory and the memory between months; reads the world, never changes it; knows no file.
 * Thread rule: indicators_prepare and indicators_finish are called alone; tasks 0..n-1 in between from any thread in
 * any order: every task writes values of its own, so the bits do not depend on who did what. Cost: about 450 ns a firm
 * for everything: the radix sorts behind gini and hill, ranks and slopes are 100 ns each. */
#ifndef MATTHEW_MEASURE_INDICATORS_H
#define MATTHEW_MEASURE_INDICATORS_H

#include "agents/world.h"
#include "core/tape.h"
#include "measure/concentration.h"
#include "measure/rounds.h"
#include "measure/turnover.h"

enum concentrated {
#define CONCENTRATION(what, ...) CONCENTRATED_##what,
#include "measure/indicators.def"
#undef CONCENTRATION
    CONCENTRATED_COUNT
};

/* INDICATOR_accounts_hhi, ..., then INDICATOR_active_firms and so on. */
enum indicator {
#define INDICATOR_MEASURE(what, measure, ...) INDICATOR_##what##_##measure,
#define CONCENTRATION(what, of) MEASURES(INDICATOR_MEASURE, what, of)
#define INDICATOR(name, ...) INDICATOR_##name,
#include "measure/indicators.def"
#undef INDICATOR_MEASURE
#undef CONCENTRATION
#undef INDICATOR
    INDICATOR_COUNT
};

/* Indicators from here on are recorded on request: welfare, the payments, the balances. */
enum {
    INDICATOR_on_request = INDICATOR_firm_profit,
    INDICATOR_payments = INDICATOR_COUNT - PAYMENT_COUNT - SECTOR_COUNT
};

enum member_indicator {
#define MEMBER_INDICATOR(name, ...) MEMBER_INDICATOR_##name,
#include "measure/indicators.def"
#undef MEMBER_INDICATOR
    MEMBER_INDICATOR_COUNT
};

/* What is computed together. */
enum indicator_group {
    GROUP_CONCENTRATION, /* by quantity: struct indicator_work has what of it */
    GROUP_FOLLOWED,      /* there in every month */
    GROUP_INDUSTRY,      /* what need not be summed */
    GROUP_LEDGER,
    GROUP_FRONTIER,
    GROUP_TOTALS, /* each by itself */
    GROUP_STAFF,
    GROUP_COMPUTE,
    GROUP_ORGANISATION,
    GROUP_TURNOVER,
    GROUP_FLOOR,
    GROUP_RANKS,
    GROUP_MEDIAN,
    GROUP_VALUES,
    GROUP_MARKETS, /* accounts of a segment */
    GROUP_PRICES,
    GROUP_QUALITY, /* prices at a fixed quality */
    GROUP_CHURN,
    GROUP_SURPLUS,
    GROUP_WELFARE,
    GROUP_SLOPES,
    GROUP_COUNT
};

struct indicator_info {
    const char *name;
    enum indicator_group group;
    enum field_type type;
    const char *unit, *description;
    enum dimension dimension; /* DIMENSION_FIRM when there is one value */
};

extern const struct indicator_info indicator_table[INDICATOR_COUNT];
extern const struct indicator_info member_indicator_table[MEMBER_INDICATOR_COUNT];

/* Whether an indicator needs that months before were followed. None of those of members does. */
int indicator_spans_months(int indicator);

/* The place of a name ("accounts_hhi") in indicator_table, or -1. */
int indicator_index(const char *name);
int member_indicator_index(const char *name);

struct indicators {
    long month;
    double value[INDICATOR_COUNT];
    double member[MEMBER_INDICATOR_COUNT][MEMBERS_MAX];
};

/* What accounts of a segment pay and cost at posted prices, in M$ a month; how many firms had before the month and how
 * many of them moved. */
struct sales {
    double price, cost, list; /* list: at the price of month 0's entrants without penetration */
    double held, moved;
};

struct indicator_work {
    const struct columns *columns;
    unsigned char of[INDICATOR_COUNT], of_members[MEMBER_INDICATOR_COUNT]; /* wanted of this month, and not there yet */
    int wants_measures[CONCENTRATED_COUNT];                                /* more than the leader */
    unsigned wanted[CONCENTRATED_COUNT]; /* and of it CONCENTRATION_ORDER, CONCENTRATION_LOGS */
    int wants[GROUP_COUNT], wants_any;   /* any: more than what is followed */
    double *values[CONCENTRATED_COUNT], *scratch[CONCENTRATED_COUNT];
    struct turnover turnover;
    struct sales sales[MEMBERS_MAX]; /* by segment */
    size_t capacity;
    int follows;  /* what later months need; 1 unless nobody will want what spans months */
    int computed; /* 1 from the second month on */
    long last;    /* the month that was seen last */
    long between; /* months from the one before to it, 0 for none */
    /* A month may be asked again, for more of it. */
    int again, filled; /* filled: now has more than what is followed */
    unsigned char done[INDICATOR_COUNT], done_members[MEMBER_INDICATOR_COUNT];
    unsigned done_measures[CONCENTRATED_COUNT];
    struct rounds rounds;
    double leader[CONCENTRATED_COUNT];
    long leader_since[CONCENTRATED_COUNT];
    long leader_changes[CONCENTRATED_COUNT], leader_months[CONCENTRATED_COUNT]; /* months: with a leader */
    struct indicators now;                                                      /* of the month in work */
};

/* Work for every indicator. Free is legal after a failed init and twice. */
int indicators_init(struct indicator_work *work, size_t slots, struct failure *failure);
void indicators_free(struct indicator_work *work);

/* Carries what later months need of earlier ones, in a race of so many firms ever, to or from a tape. */
int indicators_carry(struct indicator_work *work, struct tape *tape, size_t firms, struct failure *failure);

/* Carries what was computed of the month in work. */
void indicators_carry_month(struct indicator_work *work, struct tape *tape);

/* Computes only what the flagged indicators need (by enum indicator and enum member_indicator); the others are NaN.
 * After init everything is wanted, and what spans months is followed. */
void indicators_want(struct indicator_work *work, const unsigned char wanted[INDICATOR_COUNT],
                     const unsigned char members[MEMBER_INDICATOR_COUNT]);

/* One month as independent tasks. The same month may be computed again, as long as the world stands there: then what
 * was not wanted before is added. */
int indicators_prepare(struct indicator_work *work, const struct world *world, struct failure *failure);
size_t indicators_tasks(const struct indicator_work *work, const struct world *world);
void indicators_task(struct indicator_work *work, const struct world *world, size_t task);
void indicators_finish(struct indicator_work *work, const struct world *world, struct indicators *result);

/* The same in one call. The result, which may be null, is what work->now has. */
int indicators_compute(struct indicator_work *work, const struct world *world, struct indicators *result,
                       struct failure *failure);

#endif
