/* The team: every task of every phase once, phases in order, settle steps alone; with any number of threads. */
#include "parallel/team.h"

#include "support/draws.h"

#include <criterion/criterion.h>
#include <stdatomic.h>
#include <string.h>

enum { PHASES = 5, TASKS_MAX = 1000 };

/* A plan of many rounds whose numbers of tasks are drawn, and what was seen of it. */
struct play {
    struct draws draws;
    _Atomic unsigned char seen[TASKS_MAX];
    atomic_int settling; /* settle steps running */
    atomic_int started;  /* tasks that began while another phase's settle step was running */
    size_t tasks;        /* of the running phase */
    int phase;           /* the phase that runs, or whose tasks were asked for last */
    long settled, again, rounds, rounds_wanted, sum;
    atomic_long work; /* what the tasks of the running phase add up */
    int wrong;        /* phases out of order, tasks missing or twice */
    int asked;
};

static size_t tasks_of(struct play *play, int phase) {
    if (play->phase != phase)
        play->wrong++;
    play->asked++;
    long kind = draws_below(&play->draws, 4);
    play->tasks = kind == 0 ? 0 : (size_t)draws_below(&play->draws, kind == 1 ? 3 : kind == 2 ? 20 : TASKS_MAX);
    memset((void *)play->seen, 0, sizeof play->seen);
    atomic_store(&play->work, 0);
    return play->tasks;
}

static void task(void *context, size_t task) {
    struct play *play = context;
    if (atomic_load(&play->settling) != 0)
        atomic_fetch_add(&play->started, 1);
    if (task < TASKS_MAX)
        atomic_fetch_add(&play->seen[task], 1);
    atomic_fetch_add(&play->work, (long)task + 1);
}

static enum step settle(struct play *play, int phase) {
    if (atomic_fetch_add(&play->settling, 1) != 0)
        play->wrong++;
    if (play->phase != phase)
        play->wrong++;
    for (size_t i = 0; i < TASKS_MAX; i++)
        if (play->seen[i] != (i < play->tasks))
            play->wrong++;
    long wanted = (long)play->tasks * ((long)play->tasks + 1) / 2;
    if (atomic_load(&play->work) != wanted)
        play->wrong++;
    play->settled++;
    atomic_fetch_sub(&play->settling, 1);
    if (draws_below(&play->draws, 5) == 0) {
        play->again++;
        return STEP_AGAIN;
    }
    play->phase = (phase + 1) % PHASES;
    if (phase == PHASES - 1 && ++play->rounds == play->rounds_wanted)
        return STEP_END;
    return STEP_NEXT;
}

#define PHASE(n)                                                                                                       \
    static size_t tasks_##n(void *context) {                                                                           \
        return tasks_of(context, n);                                                                                   \
    }                                                                                                                  \
    static enum step settle_##n(void *context) {                                                                       \
        return settle(context, n);                                                                                     \
    }
PHASE(0)
PHASE(1)
PHASE(2)
PHASE(3)
PHASE(4)

static const struct phase phases[PHASES] = {{"a", tasks_0, task, settle_0},
                                            {"b", tasks_1, task, settle_1},
                                            {"c", tasks_2, task, settle_2},
                                            {"d", tasks_3, task, settle_3},
                                            {"e", tasks_4, task, settle_4}};

static void check_play(int threads, long rounds, uint64_t seed) {
    static struct play play;
    memset((void *)&play, 0, sizeof play);
    play.draws = draws_open(seed);
    play.rounds_wanted = rounds;
    team_run(phases, PHASES, &play, threads);
    cr_assert(play.wrong == 0, "%d threads: %d things out of order", threads, play.wrong);
    cr_assert(atomic_load(&play.started) == 0, "%d threads: a task began before the settle step had ended", threads);
    cr_assert(play.rounds == rounds);
    cr_assert(play.settled == PHASES * rounds + play.again);
    cr_assert(play.asked == play.settled);
    cr_assert(play.again > 0);
}

Test(team, one_thread) {
    check_play(1, 1000, 1);
}

Test(team, many_threads) {
    for (int threads = 2; threads <= 8; threads++)
        check_play(threads, 100, (uint64_t)threads);
}

Test(team, default_number_of_threads) {
    cr_assert(team_threads(0) >= 1);
    cr_assert(team_threads(3) == 3 && team_threads(1) == 1);
    cr_assert(team_threads(2000000000) == TEAM_THREADS_MAX);
    check_play(0, 20, 99);
    check_play(-3, 20, 100);
}

/* ---- corner cases ---- */

struct count {
    atomic_long tasks;
    long steps, until;
};

static size_t no_tasks(void *context) {
    (void)context;
    return 0;
}

static size_t three_tasks(void *context) {
    (void)context;
    return 3;
}

static void count_task(void *context, size_t number) {
    (void)number;
    atomic_fetch_add(&((struct count *)context)->tasks, 1);
}

static enum step count_step(void *context) {
    struct count *count = context;
    return ++count->steps == count->until ? STEP_END : STEP_NEXT;
}

Test(team, phases_without_tasks_only_settle) {
    const struct phase empty[] = {{"none", no_tasks, NULL, count_step}, {"null", NULL, NULL, count_step}};
    for (int threads = 1; threads <= 4; threads++) {
        struct count count = {.until = 10001};
        team_run(empty, 2, &count, threads);
        cr_assert(count.steps == 10001);
        cr_assert(atomic_load(&count.tasks) == 0);
    }
}

/* A settle step may be left out: the next phase follows. */
Test(team, a_phase_without_settle_step) {
    const struct phase two[] = {{"work", three_tasks, count_task, NULL}, {"count", no_tasks, NULL, count_step}};
    struct count count = {.until = 500};
    team_run(two, 2, &count, 3);
    cr_assert(count.steps == 500);
    cr_assert(atomic_load(&count.tasks) == 1500);
}

/* More phases than a small sequence counter or ring could tell apart. */
Test(team, thousands_of_phases) {
    const struct phase one[] = {{"work", three_tasks, count_task, count_step}};
    struct count count = {.until = 30000};
    team_run(one, 1, &count, 2);
    cr_assert(atomic_load(&count.tasks) == 90000);
}

/* What tasks write is seen by the settle step, and what that writes by the next tasks: plain memory, many rounds. */
enum { CELLS = 64 };
struct relay {
    long cell[CELLS], total, rounds;
    int wrong;
};

static size_t cells(void *context) {
    (void)context;
    return CELLS;
}

static void pass_on(void *context, size_t task) {
    struct relay *relay = context;
    relay->cell[task] += relay->total % 7 + 1;
}

static enum step add_up(void *context) {
    struct relay *relay = context;
    long total = 0;
    for (int i = 0; i < CELLS; i++) {
        total += relay->cell[i];
        if (relay->cell[i] != relay->cell[0])
            relay->wrong++;
    }
    relay->total = total;
    return ++relay->rounds == 5000 ? STEP_END : STEP_NEXT;
}

Test(team, memory_is_handed_over) {
    const struct phase one[] = {{"relay", cells, pass_on, add_up}};
    struct relay alone = {0}, together = {0};
    team_run(one, 1, &alone, 1);
    team_run(one, 1, &together, 4);
    cr_assert(together.wrong == 0);
    cr_assert(together.total == alone.total);
}
