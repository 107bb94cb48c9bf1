#include "study/sweep_compare.h"

#include "core/elementary.h"
#include "core/memory.h"
#include "study/sweep_find.h"
#include "study/sweep_keys.h"

#include <math.h>
#include <stdio.h>

/* ---- reading ---- */

static int read_value(struct sweep *sweep, const struct node *node, struct failure *failure) {
    struct comparison *compare = &sweep->compare;
    struct failure inner;
    const char *text = "";
    double value = 0;
    size_t factor = 0;
    int status = node_text(&sweep->document, node, &text, failure);
    if (status != MATTHEW_OK)
        return status;
    if (sweep_find_value(sweep, node->key, text, &factor, &value, &inner) != MATTHEW_OK)
        return document_fail(&sweep->document, node, NULL, failure, "%s", inner.text);
    if (compare->of[factor])
        return document_fail_key(&sweep->document, node, NULL, failure, "the factor %s is given twice",
                                 sweep->factor[factor].name);
    compare->of[factor] = 1;
    compare->value[factor] = value;
    return MATTHEW_OK;
}

int sweep_read_compare(struct sweep *sweep, const struct node *node, struct failure *failure) {
    static const char *const keys[] = {"with", NULL};
    const struct node *with;
    int status = sweep_check_keys(&sweep->document, node, keys, "a comparison", failure);
    if (status != MATTHEW_OK)
        return status;
    if (sweep->independent)
        return document_fail(&sweep->document, node, NULL, failure,
                             "only races with the same seeds can be compared one by one: `seeds: common`");
    with = node_child(node, "with");
    if (with == NULL)
        return document_fail(&sweep->document, node, NULL, failure, "`with` is missing: `with: {PATH: VALUE}`");
    status = node_mapping(&sweep->document, with, failure);
    if (status == MATTHEW_OK && with->count == 0)
        status = document_fail(&sweep->document, with, NULL, failure, "expected at least one factor and its value");
    for (const struct node *child = with->first; child != NULL && status == MATTHEW_OK; child = child->next)
        status = read_value(sweep, child, failure);
    sweep->compare.is_there = 1;
    return status;
}

char *sweep_compare_text(const struct sweep *sweep, char text[SWEEP_POINT_SIZE]) {
    char value[PARAMETER_TEXT_SIZE];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sweep->factor_count && used < SWEEP_POINT_SIZE; i++)
        if (sweep->compare.of[i])
            used += (size_t)snprintf(text + used, SWEEP_POINT_SIZE - used, "%s%s=%s", used > 0 ? ", " : "",
                                     sweep->factor[i].name,
                                     parameter_print(sweep->factor[i].info, sweep->compare.value[i], value));
    return text;
}

/* ---- differences ---- */

static int is_partner(const struct sweep *sweep, size_t point, size_t other) {
    for (size_t i = 0; i < sweep->factor_count; i++) {
        const double *values = sweep->factor[i].values;
        double wanted = sweep->compare.of[i] ? sweep->compare.value[i] : values[sweep_level(sweep, point, i)];
        if (values[sweep_level(sweep, other, i)] != wanted)
            return 0;
    }
    return 1;
}

size_t sweep_partner(const struct sweep *sweep, size_t point) {
    size_t other = 0;
    while (other < sweep->points && !is_partner(sweep, point, other))
        other++;
    return other;
}

/* Whether the run is done; its values. */
static int read_run(const struct sweep_file *file, size_t point, size_t replicate, double *values, int *is_done,
                    struct failure *failure) {
    int code = RUN_PENDING;
    int status = sweep_file_read(file, point * file->sweep->replicates + replicate, values, &code, failure);
    *is_done = code == RUN_DONE || code == RUN_STOPPED;
    return status;
}

/* By Welford's method, in the order of replicates. */
int sweep_differ(const struct sweep_file *file, size_t point, size_t partner, struct sweep_differences *differences,
                 struct failure *failure) {
    const struct sweep *sweep = file->sweep;
    double *own = memory_new(2 * sweep->values, sizeof *own), *mean = differences->mean, *error = differences->error,
           *count = differences->count;
    int status = own == NULL ? fail_memory(failure, "the outcomes of a run") : MATTHEW_OK;
    for (size_t i = 0; i < sweep->values; i++)
        mean[i] = error[i] = count[i] = 0;
    for (size_t j = 0; j < sweep->replicates && status == MATTHEW_OK; j++) {
        int is_done = 0, is_other_done = 0;
        status = read_run(file, point, j, own, &is_done, failure);
        if (status == MATTHEW_OK)
            status = read_run(file, partner, j, own + sweep->values, &is_other_done, failure);
        for (size_t i = 0; i < sweep->values && is_done && is_other_done; i++) {
            double difference = own[i] - own[sweep->values + i];
            if (isnan(difference))
                continue;
            double apart = difference - mean[i];
            mean[i] += apart / ++count[i];
            error[i] += apart * (difference - mean[i]);
        }
    }
    for (size_t i = 0; i < sweep->values; i++) {
        mean[i] = count[i] > 0 ? mean[i] : (double)NAN;
        error[i] = count[i] > 1 ? portable_sqrt(error[i] / (count[i] - 1) / count[i]) : (double)NAN;
    }
    memory_free(own);
    return status;
}
