#include "study/ensemble.h"

#include "core/kernel.h"
#include "core/memory.h"
#include "parallel/team.h"

#include <omp.h>

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

/* What a thread does with the race of a place, unless something is wrong already. */
static void take_one(const struct ensemble *ensemble, size_t place, int inside, struct trouble *trouble, int *broken) {
    int given_up;
#pragma omp atomic read
    given_up = *broken;
    if (given_up)
        return;
    trouble->at = place;
    if (ensemble->stop != NULL && *ensemble->stop != 0)
        trouble->status = fail(&trouble->failure, MATTHEW_STOPPED, "%s", status_meaning(MATTHEW_STOPPED));
    else
        trouble->status = ensemble->run(ensemble->context, place, inside, &trouble->failure);
    if (trouble->status == MATTHEW_OK)
        return;
#pragma omp atomic write
    *broken = 1;
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
    int inside, broken = 0, side_by_side = ensemble_side_by_side(ensemble, &inside);
    if (ensemble->count == 0)
        return MATTHEW_OK;
    struct trouble *trouble = memory_new((size_t)side_by_side, sizeof *trouble);
    if (trouble == NULL)
        return fail_memory(failure, "races side by side");
#pragma omp parallel for schedule(dynamic) num_threads(side_by_side) default(none)                                     \
    shared(ensemble, inside, trouble, broken) if (side_by_side > 1)
    for (size_t place = 0; place < ensemble->count; place++)
        take_one(ensemble, place, inside, &trouble[omp_get_thread_num()], &broken);
    int status = judge(trouble, side_by_side, failure);
    memory_free(trouble);
    return status;
}
