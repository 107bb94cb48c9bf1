/* What the files of the scenario module share; for them alone. */
#ifndef MATTHEW_CORE_SCENARIO_INNER_H
#define MATTHEW_CORE_SCENARIO_INNER_H

#include "core/document.h"
#include "core/scenario.h"

/* Where a value was written (core/scenario_origin.c): a node of a document, or a setting from outside. Messages come
 * from here. */
struct origin {
    const struct document *document;
    const struct node *node;
    const char *option; /* "a=b", or what its caller calls it; null in a document */
    const char *text;   /* the option's value; null in a document */
    struct failure *failure;
};

/* Fails at the value, or at its key. `key` is what messages call it: null for the node's path. */
int origin_fail(const struct origin *origin, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int origin_fail_key(const struct origin *origin, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* At the value, for a cause that was found in it. */
int origin_fail_as(const struct origin *origin, const char *key, const struct failure *cause);

/* Whether there is a text. A number or a switch must not be in quotes (plain = 1). Where there is none, a range is put
 * into words for the failure alone. */
int origin_has_text(const struct origin *origin, int plain, const char **text);
int origin_fail_text(const struct origin *origin, const char *key, const char *expected, const char *range);
/* The text of a value; `expected` is for the message. */
int origin_text(const struct origin *origin, const char *expected, const char **text);
int origin_number(const struct origin *origin, const char *key, const struct number_rule *rule, double *value);

/* Rules of the numbers that are not in the table. */
extern const struct number_rule months_rule, firms_rule, seed_rule, schedule_rule, price_rule;

/* While one file, or one option, is applied to a scenario. */
struct application {
    struct scenario *scenario;
    const struct document *document;
    struct failure *failure;
    int line[PARAMETER_VALUES]; /* where a value was set in this file, 0 where not, to find repetitions */
    const struct node *members; /* the node that changed the families, or null */
    int shipped;                /* the file comes with the library */
    int sets_firms;             /* `set` of this document may name fields of named firms */
    int fresh[FAMILY_COUNT];    /* bits: members that are new and like no other, so that every value must be set */
};

/* members: {...} */
int scenario_apply_members(struct application *application, const struct node *node);
/* After set: every value of fresh members was given; after named firms: none of them is left without strategy or
 * region. */
int scenario_check_fresh(const struct application *application);
int scenario_check_orphans(const struct application *application);

/* A tree of values below a path ("" for all). Values go to the scenario's parameters, or, with a schedule month, to the
 * end of its changes, where room has been made. */
int scenario_apply_values(struct application *application, const struct node *node, const char *prefix, long month);

/* schedule: [...] */
int scenario_apply_schedule(struct application *application, const struct node *node);

/* What must hold for the schedule, its relations from a month on. */
int scenario_check_schedule(const struct scenario *scenario, long from, struct failure *failure);

/* acquire: {...} of an entry of the schedule, into the scenario's takeovers, where room has been made; and their order
 * by month. Takeovers of firms that the scenario no longer names are dropped. */
int scenario_apply_takeover(struct application *application, const struct node *node, long month);
void scenario_sort_takeovers(struct scenario *scenario);
int scenario_drop_takeovers(struct application *application);
/* What must hold for all of them. */
int scenario_check_takeovers(const struct scenario *scenario, struct failure *failure);

/* validates: [...] */
int scenario_apply_facts(struct application *application, const struct node *node);

/* named_firms: {...}, and one "NAME.FIELD" of it from an option. */
int scenario_apply_named(struct application *application, const struct node *node);
int scenario_assign_named(struct scenario *scenario, const struct origin *origin, const char *path);

/* warnings: [...], of a scenario that was written as text: it has been warned of, and its values are no news. */
int scenario_apply_warnings(struct application *application, const struct node *node);

/* Notes what a file drops, for warnings; of shipped files nothing. And a new firm whose name is like one of those that
 * were there before. */
int scenario_note(struct application *application, enum warning_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int scenario_note_similar(struct application *application, const char *name, size_t inherited);

/* YYYY-MM. */
int scenario_apply_date(struct scenario *scenario, const struct origin *origin);

#endif
