/* The binomial and Poisson laws as formulas: probabilities without loss at any mean, and the rejection hat that block
 * draws and single draws share. Poisson(mean) is passed as probability 0 and a mean; Binomial(count, probability) needs
 * 0 < probability <= 1/2 (callers reflect).
 *
 * log k! is taken as y log y - y + log(2 pi)/2 - psi(y) with y = k + 1/2, which holds for k = 0 too. The probability of
 * k then is a deviance (Loader's form: no cancellation however large the mean is) times a correction near 1:
 *   Poisson(mu):     exp(-D(y, mu) + psi(y)) / sqrt(2 pi mu)
 *   Binomial(n, p):  exp(-D(y, Np) - D(z, Nq) + delta(N) + psi(y) + psi(z)) / sqrt(2 pi N p q)
 * with N = n + 1, z = n - k + 1/2 and D(x, mu) = x log(x/mu) + mu - x. Absolute error of these logarithms: 1e-13 plus
 * 3 ulp of the deviance.
 *
 * The hat is Hoermann's transformed rejection (1993): k = floor((2a/us + b)(U - 1/2) + centre), us = 1/2 - |U - 1/2|,
 * accepted when V <= f(k) (a/us^2 + b) / C. a, b, the centre and C were chosen for this file by a search over both
 * laws, and tests/unit/samplers_hat.c checks that C dominates at every mean from 8 on. (Such constants do not bear a
 * small change: Hoermann's for the Poisson law, with the centre at mean + 0.43 where he has 0.445, fall short by 0.6%.)
 * Thread rule: pure functions. */
#ifndef MATTHEW_CORE_COUNTS_H
#define MATTHEW_CORE_COUNTS_H

#include "core/elementary.h"

/* From this mean on draws are made by rejection, below it by inversion. */
#define COUNTS_REJECTION_MEAN 24.0
/* The largest count or mean: larger ones are taken as this. */
#define COUNTS_MAX 0x1p52
/* A probability below which the rest of a distribution's tail no longer changes a sum near 1. */
#define COUNTS_NEGLIGIBLE 0x1p-55

/* Standard deviations up to which the expansion holds; counts_far_bound holds beyond. */
#define COUNTS_FAR 3.0

#define COUNTS_SQRT_2PI 0x1.40d931ff62706p+1

/* psi(y) for y >= 1/2; a minimax fit, absolute error 8e-14. */
KERNEL_INLINE double counts_psi(double y) {
    double y2 = y * y;
    double y4 = y2 * y2;
    double top = (0x1.779c6a54fc3d9p-8 + y * 0x1.6159724d875f2p-4) +
                 y2 * (0x1.226581fff2743p-2 + y * 0x1.c78edb55d9b7ep-2) +
                 y4 * ((0x1.887ceb171c753p-2 + y * 0x1.787987c1675d9p-3) + y2 * 0x1.5555555842524p-5);
    double bottom = (0x1.1d64e280800f8p-6 + y * 0x1.a01d9a185eb94p-2) +
                    y2 * (0x1.50514d8d04595p+1 + y * 0x1.d4f75180c3cf6p+2) +
                    y4 * ((0x1.5de78877c4a07p+3 + y * 0x1.283b8bba31b34p+3) + y2 * (0x1.1a5b25fe2133fp+2 + y));
    return top / bottom;
}

/* The remainder of Stirling's series for log (x - 1)!, x >= 9; absolute error 1e-12 at 9, 4e-15 from 16 on. */
KERNEL_INLINE double counts_delta(double x) {
    double t = 1.0 / x;
    double z = t * t;
    return t * (1.0 / 12 - z * (1.0 / 360 - z * (1.0 / 1260 - z * (1.0 / 1680 - z * (1.0 / 1188)))));
}

/* D(x, mu) = x log(x/mu) + mu - x for normal positive x and mu. mu is first scaled by the power of two that brings it
   next to x: log(x/mu) then is that power plus 2 atanh(v) with |v| <= 0.2, and nothing cancels where x is near mu. */
KERNEL_INLINE double counts_deviance(double x, double mu) {
    uint64_t apart = portable_bits(x) - portable_bits(mu) + UINT64_C(0x4008000000000000);
    uint64_t power = apart >> 52; /* 1024 + the power, by the exponents and nearly by the mantissas */
    double exponent = portable_from_bits(power + UINT64_C(0x4330000000000000)) - (0x1p52 + 0x1p10);
    double near = portable_from_bits(portable_bits(mu) + (power << 52) - UINT64_C(0x4000000000000000));
    double difference = x - near;
    double v = difference / (x + near);
    double z = v * v;
    double w = z * z;
    double even =
        0x1.5555555555555p-1 + w * (0x1.24924923d3e73p-2 + w * (0x1.745ca83b8172ap-3 + w * 0x1.0e8052ca22144p-3));
    double odd =
        0x1.9999999999f79p-2 + w * (0x1.c71c72ecbe7e9p-3 + w * (0x1.3b2a6eccc3cd9p-3 + w * 0x1.16f7591010a72p-3));
    double inner = v * (difference + x * (z * (even + z * odd)));
    return inner + (exponent * x * 0x1.62e42fefa39efp-1 + (mu - near));
}

/* sqrt(2 pi) times the standard deviation times the probability of k: near 1 at the mode. count is not used (0) for
   Poisson; k must be within the support. */
KERNEL_INLINE double counts_relative_poisson(double k, double mean) {
    double y = k + 0.5;
    return portable_exp(counts_psi(y) - counts_deviance(y, mean));
}

KERNEL_INLINE double counts_relative_binomial(double k, double count, double probability) {
    double y = k + 0.5;
    double z = count - k + 0.5;
    double n = count + 1.0;
    double deviance = counts_deviance(y, n * probability) + counts_deviance(z, n * (1.0 - probability));
    return portable_sqrt(count / n) * portable_exp(counts_delta(n) + counts_psi(y) + counts_psi(z) - deviance);
}

/* What a uniform u proposes, and the two factors of the acceptance test, which has no division:
   accept k when v * *against <= *density * (relative probability of k). */
KERNEL_INLINE double counts_propose(double u, double v, double mean, double spread, double probability, double *against,
                                    double *density) {
    double b = 1.0 + 2.53 * spread;
    double a = 0.0248 * b - 0.055;
    double centre = mean + (0.455 + 0.09 * probability);
    double uniform = u - 0.5;
    double edge = 0.5 - portable_abs(uniform);
    double edge2 = edge * edge;
    double width = spread - 0.3; /* C = 1.1245 + 0.502 / width, multiplied out */
    *against = v * edge2 * (spread * COUNTS_SQRT_2PI) * (1.1245 * width + 0.502);
    *density = (a + b * edge2) * width;
    return portable_floor((2.0 * a / edge + b) * uniform + centre);
}

/* The relative probability by an expansion around the normal law, for |x| <= COUNTS_FAR, x = (k - mean) / spread,
   spread >= 2; its error is at most counts_expansion_error. */
KERNEL_INLINE double counts_expansion(double x, double skewness) {
    double t = x * x;
    double t2 = t * t;
    double normal = (0x1.fffdf2a262ecep-1 - t * 0x1.ffc18fb387b8ap-2) +
                    t2 * (0x1.fd8e8e8886cddp-4 - t * 0x1.4be67eea83a6bp-6) +
                    t2 * t2 *
                        ((0x1.30b5e99fc13ffp-9 - t * 0x1.80aa55f006139p-13) +
                         t2 * (0x1.29441999756bfp-17 - t * 0x1.a1820077e6ee9p-23));
    return normal + normal * (skewness * (1.0 / 6) * x * (t - 3.0));
}

KERNEL_INLINE double counts_expansion_error(double inverse_spread) {
    return 5e-5 + 0.11 * inverse_spread * inverse_spread;
}

/* A bound of the relative probability for a distance above COUNTS_FAR standard deviations, at means from 16 on: what it
   is at most at 3, 4 and 6 standard deviations, joined by chords, since the tails are convex. */
KERNEL_INLINE double counts_far_bound(double distance) {
    double near = 0.0195 - (0.0195 - 0.0016) * (distance - 3.0);
    double far = 0.0016 - (0.0016 - 4e-6) * 0.5 * (distance - 4.0);
    return portable_max(near, portable_max(far, 4e-6));
}

/* log(1 - p) for 0 <= p <= 1/2, as -2 atanh(p / (2 - p)). Error below 2 ulp. */
KERNEL_INLINE double counts_log_survival(double p) {
    double s = p / (2.0 - p);
    double z = s * s;
    double w = z * z;
    double even =
        0x1.5555555555572p-1 +
        w * (0x1.2492493749041p-2 + w * (0x1.745f7670258cfp-3 + w * (0x1.14914dadc9393p-3 + w * 0x1.5a01b2fd53b9ap-3)));
    double odd =
        0x1.9999999985659p-2 + w * (0x1.c71c6472d824dp-3 + w * (0x1.3ad7487509a88p-3 + w * 0x1.a660918bf037dp-4));
    return -(2.0 * s + s * (z * (even + z * odd)));
}

/* Where an inversion ends whose uniform lies beyond every term that still counts (a chance of 2^-53). */
KERNEL_INLINE double counts_last(double mean) {
    return portable_floor(2.0 + mean + 9.0 * portable_sqrt(mean));
}

#endif
