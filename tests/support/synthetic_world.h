/* A world without a model: numbers that only depend on (seed, firm, field, month), firms that come and go, so that what
 * is recorded can be known beforehand. */
#ifndef MATTHEW_TESTS_SUPPORT_SYNTHETIC_WORLD_H
#define MATTHEW_TESTS_SUPPORT_SYNTHETIC_WORLD_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agents/world.h"
#include "core/memory.h"
#include "parallel/observer.h"

struct synthetic {
    struct scenario scenario;
    struct world world;
    struct event list[64];
    double growth; /* firms founded in a month */
    int loud;      /* noise in the low bits, as in a race; else round numbers */
};

static inline unsigned long long synthetic_hash(unsigned long long x) {
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

static inline double synthetic_uniform(unsigned long long a, unsigned long long b, unsigned long long c) {
    return (double)(synthetic_hash(a ^ synthetic_hash(b ^ synthetic_hash(c))) >> 11) * 0x1p-53;
}

/* What a column holds for a firm in a month. */
static inline double synthetic_value(const struct synthetic *s, double id, int field, int member, long month) {
    unsigned long long who = (unsigned long long)id, what = (unsigned long long)(field * MEMBERS_MAX + member);
    const struct field_info *info = &field_table[field];
    double size = exp(3.0 * synthetic_uniform(who, 1, what)) * (1.0 + 0.01 * (double)month);
    if (field == FIELD_id)
        return id;
    if (field == FIELD_active)
        return 1.0;
    if (field == FIELD_strategy)
        return floor(synthetic_uniform(who, 2, 0) * s->scenario.members[FAMILY_STRATEGY].count);
    if (field == FIELD_region)
        return floor(synthetic_uniform(who, 3, 0) * s->scenario.members[FAMILY_REGION].count);
    if (field == FIELD_age)
        return (double)month;
    if (info->type == FIELD_INT8)
        return floor(100.0 * synthetic_uniform(who, 1, what));
    if (info->type != FIELD_FLOAT)
        return floor(100.0 * size);
    return s->loud ? size * (0.9 + 0.2 * synthetic_uniform(who, (unsigned long long)month + 10, what))
                   : floor(16.0 * size) / 16.0;
}

static inline void synthetic_fill(struct synthetic *s) {
    struct firms *firms = &s->world.firms;
    for (int field = 0; field < FIELD_COUNT; field++) {
        if (field == FIELD_id)
            continue;
        int members = firms_members(firms, field_table[field].dimension);
        for (int member = 0; member < members; member++) {
            double *column = firms_column(firms, (enum field)field, member);
            for (size_t i = 0; i < firms->slots; i++)
                column[i] = firms->id[i] < 0 ? field_empty((enum field)field)
                                             : synthetic_value(s, firms->id[i], field, member, s->world.month);
        }
    }
}

static inline void synthetic_found(struct synthetic *s, long count) {
    struct world *world = &s->world;
    struct failure failure;
    for (long i = 0; i < count; i++) {
        size_t slot = world->firms.slots;
        if (firms_grow(&world->firms, slot + 1, &failure) != MATTHEW_OK ||
            register_reserve(&world->reg, world->reg.count + 1, &failure) != MATTHEW_OK)
            abort();
        double id = (double)world->reg.count;
        struct register_row *row = &world->reg.rows[world->reg.count++];
        memset(row, 0, sizeof *row);
        if (id < 3)
            snprintf(row->name, sizeof row->name, id == 1 ? "Zürich Labs" : "Firm %.0f", id);
        row->id = id;
        row->slot = (long)slot;
        row->place = (long)world->places.used++;
        row->entry_month = world->month;
        row->exit_month = -1;
        row->parent = -1;
        row->strategy = (int)synthetic_value(s, id, FIELD_strategy, 0, 0);
        row->region = (int)synthetic_value(s, id, FIELD_region, 0, 0);
        world->firms.id[slot] = id;
        world->firms.slots = slot + 1;
    }
}

static inline void synthetic_init(struct synthetic *s, long firms, long months, double growth, int loud) {
    struct failure failure;
    memset(s, 0, sizeof *s);
    s->growth = growth;
    s->loud = loud;
    snprintf(s->scenario.name, sizeof s->scenario.name, "synthetic");
    s->scenario.title = memory_string("A synthetic race");
    s->scenario.start_year = 2024;
    s->scenario.start_month = 1;
    s->scenario.months = months;
    s->scenario.firms = firms;
    s->scenario.seed = 7;
    s->scenario.entry_scale = 1;
    members_builtin(s->scenario.members);
    parameters_builtin(&s->scenario.parameters);
    s->world.scenario = &s->scenario;
    s->world.parameters = s->scenario.parameters;
    if (firms_init(&s->world.firms, (size_t)firms, s->scenario.members[FAMILY_SEGMENT].count,
                   s->scenario.members[FAMILY_TIER].count, s->scenario.members[FAMILY_REGION].count,
                   &failure) != MATTHEW_OK)
        abort();
    s->world.industry.gpu_price = 0.03;
    s->world.events.list = s->list;
    synthetic_found(s, firms);
    synthetic_fill(s);
}

static inline void synthetic_free(struct synthetic *s) {
    memory_free(s->scenario.title);
    firms_free(&s->world.firms);
    register_free(&s->world.reg);
}

/* The end of a month: firm number 10 m + 5 leaves, the last firm moves to its slot, some are founded; one event for
 * each, up to the list's length. */
static inline void synthetic_step(struct synthetic *s) {
    struct world *world = &s->world;
    struct firm_register *reg = &world->reg;
    size_t leaver = (size_t)world->month * 10 + 5;
    world->events.count = 0;
    if (leaver < reg->count && reg->rows[leaver].exit_month < 0) {
        reg->rows[leaver].exit_month = world->month;
        reg->rows[leaver].reason = EXIT_LIQUIDATED;
        size_t slot = (size_t)reg->rows[leaver].slot;
        size_t last = world->firms.slots - 1;
        reg->rows[leaver].slot = -1;
        firms_clear(&world->firms, &slot, 1);
        if (slot != last) {
            firms_compact(&world->firms, &last, &slot, 1, last);
            reg->rows[(size_t)world->firms.id[slot]].slot = (long)slot;
        }
        world->events.list[world->events.count++] =
            (struct event){world->month, EVENT_liquidation, (double)leaver, -1, 0.5 * (double)leaver};
    }
    synthetic_found(s, (long)s->growth);
    world->events.list[world->events.count++] =
        (struct event){world->month, EVENT_entry, (double)(reg->count - 1), -1, 1.25};
    world->month++;
    synthetic_fill(s);
}

/* Shows the world to an observer as a race does. Tasks run in `order` 0: ascending, 1: descending, 2: in parallel. */
static inline int synthetic_show(struct synthetic *s, const struct observer *o, int order, struct failure *failure) {
    int again = 1, status = o->month(o->context, &s->world, failure);
    while (status == MATTHEW_OK && again) {
        long tasks = (long)o->tasks(o->context, &s->world);
        if (order == 2) {
#pragma omp parallel for schedule(dynamic)
            for (long task = 0; task < tasks; task++)
                o->task(o->context, &s->world, (size_t)task);
        } else
            for (long task = 0; task < tasks; task++)
                o->task(o->context, &s->world, (size_t)(order == 0 ? task : tasks - 1 - task));
        status = o->settle(o->context, &s->world, &again, failure);
    }
    s->world.events.count = 0;
    return status;
}

/* A whole run of months 0..until. */
static inline int synthetic_run(struct synthetic *s, const struct observer *o, long until, int order,
                                struct failure *failure) {
    int status = synthetic_show(s, o, order, failure);
    while (status == MATTHEW_OK && s->world.month < until) {
        synthetic_step(s);
        status = synthetic_show(s, o, order, failure);
    }
    struct failure ignored;
    int finished = o->finish(o->context, &s->world, status == MATTHEW_OK ? failure : &ignored);
    return status == MATTHEW_OK ? finished : status;
}

#endif
