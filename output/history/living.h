/* Who lives in a month, and their values: what keeps columns of firms reads a month through these.
 *
 * Owns its two lists. Thread rule: living_find alone; living_put from any thread, since it only reads. */
#ifndef MATTHEW_OUTPUT_HISTORY_LIVING_H
#define MATTHEW_OUTPUT_HISTORY_LIVING_H

#include "agents/world.h"
#include "output/history/history_layout.h"

/* Who lives in the month that was seen last, by rising id. Starts as zeros. */
struct living {
    uint32_t *id, *slot;
    size_t count, room;
    size_t known; /* rows of the register that were looked at */
};

/* Those of the month before who are still there, and those who came since. Cost: 1 ns a firm. */
int living_find(struct living *living, const struct world *world, struct failure *failure);
void living_free(struct living *living);

/* The values of one column in these slots, in the type of the series. */
void living_put(const struct series *series, const double *column, const uint32_t *slot, size_t count, void *target);

/* Values of firms that lie side by side to their places by id, less `first`. */
void living_scatter(const struct series *series, const unsigned char *values, const uint32_t *id, size_t count,
                    size_t first, unsigned char *target);

/* What stands outside a life, so many times. */
void series_put_empty(const struct series *series, unsigned char *target, size_t count);

#endif
