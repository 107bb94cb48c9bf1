#include "core/parameters.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/names.h"
#include "core/number.h"

#define UNPACK(...) __VA_ARGS__
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define INDEX_OF(member) (offsetof(struct parameters, member) / sizeof(double))

const struct family_info family_table[FAMILY_COUNT] = {
#define FAMILY(id, path, dimension, members)                                                                           \
    [FAMILY_##id] = {#path, dimension, (int)COUNT_OF(((const char *[]){UNPACK members})), {UNPACK members}},
#include "core/families.def"
#undef FAMILY
};

const struct parameter_info parameter_table[] = {
#define REAL(group, name, value, min, max, low, high, when, unit, description, source)                                 \
    {#group, #name, KIND_REAL,   FAMILY_NONE, INDEX_OF(group##_##name), {value}, min, max, low, high, WHEN_##when,     \
     "",     unit,  description, source},
#define SWITCH(group, name, value, when, description, source)                                                          \
    {#group, #name, KIND_SWITCH, FAMILY_NONE, INDEX_OF(group##_##name), {value}, 0, 1, 0, 1, WHEN_##when,              \
     "",     "1",   description, source},
#define CHOICE(group, name, options, value, when, description, source)                                                 \
    {#group,  #name, KIND_CHOICE, FAMILY_NONE, INDEX_OF(group##_##name), {value}, 0, 0, 0, 0, WHEN_##when,             \
     options, "1",   description, source},
#define MEMBER(group, name, values, min, max, low, high, when, unit, description, source)                              \
    {#group,                                                                                                           \
     #name,                                                                                                            \
     KIND_REAL,                                                                                                        \
     (enum family)FAMILY_OF_##group,                                                                                   \
     INDEX_OF(group##_##name),                                                                                         \
     {UNPACK values},                                                                                                  \
     min,                                                                                                              \
     max,                                                                                                              \
     low,                                                                                                              \
     high,                                                                                                             \
     WHEN_##when,                                                                                                      \
     "",                                                                                                               \
     unit,                                                                                                             \
     description,                                                                                                      \
     source},
#include "core/parameters.def"
#undef REAL
#undef SWITCH
#undef CHOICE
#undef MEMBER
};
const size_t parameter_count = COUNT_OF(parameter_table);

void members_builtin(struct members members[FAMILY_COUNT]) {
    memset(members, 0, FAMILY_COUNT * sizeof *members);
    for (int family = 0; family < FAMILY_COUNT; family++) {
        members[family].count = family_table[family].builtin_count;
        for (int i = 0; i < members[family].count; i++)
            snprintf(members[family].name[i], MEMBER_NAME_SIZE, "%s", family_table[family].builtin[i]);
    }
}

void parameters_builtin(struct parameters *parameters) {
    memset(parameters, 0, sizeof *parameters);
    double *value = parameter_values(parameters);
    for (size_t p = 0; p < parameter_count; p++) {
        const struct parameter_info *info = &parameter_table[p];
        int count = info->family == FAMILY_NONE ? 1 : family_table[info->family].builtin_count;
        memcpy(value + info->index, info->default_value, (size_t)count * sizeof *value);
    }
}

int member_find(const struct members *members, const char *name) {
    for (int i = 0; i < members->count; i++)
        if (strcmp(members->name[i], name) == 0)
            return i;
    return -1;
}

double *parameter_values(struct parameters *parameters) {
    return (double *)(void *)parameters;
}

const double *parameter_values_const(const struct parameters *parameters) {
    return (const double *)(const void *)parameters;
}

const struct parameter_info *parameter_find(const char *group, const char *name) {
    for (size_t p = 0; p < parameter_count; p++)
        if (strcmp(parameter_table[p].name, name) == 0 && strcmp(parameter_table[p].group, group) == 0)
            return &parameter_table[p];
    return NULL;
}

static int slots_of(const struct members members[FAMILY_COUNT], const struct parameter_info *info) {
    return info->family == FAMILY_NONE ? 1 : members[info->family].count;
}

size_t parameter_slot_count(const struct members members[FAMILY_COUNT]) {
    size_t count = 0;
    for (size_t p = 0; p < parameter_count; p++)
        count += (size_t)slots_of(members, &parameter_table[p]);
    return count;
}

struct parameter_slot parameter_slot_at(const struct members members[FAMILY_COUNT], size_t position) {
    struct parameter_slot slot = {NULL, -1};
    for (size_t p = 0; p < parameter_count; p++) {
        size_t here = (size_t)slots_of(members, &parameter_table[p]);
        if (position < here) {
            slot.info = &parameter_table[p];
            slot.member = slot.info->family == FAMILY_NONE ? -1 : (int)position;
            break;
        }
        position -= here;
    }
    return slot;
}

size_t parameter_slot_index(struct parameter_slot slot) {
    return slot.info->index + (slot.member < 0 ? 0 : (size_t)slot.member);
}

struct parameter_slot parameter_slot_of(size_t index) {
    struct parameter_slot slot = {NULL, -1};
    for (size_t p = 0; p < parameter_count; p++) {
        const struct parameter_info *info = &parameter_table[p];
        size_t count = info->family == FAMILY_NONE ? 1 : MEMBERS_MAX;
        if (index >= info->index && index < info->index + count) {
            slot.info = info;
            slot.member = info->family == FAMILY_NONE ? -1 : (int)(index - info->index);
            break;
        }
    }
    return slot;
}

char *parameter_path(const struct members members[FAMILY_COUNT], struct parameter_slot slot,
                     char path[PARAMETER_PATH_SIZE]) {
    const struct parameter_info *info = slot.info;
    if (slot.member < 0)
        snprintf(path, PARAMETER_PATH_SIZE, "%s.%s", info->group, info->name);
    else
        snprintf(path, PARAMETER_PATH_SIZE, "%s.%s.%s", info->group, members[info->family].name[slot.member],
                 info->name);
    return path;
}

/* The family that is called by this path, or FAMILY_NONE. */
static enum family family_find(const char *path) {
    for (int family = 0; family < FAMILY_COUNT; family++)
        if (strcmp(family_table[family].path, path) == 0)
            return (enum family)family;
    return FAMILY_NONE;
}

/* A path in its dot-separated parts, at most three. Returns how many there are, 0 when there are more or one is too
 * long. */
enum { PARTS_MAX = 3, PART_SIZE = 64 };
static int split_path(const char *path, char part[PARTS_MAX][PART_SIZE]) {
    for (int count = 0; count < PARTS_MAX; count++) {
        size_t length = strcspn(path, ".");
        if (length >= PART_SIZE)
            return 0;
        memcpy(part[count], path, length);
        part[count][length] = '\0';
        if (path[length] == '\0')
            return count + 1;
        path += length + 1;
    }
    return 0;
}

int parameter_slots(const struct members members[FAMILY_COUNT], const char *path, struct parameter_slot *slots) {
    char part[PARTS_MAX][PART_SIZE];
    int parts = split_path(path, part);
    const struct parameter_info *info = parts < 2 ? NULL : parameter_find(part[0], part[parts - 1]);
    if (info == NULL || (info->family == FAMILY_NONE) != (parts == 2))
        return 0;
    if (parts == 2) {
        slots[0] = (struct parameter_slot){info, -1};
        return 1;
    }
    const struct members *family = &members[info->family];
    if (strcmp(part[1], "*") == 0) {
        for (int i = 0; i < family->count; i++)
            slots[i] = (struct parameter_slot){info, i};
        return family->count;
    }
    int member = member_find(family, part[1]);
    slots[0] = (struct parameter_slot){info, member};
    return member >= 0;
}

int parameter_is_group(const struct members members[FAMILY_COUNT], const char *prefix) {
    char part[PARTS_MAX][PART_SIZE];
    int parts = split_path(prefix, part);
    if (parts == 2) {
        enum family family = family_find(part[0]);
        return family != FAMILY_NONE && (strcmp(part[1], "*") == 0 || member_find(&members[family], part[1]) >= 0);
    }
    for (size_t p = 0; parts == 1 && p < parameter_count; p++)
        if (strcmp(parameter_table[p].group, prefix) == 0)
            return 1;
    return 0;
}

/* Appends "a, b, c". */
static void list_members(const struct members *members, char *text, size_t size) {
    size_t used = 0;
    for (int i = 0; i < members->count && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", i == 0 ? "" : ", ", members->name[i]);
}

/* Offers every path, with a star too where one is wanted, and every group that a path may begin with. */
static void offer_paths(const struct members members[FAMILY_COUNT], struct nearest_name *search) {
    char path[PARAMETER_PATH_SIZE];
    for (size_t p = 0; p < parameter_count; p++) {
        const struct parameter_info *info = &parameter_table[p];
        if (p == 0 || strcmp(info->group, parameter_table[p - 1].group) != 0)
            nearest_name_offer(search, info->group);
        for (int i = 0; i < slots_of(members, info); i++)
            nearest_name_offer(
                search,
                parameter_path(members, (struct parameter_slot){info, info->family == FAMILY_NONE ? -1 : i}, path));
    }
    for (size_t p = 0; p < parameter_count && strstr(search->wanted, ".*.") != NULL; p++)
        if (parameter_table[p].family != FAMILY_NONE) {
            snprintf(path, sizeof path, "%s.*.%s", parameter_table[p].group, parameter_table[p].name);
            nearest_name_offer(search, path);
        }
    for (int family = 0; family < FAMILY_COUNT; family++)
        for (int i = 0; i < members[family].count; i++) {
            snprintf(path, sizeof path, "%s.%s", family_table[family].path, members[family].name[i]);
            nearest_name_offer(search, path);
        }
}

/* A path without a member, for "customers.lockin": the star takes the place of what is missing. */
static void offer_without_member(struct nearest_name *search) {
    char path[PARAMETER_PATH_SIZE];
    for (size_t p = 0; p < parameter_count; p++) {
        const struct parameter_info *info = &parameter_table[p];
        size_t before = search->distance;
        if (info->family == FAMILY_NONE)
            continue;
        snprintf(path, sizeof path, "%s.%s", info->group, info->name);
        nearest_name_offer(search, path);
        if (search->distance < before)
            snprintf(search->best, sizeof search->best, "%s.*.%s", info->group, info->name);
    }
}

/* A path whose last part is a parameter's name: the first such parameter, for "network_exponent" alone. */
static void offer_by_last_part(const struct members members[FAMILY_COUNT], const char *path,
                               struct nearest_name *search) {
    const char *dot = strrchr(path, '.');
    const char *last = dot == NULL ? path : dot + 1;
    for (size_t p = 0; p < parameter_count && search->best[0] == '\0'; p++) {
        int member = parameter_table[p].family == FAMILY_NONE ? -1 : 0;
        if (strcmp(parameter_table[p].name, last) == 0)
            parameter_path(members, (struct parameter_slot){&parameter_table[p], member}, search->best);
    }
}

char *parameter_explain(const struct members members[FAMILY_COUNT], const char *path, char *text, size_t size) {
    char part[PARTS_MAX][PART_SIZE], hint[NAME_SIZE_MAX + 32], list[MEMBERS_MAX * (MEMBER_NAME_SIZE + 2)];
    struct nearest_name search;
    int parts = split_path(path, part);
    const struct parameter_info *info = parts < 2 ? NULL : parameter_find(part[0], part[parts - 1]);
    if (info != NULL && info->family != FAMILY_NONE && parts == 2) {
        snprintf(text, size, "has one value per member: write `%s.%s.%s`, or `%s.*.%s` for all", part[0],
                 members[info->family].name[0], part[1], part[0], part[1]);
        return text;
    }
    if (info != NULL && info->family != FAMILY_NONE) {
        nearest_name_open(&search, part[1]);
        for (int i = 0; i < members[info->family].count; i++)
            nearest_name_offer(&search, members[info->family].name[i]);
        list_members(&members[info->family], list, sizeof list);
        snprintf(text, size, "no member `%s` in %s (%s)%s", part[1], part[0], list,
                 nearest_name_hint(&search, hint, sizeof hint));
        return text;
    }
    if (parameter_is_group(members, path)) {
        snprintf(text, size, "is a group of parameters, not one of them");
        return text;
    }
    nearest_name_open(&search, path);
    offer_paths(members, &search);
    offer_without_member(&search);
    offer_by_last_part(members, path, &search);
    snprintf(text, size, "no such parameter%s", nearest_name_hint(&search, hint, sizeof hint));
    return text;
}

int parameter_option_count(const struct parameter_info *info) {
    int count = info->options[0] != '\0';
    for (const char *c = info->options; *c != '\0'; c++)
        count += *c == '|';
    return count;
}

/* The word at a place of "first|second" and its length. */
static const char *option_word(const struct parameter_info *info, int place, size_t *length) {
    const char *word = info->options;
    for (int i = 0; i < place; i++)
        word += strcspn(word, "|") + 1;
    *length = strcspn(word, "|");
    return word;
}

int parameter_option(const struct parameter_info *info, const char *word) {
    for (int i = 0; i < parameter_option_count(info); i++) {
        size_t length;
        const char *option = option_word(info, i, &length);
        if (strlen(word) == length && memcmp(word, option, length) == 0)
            return i;
    }
    return -1;
}

int parameter_options(const struct parameter_info *info, char text[PARAMETER_OPTIONS_SIZE],
                      const char *words[MEMBERS_MAX]) {
    int count = 0;
    snprintf(text, PARAMETER_OPTIONS_SIZE, "%s", info->options);
    for (char *word = text; word != NULL && count < MEMBERS_MAX; count++) {
        char *bar = strchr(word, '|');
        words[count] = word;
        if (bar != NULL)
            *bar++ = '\0';
        word = bar;
    }
    return count;
}

char *parameter_range(const struct parameter_info *info, char text[PARAMETER_RANGE_SIZE]) {
    size_t used = 0;
    switch (info->kind) {
    case KIND_SWITCH:
        snprintf(text, PARAMETER_RANGE_SIZE, "on or off");
        break;
    case KIND_CHOICE:
        text[0] = '\0';
        for (int i = 0, count = parameter_option_count(info); i < count && used < PARAMETER_RANGE_SIZE; i++) {
            size_t length;
            const char *word = option_word(info, i, &length);
            const char *between = i == 0 ? "" : i == count - 1 ? " or " : ", ";
            used += (size_t)snprintf(text + used, PARAMETER_RANGE_SIZE - used, "%s%.*s", between, (int)length, word);
        }
        break;
    default:
        number_range(&(struct number_rule){info->min, info->max, info->unit, 0}, text);
    }
    return text;
}

int parameter_check(const struct parameter_info *info, double value, struct failure *failure) {
    char range[PARAMETER_RANGE_SIZE];
    if (info->kind == KIND_REAL)
        return number_check(&(struct number_rule){info->min, info->max, info->unit, 0}, value, failure);
    double last = info->kind == KIND_SWITCH ? 1 : parameter_option_count(info) - 1;
    if (!(value >= 0 && value <= last && floor(value) == value))
        return fail(failure, MATTHEW_BAD_SCENARIO, "expected %s", parameter_range(info, range));
    return MATTHEW_OK;
}

int parameter_parse(const struct parameter_info *info, const char *text, double *value, struct failure *failure) {
    char range[PARAMETER_RANGE_SIZE], found[EXCERPT_SIZE];
    int place = -1;
    if (info->kind == KIND_REAL)
        return number_read(&(struct number_rule){info->min, info->max, info->unit, 0}, text, value, failure);
    if (info->kind == KIND_CHOICE)
        place = parameter_option(info, text);
    else if (strcmp(text, "on") == 0 || strcmp(text, "true") == 0)
        place = 1;
    else if (strcmp(text, "off") == 0 || strcmp(text, "false") == 0)
        place = 0;
    if (place < 0)
        return fail(failure, MATTHEW_BAD_SCENARIO, "expected %s, found `%s`", parameter_range(info, range),
                    text_excerpt(text, found));
    *value = place;
    return MATTHEW_OK;
}

char *parameter_print(const struct parameter_info *info, double value, char text[PARAMETER_TEXT_SIZE]) {
    char number[NUMBER_SIZE];
    size_t length;
    if (info->kind == KIND_SWITCH) {
        snprintf(text, PARAMETER_TEXT_SIZE, "%s", value != 0 ? "on" : "off");
    } else if (info->kind == KIND_CHOICE && value >= 0 && value < parameter_option_count(info)) {
        const char *word = option_word(info, (int)value, &length);
        snprintf(text, PARAMETER_TEXT_SIZE, "%.*s", (int)length, word);
    } else {
        snprintf(text, PARAMETER_TEXT_SIZE, "%s", number_print(value, number));
    }
    return text;
}
