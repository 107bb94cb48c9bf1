/* The parameters as paths with the built-in members: what users list, complete and set. */
#ifndef MATTHEW_PROGRAM_PATHS_H
#define MATTHEW_PROGRAM_PATHS_H

#include "core/parameters.h"

/* One parameter of one built-in member. */
struct path {
    char text[PARAMETER_PATH_SIZE];
    const struct parameter_info *info;
    double default_value;
};

size_t path_count(void);
/* The path at a position below the count, in the order of the table. */
struct path path_at(size_t position);

#endif
