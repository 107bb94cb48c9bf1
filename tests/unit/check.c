/* The invariants: a sound month passes, and each kind of damage is found and named. */
#include "parallel/check.h"

#include "support/races.h"

#include <criterion/criterion.h>

struct patient {
    struct scenario scenario;
    struct race *race;
    struct world *world;
};

static int keep_it(void *context, const struct world *world, struct failure *failure) {
    (void)context;
    (void)world;
    return fail(failure, MATTHEW_WRITE_FAILED, "stop before exits");
}

/* A race that stands at the end of month 8, before exits. */
static void open_patient(struct patient *patient) {
    struct failure failure = {0};
    scenario_small(&patient->scenario, 300, 20);
    struct observer observer = {.month = keep_it};
    struct race_options options = {.threads = 1, .check = 1, .observer = &observer};
    patient->race = race_at(&patient->scenario, 7);
    cr_assert(race_run(patient->race, 8, &options, &failure) == MATTHEW_WRITE_FAILED);
    patient->world = (struct world *)(uintptr_t)race_world(patient->race);
    cr_assert(patient->world->month == 8);
    cr_assert(check_world(patient->world, &failure) == MATTHEW_OK, "%s", failure.text);
}

static void close_patient(struct patient *patient) {
    race_free(patient->race);
    scenario_free(&patient->scenario);
}

/* Sets a value, wants it found with these words, and heals it. */
static void damage(const struct patient *patient, double *value, double bad, const char *word, const char *name) {
    struct failure failure = {0};
    double kept = *value;
    *value = bad;
    int status = check_world(patient->world, &failure);
    *value = kept;
    cr_assert(status == MATTHEW_BROKEN_INVARIANT, "%s = %g is not found", name, bad);
    cr_assert(failure.status == status && strstr(failure.text, "month 8") != NULL, "%s", failure.text);
    cr_assert(strstr(failure.text, word) != NULL && strstr(failure.text, name) != NULL, "%s", failure.text);
    cr_assert(check_world(patient->world, &failure) == MATTHEW_OK);
}

Test(check, every_column) {
    struct patient patient;
    open_patient(&patient);
    struct firms *firms = &patient.world->firms;
    for (int field = 0; field < FIELD_COUNT; field++) {
        const struct field_info *info = &field_table[field];
        int member = firms_members(firms, info->dimension) - 1;
        double *value = &firms_column(firms, (enum field)field, member)[firms->slots - 1];
        damage(&patient, value, NAN, "not a finite number", info->name);
        damage(&patient, value, INFINITY, "not a finite number", info->name);
        if (info->type != FIELD_FLOAT)
            damage(&patient, value, 0.5, "not a whole number", info->name);
    }
    static const enum field stocks[] = {FIELD_gpus,        FIELD_staff,         FIELD_accounts, FIELD_price,
                                        FIELD_gpu_backlog, FIELD_gpu_allotment, FIELD_software, FIELD_hires,
                                        FIELD_receivables, FIELD_wage_premium};
    for (size_t i = 0; i < sizeof stocks / sizeof *stocks; i++)
        damage(&patient, &firms_column(firms, stocks[i], 0)[3], -1.0, "negative", field_table[stocks[i]].name);
    close_patient(&patient);
}

Test(check, conservation) {
    struct patient patient;
    open_patient(&patient);
    struct world *world = patient.world;
    size_t alive = 0;
    while (world->firms.active[alive] == 0.0)
        alive++;
    damage(&patient, &world->firms.accounts[0][alive], world->firms.accounts[0][alive] + 1.0, "population", "consumer");
    damage(&patient, &world->industry.non_adopters[3], world->industry.non_adopters[3] - 1.0, "population",
           "government");
    damage(&patient, &world->firms.gpu_allotment[alive], world->firms.gpu_allotment[alive] + 1.0, "could be sold",
           "allotted");
    struct industry *industry = &patient.world->industry;
    damage(&patient, &industry->pool[1], industry->pool[1] - 1.0, "people in firms", "engineer");
    close_patient(&patient);
}

Test(check, empty_slots_hold_nothing) {
    struct patient patient;
    open_patient(&patient);
    struct world *world = patient.world;
    double held = 0.0;
    for (int s = 0; s < world->firms.segments; s++) { /* empty slot 7 by hand */
        held = world->firms.accounts[s][7];
        world->firms.accounts[s][7] = 0.0;
        world->industry.non_adopters[s] += held;
    }
    for (int tier = 0; tier < world->firms.tiers; tier++)
        world->industry.pool[tier] += world->firms.staff[tier][7];
    double allotment = world->firms.gpu_allotment[7];
    firms_clear(&world->firms, 7);
    world->firms.gpu_allotment[8] += allotment;
    struct failure failure = {0};
    cr_assert(check_world(world, &failure) == MATTHEW_OK, "%s", failure.text);
    damage(&patient, &world->firms.cash[7], 1.0, "empty slot", "cash");
    damage(&patient, &world->firms.appeal[1][7], 1e-9, "empty slot", "appeal");
    close_patient(&patient);
}

/* --check ends a run at the month where something breaks, and says so. */
Test(check, a_run_ends_where_an_invariant_breaks) {
    struct scenario scenario;
    struct failure failure = {0};
    scenario_small(&scenario, 50, 20);
    struct race_options options = {.threads = 1, .check = 1};
    struct race *race = race_at(&scenario, 3);
    ((struct world *)(uintptr_t)race_world(race))->firms.accounts[0][0] += 1.0;
    cr_assert(race_run(race, 20, &options, &failure) == MATTHEW_BROKEN_INVARIANT);
    cr_assert(race_world(race)->month == 4);
    cr_assert(strstr(failure.text, "month 4") != NULL, "%s", failure.text);
    race_free(race);
    scenario_free(&scenario);
}
