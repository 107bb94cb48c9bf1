#include "market/customers.h"

#include "agents/payments.h"
#include "core/random.h"
#include "core/samplers.h"
#include "core/sums.h"

/* Appeal is an AR(1) whose shocks are smaller for larger firms; part of a shock is common to the segments. */
static void move_appeal(struct world *world, size_t at, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *restrict receipts = firms->total_receipts + at, *restrict active = firms->active + at;
    double spread[BLOCK], common[BLOCK] = {0}, own[BLOCK];
    double volatility = p->customers_appeal_volatility, exponent = -p->customers_appeal_size_exponent;
    double keep = p->customers_appeal_persistence, shared = p->customers_appeal_common;
    struct stream stream;
    if (volatility == 0.0) {
        for (int segment = 0; segment < firms->segments && keep != 1.0; segment++) {
            double *restrict appeal = firms->appeal[segment] + at;
            VECTOR_LOOP
            for (int i = 0; i < BLOCK; i++)
                appeal[i] *= keep;
        }
        return;
    }
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        spread[i] = volatility * active[i];
    if (exponent != 0.0) {
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            spread[i] *= portable_exp(exponent * portable_log(1.0 + receipts[i]));
    }
    if (shared > 0.0) {
        stream_open(&stream, random_key(world->seed, world->month, PURPOSE_APPEAL, MEMBERS_MAX, block));
        stream_normals(&stream, common);
    }
    double of_firm = portable_sqrt(shared), of_segment = portable_sqrt(1.0 - shared);
    for (int segment = 0; segment < firms->segments; segment++) {
        double *restrict appeal = firms->appeal[segment] + at;
        stream_open(&stream, random_key(world->seed, world->month, PURPOSE_APPEAL, segment, block));
        stream_normals(&stream, own);
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            appeal[i] = keep * appeal[i] + spread[i] * (of_firm * common[i] + of_segment * own[i]);
    }
}

/* What a firm's attraction has in common over segments. */
struct attraction {
    double application[BLOCK], ecosystem[BLOCK];
};

static void attract(const struct world *world, size_t at, struct attraction *attraction) {
    const double *restrict application = world->firms.application + at, *restrict ecosystem =
                                                                            world->firms.ecosystem + at;
    const struct parameters *p = &world->parameters;
    double wanted = 0.0;
    for (int segment = 0; segment < world->firms.segments; segment++)
        wanted += p->customers_application_response[segment] + p->customers_ecosystem_response[segment];
    if (wanted == 0.0)
        return;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        attraction->application[i] = portable_log(1.0 + application[i]);
        attraction->ecosystem[i] = portable_log(1.0 + ecosystem[i]);
    }
}

/* Choice weights of a segment (19); accounts are before departures. */
static void weigh(struct world *world, size_t at, int segment, const struct attraction *attraction) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *restrict accounts = firms->accounts[segment] + at, *restrict quality = firms->quality + at;
    const double *restrict price = firms->price[segment] + at, *restrict appeal = firms->appeal[segment] + at;
    const double *restrict reach = firms->reach + at, *restrict lent = firms->lent_reach + at;
    const double *restrict active = firms->active + at;
    double *restrict weight = firms->customer_weight[segment] + at;
    double gamma = p->customers_network_exponent[segment], scale = 1.0 / p->customers_network_scale[segment];
    double beta = p->customers_quality_response[segment], alpha = world->conditions.price_response[segment];
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        weight[i] = beta * quality[i] - alpha * price[i] + appeal[i];
    if (gamma != 0.0) {
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            weight[i] += gamma * portable_log(1.0 + accounts[i] * scale);
    }
    double a = p->customers_application_response[segment], e = p->customers_ecosystem_response[segment];
    double d = p->customers_reach_response[segment];
    if (a != 0.0 || e != 0.0 || d != 0.0) {
        const double *restrict application = attraction->application, *restrict ecosystem = attraction->ecosystem;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            weight[i] +=
                d * (reach[i] + lent[i]) + (a != 0.0 ? a * application[i] : 0.0) + (e != 0.0 ? e * ecosystem[i] : 0.0);
    }
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        weight[i] = active[i] * portable_exp(portable_clip(weight[i], -600.0, 600.0));
}

/* Locked share and review hazard of a segment (20). */
static void review_hazard(struct world *world, size_t at, int segment, double *restrict hazard) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *restrict tenure = firms->tenure[segment] + at, *restrict congestion = firms->congestion + at;
    double *restrict locked = firms->locked_share[segment] + at;
    double rate = p->customers_review_rate[segment], crowd = p->customers_congestion_review;
    double kappa = p->customers_lock_in[segment] * (1.0 - p->customers_portability);
    double pace = -1.0 / p->customers_lock_in_time[segment];
    if (kappa == 0.0) {
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++) {
            locked[i] = 0.0;
            hazard[i] = rate * (1.0 + crowd * congestion[i]);
        }
        return;
    }
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double free = portable_exp(-kappa * (1.0 - portable_exp(pace * tenure[i])));
        locked[i] = 1.0 - free;
        hazard[i] = rate * (1.0 + crowd * congestion[i]) * free;
    }
}

void KERNEL(customers_leave_block)(struct world *world, size_t block) {
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    double hazard[BLOCK];
    struct attraction attraction;
    move_appeal(world, at, block);
    attract(world, at, &attraction);
    for (int segment = 0; segment < firms->segments; segment++) {
        double *gone = firms->leavers[segment] + at;
        weigh(world, at, segment, &attraction);
        sums_row(&world->sums, block)[SUM_customer_weights + segment] = sum_block(firms->customer_weight[segment] + at);
        if (world->parameters.customers_switching_cost[segment] > 0.0)
            continue; /* customers_review_block */
        review_hazard(world, at, segment, hazard);
        uint64_t key = random_key(world->seed, world->month, PURPOSE_REVIEW, segment, block);
        KERNEL(choice_leave_block)(key, firms->accounts[segment] + at, hazard, gone);
        sums_row(&world->sums, block)[SUM_leavers + segment] = sum_block(gone);
    }
}

/* An account whose own firm has e^l times its weight w stays with probability w e^l / (Z + w (e^l - 1)), Z the sum of
 * all weights. The same law in two steps: it keeps its firm with probability s = w (e^l - 1)/(Z + w (e^l - 1)) and else
 * chooses among all by their weights, like everybody (20). So only 1 - s = Z/(Z + w (e^l - 1)) of the reviewers leave.
 *
 * Whoever chooses under such a cost expects ln(Z + w (e^l - 1)) - l net of it, whatever comes out; before it those have
 * l more who move in the end: all of them but w/Z. `gain` is that mean before costs, above the ln Z of a free choice.
 */
static void keep_or_leave(double cost, double all, const double *restrict weight, double *restrict part,
                          double *restrict gain) {
    double bonus = portable_expm1(cost), scale = all > 0.0 ? 1.0 / all : 0.0;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double share = weight[i] * scale, pull = 1.0 + share * bonus;
        part[i] = 1.0 / pull;
        gain[i] = portable_log(pull) - cost * share;
    }
}

void KERNEL(customers_review_block)(struct world *world, size_t block) {
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    double hazard[BLOCK], part[BLOCK], gain[BLOCK];
    for (int segment = 0; segment < firms->segments; segment++) {
        double cost = world->parameters.customers_switching_cost[segment];
        if (cost == 0.0)
            continue;
        const struct choice *choice = &world->markets->customers[segment];
        double *restrict gone = firms->leavers[segment] + at;
        review_hazard(world, at, segment, hazard);
        keep_or_leave(cost, choice->inside_weight + choice->outside_weight, firms->customer_weight[segment] + at, part,
                      gain);
        uint64_t key = random_key(world->seed, world->month, PURPOSE_REVIEW, segment, block);
        KERNEL(choice_leave_part_block)(key, firms->accounts[segment] + at, hazard, part, gone);
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            gain[i] *= gone[i];
        sums_row(&world->sums, block)[SUM_leavers + segment] = sum_block(gone);
        sums_row(&world->sums, block)[SUM_switching_gains + segment] = sum_block(gain);
    }
}

/* Compute and energy of a GPU-month, M$, at the firm's own mix of regions and of bought and own chips (9). */
static void user_cost(const struct world *world, size_t at, double *restrict out) {
    const struct firms *firms = &world->firms;
    const struct parameters *p = &world->parameters;
    double capital = world->industry.gpu_price * (p->compute_depreciation + p->compute_capital_charge);
    for (int i = 0; i < BLOCK; i++)
        out[i] = capital;
    if (silicon_offered(world)) {
        const double *restrict own = firms->own_gpus + at, *restrict gpus = firms->gpus + at;
        const double *restrict price = firms->own_chip_price + at;
        double charge = p->compute_depreciation + p->compute_capital_charge;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++) {
            double share = own[i] / portable_max(gpus[i], 1e-300);
            out[i] = (1.0 - share) * capital + share * price[i] * charge;
        }
    }
    for (int region = 0; region < firms->regions; region++) {
        const double *restrict site = firms->site[region] + at;
        double energy = world->conditions.energy[region];
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            out[i] += energy * site[i];
    }
}

void KERNEL(customers_cost_block)(struct world *world, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    const double *restrict optimisation = firms->optimisation + at, *restrict active = firms->active + at;
    double effect = p->technology_optimisation_effect, machine[BLOCK];
    user_cost(world, at, machine);
    for (int segment = 0; segment < firms->segments; segment++) {
        double *restrict cost = firms->unit_cost[segment] + at;
        double load = world->conditions.load[segment] * 1e6, support = p->customers_support[segment];
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            cost[i] = active[i] * (load * machine[i] / (1.0 + effect * optimisation[i]) + support);
    }
}

/* The next price moves towards the logit Bertrand best response, cut for growth while accounts are free and raised when
 * they are locked in (21). */
static void move_markup(struct world *world, size_t at, int segment) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const struct choice *choice = &world->markets->customers[segment];
    double *restrict price = firms->price[segment] + at;
    const double *restrict cost = firms->unit_cost[segment] + at, *restrict weight =
                                                                      firms->customer_weight[segment] + at;
    const double *restrict locked = firms->locked_share[segment] + at, *restrict penetration = firms->penetration + at;
    const double *restrict active = firms->active + at;
    double zeta = p->customers_harvest, cap = p->customers_share_cap;
    double alpha = world->conditions.price_response[segment], pace = p->customers_price_adjustment;
    double lowest = p->customers_price_min, highest = p->customers_price_max;
    double total = choice->inside_weight + choice->outside_weight;
    double scale = total > 0.0 ? 1.0 / total : 0.0;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double share = portable_min(weight[i] * scale, cap);
        double cut = 1.0 - penetration[i] * (1.0 - locked[i]);
        double target = cost[i] + cut * (1.0 + zeta * locked[i]) / (alpha * (1.0 - share));
        double next = price[i] + pace * (target - price[i]);
        price[i] = active[i] * portable_clip(next, lowest, highest);
    }
}

/* The simple rule: prices rise with accounts over the mean. */
static void move_with_demand(struct world *world, size_t at, int segment) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    double *restrict price = firms->price[segment] + at;
    const double *restrict accounts = firms->accounts[segment] + at, *restrict active = firms->active + at;
    double response = p->customers_price_demand_response,
           mean = 1.0 / portable_max(world->industry.mean_accounts[segment], 1e-9);
    double lowest = p->customers_price_min, highest = p->customers_price_max;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double next = price[i] * portable_exp(response * (accounts[i] * mean - 1.0));
        price[i] = active[i] * portable_clip(next, lowest, highest);
    }
}

/* Bills at posted prices; receipts come with a lag (22). */
static void bill(struct world *world, size_t at, int segment, double *restrict receipts, double *restrict support) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *restrict price = firms->price[segment] + at, *restrict accounts = firms->accounts[segment] + at;
    double *restrict owed = firms->receivables[segment] + at, *restrict received = firms->receipts[segment] + at;
    double prompt = portable_min(1.0, 1.0 / p->customers_payment_lag[segment]);
    double care = p->customers_support[segment] * 1e-6;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double due = owed[i] + price[i] * accounts[i] * 1e-6;
        received[i] = due * prompt;
        owed[i] = due - received[i];
        receipts[i] += received[i];
        support[i] += care * accounts[i];
    }
}

/* How well accounts like their firm beyond what all do: the mean of -ln(choice probability) when they chose, which in a
 * logit is what the best of several draws adds. Accounts from before the firm's first month of choice count as if
 * they had chosen in that month. Accounts are after departures, without arrivals. */
static void match_accounts(struct world *world, size_t at, int segment, const double *restrict stay) {
    const struct firms *firms = &world->firms;
    const struct choice *choice = &world->markets->customers[segment];
    const double *restrict weight = firms->customer_weight[segment] + at, *restrict active = firms->active + at;
    const double *restrict arrivals = firms->arrivals[segment] + at;
    double *restrict match = firms->match[segment] + at;
    double all = portable_log(portable_max(choice->inside_weight + choice->outside_weight, 1e-300)) + choice->gain;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double surprise = active[i] * portable_max(all - portable_log(weight[i]), 0.0);
        double before = match[i] > 0.0 ? match[i] : surprise;
        double now = stay[i] + arrivals[i];
        match[i] = (stay[i] * before + arrivals[i] * surprise) / portable_max(now, 1.0);
    }
}

void KERNEL(customers_arrive_block)(struct world *world, size_t block) {
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    double kept[BLOCK];
    for (int segment = 0; segment < firms->segments; segment++) {
        double *restrict accounts = firms->accounts[segment] + at, *restrict tenure = firms->tenure[segment] + at;
        double *restrict arrivals = firms->arrivals[segment] + at;
        const double *restrict gone = firms->leavers[segment] + at;
        uint64_t key = random_key(world->seed, world->month, PURPOSE_CUSTOMER_CHOICE, segment, block);
        KERNEL(choice_arrive_block)
        (key, &world->markets->customers[segment], block, firms->customer_weight[segment] + at, arrivals);
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++) {
            double stay = accounts[i] - gone[i], now = stay + arrivals[i];
            tenure[i] = stay * (tenure[i] + 1.0) / portable_max(now, 1.0);
            accounts[i] = now;
        }
        if (world->parameters.value_enabled > 0.0) {
            VECTOR_LOOP
            for (int i = 0; i < BLOCK; i++)
                kept[i] = accounts[i] - arrivals[i];
            match_accounts(world, at, segment, kept);
        }
    }
}

/* Books the receipts of a segment by who stands behind its accounts. */
static void book_receipts(struct world *world, size_t block, int segment) {
    const struct parameters *p = &world->parameters;
    double received = sum_block(world->firms.receipts[segment] + block * BLOCK);
    double households = payments_households(p, segment), government = payments_government(p, segment);
    payments_add(world, block, PAYMENT_receipts_households, received * households);
    payments_add(world, block, PAYMENT_receipts_government, received * government);
    payments_add(world, block, PAYMENT_receipts_rest, received * (1.0 - households - government));
}

void KERNEL(customers_bill_block)(struct world *world, size_t block, double *receipts, double *support) {
    size_t at = block * BLOCK;
    for (int segment = 0; segment < world->firms.segments; segment++) {
        bill(world, at, segment, receipts, support);
        if (world->keep_books)
            book_receipts(world, block, segment);
        sums_row(&world->sums, block)[SUM_accounts + segment] = sum_block(world->firms.accounts[segment] + at);
    }
}

void KERNEL(customers_price_block)(struct world *world, size_t block) {
    size_t at = block * BLOCK;
    double pricing = world->parameters.customers_pricing;
    if (pricing == 0.0) {
        KERNEL(customers_cost_block)(world, block);
        for (int segment = 0; segment < world->firms.segments; segment++)
            move_markup(world, at, segment);
    } else if (pricing == 1.0) {
        for (int segment = 0; segment < world->firms.segments; segment++)
            move_with_demand(world, at, segment);
    }
}
