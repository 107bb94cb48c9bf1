#include "core/facts.h"

#include <math.h>
#include <string.h>

#define NONE HUGE_VAL
const struct fact_info fact_table[FACT_COUNT] = {
#define FACT(name, number, unit, low, high, text, source)                                                              \
    [FACT_##name] = {#name, number, unit, low, high, text, source},
#include "core/facts.def"
#undef FACT
};

int fact_find(const char *name) {
    for (int i = 0; i < FACT_COUNT; i++)
        if (strcmp(fact_table[i].name, name) == 0)
            return i;
    return -1;
}
