/* The books of a race, kept by a bystander: an observer that looks at every month before exits and recomputes from the
 * state what each stock must be. Its sums are its own; of the library it only repeats the draws that it must know
 * (graduates and retirement). It ends the run with MATTHEW_BROKEN_INVARIANT when something does not add up.
 *
 * Use: ledger_open before the first month; race_run with ledger_observer for one month at a time; ledger_turned_over
 * after each; ledger_close. */
#ifndef MATTHEW_TESTS_SUPPORT_LEDGER_H
#define MATTHEW_TESTS_SUPPORT_LEDGER_H

#include "agents/events.h"
#include "agents/payments.h"
#include "core/memory.h"
#include "core/samplers.h"
#include "market/markets.h"
#include "parallel/observer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A copy of the state at one moment. */
struct page {
    struct firms firms; /* to be read by firms_column alone */
    struct industry industry;
    size_t registered;
    size_t *slot; /* of each firm ever; of those that were not there, where the last other one was */
};

struct ledger {
    struct page start, end; /* of the month, after last month's and before this month's exits */
    long *left;             /* the month in which each place was left, -1000 when never */
    size_t left_count;
    double cash; /* of all firms at the end of the last month that was looked at */
    int months;  /* how many were looked at */
};

static inline double *was(const struct page *page, enum field field, int member) {
    return firms_column(&page->firms, field, member);
}

static inline void page_close(struct page *page) {
    free(page->firms.columns);
    free(page->slot);
    page->firms.columns = NULL;
    page->slot = NULL;
}

static inline void page_copy(struct page *page, const struct world *world) {
    size_t columns = 0;
    for (int field = 0; field < FIELD_COUNT; field++)
        columns += (size_t)firms_members(&world->firms, field_table[field].dimension);
    size_t bytes = columns * world->firms.stride * sizeof(double);
    page_close(page);
    page->firms = world->firms;
    page->firms.columns = malloc(bytes);
    if (page->firms.columns == NULL)
        abort();
    memcpy(page->firms.columns, world->firms.columns, bytes);
    page->industry = world->industry;
    page->registered = world->reg.count;
    page->slot = calloc(world->reg.count + 1, sizeof *page->slot);
    if (page->slot == NULL)
        abort();
    for (size_t slot = 0; slot < world->firms.slots; slot++)
        if (world->firms.id[slot] >= 0.0)
            page->slot[(size_t)world->firms.id[slot]] = slot;
}

static inline double ledger_sum(const double *column, size_t slots) {
    double sum = 0.0;
    for (size_t slot = 0; slot < slots; slot++)
        sum += column[slot];
    return sum;
}

static inline int ledger_near(double value, double wanted, double scale) {
    return fabs(value - wanted) <= 1e-10 * (1e-6 + fabs(value) + fabs(wanted) + fabs(scale));
}

#define LEDGER_HOLDS(condition, ...)                                                                                   \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            return fail(failure, MATTHEW_BROKEN_INVARIANT, "ledger: " __VA_ARGS__);                                    \
    } while (0)

/* Cash, GPUs, staff, accounts and bills of one firm over the month. */
static inline int ledger_firm(const struct ledger *ledger, const struct world *world, size_t slot,
                              struct failure *failure) {
    const struct page *start = &ledger->start;
    const struct firms *f = &world->firms;
    const struct parameters *p = &world->parameters;
    double cash = was(start, FIELD_cash, 0)[slot],
           invested = f->budget[slot] * (1.0 - f->compute_share[slot] - f->hire_share[slot]);
    double wanted = cash + f->funding[slot] - f->gpu_spending[slot] - f->own_chip_spending[slot] - f->burn[slot] -
                    invested - f->tax[slot] - f->windfall_tax[slot] - f->payout[slot];
    double id = f->id[slot];
    LEDGER_HOLDS(ledger_near(f->cash[slot], wanted,
                             fabs(cash) + fabs(f->burn[slot]) + f->gpu_spending[slot] + f->own_chip_spending[slot]),
                 "firm %.0f has %.17g of cash in place of %.17g", id, f->cash[slot], wanted);
    LEDGER_HOLDS(f->age[slot] == was(start, FIELD_age, 0)[slot] + 1.0, "firm %.0f does not age", id);
    double gpus = was(start, FIELD_gpus, 0)[slot],
           kept = p->compute_enabled > 0.0 ? 1.0 - p->compute_depreciation : 1.0;
    LEDGER_HOLDS(ledger_near(f->gpus[slot], gpus * kept + f->gpu_delivery[slot], 0.0), "firm %.0f: GPUs", id);
    double backlog = was(start, FIELD_gpu_backlog, 0)[slot] + f->gpu_allotment[slot] + f->own_chip_allotment[slot] -
                     f->gpu_delivery[slot];
    LEDGER_HOLDS(ledger_near(f->gpu_backlog[slot], backlog, f->gpu_delivery[slot]), "firm %.0f: backlog", id);
    double bought = was(start, FIELD_gpus_bought, 0)[slot] + f->gpu_allotment[slot];
    LEDGER_HOLDS(ledger_near(f->gpus_bought[slot], bought, 0.0), "firm %.0f: GPUs bought", id);
    double own = was(start, FIELD_own_gpus, 0)[slot] * kept + was(start, FIELD_own_backlog, 0)[slot] +
                 f->own_chip_allotment[slot];
    LEDGER_HOLDS(ledger_near(f->own_gpus[slot] + f->own_backlog[slot], own, 0.0), "firm %.0f: own chips", id);
    double made = was(start, FIELD_own_chips_made, 0)[slot] + f->own_chip_allotment[slot];
    LEDGER_HOLDS(ledger_near(f->own_chips_made[slot], made, 0.0), "firm %.0f: own chips made", id);
    LEDGER_HOLDS(f->own_chip_allotment[slot] <= f->own_chip_order[slot], "firm %.0f gets more own chips than it orders",
                 id);
    LEDGER_HOLDS(f->claimed_out[slot] + f->rented_out[slot] <= f->gpus[slot] * (1.0 + 1e-12),
                 "firm %.0f lends %.17g GPUs and has %.17g", id, f->claimed_out[slot] + f->rented_out[slot],
                 f->gpus[slot]);
    LEDGER_HOLDS(f->investor_stake[slot] + f->partner_stake[slot] <= 1.0 + 1e-12, "firm %.0f is sold twice", id);
    LEDGER_HOLDS(f->gpu_allotment[slot] <= f->gpu_order[slot] * (1.0 + 1e-12) || p->compute_clearing > 0.0,
                 "firm %.0f gets %.17g GPUs and ordered %.17g", id, f->gpu_allotment[slot], f->gpu_order[slot]);
    LEDGER_HOLDS(f->funding[slot] <= f->request[slot] * (1.0 + 1e-12), "firm %.0f gets %.17g M$ and asked for %.17g",
                 id, f->funding[slot], f->request[slot]);
    double sites = 0.0;
    for (int r = 0; r < f->regions; r++)
        sites += f->site[r][slot];
    LEDGER_HOLDS(fabs(sites - (f->gpus[slot] > 0.0)) < 1e-9, "firm %.0f: sites add up to %g", id, sites);
    for (int tier = 0; tier < f->tiers; tier++) {
        double staff = was(start, FIELD_staff, tier)[slot] - f->layoffs[tier][slot] - f->separations[tier][slot] +
                       f->hires[tier][slot] - (tier == 0 ? f->walkouts[slot] : 0.0);
        LEDGER_HOLDS(f->staff[tier][slot] == staff, "firm %.0f has %.0f staff in place of %.0f", id,
                     f->staff[tier][slot], staff);
        LEDGER_HOLDS(f->hires[tier][slot] <= f->vacancies[tier][slot] || p->talent_vacancies > 0.0,
                     "firm %.0f hires too many", id);
    }
    double receipts = 0.0;
    for (int s = 0; s < f->segments; s++) {
        double accounts = was(start, FIELD_accounts, s)[slot] - f->leavers[s][slot] + f->arrivals[s][slot];
        LEDGER_HOLDS(f->accounts[s][slot] == accounts, "firm %.0f has %.0f accounts in place of %.0f", id,
                     f->accounts[s][slot], accounts);
        receipts += f->receipts[s][slot];
        double due = was(start, FIELD_receivables, s)[slot] + was(start, FIELD_price, s)[slot] * accounts * 1e-6;
        LEDGER_HOLDS(ledger_near(f->receivables[s][slot] + f->receipts[s][slot], due, 0.0),
                     "firm %.0f bills %.17g in place of %.17g", id, f->receivables[s][slot] + f->receipts[s][slot],
                     due);
    }
    LEDGER_HOLDS(ledger_near(f->total_receipts[slot], receipts, 0.0), "firm %.0f: receipts", id);
    return MATTHEW_OK;
}

/* Graduates less those who retire, drawn once more. */
static inline double ledger_newcomers(const struct ledger *ledger, const struct world *world, int tier) {
    const struct parameters *p = &world->parameters;
    uint64_t key = random_key(world->seed, world->month, PURPOSE_POOL, tier, 0);
    struct generator graduating = generator_open(random_subkey(key, 0));
    struct generator retiring = generator_open(random_subkey(key, 1));
    double pool = ledger->start.industry.pool[tier] + ledger_sum(world->firms.layoffs[tier], world->firms.slots);
    double graduates = draw_poisson(&graduating, p->talent_graduates[tier] * p->talent_pool[tier]);
    graduates = fmin(graduates, fmax(0x1p52 - ledger->start.industry.people[tier], 0.0));
    double retired = draw_binomial(&retiring, pool + graduates, p->talent_retirement[tier]);
    return graduates - retired;
}

/* The stocks of the industry over the month. */
static inline int ledger_industry(const struct ledger *ledger, const struct world *world, struct failure *failure) {
    const struct page *start = &ledger->start;
    const struct industry *industry = &world->industry;
    const struct firms *f = &world->firms;
    const struct parameters *p = &world->parameters;
    size_t slots = f->slots;
    for (int tier = 0; tier < f->tiers; tier++) {
        double before = start->industry.pool[tier] + ledger_sum(was(start, FIELD_staff, tier), slots);
        double after = industry->pool[tier] + ledger_sum(f->staff[tier], slots);
        double newcomers = p->talent_enabled > 0.0 ? ledger_newcomers(ledger, world, tier) : 0.0;
        LEDGER_HOLDS(after == before + newcomers, "tier %d: %.0f people and %.0f newcomers became %.0f", tier, before,
                     newcomers, after);
        LEDGER_HOLDS(industry->pool[tier] >= 0.0, "tier %d: the pool is negative", tier);
    }
    for (int s = 0; s < f->segments; s++) {
        double all = industry->non_adopters[s] + ledger_sum(f->accounts[s], slots);
        LEDGER_HOLDS(all == floor(p->customers_population[s]), "segment %d: %.0f accounts", s, all);
        LEDGER_HOLDS(industry->non_adopters[s] >= 0.0, "segment %d: non-adopters are negative", s);
    }
    double funding = ledger_sum(f->funding, slots), requests = ledger_sum(f->request, slots);
    if (p->capital_enabled > 0.0)
        LEDGER_HOLDS(ledger_near(funding, fmin(requests, industry->funding_pool), 0.0), "%.17g of %.17g M$ are funded",
                     funding, industry->funding_pool);
    double own = ledger_sum(f->own_chip_allotment, slots), foundry = start->industry.gpu_supply;
    LEDGER_HOLDS(own <= p->compute_own_foundry_share * foundry * (1.0 + 1e-12), "%.17g own chips out of %.17g GPUs",
                 own, foundry);
    double offer =
        foundry + p->compute_inventory_release * start->industry.gpu_inventory + start->industry.gpus_returned - own;
    LEDGER_HOLDS(ledger_near(industry->gpu_offer, offer, 0.0), "%.17g GPUs on offer in place of %.17g",
                 industry->gpu_offer, offer);
    LEDGER_HOLDS(ledger_near(ledger_sum(f->rented_in, slots), ledger_sum(f->rented_out, slots), 0.0), "rented GPUs");
    LEDGER_HOLDS(ledger_near(ledger_sum(f->rent_paid, slots), ledger_sum(f->rent_earned, slots), 0.0), "rent");
    LEDGER_HOLDS(ledger_near(ledger_sum(f->claimed_in, slots), ledger_sum(f->claimed_out, slots), 0.0), "claims");
    double between = 0.0;
    for (size_t i = 0; i < slots; i++)
        between += fabs(f->alliance_share[i]) + fabs(f->exit_fee[i]);
    LEDGER_HOLDS(ledger_near(ledger_sum(f->alliance_share, slots) + ledger_sum(f->exit_fee, slots), 0.0, between),
                 "allies pay each other");
    if (p->compute_enabled == 0.0)
        return MATTHEW_OK;
    double sold = ledger_sum(f->gpu_allotment, slots), unsold = offer - sold;
    double stock = unsold + (1.0 - p->compute_inventory_release) * start->industry.gpu_inventory;
    LEDGER_HOLDS(unsold >= -1e-9 * offer, "%.17g of %.17g GPUs are sold", sold, offer);
    LEDGER_HOLDS(industry->gpu_inventory <= stock + 1e-9 * (offer + stock), "unsold GPUs multiply");
    LEDGER_HOLDS(industry->gpus_returned == 0.0, "returned GPUs are offered twice");
    double used = start->industry.gpus_second_hand + start->industry.gpus_returned, again = industry->gpus_resold;
    LEDGER_HOLDS(ledger_near(again, fmin(used, sold), offer), "%.17g of %.17g second-hand GPUs are sold", again, used);
    LEDGER_HOLDS(industry->gpus_second_hand <= used - again + 1e-9 * offer, "second-hand GPUs multiply");
    double each = p->compute_production_cost * world->conditions.gpu_trend_price, making = each * (sold - again + own);
    LEDGER_HOLDS(!world->books_kept ||
                     ledger_near(world->payments[PAYMENT_gpu_production], making, each * (sold + own)),
                 "making GPUs costs %.17g in place of %.17g", world->payments[PAYMENT_gpu_production], making);
    return MATTHEW_OK;
}

/* The books of sectors: nothing is lost between them, the vendor keeps nothing, and firms have what they received. */
static inline int ledger_sectors(struct ledger *ledger, const struct world *world, struct failure *failure) {
    double balance[SECTOR_COUNT] = {0}, sum = 0.0, gross = fabs(ledger->cash);
    LEDGER_HOLDS(world->books_kept, "no books in month %ld", world->month);
    for (int i = 0; i < PAYMENT_COUNT; i++) {
        LEDGER_HOLDS(isfinite(world->payments[i]), "%s is no number", payment_table[i].name);
        balance[payment_table[i].payer] -= world->payments[i];
        balance[payment_table[i].payee] += world->payments[i];
        gross += fabs(world->payments[i]);
    }
    for (int i = 0; i < SECTOR_COUNT; i++)
        sum += balance[i];
    double cash = ledger_sum(world->firms.cash, world->firms.slots);
    LEDGER_HOLDS(ledger_near(sum, 0.0, gross), "balances add up to %.17g", sum);
    LEDGER_HOLDS(ledger_near(balance[SECTOR_vendor], 0.0, gross), "the vendor keeps %.17g", balance[SECTOR_vendor]);
    LEDGER_HOLDS(ledger_near(cash - ledger->cash, balance[SECTOR_firms], gross),
                 "the cash of firms changes by %.17g, their balance is %.17g", cash - ledger->cash,
                 balance[SECTOR_firms]);
    ledger->cash = cash;
    return MATTHEW_OK;
}

static inline int ledger_month(void *context, const struct world *world, struct failure *failure) {
    struct ledger *ledger = context;
    int status = ledger_sectors(ledger, world, failure);
    if (world->month == 0)
        return status;
    ledger->months++;
    if (status == MATTHEW_OK)
        status = ledger_industry(ledger, world, failure);
    for (size_t slot = 0; slot < world->firms.slots && status == MATTHEW_OK; slot++)
        if (world->firms.active[slot] > 0.0)
            status = ledger_firm(ledger, world, slot, failure);
    page_copy(&ledger->end, world);
    return status;
}

/* The events that the month's end has left behind. */
static inline const struct event *ledger_takeover(const struct world *world, size_t *at) {
    for (; *at < world->events.count; (*at)++)
        if (world->events.list[*at].kind == EVENT_acquisition && world->events.list[*at].month == world->month)
            return &world->events.list[(*at)++];
    return NULL;
}

/* A column after the month's takeovers, in their order: the buyer has what the target had, in cash less the price. */
static inline int ledger_moved(const struct ledger *ledger, const struct world *world, enum field field, int member,
                               struct failure *failure) {
    const struct page *end = &ledger->end;
    size_t slots = end->firms.slots, at = 0;
    double *value = malloc((slots + 1) * sizeof *value), *scale = calloc(slots + 1, sizeof *scale);
    const double *after = firms_column(&world->firms, field, member), *id = was(end, FIELD_id, 0);
    int status = MATTHEW_OK;
    memcpy(value, was(end, field, member), slots * sizeof *value);
    for (const struct event *event; (event = ledger_takeover(world, &at)) != NULL;) {
        size_t target = end->slot[(size_t)event->firm], buyer = end->slot[(size_t)event->other];
        scale[buyer] += fabs(value[target]) + fabs(value[buyer]) + event->amount;
        value[buyer] += value[target] - (field == FIELD_cash ? event->amount : 0.0);
    }
    for (size_t slot = 0; slot < slots && status == MATTHEW_OK; slot++) {
        size_t now = world_slot(world, id[slot]);
        if (now != NO_SLOT && !ledger_near(after[now], value[slot], scale[slot]))
            status = fail(failure, MATTHEW_BROKEN_INVARIANT, "ledger: firm %.0f has %.17g of %s in place of %.17g",
                          id[slot], after[now], field_table[field].name, value[slot]);
    }
    free(value);
    free(scale);
    return status;
}

/* Whoever has less cash leaves; nobody does when exit is off. */
static inline double ledger_floor(const struct parameters *p) {
    return p->exit_enabled > 0.0 ? p->exit_cash_floor : -INFINITY;
}

/* What the register says a firm was worth to its holders: payouts and what they got at the end, less what they paid in.
 */
static inline int ledger_worth(const struct ledger *ledger, const struct world *world, const struct register_row *row,
                               struct failure *failure) {
    const struct page *end = &ledger->end;
    const struct parameters *p = &world->parameters;
    size_t slot = end->slot[(size_t)row->id];
    double machines = was(end, FIELD_gpus, 0)[slot] + was(end, FIELD_gpu_backlog, 0)[slot];
    double estate = was(end, FIELD_cash, 0)[slot] + p->exit_estate_price * world->industry.gpu_price * machines;
    double got = row->reason == EXIT_ACQUIRED ? row->price : fmax(estate, 0.0);
    double discount = pow(1.0 + p->value_discount_rate, -(double)(world->month - 1) / 12.0);
    double payouts = was(end, FIELD_discounted_payouts, 0)[slot], raised = was(end, FIELD_discounted_raised, 0)[slot];
    double worth = p->value_enabled > 0.0 ? payouts - raised + discount * got : 0.0;
    LEDGER_HOLDS(ledger_near(row->npv, worth, payouts + raised + discount * got),
                 "firm %.0f was worth %.17g in place of %.17g", row->id, row->npv, worth);
    return MATTHEW_OK;
}

/* A takeover: between firms that were there, at a price that the buyer had, and allowed. */
static inline int ledger_deal(const struct ledger *ledger, const struct world *world, const struct event *event,
                              struct failure *failure) {
    const struct page *end = &ledger->end;
    const struct parameters *p = &world->parameters;
    const struct register_row *row = &world->reg.rows[(size_t)event->firm];
    size_t target = end->slot[(size_t)event->firm], buyer = end->slot[(size_t)event->other];
    double cash = was(end, FIELD_cash, 0)[target], value = was(end, FIELD_valuation, 0)[target];
    double share = cash < ledger_floor(p) ? p->acquisitions_distress_price : p->acquisitions_premium;
    int planned = 0;
    for (size_t i = 0; i < world->scenario->takeover_count; i++) {
        const struct takeover *takeover = &world->scenario->takeovers[i];
        planned |= takeover->month == world->month && strcmp(takeover->target, row->name) == 0 &&
                   takeover->price == event->amount;
    }
    LEDGER_HOLDS(row->reason == EXIT_ACQUIRED && row->acquirer == event->other && row->exit_month == world->month,
                 "firm %.0f: the register does not know who took it over", event->firm);
    LEDGER_HOLDS(was(end, FIELD_id, 0)[buyer] == event->other && was(end, FIELD_id, 0)[target] == event->firm &&
                     was(end, FIELD_cash, 0)[buyer] >= ledger_floor(p),
                 "firm %.0f is taken over by one that could not", event->firm);
    LEDGER_HOLDS(planned || ledger_near(event->amount, share * value, 0.0), "firm %.0f costs %.17g in place of %.17g",
                 event->firm, event->amount, share * value);
    LEDGER_HOLDS(p->acquisitions_enabled > 0.0 && p->acquisitions_share_limit > 0.0, "a forbidden takeover");
    double stake = was(end, FIELD_investor_stake, 0)[target];
    LEDGER_HOLDS(
        ledger_near(row->proceeds, was(end, FIELD_investor_proceeds, 0)[target] + stake * event->amount, 0.0) &&
            row->raised == was(end, FIELD_raised, 0)[target] && row->rounds == was(end, FIELD_round, 0)[target],
        "firm %.0f: what investors put in and got back", event->firm);
    return MATTHEW_OK;
}

static inline int ledger_takeovers(const struct ledger *ledger, const struct world *world, struct failure *failure) {
    static const enum field moved[] = {FIELD_cash,        FIELD_core_income,   FIELD_total_receipts, FIELD_receivables,
                                       FIELD_gpu_backlog, FIELD_gpus,          FIELD_gpus_bought,    FIELD_own_gpus,
                                       FIELD_own_backlog, FIELD_own_chips_made};
    int status = MATTHEW_OK;
    size_t at = 0, count = 0;
    for (const struct event *event; status == MATTHEW_OK && (event = ledger_takeover(world, &at)) != NULL; count++)
        status = ledger_deal(ledger, world, event, failure);
    for (size_t i = 0; i < sizeof moved / sizeof *moved; i++)
        for (int m = 0; m < firms_members(&world->firms, field_table[moved[i]].dimension) && status == MATTHEW_OK; m++)
            status = ledger_moved(ledger, world, moved[i], m, failure);
    if (status == MATTHEW_OK && count != world->departures.bought)
        status = fail(failure, MATTHEW_BROKEN_INVARIANT, "ledger: %zu takeovers in place of %zu", count,
                      world->departures.bought);
    return status;
}

/* Who left, who came, and that nothing got lost on the way. */
static inline int ledger_turned_over(struct ledger *ledger, const struct world *world, struct failure *failure) {
    const struct page *end = &ledger->end;
    const struct firms *f = &world->firms;
    size_t old_slots = end->firms.slots, count = f->slots, living = 0;
    double returned = end->industry.gpus_returned;
    long entries = 0, exits = 0;
    if (ledger->left_count < world->places.used) {
        ledger->left = realloc(ledger->left, world->places.used * sizeof *ledger->left);
        for (; ledger->left_count < world->places.used; ledger->left_count++)
            ledger->left[ledger->left_count] = -1000;
    }
    for (size_t slot = 0; slot < old_slots; slot++) {
        double id = was(end, FIELD_id, 0)[slot];
        if (id < 0.0)
            continue;
        const struct register_row *row = &world->reg.rows[(size_t)id];
        size_t now = world_slot(world, id);
        if (now != NO_SLOT) {
            LEDGER_HOLDS(f->cash[now] >= ledger_floor(&world->parameters), "firm %.0f without cash goes on", id);
            continue;
        }
        int sold = row->reason == EXIT_ACQUIRED;
        LEDGER_HOLDS(sold || (row->reason == EXIT_LIQUIDATED && row->acquirer == -1.0 &&
                              was(end, FIELD_cash, 0)[slot] < ledger_floor(&world->parameters)),
                     "firm %.0f left with cash", id);
        LEDGER_HOLDS(row->exit_month == world->month && row->slot == -1, "firm %.0f: exit month, slot", id);
        if (ledger_worth(ledger, world, row, failure) != MATTHEW_OK)
            return failure->status;
        returned += sold ? 0.0 : was(end, FIELD_gpus, 0)[slot] + was(end, FIELD_gpu_backlog, 0)[slot];
        ledger->left[row->place] = world->month;
        exits++;
    }
    for (size_t slot = 0; slot < count; slot++) {
        if (f->id[slot] < 0.0)
            continue;
        const struct register_row *row = &world->reg.rows[(size_t)f->id[slot]];
        LEDGER_HOLDS(row->slot == (long)slot, "firm %.0f: registered elsewhere", f->id[slot]);
        LEDGER_HOLDS(row->entry_month < world->month || world->month >= ledger->left[row->place] + PLACE_REST,
                     "place %ld has not rested", row->place);
        entries += row->entry_month == world->month;
        LEDGER_HOLDS(row->entry_month < world->month || row->id >= (double)end->registered,
                     "firm %.0f: the id is not new", row->id);
        living++;
    }
    LEDGER_HOLDS((count + BLOCK - 1) / BLOCK == (living > 0 ? (living + BLOCK - 1) / BLOCK : 1),
                 "%zu slots are in use for %zu firms", count, living);
    LEDGER_HOLDS(exits == world->exits && entries == world->entries, "%ld exits, %ld entries", exits, entries);
    LEDGER_HOLDS(world->reg.count == end->registered + (size_t)entries, "the register has %zu rows", world->reg.count);
    LEDGER_HOLDS(ledger_near(world->industry.gpus_returned, returned, 0.0), "%.17g GPUs return in place of %.17g",
                 world->industry.gpus_returned, returned);
    for (int tier = 0; tier < f->tiers; tier++)
        LEDGER_HOLDS(world->industry.pool[tier] + ledger_sum(f->staff[tier], count) ==
                         end->industry.pool[tier] + ledger_sum(was(end, FIELD_staff, tier), old_slots),
                     "tier %d: people get lost in exit or entry", tier);
    for (int s = 0; s < f->segments; s++)
        LEDGER_HOLDS(world->industry.non_adopters[s] + ledger_sum(f->accounts[s], count) ==
                         floor(world->parameters.customers_population[s]),
                     "segment %d: accounts get lost in exit or entry", s);
    int dilutes = world->parameters.organisation_enabled > 0.0 && world->parameters.organisation_dilution_rate > 0.0;
    for (size_t slot = 0; slot < count; slot++) {
        double came = 0.0;
        int stayed = f->id[slot] >= 0.0 && f->id[slot] < (double)end->registered;
        size_t old = stayed ? end->slot[(size_t)f->id[slot]] : 0;
        for (int tier = 0; tier < f->tiers && stayed; tier++)
            came += f->staff[tier][slot] - was(end, FIELD_staff, tier)[old];
        LEDGER_HOLDS(f->joined[slot] == (dilutes ? came : 0.0), "firm %.0f: %.0f people joined in place of %.0f",
                     f->id[slot], f->joined[slot], came);
    }
    int status = ledger_takeovers(ledger, world, failure);
    page_copy(&ledger->start, world);
    return status;
}

static inline void ledger_open(struct ledger *ledger, const struct world *world) {
    memset(ledger, 0, sizeof *ledger);
    page_copy(&ledger->start, world);
}

static inline struct observer ledger_observer(struct ledger *ledger) {
    return (struct observer){.context = ledger, .month = ledger_month, .books = 1, .events = 1};
}

static inline void ledger_close(struct ledger *ledger) {
    page_close(&ledger->start);
    page_close(&ledger->end);
    free(ledger->left);
}

#endif
