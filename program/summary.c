#include "program/summary.h"

#include "core/number.h"
#include "program/print.h"

#include <math.h>
#include <string.h>

/* The indicators of each concentrated quantity that are told. */
static const struct {
    const char *name;
    int hhi, cr1, cr4, leader, leader_tenure;
} quantity[CONCENTRATED_COUNT] = {
#define CONCENTRATION(what, ...)                                                                                       \
    {#what,                                                                                                            \
     INDICATOR_##what##_hhi,                                                                                           \
     INDICATOR_##what##_cr1,                                                                                           \
     INDICATOR_##what##_cr4,                                                                                           \
     INDICATOR_##what##_leader,                                                                                        \
     INDICATOR_##what##_leader_tenure},
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

static void count_firms(struct summary *summary, const struct world *world) {
    summary->initial = summary->survivors = summary->entries = summary->exits = summary->acquired = 0;
    for (size_t i = 0; i < world->reg.count; i++) {
        const struct register_row *row = &world->reg.rows[i];
        int gone = row->exit_month >= 0, initial = row->entry_month == 0;
        summary->initial += initial;
        summary->survivors += initial && !gone;
        summary->entries += !initial;
        summary->exits += gone;
        summary->acquired += row->reason == EXIT_ACQUIRED;
    }
}

void summary_take(struct summary *summary, const struct world *world, const struct indicators *indicators) {
    summary->month = world->month;
    summary->indicators = *indicators;
    for (int i = 0; i < CONCENTRATED_COUNT; i++)
        firm_name(world, summary->indicators.value[quantity[i].leader], summary->leader[i], sizeof summary->leader[i]);
    double best = -HUGE_VAL, id = -1;
    for (size_t slot = 0; slot < world->firms.slots; slot++) {
        if (world->firms.active[slot] != 0 && world->firms.capability[slot] > best) {
            best = world->firms.capability[slot];
            id = world->firms.id[slot];
        }
    }
    firm_name(world, id, summary->frontier_leader, sizeof summary->frontier_leader);
    count_firms(summary, world);
}

/* "-" where there is nothing to measure. */
static const char *share_text(char text[NUMBER_SIZE], double value, int decimals) {
    if (isnan(value))
        snprintf(text, NUMBER_SIZE, "-");
    else
        snprintf(text, NUMBER_SIZE, "%.*f", decimals, value);
    return text;
}

static void print_concentration(const struct summary *summary) {
    char hhi[NUMBER_SIZE], cr4[NUMBER_SIZE];
    const double *value = summary->indicators.value;
    printf("                HHI     CR4   leader (share)\n");
    for (int i = 0; i < CONCENTRATED_COUNT; i++) {
        printf("%-12s %6s  %6s   ", quantity[i].name, share_text(hhi, value[quantity[i].hhi], 4),
               share_text(cr4, value[quantity[i].cr4], 3));
        if (summary->leader[i][0] != '\0')
            printf("%s (%.1f%%)\n", summary->leader[i], 100 * value[quantity[i].cr1]);
        else
            printf("-\n");
    }
}

static double firm_steps_per_second(const struct summary *summary) {
    return summary->seconds > 0 ? summary->firm_steps / summary->seconds : (double)NAN;
}

void summary_print(const struct summary *summary, const struct scenario *scenario) {
    char a[NUMBER_SIZE], b[NUMBER_SIZE], c[NUMBER_SIZE], d[NUMBER_SIZE], e[NUMBER_SIZE], f[NUMBER_SIZE];
    long months = scenario->start_month - 1 + summary->month;
    print_shown(stdout, scenario->name);
    printf(", seed %llu: month %ld of %ld (%04ld-%02ld)%s\n\n", (unsigned long long)scenario->seed, summary->month,
           scenario->months, scenario->start_year + months / 12, months % 12 + 1,
           summary->interrupted ? ", interrupted" : "");
    print_concentration(summary);
    printf("\nfrontier     capability %s", share_text(a, summary->indicators.value[INDICATOR_frontier_capability], 2));
    if (summary->frontier_leader[0] != '\0')
        printf(", %s", summary->frontier_leader);
    printf("\nfirms        %s active; %s of the first %s are left, %s entered, %s exited (%s taken over)\n",
           print_count(a, (double)(summary->initial + summary->entries - summary->exits)),
           print_count(b, (double)summary->survivors), print_count(c, (double)summary->initial),
           print_count(d, (double)summary->entries), print_count(e, (double)summary->exits),
           print_count(f, (double)summary->acquired));
    if (summary->path != NULL) {
        printf("history      ");
        print_shown(stdout, summary->path);
        printf(", %s\n", print_bytes(a, summary->bytes));
    }
    printf("time         %s on %d thread%s, %s firm-steps a second\n", print_duration(a, summary->seconds),
           summary->threads, summary->threads == 1 ? "" : "s", print_scaled(b, firm_steps_per_second(summary)));
}

static void json_entry(const char *name, double value) {
    printf(", \"%s\": ", name);
    json_number(stdout, value);
}

/* Indicators of members, each an object with the members' names as keys. */
static void json_members(const struct summary *summary, const struct scenario *scenario) {
    for (int i = 0; i < MEMBER_INDICATOR_COUNT; i++) {
        const struct members *members = &scenario->members[dimension_family(member_indicator_table[i].dimension)];
        printf(", \"%s\": {", member_indicator_table[i].name);
        for (int member = 0; member < members->count; member++) {
            printf("%s", member > 0 ? ", " : "");
            json_string(stdout, members->name[member]);
            printf(": ");
            json_number(stdout, summary->indicators.member[i][member]);
        }
        printf("}");
    }
}

/* What the command line set, by path. */
static void json_settings(const char *const *sets, int set_count) {
    printf(", \"set\": {");
    for (int i = 0; i < set_count; i++) {
        char path[PARAMETER_PATH_SIZE * 2];
        const char *value = strchr(sets[i], '=');
        if (value == NULL)
            continue;
        snprintf(path, sizeof path, "%.*s", (int)(value - sets[i]), sets[i]);
        printf("%s", i > 0 ? ", " : "");
        json_string(stdout, path);
        printf(": ");
        json_string(stdout, value + 1);
    }
    printf("}");
}

void summary_print_json(const struct summary *summary, const struct scenario *scenario, const char *const *sets,
                        int set_count) {
    printf("{\"scenario\": ");
    json_string(stdout, scenario->name);
    printf(", \"status\": \"%s\", \"seed\": %llu, \"month\": %ld, \"months\": %ld",
           summary->interrupted ? "interrupted" : "complete", (unsigned long long)scenario->seed, summary->month,
           scenario->months);
    json_settings(sets, set_count);
    printf(", \"firms\": {\"initial\": %ld, \"survivors\": %ld, \"entries\": %ld, \"exits\": %ld, \"acquired\": %ld}",
           summary->initial, summary->survivors, summary->entries, summary->exits, summary->acquired);
    printf(", \"leaders\": {");
    for (int i = 0; i < CONCENTRATED_COUNT; i++) {
        printf("%s\"%s\": ", i > 0 ? ", " : "", quantity[i].name);
        json_string(stdout, summary->leader[i]);
    }
    printf(", \"frontier\": ");
    json_string(stdout, summary->frontier_leader);
    printf("}, \"indicators\": {");
    for (int i = 0; i < INDICATOR_COUNT; i++) {
        printf("%s\"%s\": ", i > 0 ? ", " : "", indicator_table[i].name);
        json_number(stdout, summary->indicators.value[i]);
    }
    json_members(summary, scenario);
    printf("}, \"digest\": \"%016llx\", \"output\": ", summary->digest);
    if (summary->path != NULL)
        json_string(stdout, summary->path);
    else
        printf("null");
    json_entry("output_bytes", summary->path != NULL ? summary->bytes : (double)NAN);
    json_entry("threads", summary->threads);
    json_entry("wall_seconds", summary->seconds);
    json_entry("firm_steps", summary->firm_steps);
    json_entry("firm_steps_per_second", firm_steps_per_second(summary));
    printf("}\n");
}
