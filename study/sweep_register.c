#include "study/sweep_register.h"

#include "agents/genes.h"
#include "agents/register.h"
#include "core/memory.h"
#include "study/sweep_keys.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const gene_names[GENE_COUNT] = {
#define GENE(parameter, column, share) #parameter,
#include "agents/genes.def"
#undef GENE
};

/* ---- reading ---- */

/* The columns of the register that are amounts: where the place-th stands, REGISTER_COLUMNS beyond the last. */
static size_t amount_column(size_t place) {
    size_t column = 0;
    for (; column < REGISTER_COLUMNS; column++)
        if (register_table[column].type == REGISTER_FLOAT && place-- == 0)
            break;
    return column;
}

static const char *amount_at(const struct sweep *sweep, size_t place) {
    (void)sweep;
    return register_table[amount_column(place)].key;
}

static const char *gene_name(const struct sweep *sweep, size_t place) {
    (void)sweep;
    return gene_names[place];
}

static int read_amount(const struct sweep *sweep, struct outcome *outcome, const struct node *node,
                       struct failure *failure) {
    char what[260] = "the register has no such amount; it has ";
    size_t count = 0, place = 0, used = strlen(what);
    for (; amount_column(count) < REGISTER_COLUMNS; count++)
        if (used < sizeof what)
            used += (size_t)snprintf(what + used, sizeof what - used, "%s%s", count > 0 ? ", " : "",
                                     amount_at(sweep, count));
    int status = sweep_read_name(sweep, node, amount_at, count, what, &place, failure);
    outcome->amount = (int)amount_column(place);
    return status;
}

static int read_gene(struct sweep *sweep, struct outcome *outcome, const struct node *node, struct failure *failure) {
    size_t place = 0;
    int status = sweep_read_name(sweep, node, gene_name, GENE_COUNT, "there is no such gene", &place, failure);
    if (status != MATTHEW_OK)
        return status;
    outcome->gene = (int)place;
    outcome->statistic = STATISTIC_DIFFERENCE;
    outcome->noted = sweep->noted++;
    return MATTHEW_OK;
}

static int read_group(const struct sweep *sweep, struct outcome *outcome, const struct node *node,
                      struct failure *failure) {
    const char *name = "";
    int status = node_text(&sweep->document, node, &name, failure);
    if (status == MATTHEW_OK && strcmp(name, "strategy") != 0)
        status = document_fail(&sweep->document, node, NULL, failure, "expected `strategy`");
    outcome->statistic = STATISTIC_BY_STRATEGY;
    outcome->length = (size_t)sweep->base.members[FAMILY_STRATEGY].count;
    return status;
}

int sweep_read_register(struct sweep *sweep, struct outcome *outcome, const struct node *spec,
                        struct failure *failure) {
    static const char *const keys[] = {"register", "mean", "mean_by", "difference_by", NULL};
    const struct node *mean = node_child(spec, "mean"), *by = node_child(spec, "mean_by"),
                      *difference = node_child(spec, "difference_by");
    outcome->is_register = 1;
    outcome->indicator = -1;
    outcome->length = 1;
    int status = sweep_check_keys(&sweep->document, spec, keys, "an outcome of the register", failure);
    if (status == MATTHEW_OK)
        status = read_amount(sweep, outcome, node_child(spec, "register"), failure);
    if (status == MATTHEW_OK && (mean != NULL) + (by != NULL) + (difference != NULL) != 1)
        status = document_fail(&sweep->document, spec, NULL, failure,
                               "expected one of `mean`, `mean_by: strategy` and `difference_by: GENE`");
    if (status == MATTHEW_OK && mean != NULL && !node_is_flag(mean))
        status = document_fail(&sweep->document, mean, NULL, failure, "expected nothing behind `mean`, or `true`");
    if (status == MATTHEW_OK && by != NULL)
        status = read_group(sweep, outcome, by, failure);
    if (status == MATTHEW_OK && difference != NULL)
        status = read_gene(sweep, outcome, difference, failure);
    return status;
}

/* ---- genes at entry ---- */

static double gene_at(const struct firms *firms, int gene, size_t slot) {
    const double *const columns[GENE_COUNT] = {
#define GENE(parameter, column, share) firms->column,
#include "agents/genes.def"
#undef GENE
    };
    return columns[gene][slot];
}

static int make_room(struct founders *founders, size_t count, size_t each, struct failure *failure) {
    if (count <= founders->room)
        return MATTHEW_OK;
    size_t room = memory_room(founders->room, count);
    double *gene = memory_grow(founders->gene, founders->count * each, room * each, sizeof *gene);
    if (gene == NULL)
        return fail_memory(failure, "the genes of founders");
    founders->gene = gene;
    founders->room = room;
    return MATTHEW_OK;
}

int founders_note(struct founders *founders, const struct sweep *sweep, const struct world *world,
                  struct failure *failure) {
    size_t each = sweep->noted;
    if (each == 0 || founders->count == world->reg.count)
        return MATTHEW_OK;
    int status = make_room(founders, world->reg.count, each, failure);
    for (; status == MATTHEW_OK && founders->count < world->reg.count; founders->count++) {
        size_t slot = world_slot(world, (double)founders->count);
        for (size_t i = 0; i < sweep->outcome_count; i++) {
            const struct outcome *outcome = &sweep->outcome[i];
            if (outcome->is_register && outcome->statistic == STATISTIC_DIFFERENCE)
                founders->gene[founders->count * each + outcome->noted] =
                    slot == NO_SLOT ? (double)NAN : gene_at(&world->firms, outcome->gene, slot);
        }
    }
    return status;
}

void founders_free(struct founders *founders) {
    memory_free(founders->gene);
    *founders = (struct founders){0};
}

/* ---- values ---- */

/* Moves numbers about until the one at a place is that of the place in order, with no larger one before it and no
 * smaller one behind (Hoare's selection). */
static double select_at(double *numbers, size_t count, size_t place) {
    size_t low = 0, high = count - 1;
    while (low < high) {
        double pivot = numbers[low + (high - low) / 2];
        size_t i = low, j = high;
        for (;; i++, j--) {
            while (numbers[i] < pivot)
                i++;
            while (numbers[j] > pivot)
                j--;
            if (i >= j)
                break;
            double kept = numbers[i];
            numbers[i] = numbers[j];
            numbers[j] = kept;
        }
        if (place <= j)
            high = j;
        else
            low = j + 1;
    }
    return numbers[place];
}

/* The median of a gene over all firms; numbers is scratch. */
static double median_of(const struct founders *founders, const struct outcome *outcome, size_t each, double *numbers) {
    size_t count = 0;
    for (size_t i = 0; i < founders->count; i++)
        if (!isnan(founders->gene[i * each + outcome->noted]))
            numbers[count++] = founders->gene[i * each + outcome->noted];
    if (count == 0)
        return (double)NAN;
    double below = select_at(numbers, count, (count - 1) / 2), above = select_at(numbers, count, count / 2);
    return 0.5 * (below + above);
}

/* The group that a firm counts in; the number of groups for none. */
static size_t group_of(const struct outcome *outcome, const struct register_row *row, double gene, double median) {
    if (outcome->statistic == STATISTIC_BY_STRATEGY)
        return (size_t)row->strategy;
    if (outcome->statistic == STATISTIC_MEAN)
        return 0;
    return gene < median ? 0 : gene > median ? 1 : 2;
}

int sweep_register_take(const struct outcome *outcome, const struct founders *founders, const struct sweep *sweep,
                        const struct world *world, double *values, struct failure *failure) {
    double sum[MEMBERS_MAX] = {0}, count[MEMBERS_MAX] = {0}, median = 0;
    int differs = outcome->statistic == STATISTIC_DIFFERENCE;
    size_t groups = differs ? 2 : outcome->length;
    if (differs) {
        double *numbers = memory_new(founders->count, sizeof *numbers);
        if (numbers == NULL)
            return fail_memory(failure, "the genes of founders");
        median = median_of(founders, outcome, sweep->noted, numbers);
        memory_free(numbers);
    }
    for (size_t i = 0; i < world->reg.count; i++) {
        const struct register_row *row = &world->reg.rows[i];
        double value = register_value(world, row, (enum register_column)outcome->amount),
               gene = differs ? founders->gene[i * sweep->noted + outcome->noted] : 0;
        size_t group = group_of(outcome, row, gene, median);
        if (isnan(value) || group >= groups)
            continue;
        sum[group] += value;
        count[group]++;
    }
    for (size_t group = 0; group < groups; group++)
        sum[group] = count[group] > 0 ? sum[group] / count[group] : (double)NAN;
    if (differs)
        sum[0] = isnan(sum[0]) || isnan(sum[1]) ? (double)NAN : sum[1] - sum[0];
    memcpy(values, sum, outcome->length * sizeof *values);
    return MATTHEW_OK;
}

/* ---- words ---- */

const char *sweep_register_gene(const struct outcome *outcome) {
    return gene_names[outcome->gene];
}

char *sweep_register_text(const struct outcome *outcome, char text[SWEEP_REGISTER_SIZE]) {
    if (outcome->statistic == STATISTIC_DIFFERENCE)
        snprintf(text, SWEEP_REGISTER_SIZE,
                 "%s; mean of firms whose %s at entry is above the median, less the mean of those below",
                 register_table[outcome->amount].description, sweep_register_gene(outcome));
    else
        snprintf(text, SWEEP_REGISTER_SIZE, "%s; mean of all firms that ever lived%s",
                 register_table[outcome->amount].description,
                 outcome->statistic == STATISTIC_BY_STRATEGY ? ", by strategy at founding" : "");
    return text;
}

char *sweep_register_key(const struct outcome *outcome, char text[SWEEP_REGISTER_SIZE]) {
    snprintf(text, SWEEP_REGISTER_SIZE, "register %s %s%s", register_table[outcome->amount].key,
             outcome->statistic == STATISTIC_MEAN          ? "mean"
             : outcome->statistic == STATISTIC_BY_STRATEGY ? "mean_by strategy"
                                                           : "difference_by ",
             outcome->statistic == STATISTIC_DIFFERENCE ? sweep_register_gene(outcome) : "");
    return text;
}
