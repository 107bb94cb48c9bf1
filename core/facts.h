/* Stylised facts: facts.def as a table. Constant; any thread. */
#ifndef MATTHEW_CORE_FACTS_H
#define MATTHEW_CORE_FACTS_H

enum fact {
#define FACT(name, ...) FACT_##name,
#include "core/facts.def"
#undef FACT
    FACT_COUNT
};

struct fact_info {
    const char *name, *number; /* growth_shape, F2: several facts may have one number */
    const char *unit;
    double low, high; /* the band; infinite where it is open */
    const char *description, *source;
};

extern const struct fact_info fact_table[FACT_COUNT];

/* The place of a name in fact_table, or -1. */
int fact_find(const char *name);

#endif
