#include "output/history/variables.h"

#include "core/build.h"

#include <stdio.h>
#include <string.h>

/* ---- time and members ---- */

/* Days since 1970-01-01 of the first day of a month; months may run over the year. */
static int64_t days_of_month(int64_t year, int64_t month) {
    year += (month - 1) / 12;
    month = (month - 1) % 12 + 1;
    int64_t shifted = month <= 2 ? year - 1 : year; /* years begin in March, so that leap days end them */
    int64_t era = shifted / 400, of_era = shifted % 400;
    int64_t day = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + day - 719468;
}

int64_t days_between(int year, int month, long months) {
    return days_of_month(year, month + months) - days_of_month(year, month);
}

/* Readers that keep times in nanoseconds end in April 2262: longer runs have no date. */
enum { LAST_YEAR = 2261 };

struct netcdf_variable month_variable(void) {
    return (struct netcdf_variable){
        .name = "month", .unit = "month", .description = "months since the start", .type = NETCDF_INT64};
}

int date_variable(struct netcdf_variable *variable, const struct scenario *scenario, const struct axes *axes,
                  struct variable_room *room) {
    snprintf(room->unit, sizeof room->unit, "days since %04d-%02d-01", scenario->start_year, scenario->start_month);
    *variable = (struct netcdf_variable){.name = "date",
                                         .unit = room->unit,
                                         .description = "first day of the month",
                                         .type = NETCDF_INT64,
                                         .rank = 1,
                                         .axis = {axes->month}};
    return scenario->start_year + (scenario->start_month + scenario->months) / 12 <= LAST_YEAR;
}

struct netcdf_variable family_variable(enum family family) {
    static const char *const descriptions[FAMILY_COUNT] = {[FAMILY_SEGMENT] = "customer segment",
                                                           [FAMILY_TIER] = "tier of talent",
                                                           [FAMILY_REGION] = "region",
                                                           [FAMILY_STRATEGY] = "strategy preset"};
    return (struct netcdf_variable){
        .name = family_table[family].dimension, .description = descriptions[family], .type = NETCDF_TEXT};
}

static int axis_of(const struct axes *axes, enum dimension dimension) {
    return axes->family[dimension_family(dimension)];
}

/* ---- columns and indicators ---- */

struct netcdf_variable column_variable(const struct series *series, const struct scenario *scenario,
                                       const struct axes *axes, struct variable_room *room) {
    const struct field_info *info = &field_table[series->field];
    struct netcdf_variable variable = {.name = info->name,
                                       .unit = info->unit,
                                       .description = info->description,
                                       .type = series->type,
                                       .rank = 2,
                                       .axis = {axes->month, axes->firm},
                                       .compressed = 1,
                                       .empty = series->empty};
    if (info->dimension != DIMENSION_FIRM) {
        variable.rank = 3;
        variable.axis[1] = axis_of(axes, info->dimension);
        variable.axis[2] = axes->firm;
    }
    if (info->kind == FIELD_KIND_CODE) {
        const struct members *members = &scenario->members[info->family];
        for (int i = 0; i < members->count; i++)
            room->words[i] = members->name[i];
        variable.meanings = room->words;
        variable.meaning_count = members->count;
        variable.unit = NULL;
    }
    return variable;
}

struct netcdf_variable indicator_variable(const struct indicator_info *info, const struct axes *axes) {
    struct netcdf_variable variable = {.name = info->name,
                                       .unit = info->unit,
                                       .description = info->description,
                                       .type = info->type == FIELD_FLOAT ? NETCDF_DOUBLE : NETCDF_INT64,
                                       .rank = 1,
                                       .axis = {axes->month},
                                       .empty = info->type == FIELD_FLOAT ? netcdf_nan() : 0.0};
    if (info->dimension != DIMENSION_FIRM) {
        variable.rank = 2;
        variable.axis[1] = axis_of(axes, info->dimension);
    }
    return variable;
}

/* ---- events and the register ---- */

static enum netcdf_type event_type(enum field_type type) {
    return type == FIELD_FLOAT ? NETCDF_DOUBLE : type == FIELD_INT64 ? NETCDF_INT64 : NETCDF_INT8;
}

struct netcdf_variable event_variable(enum event_column column, const struct axes *axes, struct variable_room *room) {
    const struct event_column_info *info = &event_column_table[column];
    int codes = column == EVENT_COLUMN_kind, varies = column == EVENT_COLUMN_amount;
    for (int kind = 0; kind < EVENT_KINDS; kind++)
        room->words[kind] = event_table[kind].name;
    return (struct netcdf_variable){.name = info->name,
                                    .unit = codes || varies ? NULL : info->unit,
                                    .description = info->description,
                                    .type = event_type(info->type),
                                    .rank = 1,
                                    .axis = {axes->event},
                                    .compressed = 1,
                                    .empty = info->type == FIELD_FLOAT ? netcdf_nan() : 0.0,
                                    .meanings = codes ? room->words : NULL,
                                    .meaning_count = codes ? EVENT_KINDS : 0};
}

const char *event_meanings(enum event_column column, char text[EVENT_MEANINGS_SIZE]) {
    const char *attribute = column == EVENT_COLUMN_firm     ? "firms"
                            : column == EVENT_COLUMN_other  ? "others"
                            : column == EVENT_COLUMN_amount ? "amounts"
                                                            : NULL;
    size_t used = 0;
    for (int kind = EVENT_NONE + 1; kind < EVENT_KINDS && attribute != NULL; kind++) {
        const struct event_info *info = &event_table[kind];
        const char *what = column == EVENT_COLUMN_firm    ? info->firm
                           : column == EVENT_COLUMN_other ? info->other
                                                          : info->amount;
        if (*what == '\0' || used >= EVENT_MEANINGS_SIZE)
            continue;
        used += (size_t)snprintf(text + used, EVENT_MEANINGS_SIZE - used, "%s%s: %s", used > 0 ? "; " : "", info->name,
                                 what);
        if (column == EVENT_COLUMN_amount && used < EVENT_MEANINGS_SIZE)
            used += (size_t)snprintf(text + used, EVENT_MEANINGS_SIZE - used, " (%s)", info->unit);
    }
    return attribute;
}

static enum netcdf_type register_type(enum register_column column) {
    enum register_type type = register_table[column].type;
    return type == REGISTER_FLOAT   ? NETCDF_DOUBLE
           : type == REGISTER_INT64 ? NETCDF_INT64
           : type == REGISTER_INT8  ? NETCDF_INT8
                                    : NETCDF_TEXT;
}

struct netcdf_variable register_variable(enum register_column column, const struct scenario *scenario,
                                         const struct axes *axes, struct variable_room *room) {
    const struct register_info *info = &register_table[column];
    int words = register_words(column, scenario, room->words), has_unit = info->type != REGISTER_TEXT;
    return (struct netcdf_variable){.name = info->name,
                                    .unit = has_unit && info->codes == CODES_NONE ? info->unit : NULL,
                                    .description = info->description,
                                    .type = register_type(column),
                                    .rank = 1,
                                    .axis = {axes->firm},
                                    .empty = info->type == REGISTER_FLOAT ? netcdf_nan() : -1.0,
                                    .meanings = words > 0 ? room->words : NULL,
                                    .meaning_count = words};
}

/* ---- the whole ---- */

size_t whole_attributes(struct whole_attribute list[WHOLE_ATTRIBUTES], const struct scenario *scenario,
                        const char *status, int64_t months) {
    int titled = scenario->title != NULL && scenario->title[0] != '\0';
    const struct whole_attribute made[] = {
        {.name = "title", .text = titled ? scenario->title : scenario->name},
        {.name = "Conventions", .text = "CF-1.8"},
        {.name = "source", .text = list[2].room},
        {.name = "revision", .text = list[3].room},
        {.name = "compiler", .text = build.compiler},
        {.name = "compiler_flags", .text = build.flags},
        {.name = "scenario", .text = scenario->name},
        {.name = "seed", .number = (int64_t)scenario->seed},
        {.name = "coordinates", .text = "date"},
        {.name = "status", .text = status},
        {.name = "months_committed", .number = months},
    };
    _Static_assert(sizeof made / sizeof *made <= WHOLE_ATTRIBUTES, "the list has room");
    memcpy(list, made, sizeof made);
    snprintf(list[2].room, sizeof list[2].room, "matthew %s, model %d", build.version, MODEL_VERSION);
    snprintf(list[3].room, sizeof list[3].room, "%s%s, sources %s", build.revision, build.dirty ? "-dirty" : "",
             build.sources);
    return sizeof made / sizeof *made;
}
