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
    const char *group, *name;    /* path is group.name, or group.MEMBER.name for a family's member */
    enum parameter_kind kind;
    enum family family;          /* FAMILY_NONE for scalars */
    size_t index;                /* position of the (first) value when struct parameters is read as doubles */
    double default_value[MEMBERS_MAX]; /* per built-in member; [0] for scalars */
    double min, max, plausible_min, plausible_max;
    enum parameter_when when;
    const char *options;         /* CHOICE: "first|second" */
    const char *unit, *description, *source;
};

extern const struct parameter_info parameter_table[];
extern const size_t parameter_count;

#endif
