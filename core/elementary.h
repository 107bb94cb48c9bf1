/* Elementary functions whose bits depend on nothing but their arguments.
 *
 * They use + - * / sqrt and whole-number operations on bit patterns only: no fused multiply-add, no mathematical
 * library, no branch, no table. So they become vector code inside VECTOR_LOOP and give the same bits in every
 * instruction set, in scalar code and with every compiler, as long as the compiler may not contract (-ffp-contract=off,
 * which the build sets). The polynomials are minimax fits made for this file. Errors are stated in units in the last
 * place (ulp) and are what tests/unit/elementary.c measures and holds. Arguments outside the stated domain are clamped
 * where that is said; otherwise the result is some number, never a trap. Thread rule: pure functions. */
#ifndef MATTHEW_CORE_ELEMENTARY_H
#define MATTHEW_CORE_ELEMENTARY_H

#include <float.h>
#include <stdint.h>
#include <string.h>

#include "core/kernel.h"

#define PORTABLE_LN2_HIGH 0x1.62e42fee00000p-1 /* 33 bits of log 2: its product with an exponent is exact */
#define PORTABLE_LN2_LOW 0x1.a39ef35793c76p-33
#define PORTABLE_HALF_LOG_2PI 0x1.d67f1c864beb5p-1

KERNEL_INLINE uint64_t portable_bits(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

KERNEL_INLINE double portable_from_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

KERNEL_INLINE double portable_abs(double x) {
    return __builtin_fabs(x);
}

/* A NaN in x gives y. */
KERNEL_INLINE double portable_min(double x, double y) {
    return x < y ? x : y;
}

KERNEL_INLINE double portable_max(double x, double y) {
    return x > y ? x : y;
}

/* A NaN stays. */
KERNEL_INLINE double portable_clip(double x, double low, double high) {
    x = x < low ? low : x;
    return x > high ? high : x;
}

/* Correctly rounded; never a call, because the build sets -fno-math-errno. */
KERNEL_INLINE double portable_sqrt(double x) {
    return __builtin_sqrt(x);
}

/* The largest whole number not above x. Numbers of 2^52 and above, infinities and NaN are returned as they are. */
KERNEL_INLINE double portable_floor(double x) {
#ifdef __SSE4_1__
    return __builtin_floor(x);
#else
    uint64_t sign = portable_bits(x) & UINT64_C(0x8000000000000000);
    double magnitude = portable_abs(x);
    double whole = portable_from_bits(portable_bits((magnitude + 0x1p52) - 0x1p52) | sign);
    double below = whole > x ? whole - 1.0 : whole;
    return magnitude < 0x1p52 ? below : x;
#endif
}

/* What portable_exp and portable_expm1 share: x = n log 2 + r with |r| <= log(2)/2. Gives 2^n's bits to add to an
   exponent, and exp(r) - 1. x within +-708. */
KERNEL_INLINE double portable_exp_reduced(double x, uint64_t *shift) {
    double t = x * 0x1.71547652b82fep+0 + 0x1.8p52;
    double n = t - 0x1.8p52;
    double high = x - n * PORTABLE_LN2_HIGH;
    double low = n * PORTABLE_LN2_LOW;
    double r = high - low;
    double lost = (high - r) - low;
    double r2 = r * r;
    double r4 = r2 * r2;
    double q0 = 0x1.0000000000001p-1 + r * 0x1.5555555555558p-3;
    double q1 = 0x1.5555555553d35p-5 + r * 0x1.111111110f7d5p-7;
    double q2 = 0x1.6c16c1789d8a0p-10 + r * 0x1.a01a01b02246cp-13;
    double q3 = 0x1.a019b8c8be1fbp-16 + r * 0x1.71ddf6757d7e1p-19;
    double q4 = 0x1.2891d676885b5p-22 + r * 0x1.af63a06ec766ep-26;
    double q = (q0 + r2 * q1) + r4 * ((q2 + r2 * q3) + r4 * q4);
    *shift = portable_bits(t) << 52;
    return r + (r2 * q + lost);
}

/* portable_exp for an x that is known to lie within +-708. */
KERNEL_INLINE double portable_exp_within(double x) {
    uint64_t shift;
    double reduced = portable_exp_reduced(x, &shift);
    return portable_from_bits(portable_bits(1.0 + reduced) + shift);
}

/* e to the power x; x is clamped to +-708, so the result is never 0, subnormal or infinite. Error below 1 ulp. */
KERNEL_INLINE double portable_exp(double x) {
    return portable_exp_within(portable_clip(x, -708.0, 708.0));
}

/* exp(x) - 1 without loss for small x; x is clamped to +-708. Error below 2 ulp. */
KERNEL_INLINE double portable_expm1(double x) {
    uint64_t shift;
    double reduced = portable_exp_reduced(portable_clip(x, -708.0, 708.0), &shift);
    double scale = portable_from_bits(portable_bits(1.0) + shift);
    return scale * reduced + (scale - 1.0);
}

/* log(u) + correction, for u a normal positive number and a correction that is small beside log(u) or alone. */
KERNEL_INLINE double portable_log_corrected(double u, double correction) {
    uint64_t bits = portable_bits(u);
    uint64_t above = bits - UINT64_C(0x3fe6a09e667f3bcd); /* from sqrt(1/2) on */
    double f = portable_from_bits(bits - (above & UINT64_C(0xfff0000000000000))) - 1.0;
    /* The exponent as a double without a conversion of 64-bit integers, which older sets lack. */
    double k = portable_from_bits(((above >> 52) ^ 0x800) + UINT64_C(0x4330000000000000)) - (0x1p52 + 0x1p11);
    double s = f / (2.0 + f);
    double z = s * s;
    double w = z * z;
    double odd =
        0x1.5555555555558p-1 + w * (0x1.2492492e0efb2p-2 + w * (0x1.7462be2cad858p-3 + w * 0x1.2b662bd0f44a1p-3));
    double even = 0x1.99999999951c0p-2 + w * (0x1.c71c62c21a3a2p-3 + w * 0x1.39fd33f4f06b4p-3);
    double rest = z * odd + w * even;
    double half = 0.5 * f * f;
    return k * PORTABLE_LN2_HIGH - ((half - (s * (half + rest) + (k * PORTABLE_LN2_LOW + correction))) - f);
}

/* The natural logarithm. Arguments below the smallest normal number (subnormals, 0, negative ones) count as that
   number: log 0 is -708.4. Error below 1 ulp. Infinity and NaN are outside the domain (the result is finite). */
KERNEL_INLINE double portable_log(double x) {
    return portable_log_corrected(x < DBL_MIN ? DBL_MIN : x, 0.0);
}

/* log(1 + x) without loss for small x; x <= -1 gives -708.4. Error below 1 ulp. */
KERNEL_INLINE double portable_log1p(double x) {
    double u = 1.0 + x;
    u = u < DBL_MIN ? DBL_MIN : u;
    double lost = u > 0x1p53 ? 0.0 : x - (u - 1.0);
    return portable_log_corrected(u, u == DBL_MIN ? 0.0 : lost / u);
}

/* x to the power y for x >= 0, as exp(y log x): relative error about (1 + |y log x|) 2^-53. x^0 = 1 also for x = 0, 0^y
   = 0 for y > 0; results are clamped to exp(+-708), and 0^y for y < 0 is exp(708 min(1, -y)) about. */
KERNEL_INLINE double portable_pow(double x, double y) {
    double power = portable_exp(y * portable_log(x));
    return ((x <= 0.0) & (y > 0.0)) ? 0.0 : power;
}

/* Sine and cosine of 2 pi u, |u| below 2^40. Absolute error below 2^-52. */
KERNEL_INLINE void portable_sincos2pi(double u, double *sine, double *cosine) {
    double t = u * 4.0 + 0x1.8p52;
    double r = u * 4.0 - (t - 0x1.8p52); /* quarter turns, |r| <= 1/2, exact */
    uint64_t quarter = portable_bits(t);
    double z = r * r;
    double w = z * z;
    double s0 = -0x1.4abbce625be52p-1 + z * 0x1.466bc6775a478p-4;
    double s1 = -0x1.32d2cce50061fp-8 + z * 0x1.50783208be2dap-13;
    double s2 = -0x1.e3027e2cbda11p-19 + z * 0x1.e4a9f39416590p-25;
    double s = r * 0x1.921fb54442d18p+0 + r * (z * (s0 + w * (s1 + w * s2)) + 0x1.1a62633145c07p-54);
    double c0 = -0x1.3bd3cc9be45dep+0 + z * 0x1.03c1f081b5ac0p-2;
    double c1 = -0x1.55d3c7e3cb243p-6 + z * 0x1.e1f5068689170p-11;
    double c2 = -0x1.a6d1eef4b894ep-16 + z * (0x1.f9ce24947cd69p-22 - z * 0x1.b2f3fd9b3200cp-28);
    double c = 1.0 + z * (c0 + w * (c1 + w * c2));
    uint64_t odd = UINT64_C(0) - (quarter & 1);
    uint64_t sine_bits = (portable_bits(s) & ~odd) | (portable_bits(c) & odd);
    uint64_t cosine_bits = (portable_bits(c) & ~odd) | (portable_bits(s) & odd);
    *sine = portable_from_bits(sine_bits ^ ((quarter & 2) << 62));
    *cosine = portable_from_bits(cosine_bits ^ (((quarter + 1) & 2) << 62));
}

/* 1 / (1 + exp(-x)). Error below 3 ulp. */
KERNEL_INLINE double portable_logistic(double x) {
    return 1.0 / (1.0 + portable_exp(-x));
}

/* The hyperbolic tangent. Error below 4 ulp. */
KERNEL_INLINE double portable_tanh(double x) {
    double twice = portable_expm1(2.0 * portable_clip(x, -300.0, 300.0));
    return twice / (twice + 2.0);
}

/* The ratio of two polynomials of degree 7, coefficients from the constant term up. */
KERNEL_INLINE double portable_ratio7(const double *up, const double *down, double x) {
    double n = up[7], d = down[7];
    for (int i = 6; i >= 0; i--) {
        n = n * x + up[i];
        d = d * x + down[i];
    }
    return n / d;
}

/* The standard normal quantile of p in (0, 1): the rational approximations of Wichura (1988), algorithm AS 241, PPND16.
   Relative error about 1e-16. */
KERNEL_INLINE double portable_normal_quantile(double p) {
    static const double middle_up[8] = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                                        1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                                        3.3430575583588128105e4, 2.5090809287301226727e3};
    static const double middle_down[8] = {1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
                                          2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
                                          5.2264952788528545610e3};
    static const double near_up[8] = {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
                                      3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
                                      2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double near_down[8] = {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
                                        1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
                                        1.05075007164441684324e-9};
    static const double far_up[8] = {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
                                     2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                     2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double far_down[8] = {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
                                       7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
                                       2.04426310338993978564e-15};
    double centre = p - 0.5;
    if (portable_abs(centre) <= 0.425)
        return centre * portable_ratio7(middle_up, middle_down, 0.180625 - centre * centre);
    double tail = portable_sqrt(-portable_log(portable_min(p, 1.0 - p)));
    double size = tail <= 5.0 ? portable_ratio7(near_up, near_down, tail - 1.6) : portable_ratio7(far_up, far_down, tail - 5.0);
    return centre < 0.0 ? -size : size;
}

#endif
