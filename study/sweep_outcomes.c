#include "study/sweep_outcomes.h"

#include "core/memory.h"
#include "core/names.h"
#include "study/sweep_columns.h"
#include "study/sweep_firms.h"
#include "study/sweep_keys.h"
#include "study/sweep_names.h"
#include "study/sweep_statistics.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const struct indicator_info *outcome_info(const struct outcome *outcome) {
    return outcome->indicator >= 0 ? &indicator_table[outcome->indicator]
                                   : &member_indicator_table[outcome->member_indicator];
}

/* ---- reading ---- */

static int fail_indicator(const struct sweep *sweep, const struct node *node, const char *name,
                          struct failure *failure) {
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32];
    nearest_name_open(&search, name);
    for (int i = 0; i < INDICATOR_COUNT; i++)
        nearest_name_offer(&search, indicator_table[i].name);
    for (int i = 0; i < MEMBER_INDICATOR_COUNT; i++)
        nearest_name_offer(&search, member_indicator_table[i].name);
    return document_fail(&sweep->document, node, NULL, failure, "no such indicator%s",
                         nearest_name_hint(&search, hint, sizeof hint));
}

/* NAME, or NAME.MEMBER for one of a family's members. */
static int find_indicator(const struct sweep *sweep, struct outcome *outcome, const struct node *node, const char *text,
                          struct failure *failure) {
    char name[NAME_SIZE_MAX];
    const char *dot;
    outcome->indicator = indicator_index(text);
    if (outcome->indicator >= 0)
        return MATTHEW_OK;
    dot = strchr(text, '.');
    snprintf(name, sizeof name, "%.*s", (int)(dot == NULL ? strlen(text) : (size_t)(dot - text)), text);
    outcome->member_indicator = member_indicator_index(name);
    if (outcome->member_indicator < 0)
        return fail_indicator(sweep, node, name, failure);
    enum family family = dimension_family(member_indicator_table[outcome->member_indicator].dimension);
    const struct members *members = &sweep->base.members[family];
    outcome->member = dot == NULL ? -1 : member_find(members, dot + 1);
    if (outcome->member >= 0)
        return MATTHEW_OK;
    char list[MEMBERS_MAX * (MEMBER_NAME_SIZE + NAME_SIZE_MAX)] = "";
    size_t used = 0;
    for (int i = 0; i < members->count && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s.%s", i > 0 ? ", " : "", name, members->name[i]);
    return document_fail(&sweep->document, node, NULL, failure, "this indicator has one value for each member: %s",
                         list);
}

static int read_indicator(const struct sweep *sweep, struct outcome *outcome, const struct node *node,
                          struct failure *failure) {
    const char *text = "";
    int status = node_text(&sweep->document, node, &text, failure);
    return status == MATTHEW_OK ? find_indicator(sweep, outcome, node, text, failure) : status;
}

static int read_whole(const struct sweep *sweep, const struct node *node, double least, long *value,
                      struct failure *failure) {
    struct number_rule rule = {least, (double)sweep->base.months, "month", 1};
    double number = 0;
    int status = node_number(&sweep->document, node, &rule, &number, failure);
    *value = (long)number;
    return status;
}

/* "every n". */
static int read_series(const struct sweep *sweep, struct outcome *outcome, const struct node *node,
                       struct failure *failure) {
    static const char begin[] = "every ";
    const char *text = "";
    double number = 1;
    struct failure inner;
    struct number_rule rule = {1, (double)sweep->base.months, "month", 1};
    int status = node_text(&sweep->document, node, &text, failure);
    if (status != MATTHEW_OK)
        return status;
    if (strncmp(text, begin, strlen(begin)) != 0)
        return document_fail(&sweep->document, node, NULL, failure,
                             "expected `every` and a number of months, such as `every 1`");
    if (number_read(&rule, text + strlen(begin), &number, &inner) != MATTHEW_OK)
        return document_fail(&sweep->document, node, NULL, failure, "%s", inner.text);
    outcome->months = (long)number;
    return MATTHEW_OK;
}

/* `final` alone, or with `true`. */
static int read_final(const struct sweep *sweep, const struct node *node, struct failure *failure) {
    if (node_is_flag(node))
        return MATTHEW_OK;
    return document_fail(&sweep->document, node, NULL, failure, "expected nothing behind `final`, or `true`");
}

/* Whether a key says what is taken, not when. */
static int is_source_key(const char *key) {
    static const char *const keys[] = {"indicator", "firm", "column", "member", "share"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i], key) == 0)
            return 1;
    return statistic_find(key) != STATISTIC_COUNT;
}

/* The one key that says which months count. */
static int read_kind(const struct sweep *sweep, struct outcome *outcome, const struct node *spec,
                     struct failure *failure) {
    const struct node *found = NULL;
    for (const struct node *child = spec->first; child != NULL; child = child->next) {
        if (is_source_key(child->key))
            continue;
        if (found != NULL)
            return document_fail_key(&sweep->document, child, NULL, failure,
                                     "an outcome has one of `final`, `at`, `mean_of_last` and `series`; `%s` is there",
                                     found->key);
        found = child;
    }
    if (found == NULL)
        return document_fail(&sweep->document, spec, NULL, failure,
                             "which months count is missing: `final`, `at`, `mean_of_last` or `series`");
    outcome->length = outcome->width;
    if (strcmp(found->key, "final") == 0) {
        outcome->kind = OUTCOME_FINAL;
        return read_final(sweep, found, failure);
    }
    if (strcmp(found->key, "series") == 0) {
        outcome->kind = OUTCOME_SERIES;
        return read_series(sweep, outcome, found, failure);
    }
    outcome->kind = strcmp(found->key, "at") == 0 ? OUTCOME_AT : OUTCOME_MEAN;
    return read_whole(sweep, found, outcome->kind == OUTCOME_AT ? 0 : 1, &outcome->months, failure);
}

/* The axis of this interval; the first is called month. */
static int find_axis(struct sweep *sweep, struct outcome *outcome, struct failure *failure) {
    int axis = 0;
    while (axis < sweep->axis_count && sweep->axis[axis].every != outcome->months)
        axis++;
    if (axis == SWEEP_AXES_MAX)
        return document_fail(&sweep->document, outcome->node, NULL, failure,
                             "more than %d different intervals of series", SWEEP_AXES_MAX);
    struct sweep_axis *one = &sweep->axis[axis];
    if (axis == sweep->axis_count) {
        long months = sweep->base.months, every = outcome->months;
        *one = (struct sweep_axis){.every = every, .length = (size_t)(months / every + 1 + (months % every != 0))};
        snprintf(one->name, sizeof one->name, axis == 0 ? "month" : "month_every_%ld", every);
        sweep->axis_count++;
    }
    outcome->axis = axis;
    outcome->length = one->length * outcome->width;
    return MATTHEW_OK;
}

/* An indicator, a column of a named firm, or one of all living firms. */
static int read_source(struct sweep *sweep, struct outcome *outcome, const struct node *spec, struct failure *failure) {
    const struct node *indicator = node_child(spec, "indicator");
    if (node_child(spec, "column") != NULL && node_child(spec, "firm") == NULL && node_child(spec, "share") == NULL &&
        indicator == NULL)
        return sweep_read_firms(sweep, outcome, spec, failure);
    for (const struct node *child = spec->first; child != NULL; child = child->next)
        if (statistic_find(child->key) != STATISTIC_COUNT)
            return document_fail_key(&sweep->document, child, NULL, failure,
                                     "is for a `column` of all firms, without `firm`, and for a `register`");
    for (const struct node *child = spec->first; child != NULL; child = child->next)
        if (is_source_key(child->key) && strcmp(child->key, "indicator") != 0)
            return sweep_read_column(sweep, outcome, spec, failure);
    if (indicator == NULL)
        return document_fail(&sweep->document, spec, NULL, failure,
                             "`indicator` is missing, or `column`, or `register`");
    outcome->width = 1;
    return read_indicator(sweep, outcome, indicator, failure);
}

/* An outcome of the months of a race. */
static int read_monthly(struct sweep *sweep, struct outcome *outcome, const struct node *node,
                        struct failure *failure) {
    const char *keys[STATISTIC_COUNT + 11] = {"indicator", "firm", "column",       "member", "share",
                                              "final",     "at",   "mean_of_last", "series", "register"};
    for (int i = 0, used = 10; i < STATISTIC_COUNT; i++)
        if (statistic_table[i].of_columns)
            keys[used++] = statistic_table[i].key;
    int status = sweep_check_keys(&sweep->document, node, keys, "an outcome", failure);
    if (status == MATTHEW_OK)
        status = read_source(sweep, outcome, node, failure);
    if (status == MATTHEW_OK)
        status = read_kind(sweep, outcome, node, failure);
    if (status == MATTHEW_OK && outcome->kind == OUTCOME_SERIES)
        status = find_axis(sweep, outcome, failure);
    if (status == MATTHEW_OK && outcome->kind == OUTCOME_MEAN && sweep->stop.sign != STOP_NEVER) {
        outcome->recent = sweep->recent;
        sweep->recent += (size_t)outcome->months * outcome->width;
    }
    return status;
}

static int read_outcome(struct sweep *sweep, const struct node *node, struct failure *failure) {
    struct outcome *outcome = &sweep->outcome[sweep->outcome_count];
    *outcome = (struct outcome){.node = node, .first = sweep->values};
    if (!sweep_name_is_fit(node->key))
        return document_fail_key(&sweep->document, node, NULL, failure,
                                 "expected a name of letters, digits and _, of at most %d", SWEEP_NAME_SIZE - 1);
    snprintf(outcome->name, sizeof outcome->name, "%s", node->key);
    int status = node_mapping(&sweep->document, node, failure);
    if (status == MATTHEW_OK && node_child(node, "register") != NULL)
        status = sweep_read_register(sweep, outcome, node, failure);
    else if (status == MATTHEW_OK)
        status = read_monthly(sweep, outcome, node, failure);
    sweep->values += outcome->length;
    sweep->outcome_count++;
    return status;
}

int sweep_read_outcomes(struct sweep *sweep, const struct node *node, struct failure *failure) {
    int status = node_mapping(&sweep->document, node, failure);
    if (status == MATTHEW_OK && node->count == 0)
        status = document_fail(&sweep->document, node, NULL, failure, "expected at least one outcome");
    if (status == MATTHEW_OK && node->count > SWEEP_OUTCOMES_MAX)
        status = document_fail(&sweep->document, node, NULL, failure, "%zu outcomes, but there are at most %d",
                               node->count, SWEEP_OUTCOMES_MAX);
    for (const struct node *child = node->first; child != NULL && status == MATTHEW_OK; child = child->next)
        status = read_outcome(sweep, child, failure);
    return status;
}

/* ---- the rule that ends races ---- */

static const struct {
    const char *text;
    enum stop_sign sign;
} signs[] = {{">=", STOP_FROM}, {"<=", STOP_UP_TO}, {">", STOP_ABOVE}, {"<", STOP_BELOW}};

const char *stop_sign_text(enum stop_sign sign) {
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (signs[i].sign == sign)
            return signs[i].text;
    return "";
}

int sweep_read_stop(struct sweep *sweep, const struct node *node, struct failure *failure) {
    struct stop_rule *stop = &sweep->stop;
    struct number_rule any = {-1e300, 1e300, "", 0};
    struct failure inner;
    const char *text = "", *sign = NULL;
    char name[NAME_SIZE_MAX];
    int status = node_text(&sweep->document, node, &text, failure);
    if (status != MATTHEW_OK)
        return status;
    size_t length = strcspn(text, " <>="), used = length + strspn(text + length, " ");
    for (size_t i = 0; i < sizeof signs / sizeof *signs && sign == NULL; i++)
        if (strncmp(text + used, signs[i].text, strlen(signs[i].text)) == 0) {
            sign = signs[i].text;
            stop->sign = signs[i].sign;
        }
    if (length == 0 || length >= sizeof name || sign == NULL)
        return document_fail(&sweep->document, node, NULL, failure,
                             "expected an indicator, one of > >= < <= and a number, such as `accounts_cr1 > 0.9`");
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    status = find_indicator(sweep, &stop->of, node, name, failure);
    text += used + strlen(sign);
    if (status == MATTHEW_OK && number_read(&any, text + strspn(text, " "), &stop->number, &inner) != MATTHEW_OK)
        status = document_fail(&sweep->document, node, NULL, failure, "behind `%s`: %s", sign, inner.text);
    return status;
}

static int stops(const struct stop_rule *stop, double value) {
    switch (stop->sign) {
    case STOP_ABOVE:
        return value > stop->number;
    case STOP_FROM:
        return value >= stop->number;
    case STOP_BELOW:
        return value < stop->number;
    case STOP_UP_TO:
        return value <= stop->number;
    default:
        return 0;
    }
}

/* ---- taking ---- */

int taking_init(struct taking *taking, const struct sweep *sweep, struct gauge *gauge, double *row,
                struct failure *failure) {
    *taking = (struct taking){.sweep = sweep, .gauge = gauge, .row = row};
    taking->recent = memory_new(sweep->recent + 1, sizeof *taking->recent);
    return taking->recent == NULL ? fail_memory(failure, "the outcomes of a run") : MATTHEW_OK;
}

void taking_free(struct taking *taking) {
    founders_free(&taking->founders);
    memory_free(taking->recent);
    taking->recent = NULL;
}

/* How many months an outcome has values of. */
static size_t places_of(const struct outcome *outcome) {
    return outcome->length / outcome->width;
}

/* The place of a month among those of an outcome, or their number when it has none of that month, as outcomes of the
 * register never have. Where a rule may end the race every month may be the last. */
static size_t place_of(const struct sweep *sweep, const struct outcome *outcome, long month) {
    long last = sweep->base.months;
    size_t none = places_of(outcome);
    if (outcome->source == SOURCE_REGISTER)
        return none;
    if (sweep->stop.sign != STOP_NEVER && (outcome->kind == OUTCOME_FINAL || outcome->kind == OUTCOME_MEAN))
        return outcome->kind == OUTCOME_MEAN && month == 0;
    switch (outcome->kind) {
    case OUTCOME_FINAL:
        return month != last;
    case OUTCOME_AT:
        return month != outcome->months;
    case OUTCOME_MEAN:
        return month <= last - outcome->months;
    default:
        if (month == last)
            return none - 1;
        return month % outcome->months == 0 ? (size_t)(month / outcome->months) : none;
    }
}

static int month(void *context, const struct world *world, struct failure *failure) {
    struct taking *taking = context;
    const struct sweep *sweep = taking->sweep;
    unsigned char wanted[INDICATOR_COUNT] = {0}, members[MEMBER_INDICATOR_COUNT] = {0};
    taking->wants = sweep->stop.sign != STOP_NEVER;
    taking->month = world->month;
    if (taking->wants && sweep->stop.of.indicator >= 0)
        wanted[sweep->stop.of.indicator] = 1;
    else if (taking->wants)
        members[sweep->stop.of.member_indicator] = 1;
    for (size_t i = 0; i < sweep->outcome_count; i++) {
        const struct outcome *outcome = &sweep->outcome[i];
        if (place_of(sweep, outcome, world->month) == places_of(outcome))
            continue;
        taking->wants = 1;
        if (outcome->source != SOURCE_INDICATOR)
            continue;
        if (outcome->indicator >= 0)
            wanted[outcome->indicator] = 1;
        else
            members[outcome->member_indicator] = 1;
    }
    if (taking->wants)
        gauge_want(taking->gauge, wanted, members);
    return founders_note(&taking->founders, sweep, world, failure);
}

static double value_of(const struct outcome *outcome, const struct indicators *row) {
    return outcome->indicator >= 0 ? row->value[outcome->indicator]
                                   : row->member[outcome->member_indicator][outcome->member];
}

/* The values of a month. */
static void values_of(const struct taking *taking, const struct outcome *outcome, const struct world *world,
                      double values[MEMBERS_MAX]) {
    if (outcome->source == SOURCE_FIRMS)
        sweep_firms_take(outcome, world, values);
    else
        values[0] = outcome->source == SOURCE_FIRM ? sweep_column_value(outcome, world)
                                                   : value_of(outcome, gauge_row(taking->gauge));
}

/* Means are added up in the order of months. */
static void take(const struct outcome *outcome, double value, int is_first, int is_last, double *into) {
    if (outcome->kind == OUTCOME_MEAN) {
        value = is_first ? value : *into + value;
        value = is_last ? value / (double)outcome->months : value;
    }
    *into = isnan(value) ? (double)NAN : value; /* always the same bits */
}

/* Of a mean while any month may be the last: the mean over the last months up to this one. */
static double mean_so_far(const struct outcome *outcome, double value, long month, double *recent) {
    long count = month < outcome->months ? month : outcome->months;
    double sum = 0;
    recent[month % outcome->months] = value;
    for (long m = month - count + 1; m <= month; m++)
        sum = m == month - count + 1 ? recent[m % outcome->months] : sum + recent[m % outcome->months];
    return sum / (double)count;
}

/* The last month. */
static int take_register(struct taking *taking, const struct world *world, struct failure *failure) {
    const struct sweep *sweep = taking->sweep;
    int status = MATTHEW_OK;
    for (size_t i = 0; i < sweep->outcome_count && status == MATTHEW_OK; i++)
        if (sweep->outcome[i].source == SOURCE_REGISTER)
            status = sweep_register_take(&sweep->outcome[i], &taking->founders, sweep, world,
                                         taking->row + sweep->outcome[i].first, failure);
    return status;
}

/* What an outcome has of a month that is its place-th. */
static void take_month(struct taking *taking, const struct outcome *outcome, size_t place, const struct world *world) {
    const struct sweep *sweep = taking->sweep;
    long last = sweep->base.months;
    double values[MEMBERS_MAX], *into = taking->row + outcome->first + place * outcome->width;
    values_of(taking, outcome, world, values);
    for (size_t i = 0; i < outcome->width; i++) {
        if (outcome->kind == OUTCOME_MEAN && sweep->stop.sign != STOP_NEVER) {
            double *recent = taking->recent + outcome->recent + i * (size_t)outcome->months,
                   value = mean_so_far(outcome, values[i], world->month, recent);
            into[i] = isnan(value) ? (double)NAN : value;
        } else
            take(outcome, values[i], world->month == last - outcome->months + 1, world->month == last, &into[i]);
    }
}

static int settle(void *context, const struct world *world, int *again, struct failure *failure) {
    struct taking *taking = context;
    const struct sweep *sweep = taking->sweep;
    int status;
    *again = 0;
    for (size_t i = 0; taking->wants && i < sweep->outcome_count; i++) {
        size_t place = place_of(sweep, &sweep->outcome[i], world->month);
        if (place < places_of(&sweep->outcome[i]))
            take_month(taking, &sweep->outcome[i], place, world);
    }
    int ends = sweep->stop.sign != STOP_NEVER && world->month > 0 &&
               stops(&sweep->stop, value_of(&sweep->stop.of, gauge_row(taking->gauge)));
    if ((ends || world->month == sweep->base.months) && (status = take_register(taking, world, failure)) != MATTHEW_OK)
        return status;
    if (!ends)
        return MATTHEW_OK;
    taking->has_stopped = 1;
    return taking->goes_on ? MATTHEW_OK : MATTHEW_STOPPED;
}

struct observer taking_observer(struct taking *taking) {
    return (struct observer){.context = taking, .month = month, .settle = settle};
}
