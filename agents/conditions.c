#include "agents/conditions.h"

#include "core/elementary.h"

/* Trends stop at a factor of 1e100 either way, so that whatever is made of them stays a number in the longest race. */
static const double TREND_LIMIT = 230.0;

static double trend(double rate, double months) {
    return portable_exp(portable_clip(rate * months, -TREND_LIMIT, TREND_LIMIT));
}

void conditions_set(struct conditions *conditions, const struct parameters *parameters, long elapsed,
                    double sector_growth, double log_sentiment) {
    const struct parameters *p = parameters;
    double t = (double)elapsed;
    conditions->gpu_trend_price = p->compute_price * trend(-p->compute_price_decline, t);
    conditions->algorithmic_efficiency = trend(p->technology_algorithmic_growth, t);
    conditions->critical_cluster = p->technology_critical_cluster * trend(p->technology_critical_cluster_growth, t);
    conditions->decay = p->technology_decay * trend(p->technology_decay_growth, t);
    conditions->core_growth =
        portable_abs(p->accounts_core_growth * t) < TREND_LIMIT ? portable_exp(p->accounts_core_growth) : 1.0;
    conditions->sentiment = portable_exp(log_sentiment);
    double caps = trend(p->regulation_cap_growth, t);
    conditions->gpu_cap = p->regulation_gpu_cap > 0.0 ? p->regulation_gpu_cap * caps : 1e300;
    conditions->run_cap = p->regulation_run_cap > 0.0 ? p->regulation_run_cap * caps : 1e300;
    conditions->capture = conditions->burden = 0.0;
    double slump = p->capital_multiple_growth_response * (sector_growth - p->capital_reference_growth);
    conditions->multiple = p->capital_revenue_multiple * portable_exp(portable_clip(slump, -1.5, 0.0)); /* (5) */
    conditions->discount = p->value_enabled > 0.0 ? trend(-portable_log1p(p->value_discount_rate) / 12.0, t) : 0.0;
    double load = trend(p->technology_load_growth, t);
    double willingness = trend(-p->customers_willingness_growth, t);
    double energy = trend(-p->compute_energy_decline, t);
    for (int i = 0; i < MEMBERS_MAX; i++) {
        conditions->load[i] = p->customers_serving_load[i] * load;
        conditions->price_response[i] = p->customers_price_response[i] * willingness;
        conditions->energy[i] = p->regions_energy_cost[i] * energy;
    }
}
