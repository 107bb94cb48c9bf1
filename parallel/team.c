#include "parallel/team.h"

#include "parallel/quota.h"

#include <omp.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* A ticket word: sequence number of the phase (24 bits), end of the range of tasks (20), the next task (20). One word,
 * so that a thread that takes a ticket knows at once that it belongs to the phase that is running. */
enum { TASK_BITS = 20, TASK_MASK = (1 << TASK_BITS) - 1, RING = 16, RANGES_MAX = 64 };

struct range {
    _Alignas(64) _Atomic uint64_t ticket;
};

/* The tasks of a phase lie in as many ranges as there are threads. A thread takes from its own range first, so that the
 * same blocks of firms stay in its caches from phase to phase, and from the others when its own is used up. */
struct team {
    const struct phase *phases;
    size_t count;
    void *context;
    size_t ranges;
    struct range range[RANGES_MAX];
    _Alignas(64) _Atomic uint64_t done; /* tasks of the running phase that are done */
    _Alignas(64) _Atomic int ended;
    struct {
        size_t phase, tasks;
    } running[RING]; /* what a sequence number stands for: stable while one of its tasks is held */
};

/* Offers the tasks of a phase. */
static void publish(struct team *team, uint64_t sequence, size_t tasks) {
    atomic_store_explicit(&team->done, 0, memory_order_relaxed);
    for (size_t i = 0; i < team->ranges; i++) {
        uint64_t next = tasks * i / team->ranges, end = tasks * (i + 1) / team->ranges;
        uint64_t word = (sequence & 0xffffff) << (2 * TASK_BITS) | end << TASK_BITS | next;
        atomic_store_explicit(&team->range[i].ticket, word, memory_order_release);
    }
}

/* Runs settle steps until a phase with tasks starts or the run ends; called by one thread, while no task is held. */
static void start_next(struct team *team, size_t phase, uint64_t sequence, int settle_first) {
    int settle = settle_first;
    for (;;) {
        if (settle) {
            enum step step = team->phases[phase].settle == NULL ? STEP_NEXT : team->phases[phase].settle(team->context);
            if (step == STEP_END)
                break;
            if (step == STEP_NEXT)
                phase = (phase + 1) % team->count;
        }
        settle = 1;
        size_t tasks = team->phases[phase].tasks == NULL ? 0 : team->phases[phase].tasks(team->context);
        if (tasks > 0) {
            sequence++;
            team->running[sequence % RING].phase = phase;
            team->running[sequence % RING].tasks = tasks;
            publish(team, sequence, tasks);
            return;
        }
    }
    atomic_store_explicit(&team->ended, 1, memory_order_release);
}

static void wait_a_little(unsigned *spins) {
    if (++*spins < 4000) {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    } else if (*spins < 4400) {
        sched_yield();
    } else { /* something long and serial is going on, such as a write */
        struct timespec pause = {0, 50000};
        nanosleep(&pause, NULL);
    }
}

/* Takes a ticket of a range: 1 and the word when there was one. */
static int take(struct range *range, uint64_t *word) {
    *word = atomic_load_explicit(&range->ticket, memory_order_acquire);
    while ((*word & TASK_MASK) < (*word >> TASK_BITS & TASK_MASK))
        if (atomic_compare_exchange_weak_explicit(&range->ticket, word, *word + 1, memory_order_acq_rel,
                                                  memory_order_acquire))
            return 1;
    return 0;
}

static void perform(struct team *team, uint64_t word) {
    uint64_t sequence = word >> (2 * TASK_BITS);
    size_t phase = team->running[sequence % RING].phase, tasks = team->running[sequence % RING].tasks;
    team->phases[phase].task(team->context, (size_t)(word & TASK_MASK));
    if (atomic_fetch_add_explicit(&team->done, 1, memory_order_acq_rel) + 1 == tasks)
        start_next(team, phase, sequence, 1);
}

static void work(struct team *team, size_t own) {
    unsigned spins = 0;
    while (!atomic_load_explicit(&team->ended, memory_order_acquire)) {
        uint64_t word;
        size_t tried = 0;
        while (tried < team->ranges && !take(&team->range[(own + tried) % team->ranges], &word))
            tried++;
        if (tried == team->ranges) {
            wait_a_little(&spins);
            continue;
        }
        spins = 0;
        perform(team, word);
    }
}

void team_run(const struct phase *phases, size_t count, void *context, int threads) {
    int size = team_threads(threads);
    struct team team = {.phases = phases, .count = count, .context = context};
    team.ranges = size < RANGES_MAX ? (size_t)size : RANGES_MAX;
    for (size_t i = 0; i < team.ranges; i++)
        atomic_init(&team.range[i].ticket, 0);
    atomic_init(&team.done, 0);
    atomic_init(&team.ended, 0);
    start_next(&team, 0, 0, 0);
    if (size == 1) {
        work(&team, 0);
        return;
    }
#pragma omp parallel num_threads(size) default(none) shared(team)
    work(&team, (size_t)omp_get_thread_num());
}

/* As many as OpenMP would use, and no more than the limit of a container is good for: threads beyond it would be halted
 * for a part of every tenth of a second. Who sets OMP_NUM_THREADS has chosen. */
static int default_threads(void) {
    int threads = omp_get_max_threads(), quota = getenv("OMP_NUM_THREADS") == NULL ? quota_threads() : 0;
    return quota > 0 && quota < threads ? quota : threads;
}

static _Atomic long long first; /* the process in which threads were started, 0 before */

int team_threads_default(void) {
    int wanted = default_threads();
    long long started = atomic_load(&first);
    if (wanted <= 1 || (started != 0 && started != getpid()))
        return 1;
    return wanted < TEAM_THREADS_MAX ? wanted : TEAM_THREADS_MAX;
}

int team_threads(int threads) {
    int wanted = threads > 0 ? threads : default_threads();
    long long here = getpid(), started = 0;
    if (wanted > TEAM_THREADS_MAX)
        wanted = TEAM_THREADS_MAX;
    if (wanted <= 1)
        return 1;
    return atomic_compare_exchange_strong(&first, &started, here) || started == here ? wanted : 1;
}
