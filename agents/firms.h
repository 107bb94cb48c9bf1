/* Firm state as a structure of arrays, and the register of all firms ever.
 *
 * Owns every column of fields.def: arrays of doubles over slots, 64-byte aligned, capacity a multiple of BLOCK, zero
 * where a slot is empty (ids are -1). Columns are reserved longer than they are: slots beyond the capacity are all
 * zero, ids too, and take no memory. A firm has an id for life, never reused, and a slot for a while: firms move
 * between months so that few slots are empty. Whoever follows a firm follows its id (world_slot in agents/world.h).
 * Never knows a market or a file. Memory: about 1.5 kB a slot with the default members. Thread rule: blocks of BLOCK
 * slots are written by one thread at a time; the register only between phases. */
#ifndef MATTHEW_AGENTS_FIRMS_H
#define MATTHEW_AGENTS_FIRMS_H

#include <stddef.h>

#include "core/kernel.h"
#include "core/parameters.h"

/* What a value is for. No column has a value for each strategy; indicators do. */
enum dimension { DIMENSION_FIRM, DIMENSION_SEGMENT, DIMENSION_TIER, DIMENSION_REGION, DIMENSION_STRATEGY };
enum field_class { FIELD_STATE, FIELD_FLOW };
enum field_type { FIELD_FLOAT, FIELD_INT64, FIELD_INT8 };

enum field {
#define FIELD(name, ...) FIELD_##name,
#include "agents/fields.def"
#undef FIELD
    FIELD_COUNT
};

/* What values are: a number, the id of a firm, or the code of a member of a family. */
enum field_kind { FIELD_KIND_NUMBER, FIELD_KIND_ID, FIELD_KIND_CODE };

struct field_info {
    const char *name; /* in files and for callers */
    enum field_kind kind;
    enum family family; /* of a code; else FAMILY_NONE */
    double empty;       /* what an empty slot holds */
    enum dimension dimension;
    enum field_class class;
    enum field_type type;
    const char *unit;
    int by_default;
    const char *description;
};

extern const struct field_info field_table[FIELD_COUNT];

/* Columns, members of fields.def: double *cash; double *accounts[MEMBERS_MAX]; ... */
struct firms {
#define FIELD_MEMBER_FIRM(name) double *name;
#define FIELD_MEMBER_SEGMENT(name) double *name[MEMBERS_MAX];
#define FIELD_MEMBER_TIER(name) double *name[MEMBERS_MAX];
#define FIELD_MEMBER_REGION(name) double *name[MEMBERS_MAX];
#define FIELD(name, dimension, ...) FIELD_MEMBER_##dimension(name)
#include "agents/fields.def"
#undef FIELD
    size_t capacity; /* slots ready for use, a multiple of BLOCK */
    size_t reserved; /* slots that the columns have room for where they lie, a multiple of BLOCK */
    size_t slots;    /* slots in use: higher ones are empty, lower ones but for a few */
    int segments, tiers, regions;
    double *columns; /* the one block that all columns lie in */
    size_t
        stride; /* distance of two columns in doubles: off the powers of two, so that columns do not share cache sets */
};

/* Why a firm left. Codes in files. */
enum exit_reason { EXIT_NONE, EXIT_LIQUIDATED, EXIT_ACQUIRED };

/* One row per firm ever. */
struct register_row {
    char name[64]; /* "" for firms without a name */
    double id;
    long slot;                    /* where the firm lies now, -1 after its exit */
    long place;                   /* on the axis of files, for life (agents/events.h) */
    long entry_month, exit_month; /* exit_month -1 while alive; entry_month of initial firms is 0 */
    enum exit_reason reason;
    int strategy, region;
    double parent;   /* id of the founder's firm, -1 when none */
    double acquirer; /* id of the firm that took it over, -1 when none */
    /* At exit, 0 while alive: price of a takeover, funding rounds, money raised, what investors got back in all, net
     * present value for the holders (M$). */
    double price, rounds, raised, proceeds, npv;
};

struct firm_register {
    struct register_row *rows; /* row i is the firm with id i */
    size_t count, capacity;
};

int firms_init(struct firms *firms, size_t capacity, int segments, int tiers, int regions, struct failure *failure);
/* Grows to at least capacity slots. Columns move when they outgrow what is reserved: 2.5 times the first capacity, then
 * half as much again; less where the system refuses so much. On failure the state stays as it was. */
int firms_grow(struct firms *firms, size_t capacity, struct failure *failure);
void firms_free(struct firms *firms);

/* The family whose members a dimension counts; DIMENSION_FIRM has none. */
enum family dimension_family(enum dimension dimension);
/* Members of a dimension (1 for DIMENSION_FIRM). */
int firms_members(const struct firms *firms, enum dimension dimension);
/* What a column holds where a slot is empty: what stands for no firm where it has ids, else 0. */
double field_empty(enum field field);
/* The array over slots of one member of a column. */
double *firms_column(const struct firms *firms, enum field field, int member);

/* Empties slots: every column gets its empty value. */
void firms_clear(struct firms *firms, const size_t *slot, size_t count);

/* Moves the firms of slots from[i] to the empty slots to[i], and leaves `slots` slots in use: those from there on are
 * empty afterwards. Who keeps a slot has to follow. */
void firms_compact(struct firms *firms, const size_t *from, const size_t *to, size_t count, size_t slots);

/* 64-bit digest of all STATE columns over slots, independent of capacity. */
unsigned long long firms_digest(const struct firms *firms);

/* Mixes count doubles, bit for bit, into a 64-bit digest. */
unsigned long long digest_doubles(unsigned long long digest, const double *value, size_t count);

int register_reserve(struct firm_register *reg, size_t count, struct failure *failure);
void register_free(struct firm_register *reg);

#endif
