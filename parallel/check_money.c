#include "agents/payments.h"
#include "parallel/check_tools.h"

/* What a firm paid and received in a month, by kind of payment. */
struct statement {
    double paid[PAYMENT_COUNT], received[PAYMENT_COUNT];
};

/* Receipts by who pays the bills, funds, income from other business. */
static void state_income(const struct past *past, const struct world *world, size_t slot, struct statement *s) {
    const struct firms *firms = &world->firms;
    const struct parameters *p = &world->parameters;
    for (int segment = 0; segment < firms->segments; segment++) {
        double received = firms->receipts[segment][slot], mine = p->customers_household_share[segment];
        double theirs = (1.0 - mine) * p->customers_government_share[segment];
        s->received[PAYMENT_receipts_households] += mine * received;
        s->received[PAYMENT_receipts_government] += theirs * received;
        s->received[PAYMENT_receipts_rest] += (1.0 - mine - theirs) * received;
    }
    s->received[PAYMENT_core_income] = before(past, FIELD_core_income, 0, slot);
    s->received[PAYMENT_funding] = firms->funding[slot];
}

/* Prices times quantities: people, machines, accounts, rules. */
static void state_operations(const struct world *world, size_t slot, struct statement *s) {
    const struct firms *firms = &world->firms;
    const struct parameters *p = &world->parameters;
    int home = (int)firms->region[slot];
    for (int tier = 0; tier < firms->tiers; tier++)
        s->paid[PAYMENT_wages] += p->talent_wage[tier] * firms->staff[tier][slot] * firms->wage_premium[slot];
    for (int region = 0; region < firms->regions; region++)
        s->paid[PAYMENT_energy] += world->conditions.energy[region] * firms->site[region][slot] * firms->gpus[slot];
    for (int segment = 0; segment < firms->segments; segment++)
        s->paid[PAYMENT_support] += p->customers_support[segment] * 1e-6 * firms->accounts[segment][slot];
    s->paid[PAYMENT_overhead] = p->accounts_overhead;
    double ruled = p->accounts_compliance_fixed * (1.0 + world->conditions.burden) +
                   p->accounts_compliance_share * firms->total_receipts[slot];
    s->paid[PAYMENT_compliance] = p->regions_compliance[home] * ruled;
    double political = firms->influence_share[slot];
    double left = 1.0 - firms->compute_share[slot] - firms->hire_share[slot] - political;
    s->paid[PAYMENT_layers] = left * firms->budget[slot];
    s->paid[PAYMENT_influence] = political * firms->budget[slot];
    double surcharge = p->compute_clearing > 0.0 ? 0.0 : p->compute_expedite_premium * firms->speed[slot];
    s->paid[PAYMENT_gpu_purchases] = firms->gpu_allotment[slot] * world->industry.gpu_price * (1.0 + surcharge);
    s->paid[PAYMENT_own_chips] = firms->own_chip_allotment[slot] * firms->own_chip_price[slot] * (1.0 + surcharge);
}

/* What firms pay each other. */
static void state_sharing(const struct world *world, size_t slot, struct statement *s) {
    const struct firms *firms = &world->firms;
    double share = firms->alliance_share[slot], fee = firms->exit_fee[slot];
    s->paid[PAYMENT_rent] = firms->rented_in[slot] * world->industry.rent_price;
    s->received[PAYMENT_rent] = firms->rented_out[slot] * world->industry.rent_price;
    s->paid[PAYMENT_alliance_share] = fmax(-share, 0.0);
    s->received[PAYMENT_alliance_share] = fmax(share, 0.0);
    s->paid[PAYMENT_exit_fee] = fmax(-fee, 0.0);
    s->received[PAYMENT_exit_fee] = fmax(fee, 0.0);
}

/* What a firm paid less what it received, over some kinds of payment. */
static double net(const struct statement *s, const enum payment *kinds, size_t count) {
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += s->paid[kinds[i]] - s->received[kinds[i]];
    return sum;
}

/* What outflow is made of. */
static const enum payment operating[] = {PAYMENT_wages,      PAYMENT_energy, PAYMENT_support,        PAYMENT_overhead,
                                         PAYMENT_compliance, PAYMENT_rent,   PAYMENT_alliance_share, PAYMENT_exit_fee};
enum { OPERATING = sizeof operating / sizeof *operating };

/* Tax on what is left after depreciation; payouts by stake. */
static void state_transfers(const struct world *world, size_t slot, struct statement *s) {
    const struct firms *firms = &world->firms;
    const struct parameters *p = &world->parameters;
    double outflow = p->compute_depreciation * world->industry.gpu_price * firms->gpus[slot];
    outflow += net(s, operating, OPERATING);
    double profit = firms->total_receipts[slot] - outflow;
    s->paid[PAYMENT_tax] = p->accounts_tax * fmax(profit, 0.0);
    s->paid[PAYMENT_windfall_tax] = p->regulation_windfall_tax * fmax(profit - p->regulation_windfall_threshold, 0.0);
    double stake = firms->investor_stake[slot], payout = firms->payout[slot];
    s->paid[PAYMENT_payout_investors] = stake * payout;
    s->paid[PAYMENT_payout_households] = (1.0 - stake) * payout;
}

/* Flows that are recorded are those that prices and quantities make. */
static int check_flows(const struct world *world, size_t slot, const struct statement *s, struct failure *failure) {
    const struct firms *firms = &world->firms;
    double outflow = net(s, operating, OPERATING), receipts = 0.0, income = s->received[PAYMENT_core_income];
    for (int segment = 0; segment < firms->segments; segment++)
        receipts += firms->receipts[segment][slot];
    const struct {
        enum field field;
        double wanted;
    } flows[] = {{FIELD_total_receipts, receipts},
                 {FIELD_burn, outflow - receipts - income},
                 {FIELD_gpu_spending, s->paid[PAYMENT_gpu_purchases]},
                 {FIELD_own_chip_spending, s->paid[PAYMENT_own_chips]},
                 {FIELD_rent_paid, s->paid[PAYMENT_rent]},
                 {FIELD_rent_earned, s->received[PAYMENT_rent]},
                 {FIELD_tax, s->paid[PAYMENT_tax]},
                 {FIELD_windfall_tax, s->paid[PAYMENT_windfall_tax]}};
    double gross = receipts + fabs(income) + s->paid[PAYMENT_gpu_purchases] + s->paid[PAYMENT_own_chips];
    for (size_t i = 0; i < OPERATING; i++)
        gross += s->paid[operating[i]] + s->received[operating[i]];
    for (size_t i = 0; i < sizeof flows / sizeof *flows; i++) {
        double value = firms_column(firms, flows[i].field, 0)[slot];
        if (fabs(value - flows[i].wanted) > rounding(gross))
            return BROKEN("month %ld, firm %.0f: %s = %.17g M$ in place of %.17g", world->month, firms->id[slot],
                          field_table[flows[i].field].name, value, flows[i].wanted);
    }
    if (firms->funding[slot] > firms->request[slot] * (1.0 + 1e-12))
        return BROKEN("month %ld, firm %.0f: funding = %.17g M$ and request = %.17g", world->month, firms->id[slot],
                      firms->funding[slot], firms->request[slot]);
    return MATTHEW_OK;
}

/* The cash of a firm is what it was, and what it received less what it paid. */
static int check_cash(const struct past *past, const struct world *world, size_t slot, const struct statement *s,
                      struct failure *failure) {
    double was = before(past, FIELD_cash, 0, slot), change = 0.0, gross = fabs(was);
    for (int i = 0; i < PAYMENT_COUNT; i++) {
        change += s->received[i] - s->paid[i];
        gross += fabs(s->received[i]) + fabs(s->paid[i]);
    }
    double cash = world->firms.cash[slot], wanted = was + change;
    if (fabs(cash - wanted) > rounding(gross))
        return BROKEN("month %ld, firm %.0f: cash = %.17g M$ in place of %.17g: %.17g last month, %+.17g by payments",
                      world->month, world->firms.id[slot], cash, wanted, was, change);
    return MATTHEW_OK;
}

/* The vendor pays for the new GPUs that it sold and passes the rest on. Second-hand ones go first. */
static void state_vendor(const struct past *past, const struct world *world, double sold, double own,
                         double *payments) {
    const struct industry *was = &past->industry;
    double fresh = fmax(sold - was->gpus_second_hand - was->gpus_returned, 0.0) + own;
    double made = world->parameters.compute_production_cost * world->conditions.gpu_trend_price * fresh;
    payments[PAYMENT_gpu_production] += made;
    payments[PAYMENT_vendor_profit] +=
        payments[PAYMENT_gpu_purchases] + payments[PAYMENT_own_chips] - payments[PAYMENT_estate_gpus] - made;
}

/* The ledger says what the firms' statements say, and no sector gains what no other loses. */
static int check_ledger(const struct world *world, const double *wanted, double gross, struct failure *failure) {
    double balance[SECTOR_COUNT], sum = 0.0;
    for (int i = 0; i < PAYMENT_COUNT; i++)
        gross += fabs(wanted[i]);
    for (int i = 0; i < PAYMENT_COUNT; i++)
        if (fabs(world->payments[i] - wanted[i]) > 1e-12 * gross + 1e-9)
            return BROKEN("month %ld: %s of %s to %s are %.17g M$ in place of %.17g", world->month,
                          payment_table[i].name, sector_names[payment_table[i].payer],
                          sector_names[payment_table[i].payee], world->payments[i], wanted[i]);
    payments_balance(world->payments, balance);
    for (int i = 0; i < SECTOR_COUNT; i++)
        sum += balance[i];
    if (fabs(sum) > rounding(gross) + 1e-9)
        return BROKEN("month %ld: the balances of sectors add up to %.17g M$", world->month, sum);
    return MATTHEW_OK;
}

int check_money(const struct past *past, const struct world *world, struct failure *failure) {
    const struct firms *firms = &world->firms;
    double wanted[PAYMENT_COUNT], gross = 0.0, sold = 0.0, own = 0.0;
    for (int i = 0; i < PAYMENT_COUNT; i++) { /* those of the turn over */
        wanted[i] = past->industry.booked[i];
        gross += fabs(wanted[i]);
    }
    int status = MATTHEW_OK;
    for (size_t slot = 0; slot < firms->slots && status == MATTHEW_OK; slot++) {
        struct statement statement = {{0}, {0}};
        if (firms->active[slot] == 0.0)
            continue;
        state_income(past, world, slot, &statement);
        state_operations(world, slot, &statement);
        state_sharing(world, slot, &statement);
        state_transfers(world, slot, &statement);
        for (int i = 0; i < PAYMENT_COUNT; i++) {
            int pays = payment_table[i].payer == SECTOR_firms;
            wanted[i] += pays ? statement.paid[i] : statement.received[i];
            gross += fabs(statement.paid[i]) + fabs(statement.received[i]);
        }
        sold += firms->gpu_allotment[slot];
        own += firms->own_chip_allotment[slot];
        status = check_cash(past, world, slot, &statement, failure);
        if (status == MATTHEW_OK)
            status = check_flows(world, slot, &statement, failure);
    }
    if (status != MATTHEW_OK)
        return status;
    state_vendor(past, world, sold, own, wanted);
    return world->books_kept ? check_ledger(world, wanted, gross, failure) : MATTHEW_OK;
}

int check_month(const struct past *past, const struct world *world, struct failure *failure) {
    int status = check_stocks(past, world, failure);
    return status == MATTHEW_OK ? check_money(past, world, failure) : status;
}
