/* The future is not known: what a schedule does in a later month leaves no trace in the months before it, to the last
 * bit, whatever parameter it moves and from and to which of its ends. */
#include "support/races.h"

#include <criterion/criterion.h>

enum { FIRMS = 12, LAST = 2 }; /* the last month before the entry */

static void open_scenario(struct scenario *scenario, const struct parameter_info *info, double value) {
    scenario_small(scenario, FIRMS, LAST + 1);
    struct named_firm *named = scenario_name_firms(scenario, 2);
    for (int i = 0; i < 2; i++) {
        named[i].strategy = named[i].region = i;
        named[i].cash = 3000.0;
        named[i].gpus = 50000.0;
        named[i].staff[0] = 200.0;
        named[i].accounts[0] = 1e3;
    }
    parameter_values(&scenario->parameters)[info->index] = value;
}

/* State digests at the end of months 0 to LAST; 0 when the scenario is refused. */
static int digests(const struct scenario *scenario, unsigned long long digest[LAST + 1]) {
    struct failure failure = {0};
    struct race *race;
    struct race_options options = {.threads = 1};
    if (race_new(&race, scenario, &failure) != MATTHEW_OK)
        return 0;
    for (long month = 0; month <= LAST; month++) {
        int status = race_run(race, month, &options, &failure);
        cr_assert(status == MATTHEW_OK, "month %ld: %s", month, failure.text);
        digest[month] = race_digest(race);
    }
    race_free(race);
    return 1;
}

/* Whether both races are allowed. */
static int compare(const struct parameter_info *info, double before, double later) {
    struct scenario scenario;
    unsigned long long wanted[LAST + 1], found[LAST + 1];
    open_scenario(&scenario, info, before);
    int allowed = digests(&scenario, wanted);
    scenario.changes = memory_new(1, sizeof *scenario.changes);
    cr_assert(scenario.changes != NULL);
    scenario.changes[0] = (struct change){.month = LAST + 1, .index = info->index, .value = later};
    scenario.change_count = 1;
    allowed = allowed && digests(&scenario, found);
    for (int month = 0; allowed && month <= LAST; month++)
        cr_expect(found[month] == wanted[month],
                  "%s.%s = %g: digest %016llx at month %d in place of %016llx, as month %d sets %g", info->group,
                  info->name, before, found[month], month, wanted[month], LAST + 1, later);
    scenario_free(&scenario);
    return allowed;
}

Test(schedule, a_later_entry_leaves_no_trace_before_it) {
    int compared = 0, refused = 0;
    for (size_t i = 0; i < parameter_count; i++) {
        const struct parameter_info *info = &parameter_table[i];
        if (info->when != WHEN_ANY)
            continue;
        int real = info->kind == KIND_REAL;
        double low = real ? info->min : 0.0, high = real ? info->plausible_max : parameter_option_count(info) - 1.0;
        for (int up = 0; up < 2; up++) {
            int allowed = compare(info, up ? low : high, up ? high : low);
            compared += allowed;
            refused += !allowed;
        }
    }
    cr_assert(compared > 9 * refused, "only %d pairs of races were compared, %d were refused", compared, refused);
}

/* Capabilities when decay is this small up to the month of the entry and a tenth from then on; slots are the firms'. */
static size_t catch_up(double before, double capability[FIRMS]) {
    struct failure failure = {0};
    struct race_options options = {.threads = 1};
    const struct parameter_info *info = parameter_find("technology", "decay");
    struct scenario scenario;
    struct race *race;
    open_scenario(&scenario, info, before);
    scenario.parameters.exit_enabled = scenario.parameters.entry_enabled = 0.0;
    scenario.parameters.acquisitions_enabled = 0.0;
    scenario.changes = memory_new(1, sizeof *scenario.changes);
    cr_assert(scenario.changes != NULL);
    scenario.changes[0] = (struct change){.month = LAST + 1, .index = info->index, .value = 0.1};
    scenario.change_count = 1;
    cr_assert(race_new(&race, &scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(race_run(race, LAST + 1, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    size_t slots = race_world(race)->firms.slots;
    memcpy(capability, race_world(race)->firms.capability, FIRMS * sizeof *capability);
    race_free(race);
    scenario_free(&scenario);
    return slots;
}

/* Followers learn from how open the best are, as if decay had been on before, but hardly. */
Test(schedule, decay_that_begins_finds_the_openness_of_the_best) {
    double wanted[FIRMS], found[FIRMS];
    cr_assert(catch_up(1e-12, wanted) == FIRMS && catch_up(0.0, found) == FIRMS);
    for (int i = 0; i < FIRMS; i++)
        cr_assert(fabs(found[i] - wanted[i]) < 1e-9, "slot %d: capability %.12g in place of %.12g", i, found[i],
                  wanted[i]);
}
