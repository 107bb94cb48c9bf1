/* A sweep: thousands of races of one scenario, over the values of some of its parameters and over seeds.
 *
 * A sweep is points times replicates. A point is one value of each factor; in a grid the points are all combinations,
 * the last factor fastest; in a list point i has the i-th value of each. Run r is replicate r % replicates of point
 * r / replicates. A run gives the values of all outcomes, one after the other. study/sweep_load.h has the grammar.
 *
 * Owns its memory; sweep_free is legal after a failed load and twice. Thread rule: any number of threads may read it.
 */
#ifndef MATTHEW_STUDY_SWEEP_H
#define MATTHEW_STUDY_SWEEP_H

#include "core/document.h"
#include "core/scenario.h"
#include "study/entries.h"

enum {
    SWEEP_FACTORS_MAX = 16,
    SWEEP_OUTCOMES_MAX = 200,
    SWEEP_VALUES_MAX = 100000, /* of one factor */
    SWEEP_POINTS_MAX = 1000000,
    SWEEP_REPLICATES_MAX = 100000,
    SWEEP_RUNS_MAX = 100000000,
    SWEEP_LEVELS_MAX = 1000,
    SWEEP_AXES_MAX = 4, /* month axes of series, by their interval */
    SWEEP_NAME_SIZE = 64
};

enum sweep_design { SWEEP_GRID, SWEEP_LIST };

/* How a list came about (study/sweep_sample.h). */
enum sweep_sample {
    SAMPLE_NONE,
    SAMPLE_ONE_AT_A_TIME,
    SAMPLE_RANDOM,
    SAMPLE_LATIN_HYPERCUBE,
    SAMPLE_SOBOL,
    SAMPLE_SALTELLI,
    SAMPLE_MORRIS
};

/* A parameter, of one member or of all, that takes several values. */
struct factor {
    char path[PARAMETER_PATH_SIZE], name[SWEEP_NAME_SIZE];
    int is_named; /* by the user */
    const struct parameter_info *info;
    int of_firm; /* a number of a named firm: `firm`, and `own` in place of a line of the table */
    struct named_value firm;
    struct parameter_info own;
    enum entry_part part; /* a number of the entry of the schedule with this name; `own` likewise */
    char entry[ENTRY_NAME_SIZE];
    size_t index[MEMBERS_MAX]; /* places among parameter_values */
    int index_count;
    double *values;
    size_t count;
    int is_range;                    /* while a design is made: two values are the ends of a range */
    const struct document *document; /* that of the sweep, or its table of points */
    const struct node *node;         /* of the document */
};

enum outcome_kind { OUTCOME_FINAL, OUTCOME_AT, OUTCOME_MEAN, OUTCOME_SERIES };

/* What an outcome is taken from, and what says more of it. */
enum outcome_source {
    SOURCE_INDICATOR, /* indicator, or member_indicator and member */
    SOURCE_FIRM,      /* a column of a named firm: firm, field, member and is_share */
    SOURCE_FIRMS,     /* a column of all living firms: field, member and statistic */
    SOURCE_REGISTER   /* all firms that ever lived: amount, above, cohort, statistic and gene */
};

/* Over firms (study/sweep_statistics.h). */
enum statistic {
#define STATISTIC(key, ...) STATISTIC_##key,
#include "study/statistics.def"
    STATISTIC_COUNT
};

/* What is kept of a run: one number or one for each strategy, once or for each month of an axis. */
struct outcome {
    char name[SWEEP_NAME_SIZE];
    enum outcome_kind kind;
    long months; /* AT: the month; MEAN: of how many last months; SERIES: every so many */
    enum outcome_source source;
    size_t firm; /* place among the scenario's named firms */
    int field;
    int is_share;
    int indicator;                /* of indicator_table, -1 for one of a member */
    int member_indicator, member; /* member of a column: -1 for the sum over all */
    size_t first, length;         /* of its values in a run's: month by month, in each one for each strategy */
    size_t width;                 /* values of a month: 1, or one for each strategy */
    int axis;                     /* SERIES: place among the sweep's axes */
    size_t amount;                /* study/sweep_amounts.h */
    int is_above;                 /* the amount is 1 where it is above `above`, else 0 */
    double above;
    int is_cohort; /* only firms that entered in the months `from` to `to` */
    long from, to;
    enum statistic statistic;
    int gene;      /* difference_by: agents/genes.h */
    size_t noted;  /* difference_by: place among the genes that a race notes of each firm */
    size_t recent; /* MEAN, where a rule may end races: place of its last months among the sweep's recent */
    const struct node *node;
};

/* A race ends after the first month at whose end this holds. */
enum stop_sign { STOP_NEVER, STOP_ABOVE, STOP_FROM, STOP_BELOW, STOP_UP_TO };
struct stop_rule {
    enum stop_sign sign;
    struct outcome of; /* its indicator */
    double number;
};

/* How many replicates a point gets (study/sweep_until.h); no rule while there is no target. */
struct until_target {
    size_t outcome;
    double error; /* standard error of the mean */
};
struct until_rule {
    size_t at_least, count;
    struct until_target target[SWEEP_OUTCOMES_MAX];
};

/* Points are held against the one that has these values of some factors and its own of all others. */
struct comparison {
    int is_there;
    unsigned char of[SWEEP_FACTORS_MAX];
    double value[SWEEP_FACTORS_MAX];
};

/* The months of series: 0, every, 2 every, ..., and the last. */
struct sweep_axis {
    char name[SWEEP_NAME_SIZE];
    long every;
    size_t length;
};

struct sweep {
    struct document document; /* the sweep's file */
    struct document table;    /* of a list whose points are in a file of their own; else nothing */
    char *text, *recipe;      /* as written; as understood, without the base */
    char *base_text;          /* the base with everything that it rests on, as YAML */
    struct scenario base;
    enum sweep_design design;
    enum sweep_sample sample;
    size_t sample_points; /* or rows of Saltelli's matrices, or trajectories */
    uint64_t sample_seed;
    int second_order; /* SALTELLI */
    size_t levels;    /* MORRIS: an even number */
    int independent;  /* seeds differ from point to point */
    size_t factor_count, outcome_count;
    int axis_count;
    struct factor factor[SWEEP_FACTORS_MAX];
    struct outcome outcome[SWEEP_OUTCOMES_MAX];
    struct sweep_axis axis[SWEEP_AXES_MAX];
    size_t points, replicates, runs; /* with a rule `until` the most that there may be */
    struct until_rule until;
    size_t values; /* of a run */
    struct stop_rule stop;
    struct comparison compare;
    size_t recent; /* values that means keep while a race runs that a rule may end */
    size_t noted;  /* genes of each firm that outcomes need */
    uint64_t key;  /* of all that is the same for all runs, but the parameters */
};

void sweep_free(struct sweep *sweep);

/* The place of a point's value among a factor's. */
size_t sweep_level(const struct sweep *sweep, size_t point, size_t factor);

/* Gives the parameters the values of a point. */
void sweep_set_point(const struct sweep *sweep, size_t point, struct parameters *parameters);

/* The scenario of a run. It borrows what the base owns; give it back with sweep_scenario_end, also after a failure. */
int sweep_scenario(const struct sweep *sweep, size_t run, struct scenario *scenario, struct failure *failure);
void sweep_scenario_end(const struct sweep *sweep, struct scenario *scenario);

/* Whether a factor is a number of a named firm or of the schedule, and what the base has there. */
int factor_is_own(const struct factor *factor);
double sweep_own_value(const struct sweep *sweep, const struct factor *factor);

/* Gives a scenario that sweep_scenario made the values of another point. */
void sweep_move(const struct sweep *sweep, size_t point, struct scenario *scenario);

/* Common seeds depend on the replicate alone, independent ones on the point's values too, never on its number. */
uint64_t sweep_seed(const struct sweep *sweep, size_t run);

/* A hash of everything that the results of a run depend on but the program. */
uint64_t sweep_run_key(const struct sweep *sweep, size_t run);

/* "lock_in=0.5, network=0.3". Returns text. */
enum { SWEEP_POINT_SIZE = 700 };
char *sweep_point_text(const struct sweep *sweep, size_t point, char text[SWEEP_POINT_SIZE]);

/* The month of a place on an axis. */
long sweep_month(const struct sweep *sweep, int axis, size_t place);

/* Hashes: of words, one after the other, and of a text. */
uint64_t sweep_hash(uint64_t hash, const void *words, size_t count);
uint64_t sweep_hash_text(uint64_t hash, const char *text);

#endif
