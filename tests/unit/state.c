/* A saved state that contradicts itself is refused, whatever its digest says: what a month would index with. */
#include "parallel/state.h"
#include "support/checkpoints.h"

#include <criterion/criterion.h>

TestSuite(state, .init = folder_make, .fini = folder_remove, .timeout = 120);

static const char KIND[TAPE_KIND] = "state";

static struct failure failure;
static struct scenario scenario;

static int stop_when_busy(void *context, const struct world *world, struct failure *why) {
    (void)context;
    int busy = world->month >= 3 && world->spin_outs.count >= 1 && world->departures.count >= 2;
    return busy ? fail(why, MATTHEW_WRITE_FAILED, "stop here") : MATTHEW_OK;
}

/* A month in which firms leave, groups found firms and somebody watches somebody. */
static struct race *busy_race(void) {
    cr_assert(scenario_load(&scenario, "frontier-race", &failure) == MATTHEW_OK);
    cr_assert(scenario_set_firms(&scenario, 1000, &failure) == MATTHEW_OK);
    scenario.parameters.organisation_infighting_hazard = 0.05;
    scenario.parameters.learning_rate = 0.2;
    scenario.months = 24;
    struct race *race;
    struct observer observer = {.month = stop_when_busy};
    struct race_options options = {.threads = 1, .observer = &observer};
    cr_assert(race_new(&race, &scenario, &failure) == MATTHEW_OK);
    cr_assert(race_run(race, 24, &options, &failure) == MATTHEW_WRITE_FAILED); /* so that it stands before exits */
    return race;
}

/* The status of reading what the world, as it is now, is saved as. */
static int status_of(const struct world *world) {
    struct tape tape;
    struct race *again = NULL;
    cr_assert(tape_create(&tape, path, KIND, &failure) == MATTHEW_OK);
    state_save(&tape, world);
    cr_assert(tape_finish(&tape, &failure) == MATTHEW_OK);
    tape_free(&tape);
    cr_assert(tape_open(&tape, path, KIND, &failure) == MATTHEW_OK, "%s", failure.text);
    int status = race_load(&again, &scenario, &tape, &failure);
    tape_free(&tape);
    race_free(again);
    return status;
}

static size_t first_watching(const struct firms *firms) {
    size_t slot = 0;
    while (slot < firms->slots && firms->watch_left[slot] == 0.0)
        slot++;
    cr_assert(slot < firms->slots);
    return slot;
}

Test(state, what_contradicts_itself_is_refused) {
    struct race *race = busy_race();
    struct world *world = (struct world *)(uintptr_t)race_world(race);
    size_t watching = first_watching(&world->firms);
    cr_assert(status_of(world) == MATTHEW_OK, "%s", failure.text);

    long entries = world->entries;
    world->entries = (long)world->spin_outs.count - 1; /* fewer entrants than groups that found firms */
    cr_assert(status_of(world) == MATTHEW_READ_FAILED);
    world->entries = entries;

    double watched = world->firms.watched[watching];
    static const double firms[] = {0.0, 1e15, -1.0};
    for (int i = 0; i < 3; i++) { /* a firm that never was */
        world->firms.watched[watching] = firms[i];
        cr_assert(status_of(world) == MATTHEW_READ_FAILED, "%g", firms[i]);
    }
    world->firms.watched[watching] = watched;

    struct departure second = world->departures.list[1];
    world->departures.list[1] = world->departures.list[0]; /* one firm leaves twice */
    cr_assert(status_of(world) == MATTHEW_READ_FAILED);
    world->departures.list[1] = second;

    struct register_row *row = &world->reg.rows[1000 - 1];
    long month = row->exit_month;
    row->exit_month = month < 0 ? 5 : -1; /* a firm that is there and gone, or the other way round */
    cr_assert(status_of(world) == MATTHEW_READ_FAILED);
    row->exit_month = month;

    struct places *places = &world->places;
    size_t resting = places->place[places->first], used = places->used;
    cr_assert(places->count >= 2);
    const size_t wrong[] = {(size_t)world->reg.rows[(size_t)world->firms.id[0]].place, used,
                            places->place[(places->first + 1) % places->capacity]};
    for (int i = 0; i < 3; i++) { /* a place that a firm has, that never was, that rests twice */
        places->place[places->first] = wrong[i];
        cr_assert(status_of(world) == MATTHEW_READ_FAILED, "place %zu", wrong[i]);
    }
    places->place[places->first] = resting;
    places->used++; /* one that nobody has */
    cr_assert(status_of(world) == MATTHEW_READ_FAILED);
    places->used = used;

    double moved = world->firms.id[0]; /* two firms that the register has in each other's slots */
    world->firms.id[0] = world->firms.id[1];
    world->firms.id[1] = moved;
    cr_assert(status_of(world) == MATTHEW_READ_FAILED);
    world->firms.id[1] = world->firms.id[0];
    world->firms.id[0] = moved;

    cr_assert(status_of(world) == MATTHEW_OK);
    race_free(race);
    scenario_free(&scenario);
}
