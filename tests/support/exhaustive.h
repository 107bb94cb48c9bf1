/* Tests that could try everything take a well chosen sample, and everything when MATTHEW_EXHAUSTIVE is set, which
 * tests/run --all does. tests/program/support.py reads the same variable. */
#ifndef MATTHEW_TESTS_SUPPORT_EXHAUSTIVE_H
#define MATTHEW_TESTS_SUPPORT_EXHAUSTIVE_H

#include <stdlib.h>

static inline int exhaustive(void) {
    const char *wish = getenv("MATTHEW_EXHAUSTIVE");
    return wish != NULL && wish[0] != '\0';
}

#endif
