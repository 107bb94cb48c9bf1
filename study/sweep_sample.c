#include "study/sweep_sample.h"

#include "core/memory.h"
#include "core/random.h"
#include "study/sobol.h"
#include "study/sweep_factors.h"

/* ---- points ---- */

enum { DRAW_PLACE, DRAW_ORDER, DRAW_LEVEL, DRAW_SIGN };

static uint64_t draw(const struct sweep *sweep, const struct factor *factor, uint64_t purpose, uint64_t i) {
    uint64_t words[] = {purpose, i};
    return sweep_hash(sweep_hash_text(random_mix(sweep->sample_seed + GOLDEN_GAMMA), factor->path), words, 2);
}

/* In [0, 1). */
static double uniform(uint64_t word) {
    return (double)(word >> 11) * 0x1p-53;
}

/* The value at a place in [0, 1) of a factor's range or values. */
static double value_at(const struct factor *factor, double place) {
    if (!factor->is_range)
        return factor->values[(size_t)(place * (double)factor->count)];
    double value = factor->values[0] + (factor->values[1] - factor->values[0]) * place;
    return value == 0.0 ? 0.0 : value; /* no -0 */
}

/* A random order of the strata of a factor. */
static void shuffle(const struct sweep *sweep, const struct factor *factor, size_t *order) {
    for (size_t i = 0; i < sweep->sample_points; i++)
        order[i] = i;
    for (size_t i = sweep->sample_points; i-- > 1;) {
        size_t other = (size_t)(uniform(draw(sweep, factor, DRAW_ORDER, i)) * (double)(i + 1)), kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
}

static void take_values(struct factor *factor, double *values, size_t count) {
    memory_free(factor->values);
    factor->values = values;
    factor->count = count;
    factor->is_range = 0;
}

/* Even points, each drawn for itself or one in each stratum. */
static int sample_evenly(const struct sweep *sweep, size_t f, double *values, struct failure *failure) {
    const struct factor *factor = &sweep->factor[f];
    size_t count = sweep->sample_points, *order = memory_new(count, sizeof *order);
    if (order == NULL)
        return fail_memory(failure, "the values of a factor");
    if (sweep->sample == SAMPLE_LATIN_HYPERCUBE)
        shuffle(sweep, factor, order);
    for (size_t i = 0; i < count; i++) {
        double place = uniform(draw(sweep, factor, DRAW_PLACE, i));
        if (sweep->sample == SAMPLE_LATIN_HYPERCUBE)
            place = ((double)order[i] + place) / (double)count;
        values[i] = value_at(factor, place < 1.0 ? place : 1.0 - 0x1p-53);
    }
    memory_free(order);
    return MATTHEW_OK;
}

/* ---- Sobol's sequence ---- */

static int sample_sobol(const struct sweep *sweep, size_t f, double *values) {
    sobol_fill(f, sweep->sample_points, values);
    for (size_t i = 0; i < sweep->sample_points; i++)
        values[i] = value_at(&sweep->factor[f], values[i]);
    return MATTHEW_OK;
}

/* Two matrices A and B of Sobol points, side by side in one sequence. Of each of their rows: A's; A's with one value of
 * B, for each factor; with second order B's with one value of A, for each factor; B's. */
static int sample_saltelli(const struct sweep *sweep, size_t f, double *values, struct failure *failure) {
    size_t factors = sweep->factor_count, count = sweep->sample_points, row = 0;
    double *first = memory_new(count, sizeof *first), *second = memory_new(count, sizeof *second);
    for (size_t i = 0; i < count && first != NULL && second != NULL; i++) {
        if (i == 0) {
            sobol_fill(f, count, first);
            sobol_fill(factors + f, count, second);
        }
        double a = value_at(&sweep->factor[f], first[i]), b = value_at(&sweep->factor[f], second[i]);
        values[row++] = a;
        for (size_t k = 0; k < factors; k++)
            values[row++] = k == f ? b : a;
        for (size_t k = 0; k < factors && sweep->second_order; k++)
            values[row++] = k == f ? a : b;
        values[row++] = b;
    }
    int status = first == NULL || second == NULL ? fail_memory(failure, "the values of a factor") : MATTHEW_OK;
    memory_free(first);
    memory_free(second);
    return status;
}

/* ---- trajectories ---- */

/* The value at a level, of which the first is one end and the last is the other. */
static double value_of_level(const struct factor *factor, size_t level, size_t levels) {
    if (factor->is_range)
        return sweep_step(factor->values[0], factor->values[1], level, levels);
    size_t place = level * factor->count / (levels - 1);
    return factor->values[place < factor->count ? place : factor->count - 1];
}

/* How many factors move before this one in a trajectory. */
static size_t moves_before(const struct sweep *sweep, size_t f, size_t trajectory) {
    uint64_t own = draw(sweep, &sweep->factor[f], DRAW_ORDER, trajectory);
    size_t before = 0;
    for (size_t k = 0; k < sweep->factor_count; k++) {
        uint64_t other = draw(sweep, &sweep->factor[k], DRAW_ORDER, trajectory);
        before += other < own || (other == own && k < f);
    }
    return before;
}

/* Every factor moves once, by half of the levels, up or down; in random order from a random start. */
static int sample_morris(const struct sweep *sweep, size_t f, double *values) {
    const struct factor *factor = &sweep->factor[f];
    size_t half = sweep->levels / 2, length = sweep->factor_count + 1;
    for (size_t t = 0; t < sweep->sample_points; t++) {
        size_t low = (size_t)(uniform(draw(sweep, factor, DRAW_LEVEL, t)) * (double)half);
        int is_up = uniform(draw(sweep, factor, DRAW_SIGN, t)) < 0.5;
        size_t before = moves_before(sweep, f, t);
        for (size_t i = 0; i < length; i++)
            values[t * length + i] = value_of_level(factor, low + ((i > before) == is_up ? half : 0), sweep->levels);
    }
    return MATTHEW_OK;
}

/* ---- one factor at a time ---- */

/* The value that the base has, which must be the same for all members. */
static int base_value(const struct sweep *sweep, const struct factor *factor, double *value, struct failure *failure) {
    struct parameters parameters = sweep->base.parameters;
    const double *all = parameter_values(&parameters);
    if (factor_is_own(factor)) {
        *value = sweep_own_value(sweep, factor);
        return MATTHEW_OK;
    }
    *value = all[factor->index[0]];
    for (int i = 1; i < factor->index_count; i++)
        if (all[factor->index[i]] != *value)
            return document_fail_key(
                &sweep->document, factor->node, NULL, failure,
                "the base has different values for its members, but one_at_a_time starts from one");
    return MATTHEW_OK;
}

/* Point 0 is the base; then each factor has its other values, one after the other. */
static int sample_one_at_a_time(struct sweep *sweep, struct failure *failure) {
    double base[SWEEP_FACTORS_MAX];
    size_t points = 1, first = 1;
    int status = MATTHEW_OK;
    for (size_t f = 0; f < sweep->factor_count && status == MATTHEW_OK; f++) {
        status = base_value(sweep, &sweep->factor[f], &base[f], failure);
        for (size_t i = 0; i < sweep->factor[f].count && status == MATTHEW_OK; i++)
            points += sweep->factor[f].values[i] != base[f];
    }
    for (size_t f = 0; f < sweep->factor_count && status == MATTHEW_OK; f++) {
        struct factor *factor = &sweep->factor[f];
        double *values = memory_new(points, sizeof *values);
        if (values == NULL)
            return fail_memory(failure, "the values of a factor");
        for (size_t i = 0; i < points; i++)
            values[i] = base[f];
        for (size_t i = 0; i < factor->count; i++)
            if (factor->values[i] != base[f])
                values[first++] = factor->values[i];
        take_values(factor, values, points);
    }
    return status;
}

/* ---- all of them ---- */

/* How many points the design has; 0 when there are too many. */
static size_t count_points(const struct sweep *sweep) {
    size_t factors = sweep->factor_count, each = 1;
    if (sweep->sample == SAMPLE_SALTELLI)
        each = sweep->second_order ? 2 * factors + 2 : factors + 2;
    if (sweep->sample == SAMPLE_MORRIS)
        each = factors + 1;
    return sweep->sample_points <= SWEEP_VALUES_MAX / each ? sweep->sample_points * each : 0;
}

static int fill(const struct sweep *sweep, size_t f, double *values, struct failure *failure) {
    switch (sweep->sample) {
    case SAMPLE_SOBOL:
        return sample_sobol(sweep, f, values);
    case SAMPLE_SALTELLI:
        return sample_saltelli(sweep, f, values, failure);
    case SAMPLE_MORRIS:
        return sample_morris(sweep, f, values);
    default:
        return sample_evenly(sweep, f, values, failure);
    }
}

/* Every step of a trajectory is to change its factor. */
static int check_moves(const struct sweep *sweep, struct failure *failure) {
    size_t half = sweep->levels / 2;
    for (size_t f = 0; f < sweep->factor_count && sweep->sample == SAMPLE_MORRIS; f++) {
        const struct factor *factor = &sweep->factor[f];
        if (factor->count < 2)
            return document_fail_key(&sweep->document, factor->node, NULL, failure,
                                     "a factor moves in this design, so it has at least two values");
        for (size_t low = 0; low < half; low++)
            if (value_of_level(factor, low, sweep->levels) == value_of_level(factor, low + half, sweep->levels))
                return document_fail_key(&sweep->document, factor->node, NULL, failure,
                                         "`from` and `to` are too close to each other for %zu levels", sweep->levels);
    }
    return MATTHEW_OK;
}

int sweep_make_points(struct sweep *sweep, struct failure *failure) {
    if (sweep->sample == SAMPLE_NONE)
        return MATTHEW_OK;
    if (sweep->sample == SAMPLE_ONE_AT_A_TIME)
        return sample_one_at_a_time(sweep, failure);
    size_t points = count_points(sweep);
    if (points == 0)
        return document_fail(&sweep->document, node_child(sweep->document.root, "design"), NULL, failure,
                             "with %zu factors there are more than %d points, the most there may be",
                             sweep->factor_count, SWEEP_VALUES_MAX);
    int status = check_moves(sweep, failure);
    double *values[SWEEP_FACTORS_MAX] = {NULL};
    for (size_t f = 0; f < sweep->factor_count && status == MATTHEW_OK; f++) {
        values[f] = memory_new(points, sizeof **values);
        status =
            values[f] == NULL ? fail_memory(failure, "the values of a factor") : fill(sweep, f, values[f], failure);
    }
    for (size_t f = 0; f < sweep->factor_count; f++)
        if (status == MATTHEW_OK)
            take_values(&sweep->factor[f], values[f], points);
        else
            memory_free(values[f]);
    return status;
}
