#include "parallel/state.h"

#include "agents/events.h"
#include "core/build.h"
#include "core/memory.h"
#include "parallel/check.h"
#include "parallel/month.h"

#include <math.h>
#include <string.h>

static uint64_t digest_text(uint64_t digest, const char *text) {
    return tape_digest(digest, text, strlen(text) + 1);
}

uint64_t state_shape(const struct scenario *scenario) {
    uint64_t digest = 0;
    for (int field = 0; field < FIELD_COUNT; field++) {
        const struct field_info *info = &field_table[field];
        int form[] = {(int)info->dimension, (int)info->class, (int)info->type};
        digest = tape_digest(digest_text(digest, info->name), form, sizeof form);
    }
#define INDUSTRY(name, ...) digest = digest_text(digest, #name);
#define INDUSTRY_MEMBERS(name, ...) digest = digest_text(digest, #name "*");
#define INDUSTRY_PAYMENTS(name, ...) digest = digest_text(digest, #name "$");
#include "agents/industry.def"
#undef INDUSTRY
#undef INDUSTRY_MEMBERS
#undef INDUSTRY_PAYMENTS
    uint64_t sizes[] = {sizeof(struct register_row),
                        sizeof(struct industry),
                        sizeof(struct conditions),
                        (uint64_t)scenario->members[FAMILY_SEGMENT].count,
                        (uint64_t)scenario->members[FAMILY_TIER].count,
                        (uint64_t)scenario->members[FAMILY_REGION].count};
    return tape_digest(digest, sizes, sizeof sizes);
}

uint64_t state_build(void) {
    const char *made_by[] = {build.version, build.revision, build.dirty ? "dirty" : "",
                             build.sources, build.compiler, build.flags};
    uint64_t digest = 0;
    for (size_t i = 0; i < sizeof made_by / sizeof *made_by; i++)
        digest = digest_text(digest, made_by[i]);
    return digest;
}

static void carry_columns(struct tape *tape, struct firms *firms) {
    for (int field = 0; field < FIELD_COUNT; field++)
        for (int member = 0; member < firms_members(firms, field_table[field].dimension); member++)
            tape_carry(tape, firms_column(firms, (enum field)field, member), firms->slots * sizeof(double));
}

static size_t bytes_of_slot(const struct firms *firms) {
    size_t columns = 0;
    for (int field = 0; field < FIELD_COUNT; field++)
        columns += (size_t)firms_members(firms, field_table[field].dimension);
    return columns * sizeof(double);
}

static void carry_numbers(struct tape *tape, struct world *world) {
    tape_number(tape, &world->month);
    tape_number(tape, &world->turned_over);
    tape_number(tape, &world->entries);
    tape_number(tape, &world->exits);
    tape_carry(tape, &world->industry, sizeof world->industry);
    tape_carry(tape, &world->conditions, sizeof world->conditions);
}

static void carry_places(struct tape *tape, struct places *places) {
    for (size_t i = 0; i < places->count; i++) {
        size_t at = (places->first + i) % places->capacity;
        long place = (long)places->place[at], left = places->left[at];
        tape_number(tape, &place);
        tape_number(tape, &left);
        if (tape->writing) /* a world that is only looked at */
            continue;
        places->place[at] = (size_t)place;
        places->left[at] = left;
    }
}

/* Who leaves and which groups found a firm at the end of the month: decided before the month is recorded. */
static void carry_departures(struct tape *tape, struct departures *departures) {
    for (size_t i = 0; i < departures->count; i++) {
        struct departure one = tape->writing ? departures->list[i] : (struct departure){0};
        long slot = (long)one.slot, buyer = one.buyer == NO_SLOT ? -1 : (long)one.buyer, insolvent = one.insolvent;
        tape_carry(tape, &one.id, sizeof one.id);
        tape_carry(tape, &one.price, sizeof one.price);
        tape_number(tape, &slot);
        tape_number(tape, &buyer);
        tape_number(tape, &insolvent);
        if (tape->writing)
            continue;
        one.slot = (size_t)slot;
        one.buyer = buyer < 0 ? NO_SLOT : (size_t)buyer;
        one.insolvent = insolvent != 0;
        departures->list[i] = one;
    }
}

static void carry_spin_outs(struct tape *tape, struct spin_outs *spin_outs) {
    for (size_t i = 0; i < spin_outs->count; i++) {
        struct spin_out one = tape->writing ? spin_outs->list[i] : (struct spin_out){0};
        long region = one.region;
        tape_carry(tape, &one.parent, sizeof one.parent);
        tape_carry(tape, &one.researchers, sizeof one.researchers);
        tape_carry(tape, &one.capability, sizeof one.capability);
        tape_number(tape, &region);
        if (tape->writing)
            continue;
        one.region = region >= 0 && region < MEMBERS_MAX ? (int)region : -1;
        spin_outs->list[i] = one;
    }
}

void state_save(struct tape *tape, const struct world *world) {
    struct world copy = *world; /* nothing that it points to is changed by writing */
    carry_numbers(tape, &copy);
    tape_count(tape, &copy.firms.slots, 0, 0);
    carry_columns(tape, &copy.firms);
    tape_count(tape, &copy.reg.count, 0, 0);
    tape_carry(tape, copy.reg.rows, copy.reg.count * sizeof *copy.reg.rows);
    tape_count(tape, &copy.places.used, 0, 0);
    tape_count(tape, &copy.places.count, 0, 0);
    carry_places(tape, &copy.places);
    tape_count(tape, &copy.departures.count, 0, 0);
    tape_count(tape, &copy.departures.bought, 0, 0);
    carry_departures(tape, &copy.departures);
    tape_count(tape, &copy.spin_outs.count, 0, 0);
    carry_spin_outs(tape, &copy.spin_outs);
}

/* ---- whether what was read can be a state at all: everything that the program uses as a place ---- */

static int is_place(double value, size_t count) {
    return value >= 0.0 && value < (double)count && floor(value) == value;
}

static int firms_make_sense(const struct world *world) {
    const struct firms *firms = &world->firms;
    size_t strategies = (size_t)world->scenario->members[FAMILY_STRATEGY].count, regions = (size_t)firms->regions;
    for (size_t slot = 0; slot < firms->slots; slot++) {
        double id = firms->id[slot];
        if (firms->active[slot] == 0.0
                ? id != -1.0
                : firms->active[slot] != 1.0 || !is_place(id, world->reg.count) ||
                      world->reg.rows[(size_t)id].slot != (long)slot || !is_place(firms->strategy[slot], strategies) ||
                      !is_place(firms->region[slot], regions))
            return 0;
        if (firms->watch_left[slot] > 0.0 && !is_place(firms->watched[slot] - 1.0, world->reg.count))
            return 0;
    }
    return 1;
}

static int register_makes_sense(const struct world *world) {
    const struct firm_register *reg = &world->reg;
    for (size_t i = 0; i < reg->count; i++) {
        const struct register_row *row = &reg->rows[i];
        int alive = row->exit_month < 0;
        if (row->id != (double)i || (alive ? world_slot(world, row->id) == NO_SLOT : row->slot != -1) ||
            row->place < 0 || (size_t)row->place >= world->places.used ||
            memchr(row->name, '\0', sizeof row->name) == NULL || row->strategy < 0 ||
            row->strategy >= world->scenario->members[FAMILY_STRATEGY].count || row->region < 0 ||
            row->region >= world->firms.regions || !(row->parent == -1.0 || is_place(row->parent, reg->count)) ||
            row->entry_month < 0 || row->entry_month > world->month || row->exit_month < -1 ||
            row->exit_month > world->month || (int)row->reason < 0 || (int)row->reason > INT8_MAX)
            return 0;
    }
    return world->industry.next_id == (double)reg->count;
}

/* Every place belongs to one firm or rests, once: else two firms would share one. */
static int places_make_sense(const struct world *world, struct failure *failure, int *sense) {
    const struct places *places = &world->places;
    unsigned char *taken = memory_new(places->used, sizeof *taken);
    if (taken == NULL)
        return fail_memory(failure, "a checkpoint");
    size_t count = 0;
    int fine = 1;
    for (size_t slot = 0; slot < world->firms.slots; slot++)
        if (world->firms.id[slot] >= 0.0) {
            fine &= taken[world->reg.rows[(size_t)world->firms.id[slot]].place]++ == 0;
            count++;
        }
    for (size_t i = 0; i < places->count && fine; i++)
        fine = places->place[i] < places->used && places->left[i] >= 0 && places->left[i] <= world->month &&
               taken[places->place[i]]++ == 0;
    memory_free(taken);
    *sense = fine && count + places->count == places->used;
    return MATTHEW_OK;
}

static int turn_over_makes_sense(const struct world *world) {
    const struct firms *firms = &world->firms;
    double *leaves = world->departures.weight; /* scratch: whether a slot is in the list */
    memset(leaves, 0, firms->slots * sizeof *leaves);
    for (size_t i = 0; i < world->departures.count; i++) {
        const struct departure *one = &world->departures.list[i];
        if (one->slot >= firms->slots || leaves[one->slot]++ > 0.0 || firms->active[one->slot] == 0.0 ||
            firms->id[one->slot] != one->id || !isfinite(one->price) || one->buyer == one->slot ||
            !(one->buyer == NO_SLOT || (one->buyer < firms->slots && firms->active[one->buyer] > 0.0)))
            return 0;
    }
    for (size_t i = 0; i < world->spin_outs.count; i++) {
        const struct spin_out *one = &world->spin_outs.list[i];
        if (!is_place(one->parent, world->reg.count) || !is_place(one->researchers, (size_t)INT32_MAX) ||
            !isfinite(one->capability) || one->region < 0 || one->region >= firms->regions)
            return 0;
    }
    return (long)world->departures.count == world->exits && world->departures.bought <= world->departures.count &&
           (long)world->spin_outs.count <= world->entries;
}

static int numbers_make_sense(const struct world *world) {
    const double *first = (const double *)(const void *)&world->industry;
    const double *conditions = (const double *)(const void *)&world->conditions;
    for (size_t i = 0; i < sizeof world->industry / sizeof *first; i++)
        if (!isfinite(first[i]))
            return 0;
    for (size_t i = 0; i < sizeof world->conditions / sizeof *conditions; i++)
        if (!isfinite(conditions[i]))
            return 0;
    return world->month >= 0 && world->month <= world->scenario->months &&
           world->turned_over == (world->month > 0 ? world->month - 1 : 0) && world->entries >= 0 &&
           world->entries <= SCENARIO_FIRMS_MAX && world->exits >= 0 && (size_t)world->exits <= world->firms.slots;
}

/* ---- reading ---- */

static int damaged(struct failure *failure) {
    return fail(failure, MATTHEW_READ_FAILED, "the checkpoint is damaged");
}

static int load_firms(struct tape *tape, struct world *world, struct failure *failure) {
    size_t slots = 0;
    tape_count(tape, &slots, (size_t)INT32_MAX, bytes_of_slot(&world->firms));
    if (tape->status != MATTHEW_OK || slots == 0)
        return damaged(failure);
    int status = world_reserve(world, slots, failure);
    if (status != MATTHEW_OK)
        return status;
    if (slots < world->firms.slots) /* fewer firms than at the start: the others leave nothing behind */
        firms_compact(&world->firms, NULL, NULL, 0, slots);
    world->firms.slots = slots;
    world->sums.blocks = (slots + BLOCK - 1) / BLOCK;
    carry_columns(tape, &world->firms);
    return MATTHEW_OK;
}

static int load_lists(struct tape *tape, struct world *world, struct failure *failure) {
    size_t count = 0;
    tape_count(tape, &count, (size_t)INT32_MAX, sizeof *world->reg.rows);
    int status = register_reserve(&world->reg, count, failure);
    if (status != MATTHEW_OK)
        return status;
    world->reg.count = count;
    tape_carry(tape, world->reg.rows, count * sizeof *world->reg.rows);
    world->places.first = 0;
    tape_count(tape, &world->places.used, count, 0);
    size_t resting = 0;
    tape_count(tape, &resting, world->places.used, 2 * sizeof(int64_t));
    status = places_reserve(&world->places, resting, failure);
    if (status != MATTHEW_OK)
        return status;
    world->places.count = resting;
    carry_places(tape, &world->places);
    tape_count(tape, &world->departures.count, world->firms.slots, 5 * sizeof(double));
    tape_count(tape, &world->departures.bought, world->firms.slots, 0);
    carry_departures(tape, &world->departures);
    tape_count(tape, &world->spin_outs.count, world->spin_outs.capacity, 4 * sizeof(double));
    carry_spin_outs(tape, &world->spin_outs);
    return tape->status == MATTHEW_OK ? MATTHEW_OK : damaged(failure);
}

/* The parameters in force, as the months before would have left them. */
static void set_parameters(struct world *world) {
    double *value = (double *)(void *)&world->parameters;
    const struct scenario *scenario = world->scenario;
    for (size_t i = 0; i < scenario->change_count; i++)
        if (scenario->changes[i].month >= 1 && scenario->changes[i].month <= world->month)
            value[scenario->changes[i].index] = scenario->changes[i].value;
}

int state_load(struct tape *tape, struct world *world, struct failure *failure) {
    struct failure why;
    carry_numbers(tape, world);
    int status = load_firms(tape, world, failure);
    if (status == MATTHEW_OK)
        status = load_lists(tape, world, failure);
    if (status != MATTHEW_OK)
        return status;
    if (tape->status != MATTHEW_OK || !numbers_make_sense(world) || !register_makes_sense(world) ||
        !firms_make_sense(world) || !turn_over_makes_sense(world))
        return damaged(failure);
    int sense = 0;
    status = places_make_sense(world, failure, &sense);
    if (status != MATTHEW_OK)
        return status;
    if (!sense)
        return damaged(failure);
    set_parameters(world);
    return check_world(world, &why) == MATTHEW_OK ? MATTHEW_OK : damaged(failure);
}
