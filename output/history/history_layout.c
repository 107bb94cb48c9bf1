#include "output/history/history_layout.h"

#include "core/names.h"
#include "output/history/recording.h"

#include <string.h>

static const size_t SLAB_BYTES = (size_t)256 << 20;

/* Outside a firm's life. 0 is the code of a member. */
static double empty_value(enum field field) {
    return field_table[field].kind == FIELD_KIND_CODE ? -1.0 : netcdf_nan();
}

/* The id is no column: it is the axis. */
static int column_index(const char *name) {
    for (int field = 0; field < FIELD_COUNT; field++)
        if (field != FIELD_id && strcmp(name, field_table[field].name) == 0)
            return field;
    return -1;
}

static int unknown_name(const char *name, struct failure *failure) {
    if (strcmp(name, field_table[FIELD_id].name) == 0)
        return fail(failure, MATTHEW_NOT_FOUND, "cannot record `%s`: it is the axis `firm` of the file, always there",
                    name);
    struct nearest_name search;
    char hint[NAME_SIZE_MAX + 32], excerpt[EXCERPT_SIZE];
    nearest_name_open(&search, name);
    for (int word = 0; word < RECORDING_WORD_COUNT; word++)
        nearest_name_offer(&search, recording_words[word].name);
    for (int field = 0; field < FIELD_COUNT; field++)
        if (field != FIELD_id)
            nearest_name_offer(&search, field_table[field].name);
    for (int i = 0; i < INDICATOR_COUNT; i++)
        nearest_name_offer(&search, indicator_table[i].name);
    for (int i = 0; i < MEMBER_INDICATOR_COUNT; i++)
        nearest_name_offer(&search, member_indicator_table[i].name);
    return fail(failure, MATTHEW_NOT_FOUND, "cannot record `%s`: no column, indicator or word of that name%s",
                text_excerpt(name, excerpt), nearest_name_hint(&search, hint, sizeof hint));
}

/* What a record option has asked for so far. */
struct choice {
    int none, all_indicators, payments, single_indicators;
};

static void choose_columns(struct history_layout *layout, int only_default) {
    for (int field = 0; field < FIELD_COUNT; field++)
        if (field != FIELD_id && (!only_default || field_table[field].by_default))
            layout->column[field] = 1;
}

static unsigned char *indicator_flag(struct history_layout *layout, const char *name) {
    int indicator = indicator_index(name);
    if (indicator >= 0)
        return &layout->indicator[indicator];
    for (int i = 0; i < MEMBER_INDICATOR_COUNT; i++)
        if (strcmp(name, member_indicator_table[i].name) == 0)
            return &layout->member[i];
    return NULL;
}

static int choose_name(struct history_layout *layout, struct choice *choice, const char *name,
                       struct failure *failure) {
    enum recording_word word = recording_word_find(name);
    int field = column_index(name);
    unsigned char *indicator = indicator_flag(layout, name);
    if (word == RECORDING_WORD_none)
        choice->none = 1;
    else if (word == RECORDING_WORD_indicators)
        choice->all_indicators = 1;
    else if (word < RECORDING_WORD_COUNT) {
        choice->all_indicators = 1;
        choice->payments |= word == RECORDING_WORD_all;
        choose_columns(layout, word == RECORDING_WORD_default);
    } else if (field >= 0)
        layout->column[field] = 1;
    else if (indicator != NULL) {
        choice->single_indicators = 1;
        *indicator = 1;
    } else
        return unknown_name(name, failure);
    return MATTHEW_OK;
}

/* The next name of a list into name; the place after it, or null at the end. */
static const char *next_name(const char *list, char *name, size_t size) {
    const char *end = strchr(list, ',');
    size_t length = end != NULL ? (size_t)(end - list) : strlen(list);
    while (length > 0 && list[0] == ' ')
        list++, length--;
    while (length > 0 && list[length - 1] == ' ')
        length--;
    if (length >= size)
        length = size - 1;
    memcpy(name, list, length);
    name[length] = '\0';
    return end != NULL ? end + 1 : NULL;
}

static void count_choices(struct history_layout *layout) {
    for (int field = 0; field < FIELD_COUNT; field++)
        layout->columns += layout->column[field];
    for (int i = 0; i < INDICATOR_COUNT; i++)
        layout->indicators += layout->indicator[i];
    for (int i = INDICATOR_on_request; i < INDICATOR_COUNT; i++)
        layout->books |= layout->indicator[i];
    for (int i = 0; i < MEMBER_INDICATOR_COUNT; i++)
        layout->indicators += layout->member[i];
}

int layout_choose(struct history_layout *layout, const char *record, struct failure *failure) {
    struct choice choice = {0};
    int names = 0;
    memset(layout, 0, sizeof *layout);
    for (const char *rest = record; rest != NULL; names++) {
        char name[NAME_SIZE_MAX];
        rest = next_name(rest, name, sizeof name);
        if (name[0] == '\0')
            return fail(failure, MATTHEW_BAD_ARGUMENT,
                        "what to record has an empty name: expected none, indicators, "
                        "default, all, or names separated by commas");
        int status = choose_name(layout, &choice, name, failure);
        if (status != MATTHEW_OK)
            return status;
    }
    if (choice.none && names > 1)
        return fail(failure, MATTHEW_BAD_ARGUMENT, "what to record is `none` and more: `none` stands alone");
    if (choice.all_indicators || (!choice.none && !choice.single_indicators)) {
        memset(layout->indicator, 1, choice.payments ? INDICATOR_COUNT : INDICATOR_on_request);
        memset(layout->member, 1, sizeof layout->member);
    }
    layout->events = !choice.none;
    count_choices(layout);
    return MATTHEW_OK;
}

static int members_of(const struct scenario *scenario, enum dimension dimension) {
    enum family family = dimension_family(dimension);
    return family == FAMILY_NONE ? 1 : scenario->members[family].count;
}

/* Whole numbers are doubles too, so that they can be missing. */
static enum netcdf_type type_of(enum field field, int single) {
    const struct field_info *info = &field_table[field];
    if (info->kind == FIELD_KIND_CODE)
        return NETCDF_INT8;
    return info->type == FIELD_FLOAT && single ? NETCDF_FLOAT : NETCDF_DOUBLE;
}

static size_t round_up(size_t value, size_t to) {
    return (value + to - 1) / to * to;
}

void layout_shape(struct history_layout *layout, const struct scenario *scenario, long every, int single) {
    layout->series_count = 0;
    layout->firm_bytes = 0;
    for (int field = 0; field < FIELD_COUNT; field++) {
        int members = layout->column[field] ? members_of(scenario, field_table[field].dimension) : 0;
        for (int member = 0; member < members; member++) {
            enum netcdf_type type = type_of((enum field)field, single);
            layout->series[layout->series_count++] = (struct series){
                (enum field)field, member, type, netcdf_size(type), layout->firm_bytes, empty_value((enum field)field)};
            layout->firm_bytes += netcdf_size(type);
        }
    }
    size_t rows = CHUNK_ROWS, firms = (size_t)scenario->firms;
    while (rows > 1 && rows * round_up(2 * firms, BLOCK) * layout->firm_bytes > SLAB_BYTES)
        rows /= 2;
    layout->rows = rows;
    layout->firms = CHUNK_VALUES / rows;
    layout->records = 1 + scenario->months / every + (scenario->months % every != 0);
}

int layout_records(const struct scenario *scenario, long every, long month) {
    return month % every == 0 || month == scenario->months;
}

double layout_least_bytes(const struct history_layout *layout, const struct scenario *scenario) {
    const double COMPRESSED = 0.25, METADATA = 0.5e6; /* measured on races: columns shrink to .25 to .6 of their size */
    return METADATA + (double)layout->records * (double)scenario->firms * (double)layout->firm_bytes * COMPRESSED;
}
