/* The amounts of firms that outcomes of the register take: those of agents/register.def, then those of
 * study/amounts.def. Thread rule: pure functions; rows are read while an observer may read the world. */
#ifndef MATTHEW_STUDY_SWEEP_AMOUNTS_H
#define MATTHEW_STUDY_SWEEP_AMOUNTS_H

#include "agents/world.h"

struct amount_info {
    const char *key, *unit, *description;
};

size_t amount_count(void);

/* amount: below amount_count(). */
struct amount_info amount_info(size_t amount);

/* What a firm has as of the month at which the world stands; NaN where it has none. */
double amount_value(const struct world *world, const struct register_row *row, size_t amount);

#endif
