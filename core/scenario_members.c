#include "core/scenario_inner.h"

#include "core/names.h"
#include "core/number.h"

#include <stdio.h>
#include <string.h>

/* What a family looked like before this file, what it becomes, and how the two are related. */
struct regrouping {
    enum family family;
    struct members before, after;
    int source[MEMBERS_MAX]; /* of each new member: its place before; or BUILTIN + its place in the table; or FRESH */
    int successor[MEMBERS_MAX]; /* of each old member: its place after, or -1 */
};
enum { FRESH = -1, BUILTIN = MEMBERS_MAX };

/* One item of the list: NAME, or NAME: {like: NAME}. */
struct item {
    const struct node *node; /* where messages point */
    const char *name, *like; /* like: null when not given */
};

static int read_item(const struct application *application, const struct node *node, struct item *item) {
    const struct document *document = application->document;
    struct failure *failure = application->failure;
    char found[NODE_FOUND_SIZE];
    *item = (struct item){node, node->text, NULL};
    if (node->kind == NODE_SCALAR)
        return MATTHEW_OK;
    const struct node *pair = node->first;
    if (node->kind != NODE_MAPPING || node->count != 1)
        return document_fail(document, node, NULL, failure, "expected a name or `NAME: {like: NAME}`, found %s",
                             node_found(node, found));
    item->node = pair;
    item->name = pair->key;
    if (pair->kind != NODE_MAPPING || pair->count != 1 || strcmp(pair->first->key, "like") != 0)
        return document_fail(document, pair, NULL, failure, "expected `NAME: {like: NAME}`");
    return node_text(document, pair->first, &item->like, failure);
}

/* Letters, digits, _ and -; begins with a letter; short enough; no scalar of the group is called like it. */
static int check_name(const struct application *application, const struct item *item, const char *group) {
    const char *name = item->name;
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", more[] = "0123456789_-";
    size_t length = strspn(name, letters);
    if (length > 0)
        while (name[length] != '\0' && (strchr(letters, name[length]) != NULL || strchr(more, name[length]) != NULL))
            length++;
    char shown[EXCERPT_SIZE];
    if (length == 0 || name[length] != '\0' || length >= MEMBER_NAME_SIZE)
        return document_fail_key(application->document, item->node, NULL, application->failure,
                                 "`%s` is no name for a member: a letter, then letters, digits, _ or -, at most %d",
                                 text_excerpt(name, shown), MEMBER_NAME_SIZE - 1);
    const struct parameter_info *scalar = parameter_find(group, name);
    if (scalar != NULL && scalar->family == FAMILY_NONE)
        return document_fail_key(application->document, item->node, NULL, application->failure,
                                 "`%s` is no name for a member: a parameter of %s is called so", name, group);
    return MATTHEW_OK;
}

/* The place of a name among the members before or the built-in ones, as in regrouping.source; FRESH when it is none. */
static int find_source(const struct regrouping *regrouping, const char *name) {
    const struct family_info *info = &family_table[regrouping->family];
    int place = member_find(&regrouping->before, name);
    if (place >= 0)
        return place;
    for (int i = 0; i < info->builtin_count; i++)
        if (strcmp(info->builtin[i], name) == 0)
            return BUILTIN + i;
    return FRESH;
}

static int fail_like(const struct application *application, const struct item *item,
                     const struct regrouping *regrouping) {
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32], shown[EXCERPT_SIZE];
    const struct family_info *info = &family_table[regrouping->family];
    nearest_name_open(&search, item->like);
    for (int i = 0; i < regrouping->before.count; i++)
        nearest_name_offer(&search, regrouping->before.name[i]);
    for (int i = 0; i < info->builtin_count; i++)
        nearest_name_offer(&search, info->builtin[i]);
    return document_fail(application->document, item->node->first, NULL, application->failure, "no member `%s` in %s%s",
                         text_excerpt(item->like, shown), info->path, nearest_name_hint(&search, hint, sizeof hint));
}

static int add_member(struct application *application, const struct node *node, struct regrouping *regrouping,
                      const char *like[MEMBERS_MAX]) {
    struct item item;
    int place = regrouping->after.count;
    int status = read_item(application, node, &item);
    if (status == MATTHEW_OK)
        status = check_name(application, &item, family_table[regrouping->family].path);
    if (status != MATTHEW_OK)
        return status;
    if (member_find(&regrouping->after, item.name) >= 0)
        return document_fail_key(application->document, item.node, NULL, application->failure, "`%s` is listed twice",
                                 item.name);
    regrouping->source[place] = find_source(regrouping, item.like != NULL ? item.like : item.name);
    if (item.like != NULL && regrouping->source[place] == FRESH)
        return fail_like(application, &item, regrouping);
    if (regrouping->source[place] == FRESH)
        application->fresh[regrouping->family] |= 1 << place;
    snprintf(regrouping->after.name[place], MEMBER_NAME_SIZE, "%s", item.name);
    like[place] = item.like;
    regrouping->after.count++;
    return MATTHEW_OK;
}

/* Who continues an old member: the one of its name, else the first new name that is like it. */
static void find_successors(struct regrouping *regrouping, const char *const like[MEMBERS_MAX]) {
    for (int old = 0; old < regrouping->before.count; old++) {
        const char *name = regrouping->before.name[old];
        int successor = member_find(&regrouping->after, name);
        for (int i = 0; i < regrouping->after.count && successor < 0; i++)
            if (like[i] != NULL && strcmp(like[i], name) == 0 &&
                member_find(&regrouping->before, regrouping->after.name[i]) < 0)
                successor = i;
        regrouping->successor[old] = successor;
    }
}

static void move_parameters(struct scenario *scenario, const struct regrouping *regrouping) {
    double *all = parameter_values(&scenario->parameters);
    for (size_t p = 0; p < parameter_count; p++) {
        const struct parameter_info *info = &parameter_table[p];
        if (info->family != regrouping->family)
            continue;
        double before[MEMBERS_MAX], *value = all + info->index;
        unsigned char given[MEMBERS_MAX], *is_given = scenario->given + info->index;
        memcpy(before, value, sizeof before);
        memcpy(given, is_given, sizeof given);
        for (int i = 0; i < MEMBERS_MAX; i++) {
            int source = i < regrouping->after.count ? regrouping->source[i] : FRESH;
            value[i] = source == FRESH ? 0 : source >= BUILTIN ? info->default_value[source - BUILTIN] : before[source];
            is_given[i] = source >= 0 && source < BUILTIN && given[source];
        }
    }
}

/* The counts per member of a named firm, its strategy and its region; -1 where that one is gone. */
static void move_named(struct named_firm *firm, const struct regrouping *regrouping) {
    enum named_dimension dimension = regrouping->family == FAMILY_SEGMENT ? NAMED_IN_SEGMENT : NAMED_IN_TIER;
    if (regrouping->family == FAMILY_STRATEGY && firm->strategy >= 0)
        firm->strategy = regrouping->successor[firm->strategy];
    if (regrouping->family == FAMILY_REGION && firm->region >= 0)
        firm->region = regrouping->successor[firm->region];
    if (regrouping->family != FAMILY_SEGMENT && regrouping->family != FAMILY_TIER)
        return;
    for (size_t f = 0; f < named_field_count; f++) {
        if (named_field_table[f].dimension != dimension)
            continue;
        double before[MEMBERS_MAX], *value = named_field_values(firm, &named_field_table[f]);
        memcpy(before, value, sizeof before);
        for (int i = 0; i < MEMBERS_MAX; i++)
            value[i] = i < regrouping->after.count ? named_field_table[f].default_value : 0;
        for (int old = 0; old < regrouping->before.count; old++)
            if (regrouping->successor[old] >= 0)
                value[regrouping->successor[old]] = before[old];
    }
}

/* Scheduled changes of members that are gone go with them. */
static void move_changes(struct scenario *scenario, const struct regrouping *regrouping) {
    size_t kept = 0;
    for (size_t i = 0; i < scenario->change_count; i++) {
        struct change change = scenario->changes[i];
        struct parameter_slot slot = parameter_slot_of(change.index);
        if (slot.info->family == regrouping->family) {
            int successor = regrouping->successor[slot.member];
            if (successor < 0)
                continue;
            change.index = slot.info->index + (size_t)successor;
        }
        scenario->changes[kept++] = change;
    }
    scenario->change_count = kept;
}

/* What named firms had in a member that is gone. */
static int note_dropped(struct application *application, const struct regrouping *regrouping, int old) {
    const struct scenario *scenario = application->scenario;
    int segments = regrouping->family == FAMILY_SEGMENT;
    double lost = 0.0;
    char number[NUMBER_SIZE];
    if (!segments && regrouping->family != FAMILY_TIER)
        return MATTHEW_OK;
    for (size_t i = 0; i < scenario->named_count; i++)
        lost += segments ? scenario->named[i].accounts[old] : scenario->named[i].staff[old];
    if (lost == 0.0)
        return MATTHEW_OK;
    return scenario_note(application, WARNING_dropped_members,
                         "members.%s: without `%s` the named firms have %s %s less",
                         family_table[regrouping->family].path, regrouping->before.name[old],
                         number_print(lost, number), segments ? "accounts" : "staff");
}

static int apply_family(struct application *application, const struct node *list, enum family family) {
    struct scenario *scenario = application->scenario;
    struct regrouping regrouping = {.family = family, .before = scenario->members[family]};
    const char *like[MEMBERS_MAX] = {NULL};
    int status = node_sequence(application->document, list, application->failure);
    if (status != MATTHEW_OK)
        return status;
    if (list->count < 1 || list->count > MEMBERS_MAX)
        return document_fail(application->document, list, NULL, application->failure,
                             "expected a list of 1 to %d members, found %zu", MEMBERS_MAX, list->count);
    for (const struct node *child = list->first; child != NULL && status == MATTHEW_OK; child = child->next)
        status = add_member(application, child, &regrouping, like);
    if (status != MATTHEW_OK)
        return status;
    find_successors(&regrouping, like);
    move_parameters(scenario, &regrouping);
    for (int old = 0; old < regrouping.before.count && status == MATTHEW_OK; old++)
        if (regrouping.successor[old] < 0)
            status = note_dropped(application, &regrouping, old);
    for (size_t i = 0; i < scenario->named_count; i++)
        move_named(&scenario->named[i], &regrouping);
    move_changes(scenario, &regrouping);
    scenario->members[family] = regrouping.after;
    return status;
}

int scenario_apply_members(struct application *application, const struct node *node) {
    int status = node_mapping(application->document, node, application->failure);
    application->members = node;
    for (const struct node *child = node->first; child != NULL && status == MATTHEW_OK; child = child->next) {
        struct nearest_name search;
        char hint[NAME_SIZE_MAX + 32];
        int family = 0;
        nearest_name_open(&search, child->key);
        for (; family < FAMILY_COUNT && strcmp(family_table[family].path, child->key) != 0; family++)
            nearest_name_offer(&search, family_table[family].path);
        if (family == FAMILY_COUNT)
            return document_fail_key(application->document, child, NULL, application->failure, "no such family%s",
                                     nearest_name_hint(&search, hint, sizeof hint));
        status = apply_family(application, child, (enum family)family);
    }
    return status;
}

/* The item of the list that a member of this file comes from. */
static const struct node *item_of(const struct application *application, int family, int place) {
    const struct node *item = node_child(application->members, family_table[family].path)->first;
    while (place-- > 0)
        item = item->next;
    return item;
}

int scenario_check_fresh(const struct application *application) {
    const struct members *members = application->scenario->members;
    for (size_t p = 0; p < parameter_count; p++) {
        const struct parameter_info *info = &parameter_table[p];
        for (int i = 0; info->family != FAMILY_NONE && i < members[info->family].count; i++) {
            if (!(application->fresh[info->family] & 1 << i) || application->line[info->index + (size_t)i] != 0)
                continue;
            char path[PARAMETER_PATH_SIZE], hint[NAME_SIZE_MAX + 32];
            const char *name = members[info->family].name[i];
            struct nearest_name search;
            nearest_name_open(&search, name);
            for (int b = 0; b < family_table[info->family].builtin_count; b++)
                nearest_name_offer(&search, family_table[info->family].builtin[b]);
            parameter_path(members, (struct parameter_slot){info, i}, path);
            return document_fail(
                application->document, item_of(application, (int)info->family, i), NULL, application->failure,
                "the new member `%s` needs `{like: NAME}`, or all of its values, and `%s` is not set%s", name, path,
                nearest_name_hint(&search, hint, sizeof hint));
        }
    }
    return MATTHEW_OK;
}

int scenario_check_orphans(const struct application *application) {
    const struct scenario *scenario = application->scenario;
    for (size_t i = 0; i < scenario->named_count; i++) {
        const struct named_firm *firm = &scenario->named[i];
        if (firm->strategy >= 0 && firm->region >= 0)
            continue;
        int family = firm->strategy < 0 ? FAMILY_STRATEGY : FAMILY_REGION;
        return document_fail(application->document, node_child(application->members, family_table[family].path), NULL,
                             application->failure,
                             "the list drops the %s of the named firm `%s`: give it another, or remove it with `%s: ~`",
                             family_table[family].dimension, firm->name, firm->name);
    }
    return MATTHEW_OK;
}
