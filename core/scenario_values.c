#include "core/scenario_inner.h"

#include "core/memory.h"
#include "core/names.h"

#include <stdio.h>
#include <string.h>

/* ---- parameters ---- */

/* The value written for a parameter, parsed and checked. */
static int read_value(const struct origin *origin, const char *path, const struct parameter_info *info, double *value) {
    struct failure inner;
    char range[PARAMETER_RANGE_SIZE];
    const char *text = "";
    int real = info->kind == KIND_REAL;
    if (!origin_has_text(origin, real, &text)) {
        parameter_range(info, range);
        return origin_fail_text(origin, path, real ? "a number" : range, real ? range : "");
    }
    if (parameter_parse(info, text, value, &inner) != MATTHEW_OK)
        return origin_fail_as(origin, path, &inner);
    return MATTHEW_OK;
}

static int fail_unknown(const struct scenario *scenario, const struct origin *origin, const char *path) {
    char text[500], found[NODE_FOUND_SIZE];
    if (origin->option == NULL && parameter_is_group(scenario->members, path))
        return origin_fail(origin, path, "expected a mapping of parameters, found %s", node_found(origin->node, found));
    if (origin->option == NULL && strncmp(path, "firms.", 6) == 0)
        return origin_fail_key(origin, path, "no such parameter; named firms are changed under `named_firms`");
    if (origin->option != NULL && strncmp(path, "named_firms.", 12) == 0)
        return origin_fail_key(origin, path, "no such parameter; a named firm's are called firms.NAME.FIELD");
    return origin_fail_key(origin, path, "%s", parameter_explain(scenario->members, path, text, sizeof text));
}

/* Sets the parameters that a path names (one, or one per member), in the scenario or from a month on. */
static int apply_value(struct application *application, const struct origin *origin, const char *path, long month) {
    struct scenario *scenario = application->scenario;
    struct parameter_slot slots[MEMBERS_MAX];
    double value;
    int count = parameter_slots(scenario->members, path, slots);
    if (count == 0)
        return fail_unknown(scenario, origin, path);
    if (month > 0 && slots[0].info->when != WHEN_ANY)
        return origin_fail_key(origin, path, "is fixed when the run begins and cannot be in a schedule");
    int status = read_value(origin, path, slots[0].info, &value);
    for (int i = 0; i < count && status == MATTHEW_OK; i++) {
        size_t index = parameter_slot_index(slots[i]);
        if (origin->node != NULL && application->line[index] != 0)
            return origin_fail_key(origin, path, "given twice, first in line %d", application->line[index]);
        if (origin->node != NULL)
            application->line[index] = origin->node->key_line;
        if (month > 0)
            scenario->changes[scenario->change_count++] =
                (struct change){.month = month, .index = index, .value = value, .given = !application->shipped};
        else {
            parameter_values(&scenario->parameters)[index] = value;
            scenario->given[index] = !application->shipped;
        }
    }
    return status;
}

int scenario_apply_values(struct application *application, const struct node *node, const char *prefix, long month) {
    char path[DOCUMENT_PATH_SIZE], text[500];
    struct scenario *scenario = application->scenario;
    struct parameter_slot slots[MEMBERS_MAX];
    int status = node_mapping(application->document, node, application->failure);
    for (const struct node *child = node->first; child != NULL && status == MATTHEW_OK; child = child->next) {
        snprintf(path, sizeof path, "%s%s%s", prefix, prefix[0] == '\0' ? "" : ".", child->key);
        struct origin origin = {application->document, child, NULL, NULL, application->failure};
        if (application->sets_firms && prefix[0] == '\0' && strncmp(path, "firms.", 6) == 0)
            status = scenario_assign_named(scenario, &origin, path + 6);
        else if (child->kind != NODE_MAPPING || parameter_slots(scenario->members, path, slots) > 0)
            status = apply_value(application, &origin, path, month);
        else if (parameter_is_group(scenario->members, path))
            status = scenario_apply_values(application, child, path, month);
        else
            status =
                origin_fail_key(&origin, path, "%s", parameter_explain(scenario->members, path, text, sizeof text));
    }
    return status;
}

/* ---- schedule ---- */

/* How many values a tree can set at most: `*` sets MEMBERS_MAX. */
static size_t count_values(const struct node *node) {
    size_t count = node->kind == NODE_SCALAR;
    for (const struct node *child = node->first; child != NULL; child = child->next)
        count += count_values(child);
    return count;
}

/* Orders changes by month, those of one month as they were. */
static int sort_changes(struct scenario *scenario, struct failure *failure) {
    struct change *sorted = memory_new(scenario->change_count, sizeof *sorted);
    size_t *start = memory_new(SCENARIO_MONTHS_MAX + 2, sizeof *start);
    if (sorted == NULL || start == NULL) {
        memory_free(sorted);
        memory_free(start);
        return fail_memory(failure, "a schedule");
    }
    for (size_t i = 0; i < scenario->change_count; i++)
        start[scenario->changes[i].month + 1]++;
    for (size_t month = 1; month < SCENARIO_MONTHS_MAX + 2; month++)
        start[month] += start[month - 1];
    for (size_t i = 0; i < scenario->change_count; i++)
        sorted[start[scenario->changes[i].month]++] = scenario->changes[i];
    memory_free(scenario->changes);
    memory_free(start);
    scenario->changes = sorted;
    return MATTHEW_OK;
}

int scenario_has_entry(const struct scenario *scenario, const char *name) {
    for (size_t i = 0; i < scenario->change_count; i++)
        if (strcmp(scenario->changes[i].entry, name) == 0)
            return 1;
    for (size_t i = 0; i < scenario->takeover_count; i++)
        if (strcmp(scenario->takeovers[i].entry, name) == 0)
            return 1;
    return 0;
}

static int is_plain(const char *name) {
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    return length > 0 && length < ENTRY_NAME_SIZE && name[length] == '\0' && strchr("0123456789", name[0]) == NULL;
}

/* The name of an entry, which has either changes or a takeover. */
static int read_entry_name(const struct application *application, const struct node *entry, const struct node *node,
                           const char **name) {
    const struct document *document = application->document;
    int status = node_text(document, node, name, application->failure);
    if (status != MATTHEW_OK)
        return status;
    if (!is_plain(*name))
        return document_fail(document, node, NULL, application->failure,
                             "expected a name of letters, digits and _, of at most %d", ENTRY_NAME_SIZE - 1);
    if (scenario_has_entry(application->scenario, *name))
        return document_fail(document, node, NULL, application->failure,
                             "another entry of the schedule is called so; names of entries differ");
    if (node_child(entry, "set") != NULL && node_child(entry, "acquire") != NULL)
        return document_fail(document, node, NULL, application->failure,
                             "an entry with a name has `set` or `acquire`, not both");
    return MATTHEW_OK;
}

/* Gives the name of an entry to what it has added. */
static void name_entry(struct scenario *scenario, const char *name, size_t changes, size_t takeovers) {
    for (size_t i = changes; i < scenario->change_count; i++)
        snprintf(scenario->changes[i].entry, ENTRY_NAME_SIZE, "%s", name);
    for (size_t i = takeovers; i < scenario->takeover_count; i++)
        snprintf(scenario->takeovers[i].entry, ENTRY_NAME_SIZE, "%s", name);
}

static int check_entry_keys(const struct application *application, const struct node *entry) {
    static const char *const keys[] = {"month", "set", "acquire", "name"};
    for (const struct node *child = entry->first; child != NULL; child = child->next) {
        int known = 0;
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            known |= strcmp(child->key, keys[i]) == 0;
        if (!known)
            return document_fail_key(application->document, child, NULL, application->failure,
                                     "no such key; an entry of a schedule has `month` and `set` or `acquire`, and "
                                     "perhaps `name`");
    }
    return MATTHEW_OK;
}

static int apply_entry(struct application *application, const struct node *entry) {
    const struct document *document = application->document;
    struct failure *failure = application->failure;
    struct scenario *scenario = application->scenario;
    size_t changes = scenario->change_count, takeovers = scenario->takeover_count;
    const char *name = "";
    double month = 0;
    int status = node_mapping(document, entry, failure);
    if (status == MATTHEW_OK)
        status = check_entry_keys(application, entry);
    if (status != MATTHEW_OK)
        return status;
    const struct node *when = node_child(entry, "month"), *set = node_child(entry, "set"),
                      *acquire = node_child(entry, "acquire"), *called = node_child(entry, "name");
    if (when == NULL || (set == NULL && acquire == NULL))
        return document_fail(document, entry, NULL, failure,
                             "`%s` is missing; an entry of a schedule has `month` and `set` or `acquire`",
                             when == NULL ? "month" : "set");
    status = node_number(document, when, &schedule_rule, &month, failure);
    if (status == MATTHEW_OK && called != NULL)
        status = read_entry_name(application, entry, called, &name);
    memset(application->line, 0, sizeof application->line);
    if (status == MATTHEW_OK && set != NULL)
        status = scenario_apply_values(application, set, "", (long)month);
    if (status == MATTHEW_OK && acquire != NULL)
        status = scenario_apply_takeover(application, acquire, (long)month);
    name_entry(scenario, name, changes, takeovers);
    return status;
}

int scenario_apply_schedule(struct application *application, const struct node *node) {
    struct scenario *scenario = application->scenario;
    if (node_is_null(node)) {
        scenario->change_count = node_is_empty(node) ? scenario->change_count : 0;
        scenario->takeover_count = node_is_empty(node) ? scenario->takeover_count : 0;
        return MATTHEW_OK;
    }
    int status = node_sequence(application->document, node, application->failure);
    if (status != MATTHEW_OK)
        return status;
    size_t room = scenario->change_count + MEMBERS_MAX * count_values(node);
    struct change *changes = memory_grow(scenario->changes, scenario->change_count, room, sizeof *changes);
    if (changes == NULL)
        return fail_memory(application->failure, "a schedule");
    scenario->changes = changes;
    struct takeover *takeovers = memory_grow(scenario->takeovers, scenario->takeover_count,
                                             scenario->takeover_count + node->count, sizeof *takeovers);
    if (takeovers == NULL)
        return fail_memory(application->failure, "a schedule");
    scenario->takeovers = takeovers;
    for (const struct node *entry = node->first; entry != NULL && status == MATTHEW_OK; entry = entry->next)
        status = apply_entry(application, entry);
    scenario_sort_takeovers(scenario);
    return status == MATTHEW_OK ? sort_changes(scenario, application->failure) : status;
}

/* ---- single values ---- */

int scenario_apply_date(struct scenario *scenario, const struct origin *origin) {
    const char *text = "";
    int year = 0, month = 0, fine = 1;
    int status = origin_text(origin, "a month such as 2024-01", &text);
    if (status != MATTHEW_OK)
        return status;
    for (size_t i = 0; i < 7 && fine; i++)
        fine = i == 4 ? text[i] == '-' : text[i] >= '0' && text[i] <= '9';
    if (fine && text[7] == '\0') {
        year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
        month = (text[5] - '0') * 10 + (text[6] - '0');
    }
    if (year < 1600 || month < 1 || month > 12) {
        char found[EXCERPT_SIZE];
        return origin_fail(origin, NULL, "expected a month such as 2024-01 (years 1600 to 9999), found `%s`",
                           text_excerpt(text, found));
    }
    scenario->start_year = year;
    scenario->start_month = month;
    return MATTHEW_OK;
}

static int change_firms(struct scenario *scenario, double firms, const struct origin *origin) {
    if (firms < (double)scenario->named_count)
        return origin_fail(origin, NULL, "%ld firms, but the scenario names %zu", (long)firms, scenario->named_count);
    scenario->firms = (long)firms;
    scenario->entry_scale = firms / (double)scenario->entry_firms;
    return MATTHEW_OK;
}

int scenario_set_firms(struct scenario *scenario, long firms, struct failure *failure) {
    char option[64];
    struct failure inner;
    snprintf(option, sizeof option, "firms=%ld", firms);
    struct origin origin = {NULL, NULL, option, "", failure};
    if (number_check(&firms_rule, (double)firms, &inner) != MATTHEW_OK)
        return origin_fail_as(&origin, NULL, &inner);
    return change_firms(scenario, (double)firms, &origin);
}

/* The keys of a scenario that are no parameters; *known says whether path is one of them. */
static int assign_key(struct scenario *scenario, const struct origin *origin, const char *path, int *known) {
    double value;
    int status = MATTHEW_OK;
    *known = 1;
    if (strcmp(path, "months") == 0) {
        status = origin_number(origin, path, &months_rule, &value);
        if (status == MATTHEW_OK)
            scenario->months = (long)value;
    } else if (strcmp(path, "seed") == 0) {
        status = origin_number(origin, path, &seed_rule, &value);
        if (status == MATTHEW_OK)
            scenario->seed = (uint64_t)value;
    } else if (strcmp(path, "firms") == 0) {
        status = origin_number(origin, path, &firms_rule, &value);
        if (status == MATTHEW_OK)
            status = change_firms(scenario, value, origin);
    } else if (strcmp(path, "start_date") == 0) {
        status = scenario_apply_date(scenario, origin);
    } else {
        *known = 0;
    }
    return status;
}

int scenario_assign(struct scenario *scenario, const char *option, const char *path, const char *value,
                    struct failure *failure) {
    static const char *const keys[] = {"months", "seed", "firms", "start_date"};
    struct origin origin = {NULL, NULL, option, value, failure};
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32];
    int known, status = assign_key(scenario, &origin, path, &known);
    if (known)
        return status;
    if (strncmp(path, "firms.", 6) == 0)
        return scenario_assign_named(scenario, &origin, path + 6);
    nearest_name_open(&search, path);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        nearest_name_offer(&search, keys[i]);
    if (search.best[0] != '\0')
        return origin_fail(&origin, path, "no such parameter%s", nearest_name_hint(&search, hint, sizeof hint));
    struct application application = {.scenario = scenario, .failure = failure};
    return apply_value(&application, &origin, path, 0);
}

/* An assignment with its path cut out. */
struct setting {
    char option[300], path[300];
    const char *value;
};

static int read_setting(struct setting *setting, const char *assignment, struct failure *failure) {
    char shown[EXCERPT_SIZE];
    const char *sign = strrchr(assignment, '=');
    if (sign == NULL || sign == assignment)
        return fail(failure, MATTHEW_BAD_SCENARIO, "%s: expected PATH=VALUE", text_excerpt(assignment, shown));
    if (strlen(assignment) > 250)
        return fail(failure, MATTHEW_BAD_SCENARIO, "%s: longer than 250 letters", text_excerpt(assignment, shown));
    snprintf(setting->option, sizeof setting->option, "%s", assignment);
    snprintf(setting->path, sizeof setting->path, "%.*s", (int)(sign - assignment), assignment);
    setting->value = sign + 1;
    return MATTHEW_OK;
}

int scenario_set(struct scenario *scenario, const char *assignment, struct failure *failure) {
    struct setting setting;
    int status = read_setting(&setting, assignment, failure);
    return status == MATTHEW_OK ? scenario_assign(scenario, setting.option, setting.path, setting.value, failure)
                                : status;
}

/* ---- a change on the way ---- */

/* Moves the last `fresh` changes to `place`, or, taking them out, the `fresh` changes at `place` to the end. */
static void move_fresh(struct scenario *scenario, size_t place, size_t fresh, int out) {
    struct change kept[MEMBERS_MAX], *changes = scenario->changes;
    size_t older = scenario->change_count - fresh - place;
    memcpy(kept, changes + (out ? place : place + older), fresh * sizeof *kept);
    memmove(changes + (out ? place : place + fresh), changes + (out ? place + fresh : place), older * sizeof *changes);
    memcpy(changes + (out ? place + older : place), kept, fresh * sizeof *kept);
}

static int is_fixed(const char *path) {
    static const char *const keys[] = {"months", "seed", "firms", "start_date"};
    int fixed = strncmp(path, "firms.", 6) == 0;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        fixed |= strcmp(path, keys[i]) == 0;
    return fixed;
}

int scenario_change(struct scenario *scenario, long month, const char *assignment, struct failure *failure) {
    struct setting setting;
    struct failure why;
    int status = read_setting(&setting, assignment, failure);
    if (status != MATTHEW_OK)
        return status;
    struct origin origin = {NULL, NULL, setting.option, setting.value, failure};
    if (is_fixed(setting.path))
        return origin_fail_key(&origin, setting.path, "is fixed when the run begins and cannot be in a schedule");
    if (month < 1 || month > SCENARIO_MONTHS_MAX)
        return origin_fail_key(&origin, setting.path, "there is no month %ld: the last one is %d", month,
                               SCENARIO_MONTHS_MAX);
    size_t count = scenario->change_count, place = count;
    struct change *changes = memory_grow(scenario->changes, count, count + MEMBERS_MAX, sizeof *changes);
    if (changes == NULL)
        return fail_memory(failure, "a schedule");
    scenario->changes = changes;
    struct application application = {.scenario = scenario, .failure = failure};
    status = apply_value(&application, &origin, setting.path, month);
    if (status != MATTHEW_OK)
        return status;
    while (place > 0 && changes[place - 1].month > month)
        place--;
    size_t fresh = scenario->change_count - count;
    move_fresh(scenario, place, fresh, 0);
    if (scenario_check_schedule(scenario, month, &why) == MATTHEW_OK)
        return MATTHEW_OK;
    move_fresh(scenario, place, fresh, 1);
    scenario->change_count = count;
    return origin_fail_as(&origin, setting.path, &why);
}
