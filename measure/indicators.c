#include "measure/indicators.h"

#include "agents/base_year.h"
#include "agents/payments.h"
#include "core/elementary.h"
#include "core/memory.h"
#include "core/sums.h"
#include "measure/market_measures.h"
#include "measure/noise.h"

#include <float.h>
#include <string.h>

#define MEASURE_ROW(what, measure, type, unit, text)                                                                   \
    [INDICATOR_##what##_##                                                                                             \
        measure] = {#what "_" #measure, GROUP_CONCENTRATION, FIELD_##type, unit, text, DIMENSION_FIRM},
#define CONCENTRATION(what, of) MEASURES(MEASURE_ROW, what, of)
#define INDICATOR(name, group, type, unit, text)                                                                       \
    [INDICATOR_##name] = {#name, GROUP_##group, FIELD_##type, unit, text, DIMENSION_FIRM},
const struct indicator_info indicator_table[INDICATOR_COUNT] = {
#include "measure/indicators.def"
};
#undef CONCENTRATION
#undef INDICATOR

#define MEMBER_INDICATOR(name, group, dimension, type, unit, text)                                                     \
    [MEMBER_INDICATOR_##name] = {#name, GROUP_##group, FIELD_##type, unit, text, DIMENSION_##dimension},
const struct indicator_info member_indicator_table[MEMBER_INDICATOR_COUNT] = {
#include "measure/indicators.def"
};
#undef MEMBER_INDICATOR

/* That a quantity was measured, beside CONCENTRATION_ORDER and CONCENTRATION_LOGS. */
enum { MEASURED = 4 };

/* Where the measures of each quantity begin in indicator_table, and in which order they stand. */
enum { MEASURE_COUNT = INDICATOR_revenue_hhi - INDICATOR_accounts_hhi };
enum measure {
#define MEASURE_PLACE(what, measure, ...) MEASURE_##measure = INDICATOR_##what##_##measure - INDICATOR_##what##_hhi,
    MEASURES(MEASURE_PLACE, accounts, "")
};

static int first_measure(int what) {
    return INDICATOR_accounts_hhi + what * MEASURE_COUNT;
}

/* Measures that are followed in every month. */
static int is_of_leader(int measure) {
    return measure == MEASURE_leader || measure == MEASURE_leader_tenure || measure == MEASURE_leader_changes ||
           measure == MEASURE_leader_mean_tenure;
}

int indicator_spans_months(int indicator) {
    enum indicator_group group = indicator_table[indicator].group;
    if (group == GROUP_CONCENTRATION) {
        int measure = (indicator - INDICATOR_accounts_hhi) % MEASURE_COUNT;
        return is_of_leader(measure) && measure != MEASURE_leader;
    }
    return group == GROUP_TURNOVER || group == GROUP_FLOOR || group == GROUP_RANKS || group == GROUP_FOLLOWED;
}

int indicator_index(const char *name) {
    for (int i = 0; i < INDICATOR_COUNT; i++)
        if (strcmp(indicator_table[i].name, name) == 0)
            return i;
    return -1;
}

int member_indicator_index(const char *name) {
    for (int i = 0; i < MEMBER_INDICATOR_COUNT; i++)
        if (strcmp(member_indicator_table[i].name, name) == 0)
            return i;
    return -1;
}

/* Replaces every array by one of `slots` doubles; what the previous month left is kept. */
static int grow(struct indicator_work *work, size_t slots, struct failure *failure) {
    if (slots <= work->capacity)
        return MATTHEW_OK;
    slots += slots / 4;
    for (int i = 0; i < 2 * CONCENTRATED_COUNT; i++) {
        double **array = i % 2 == 0 ? &work->values[i / 2] : &work->scratch[i / 2];
        double *larger = memory_grow(*array, 0, slots, sizeof *larger);
        if (larger == NULL)
            return fail_memory(failure, "the indicators' work");
        *array = larger;
    }
    int status = turnover_reserve(&work->turnover, slots, failure);
    if (status == MATTHEW_OK)
        work->capacity = slots;
    return status;
}

/* What a group reads that another one makes. */
static void want_needed(int wants[GROUP_COUNT]) {
    wants[GROUP_TURNOVER] |= wants[GROUP_FLOOR];
    wants[GROUP_SURPLUS] |= wants[GROUP_WELFARE];
    wants[GROUP_LEDGER] |= wants[GROUP_WELFARE];
}

/* The groups that somebody wants a member of. */
static void want_groups(struct indicator_work *work) {
    static const unsigned char none[INDICATOR_COUNT];
    memset(work->wants, 0, sizeof work->wants);
    work->wants_any = 0;
    if (memcmp(work->of, none, sizeof work->of) == 0 && memcmp(work->of_members, none, sizeof work->of_members) == 0)
        return;
    for (int i = 0; i < INDICATOR_COUNT; i++)
        work->wants[indicator_table[i].group] |= work->of[i];
    for (int i = 0; i < MEMBER_INDICATOR_COUNT; i++)
        work->wants[member_indicator_table[i].group] |= work->of_members[i];
    want_needed(work->wants);
    for (int group = 0; group < GROUP_COUNT; group++)
        work->wants_any |= work->wants[group] && group != GROUP_FOLLOWED;
}

/* What nobody wants has no value. */
static void forget(struct indicators *now) {
    for (int i = 0; i < INDICATOR_COUNT; i++)
        now->value[i] = UNKNOWN;
    for (int i = 0; i < MEMBER_INDICATOR_COUNT; i++)
        for (int member = 0; member < MEMBERS_MAX; member++)
            now->member[i][member] = UNKNOWN;
}

int indicators_init(struct indicator_work *work, size_t slots, struct failure *failure) {
    memset(work, 0, sizeof *work);
    for (int what = 0; what < CONCENTRATED_COUNT; what++) {
        work->wanted[what] = CONCENTRATION_ORDER | CONCENTRATION_LOGS;
        work->wants_measures[what] = 1;
        work->leader[what] = -1;
    }
    memset(work->of, 1, sizeof work->of);
    memset(work->of_members, 1, sizeof work->of_members);
    want_groups(work);
    enum isa isa;
    int status = isa_choose(&isa, failure);
    if (status != MATTHEW_OK)
        return status;
    work->columns = columns_of(isa);
    work->follows = 1;
    forget(&work->now);
    status = grow(work, slots, failure);
    if (status != MATTHEW_OK)
        indicators_free(work);
    return status;
}

void indicators_free(struct indicator_work *work) {
    for (int what = 0; what < CONCENTRATED_COUNT; what++) {
        memory_free(work->values[what]);
        memory_free(work->scratch[what]);
    }
    turnover_free(&work->turnover);
    memset(work, 0, sizeof *work);
}

int indicators_carry(struct indicator_work *work, struct tape *tape, size_t firms, struct failure *failure) {
    long computed = work->computed;
    tape_number(tape, &computed);
    tape_carry(tape, work->leader, sizeof work->leader);
    for (int what = 0; what < CONCENTRATED_COUNT; what++)
        tape_number(tape, &work->leader_since[what]);
    for (int what = 0; what < CONCENTRATED_COUNT; what++) {
        tape_number(tape, &work->leader_changes[what]);
        tape_number(tape, &work->leader_months[what]);
    }
    tape_number(tape, &work->last);
    rounds_carry(&work->rounds, tape);
    work->computed = computed != 0;
    return turnover_carry(&work->turnover, tape, firms, failure);
}

void indicators_carry_month(struct indicator_work *work, struct tape *tape) {
    long filled = work->filled;
    tape_carry(tape, &work->now, sizeof work->now);
    tape_carry(tape, work->done, sizeof work->done);
    tape_carry(tape, work->done_members, sizeof work->done_members);
    tape_carry(tape, work->done_measures, sizeof work->done_measures);
    tape_number(tape, &work->between);
    tape_number(tape, &filled);
    work->filled = filled != 0;
}

void indicators_want(struct indicator_work *work, const unsigned char wanted[INDICATOR_COUNT],
                     const unsigned char members[MEMBER_INDICATOR_COUNT]) {
    memcpy(work->of, wanted, sizeof work->of);
    memcpy(work->of_members, members, sizeof work->of_members);
    want_groups(work);
    for (int what = 0; what < CONCENTRATED_COUNT; what++) {
        const unsigned char *of = wanted + first_measure((int)what);
        work->wants_measures[what] = 0;
        for (int measure = 0; measure < MEASURE_COUNT; measure++)
            work->wants_measures[what] |= of[measure] && !is_of_leader(measure);
        work->wanted[what] = 0;
        if (of[MEASURE_gini] || of[MEASURE_hill])
            work->wanted[what] |= CONCENTRATION_ORDER;
        if (of[MEASURE_theil] || of[MEASURE_entropy])
            work->wanted[what] |= CONCENTRATION_LOGS;
    }
}

/* Of a month that was seen already only what is not there yet. */
static void want_the_rest(struct indicator_work *work) {
    for (int i = 0; i < INDICATOR_COUNT; i++)
        work->of[i] &= !work->done[i];
    for (int i = 0; i < MEMBER_INDICATOR_COUNT; i++)
        work->of_members[i] &= !work->done_members[i];
    want_groups(work);
    work->filled |= work->wants_any;
    for (int what = 0; what < CONCENTRATED_COUNT; what++) {
        unsigned all = MEASURED | work->wanted[what];
        work->wants_measures[what] &= (work->done_measures[what] & all) != all;
        work->wanted[what] |= work->done_measures[what] & ~(unsigned)MEASURED;
    }
}

int indicators_prepare(struct indicator_work *work, const struct world *world, struct failure *failure) {
    work->again = work->computed && work->last == world->month && work->now.month == world->month;
    if (work->again) {
        want_the_rest(work);
    } else {
        if (work->filled || !work->follows)
            forget(&work->now);
        work->filled = work->wants_any;
        memset(work->done, 0, sizeof work->done);
        memset(work->done_members, 0, sizeof work->done_members);
        memset(work->done_measures, 0, sizeof work->done_measures);
        work->now.month = world->month;
        work->between = work->computed ? world->month - work->last : 0;
    }
    double *active = &work->now.value[INDICATOR_active_firms];
    if (work->wants_any && *active != *active) /* not known yet */
        *active = work->columns->sum(world->firms.active, world->firms.slots);
    return grow(work, world->firms.slots, failure);
}

/* Tasks: the quantities, then what is one of a kind, then the segments. */
enum { TASK_SCALARS = CONCENTRATED_COUNT, TASK_VALUES, TASK_SLOPES, TASK_RANKS, TASK_SEGMENTS };

size_t indicators_tasks(const struct indicator_work *work, const struct world *world) {
    return work->wants_any ? TASK_SEGMENTS + (size_t)world->firms.segments : 1;
}

/* The columns whose sum is shared by those that are above 0, and empty slots hold zeros; returns how many. */
static int shared_columns(const struct firms *firms, enum concentrated what, const double *columns[MEMBERS_MAX]) {
    const double *one[] = {[CONCENTRATED_revenue] = firms->total_receipts,
                           [CONCENTRATED_compute] = firms->gpus,
                           [CONCENTRATED_capital] = firms->valuation,
                           [CONCENTRATED_COUNT] = NULL};
    double *const *members = what == CONCENTRATED_accounts ? firms->accounts : firms->staff;
    int count = what == CONCENTRATED_accounts ? firms->segments : firms->tiers;
    columns[0] = one[what];
    if (one[what] != NULL)
        return 1;
    for (int member = 0; member < count; member++)
        columns[member] = members[member];
    return count;
}

/* What compares receipts and capabilities with the month before. */
static void measure_turnover(struct indicator_work *work, const struct world *world) {
    struct turnover_result result;
    double *value = work->now.value;
    turnover_measure(&work->turnover, world, &result);
    value[INDICATOR_instability] = result.instability;
    if (work->wants[GROUP_FLOOR] && work->between > 0)
        value[INDICATOR_instability_excess] = result.instability - noise_floor(world, work->between);
    value[INDICATOR_weighted_capability] = result.mean;
    value[INDICATOR_capability_within] = result.within;
    value[INDICATOR_capability_selection] = result.selection;
    value[INDICATOR_capability_entry] = result.entry;
    value[INDICATOR_capability_exit] = result.exit;
}

static int follows_leader(const struct indicator_work *work, int what) {
    int follows = work->follows;
    for (int measure = 0; measure < MEASURE_COUNT; measure++)
        follows |= is_of_leader(measure) && work->of[first_measure(what) + measure];
    return follows;
}

static void measure_concentration(struct indicator_work *work, const struct world *world, enum concentrated what) {
    const struct firms *firms = &world->firms;
    double *values = work->values[what], *value = work->now.value + first_measure((int)what);
    const double *columns[MEMBERS_MAX], *shared = values;
    int turnover = what == CONCENTRATED_revenue && work->wants[GROUP_TURNOVER];
    if (!work->wants_measures[what] && !turnover && (work->again || !follows_leader(work, (int)what)))
        return;
    int column_count = shared_columns(firms, what, columns);
    if (!work->wants_measures[what] && column_count == 1)
        shared = columns[0]; /* what is below 0 never leads */
    else
        work->columns->gather(columns, column_count, values, firms->slots);
    if (what == CONCENTRATED_revenue && !work->again && (work->follows || turnover || work->wants[GROUP_RANKS]))
        turnover_follow(&work->turnover, world, shared);
    if (turnover)
        measure_turnover(work, world);
    if (!work->wants_measures[what]) {
        value[MEASURE_leader] = work->columns->find_leader(shared, firms->id, firms->slots);
        return;
    }
    struct concentration c;
    concentration_measure(work->columns, values, firms->id, firms->slots,
                          (size_t)work->now.value[INDICATOR_active_firms], work->wanted[what], work->scratch[what], &c);
    value[MEASURE_hhi] = c.hhi;
    value[MEASURE_cr1] = c.cr1;
    value[MEASURE_cr4] = c.cr4;
    value[MEASURE_cr10] = c.cr10;
    value[MEASURE_gini] = c.gini;
    value[MEASURE_theil] = c.theil;
    value[MEASURE_entropy] = c.entropy;
    value[MEASURE_hill] = c.hill;
    value[MEASURE_leader] = c.leader;
    value[MEASURE_lead] = c.lead;
}

/* GPUs that serve or train, wherever they are rented or claimed from, over those installed: what serves is the need
 * that was met (12). */
static double utilisation(const struct world *world) {
    const struct firms *firms = &world->firms;
    double effect = world->parameters.technology_optimisation_effect, used = 0.0;
    int serving = world->parameters.technology_serving != 0.0;
    for (size_t i = 0; i < firms->slots; i++) {
        double need = 0.0;
        for (int segment = 0; segment < firms->segments && serving; segment++)
            need += world->conditions.load[segment] * firms->accounts[segment][i];
        double served = need / (1.0 + effect * firms->optimisation[i]) * (1.0 - firms->congestion[i]);
        double claimed = firms->claimed_in[i] - firms->claimed_out[i],
               rented = firms->rented_in[i] - firms->rented_out[i];
        used += portable_min(firms->training_gpus[i] + served, firms->gpus[i] + claimed + rented);
    }
    double installed = sum_array(firms->gpus, firms->slots);
    return installed > 0.0 ? used / installed : UNKNOWN;
}

static void measure_staff(const struct firms *firms, struct indicators *now) {
    double headcount = 0.0, premium[LANES] = {0};
    for (int tier = 0; tier < firms->tiers; tier++) {
        double staff = sum_array(firms->staff[tier], firms->slots);
        now->member[MEMBER_INDICATOR_tier_staff_total][tier] = staff;
        headcount += staff;
        for (size_t i = 0; i < firms->slots; i++)
            premium[i % LANES] += firms->staff[tier][i] * firms->wage_premium[i];
    }
    now->value[INDICATOR_total_staff] = headcount;
    now->value[INDICATOR_mean_wage_premium] = headcount > 0.0 ? sum_lanes(premium) / headcount : UNKNOWN;
}

/* The hidden costs of speed. */
static void measure_organisation(const struct world *world, struct indicators *now) {
    const struct firms *firms = &world->firms;
    double *value = now->value, active = value[INDICATOR_active_firms];
    value[INDICATOR_mean_debt] = active > 0.0 ? sum_array(firms->debt, firms->slots) / active : UNKNOWN;
    value[INDICATOR_mean_dilution] = active > 0.0 ? sum_array(firms->dilution, firms->slots) / active : UNKNOWN;
    value[INDICATOR_mean_burnout] = active > 0.0 ? sum_array(firms->burnout, firms->slots) / active : UNKNOWN;
    value[INDICATOR_infightings] = sum_array(firms->infighting, firms->slots);
}

/* The ledger of the month. */
static void measure_payments(const struct world *world, struct indicators *now) {
    double balance[SECTOR_COUNT], *value = now->value + INDICATOR_payments;
    payments_balance(world->payments, balance);
    for (int i = 0; i < PAYMENT_COUNT; i++)
        value[i] = world->books_kept ? world->payments[i] : UNKNOWN;
    for (int i = 0; i < SECTOR_COUNT; i++)
        value[PAYMENT_COUNT + i] = world->books_kept ? balance[i] : UNKNOWN;
}

/* The two highest capabilities. */
static void measure_frontier(const struct world *world, struct indicators *now) {
    const struct firms *firms = &world->firms;
    double best = -DBL_MAX, second = -DBL_MAX;
    for (size_t i = 0; i < firms->slots; i++) {
        if (firms->active[i] == 0.0 || firms->capability[i] <= second)
            continue;
        second = portable_min(firms->capability[i], best);
        best = portable_max(firms->capability[i], best);
    }
    now->value[INDICATOR_frontier_capability] = best > -DBL_MAX ? best : UNKNOWN;
    now->value[INDICATOR_capability_lead] = second > -DBL_MAX ? best - second : UNKNOWN;
}

static void measure_industry(const struct world *world, struct indicators *now) {
    double *value = now->value;
    value[INDICATOR_threshold_month] = world->industry.threshold_month;
    value[INDICATOR_entries] = (double)world->entries;
    value[INDICATOR_exits] = (double)world->exits;
    value[INDICATOR_acquisitions] = (double)world->departures.bought;
    value[INDICATOR_funding_pool] = world->industry.funding_pool;
    value[INDICATOR_sentiment] = portable_exp(world->industry.log_sentiment);
    value[INDICATOR_gpu_price] = world->industry.gpu_price;
    value[INDICATOR_gpu_price_relative] = portable_exp(world->industry.log_gpu_price);
    value[INDICATOR_gpu_orders] = world->industry.gpu_orders;
    value[INDICATOR_gpu_supply] = world->industry.gpu_offer;
    value[INDICATOR_rent_price] = world->industry.rent_price;
    value[INDICATOR_spin_outs] = (double)world->spin_outs.count;
}

/* Each sum by itself, since each passes over all firms. */
static void measure_totals(const struct columns *columns, const struct world *world, const unsigned char *of,
                           struct indicators *now) {
    const struct firms *firms = &world->firms;
    const struct {
        enum indicator total;
        const double *column;
    } totals[] = {
        {INDICATOR_total_revenue, firms->total_receipts}, {INDICATOR_total_gpus, firms->gpus},
        {INDICATOR_total_backlog, firms->gpu_backlog},    {INDICATOR_total_valuation, firms->valuation},
        {INDICATOR_total_funding, firms->funding},        {INDICATOR_total_burn, firms->burn},
    };
    double *value = now->value, active = value[INDICATOR_active_firms], accounts = 0.0;
    for (size_t i = 0; i < sizeof totals / sizeof *totals; i++)
        if (of[totals[i].total])
            value[totals[i].total] = columns->sum(totals[i].column, firms->slots);
    for (int segment = 0; segment < firms->segments && of[INDICATOR_total_accounts]; segment++) {
        accounts += columns->sum(firms->accounts[segment], firms->slots);
        value[INDICATOR_total_accounts] = accounts;
    }
    if (of[INDICATOR_mean_capability])
        value[INDICATOR_mean_capability] =
            active > 0.0 ? columns->sum(firms->capability, firms->slots) / active : UNKNOWN;
}

static void measure_compute(const struct world *world, struct indicators *now) {
    const struct firms *firms = &world->firms;
    double *value = now->value, gpus = sum_array(firms->gpus, firms->slots), partners = 0.0;
    for (size_t i = 0; i < firms->slots; i++)
        partners += firms->alliance_role[i] > 0.0 ? 1.0 : 0.0;
    value[INDICATOR_gpu_utilisation] = utilisation(world);
    value[INDICATOR_own_gpu_share] = gpus > 0.0 ? sum_array(firms->own_gpus, firms->slots) / gpus : UNKNOWN;
    value[INDICATOR_rented_gpus] = sum_array(firms->rented_in, firms->slots);
    value[INDICATOR_alliances] = 0.5 * partners;
}

/* What is summed over all firms, group by group. */
static void measure_sums(struct indicator_work *work, const struct world *world) {
    const int *wants = work->wants;
    struct indicators *now = &work->now;
    if (wants[GROUP_INDUSTRY])
        measure_industry(world, now);
    if (wants[GROUP_LEDGER])
        measure_payments(world, now);
    if (wants[GROUP_FRONTIER])
        measure_frontier(world, now);
    if (wants[GROUP_TOTALS])
        measure_totals(work->columns, world, work->of, now);
    if (wants[GROUP_STAFF])
        measure_staff(&world->firms, now);
    if (wants[GROUP_COMPUTE])
        measure_compute(world, now);
    if (wants[GROUP_ORGANISATION])
        measure_organisation(world, now);
}

static void measure_segment(const struct columns *columns, const struct firms *firms, int segment,
                            struct indicators *now) {
    const double *accounts = firms->accounts[segment];
    double total = columns->sum(accounts, firms->slots), largest = 0.0;
    for (size_t i = 0; i < firms->slots; i++)
        largest = portable_max(accounts[i], largest);
    int known = total > 0.0;
    now->member[MEMBER_INDICATOR_segment_accounts_total][segment] = total;
    now->member[MEMBER_INDICATOR_segment_accounts_hhi][segment] =
        known ? columns->sum_of_products(accounts, accounts, firms->slots) / (total * total) : UNKNOWN;
    now->member[MEMBER_INDICATOR_segment_accounts_cr1][segment] = known ? largest / total : UNKNOWN;
}

/* The highest capability less the median. */
static double gap_to_median(const struct firms *firms, double *values, double *scratch) {
    size_t count = 0;
    double lowest = DBL_MAX;
    for (size_t i = 0; i < firms->slots; i++)
        if (firms->active[i] != 0.0) {
            values[count++] = firms->capability[i];
            lowest = portable_min(firms->capability[i], lowest);
        }
    if (count == 0)
        return UNKNOWN;
    for (size_t i = 0; i < count; i++)
        values[i] -= lowest; /* what is ordered is not negative */
    order_ascending(values, count, scratch);
    return values[count - 1] - 0.5 * (values[(count - 1) / 2] + values[count / 2]);
}

static void measure_member_market(struct indicator_work *work, const struct world *world, int segment) {
    struct indicators *now = &work->now;
    const int *wants = work->wants;
    if (wants[GROUP_MARKETS])
        measure_segment(work->columns, &world->firms, segment, now);
    if (wants[GROUP_PRICES])
        measure_prices(work->columns, world, segment, &work->sales[segment], now);
    if (wants[GROUP_QUALITY])
        now->member[MEMBER_INDICATOR_segment_price_fixed_quality][segment] =
            price_at_quality(&world->firms, segment, world->industry.base_quality);
    if (wants[GROUP_CHURN])
        measure_churn(world, segment, &work->sales[segment], now);
    if (wants[GROUP_SURPLUS])
        now->member[MEMBER_INDICATOR_segment_consumer_surplus][segment] = measure_surplus(world, segment);
}

static void follow_rounds(struct indicator_work *work, const struct world *world) {
    double *value = work->now.value;
    if (!work->again && (work->follows || work->wants[GROUP_FOLLOWED]))
        rounds_measure(&work->rounds, work->columns, world, &value[INDICATOR_funding_cr10],
                       &value[INDICATOR_funding_year_cr10]);
}

/* A month of which nobody wants more: too little for several tasks. */
static void follow_all(struct indicator_work *work, const struct world *world) {
    for (int what = 0; what < CONCENTRATED_COUNT; what++)
        measure_concentration(work, world, (enum concentrated)what);
    follow_rounds(work, world);
}

void indicators_task(struct indicator_work *work, const struct world *world, size_t task) {
    struct indicators *now = &work->now;
    const int *wants = work->wants;
    if (!work->wants_any)
        follow_all(work, world);
    else if (task < TASK_SCALARS)
        measure_concentration(work, world, (enum concentrated)task);
    else if (task == TASK_SCALARS) {
        measure_sums(work, world);
        follow_rounds(work, world);
    } else if (task == TASK_VALUES && wants[GROUP_VALUES])
        measure_values(world, now);
    else if (task == TASK_SLOPES && wants[GROUP_SLOPES])
        measure_slopes(world, now);
    else if (task == TASK_RANKS) {
        if (wants[GROUP_RANKS])
            now->value[INDICATOR_revenue_rank_correlation] = turnover_ranks(&work->turnover, world);
        if (wants[GROUP_MEDIAN])
            now->value[INDICATOR_capability_gap_median] =
                gap_to_median(&world->firms, work->turnover.before, work->turnover.scratch);
    } else if (task >= TASK_SEGMENTS) {
        measure_member_market(work, world, (int)(task - TASK_SEGMENTS));
    }
}

/* Who leads, since when, and how often that has changed. */
static void follow_leader(struct indicator_work *work, long month, int what) {
    double *value = work->now.value + first_measure(what), leader = value[MEASURE_leader];
    long *changes = &work->leader_changes[what], *months = &work->leader_months[what];
    if (work->computed && work->leader[what] >= 0.0) {
        *months += month - work->last;
        *changes += leader >= 0.0 && leader != work->leader[what];
    }
    if (!work->computed || leader != work->leader[what]) {
        work->leader[what] = leader;
        work->leader_since[what] = month;
    }
    value[MEASURE_leader_tenure] = leader < 0.0 ? 0.0 : (double)(month - work->leader_since[what]);
    value[MEASURE_leader_changes] = (double)*changes;
    value[MEASURE_leader_mean_tenure] = *changes > 0 ? (double)*months / (double)*changes : UNKNOWN;
}

/* What is there of this month now. */
static void note_done(struct indicator_work *work) {
    for (int i = 0; i < INDICATOR_COUNT; i++)
        work->done[i] |= work->of[i];
    for (int i = 0; i < MEMBER_INDICATOR_COUNT; i++)
        work->done_members[i] |= work->of_members[i];
    for (int what = 0; what < CONCENTRATED_COUNT; what++)
        if (work->wants_measures[what])
            work->done_measures[what] = MEASURED | work->wanted[what];
}

void indicators_finish(struct indicator_work *work, const struct world *world, struct indicators *result) {
    for (int what = 0; what < CONCENTRATED_COUNT && !work->again; what++)
        if (follows_leader(work, what))
            follow_leader(work, world->month, what);
    if (!work->again)
        work->last = world->month;
    work->computed = 1;
    measure_all_segments(world, work->wants, work->sales, &work->now);
    note_done(work);
    if (result != NULL)
        *result = work->now;
}

int indicators_compute(struct indicator_work *work, const struct world *world, struct indicators *result,
                       struct failure *failure) {
    int status = indicators_prepare(work, world, failure);
    if (status != MATTHEW_OK)
        return status;
    size_t tasks = indicators_tasks(work, world);
    for (size_t task = 0; task < tasks; task++)
        indicators_task(work, world, task);
    indicators_finish(work, world, result);
    return MATTHEW_OK;
}
