/* What the files of the interface share: what its handles hold, and how a call is refused.
 *
 * matthew.h says what each function does. A handle opens with a word of its own, so that null and a handle of another
 * kind are refused. Thread rule: the failure belongs to its thread; a handle to one thread at a time. */
#ifndef MATTHEW_INTERFACE_HANDLE_H
#define MATTHEW_INTERFACE_HANDLE_H

#include "core/status.h" /* first: it stands in for the status codes of matthew.h */
#include "matthew.h"

#include "core/scenario.h"
#include "core/tape.h"
#include "core/text.h"
#include "measure/gauge.h"
#include "output/history/history.h"
#include "output/memory/record.h"
#include "parallel/race.h"

#define SCENARIO_MARK UINT64_C(0x6f6972616e656373)
#define RACE_MARK UINT64_C(0x656361722061206d)
#define SWEEP_MARK UINT64_C(0x2061207065657773)
#define VALIDATION_MARK UINT64_C(0x6164696c61762061)

/* The kind of a saved race. */
extern const char race_tape_kind[TAPE_KIND];

struct matthew_scenario {
    uint64_t mark;
    struct scenario inner;
    char *file; /* that it was loaded from, for the place of what is wrong in it; null of others */
};

/* Events that the caller wants to be kept. */
struct events_kept {
    int which;          /* MATTHEW_EVENTS_... */
    long month;         /* whose end was seen last */
    struct events list; /* empty when none are wanted */
};

struct matthew_race {
    uint64_t mark;
    struct race *race;
    long months;
    int threads, check;
    volatile sig_atomic_t stop;
    struct history *history; /* null when none is open */
    struct observer recorder;
    struct record *record; /* in memory; null when none is open */
    struct gauge gauge;
    struct events_kept events;
    const struct observer *also;               /* who else watches; may be null */
    const volatile sig_atomic_t *stop_as_well; /* another wish to stop; may be null */
    int stopping;                              /* a wish to stop was found in this month */
    int broken;  /* a month ended with a failure in its middle: nothing can be made of the state */
    int running; /* in a call of matthew_race_run */
    int (*on_month)(matthew_race *race, long month, void *context);
    void *context; /* of on_month */
};

/* What the last failure of this thread was. */
extern _Thread_local struct failure last_failure;

static inline int is_scenario(const matthew_scenario *scenario) {
    return scenario != NULL && scenario->mark == SCENARIO_MARK;
}

static inline int is_race(const matthew_race *race) {
    return race != NULL && race->mark == RACE_MARK;
}

/* Failures of arguments: BAD_ARGUMENT, "ARGUMENT: what is wrong". */
int refuse(const char *argument, const char *format, ...) __attribute__((format(printf, 2, 3)));
int out_of_range(const char *argument, long long minimum, long long maximum, const char *unit, long long found);
int is_null(const char *what);
int no_scenario(const matthew_scenario *scenario);
int no_race(const matthew_race *race);
int wrong_threads(int threads);
int bad_index(const char *what, size_t index, size_t count);

/* The options of a history, as much of them as the caller knows of; null: the defaults. */
int history_options_given(struct history_options *inner, const struct matthew_history_options *options);
/* BAD_ARGUMENT of a history or record where the race has begun. */
int starts_at_month_0(const matthew_race *race, const char *what);

/* The status of a call that reads or writes a file: a failure that names no file is about this one. */
int of_file(int status, const char *path);

/* A text that was written for the caller; null after a failure, which is `status`, or that memory is short for what. */
char *finished_text(struct text *text, int status, const char *what);

/* Fills a structure that crosses the border: as much of it as the caller knows of. Its size member stays the caller's.
 */
int give(void *to, const void *from, size_t size);

/* The status of a check of a scenario: a failure names the place in the file that the scenario was loaded from. */
int checked(const matthew_scenario *scenario, int status);

/* Watches a race and takes over its events; and a copy, which has its own memory. Free is legal twice. */
struct observer events_observer(struct events_kept *kept);
int events_kept_copy(struct events_kept *copy, const struct events_kept *kept);
void events_kept_free(struct events_kept *kept);

/* A handle for a race, which it owns from then on, a failure included. */
int race_handle(matthew_race **handle, struct race *race);

#endif
