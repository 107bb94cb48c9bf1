/* Every kind of bad input, with the exact message: file, line, column, key, allowed range, hint. */
#include "core/scenario.h"

#include "support/scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DATA MATTHEW_SOURCE_DIR "/tests/data/"

TestSuite(scenario_errors);

static struct failure failure;

static void expect(const char *text, const char *message) {
    struct scenario s;
    int status = scenario_load_text(&s, "t.yaml", text, &failure);
    cr_assert(status == MATTHEW_BAD_SCENARIO && failure.status == status, "accepted: %s", text);
    cr_assert(strcmp(failure.text, message) == 0, "got: %s", failure.text);
    cr_assert(strchr(failure.text, '\n') == NULL);
    cr_assert(s.named == NULL && s.title == NULL && s.changes == NULL);
    scenario_free(&s);
}

Test(scenario_errors, keys) {
    expect("shedule: []\n", "t.yaml:1:1: key `shedule`: no such key; did you mean `schedule`?");
    expect("months: 3\nqqq: 1\n", "t.yaml:2:1: key `qqq`: no such key");
    expect("capital: {pool: 3}\n", "t.yaml:1:1: key `capital`: no such key; parameters go under `set`");
    expect("capital.pool: 3\n", "t.yaml:1:1: key `capital.pool`: no such key; parameters go under `set`");
    expect("months: 3\nmonths: 4\n", "t.yaml:2:1: key `months`: given twice, first in line 1");
    expect("[1, 2]\n", "t.yaml:1:1: expected a mapping (key: value), found a list");
    expect("just text\n", "t.yaml:1:1: expected a mapping (key: value), found `just text`");
    expect("", "t.yaml: the file is empty");
}

Test(scenario_errors, numbers_at_the_top) {
    expect("months: 0\n", "t.yaml:1:9: key `months`: 0 is outside the allowed range [1, 12000] month");
    expect("months: 12001\n", "t.yaml:1:9: key `months`: 12001 is outside the allowed range [1, 12000] month");
    expect("months: 1.5\n",
           "t.yaml:1:9: key `months`: expected a whole number, found `1.5`; allowed range [1, 12000] month");
    expect("months: '7'\n",
           "t.yaml:1:9: key `months`: expected a whole number, found the text \"7\"; allowed range [1, 12000] month");
    expect("months:\n",
           "t.yaml:1:8: key `months`: expected a whole number, found nothing; allowed range [1, 12000] month");
    expect("months: [7]\n",
           "t.yaml:1:9: key `months`: expected a whole number, found a list; allowed range [1, 12000] month");
    expect("firms: 0\n", "t.yaml:1:8: key `firms`: 0 is outside the allowed range [1, 1e7] firm");
    expect("firms: -1\n", "t.yaml:1:8: key `firms`: -1 is outside the allowed range [1, 1e7] firm");
    expect("entry_firms: 0\n", "t.yaml:1:14: key `entry_firms`: 0 is outside the allowed range [1, 1e7] firm");
    expect("seed: -1\n", "t.yaml:1:7: key `seed`: -1 is outside the allowed range [0, 9007199254740991]");
    expect("seed: 9007199254740992\n",
           "t.yaml:1:7: key `seed`: 9007199254740992 is outside the allowed range [0, 9007199254740991]");
    expect("firms: 1\nnamed_firms: {A: {strategy: lab}, B: {strategy: lab}}\n",
           "t.yaml:1:8: key `firms`: 1 firms, but 2 are named");
}

Test(scenario_errors, texts) {
    expect("title: [a]\n", "t.yaml:1:8: key `title`: expected a text, found a list");
    expect("title: \"two\\nlines\"\n", "t.yaml:1:8: key `title`: expected one line of text without control characters");
    static const char *const dates[] = {"2024-13", "2024-00", "24-01", "2024-1", "2024-01-01", "1599-12", "x"};
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        char text[100], message[200];
        snprintf(text, sizeof text, "start_date: %s\n", dates[i]);
        snprintf(message, sizeof message,
                 "t.yaml:1:13: key `start_date`: expected a month such as 2024-01 (years 1600 to 9999), found `%s`",
                 dates[i]);
        expect(text, message);
    }
}

Test(scenario_errors, parameters) {
    expect("set:\n  capital:\n    poool: 3\n",
           "t.yaml:3:5: key `capital.poool`: no such parameter; did you mean `capital.pool`?");
    expect("set:\n  capital.poool: 3\n",
           "t.yaml:2:3: key `capital.poool`: no such parameter; did you mean `capital.pool`?");
    expect("set:\n  captal:\n    pool: 3\n", "t.yaml:2:3: key `captal`: no such parameter; did you mean `capital`?");
    expect("set:\n  capital:\n    pool: -3\n",
           "t.yaml:3:11: key `capital.pool`: -3 is outside the allowed range [0, 1e9] M$/month");
    expect("set: {capital.pool: abc}\n",
           "t.yaml:1:21: key `capital.pool`: expected a number, found `abc`; allowed range [0, 1e9] M$/month");
    expect("set: {capital.pool: \"3\"}\n",
           "t.yaml:1:21: key `capital.pool`: expected a number, found the text \"3\"; allowed range [0, 1e9] M$/month");
    expect("set: {capital.pool: [3]}\n",
           "t.yaml:1:21: key `capital.pool`: expected a number, found a list; allowed range [0, 1e9] M$/month");
    expect("set: {capital.pool: {a: 3}}\n",
           "t.yaml:1:21: key `capital.pool`: expected a number, found a mapping; allowed range [0, 1e9] M$/month");
    expect("set: {capital.pool: ~}\n",
           "t.yaml:1:21: key `capital.pool`: expected a number, found `~`; allowed range [0, 1e9] M$/month");
    expect("set: {capital.pool: }\n",
           "t.yaml:1:21: key `capital.pool`: expected a number, found nothing; allowed range [0, 1e9] M$/month");
    expect("set: {capital: 3}\n", "t.yaml:1:16: key `capital`: expected a mapping of parameters, found `3`");
    expect("set: 3\n", "t.yaml:1:6: key `set`: expected a mapping (key: value), found `3`");
    expect("set: {capital.enabled: yes}\n", "t.yaml:1:24: key `capital.enabled`: expected on or off, found `yes`");
    expect("set: {capital.enabled: 'yes'}\n", "t.yaml:1:24: key `capital.enabled`: expected on or off, found `yes`");
    expect("set: {capital.request_cap: avg}\n",
           "t.yaml:1:28: key `capital.request_cap`: expected own or mean, found `avg`");
    expect("set:\n  capital.pool: 3\n  capital: {pool: 4}\n",
           "t.yaml:3:13: key `capital.pool`: given twice, first in line 2");
    expect("set:\n  customers.*.review_rate: .1\n  customers.developer.review_rate: .1\n",
           "t.yaml:3:3: key `customers.developer.review_rate`: given twice, first in line 2");
}

Test(scenario_errors, numbers) {
    static const struct {
        const char *text, *complaint;
    } cases[] = {
        {".nan", "a finite number"},
        {"NaN", "a finite number"},
        {".inf", "a finite number"},
        {"-Infinity", "a finite number"},
        {"010", "a number without leading zeros"},
        {"0x10", "a number"},
        {"0o10", "a number"},
        {"1_000", "a number"},
        {"1:30", "a number"},
        {"12 000", "a number"},
        {"1e", "a number"},
        {"on", "a number"},
        {"1e999", "a number that is not too large for double precision"},
        {"1e-999", "a number that is not too small for double precision"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[100], message[300];
        snprintf(text, sizeof text, "set:\n  capital.pool: %s\n", cases[i].text);
        snprintf(message, sizeof message,
                 "t.yaml:2:17: key `capital.pool`: expected %s, found `%s`; allowed range [0, 1e9] M$/month",
                 cases[i].complaint, cases[i].text);
        expect(text, message);
    }
}

Test(scenario_errors, members_in_paths) {
    expect("set: {customers.network_exponent: 1}\n",
           "t.yaml:1:7: key `customers.network_exponent`: has one value per member: write "
           "`customers.consumer.network_exponent`, or `customers.*.network_exponent` for all");
    expect(
        "set: {customers.consumr.network_exponent: 1}\n",
        "t.yaml:1:7: key `customers.consumr.network_exponent`: no member `consumr` in customers (consumer, developer, "
        "enterprise, government); did you mean `consumer`?");
    expect("members: {customers: [consumer]}\nset: {customers.developer.support: 1}\n",
           "t.yaml:2:7: key `customers.developer.support`: no member `developer` in customers (consumer)");
    expect("strategies: {lab: {sped: 1}}\n",
           "t.yaml:1:20: key `strategies.lab.sped`: no such parameter; did you mean `strategies.lab.speed`?");
    expect("strategies: {labb: {speed: 1}}\n",
           "t.yaml:1:14: key `strategies.labb`: no such parameter; did you mean `strategies.lab`?");
    expect("set: {strategies.lab.speed: 1}\nstrategies: {lab: {speed: 1}}\n",
           "t.yaml:2:20: key `strategies.lab.speed`: given twice, first in line 1");
}

Test(scenario_errors, members) {
    expect("members: {custmers: [a]}\n",
           "t.yaml:1:11: key `members.custmers`: no such family; did you mean `customers`?");
    expect("members: {customers: consumer}\n",
           "t.yaml:1:22: key `members.customers`: expected a list, found `consumer`");
    expect("members: {customers: []}\n",
           "t.yaml:1:22: key `members.customers`: expected a list of 1 to 8 members, found 0");
    expect("members: {customers: [a, b, c, d, e, f, g, h, i]}\n",
           "t.yaml:1:22: key `members.customers`: expected a list of 1 to 8 members, found 9");
    expect("members: {talent: [researcher, researcher]}\n",
           "t.yaml:1:32: key `members.talent[1]`: `researcher` is listed twice");
    expect("members: {talent: [researcher, 2nd: {like: engineer}]}\n",
           "t.yaml:1:32: key `members.talent[1].2nd`: `2nd` is no name for a member: a letter, then letters, digits, _ "
           "or -, "
           "at most 31");
    expect("members: {talent: [enabled: {like: engineer}]}\n",
           "t.yaml:1:20: key `members.talent[0].enabled`: `enabled` is no name for a member: a parameter of talent is "
           "called "
           "so");
    expect("members: {talent: [worker: {like: enginer}]}\n",
           "t.yaml:1:35: key `members.talent[0].worker.like`: no member `enginer` in talent; did you mean `engineer`?");
    expect("members: {talent: [worker: {lik: engineer}]}\n",
           "t.yaml:1:28: key `members.talent[0].worker`: expected `NAME: {like: NAME}`");
    expect("members: {talent: [[a]]}\n",
           "t.yaml:1:20: key `members.talent[0]`: expected a name or `NAME: {like: NAME}`, found a list");
    expect("members:\n  talent:\n    - reseacher\n", "t.yaml:3:7: key `members.talent[0]`: the new member `reseacher` "
                                                     "needs `{like: NAME}`, or all of its values, and "
                                                     "`talent.reseacher.pool` is not set; did you mean `researcher`?");
}

Test(scenario_errors, named_firms) {
    expect("named_firms:\n  A B: {strategy: blitz}\n",
           "t.yaml:2:19: key `named_firms.A B.strategy`: no member `blitz` in strategies (blitzscaler, leapfrogger, "
           "platform, "
           "integrator, bankroller, lab, efficient, follower); did you mean `blitzscaler`?");
    expect("named_firms: {A: {strategy: lab, region: mars}}\n",
           "t.yaml:1:42: key `named_firms.A.region`: no member `mars` in regions (us, eu, friendly)");
    expect("named_firms: {A: {cash: 5}}\n", "t.yaml:1:18: key `named_firms.A`: `strategy` is missing");
    expect("named_firms: {A: {strategy: lab, csh: 3}}\n",
           "t.yaml:1:34: key `named_firms.A.csh`: no such field or gene of a named firm; did you mean `cash`?");
    expect("named_firms: {A: {strategy: lab, genes: {sped: 3}}}\n",
           "t.yaml:1:42: key `named_firms.A.genes.sped`: no such field or gene of a named firm; did you mean `speed`?");
    expect("named_firms: {A: {strategy: lab, speed: 3}}\n",
           "t.yaml:1:41: key `named_firms.A.speed`: 3 is outside the allowed range [0, 1]");
    expect("named_firms: {A: {strategy: lab, speed: .3, genes: {speed: .2}}}\n",
           "t.yaml:1:53: key `named_firms.A.genes.speed`: the gene `speed` is given twice");
    expect("named_firms: {A: {strategy: lab, gpus: -1}}\n",
           "t.yaml:1:40: key `named_firms.A.gpus`: -1 is outside the allowed range [0, 1e15] GPU");
    expect("named_firms: {A: {strategy: lab, accounts: 3}}\n",
           "t.yaml:1:44: key `named_firms.A.accounts`: has one value per member of customers: expected a mapping, "
           "found `3`");
    expect("named_firms: {A: {strategy: lab, accounts: {consumr: 3}}}\n",
           "t.yaml:1:45: key `named_firms.A.accounts.consumr`: no member `consumr` in customers (consumer, developer, "
           "enterprise, government); did you mean `consumer`?");
    expect("named_firms: {A: {strategy: lab, staff: {engineer: 2.5}}}\n",
           "t.yaml:1:52: key `named_firms.A.staff.engineer`: expected a whole number, found `2.5`; allowed range [0, "
           "4e15] "
           "person");
    expect("named_firms: {A: {strategy: lab}, A: {strategy: lab}}\n",
           "t.yaml:1:35: key `named_firms.A`: given twice, first in line 1");
    expect("named_firms: {A: ~}\n",
           "t.yaml:1:15: key `named_firms.A`: the base names no such firm that could be removed");
    expect("named_firms: {A: }\n", "t.yaml:1:18: key `named_firms.A`: expected a mapping (key: value), found nothing");
    expect("named_firms: {' A': {strategy: lab}}\n",
           "t.yaml:1:15: key `named_firms. A`: no name for a firm: at most 63 bytes, no space at the ends");
    expect("named_firms: [A]\n", "t.yaml:1:14: key `named_firms`: expected a mapping (key: value), found a list");
}

Test(scenario_errors, schedule) {
    expect("schedule:\n  - {month: 0, set: {capital.pool: 3}}\n",
           "t.yaml:2:13: key `schedule[0].month`: 0 is outside the allowed range [1, 12000] month");
    expect(
        "schedule:\n  - {month: 3, set: {customers.consumer.population: 3}}\n",
        "t.yaml:2:22: key `customers.consumer.population`: is fixed when the run begins and cannot be in a schedule");
    expect(
        "schedule:\n  - {set: {capital.pool: 3}}\n",
        "t.yaml:2:5: key `schedule[0]`: `month` is missing; an entry of a schedule has `month` and `set` or `acquire`");
    expect(
        "schedule:\n  - {month: 3}\n",
        "t.yaml:2:5: key `schedule[0]`: `set` is missing; an entry of a schedule has `month` and `set` or `acquire`");
    expect("schedule:\n  - {month: 3, set: {}, sets: {}}\n",
           "t.yaml:2:25: key `schedule[0].sets`: no such key; an entry of a schedule has `month` and `set` or "
           "`acquire`, and perhaps `name`");
    expect("schedule:\n  - {month: 3, set: {capital.pool: -1}}\n",
           "t.yaml:2:36: key `capital.pool`: -1 is outside the allowed range [0, 1e9] M$/month");
    expect("schedule:\n  - {month: 3, set: {capital.pool: 1, capital: {pool: 2}}}\n",
           "t.yaml:2:49: key `capital.pool`: given twice, first in line 2");
    expect("schedule: [{month: 3, acquire: 3}]\n",
           "t.yaml:1:32: key `schedule[0].acquire`: expected a mapping (key: value), found `3`");
    expect("schedule: [{month: 3, name: a-b, set: {}}]\n",
           "t.yaml:1:29: key `schedule[0].name`: expected a name of letters, digits and _, of at most 63");
    expect("schedule: [{month: 3, name: 2a, set: {}}]\n",
           "t.yaml:1:29: key `schedule[0].name`: expected a name of letters, digits and _, of at most 63");
    expect(
        "schedule:\n  - {month: 3, name: a, set: {capital.pool: 1}}\n  - {month: 5, name: a, set: {capital.pool: 2}}\n",
        "t.yaml:3:22: key `schedule[1].name`: another entry of the schedule is called so; names of entries differ");
    expect("schedule: [{month: 3, name: a, set: {capital.pool: 1}, acquire: {}}]\n",
           "t.yaml:1:29: key `schedule[0].name`: an entry with a name has `set` or `acquire`, not both");
    expect("schedule: {month: 3}\n", "t.yaml:1:11: key `schedule`: expected a list, found a mapping");
}

#define FIRMS "named_firms: {Ann: {strategy: lab}, Bob: {strategy: lab}}\nschedule:\n  - month: 3\n    acquire: "

Test(scenario_errors, takeovers) {
    expect(FIRMS "{buyer: Ann, target: Bob}\n",
           "t.yaml:4:14: key `schedule[0].acquire`: `price` is missing; a takeover has `buyer`, `target` and `price`");
    expect(FIRMS "{buyer: Ann, target: Bob, price: 3, at: 2}\n",
           "t.yaml:4:50: key `schedule[0].acquire.at`: no such key; a takeover has `buyer`, `target` and `price`");
    expect(FIRMS "{buyer: Anne, target: Bob, price: 3}\n",
           "t.yaml:4:22: key `schedule[0].acquire.buyer`: no named firm is called `Anne`; did you mean `Ann`?");
    expect(FIRMS "{buyer: Ann, target: [Bob], price: 3}\n",
           "t.yaml:4:35: key `schedule[0].acquire.target`: expected a text, found a list");
    expect(FIRMS "{buyer: Ann, target: Ann, price: 3}\n",
           "t.yaml:4:35: key `schedule[0].acquire.target`: a firm cannot take over itself");
    expect(FIRMS "{buyer: Ann, target: Bob, price: -3}\n",
           "t.yaml:4:47: key `schedule[0].acquire.price`: -3 is outside the allowed range [0, 1e12] M$");
    expect(FIRMS "{buyer: Ann, target: Bob, price: all}\n",
           "t.yaml:4:47: key `schedule[0].acquire.price`: expected a number, found `all`; allowed range [0, 1e12] M$");
}

/* ---- bases and files ---- */

static void expect_load(const char *name, int expected, const char *message) {
    struct scenario s;
    int status = scenario_load(&s, name, &failure);
    cr_assert(status == expected && failure.status == status, "%s: %d %s", name, status, failure.text);
    cr_assert(strcmp(failure.text, message) == 0, "got: %s", failure.text);
    scenario_free(&s);
}

Test(scenario_errors, bases) {
    expect("base: ./x.yaml\n",
           "t.yaml:1:7: key `base`: only a scenario that comes with the library can be the base here");
    expect("base: [a]\n", "t.yaml:1:7: key `base`: expected a text, found a list");
    expect_load(DATA "bases/circle-1.yaml", MATTHEW_BAD_SCENARIO,
                DATA "bases/circle-2.yaml:2:7: key `base`: the bases go in a circle");
    expect_load(DATA "bases/broken-base.yaml", MATTHEW_BAD_SCENARIO,
                DATA
                "bases/broken.yaml:3:17: key `capital.pool`: expected a number, found `no`; allowed range [0, 1e9] "
                "M$/month");
    expect_load(DATA "bases/missing-base.yaml", MATTHEW_NOT_FOUND,
                DATA "bases/missing-base.yaml:2:7: key `base`: there is no file " DATA "bases/missing.yaml");
    expect_load(DATA "bases/drops-a-strategy.yaml", MATTHEW_BAD_SCENARIO,
                DATA
                "bases/drops-a-strategy.yaml:3:15: key `members.strategies`: the list drops the strategy of the named "
                "firm `Mistral.ai and friends`: give it another, or remove it with `Mistral.ai and friends: ~`");
    expect_load(DATA "bases/removes-nobody.yaml", MATTHEW_BAD_SCENARIO,
                DATA
                "bases/removes-nobody.yaml:3:3: key `named_firms.OpenIA`: the base names no such firm that could be "
                "removed; did you mean `OpenAI`?");
}

Test(scenario_errors, too_many_bases) {
    char folder[SCRATCH_SIZE], path[100];
    scratch_open(folder);
    for (int i = 0; i < 12; i++) {
        snprintf(path, sizeof path, "%s/%d.yaml", folder, i);
        FILE *file = fopen(path, "w");
        fprintf(file, i == 11 ? "months: 3\n" : "base: %d.yaml\n", i + 1);
        fclose(file);
    }
    struct scenario s;
    snprintf(path, sizeof path, "%s/3.yaml", folder); /* eight bases */
    cr_assert(scenario_load(&s, path, &failure) == MATTHEW_OK && s.months == 3, "%s", failure.text);
    scenario_free(&s);
    snprintf(path, sizeof path, "%s/2.yaml", folder);
    cr_assert(scenario_load(&s, path, &failure) == MATTHEW_BAD_SCENARIO);
    cr_assert(strstr(failure.text, "/10.yaml:1:7: key `base`: more than 8 bases of bases") != NULL, "%s", failure.text);
    scratch_close(folder);
}

Test(scenario_errors, names) {
    expect_load("no-such-race-at-all", MATTHEW_NOT_FOUND,
                "no scenario is called `no-such-race-at-all` (a file ends in .yaml or has a / in its path)");
    expect_load("", MATTHEW_NOT_FOUND, "no scenario is called `` (a file ends in .yaml or has a / in its path)");
    expect_load("missing.yaml", MATTHEW_NOT_FOUND, "missing.yaml: cannot be opened: No such file or directory");
    expect_load("./missing", MATTHEW_NOT_FOUND, "./missing: cannot be opened: No such file or directory");
    expect_load("/tmp", MATTHEW_READ_FAILED, "/tmp: is a folder, not a file");
    expect_load("/dev/zero", MATTHEW_READ_FAILED, "/dev/zero: is not a regular file");
    cr_assert(chdir(MATTHEW_SOURCE_DIR) == 0);
    expect_load("README-of-nothing", MATTHEW_NOT_FOUND,
                "no scenario is called `README-of-nothing` (a file ends in .yaml or has a / in its path)");
    expect_load("CMakeLists.txt", MATTHEW_NOT_FOUND,
                "no scenario is called `CMakeLists.txt`; for the file of that name write ./CMakeLists.txt");
    if (shipped_scenario_count > 0) {
        char name[200], message[500];
        snprintf(name, sizeof name, "%sx", shipped_scenarios[0].name);
        snprintf(message, sizeof message, "no scenario is called `%s`; did you mean `%s`?", name,
                 shipped_scenarios[0].name);
        expect_load(name, MATTHEW_NOT_FOUND, message);
    }
}

/* ---- settings ---- */

static void expect_set(const char *assignment, const char *message) {
    struct scenario s, before;
    cr_assert(scenario_load(&s, DATA "small-race.yaml", &failure) == MATTHEW_OK);
    cr_assert(scenario_copy(&before, &s, &failure) == MATTHEW_OK);
    int status = scenario_set(&s, assignment, &failure);
    cr_assert(status == MATTHEW_BAD_SCENARIO && failure.status == status, "accepted: %s", assignment);
    cr_assert(strcmp(failure.text, message) == 0, "got: %s", failure.text);
    cr_assert(memcmp(&s.parameters, &before.parameters, sizeof s.parameters) == 0);
    cr_assert(memcmp(s.named, before.named, s.named_count * sizeof *s.named) == 0);
    cr_assert(s.months == before.months && s.firms == before.firms && s.seed == before.seed);
    scenario_free(&s);
    scenario_free(&before);
}

Test(scenario_errors, settings) {
    expect_set("capital.poool=3", "capital.poool=3: no such parameter; did you mean `capital.pool`?");
    expect_set("capital.pool=-3", "capital.pool=-3: -3 is outside the allowed range [0, 1e9] M$/month");
    expect_set("capital.pool=", "capital.pool=: expected a number, found ``; allowed range [0, 1e9] M$/month");
    expect_set("capital.pool=x", "capital.pool=x: expected a number, found `x`; allowed range [0, 1e9] M$/month");
    expect_set("capital.pool=nan",
               "capital.pool=nan: expected a finite number, found `nan`; allowed range [0, 1e9] M$/month");
    expect_set("capital.enabled=maybe", "capital.enabled=maybe: expected on or off, found `maybe`");
    expect_set("capital=3", "capital=3: is a group of parameters, not one of them");
    expect_set("month=3", "month=3: no such parameter; did you mean `months`?");
    expect_set("months=0", "months=0: 0 is outside the allowed range [1, 12000] month");
    expect_set("firms=0", "firms=0: 0 is outside the allowed range [1, 1e7] firm");
    expect_set("firms=2", "firms=2: 2 firms, but the scenario names 3");
    expect_set("seed=-1", "seed=-1: -1 is outside the allowed range [0, 9007199254740991]");
    expect_set("start_date=now", "start_date=now: expected a month such as 2024-01 (years 1600 to 9999), found `now`");
    expect_set("firms.OpenIA.cash=3", "firms.OpenIA.cash=3: no such named firm; did you mean `OpenAI`?");
    expect_set("firms.OpenAI.csh=3", "firms.OpenAI.csh=3: no such field or gene of a named firm; did you mean `cash`?");
    expect_set("firms.OpenAI.accounts=3",
               "firms.OpenAI.accounts=3: has one value per member of customers: write accounts.consumer");
    expect_set(
        "firms.OpenAI.accounts.developer=3",
        "firms.OpenAI.accounts.developer=3: no member `developer` in customers (consumer, enterprise, hobbyist)");
    expect_set("firms.OpenAI.strategy=x",
               "firms.OpenAI.strategy=x: no member `x` in strategies (blitzscaler, leapfrogger, platform, integrator, "
               "bankroller, lab, efficient, follower)");
    expect_set("customers.*.review_rate=11",
               "customers.*.review_rate=11: 11 is outside the allowed range [0, 10] 1/month");
    expect_set("capital.pool", "capital.pool: expected PATH=VALUE");
    expect_set("=3", "=3: expected PATH=VALUE");
    expect_set("", ": expected PATH=VALUE");
    expect_set("a\nb=3", "a\\nb=3: no such parameter");
}

Test(scenario_errors, other_options) {
    struct scenario s;
    cr_assert(scenario_load(&s, DATA "small-race.yaml", &failure) == MATTHEW_OK);
    cr_assert(scenario_assign(&s, "--seed -3", "seed", "-3", &failure) == MATTHEW_BAD_SCENARIO);
    cr_assert(strcmp(failure.text, "--seed -3: -3 is outside the allowed range [0, 9007199254740991]") == 0);
    cr_assert(scenario_assign(&s, "--months 9", "months", "9", NULL) == MATTHEW_OK && s.months == 9);
    cr_assert(scenario_assign(&s, "--months x", "months", "x", NULL) == MATTHEW_BAD_SCENARIO && s.months == 9);
    scenario_free(&s);
}
