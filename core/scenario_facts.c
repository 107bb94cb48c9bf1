#include "core/scenario_inner.h"

#include "core/names.h"

#include <string.h>

static int fail_name(const struct application *application, const struct node *node, const char *name) {
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32], shown[EXCERPT_SIZE];
    nearest_name_open(&search, name);
    for (int i = 0; i < FACT_COUNT; i++)
        nearest_name_offer(&search, fact_table[i].name);
    return document_fail(application->document, node, NULL, application->failure, "no fact is called `%s`%s",
                         text_excerpt(name, shown), nearest_name_hint(&search, hint, sizeof hint));
}

int scenario_apply_facts(struct application *application, const struct node *node) {
    unsigned char *validates = application->scenario->validates;
    memset(validates, 0, FACT_COUNT);
    if (node_is_null(node))
        return MATTHEW_OK;
    int status = node_sequence(application->document, node, application->failure);
    for (const struct node *item = node->first; item != NULL && status == MATTHEW_OK; item = item->next) {
        const char *name = "";
        status = node_text(application->document, item, &name, application->failure);
        if (status != MATTHEW_OK)
            return status;
        int fact = fact_find(name);
        if (fact < 0)
            return fail_name(application, item, name);
        if (validates[fact])
            return document_fail(application->document, item, NULL, application->failure, "`%s` is listed twice", name);
        validates[fact] = 1;
    }
    return status;
}
