/* Sums in a fixed order: right, and the same bits as the order that core/sums.h states. */
#include "core/sums.h"

#include <criterion/criterion.h>

static double sum_by_the_book(const double *value, size_t count) {
    double lane[LANES] = {0};
    for (size_t i = 0; i < count; i++)
        lane[i % LANES] += value[i];
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            lane[i] += lane[i + half];
    return lane[0];
}

Test(sums, order_is_fixed) {
    double value[1000];
    for (int i = 0; i < 1000; i++)
        value[i] = (i % 2 ? 1e10 : -1e-3) / (i + 1); /* the order shows in the last bits */
    for (size_t count = 0; count <= 1000; count++)
        cr_assert(sum_array(value, count) == sum_by_the_book(value, count), "%zu values", count);
    cr_assert(sum_block(value) == sum_by_the_book(value, BLOCK));
    double forwards = 0;
    for (int i = 0; i < BLOCK; i++)
        forwards += value[i];
    cr_assert(forwards != sum_block(value), "the values do not tell one order from another");
}

Test(sums, whole_numbers_are_exact) {
    double value[BLOCK];
    for (int i = 0; i < BLOCK; i++)
        value[i] = 0x1p44 - i;
    cr_assert(sum_block(value) == 0x1p52 - BLOCK * (BLOCK - 1) / 2);
    cr_assert(sum_array(value, 0) == 0);
    cr_assert(sum_array(value, 1) == 0x1p44);
}
