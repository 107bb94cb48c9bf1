/* The register of all firms ever as a table, by register.def: for files and whoever reads them.
 *
 * Owns nothing: rows are those of struct firm_register (agents/firms.h). Thread rule: tables are constant; rows are
 * read between phases. */
#ifndef MATTHEW_AGENTS_REGISTER_H
#define MATTHEW_AGENTS_REGISTER_H

#include "agents/world.h"

enum register_column {
#define REGISTER_ENTRY(key, ...) REGISTER_##key,
#define REGISTER_EXIT(key, ...) REGISTER_##key,
#define REGISTER_MADE(key, ...) REGISTER_##key,
#include "agents/register.def"
    REGISTER_COLUMNS
};

enum register_type { REGISTER_FLOAT, REGISTER_INT64, REGISTER_INT8, REGISTER_TEXT };
enum register_codes { CODES_NONE, CODES_EXIT, CODES_STRATEGY, CODES_REGION };
enum register_known { KNOWN_ENTRY, KNOWN_EXIT, KNOWN_ALWAYS };

struct register_info {
    const char *key, *name, *unit, *description;
    enum register_type type;
    enum register_codes codes;
    enum register_known known;
    double living; /* of a firm that is there, where known is KNOWN_EXIT */
};

extern const struct register_info register_table[REGISTER_COLUMNS];

/* Why firms leave, by enum exit_reason. */
enum { EXIT_REASONS = EXIT_ACQUIRED + 1 };
extern const char *const exit_reason_names[EXIT_REASONS];

/* The words of a column's codes 0, 1, ... into names; returns how many, 0 where the column holds no codes. */
int register_words(enum register_column column, const struct scenario *scenario, const char *names[MEMBERS_MAX]);

/* What a row has in a column of numbers; NaN where there is none. Whole numbers are exact. */
double register_value(const struct world *world, const struct register_row *row, enum register_column column);

/* Puts a value of a file back: NaN becomes 0, as a race has it; columns that are made from others are left out. 0 when
 * a whole number is expected and the value is none from -1 to 2^31 - 1. */
int register_put(struct register_row *row, enum register_column column, double value);

#endif
