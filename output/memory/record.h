/* The history of a race kept in memory: the variables of a file (output/history/variables.h) with the same names, axes,
 * types and values, bit for bit.
 *
 * Firms of a month are kept side by side, by rising id, and are spread over the axis of firms when a variable is read:
 * memory follows living firms. Owns its months; borrows the world and its scenario. Thread rule: one caller at a time;
 * tasks of the observer run in parallel. Cost: a third of a ns for each byte to copy; one allocation a month. */
#ifndef MATTHEW_OUTPUT_MEMORY_RECORD_H
#define MATTHEW_OUTPUT_MEMORY_RECORD_H

#include "core/text.h"
#include "measure/gauge.h"
#include "output/history/variables.h"
#include "parallel/observer.h"

enum { RECORD_RANK_MAX = 3 };

struct record_shape {
    enum netcdf_type type;
    int rank;
    const char *axis[RECORD_RANK_MAX]; /* names; they live as long as the program */
    size_t length[RECORD_RANK_MAX];
    size_t bytes; /* of all values; a text is a const char * */
};

struct record;

/* A record of a race that stands at month 0, of what `what` names (history_options.record), every so many months;
 * `single` keeps fractions as floats. The gauge is the race's, an observer before this one. *record is null after a
 * failure: NOT_FOUND, BAD_ARGUMENT, NO_MEMORY. */
int record_open(struct record **record, const struct world *world, const char *what, long every, int single,
                struct gauge *gauge, struct failure *failure);
void record_free(struct record *record); /* null is legal */

/* What the race calls. Valid until record_free. */
struct observer record_observer(struct record *record);

/* The name of a variable; null when there are not so many. */
const char *record_name(const struct record *record, size_t variable);
/* The place of a name, or the number of variables. */
size_t record_find(const struct record *record, const char *name);
void record_shape(const struct record *record, size_t variable, struct record_shape *shape);
/* Fills in the values, the last axis running fastest. Those of the register are those of now. */
void record_read(const struct record *record, size_t variable, void *values);

/* All but the values, as a JSON object: "attributes" of the whole; "variables", a list of objects with name, type
 * ("double", "float", "int64", "int8", "text"), dims, shape, attrs, and meanings where it holds codes 0, 1, ... */
void record_describe(const struct record *record, struct text *text);

#endif
