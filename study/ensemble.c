#include "study/ensemble.h"

#include "core/kernel.h"
#include "core/memory.h"
#include "parallel/team.h"

#include <omp.h>

#include <time.h>

/* How a thread has failed; it runs no other race. */
struct trouble {
    int status;
    size_t at;
    struct failure failure;
};

int ensemble_side_by_side(const struct ensemble *ensemble, int *inside) {
    int threads = team_threads(ensemble->threads);
    size_t blocks = ((size_t)ensemble->firms + BLOCK - 1) / BLOCK;
    size_t useful = blocks < (size_t)threads ? blocks : (size_t)threads;
    int many = ensemble->count >= useful;
    *inside = many ? 1 : threads;
    return !many ? 1 : ensemble->count < (size_t)threads ? (int)ensemble->count : threads;
}

/* What the threads share. */
struct turns {
    const struct ensemble *ensemble;
    size_t taken; /* places of a queue that does not grow */
    int broken;   /* a race failed or was stopped: no other begins */
};

/* The place of the next race for a thread that asks. */
static enum ensemble_turn next_turn(struct turns *turns, size_t *place) {
    const struct ensemble *ensemble = turns->ensemble;
    int broken;
#pragma omp atomic read
    broken = turns->broken;
    if (broken)
        return ENSEMBLE_END;
    if (ensemble->next != NULL)
        return ensemble->next(ensemble->context, place);
#pragma omp atomic capture
    *place = turns->taken++;
    return *place < ensemble->count ? ENSEMBLE_RACE : ENSEMBLE_END;
}

static void take_one(struct turns *turns, size_t place, int inside, struct trouble *trouble) {
    const struct ensemble *ensemble = turns->ensemble;
    trouble->at = place;
    if (ensemble->stop != NULL && *ensemble->stop != 0)
        trouble->status = fail(&trouble->failure, MATTHEW_STOPPED, "%s", status_meaning(MATTHEW_STOPPED));
    else
        trouble->status = ensemble->run(ensemble->context, place, inside, &trouble->failure);
    if (trouble->status == MATTHEW_OK)
        return;
#pragma omp atomic write
    turns->broken = 1;
}

/* What a thread does. A race takes longer than the pause. */
static void take_turns(struct turns *turns, int inside, struct trouble *trouble) {
    struct timespec pause = {0, 200000};
    size_t place = 0;
    memory_keep(1);
    while (trouble->status == MATTHEW_OK) {
        enum ensemble_turn turn = next_turn(turns, &place);
        if (turn == ENSEMBLE_END)
            break;
        if (turn == ENSEMBLE_RACE)
            take_one(turns, place, inside, trouble);
        else
            nanosleep(&pause, NULL);
    }
    memory_keep(0);
}

/* The first race that failed tells why; that it was stopped is no failure. */
static int judge(const struct trouble *trouble, int count, struct failure *failure) {
    const struct trouble *first = NULL;
    for (int i = 0; i < count; i++) {
        const struct trouble *one = &trouble[i];
        if (one->status == MATTHEW_OK)
            continue;
        int later = first != NULL && first->status != MATTHEW_STOPPED && one->at > first->at;
        if (first == NULL || (one->status != MATTHEW_STOPPED && !later))
            first = one;
    }
    if (first == NULL)
        return MATTHEW_OK;
    if (failure != NULL)
        *failure = first->failure;
    return first->status;
}

int ensemble_run(const struct ensemble *ensemble, struct failure *failure) {
    struct turns turns = {.ensemble = ensemble};
    int inside, side_by_side = ensemble_side_by_side(ensemble, &inside);
    if (ensemble->count == 0)
        return MATTHEW_OK;
    struct trouble *trouble = memory_new((size_t)side_by_side, sizeof *trouble);
    if (trouble == NULL)
        return fail_memory(failure, "races side by side");
#pragma omp parallel num_threads(side_by_side) default(none) shared(turns, inside, trouble) if (side_by_side > 1)
    take_turns(&turns, inside, &trouble[omp_get_thread_num()]);
    int status = judge(trouble, side_by_side, failure);
    memory_free(trouble);
    return status;
}
