#include "agents/claims.h"

#include "core/random.h"

void KERNEL(claims_block)(struct world *world, size_t block) {
    const struct parameters *p = &world->parameters;
    const struct firms *firms = &world->firms;
    size_t at = block * BLOCK;
    const double *restrict active = firms->active + at, *restrict capability = firms->capability + at;
    const double *restrict hype = firms->hype + at;
    double *restrict claim = firms->claim + at, *restrict due = firms->claim_due + at;
    double *restrict told = firms->claim_missed + at, *restrict news = firms->claim_news + at;
    double chance[BLOCK];
    struct stream stream;
    stream_open(&stream, random_key(world->seed, world->month, PURPOSE_CLAIM, 0, block));
    stream_uniforms(&stream, chance, BLOCK);
    double hazard = p->capital_claim_hazard, step = p->capital_claim_step;
    double months = portable_floor(p->capital_claim_months), memory = portable_floor(p->capital_claim_memory);
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double stands = due[i] > 0.0 ? 1.0 : 0.0, left = portable_max(due[i] - 1.0, 0.0);
        double met = capability[i] >= claim[i] ? stands : 0.0;
        double missed = left == 0.0 ? stands - met : 0.0;
        double fading = portable_max(told[i] - 1.0, 0.0);
        double free = stands + told[i] == 0.0 ? active[i] : 0.0;
        double made = chance[i] < -portable_expm1(-hazard * hype[i]) ? free : 0.0;
        double on = stands - met - missed;
        due[i] = on * left + made * months;
        claim[i] = on * claim[i] + made * (capability[i] + step);
        told[i] = missed > 0.0 ? memory : fading;
        news[i] = made * CLAIM_MADE + met * CLAIM_MET + missed * CLAIM_MISSED;
    }
}
