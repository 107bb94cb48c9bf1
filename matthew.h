/* Matthew: races of firms for customers, talent, compute and capital. The public interface of libmatthew.
 *
 * Life of a race:  matthew_scenario_load -> matthew_scenario_set ... -> matthew_race_new -> matthew_race_run ->
 *                  matthew_race_column, matthew_race_indicator -> matthew_race_free, matthew_scenario_free
 *
 * Errors
 *   Functions that can fail return a status, 0 (MATTHEW_OK) for success. matthew_message() then tells, in one line,
 *   what went wrong. What a failed function was to write is left as it was, except that a handle that was to be made
 *   is set to null. The library never prints and never ends the process.
 *   Null where a pointer is needed, or a live handle of another kind, gives BAD_ARGUMENT, and null, 0 or nothing from
 *   functions without a status.
 *
 * Ownership
 *   A handle belongs to the caller, who frees it with the matching _free function; null is legal there. Strings and
 *   arrays that are returned as `const` belong to the library; how long they live is said at each function. Texts
 *   returned as `char *` are freed with matthew_text_free.
 *
 * Threads
 *   Different handles may be used by different threads at the same time. One handle belongs to one thread at a time,
 *   save for matthew_race_stop, matthew_session_stop, matthew_sweep_stop, matthew_validation_stop and
 *   matthew_sweep_count. A running race
 *   makes its own team of threads; the number of threads never changes the results. At most one history file is open
 * per race. Races that write histories may run at the same time: the library lets one thread at a time into HDF5. A
 * program that calls HDF5 itself at the same time needs an HDF5 that was built for threads. After fork() in a process
 * that has run a race with more than one thread, races and sweeps of the child run on one thread: OpenMP's threads do
 * not survive a fork. The results are the same.
 *
 * Units
 *   Money is in million US dollars (prices: US dollars per account and month), time in months, compute in GPUs of the
 *   H100 class, people in persons. Every table entry carries its unit.
 *
 * Versions
 *   Structures that cross the border open with their size, set by the caller, and grow only at their end; functions
 *   are added, never changed, within a major version. While the major version is 0 a minor version may change what has
 *   not proved itself. */
#ifndef MATTHEW_H
#define MATTHEW_H

#include <stddef.h>
#include <stdint.h>

#define MATTHEW_VERSION_MAJOR 0
#define MATTHEW_VERSION_MINOR 1
#define MATTHEW_VERSION_PATCH 0

#if defined(__GNUC__)
#define MATTHEW_API __attribute__((visibility("default")))
#else
#define MATTHEW_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- status ---- */

#ifndef MATTHEW_CORE_STATUS_H /* within the library the same codes come from core/status.def */
enum {
    MATTHEW_OK = 0,               /* success */
    MATTHEW_NO_MEMORY = 1,        /* memory could not be allocated */
    MATTHEW_BAD_SCENARIO = 2,     /* the scenario or a setting is not valid */
    MATTHEW_BAD_ARGUMENT = 3,     /* an argument is not valid */
    MATTHEW_NOT_FOUND = 4,        /* a file, scenario or name was not found */
    MATTHEW_EXISTS = 5,           /* the output exists already */
    MATTHEW_WRITE_FAILED = 6,     /* the output could not be written */
    MATTHEW_READ_FAILED = 7,      /* a file could not be read */
    MATTHEW_TOO_LARGE = 8,        /* a quantity is too large to be represented exactly */
    MATTHEW_BROKEN_INVARIANT = 9, /* an accounting identity or other invariant of the model does not hold */
    MATTHEW_STOPPED = 10          /* the run was asked to stop */
};
#endif

/* The version of the library in use, "0.1.0", and the git revision it was built from. They live as long as the library.
 */
MATTHEW_API const char *matthew_version(void);
MATTHEW_API const char *matthew_revision(void);
/* The day of that revision, "November 3, 2025" as manual pages write it. */
MATTHEW_API const char *matthew_date(void);

/* The name of a status ("NOT_FOUND") and what it means. They live as long as the library. */
MATTHEW_API const char *matthew_status_name(int status);
MATTHEW_API const char *matthew_status_meaning(int status);

/* The exit status that the program `matthew` ends with after it: 0, 1, 2, 3 or 130. */
MATTHEW_API int matthew_status_exit(int status);

/* What the last failure in this thread was, in one line; "" before the first. Valid until the next failure in this
 * thread. */
MATTHEW_API const char *matthew_message(void);
/* The same by fields, for programs. Texts: "status" (its name), "message", "reason" (the message without file, line and
 * key in front), "file" (or the name of a text), "key" (a key, the path of a parameter or the name of an argument),
 * "nearest" (a name that may have been meant). Numbers: "line", "column" (from 1), "minimum", "maximum" (what is
 * allowed). "" is a text that is not known; null is no field of texts. Valid until the next failure in this thread. */
MATTHEW_API const char *matthew_error_text(const char *field);
/* 1 with *value for a number that is known; 0 for others, and leaves *value. Neither function is a failure itself. */
MATTHEW_API int matthew_error_number(const char *field, double *value);

/* Frees a text that the library returned as `char *`. */
MATTHEW_API void matthew_text_free(char *text);

/* Every table of the library as one JSON document, an object with a list of rows for each: columns, genes, industry,
 * register, exit_reasons, events, event_columns, sectors, payments, purposes, indicators, member_indicators,
 * concentration, concentration_measures, facts, families, parameters, named, recording_words, recording_options,
 * session_options, statuses, error_fields. A row is an object; all rows of a table have the same keys. The caller frees
 * it with matthew_text_free; null when memory is short. */
MATTHEW_API char *matthew_tables_text(void);

/* How the library was built and on what it runs: version, revision, digest of the sources, compiler, flags, libraries,
 * threads by default, instruction sets. As lines for people, or as a JSON object. The caller frees it with
 * matthew_text_free; null after a failure: BAD_ARGUMENT (the environment variable MATTHEW_ISA names no instruction set
 * that is here), NO_MEMORY. */
MATTHEW_API char *matthew_build_text(int json);

/* The most threads that a race, a sweep or a validation may be given, and how many it has when it is given 0: as many
 * as OpenMP would use, within the limit of a container unless OMP_NUM_THREADS is set. */
enum { MATTHEW_THREADS_MAX = 1024 };
MATTHEW_API int matthew_threads_default(void);

/* A number with as few digits as read back to the same bits, in every locale ("0.7", "4e15"), into the caller's room of
 * MATTHEW_NUMBER_SIZE bytes. Returns text. */
enum { MATTHEW_NUMBER_SIZE = 32 };
MATTHEW_API const char *matthew_number_text(double value, char *text);

/* A number for people, into as much room: a count (12,345,678), three or four digits with a prefix of thousands
 * (3.42 M), seconds (4 min 05 s) or bytes (3.40 MB). Returns text; null for another kind. */
enum { MATTHEW_COUNTED = 0, MATTHEW_SCALED = 1, MATTHEW_DURATION = 2, MATTHEW_BYTES = 3 };
MATTHEW_API const char *matthew_quantity_text(int kind, double value, char *text);

/* A copy of a text for people, cut to fit, in which nothing acts on a terminal: control characters come as "\\n",
 * "\\x1b" or "\\u202e", bytes that are no UTF-8 as "\\xff". size counts the end. Returns shown. */
MATTHEW_API const char *matthew_shown(const char *text, char *shown, size_t size);

/* The name that was most likely meant by a misspelt one; null when none of the names is near. Names that are null are
 * passed over. Cost: under a microsecond for a name of ten letters. */
MATTHEW_API const char *matthew_nearest(const char *wanted, const char *const *names, size_t count);

/* ---- scenarios that come with the library ---- */

MATTHEW_API size_t matthew_shipped_count(void);
/* Name, title and YAML text of one of them, in alphabetical order; null when index is not below the count. */
MATTHEW_API const char *matthew_shipped_name(size_t index);
MATTHEW_API const char *matthew_shipped_title(size_t index);
MATTHEW_API const char *matthew_shipped_text(size_t index);

/* ---- scenarios ---- */

typedef struct matthew_scenario matthew_scenario;

/* Loads a shipped scenario by name, or a YAML file: a name with '/' or ending in .yaml or .yml is a path.
 * Errors: NOT_FOUND, READ_FAILED, BAD_SCENARIO, TOO_LARGE, NO_MEMORY. */
MATTHEW_API int matthew_scenario_load(matthew_scenario **scenario, const char *name_or_path);
/* The same from the text of a YAML file, which messages and the scenario call `name` (null is "text"). Its base can be
 * a shipped scenario alone. Errors: BAD_SCENARIO, NOT_FOUND, TOO_LARGE, NO_MEMORY. */
MATTHEW_API int matthew_scenario_from_text(matthew_scenario **scenario, const char *name, const char *text);
/* A scenario of its own with the same values. Errors: NO_MEMORY. */
MATTHEW_API int matthew_scenario_copy(matthew_scenario **copy, const matthew_scenario *scenario);
MATTHEW_API void matthew_scenario_free(matthew_scenario *scenario);

/* Sets "PATH=VALUE": a parameter ("customers.consumer.network_exponent=0.8"), a field of a named firm
 * ("firms.OpenAI.gpus=5e4"), a gene of a strategy ("strategies.lab.speed=0.5"), or months, firms, seed.
 * Errors: BAD_SCENARIO, with the nearest valid path or the allowed range in the message. */
MATTHEW_API int matthew_scenario_set(matthew_scenario *scenario, const char *assignment);

/* Sets the number of initial firms, named ones included, at most MATTHEW_FIRMS_MAX, and scales the entry rate with it.
 */
enum { MATTHEW_FIRMS_MAX = 10000000 };
MATTHEW_API int matthew_scenario_set_firms(matthew_scenario *scenario, long firms);

/* Checks what no single value shows. matthew_race_new does the same first. A failure names the place in the file that
 * the scenario was loaded from, where that file says something of it. Errors: BAD_SCENARIO, TOO_LARGE. */
MATTHEW_API int matthew_scenario_check(const matthew_scenario *scenario);

/* What is legal in the scenario but surely not meant (values that are not plausible, a firm beside one of nearly the
 * same name, ...), a line each, "" when there is nothing; null when memory is short. It is said of what files and
 * settings of one's own say, not of shipped scenarios. The caller frees it with matthew_text_free. */
MATTHEW_API char *matthew_scenario_warnings(const matthew_scenario *scenario);

/* The resolved scenario as YAML that loads to the same values bit for bit; null when memory is short. The caller frees
 * it with matthew_text_free. */
MATTHEW_API char *matthew_scenario_text(const matthew_scenario *scenario);

MATTHEW_API const char *matthew_scenario_name(const matthew_scenario *scenario); /* lives as long as the scenario */
MATTHEW_API long matthew_scenario_months(const matthew_scenario *scenario);
MATTHEW_API long matthew_scenario_firms(const matthew_scenario *scenario);
MATTHEW_API uint64_t matthew_scenario_seed(const matthew_scenario *scenario);

/* Members of a dimension: "segment", "tier", "region" or "strategy"; "firm" has one. 0 for an unknown dimension. */
MATTHEW_API int matthew_scenario_member_count(const matthew_scenario *scenario, const char *dimension);
/* The name of a member; null when there is none. Lives until the scenario is changed. */
MATTHEW_API const char *matthew_scenario_member_name(const matthew_scenario *scenario, const char *dimension,
                                                     int member);

/* ---- parameters ---- */

enum { MATTHEW_REAL = 0, MATTHEW_SWITCH = 1, MATTHEW_CHOICE = 2 };

/* One parameter of one member in a scenario. Its strings, path apart, live as long as the library. */
struct matthew_parameter {
    size_t size;     /* set by the caller: sizeof(struct matthew_parameter) */
    char path[128];  /* "customers.consumer.network_exponent" */
    int type;        /* MATTHEW_REAL, MATTHEW_SWITCH (0 or 1) or MATTHEW_CHOICE (position in options) */
    int any_month;   /* 1 when a schedule may change it, 0 when it is fixed at the start */
    double value;    /* in the scenario */
    double min, max; /* validity */
    double plausible_min, plausible_max;
    const char *options; /* "first|second" for a choice, else "" */
    const char *unit, *description, *source;
};

/* The number of parameters of a scenario, members counted one by one. */
MATTHEW_API size_t matthew_parameter_count(const matthew_scenario *scenario);
/* Fills in the parameter at a position below the count. Errors: BAD_ARGUMENT. */
MATTHEW_API int matthew_parameter_get(const matthew_scenario *scenario, size_t index,
                                      struct matthew_parameter *parameter);
/* The value of the parameter with this path. Errors: NOT_FOUND. */
MATTHEW_API int matthew_parameter_value(const matthew_scenario *scenario, const char *path, double *value);

/* The parameters whose path has `pattern` in it, or is like it where it has * or ?; null is all of them. A path that is
 * matched as a whole is that one alone. Of a scenario, or with null of the built-in members, with the defaults. As
 * lines for people, where one parameter has some more of them, or as a JSON array of objects. The caller frees the text
 * with matthew_text_free; null after a failure: NOT_FOUND (no path matches; names the nearest), BAD_ARGUMENT,
 * NO_MEMORY. */
MATTHEW_API char *matthew_parameters_text(const matthew_scenario *scenario, const char *pattern, int json);

/* ---- races ---- */

typedef struct matthew_race matthew_race;

/* A race in its initial state, month 0. The scenario is copied. Errors: BAD_SCENARIO, TOO_LARGE, NO_MEMORY. */
MATTHEW_API int matthew_race_new(matthew_race **race, const matthew_scenario *scenario);
/* Closes an open history first; its errors are lost, so call matthew_race_close_history before. */
MATTHEW_API void matthew_race_free(matthew_race *race);

/* The number of threads, at most 1,024; 0, the default, is what OpenMP would use. Errors: BAD_ARGUMENT. */
MATTHEW_API int matthew_race_set_threads(matthew_race *race, int threads);
/* Whether the identities of the model are verified after every month; off by default. */
MATTHEW_API void matthew_race_set_check(matthew_race *race, int check);

/* Runs to the end of month `until`, at most the scenario's last month; nothing happens when the race is there already.
 * Errors: STOPPED (the race stands at the end of a whole month and can be run on), BROKEN_INVARIANT, NO_MEMORY,
 * WRITE_FAILED. Cost: about 0.1 microseconds per firm and month and core. */
MATTHEW_API int matthew_race_run(matthew_race *race, long until);
/* Runs `months` further months. */
MATTHEW_API int matthew_race_step(matthew_race *race, long months);

/* Makes the matthew_race_run in progress return STOPPED at the end of the month in progress, or of the next one when
 * that month is being recorded already. May be called from any thread and from a signal handler. Without a run in
 * progress the next one returns STOPPED at once, before it computes a month. */
MATTHEW_API void matthew_race_stop(matthew_race *race);

/* Calls back after each month of a run, month 0 apart, in the thread that called matthew_race_run, with the race
 * standing at that month: it may be asked, set, copied and saved, but not run or freed. A return other than 0 makes the
 * run return STOPPED. context is passed on; a null callback ends this. Errors: BAD_ARGUMENT. Cost: that of a
 * matthew_race_step for each month. */
MATTHEW_API int matthew_race_on_month(matthew_race *race,
                                      int (*callback)(matthew_race *race, long month, void *context), void *context);

/* Changes parameters, "PATH=VALUE", from the next month on. It is what an entry of the scenario's schedule does, behind
 * those of that month: the same checks, bit for bit the same months; later entries of the schedule still come. Those
 * with any_month 0, months, firms, seed and fields of named firms are refused. After the last month it changes nothing
 * that is still to come. Failing, it changes nothing.
 * Errors: BAD_SCENARIO, BAD_ARGUMENT (also while a history is open, which holds the scenario of the start), NO_MEMORY.
 */
MATTHEW_API int matthew_race_set(matthew_race *race, const char *assignment);

/* The scenario of a race, with what was set since in its schedule: a new race of it is the same race. The caller frees
 * it. Errors: NO_MEMORY. */
MATTHEW_API int matthew_race_scenario(matthew_scenario **scenario, const matthew_race *race);

/* An exact branch: a race of its own in the same state, with the same threads and check. Run on, both give the same
 * bits, indicators that span months included, until one of them is set otherwise; then they still have common random
 * numbers. The events that are kept are copied; an open history and a callback are not. Errors: NO_MEMORY, BAD_ARGUMENT
 * (an invariant did not hold in its last month). Cost: the time of 10 to 20 months on one thread, the memory of a race,
 * and for a while three times what a saved race takes. */
MATTHEW_API int matthew_race_copy(matthew_race **copy, matthew_race *race);

/* The same in a file, scenario included: what matthew_race_load makes of it is such a copy, threads, check and events
 * apart, which are those of a new race. A saved race of that name is replaced, another file is not. The file appears
 * whole or not at all: it is PATH.part until it has reached the disk. It is read by the build that wrote it alone.
 * Errors: EXISTS, WRITE_FAILED, TOO_LARGE (the scenario has more than 4 MB of text), NO_MEMORY, BAD_ARGUMENT. */
MATTHEW_API int matthew_race_save(matthew_race *race, const char *path);
/* Errors: NOT_FOUND; READ_FAILED for a file that is damaged, no saved race, or another build's; NO_MEMORY. */
MATTHEW_API int matthew_race_load(matthew_race **race, const char *path);

/* The month whose end the race stands at. */
MATTHEW_API long matthew_race_month(const matthew_race *race);
/* A number made from the whole state: equal for equal states. */
MATTHEW_API uint64_t matthew_race_digest(const matthew_race *race);

/* ---- columns: one value per slot, where a slot holds a firm, or seldom nothing ---- */

struct matthew_column {
    size_t size; /* set by the caller */
    const char *name, *unit, *description;
    const char *dimension; /* "firm", or "segment", "tier", "region": one array for each member */
    int is_integer;        /* 1 when the values are whole numbers */
};

MATTHEW_API size_t matthew_column_count(void);
/* Fills in the column at a position below the count. Errors: BAD_ARGUMENT. */
MATTHEW_API int matthew_column_get(size_t index, struct matthew_column *column);

/* A read-only view of a column: *values points to *count values, one for each slot in use. Firms move between slots
 * as others leave: the column "firm_id" stands beside every other one and tells whose value it is. member is the
 * position in the column's dimension, 0 for "firm". A slot without a firm holds 0, and -1 in "firm_id" and "ally". The
 * view is valid until the race runs on or is freed. Errors: NOT_FOUND, BAD_ARGUMENT. */
MATTHEW_API int matthew_race_column(const matthew_race *race, const char *name, int member, const double **values,
                                    size_t *count);

/* The number of firms ever, which are numbered from 0, and the name of one: "" for a firm without a name, null for a
 * number that is not below the count. Valid until the race runs on or is freed. */
MATTHEW_API size_t matthew_race_firm_count(const matthew_race *race);
MATTHEW_API const char *matthew_race_firm_name(const matthew_race *race, size_t firm);
/* A column of numbers of the register of all firms ever, in the order of their ids, into the caller's `count` doubles,
 * which are matthew_race_firm_count. name: as in a history, whose last month it has the values of; codes are those of
 * its flags; -1 or NaN is what is not there (yet). Errors: NOT_FOUND, BAD_ARGUMENT. Cost: some ns a firm. */
MATTHEW_API int matthew_race_register(const matthew_race *race, const char *name, double *values, size_t count);

/* ---- events: what happened, a row each ---- */

/* Which events a race keeps; none by default. MONTH: those since the month before the one where it stands, exits and
 * entries at that month's end included; a run of many months leaves those of its last. ALL: all since it was asked for,
 * so those since the race began if it was asked at month 0. The exits and entries at the end of the month where a race
 * stands are not known yet: they come with the next month, as in a history. A change frees what is kept. A run that
 * cannot keep them returns NO_MEMORY, and none are kept from then on. Errors: BAD_ARGUMENT.
 * Memory: 40 bytes an event, and half as much again at most; MONTH is bounded by the firms, ALL grows with the months.
 * Cost: a few ns an event. */
enum { MATTHEW_EVENTS_NONE = 0, MATTHEW_EVENTS_MONTH = 1, MATTHEW_EVENTS_ALL = 2 };
MATTHEW_API int matthew_race_keep_events(matthew_race *race, int which);

/* The number of events that are kept, and a column of them in the order of a history, into the caller's `count`
 * doubles, which are matthew_race_event_count. name: as in a history, "event_month", "event_kind" (codes of the table
 * `events` of matthew_tables_text), "event_firm", "event_other" (-1 for none), "event_amount"; "event" counts the rows
 * from 0. Errors: NOT_FOUND, BAD_ARGUMENT (also when none are kept). Cost: some ns an event. */
MATTHEW_API size_t matthew_race_event_count(const matthew_race *race);
MATTHEW_API int matthew_race_events(const matthew_race *race, const char *name, double *values, size_t count);

/* ---- indicators: one value for the industry, or one for each member ---- */

struct matthew_indicator {
    size_t size; /* set by the caller */
    const char *name, *unit, *description;
    const char *dimension; /* "" for one value; "segment", "tier" or "strategy" for one value of each member */
};

MATTHEW_API size_t matthew_indicator_count(void);
/* Fills in the indicator at a position below the count. Errors: BAD_ARGUMENT. */
MATTHEW_API int matthew_indicator_get(size_t index, struct matthew_indicator *indicator);
/* Its value at the month where the race stands, as a history of every month records it: at the month's end, before
 * exits and entries; NaN where it is not defined. Errors: NOT_FOUND, NO_MEMORY. Cost: a race that nobody asks computes
 * none; the first question of a kind in a month costs from 1 to 100 ns a firm, the next ones nothing. */
MATTHEW_API int matthew_race_indicator(matthew_race *race, const char *name, double *value);

/* The same for indicators with one value of each member: those of matthew_member_indicator_get, for members 0, 1, ...
 * in the order of the scenario. Errors: NOT_FOUND, BAD_ARGUMENT (no such member), NO_MEMORY. */
MATTHEW_API size_t matthew_member_indicator_count(void);
MATTHEW_API int matthew_member_indicator_get(size_t index, struct matthew_indicator *indicator);
MATTHEW_API int matthew_race_indicator_of(matthew_race *race, const char *name, int member, double *value);

/* ---- history files ---- */

struct matthew_history_options {
    size_t size;        /* set by the caller */
    const char *record; /* "none", "indicators", "default", "all" or names of columns with commas; null is "default" */
    long every;         /* record every n-th month, at most 12,000; 0 and 1 are every month */
    int single;         /* 1: fractions in single precision */
    int reproducible;   /* 1: leave out time, host and threads, so that the same inputs give the same bytes */
    int overwrite;      /* 1: an existing file is replaced */
};

/* Writes the history of a race that stands at month 0 into an HDF5 file while it runs. options may be null. Memory
 * stays bounded whatever the number of months and firms. Errors: EXISTS, WRITE_FAILED, BAD_ARGUMENT. */
MATTHEW_API int matthew_race_open_history(matthew_race *race, const char *path,
                                          const struct matthew_history_options *options);
/* Completes the file; a race that is not at its last month leaves a file that says so. Errors: WRITE_FAILED. */
MATTHEW_API int matthew_race_close_history(matthew_race *race);

/* ---- sessions: one race from its first month to its last, with its file, which goes on where it was stopped ---- */

typedef struct matthew_session matthew_session;

/* Life of one:  matthew_session_new -> matthew_session_set ... -> matthew_session_run -> matthew_session_result_text ->
 * matthew_session_free. It is what `matthew run` does. A run that was stopped or killed goes on with the option
 * `resume`, in the same session or in another process; the bytes are those of a run that was never stopped. */

/* The scenario is copied; null where a session goes on with an earlier file alone. Errors: NO_MEMORY, BAD_ARGUMENT. */
MATTHEW_API int matthew_session_new(matthew_session **session, const matthew_scenario *scenario);
MATTHEW_API void matthew_session_free(matthew_session *session);
/* Another scenario, or with null none, for the next run. Errors: NO_MEMORY, BAD_ARGUMENT. */
MATTHEW_API int matthew_session_set_scenario(matthew_session *session, const matthew_scenario *scenario);

struct matthew_session_option {
    size_t size; /* set by the caller */
    const char *name;
    const char *otherwise;   /* the default, as text; "" for nothing */
    const char *choices;     /* what may be said, as in "off or on"; "" for texts and whole numbers */
    int is_whole;            /* 1 for a whole number ... */
    double minimum, maximum; /* ... with this range; else NaN */
    const char *unit, *description;
};

/* The options: record, every, precision, reproducible, overwrite of histories; output, resume, checkpoint_every,
 * threads, check, result, command, made_with. docs/reference.md has their meanings. */
MATTHEW_API size_t matthew_session_option_count(void);
/* Fills in the option at a position below the count. Errors: BAD_ARGUMENT. */
MATTHEW_API int matthew_session_option_get(size_t index, struct matthew_session_option *option);
/* Sets one by its name: ("every", "12"), ("resume", "on"). The text is copied. Errors: NOT_FOUND (names the nearest
 * option), BAD_ARGUMENT (matthew_error_text("key") and the range tell what is allowed), NO_MEMORY. */
MATTHEW_API int matthew_session_set(matthew_session *session, const char *name, const char *text);

/* What the option `record` may name: words, columns of firms, indicators; null beyond the last. It lives as long as the
 * library. */
MATTHEW_API const char *matthew_recordable(size_t index);

struct matthew_session_progress {
    size_t size;
    long month, months, from; /* the month, the last one, and the one where this run began */
    double firms;             /* that are active */
};

/* Calls back at each month of a run, in the thread that called matthew_session_run. A return other than 0 stops the
 * run. The session may be asked, but not be set, run or freed. context is passed on; null ends this. Errors:
 * BAD_ARGUMENT.
 */
MATTHEW_API int matthew_session_on_progress(matthew_session *session,
                                            int (*callback)(const struct matthew_session_progress *progress,
                                                            void *context),
                                            void *context);

/* What a notice tells. A file that is damaged in a way that HDF5 does not survive ends the process: who knows which
 * file is being read or written can say so in a handler of signals. */
enum {
    MATTHEW_NOTICE_MESSAGE = 0, /* a line for people: a checkpoint that cannot be used, or could not be written */
    MATTHEW_NOTICE_READING = 1, /* the path of a file that is read from now on */
    MATTHEW_NOTICE_WRITING = 2, /* the path of a history that is written from now on */
    MATTHEW_NOTICE_DONE = 3     /* the reading or writing that began last is over */
};

/* Calls back with each notice, in the thread of the call. context is passed on; null ends this. Errors: BAD_ARGUMENT.
 */
MATTHEW_API int matthew_session_on_notice(matthew_session *session,
                                          void (*callback)(int kind, const char *text, void *context), void *context);

/* Looks for the earlier run under the name of the option `output`; *found is 1 when there is one, which
 * matthew_session_text tells of. matthew_session_run does the same first where `resume` is on. What killed runs left in
 * the way is put in order. Errors: READ_FAILED, WRITE_FAILED, BAD_ARGUMENT, NO_MEMORY. */
MATTHEW_API int matthew_session_find(matthew_session *session, int *found);

/* Runs to the last month of the scenario and completes the file. With `resume` it goes on from the newest checkpoint,
 * or makes the months again; options that were set, and the scenario where there is one, must be those of the earlier
 * run. An earlier run that is complete is left as it is. May be called again. Errors: STOPPED (there is a result, and
 * the file keeps what was recorded), EXISTS, BAD_ARGUMENT (also an option that differs from the earlier file's; its
 * name is the key), BAD_SCENARIO (also another scenario than the earlier file's), NOT_FOUND (also nothing to go on
 * with), READ_FAILED, WRITE_FAILED, BROKEN_INVARIANT, TOO_LARGE, NO_MEMORY. Cost: that of the race. */
MATTHEW_API int matthew_session_run(matthew_session *session);
/* Makes the matthew_session_run in progress return STOPPED at the end of the month in progress or of the next one. May
 * be called from any thread and from a signal handler. Without one in progress the next one returns STOPPED at its
 * first month. */
MATTHEW_API void matthew_session_stop(matthew_session *session);

/* What came of the last run that ended well or was stopped: a table for people, or a JSON object. The caller frees it
 * with matthew_text_free; null after a failure: BAD_ARGUMENT (there is no result), NO_MEMORY. */
MATTHEW_API char *matthew_session_result_text(const matthew_session *session, int json);
/* The same by fields. Texts: "status" (complete or interrupted), "digest" (16 hexadecimal digits), "output" (the file
 * that has the history), "earlier" (the file of the earlier run that was found), "earlier_record", "earlier_precision",
 * "earlier_reproducible". Numbers: "began" (1 when the last run came to its race), "month", "months", "output_bytes",
 * "kept" (1 when a run that was stopped left an earlier file in place, which had come further), "can_resume" (1 when a
 * run can go on with what there is now), "threads", "seconds", "firm_steps", "earlier_months", "earlier_every". "" is a
 * text that is not known; null is no field of texts. It lives until the session is set, run or freed. */
MATTHEW_API const char *matthew_session_text(const matthew_session *session, const char *field);
/* 1 with *value for a number that is known; 0 for others, and leaves *value. Neither function is a failure. */
MATTHEW_API int matthew_session_number(const matthew_session *session, const char *field, double *value);

/* ---- files ---- */

/* They may run at the same time as each other and as races that write histories. */

/* What a file is, in *kind: "history", "part" (a history that is being written, or was when the process ended), "sweep"
 * (its results), "hdf5" (another HDF5 file, or a damaged one), "race" (a saved one), "scenario" (a YAML file), "design"
 * (the YAML file of a sweep), "other". The word lives as long as the library. Only what tells the kind is read. Errors:
 * NOT_FOUND, BAD_ARGUMENT. */
MATTHEW_API int matthew_file_kind(const char *path, const char **kind);
/* What is in a history or in the results of a sweep, also while they are written: as lines for people, or as a JSON
 * object whose "kind" is "history" or "sweep". The caller frees *text with matthew_text_free.
 * Errors: NOT_FOUND, READ_FAILED, NO_MEMORY. Cost: some ms. */
MATTHEW_API int matthew_file_info_text(char **text, const char *path, int json);
/* A digest of everything that was recorded, in hexadecimal digits, into the caller's room of MATTHEW_DIGEST_SIZE bytes.
 * It leaves out wall time, host, threads and build, and does not depend on how the file is laid out or compressed.
 * Errors: NOT_FOUND, READ_FAILED, NO_MEMORY. Cost: about 400 MB/s of values. */
enum { MATTHEW_DIGEST_SIZE = 33 };
MATTHEW_API int matthew_file_digest(const char *path, char *digest);

/* ---- validation: a scenario or a recorded race held against stylised facts ---- */

typedef struct matthew_validation matthew_validation;

/* Life of one:  matthew_validation_new -> matthew_validation_run -> matthew_validation_text, or
 *               matthew_validation_read -> matthew_validation_text; then matthew_validation_free */

/* Of a scenario, which is copied, over 1 to MATTHEW_REPLICATIONS_MAX races that differ in their seeds alone.
 * Errors: BAD_SCENARIO, TOO_LARGE, BAD_ARGUMENT, NO_MEMORY. */
enum { MATTHEW_REPLICATIONS_MAX = 100000 };
MATTHEW_API int matthew_validation_new(matthew_validation **validation, const matthew_scenario *scenario,
                                       long replications);
/* Of one race, from a history that has all its months and the columns that the facts need; there is nothing to run. It
 * uses HDF5. Errors: NOT_FOUND, READ_FAILED, NO_MEMORY. Cost: that of reading the columns. */
MATTHEW_API int matthew_validation_read(matthew_validation **validation, const char *path);
MATTHEW_API void matthew_validation_free(matthew_validation *validation);

/* The number of threads, as for a race: at most MATTHEW_THREADS_MAX, 0 for the default. Errors: BAD_ARGUMENT. */
MATTHEW_API int matthew_validation_set_threads(matthew_validation *validation, int threads);

/* Runs the races and measures every fact in each. The results do not depend on threads. A second run does the same
 * again. Errors: STOPPED, what a race may fail with, BAD_ARGUMENT (of a recorded race); then there is no result.
 * Cost: that of the races; memory, a race for each that runs at a time. */
MATTHEW_API int matthew_validation_run(matthew_validation *validation);
/* Makes the matthew_validation_run in progress return STOPPED within a month of its races. May be called from any
 * thread and from a signal handler. Without one in progress the next one returns STOPPED at once. */
MATTHEW_API void matthew_validation_stop(matthew_validation *validation);

/* What was found: a table for people, or a JSON object. The caller frees it with matthew_text_free; null after a
 * failure: BAD_ARGUMENT (it has not been run), NO_MEMORY. */
MATTHEW_API char *matthew_validation_text(const matthew_validation *validation, int json);
/* How many of the facts that the scenario must show are not in their bands, or could not be measured; -1 before there
 * is a result. */
MATTHEW_API int matthew_validation_failed(const matthew_validation *validation);

/* ---- histories in memory: the variables of a file, without the file ---- */

/* Begins to keep the history of a race that stands at month 0 in memory while it runs. options, which may be null, are
 * those of a history: record, every and single count. A race has one record and may have a history beside it; copies of
 * the race have no record. Memory: what is recorded of the living firms, 8 bytes a value, codes 1.
 * Errors: BAD_ARGUMENT, NOT_FOUND (what to record), NO_MEMORY. */
MATTHEW_API int matthew_race_open_record(matthew_race *race, const struct matthew_history_options *options);
/* Gives its memory back. matthew_race_free does so too. */
MATTHEW_API void matthew_race_close_record(matthew_race *race);

/* Everything but the values, as a JSON object: "attributes", an object of what a file says of itself; "variables", a
 * list of objects with name, type ("double", "float", "int64", "int8", "text"), dims, shape, attrs (units, long_name,
 * ...), and where a variable holds codes 0, 1, ... their meanings. The order is that of a file. Months are those
 * recorded so far. The caller frees it with matthew_text_free; null after BAD_ARGUMENT or NO_MEMORY. */
MATTHEW_API char *matthew_race_record_text(const matthew_race *race);

/* One variable as it is now. Its strings live as long as the library. */
struct matthew_recorded {
    size_t size;      /* set by the caller */
    const char *type; /* as above */
    int rank;
    const char *dimension[3]; /* "month", "firm", "segment", ... */
    size_t length[3];
    size_t bytes; /* of all values; a text is a const char * */
};

/* Fills in what a variable of the record is. Errors: NOT_FOUND, BAD_ARGUMENT. */
MATTHEW_API int matthew_race_record_find(const matthew_race *race, const char *name, struct matthew_recorded *recorded);
/* Its values into the caller's `bytes` bytes, which are those of matthew_race_record_find, the last dimension running
 * fastest: bit for bit those that a file of the same race has. What is outside a firm's life is NaN, or -1 in codes. A
 * variable of the register is as of the month where the race stands. Texts live until the race runs on or is freed.
 * Errors: NOT_FOUND, BAD_ARGUMENT. Cost: 1 to 2 ns a value. */
MATTHEW_API int matthew_race_record_read(const matthew_race *race, const char *name, void *values, size_t bytes);

/* ---- sweeps: thousands of races of one scenario, over values of its parameters and over seeds ---- */

typedef struct matthew_sweep matthew_sweep;

/* Life of a sweep:  matthew_sweep_load -> matthew_sweep_open -> matthew_sweep_run -> matthew_sweep_free
 * The same calls go on with what was stopped or killed. Different sweeps, and races that write histories, may be at
 * work at the same time. A process that was forked must not touch the sweeps of its parent. */

/* Reads a sweep from its YAML file (docs/guide.md has the keys), and checks all that can be checked before a race.
 * Errors: NOT_FOUND, READ_FAILED, BAD_SCENARIO (names file, line, column and key), TOO_LARGE, NO_MEMORY. Cost: some
 * microseconds for each point. */
MATTHEW_API int matthew_sweep_load(matthew_sweep **sweep, const char *path);
/* The same from the text of such a file, which messages call `name` (null is "text"). Files that it names are looked
 * for from `folder`; null is the working one. */
MATTHEW_API int matthew_sweep_from_text(matthew_sweep **sweep, const char *name, const char *folder, const char *text);
/* The sweep that a result file holds. The file is open for reading: matthew_sweep_table_text and matthew_sweep_replay
 * work on it, also while a process writes it. matthew_sweep_open of the same path goes on with it.
 * Errors: NOT_FOUND; READ_FAILED (also for a file that is no sweep's); EXISTS (another build made it); NO_MEMORY. */
MATTHEW_API int matthew_sweep_read(matthew_sweep **sweep, const char *path);
/* Closes its file first. */
MATTHEW_API void matthew_sweep_free(matthew_sweep *sweep);

/* The number of threads, as for a race: at most 1,024, 0 for the default. Errors: BAD_ARGUMENT. */
MATTHEW_API int matthew_sweep_set_threads(matthew_sweep *sweep, int threads);

/* As matthew_scenario_warnings, of the base with what the sweep sets in it. The caller frees it with matthew_text_free.
 */
MATTHEW_API char *matthew_sweep_warnings(const matthew_sweep *sweep);

/* A line for each factor, and how many points, replicates and runs there are; null when memory is short. The caller
 * frees it with matthew_text_free. Runs nothing. */
MATTHEW_API char *matthew_sweep_plan_text(const matthew_sweep *sweep);
/* Runs a race at the first and at the last point, and says what all would take: time, memory, bytes. The caller frees
 * the text. Errors: STOPPED, what a race may fail with, NO_MEMORY. Cost: that of two races on one thread. */
MATTHEW_API int matthew_sweep_forecast_text(matthew_sweep *sweep, char **forecast);

struct matthew_sweep_file_options {
    size_t size;      /* set by the caller */
    int replace;      /* 1: begin anew, whatever the file holds */
    int reproducible; /* 1: no wall times, so that the same inputs give the same bytes */
};

/* Makes the file of the results, or opens the one that is there to go on with it; a smaller sweep's grows. PATH.lock is
 * locked until the sweep is closed, and PATH.log gets a line for each run that fails. options may be null.
 * Errors: EXISTS (something else is there, another process works on it, or another build made it), BAD_SCENARIO
 * (another sweep's; names the first line that differs), BAD_ARGUMENT, NOT_FOUND, READ_FAILED, WRITE_FAILED, NO_MEMORY.
 */
MATTHEW_API int matthew_sweep_open(matthew_sweep *sweep, const char *path,
                                   const struct matthew_sweep_file_options *options);
/* Closes the file and gives up its lock; what was run stays. */
MATTHEW_API void matthew_sweep_close(matthew_sweep *sweep);

/* How far a sweep is. Before a file is open, done and failed are 0. */
struct matthew_sweep_counts {
    size_t size; /* set by the caller */
    size_t points, replicates;
    int at_most;          /* 1: a rule `until` decides how many of all runs are needed */
    size_t runs;          /* in all; with such a rule, once it runs, those known to be needed */
    size_t before;        /* done or failed before this matthew_sweep_run began */
    size_t done, failed;  /* now, those of before included */
    int may_grow;         /* 1: `runs` may become more */
    int has_grown;        /* 1: the file held a smaller sweep ... */
    size_t kept;          /* ... of which so many runs are part of this one ... */
    size_t kept_finished; /* ... and the earlier file had finished so many */
    int is_list;          /* 1: its points have numbers, from 0 */
};

/* Fills in the counts. May be called from any thread, also while the sweep runs. Errors: BAD_ARGUMENT. */
MATTHEW_API int matthew_sweep_count(const matthew_sweep *sweep, struct matthew_sweep_counts *counts);

struct matthew_sweep_options {
    size_t size;      /* set by the caller */
    int retry_failed; /* 1: runs that failed before are run again */
    /* Called after each run, by one of the threads of the run, one call at a time; may be null. It holds up that thread
     * and others that end a run. A return other than 0 stops the sweep. context is passed on. */
    int (*progress)(const struct matthew_sweep_counts *counts, void *context);
    void *context;
};

/* Runs what the open file has not yet. A run that fails is recorded, and the others go on: success means that no run is
 * pending, and the counts tell how many failed. options may be null. Results depend neither on threads nor on
 * interruptions. Errors: STOPPED (what is done stays, the next call goes on), WRITE_FAILED, NO_MEMORY, BAD_ARGUMENT (no
 * file is open). Cost: that of the races; one run takes one thread, unless runs are fewer than threads. */
MATTHEW_API int matthew_sweep_run(matthew_sweep *sweep, const struct matthew_sweep_options *options);

/* Makes the matthew_sweep_run, matthew_sweep_replay or matthew_sweep_forecast_text in progress return STOPPED within a
 * month of its races. May be called from any thread and from a signal handler. Without one in progress the next one
 * returns STOPPED at once. */
MATTHEW_API void matthew_sweep_stop(matthew_sweep *sweep);

/* The first run that failed in the last matthew_sweep_run: which, and why; "" when none did. Valid until the next. */
MATTHEW_API const char *matthew_sweep_trouble(const matthew_sweep *sweep);

/* Of the open file, as a table for people: means of outcomes over replicates with standard errors, differences where
 * the sweep compares, and which points need more replicates; "" where there is none. The caller frees it with
 * matthew_text_free; null after a failure: BAD_ARGUMENT, READ_FAILED, NO_MEMORY. */
MATTHEW_API char *matthew_sweep_table_text(const matthew_sweep *sweep);

/* What a file says of a run: one of these, or MATTHEW_RUN_FAILED + a status. */
enum {
    MATTHEW_RUN_PENDING = 0,    /* not yet done, or not whole */
    MATTHEW_RUN_DONE = 1,       /* to its last month */
    MATTHEW_RUN_STOPPED = 2,    /* ended by the sweep's rule stop_when */
    MATTHEW_RUN_NOT_NEEDED = 3, /* by the sweep's rule until */
    MATTHEW_RUN_FAILED = 16
};

struct matthew_replay {
    size_t size;     /* set by the caller */
    int run_status;  /* of the run in the file */
    long month;      /* the last one that was run now */
    uint64_t seed;   /* of the run */
    uint64_t digest; /* of the last state, as matthew_race_digest */
};

/* Makes one run of the open file again and holds its outcomes, bit for bit, against those in the file. point is
 * "NAME=VALUE,..." over the factors, or the number of a point in a list; null where there is one point. replicate
 * counts from 0. path, where it is not null, gets the history; options are those of matthew_race_open_history. replay
 * may be null. Errors: BAD_ARGUMENT (no such point, no file is open), BROKEN_INVARIANT (another value came out, or the
 * check in the file does not agree with its values; the history stays), STOPPED, and what a race and a history may fail
 * with. */
MATTHEW_API int matthew_sweep_replay(matthew_sweep *sweep, const char *point, long replicate, const char *path,
                                     const struct matthew_history_options *options, struct matthew_replay *replay);

/* A session that makes one run of the open file again, as matthew_sweep_replay does: point and replicate are its, and
 * so are the errors. The session reads the sweep's file: the sweep is neither closed nor freed before the session is.
 */
MATTHEW_API int matthew_session_of_sweep(matthew_session **session, matthew_sweep *sweep, const char *point,
                                         long replicate);
/* After the run of such a session: holds its outcomes, bit for bit, against those in the sweep's file; *text is what
 * the file has of the run, in one line. The caller frees it with matthew_text_free. Errors: BROKEN_INVARIANT, as
 * matthew_sweep_replay; BAD_ARGUMENT (there is no result), NO_MEMORY. */
MATTHEW_API int matthew_session_compare(const matthew_session *session, char **text);

#ifdef __cplusplus
}
#endif

#endif
