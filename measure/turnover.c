#include "measure/turnover.h"

#include "core/elementary.h"
#include "core/memory.h"
#include "core/sums.h"
#include "measure/concentration.h"

#include <string.h>

enum { ROWS = TURNOVER_YEAR + 1, SCRATCHES = 4, PREVIOUS = 3 };

int turnover_reserve(struct turnover *turnover, size_t slots, struct failure *failure) {
    if (slots <= turnover->capacity)
        return MATTHEW_OK;
    double **kept[ROWS + PREVIOUS] = {&turnover->previous_id, &turnover->previous_share,
                                      &turnover->previous_capability};
    double **fresh[SCRATCHES] = {&turnover->before, &turnover->now, &turnover->order, &turnover->scratch};
    for (int row = 0; row < ROWS; row++)
        kept[PREVIOUS + row] = &turnover->year[row];
    for (int i = 0; i < ROWS + PREVIOUS + SCRATCHES; i++) {
        double **array = i < ROWS + PREVIOUS ? kept[i] : fresh[i - ROWS - PREVIOUS];
        double *larger = memory_grow(*array, turnover->capacity, slots, sizeof *larger);
        if (larger == NULL)
            return fail_memory(failure, "the indicators' year");
        *array = larger;
    }
    turnover->capacity = slots;
    return MATTHEW_OK;
}

void turnover_free(struct turnover *turnover) {
    for (int row = 0; row < ROWS; row++)
        memory_free(turnover->year[row]);
    memory_free(turnover->before);
    memory_free(turnover->now);
    memory_free(turnover->order);
    memory_free(turnover->scratch);
    memory_free(turnover->previous_id);
    memory_free(turnover->previous_share);
    memory_free(turnover->previous_capability);
    memset(turnover, 0, sizeof *turnover);
}

int turnover_carry(struct turnover *turnover, struct tape *tape, size_t slots, struct failure *failure) {
    long measured = turnover->measured;
    tape_number(tape, &measured);
    tape_carry(tape, &turnover->previous_mean, sizeof turnover->previous_mean);
    tape_count(tape, &turnover->previous_slots, slots, PREVIOUS * sizeof(double));
    for (int row = 0; row < ROWS; row++) {
        tape_number(tape, &turnover->year_month[row]);
        tape_count(tape, &turnover->year_slots[row], slots, sizeof(double));
    }
    int status = tape->writing ? MATTHEW_OK : turnover_reserve(turnover, slots, failure);
    if (status != MATTHEW_OK)
        return status;
    double *previous[PREVIOUS] = {turnover->previous_id, turnover->previous_share, turnover->previous_capability};
    for (int i = 0; i < PREVIOUS; i++)
        tape_carry(tape, previous[i], turnover->previous_slots * sizeof(double));
    for (int row = 0; row < ROWS; row++)
        tape_carry(tape, turnover->year[row], turnover->year_slots[row] * sizeof(double));
    turnover->measured = measured != 0;
    return MATTHEW_OK;
}

static void keep_receipts(struct turnover *turnover, const struct world *world, const double *revenue) {
    int row = (int)(world->month % ROWS);
    memcpy(turnover->year[row], revenue, world->firms.slots * sizeof *revenue);
    turnover->year_month[row] = world->month;
    turnover->year_slots[row] = world->firms.slots;
}

/* Adds one slot's part of the decomposition; a firm never changes its slot. */
static void compare(const struct turnover *turnover, size_t i, double id, double share, double capability,
                    struct turnover_result *result) {
    int old = i < turnover->previous_slots && turnover->previous_id[i] >= 0.0, here = id >= 0.0;
    double before = old ? turnover->previous_share[i] : 0.0, was = old ? turnover->previous_capability[i] : 0.0;
    double mean = turnover->previous_mean;
    if (old && here && turnover->previous_id[i] == id) {
        result->instability += portable_abs(share - before);
        result->within += before * (capability - was);
        result->selection += (share - before) * (capability - mean);
        return;
    }
    result->instability += portable_abs(before) + portable_abs(share);
    result->entry += here ? share * (capability - mean) : 0.0;
    result->exit -= old ? before * (was - mean) : 0.0;
}

void turnover_measure(struct turnover *turnover, const struct world *world, const double *revenue,
                      struct turnover_result *result) {
    const struct firms *firms = &world->firms;
    double total = sum_array(revenue, firms->slots), mean[LANES] = {0};
    int known = turnover->measured && total > 0.0;
    *result = (struct turnover_result){0};
    for (size_t i = 0; i < firms->slots; i++) {
        double share = total > 0.0 ? revenue[i] / total : UNKNOWN;
        compare(turnover, i, firms->id[i], share, firms->capability[i], result);
        mean[i % LANES] += share * firms->capability[i];
        turnover->previous_id[i] = firms->id[i];
        turnover->previous_share[i] = share;
        turnover->previous_capability[i] = firms->capability[i];
    }
    turnover->previous_slots = firms->slots;
    result->mean = turnover->previous_mean = sum_lanes(mean);
    turnover->measured = 1;
    keep_receipts(turnover, world, revenue);
    if (!known)
        *result = (struct turnover_result){UNKNOWN, result->mean, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN};
}

/* How many of the values, in ascending order, are below x. No branch depends on the values: the predictor could not. */
static size_t count_below(const double *values, size_t count, double x) {
    const double *from = values;
    while (count > 1) {
        size_t half = count / 2;
        from += (size_t)(from[half - 1] < x) * half;
        count -= half;
    }
    return (size_t)(from - values) + (count == 1 && *from < x);
}

/* Replaces values, not negative, by their ranks less the mean rank. */
static void rank(double *values, size_t count, double *order, double *scratch) {
    memcpy(order, values, count * sizeof *values);
    order_ascending(order, count, scratch);
    double middle = 0.5 * (double)(count + 1);
    for (size_t i = 0; i < count; i++) {
        double x = values[i];
        size_t below = count_below(order, count, x), upto = below + 1;
        if (upto < count && order[upto] == x)
            upto = count_below(order, count, portable_from_bits(portable_bits(x) + 1));
        values[i] = 0.5 * ((double)(below + upto) + 1.0) - middle;
    }
}

double turnover_ranks(struct turnover *turnover, const struct world *world) {
    const struct firms *firms = &world->firms;
    long month = world->month - TURNOVER_YEAR;
    int row = (int)((world->month + 1) % ROWS);
    if (month < 0 || turnover->year_month[row] != month || turnover->year_slots[row] == 0)
        return UNKNOWN;
    size_t count = 0;
    for (size_t i = 0; i < turnover->year_slots[row] && i < firms->slots; i++) {
        if (firms->id[i] < 0.0)
            continue;
        long entry = world->reg.rows[(size_t)firms->id[i]].entry_month;
        if (entry >= month && entry > 0) /* records are taken before entries */
            continue;
        turnover->before[count] = turnover->year[row][i];
        turnover->now[count++] = portable_max(firms->total_receipts[i], 0.0);
    }
    rank(turnover->before, count, turnover->order, turnover->scratch);
    rank(turnover->now, count, turnover->order, turnover->scratch);
    double both[LANES] = {0};
    for (size_t i = 0; i < count; i++)
        both[i % LANES] += turnover->before[i] * turnover->now[i];
    double scale = sum_of_squares(turnover->before, count) * sum_of_squares(turnover->now, count);
    return count > 2 && scale > 0.0 ? sum_lanes(both) / portable_sqrt(scale) : UNKNOWN;
}
