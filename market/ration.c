#include "market/ration.h"

#include "core/elementary.h"

int ration_open(struct ration *ration, double supply, double orders, double priorities, const double *order,
                const double *priority) {
    *ration = (struct ration){.supply = portable_max(supply, 0.0),
                              .orders = orders,
                              .filled_count = -1.0,
                              .order = order,
                              .priority = priority,
                              .last = (size_t)-1};
    ration->rationed = orders > ration->supply;
    ration->allotted = orders;
    if (!ration->rationed)
        return 0;
    ration->lambda = priorities > 0.0 ? ration->supply / priorities : 0.0;
    ration->allotted = 0.0;
    return priorities > 0.0;
}

/* The last slot with room for the residue on both sides of its allotment, so that it gets neither less than nothing nor
 * more than its order; when no slot has, the one with most room; (size_t)-1 when every order is filled. */
static size_t place_for(double residue, const struct ration *ration, size_t slots) {
    size_t found = (size_t)-1;
    double most = 0.0, wanted = portable_abs(residue);
    for (size_t slot = slots; slot-- > 0 && !(most > wanted);) {
        double offer = ration->lambda * ration->priority[slot];
        double room = portable_min(offer, ration->order[slot] - offer);
        if (room > most) {
            most = room;
            found = slot;
        }
    }
    return found;
}

int ration_settle(struct ration *ration, const struct sums *sums, size_t slots) {
    double count = sums_total(sums, SUM_ration_count, 0);
    double priorities = sums_total(sums, SUM_ration_priorities, 0);
    if (count > ration->filled_count && priorities > 0.0) { /* the filled set only grows, whatever rounding does */
        double left = ration->supply - sums_total(sums, SUM_ration_filled, 0);
        ration->filled_count = count;
        if (count > 0.0) {
            ration->lambda = portable_max(left, 0.0) / priorities;
            return 1;
        }
    }
    double allotted = sums_total(sums, SUM_ration_allotted, 0);
    double residue = ration->supply - allotted;
    ration->last = place_for(residue, ration, slots);
    if (ration->last != (size_t)-1) {
        double offer = ration->lambda * ration->priority[ration->last];
        ration->residue = portable_clip(residue, -offer, ration->order[ration->last] - offer);
        allotted += ration->residue;
    }
    ration->allotted = allotted;
    return 0;
}
