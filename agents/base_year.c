#include "agents/base_year.h"

#include "core/sums.h"

#include <math.h>

double price_at_quality(const struct firms *firms, int segment, double quality) {
    double lowest = (double)NAN;
    for (size_t i = 0; i < firms->slots; i++)
        if (firms->active[i] > 0.0 && firms->quality[i] >= quality && !(firms->price[segment][i] >= lowest))
            lowest = firms->price[segment][i];
    return lowest;
}

void base_year_set(struct world *world) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    struct industry *industry = &world->industry;
    int found = 0;
    for (size_t i = 0; i < firms->slots; i++)
        if (firms->active[i] > 0.0 && (!found++ || firms->quality[i] > industry->base_quality))
            industry->base_quality = firms->quality[i];
    for (int segment = 0; segment < firms->segments; segment++) {
        double response = p->customers_price_response[segment];
        industry->base_price_response[segment] = response;
        industry->base_list_price[segment] =
            p->customers_support[segment] + p->customers_entrant_margin[segment] / response;
        industry->base_accounts[segment] = sum_array(firms->accounts[segment], firms->slots);
        industry->base_price[segment] = price_at_quality(firms, segment, industry->base_quality);
    }
}
