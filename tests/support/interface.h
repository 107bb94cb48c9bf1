/* Calls of the public interface that succeed, or fail with a status and a message that has some words. */
#ifndef MATTHEW_TESTS_SUPPORT_INTERFACE_H
#define MATTHEW_TESTS_SUPPORT_INTERFACE_H

#include "matthew.h"

#include <criterion/criterion.h>
#include <string.h>

#define FINE(call) cr_assert((call) == MATTHEW_OK, "%s: %s", #call, matthew_message())

#define FAILS(call, wanted, words)                                                                                     \
    do {                                                                                                               \
        int status_ = (call);                                                                                          \
        cr_assert(status_ == (wanted), "%s returns %s: %s", #call, matthew_status_name(status_), matthew_message());   \
        cr_assert(strstr(matthew_message(), words) != NULL, "%s says: %s", #call, matthew_message());                  \
    } while (0)

#endif
