/* A scenario: everything that a run starts from, read from YAML (strictly) or from the scenarios compiled into the
 * library.
 *
 * Grammar of a file; every key may be left out, keys in any order:
 *   base: NAME or FILE        starts from that scenario (a file relative to this one), else from the table's defaults
 *   title: TEXT
 *   start_date: 2024-01       the date of month 0
 *   months, firms, seed       whole numbers
 *   entry_firms: N            the number of firms that entry.rate is stated for; firms when not given
 *   members: {FAMILY: [NAME, NEW: {like: NAME}, ...]}
 *                             families are customers, talent, regions, strategies; the list is the whole family, in
 *                             order, 1 to 8 names. A name that the base or the table has keeps its values; a new one
 *                             starts as the one it is like, or gives every value under `set`. Where that one is not
 *                             in the list itself, this is a renaming, and named firms and the schedule follow.
 *   set: {PATH: VALUE}        paths dotted or nested, mixed freely; customers.*.population names all members
 *   strategies: {NAME: {GENE: VALUE}}
 *                             the same as under set
 *   named_firms: {NAME: {strategy, region (else the first), ally: NAME, fields of named.def, accounts: {SEGMENT: N},
 *                 GENE: VALUE, genes: {GENE: VALUE}}}
 *                             a firm of the base that is given again is changed, and removed by NAME: ~. `genes:` is
 *                             for genes that are called like a field. `ally` is the other named firm of an alliance,
 *                             which must name this one; ~ is none.
 *   schedule: [{month: M, set: {...}}, {month: M, acquire: {buyer: NAME, target: NAME, price: M$}}]
 *                             set: from the start of month M. acquire: at the end of it one named firm takes over
 *                             another, if both are there and the buyer can pay. An entry may have both. Added to
 *                             the base's schedule; ~ drops that one. A takeover goes with a named firm that is removed.
 *                             An entry with one of the two may have a `name`, unlike any other's; it changes no race.
 *   warnings: [KIND: TEXT, ...]  of a scenario that was written as text: what was told of it (core/warnings.def)
 *   validates: [FACT, ...]    names of facts.def that races of this scenario must show; the list takes the place of the
 *                             base's. It changes no race.
 *
 * It owns its memory; scenario_free is legal after a failed load and twice. Errors name file, line, column, key,
 * allowed range and the nearest valid key. Reading never changes anything outside the struct. Thread rule: one thread
 * at a time may change a scenario; any number may read it. */
#ifndef MATTHEW_CORE_SCENARIO_H
#define MATTHEW_CORE_SCENARIO_H

#include <stdint.h>
#include <stdio.h>

#include "core/facts.h"
#include "core/parameters.h"
#include "core/warnings.h"

enum {
    SCENARIO_MONTHS_MAX = 12000,
    SCENARIO_FIRMS_MAX = 10000000,
    SCENARIO_BYTES_MAX = 4 << 20,
    SCENARIO_DEPTH_MAX = 32
};
#define SCENARIO_PRICE_MAX 1e12 /* M$, of a takeover */
enum { ENTRY_NAME_SIZE = 64 };  /* of an entry of a schedule, the end included */
enum { SCENARIO_NAMED_MAX = 10000, SCENARIO_TAKEOVERS_MAX = 1000, SCENARIO_BASES_MAX = 8, SCENARIO_GENES_MAX = 32 };
/* What holds when neither a scenario nor its bases say otherwise; the table's defaults were calibrated at these. */
enum { SCENARIO_YEAR = 2024, SCENARIO_MONTHS = 180, SCENARIO_FIRMS = 5000, SCENARIO_SEED = 1 };

/* A named firm. The fields are those of named.def; genes start as the preset's and may be overridden. */
struct named_firm {
    char name[64], ally[64]; /* ally: the named firm that it is allied with in month 0, "" for none */
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
    /* Overridden genes: NaN where the preset's value holds. Order: the strategies' parameters in the table, without
     * share. */
    double gene[SCENARIO_GENES_MAX];
    int given; /* not by a shipped scenario alone: what warnings tell of */
};

/* From the start of this month on, values[index] of struct parameters read as doubles is value. */
struct change {
    long month;
    size_t index;
    double value;
    char entry[ENTRY_NAME_SIZE]; /* name of its entry in the schedule, "" for none */
    int given;                   /* not by a shipped scenario: what warnings tell of */
};

/* At the end of this month the buyer takes over the target; both are named firms. */
struct takeover {
    long month;
    size_t place; /* among the takeovers as written, bases first */
    char buyer[64], target[64];
    double price; /* M$ */
    char entry[ENTRY_NAME_SIZE];
    int given;
};

struct scenario {
    char name[128];              /* shipped name or file stem */
    char *title;                 /* may be "" */
    int start_year, start_month; /* calendar date of month 0 */
    long months;                 /* months to run */
    long firms;                  /* initial firms, named ones included */
    long entry_firms;            /* firms that entry.rate is stated for: the scenario file's own number */
    double entry_scale;          /* factor on entry.rate: firms / entry_firms */
    uint64_t seed;               /* below 2^53 */
    struct members members[FAMILY_COUNT];
    struct parameters parameters;
    size_t named_count;
    struct named_firm *named;
    size_t change_count;
    struct change *changes; /* ordered by month, then as written */
    size_t takeover_count;
    struct takeover *takeovers;            /* ordered likewise */
    unsigned char validates[FACT_COUNT];   /* 1 for a fact that it must show */
    unsigned char given[PARAMETER_VALUES]; /* 1 for a value that a file of one's own, or an option, gives */
    size_t note_count;
    struct warning *notes; /* of what files dropped */
};

/* Loads a shipped scenario by name or a YAML file by path (a name with '/' or ending in .yaml or .yml is a path),
 * bases first. Errors: NOT_FOUND, READ_FAILED, BAD_SCENARIO, TOO_LARGE, NO_MEMORY. */
int scenario_load(struct scenario *scenario, const char *name_or_path, struct failure *failure);

/* The same from text that messages call `name` (the scenario that a result file carries). Only shipped scenarios can be
 * its base. */
int scenario_load_text(struct scenario *scenario, const char *name, const char *text, struct failure *failure);

/* What a document of another kind (a sweep) says of a scenario, by the keys base, months, firms, seed and set of its
 * root; keys that are not there change nothing. They mean what they mean in a scenario file, but firms, which scales
 * entry as scenario_set_firms does. path is the document's file. Checked as a whole. */
struct document;
int scenario_load_document(struct scenario *scenario, const struct document *document, const char *path,
                           struct failure *failure);

/* One --set: path=value (a parameter, firms.NAME.FIELD, strategies.NAME.GENE; also `months`, `firms`, `seed`,
 * `start_date`). Failing, it changes nothing. */
int scenario_set(struct scenario *scenario, const char *assignment, struct failure *failure);

/* The same with path and value apart, and with what messages begin with ("--seed -1"). */
int scenario_assign(struct scenario *scenario, const char *option, const char *path, const char *value,
                    struct failure *failure);

/* The same from the start of a month on: an entry of the schedule, behind those of that month. Checked as an entry of a
 * file is. Failing, it changes nothing. */
int scenario_change(struct scenario *scenario, long month, const char *assignment, struct failure *failure);

/* --firms N: initial firms, named ones included; scales the entry rate with it. */
int scenario_set_firms(struct scenario *scenario, long firms, struct failure *failure);

/* Checks what no single value shows: shares that sum to nothing, named firms over firms, totals above 2^52, ... */
int scenario_check(const struct scenario *scenario, struct failure *failure);

/* Adds file, line and column to what scenario_check says, where the YAML file at path says something of that. */
void scenario_locate(const char *path, struct failure *failure);

/* The resolved scenario as YAML text that scenario_load reads back to the same values, bit for bit. Caller frees with
 * memory_free. Null when memory is short. */
char *scenario_text(const struct scenario *scenario);

/* Genes: `gene` indexes the strategies' parameters of the table, share excluded. scenario_gene_value is a named firm's:
 * its own, or its preset's. */
int scenario_gene_count(void);
const struct parameter_info *scenario_gene(int gene);
double scenario_gene_value(const struct scenario *scenario, const struct named_firm *firm, int gene);

/* Whether an entry of the schedule has that name. */
int scenario_has_entry(const struct scenario *scenario, const char *name);

/* The position of the firm that named firm `firm` is allied with, or named_count when it is with none. */
size_t scenario_ally(const struct scenario *scenario, size_t firm);

/* A copy with memory of its own. On failure copy is empty. */
int scenario_copy(struct scenario *copy, const struct scenario *scenario, struct failure *failure);

/* A scenario of the table's defaults without named firms or schedule. Allocates nothing. */
void scenario_builtin(struct scenario *scenario);

/* Fields of named firms, from named.def. */
enum named_dimension { NAMED_IN_FIRM, NAMED_IN_SEGMENT, NAMED_IN_TIER };
struct named_field {
    const char *name;
    enum named_dimension dimension;
    size_t offset; /* in struct named_firm, of one double or of MEMBERS_MAX */
    double default_value, min, max, plausible_min, plausible_max;
    const char *unit, *description;
};
extern const struct named_field named_field_table[];
extern const size_t named_field_count;

/* One number of a named firm: a field, a member of one, or a gene. */
struct named_value {
    size_t firm, offset; /* place among the named firms, and in struct named_firm in bytes */
    double min, max;
    const char *name, *unit, *description;
};

/* Finds NAME.FIELD, NAME.FIELD.MEMBER, NAME.GENE or NAME.genes.GENE; the failure names what is nearest. */
int scenario_named_find(const struct scenario *scenario, const char *path, struct named_value *found,
                        struct failure *failure);

/* The field's values in a firm: one, or one per member. */
double *named_field_values(struct named_firm *firm, const struct named_field *field);
const double *named_field_values_const(const struct named_firm *firm, const struct named_field *field);

void scenario_free(struct scenario *scenario);

/* Shipped scenarios, in alphabetical order. */
struct shipped_scenario {
    const char *name, *title, *text;
};
extern const struct shipped_scenario shipped_scenarios[];
extern const size_t shipped_scenario_count;

#endif
