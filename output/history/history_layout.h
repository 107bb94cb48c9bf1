/* What a history records, and in which shape: decided from the scenario and the options alone, before anything is
 * computed.
 *
 * Pure functions over plain data; no HDF5. */
#ifndef MATTHEW_OUTPUT_HISTORY_HISTORY_LAYOUT_H
#define MATTHEW_OUTPUT_HISTORY_HISTORY_LAYOUT_H

#include "core/scenario.h"
#include "measure/indicators.h"
#include "output/file/netcdf.h"

enum {
    CHUNK_VALUES = 16384, /* of a firm column */
    CHUNK_ROWS = 64,      /* the most months in one */
    SERIES_MAX = FIELD_COUNT * MEMBERS_MAX
};

/* One member of one recorded column: what a chunk holds a piece of. */
struct series {
    enum field field;
    int member;
    enum netcdf_type type;
    size_t size;   /* bytes of a value in the file */
    size_t offset; /* where it begins among the series of a slab, in values of one byte for each row and firm */
    double empty;  /* what stands outside a life in the file */
};

struct history_layout {
    unsigned char column[FIELD_COUNT], indicator[INDICATOR_COUNT], member[MEMBER_INDICATOR_COUNT];
    int columns, indicators; /* how many; members of a column count once */
    int events;
    int books;                        /* whether payments or balances are recorded */
    struct series series[SERIES_MAX]; /* by field, then member */
    size_t series_count;
    size_t firm_bytes;  /* of all series, for one firm and month */
    size_t rows, firms; /* months and firms of a chunk */
    long records;       /* months that a whole run records */
};

/* Reads options->record: NOT_FOUND, with the nearest name, or BAD_ARGUMENT. */
int layout_choose(struct history_layout *layout, const char *record, struct failure *failure);

/* Series and the shape of chunks: 64 x 256, 32 x 512, ... 1 x 16,384 months x firms, the first with which an open slab
 * of twice the initial firms, however many there were before, stays under 256 MiB. */
void layout_shape(struct history_layout *layout, const struct scenario *scenario, long every, int single);

/* 1 when month is recorded. */
int layout_records(const struct scenario *scenario, long every, long month);

/* Bytes that a file takes at the least: those of the initial firms, packed as well as it ever happens. Entrants come on
 * top, and nobody knows how many: the file of a race with much entry is several times as large. */
double layout_least_bytes(const struct history_layout *layout, const struct scenario *scenario);

#endif
