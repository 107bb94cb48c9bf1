/* Outcomes of named firms: a column of one firm, or its share in the sum over all firms. Thread rule: any; a column is
 * read while an observer may read the world. Cost of a share: one pass over the firms. */
#ifndef MATTHEW_STUDY_SWEEP_COLUMNS_H
#define MATTHEW_STUDY_SWEEP_COLUMNS_H

#include "agents/world.h"
#include "study/sweep.h"

/* firm: NAME, column: X, and perhaps member: M and share: true or false, into an outcome of a sweep whose base is
 * known. */
int sweep_read_column(const struct sweep *sweep, struct outcome *outcome, const struct node *spec,
                      struct failure *failure);

/* The column and the member alone; also for other outcomes of columns. */
int sweep_read_field(const struct sweep *sweep, struct outcome *outcome, const struct node *spec,
                     struct failure *failure);

/* The name of the member; "" where they are added up. */
const char *sweep_column_member(const struct sweep *sweep, const struct outcome *outcome);

/* The value of this month; NaN once the firm is gone, and for a share in nothing. */
double sweep_column_value(const struct outcome *outcome, const struct world *world);

/* Words of the file: "customer accounts of OpenAI, share of all firms". Returns text. */
enum { SWEEP_COLUMN_SIZE = 400 };
char *sweep_column_text(const struct sweep *sweep, const struct outcome *outcome, char text[SWEEP_COLUMN_SIZE]);
const char *sweep_column_unit(const struct outcome *outcome);

/* Words that tell one outcome from another: "firm OpenAI accounts.consumer share". Returns text. */
char *sweep_column_key(const struct sweep *sweep, const struct outcome *outcome, char text[SWEEP_COLUMN_SIZE]);

#endif
