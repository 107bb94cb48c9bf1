/* The estimators of facts against closed forms, worked examples and values of NumPy and SciPy on the same data
 * (numpy 2.4, scipy 1.17: gennorm, kurtosis, gammaln, linregress, ecdf of censored data). Statistical tests use fixed
 * seeds and |z| < 4.5, a false-positive rate of about 7e-6 each. */
#include <criterion/criterion.h>

#include "core/random.h"
#include "study/estimators.h"
#include "support/asserts.h"

#include <math.h>

enum { MANY = 2000 };

static int near(double a, double b, double tolerance) {
    return fabs(a - b) <= tolerance;
}

/* Quantiles of two laws at (i + 1/2) / MANY: samples without luck. */
static void fill_laplace(double *x) {
    for (int i = 0; i < MANY; i++) {
        double u = (i + 0.5) / MANY;
        x[i] = u < 0.5 ? log(2.0 * u) : -log(2.0 * (1.0 - u));
    }
}

static void fill_gauss(double *x) {
    for (int i = 0; i < MANY; i++)
        x[i] = portable_normal_quantile((i + 0.5) / MANY);
}

static const double fixed[] = {-3, -1.2, -.4, -.1, .05, .2, .3, .7, 1.1, 2.5, 4.0, -.6};
enum { FIXED = sizeof fixed / sizeof *fixed };

Test(moments, against_numpy) {
    double x[MANY];
    assert_near(mean(fixed, FIXED), 3.55 / 12, 1e-15);
    assert_near(deviation(fixed, FIXED), 1.6833075493074803, 1e-14);
    assert_near(kurtosis(fixed, FIXED), 3.4896789155451966, 1e-13);
    fill_laplace(x);
    assert_near(kurtosis(x, MANY), 5.768622630785848, 1e-9);
    fill_gauss(x);
    assert_near(kurtosis(x, MANY), 2.9843922929722906, 1e-9);
    assert_nan(mean(x, 0));
    assert_nan(kurtosis(x, 3));
    assert_nan(deviation(x, 0));
}

Test(moments, medians) {
    double odd[] = {3, 1, 2}, even[] = {4, 1, 3, 2}, far[] = {1, HUGE_VAL, HUGE_VAL}, none[] = {0};
    assert_equal(median_sorting(odd, 3), 2);
    assert_equal(median_sorting(even, 4), 2.5);
    assert_equal(even[0], 1);
    assert_equal(even[3], 4);
    assert_equal(median_sorting(far, 3), HUGE_VAL);
    assert_nan(median_sorting(none, 0));
}

Test(subbotin, log_gamma_is_that_of_scipy) {
    const double x[] = {1, 1.5, 2, 3.7, 11, 101};
    const double y[] = {0, -0.12078223763524526, 0, 1.428072326665388, 15.104412573075516, 363.73937555556347};
    for (int i = 0; i < 6; i++)
        cr_assert(near(log_gamma(x[i]), y[i], 1e-13 * (1 + y[i])), "%g: %.17g", x[i], log_gamma(x[i]));
}

Test(subbotin, against_scipy) {
    double x[MANY];
    assert_near(subbotin_shape(fixed, FIXED), 0.7415000545353314, 1e-6);
    fill_laplace(x);
    assert_near(subbotin_shape(x, MANY), 1.0021450913253664, 1e-6);
    for (int i = 0; i < MANY; i++)
        x[i] *= 1e-3; /* no unit */
    assert_near(subbotin_shape(x, MANY), 1.0021450913253664, 1e-6);
    fill_gauss(x);
    assert_near(subbotin_shape(x, MANY), 2.006467695365481, 1e-6);
}

/* The standard error of b, measured over such samples: .043 at b = 1, .10 at b = 2. */
Test(subbotin, finds_the_shape_of_random_samples) {
    struct generator generator = generator_open(11);
    double x[MANY];
    for (int i = 0; i < MANY; i++) {
        double u = generator_uniform(&generator);
        x[i] = u < 0.5 ? log(2.0 * u) : -log(2.0 * (1.0 - u));
    }
    cr_assert(near(subbotin_shape(x, MANY), 1.0, 4.5 * 0.043), "%g", subbotin_shape(x, MANY));
    for (int i = 0; i < MANY; i++)
        x[i] = generator_normal(&generator);
    cr_assert(near(subbotin_shape(x, MANY), 2.0, 4.5 * 0.10), "%g", subbotin_shape(x, MANY));
}

Test(subbotin, nothing_to_estimate) {
    double x[20] = {0};
    assert_nan(subbotin_shape(x, 20));
    assert_nan(subbotin_shape(fixed, 9));
}

Test(slopes, against_numpy) {
    const double x[] = {1, 2, 4, 7, 8}, y[] = {3, 1, 4, 1, 5};
    struct pairs pairs = {0};
    for (int i = 0; i < 5; i++)
        pairs_add(&pairs, x[i], y[i]);
    assert_near(slope(x, y, 5), 0.17204301075268819, 1e-15);
    assert_nan(slope(x, y, 1));
    assert_near(pairs_correlation(&pairs), 0.29329423004270655, 1e-14);
    pairs = (struct pairs){0};
    assert_nan(pairs_correlation(&pairs));
}

Test(slopes, size_exponent) {
    enum { COUNT = 800 };
    double size[COUNT], growth[COUNT];
    size_t order[COUNT];
    for (int i = 0; i < COUNT; i++) {
        size[i] = (i * 377 % COUNT) / 100.0;
        growth[i] = exp(-0.2 * size[i]) * portable_normal_quantile((i * 599 % COUNT + 0.5) / COUNT);
    }
    assert_near(size_exponent(size, growth, order, COUNT), 0.20219155077066367, 1e-9);
    assert_nan(size_exponent(size, growth, order, SIZE_BINS * SIZE_BIN_LEAST - 1));
    for (int i = 0; i < COUNT; i++)
        growth[i] = 0; /* no spread */
    assert_nan(size_exponent(size, growth, order, COUNT));
}

Test(shares, top_tenth) {
    double x[] = {5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 20, 2, 3, 4, 9, 9, 0, 0, 0, 30}, few[] = {1, 3}, none[] = {0, 0};
    assert_near(top_tenth_sorting(x, 20), 50.0 / 91.0, 1e-15);
    assert_near(top_tenth_sorting(few, 2), 0.75, 1e-15);
    assert_nan(top_tenth_sorting(none, 2));
}

/* Ten lives: exits at 1, 3, 5, 8, 8; cut short at 3, 9, 12, 12, 12. */
static const struct life ten[] = {{0, 1, 1}, {0, 3, 1}, {0, 3, 0},  {0, 5, 1},  {0, 8, 1},
                                  {0, 8, 1}, {0, 9, 0}, {0, 12, 0}, {0, 12, 0}, {0, 12, 0}};

Test(lives, kaplan_meier_by_hand_and_scipy) {
    assert_equal(survival(ten, 10, 0), 1);
    assert_near(survival(ten, 10, 2), 0.9, 1e-15);
    assert_near(survival(ten, 10, 4), 0.9 * 8 / 9, 1e-15);
    assert_near(survival(ten, 10, 8), 0.8 * 6 / 7 * 4 / 6, 1e-15);
    assert_near(survival(ten, 10, 12), 0.4571428571428571, 1e-15);
    cr_assert(isnan(survival(ten, 10, 13)), "nobody was seen at that age");
}

Test(lives, nobody_is_left) {
    const struct life gone[] = {{0, 2, 1}, {0, 4, 1}};
    assert_equal(survival(gone, 2, 10), 0);
    assert_nan(survival(gone, 0, 1));
}

Test(lives, those_who_were_older_at_the_start_count_from_then) {
    const struct life late[] = {{0, 2, 1}, {0, 10, 0}, {3, 5, 1}, {3, 10, 0}};
    /* At 2 one of two leaves, at 5 one of three. */
    assert_near(survival(late, 4, 6), 0.5 * 2 / 3, 1e-15);
    /* Above 3, up to 6: three lives of 3, 2 and 3 months, one exit. */
    assert_near(hazard(late, 4, 3, 6), 1.0 / 8, 1e-15);
}

Test(lives, hazards) {
    assert_near(hazard(ten, 10, 0, 12), 5.0 / 73, 1e-15);
    assert_equal(months_lived(ten, 10, 0, 12), 73);
    /* Above 3, up to 8: lives of 2, 5, 5, 5, 5, 5, 5 months, three exits. */
    assert_near(hazard(ten, 10, 3, 8), 3.0 / 32, 1e-15);
    assert_nan(hazard(ten, 10, 12, 20));
}
