#include "core/scenario_inner.h"

#include "core/memory.h"
#include "core/names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A value inside a named firm: `cash`, `accounts.consumer`, `genes.speed`, `speed`, `strategy`. */
struct field_path {
    const char *first, *second; /* second: null when there is none */
};

static const struct named_field *find_field(const char *name) {
    for (size_t f = 0; f < named_field_count; f++)
        if (strcmp(named_field_table[f].name, name) == 0)
            return &named_field_table[f];
    return NULL;
}

static int find_gene(const char *name) {
    for (int gene = 0, count = scenario_gene_count(); gene < count; gene++)
        if (strcmp(scenario_gene(gene)->name, name) == 0)
            return gene;
    return -1;
}

static int has_members(const struct named_field *field) {
    return field != NULL && field->dimension != NAMED_IN_FIRM;
}

static int fail_field(const struct origin *origin, const char *name) {
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32];
    nearest_name_open(&search, name);
    nearest_name_offer(&search, "strategy");
    nearest_name_offer(&search, "region");
    nearest_name_offer(&search, "genes");
    nearest_name_offer(&search, "ally");
    for (size_t f = 0; f < named_field_count; f++)
        nearest_name_offer(&search, named_field_table[f].name);
    for (int gene = 0, count = scenario_gene_count(); gene < count; gene++)
        nearest_name_offer(&search, scenario_gene(gene)->name);
    return origin_fail_key(origin, NULL, "no such field or gene of a named firm%s",
                           nearest_name_hint(&search, hint, sizeof hint));
}

/* "no member `x` in customers (consumer, developer); did you mean ...?" */
static int fail_member(const struct origin *origin, const struct members *members, enum family family, const char *name,
                       int at_key) {
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32], shown[EXCERPT_SIZE], list[MEMBERS_MAX * (MEMBER_NAME_SIZE + 2)] = "";
    size_t used = 0;
    nearest_name_open(&search, name);
    for (int i = 0; i < members->count; i++) {
        nearest_name_offer(&search, members->name[i]);
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i == 0 ? "" : ", ", members->name[i]);
    }
    return (at_key ? origin_fail_key : origin_fail)(origin, NULL, "no member `%s` in %s (%s)%s",
                                                    text_excerpt(name, shown), family_table[family].path, list,
                                                    nearest_name_hint(&search, hint, sizeof hint));
}

static int assign_member(const struct scenario *scenario, const struct origin *origin, enum family family, int *place) {
    const char *text = "";
    int status = origin_text(origin, "a name", &text);
    if (status != MATTHEW_OK)
        return status;
    int found = member_find(&scenario->members[family], text);
    if (found < 0)
        return fail_member(origin, &scenario->members[family], family, text, 0);
    *place = found;
    return MATTHEW_OK;
}

/* The partner's name; whether there is such a firm shows when the scenario is complete. */
static int assign_ally(struct named_firm *firm, const struct origin *origin) {
    const char *text = "";
    char shown[EXCERPT_SIZE];
    int none = origin->option == NULL ? node_is_null(origin->node) && !node_is_empty(origin->node)
                                      : strcmp(origin->text, "~") == 0;
    int status = none ? MATTHEW_OK : origin_text(origin, "a name", &text);
    if (status != MATTHEW_OK)
        return status;
    if (strlen(text) >= sizeof firm->ally || strcmp(text, firm->name) == 0)
        return origin_fail(origin, NULL, "`%s` is no name of another firm", text_excerpt(text, shown));
    memset(firm->ally, 0, sizeof firm->ally);
    memcpy(firm->ally, text, strlen(text));
    return MATTHEW_OK;
}

static int assign_gene(struct named_firm *firm, const struct origin *origin, int gene) {
    const struct parameter_info *info = scenario_gene(gene);
    return origin_number(origin, NULL, &(struct number_rule){info->min, info->max, info->unit, 0}, &firm->gene[gene]);
}

static int assign_counts(const struct scenario *scenario, struct named_firm *firm, const struct origin *origin,
                         const struct named_field *field, const char *member) {
    enum family family = field->dimension == NAMED_IN_SEGMENT ? FAMILY_SEGMENT : FAMILY_TIER;
    const struct members *members = &scenario->members[family];
    char found[NODE_FOUND_SIZE];
    if (member == NULL && origin->option == NULL)
        return origin_fail(origin, NULL, "has one value per member of %s: expected a mapping, found %s",
                           family_table[family].path, node_found(origin->node, found));
    if (member == NULL)
        return origin_fail(origin, NULL, "has one value per member of %s: write %s.%s", family_table[family].path,
                           field->name, members->name[0]);
    int place = member_find(members, member);
    if (place < 0)
        return fail_member(origin, members, family, member, 1);
    return origin_number(origin, NULL, &(struct number_rule){field->min, field->max, field->unit, 1},
                         &named_field_values(firm, field)[place]);
}

/* Sets one value of a firm; *gene is the gene that it was, or -1. Failing, it changes nothing. */
static int assign(const struct scenario *scenario, struct named_firm *firm, const struct origin *origin,
                  struct field_path path, int *gene) {
    const struct named_field *field = find_field(path.first);
    *gene = -1;
    if (strcmp(path.first, "strategy") == 0 && path.second == NULL)
        return assign_member(scenario, origin, FAMILY_STRATEGY, &firm->strategy);
    if (strcmp(path.first, "region") == 0 && path.second == NULL)
        return assign_member(scenario, origin, FAMILY_REGION, &firm->region);
    if (strcmp(path.first, "ally") == 0 && path.second == NULL)
        return assign_ally(firm, origin);
    if (has_members(field))
        return assign_counts(scenario, firm, origin, field, path.second);
    if (field != NULL && path.second == NULL)
        return origin_number(origin, NULL, &(struct number_rule){field->min, field->max, field->unit, 0},
                             named_field_values(firm, field));
    if (strcmp(path.first, "genes") == 0 && path.second != NULL)
        *gene = find_gene(path.second);
    else if (path.second == NULL)
        *gene = find_gene(path.first);
    if (*gene < 0)
        return fail_field(origin, path.second != NULL ? path.second : path.first);
    return assign_gene(firm, origin, *gene);
}

static int apply_field(const struct application *application, struct named_firm *firm, const struct node *node,
                       struct field_path path, unsigned long *genes) {
    struct origin origin = {application->document, node, NULL, NULL, application->failure};
    int gene, status = assign(application->scenario, firm, &origin, path, &gene);
    if (status == MATTHEW_OK && gene >= 0 && *genes & 1UL << gene)
        return origin_fail_key(&origin, NULL, "the gene `%s` is given twice", scenario_gene(gene)->name);
    if (gene >= 0)
        *genes |= 1UL << gene;
    return status;
}

/* The fields of one firm's mapping. */
static int apply_firm(const struct application *application, struct named_firm *firm, const struct node *node) {
    unsigned long genes = 0; /* bits: genes given in this file */
    int status = node_mapping(application->document, node, application->failure);
    for (const struct node *child = node->first; child != NULL && status == MATTHEW_OK; child = child->next) {
        int nested = strcmp(child->key, "genes") == 0 || has_members(find_field(child->key));
        if (strcmp(child->key, "genes") == 0)
            status = node_mapping(application->document, child, application->failure);
        if (!nested || child->kind != NODE_MAPPING) {
            if (status == MATTHEW_OK)
                status = apply_field(application, firm, child, (struct field_path){child->key, NULL}, &genes);
            continue;
        }
        for (const struct node *inner = child->first; inner != NULL && status == MATTHEW_OK; inner = inner->next)
            status = apply_field(application, firm, inner, (struct field_path){child->key, inner->key}, &genes);
    }
    return status;
}

static void open_firm(const struct scenario *scenario, struct named_firm *firm, const char *name) {
    memset(firm, 0, sizeof *firm);
    memcpy(firm->name, name, strlen(name) + 1);
    firm->strategy = -1;
    for (size_t f = 0; f < named_field_count; f++) {
        const struct named_field *field = &named_field_table[f];
        int count = field->dimension == NAMED_IN_FIRM      ? 1
                    : field->dimension == NAMED_IN_SEGMENT ? scenario->members[FAMILY_SEGMENT].count
                                                           : scenario->members[FAMILY_TIER].count;
        for (int i = 0; i < count; i++)
            named_field_values(firm, field)[i] = field->default_value;
    }
    for (int gene = 0; gene < SCENARIO_GENES_MAX; gene++)
        firm->gene[gene] = (double)NAN;
}

static struct named_firm *find_firm(struct scenario *scenario, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(scenario->named[i].name, name) == 0)
            return &scenario->named[i];
    return NULL;
}

static int fail_firm(const struct scenario *scenario, const struct origin *origin, const char *name, const char *what) {
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32];
    nearest_name_open(&search, name);
    for (size_t i = 0; i < scenario->named_count; i++)
        nearest_name_offer(&search, scenario->named[i].name);
    return origin_fail_key(origin, NULL, "%s%s", what, nearest_name_hint(&search, hint, sizeof hint));
}

/* One entry: changes or removes one of the `inherited` firms, or adds one. A removed firm loses its name. */
static int apply_entry(struct application *application, const struct node *node, size_t inherited) {
    struct scenario *scenario = application->scenario;
    struct origin origin = {application->document, node, NULL, NULL, application->failure};
    const char *name = node->key;
    size_t length = strlen(name);
    if (length >= sizeof scenario->named->name || name[0] == ' ' || name[length - 1] == ' ')
        return origin_fail_key(&origin, NULL, "no name for a firm: at most %zu bytes, no space at the ends",
                               sizeof scenario->named->name - 1);
    struct named_firm *firm = find_firm(scenario, inherited, name);
    if (node_is_null(node) && !node_is_empty(node)) {
        if (firm == NULL)
            return fail_firm(scenario, &origin, name, "the base names no such firm that could be removed");
        firm->name[0] = '\0';
        for (size_t i = 0; i < scenario->named_count; i++) /* its ally stays alone */
            if (strcmp(scenario->named[i].ally, name) == 0)
                scenario->named[i].ally[0] = '\0';
        return MATTHEW_OK;
    }
    if (firm != NULL) {
        firm->given |= !application->shipped;
        return apply_firm(application, firm, node);
    }
    firm = &scenario->named[scenario->named_count++];
    open_firm(scenario, firm, name);
    firm->given = !application->shipped;
    int status = scenario_note_similar(application, name, inherited);
    if (status == MATTHEW_OK)
        status = apply_firm(application, firm, node);
    if (status == MATTHEW_OK && firm->strategy < 0)
        return origin_fail(&origin, NULL, "`strategy` is missing");
    return status;
}

int scenario_apply_named(struct application *application, const struct node *node) {
    struct scenario *scenario = application->scenario;
    size_t inherited = scenario->named_count, kept = 0;
    if (node_is_null(node)) {
        scenario->named_count = node_is_empty(node) ? inherited : 0;
        return scenario_drop_takeovers(application);
    }
    int status = node_mapping(application->document, node, application->failure);
    if (status != MATTHEW_OK)
        return status;
    struct named_firm *named = memory_grow(scenario->named, inherited, inherited + node->count, sizeof *named);
    if (named == NULL)
        return fail_memory(application->failure, "named firms");
    scenario->named = named;
    for (const struct node *child = node->first; child != NULL && status == MATTHEW_OK; child = child->next) {
        if (scenario->named_count >= SCENARIO_NAMED_MAX)
            return document_fail_key(application->document, child, NULL, application->failure,
                                     "more than %d named firms", SCENARIO_NAMED_MAX);
        status = apply_entry(application, child, inherited);
    }
    for (size_t i = 0; i < scenario->named_count; i++)
        if (named[i].name[0] != '\0')
            named[kept++] = named[i];
    scenario->named_count = kept;
    return status == MATTHEW_OK ? scenario_drop_takeovers(application) : status;
}

/* NAME.FIELD or NAME.FIELD.MEMBER; a firm's name may hold dots, so the longest name that fits counts. */
int scenario_assign_named(struct scenario *scenario, const struct origin *origin, const char *path) {
    struct named_firm *firm = NULL;
    char first[NAME_SIZE_MAX];
    size_t longest = 0;
    for (size_t i = 0; i < scenario->named_count; i++) {
        size_t length = strlen(scenario->named[i].name);
        if (length > longest && strncmp(path, scenario->named[i].name, length) == 0 && path[length] == '.') {
            firm = &scenario->named[i];
            longest = length;
        }
    }
    if (firm == NULL) {
        snprintf(first, sizeof first, "%.*s", (int)strcspn(path, "."), path);
        return fail_firm(scenario, origin, first, "no such named firm");
    }
    const char *rest = path + longest + 1, *dot = strchr(rest, '.');
    int gene;
    firm->given = 1;
    if (dot == NULL)
        return assign(scenario, firm, origin, (struct field_path){rest, NULL}, &gene);
    snprintf(first, sizeof first, "%.*s", (int)(dot - rest), rest);
    return assign(scenario, firm, origin, (struct field_path){first, dot + 1}, &gene);
}

/* ---- places of numbers ---- */

static int find_number(const struct scenario *scenario, const char *first, const char *second,
                       struct named_value *found, struct failure *failure) {
    const struct named_field *field = find_field(first);
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32];
    int gene = field != NULL ? -1 : find_gene(second != NULL && strcmp(first, "genes") == 0 ? second : first),
        member = 0;
    if (gene >= 0 && (second == NULL || strcmp(first, "genes") == 0)) {
        const struct parameter_info *info = scenario_gene(gene);
        found->offset = offsetof(struct named_firm, gene) + (size_t)gene * sizeof(double);
        found->min = info->min;
        found->max = info->max;
        found->name = info->name;
        found->unit = info->unit;
        found->description = info->description;
        return MATTHEW_OK;
    }
    if (has_members(field)) {
        const struct members *members =
            &scenario->members[field->dimension == NAMED_IN_SEGMENT ? FAMILY_SEGMENT : FAMILY_TIER];
        member = second == NULL ? -1 : member_find(members, second);
        if (member < 0)
            return fail(failure, MATTHEW_BAD_SCENARIO, "has one value per member: write %s.%s", first,
                        members->name[0]);
    } else if (field == NULL || second != NULL) {
        nearest_name_open(&search, second != NULL ? second : first);
        for (size_t f = 0; f < named_field_count; f++)
            nearest_name_offer(&search, named_field_table[f].name);
        for (int i = 0, count = scenario_gene_count(); i < count; i++)
            nearest_name_offer(&search, scenario_gene(i)->name);
        return fail(failure, MATTHEW_BAD_SCENARIO, "no such number of a named firm%s",
                    nearest_name_hint(&search, hint, sizeof hint));
    }
    found->offset = field->offset + (size_t)member * sizeof(double);
    found->min = field->min;
    found->max = field->max;
    found->name = field->name;
    found->unit = field->unit;
    found->description = field->description;
    return MATTHEW_OK;
}

int scenario_named_find(const struct scenario *scenario, const char *path, struct named_value *found,
                        struct failure *failure) {
    struct nearest_name search;
    char first[NAME_SIZE_MAX], hint[NAME_SIZE_MAX + 32];
    size_t longest = 0;
    for (size_t i = 0; i < scenario->named_count; i++) {
        size_t length = strlen(scenario->named[i].name);
        if (length > longest && strncmp(path, scenario->named[i].name, length) == 0 && path[length] == '.') {
            found->firm = i;
            longest = length;
        }
    }
    if (longest == 0) {
        snprintf(first, sizeof first, "%.*s", (int)strcspn(path, "."), path);
        nearest_name_open(&search, first);
        for (size_t i = 0; i < scenario->named_count; i++)
            nearest_name_offer(&search, scenario->named[i].name);
        return fail(failure, MATTHEW_BAD_SCENARIO, "no such named firm%s",
                    nearest_name_hint(&search, hint, sizeof hint));
    }
    const char *rest = path + longest + 1, *dot = strchr(rest, '.');
    snprintf(first, sizeof first, "%.*s", (int)strcspn(rest, "."), rest);
    return find_number(scenario, first, dot == NULL ? NULL : dot + 1, found, failure);
}
