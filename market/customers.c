#include "market/customers.h"

#include "core/samplers.h"

int customers_switching(const struct world *world) {
    int some = 0;
    for (int segment = 0; segment < world->firms.segments; segment++)
        some |= world->parameters.customers_switching_cost[segment] > 0.0;
    return some && world->parameters.customers_enabled > 0.0;
}

static double outside_weight(const struct world *world, int segment) {
    const struct parameters *p = &world->parameters;
    return p->customers_outside_option > 0.0 ? portable_exp(p->customers_outside_utility[segment]) : 0.0;
}

void customers_weigh(struct world *world) {
    for (int segment = 0; segment < world->firms.segments; segment++) {
        struct choice *choice = &world->markets->customers[segment];
        choice->inside_weight = sums_total(&world->sums, SUM_customer_weights, segment);
        choice->outside_weight = outside_weight(world, segment);
    }
}

void customers_settle(struct world *world) {
    const struct parameters *p = &world->parameters;
    for (int segment = 0; segment < world->firms.segments; segment++) {
        double *non_adopters = &world->industry.non_adopters[segment];
        double population = p->customers_population[segment];
        double adopted = population - *non_adopters;
        double hazard = p->customers_adoption_innovation[segment] +
                        p->customers_adoption_imitation[segment] * (population > 0.0 ? adopted / population : 0.0);
        struct generator generator =
            generator_open(random_key(world->seed, world->month, PURPOSE_ADOPTION, segment, 0));
        double adopters = draw_binomial(&generator, *non_adopters, -portable_expm1(-hazard)); /* Bass (20) */
        *non_adopters -= adopters;
        struct choice *choice = &world->markets->customers[segment];
        double movers = adopters + sums_total(&world->sums, SUM_leavers, segment);
        uint64_t key = random_key(world->seed, world->month, PURPOSE_CUSTOMER_SPLIT, segment, 0);
        sums_column(&world->sums, SUM_customer_weights, segment, choice->block_weight);
        choice_settle(choice, key, movers, world->sums.blocks, outside_weight(world, segment));
        *non_adopters += choice->outside;
        int costly = p->customers_switching_cost[segment] > 0.0 && movers > 0.0;
        choice->gain = costly ? sums_total(&world->sums, SUM_switching_gains, segment) / movers : 0.0;
    }
}
