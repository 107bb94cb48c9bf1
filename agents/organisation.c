#include "agents/organisation.h"

#include "core/memory.h"

#include <string.h>

void organisation_close(struct world *world) {
    world->industry.pool[0] += sums_total(&world->sums, SUM_walkouts, 0);
}

void spin_outs_gather(struct world *world) {
    const struct firms *firms = &world->firms;
    struct spin_outs *spin_outs = &world->spin_outs;
    spin_outs->count = 0;
    if (world->parameters.organisation_enabled == 0.0)
        return;
    for (size_t block = 0; block < world->sums.blocks; block++) {
        if (sums_row(&world->sums, block)[SUM_spin_outs] == 0.0)
            continue;
        for (size_t slot = block * BLOCK; slot < (block + 1) * BLOCK; slot++)
            if (firms->spin_out[slot] > 0.0)
                spin_outs->list[spin_outs->count++] = (struct spin_out){
                    firms->id[slot], firms->spin_out[slot], firms->capability[slot], (int)firms->region[slot]};
    }
}

int spin_outs_reserve(struct spin_outs *spin_outs, size_t capacity, struct failure *failure) {
    if (capacity <= spin_outs->capacity)
        return MATTHEW_OK;
    capacity = memory_room(spin_outs->capacity, capacity);
    struct spin_out *list = memory_grow(spin_outs->list, spin_outs->count, capacity, sizeof *list);
    if (list == NULL)
        return fail_memory(failure, "spin-outs");
    spin_outs->list = list;
    spin_outs->capacity = capacity;
    return MATTHEW_OK;
}

void spin_outs_free(struct spin_outs *spin_outs) {
    memory_free(spin_outs->list);
    memset(spin_outs, 0, sizeof *spin_outs);
}
