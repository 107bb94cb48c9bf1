/* The choice market: whole people or accounts leave their firm with a hazard; leavers and newcomers choose among firms
 * and an outside option with probability proportional to a weight. Agents in the same firm and segment are
 * exchangeable, so the law of the individual-based model is reproduced exactly by one binomial per firm and one
 * multinomial over firms, at a cost that depends on the smaller of movers and firms, never on the population.
 *
 * Update: simultaneous; weights are taken before departures. The multinomial is drawn in two exact steps: movers over
 * blocks of firms and the outside option by conditional binomials (choice_settle, alone), then each block's movers over
 * its firms (choice_arrive_block, in parallel). Knows nothing of who moves. */
#ifndef MATTHEW_MARKET_CHOICE_H
#define MATTHEW_MARKET_CHOICE_H

#include "agents/world.h"

/* One choice market: a segment's customers or a tier's people. */
struct choice {
    double movers;        /* leavers and newcomers */
    double inside_weight; /* sum of firms' weights */
    double outside_weight;
    double outside; /* movers that chose no firm */
    double gain;    /* mean utility of movers above that of whoever chooses freely (customers with switching costs) */
    double
        *block_movers; /* movers that chose a firm of the block; one entry more than blocks, for the outside option */
    double *block_weight; /* scratch of the same size */
    double *suffix;       /* scratch of the same size */
    size_t capacity;      /* blocks */
    double *memory;
};

int choice_reserve(struct choice *choice, size_t blocks, struct failure *failure);
void choice_free(struct choice *choice);

/* Splits movers over blocks and the outside option, with block_weight filled for the blocks. When nobody has a weight
 * all movers stay outside. key: of the split's random stream. */
void choice_settle(struct choice *choice, uint64_t key, double movers, size_t blocks, double outside_weight);

#ifdef MATTHEW_KERNEL_SUFFIX
/* out[i] ~ Binomial(count[i], 1 - exp(-hazard[i])) for a block. */
void KERNEL(choice_leave_block)(uint64_t key, const double *count, const double *hazard, double *out);
/* The same for a hazard of which only a part[i] leaves: out[i] ~ Binomial(count[i], (1 - exp(-hazard[i])) part[i]). */
void KERNEL(choice_leave_part_block)(uint64_t key, const double *count, const double *hazard, const double *part,
                                     double *out);
/* The block's movers over its firms. */
void KERNEL(choice_arrive_block)(uint64_t key, const struct choice *choice, size_t block, const double *weight,
                                 double *out);
#endif

#endif
