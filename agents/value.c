#include "agents/value.h"

#include <math.h>

/* A capability of a block's list is exactly that of a firm of the block: the slot of the firm of that rank (0 or 1). */
static size_t slot_of_rank(const struct world *world, int rank) {
    double wanted = world->industry.leading[rank];
    int skip = rank == 1 && world->industry.leading[0] == wanted; /* the first of two equals is the leader */
    for (size_t slot = 0; slot < world->firms.slots; slot++)
        if (world->firms.active[slot] > 0.0 && world->firms.capability[slot] == wanted && skip-- == 0)
            return slot;
    return 0;
}

/* Months in which a firm that orders GPUs now has trained a model on them: lead time, as its deliveries show, and the
 * time that a run takes at its present rate, at most the cadence. */
static double response_time(const struct world *world, size_t slot) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    double delivery = firms->gpu_delivery[slot], lead = p->compute_lead_time;
    if (delivery > 0.0)
        lead = (firms->gpu_backlog[slot] + delivery) / delivery;
    double months = firms->months_since_release[slot], progress = firms->training_progress[slot];
    double goal = p->technology_scale_up * portable_max(firms->last_run[slot], p->technology_flop_floor);
    double longest = firms->cadence[slot], run = longest;
    if (months > 0.0 && progress > 0.0)
        run = portable_clip(goal * months / progress, portable_min(p->technology_release_interval, longest), longest);
    return lead + run;
}

/* What a constant budget gains in capability a month: the pace before anything was seen. */
static double expected_pace(const struct parameters *p) {
    const double LN_10 = 2.30258509299404568402;
    double tenfolds = (p->technology_algorithmic_growth + p->compute_price_decline) / LN_10;
    return portable_max((p->technology_scaling + p->technology_jump) * tenfolds, 0.0);
}

static void follow_frontier(struct world *world) {
    const struct parameters *p = &world->parameters;
    struct industry *industry = &world->industry;
    double old = industry->leading[0];
    sums_top(&world->sums, SUM_leading, industry->leading);
    double best = industry->leading[0], second = industry->leading[1];
    if (world->month == 0) {
        industry->frontier_pace = expected_pace(p);
        industry->escape_month = -1.0;
    } else if (best > NOBODY && old > NOBODY) {
        industry->frontier_pace += p->value_pace_smoothing * (portable_max(best - old, 0.0) - industry->frontier_pace);
    }
    industry->escape_lead = industry->escape_response = 0.0;
    if (second == NOBODY)
        return;
    industry->escape_lead = (best - second) / portable_max(industry->frontier_pace, p->value_pace_floor);
    industry->escape_response = response_time(world, slot_of_rank(world, 1));
    if (industry->escape_month < 0.0 && world->month > 0 && industry->escape_lead >= industry->escape_response)
        industry->escape_month = (double)world->month;
}

void value_raised(struct world *world, double before, double after) {
    double *leading = world->industry.leading;
    int rank = 0;
    while (rank < LEADERS && leading[rank] != before)
        rank++;
    for (; rank < LEADERS && rank > 0 && leading[rank - 1] < after; rank--)
        leading[rank] = leading[rank - 1];
    if (rank < LEADERS)
        leading[rank] = after;
}

void value_close(struct world *world) {
    struct industry *industry = &world->industry;
    for (int segment = 0; segment < world->firms.segments; segment++) {
        double accounts = sums_total(&world->sums, SUM_accounts, segment);
        double costs = sums_total(&world->sums, SUM_account_costs, segment);
        industry->mean_unit_cost[segment] = accounts > 0.0 ? costs / accounts : 0.0;
    }
    follow_frontier(world);
}

double value_of_firm(const struct world *world, const struct register_row *row) {
    const struct parameters *p = &world->parameters;
    int left = row->exit_month >= 0, valued = world->month == 0 || row->entry_month < world->month;
    if (p->value_enabled == 0.0 || (!left && (p->capital_enabled == 0.0 || !valued)))
        return (double)NAN;
    return left ? row->npv : world->firms.npv[row->slot];
}

double value_realised(const struct world *world, const struct register_row *row) {
    const struct firms *firms = &world->firms;
    if (world->parameters.value_enabled == 0.0)
        return (double)NAN;
    return row->exit_month >= 0 ? row->npv : firms->discounted_payouts[row->slot] - firms->discounted_raised[row->slot];
}

void value_at_exit(const struct world *world, struct register_row *row, double proceeds) {
    const struct firms *firms = &world->firms;
    row->npv = firms->discounted_payouts[row->slot] - firms->discounted_raised[row->slot] +
               world->conditions.discount * proceeds;
}
