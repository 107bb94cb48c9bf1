#include "agents/plan.h"

#include "core/samplers.h"
#include "core/sums.h"

void KERNEL(plan_budget_block)(struct world *world, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    const double *restrict cash = firms->cash + at, *restrict outflow = firms->operating_outflow + at;
    const double *restrict receipts = firms->total_receipts + at, *restrict core = firms->core_income + at;
    const double *restrict reserve = firms->reserve + at, *restrict speed = firms->speed + at;
    const double *restrict active = firms->active + at;
    double *restrict budget = firms->budget + at, *restrict runway = firms->runway + at;
    double slow = p->plan_spending_rate, fast = p->plan_spending_rate_speed;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) { /* (1) */
        double burn = portable_max(0.0, outflow[i] - receipts[i] - core[i]);
        double spare = portable_max(0.0, cash[i] - reserve[i] * burn);
        budget[i] = active[i] * portable_min(slow + fast * speed[i], 1.0) * spare;
        double months = cash[i] / portable_max(burn, 1e-12);
        runway[i] = portable_clip(months, -999.0, 999.0);
    }
}

/* Firms short of runway lay off a share of their staff; returns how many firms of the block do. */
static void lay_off(struct world *world, size_t at, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *restrict runway = firms->runway + at, *restrict active = firms->active + at;
    double share[BLOCK];
    double limit = p->plan_layoff_runway, cut = p->plan_layoff_share;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        share[i] = runway[i] < limit ? cut * active[i] : 0.0;
    double firms_short = sum_block(share);
    for (int tier = 0; tier < firms->tiers; tier++) {
        double *restrict staff = firms->staff[tier] + at, *restrict gone = firms->layoffs[tier] + at;
        if (firms_short > 0.0) {
            KERNEL(binomial_block)
            (random_key(world->seed, world->month, PURPOSE_LAYOFF, tier, block), staff, share, gone);
        } else {
            for (int i = 0; i < BLOCK; i++)
                gone[i] = 0.0;
        }
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            staff[i] -= gone[i];
        sums_row(&world->sums, block)[SUM_layoffs + tier] = sum_block(gone);
    }
}

/* Vacancies that the hiring budget pays for (2). */
static void open_vacancies(struct world *world, size_t at, size_t block, int tier) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    const double *restrict runway = firms->runway + at, *restrict active = firms->active + at;
    const double *restrict budget = firms->budget + at, *restrict share = firms->hire_share + at;
    const double *restrict premium = firms->wage_premium + at, *restrict speed = firms->speed + at;
    const double *restrict staff = firms->staff[tier] + at;
    double *restrict vacancies = firms->vacancies[tier] + at;
    double rounding[BLOCK], offered[BLOCK];
    struct stream stream;
    stream_open(&stream, random_key(world->seed, world->month, PURPOSE_VACANCY, tier, block));
    stream_uniforms(&stream, rounding, BLOCK);
    double wage = portable_max(p->plan_hiring_months * p->talent_wage[tier], 1e-12);
    double part = p->talent_hiring_share[tier], slow = p->plan_growth_cap, fast = p->plan_growth_cap_speed;
    double limit = p->plan_hiring_runway, mean = world->industry.mean_staff[tier];
    double own = p->talent_hiring_cap > 0.0 ? 0.0 : 1.0;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double paid = part * share[i] * budget[i] / (wage * portable_max(premium[i], 1e-9));
        double cap = (slow + fast * speed[i]) * (own > 0.0 ? staff[i] : mean) + 1.0;
        double open = runway[i] > limit ? active[i] : 0.0;
        vacancies[i] = open * portable_floor(portable_min(paid, cap) + rounding[i]);
        offered[i] = vacancies[i] * premium[i];
    }
    sums_row(&world->sums, block)[SUM_vacancies + tier] = sum_block(vacancies);
    sums_row(&world->sums, block)[SUM_vacancy_premiums + tier] = sum_block(offered);
}

void KERNEL(plan_staff_block)(struct world *world, size_t block) {
    size_t at = block * BLOCK;
    if (world->parameters.talent_vacancies > 0.0)
        return;
    lay_off(world, at, block);
    for (int tier = 0; tier < world->firms.tiers; tier++)
        open_vacancies(world, at, block, tier);
}
