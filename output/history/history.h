/* The result file of a run: an HDF5 file that is also valid netCDF-4, written while the run goes on.
 *
 * Dimensions: month (what was recorded: 0, every K-th, the last), firm (every firm that ever was, by its id), segment,
 * tier, region, strategy, event. Firm columns are [month, firm] or [month, member, firm]: the member axis stands in the
 * middle so that every chunk, member by member, is 64 months x 256 firms of one column (or a flatter shape, see
 * history_layout.h). Chunks in which nobody lives are never written. Names of firm columns are those of fields.def.
 * Indicators are [month], event_* [event], columns of the register [firm], whatever is recorded; /parameters has a
 * scalar for each parameter, /scenario the resolved text, /run_info what differs between runs of the same inputs (left
 * out with `reproducible`). Outside a firm's life columns are NaN, whole numbers too: these are doubles. Codes are -1.
 *
 * Writes PATH.part and renames it to PATH at the end; months committed so far are readable in PATH.part at any moment
 * (attribute months_committed), also after a kill, but for the last events, whose chunk may just be on its way to
 * another place. A failed write removes PATH.part, or leaves it as of the last commit
 * (history_hold), and leaves an existing PATH alone. A run that takes up an earlier
 * file again writes PATH.part.new, and the earlier file stays as it is until the new one holds at least as many months
 * at its end. The bytes depend on the scenario and the options alone, with `reproducible`; never on threads.
 *
 * Owns the file, the open slab (months x living firms, at most about 256 MiB while they are twice the initial ones) and
 * its compressors. Never changes the world. Thread rule: one caller at a time; tasks of the observer run in
 * parallel. Histories of different races may be written in different threads: HDF5 is behind output/file/hdf5_gate.h.
 * Cost: a third of a ns for each byte to copy, about 2 ns to compress. */
#ifndef MATTHEW_OUTPUT_HISTORY_HISTORY_H
#define MATTHEW_OUTPUT_HISTORY_HISTORY_H

#include "core/scenario.h"
#include "core/tape.h"
#include "measure/gauge.h"
#include "parallel/observer.h"

struct history;

struct history_options {
    const char *path;
    /* Words of recording.def, names of columns and indicators, with commas between; null is the default. A list that
     * names single indicators records these alone, one that names none records them all. */
    const char *record;
    long every;          /* months between records; month 0 and the last are always recorded */
    int single;          /* columns as 32-bit floats */
    int reproducible;    /* no run_info: the same bytes for the same inputs */
    int force;           /* replace an existing file (at the end of the run) */
    const char *command; /* for run_info; may be null */
    const char *earlier; /* the earlier file, PATH or PATH.part, of a run that is taken up again; null when none */
    long earlier_months; /* recorded in it */
    struct gauge *gauge; /* of the race, an observer before this one, borrowed; null: the history has one of its own */
};

/* Opens a file for a run of the scenario, which is borrowed until history_close. Everything that can be refused is
 * refused here: EXISTS, NOT_FOUND (folder, name in record), BAD_ARGUMENT (a directory, a folder that cannot be written
 * to), WRITE_FAILED (a disk without room for the initial firms). *history is null after a failure. */
int history_open(struct history **history, const struct scenario *scenario, const struct history_options *options,
                 struct failure *failure);

/* What the race calls. Valid until history_close. */
struct observer history_observer(struct history *history);

/* What a history carries from month to month, for a checkpoint at the month that it has just seen: history_keep what
 * stays small, history_keep_open the months and events that are not in the file yet. The history only reads. */
void history_keep(struct history *history, struct tape *tape);
int history_keep_open(struct history *history, struct tape *tape, struct failure *failure);

/* Puts a new history, opened with the options of an earlier file, where such a checkpoint stood: everything that the
 * earlier file had by then is copied from it in the order in which it was written, chunks as they are. READ_FAILED when
 * a tape or the earlier file does not hold what it should; then the history is of no use. */
int history_go_on(struct history *history, struct tape *kept, struct tape *open, const struct world *world,
                  struct failure *failure);

/* A number for what the months of a file look like: the options, without names. */
uint64_t history_form(const struct history_options *options);

/* Whether the earlier file holds more months than are in the new one so far: then closing keeps that one and removes
 * the new one. */
int history_falls_short(const struct history *history);

/* From now on a failure leaves what is being written as of its last commit, instead of removing it: checkpoints rest on
 * it. A resumed history is left only when it holds more months than the earlier file. */
void history_hold(struct history *history);

/* Calls make_room(context) when the disk is full; it frees space and returns 1, or 0 when it has none to free. */
void history_on_full_disk(struct history *history, int (*make_room)(void *context), void *context);

/* Ends the file and frees history (null is legal). status is the run's: MATTHEW_OK or MATTHEW_STOPPED keep the file,
 * unless it falls short, anything else removes it, or leaves it to be gone on with (history_hold). Returns MATTHEW_OK
 * when PATH is complete and in place (or was to be removed). */
int history_close(struct history *history, int status, struct failure *failure);

#endif
