#include "market/capital.h"

#include "core/random.h"

int capital_open(struct world *world) {
    const struct parameters *p = &world->parameters;
    struct industry *industry = &world->industry;
    double valuation = sums_total(&world->sums, SUM_valuation, 0);
    if (industry->total_valuation > 0.0 && valuation > 0.0) {
        double growth = portable_clip(portable_log(valuation / industry->total_valuation), -0.2, 0.2);
        industry->growth_fast += 0.2 * (growth - industry->growth_fast);
        industry->growth_slow += 0.06 * (growth - industry->growth_slow);
    }
    industry->total_valuation = valuation;
    industry->funding_pool =
        p->capital_enabled > 0.0
            ? p->capital_pool * world->conditions.sentiment *
                  portable_exp(portable_clip(p->capital_pool_growth * (double)(world->month - 1), -230.0, 230.0))
            : 0.0;
    return ration_open(&world->markets->capital, industry->funding_pool, sums_total(&world->sums, SUM_requests, 0),
                       sums_total(&world->sums, SUM_request_priorities, 0), world->firms.request,
                       world->firms.funding_priority);
}

/* Ranks beyond this one have no premium. */
enum { PREMIUM_RANKS = 128 };

void capital_rank(struct world *world) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *receipts = firms->total_receipts;
    size_t leader[PREMIUM_RANKS + 1], count = 0;
    if (p->capital_leader_premium == 0.0)
        return;
    for (size_t slot = 0; slot < firms->slots; slot++) {
        firms->leader_premium[slot] = 0.0;
        if (!(receipts[slot] > 0.0) || (count == PREMIUM_RANKS && receipts[slot] <= receipts[leader[count - 1]]))
            continue;
        size_t place = count; /* by falling receipts, equal ones by slot */
        for (; place > 0 && receipts[leader[place - 1]] < receipts[slot]; place--)
            leader[place] = leader[place - 1];
        leader[place] = slot;
        count += count < PREMIUM_RANKS;
    }
    for (size_t rank = 0; rank < count; rank++)
        firms->leader_premium[leader[rank]] =
            p->capital_leader_premium_top * portable_exp(-(double)rank / p->capital_leader_premium_ranks);
}

void capital_sentiment(struct world *world) {
    const struct parameters *p = &world->parameters;
    struct industry *industry = &world->industry;
    double receipts = sums_total(&world->sums, SUM_receipts, 0);
    if (world->month > 1 && industry->total_receipts > 0.0 && receipts > 0.0) {
        double growth = portable_clip(portable_log(receipts / industry->total_receipts), -0.1, 0.12);
        industry->sector_growth += 0.15 * (12.0 * growth - industry->sector_growth);
    }
    industry->total_receipts = receipts;
    struct generator generator = generator_open(random_key(world->seed, world->month, PURPOSE_SENTIMENT, 0, 0));
    double surprise = industry->growth_fast - industry->growth_slow;
    industry->overhang += (industry->log_sentiment - industry->overhang) / p->capital_sentiment_overhang_time;
    double next = p->capital_sentiment_persistence * industry->log_sentiment -
                  p->capital_sentiment_overhang * industry->overhang +
                  p->capital_sentiment_surprise * portable_tanh(surprise / 0.03) +
                  p->capital_sentiment_volatility * generator_normal(&generator);
    industry->log_sentiment = portable_clip(next, -p->capital_sentiment_bound, p->capital_sentiment_bound);
}
