/* The state of the four markets within a month: two rationed markets (capital, compute) and one choice market for each
 * tier of people and each segment of customers. Nothing here is carried to the next month. */
#ifndef MATTHEW_MARKET_MARKETS_H
#define MATTHEW_MARKET_MARKETS_H

#include "market/choice.h"
#include "market/ration.h"

/* A firm that researchers left this month: its capability, and the running sums, from the most capable firm down, of
 * leavers and of leavers times capability. */
struct origin {
    double capability, leavers, product;
};

/* What know-how travels with researchers this month (7). */
struct know_how {
    struct origin *origins; /* by falling capability */
    size_t count, capacity;
    double movers; /* all researchers looking for work */
};

/* Rented compute this month: its price, M$/GPU, and the parts of what is wanted and offered that change hands. */
struct rent {
    double price, filled, lent;
};

struct markets {
    struct ration capital, compute;
    struct choice talent[MEMBERS_MAX], customers[MEMBERS_MAX];
    struct know_how know_how;
    struct rent rent;
    double auction_price; /* compute.clearing auction: price that clears the market, M$/GPU */
};

/* What a month of a GPU costs its owner, M$: depreciation, capital, and energy at the mean of the regions where sites
 * are built without bias. */
double markets_user_cost(const struct world *world);

int markets_reserve(struct markets *markets, size_t slots, struct failure *failure);
void markets_free(struct markets *markets);

#endif
