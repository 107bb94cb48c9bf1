/* The invariants: a sound month passes, and each kind of damage is found and named. */
#include "parallel/check.h"

#include "agents/payments.h"
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
    struct race_options options = {.threads = 1, .check = 1, .turn_over = 1, .observer = &observer};
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
    double *in = world->firms.rented_in + alive, *paid = world->firms.rent_paid + alive;
    damage(&patient, in, *in + 1e-3, "rented", "lent");
    damage(&patient, paid, *paid + 1e-3, "rented", "lent");
    damage(&patient, &world->firms.own_chip_allotment[alive], 1.0, "allotted", "made");
    damage(&patient, &world->firms.own_backlog[alive], world->firms.gpu_backlog[alive] + 1.0, "more own chips", "GPUs");
    damage(&patient, &world->firms.exit_fee[alive], 1.0, "exit fees", "M$");
    damage(&patient, &world->firms.ally[alive], (double)world->reg.count, "no partner", "ally");
    damage(&patient, &world->firms.alliance_role[alive], 1.0, "no partner", "ally");
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
    double allotment = world->firms.gpu_allotment[7], in = world->firms.rented_in[7], out = world->firms.rented_out[7];
    double paid = world->firms.rent_paid[7], earned = world->firms.rent_earned[7];
    cr_assert(world->firms.alliance_role[7] == 0.0);
    size_t empty = 7;
    firms_clear(&world->firms, &empty, 1);
    world->firms.gpu_allotment[8] += allotment;
    world->firms.rented_in[8] += in;
    world->firms.rented_out[8] += out;
    world->firms.rent_paid[8] += paid;
    world->firms.rent_earned[8] += earned;
    struct failure failure = {0};
    cr_assert(check_world(world, &failure) == MATTHEW_OK, "%s", failure.text);
    damage(&patient, &world->firms.cash[7], 1.0, "empty slot", "cash");
    damage(&patient, &world->firms.appeal[1][7], 1e-9, "empty slot", "appeal");
    damage(&patient, &world->firms.ally[7], 0.0, "empty slot", "ally");
    close_patient(&patient);
}

/* ---- leaks: what changes hands by no flow is named within the month ---- */

enum leak { LEAK_ACCOUNT, LEAK_PERSON, LEAK_GPU, LEAK_BACKLOG, LEAK_DOLLAR, LEAK_BILL, LEAK_COUNT };

static const char *const leak_names[LEAK_COUNT] = {"accounts", "staff", "gpus", "gpu_backlog", "cash", "receivables"};

/* One account, person, GPU or dollar more for a firm; with a partner it comes from there, so that no total tells. */
static void leak(struct world *world, enum leak what, size_t to, long from) {
    struct firms *firms = &world->firms;
    double *const column[LEAK_COUNT] = {firms->accounts[0], firms->staff[1], firms->gpus,
                                        firms->gpu_backlog, firms->cash,     firms->receivables[1]};
    double amount = what == LEAK_DOLLAR || what == LEAK_BILL ? 1e-6 : 1.0;
    column[what][to] += amount;
    if (from >= 0)
        column[what][from] -= amount;
}

/* The two largest firms of a world, by accounts: they have some of everything. */
static void largest(const struct world *world, size_t pair[2]) {
    const double *accounts = world->firms.accounts[0];
    pair[0] = pair[1] = 0;
    for (size_t slot = 0; slot < world->firms.slots; slot++)
        if (accounts[slot] > accounts[pair[0]])
            pair[0] = slot;
    for (size_t slot = 0; slot < world->firms.slots; slot++)
        if (slot != pair[0] && (pair[1] == pair[0] || accounts[slot] > accounts[pair[1]]))
            pair[1] = slot;
}

struct leaking {
    enum leak what;
    int paired;
    double firm; /* that gets it */
};

/* An observer that steals at the end of month 5. */
static int leak_at_five(void *context, const struct world *world, struct failure *failure) {
    (void)failure;
    struct leaking *leaking = context;
    size_t pair[2];
    if (world->month != 5)
        return MATTHEW_OK;
    largest(world, pair);
    leaking->firm = world->firms.id[pair[0]];
    leak((struct world *)(uintptr_t)world, leaking->what, pair[0], leaking->paired ? (long)pair[1] : -1);
    return MATTHEW_OK;
}

static void named(const struct failure *failure, enum leak what, long month, double firm, double other) {
    char words[2][64];
    snprintf(words[0], sizeof words[0], "month %ld, firm %.0f: %s", month, firm, leak_names[what]);
    snprintf(words[1], sizeof words[1], "month %ld, firm %.0f: %s", month, other, leak_names[what]);
    cr_assert(strstr(failure->text, words[0]) != NULL || strstr(failure->text, words[1]) != NULL, "%s is not in: %s",
              words[0], failure->text);
}

static struct race *open_race(struct scenario *scenario) {
    struct failure failure = {0};
    struct race *race;
    scenario_small(scenario, 400, 20);
    struct named_firm *giant = scenario_name_firms(scenario, 2); /* one dollar must show in a million times a million */
    for (int i = 0; i < 2; i++) {
        giant[i].cash = 1e6;
        giant[i].gpus = 1e6;
        giant[i].accounts[0] = 1e6 - i;
        giant[i].accounts[1] = 1e4;
        giant[i].staff[1] = 1000.0;
    }
    cr_assert(race_new(&race, scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    return race;
}

Test(check, leaks_while_firms_leave_and_come) {
    for (int what = 0; what < LEAK_COUNT; what++)
        for (int paired = 0; paired < 2; paired++) {
            struct scenario scenario;
            struct failure failure = {0};
            struct race *race = open_race(&scenario);
            struct world *world = (struct world *)(uintptr_t)race_world(race);
            world->parameters.acquisitions_enabled = 0.0; /* what goes along to a buyer is known in total alone */
            struct leaking leaking = {(enum leak)what, paired, -1.0};
            struct observer observer = {.context = &leaking, .month = leak_at_five};
            struct race_options options = {.threads = 1, .check = 1, .turn_over = 1, .observer = &observer};
            cr_assert(race_run(race, 20, &options, &failure) == MATTHEW_BROKEN_INVARIANT, "%s", leak_names[what]);
            cr_assert(race_world(race)->month == 5);
            named(&failure, (enum leak)what, 5, leaking.firm, 1.0 - leaking.firm);
            race_free(race);
            scenario_free(&scenario);
        }
}

/* Between two calls, so at the start of a month: the end of that month finds it. */
Test(check, leaks_within_a_month) {
    for (int what = 0; what < LEAK_COUNT; what++)
        for (int paired = 0; paired < 2; paired++) {
            struct scenario scenario;
            struct failure failure = {0};
            struct race *race = open_race(&scenario);
            struct world *world = (struct world *)(uintptr_t)race_world(race);
            struct race_options options = {.threads = 2, .check = 1, .turn_over = 1};
            size_t pair[2];
            cr_assert(race_run(race, 5, &options, &failure) == MATTHEW_OK, "%s", failure.text);
            largest(world, pair);
            leak(world, (enum leak)what, pair[0], paired ? (long)pair[1] : -1);
            cr_assert(race_run(race, 20, &options, &failure) == MATTHEW_BROKEN_INVARIANT, "%s", leak_names[what]);
            cr_assert(world->month == 6);
            if (paired || what == LEAK_GPU || what == LEAK_BACKLOG || what == LEAK_DOLLAR || what == LEAK_BILL)
                named(&failure, (enum leak)what, 6, (double)pair[0], (double)pair[1]);
            cr_assert(strstr(failure.text, "month 6") != NULL, "%s", failure.text);
            race_free(race);
            scenario_free(&scenario);
        }
}

/* ---- flows and books ---- */

/* A race at the end of month 8 before exits, and the past that month 8 began with. */
static void open_month(struct patient *patient, struct past *past) {
    struct failure failure = {0};
    patient->race = open_race(&patient->scenario);
    patient->world = (struct world *)(uintptr_t)race_world(patient->race);
    struct observer observer = {.month = keep_it};
    struct race_options options = {.threads = 1, .check = 1, .turn_over = 1};
    cr_assert(race_run(patient->race, 7, &options, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(past_reserve(past, patient->world, &failure) == MATTHEW_OK);
    past_take(past, patient->world);
    options.observer = &observer;
    cr_assert(race_run(patient->race, 8, &options, &failure) == MATTHEW_WRITE_FAILED);
    cr_assert(check_month(past, patient->world, &failure) == MATTHEW_OK, "%s", failure.text);
}

static void damage_month(const struct patient *patient, const struct past *past, double *value, double by,
                         const char *word) {
    struct failure failure = {0};
    double kept = *value;
    *value += by;
    int status = check_month(past, patient->world, &failure);
    *value = kept;
    cr_assert(status == MATTHEW_BROKEN_INVARIANT, "%s by %g is not found", word, by);
    cr_assert(strstr(failure.text, "month 8") != NULL && strstr(failure.text, word) != NULL, "%s: %s", word,
              failure.text);
    cr_assert(check_month(past, patient->world, &failure) == MATTHEW_OK);
}

Test(check, every_flow_of_a_firm) {
    struct patient patient;
    struct past past = {0};
    open_month(&patient, &past);
    struct firms *f = &patient.world->firms;
    size_t slot = 1;
    double *const money[] = {&f->funding[slot], &f->payout[slot], &f->budget[slot], &f->cash[slot]};
    for (size_t i = 0; i < sizeof money / sizeof *money; i++)
        damage_month(&patient, &past, money[i], 1e-5, "firm 1: ");
    damage_month(&patient, &past, &f->tax[slot], 1e-5, "firm 1: tax");
    damage_month(&patient, &past, &f->burn[slot], 1e-5, "firm 1: burn");
    damage_month(&patient, &past, &f->gpu_spending[slot], 1e-5, "firm 1: gpu_spending");
    damage_month(&patient, &past, &f->total_receipts[slot], 1e-5, "firm 1: ");
    damage_month(&patient, &past, &f->request[slot], -1.0 - f->request[slot], "firm 1: funding");
    damage_month(&patient, &past, &f->receipts[1][slot], 1e-6, "firm 1: receivables");
    damage_month(&patient, &past, &f->arrivals[0][slot], 1.0, "firm 1: accounts");
    damage_month(&patient, &past, &f->leavers[1][slot], 1.0, "firm 1: accounts");
    damage_month(&patient, &past, &f->hires[0][slot], 1.0, "firm 1: staff");
    damage_month(&patient, &past, &f->separations[1][slot], 1.0, "firm 1: staff");
    damage_month(&patient, &past, &f->layoffs[2][slot], 1.0, "firm 1: staff");
    damage_month(&patient, &past, &f->gpu_delivery[slot], 1.0, "firm 1: gpus");
    damage_month(&patient, &past, &f->gpu_allotment[slot], 1.0, "firm 1: gpu_backlog");
    damage_month(&patient, &past, &f->gpus_bought[slot], 1.0, "firm 1: gpus_bought");
    damage_month(&patient, &past, &f->site[0][slot], 1e-6, "firm 1: site");
    damage_month(&patient, &past, &f->own_gpus[slot], 1.0, "firm 1: own_gpus");
    damage_month(&patient, &past, &f->own_backlog[slot], 1.0, "firm 1: own_gpus and own_backlog");
    damage_month(&patient, &past, &f->own_chips_made[slot], 1.0, "firm 1: own_chips_made");
    damage_month(&patient, &past, &f->own_chip_allotment[slot], 1.0, "firm 1: gpu_backlog");
    damage_month(&patient, &past, &f->own_chip_spending[slot], 1e-5, "firm 1: own_chip_spending");
    damage_month(&patient, &past, &f->rented_in[slot], 1.0, "firm 1: ");
    damage_month(&patient, &past, &f->rented_out[slot], 1.0, "firm 1: ");
    damage_month(&patient, &past, &f->rent_paid[slot], 1e-5, "firm 1: rent_paid");
    damage_month(&patient, &past, &f->rent_earned[slot], 1e-5, "firm 1: rent_earned");
    damage_month(&patient, &past, &f->alliance_share[slot], 1e-5, "firm 1: cash");
    damage_month(&patient, &past, &f->exit_fee[slot], 1e-5, "firm 1: cash");
    damage_month(&patient, &past, &f->windfall_tax[slot], 1e-5, "firm 1: windfall_tax");
    damage_month(&patient, &past, &f->walkouts[slot], 1.0, "firm 1: staff");
    damage_month(&patient, &past, &f->wage_premium[slot], 1e-5, "firm 1: cash");
    struct industry *industry = &patient.world->industry;
    damage_month(&patient, &past, &industry->pool[0], 1.0, "tier researcher: pool");
    damage_month(&patient, &past, &industry->non_adopters[2], 1.0, "segment enterprise: non_adopters");
    damage_month(&patient, &past, &industry->gpu_offer, 1.0, "gpu_offer");
    damage_month(&patient, &past, &industry->gpu_inventory, 1.0, "gpu_inventory");
    past_free(&past);
    close_patient(&patient);
}

Test(check, every_line_of_the_ledger) {
    struct patient patient;
    struct past past = {0};
    open_month(&patient, &past);
    for (int i = 0; i < PAYMENT_COUNT; i++)
        damage_month(&patient, &past, &patient.world->payments[i], 1e-3, payment_table[i].name);
    past_free(&past);
    close_patient(&patient);
}

/* The end of month 8, with the past before its exits and entries. */
struct turned {
    struct patient patient;
    struct past past;
    size_t buyer, newcomer;   /* slots */
    struct register_row *row; /* of a firm that was taken over */
};

static void open_turned(struct turned *turned) {
    struct failure failure = {0};
    struct race_options options = {.threads = 1, .check = 1, .turn_over = 1};
    memset(turned, 0, sizeof *turned);
    open_month(&turned->patient, &turned->past);
    struct world *world = turned->patient.world;
    past_take(&turned->past, world);
    cr_assert(world->exits > 0 && world->entries > 0 && world->departures.bought > 0);
    double deal = world->departures.list[0].id;
    for (size_t i = 0; i < world->departures.count; i++)
        if (world->departures.list[i].buyer != NO_SLOT)
            deal = world->departures.list[i].id;
    cr_assert(race_run(turned->patient.race, 8, &options, &failure) == MATTHEW_OK && world->turned_over == 8);
    turned->row = &world->reg.rows[(size_t)deal];
    turned->buyer = (size_t)world->reg.rows[(size_t)turned->row->acquirer].slot;
    turned->newcomer = (size_t)world->reg.rows[world->reg.count - 1].slot;
}

/* Checks exits and entries with one value damaged by `by`: which of them, -1 for none. The damage must be named: month
 * and quantity, and the firm where it is a firm's. Returns 0 when there are no more values. */
static int turn_over_damaged(int which, double by) {
    struct turned turned;
    open_turned(&turned);
    struct world *world = turned.patient.world;
    struct firms *f = &world->firms;
    struct industry *industry = &world->industry;
    size_t buyer = turned.buyer, fresh = turned.newcomer;
    const struct {
        double *value;
        const char *word;
        long firm; /* slot, -1 for nobody's */
    } values[] = {{&industry->pool[1], "tier engineer: pool", -1},
                  {&industry->people[2], "tier operations", -1},
                  {&industry->non_adopters[0], "segment consumer: non_adopters", -1},
                  {&industry->gpus_returned, "gpus_returned", -1},
                  {&industry->gpu_inventory, "gpu_inventory", -1},
                  {&industry->gpu_supply, "supply", -1},
                  {&industry->booked[PAYMENT_founding], "founding", -1},
                  {&industry->booked[PAYMENT_estate_gpus], "estate_gpus", -1},
                  {&industry->booked[PAYMENT_estate_shortfall], "estate_shortfall", -1},
                  {&industry->booked[PAYMENT_estate_investors], "estate_investors", -1},
                  {&industry->booked[PAYMENT_estate_households], "estate_households", -1},
                  {&industry->booked[PAYMENT_entrant_subsidy], "entrant_subsidy", -1},
                  {&industry->booked[PAYMENT_takeover_investors], "takeover_investors", -1},
                  {&industry->booked[PAYMENT_takeover_households], "takeover_households", -1},
                  {&industry->booked[PAYMENT_wages], "wages", -1},
                  {&f->cash[buyer], "cash", (long)buyer},
                  {&f->receivables[0][buyer], "receivables", (long)buyer},
                  {&f->gpus[buyer], "gpus", (long)buyer},
                  {&f->gpu_backlog[buyer], "gpu_backlog", (long)buyer},
                  {&f->gpus_bought[buyer], "gpus_bought", (long)buyer},
                  {&f->own_gpus[buyer], "own_gpus", (long)buyer},
                  {&f->own_backlog[buyer], "own_backlog", (long)buyer},
                  {&f->own_chips_made[buyer], "own_chips_made", (long)buyer},
                  {&f->core_income[buyer], "core_income", (long)buyer},
                  {&f->staff[1][buyer], "tier engineer", -1}, /* how many came along is known in total alone */
                  {&f->accounts[0][buyer], "segment consumer", -1},
                  {&turned.row->price, "cash", (long)buyer},
                  {&f->cash[fresh], "founding", -1},
                  {&f->gpus[fresh], "gpus", (long)fresh},
                  {&f->gpu_backlog[fresh], "gpu_backlog", (long)fresh},
                  {&f->receivables[1][fresh], "receivables", (long)fresh},
                  {&f->core_income[fresh], "core_income", (long)fresh},
                  {&f->staff[0][fresh], "tier researcher: pool", -1},
                  {&f->accounts[1][fresh], "segment developer: non_adopters", -1}};
    int there = which < (int)(sizeof values / sizeof *values);
    struct failure failure = {0};
    if (there && which >= 0)
        *values[which].value += by;
    int status = check_turn_over(&turned.past, world, &failure), wanted = which < 0 || !there;
    cr_assert((status == MATTHEW_OK) == wanted, "value %d: %s", which, failure.text);
    if (!wanted) {
        char firm[64];
        snprintf(firm, sizeof firm, "firm %.0f:", values[which].firm < 0 ? 0.0 : f->id[values[which].firm]);
        cr_assert(strstr(failure.text, "month 8") != NULL && strstr(failure.text, values[which].word) != NULL &&
                      (values[which].firm < 0 || strstr(failure.text, firm) != NULL),
                  "%s, %s: %s", firm, values[which].word, failure.text);
    }
    past_free(&turned.past);
    close_patient(&turned.patient);
    return there;
}

/* What exits, takeovers and entries leave behind, damaged one by one. */
Test(check, exits_and_entries) {
    cr_assert(turn_over_damaged(-1, 0.0));
    for (int which = 0; turn_over_damaged(which, which % 2 == 0 ? 1.0 : -1.0); which++)
        ;
}

/* A firm that the register has elsewhere, and one that lies behind the slots in use. */
Test(check, every_firm_is_where_the_register_says) {
    struct turned turned;
    struct failure failure = {0};
    open_turned(&turned);
    struct world *world = turned.patient.world;
    struct register_row *row = &world->reg.rows[(size_t)world->firms.id[4]];
    row->slot = 5;
    cr_assert(check_turn_over(&turned.past, world, &failure) == MATTHEW_BROKEN_INVARIANT);
    cr_assert(strstr(failure.text, "month 8, firm 4: not in slot 5") != NULL, "%s", failure.text);
    cr_assert(check_world(world, &failure) == MATTHEW_BROKEN_INVARIANT);
    cr_assert(strstr(failure.text, "month 8, firm 4: the register does not know slot 4") != NULL, "%s", failure.text);
    row->slot = 4;
    size_t behind = world->firms.slots;
    cr_assert(behind < world->firms.capacity);
    world->firms.id[behind] = 4.0;
    cr_assert(check_world(world, &failure) == MATTHEW_BROKEN_INVARIANT);
    cr_assert(strstr(failure.text, "is not in use and not empty") != NULL, "%s", failure.text);
    past_free(&turned.past);
    close_patient(&turned.patient);
}

/* --check ends a run at the month where something breaks, and says so. */
Test(check, a_run_ends_where_an_invariant_breaks) {
    struct scenario scenario;
    struct failure failure = {0};
    scenario_small(&scenario, 50, 20);
    struct race_options options = {.threads = 1, .check = 1, .turn_over = 1};
    struct race *race = race_at(&scenario, 3);
    ((struct world *)(uintptr_t)race_world(race))->firms.accounts[0][0] += 1.0;
    cr_assert(race_run(race, 20, &options, &failure) == MATTHEW_BROKEN_INVARIANT);
    /* The turn over of month 3 waited for this call. */
    cr_assert(race_world(race)->month == 3, "month %ld: %s", race_world(race)->month, failure.text);
    cr_assert(strstr(failure.text, "month 3") != NULL, "%s", failure.text);
    race_free(race);
    scenario_free(&scenario);
}
