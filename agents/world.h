/* Everything that one race consists of, as the phases of a month see it.
 *
 * A block phase reads anything that is not written in the same phase and writes only its own slots and its own entry of the
 * block sums; a settle step runs alone, after all blocks, and may write everything. */
#ifndef MATTHEW_AGENTS_WORLD_H
#define MATTHEW_AGENTS_WORLD_H

#include <stdint.h>

#include "agents/firms.h"
#include "core/scenario.h"

/* State of the industry: industry.def. Plain doubles. */
struct industry {
#define INDUSTRY(name, ...) double name;
#define INDUSTRY_MEMBERS(name, ...) double name[MEMBERS_MAX];
#include "agents/industry.def"
#undef INDUSTRY
#undef INDUSTRY_MEMBERS
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

struct block_sums; /* market/ and agents/ keep their per-block totals here: agents/sums.h */

struct world {
    const struct scenario *scenario; /* borrowed for the life of the race */
    struct parameters parameters;    /* in force this month */
    struct firms firms;
    struct firm_register reg;
    struct industry industry;
    struct block_sums *sums;
    struct events events;
    uint64_t seed;
    long month; /* the month being computed; after it, the month whose end the state shows; 0 is the initial state */
    long entries, exits; /* firms founded and liquidated at the end of this month */
    struct failure failure;
};

#endif
