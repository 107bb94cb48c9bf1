#include "study/sweep_amounts.h"

#include "agents/register.h"
#include "agents/value.h"

#include <math.h>

/* Those that the register has no column for. */
enum made {
#define AMOUNT(key, ...) MADE_##key,
#include "study/amounts.def"
    MADE_COUNT
};

static const struct amount_info made_table[MADE_COUNT] = {
#define AMOUNT(key, expression, unit, description) {#key, unit, description},
#include "study/amounts.def"
};

/* The columns of the register that are amounts: where the place-th stands, REGISTER_COLUMNS beyond the last. */
static size_t column_of(size_t place) {
    size_t column = 0;
    for (; column < REGISTER_COLUMNS; column++)
        if (register_table[column].type == REGISTER_FLOAT && place-- == 0)
            break;
    return column;
}

static size_t column_count(void) {
    size_t count = 0;
    while (column_of(count) < REGISTER_COLUMNS)
        count++;
    return count;
}

size_t amount_count(void) {
    return column_count() + MADE_COUNT;
}

struct amount_info amount_info(size_t amount) {
    size_t column = column_of(amount);
    if (column == REGISTER_COLUMNS)
        return made_table[amount - column_count()];
    const struct register_info *info = &register_table[column];
    return (struct amount_info){info->key, info->unit, info->description};
}

double amount_value(const struct world *world, const struct register_row *row, size_t amount) {
    size_t column = column_of(amount);
    long month = world->month;
    if (column < REGISTER_COLUMNS)
        return register_value(world, row, (enum register_column)column);
    switch ((enum made)(amount - column_count())) {
#define AMOUNT(key, expression, ...)                                                                                   \
    case MADE_##key:                                                                                                   \
        return (double)(expression);
#include "study/amounts.def"
    default:
        return (double)NAN;
    }
}
