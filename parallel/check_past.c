#include "core/memory.h"
#include "parallel/check.h"

#include <string.h>

/* What a month or a turn over changes by flows that are known. */
static const enum field kept[] = {FIELD_id,          FIELD_cash,           FIELD_core_income, FIELD_investor_stake,
                                  FIELD_gpus,        FIELD_gpu_backlog,    FIELD_gpus_bought, FIELD_own_gpus,
                                  FIELD_own_backlog, FIELD_own_chips_made, FIELD_staff,       FIELD_accounts,
                                  FIELD_price,       FIELD_receivables};
enum { KEPT = sizeof kept / sizeof *kept };

/* How many columns are kept; past->first when there is a past. */
static size_t count_columns(const struct firms *firms, struct past *past) {
    int columns = 0;
    for (int i = 0; i < KEPT; i++) {
        past->first[kept[i]] = columns;
        columns += firms_members(firms, field_table[kept[i]].dimension);
    }
    return (size_t)columns;
}

int past_reserve(struct past *past, const struct world *world, struct failure *failure) {
    size_t capacity = world->firms.capacity;
    if (capacity <= past->capacity)
        return MATTHEW_OK;
    capacity = memory_room(past->capacity, capacity);
    size_t count = count_columns(&world->firms, past);
    double *columns = memory_new(count * capacity, sizeof *columns);
    double *bought = memory_new(capacity, sizeof *bought);
    size_t *was = memory_new(capacity, sizeof *was);
    if (columns == NULL || bought == NULL || was == NULL) {
        memory_free(columns);
        memory_free(bought);
        memory_free(was);
        return fail_memory(failure, "checks");
    }
    for (size_t i = 0; i < count && past->slots > 0; i++)
        memcpy(columns + i * capacity, past->columns + i * past->capacity, past->slots * sizeof *columns);
    memory_free(past->columns);
    memory_free(past->bought);
    memory_free(past->was);
    past->columns = columns;
    past->bought = bought;
    past->was = was;
    past->capacity = capacity;
    return MATTHEW_OK;
}

void past_free(struct past *past) {
    memory_free(past->columns);
    memory_free(past->bought);
    memory_free(past->was);
    memset(past, 0, sizeof *past);
}

void past_take(struct past *past, const struct world *world) {
    const struct firms *firms = &world->firms;
    for (int i = 0; i < KEPT; i++)
        for (int member = 0; member < firms_members(firms, field_table[kept[i]].dimension); member++)
            memcpy(past->columns + (size_t)(past->first[kept[i]] + member) * past->capacity,
                   firms_column(firms, kept[i], member), firms->slots * sizeof(double));
    past->slots = firms->slots;
    past->industry = world->industry;
    past->month = world->month;
    past->turned_over = world->turned_over;
    past->known = 1;
}

int past_is_now(const struct past *past, const struct world *world) {
    return past->known && past->month == world->month && past->turned_over == world->turned_over;
}

const double *past_column(const struct past *past, enum field field, int member) {
    return past->columns + (size_t)(past->first[field] + member) * past->capacity;
}
