#include "study/sweep_sample.h"

#include "core/memory.h"
#include "core/random.h"
#include "study/sweep_keys.h"

#include <string.h>

/* ---- reading ---- */

static int fail_design(const struct sweep *sweep, const struct node *node, struct failure *failure) {
    return document_fail(&sweep->document, node, NULL, failure,
                         "expected `grid`, `list`, `one_at_a_time`, `{latin_hypercube: N}` or `{random: N}`");
}

static int read_sample(struct sweep *sweep, const struct node *node, struct failure *failure) {
    static const char *const keys[] = {"latin_hypercube", "random", "seed", NULL};
    struct number_rule points = {1, SWEEP_VALUES_MAX, "", 1}, seeds = {0, 9007199254740991.0, "", 1};
    const struct node *cube = node_child(node, "latin_hypercube"), *random = node_child(node, "random"),
                      *seed = node_child(node, "seed");
    double count = 0, number = (double)sweep->base.seed;
    int status = sweep_check_keys(&sweep->document, node, keys, "a design", failure);
    if (status == MATTHEW_OK && (cube == NULL) == (random == NULL))
        return fail_design(sweep, node, failure);
    if (status == MATTHEW_OK)
        status = node_number(&sweep->document, cube != NULL ? cube : random, &points, &count, failure);
    if (status == MATTHEW_OK && seed != NULL)
        status = node_number(&sweep->document, seed, &seeds, &number, failure);
    sweep->design = SWEEP_LIST;
    sweep->sample = cube != NULL ? SAMPLE_LATIN_HYPERCUBE : SAMPLE_RANDOM;
    sweep->sample_points = (size_t)count;
    sweep->sample_seed = (uint64_t)number;
    return status;
}

int sweep_read_design(struct sweep *sweep, const struct node *node, struct failure *failure) {
    const char *text = "grid";
    if (node != NULL && node->kind == NODE_MAPPING)
        return read_sample(sweep, node, failure);
    int status = node == NULL ? MATTHEW_OK : node_text(&sweep->document, node, &text, failure);
    if (status != MATTHEW_OK)
        return status;
    sweep->design = strcmp(text, "grid") == 0 ? SWEEP_GRID : SWEEP_LIST;
    sweep->sample = strcmp(text, "one_at_a_time") == 0 ? SAMPLE_ONE_AT_A_TIME : SAMPLE_NONE;
    if (sweep->design == SWEEP_GRID || sweep->sample == SAMPLE_ONE_AT_A_TIME || strcmp(text, "list") == 0)
        return MATTHEW_OK;
    return fail_design(sweep, node, failure);
}

/* ---- points ---- */

enum { DRAW_PLACE, DRAW_ORDER };

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

static int take_values(struct factor *factor, double *values, size_t count) {
    memory_free(factor->values);
    factor->values = values;
    factor->count = count;
    factor->is_range = 0;
    return MATTHEW_OK;
}

static int sample_factor(struct sweep *sweep, struct factor *factor, struct failure *failure) {
    size_t count = sweep->sample_points, *order = memory_new(count, sizeof *order);
    double *values = memory_new(count, sizeof *values);
    if (order == NULL || values == NULL) {
        memory_free(order);
        memory_free(values);
        return fail_memory(failure, "the values of a factor");
    }
    if (sweep->sample == SAMPLE_LATIN_HYPERCUBE)
        shuffle(sweep, factor, order);
    for (size_t i = 0; i < count; i++) {
        double place = uniform(draw(sweep, factor, DRAW_PLACE, i));
        if (sweep->sample == SAMPLE_LATIN_HYPERCUBE)
            place = ((double)order[i] + place) / (double)count;
        values[i] = value_at(factor, place < 1.0 ? place : 1.0 - 0x1p-53);
    }
    memory_free(order);
    return take_values(factor, values, count);
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
        status = take_values(factor, values, points);
    }
    return status;
}

int sweep_sample(struct sweep *sweep, struct failure *failure) {
    int status = MATTHEW_OK;
    if (sweep->sample == SAMPLE_NONE)
        return MATTHEW_OK;
    if (sweep->sample == SAMPLE_ONE_AT_A_TIME)
        return sample_one_at_a_time(sweep, failure);
    for (size_t f = 0; f < sweep->factor_count && status == MATTHEW_OK; f++)
        status = sample_factor(sweep, &sweep->factor[f], failure);
    return status;
}
