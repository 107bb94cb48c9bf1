/* What a request records, and in which shape: output/history/history_layout.h. */
#include <criterion/criterion.h>

#include "output/history/history_layout.h"
#include "support/asserts.h"
#include "support/synthetic_world.h"

static struct failure failure;

/* ANY: whatever it is. */
enum {
    ANY = -1,
    PLAIN = INDICATOR_on_request + MEMBER_INDICATOR_COUNT,
    EVERY = INDICATOR_COUNT + MEMBER_INDICATOR_COUNT
};

Test(history_layout, what_is_recorded) {
    static const struct {
        const char *record;
        int columns, indicators, events, books;
    } cases[] = {{"none", 0, 0, 0, ANY},
                 {"indicators", 0, PLAIN, 1, 0},
                 {"all", FIELD_COUNT - 1, EVERY, ANY, 1},
                 {"balance_rest", ANY, 1, ANY, 1},
                 {" cash , firm_region", 2, PLAIN, ANY, 0},
                 {"cash,accounts_hhi,tier_staff_total", ANY, 2, ANY, ANY}};
    struct history_layout l;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_status(layout_choose(&l, cases[i].record, &failure), MATTHEW_OK, cases[i].record);
        cr_assert((cases[i].columns == ANY || (int)l.columns == cases[i].columns) &&
                      (cases[i].indicators == ANY || (int)l.indicators == cases[i].indicators) &&
                      (cases[i].events == ANY || l.events == cases[i].events) &&
                      (cases[i].books == ANY || l.books == cases[i].books),
                  "`%s`: %d columns, %d indicators, events %d, books %d", cases[i].record, (int)l.columns,
                  (int)l.indicators, l.events, l.books);
        cr_assert(!l.column[FIELD_id], "`%s`: the axis as a column", cases[i].record);
    }
    assert_status(layout_choose(&l, "default", &failure), MATTHEW_OK, failure.text);
    cr_assert(l.column[FIELD_cash] && !l.column[FIELD_speed], "default: cash and no speed");
    assert_status(layout_choose(&l, "firm_region", &failure), MATTHEW_OK, failure.text);
    cr_assert(l.column[FIELD_region], "no firm_region");
    assert_status(layout_choose(&l, "cahs", &failure), MATTHEW_NOT_FOUND, failure.text);
    assert_says(failure.text, "`cash`");
    assert_status(layout_choose(&l, "acounts_hhi", &failure), MATTHEW_NOT_FOUND, failure.text);
    assert_says(failure.text, "accounts_hhi");
    assert_status(layout_choose(&l, "id", &failure), MATTHEW_NOT_FOUND, failure.text);
    assert_status(layout_choose(&l, "cash,firm_id", &failure), MATTHEW_NOT_FOUND, failure.text);
    assert_says(failure.text, "always there");
    static const char *const wrong[] = {"cash,,age", "", "none,cash"};
    for (int i = 0; i < 3; i++)
        assert_status(layout_choose(&l, wrong[i], &failure), MATTHEW_BAD_ARGUMENT, wrong[i]);
}

Test(history_layout, shapes_keep_an_open_slab_small) {
    static const long firms[] = {1, 10, 5000, 20000, 100000, 1000000, 10000000};
    struct synthetic s;
    synthetic_init(&s, 1, 1, 0, 0);
    for (size_t i = 0; i < sizeof firms / sizeof *firms; i++)
        for (int single = 0; single < 2; single++)
            for (int all = 0; all < 2; all++) {
                struct history_layout layout;
                s.scenario.firms = firms[i];
                assert_status(layout_choose(&layout, all ? "all" : "cash", &failure), MATTHEW_OK, failure.text);
                layout_shape(&layout, &s.scenario, 1, single);
                assert_equal(layout.rows * layout.firms, 16384);
                cr_assert(layout.rows >= 1);
                cr_assert(layout.rows <= 64);
                double slab = (double)layout.rows * (double)firms[i] * (double)layout.firm_bytes;
                cr_assert(layout.rows == 1 || slab < 256.0 * 1024 * 1024);
            }
    synthetic_free(&s);
}
