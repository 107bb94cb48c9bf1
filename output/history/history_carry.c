#include "output/history/history_file.h"

#include "core/memory.h"
#include "output/file/read_file.h"
#include "output/history/recording.h"

#include <string.h>

/* A history's own state on tape, and a file that goes on where an earlier one stood. Where HDF5 puts a thing in a file
 * depends on everything that was written before, so the commits of the earlier file are made again one by one, from its
 * own chunks: only then are the bytes those of a run that was never interrupted. */

uint64_t history_form(const struct history_options *options) {
    long numbers[] = {options->every, options->single != 0, CHUNK_VALUES, CHUNK_ROWS, EVENT_ROWS};
    const char *record = options->record != NULL ? options->record : recording_options[RECORDING_record].otherwise;
    return tape_digest(tape_digest(0, record, strlen(record) + 1), numbers, sizeof numbers);
}

static size_t events_of_commits(const struct history *history) {
    return history->commit_count > 0 ? (size_t)history->commits[history->commit_count - 1].events : 0;
}

/* ---- writing ---- */

void history_keep(struct history *history, struct tape *tape) {
    struct failure none;
    size_t count = history->commit_count;
    tape_count(tape, &count, 0, 0);
    tape_carry(tape, history->commits, count * sizeof *history->commits);
    gauge_carry(history->gauge, tape, 0, &none);
}

static void carry_events(struct tape *tape, struct event *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        long kind = list[i].kind;
        tape_number(tape, &list[i].month);
        tape_number(tape, &kind);
        tape_carry(tape, &list[i].firm, sizeof list[i].firm);
        tape_carry(tape, &list[i].other, sizeof list[i].other);
        tape_carry(tape, &list[i].amount, sizeof list[i].amount);
        list[i].kind = (int)kind;
    }
}
enum { EVENT_BYTES = 5 * 8 };

/* Where the chunk of events begins that was being filled at the last commit. A chunk is written anew at another place
 * when more of it is known, and HDF5 gives away the place of the old one: after a kill the file may have neither. */
static size_t first_kept_event(const struct history *history) {
    return events_of_commits(history) / EVENT_ROWS * EVENT_ROWS;
}

/* Past the gate; HDF5's reason stays. */
static int read_events(const struct events_table *events, size_t from, size_t count, struct event *list) {
    hdf5_enter();
    int read = events_read(events, from, count, list);
    hdf5_leave();
    return read;
}

/* Events from there on: those in chunks that have been full since, and those in the one that is being filled. */
static int keep_events(struct history *history, struct tape *tape, struct failure *failure) {
    const struct events_table *events = &history->events;
    size_t from = first_kept_event(history), full = (size_t)events->full, count = full + events->waiting - from;
    struct event *list = memory_new(count, sizeof *list);
    if (list == NULL)
        return fail_memory(failure, "a checkpoint's events");
    size_t written = full - from;
    if (written > 0 && !read_events(events, from, written, list)) {
        memory_free(list);
        return fail(failure, MATTHEW_WRITE_FAILED, "cannot read the events of %s back: %s", history->part, reason());
    }
    for (size_t row = 0; row < events->waiting; row++)
        list[written + row] = events->rows[row];
    tape_count(tape, &count, 0, 0);
    carry_events(tape, list, count);
    memory_free(list);
    return MATTHEW_OK;
}

/* The most firms that live in a month of the slab. */
static size_t most_living(const struct slab *slab) {
    size_t most = 0;
    for (size_t row = 0; row < slab->rows; row++)
        most = slab->firms[row].count > most ? slab->firms[row].count : most;
    return most;
}

/* The first months of every series of a part lie together. */
static void carry_slab(struct history *history, struct tape *tape) {
    struct slab *slab = &history->slab;
    const struct history_layout *layout = &history->layout;
    tape_carry(tape, slab->month, slab->rows * sizeof *slab->month);
    tape_carry(tape, slab->indicators, slab->rows * sizeof *slab->indicators);
    size_t firms = layout->rows > 1 ? most_living(slab) : 0;
    for (size_t part = 0; part * BLOCK < firms; part++)
        for (size_t s = 0; s < layout->series_count; s++)
            tape_carry(tape, slab_at(history, &layout->series[s], part, 0),
                       slab->rows * BLOCK * layout->series[s].size);
}

int history_keep_open(struct history *history, struct tape *tape, struct failure *failure) {
    struct slab *slab = &history->slab;
    int status = keep_events(history, tape, failure);
    tape_count(tape, &slab->rows, 0, 0);
    for (size_t row = 0; row < slab->rows; row++) {
        tape_count(tape, &slab->firms[row].count, 0, 0);
        tape_carry(tape, slab->firms[row].id, slab->firms[row].count * sizeof *slab->firms[row].id);
    }
    carry_slab(history, tape);
    return status;
}

/* ---- an earlier file, commit by commit ---- */

struct earlier {
    hid_t file, month, column[FIELD_COUNT], indicator[INDICATOR_COUNT], member[MEMBER_INDICATOR_COUNT];
    struct events_table events;
    struct events kept; /* by the checkpoint, from row kept_from on */
    size_t kept_from;
};

/* Opens a dataset of numbers of this rank whose second axis, where it has two and members > 0, has that length. */
static int open_dataset(const struct earlier *earlier, const char *name, int rank, size_t members, hid_t *dataset) {
    struct read_shape shape;
    *dataset = read_open(earlier->file, name, READ_NUMBERS, &shape);
    return *dataset >= 0 && shape.rank == rank && (members == 0 || shape.length[1] == members);
}

/* Events are read back by row alone: each column has to be a vector. */
static int open_events(struct earlier *earlier) {
    for (enum event_column column = EVENT_COLUMN_number + 1; column < EVENT_COLUMNS; column++)
        if (!open_dataset(earlier, event_column_table[column].name, 1, 0, &earlier->events.column[column]))
            return 0;
    return 1;
}

/* How many axes a column has in files. */
static int column_rank(enum field field) {
    return field_table[field].dimension == DIMENSION_FIRM ? 2 : 3;
}

static int open_columns(const struct history *history, struct earlier *earlier) {
    const struct history_layout *layout = &history->layout;
    int found = open_dataset(earlier, "month", 1, 0, &earlier->month);
    for (size_t s = 0; s < layout->series_count && found; s++) {
        enum field field = layout->series[s].field;
        if (layout->series[s].member == 0)
            found = open_dataset(earlier, field_table[field].name, column_rank(field), 0, &earlier->column[field]);
    }
    for (int i = 0; i < INDICATOR_COUNT && found; i++)
        if (layout->indicator[i])
            found = open_dataset(earlier, indicator_table[i].name, 1, 0, &earlier->indicator[i]);
    for (int i = 0; i < MEMBER_INDICATOR_COUNT && found; i++) {
        enum family family = dimension_family(member_indicator_table[i].dimension);
        if (layout->member[i])
            found = open_dataset(earlier, member_indicator_table[i].name, 2,
                                 (size_t)history->scenario->members[family].count, &earlier->member[i]);
    }
    return found && (!layout->events || open_events(earlier));
}

/* Months and indicators of the commit that is made again, into the slab. */
static int read_small(struct history *history, const struct earlier *earlier) {
    struct slab *slab = &history->slab;
    double values[CHUNK_ROWS * MEMBERS_MAX];
    hsize_t from = history->committed;
    hdf5_enter();
    int read = read_rows(earlier->month, from, slab->rows, H5T_NATIVE_INT64, slab->rows, slab->month);
    for (int i = 0; i < INDICATOR_COUNT && read; i++) {
        if (!history->layout.indicator[i])
            continue;
        read = read_rows(earlier->indicator[i], from, slab->rows, H5T_NATIVE_DOUBLE, slab->rows, values);
        for (size_t row = 0; row < slab->rows; row++)
            slab->indicators[row].value[i] = values[row];
    }
    for (int i = 0; i < MEMBER_INDICATOR_COUNT && read; i++) {
        enum family family = dimension_family(member_indicator_table[i].dimension);
        size_t members = (size_t)history->scenario->members[family].count;
        if (!history->layout.member[i])
            continue;
        read = read_rows(earlier->member[i], from, slab->rows, H5T_NATIVE_DOUBLE, slab->rows * members, values);
        for (size_t row = 0; row < slab->rows; row++)
            memcpy(slab->indicators[row].member[i], values + row * members, members * sizeof *values);
    }
    hdf5_leave();
    return read;
}

/* A round of chunks as they are; one that was never written has no bytes, and the check of the commit tells where
 * something had been. */
static int read_round(struct history *history, const struct earlier *earlier) {
    struct pipeline *pipeline = &history->pipeline;
    const struct chunk_round *round = pipeline->open;
    int read = 1;
    hdf5_enter();
    for (size_t chunk = round->begin; chunk < round->end && read; chunk++) {
        size_t place = chunk - round->begin;
        hsize_t at[3];
        enum field field = chunk_place(history, chunk, at)->field;
        read = read_chunk(earlier->column[field], column_rank(field), at, pipeline->bound,
                          round->arena + place * pipeline->bound, &round->size[place]);
    }
    hdf5_leave();
    return read;
}

/* Appends events up to row `end`: from the earlier file, or from the checkpoint, which has those from kept_from on. */
static int append_events(struct history *history, const struct earlier *earlier, size_t end) {
    size_t from = (size_t)history->events.full + history->events.waiting;
    size_t kept_from = earlier->kept_from, in_file = end < kept_from ? end : kept_from;
    struct events events = {0};
    if (end < from || end > kept_from + earlier->kept.count || (end > from && !history->layout.events))
        return 0;
    if (from < in_file) {
        events = (struct events){.count = in_file - from, .list = memory_new(in_file - from, sizeof *events.list)};
        int read = events.list != NULL && read_events(&earlier->events, from, events.count, events.list);
        if (read)
            events_append(history, &events);
        memory_free(events.list);
        if (!read)
            return 0;
        from = in_file;
    }
    if (from < end) {
        events = (struct events){.count = end - from, .list = earlier->kept.list + (from - kept_from)};
        events_append(history, &events);
    }
    return 1;
}

/* Makes one commit again. 1 when the earlier file has it as it was. */
static int copy_commit(struct history *history, const struct earlier *earlier, const struct commit *commit,
                       const struct world *world, struct failure *failure) {
    struct pipeline *pipeline = &history->pipeline;
    size_t number = history->commit_count;
    if (!append_events(history, earlier, (size_t)commit->events))
        return 0;
    history->slab.rows = (size_t)commit->rows;
    if (!read_small(history, earlier) || slab_begin(history, world, (size_t)commit->firms, failure) != MATTHEW_OK)
        return 0;
    while (has_chunks(pipeline->open)) {
        if (!read_round(history, earlier))
            return 0;
        turn_round(pipeline);
        write_round(history);
    }
    return slab_commit(history, world, (size_t)commit->firms, failure) == MATTHEW_OK &&
           history->commit_count == number + 1 && memcmp(&history->commits[number], commit, sizeof *commit) == 0;
}

/* Whether the numbers of the commits can be those of a history of this world. */
static int commits_make_sense(const struct history *history, const struct commit *commits, size_t count,
                              const struct world *world) {
    struct commit before = {0};
    for (size_t i = 0; i < count; i++) {
        const struct commit *commit = &commits[i];
        if (commit->rows != slab_rows(history) || commit->events < before.events || commit->events > INT32_MAX ||
            commit->firms < before.firms || commit->firms > world->reg.count)
            return 0;
        before = *commit;
    }
    return 1;
}

static void close_file(hid_t file) {
    hid_t open[FIELD_COUNT + INDICATOR_COUNT + MEMBER_INDICATOR_COUNT + 16];
    hdf5_enter();
    ssize_t left = H5Fget_obj_ids(file, H5F_OBJ_DATASET | H5F_OBJ_LOCAL, sizeof open / sizeof *open, open);
    for (ssize_t i = 0; i < left; i++)
        H5Dclose(open[i]);
    H5Fclose(file);
    hdf5_leave();
}

static int copy_commits(struct history *history, struct earlier *earlier, const struct commit *commits, size_t count,
                        const struct world *world, struct failure *failure) {
    double bytes;
    if (count == 0)
        return 1;
    hdf5_enter();
    int is_open = read_file_open(history->earlier, &earlier->file, &bytes, failure) == MATTHEW_OK;
    int fine = is_open && open_columns(history, earlier);
    hdf5_leave();
    if (!is_open)
        return 0;
    for (size_t i = 0; i < count && fine; i++)
        fine = copy_commit(history, earlier, &commits[i], world, failure);
    close_file(earlier->file);
    return fine;
}

/* ---- reading ---- */

static int load_commits(struct history *history, struct tape *tape, struct commit **commits, size_t *count,
                        const struct world *world, struct failure *failure) {
    tape_count(tape, count, history->commit_room, sizeof **commits);
    *commits = memory_new(*count, sizeof **commits);
    if (*commits == NULL)
        return fail_memory(failure, "a checkpoint");
    tape_carry(tape, *commits, *count * sizeof **commits);
    int status = gauge_carry(history->gauge, tape, world->reg.count, failure);
    if (status == MATTHEW_OK && !commits_make_sense(history, *commits, *count, world))
        tape_refuse(tape);
    return status == MATTHEW_OK ? tape_finish(tape, failure) : status;
}

static int load_events(struct tape *tape, struct events *events, struct failure *failure) {
    tape_count(tape, &events->count, (size_t)INT32_MAX, EVENT_BYTES);
    events->list = memory_new(events->count, sizeof *events->list);
    if (events->list == NULL)
        return fail_memory(failure, "a checkpoint's events");
    carry_events(tape, events->list, events->count);
    return MATTHEW_OK;
}

/* Who lives in a month of the slab: ids of the register, rising. */
static int load_living(struct tape *tape, struct firms_of_month *firms, size_t ever, struct failure *failure) {
    size_t count = 0;
    tape_count(tape, &count, ever, sizeof *firms->id);
    int status = firms_of_month_reserve(firms, count, failure);
    if (status != MATTHEW_OK)
        return status;
    tape_carry(tape, firms->id, count * sizeof *firms->id);
    for (size_t i = 0; i < count; i++)
        if (firms->id[i] >= ever || (i > 0 && firms->id[i] <= firms->id[i - 1]))
            tape_refuse(tape);
    firms->count = count;
    return MATTHEW_OK;
}

static int load_slab(struct history *history, struct tape *tape, const struct world *world, struct failure *failure) {
    struct slab *slab = &history->slab;
    size_t rows = 0;
    int status = MATTHEW_OK;
    tape_count(tape, &rows, slab_rows(history) - 1, sizeof *slab->month);
    for (size_t row = 0; row < rows && status == MATTHEW_OK; row++)
        status = load_living(tape, &slab->firms[row], world->reg.count, failure);
    slab->rows = rows;
    if (status == MATTHEW_OK && tape->status == MATTHEW_OK)
        status = slab_grow(history, most_living(slab), failure);
    if (status != MATTHEW_OK || tape->status != MATTHEW_OK) {
        slab->rows = 0;
        return status != MATTHEW_OK ? status : tape_finish(tape, failure);
    }
    carry_slab(history, tape);
    return tape_finish(tape, failure);
}

static int go_on(struct history *history, struct tape *kept, struct tape *open, const struct world *world,
                 struct failure *failure) {
    struct earlier earlier = {.file = -1};
    struct commit *commits = NULL;
    size_t count = 0;
    int status = load_commits(history, kept, &commits, &count, world, failure);
    if (status == MATTHEW_OK)
        status = load_events(open, &earlier.kept, failure);
    earlier.kept_from = count > 0 ? (size_t)commits[count - 1].events / EVENT_ROWS * EVENT_ROWS : 0;
    if (status == MATTHEW_OK && !(copy_commits(history, &earlier, commits, count, world, failure) &&
                                  append_events(history, &earlier, earlier.kept_from + earlier.kept.count)))
        status = history_status(history, failure) != MATTHEW_OK
                     ? history->failure.status
                     : fail(failure, MATTHEW_READ_FAILED, "%s does not hold the months that the checkpoint rests on",
                            history->earlier);
    if (status == MATTHEW_OK)
        status = load_slab(history, open, world, failure);
    memory_free(earlier.kept.list);
    memory_free(commits);
    return status;
}

int history_go_on(struct history *history, struct tape *kept, struct tape *open, const struct world *world,
                  struct failure *failure) {
    int status = go_on(history, kept, open, world, failure);
    return status == MATTHEW_OK ? history_status(history, failure) : status;
}
