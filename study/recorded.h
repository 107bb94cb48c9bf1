/* A recorded race, read back month by month as if it went on: what an observer of the race saw.
 *
 * The file must hold every month and the columns that are asked for; a failure names those that are missing. Reads some
 * months at a time (at most about 64 MiB). Thread rule: different races in any threads. */
#ifndef MATTHEW_STUDY_RECORDED_H
#define MATTHEW_STUDY_RECORDED_H

#include "agents/world.h"

struct recorded {
    struct scenario scenario;
    struct world world; /* of the month that was read last: its firms by id (the columns asked for), parameters of the
                           start, the register of the end */
    long last;          /* the last month of the file */
    struct recorded_file *file;
};

/* Opens a history and reads its scenario and register. Errors: NOT_FOUND, READ_FAILED (no history, cut short),
 * BAD_ARGUMENT (columns or months are missing), NO_MEMORY. recorded_close is legal after a failure and twice. */
int recorded_open(struct recorded *recorded, const char *path, const enum field *fields, size_t field_count,
                  struct failure *failure);
void recorded_close(struct recorded *recorded);

/* Makes world that of a month; months in order. */
int recorded_month(struct recorded *recorded, long month, struct failure *failure);

#endif
