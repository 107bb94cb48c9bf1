#include "market/choice.h"

#include "core/memory.h"
#include "core/samplers.h"
#include "core/sums.h"

#include <string.h>

int choice_reserve(struct choice *choice, size_t blocks, struct failure *failure) {
    if (blocks <= choice->capacity)
        return MATTHEW_OK;
    blocks = memory_room(choice->capacity, blocks);
    size_t entries = blocks + 1;
    double *memory = memory_new(3 * entries, sizeof *memory);
    if (memory == NULL)
        return fail_memory(failure, "a choice market");
    memory_free(choice->memory);
    choice->memory = memory;
    choice->capacity = blocks;
    choice->block_movers = memory;
    choice->block_weight = memory + entries;
    choice->suffix = memory + 2 * entries;
    return MATTHEW_OK;
}

void choice_free(struct choice *choice) {
    memory_free(choice->memory);
    memset(choice, 0, sizeof *choice);
}

void choice_settle(struct choice *choice, uint64_t key, double movers, size_t blocks, double outside_weight) {
    choice->movers = movers;
    choice->inside_weight = sum_array(choice->block_weight, blocks);
    choice->outside_weight = outside_weight;
    choice->block_weight[blocks] = outside_weight;
    struct generator generator = generator_open(key);
    draw_split(&generator, movers, choice->block_weight, blocks + 1, choice->suffix, choice->block_movers);
    choice->outside = choice->block_movers[blocks];
}
