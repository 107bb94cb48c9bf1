#include "agents/payments.h"
#include "parallel/check_tools.h"

#include <string.h>

/* Stocks that a firm which stays keeps while others leave and come, and that a buyer takes over. */
static const enum field lasting[] = {FIELD_cash,        FIELD_gpus,        FIELD_gpu_backlog,    FIELD_gpus_bought,
                                     FIELD_own_gpus,    FIELD_own_backlog, FIELD_own_chips_made, FIELD_core_income,
                                     FIELD_receivables, FIELD_staff,       FIELD_accounts};
enum { LASTING = sizeof lasting / sizeof *lasting };

static double *stock(struct past *past, enum field field, int member) {
    return past->columns + (size_t)(past->first[field] + member) * past->capacity;
}

/* Where a firm of the past lies now; NO_SLOT when it left. */
static size_t now(const struct past *past, const struct world *world, size_t slot) {
    double id = before(past, FIELD_id, 0, slot);
    return id >= 0.0 && world->reg.rows[(size_t)id].exit_month < 0 ? (size_t)world->reg.rows[(size_t)id].slot : NO_SLOT;
}

/* Finds where every firm was, and whether every firm of the past that has not left is there. */
static int find_firms(const struct past *past, const struct world *world, struct failure *failure) {
    for (size_t slot = 0; slot < world->firms.slots; slot++)
        past->was[slot] = NO_SLOT;
    for (size_t slot = 0; slot < past->slots; slot++) {
        double id = before(past, FIELD_id, 0, slot);
        size_t here = now(past, world, slot);
        if (here == NO_SLOT)
            continue;
        if (world_slot(world, id) != here)
            return BROKEN("month %ld, firm %.0f: not in slot %zu, where it should be", world->month, id, here);
        past->was[here] = slot;
    }
    return MATTHEW_OK;
}

/* Where, in the past, lay the firm that has now what another one had that was taken over: its buyer, or who took that
 * one over in the same month. */
static size_t heir(const struct past *past, const struct world *world, double id) {
    const struct register_row *row = &world->reg.rows[(size_t)id];
    while (row->reason == EXIT_ACQUIRED && row->exit_month == world->month)
        row = &world->reg.rows[(size_t)row->acquirer];
    return past->was[row->slot];
}

static int left(const struct past *past, const struct world *world, size_t slot) {
    return before(past, FIELD_id, 0, slot) >= 0.0 && now(past, world, slot) == NO_SLOT;
}

static int was_bought(const struct past *past, const struct world *world, size_t slot) {
    double id = before(past, FIELD_id, 0, slot);
    return left(past, world, slot) && world->reg.rows[(size_t)id].reason == EXIT_ACQUIRED;
}

/* Gives what firms had that were taken over to those who have it now, less the prices that these have paid. */
static void hand_over(struct past *past, const struct world *world) {
    memset(past->bought, 0, past->slots * sizeof *past->bought);
    for (size_t slot = 0; slot < past->slots; slot++) {
        if (!was_bought(past, world, slot))
            continue;
        double id = before(past, FIELD_id, 0, slot), price = world->reg.rows[(size_t)id].price;
        size_t buyer = heir(past, world, id);
        past->bought[buyer] += fabs(before(past, FIELD_cash, 0, slot)) + price + 1e-300;
        stock(past, FIELD_cash, 0)[buyer] -= price;
        for (int i = 0; i < LASTING; i++)
            for (int member = 0; member < firms_members(&world->firms, field_table[lasting[i]].dimension); member++)
                stock(past, lasting[i], member)[buyer] += stock(past, lasting[i], member)[slot];
    }
}

/* People and accounts may get lost on the way to a buyer; nothing else may. */
static int check_lasting(const struct past *past, const struct world *world, enum field field, int member,
                         struct failure *failure) {
    const double *was = past_column(past, field, member), *is = firms_column(&world->firms, field, member);
    int counted = field == FIELD_staff || field == FIELD_accounts;
    for (size_t slot = 0; slot < world->firms.slots; slot++) {
        if (past->was[slot] == NO_SLOT)
            continue;
        double bought = past->bought[past->was[slot]], had = was[past->was[slot]], has = is[slot];
        int fine = had == has || (bought > 0.0 && counted && has <= had) ||
                   (bought > 0.0 && !counted && fabs(has - had) <= rounding(fabs(has) + fabs(had) + bought));
        if (!fine)
            return BROKEN("month %ld, firm %.0f: %s[%d] went from %.17g to %.17g while firms left and came",
                          world->month, world->firms.id[slot], field_table[field].name, member, had, has);
    }
    return MATTHEW_OK;
}

/* The payments of exits and entries, and the GPUs that come back. */
struct turn_over {
    double payments[PAYMENT_COUNT], gross[PAYMENT_COUNT];
    double gpus, staff[MEMBERS_MAX], accounts[MEMBERS_MAX];
};

static void pay(struct turn_over *sum, enum payment payment, double amount) {
    sum->payments[payment] += amount;
    sum->gross[payment] += fabs(amount);
}

static void count_sold(const struct past *past, const struct world *world, size_t slot, struct turn_over *sum) {
    double price = world->reg.rows[(size_t)before(past, FIELD_id, 0, slot)].price;
    double stake = before(past, FIELD_investor_stake, 0, slot);
    pay(sum, PAYMENT_takeover_investors, stake * price);
    pay(sum, PAYMENT_takeover_households, (1.0 - stake) * price);
}

/* Who did not come along to a buyer. */
static void count_lost(const struct past *past, const struct world *world, size_t slot, struct turn_over *sum) {
    size_t was = past->was[slot];
    for (int tier = 0; tier < world->firms.tiers; tier++)
        sum->staff[tier] += before(past, FIELD_staff, tier, was) - world->firms.staff[tier][slot];
    for (int segment = 0; segment < world->firms.segments; segment++)
        sum->accounts[segment] += before(past, FIELD_accounts, segment, was) - world->firms.accounts[segment][slot];
}

static void count_leaver(const struct past *past, const struct world *world, size_t slot, struct turn_over *sum) {
    double gpus = before(past, FIELD_gpus, 0, slot) + before(past, FIELD_gpu_backlog, 0, slot);
    double sale = gpus * world->industry.gpu_price * world->parameters.exit_estate_price;
    double left = before(past, FIELD_cash, 0, slot) + sale, stake = before(past, FIELD_investor_stake, 0, slot);
    pay(sum, PAYMENT_estate_gpus, sale);
    pay(sum, PAYMENT_estate_shortfall, fmax(-left, 0.0));
    pay(sum, PAYMENT_estate_investors, stake * fmax(left, 0.0));
    pay(sum, PAYMENT_estate_households, (1.0 - stake) * fmax(left, 0.0));
    sum->gpus += gpus;
    for (int tier = 0; tier < world->firms.tiers; tier++)
        sum->staff[tier] += before(past, FIELD_staff, tier, slot);
    for (int segment = 0; segment < world->firms.segments; segment++)
        sum->accounts[segment] += before(past, FIELD_accounts, segment, slot);
}

static void count_newcomer(const struct world *world, size_t slot, struct turn_over *sum) {
    double subsidy = world->parameters.regulation_entrant_subsidy;
    pay(sum, PAYMENT_founding, world->firms.cash[slot] - subsidy);
    pay(sum, PAYMENT_entrant_subsidy, subsidy);
    sum->gross[PAYMENT_founding] += subsidy; /* which is in the cash, and is taken out of it again */
    for (int tier = 0; tier < world->firms.tiers; tier++)
        sum->staff[tier] -= world->firms.staff[tier][slot];
    for (int segment = 0; segment < world->firms.segments; segment++)
        sum->accounts[segment] -= world->firms.accounts[segment][slot];
}

/* A newcomer brings the machines that entrants have, and nobody owes it anything yet. */
static int check_newcomer(const struct world *world, size_t slot, struct failure *failure) {
    static const enum field nothing[] = {FIELD_gpu_backlog,    FIELD_own_gpus,    FIELD_own_backlog,
                                         FIELD_own_chips_made, FIELD_core_income, FIELD_receivables};
    const struct firms *firms = &world->firms;
    const char *quantity = firms->gpus[slot] != world->parameters.startups_gpus ? "gpus" : NULL;
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        for (int member = 0; member < firms_members(firms, field_table[nothing[i]].dimension); member++)
            if (firms_column(firms, nothing[i], member)[slot] != 0.0)
                quantity = field_table[nothing[i]].name;
    if (quantity != NULL)
        return BROKEN("month %ld, firm %.0f: %s that no entrant has", world->month, firms->id[slot], quantity);
    return MATTHEW_OK;
}

/* Pools, returned GPUs, the vendor's stock and the ledger after all firms were counted. */
static int check_counted(const struct past *past, const struct world *world, const struct turn_over *sum,
                         struct failure *failure) {
    const struct industry *was = &past->industry, *is = &world->industry;
    for (int tier = 0; tier < world->firms.tiers; tier++)
        if (is->pool[tier] != was->pool[tier] + sum->staff[tier] || is->people[tier] != was->people[tier])
            return BROKEN("month %ld, tier %s: pool = %.0f in place of %.0f after exits and entries", world->month,
                          world->scenario->members[FAMILY_TIER].name[tier], is->pool[tier],
                          was->pool[tier] + sum->staff[tier]);
    for (int segment = 0; segment < world->firms.segments; segment++)
        if (is->non_adopters[segment] != was->non_adopters[segment] + sum->accounts[segment])
            return BROKEN("month %ld, segment %s: non_adopters = %.0f in place of %.0f after exits and entries",
                          world->month, world->scenario->members[FAMILY_SEGMENT].name[segment],
                          is->non_adopters[segment], was->non_adopters[segment] + sum->accounts[segment]);
    if (!near(is->gpus_returned, was->gpus_returned + sum->gpus))
        return BROKEN("month %ld: gpus_returned = %.17g in place of %.17g", world->month, is->gpus_returned,
                      was->gpus_returned + sum->gpus);
    if (is->gpu_inventory != was->gpu_inventory || is->gpu_supply != was->gpu_supply)
        return BROKEN("month %ld: gpu_inventory = %.17g of a supply of %.17g, in place of %.17g of %.17g", world->month,
                      is->gpu_inventory, is->gpu_supply, was->gpu_inventory, was->gpu_supply);
    for (int i = 0; i < PAYMENT_COUNT; i++)
        if (fabs(is->booked[i] - was->booked[i] - sum->payments[i]) > 1e-12 * sum->gross[i] + 1e-9)
            return BROKEN("month %ld: %.17g M$ of %s are booked for exits and entries in place of %.17g", world->month,
                          is->booked[i] - was->booked[i], payment_table[i].name, sum->payments[i]);
    return MATTHEW_OK;
}

int check_turn_over(struct past *past, const struct world *world, struct failure *failure) {
    const struct firms *firms = &world->firms;
    struct turn_over sum = {0};
    if (find_firms(past, world, failure) != MATTHEW_OK)
        return failure->status;
    hand_over(past, world);
    for (int i = 0; i < LASTING; i++)
        for (int member = 0; member < firms_members(firms, field_table[lasting[i]].dimension); member++) {
            int status = check_lasting(past, world, lasting[i], member, failure);
            if (status != MATTHEW_OK)
                return status;
        }
    for (size_t slot = 0; slot < past->slots; slot++)
        if (was_bought(past, world, slot))
            count_sold(past, world, slot, &sum);
        else if (left(past, world, slot))
            count_leaver(past, world, slot, &sum);
    for (size_t slot = 0; slot < firms->slots; slot++) {
        if (past->was[slot] != NO_SLOT) {
            if (past->bought[past->was[slot]] > 0.0)
                count_lost(past, world, slot, &sum);
            continue;
        }
        if (firms->id[slot] < 0.0)
            continue;
        count_newcomer(world, slot, &sum);
        if (check_newcomer(world, slot, failure) != MATTHEW_OK)
            return failure->status;
    }
    return check_counted(past, world, &sum, failure);
}
