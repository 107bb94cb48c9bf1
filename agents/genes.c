#include "agents/genes.h"

#include "core/random.h"

#include <string.h>

/* FNV-1a: a number for a name. */
static uint64_t name_number(const char *name) {
    uint64_t number = UINT64_C(0xcbf29ce484222325);
    for (; *name != '\0'; name++)
        number = (number ^ (uint64_t)(unsigned char)*name) * UINT64_C(0x100000001b3);
    return number;
}

void genes_range(struct gene_range *range) {
    int count = 0;
    for (size_t i = 0; i < parameter_count && count < GENE_COUNT; i++) {
        const struct parameter_info *line = &parameter_table[i];
        if (line->family != FAMILY_STRATEGY || strcmp(line->name, "share") == 0)
            continue;
        range->min[count] = line->min;
        range->max[count] = line->max;
        range->stream[count++] = name_number(line->name);
    }
}

void genes_preset(const struct world *world, int strategy, double gene[GENE_COUNT]) {
    const struct parameters *p = &world->parameters;
    const double value[GENE_COUNT] = {
#define GENE(parameter, column, share) p->strategies_##parameter[strategy],
#include "agents/genes.def"
#undef GENE
    };
    memcpy(gene, value, sizeof value);
}

void genes_get(const struct firms *firms, size_t slot, double gene[GENE_COUNT]) {
    const double value[GENE_COUNT] = {
#define GENE(parameter, column, share) firms->column[slot],
#include "agents/genes.def"
#undef GENE
    };
    memcpy(gene, value, sizeof value);
}

static void add_noise(const struct world *world, double gene[GENE_COUNT], double spread, uint64_t key, int steps) {
    const struct gene_range *range = &world->gene_range;
    for (int i = 0; i < GENE_COUNT && spread > 0.0; i++) {
        struct generator generator = generator_open(random_subkey(key, range->stream[i]));
        double noise = spread * generator_normal(&generator);
        double value = steps && range->max[i] <= 1.0 ? gene[i] + noise : gene[i] * portable_exp(noise);
        gene[i] = portable_clip(value, range->min[i], range->max[i]);
    }
}

void genes_vary(const struct world *world, double gene[GENE_COUNT], double spread, uint64_t key) {
    add_noise(world, gene, spread, key, 0);
}

void genes_mutate(const struct world *world, double gene[GENE_COUNT], double spread, uint64_t key) {
    add_noise(world, gene, spread, key, 1);
}

void genes_set(struct world *world, size_t slot, const double gene[GENE_COUNT]) {
    const struct firms *firms = &world->firms;
    double *column[GENE_COUNT] = {
#define GENE(parameter, column, share) firms->column,
#include "agents/genes.def"
#undef GENE
    };
    static const int is_share[GENE_COUNT] = {
#define GENE(parameter, column, share) share,
#include "agents/genes.def"
#undef GENE
    };
    double shares = 0.0, value[GENE_COUNT];
    memcpy(value, gene, sizeof value);
    if (world->parameters.regulation_enabled == 0.0) /* there is nothing to buy */
        value[GENE_influence] = 0.0;
    for (int i = 0; i < GENE_COUNT; i++)
        shares += is_share[i] ? value[i] : 0.0;
    for (int i = 0; i < GENE_COUNT; i++)
        column[i][slot] = is_share[i] ? (shares > 0.0 ? value[i] / shares : 0.0) : value[i];
}
