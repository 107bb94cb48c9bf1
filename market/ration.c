#include "market/ration.h"

#include "core/elementary.h"

int ration_open(struct ration *ration, double supply, double orders, double priorities, const double *order,
                const double *priority) {
    *ration = (struct ration){.supply = portable_max(supply, 0.0), .orders = orders, .filled_count = -1.0,
                              .order = order, .priority = priority, .last = (size_t)-1};
    ration->rationed = orders > ration->supply;
    ration->allotted = orders;
    if (!ration->rationed)
        return 0;
    ration->lambda = priorities > 0.0 ? ration->supply / priorities : 0.0;
    ration->allotted = 0.0;
    return priorities > 0.0;
}

/* The last slot whose order is not filled. */
static size_t last_unfilled(const struct ration *ration, size_t slots) {
    for (size_t slot = slots; slot-- > 0;)
        if (ration->priority[slot] > 0.0 && ration->order[slot] > ration->lambda * ration->priority[slot])
            return slot;
    return (size_t)-1;
}

int ration_settle(struct ration *ration, const struct sums *sums, size_t slots) {
    double count = sums_total(sums, SUM_ration_count, 0);
    double priorities = sums_total(sums, SUM_ration_priorities, 0);
    if (count != ration->filled_count && priorities > 0.0) {
        double left = ration->supply - sums_total(sums, SUM_ration_filled, 0);
        ration->filled_count = count;
        if (count > 0.0) {
            ration->lambda = portable_max(left, 0.0) / priorities;
            return 1;
        }
    }
    double allotted = sums_total(sums, SUM_ration_allotted, 0);
    ration->last = last_unfilled(ration, slots);
    if (ration->last != (size_t)-1) {
        ration->residue = ration->supply - allotted;
        allotted = ration->supply;
    }
    ration->allotted = allotted;
    return 0;
}
