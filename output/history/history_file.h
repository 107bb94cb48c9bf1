/* The inside of a history: shared by the files history*.c alone. Functions that call HDF5 enter the gate by themselves,
 * around groups of calls, save history_define, history_put_run_info, history_tables_define and events_read. */
#ifndef MATTHEW_OUTPUT_HISTORY_HISTORY_FILE_H
#define MATTHEW_OUTPUT_HISTORY_HISTORY_FILE_H

#include <stdatomic.h>
#include <time.h>

#include "agents/events.h"
#include "agents/register.h"
#include "output/codec/codec.h"
#include "output/file/file_driver.h"
#include "output/file/hdf5_gate.h"
#include "output/history/history.h"
#include "output/history/history_layout.h"
#include "output/history/living.h"
#include "output/history/variables.h"
#include "parallel/observers.h"
#include "output/file/reason.h"

/* Rows of events that wait for a full chunk. */
enum { EVENT_ROWS = CHUNK_VALUES, REGISTER_ROWS = 4096 };

struct events_table {
    hid_t column[EVENT_COLUMNS];
    struct event *rows; /* of the chunk that is being filled: room for EVENT_ROWS */
    void *values;       /* room for EVENT_ROWS values of one column */
    size_t waiting;     /* rows of the chunk that is being filled */
    hsize_t full;       /* rows in chunks before it */
};

struct register_table {
    hid_t column[REGISTER_COLUMNS];
    size_t written;  /* rows in the file */
    int64_t *buffer; /* REGISTER_ROWS values of any column */
};

/* Who lives in a month of the slab, by rising id. */
struct firms_of_month {
    uint32_t *id;
    size_t count, room;
};

/* The months since the last commit. Part p holds the firms p BLOCK, p BLOCK + 1, ... of those who live in a month,
 * series by series, month by month: memory follows living firms, however many there were before. Values go to the ids
 * of their firms when a chunk is compressed. Where a slab is one month there are no parts: values come from the world.
 */
struct slab {
    unsigned char **part;
    size_t parts, capacity;
    size_t rows;
    int64_t month[CHUNK_ROWS];
    struct firms_of_month firms[CHUNK_ROWS];
    struct indicators *indicators; /* CHUNK_ROWS */
    size_t *across;                /* the first ids of the chunks in which somebody lives, of a slab that is written */
    size_t across_count, across_room;
};

/* Some of a slab's chunks, compressed: begin to end in canonical order. */
struct chunk_round {
    unsigned char *arena; /* room for `room` compressed chunks */
    size_t *size;         /* 0: the chunk is empty and stays unwritten */
    size_t begin, end;
};

/* Chunks on their way into the file: room by the threads of the run and the chunks of a slab, whichever is less. A
 * round of at most `room` of the slab's chunks is compressed by tasks that take them one by one, while one more task
 * writes the round before, in order. */
struct pipeline {
    struct codec *codec; /* one for each task */
    unsigned char **raw; /* room for a chunk's values, one for each task */
    size_t codecs;
    size_t room, bound, total; /* chunks of a round, bytes of a compressed chunk, chunks of the slab */
    struct chunk_round round[2];
    struct chunk_round *open, *full; /* being compressed; compressed and not yet written, empty when begin == end */
    atomic_size_t next;
};

/* One commit, as far as it must be known to be made again: what there was by then, and a check of what was written. */
struct commit {
    uint64_t rows, events, firms; /* months, rows of events, firms ever */
    uint64_t check;
};

enum history_phase { PHASE_IDLE, PHASE_COPY, PHASE_COMPRESS };

struct history {
    const struct scenario *scenario;
    char reason[REASON_SIZE]; /* why netcdf.broken */
    char *path, *part, *command, *record;
    char *earlier; /* null when no earlier file is taken up again */
    long earlier_months;
    long every;
    int reproducible, force, single;
    struct history_layout layout;

    struct file_driver driver;
    struct netcdf netcdf;
    struct axes axes;
    hid_t date, column[FIELD_COUNT], indicator[INDICATOR_COUNT], member[MEMBER_INDICATOR_COUNT];
    struct events_table events;
    struct register_table reg;

    struct slab slab;
    struct pipeline pipeline;
    struct gauge *gauge;              /* that of the race, or own_gauge */
    struct gauge own_gauge;           /* in use where the race has none */
    struct observers with_gauge;      /* own_gauge and the history */
    long seen;                        /* the next month to see */
    const double *source[SERIES_MAX]; /* of this month's columns */
    struct living living;
    size_t firms;           /* on the axis */
    size_t committed;       /* months in the file */
    struct commit *commits; /* one for each so far, room for all */
    size_t commit_count, commit_room;
    uint32_t check;     /* of the events, chunks and rows since the last commit */
    int64_t last_month; /* committed, -1 before the first */
    enum history_phase phase;

    int hold; /* a failure leaves the file as of its last commit */
    int threads;
    struct timespec began;
    struct failure failure; /* the first: after it nothing more is written */
};

/* history_define.c: what is made before the first month, and at the end. */
void history_define(struct history *history, const char *scenario_yaml, const char *warnings);
void history_put_run_info(struct history *history);

/* history_tables.c. Buffers are freed by history_tables_free. */
int history_tables_init(struct history *history, struct failure *failure);
void history_tables_free(struct history *history);
void history_tables_define(struct history *history);
void events_append(struct history *history, const struct events *events);
void events_commit(struct history *history);
void register_commit(struct history *history, const struct world *world, size_t rows);

/* history_months.c: the open slab. slab_open_month finds who lives in the month to come, slab_copy is a task of taking
 * its values, slab_fill_chunk makes a chunk of what was taken: outside a life and in missing months it is empty. */
size_t chunks_across(const struct history *history, size_t firms);
int slab_open_month(struct history *history, const struct world *world, struct failure *failure);
size_t slab_copy_tasks(const struct history *history);
void slab_copy(struct history *history, size_t block);
int slab_find_chunks(struct history *history, const struct world *world, struct failure *failure);
void slab_fill_chunk(const struct history *history, const struct series *series, size_t first, unsigned char *raw);
void slab_free(struct history *history);
/* Room for so many living firms in the slab, and in the list of a month. */
int slab_grow(struct history *history, size_t firms, struct failure *failure);
int firms_of_month_reserve(struct firms_of_month *firms, size_t count, struct failure *failure);
/* Where the values of a series begin in a part, for a month of the slab. */
unsigned char *slab_at(const struct history *history, const struct series *series, size_t part, size_t row);

/* history_slab.c: the observer and the way of a month into the file. slab_rows is the number of months after which a
 * slab is written: begin opens the first round of chunks, turn_round the next one, write_round writes the round before,
 * and commit ends it, with that many rows of the register as they are by then. */
int history_slab_init(struct history *history, struct failure *failure);
void history_slab_free(struct history *history);
size_t slab_rows(const struct history *history);
int slab_begin(struct history *history, const struct world *world, size_t firms, struct failure *failure);
void turn_round(struct pipeline *pipeline);
int has_chunks(const struct chunk_round *round);
void write_round(struct history *history);
int slab_commit(struct history *history, const struct world *world, size_t firms, struct failure *failure);

/* Where a chunk of the slab lies in its dataset; returns its series. */
const struct series *chunk_place(const struct history *history, size_t chunk, hsize_t at[3]);

/* Rows from..from+count of the events in a file whose columns these are. 1 when they could be read. */
int events_read(const struct events_table *table, hsize_t from, size_t count, struct event *list);

/* history_failure.c. Brings what HDF5 holds back into the file, all of it or, on a full disk, nothing. */
void history_flush(struct history *history);
/* MATTHEW_OK, or the first failure of the file as WRITE_FAILED; it stays. */
int history_status(struct history *history, struct failure *failure);
/* Keeps HDF5's reason when this thread has broken the file. */
void history_keep_reason(struct history *history);
/* Leaves the gate, with the reason kept: the next group of calls forgets it. */
void history_leave(struct history *history);

#endif
