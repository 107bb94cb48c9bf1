/* What is legal in a scenario but surely not meant: dollars for millions of dollars, `Open AI` beside `OpenAI`, an
 * entry of the schedule after the last month. warnings.def declares every kind.
 *
 * Thread rule: any number of threads may ask about a scenario. Cost: some us. */
#ifndef MATTHEW_CORE_WARNINGS_H
#define MATTHEW_CORE_WARNINGS_H

#include "core/status.h"

#include <stddef.h>

enum warning_kind {
#define WARNING(name, when) WARNING_##name,
#include "core/warnings.def"
#undef WARNING
    WARNING_COUNT
};

struct warning_info {
    const char *name, *when;
};
extern const struct warning_info warning_table[WARNING_COUNT];

enum { WARNING_TEXT_SIZE = 320 };
struct warning {
    enum warning_kind kind;
    char text[WARNING_TEXT_SIZE]; /* one line */
};

/* Tells of each warning about a scenario, in an order that depends on the scenario alone. */
struct scenario;
void scenario_warnings(const struct scenario *scenario, void (*tell)(void *context, const struct warning *warning),
                       void *context);

/* All of them, a line each, "" when there is none. Caller frees with memory_free. Null when memory is short. */
char *scenario_warnings_text(const struct scenario *scenario);

/* From here on the scenario has no warnings. */
void scenario_forget_warnings(struct scenario *scenario);

#endif
