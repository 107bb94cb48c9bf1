#include "study/validate.h"

#include "core/elementary.h"
#include "core/memory.h"
#include "parallel/race.h"
#include "study/ensemble.h"
#include "study/facts.h"
#include "study/recorded.h"
#include "study/seeds.h"

#include <math.h>
#include <string.h>

static int begin(struct validation *validation, size_t replications, struct failure *failure) {
    memset(validation, 0, sizeof *validation);
    validation->replications = replications;
    validation->seeds = memory_new(replications, sizeof *validation->seeds);
    validation->values = memory_new(replications, sizeof *validation->values);
    if (validation->seeds != NULL && validation->values != NULL)
        return MATTHEW_OK;
    validation_free(validation);
    return fail_memory(failure, "a validation");
}

void validation_free(struct validation *validation) {
    memory_free(validation->seeds);
    memory_free(validation->values);
    memset(validation, 0, sizeof *validation);
}

static struct finding conclude(const struct validation *validation, int fact) {
    struct finding finding = {.measured = (double)NAN, .standard_error = (double)NAN};
    double total = 0.0, squares = 0.0;
    for (size_t r = 0; r < validation->replications; r++) {
        if (isnan(validation->values[r][fact]))
            continue;
        total += validation->values[r][fact];
        finding.measured_in++;
    }
    double n = (double)finding.measured_in;
    if (finding.measured_in > 0)
        finding.measured = total / n;
    for (size_t r = 0; r < validation->replications; r++) {
        double apart = validation->values[r][fact] - finding.measured;
        squares += isnan(apart) ? 0.0 : apart * apart;
    }
    if (finding.measured_in > 1)
        finding.standard_error = portable_sqrt(squares / (n - 1.0) / n);
    int inside = finding.measured >= fact_table[fact].low && finding.measured <= fact_table[fact].high;
    finding.verdict = finding.measured_in == 0 ? VERDICT_NOT_MEASURED : inside ? VERDICT_IN_BAND : VERDICT_OUT_OF_BAND;
    return finding;
}

static void conclude_all(struct validation *validation, const struct scenario *scenario) {
    for (int fact = 0; fact < FACT_COUNT; fact++) {
        struct finding *finding = &validation->finding[fact];
        *finding = conclude(validation, fact);
        finding->required = scenario->validates[fact];
        validation->failed += finding->required && finding->verdict != VERDICT_IN_BAND;
    }
}

/* Runs one replication and measures it. */
static int replicate(const struct scenario *base, uint64_t seed, int threads, const volatile sig_atomic_t *stop,
                     double measured[FACT_COUNT], struct failure *failure) {
    struct scenario scenario = *base; /* borrows what the base owns; the race copies it */
    struct collection collection;
    struct race *race = NULL;
    scenario.seed = seed;
    int status = collect_init(&collection, base, base->months, failure);
    if (status == MATTHEW_OK)
        status = race_new(&race, &scenario, failure);
    if (status == MATTHEW_OK) {
        struct observer observer = collect_observer(&collection);
        struct race_options options = {.threads = threads, .stop = stop, .observer = &observer};
        status = race_run(race, base->months, &options, failure);
    }
    if (status == MATTHEW_OK)
        status = facts_measure(&collection, &race_world(race)->reg, measured, failure);
    race_free(race);
    collect_free(&collection);
    return status;
}

/* What the replications share. */
struct replications {
    struct validation *validation;
    const struct scenario *scenario;
    const volatile sig_atomic_t *stop;
};

static int take_one(void *context, size_t place, int threads, struct failure *failure) {
    const struct replications *shared = context;
    struct validation *validation = shared->validation;
    return replicate(shared->scenario, validation->seeds[place], threads, shared->stop, validation->values[place],
                     failure);
}

int validate_scenario(struct validation *validation, const struct scenario *scenario,
                      const struct validate_options *options, struct failure *failure) {
    int status = begin(validation, options->replications, failure);
    if (status != MATTHEW_OK)
        return status;
    for (size_t r = 0; r < options->replications; r++)
        validation->seeds[r] = replicate_seed(scenario->seed, r);
    struct replications shared = {validation, scenario, options->stop};
    struct ensemble ensemble = {.count = options->replications,
                                .firms = scenario->firms,
                                .threads = options->threads,
                                .stop = options->stop,
                                .run = take_one,
                                .context = &shared};
    status = ensemble_run(&ensemble, failure);
    if (status != MATTHEW_OK) {
        validation_free(validation);
        return status;
    }
    conclude_all(validation, scenario);
    return MATTHEW_OK;
}

static int measure_recorded(struct recorded *recorded, double measured[FACT_COUNT], struct failure *failure) {
    struct collection collection;
    int status = collect_init(&collection, &recorded->scenario, recorded->last, failure);
    for (long month = 0; month <= recorded->last && status == MATTHEW_OK; month++) {
        status = recorded_month(recorded, month, failure);
        if (status == MATTHEW_OK)
            status = collect_month(&collection, &recorded->world, failure);
    }
    if (status == MATTHEW_OK)
        status = facts_measure(&collection, &recorded->world.reg, measured, failure);
    collect_free(&collection);
    return status;
}

int validate_file(struct validation *validation, struct scenario *scenario, const char *path, struct failure *failure) {
    struct recorded recorded;
    memset(scenario, 0, sizeof *scenario);
    int status = begin(validation, 1, failure);
    if (status != MATTHEW_OK)
        return status;
    status = recorded_open(&recorded, path, collect_field_table, collect_field_count, failure);
    if (status == MATTHEW_OK) {
        status = measure_recorded(&recorded, validation->values[0], failure);
        validation->seeds[0] = recorded.scenario.seed;
        conclude_all(validation, &recorded.scenario);
        *scenario = recorded.scenario;
        memset(&recorded.scenario, 0, sizeof recorded.scenario);
        recorded_close(&recorded);
    }
    if (status != MATTHEW_OK)
        validation_free(validation);
    return status;
}
