#include "interface/handle.h"

#include "agents/register.h"

#include <string.h>

/* ---- columns ---- */

/* The dimension of a column of the state as files and callers name it. */
static const char *dimension_name(enum dimension dimension) {
    return dimension == DIMENSION_SEGMENT    ? "segment"
           : dimension == DIMENSION_TIER     ? "tier"
           : dimension == DIMENSION_REGION   ? "region"
           : dimension == DIMENSION_STRATEGY ? "strategy"
                                             : "firm";
}

size_t matthew_column_count(void) {
    return FIELD_COUNT;
}

int matthew_column_get(size_t index, struct matthew_column *column) {
    if (index >= FIELD_COUNT)
        return bad_index("column", index, FIELD_COUNT);
    const struct field_info *info = &field_table[index];
    struct matthew_column full = {.name = info->name,
                                  .unit = info->unit,
                                  .description = info->description,
                                  .dimension = dimension_name(info->dimension),
                                  .is_integer = info->type != FIELD_FLOAT};
    return give(column, &full, sizeof full);
}

int matthew_race_column(const matthew_race *race, const char *name, int member, const double **values, size_t *count) {
    if (!is_race(race))
        return no_race(race);
    if (name == NULL || values == NULL || count == NULL)
        return is_null(name == NULL ? "name" : values == NULL ? "values" : "count");
    const struct firms *firms = &race_world(race->race)->firms;
    for (int field = 0; field < FIELD_COUNT; field++) {
        if (strcmp(field_table[field].name, name) != 0)
            continue;
        int members = firms_members(firms, field_table[field].dimension);
        if (member < 0 || member >= members)
            return fail(&last_failure, MATTHEW_BAD_ARGUMENT, "column %s has no member %d: there are %d", name, member,
                        members);
        *values = firms_column(firms, (enum field)field, member);
        *count = firms->slots;
        return MATTHEW_OK;
    }
    return fail(&last_failure, MATTHEW_NOT_FOUND, "no column %s", name);
}

size_t matthew_race_firm_count(const matthew_race *race) {
    return is_race(race) ? race_world(race->race)->reg.count : 0;
}

const char *matthew_race_firm_name(const matthew_race *race, size_t firm) {
    if (!is_race(race))
        return NULL;
    const struct firm_register *reg = &race_world(race->race)->reg;
    return firm < reg->count ? reg->rows[firm].name : NULL;
}

int matthew_race_register(const matthew_race *race, const char *name, double *values, size_t count) {
    if (!is_race(race))
        return no_race(race);
    if (name == NULL || values == NULL)
        return is_null(name == NULL ? "name" : "values");
    const struct world *world = race_world(race->race);
    int column = 0;
    while (column < REGISTER_COLUMNS && strcmp(register_table[column].name, name) != 0)
        column++;
    if (column == REGISTER_COLUMNS)
        return fail(&last_failure, MATTHEW_NOT_FOUND, "name: the register has no column `%s`", name);
    if (register_table[column].type == REGISTER_TEXT)
        return refuse("name", "`%s` holds texts", name);
    if (count != world->reg.count)
        return refuse("count", "expected %zu, the firms ever, found %zu", world->reg.count, count);
    for (size_t i = 0; i < count; i++)
        values[i] = register_value(world, &world->reg.rows[i], (enum register_column)column);
    return MATTHEW_OK;
}

/* ---- indicators ---- */

size_t matthew_indicator_count(void) {
    return INDICATOR_COUNT;
}

static int give_indicator(struct matthew_indicator *indicator, const struct indicator_info *info) {
    struct matthew_indicator full = {.name = info->name,
                                     .unit = info->unit,
                                     .description = info->description,
                                     .dimension =
                                         info->dimension == DIMENSION_FIRM ? "" : dimension_name(info->dimension)};
    return give(indicator, &full, sizeof full);
}

int matthew_indicator_get(size_t index, struct matthew_indicator *indicator) {
    if (index >= INDICATOR_COUNT)
        return bad_index("indicator", index, INDICATOR_COUNT);
    return give_indicator(indicator, &indicator_table[index]);
}

size_t matthew_member_indicator_count(void) {
    return MEMBER_INDICATOR_COUNT;
}

int matthew_member_indicator_get(size_t index, struct matthew_indicator *indicator) {
    if (index >= MEMBER_INDICATOR_COUNT)
        return bad_index("member indicator", index, MEMBER_INDICATOR_COUNT);
    return give_indicator(indicator, &member_indicator_table[index]);
}

/* The indicators of the month where the race stands, with those that were wanted. */
static int read_row(matthew_race *race, const unsigned char *wanted, const unsigned char *members) {
    gauge_want(&race->gauge, wanted, members);
    return gauge_ask(&race->gauge, race_world(race->race), &last_failure);
}

int matthew_race_indicator(matthew_race *race, const char *name, double *value) {
    if (!is_race(race))
        return no_race(race);
    if (name == NULL || value == NULL)
        return is_null(name == NULL ? "name" : "value");
    unsigned char wanted[INDICATOR_COUNT] = {0}, members[MEMBER_INDICATOR_COUNT] = {0};
    int index = indicator_index(name);
    if (index < 0)
        return fail(&last_failure, MATTHEW_NOT_FOUND, "no indicator %s", name);
    wanted[index] = 1;
    int status = read_row(race, wanted, members);
    if (status == MATTHEW_OK)
        *value = gauge_row(&race->gauge)->value[index];
    return status;
}

int matthew_race_indicator_of(matthew_race *race, const char *name, int member, double *value) {
    if (!is_race(race))
        return no_race(race);
    if (name == NULL || value == NULL)
        return is_null(name == NULL ? "name" : "value");
    unsigned char wanted[INDICATOR_COUNT] = {0}, of[MEMBER_INDICATOR_COUNT] = {0};
    int index = member_indicator_index(name);
    if (index < 0)
        return fail(&last_failure, MATTHEW_NOT_FOUND, "no indicator of members %s", name);
    enum family family = dimension_family(member_indicator_table[index].dimension);
    int members = race_world(race->race)->scenario->members[family].count;
    if (member < 0 || member >= members)
        return fail(&last_failure, MATTHEW_BAD_ARGUMENT, "indicator %s has no member %d: there are %d", name, member,
                    members);
    of[index] = 1;
    int status = read_row(race, wanted, of);
    if (status == MATTHEW_OK)
        *value = gauge_row(&race->gauge)->member[index][member];
    return status;
}
