#include "market/customers.h"

#include "core/samplers.h"

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
        double outside = p->customers_outside_option > 0.0 ? portable_exp(p->customers_outside_utility[segment]) : 0.0;
        uint64_t key = random_key(world->seed, world->month, PURPOSE_CUSTOMER_SPLIT, segment, 0);
        sums_column(&world->sums, SUM_customer_weights, segment, choice->block_weight);
        choice_settle(choice, key, movers, world->sums.blocks, outside);
        *non_adopters += choice->outside;
    }
}
