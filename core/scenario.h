/* A scenario: everything that a run starts from, read from YAML (strictly) or from the scenarios compiled into the library.
 *
 * It owns its memory; scenario_free is legal after a failed load and twice. Errors name file, line, column, key, allowed
 * range and the nearest valid key. Reading never changes anything outside the struct. Thread rule: one thread at a time
 * may change a scenario; any number may read it. */
#ifndef MATTHEW_CORE_SCENARIO_H
#define MATTHEW_CORE_SCENARIO_H

#include <stdint.h>
#include <stdio.h>

#include "core/parameters.h"

enum { SCENARIO_MONTHS_MAX = 12000, SCENARIO_FIRMS_MAX = 10000000, SCENARIO_BYTES_MAX = 4 << 20, SCENARIO_DEPTH_MAX = 32 };

/* A named firm. The fields are those of named.def; genes start as the preset's and may be overridden. */
struct named_firm {
    char name[64];
    int strategy, region;
#define NAMED_FIRM_FIELD(name) double name;
#define NAMED_SEGMENT_FIELD(name) double name[MEMBERS_MAX];
#define NAMED_TIER_FIELD(name) double name[MEMBERS_MAX];
#define NAMED(name, dimension, ...) NAMED_##dimension##_FIELD(name)
#include "core/named.def"
#undef NAMED
#undef NAMED_FIRM_FIELD
#undef NAMED_SEGMENT_FIELD
#undef NAMED_TIER_FIELD
    /* Overridden genes: NaN where the preset's value holds. Order: the strategies' parameters in the table, without share. */
    double gene[32];
};

/* From the start of this month on, values[index] of struct parameters read as doubles is value. */
struct change {
    long month;
    size_t index;
    double value;
};

struct scenario {
    char name[128];  /* shipped name or file stem */
    char *title;     /* may be "" */
    int start_year, start_month; /* calendar date of month 0 */
    long months;     /* months to run */
    long firms;      /* initial firms, named ones included */
    double entry_scale; /* factor on entry.rate: firms over the scenario file's own number of firms */
    uint64_t seed;   /* below 2^53 */
    struct members members[FAMILY_COUNT];
    struct parameters parameters;
    size_t named_count;
    struct named_firm *named;
    size_t change_count;
    struct change *changes; /* ordered by month, then as written */
};

/* Loads a shipped scenario by name or a YAML file by path (a name with '/' or ending in .yaml or .yml is a path),
 * bases first. Errors: NOT_FOUND, READ_FAILED, BAD_SCENARIO, TOO_LARGE, NO_MEMORY. */
int scenario_load(struct scenario *scenario, const char *name_or_path, struct failure *failure);

/* One --set: path=value (a parameter, firms.NAME.FIELD, strategies.NAME.GENE; also `months`, `firms`, `seed`). */
int scenario_set(struct scenario *scenario, const char *assignment, struct failure *failure);

/* --firms N: initial firms, named ones included; scales the entry rate with it. */
int scenario_set_firms(struct scenario *scenario, long firms, struct failure *failure);

/* Checks what no single value shows: shares that sum to nothing, named firms over firms, totals above 2^52, ... */
int scenario_check(const struct scenario *scenario, struct failure *failure);

/* The resolved scenario as YAML text that scenario_load reads back to the same values, bit for bit. Caller frees with
 * memory_free. Null when memory is short. */
char *scenario_text(const struct scenario *scenario);

/* The value of genes of a named firm: `gene` indexes the strategies' parameters of the table, share excluded. */
int scenario_gene_count(void);

void scenario_free(struct scenario *scenario);

/* Shipped scenarios, in alphabetical order. */
struct shipped_scenario {
    const char *name, *title, *text;
};
extern const struct shipped_scenario shipped_scenarios[];
extern const size_t shipped_scenario_count;

#endif
