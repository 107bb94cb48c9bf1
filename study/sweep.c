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

struct scenario sweep_scenario(const struct sweep *sweep, size_t run) {
    struct scenario scenario = sweep->base;
    sweep_set_point(sweep, run / sweep->replicates, &scenario.parameters);
    scenario.seed = sweep_seed(sweep, run);
    return scenario;
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

/* Of the lines "path=value" of a point, whatever the order of its factors. */
static uint64_t point_hash(const struct sweep *sweep, size_t point) {
    uint64_t sum = 0;
    for (size_t i = 0; i < sweep->factor_count; i++) {
        const struct factor *factor = &sweep->factor[i];
        char value[PARAMETER_TEXT_SIZE], line[PARAMETER_PATH_SIZE + PARAMETER_TEXT_SIZE + 1];
        snprintf(line, sizeof line, "%s=%s", factor->path,
                 parameter_print(factor->info, factor->values[sweep_level(sweep, point, i)], value));
        sum += sweep_hash_text(0, line);
    }
    return random_mix(sum);
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
    uint64_t key = sweep_hash(sweep->key, &parameters, PARAMETER_VALUES);
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
