/* What a history file says about itself, and a digest of its content.
 *
 * Reads files of any origin: one that is not HDF5, is cut short or lacks what a history has gives a failure in one
 * line. Changes nothing. Thread rule: any; who else uses HDF5 waits meanwhile. Cost: facts, a few ms;
 * the digest reads everything, about 400 MB/s of values. */
#ifndef MATTHEW_OUTPUT_INFO_H
#define MATTHEW_OUTPUT_INFO_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

struct history_facts {
    char title[256], scenario[128], status[32],
        start[16];                                 /* status: complete, interrupted, running; start: 2024-01-01 */
    char version[64], revision[64], compiler[128]; /* version: matthew 0.1.0 */
    char precision[8];                             /* double, single, or "" without columns */
    int64_t seed;
    long months_recorded; /* committed rows of the month dimension */
    long last_month;      /* the last month recorded, -1 when there is none */
    long firms_ever;      /* on the axis */
    long events;
    int columns, indicators;
    char *named;    /* named firms, and what became of those that left, separated by ", " */
    char *recorded; /* names of columns and indicators, separated by ", " */
    double bytes;   /* size of the file */
};

/* history_facts_free is legal after a failure and twice. */
int history_describe(const char *path, struct history_facts *facts, struct failure *failure);
void history_facts_free(struct history_facts *facts);

/* A 128-bit digest in hexadecimal digits of names, dimensions, attributes and values, whatever the chunks, the
 * compression and the layout of the file. Leaves out /run_info and what names the build (version, revision, sources,
 * compiler, flags, libraries), so that equal results have equal digests. */
enum { HISTORY_DIGEST_SIZE = 33 };
int history_digest(const char *path, char digest[HISTORY_DIGEST_SIZE], struct failure *failure);

#endif
