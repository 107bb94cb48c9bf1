#include "agents/register.h"

#include "agents/value.h"

#include <limits.h>
#include <math.h>

#define ABOUT(key_, name_, type_, unit_, codes_, known_, living_, description_)                                        \
    [REGISTER_##key_] = {.key = #key_,                                                                                 \
                         .name = name_,                                                                                \
                         .unit = unit_,                                                                                \
                         .description = description_,                                                                  \
                         .type = REGISTER_##type_,                                                                     \
                         .codes = CODES_##codes_,                                                                      \
                         .known = KNOWN_##known_,                                                                      \
                         .living = (double)(living_)},
const struct register_info register_table[REGISTER_COLUMNS] = {
#define REGISTER_ENTRY(key, member, name, type, unit, codes, description)                                              \
    ABOUT(key, name, type, unit, codes, ENTRY, 0, description)
#define REGISTER_EXIT(key, member, name, type, unit, codes, living, description)                                       \
    ABOUT(key, name, type, unit, codes, EXIT, living, description)
#define REGISTER_MADE(key, expression, name, type, unit, codes, known, description)                                    \
    ABOUT(key, name, type, unit, codes, known, 0, description)
#include "agents/register.def"
};
#undef ABOUT

const char *const exit_reason_names[EXIT_REASONS] = {
    [EXIT_NONE] = "alive", [EXIT_LIQUIDATED] = "liquidated", [EXIT_ACQUIRED] = "acquired"};
_Static_assert((int)EXIT_REASONS <= (int)MEMBERS_MAX, "words of a column's codes");

int register_words(enum register_column column, const struct scenario *scenario, const char *names[MEMBERS_MAX]) {
    enum register_codes codes = register_table[column].codes;
    const struct members *members = codes == CODES_STRATEGY || codes == CODES_REGION
                                        ? &scenario->members[codes == CODES_STRATEGY ? FAMILY_STRATEGY : FAMILY_REGION]
                                        : NULL;
    int count = members != NULL ? members->count : codes == CODES_EXIT ? (int)EXIT_REASONS : 0;
    for (int i = 0; i < count; i++)
        names[i] = members != NULL ? members->name[i] : exit_reason_names[i];
    return count;
}

static int cohort(const struct world *world, const struct register_row *row) {
    const struct scenario *scenario = world->scenario;
    return (int)(scenario->start_year + (scenario->start_month - 1 + row->entry_month) / 12);
}

/* Members that are no numbers have no value here. */
#define NUMBER_FLOAT(member) ((double)row->member)
#define NUMBER_INT64(member) ((double)row->member)
#define NUMBER_INT8(member) ((double)row->member)
#define NUMBER_TEXT(member) ((double)NAN)

double register_value(const struct world *world, const struct register_row *row, enum register_column column) {
    if (register_table[column].known == KNOWN_EXIT && row->exit_month < 0)
        return register_table[column].living;
    switch (column) {
#define REGISTER_ENTRY(key, member, name, type, ...)                                                                   \
    case REGISTER_##key:                                                                                               \
        return NUMBER_##type(member);
#define REGISTER_EXIT(key, member, name, type, ...) REGISTER_ENTRY(key, member, name, type, )
#define REGISTER_MADE(key, expression, ...)                                                                            \
    case REGISTER_##key:                                                                                               \
        return (double)(expression);
#include "agents/register.def"
    default:
        return (double)NAN;
    }
}

#define PUT_FLOAT(member) row->member = (__typeof__(row->member))value
#define PUT_INT64(member) row->member = (__typeof__(row->member))value
#define PUT_INT8(member) row->member = (__typeof__(row->member))value
#define PUT_TEXT(member) (void)0

int register_put(struct register_row *row, enum register_column column, double value) {
    value = isnan(value) ? 0.0 : value;
    enum register_type type = register_table[column].type;
    if ((type == REGISTER_INT64 || type == REGISTER_INT8) &&
        !(value >= -1.0 && value <= INT_MAX && value == floor(value)))
        return 0;
    switch (column) {
#define REGISTER_ENTRY(key, member, name, type, ...)                                                                   \
    case REGISTER_##key:                                                                                               \
        PUT_##type(member);                                                                                            \
        break;
#define REGISTER_EXIT(key, member, name, type, ...) REGISTER_ENTRY(key, member, name, type, )
#define REGISTER_MADE(key, ...)
#include "agents/register.def"
    default:
        break;
    }
    return 1;
}
