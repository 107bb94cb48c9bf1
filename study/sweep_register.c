#include "study/sweep_register.h"

#include "agents/genes.h"
#include "core/memory.h"
#include "study/sweep_amounts.h"
#include "study/sweep_keys.h"
#include "study/sweep_statistics.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- reading ---- */

static const char *amount_at(const struct sweep *sweep, size_t place) {
    (void)sweep;
    return amount_info(place).key;
}

static int read_amount(const struct sweep *sweep, struct outcome *outcome, const struct node *node,
                       struct failure *failure) {
    char what[260] = "the register has no such amount; it has ";
    size_t used = strlen(what);
    for (size_t i = 0; i < amount_count() && used < sizeof what; i++)
        used += (size_t)snprintf(what + used, sizeof what - used, "%s%s", i > 0 ? ", " : "", amount_at(sweep, i));
    return sweep_read_name(sweep, node, amount_at, amount_count(), what, &outcome->amount, failure);
}

static int read_above(const struct sweep *sweep, struct outcome *outcome, const struct node *node,
                      struct failure *failure) {
    struct number_rule any = {-1e300, 1e300, amount_info(outcome->amount).unit, 0};
    if (node == NULL)
        return MATTHEW_OK;
    outcome->is_above = 1;
    return node_number(&sweep->document, node, &any, &outcome->above, failure);
}

/* entered: [FROM, TO]. */
static int read_cohort(const struct sweep *sweep, struct outcome *outcome, const struct node *node,
                       struct failure *failure) {
    struct number_rule months = {0, (double)sweep->base.months, "month", 1};
    double from = 0, to = 0;
    if (node == NULL)
        return MATTHEW_OK;
    int status = node_sequence(&sweep->document, node, failure);
    if (status == MATTHEW_OK && node->count != 2)
        return document_fail(&sweep->document, node, NULL, failure,
                             "expected the first and the last month of entry, such as `[0, 24]`");
    if (status == MATTHEW_OK)
        status = node_number(&sweep->document, node->first, &months, &from, failure);
    months.min = from;
    if (status == MATTHEW_OK)
        status = node_number(&sweep->document, node->first->next, &months, &to, failure);
    outcome->is_cohort = 1;
    outcome->from = (long)from;
    outcome->to = (long)to;
    return status;
}

int sweep_read_register(struct sweep *sweep, struct outcome *outcome, const struct node *spec,
                        struct failure *failure) {
    const char *keys[STATISTIC_COUNT + 4] = {"register", "above", "entered"};
    for (int i = 0, used = 3; i < STATISTIC_COUNT; i++)
        if (statistic_table[i].of_register)
            keys[used++] = statistic_table[i].key;
    outcome->source = SOURCE_REGISTER;
    outcome->indicator = -1;
    int status = sweep_check_keys(&sweep->document, spec, keys, "an outcome of the register", failure);
    if (status == MATTHEW_OK)
        status = read_amount(sweep, outcome, node_child(spec, "register"), failure);
    if (status == MATTHEW_OK)
        status = sweep_read_statistic(sweep, outcome, spec, "expected one of", failure);
    if (status == MATTHEW_OK)
        status = read_above(sweep, outcome, node_child(spec, "above"), failure);
    if (status == MATTHEW_OK)
        status = read_cohort(sweep, outcome, node_child(spec, "entered"), failure);
    outcome->length = outcome->width;
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
            if (outcome->source == SOURCE_REGISTER && outcome->statistic == STATISTIC_difference_by)
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

/* The median of numbers, which are moved about; NaN of none. */
static double median_of(double *numbers, size_t count) {
    if (count == 0)
        return (double)NAN;
    double below = select_at(numbers, count, (count - 1) / 2), above = select_at(numbers, count, count / 2);
    return 0.5 * (below + above);
}

/* What is known of the firms, by id; `number` is scratch. */
struct survey {
    double *value; /* NaN of firms that are left out */
    double *gene;  /* of a difference; NaN of firms that did not enter in its months */
    double *number;
    size_t count;
};

static int is_of_cohort(const struct outcome *outcome, const struct register_row *row) {
    return !outcome->is_cohort || (row->entry_month >= outcome->from && row->entry_month <= outcome->to);
}

static void survey_firms(const struct survey *survey, const struct outcome *outcome, const struct founders *founders,
                         const struct sweep *sweep, const struct world *world) {
    for (size_t i = 0; i < survey->count; i++) {
        const struct register_row *row = &world->reg.rows[i];
        int is_in = is_of_cohort(outcome, row);
        double value = is_in ? amount_value(world, row, outcome->amount) : (double)NAN;
        survey->value[i] = outcome->is_above && !isnan(value) ? value > outcome->above : value;
        if (outcome->statistic == STATISTIC_difference_by)
            survey->gene[i] = is_in ? founders->gene[i * sweep->noted + outcome->noted] : (double)NAN;
    }
}

/* The numbers that are known among `from`, into the scratch; how many. */
static size_t gather(const struct survey *survey, const double *from) {
    size_t count = 0;
    for (size_t i = 0; i < survey->count; i++)
        if (!isnan(from[i]))
            survey->number[count++] = from[i];
    return count;
}

/* Means or medians of groups; a firm of group `width` counts in none. */
static void take_groups(const struct survey *survey, const size_t *group, size_t width, int is_median, double *values) {
    for (size_t g = 0; g < width; g++) {
        double sum = 0;
        size_t count = 0;
        for (size_t i = 0; i < survey->count; i++)
            if (group[i] == g && !isnan(survey->value[i])) {
                sum += survey->value[i];
                survey->number[count++] = survey->value[i];
            }
        values[g] = count == 0 ? (double)NAN : is_median ? median_of(survey->number, count) : sum / (double)count;
    }
}

static void take(const struct survey *survey, const struct outcome *outcome, const struct world *world, size_t *group,
                 double *values) {
    int differs = outcome->statistic == STATISTIC_difference_by, by_strategy = outcome_is_by_strategy(outcome),
        is_median = outcome->statistic == STATISTIC_median || outcome->statistic == STATISTIC_median_by;
    double halves[2], median = differs ? median_of(survey->number, gather(survey, survey->gene)) : 0;
    for (size_t i = 0; i < survey->count; i++) {
        double gene = differs ? survey->gene[i] : 0;
        group[i] = differs       ? (gene < median   ? 0
                                    : gene > median ? 1
                                                    : 2)
                   : by_strategy ? (size_t)world->reg.rows[i].strategy
                                 : 0;
    }
    take_groups(survey, group, differs ? 2 : outcome->width, is_median, differs ? halves : values);
    if (differs)
        values[0] = isnan(halves[0]) || isnan(halves[1]) ? (double)NAN : halves[1] - halves[0];
}

int sweep_register_take(const struct outcome *outcome, const struct founders *founders, const struct sweep *sweep,
                        const struct world *world, double *values, struct failure *failure) {
    size_t count = world->reg.count, *group = memory_new(count, sizeof *group);
    double *room = memory_new(3 * count, sizeof *room);
    int status = group == NULL || room == NULL ? fail_memory(failure, "the firms of an outcome") : MATTHEW_OK;
    if (status == MATTHEW_OK) {
        struct survey survey = {room, room + count, room + 2 * count, count};
        survey_firms(&survey, outcome, founders, sweep, world);
        take(&survey, outcome, world, group, values);
    }
    memory_free(group);
    memory_free(room);
    return status;
}

/* ---- words ---- */

const char *sweep_register_unit(const struct outcome *outcome) {
    return outcome->is_above ? "1" : amount_info(outcome->amount).unit;
}

char *sweep_register_text(const struct outcome *outcome, char text[SWEEP_REGISTER_SIZE]) {
    char number[NUMBER_SIZE], above[80] = "", firms[80] = "ever lived";
    if (outcome->is_above)
        snprintf(above, sizeof above, ", as 1 above %s and else 0", number_print(outcome->above, number));
    if (outcome->is_cohort)
        snprintf(firms, sizeof firms, "entered in months %ld to %ld", outcome->from, outcome->to);
    const char *description = amount_info(outcome->amount).description,
               *words = statistic_table[outcome->statistic].words;
    if (outcome->statistic == STATISTIC_difference_by)
        snprintf(text, SWEEP_REGISTER_SIZE,
                 "%s%s; %s of firms whose %s at entry is above the median, less the %s of those below%s%s", description,
                 above, words, outcome_argument(outcome), words, outcome->is_cohort ? ", of firms that " : "",
                 outcome->is_cohort ? firms : "");
    else
        snprintf(text, SWEEP_REGISTER_SIZE, "%s%s; %s of all firms that %s%s", description, above, words, firms,
                 outcome_is_by_strategy(outcome) ? ", by strategy at founding" : "");
    return text;
}

char *sweep_register_key(const struct outcome *outcome, char text[SWEEP_REGISTER_SIZE]) {
    char number[NUMBER_SIZE], above[NUMBER_SIZE + 8] = "", cohort[80] = "";
    const char *argument = outcome_argument(outcome);
    if (outcome->is_above)
        snprintf(above, sizeof above, " above %s", number_print(outcome->above, number));
    if (outcome->is_cohort)
        snprintf(cohort, sizeof cohort, " entered %ld %ld", outcome->from, outcome->to);
    snprintf(text, SWEEP_REGISTER_SIZE, "register %s%s%s %s%s%s", amount_info(outcome->amount).key, above, cohort,
             statistic_table[outcome->statistic].key, argument[0] != '\0' ? " " : "", argument);
    return text;
}
