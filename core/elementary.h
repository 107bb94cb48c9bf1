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

/* The number that a standard normal one is below with probability p, p clamped to [2^-53, 1 - 2^-53]. One rational
   function of p - 1/2 in the middle, one of sqrt(-log p) in the tails. Error below 12 ulp. */
KERNEL_INLINE double portable_normal_quantile(double p) {
    p = portable_clip(p, 0x1p-53, 1.0 - 0x1p-53);
    double q = p - 0.5;
    double r = 0.180625 - q * q;
    double middle_top =
        0x1.b18d91e9eef75p+1 +
        r * (0x1.0a44a587cdf55p+7 +
             r * (0x1.ecd61ea9805ecp+10 +
                  r * (0x1.ad072151b324bp+13 +
                       r * (0x1.66a893caec98dp+15 +
                            r * (0x1.06a67e3812f37p+16 + r * (0x1.0509ec4c84b87p+15 + r * 0x1.396db22d584f7p+11))))));
    double middle_bottom =
        1.0 +
        r * (0x1.527d1c4c7d74ep+5 +
             r * (0x1.578dcdbed24dcp+9 +
                  r * (0x1.5112e1ebb95f4p+12 +
                       r * (0x1.4b5ff1e944fb1p+14 +
                            r * (0x1.32fa859887f46p+15 + r * (0x1.c0accf67b5a86p+14 + r * 0x1.46756b6453a2ap+12))))));
    double tail = q < 0.0 ? p : 1.0 - p;
    double s = portable_sqrt(-portable_log(tail)) - 1.6;
    double tail_top =
        0x1.6c665fde9526cp+0 +
        s * (0x1.34399394bf106p+2 +
             s * (0x1.95c19bd9b1b97p+2 +
                  s * (0x1.12260485a9418p+2 +
                       s * (0x1.990ae800ed2f3p+0 +
                            s * (0x1.49ddd4de376efp-2 + s * (0x1.00346588ca9bcp-5 + s * 0x1.161b9ed44c0b1p-10))))));
    double tail_bottom =
        1.0 +
        s * (0x1.178150a1dd3dep+1 +
             s * (0x1.ebaf13382a33dp+0 +
                  s * (0x1.b58fec6b318b0p-1 +
                       s * (0x1.920cf8bbe9064p-3 +
                            s * (0x1.56ce9ea6581f4p-6 + s * (0x1.893f1eb5e4ff7p-11 + s * 0x1.30be82630278dp-30))))));
    int central = r >= 0.0;
    double top = central ? middle_top * q : tail_top;
    double bottom = central ? middle_bottom : tail_bottom;
    double magnitude = top / bottom;
    return ((q < 0.0) & !central) ? -magnitude : magnitude;
}

#endif
