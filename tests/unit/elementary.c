/* The elementary functions against the long double library: error bounds over wide ranges, edges, and vector code that
 * gives the bits of scalar code. Arguments come from a fixed generator. Each bound is what core/elementary.h states. */
#include "core/elementary.h"
#include "core/random.h"

#include <math.h>
#include <stdio.h>

#include <criterion/criterion.h>

enum { TRIES = 400000 };

static struct generator generator;

static double uniform(double low, double high) {
    return low + (high - low) * generator_uniform(&generator);
}

/* A magnitude spread evenly over the exponents from 2^low to 2^high. */
static double wide(double low, double high) {
    return (double)exp2l(uniform(low, high));
}

static double ulps(double got, long double exact) {
    double nearest = fabs((double)exact);
    double ulp = nearest < DBL_MIN ? DBL_TRUE_MIN : nextafter(nearest, INFINITY) - nearest;
    return (double)(fabsl(got - exact) / ulp);
}

typedef double function(double);
typedef long double exact_function(long double);

/* The largest error over TRIES arguments of either sign (or positive ones) with exponents from low to high. */
static double worst(function *f, exact_function *exact, int negative, double low, double high) {
    double result = 0;
    generator = generator_open(1);
    for (int i = 0; i < TRIES; i++) {
        double x = wide(low, high);
        x = negative && i % 2 ? -x : x;
        result = fmax(result, ulps(f(x), exact(x)));
    }
    return result;
}

static double exp_of(double x) {
    return portable_exp(x);
}
static double expm1_of(double x) {
    return portable_expm1(x);
}
static double log_of(double x) {
    return portable_log(x);
}
static double log1p_of(double x) {
    return portable_log1p(x);
}
static double logistic_of(double x) {
    return portable_logistic(x);
}
static double tanh_of(double x) {
    return portable_tanh(x);
}
static long double logistic_exact(long double x) {
    return 1 / (1 + expl(-x));
}

Test(elementary, exp) {
    cr_assert(worst(exp_of, expl, 1, -60, 9.46) < 1.0, "%g ulp", worst(exp_of, expl, 1, -60, 9.46));
    cr_assert(portable_exp(0) == 1 && portable_exp(-0.0) == 1);
    cr_assert(portable_exp(-1e300) == portable_exp(-708) && portable_exp(-708) >= DBL_MIN);
    cr_assert(portable_exp(INFINITY) == portable_exp(708) && isfinite(portable_exp(708)));
    cr_assert(isnan(portable_exp(NAN)));
    for (double x = -700; x < 700; x += 0.37)
        cr_assert(portable_exp_within(x) == portable_exp(x));
}

Test(elementary, expm1) {
    cr_assert(worst(expm1_of, expm1l, 1, -60, 9.46) < 2.0, "%g ulp", worst(expm1_of, expm1l, 1, -60, 9.46));
    cr_assert(portable_expm1(0) == 0 && portable_expm1(1e-300) == 1e-300);
    cr_assert(portable_expm1(-1e10) == -1);
    /* 1 - exp(-h) for a hazard of 1e-12 keeps its digits; the plain form is wrong in the fifth (measured: 1.00009). */
    cr_assert(fabs(-portable_expm1(-1e-12) / 1e-12 - 1) < 1e-11);
}

Test(elementary, log) {
    cr_assert(worst(log_of, logl, 0, -1021.9, 1023.9) < 1.0);
    cr_assert(worst(log_of, logl, 0, -0.6, 0.6) < 1.0, "%g ulp", worst(log_of, logl, 0, -0.6, 0.6));
    cr_assert(portable_log(1) == 0);
    cr_assert(portable_log(0) == portable_log(DBL_MIN) && portable_log(-1) == portable_log(DBL_MIN));
    cr_assert(portable_log(DBL_TRUE_MIN) == portable_log(DBL_MIN));
    cr_assert(fabs(portable_log(DBL_MAX) - 709.782712893384) < 1e-12);
}

Test(elementary, log1p) {
    cr_assert(worst(log1p_of, log1pl, 0, -70, 1000) < 1.0);
    double result = 0;
    generator = generator_open(2);
    for (int i = 0; i < TRIES; i++) {
        double x = -wide(-60, -1e-9);
        result = fmax(result, ulps(portable_log1p(x), log1pl(x)));
    }
    cr_assert(result < 1.0, "%g ulp", result);
    cr_assert(portable_log1p(0) == 0 && portable_log1p(1e-300) == 1e-300);
    cr_assert(portable_log1p(-1) == portable_log(DBL_MIN) && portable_log1p(-5) == portable_log(DBL_MIN));
}

Test(elementary, pow) {
    generator = generator_open(3);
    for (int i = 0; i < TRIES; i++) {
        double x = wide(-100, 100), y = uniform(-5, 5);
        long double exact = powl(x, y);
        double bound = (2 + fabs(y * log(x))) * 0x1p-52;
        cr_assert(fabsl(portable_pow(x, y) - exact) <= bound * exact, "%a %a", x, y);
    }
    cr_assert(portable_pow(0, 0) == 1 && portable_pow(7, 0) == 1 && portable_pow(0, 0.5) == 0 &&
              portable_pow(1, 1e300) == 1);
    cr_assert(portable_pow(0, -1) > 1e307);
    cr_assert(portable_pow(2, 1e9) == portable_exp(708) && portable_pow(2, -1e9) == portable_exp(-708));
}

Test(elementary, sincos2pi) {
    const long double turn = 6.283185307179586476925286766559005768L;
    generator = generator_open(4);
    double result = 0;
    for (int i = 0; i < TRIES; i++) {
        double u = i % 2 ? uniform(0, 1) : wide(-50, 0), sine, cosine;
        portable_sincos2pi(u, &sine, &cosine);
        result = fmax(result, fabs((double)(sine - sinl(turn * u))));
        result = fmax(result, fabs((double)(cosine - cosl(turn * u))));
    }
    cr_assert(result < 0x1p-52, "%g", result);
    for (int quarter = 0; quarter < 8; quarter++) {
        static const double sines[] = {0, 1, 0, -1};
        double sine, cosine;
        portable_sincos2pi(quarter * 0.25, &sine, &cosine);
        cr_assert(sine == sines[quarter % 4] && cosine == sines[(quarter + 1) % 4]);
    }
}

Test(elementary, logistic_and_tanh) {
    cr_assert(worst(logistic_of, logistic_exact, 1, -60, 9) < 3.0);
    cr_assert(worst(tanh_of, tanhl, 1, -60, 9) < 4.0, "%g ulp", worst(tanh_of, tanhl, 1, -60, 9));
    cr_assert(portable_logistic(0) == 0.5 && portable_tanh(0) == 0);
    cr_assert(portable_tanh(1e9) == 1 && portable_tanh(-INFINITY) == -1);
    cr_assert(portable_logistic(1e9) == 1 && portable_logistic(-1e9) < 1e-300);
}

Test(elementary, floor) {
    static const double edges[] = {0,
                                   -0.0,
                                   0.5,
                                   -0.5,
                                   1,
                                   -1,
                                   0.9999999999999999,
                                   0x1p51,
                                   0x1p51 + .5,
                                   0x1p52 - 0.5,
                                   -0x1p52 + 0.5,
                                   0x1p52,
                                   -0x1p52,
                                   0x1p53 + 2,
                                   1e300,
                                   -1e300,
                                   INFINITY,
                                   -INFINITY,
                                   DBL_MIN,
                                   -DBL_MIN,
                                   DBL_TRUE_MIN,
                                   -DBL_TRUE_MIN};
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        cr_assert(portable_floor(edges[i]) == floor(edges[i]), "%a", edges[i]);
    cr_assert(signbit(portable_floor(-0.0)) && isnan(portable_floor(NAN)));
    generator = generator_open(5);
    for (int i = 0; i < TRIES; i++) {
        double x = wide(-10, 55) * (i % 2 ? -1 : 1);
        cr_assert(portable_floor(x) == floor(x), "%a", x);
        cr_assert(portable_floor(floor(x)) == floor(x), "%a", x);
    }
}

/* The exact quantile by Newton's steps on the long double error function. */
static long double quantile_exact(double p, double start) {
    long double x = start;
    for (int i = 0; i < 4; i++) {
        long double below = x < 0 ? erfcl(-x / sqrtl(2)) / 2 : 1 - erfcl(x / sqrtl(2)) / 2;
        x -= (below - p) * 2.50662827463100050242L * expl(x * x / 2);
    }
    return x;
}

Test(elementary, normal_quantile) {
    generator = generator_open(6);
    double result = 0;
    for (int i = 0; i < TRIES / 4; i++) {
        double p =
            i % 2 ? uniform(0, 0.9) : wide(-52.9, -1); /* near 1 the reference loses digits, and 1 - p is exact */
        double x = portable_normal_quantile(p);
        result = fmax(result, ulps(x, quantile_exact(p, x)));
    }
    cr_assert(result < 12, "%g ulp", result);
    cr_assert(portable_normal_quantile(0.5) == 0);
    for (double p = 0x1p-30; p < 0.5; p *= 1.37) {
        double exact_p = 1 - (1 - p); /* a p whose 1 - p is exact */
        cr_assert(portable_normal_quantile(1 - exact_p) == -portable_normal_quantile(exact_p));
    }
    cr_assert(portable_normal_quantile(0) == portable_normal_quantile(0x1p-53) &&
              isfinite(portable_normal_quantile(0)));
    cr_assert(portable_normal_quantile(1) == -portable_normal_quantile(0));
    cr_assert(isfinite(portable_normal_quantile(-5)));
}

Test(elementary, small_helpers) {
    cr_assert(portable_min(1, 2) == 1 && portable_min(2, 1) == 1 && portable_max(1, 2) == 2 && portable_max(2, 1) == 2);
    cr_assert(portable_min(NAN, 3) == 3 && portable_max(NAN, 3) == 3);
    cr_assert(portable_clip(5, 0, 1) == 1 && portable_clip(-5, 0, 1) == 0 && portable_clip(0.5, 0, 1) == 0.5);
    cr_assert(isnan(portable_clip(NAN, 0, 1)));
    cr_assert(portable_abs(-2) == 2 && !signbit(portable_abs(-0.0)));
    cr_assert(portable_sqrt(2) == sqrt(2) && portable_sqrt(0) == 0);
    cr_assert(portable_from_bits(portable_bits(-1.5)) == -1.5 && portable_bits(1.0) == UINT64_C(0x3ff0000000000000));
}

/* The compiler must not fuse a multiplication into an addition: (1 + e)(1 - e) - 1 is 0 when the product is rounded and
   -e^2 when it is not. The kernels are compiled with the same setting; that they agree over instruction sets is tested
   with them. */
Test(elementary, nothing_is_fused) {
    volatile double e = 0x1p-30;
    cr_assert((1 + e) * (1 - e) - 1 == 0);
}

/* Vector code, scalar code: the same bits. */
Test(elementary, vectors_give_the_same_bits) {
    static double x[BLOCK], y[BLOCK];
    generator = generator_open(7);
    for (int i = 0; i < BLOCK; i++)
        x[i] = uniform(-3, 3);
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++)
        y[i] = portable_log1p(portable_exp(x[i])) + portable_pow(portable_abs(x[i]), 0.3) + portable_floor(x[i]);
    for (int i = 0; i < BLOCK; i++) {
        volatile double one = x[i];
        double z = portable_log1p(portable_exp(one)) + portable_pow(portable_abs(one), 0.3) + portable_floor(one);
        cr_assert(portable_bits(z) == portable_bits(y[i]));
    }
}
