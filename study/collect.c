#include "study/collect.h"

#include "core/elementary.h"
#include "core/memory.h"
#include "core/sums.h"

#include <math.h>
#include <string.h>

#define NOT_KNOWN ((double)NAN)

const enum field collect_field_table[] = {
    FIELD_age,   FIELD_total_receipts, FIELD_valuation,         FIELD_investor_stake,
    FIELD_round, FIELD_raised,         FIELD_investor_proceeds, FIELD_funding,
    FIELD_staff, FIELD_separations,    FIELD_capability,        FIELD_walkouts};
const size_t collect_field_count = sizeof collect_field_table / sizeof *collect_field_table;

/* ---- memory ---- */

/* One block of `parts` arrays of count doubles, filled with NaN. */
static int divide(double **block, double **part[], size_t parts, size_t count, struct failure *failure) {
    double *room = count > SIZE_MAX / parts ? NULL : memory_new(parts * count, sizeof *room);
    if (room == NULL)
        return fail_memory(failure, "what the facts are measured from");
    for (size_t i = 0; i < parts * count; i++)
        room[i] = NOT_KNOWN;
    for (size_t i = 0; i < parts; i++)
        *part[i] = room + i * count;
    *block = room;
    return MATTHEW_OK;
}

int collect_init(struct collection *collection, const struct scenario *scenario, long last, struct failure *failure) {
    memset(collection, 0, sizeof *collection);
    collection->scenario = scenario;
    collection->last = last;
    double **series[] = {&collection->hhi, &collection->frontier, &collection->moves_sticky,
                         &collection->moves_contestable};
    int status = divide(&collection->by_month, series, sizeof series / sizeof *series, (size_t)last + 1, failure);
    if (status != MATTHEW_OK)
        return status;
    collection->leaders = memory_new((size_t)last + 1, sizeof *collection->leaders);
    if (collection->leaders != NULL)
        return MATTHEW_OK;
    collect_free(collection);
    return fail_memory(failure, "the largest firms");
}

static void free_growths(struct growths *growths) {
    memory_free(growths->log_size);
    memory_free(growths->growth);
    memory_free(growths->old);
}

void collect_free(struct collection *collection) {
    free_growths(&collection->receipts);
    free_growths(&collection->staff);
    memory_free(collection->by_firm);
    memory_free(collection->present);
    memory_free(collection->by_month);
    memory_free(collection->leaders);
    memory_free(collection->initial_age);
    memory_free(collection->final);
    memset(collection, 0, sizeof *collection);
}

/* Room for so many firms ever, and as many slots; rare. What last year left stays. */
static int grow(struct collection *collection, size_t firms, struct failure *failure) {
    if (firms <= collection->room)
        return MATTHEW_OK;
    struct collection before = *collection;
    double **parts[] = {&collection->year_receipts, &collection->year_staff, &collection->year_funding,
                        &collection->headcount, &collection->scratch};
    const double *kept[] = {before.year_receipts, before.year_staff, before.year_funding};
    size_t room = firms + firms / 4;
    size_t *present = memory_grow(collection->present, 0, room, sizeof *present);
    if (present == NULL)
        return fail_memory(failure, "what the facts are measured from");
    collection->present = present;
    int status = divide(&collection->by_firm, parts, sizeof parts / sizeof *parts, room, failure);
    if (status != MATTHEW_OK)
        return status;
    for (size_t i = 0; i < room; i++)
        collection->year_funding[i] = 0.0;
    for (size_t k = 0; k < sizeof kept / sizeof *kept && before.room > 0; k++)
        memcpy(*parts[k], kept[k], before.room * sizeof **parts);
    collection->room = room;
    memory_free(before.by_firm);
    return MATTHEW_OK;
}

static int grow_growths(struct growths *growths, size_t more, struct failure *failure) {
    size_t count = growths->count, capacity = count + more;
    if (capacity <= growths->capacity)
        return MATTHEW_OK;
    capacity += capacity / 2;
    double *log_size = memory_grow(growths->log_size, count, capacity, sizeof *log_size);
    growths->log_size = log_size != NULL ? log_size : growths->log_size;
    double *growth = log_size == NULL ? NULL : memory_grow(growths->growth, count, capacity, sizeof *growth);
    growths->growth = growth != NULL ? growth : growths->growth;
    unsigned char *old = growth == NULL ? NULL : memory_grow(growths->old, count, capacity, sizeof *old);
    growths->old = old != NULL ? old : growths->old;
    if (old == NULL)
        return fail_memory(failure, "growth rates");
    growths->capacity = capacity;
    return MATTHEW_OK;
}

/* Lists the firms of this month by rising id. */
static void find_firms(struct collection *collection, const struct world *world) {
    collection->count = 0;
    for (size_t id = 0; id < world->reg.count; id++) {
        size_t slot = world_slot(world, (double)id);
        if (slot != NO_SLOT)
            collection->present[collection->count++] = slot;
    }
}

/* The sum of a column; uses scratch. */
static double total_of(struct collection *collection, const double *column) {
    for (size_t i = 0; i < collection->count; i++)
        collection->scratch[i] = column[collection->present[i]];
    return sum_array(collection->scratch, collection->count);
}

/* ---- growth ---- */

/* Growth since a year ago of the firms that were there then; less the year's median. */
static void add_growths(struct collection *collection, struct growths *growths, const struct firms *firms,
                        const double *before, const double *now, double least) {
    size_t begin = growths->count, count = 0;
    for (size_t i = 0; i < collection->count; i++) {
        size_t slot = collection->present[i], id = (size_t)firms->id[slot];
        if (!(before[id] > least) || !(now[slot] > least))
            continue;
        double growth = portable_log(now[slot] / before[id]);
        growths->log_size[begin + count] = portable_log(before[id]);
        growths->growth[begin + count] = growth;
        growths->old[begin + count] = firms->age[slot] - 12.0 > GROWTH_OLD;
        collection->scratch[count++] = growth;
    }
    double middle = median_sorting(collection->scratch, count);
    for (size_t i = 0; i < count; i++)
        growths->growth[begin + i] -= middle;
    growths->count += count;
}

/* Once a year. */
static int close_growth_year(struct collection *collection, const struct firms *firms, long month,
                             struct failure *failure) {
    if (month < GROWTH_FIRST)
        return MATTHEW_OK;
    if (month >= GROWTH_FIRST + 12) {
        int status = grow_growths(&collection->receipts, collection->count, failure);
        if (status == MATTHEW_OK)
            status = grow_growths(&collection->staff, collection->count, failure);
        if (status != MATTHEW_OK)
            return status;
        add_growths(collection, &collection->receipts, firms, collection->year_receipts, firms->total_receipts,
                    GROWTH_RECEIPTS_LEAST);
        add_growths(collection, &collection->staff, firms, collection->year_staff, collection->headcount,
                    GROWTH_STAFF_LEAST);
    }
    for (size_t id = 0; id < collection->room; id++)
        collection->year_receipts[id] = collection->year_staff[id] = NOT_KNOWN;
    for (size_t i = 0; i < collection->count; i++) {
        size_t slot = collection->present[i], id = (size_t)firms->id[slot];
        collection->year_receipts[id] = firms->total_receipts[slot];
        collection->year_staff[id] = collection->headcount[slot];
    }
    return MATTHEW_OK;
}

/* ---- shares ---- */

/* Puts a firm among the largest, which are ordered; the older one goes first among equals. */
static void place(size_t slots[MOVES_LEADERS], const double *receipts, size_t slot) {
    int rank = MOVES_LEADERS;
    while (rank > 0 && (slots[rank - 1] == NO_SLOT || receipts[slots[rank - 1]] < receipts[slot]))
        rank--;
    for (int i = MOVES_LEADERS - 1; i > rank; i--)
        slots[i] = slots[i - 1];
    if (rank < MOVES_LEADERS)
        slots[rank] = slot;
}

/* The sum of what the largest firms of an earlier month have moved since, a year; a firm that is gone has no share. */
static double moves(const struct collection *collection, const struct world *world, double total, long from,
                    long month) {
    const struct leaders *before = &collection->leaders[from];
    double sum = 0.0;
    for (int i = 0; i < MOVES_LEADERS && before->slot[i] != NO_SLOT; i++) {
        size_t slot = world_slot(world, before->id[i]);
        double now = slot != NO_SLOT ? world->firms.total_receipts[slot] / total : 0.0;
        sum += portable_abs(now - before->share[i]);
    }
    return before->slot[0] == NO_SLOT ? NOT_KNOWN : sum * 12.0 / (double)(month - from);
}

static void see_shares(struct collection *collection, const struct world *world, long month) {
    const struct firms *firms = &world->firms;
    struct leaders *leaders = &collection->leaders[month];
    const double *receipts = firms->total_receipts;
    double total = total_of(collection, receipts), squares = 0.0;
    for (int i = 0; i < MOVES_LEADERS; i++)
        leaders->slot[i] = NO_SLOT;
    if (!(total > 0.0))
        return;
    for (size_t i = 0; i < collection->count; i++) {
        size_t slot = collection->present[i];
        double share = receipts[slot] / total;
        squares += share * share;
        if (receipts[slot] > 0.0)
            place(leaders->slot, receipts, slot);
    }
    collection->hhi[month] = squares;
    for (int i = 0; i < MOVES_LEADERS && leaders->slot[i] != NO_SLOT; i++) {
        leaders->id[i] = firms->id[leaders->slot[i]];
        leaders->share[i] = receipts[leaders->slot[i]] / total;
    }
    if (month >= MOVES_STICKY)
        collection->moves_sticky[month] = moves(collection, world, total, month - MOVES_STICKY, month);
    if (month >= MOVES_CONTESTABLE)
        collection->moves_contestable[month] = moves(collection, world, total, month - MOVES_CONTESTABLE, month);
}

/* ---- funding ---- */

static void see_funding(struct collection *collection, const struct firms *firms, long month) {
    const double *funding = firms->funding, *valuation = firms->valuation;
    for (size_t i = 0; i < collection->count; i++) {
        size_t slot = collection->present[i];
        if (!(funding[slot] > 0.0))
            continue;
        collection->year_funding[(size_t)firms->id[slot]] += funding[slot];
        if (valuation[slot] > 0.0)
            pairs_add(&collection->rounds, portable_log(valuation[slot]), portable_log(funding[slot]));
        double founded = (double)month - firms->age[slot], rounds = firms->round[slot];
        int in_cohort = founded > 0.0 && founded + FUNNEL_AGE <= (double)collection->last;
        if (in_cohort && firms->age[slot] <= FUNNEL_AGE && rounds >= 1.0 && rounds <= FUNNEL_ROUNDS)
            collection->reached[(int)rounds] += 1.0;
    }
    if (month % 12 != 0 || month == 0)
        return;
    double total = 0.0, top = 0.0, *sorted = collection->scratch;
    memcpy(sorted, collection->year_funding, collection->room * sizeof *sorted);
    sort_ascending(sorted, collection->room);
    for (size_t i = collection->room; i-- > 0 && sorted[i] > 0.0;) {
        total += sorted[i];
        if (collection->room - i <= FUNDED_MOST)
            top = total;
    }
    if (total > 0.0) {
        collection->funding_share_total += top / total;
        collection->funding_years += 1.0;
    }
    for (size_t id = 0; id < collection->room; id++)
        collection->year_funding[id] = 0.0;
}

/* ---- people and technology ---- */

static void see_staff(struct collection *collection, const struct firms *firms, long month) {
    memset(collection->headcount, 0, firms->slots * sizeof *collection->headcount);
    if (month > 0)
        collection->separations += total_of(collection, firms->walkouts);
    for (int tier = 0; tier < firms->tiers; tier++) {
        for (size_t slot = 0; slot < firms->slots; slot++)
            collection->headcount[slot] += firms->staff[tier][slot];
        if (month > 0) {
            collection->separations += total_of(collection, firms->separations[tier]);
            collection->staff_months += total_of(collection, firms->staff[tier]);
        }
    }
}

/* Months since the frontier was first where the firm is; infinite when it was beyond that from the start. */
static double lag(const struct collection *collection, double capability, long month) {
    long low = 0, high = month; /* the frontier of `high` is at least `capability` */
    if (collection->frontier[0] > capability)
        return HUGE_VAL;
    while (low < high) {
        long middle = low + (high - low) / 2;
        if (collection->frontier[middle] >= capability)
            high = middle;
        else
            low = middle + 1;
    }
    return (double)(month - low);
}

static void see_technology(struct collection *collection, const struct world *world, long month) {
    const struct firms *firms = &world->firms;
    double frontier = -HUGE_VAL, highest = month > 0 ? collection->frontier[month - 1] : -HUGE_VAL;
    size_t first = NO_SLOT, count = 0;
    for (size_t i = 0; i < collection->count; i++) {
        size_t slot = collection->present[i];
        if (firms->capability[slot] > frontier) {
            frontier = firms->capability[slot];
            first = slot;
        }
    }
    collection->frontier[month] = portable_max(frontier, highest); /* what was known once stays known */
    if (month < LAG_FIRST || (month - LAG_FIRST) % 12 != 0)
        return;
    for (size_t i = 0; i < collection->count; i++) {
        size_t slot = collection->present[i];
        double staff = 0.0;
        for (int tier = 0; tier < firms->tiers; tier++)
            staff += world->parameters.talent_research_weight[tier] * firms->staff[tier][slot];
        if (slot != first && staff > LAG_RESEARCH_STAFF)
            collection->scratch[count++] = lag(collection, firms->capability[slot], month);
    }
    double middle = median_sorting(collection->scratch, count);
    if (isfinite(middle)) {
        collection->lag_total += middle;
        collection->lag_samples += 1.0;
    }
}

/* ---- beginning and end ---- */

static int see_beginning(struct collection *collection, const struct firms *firms, struct failure *failure) {
    memory_free(collection->initial_age);
    collection->initial_age = memory_new(firms->slots, sizeof *collection->initial_age);
    if (collection->initial_age == NULL)
        return fail_memory(failure, "the ages of initial firms");
    collection->initial = firms->slots;
    for (size_t slot = 0; slot < firms->slots; slot++)
        if (firms->id[slot] >= 0.0 && firms->id[slot] < (double)firms->slots)
            collection->initial_age[(size_t)firms->id[slot]] = firms->age[slot];
    return MATTHEW_OK;
}

static int see_end(struct collection *collection, const struct firms *firms, struct failure *failure) {
    double **parts[] = {&collection->final_id, &collection->final_receipts, &collection->final_valuation,
                        &collection->final_raised, &collection->final_worth};
    memory_free(collection->final);
    collection->final = NULL;
    int status = divide(&collection->final, parts, sizeof parts / sizeof *parts, collection->count, failure);
    if (status != MATTHEW_OK)
        return status;
    for (size_t i = 0; i < collection->count; i++) {
        size_t slot = collection->present[i];
        collection->final_id[i] = firms->id[slot];
        collection->final_receipts[i] = firms->total_receipts[slot];
        collection->final_valuation[i] = firms->valuation[slot];
        collection->final_raised[i] = firms->raised[slot];
        collection->final_worth[i] =
            firms->investor_proceeds[slot] + firms->investor_stake[slot] * firms->valuation[slot];
    }
    collection->final_count = collection->count;
    return MATTHEW_OK;
}

int collect_month(struct collection *collection, const struct world *world, struct failure *failure) {
    const struct firms *firms = &world->firms;
    long month = world->month;
    if (month != collection->seen || month > collection->last)
        return MATTHEW_OK;                                                           /* shown again, or too late */
    size_t most = firms->slots > world->reg.count ? firms->slots : world->reg.count; /* files fill their last block */
    int status = grow(collection, most, failure);
    if (status == MATTHEW_OK)
        find_firms(collection, world);
    if (status == MATTHEW_OK && month == 0)
        status = see_beginning(collection, firms, failure);
    if (status != MATTHEW_OK)
        return status;
    see_shares(collection, world, month);
    see_funding(collection, firms, month);
    see_staff(collection, firms, month);
    see_technology(collection, world, month);
    if (month % 12 == 0)
        status = close_growth_year(collection, firms, month, failure);
    if (status == MATTHEW_OK && month == collection->last)
        status = see_end(collection, firms, failure);
    collection->seen = month + 1;
    return status;
}

static int month_seen(void *context, const struct world *world, struct failure *failure) {
    return collect_month(context, world, failure);
}

struct observer collect_observer(struct collection *collection) {
    return (struct observer){.context = collection, .month = month_seen};
}
