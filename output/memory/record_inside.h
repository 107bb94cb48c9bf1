/* The inside of a record: shared by the files record*.c alone. */
#ifndef MATTHEW_OUTPUT_MEMORY_RECORD_INSIDE_H
#define MATTHEW_OUTPUT_MEMORY_RECORD_INSIDE_H

#include "measure/gauge.h"
#include "output/history/living.h"
#include "output/history/variables.h"

enum { AXIS_MONTH, AXIS_FIRM, AXIS_EVENT, AXIS_FAMILIES };

enum variable_kind {
    VARIABLE_MONTH,
    VARIABLE_DATE,
    VARIABLE_FAMILY,
    VARIABLE_REGISTER,
    VARIABLE_EVENT,
    VARIABLE_COLUMN,
    VARIABLE_INDICATOR,
    VARIABLE_MEMBER_INDICATOR
};

/* One variable: which family, column, series (of its first member) or indicator. */
struct variable_place {
    enum variable_kind kind;
    size_t which;
};

enum {
    VARIABLES_MAX =
        2 + FAMILY_COUNT + REGISTER_COLUMNS + EVENT_COLUMNS + FIELD_COUNT + INDICATOR_COUNT + MEMBER_INDICATOR_COUNT
};

/* Firms of a month by rising id, and their values: those of a series begin at its offset times room. */
struct record_month {
    long month;
    size_t firms, room;
    uint32_t *id; /* null where no column is recorded */
    unsigned char *values;
};

struct record {
    const struct world *world;
    struct gauge *gauge;
    long every;
    struct history_layout layout;
    struct axes axes;
    struct variable_place variable[VARIABLES_MAX];
    size_t variables;
    struct record_month *month; /* room for all that a race records */
    size_t months;
    double *indicators; /* month_values for each month */
    size_t month_values, indicator_at[INDICATOR_COUNT], member_at[MEMBER_INDICATOR_COUNT];
    struct event *event;
    size_t events, event_room;
    struct living living;
    long seen;  /* the next month to see */
    int taking; /* this month is recorded */
};

size_t record_members(const struct record *record, enum dimension dimension);

#endif
