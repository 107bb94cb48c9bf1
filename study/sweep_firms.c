#include "study/sweep_firms.h"

#include "study/sweep_columns.h"
#include "study/sweep_statistics.h"

#include <math.h>
#include <stdio.h>

int sweep_read_firms(struct sweep *sweep, struct outcome *outcome, const struct node *spec, struct failure *failure) {
    outcome->source = SOURCE_FIRMS;
    int status = sweep_read_field(sweep, outcome, spec, failure);
    if (status != MATTHEW_OK)
        return status;
    const struct field_info *info = &field_table[outcome->field];
    if (info->kind != FIELD_KIND_NUMBER)
        return document_fail(&sweep->document, node_child(spec, "column"), NULL, failure,
                             "`%s` holds %s, of which there is no sum over firms", info->name,
                             info->kind == FIELD_KIND_ID ? "ids of firms" : "codes");
    return sweep_read_statistic(sweep, outcome, spec, "`firm` is missing, or over all firms one of", failure);
}

/* ---- values ---- */

/* The column of a firm, its members added up. */
static double value_at(const double *const *column, int columns, size_t slot) {
    double value = column[0][slot];
    for (int i = 1; i < columns; i++)
        value += column[i][slot];
    return value;
}

void sweep_firms_take(const struct outcome *outcome, const struct world *world, double *values) {
    const struct firms *firms = &world->firms;
    enum field field = (enum field)outcome->field;
    const double *column[MEMBERS_MAX] = {NULL};
    double sum[MEMBERS_MAX] = {0}, count[MEMBERS_MAX] = {0}, squares = 0;
    int is_index = outcome->statistic == STATISTIC_hhi, by_strategy = outcome_is_by_strategy(outcome),
        is_mean = outcome->statistic == STATISTIC_mean || outcome->statistic == STATISTIC_mean_by,
        columns = outcome->member >= 0 ? 1 : firms_members(firms, field_table[field].dimension);
    for (int i = 0; i < columns; i++)
        column[i] = firms_column(firms, field, outcome->member >= 0 ? outcome->member : i);
    for (size_t slot = 0; slot < firms->slots; slot++) {
        if (!(firms->active[slot] > 0))
            continue;
        double value = value_at(column, columns, slot);
        size_t group = by_strategy ? (size_t)world->reg.rows[(size_t)firms->id[slot]].strategy : 0;
        if (is_index && value < 0)
            continue;
        sum[group] += value;
        squares += value * value;
        count[group]++;
    }
    for (size_t group = 0; group < outcome->width; group++)
        values[group] = is_index  ? (sum[0] > 0 ? squares / (sum[0] * sum[0]) : (double)NAN)
                        : is_mean ? (count[group] > 0 ? sum[group] / count[group] : (double)NAN)
                                  : sum[group];
}

/* ---- words ---- */

char *sweep_firms_text(const struct sweep *sweep, const struct outcome *outcome, char text[SWEEP_FIRMS_SIZE]) {
    snprintf(text, SWEEP_FIRMS_SIZE, "%s%s%s; %s over all living firms%s", field_table[outcome->field].description,
             outcome->member >= 0 ? ", " : "", sweep_column_member(sweep, outcome),
             statistic_table[outcome->statistic].words,
             outcome_is_by_strategy(outcome) ? ", by strategy at founding" : "");
    return text;
}

char *sweep_firms_key(const struct sweep *sweep, const struct outcome *outcome, char text[SWEEP_FIRMS_SIZE]) {
    const char *argument = outcome_argument(outcome);
    snprintf(text, SWEEP_FIRMS_SIZE, "column %s%s%s %s%s%s", field_table[outcome->field].name,
             outcome->member >= 0 ? "." : "", sweep_column_member(sweep, outcome),
             statistic_table[outcome->statistic].key, argument[0] != '\0' ? " " : "", argument);
    return text;
}

const char *sweep_firms_unit(const struct outcome *outcome) {
    return outcome->statistic == STATISTIC_hhi ? "1" : field_table[outcome->field].unit;
}
