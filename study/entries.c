#include "study/entries.h"

#include <string.h>

double entry_value(const struct scenario *scenario, const char *name, enum entry_part part) {
    for (size_t i = 0; i < scenario->change_count; i++)
        if (strcmp(scenario->changes[i].entry, name) == 0)
            return part == ENTRY_MONTH ? (double)scenario->changes[i].month : scenario->changes[i].value;
    for (size_t i = 0; i < scenario->takeover_count; i++)
        if (strcmp(scenario->takeovers[i].entry, name) == 0)
            return part == ENTRY_MONTH ? (double)scenario->takeovers[i].month : scenario->takeovers[i].price;
    return 0;
}

void entry_set(struct scenario *scenario, const char *name, enum entry_part part, double value) {
    for (size_t i = 0; i < scenario->change_count; i++) {
        struct change *change = &scenario->changes[i];
        if (strcmp(change->entry, name) != 0)
            continue;
        if (part == ENTRY_MONTH)
            change->month = (long)value;
        else
            change->value = value;
    }
    for (size_t i = 0; i < scenario->takeover_count; i++) {
        struct takeover *takeover = &scenario->takeovers[i];
        if (strcmp(takeover->entry, name) != 0)
            continue;
        if (part == ENTRY_MONTH)
            takeover->month = (long)value;
        else
            takeover->price = value;
    }
}

void entries_reset(const struct scenario *base, struct scenario *scenario) {
    if (base->change_count > 0)
        memcpy(scenario->changes, base->changes, base->change_count * sizeof *base->changes);
    if (base->takeover_count > 0)
        memcpy(scenario->takeovers, base->takeovers, base->takeover_count * sizeof *base->takeovers);
}

/* They are almost in order: few of them move. */
void entries_sort(struct scenario *scenario) {
    for (size_t i = 1; i < scenario->change_count; i++) {
        struct change moved = scenario->changes[i];
        size_t at = i;
        for (; at > 0 && scenario->changes[at - 1].month > moved.month; at--)
            scenario->changes[at] = scenario->changes[at - 1];
        scenario->changes[at] = moved;
    }
    for (size_t i = 1; i < scenario->takeover_count; i++) {
        struct takeover moved = scenario->takeovers[i];
        size_t at = i;
        for (; at > 0 && scenario->takeovers[at - 1].month > moved.month; at--)
            scenario->takeovers[at] = scenario->takeovers[at - 1];
        scenario->takeovers[at] = moved;
    }
    for (size_t i = 0; i < scenario->takeover_count; i++)
        scenario->takeovers[i].place = i;
}
