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

int factor_is_own(const struct factor *factor) {
    return factor->of_firm || factor->part != ENTRY_NONE;
}

double sweep_own_value(const struct sweep *sweep, const struct factor *factor) {
    return factor->of_firm ? *number_of(sweep->base.named, factor)
                           : entry_value(&sweep->base, factor->entry, factor->part);
}

static int has_part(const struct sweep *sweep) {
    for (size_t i = 0; i < sweep->factor_count; i++)
        if (sweep->factor[i].part != ENTRY_NONE)
            return 1;
    return 0;
}

void sweep_move(const struct sweep *sweep, size_t point, struct scenario *scenario) {
    int of_schedule = has_part(sweep);
    sweep_set_point(sweep, point, &scenario->parameters);
    if (of_schedule)
        entries_reset(&sweep->base, scenario);
    for (size_t i = 0; i < sweep->factor_count; i++) {
        const struct factor *factor = &sweep->factor[i];
        double value = factor->values[sweep_level(sweep, point, i)];
        if (factor->of_firm)
            *number_of(scenario->named, factor) = value;
        else if (factor->part != ENTRY_NONE)
            entry_set(scenario, factor->entry, factor->part, value);
    }
    if (of_schedule)
        entries_sort(scenario);
}

/* Memory of its own for what factors change. */
static int part_from_base(const struct sweep *sweep, struct scenario *scenario, struct failure *failure) {
    const struct scenario *base = &sweep->base;
    scenario->named = memory_new(base->named_count, sizeof *scenario->named);
    if (scenario->named == NULL)
        return fail_memory(failure, "named firms");
    if (base->named_count > 0)
        memcpy(scenario->named, base->named, base->named_count * sizeof *scenario->named);
    if (!has_part(sweep))
        return MATTHEW_OK;
    scenario->changes = memory_new(base->change_count, sizeof *scenario->changes);
    scenario->takeovers = memory_new(base->takeover_count, sizeof *scenario->takeovers);
    return scenario->changes == NULL || scenario->takeovers == NULL ? fail_memory(failure, "a schedule") : MATTHEW_OK;
}

int sweep_scenario(const struct sweep *sweep, size_t run, struct scenario *scenario, struct failure *failure) {
    *scenario = sweep->base;
    scenario->seed = sweep_seed(sweep, run);
    int status = part_from_base(sweep, scenario, failure);
    if (status == MATTHEW_OK)
        sweep_move(sweep, run / sweep->replicates, scenario);
    return status;
}

void sweep_scenario_end(const struct sweep *sweep, struct scenario *scenario) {
    const struct scenario *base = &sweep->base;
    if (scenario->named != base->named)
        memory_free(scenario->named);
    if (scenario->changes != base->changes)
        memory_free(scenario->changes);
    if (scenario->takeovers != base->takeovers)
        memory_free(scenario->takeovers);
    scenario->named = base->named;
    scenario->changes = base->changes;
    scenario->takeovers = base->takeovers;
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

/* Of the numbers of named firms and of the schedule that are not as in the base, which is in the sweep's key. */
static uint64_t own_hash(const struct sweep *sweep, size_t point) {
    uint64_t sum = 0;
    for (size_t i = 0; i < sweep->factor_count; i++) {
        const struct factor *factor = &sweep->factor[i];
        double value = factor->values[sweep_level(sweep, point, i)];
        if (factor_is_own(factor) && value != sweep_own_value(sweep, factor))
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
    uint64_t key = sweep_hash(sweep->key, &parameters, PARAMETER_VALUES) + own_hash(sweep, run / sweep->replicates);
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
