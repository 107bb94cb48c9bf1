#include "market/capital.h"

#include "agents/payments.h"
#include "agents/value.h"
#include "core/random.h"
#include "core/sums.h"

/* What the staff's know-how is worth: months of the wage bill, more in firms above the mean (5). */
static void value_staff(const struct world *world, size_t at, double *restrict out) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    for (int i = 0; i < BLOCK; i++)
        out[i] = 0.0;
    for (int tier = 0; tier < firms->tiers; tier++) {
        const double *restrict staff = firms->staff[tier] + at;
        double wage = p->talent_wage[tier] * p->capital_know_how_months;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            out[i] += wage * staff[i];
    }
    const double *restrict capability = firms->capability + at;
    double mean = world->industry.mean_capability;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        out[i] *= portable_exp(0.5 * portable_clip(capability[i] - mean, -2.0, 4.0));
}

/* What investors make of claims: more while one stands, less after one was missed (5). */
static void weigh_claims(const struct world *world, size_t at, double *restrict credit) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    if (p->capital_claims == 0.0) {
        for (int i = 0; i < BLOCK; i++)
            credit[i] = 1.0;
        return;
    }
    const double *restrict hype = firms->hype + at, *restrict due = firms->claim_due + at;
    const double *restrict told = firms->claim_missed + at;
    double gain = p->capital_claim_gain, loss = p->capital_claim_loss / portable_floor(p->capital_claim_memory);
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double hope = due[i] > 0.0 ? gain * hype[i] : 0.0;
        credit[i] = (1.0 + hope) * portable_max(1.0 - loss * told[i] * hype[i], 0.0);
    }
}

/* What the value architecture adds to a valuation: scale in full, the rest with a weight and a cap (5). */
static void value_architecture(const struct world *world, size_t at, double *restrict out) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *restrict speed = firms->speed_value + at, *restrict scale = firms->scale_value + at;
    const double *restrict network = firms->network_value + at, *restrict option = firms->option_value + at;
    const double *restrict receipts = firms->total_receipts + at;
    double weight = p->capital_value_weight, most = p->capital_value_cap * 12.0 * world->conditions.multiple;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        out[i] = scale[i] + weight * portable_min(speed[i] + network[i] + option[i], most * receipts[i]);
}

/* Payouts less what was raised, and what would be left: book and receipts at the same multiple for all. */
static void net_present_value(const struct world *world, size_t at, const double *restrict book) {
    const struct firms *firms = &world->firms;
    const double *restrict active = firms->active + at, *restrict receipts = firms->total_receipts + at;
    const double *restrict payouts = firms->discounted_payouts + at, *restrict raised = firms->discounted_raised + at;
    double *restrict npv = firms->npv + at;
    double discount = world->conditions.discount, multiple = 12.0 * world->parameters.value_terminal_multiple;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        npv[i] = active[i] * (payouts[i] - raised[i] + discount * (book[i] + multiple * receipts[i]));
}

/* Valuation and momentum (5). */
static void value(struct world *world, size_t at) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *restrict active = firms->active + at, *restrict cash = firms->cash + at;
    const double *restrict receipts = firms->total_receipts + at;
    const double *restrict gpus = firms->gpus + at, *restrict backlog = firms->gpu_backlog + at;
    double *restrict valuation = firms->valuation + at, *restrict momentum = firms->momentum + at;
    double book[BLOCK], more[BLOCK] = {0};
    value_staff(world, at, book);
    double multiple = 12.0 * world->conditions.multiple;
    double scrap = p->capital_book_compute * world->industry.gpu_price, smoothing = p->capital_momentum_smoothing;
    double credit[BLOCK], none[BLOCK] = {0};
    weigh_claims(world, at, credit);
    const double *restrict premium = p->capital_leader_premium > 0.0 ? firms->leader_premium + at : none;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        book[i] = portable_max(cash[i], 0.0) + scrap * (gpus[i] + backlog[i]) + book[i];
    if (p->value_enabled > 0.0) {
        value_architecture(world, at, more);
        net_present_value(world, at, book);
    }
    double begun = world->month > 0 ? 1.0 : 0.0; /* the initial state is valued twice, and that is no growth */
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double next = active[i] * (multiple * (1.0 + premium[i]) * receipts[i] + (book[i] + more[i])) * credit[i];
        double known = valuation[i] > 0.0 ? begun : 0.0;
        double ratio = portable_max(next, 1e-9) / (known > 0.0 ? valuation[i] : portable_max(next, 1e-9));
        double growth = portable_clip(portable_log(ratio), -0.3, 0.3);
        momentum[i] = active[i] * (momentum[i] + smoothing * (known * growth - momentum[i]));
        valuation[i] = next;
    }
}

/* Requests and priorities (4). */
static void ask(struct world *world, size_t at, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *restrict active = firms->active + at, *restrict cash = firms->cash + at;
    const double *restrict receipts = firms->total_receipts + at, *restrict core = firms->core_income + at;
    const double *restrict outflow = firms->operating_outflow + at, *restrict speed = firms->speed + at;
    const double *restrict valuation = firms->valuation + at, *restrict momentum = firms->momentum + at;
    double *restrict waited = firms->months_since_round + at;
    double *restrict request = firms->request + at, *restrict priority = firms->funding_priority + at;
    double meet[BLOCK];
    struct stream stream;
    stream_open(&stream, random_key(world->seed, world->month, PURPOSE_MEETING, 0, block));
    stream_uniforms(&stream, meet, BLOCK);
    double mean = world->industry.total_valuation / portable_max(world->industry.active_firms, 1.0);
    double own = p->capital_request_cap > 0.0 && mean > 0.0 ? 0.0 : 1.0; /* an industry that was empty has no mean */
    double scale = 1.0 / portable_max(mean, 1e-9), rho = p->capital_priority_exponent;
    double hazard = p->capital_meeting_hazard * world->conditions.sentiment;
    double response = p->capital_momentum_response, ambition = p->capital_ambition, target = p->capital_target_runway;
    double trigger = p->capital_trigger * target, interval = p->capital_round_interval, cap = p->capital_dilution_cap;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        waited[i] += active[i];
        double out = outflow[i] + ambition * speed[i] * valuation[i] - receipts[i] - core[i];
        double limit = cap * (own > 0.0 ? valuation[i] : mean);
        double chance = -portable_expm1(-hazard * portable_exp(response * portable_clip(momentum[i], -0.3, 0.3)));
        double asks = (out > 0.0 ? 1.0 : 0.0) * (cash[i] < trigger * out ? 1.0 : 0.0) * (meet[i] < chance ? 1.0 : 0.0) *
                      (waited[i] >= interval ? active[i] : 0.0);
        request[i] = asks * portable_max(portable_min(limit, target * out - cash[i]), 0.0);
    }
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double weight = portable_exp(rho * portable_log(portable_max(valuation[i] * scale, 1e-12)));
        priority[i] = request[i] > 0.0 ? weight : 0.0;
    }
}

void KERNEL(capital_value_block)(struct world *world, size_t block) {
    if (world->parameters.value_enabled > 0.0)
        KERNEL(value_block)(world, block);
    value(world, block * BLOCK);
    sums_row(&world->sums, block)[SUM_valuation] = sum_block(world->firms.valuation + block * BLOCK);
}

void KERNEL(capital_ask_block)(struct world *world, size_t block) {
    size_t at = block * BLOCK;
    KERNEL(capital_value_block)(world, block);
    ask(world, at, block);
    sums_row(&world->sums, block)[SUM_requests] = sum_block(world->firms.request + at);
    sums_row(&world->sums, block)[SUM_request_priorities] = sum_block(world->firms.funding_priority + at);
}

void KERNEL(capital_fund_block)(struct world *world, size_t block) {
    size_t at = block * BLOCK;
    const struct firms *firms = &world->firms;
    double *restrict funding = firms->funding + at, *restrict cash = firms->cash + at;
    double *restrict stake = firms->investor_stake + at, *restrict waited = firms->months_since_round + at;
    double *restrict rounds = firms->round + at, *restrict raised = firms->raised + at;
    const double *restrict valuation = firms->valuation + at;
    KERNEL(ration_apply_block)(&world->markets->capital, block, funding);
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double received = funding[i];
        double worth = valuation[i] + received;
        cash[i] += received;
        stake[i] += (1.0 - stake[i]) * (received > 0.0 ? received / (worth > 0.0 ? worth : 1.0) : 0.0);
        waited[i] = received > 0.0 ? 0.0 : waited[i];
        rounds[i] += received > 0.0 ? 1.0 : 0.0;
        raised[i] += received;
    }
    if (world->parameters.value_enabled > 0.0) {
        double *restrict discounted = firms->discounted_raised + at, discount = world->conditions.discount;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            discounted[i] += discount * funding[i];
    }
    if (world->keep_books)
        payments_add(world, block, PAYMENT_funding, sum_block(funding));
}
