#include "study/sweep_columns.h"

#include "study/sweep_keys.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- reading ---- */

static const char *firm_at(const struct sweep *sweep, size_t place) {
    return sweep->base.named[place].name;
}

static int read_firm(const struct sweep *sweep, struct outcome *outcome, const struct node *node,
                     struct failure *failure) {
    return sweep_read_name(sweep, node, firm_at, sweep->base.named_count, "the scenario names no such firm",
                           &outcome->firm, failure);
}

static const char *field_at(const struct sweep *sweep, size_t place) {
    (void)sweep;
    return field_table[place].name;
}

static int read_field(const struct sweep *sweep, struct outcome *outcome, const struct node *node,
                      struct failure *failure) {
    size_t field = 0;
    int status = sweep_read_name(sweep, node, field_at, FIELD_COUNT, "no such column of firms", &field, failure);
    outcome->field = (int)field;
    return status;
}

/* The member of a column that has several; -1, the sum over all, when nothing is said. */
static int read_member(const struct sweep *sweep, struct outcome *outcome, const struct node *node,
                       struct failure *failure) {
    enum dimension dimension = field_table[outcome->field].dimension;
    const char *name = "";
    char list[MEMBERS_MAX * (MEMBER_NAME_SIZE + 2)] = "";
    size_t used = 0;
    outcome->member = -1;
    if (node == NULL)
        return MATTHEW_OK;
    int status = node_text(&sweep->document, node, &name, failure);
    if (status != MATTHEW_OK)
        return status;
    if (dimension == DIMENSION_FIRM)
        return document_fail(&sweep->document, node, NULL, failure, "`%s` has one value for each firm, no members",
                             field_table[outcome->field].name);
    const struct members *members = &sweep->base.members[dimension_family(dimension)];
    outcome->member = member_find(members, name);
    if (outcome->member >= 0)
        return MATTHEW_OK;
    for (int i = 0; i < members->count && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", members->name[i]);
    return document_fail(&sweep->document, node, NULL, failure, "no such member; there are %s", list);
}

static int read_share(const struct sweep *sweep, struct outcome *outcome, const struct node *node,
                      struct failure *failure) {
    const char *text = "false";
    int status = node == NULL ? MATTHEW_OK : node_text(&sweep->document, node, &text, failure);
    if (status != MATTHEW_OK)
        return status;
    outcome->is_share = strcmp(text, "true") == 0;
    if (outcome->is_share || strcmp(text, "false") == 0)
        return MATTHEW_OK;
    return document_fail(&sweep->document, node, NULL, failure, "expected `true` or `false`");
}

int sweep_read_field(const struct sweep *sweep, struct outcome *outcome, const struct node *spec,
                     struct failure *failure) {
    int status = read_field(sweep, outcome, node_child(spec, "column"), failure);
    return status == MATTHEW_OK ? read_member(sweep, outcome, node_child(spec, "member"), failure) : status;
}

int sweep_read_column(const struct sweep *sweep, struct outcome *outcome, const struct node *spec,
                      struct failure *failure) {
    const struct node *firm = node_child(spec, "firm"), *column = node_child(spec, "column");
    if (node_child(spec, "indicator") != NULL)
        return document_fail(&sweep->document, spec, NULL, failure,
                             "an outcome has an `indicator`, or a `firm` and a `column`, not both");
    if (firm == NULL || column == NULL)
        return document_fail(&sweep->document, spec, NULL, failure, "`%s` is missing",
                             firm == NULL ? "firm" : "column");
    outcome->source = SOURCE_FIRM;
    outcome->width = 1;
    int status = read_firm(sweep, outcome, firm, failure);
    if (status == MATTHEW_OK)
        status = sweep_read_field(sweep, outcome, spec, failure);
    return status == MATTHEW_OK ? read_share(sweep, outcome, node_child(spec, "share"), failure) : status;
}

/* ---- values ---- */

/* Named firms are the first in the register, in the order of the scenario. */
double sweep_column_value(const struct outcome *outcome, const struct world *world) {
    const struct firms *firms = &world->firms;
    const struct register_row *row = &world->reg.rows[outcome->firm];
    size_t slot = (size_t)row->slot;
    enum field field = (enum field)outcome->field;
    enum dimension dimension = field_table[field].dimension;
    int first = outcome->member < 0 ? 0 : outcome->member,
        end = outcome->member < 0 ? firms_members(firms, dimension) : first + 1;
    double own = 0, all = 0;
    if (slot >= firms->slots || !(firms->active[slot] > 0) || firms->id[slot] != row->id)
        return (double)NAN;
    for (int member = first; member < end; member++) {
        const double *column = firms_column(firms, field, member);
        own += column[slot];
        for (size_t i = 0; outcome->is_share && i < firms->slots; i++)
            all += firms->active[i] > 0 ? column[i] : 0;
    }
    if (!outcome->is_share)
        return own;
    return all != 0 ? own / all : (double)NAN;
}

/* ---- words ---- */

const char *sweep_column_member(const struct sweep *sweep, const struct outcome *outcome) {
    enum dimension dimension = field_table[outcome->field].dimension;
    return outcome->member >= 0 ? sweep->base.members[dimension_family(dimension)].name[outcome->member] : "";
}

char *sweep_column_text(const struct sweep *sweep, const struct outcome *outcome, char text[SWEEP_COLUMN_SIZE]) {
    snprintf(text, SWEEP_COLUMN_SIZE, "%s%s%s of %s%s", field_table[outcome->field].description,
             outcome->member >= 0 ? ", " : "", sweep_column_member(sweep, outcome),
             sweep->base.named[outcome->firm].name, outcome->is_share ? ", share of all firms" : "");
    return text;
}

const char *sweep_column_unit(const struct outcome *outcome) {
    return outcome->is_share ? "1" : field_table[outcome->field].unit;
}

char *sweep_column_key(const struct sweep *sweep, const struct outcome *outcome, char text[SWEEP_COLUMN_SIZE]) {
    snprintf(text, SWEEP_COLUMN_SIZE, "firm %s %s%s%s%s", sweep->base.named[outcome->firm].name,
             field_table[outcome->field].name, outcome->member >= 0 ? "." : "", sweep_column_member(sweep, outcome),
             outcome->is_share ? " share" : "");
    return text;
}
