#include "study/sweep.h"

#include "core/memory.h"
#include "core/random.h"
#include "study/seeds.h"

#include <stdio.h>
#include <string.h>

void sweep_free(struct sweep *sweep) {
    for (size_t i = 0; i < sweep->factor_count; i++)
        memory_free(sweep->factor[i].values);
    memory_free(sweep->text);
    memory_free(sweep->recipe);
    memory_free(sweep->base_text);
    scenario_free(&sweep->base);
    document_free(&sweep->table);
    document_free(&sweep->document);
    memset(sweep, 0, sizeof *sweep);
}

size_t sweep_level(const struct sweep *sweep, size_t point, size_t factor) {
    if (sweep->design == SWEEP_LIST)
        return point;
    for (size_t i = sweep->factor_count; i-- > factor + 1;)
        point /= sweep->factor[i].count;
    return point % sweep->factor[factor].count;
}

void sweep_set_point(const struct sweep *sweep, size_t point, struct parameters *parameters) {
    double *values = parameter_values(parameters);
    for (size_t i = 0; i < sweep->factor_count; i++) {
        const struct factor *factor = &sweep->factor[i];
        for (int j = 0; j < factor->index_count; j++)
            values[factor->index[j]] = factor->values[sweep_level(sweep, point, i)];
    }
}

static double *number_of(struct named_firm *named, const struct factor *factor) {
    return (double *)(void *)((char *)&named[factor->firm.firm] + factor->firm.offset);
}

double sweep_firm_value(const struct sweep *sweep, const struct factor *factor) {
    return *number_of(sweep->base.named, factor);
}

void sweep_set_firms(const struct sweep *sweep, size_t point, struct named_firm *named) {
    for (size_t i = 0; i < sweep->factor_count; i++)
        if (sweep->factor[i].of_firm)
            *number_of(named, &sweep->factor[i]) = sweep->factor[i].values[sweep_level(sweep, point, i)];
}

int sweep_scenario(const struct sweep *sweep, size_t run, struct scenario *scenario, struct failure *failure) {
    size_t count = sweep->base.named_count;
    *scenario = sweep->base;
    sweep_set_point(sweep, run / sweep->replicates, &scenario->parameters);
    scenario->seed = sweep_seed(sweep, run);
    if (count == 0)
        return MATTHEW_OK;
    scenario->named = memory_new(count, sizeof *scenario->named);
    if (scenario->named == NULL)
        return fail_memory(failure, "named firms");
    memcpy(scenario->named, sweep->base.named, count * sizeof *scenario->named);
    sweep_set_firms(sweep, run / sweep->replicates, scenario->named);
    return MATTHEW_OK;
}

void sweep_scenario_end(const struct sweep *sweep, struct scenario *scenario) {
    if (scenario->named != sweep->base.named)
        memory_free(scenario->named);
    scenario->named = sweep->base.named;
}

/* ---- hashes ---- */

uint64_t sweep_hash(uint64_t hash, const void *words, size_t count) {
    const unsigned char *bytes = words;
    for (size_t i = 0; i < count; i++) {
        uint64_t word;
        memcpy(&word, bytes + i * sizeof word, sizeof word);
        hash = random_mix((hash ^ word) + GOLDEN_GAMMA);
    }
    return hash;
}

/* FNV-1a, mixed. */
uint64_t sweep_hash_text(uint64_t hash, const char *text) {
    uint64_t words = UINT64_C(0xcbf29ce484222325);
    for (; *text != '\0'; text++)
        words = (words ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return sweep_hash(hash, &words, 1);
}

static uint64_t factor_hash(const struct factor *factor, double number) {
    char value[PARAMETER_TEXT_SIZE], line[PARAMETER_PATH_SIZE + PARAMETER_TEXT_SIZE + 1];
    snprintf(line, sizeof line, "%s=%s", factor->path, parameter_print(factor->info, number, value));
    return sweep_hash_text(0, line);
}

/* Of the lines "path=value" of a point, whatever the order of its factors. */
static uint64_t point_hash(const struct sweep *sweep, size_t point) {
    uint64_t sum = 0;
    for (size_t i = 0; i < sweep->factor_count; i++)
        sum += factor_hash(&sweep->factor[i], sweep->factor[i].values[sweep_level(sweep, point, i)]);
    return random_mix(sum);
}

/* Of the numbers of named firms that are not as in the base, which is in the sweep's key. */
static uint64_t firms_hash(const struct sweep *sweep, size_t point) {
    uint64_t sum = 0;
    for (size_t i = 0; i < sweep->factor_count; i++) {
        const struct factor *factor = &sweep->factor[i];
        double value = factor->values[sweep_level(sweep, point, i)];
        if (factor->of_firm && value != *number_of(sweep->base.named, factor))
            sum += factor_hash(factor, value);
    }
    return sum;
}

uint64_t sweep_seed(const struct sweep *sweep, size_t run) {
    uint64_t base = sweep->base.seed;
    if (sweep->independent)
        base = random_mix(base + GOLDEN_GAMMA) ^ point_hash(sweep, run / sweep->replicates);
    return replicate_seed(base, run % sweep->replicates);
}

uint64_t sweep_run_key(const struct sweep *sweep, size_t run) {
    struct parameters parameters = sweep->base.parameters;
    uint64_t seed = sweep_seed(sweep, run);
    sweep_set_point(sweep, run / sweep->replicates, &parameters);
    uint64_t key = sweep_hash(sweep->key, &parameters, PARAMETER_VALUES) + firms_hash(sweep, run / sweep->replicates);
    return sweep_hash(key, &seed, 1);
}

/* ---- words ---- */

char *sweep_point_text(const struct sweep *sweep, size_t point, char text[SWEEP_POINT_SIZE]) {
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sweep->factor_count && used < SWEEP_POINT_SIZE; i++) {
        const struct factor *factor = &sweep->factor[i];
        char value[PARAMETER_TEXT_SIZE];
        int more = snprintf(text + used, SWEEP_POINT_SIZE - used, "%s%s=%s", i > 0 ? ", " : "", factor->name,
                            parameter_print(factor->info, factor->values[sweep_level(sweep, point, i)], value));
        used += more > 0 ? (size_t)more : 0;
    }
    return text;
}

long sweep_month(const struct sweep *sweep, int axis, size_t place) {
    long month = (long)place * sweep->axis[axis].every;
    return month < sweep->base.months ? month : sweep->base.months;
}
