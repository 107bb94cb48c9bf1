#include "study/facts.h"

#include "core/elementary.h"
#include "core/memory.h"
#include "measure/concentration.h"

#include <math.h>

enum {
    SPEED_AGE = 36,   /* hazard_of_speed looks at firms up to this age */
    FEWEST_EXITS = 10 /* in each of two groups whose hazards are compared */
};
static const long YEAR = 12; /* months */
/* Thirds of the range of the speed gene. */
#define SPEED_SLOW (1.0 / 3.0)
#define SPEED_FAST (2.0 / 3.0)

/* What a race has left behind, made ready for the measures. */
struct evidence {
    const struct collection *collection;
    const struct firm_register *reg;
    struct life *lives, *born, *fast, *slow; /* of all firms; of those founded in the run; and by strategy */
    size_t live_count, born_count, fast_count, slow_count;
    size_t *order;          /* room for every growth rate */
    double *values, *other; /* room for every growth rate, firm ever and slot */
};

/* ---- making ready ---- */

/* Months of age as whole ones; a recorded file may say anything. */
static long whole_age(double age) {
    static const double MOST = 1e9;
    return age >= 0.0 ? (long)portable_min(age, MOST) : 0;
}

static struct life life_of(const struct collection *collection, const struct register_row *row) {
    size_t id = (size_t)row->id;
    long before = row->entry_month == 0 && id < collection->initial ? whole_age(collection->initial_age[id]) : 0;
    long left = row->exit_month >= 0 && row->exit_month <= collection->last;
    long end = left ? row->exit_month : collection->last;
    return (struct life){before, before + end - row->entry_month, (int)left};
}

static void sort_lives(struct evidence *evidence) {
    const struct collection *collection = evidence->collection;
    const double *speeds = collection->scenario->parameters.strategies_speed;
    for (size_t i = 0; i < evidence->reg->count; i++) {
        const struct register_row *row = &evidence->reg->rows[i];
        if (row->entry_month > collection->last)
            continue;
        struct life life = life_of(collection, row);
        evidence->lives[evidence->live_count++] = life;
        if (row->entry_month == 0)
            continue;
        evidence->born[evidence->born_count++] = life;
        if (speeds[row->strategy] > SPEED_FAST)
            evidence->fast[evidence->fast_count++] = life;
        else if (speeds[row->strategy] < SPEED_SLOW)
            evidence->slow[evidence->slow_count++] = life;
    }
}

static void evidence_free(struct evidence *evidence) {
    memory_free(evidence->lives);
    memory_free(evidence->order);
    memory_free(evidence->values);
}

static int evidence_init(struct evidence *evidence, const struct collection *collection,
                         const struct firm_register *reg, struct failure *failure) {
    size_t most = reg->count + collection->final_count;
    most = collection->receipts.count > most ? collection->receipts.count : most;
    most = collection->staff.count > most ? collection->staff.count : most;
    *evidence = (struct evidence){.collection = collection, .reg = reg};
    evidence->lives = memory_new(4 * reg->count, sizeof *evidence->lives);
    evidence->order = memory_new(most, sizeof *evidence->order);
    evidence->values = memory_new(2 * most, sizeof *evidence->values);
    if (evidence->lives == NULL || evidence->order == NULL || evidence->values == NULL) {
        evidence_free(evidence);
        return fail_memory(failure, "the measures of facts");
    }
    evidence->born = evidence->lives + reg->count;
    evidence->fast = evidence->born + reg->count;
    evidence->slow = evidence->fast + reg->count;
    evidence->other = evidence->values + most;
    sort_lives(evidence);
    return MATTHEW_OK;
}

static const struct register_row *row_of(const struct evidence *evidence, double id) {
    return id >= 0.0 && id < (double)evidence->reg->count ? &evidence->reg->rows[(size_t)id] : NULL;
}

static double ratio(double above, double below) {
    return below > 0.0 ? above / below : UNKNOWN;
}

/* ---- sizes and growth ---- */

static double startup_size_tail(const struct evidence *evidence) {
    const struct collection *collection = evidence->collection;
    size_t count = 0;
    for (size_t slot = 0; slot < collection->final_count; slot++) {
        const struct register_row *row = row_of(evidence, collection->final_id[slot]);
        if (row != NULL && row->name[0] == '\0' && collection->final_receipts[slot] > 0.0)
            evidence->values[count++] = collection->final_receipts[slot];
    }
    order_ascending(evidence->values, count, evidence->other);
    return ordered_hill(evidence->values, count);
}

/* Growth of receipts of firms that were old at the start of the year; returns how many. */
static size_t gather_old(const struct evidence *evidence) {
    const struct growths *growths = &evidence->collection->receipts;
    size_t count = 0;
    for (size_t i = 0; i < growths->count; i++)
        if (growths->old[i])
            evidence->values[count++] = growths->growth[i];
    return count;
}

static double growth_shape(const struct evidence *evidence) {
    return subbotin_shape(evidence->values, gather_old(evidence));
}

static double growth_kurtosis(const struct evidence *evidence) {
    return kurtosis(evidence->values, gather_old(evidence));
}

static double size_exponent_of(const struct evidence *evidence, const struct growths *growths) {
    return size_exponent(growths->log_size, growths->growth, evidence->order, growths->count);
}

static double size_exponent_revenue(const struct evidence *evidence) {
    return size_exponent_of(evidence, &evidence->collection->receipts);
}

static double size_exponent_staff(const struct evidence *evidence) {
    return size_exponent_of(evidence, &evidence->collection->staff);
}

/* ---- lives ---- */

static double survival_24(const struct evidence *evidence) {
    return survival(evidence->born, evidence->born_count, 2 * YEAR);
}

static double survival_48(const struct evidence *evidence) {
    return survival(evidence->born, evidence->born_count, 4 * YEAR);
}

static size_t exits_between(const struct life *lives, size_t count, long above, long until) {
    size_t exits = 0;
    for (size_t i = 0; i < count; i++)
        exits += lives[i].left && lives[i].to > above && lives[i].to <= until;
    return exits;
}

static double hazard_by_age(const struct evidence *evidence) {
    const struct life *lives = evidence->lives;
    size_t count = evidence->live_count;
    long last = 0;
    for (size_t i = 0; i < count; i++)
        last = lives[i].to > last ? lives[i].to : last;
    double young = hazard(lives, count, YEAR, 3 * YEAR);
    if (exits_between(lives, count, YEAR, 3 * YEAR) < FEWEST_EXITS ||
        young * months_lived(lives, count, 7 * YEAR, last) < FEWEST_EXITS) /* old firms would hardly show any */
        return UNKNOWN;
    return ratio(hazard(lives, count, 7 * YEAR, last), young);
}

static double hazard_of_speed(const struct evidence *evidence) {
    if (exits_between(evidence->fast, evidence->fast_count, 0, SPEED_AGE) < FEWEST_EXITS ||
        exits_between(evidence->slow, evidence->slow_count, 0, SPEED_AGE) < FEWEST_EXITS)
        return UNKNOWN;
    return ratio(hazard(evidence->fast, evidence->fast_count, 0, SPEED_AGE),
                 hazard(evidence->slow, evidence->slow_count, 0, SPEED_AGE));
}

/* Firms that are there at the end of a month, before exits. */
static double firms_at(const struct evidence *evidence, long month) {
    double count = 0.0;
    for (size_t i = 0; i < evidence->reg->count; i++) {
        const struct register_row *row = &evidence->reg->rows[i];
        int came = row->entry_month < month || row->entry_month == 0;
        count += came && (row->exit_month < 0 || row->exit_month >= month);
    }
    return count;
}

static long peak(const struct evidence *evidence, double *most) {
    long at = 0;
    *most = 0.0;
    for (long month = 0; month <= evidence->collection->last; month++) {
        double count = firms_at(evidence, month);
        if (count > *most) {
            *most = count;
            at = month;
        }
    }
    return at;
}

static double shakeout(const struct evidence *evidence) {
    double most;
    peak(evidence, &most);
    return ratio(firms_at(evidence, evidence->collection->last), most);
}

static double shakeout_peak(const struct evidence *evidence) {
    double most;
    return (double)peak(evidence, &most);
}

/* ---- shares ---- */

/* The mean of a series over months first..last, which must all be known. */
static double mean_over(const struct evidence *evidence, const double *series, long first, long last) {
    return last < first || last > evidence->collection->last ? UNKNOWN
                                                             : mean(series + first, (size_t)(last - first) + 1);
}

static double share_moves_sticky(const struct evidence *evidence) {
    const struct collection *collection = evidence->collection;
    return mean_over(evidence, collection->moves_sticky, MOVES_STICKY, collection->last);
}

static double share_moves_contestable(const struct evidence *evidence) {
    const struct collection *collection = evidence->collection;
    return mean_over(evidence, collection->moves_contestable, MOVES_CONTESTABLE, MOVES_CONTESTABLE);
}

static double concentration_sticky(const struct evidence *evidence) {
    const struct collection *collection = evidence->collection;
    return mean_over(evidence, collection->hhi, 0, collection->last);
}

static double concentration_contestable(const struct evidence *evidence) {
    const struct collection *collection = evidence->collection;
    return mean_over(evidence, collection->hhi, 0, MOVES_CONTESTABLE);
}

/* ---- capital ---- */

static double funnel(const struct evidence *evidence, int round) {
    const double *reached = evidence->collection->reached;
    return ratio(reached[round], reached[round - 1]);
}

static double funnel_a(const struct evidence *evidence) {
    return funnel(evidence, 2);
}

static double funnel_b(const struct evidence *evidence) {
    return funnel(evidence, 3);
}

static double funnel_c(const struct evidence *evidence) {
    return funnel(evidence, 4);
}

static double funnel_d(const struct evidence *evidence) {
    return funnel(evidence, 5);
}

/* Firms that gave their investors `multiple` times their money or more; those still there at their worth. */
static double firms_returning(const struct evidence *evidence, double multiple) {
    const struct collection *collection = evidence->collection;
    double count = 0.0;
    for (size_t i = 0; i < evidence->reg->count; i++) {
        const struct register_row *row = &evidence->reg->rows[i];
        if (row->exit_month >= 0 && row->exit_month < collection->last)
            count += row->raised > 0.0 && row->proceeds >= multiple * row->raised;
    }
    for (size_t slot = 0; slot < collection->final_count; slot++)
        count += collection->final_raised[slot] > 0.0 &&
                 collection->final_worth[slot] >= multiple * collection->final_raised[slot];
    return count;
}

static double return_tail(const struct evidence *evidence) {
    double five = firms_returning(evidence, 5.0), ten = firms_returning(evidence, 10.0);
    return ten >= FEWEST_EXITS ? portable_log(five / ten) / portable_log(2.0) : UNKNOWN;
}

static double funding_top_ten(const struct evidence *evidence) {
    return ratio(evidence->collection->funding_share_total, evidence->collection->funding_years);
}

static double funding_and_size(const struct evidence *evidence) {
    return pairs_correlation(&evidence->collection->rounds);
}

/* A startup is a project: it is worth its price when it was taken over, its valuation when it is there, else nothing.
 */
static double value_top_tenth(const struct evidence *evidence) {
    const struct collection *collection = evidence->collection;
    size_t count = 0;
    for (size_t i = 0; i < evidence->reg->count; i++) {
        const struct register_row *row = &evidence->reg->rows[i];
        if (row->entry_month > 0 && row->exit_month >= 0 && row->exit_month < collection->last)
            evidence->values[count++] = row->reason == EXIT_ACQUIRED ? row->price : 0.0;
    }
    for (size_t slot = 0; slot < collection->final_count; slot++) {
        const struct register_row *row = row_of(evidence, collection->final_id[slot]);
        if (row != NULL && row->entry_month > 0)
            evidence->values[count++] = collection->final_valuation[slot];
    }
    return count >= 10 ? top_tenth_sorting(evidence->values, count) : UNKNOWN;
}

/* ---- people and technology ---- */

static double attrition(const struct evidence *evidence) {
    double monthly = ratio(evidence->collection->separations, evidence->collection->staff_months);
    return 1.0 - portable_pow(1.0 - monthly, (double)YEAR);
}

static double imitation_lag(const struct evidence *evidence) {
    return ratio(evidence->collection->lag_total, evidence->collection->lag_samples);
}

int facts_measure(const struct collection *collection, const struct firm_register *reg, double measured[FACT_COUNT],
                  struct failure *failure) {
    static double (*const measures[FACT_COUNT])(const struct evidence *) = {
#define FACT(name, ...) [FACT_##name] = name,
#include "core/facts.def"
#undef FACT
    };
    struct evidence evidence;
    int status = evidence_init(&evidence, collection, reg, failure);
    if (status != MATTHEW_OK)
        return status;
    for (int fact = 0; fact < FACT_COUNT; fact++)
        measured[fact] = measures[fact](&evidence);
    evidence_free(&evidence);
    return MATTHEW_OK;
}
