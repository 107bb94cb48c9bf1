#include "interface/session.h"

#include "core/quantity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The indicators of each concentrated quantity that are told. */
static const struct {
    const char *name;
    int hhi, cr1, cr4, leader;
} quantity[CONCENTRATED_COUNT] = {
#define CONCENTRATION(what, ...)                                                                                       \
    {#what, INDICATOR_##what##_hhi, INDICATOR_##what##_cr1, INDICATOR_##what##_cr4, INDICATOR_##what##_leader},
#include "measure/indicators.def"
#undef CONCENTRATION
};

/* "OpenAI", or "firm 4711 (lab)" for a firm without a name. */
static void firm_name(const struct world *world, double id, char *text, size_t size) {
    text[0] = '\0';
    if (!(id >= 0 && id < (double)world->reg.count))
        return;
    const struct register_row *row = &world->reg.rows[(size_t)id];
    if (row->name[0] != '\0')
        snprintf(text, size, "%s", row->name);
    else
        snprintf(text, size, "firm %.0f (%s)", id, world->scenario->members[FAMILY_STRATEGY].name[row->strategy]);
}

static void count_firms(struct session_result *result, const struct world *world) {
    result->initial = result->survivors = result->entries = result->exits = result->acquired = 0;
    for (size_t i = 0; i < world->reg.count; i++) {
        const struct register_row *row = &world->reg.rows[i];
        int gone = row->exit_month >= 0, initial = row->entry_month == 0;
        result->initial += initial;
        result->survivors += initial && !gone;
        result->entries += !initial;
        result->exits += gone;
        result->acquired += row->reason == EXIT_ACQUIRED;
    }
}

void session_result_take(struct session_result *result, const struct world *world,
                         const struct indicators *indicators) {
    result->month = world->month;
    result->indicators = *indicators;
    for (int i = 0; i < CONCENTRATED_COUNT; i++)
        firm_name(world, result->indicators.value[quantity[i].leader], result->leader[i], sizeof result->leader[i]);
    double best = -HUGE_VAL, id = -1;
    for (size_t slot = 0; slot < world->firms.slots; slot++) {
        if (world->firms.active[slot] != 0 && world->firms.capability[slot] > best) {
            best = world->firms.capability[slot];
            id = world->firms.id[slot];
        }
    }
    firm_name(world, id, result->frontier_leader, sizeof result->frontier_leader);
    count_firms(result, world);
}

/* "-" where there is nothing to measure. */
static const char *share_text(char text[NUMBER_SIZE], double value, int decimals) {
    if (isnan(value))
        snprintf(text, NUMBER_SIZE, "-");
    else
        snprintf(text, NUMBER_SIZE, "%.*f", decimals, value);
    return text;
}

static void print_concentration(struct text *text, const struct session_result *result) {
    char hhi[NUMBER_SIZE], cr4[NUMBER_SIZE];
    const double *value = result->indicators.value;
    text_print(text, "                HHI     CR4   leader (share)\n");
    for (int i = 0; i < CONCENTRATED_COUNT; i++) {
        text_print(text, "%-12s %6s  %6s   ", quantity[i].name, share_text(hhi, value[quantity[i].hhi], 4),
                   share_text(cr4, value[quantity[i].cr4], 3));
        if (result->leader[i][0] != '\0')
            text_print(text, "%s (%.1f%%)\n", result->leader[i], 100 * value[quantity[i].cr1]);
        else
            text_print(text, "-\n");
    }
}

static double firm_steps_per_second(const struct session_result *result) {
    return result->seconds > 0 ? result->firm_steps / result->seconds : (double)NAN;
}

/* Of a run of which nothing was left to do. */
static void print_complete(struct text *text, const matthew_session *session) {
    text_print_shown(text, session->output);
    text_print(text, " is complete\n");
}

static void print_firms(struct text *text, const struct session_result *result) {
    char a[NUMBER_SIZE], b[NUMBER_SIZE], c[NUMBER_SIZE], d[NUMBER_SIZE], e[NUMBER_SIZE], f[NUMBER_SIZE];
    text_print(text, "\nfirms        %s active; %s of the first %s are left, %s entered, %s exited (%s taken over)\n",
               print_count(a, (double)(result->initial + result->entries - result->exits)),
               print_count(b, (double)result->survivors), print_count(c, (double)result->initial),
               print_count(d, (double)result->entries), print_count(e, (double)result->exits),
               print_count(f, (double)result->acquired));
}

void session_result_print(struct text *text, const matthew_session *session) {
    const struct session_result *result = &session->result;
    const struct scenario *scenario = &session->scenario;
    char a[NUMBER_SIZE], b[NUMBER_SIZE];
    if (session->is_complete) {
        print_complete(text, session);
        return;
    }
    long months = scenario->start_month - 1 + result->month;
    text_print_shown(text, scenario->name);
    text_print(text, ", seed %llu: month %ld of %ld (%04ld-%02ld)%s\n\n", (unsigned long long)scenario->seed,
               result->month, scenario->months, scenario->start_year + months / 12, months % 12 + 1,
               result->interrupted ? ", interrupted" : "");
    print_concentration(text, result);
    text_print(text, "\nfrontier     capability %s",
               share_text(a, result->indicators.value[INDICATOR_frontier_capability], 2));
    if (result->frontier_leader[0] != '\0')
        text_print(text, ", %s", result->frontier_leader);
    print_firms(text, result);
    if (result->path != NULL) {
        text_print(text, "history      ");
        text_print_shown(text, result->path);
        text_print(text, ", %s\n", print_bytes(a, result->bytes));
    }
    text_print(text, "time         %s on %d thread%s, %s firm-steps a second\n", print_duration(a, result->seconds),
               result->threads, result->threads == 1 ? "" : "s", print_scaled(b, firm_steps_per_second(result)));
}

static void json_entry(struct text *text, const char *name, double value) {
    text_print(text, ", \"%s\": ", name);
    text_print_json_number(text, value);
}

/* Indicators, and those of members, each an object with the members' names as keys. */
static void json_indicators(struct text *text, const struct session_result *result, const struct scenario *scenario) {
    for (int i = 0; i < INDICATOR_COUNT; i++) {
        text_print(text, "%s\"%s\": ", i > 0 ? ", " : "", indicator_table[i].name);
        text_print_json_number(text, result->indicators.value[i]);
    }
    for (int i = 0; i < MEMBER_INDICATOR_COUNT; i++) {
        const struct members *members = &scenario->members[dimension_family(member_indicator_table[i].dimension)];
        text_print(text, ", \"%s\": {", member_indicator_table[i].name);
        for (int member = 0; member < members->count; member++) {
            text_print(text, "%s", member > 0 ? ", " : "");
            text_print_json(text, members->name[member]);
            text_print(text, ": ");
            text_print_json_number(text, result->indicators.member[i][member]);
        }
        text_print(text, "}");
    }
}

/* What the scenario was made with, by path. */
static void json_settings(struct text *text, const struct session_options *options) {
    text_print(text, ", \"set\": {");
    for (int i = 0; i < options->made_with_count; i++) {
        char path[PARAMETER_PATH_SIZE * 2];
        const char *value = strchr(options->made_with[i], '=');
        if (value == NULL)
            continue;
        snprintf(path, sizeof path, "%.*s", (int)(value - options->made_with[i]), options->made_with[i]);
        text_print(text, "%s", i > 0 ? ", " : "");
        text_print_json(text, path);
        text_print(text, ": ");
        text_print_json(text, value + 1);
    }
    text_print(text, "}");
}

static void json_path(struct text *text, const char *path) {
    if (path != NULL)
        text_print_json(text, path);
    else
        text_print(text, "null");
}

static void json_firms(struct text *text, const struct session_result *result) {
    text_print(
        text,
        ", \"firms\": {\"initial\": %ld, \"survivors\": %ld, \"entries\": %ld, \"exits\": %ld, \"acquired\": %ld}",
        result->initial, result->survivors, result->entries, result->exits, result->acquired);
    text_print(text, ", \"leaders\": {");
    for (int i = 0; i < CONCENTRATED_COUNT; i++) {
        text_print(text, "%s\"%s\": ", i > 0 ? ", " : "", quantity[i].name);
        text_print_json(text, result->leader[i]);
    }
    text_print(text, ", \"frontier\": ");
    text_print_json(text, result->frontier_leader);
    text_print(text, "}");
}

void session_result_print_json(struct text *text, const matthew_session *session) {
    const struct session_result *result = &session->result;
    const struct scenario *scenario = &session->scenario;
    if (session->is_complete) {
        text_print(text, "{\"status\": \"complete\", \"output\": ");
        text_print_json(text, session->output);
        text_print(text, "}\n");
        return;
    }
    text_print(text, "{\"scenario\": ");
    text_print_json(text, scenario->name);
    text_print(text, ", \"status\": \"%s\", \"seed\": %llu, \"month\": %ld, \"months\": %ld",
               result->interrupted ? "interrupted" : "complete", (unsigned long long)scenario->seed, result->month,
               scenario->months);
    json_settings(text, &session->options);
    json_firms(text, result);
    text_print(text, ", \"indicators\": {");
    json_indicators(text, result, scenario);
    text_print(text, "}, \"digest\": \"%s\", \"output\": ", session->digest);
    json_path(text, result->path);
    json_entry(text, "output_bytes", result->path != NULL ? result->bytes : (double)NAN);
    json_entry(text, "threads", result->threads);
    json_entry(text, "wall_seconds", result->seconds);
    json_entry(text, "firm_steps", result->firm_steps);
    json_entry(text, "firm_steps_per_second", firm_steps_per_second(result));
    text_print(text, "}\n");
}
