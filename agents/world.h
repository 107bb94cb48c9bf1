/* Everything that one race consists of, as the phases of a month see it.
 *
 * A block phase reads anything that is not written in the same phase and writes only its own slots and its own entry of
 * the block sums; a settle step runs alone, after all blocks, and may write everything. */
#ifndef MATTHEW_AGENTS_WORLD_H
#define MATTHEW_AGENTS_WORLD_H

#include <stdint.h>

#include "agents/conditions.h"
#include "agents/firms.h"
#include "agents/ladder.h"
#include "agents/sums.h"
#include "core/scenario.h"

/* State of the industry: industry.def. Plain doubles. */
struct industry {
#define INDUSTRY(name, ...) double name;
#define INDUSTRY_MEMBERS(name, ...) double name[MEMBERS_MAX];
#define INDUSTRY_PAYMENTS(name, ...) double name[PAYMENT_COUNT];
#include "agents/industry.def"
#undef INDUSTRY
#undef INDUSTRY_MEMBERS
#undef INDUSTRY_PAYMENTS
};

enum {
    GENE_COUNT = 0
#define GENE(parameter, column, share) +1
#include "agents/genes.def"
#undef GENE
};

struct gene_range {
    double min[GENE_COUNT], max[GENE_COUNT];
    uint64_t stream[GENE_COUNT]; /* names the gene's noise (agents/genes.h) */
};

enum event_kind {
#define EVENT(name, code, ...) EVENT_##name = (code),
#include "agents/events.def"
#undef EVENT
};

struct event {
    long month;
    int kind;
    double firm, other, amount; /* other is -1 when there is none */
};

/* Events since the observer last saw them, in canonical order: month, then kind of phase, then id. */
struct events {
    struct event *list;
    size_t count, capacity;
};

/* A firm that leaves at the end of the month. */
#define NO_SLOT SIZE_MAX
struct departure {
    double id;
    size_t slot, buyer; /* buyer: NO_SLOT when the firm is liquidated */
    double price;       /* M$ */
    int insolvent;
};

/* All of a month, in the order in which they happen. */
struct departures {
    struct departure *list;
    size_t count, bought;              /* bought: how many have a buyer */
    double *purse, *receipts, *weight; /* scratch over slots */
    size_t capacity;
};

/* Researchers who left a firm in infighting and found one at the end of the month (24). Until then they wait in the
 * pool; the parent may be gone by then, so what the group takes along is kept here. */
struct spin_out {
    double parent, researchers, capability;
    int region;
};

struct spin_outs {
    struct spin_out *list; /* in the order of their parents' slots at the end of the month */
    size_t count, capacity;
};

/* Places on the axis of files: those that firms have left, oldest first, in a ring. */
struct places {
    size_t *place;
    long *left; /* the month in which it was left */
    size_t first, count, capacity;
    size_t used; /* places ever given out */
};

/* Scratch of the turn-over: slots without a firm, and those whose firms move into them. */
struct holes {
    size_t *slot, *from;
    size_t count, capacity;
};

/* Scratch of learning: firms by age-adjusted size. Nothing here is carried to the next month. */
struct learning {
    uint32_t *slot;
    size_t capacity;
    struct ladder ladder;
    uint32_t next[LADDER_BINS];
};

struct markets; /* market/markets.h */

struct world {
    const struct scenario *scenario; /* borrowed for the life of the race */
    struct parameters parameters;    /* in force this month */
    struct firms firms;
    struct firm_register reg;
    struct industry industry;
    struct conditions conditions; /* of this month */
    struct gene_range gene_range;
    struct sums sums;
    struct markets *markets;
    struct places places;
    struct holes holes;
    struct spin_outs spin_outs; /* of this month */
    struct ladder standing;     /* active firms by influence at the start of the month, where regulation is on */
    struct learning learning;
    struct departures departures;
    struct events events;
    int keep_events;                /* whether anybody wants them */
    int keep_books;                 /* whether anybody wants the payments of this month */
    int books_kept;                 /* whether payments are those of the month that the state shows */
    double payments[PAYMENT_COUNT]; /* M$ */
    uint64_t seed;
    long month; /* the month being computed; after it, the month whose end the state shows; 0 is the initial state */
    size_t arrangement;  /* another one once firms have come, gone or moved; counted from where this world was made */
    long turned_over;    /* the last month whose exits and entries have happened */
    long entries, exits; /* firms founded and gone at the end of this month */
    struct failure failure;
};

/* The slot of a firm with this id; NO_SLOT when it is not there. */
static inline size_t world_slot(const struct world *world, double id) {
    long slot = id >= 0.0 && id < (double)world->reg.count ? world->reg.rows[(size_t)id].slot : -1;
    int here = slot >= 0 && (size_t)slot < world->firms.slots && world->firms.id[slot] == id;
    return here ? (size_t)slot : NO_SLOT;
}

/* Whether firms can have chips of their own (9): the switch is on, and GPUs are sold at posted prices. */
static inline int silicon_offered(const struct world *world) {
    const struct parameters *p = &world->parameters;
    return p->compute_enabled > 0.0 && p->compute_own_silicon > 0.0 && p->compute_clearing == 0.0;
}

/* Cash below which a firm is insolvent (23); none is when firms do not leave for want of cash. */
static inline double insolvency_floor(const struct world *world) {
    return world->parameters.exit_enabled > 0.0 ? world->parameters.exit_cash_floor : -1e300;
}

#endif
