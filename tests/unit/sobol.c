/* Sobol's sequence against SciPy's, in every dimension. Made with scipy 1.17:
 *   points = scipy.stats.qmc.Sobol(32, scramble=False).random(2**14) * 2**30
 *   (points.astype(numpy.uint64) * numpy.arange(1, 2**14 + 1, dtype=numpy.uint64)[:, None]).sum(axis=0) */
#include "study/sobol.h"

#include <criterion/criterion.h>
#include <stdint.h>

enum { POINTS = 1 << 14 };

static const uint64_t sums[SOBOL_DIMENSIONS_MAX] = {
    UINT64_C(72059792792748032), UINT64_C(72066389862514688), UINT64_C(72061991816003584), UINT64_C(72061991816003584),
    UINT64_C(72059792792748032), UINT64_C(72059792792748032), UINT64_C(72061991816003584), UINT64_C(72059792792748032),
    UINT64_C(72059792792748032), UINT64_C(72061991816003584), UINT64_C(72061991816003584), UINT64_C(72061991816003584),
    UINT64_C(72059792792748032), UINT64_C(72061991816003584), UINT64_C(72059792792748032), UINT64_C(72066389862514688),
    UINT64_C(72061991816003584), UINT64_C(72066389862514688), UINT64_C(72061991816003584), UINT64_C(72064190839259136),
    UINT64_C(72064190839259136), UINT64_C(72064190839259136), UINT64_C(72059792792748032), UINT64_C(72061991816003584),
    UINT64_C(72061991816003584), UINT64_C(72059792792748032), UINT64_C(72061991816003584), UINT64_C(72061991816003584),
    UINT64_C(72059792792748032), UINT64_C(72064190839259136), UINT64_C(72059792792748032), UINT64_C(72061991816003584)};

static double values[POINTS], fewer[100];

Test(sobol, every_dimension_is_that_of_scipy) {
    for (size_t d = 0; d < SOBOL_DIMENSIONS_MAX; d++) {
        uint64_t sum = 0;
        sobol_fill(d, POINTS, values);
        for (size_t i = 0; i < POINTS; i++) {
            cr_assert(values[i] >= 0.0 && values[i] < 1.0, "dimension %zu: point %zu is %g", d, i, values[i]);
            sum += (uint64_t)(values[i] * 0x1p30) * (i + 1);
        }
        cr_assert(sum == sums[d], "dimension %zu: the sum is %llu, not %llu", d, (unsigned long long)sum,
                  (unsigned long long)sums[d]);
    }
}

Test(sobol, more_points_begin_with_the_fewer_ones) {
    sobol_fill(5, POINTS, values);
    sobol_fill(5, 100, fewer);
    for (size_t i = 0; i < 100; i++)
        cr_assert(values[i] == fewer[i], "point %zu", i);
}
