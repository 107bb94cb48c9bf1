#include "agents/sums.h"

#include "core/memory.h"
#include "core/sums.h"

#include <string.h>

int sums_reserve(struct sums *sums, size_t blocks, struct failure *failure) {
    if (blocks > sums->capacity) {
        double *memory = memory_new(blocks * SUM_COUNT, sizeof *memory);
        if (memory == NULL)
            return fail_memory(failure, "block sums");
        memory_free(sums->memory);
        sums->memory = memory;
        sums->capacity = blocks;
        for (size_t i = 0; i < SUM_COUNT; i++)
            sums->entry[i] = memory + i * blocks;
    }
    return MATTHEW_OK;
}

void sums_free(struct sums *sums) {
    memory_free(sums->memory);
    memset(sums, 0, sizeof *sums);
}

double sums_total(const struct sums *sums, enum sum sum, int member) {
    return sum_array(sums->entry[(int)sum + member], sums->blocks);
}

double sums_largest(const struct sums *sums, enum sum sum) {
    const double *entry = sums->entry[sum];
    double largest = entry[0];
    for (size_t block = 1; block < sums->blocks; block++)
        largest = entry[block] > largest ? entry[block] : largest;
    return largest;
}
