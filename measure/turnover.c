#include "measure/turnover.h"

#include "core/elementary.h"
#include "core/memory.h"
#include "core/sums.h"
#include "measure/concentration.h"

#include <string.h>

enum { ROWS = TURNOVER_YEAR + 1, SCRATCHES = 4, KEPT = 2 };

int turnover_reserve(struct turnover *turnover, size_t slots, struct failure *failure) {
    if (slots <= turnover->capacity)
        return MATTHEW_OK;
    struct kept_month *kept = turnover->kept;
    double **arrays[2 * ROWS + KEPT + SCRATCHES] = {&kept[0].capability, &kept[1].capability, &turnover->before,
                                                    &turnover->now,      &turnover->order,    &turnover->scratch};
    for (int row = 0; row < ROWS; row++) {
        arrays[KEPT + SCRATCHES + row] = &turnover->year[row];
        arrays[KEPT + SCRATCHES + ROWS + row] = &turnover->ids[row];
    }
    for (int i = 0; i < 2 * ROWS + KEPT + SCRATCHES; i++) {
        double *larger = memory_grow(*arrays[i], turnover->capacity, slots, sizeof *larger);
        if (larger == NULL)
            return fail_memory(failure, "the indicators' year");
        *arrays[i] = larger;
    }
    turnover->capacity = slots;
    return MATTHEW_OK;
}

void turnover_free(struct turnover *turnover) {
    for (int row = 0; row < ROWS; row++) {
        memory_free(turnover->year[row]);
        memory_free(turnover->ids[row]);
    }
    for (int i = 0; i < KEPT; i++)
        memory_free(turnover->kept[i].capability);
    memory_free(turnover->before);
    memory_free(turnover->now);
    memory_free(turnover->order);
    memory_free(turnover->scratch);
    memset(turnover, 0, sizeof *turnover);
}

static int row_of(long month) {
    return (int)(month % ROWS);
}

/* Numbers first, then room, then arrays. Returns the most slots of a month. */
static size_t carry_numbers(struct turnover *turnover, struct tape *tape, size_t firms) {
    long newest = turnover->newest;
    size_t most = 0;
    tape_number(tape, &newest);
    turnover->newest = newest == 1;
    for (int i = 0; i < KEPT; i++) {
        tape_number(tape, &turnover->kept[i].month);
        if (turnover->kept[i].month < 0)
            tape_refuse(tape);
    }
    for (int row = 0; row < ROWS; row++) {
        tape_number(tape, &turnover->year_month[row]);
        tape_count(tape, &turnover->year_slots[row], firms, 2 * sizeof(double));
        most = turnover->year_slots[row] > most ? turnover->year_slots[row] : most;
    }
    return most;
}

static void carry_ids(struct tape *tape, double *id, size_t slots, size_t firms) {
    tape_carry(tape, id, slots * sizeof *id);
    for (size_t i = 0; i < slots && !tape->writing; i++)
        if (!(id[i] == -1.0 || (id[i] >= 0.0 && id[i] < (double)firms && id[i] == portable_floor(id[i]))))
            tape_refuse(tape);
}

int turnover_carry(struct turnover *turnover, struct tape *tape, size_t firms, struct failure *failure) {
    size_t most = carry_numbers(turnover, tape, firms);
    if (!tape->writing)
        turnover->arrangement = 0;
    int status = tape->writing ? MATTHEW_OK : turnover_reserve(turnover, most, failure);
    if (status != MATTHEW_OK)
        return status;
    for (int i = 0; i < KEPT && tape->status == MATTHEW_OK; i++)
        if (turnover->kept[i].month > 0)
            tape_carry(tape, turnover->kept[i].capability,
                       turnover->year_slots[row_of(turnover->kept[i].month - 1)] * sizeof(double));
    for (int row = 0; row < ROWS; row++) {
        tape_carry(tape, turnover->year[row], turnover->year_slots[row] * sizeof(double));
        if (!tape->writing) {
            turnover->year_ids[row] = row;
            turnover->ids_filled[row] = turnover->year_slots[row];
        }
        carry_ids(tape, turnover->ids[turnover->year_ids[row]], turnover->year_slots[row], firms);
    }
    return MATTHEW_OK;
}

/* Ids that no month but that of `row` needs; there is one, since there are as many as months. */
static int free_ids(const struct turnover *turnover, int row) {
    int used[ROWS] = {0}, ids = 0;
    for (int other = 0; other < ROWS; other++)
        if (other != row && turnover->year_slots[other] > 0)
            used[turnover->year_ids[other]] = 1;
    while (used[ids])
        ids++;
    return ids;
}

/* The ids of this month: those of the month that was followed before, and more, unless a firm moved or left. In most
 * months nobody did, and the world knows. */
static int follow_ids(struct turnover *turnover, int row, const struct world *world) {
    const struct firms *firms = &world->firms;
    const struct kept_month *last = &turnover->kept[!turnover->newest];
    int ids = last->month > 0 ? turnover->year_ids[row_of(last->month - 1)] : 0;
    size_t filled = last->month > 0 ? turnover->ids_filled[ids] : 0;
    size_t both = firms->slots < filled ? firms->slots : filled;
    int as_it_was = turnover->arrangement == world->arrangement + 1;
    turnover->arrangement = world->arrangement + 1;
    if (!as_it_was && memcmp(turnover->ids[ids], firms->id, both * sizeof *firms->id) != 0) {
        ids = free_ids(turnover, row);
        filled = 0;
    }
    if (firms->slots > filled) {
        memcpy(turnover->ids[ids] + filled, firms->id + filled, (firms->slots - filled) * sizeof *firms->id);
        turnover->ids_filled[ids] = firms->slots;
    }
    return ids;
}

void turnover_follow(struct turnover *turnover, const struct world *world, const double *revenue) {
    const struct firms *firms = &world->firms;
    int row = row_of(world->month);
    turnover->newest = !turnover->newest;
    struct kept_month *kept = &turnover->kept[turnover->newest];
    memcpy(turnover->year[row], revenue, firms->slots * sizeof *revenue);
    turnover->year_ids[row] = follow_ids(turnover, row, world);
    memcpy(kept->capability, firms->capability, firms->slots * sizeof *revenue);
    turnover->year_month[row] = world->month;
    turnover->year_slots[row] = firms->slots;
    kept->month = world->month + 1;
}

/* A month and what it is compared by. */
struct compared {
    const double *id, *receipts, *capability;
    size_t slots;
    double total, mean; /* of receipts; of capability, by receipts */
    long month;
    int known;
};

static struct compared read_month(const struct turnover *turnover, int which) {
    const struct kept_month *kept = &turnover->kept[which];
    int row = kept->month > 0 ? row_of(kept->month - 1) : 0;
    if (kept->month == 0 || turnover->year_month[row] != kept->month - 1)
        return (struct compared){0};
    struct compared month = {.id = turnover->ids[turnover->year_ids[row]],
                             .receipts = turnover->year[row],
                             .capability = kept->capability,
                             .slots = turnover->year_slots[row],
                             .month = kept->month - 1,
                             .known = 1};
    double mean[LANES] = {0};
    month.total = sum_array(month.receipts, month.slots);
    for (size_t i = 0; i < month.slots; i++) {
        double share = month.total > 0.0 ? month.receipts[i] / month.total : UNKNOWN;
        mean[i % LANES] += share * month.capability[i];
    }
    month.mean = sum_lanes(mean);
    return month;
}

static double share_of(const struct compared *month, size_t slot) {
    return month->total > 0.0 ? month->receipts[slot] / month->total : UNKNOWN;
}

/* The slot of a firm in the month at which the world stands; NO_SLOT when it has left before. */
static size_t find(const struct compared *now, const struct world *world, double id) {
    size_t slot = world_slot(world, id);
    return slot < now->slots && now->id[slot] == id ? slot : NO_SLOT;
}

/* Firms of the month before: they stay or are gone. */
static void compare_old(const struct compared *before, const struct compared *now, const struct world *world,
                        struct turnover_result *result) {
    for (size_t i = 0; i < before->slots; i++) {
        if (before->id[i] < 0.0)
            continue;
        double had = share_of(before, i), was = before->capability[i];
        size_t slot = find(now, world, before->id[i]);
        if (slot == NO_SLOT) {
            result->instability += portable_abs(had);
            result->exit -= had * (was - before->mean);
            continue;
        }
        double has = share_of(now, slot), is = world->firms.capability[slot];
        result->instability += portable_abs(has - had);
        result->within += had * (is - was);
        result->selection += (has - had) * (is - before->mean);
    }
}

/* Firms that came after the month before, at whose end those came that were founded in it. */
static void compare_new(const struct compared *before, const struct compared *now, const struct world *world,
                        struct turnover_result *result) {
    for (size_t i = 0; i < now->slots; i++) {
        double id = now->id[i];
        long entry = id < 0.0 ? 0 : world->reg.rows[(size_t)id].entry_month;
        if (id < 0.0 || (before->known && (entry == 0 || entry < before->month)))
            continue;
        double has = share_of(now, i);
        result->instability += portable_abs(has);
        result->entry += has * (world->firms.capability[i] - before->mean);
    }
}

void turnover_measure(const struct turnover *turnover, const struct world *world, struct turnover_result *result) {
    struct compared before = read_month(turnover, !turnover->newest), now = read_month(turnover, turnover->newest);
    *result = (struct turnover_result){0};
    compare_old(&before, &now, world, result);
    compare_new(&before, &now, world, result);
    result->mean = now.mean;
    if (!before.known || !(now.total > 0.0))
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

static double squares(const double *values, size_t count) {
    double lane[LANES] = {0};
    for (size_t i = 0; i < count; i++)
        lane[i % LANES] += values[i] * values[i];
    return sum_lanes(lane);
}

double turnover_ranks(struct turnover *turnover, const struct world *world) {
    const struct firms *firms = &world->firms;
    long month = world->month - TURNOVER_YEAR;
    int row = row_of(world->month + 1);
    if (month < 0 || turnover->year_month[row] != month || turnover->year_slots[row] == 0)
        return UNKNOWN;
    size_t count = 0;
    for (size_t i = 0; i < turnover->year_slots[row]; i++) {
        size_t slot = world_slot(world, turnover->ids[turnover->year_ids[row]][i]);
        if (slot == NO_SLOT)
            continue;
        turnover->before[count] = turnover->year[row][i];
        turnover->now[count++] = portable_max(firms->total_receipts[slot], 0.0);
    }
    rank(turnover->before, count, turnover->order, turnover->scratch);
    rank(turnover->now, count, turnover->order, turnover->scratch);
    double both[LANES] = {0};
    for (size_t i = 0; i < count; i++)
        both[i % LANES] += turnover->before[i] * turnover->now[i];
    double scale = squares(turnover->before, count) * squares(turnover->now, count);
    return count > 2 && scale > 0.0 ? sum_lanes(both) / portable_sqrt(scale) : UNKNOWN;
}
