/* Time of the random numbers and samplers, ns of thread CPU time per value: the least of many rounds. Not a test.
 *
 *   bench_samplers [isa]      all available instruction sets, or the one named */
#include "core/samplers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 101, CALLS = 20 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double parameter_one[BLOCK], parameter_two[BLOCK], out[BLOCK];
static double movers;
static uint64_t key;
static double checksum;

typedef void draw(const struct samplers *);

static void run_binomial(const struct samplers *samplers) {
    samplers->binomial(key, parameter_one, parameter_two, out);
}

static void run_poisson(const struct samplers *samplers) {
    samplers->poisson(key, parameter_one, out);
}

static void run_multinomial(const struct samplers *samplers) {
    samplers->multinomial(key, movers, parameter_one, out);
}

static void measure(const char *what, draw *one, const struct samplers *samplers) {
    double time[ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
        double start = now();
        for (int c = 0; c < CALLS; c++) {
            key += GOLDEN_GAMMA;
            one(samplers);
            checksum += out[key % BLOCK];
        }
        time[r] = (now() - start) / CALLS / BLOCK;
    }
    qsort(time, ROUNDS, sizeof *time, compare);
    printf("  %-58s %8.2f\n", what, time[0]);
}

static void fill(double *values, double value) {
    for (int i = 0; i < BLOCK; i++)
        values[i] = value;
}

/* Zipf weights in a mixed order. */
static void fill_zipf(double *values, double scale) {
    for (int i = 0; i < BLOCK; i++)
        values[(i * 77) % BLOCK] = scale / (i + 1);
}

static void measure_all(enum isa isa) {
    const struct samplers *samplers = samplers_of(isa);
    char text[100];
    printf("%s\n", isa_name(isa));
    static const double binomials[][2] = {{10, 0.05},   {25, 0.2},     {100, 0.05}, {500, 0.01},
                                          {1000, 0.01}, {200, 0.05},   {250, 0.05}, {1000, 0.03},
                                          {1000, 0.1},  {10000, 0.05}, {1e9, 0.05}, {100, 0.95}};
    for (size_t i = 0; i < sizeof binomials / sizeof *binomials; i++) {
        fill(parameter_one, binomials[i][0]);
        fill(parameter_two, binomials[i][1]);
        snprintf(text, sizeof text, "binomial %g, %g", binomials[i][0], binomials[i][1]);
        measure(text, run_binomial, samplers);
    }
    fill_zipf(parameter_one, 4000);
    for (int i = 0; i < BLOCK; i++)
        parameter_one[i] = portable_floor(parameter_one[i]);
    fill(parameter_two, 0.05);
    measure("binomial Zipf counts of mean 96, 0.05", run_binomial, samplers);
    static const double means[] = {0.1, 1, 5, 8, 11.9, 12, 20, 50, 1000, 1e9};
    for (size_t i = 0; i < sizeof means / sizeof *means; i++) {
        fill(parameter_one, means[i]);
        snprintf(text, sizeof text, "Poisson %g", means[i]);
        measure(text, run_poisson, samplers);
    }
    static const double each[] = {0.01, 0.1, 0.3, 1, 3, 5, 10, 100, 1e4, 1e6, 1e9};
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        fill(parameter_one, 1);
        movers = portable_floor(each[i] * BLOCK);
        snprintf(text, sizeof text, "multinomial, equal weights, %g movers a slot", each[i]);
        measure(text, run_multinomial, samplers);
        fill_zipf(parameter_one, 1);
        snprintf(text, sizeof text, "multinomial, Zipf weights, %g movers a slot", each[i]);
        measure(text, run_multinomial, samplers);
    }
}

int main(int count, char **argument) {
    for (int isa = 0; isa < ISA_COUNT; isa++)
        if (isa_available((enum isa)isa) && (count < 2 || strcmp(argument[1], isa_name((enum isa)isa)) == 0))
            measure_all((enum isa)isa);
    printf("(%g)\n", checksum);
    return 0;
}
