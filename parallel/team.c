#include "parallel/team.h"

#include <omp.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

/* A ticket word: sequence number of the phase (24 bits), its tasks (20), the next task (20). One word, so that a thread
 * that takes a ticket knows at once that it belongs to the phase that is running. */
enum { TASK_BITS = 20, TASK_MASK = (1 << TASK_BITS) - 1, RING = 16 };

struct team {
    const struct phase *phases;
    size_t count;
    void *context;
    _Alignas(64) _Atomic uint64_t ticket;
    _Alignas(64) _Atomic uint64_t done; /* tasks of the running phase that are done */
    _Alignas(64) _Atomic int ended;
    size_t running[RING]; /* which phase a sequence number stands for: stable while one of its tasks is held */
};

static uint64_t ticket_word(uint64_t sequence, size_t tasks) {
    return (sequence & 0xffffff) << (2 * TASK_BITS) | (uint64_t)tasks << TASK_BITS;
}

/* Runs settle steps until a phase with tasks starts or the run ends; called by one thread, while no task is held. */
static void start_next(struct team *team, size_t phase, uint64_t sequence, int settle_first) {
    enum step step = STEP_NEXT;
    int settle = settle_first;
    for (;;) {
        if (settle) {
            step = team->phases[phase].settle == NULL ? STEP_NEXT : team->phases[phase].settle(team->context);
            if (step == STEP_END)
                break;
            if (step == STEP_NEXT)
                phase = (phase + 1) % team->count;
        }
        settle = 1;
        size_t tasks = team->phases[phase].tasks == NULL ? 0 : team->phases[phase].tasks(team->context);
        if (tasks > 0) {
            sequence++;
            team->running[sequence % RING] = phase;
            atomic_store_explicit(&team->done, 0, memory_order_relaxed);
            atomic_store_explicit(&team->ticket, ticket_word(sequence, tasks), memory_order_release);
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

static void work(struct team *team) {
    unsigned spins = 0;
    while (!atomic_load_explicit(&team->ended, memory_order_acquire)) {
        uint64_t word = atomic_load_explicit(&team->ticket, memory_order_acquire);
        uint64_t next = word & TASK_MASK, tasks = word >> TASK_BITS & TASK_MASK;
        if (next >= tasks) {
            wait_a_little(&spins);
            continue;
        }
        if (!atomic_compare_exchange_weak_explicit(&team->ticket, &word, word + 1, memory_order_acq_rel,
                                                   memory_order_acquire))
            continue;
        spins = 0;
        uint64_t sequence = word >> (2 * TASK_BITS);
        size_t phase = team->running[sequence % RING];
        team->phases[phase].task(team->context, (size_t)next);
        if (atomic_fetch_add_explicit(&team->done, 1, memory_order_acq_rel) + 1 == tasks)
            start_next(team, phase, sequence, 1);
    }
}

void team_run(const struct phase *phases, size_t count, void *context, int threads) {
    struct team team = {.phases = phases, .count = count, .context = context};
    atomic_init(&team.ticket, 0);
    atomic_init(&team.done, 0);
    atomic_init(&team.ended, 0);
    start_next(&team, 0, 0, 0);
    int size = threads > 0 ? threads : team_default_threads();
    if (size == 1) {
        work(&team);
        return;
    }
#pragma omp parallel num_threads(size) default(none) shared(team)
    work(&team);
}

int team_default_threads(void) {
    return omp_get_max_threads();
}
