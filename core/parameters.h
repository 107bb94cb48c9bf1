/* The parameter table and one set of values.
 *
 * parameters.def declares every parameter once; from it come this struct, the YAML and --set reader, range checks, the
 * listing of `matthew parameters`, the /parameters group of result files, shell completion and the reference page.
 * Struct members are named group_name; a family's member has one value per member. Units are those of the table.
 * Thread rule: a struct parameters is plain data; the tables are constant. */
#ifndef MATTHEW_CORE_PARAMETERS_H
#define MATTHEW_CORE_PARAMETERS_H

#include <stddef.h>

#include "core/status.h"

enum { MEMBERS_MAX = 8, MEMBER_NAME_SIZE = 32 };

enum family {
#define FAMILY(id, path, dimension, members) FAMILY_##id,
#include "core/families.def"
#undef FAMILY
    FAMILY_COUNT,
    FAMILY_NONE = FAMILY_COUNT
};

/* The family behind the first part of a path: FAMILY_OF_customers. */
enum {
#define FAMILY(id, path, dimension, members) FAMILY_OF_##path = FAMILY_##id,
#include "core/families.def"
#undef FAMILY
};

/* One line of families.def. */
struct family_info {
    const char *path, *dimension;
    int builtin_count;
    const char *builtin[MEMBERS_MAX];
};

extern const struct family_info family_table[FAMILY_COUNT];

/* The members of a family in a scenario, in order. */
struct members {
    int count;
    char name[MEMBERS_MAX][MEMBER_NAME_SIZE];
};

struct parameters {
#define REAL(group, name, ...) double group##_##name;
#define SWITCH(group, name, ...) double group##_##name;
#define CHOICE(group, name, ...) double group##_##name;
#define MEMBER(family, name, ...) double family##_##name[MEMBERS_MAX];
#include "core/parameters.def"
#undef REAL
#undef SWITCH
#undef CHOICE
#undef MEMBER
};

enum parameter_kind { KIND_REAL, KIND_SWITCH, KIND_CHOICE };
enum parameter_when { WHEN_START, WHEN_ANY };

/* One line of the table. */
struct parameter_info {
    const char *group, *name; /* path is group.name, or group.MEMBER.name for a family's member */
    enum parameter_kind kind;
    enum family family;                /* FAMILY_NONE for scalars */
    size_t index;                      /* position of the (first) value when struct parameters is read as doubles */
    double default_value[MEMBERS_MAX]; /* per built-in member; [0] for scalars */
    double min, max, plausible_min, plausible_max; /* of a SWITCH 0 and 1; of a CHOICE see parameter_option_count */
    enum parameter_when when;
    const char *options; /* CHOICE: "first|second" */
    const char *unit, *description, *source;
};

extern const struct parameter_info parameter_table[];
extern const size_t parameter_count;

/* How many doubles struct parameters holds. */
enum {
    PARAMETER_VALUES = sizeof(struct parameters) / sizeof(double),
    PARAMETER_PATH_SIZE = 128,
    PARAMETER_TEXT_SIZE = 64
};

/* One value of a scenario: a line of the table and, for a family, which member; -1 for scalars. */
struct parameter_slot {
    const struct parameter_info *info;
    int member;
};

/* The built-in members of every family, and the table's defaults for them; places of absent members are 0. */
void members_builtin(struct members members[FAMILY_COUNT]);
void parameters_builtin(struct parameters *parameters);

/* The position of a member in its family, or -1. */
int member_find(const struct members *members, const char *name);

/* All values as an array of PARAMETER_VALUES doubles. */
double *parameter_values(struct parameters *parameters);
const double *parameter_values_const(const struct parameters *parameters);

/* The line with this group and name, or null. Cost: one pass over the table. */
const struct parameter_info *parameter_find(const char *group, const char *name);

/* Listing: the values that a scenario with these members has, in the order of the table, each family's members in
 * theirs; parameter_slot_at answers for position 0 .. parameter_slot_count - 1. */
size_t parameter_slot_count(const struct members members[FAMILY_COUNT]);
struct parameter_slot parameter_slot_at(const struct members members[FAMILY_COUNT], size_t position);

/* Where a slot's value is among parameter_values, and the slot of a place there. */
size_t parameter_slot_index(struct parameter_slot slot);
struct parameter_slot parameter_slot_of(size_t index);

/* "capital.pool", "customers.consumer.network_exponent". Returns path. */
char *parameter_path(const struct members members[FAMILY_COUNT], struct parameter_slot slot,
                     char path[PARAMETER_PATH_SIZE]);

/* All slots that a path names: one, or with `*` for the member (customers.*.network_exponent) one for each member.
 * Returns how many of slots[MEMBERS_MAX] were filled; 0 when there is no such parameter. */
int parameter_slots(const struct members members[FAMILY_COUNT], const char *path, struct parameter_slot *slots);

/* 1 when some path begins with prefix and a dot ("capital", "customers.consumer", "customers.*"). */
int parameter_is_group(const struct members members[FAMILY_COUNT], const char *prefix);

/* Why a path names no parameter, with the nearest that exists: "no such parameter; did you mean `capital.pool`?".
 * Returns text. */
char *parameter_explain(const struct members members[FAMILY_COUNT], const char *path, char *text, size_t size);

/* How many words a CHOICE has (its values are 0 .. count - 1), and the place of a word, or -1. */
int parameter_option_count(const struct parameter_info *info);
int parameter_option(const struct parameter_info *info, const char *word);

/* The words of a CHOICE, cut out of "first|second" into text; returns how many. */
enum { PARAMETER_OPTIONS_SIZE = 256 };
int parameter_options(const struct parameter_info *info, char text[PARAMETER_OPTIONS_SIZE],
                      const char *words[MEMBERS_MAX]);

/* What may be written: "allowed range [0, 1] 1/month", "on or off", "own or mean". Returns text. */
enum { PARAMETER_RANGE_SIZE = 256 };
char *parameter_range(const struct parameter_info *info, char text[PARAMETER_RANGE_SIZE]);

/* A value against validity: in [min, max]; a SWITCH 0 or 1; a CHOICE one of its words. The failure (BAD_SCENARIO)
 * does not name the parameter: its caller knows by which name the user called it. */
int parameter_check(const struct parameter_info *info, double value, struct failure *failure);

/* Text as a value: a number in full, on/off/true/false, or one of the words; and checked. *value is written on success.
 */
int parameter_parse(const struct parameter_info *info, const char *text, double *value, struct failure *failure);

/* A value as the text that parameter_parse reads back to the same bits. Returns text. */
char *parameter_print(const struct parameter_info *info, double value, char text[PARAMETER_TEXT_SIZE]);

#endif
