/* What variables a history has, wherever it is kept: names, units, types, axes and the words of codes, made from the
 * tables that declare columns, indicators, events and the register.
 *
 * Pure functions over plain data; no HDF5. Texts belong to the tables, to the scenario or to the caller's arrays. */
#ifndef MATTHEW_OUTPUT_HISTORY_VARIABLES_H
#define MATTHEW_OUTPUT_HISTORY_VARIABLES_H

#include "agents/events.h"
#include "agents/register.h"
#include "output/history/history_layout.h"

/* Places of the axes, as whoever keeps the history numbers them. */
struct axes {
    int month, firm, event, family[FAMILY_COUNT];
};

enum { VARIABLE_WORDS_MAX = (int)EVENT_KINDS > (int)MEMBERS_MAX ? (int)EVENT_KINDS : (int)MEMBERS_MAX };

/* Room for what a description may need beside it. */
struct variable_room {
    const char *words[VARIABLE_WORDS_MAX]; /* of codes */
    char unit[64];
};

struct netcdf_variable month_variable(void);
/* The first day of each month; 0 when the run is too long for dates that readers can keep. */
int date_variable(struct netcdf_variable *variable, const struct scenario *scenario, const struct axes *axes,
                  struct variable_room *room);
struct netcdf_variable family_variable(enum family family);
/* A column of firms: [month, firm], or [month, member, firm], so that a chunk holds one member, as if it were a column
 * of its own. */
struct netcdf_variable column_variable(const struct series *series, const struct scenario *scenario,
                                       const struct axes *axes, struct variable_room *room);
struct netcdf_variable indicator_variable(const struct indicator_info *info, const struct axes *axes);
struct netcdf_variable event_variable(enum event_column column, const struct axes *axes, struct variable_room *room);
struct netcdf_variable register_variable(enum register_column column, const struct scenario *scenario,
                                         const struct axes *axes, struct variable_room *room);

/* What a column is for each kind of event, "entry: the new firm; insolvency: the insolvent firm", and the name of the
 * attribute that says so; null for columns that are the same for all kinds. */
enum { EVENT_MEANINGS_SIZE = 4096 };
const char *event_meanings(enum event_column column, char text[EVENT_MEANINGS_SIZE]);

/* What is said of the history as a whole. */
enum { WHOLE_ATTRIBUTES = 12 };
struct whole_attribute {
    const char *name;
    const char *text; /* null for a number */
    int64_t number;
    char room[256]; /* where text may lie */
};
/* Fills the list; returns how many. status: "running", "complete", "interrupted"; months: recorded. */
size_t whole_attributes(struct whole_attribute list[WHOLE_ATTRIBUTES], const struct scenario *scenario,
                        const char *status, int64_t months);

/* Days from the first of a year's month to the first of the month that is some months later. */
int64_t days_between(int year, int month, long months);

#endif
