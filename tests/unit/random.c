/* Keys, streams and the numbers made of them. The generator itself is checked draw by draw against its author's
 * implementation in tests/cpp/pcg.cpp. Every p-value must be above 1e-5. */
#include "core/random.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "support/statistics.h"

#define ALPHA 1e-5

Test(random, purposes_are_numbered_once) {
    static const int numbers[] = {
#define PURPOSE(name, number, ...) number,
#include "core/purposes.def"
#undef PURPOSE
    };
    size_t count = sizeof numbers / sizeof *numbers;
    for (size_t i = 0; i < count; i++) {
        /* purpose * 64 + member goes into one word of the key. */
        cr_assert(numbers[i] > 0 && numbers[i] < 1 << 24);
        for (size_t j = 0; j < i; j++)
            cr_assert(numbers[i] != numbers[j], "purpose %d is given twice", numbers[i]);
    }
}

/* Numbers are part of the meaning of a seed: these may be added to, never changed. */
Test(random, keys_are_frozen) {
    cr_assert(random_mix(0) == 0 && random_mix(1) == UINT64_C(0x5692161D100B05E5));
    cr_assert(random_key(1, 2, PURPOSE_REVIEW, 3, 4) == UINT64_C(0x000C932E8791D34F));
    cr_assert(random_subkey(1, 2) == UINT64_C(0xAE72313066E64CC0));
    struct generator generator = generator_open(1);
    cr_assert(generator_word(&generator) == UINT64_C(0xDEEBA68D6C7638AF));
}

static int compare_words(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

Test(random, keys_differ) {
    enum { SEEDS = 3, MONTHS = 12, PURPOSES = 6, MEMBERS = 4, BLOCKS = 60 };
    static uint64_t key[SEEDS * MONTHS * PURPOSES * MEMBERS * BLOCKS * 2];
    size_t count = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++)
        for (long month = 0; month < MONTHS; month++)
            for (int purpose = 0; purpose < PURPOSES; purpose++)
                for (int member = 0; member < MEMBERS; member++)
                    for (uint64_t block = 0; block < BLOCKS; block++) {
                        key[count] = random_key(seed, month, (enum purpose)(purpose + 1), member, block);
                        key[count + 1] = random_subkey(key[count], block);
                        count += 2;
                    }
    qsort(key, count, sizeof *key, compare_words);
    for (size_t i = 1; i < count; i++)
        cr_assert(key[i] != key[i - 1]);
}

/* A stream is LANES scalar generators, taken in turn. */
Test(random, streams_are_generators_side_by_side) {
    struct stream stream;
    double uniform[8 * LANES], more[LANES];
    stream_open(&stream, 99);
    stream_uniforms(&stream, uniform, 8 * LANES);
    stream_uniforms(&stream, more, LANES);
    for (int lane = 0; lane < LANES; lane++) {
        struct generator generator = {random_mix(99 + GOLDEN_GAMMA * (uint64_t)(2 * lane + 1)),
                                      random_mix(99 + GOLDEN_GAMMA * (uint64_t)(2 * lane + 2)) | 1};
        for (int i = lane; i < 8 * LANES; i += LANES)
            cr_assert(uniform[i] == generator_uniform(&generator));
        cr_assert(more[lane] == generator_uniform(&generator));
    }
    for (uint64_t key = 0; key < 100; key++) {
        struct generator generator = generator_open(key);
        double first, second;
        random_pair(key, &first, &second);
        cr_assert(first == generator_uniform(&generator) && second == generator_uniform(&generator));
    }
}

Test(random, units_lie_inside_the_interval) {
    cr_assert(random_unit(0) == 0x1p-53 && random_unit(UINT64_MAX) == 1 - 0x1p-53);
    cr_assert(random_unit(UINT64_C(1) << 63) == 0.5 + 0x1p-53);
}

/* Uniforms as used: 256 from each of many neighbouring keys. Measured p = 0.39; squeezed into (0, 0.995) 5e-12. */
enum { KEYS = 2000 };

static double uniformity(double squeeze) {
    static double value[KEYS * BLOCK];
    for (uint64_t block = 0; block < KEYS; block++) {
        struct stream stream;
        stream_open(&stream, random_key(7, 3, PURPOSE_REVIEW, 1, block));
        stream_uniforms(&stream, value + block * BLOCK, BLOCK);
    }
    for (size_t i = 0; i < KEYS * BLOCK; i++)
        value[i] *= squeeze;
    return statistics_uniform(value, KEYS * BLOCK);
}

Test(random, uniforms_are_uniform) {
    cr_assert(uniformity(1) > ALPHA, "p = %g", uniformity(1));
    cr_assert(uniformity(0.995) < ALPHA, "the planted fault was not caught: p = %g", uniformity(0.995));
}

/* Every bit of the output is set half the time: the largest of 64 z values. */
Test(random, bits_are_balanced) {
    long set[64] = {0};
    for (uint64_t key = 0; key < 4000; key++) {
        struct generator generator = generator_open(key);
        for (int i = 0; i < 32; i++) {
            uint64_t word = generator_word(&generator);
            for (int bit = 0; bit < 64; bit++)
                set[bit] += (long)(word >> bit & 1);
        }
    }
    for (int bit = 0; bit < 64; bit++) {
        double z = ((double)set[bit] - 64000) / sqrt(32000);
        cr_assert(64 * statistics_two_sided(z) > ALPHA, "bit %d: z = %g", bit, z);
    }
}

/* Correlations between the streams of neighbouring blocks, months, members and seeds, each stream with the next and
   with one drawn at random: among 8 * 4095 of them about 2.1 lie beyond 4 standard deviations if there is none; 13 or
   more have a chance below 1e-5. With a key that loses the lowest bit of the block number, 2048 of 8190 do. */
enum { STREAMS = 4096 };

static void fill(double (*value)[BLOCK], int kind) {
    for (uint64_t i = 0; i < STREAMS; i++) {
        struct stream stream;
        uint64_t key = kind == 4   ? random_key(11, 5, PURPOSE_ADOPTION, 0, i / 2)
                       : kind == 0 ? random_key(11, 5, PURPOSE_ADOPTION, 0, i)
                       : kind == 1 ? random_key(11, (long)i, PURPOSE_ADOPTION, 0, 2)
                       : kind == 2 ? random_key(11, 5, PURPOSE_ADOPTION, (int)i, 2)
                                   : random_key(i, 5, PURPOSE_ADOPTION, 0, 2);
        stream_open(&stream, key);
        stream_uniforms(&stream, value[i], BLOCK);
    }
}

static int far_correlations(double (*value)[BLOCK]) {
    int far = 0;
    struct generator pick = generator_open(1);
    for (int i = 1; i < STREAMS; i++) {
        int others[] = {i - 1, (int)(generator_uniform(&pick) * i)};
        for (int k = 0; k < 2; k++) {
            double sum = 0;
            for (int j = 0; j < BLOCK; j++)
                sum += (value[i][j] - 0.5) * (value[others[k]][j] - 0.5);
            far += fabs(12 * sum / sqrt(BLOCK)) > 4;
        }
    }
    return far;
}

Test(random, neighbouring_streams_are_not_correlated) {
    static double value[STREAMS][BLOCK];
    int far = 0;
    for (int kind = 0; kind < 4; kind++) {
        fill(value, kind);
        far += far_correlations(value);
    }
    cr_assert(far < 13, "%d correlations beyond 4 standard deviations", far);
    fill(value, 4);
    cr_assert(far_correlations(value) >= 13, "the planted fault was not caught: %d", far_correlations(value));
}

/* The same within a block: lane l against lane l + 1, and a stream against itself some numbers later. */
Test(random, lanes_are_not_correlated) {
    enum { ROWS = 4096 };
    static double value[ROWS * LANES];
    struct stream stream;
    stream_open(&stream, 5);
    stream_uniforms(&stream, value, ROWS * LANES);
    for (int lag = 1; lag <= 2 * LANES; lag++) {
        double sum = 0;
        for (int i = lag; i < ROWS * LANES; i++)
            sum += (value[i] - 0.5) * (value[i - lag] - 0.5);
        double z = 12 * sum / sqrt(ROWS * LANES - lag);
        cr_assert(2 * LANES * statistics_two_sided(z) > ALPHA, "lag %d: z = %g", lag, z);
    }
}

static double normal_p(double stretch, int single) {
    static double value[KEYS * BLOCK];
    for (uint64_t key = 0; key < KEYS; key++) {
        struct generator generator = generator_open(key);
        struct stream stream;
        stream_open(&stream, random_key(8, 3, PURPOSE_APPEAL, 0, key));
        stream_normals(&stream, value + key * BLOCK);
        for (int i = 0; single && i < BLOCK; i++)
            value[key * BLOCK + (size_t)i] = generator_normal(&generator);
    }
    for (size_t i = 0; i < KEYS * BLOCK; i++)
        value[i] = erfc(-value[i] * stretch / sqrt(2)) / 2;
    return statistics_uniform(value, KEYS * BLOCK);
}

Test(random, normals_are_normal) {
    cr_assert(normal_p(1, 0) > ALPHA, "p = %g", normal_p(1, 0));
    cr_assert(normal_p(1, 1) > ALPHA, "p = %g", normal_p(1, 1));
    cr_assert(normal_p(1.02, 0) < ALPHA, "the planted fault was not caught: p = %g", normal_p(1.02, 0));
}

Test(random, stream_normals_use_their_positions) {
    enum { HALF = BLOCK / 2 };
    double uniform[BLOCK], normal[BLOCK];
    struct stream stream, again;
    stream_open(&stream, 3);
    again = stream;
    stream_uniforms(&again, uniform, BLOCK);
    stream_normals(&stream, normal);
    cr_assert(memcmp(&stream, &again, sizeof stream) == 0);
    for (int i = 0; i < HALF; i++) {
        double radius = sqrt(-2 * log(uniform[i])), angle = 2 * acos(-1.0) * uniform[HALF + i];
        cr_assert(fabs(normal[i] - radius * cos(angle)) < 1e-14);
        cr_assert(fabs(normal[i + HALF] - radius * sin(angle)) < 1e-14);
    }
}
