#include "agents/technology.h"
#include "agents/value.h"
#include "core/sums.h"

/* Margins for as long as the follower is behind, while advantages decay: receipts (1 - c/p)(1 - exp(-lambda_d
 * lead))/lambda_d. Each of the LEADERS - 1 most capable firms leads the next one; in the crowd behind them
 * neighbours are hours apart, and nobody leads. */
static void speed_value(const struct world *world, size_t at) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *leading = world->industry.leading;
    const double *restrict capability = firms->capability + at, *restrict active = firms->active + at;
    double *restrict value = firms->speed_value + at;
    double decay = world->conditions.decay, horizon = p->value_horizon;
    double pace = 1.0 / portable_max(world->industry.frontier_pace, p->value_pace_floor);
    double gap[BLOCK] = {0}, margin[BLOCK] = {0}, ahead = 0.0;
    for (int rank = LEADERS - 2; rank >= 0; rank--) { /* equals: the first, who leads the other by nothing */
        double here = leading[rank], next = here - leading[rank + 1];
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            gap[i] = capability[i] == here ? active[i] * next : gap[i];
    }
    for (int i = 0; i < BLOCK; i++)
        ahead += gap[i];
    for (int segment = 0; segment < firms->segments && ahead > 0.0; segment++) {
        const double *restrict price = firms->price[segment] + at, *restrict cost = firms->unit_cost[segment] + at;
        const double *restrict receipts = firms->receipts[segment] + at;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            margin[i] += price[i] > cost[i] ? receipts[i] * (1.0 - cost[i] / price[i]) : 0.0;
    }
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double lead = portable_min(gap[i] * pace, horizon);
        double months = decay > 1e-9 ? -portable_expm1(-decay * lead) / decay : lead;
        value[i] = margin[i] * months;
    }
}

/* Lower unit costs than the mean account's, times accounts. */
static void scale_value(const struct world *world, size_t at) {
    const struct firms *firms = &world->firms;
    double *restrict value = firms->scale_value + at;
    for (int i = 0; i < BLOCK; i++)
        value[i] = 0.0;
    for (int segment = 0; segment < firms->segments; segment++) {
        const double *restrict cost = firms->unit_cost[segment] + at, *restrict accounts =
                                                                          firms->accounts[segment] + at;
        double mean = world->industry.mean_unit_cost[segment], months = world->parameters.value_horizon * 1e-6;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++) /* a cost of 0 is not known yet */
            value[i] += cost[i] > 0.0 ? months * accounts[i] * portable_max(mean - cost[i], 0.0) : 0.0;
    }
}

/* Receipts that would not come without the network effect and the ecosystem: 1 - weight without them / weight. */
static void network_value(const struct world *world, size_t at) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *restrict ecosystem = firms->ecosystem + at;
    double *restrict value = firms->network_value + at;
    double partners[BLOCK];
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        partners[i] = portable_log(1.0 + ecosystem[i]);
        value[i] = 0.0;
    }
    for (int segment = 0; segment < firms->segments; segment++) {
        const double *restrict accounts = firms->accounts[segment] + at, *restrict receipts =
                                                                             firms->receipts[segment] + at;
        double gamma = p->customers_network_exponent[segment], scale = 1.0 / p->customers_network_scale[segment];
        double response = p->customers_ecosystem_response[segment], months = p->value_horizon;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++) {
            double pull = gamma * portable_log(1.0 + accounts[i] * scale) + response * partners[i];
            value[i] -= months * receipts[i] * portable_expm1(-pull);
        }
    }
}

/* The best of n concurrent runs is better than one by sigma_Q E[max of n normals]; what that gains in receipts of a
 * logit market, whose derivative is receipts beta (1 - share). Without concurrent runs there is no such option. */
static void option_value(const struct world *world, size_t at) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *restrict cluster = firms->training_gpus + at;
    double *restrict value = firms->option_value + at;
    double critical = world->conditions.critical_cluster, exponent = p->technology_run_size_exponent, several = 0.0;
    for (int i = 0; i < BLOCK; i++) {
        several += cluster[i] >= 2.0 * critical ? 1.0 : 0.0;
        value[i] = 0.0;
    }
    if (several == 0.0 || p->technology_luck == 0.0)
        return;
    for (int segment = 0; segment < firms->segments; segment++) {
        const double *restrict accounts = firms->accounts[segment] + at, *restrict receipts =
                                                                             firms->receipts[segment] + at;
        double beta = p->customers_quality_response[segment], population = p->customers_population[segment];
        double share = 1.0 / portable_max(population, 1.0);
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            value[i] += receipts[i] * beta * (1.0 - accounts[i] * share);
    }
    double gain = p->value_horizon * p->technology_luck;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double runs = concurrent_runs(cluster[i], critical, exponent);
        value[i] *= gain * portable_max(expected_best(runs), 0.0);
    }
}

void KERNEL(value_block)(struct world *world, size_t block) {
    size_t at = block * BLOCK;
    speed_value(world, at);
    scale_value(world, at);
    network_value(world, at);
    option_value(world, at);
}

/* The largest values of a block, the largest first: those of every lane, each value pushing lesser ones down, then the
 * largest of all lanes. */
static void find_top(const double *restrict value, double *restrict top) {
    double lane[LEADERS][LANES];
    for (int rank = 0; rank < LEADERS; rank++)
        for (int l = 0; l < LANES; l++)
            lane[rank][l] = NOBODY;
    for (int row = 0; row < BLOCK; row += LANES) {
        VECTOR_LOOP
        for (int l = 0; l < LANES; l++) {
            double lesser = value[row + l];
            for (int rank = 0; rank < LEADERS; rank++) {
                double held = lane[rank][l];
                lane[rank][l] = lesser > held ? lesser : held;
                lesser = lesser > held ? held : lesser;
            }
        }
    }
    for (int rank = 0; rank < LEADERS; rank++)
        top[rank] = NOBODY;
    for (int l = 0; l < LANES; l++)
        for (int rank = 0; rank < LEADERS && lane[rank][l] > top[LEADERS - 1]; rank++) {
            int at = LEADERS - 1;
            for (; at > 0 && top[at - 1] < lane[rank][l]; at--)
                top[at] = top[at - 1];
            top[at] = lane[rank][l];
        }
}

void KERNEL(value_totals_block)(struct world *world, size_t block) {
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    double *row = sums_row(&world->sums, block), work[BLOCK];
    for (int segment = 0; segment < firms->segments; segment++) {
        const double *restrict accounts = firms->accounts[segment] + at, *restrict cost =
                                                                             firms->unit_cost[segment] + at;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            work[i] = accounts[i] * cost[i];
        row[SUM_account_costs + segment] = sum_block(work);
        row[SUM_accounts + segment] = sum_block(firms->accounts[segment] + at);
    }
    const double *restrict active = firms->active + at, *restrict capability = firms->capability + at;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        work[i] = active[i] > 0.0 ? capability[i] : NOBODY;
    find_top(work, row + SUM_leading);
}
