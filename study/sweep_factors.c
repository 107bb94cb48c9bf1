#include "study/sweep_factors.h"

#include "core/memory.h"
#include "core/names.h"
#include "study/sweep_design.h"
#include "study/sweep_entries.h"
#include "study/sweep_keys.h"
#include "study/sweep_names.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct number_rule steps_rule = {2, SWEEP_VALUES_MAX, "", 1};

/* Beyond EXACT digits of the larger end the sum of a step has no meaning. */
enum { DIGITS = 12, EXACT = 15, STEP_SIZE = 400 };

/* A number as text that number_parse reads in any locale. */
static double parsed(char text[STEP_SIZE], double otherwise) {
    double value = otherwise;
    for (char *at = text; *at != '\0'; at++)
        if (strchr("+-0123456789e", *at) == NULL)
            *at = '.';
    return number_parse(text, &value) == NUMBER_FINE ? value : otherwise;
}

/* The power of ten of the first digit. */
static int exponent_of(double value) {
    char text[STEP_SIZE];
    snprintf(text, sizeof text, "%.*e", DIGITS - 1, value);
    const char *exponent = strchr(text, 'e');
    return exponent == NULL ? 0 : atoi(exponent + 1);
}

double sweep_step(double from, double to, size_t i, size_t n) {
    char text[STEP_SIZE];
    double scale = fabs(from) > fabs(to) ? fabs(from) : fabs(to);
    if (i == 0 || i + 1 >= n)
        return i == 0 ? from : to;
    double value = from + (to - from) * ((double)i / (double)(n - 1));
    int own = DIGITS - 1 - exponent_of(value), most = EXACT - 1 - exponent_of(scale),
        decimals = own < most ? own : most;
    if (decimals >= 0 && decimals < STEP_SIZE - 20 && scale < 1e15)
        snprintf(text, sizeof text, "%.*f", decimals, value);
    else
        snprintf(text, sizeof text, "%.*e", DIGITS - 1, value);
    value = parsed(text, value);
    return value == 0.0 ? 0.0 : value; /* no -0 */
}

/* ---- values ---- */

static int make_values(struct factor *factor, size_t count, struct failure *failure) {
    factor->values = memory_new(count, sizeof *factor->values);
    factor->count = factor->values == NULL ? 0 : count;
    return factor->values == NULL ? fail_memory(failure, "the values of a factor") : MATTHEW_OK;
}

/* One value as the parameter takes it. */
static int read_value(const struct factor *factor, const struct node *node, double *value, struct failure *failure) {
    char found[NODE_FOUND_SIZE], range[PARAMETER_RANGE_SIZE];
    struct failure inner;
    if (node->kind != NODE_SCALAR || node_is_empty(node) || (node->quoted && factor->info->kind == KIND_REAL))
        return document_fail(factor->document, node, NULL, failure, "expected %s, found %s; %s",
                             factor->info->kind == KIND_REAL ? "a number" : "a value", node_found(node, found),
                             parameter_range(factor->info, range));
    if (parameter_parse(factor->info, node->text, value, &inner) != MATTHEW_OK) {
        document_fail(factor->document, node, NULL, failure, "%s", inner.text);
        failure_inherit(failure, &inner);
        return MATTHEW_BAD_SCENARIO;
    }
    if (*value == 0.0)
        *value = 0.0; /* no -0 */
    if (factor->part == ENTRY_MONTH && *value != floor(*value))
        return document_fail(factor->document, node, NULL, failure, "expected a whole number, found `%s`; %s",
                             node->text, parameter_range(factor->info, range));
    return MATTHEW_OK;
}

struct ranked {
    double value;
    size_t place;
};

static int compare_ranked(const void *left, const void *right) {
    const struct ranked *a = left, *b = right;
    if (a->value != b->value)
        return a->value < b->value ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

/* The place of the first value that an earlier one equals, or the count; the count too when memory is short. */
static size_t first_repeated(const struct factor *factor) {
    size_t first = factor->count;
    struct ranked *ranked = memory_new(factor->count, sizeof *ranked);
    for (size_t i = 0; ranked != NULL && i < factor->count; i++)
        ranked[i] = (struct ranked){factor->values[i], i};
    if (ranked != NULL)
        qsort(ranked, factor->count, sizeof *ranked, compare_ranked);
    for (size_t i = 1; ranked != NULL && i < factor->count; i++)
        if (ranked[i].value == ranked[i - 1].value && ranked[i].place < first)
            first = ranked[i].place;
    memory_free(ranked);
    return first;
}

static int read_list(const struct sweep *sweep, struct factor *factor, const struct node *list,
                     struct failure *failure) {
    char text[PARAMETER_TEXT_SIZE];
    int status = node_sequence(factor->document, list, failure);
    if (status == MATTHEW_OK && list->count == 0)
        status = document_fail(factor->document, list, NULL, failure, "expected at least one value");
    if (status == MATTHEW_OK && list->count > SWEEP_VALUES_MAX)
        status = document_fail(factor->document, list, NULL, failure, "%zu values, but there are at most %d",
                               list->count, SWEEP_VALUES_MAX);
    if (status == MATTHEW_OK)
        status = make_values(factor, list->count, failure);
    for (const struct node *node = list->first; node != NULL && status == MATTHEW_OK; node = node->next)
        status = read_value(factor, node, &factor->values[node->place], failure);
    int differ = sweep->design == SWEEP_GRID || sweep->sample == SAMPLE_ONE_AT_A_TIME || sweep->sample == SAMPLE_MORRIS;
    size_t repeated = status == MATTHEW_OK && differ ? first_repeated(factor) : factor->count;
    if (status != MATTHEW_OK || repeated == factor->count)
        return status;
    const struct node *node = list->first;
    while (node->place < repeated)
        node = node->next;
    return document_fail(factor->document, node, NULL, failure, "%s is given twice; the values of a factor differ",
                         parameter_print(factor->info, factor->values[repeated], text));
}

/* The ends of what a design takes its values from. */
static int read_range(struct factor *factor, const struct node *to, double first, double last,
                      struct failure *failure) {
    if (factor->part == ENTRY_MONTH)
        return document_fail(factor->document, to, NULL, failure, "months are whole: they take `values` or `steps`");
    int status = first == last ? document_fail(factor->document, to, NULL, failure, "`from` and `to` are the same")
                               : make_values(factor, 2, failure);
    if (status == MATTHEW_OK) {
        factor->values[0] = first;
        factor->values[1] = last;
        factor->is_range = 1;
    }
    return status;
}

static int read_steps(const struct sweep *sweep, struct factor *factor, const struct node *spec,
                      struct failure *failure) {
    const struct node *from = node_child(spec, "from"), *to = node_child(spec, "to"),
                      *steps = node_child(spec, "steps");
    double first = 0, last = 0, count = 0;
    int is_range = sweep_takes_ranges(sweep) && steps == NULL;
    if (from == NULL || to == NULL || (steps == NULL && !is_range))
        return document_fail(factor->document, spec, NULL, failure,
                             "`%s` is missing; a factor has `values`, or `from`, `to` and `steps`",
                             from == NULL && to == NULL && steps == NULL ? "values"
                             : from == NULL                              ? "from"
                             : to == NULL                                ? "to"
                                                                         : "steps");
    if (factor->info->kind != KIND_REAL)
        return document_fail(factor->document, from, NULL, failure,
                             "steps are for numbers; this parameter takes `values`");
    int status = read_value(factor, from, &first, failure);
    if (status == MATTHEW_OK)
        status = read_value(factor, to, &last, failure);
    if (status == MATTHEW_OK && is_range)
        return read_range(factor, to, first, last, failure);
    if (status == MATTHEW_OK)
        status = node_number(factor->document, steps, &steps_rule, &count, failure);
    if (status == MATTHEW_OK)
        status = make_values(factor, (size_t)count, failure);
    for (size_t i = 0; status == MATTHEW_OK && i < factor->count; i++)
        factor->values[i] = sweep_step(first, last, i, factor->count);
    for (size_t i = 0; status == MATTHEW_OK && factor->part == ENTRY_MONTH && i < factor->count; i++)
        if (factor->values[i] != floor(factor->values[i]))
            status = document_fail(factor->document, steps, NULL, failure, "a step is at month %g, which is not whole",
                                   factor->values[i]);
    for (size_t i = 1; status == MATTHEW_OK && i < factor->count; i++)
        if ((last > first) != (factor->values[i] > factor->values[i - 1]) || last == first)
            status = document_fail(factor->document, to, NULL, failure,
                                   "`from` and `to` are too close to each other for %s steps", steps->text);
    return status;
}

/* ---- factors ---- */

static int read_name(const struct sweep *sweep, struct factor *factor, const struct node *node,
                     struct failure *failure) {
    const char *name = "";
    int status = node_text(&sweep->document, node, &name, failure);
    if (status != MATTHEW_OK)
        return status;
    if (!sweep_name_is_fit(name))
        return document_fail(&sweep->document, node, NULL, failure,
                             "expected a name of letters, digits and _, of at most %d", SWEEP_NAME_SIZE - 1);
    snprintf(factor->name, sizeof factor->name, "%s", name);
    factor->is_named = 1;
    return MATTHEW_OK;
}

/* A number of a named firm. */
static int read_firm(const struct sweep *sweep, struct factor *factor, const struct node *node, const char *path,
                     struct failure *failure) {
    struct failure inner;
    if (strlen(path) >= sizeof factor->path)
        return document_fail_key(factor->document, node, NULL, failure, "longer than %zu bytes",
                                 sizeof factor->path - 1);
    if (scenario_named_find(&sweep->base, path + 6, &factor->firm, &inner) != MATTHEW_OK)
        return document_fail_key(factor->document, node, NULL, failure, "%s", inner.text);
    snprintf(factor->path, sizeof factor->path, "%s", path);
    factor->of_firm = 1;
    factor->own = (struct parameter_info){.group = "firms",
                                          .name = factor->firm.name,
                                          .kind = KIND_REAL,
                                          .family = FAMILY_NONE,
                                          .min = factor->firm.min,
                                          .max = factor->firm.max,
                                          .unit = factor->firm.unit,
                                          .description = factor->firm.description};
    factor->info = &factor->own;
    for (size_t j = 0; j < sweep->factor_count; j++)
        if (sweep->factor[j].of_firm && sweep->factor[j].firm.firm == factor->firm.firm &&
            sweep->factor[j].firm.offset == factor->firm.offset)
            return document_fail_key(factor->document, node, NULL, failure, "is a factor already, in line %d",
                                     sweep->factor[j].node->key_line);
    return MATTHEW_OK;
}

/* Which parameters the path names; no earlier factor has one of them. */
static int read_path(const struct sweep *sweep, struct factor *factor, const struct node *node, const char *wanted,
                     struct failure *failure) {
    struct parameter_slot slots[MEMBERS_MAX];
    char text[500], path[PARAMETER_PATH_SIZE];
    if (strncmp(wanted, "firms.", 6) == 0)
        return read_firm(sweep, factor, node, wanted, failure);
    if (strncmp(wanted, "schedule.", 9) == 0)
        return sweep_read_entry(sweep, factor, node, wanted, failure);
    int count = parameter_slots(sweep->base.members, wanted, slots);
    if (count == 0)
        return document_fail_key(factor->document, node, NULL, failure, "%s",
                                 parameter_explain(sweep->base.members, wanted, text, sizeof text));
    snprintf(factor->path, sizeof factor->path, "%s", wanted);
    factor->info = slots[0].info;
    factor->index_count = count;
    for (int i = 0; i < count; i++) {
        factor->index[i] = parameter_slot_index(slots[i]);
        for (size_t j = 0; j < sweep->factor_count; j++)
            for (int k = 0; k < sweep->factor[j].index_count; k++)
                if (sweep->factor[j].index[k] == factor->index[i])
                    return document_fail_key(
                        factor->document, node, NULL, failure, "%s is a factor already, in line %d",
                        parameter_path(sweep->base.members, slots[i], path), sweep->factor[j].node->key_line);
    }
    return MATTHEW_OK;
}

static int read_factor(struct sweep *sweep, const struct node *node, struct failure *failure) {
    static const char *const keys[] = {"values", "from", "to", "steps", "name", NULL};
    struct factor *factor = &sweep->factor[sweep->factor_count];
    const struct node *name, *values = node;
    *factor = (struct factor){.document = &sweep->document, .node = node};
    int status = read_path(sweep, factor, node, node->key, failure);
    if (status != MATTHEW_OK)
        return status;
    sweep->factor_count++; /* freed from here on */
    if (node->kind == NODE_SEQUENCE)
        return read_list(sweep, factor, node, failure);
    status = sweep_check_keys(factor->document, node, keys, "a factor", failure);
    if (status == MATTHEW_OK && (name = node_child(node, "name")) != NULL)
        status = read_name(sweep, factor, name, failure);
    if (status != MATTHEW_OK)
        return status;
    values = node_child(node, "values");
    if (values == NULL)
        return read_steps(sweep, factor, node, failure);
    for (const struct node *other = node->first; other != NULL; other = other->next)
        if (other != values && other != name)
            return document_fail_key(factor->document, other, NULL, failure,
                                     "a factor has `values`, or `from`, `to` and `steps`, not both");
    return read_list(sweep, factor, values, failure);
}

/* ---- columns of a table ---- */

/* What `factors` says of a column: by its path, or by its name. */
static const struct node *named_by(const struct node *factors, const char *column) {
    for (const struct node *node = factors == NULL ? NULL : factors->first; node != NULL; node = node->next) {
        const struct node *name = node->kind == NODE_MAPPING ? node_child(node, "name") : NULL;
        if (strcmp(node->key, column) == 0 ||
            (name != NULL && name->kind == NODE_SCALAR && strcmp(name->text, column) == 0))
            return node;
    }
    return NULL;
}

static int read_column(struct sweep *sweep, const struct node *column, const struct node *factors,
                       struct failure *failure) {
    struct factor *factor = &sweep->factor[sweep->factor_count];
    const struct node *spec = named_by(factors, column->key), *name = NULL;
    *factor = (struct factor){.document = &sweep->table, .node = column};
    int status = read_path(sweep, factor, column, spec != NULL ? spec->key : column->key, failure);
    if (status != MATTHEW_OK)
        return status;
    sweep->factor_count++; /* freed from here on */
    if (spec != NULL && spec->kind == NODE_MAPPING)
        name = node_child(spec, "name");
    if (name != NULL)
        status = read_name(sweep, factor, name, failure);
    return status == MATTHEW_OK ? read_list(sweep, factor, column, failure) : status;
}

/* In the file of the sweep factors have no values then, and each has its column. */
static int check_named(const struct sweep *sweep, const struct node *factors, struct failure *failure) {
    static const char *const keys[] = {"name", NULL};
    int status = factors == NULL ? MATTHEW_OK : node_mapping(&sweep->document, factors, failure);
    for (const struct node *node = factors == NULL ? NULL : factors->first; node != NULL && status == MATTHEW_OK;
         node = node->next) {
        const struct node *column = sweep->table.root->first;
        while (column != NULL && named_by(factors, column->key) != node)
            column = column->next;
        if (!node_is_null(node))
            status = sweep_check_keys(&sweep->document, node, keys, "a factor whose values are in a table", failure);
        if (status == MATTHEW_OK && column == NULL)
            status = document_fail_key(&sweep->document, node, NULL, failure, "has no column in %s", sweep->table.name);
    }
    return status;
}

static int check_count(const struct document *document, const struct node *node, struct failure *failure) {
    if (node->count == 0)
        return document_fail(document, node, NULL, failure, "expected at least one factor");
    if (node->count > SWEEP_FACTORS_MAX)
        return document_fail(document, node, NULL, failure, "%zu factors, but there are at most %d", node->count,
                             SWEEP_FACTORS_MAX);
    return MATTHEW_OK;
}

static int read_table(struct sweep *sweep, const struct node *factors, struct failure *failure) {
    int status = check_count(&sweep->table, sweep->table.root, failure);
    if (status == MATTHEW_OK)
        status = check_named(sweep, factors, failure);
    for (const struct node *column = sweep->table.root->first; column != NULL && status == MATTHEW_OK;
         column = column->next)
        status = read_column(sweep, column, factors, failure);
    return status;
}

int sweep_read_factors(struct sweep *sweep, const struct node *node, struct failure *failure) {
    if (sweep->table.root != NULL)
        return read_table(sweep, node, failure);
    if (node == NULL)
        return document_fail(&sweep->document, sweep->document.root, NULL, failure, "`factors` is missing");
    int status = node_mapping(&sweep->document, node, failure);
    if (status == MATTHEW_OK)
        status = check_count(&sweep->document, node, failure);
    for (const struct node *child = node->first; child != NULL && status == MATTHEW_OK; child = child->next)
        status = read_factor(sweep, child, failure);
    for (size_t i = 1;
         i < sweep->factor_count && status == MATTHEW_OK && sweep->design == SWEEP_LIST && sweep->sample == SAMPLE_NONE;
         i++)
        if (sweep->factor[i].count != sweep->factor[0].count)
            status = document_fail(&sweep->document, sweep->factor[i].node, NULL, failure,
                                   "%zu values, but `%s` has %zu; a list has as many of each", sweep->factor[i].count,
                                   sweep->factor[0].path, sweep->factor[0].count);
    return status;
}
