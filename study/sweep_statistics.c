#include "study/sweep_statistics.h"

#include "agents/genes.h"
#include "study/sweep_keys.h"

#include <stdio.h>
#include <string.h>

const struct statistic_info statistic_table[STATISTIC_COUNT] = {
#define STATISTIC(key, argument, of_register, of_columns, words)                                                       \
    {#key, ARGUMENT_##argument, of_register, of_columns, words},
#include "study/statistics.def"
};

static const char *const gene_names[GENE_COUNT] = {
#define GENE(parameter, column, share) #parameter,
#include "agents/genes.def"
#undef GENE
};

enum statistic statistic_find(const char *key) {
    int found = 0;
    while (found < STATISTIC_COUNT && strcmp(statistic_table[found].key, key) != 0)
        found++;
    return (enum statistic)found;
}

int statistic_is_of(enum statistic statistic, enum outcome_source source) {
    if (statistic == STATISTIC_COUNT)
        return 0;
    return source == SOURCE_REGISTER ? statistic_table[statistic].of_register
           : source == SOURCE_FIRMS  ? statistic_table[statistic].of_columns
                                     : 0;
}

static const char *gene_name(const struct sweep *sweep, size_t place) {
    (void)sweep;
    return gene_names[place];
}

/* "expected one of `mean`, `mean_by: strategy` and `difference_by: GENE`". */
static int fail_statistic(const struct sweep *sweep, const struct outcome *outcome, const struct node *spec,
                          const char *what, struct failure *failure) {
    static const char *const behind[] = {"", ": strategy", ": GENE"};
    char list[300] = "";
    size_t used = 0, count = 0, place = 0;
    for (int i = 0; i < STATISTIC_COUNT; i++)
        count += (size_t)statistic_is_of((enum statistic)i, outcome->source);
    for (int i = 0; i < STATISTIC_COUNT && used < sizeof list; i++)
        if (statistic_is_of((enum statistic)i, outcome->source)) {
            used += (size_t)snprintf(list + used, sizeof list - used, "%s`%s%s`",
                                     place == 0           ? ""
                                     : place + 1 == count ? " and "
                                                          : ", ",
                                     statistic_table[i].key, behind[statistic_table[i].argument]);
            place++;
        }
    return document_fail(&sweep->document, spec, NULL, failure, "%s %s", what, list);
}

static int read_strategy(const struct sweep *sweep, struct outcome *outcome, const struct node *node,
                         struct failure *failure) {
    const char *name = "";
    int status = node_text(&sweep->document, node, &name, failure);
    if (status == MATTHEW_OK && strcmp(name, "strategy") != 0)
        status = document_fail(&sweep->document, node, NULL, failure, "expected `strategy`");
    outcome->width = (size_t)sweep->base.members[FAMILY_STRATEGY].count;
    return status;
}

static int read_gene(struct sweep *sweep, struct outcome *outcome, const struct node *node, struct failure *failure) {
    size_t place = 0;
    int status = sweep_read_name(sweep, node, gene_name, GENE_COUNT, "there is no such gene", &place, failure);
    if (status != MATTHEW_OK)
        return status;
    outcome->gene = (int)place;
    outcome->noted = sweep->noted++;
    return MATTHEW_OK;
}

int sweep_read_statistic(struct sweep *sweep, struct outcome *outcome, const struct node *spec, const char *what,
                         struct failure *failure) {
    const struct node *found = NULL;
    int count = 0;
    for (const struct node *child = spec->first; child != NULL; child = child->next)
        if (statistic_is_of(statistic_find(child->key), outcome->source)) {
            found = child;
            count++;
        }
    if (count != 1)
        return fail_statistic(sweep, outcome, spec, count == 0 ? what : "expected one of", failure);
    outcome->width = 1;
    outcome->statistic = statistic_find(found->key);
    switch (statistic_table[outcome->statistic].argument) {
    case ARGUMENT_STRATEGY:
        return read_strategy(sweep, outcome, found, failure);
    case ARGUMENT_GENE:
        return read_gene(sweep, outcome, found, failure);
    default:
        if (node_is_flag(found))
            return MATTHEW_OK;
        return document_fail(&sweep->document, found, NULL, failure, "expected nothing behind `%s`, or `true`",
                             found->key);
    }
}

int outcome_is_by_strategy(const struct outcome *outcome) {
    return (outcome->source == SOURCE_REGISTER || outcome->source == SOURCE_FIRMS) &&
           statistic_table[outcome->statistic].argument == ARGUMENT_STRATEGY;
}

const char *outcome_argument(const struct outcome *outcome) {
    enum statistic_argument argument = statistic_table[outcome->statistic].argument;
    return argument == ARGUMENT_STRATEGY ? "strategy" : argument == ARGUMENT_GENE ? gene_names[outcome->gene] : "";
}
