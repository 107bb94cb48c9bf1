#include "core/status.h" /* first: it stands in for the status codes of matthew.h */
#include "matthew.h"

#include "core/build.h"
#include "core/memory.h"
#include "core/scenario.h"
#include "output/history.h"
#include "output/tables.h"
#include "measure/gauge.h"
#include "parallel/observers.h"
#include "parallel/race.h"
#include "parallel/team.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct matthew_scenario {
    struct scenario inner;
};

struct matthew_race {
    struct race *race;
    long months;
    int threads, check;
    volatile sig_atomic_t stop;
    struct history *history; /* null when none is open */
    struct observer recorder;
    struct gauge gauge;
    int stopping; /* a wish to stop was found in this month */
};

/* ---- status ---- */

static _Thread_local struct failure last;

const char *matthew_version(void) {
    return build.version;
}

const char *matthew_revision(void) {
    return build.revision;
}

const char *matthew_status_name(int status) {
    return status_name(status);
}

const char *matthew_status_meaning(int status) {
    return status_meaning(status);
}

const char *matthew_message(void) {
    return last.text;
}

void matthew_text_free(char *text) {
    memory_free(text);
}

char *matthew_tables_text(void) {
    char *text = tables_text();
    if (text == NULL)
        fail_memory(&last, "the text of the tables");
    return text;
}

static int is_null(const char *what) {
    return fail(&last, MATTHEW_BAD_ARGUMENT, "%s: expected a pointer, found null", what);
}

/* Fills a structure that crosses the border: as much of it as the caller knows of. Its size member stays the caller's.
 */
static int give(void *to, const void *from, size_t size) {
    size_t known;
    if (to == NULL)
        return is_null("structure");
    memcpy(&known, to, sizeof known);
    if (known < sizeof known || known > SIZE_MAX / 2)
        return fail(&last, MATTHEW_BAD_ARGUMENT, "the structure's size is not set");
    size_t taken = known < size ? known : size;
    memcpy((char *)to + sizeof known, (const char *)from + sizeof known, taken - sizeof known);
    return MATTHEW_OK;
}

static int bad_index(const char *what, size_t index, size_t count) {
    return fail(&last, MATTHEW_BAD_ARGUMENT, "no %s %zu: there are %zu", what, index, count);
}

/* ---- scenarios that come with the library ---- */

size_t matthew_shipped_count(void) {
    return shipped_scenario_count;
}

const char *matthew_shipped_name(size_t index) {
    return index < shipped_scenario_count ? shipped_scenarios[index].name : NULL;
}

const char *matthew_shipped_title(size_t index) {
    return index < shipped_scenario_count ? shipped_scenarios[index].title : NULL;
}

const char *matthew_shipped_text(size_t index) {
    return index < shipped_scenario_count ? shipped_scenarios[index].text : NULL;
}

/* ---- scenarios ---- */

/* Makes a handle and fills it in: from a scenario when there is one, else from text when there is one, else by name. */
static int new_scenario(matthew_scenario **scenario, const struct scenario *from, const char *text, const char *name) {
    matthew_scenario *made = memory_new(1, sizeof *made);
    if (made == NULL)
        return fail_memory(&last, "a scenario");
    int status = from != NULL   ? scenario_copy(&made->inner, from, &last)
                 : text != NULL ? scenario_load_text(&made->inner, name, text, &last)
                                : scenario_load(&made->inner, name, &last);
    if (status != MATTHEW_OK) {
        matthew_scenario_free(made);
        return status;
    }
    *scenario = made;
    return MATTHEW_OK;
}

int matthew_scenario_load(matthew_scenario **scenario, const char *name_or_path) {
    if (scenario == NULL)
        return is_null("scenario");
    *scenario = NULL;
    return name_or_path == NULL ? is_null("name_or_path") : new_scenario(scenario, NULL, NULL, name_or_path);
}

int matthew_scenario_from_text(matthew_scenario **scenario, const char *name, const char *text) {
    if (scenario == NULL)
        return is_null("scenario");
    *scenario = NULL;
    return text == NULL ? is_null("text") : new_scenario(scenario, NULL, text, name != NULL ? name : "text");
}

int matthew_scenario_copy(matthew_scenario **copy, const matthew_scenario *scenario) {
    if (copy == NULL)
        return is_null("copy");
    *copy = NULL;
    return scenario == NULL ? is_null("scenario") : new_scenario(copy, &scenario->inner, NULL, NULL);
}

void matthew_scenario_free(matthew_scenario *scenario) {
    if (scenario == NULL)
        return;
    scenario_free(&scenario->inner);
    memory_free(scenario);
}

int matthew_scenario_set(matthew_scenario *scenario, const char *assignment) {
    if (scenario == NULL || assignment == NULL)
        return is_null(scenario == NULL ? "scenario" : "assignment");
    return scenario_set(&scenario->inner, assignment, &last);
}

int matthew_scenario_set_firms(matthew_scenario *scenario, long firms) {
    if (scenario == NULL)
        return is_null("scenario");
    return scenario_set_firms(&scenario->inner, firms, &last);
}

int matthew_scenario_check(const matthew_scenario *scenario) {
    return scenario == NULL ? is_null("scenario") : scenario_check(&scenario->inner, &last);
}

char *matthew_scenario_text(const matthew_scenario *scenario) {
    if (scenario == NULL) {
        is_null("scenario");
        return NULL;
    }
    char *text = scenario_text(&scenario->inner);
    if (text == NULL)
        fail_memory(&last, "the text of a scenario");
    return text;
}

const char *matthew_scenario_name(const matthew_scenario *scenario) {
    return scenario == NULL ? NULL : scenario->inner.name;
}

long matthew_scenario_months(const matthew_scenario *scenario) {
    return scenario == NULL ? 0 : scenario->inner.months;
}

long matthew_scenario_firms(const matthew_scenario *scenario) {
    return scenario == NULL ? 0 : scenario->inner.firms;
}

uint64_t matthew_scenario_seed(const matthew_scenario *scenario) {
    return scenario == NULL ? 0 : scenario->inner.seed;
}

static const struct members *members_of(const matthew_scenario *scenario, const char *dimension) {
    for (int family = 0; family < FAMILY_COUNT && scenario != NULL && dimension != NULL; family++)
        if (strcmp(family_table[family].dimension, dimension) == 0)
            return &scenario->inner.members[family];
    return NULL;
}

int matthew_scenario_member_count(const matthew_scenario *scenario, const char *dimension) {
    const struct members *members = members_of(scenario, dimension);
    if (scenario == NULL || dimension == NULL)
        return 0;
    return members != NULL ? members->count : strcmp(dimension, "firm") == 0;
}

const char *matthew_scenario_member_name(const matthew_scenario *scenario, const char *dimension, int member) {
    const struct members *members = members_of(scenario, dimension);
    return members != NULL && member >= 0 && member < members->count ? members->name[member] : NULL;
}

/* ---- parameters ---- */

size_t matthew_parameter_count(const matthew_scenario *scenario) {
    return scenario == NULL ? 0 : parameter_slot_count(scenario->inner.members);
}

int matthew_parameter_get(const matthew_scenario *scenario, size_t index, struct matthew_parameter *parameter) {
    size_t count = matthew_parameter_count(scenario);
    if (scenario == NULL)
        return is_null("scenario");
    if (index >= count)
        return bad_index("parameter", index, count);
    struct parameter_slot slot = parameter_slot_at(scenario->inner.members, index);
    const struct parameter_info *info = slot.info;
    struct matthew_parameter full = {
        .type = info->kind == KIND_REAL     ? MATTHEW_REAL
                : info->kind == KIND_SWITCH ? MATTHEW_SWITCH
                                            : MATTHEW_CHOICE,
        .any_month = info->when == WHEN_ANY,
        .value = parameter_values_const(&scenario->inner.parameters)[parameter_slot_index(slot)],
        .min = info->min,
        .max = info->kind == KIND_CHOICE ? parameter_option_count(info) - 1 : info->max,
        .plausible_min = info->plausible_min,
        .plausible_max = info->kind == KIND_CHOICE ? parameter_option_count(info) - 1 : info->plausible_max,
        .options = info->options,
        .unit = info->unit,
        .description = info->description,
        .source = info->source};
    parameter_path(scenario->inner.members, slot, full.path);
    return give(parameter, &full, sizeof full);
}

int matthew_parameter_value(const matthew_scenario *scenario, const char *path, double *value) {
    struct parameter_slot slots[MEMBERS_MAX];
    char why[400];
    if (scenario == NULL || path == NULL || value == NULL)
        return is_null(scenario == NULL ? "scenario" : path == NULL ? "path" : "value");
    if (parameter_slots(scenario->inner.members, path, slots) != 1)
        return fail(&last, MATTHEW_NOT_FOUND, "%s: %s", path,
                    parameter_explain(scenario->inner.members, path, why, sizeof why));
    *value = parameter_values_const(&scenario->inner.parameters)[parameter_slot_index(slots[0])];
    return MATTHEW_OK;
}

/* ---- races ---- */

int matthew_race_new(matthew_race **race, const matthew_scenario *scenario) {
    if (race == NULL)
        return is_null("race");
    *race = NULL;
    if (scenario == NULL)
        return is_null("scenario");
    matthew_race *made = memory_new(1, sizeof *made);
    if (made == NULL)
        return fail_memory(&last, "a race");
    int status = race_new(&made->race, &scenario->inner, &last);
    if (status != MATTHEW_OK) {
        matthew_race_free(made);
        return status;
    }
    made->months = scenario->inner.months;
    status = gauge_init(&made->gauge, race_world(made->race)->firms.capacity, &last);
    if (status != MATTHEW_OK) {
        matthew_race_free(made);
        return status;
    }
    *race = made;
    return MATTHEW_OK;
}

void matthew_race_free(matthew_race *race) {
    if (race == NULL)
        return;
    if (race->history != NULL)
        matthew_race_close_history(race);
    gauge_free(&race->gauge);
    race_free(race->race);
    memory_free(race);
}

int matthew_race_set_threads(matthew_race *race, int threads) {
    if (race == NULL)
        return is_null("race");
    if (threads < 0 || threads > TEAM_THREADS_MAX)
        return fail(&last, MATTHEW_BAD_ARGUMENT, "threads: expected 0 to %d, found %d", TEAM_THREADS_MAX, threads);
    race->threads = threads;
    return MATTHEW_OK;
}

void matthew_race_set_check(matthew_race *race, int check) {
    if (race != NULL)
        race->check = check != 0;
}

long matthew_race_month(const matthew_race *race) {
    return race == NULL ? 0 : race_world(race->race)->month;
}

uint64_t matthew_race_digest(const matthew_race *race) {
    return race == NULL ? 0 : race_digest(race->race);
}

void matthew_race_stop(matthew_race *race) {
    if (race != NULL)
        race->stop = 1;
}

static int see_stop(void *context, const struct world *world, struct failure *failure) {
    matthew_race *race = context;
    (void)world, (void)failure;
    race->stopping = race->stop != 0;
    return MATTHEW_OK;
}

static int end_stopped(void *context, const struct world *world, int *again, struct failure *failure) {
    const matthew_race *race = context;
    (void)world, (void)failure;
    *again = 0;
    return race->stopping ? MATTHEW_STOPPED : MATTHEW_OK;
}

int matthew_race_run(matthew_race *race, long until) {
    if (race == NULL)
        return is_null("race");
    if (until > race->months)
        until = race->months;
    if (until <= matthew_race_month(race))
        return MATTHEW_OK;
    struct observers observers = {0};
    observers_add(&observers, gauge_observer(&race->gauge));
    if (race->history != NULL) {
        /* A run may come in many calls, the end of a history's observation comes once: when it is closed. */
        struct observer recorder = race->recorder;
        recorder.finish = NULL;
        observers_add(&observers, recorder);
    }
    observers_add(&observers, (struct observer){.context = race, .month = see_stop, .settle = end_stopped});
    struct observer observer = observers_join(&observers);
    struct race_options options = {.threads = race->threads, .check = race->check, .observer = &observer};
    /* Month 0 has still to be shown to the observer. */
    int at_once = race->stop != 0 && matthew_race_month(race) > 0;
    int status = at_once ? MATTHEW_STOPPED : race_run(race->race, until, &options, &last);
    race->stop = 0;
    if (status == MATTHEW_STOPPED)
        fail(&last, MATTHEW_STOPPED, "stopped at the end of month %ld", matthew_race_month(race));
    return status;
}

int matthew_race_step(matthew_race *race, long months) {
    long month = matthew_race_month(race);
    return matthew_race_run(race, months > LONG_MAX - month ? LONG_MAX : month + months);
}

/* ---- columns ---- */

/* The dimension of a column of the state as files and callers name it. */
static const char *dimension_name(enum dimension dimension) {
    return dimension == DIMENSION_SEGMENT    ? "segment"
           : dimension == DIMENSION_TIER     ? "tier"
           : dimension == DIMENSION_REGION   ? "region"
           : dimension == DIMENSION_STRATEGY ? "strategy"
                                             : "firm";
}

size_t matthew_column_count(void) {
    return FIELD_COUNT;
}

int matthew_column_get(size_t index, struct matthew_column *column) {
    if (index >= FIELD_COUNT)
        return bad_index("column", index, FIELD_COUNT);
    const struct field_info *info = &field_table[index];
    struct matthew_column full = {.name = info->name,
                                  .unit = info->unit,
                                  .description = info->description,
                                  .dimension = dimension_name(info->dimension),
                                  .is_integer = info->type != FIELD_FLOAT};
    return give(column, &full, sizeof full);
}

int matthew_race_column(const matthew_race *race, const char *name, int member, const double **values, size_t *count) {
    if (race == NULL || name == NULL || values == NULL || count == NULL)
        return is_null(race == NULL ? "race" : name == NULL ? "name" : values == NULL ? "values" : "count");
    const struct firms *firms = &race_world(race->race)->firms;
    for (int field = 0; field < FIELD_COUNT; field++) {
        if (strcmp(field_table[field].name, name) != 0)
            continue;
        int members = firms_members(firms, field_table[field].dimension);
        if (member < 0 || member >= members)
            return fail(&last, MATTHEW_BAD_ARGUMENT, "column %s has no member %d: there are %d", name, member, members);
        *values = firms_column(firms, (enum field)field, member);
        *count = firms->slots;
        return MATTHEW_OK;
    }
    return fail(&last, MATTHEW_NOT_FOUND, "no column %s", name);
}

size_t matthew_race_firm_count(const matthew_race *race) {
    return race == NULL ? 0 : race_world(race->race)->reg.count;
}

const char *matthew_race_firm_name(const matthew_race *race, size_t firm) {
    if (race == NULL)
        return NULL;
    const struct firm_register *reg = &race_world(race->race)->reg;
    return firm < reg->count ? reg->rows[firm].name : NULL;
}

/* ---- indicators ---- */

size_t matthew_indicator_count(void) {
    return INDICATOR_COUNT;
}

static int give_indicator(struct matthew_indicator *indicator, const struct indicator_info *info) {
    struct matthew_indicator full = {.name = info->name,
                                     .unit = info->unit,
                                     .description = info->description,
                                     .dimension =
                                         info->dimension == DIMENSION_FIRM ? "" : dimension_name(info->dimension)};
    return give(indicator, &full, sizeof full);
}

int matthew_indicator_get(size_t index, struct matthew_indicator *indicator) {
    if (index >= INDICATOR_COUNT)
        return bad_index("indicator", index, INDICATOR_COUNT);
    return give_indicator(indicator, &indicator_table[index]);
}

size_t matthew_member_indicator_count(void) {
    return MEMBER_INDICATOR_COUNT;
}

int matthew_member_indicator_get(size_t index, struct matthew_indicator *indicator) {
    if (index >= MEMBER_INDICATOR_COUNT)
        return bad_index("member indicator", index, MEMBER_INDICATOR_COUNT);
    return give_indicator(indicator, &member_indicator_table[index]);
}

/* The indicators of the month where the race stands, with those that were wanted. */
static int read_row(matthew_race *race, const unsigned char *wanted, const unsigned char *members) {
    gauge_want(&race->gauge, wanted, members);
    return gauge_ask(&race->gauge, race_world(race->race), &last);
}

int matthew_race_indicator(matthew_race *race, const char *name, double *value) {
    if (race == NULL || name == NULL || value == NULL)
        return is_null(race == NULL ? "race" : name == NULL ? "name" : "value");
    unsigned char wanted[INDICATOR_COUNT] = {0}, members[MEMBER_INDICATOR_COUNT] = {0};
    int index = indicator_index(name);
    if (index < 0)
        return fail(&last, MATTHEW_NOT_FOUND, "no indicator %s", name);
    wanted[index] = 1;
    int status = read_row(race, wanted, members);
    if (status == MATTHEW_OK)
        *value = gauge_row(&race->gauge)->value[index];
    return status;
}

int matthew_race_indicator_of(matthew_race *race, const char *name, int member, double *value) {
    if (race == NULL || name == NULL || value == NULL)
        return is_null(race == NULL ? "race" : name == NULL ? "name" : "value");
    unsigned char wanted[INDICATOR_COUNT] = {0}, of[MEMBER_INDICATOR_COUNT] = {0};
    int index = member_indicator_index(name);
    if (index < 0)
        return fail(&last, MATTHEW_NOT_FOUND, "no indicator of members %s", name);
    enum family family = dimension_family(member_indicator_table[index].dimension);
    int members = race_world(race->race)->scenario->members[family].count;
    if (member < 0 || member >= members)
        return fail(&last, MATTHEW_BAD_ARGUMENT, "indicator %s has no member %d: there are %d", name, member, members);
    of[index] = 1;
    int status = read_row(race, wanted, of);
    if (status == MATTHEW_OK)
        *value = gauge_row(&race->gauge)->member[index][member];
    return status;
}

/* ---- history files ---- */

/* As much of the options as the caller knows of; a member counts that lies in them as a whole. */
static int take_options(struct matthew_history_options *wanted, const struct matthew_history_options *options) {
    if (options == NULL)
        return MATTHEW_OK;
    struct matthew_history_options known = {.size = options->size < sizeof known ? options->size : sizeof known};
    int status = give(&known, options, sizeof known);
    if (status != MATTHEW_OK)
        return status;
#define HAS(member) (known.size >= offsetof(struct matthew_history_options, member) + sizeof known.member)
    wanted->record = HAS(record) ? known.record : NULL;
    wanted->every = HAS(every) ? known.every : 0;
    wanted->single = HAS(single) && known.single != 0;
    wanted->reproducible = HAS(reproducible) && known.reproducible != 0;
    wanted->overwrite = HAS(overwrite) && known.overwrite != 0;
#undef HAS
    if (wanted->every < 0 || wanted->every > SCENARIO_MONTHS_MAX)
        return fail(&last, MATTHEW_BAD_ARGUMENT, "every: expected 0 to %d months, found %ld", SCENARIO_MONTHS_MAX,
                    wanted->every);
    return MATTHEW_OK;
}

int matthew_race_open_history(matthew_race *race, const char *path, const struct matthew_history_options *options) {
    struct matthew_history_options wanted = {.size = sizeof wanted};
    if (race == NULL || path == NULL)
        return is_null(race == NULL ? "race" : "path");
    int status = take_options(&wanted, options);
    if (status != MATTHEW_OK)
        return status;
    if (race->history != NULL)
        return fail(&last, MATTHEW_BAD_ARGUMENT, "the race has a history open already");
    if (matthew_race_month(race) != 0)
        return fail(&last, MATTHEW_BAD_ARGUMENT, "a history starts at month 0, and the race stands at month %ld",
                    matthew_race_month(race));
    struct history_options inner = {.path = path,
                                    .record = wanted.record != NULL ? wanted.record : "default",
                                    .every = wanted.every > 0 ? wanted.every : 1,
                                    .single = wanted.single,
                                    .reproducible = wanted.reproducible,
                                    .force = wanted.overwrite,
                                    .gauge = &race->gauge};
    status = history_open(&race->history, race_world(race->race)->scenario, &inner, &last);
    if (status == MATTHEW_OK)
        race->recorder = history_observer(race->history);
    return status;
}

int matthew_race_close_history(matthew_race *race) {
    if (race == NULL)
        return is_null("race");
    if (race->history == NULL)
        return MATTHEW_OK;
    const struct world *world = race_world(race->race);
    int status = race->recorder.finish(race->recorder.context, world, &last);
    int ended = status != MATTHEW_OK ? status : world->month == race->months ? MATTHEW_OK : MATTHEW_STOPPED;
    struct failure closing = {0};
    int closed = history_close(race->history, ended, &closing);
    race->history = NULL;
    if (status == MATTHEW_OK && closed != MATTHEW_OK)
        last = closing;
    return status != MATTHEW_OK ? status : closed;
}
