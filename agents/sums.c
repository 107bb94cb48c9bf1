#include "agents/sums.h"

#include "core/memory.h"
#include "core/sums.h"

#include <string.h>

int sums_reserve(struct sums *sums, size_t blocks, struct failure *failure) {
    if (blocks > sums->capacity) {
        blocks = memory_room(sums->capacity, blocks);
        double *rows = memory_new(blocks * SUMS_ROW, sizeof *rows);
        if (rows == NULL)
            return fail_memory(failure, "block sums");
        memory_free(sums->rows);
        sums->rows = rows;
        sums->capacity = blocks;
    }
    return MATTHEW_OK;
}

void sums_free(struct sums *sums) {
    memory_free(sums->rows);
    memset(sums, 0, sizeof *sums);
}

void sums_column(const struct sums *sums, enum sum sum, int member, double *out) {
    for (size_t block = 0; block < sums->blocks; block++)
        out[block] = sums_row(sums, block)[(int)sum + member];
}

double sums_total(const struct sums *sums, enum sum sum, int member) {
    double lane[LANES] = {0}; /* in the order of sum_array */
    for (size_t block = 0; block < sums->blocks; block++)
        lane[block % LANES] += sums_row(sums, block)[(int)sum + member];
    return sum_lanes(lane);
}

double sums_largest(const struct sums *sums, enum sum sum) {
    double largest = sums_row(sums, 0)[sum];
    for (size_t block = 1; block < sums->blocks; block++)
        largest = sums_row(sums, block)[sum] > largest ? sums_row(sums, block)[sum] : largest;
    return largest;
}

void sums_top(const struct sums *sums, enum sum sum, double top[LEADERS]) {
    memcpy(top, sums_row(sums, 0) + sum, LEADERS * sizeof *top);
    for (size_t block = 1; block < sums->blocks; block++) {
        const double *entry = sums_row(sums, block) + sum;
        for (int i = 0; i < LEADERS && entry[i] > top[LEADERS - 1]; i++) {
            int at = LEADERS - 1;
            for (; at > 0 && top[at - 1] < entry[i]; at--)
                top[at] = top[at - 1];
            top[at] = entry[i];
        }
    }
}
