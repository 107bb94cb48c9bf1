/* Reads the points of a list from a table of their own, a CSV file. Thread rule: one thread. */
#ifndef MATTHEW_STUDY_SWEEP_POINTS_H
#define MATTHEW_STUDY_SWEEP_POINTS_H

#include "study/sweep.h"

/* design: {list: FILE.csv}, from the folder of the sweep's file `path`. Does nothing for other designs. Errors: those
 * of document_read_table. */
int sweep_read_points(struct sweep *sweep, const char *path, struct failure *failure);

/* The same from the text that a result file holds; null when it holds none. */
int sweep_read_points_text(struct sweep *sweep, const char *name, const char *text, struct failure *failure);

#endif
