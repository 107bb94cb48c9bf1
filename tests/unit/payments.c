/* The ledger: what the table says, what the document says, and what a small industry pays by hand. */
#include "agents/payments.h"

#include "support/races.h"

#include <criterion/criterion.h>

static char *read_text(const char *path) {
    FILE *file = fopen(path, "rb");
    cr_assert(file != NULL, "%s", path);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = calloc((size_t)size + 1, 1);
    cr_assert(text != NULL && fread(text, 1, (size_t)size, file) == (size_t)size);
    fclose(file);
    return text;
}

/* The table of docs/reference.md is that of payments.def, line by line and in order. */
Test(payments, the_document_has_them_all) {
    char *text = read_text(MATTHEW_SOURCE_DIR "/docs/reference.md");
    char *place = strstr(text, "| payment | from | to | what for |\n");
    cr_assert(place != NULL);
    place = strchr(strchr(place, '\n') + 1, '\n') + 1;
    for (int i = 0; i < PAYMENT_COUNT; i++) {
        const struct payment_info *info = &payment_table[i];
        char line[512];
        snprintf(line, sizeof line, "| `%s` | %s | %s | %s |\n", info->name, sector_names[info->payer],
                 sector_names[info->payee], info->description);
        cr_assert(strncmp(place, line, strlen(line)) == 0, "docs/reference.md wants this line next: %s", line);
        place += strlen(line);
    }
    cr_assert(*place == '\n', "docs/reference.md has a payment too many");
    free(text);
}

Test(payments, balances_are_what_is_received_less_what_is_paid) {
    double payments[PAYMENT_COUNT] = {0}, balance[SECTOR_COUNT];
    payments[PAYMENT_wages] = 5.0;
    payments[PAYMENT_funding] = 7.0;
    payments[PAYMENT_tax] = -1.0;
    payments_balance(payments, balance);
    cr_assert(balance[SECTOR_firms] == 3.0 && balance[SECTOR_households] == 5.0);
    cr_assert(balance[SECTOR_investors] == -7.0 && balance[SECTOR_government] == -1.0);
    cr_assert(balance[SECTOR_vendor] == 0.0 && balance[SECTOR_rest] == 0.0);
}

static void near(double value, double wanted, const char *what) {
    cr_assert(fabs(value - wanted) <= 1e-12 * (fabs(value) + fabs(wanted)), "%s: %.17g in place of %.17g", what, value,
              wanted);
}

/* An estate that can pay and one that cannot. */
Test(payments, estates) {
    struct scenario scenario;
    struct failure failure = {0};
    struct race *race;
    scenario_small(&scenario, 3, 10);
    cr_assert(race_new(&race, &scenario, &failure) == MATTHEW_OK);
    struct world *world = (struct world *)(uintptr_t)race_world(race);
    double *booked = world->industry.booked, price = world->industry.gpu_price;
    near(world->payments[PAYMENT_founding], world->firms.cash[0] + world->firms.cash[1] + world->firms.cash[2],
         "founding money of month 0");
    world->firms.cash[0] = -1.0;
    world->firms.gpus[0] = 60.0;
    world->firms.gpu_backlog[0] = 40.0;
    world->firms.investor_stake[0] = 0.25;
    payments_estate(world, 0);
    double sale = 0.7 * price * 100.0;
    near(booked[PAYMENT_estate_gpus], sale, "sale");
    near(booked[PAYMENT_estate_investors], 0.25 * (sale - 1.0), "investors");
    near(booked[PAYMENT_estate_households], 0.75 * (sale - 1.0), "households");
    cr_assert(booked[PAYMENT_estate_shortfall] == 0.0);
    world->firms.cash[0] = -sale - 2.0;
    payments_estate(world, 0);
    near(booked[PAYMENT_estate_gpus], 2.0 * sale, "two sales");
    near(booked[PAYMENT_estate_shortfall], 2.0, "shortfall");
    near(booked[PAYMENT_estate_investors], 0.25 * (sale - 1.0), "investors get nothing more");
    world->keep_books = 1;
    payments_close(world);
    near(world->payments[PAYMENT_vendor_profit], -2.0 * sale, "the vendor's owners pay for what it took back");
    cr_assert(booked[PAYMENT_estate_gpus] == 0.0 && world->books_kept);
    world->keep_books = 0;
    payments_close(world);
    cr_assert(!world->books_kept);
    race_free(race);
    scenario_free(&scenario);
}

/* Books are kept for checks, for observers who want them, and for the last month; they change nothing. */
Test(payments, are_kept_for_who_wants_them) {
    struct scenario scenario;
    struct failure failure = {0};
    scenario_small(&scenario, 200, 12);
    unsigned long long digest[3];
    for (int way = 0; way < 3; way++) {
        struct race *race;
        struct observer observer = {.books = way == 1};
        struct race_options options = {.threads = 1, .check = way == 2, .observer = &observer};
        cr_assert(race_new(&race, &scenario, &failure) == MATTHEW_OK);
        cr_assert(race_run(race, 12, &options, &failure) == MATTHEW_OK);
        cr_assert(race_world(race)->books_kept && race_world(race)->payments[PAYMENT_wages] > 0.0);
        digest[way] = race_digest(race);
        race_free(race);
    }
    cr_assert(digest[0] == digest[1] && digest[0] == digest[2]);
    scenario_free(&scenario);
}
