#include "core/scenario.h"

#include "core/memory.h"
#include "core/names.h"
#include "core/scenario_inner.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_PATH_SIZE = 4096 };
_Static_assert((int)SCENARIO_BYTES_MAX == (int)DOCUMENT_BYTES_MAX && (int)SCENARIO_DEPTH_MAX == (int)DOCUMENT_DEPTH_MAX,
               "what scenario.h promises is what the reader of documents enforces");

/* One of the scenarios that are being loaded: the one asked for, its base, the base of that one, ... */
struct link {
    const struct link *child;               /* whose base this is; null for the first */
    const struct shipped_scenario *shipped; /* or null */
    const char *path;                       /* of a file, or null */
    const char *name, *text;                /* of a text that is neither */
    const struct document *document;
};

static const char *const top_keys[] = {"base",        "title",    "start_date", "months",  "firms",
                                       "entry_firms", "seed",     "members",    "set",     "strategies",
                                       "named_firms", "schedule", "validates",  "warnings"};

static int load_link(struct scenario *scenario, struct link *link, struct failure *failure);

static int ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static int is_yaml_file_name(const char *name) {
    return ends_with(name, ".yaml") || ends_with(name, ".yml");
}

static const struct shipped_scenario *find_shipped(const char *name) {
    for (size_t i = 0; i < shipped_scenario_count; i++)
        if (strcmp(shipped_scenarios[i].name, name) == 0)
            return &shipped_scenarios[i];
    return NULL;
}

/* A name is a shipped scenario's or a file's. Fills link->shipped or link->path; fails for what can be neither. */
static int resolve(struct link *link, const char *name, struct failure *failure) {
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32], shown[EXCERPT_SIZE];
    struct stat about;
    link->shipped = is_yaml_file_name(name) ? NULL : find_shipped(name);
    link->path = link->shipped == NULL ? name : NULL;
    if (link->shipped != NULL || is_yaml_file_name(name) || strchr(name, '/') != NULL)
        return MATTHEW_OK;
    nearest_name_open(&search, name);
    for (size_t i = 0; i < shipped_scenario_count; i++)
        nearest_name_offer(&search, shipped_scenarios[i].name);
    nearest_name_hint(&search, hint, sizeof hint);
    text_excerpt(name, shown);
    if (search.best[0] == '\0' && stat(name, &about) == 0)
        return fail(failure, MATTHEW_NOT_FOUND, "no scenario is called `%s`; for the file of that name write ./%s",
                    shown, shown);
    return fail(failure, MATTHEW_NOT_FOUND, "no scenario is called `%s`%s%s", shown, hint,
                search.best[0] != '\0' ? "" : " (a file ends in .yaml or has a / in its path)");
}

static int same_file(const char *first, const char *second) {
    struct stat a, b;
    return stat(first, &a) == 0 && stat(second, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* 1 when a link is one of those that lead to it. */
static int is_circle(const struct link *link) {
    for (const struct link *other = link->child; other != NULL; other = other->child)
        if ((link->shipped != NULL && other->shipped == link->shipped) ||
            (link->path != NULL && other->path != NULL && same_file(link->path, other->path)))
            return 1;
    return 0;
}

/* base: NAME. Loads it into the scenario. */
static int load_base(struct scenario *scenario, const struct link *link, const struct node *node,
                     struct failure *failure) {
    char path[FILE_PATH_SIZE];
    const char *name = "", *folder_end = link->path == NULL ? NULL : strrchr(link->path, '/');
    struct failure inner;
    struct link base = {.child = link};
    int depth = 0, status = node_text(link->document, node, &name, failure);
    if (status != MATTHEW_OK)
        return status;
    if (resolve(&base, name, &inner) != MATTHEW_OK) {
        document_fail(link->document, node, NULL, failure, "%s", inner.text);
        return failure->status = inner.status;
    }
    if (base.path != NULL && link->path == NULL)
        return document_fail(link->document, node, NULL, failure,
                             "only a scenario that comes with the library can be the base here");
    if (base.path != NULL && folder_end != NULL && name[0] != '/') {
        while (strncmp(name, "./", 2) == 0)
            name += 2;
        int length = snprintf(path, sizeof path, "%.*s%s", (int)(folder_end + 1 - link->path), link->path, name);
        if (length < 0 || (size_t)length >= sizeof path)
            return document_fail(link->document, node, NULL, failure, "the path is too long");
        base.path = path;
    }
    for (const struct link *other = link; other != NULL; other = other->child)
        depth++;
    if (is_circle(&base))
        return document_fail(link->document, node, NULL, failure, "the bases go in a circle");
    if (depth > SCENARIO_BASES_MAX)
        return document_fail(link->document, node, NULL, failure, "more than %d bases of bases", SCENARIO_BASES_MAX);
    struct stat about;
    if (base.path != NULL && stat(base.path, &about) != 0) {
        document_fail(link->document, node, NULL, failure, "there is no file %s", base.path);
        return failure->status = MATTHEW_NOT_FOUND;
    }
    return load_link(scenario, &base, failure);
}

static int check_keys(const struct document *document, struct failure *failure) {
    size_t count = sizeof top_keys / sizeof *top_keys;
    char hint[NAME_SIZE_MAX + 32];
    for (const struct node *child = document->root->first; child != NULL; child = child->next) {
        struct nearest_name search;
        size_t i = 0;
        nearest_name_open(&search, child->key);
        for (; i < count && strcmp(top_keys[i], child->key) != 0; i++)
            nearest_name_offer(&search, top_keys[i]);
        if (i < count)
            continue;
        for (size_t p = 0; p < parameter_count; p++) {
            size_t length = strlen(parameter_table[p].group);
            if (strncmp(parameter_table[p].group, child->key, length) == 0 && strchr(".", child->key[length]) != NULL)
                return document_fail_key(document, child, NULL, failure, "no such key; parameters go under `set`");
        }
        return document_fail_key(document, child, NULL, failure, "no such key%s",
                                 nearest_name_hint(&search, hint, sizeof hint));
    }
    return MATTHEW_OK;
}

/* A whole number at the top; absent, *value stays. */
static int apply_whole(const struct application *application, const char *key, const struct number_rule *rule,
                       double *value) {
    const struct node *node = node_child(application->document->root, key);
    return node == NULL ? MATTHEW_OK : node_number(application->document, node, rule, value, application->failure);
}

static int apply_numbers(const struct application *application) {
    struct scenario *scenario = application->scenario;
    const struct node *root = application->document->root;
    double months = (double)scenario->months, firms = (double)scenario->firms, seed = (double)scenario->seed;
    double entry = (double)scenario->entry_firms;
    int status = apply_whole(application, "months", &months_rule, &months);
    if (status == MATTHEW_OK)
        status = apply_whole(application, "firms", &firms_rule, &firms);
    if (node_child(root, "firms") != NULL)
        entry = firms;
    if (status == MATTHEW_OK)
        status = apply_whole(application, "entry_firms", &firms_rule, &entry);
    if (status == MATTHEW_OK)
        status = apply_whole(application, "seed", &seed_rule, &seed);
    if (status != MATTHEW_OK)
        return status;
    scenario->months = (long)months;
    scenario->firms = (long)firms;
    scenario->entry_firms = (long)entry;
    scenario->entry_scale = firms / entry;
    scenario->seed = (uint64_t)seed;
    return MATTHEW_OK;
}

static int apply_title(const struct application *application, const struct node *node) {
    const char *text = "";
    int status = node_is_null(node) ? MATTHEW_OK : node_text(application->document, node, &text, application->failure);
    if (status != MATTHEW_OK)
        return status;
    char *title = memory_string(text);
    if (title == NULL)
        return fail_memory(application->failure, "a title");
    memory_free(application->scenario->title);
    application->scenario->title = title;
    return MATTHEW_OK;
}

static int apply_head(struct application *application) {
    const struct node *root = application->document->root, *node;
    int status = apply_numbers(application);
    if (status == MATTHEW_OK && (node = node_child(root, "title")) != NULL)
        status = apply_title(application, node);
    if (status == MATTHEW_OK && (node = node_child(root, "start_date")) != NULL) {
        struct origin origin = {application->document, node, NULL, NULL, application->failure};
        status = scenario_apply_date(application->scenario, &origin);
    }
    return status;
}

/* What a file says, over what its base said. Families come first, since paths depend on them. */
static int apply_document(struct application *application) {
    const struct node *root = application->document->root, *node;
    const struct scenario *scenario = application->scenario;
    int status = apply_head(application);
    if (status == MATTHEW_OK && (node = node_child(root, "warnings")) != NULL)
        status = scenario_apply_warnings(application, node);
    if (status == MATTHEW_OK && (node = node_child(root, "members")) != NULL)
        status = scenario_apply_members(application, node);
    if (status == MATTHEW_OK && (node = node_child(root, "set")) != NULL && !node_is_null(node))
        status = scenario_apply_values(application, node, "", 0);
    if (status == MATTHEW_OK && (node = node_child(root, "strategies")) != NULL && !node_is_null(node))
        status = scenario_apply_values(application, node, "strategies", 0);
    if (status == MATTHEW_OK)
        status = scenario_check_fresh(application);
    if (status == MATTHEW_OK && (node = node_child(root, "named_firms")) != NULL)
        status = scenario_apply_named(application, node);
    if (status == MATTHEW_OK)
        status = scenario_check_orphans(application);
    if (status == MATTHEW_OK && (node = node_child(root, "schedule")) != NULL)
        status = scenario_apply_schedule(application, node);
    if (status == MATTHEW_OK && (node = node_child(root, "validates")) != NULL)
        status = scenario_apply_facts(application, node);
    if (status == MATTHEW_OK && scenario->named_count > (size_t)scenario->firms) {
        node = node_child(root, "firms");
        return document_fail(application->document, node == NULL ? root : node, NULL, application->failure,
                             "%ld firms, but %zu are named", scenario->firms, scenario->named_count);
    }
    return status;
}

static int load_document(struct scenario *scenario, const struct link *link, struct failure *failure) {
    struct application application = {
        .scenario = scenario, .document = link->document, .shipped = link->shipped != NULL, .failure = failure};
    int status = node_mapping(link->document, link->document->root, failure);
    if (status == MATTHEW_OK)
        status = check_keys(link->document, failure);
    if (status != MATTHEW_OK)
        return status;
    const struct node *base = node_child(link->document->root, "base");
    if (base != NULL)
        status = load_base(scenario, link, base, failure);
    return status == MATTHEW_OK ? apply_document(&application) : status;
}

static int load_link(struct scenario *scenario, struct link *link, struct failure *failure) {
    struct document document;
    int status;
    if (link->shipped != NULL)
        status = document_read_text(&document, link->shipped->name, link->shipped->text, strlen(link->shipped->text),
                                    failure);
    else if (link->text != NULL)
        status = document_read_text(&document, link->name, link->text, strlen(link->text), failure);
    else
        status = document_read_file(&document, link->path, failure);
    link->document = &document;
    if (status == MATTHEW_OK)
        status = load_document(scenario, link, failure);
    link->document = NULL;
    document_free(&document);
    return status;
}

/* The shipped name, or the file's name without folder and ending. */
static void keep_name(struct scenario *scenario, const struct link *link) {
    const char *name = link->shipped != NULL ? link->shipped->name : link->path != NULL ? link->path : link->name;
    const char *slash = link->shipped == NULL ? strrchr(name, '/') : NULL;
    snprintf(scenario->name, sizeof scenario->name, "%s", slash == NULL ? name : slash + 1);
    if (link->path != NULL && is_yaml_file_name(scenario->name))
        *strrchr(scenario->name, '.') = '\0';
}

static int load(struct scenario *scenario, struct link *link, struct failure *failure) {
    struct failure unseen;
    failure = failure == NULL ? &unseen : failure;
    scenario_builtin(scenario);
    int status = load_link(scenario, link, failure);
    if (status == MATTHEW_OK && scenario->title == NULL) {
        scenario->title = memory_string("");
        if (scenario->title == NULL)
            status = fail_memory(failure, "a title");
    }
    if (status != MATTHEW_OK)
        scenario_free(scenario);
    else
        keep_name(scenario, link);
    return status;
}

int scenario_load(struct scenario *scenario, const char *name_or_path, struct failure *failure) {
    struct link link = {0};
    int status = resolve(&link, name_or_path, failure);
    if (status == MATTHEW_OK)
        return load(scenario, &link, failure);
    memset(scenario, 0, sizeof *scenario);
    return status;
}

int scenario_load_text(struct scenario *scenario, const char *name, const char *text, struct failure *failure) {
    struct link link = {.name = name, .text = text};
    return load(scenario, &link, failure);
}

/* ---- documents of another kind ---- */

/* The name of the base, without folder and ending. */
static void keep_base_name(struct scenario *scenario, const char *name) {
    const struct link link = {.shipped = is_yaml_file_name(name) ? NULL : find_shipped(name), .path = name};
    keep_name(scenario, &link);
}

static int apply_numbers_over(struct scenario *scenario, const struct application *application) {
    const struct node *root = application->document->root;
    double months = (double)scenario->months, firms = (double)scenario->firms, seed = (double)scenario->seed;
    struct failure inner;
    int status = apply_whole(application, "months", &months_rule, &months);
    if (status == MATTHEW_OK)
        status = apply_whole(application, "firms", &firms_rule, &firms);
    if (status == MATTHEW_OK)
        status = apply_whole(application, "seed", &seed_rule, &seed);
    if (status != MATTHEW_OK)
        return status;
    scenario->months = (long)months;
    scenario->seed = (uint64_t)seed;
    const struct node *node = node_child(root, "firms");
    if (node != NULL && firms < (double)scenario->named_count)
        return document_fail(application->document, node, NULL, application->failure,
                             "%ld firms, but the scenario names %zu", (long)firms, scenario->named_count);
    return node == NULL ? MATTHEW_OK : scenario_set_firms(scenario, (long)firms, &inner);
}

static int load_over(struct scenario *scenario, struct link *link, struct failure *failure) {
    struct application application = {
        .scenario = scenario, .document = link->document, .failure = failure, .sets_firms = 1};
    const struct node *root = link->document->root, *node = node_child(root, "base");
    struct failure inner;
    int status = node == NULL ? MATTHEW_OK : load_base(scenario, link, node, failure);
    if (status == MATTHEW_OK && node != NULL)
        keep_base_name(scenario, node->text);
    if (status == MATTHEW_OK && scenario->title == NULL && (scenario->title = memory_string("")) == NULL)
        status = fail_memory(failure, "a title");
    if (status == MATTHEW_OK)
        status = apply_numbers_over(scenario, &application);
    if (status == MATTHEW_OK && (node = node_child(root, "set")) != NULL && !node_is_null(node))
        status = scenario_apply_values(&application, node, "", 0);
    if (status == MATTHEW_OK && scenario_check(scenario, &inner) != MATTHEW_OK) {
        document_fail(link->document, node != NULL ? node : root, NULL, failure, "%s", inner.text);
        status = failure->status = inner.status;
    }
    return status;
}

int scenario_load_document(struct scenario *scenario, const struct document *document, const char *path,
                           struct failure *failure) {
    struct link link = {.path = path, .document = document};
    struct failure unseen;
    scenario_builtin(scenario);
    int status = load_over(scenario, &link, failure == NULL ? &unseen : failure);
    if (status != MATTHEW_OK)
        scenario_free(scenario);
    return status;
}
