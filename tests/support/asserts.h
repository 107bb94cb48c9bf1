/* Assertions that tell the values they found, for tests of single numbers, texts and statuses. Arguments are evaluated
 * once, and nothing is formatted unless the assertion fails, so that they may stand in loops over many values. */
#ifndef MATTHEW_TESTS_SUPPORT_ASSERTS_H
#define MATTHEW_TESTS_SUPPORT_ASSERTS_H

#include "core/status.h"

#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

/* Two numbers, exactly. They are compared as doubles, so digests and other whole numbers beyond 2^53 are not for it. */
#define assert_equal(found, wanted)                                                                                    \
    do {                                                                                                               \
        double found_ = (double)(found), wanted_ = (double)(wanted);                                                   \
        if (!(found_ == wanted_))                                                                                      \
            cr_assert_fail("%s is %.17g, not %.17g", #found, found_, wanted_);                                         \
    } while (0)

#define assert_near(found, wanted, tolerance)                                                                          \
    do {                                                                                                               \
        double found_ = (double)(found), wanted_ = (double)(wanted), tolerance_ = (tolerance);                         \
        if (!(fabs(found_ - wanted_) <= tolerance_))                                                                   \
            cr_assert_fail("%s is %.17g, not %.17g within %g", #found, found_, wanted_, tolerance_);                   \
    } while (0)

#define assert_nan(found)                                                                                              \
    do {                                                                                                               \
        double found_ = (double)(found);                                                                               \
        if (!isnan(found_))                                                                                            \
            cr_assert_fail("%s is %.17g, not NaN", #found, found_);                                                    \
    } while (0)

#define assert_number(found)                                                                                           \
    do {                                                                                                               \
        if (isnan((double)(found)))                                                                                    \
            cr_assert_fail("%s is NaN", #found);                                                                       \
    } while (0)

/* A call's status; said is the text of the failure that it describes. */
#define assert_status(call, wanted, said)                                                                              \
    do {                                                                                                               \
        int found_ = (call);                                                                                           \
        if (found_ != (wanted))                                                                                        \
            cr_assert_fail("%s is %s (%d), not %s; the last failure: %s", #call, status_name(found_), found_, #wanted, \
                           said);                                                                                      \
    } while (0)

#define assert_text(found, wanted)                                                                                     \
    do {                                                                                                               \
        const char *found_ = (found), *wanted_ = (wanted);                                                             \
        if (strcmp(found_, wanted_) != 0)                                                                              \
            cr_assert_fail("%s is `%s`, not `%s`", #found, found_, wanted_);                                           \
    } while (0)

#define assert_says(text, words)                                                                                       \
    do {                                                                                                               \
        const char *text_ = (text), *words_ = (words);                                                                 \
        if (strstr(text_, words_) == NULL)                                                                             \
            cr_assert_fail("%s does not say `%s`: %s", #text, words_, text_);                                          \
    } while (0)

#endif
