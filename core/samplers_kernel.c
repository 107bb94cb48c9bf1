/* Block samplers. Small means: inversion, all slots a few terms, then the unfinished ones together. Larger means: one
 * try of transformed rejection for all slots, settled for nine in ten by an expansion with a proven error; the
 * undecided tested exactly together; the rejected tried again together, each from its own generator. */
#include "core/samplers.h"

#include "core/counts.h"
#include "core/sums.h"

#include <string.h>

#ifdef __AVX2__
#include <immintrin.h>
#endif

/* What the slots of a block draw from, reflected so that probability <= 1/2; Poisson has probability 0 and no count. */
struct laws {
    double mean[BLOCK], count[BLOCK], probability[BLOCK];
};

enum law { POISSON, BINOMIAL };

/* A multinomial of more movers than SINGLES_MAX is a Poisson field, aimed at AIM_BELOW standard deviations below. */
#define SINGLES_MAX 160.0
#define AIM_BELOW 1.25
/* What a larger field leaves goes into a second one in any case; it is aimed so low that it is hardly ever redrawn. */
#define LARGE_FIELD 16384.0
#define AIM_BELOW_LARGE 2.5
/* Sums of weights outside these count as 0: their reciprocals are no normal numbers. */
#define WEIGHT_MIN 1e-300
#define WEIGHT_MAX 1e300

/* Where fields and single choices of a multinomial get their keys from. */
enum { SUBKEY_SINGLES, SUBKEY_FIELDS };

/* Terms of an inversion: those that every slot begins with, how many are added at a time after that, and a bound that
   no law with a mean below COUNTS_REJECTION_MEAN reaches. */
enum { FIRST_TERMS = 4, MORE_TERMS = 8, TERMS_MAX = 104 };

/* 1 less what rounding can make of a probability near 1. */
#define ALMOST_1 (1.0 - 1e-14)
/* Up to how many slots of a block are drawn side by side: picking them out costs as much as half a draw. */
enum { FEW_UNCERTAIN = BLOCK / 4 };

/* How many tries are made at once, at least, where slots are tried again. */
enum { TRIES_AT_ONCE = 16 };

/* reciprocal[k - 1] is 1 / k. */
#define EIGHT_FROM(k)                                                                                                  \
    1.0 / (k), 1.0 / ((k) + 1), 1.0 / ((k) + 2), 1.0 / ((k) + 3), 1.0 / ((k) + 4), 1.0 / ((k) + 5), 1.0 / ((k) + 6),   \
        1.0 / ((k) + 7)
static const double reciprocal[TERMS_MAX + 2 * MORE_TERMS] = {
    EIGHT_FROM(1),  EIGHT_FROM(9),  EIGHT_FROM(17), EIGHT_FROM(25),  EIGHT_FROM(33),
    EIGHT_FROM(41), EIGHT_FROM(49), EIGHT_FROM(57), EIGHT_FROM(65),  EIGHT_FROM(73),
    EIGHT_FROM(81), EIGHT_FROM(89), EIGHT_FROM(97), EIGHT_FROM(105), EIGHT_FROM(113)};

/* Lists are filled up to a multiple of the widest vector. */
enum { WIDEST = 8 };

static int padded(int count) {
    return (count + WIDEST - 1) / WIDEST * WIDEST;
}

/* A condition as vector code stores it: the bits of 1.0 or none. It is made by a choice between doubles, since SSE2 has
   no choice between whole numbers by a comparison of doubles. is_set makes 1 or 0 of it. */
#define FLAG(condition) portable_bits((condition) ? 1.0 : 0.0)

KERNEL_INLINE int is_set(uint64_t flag) {
    return (int)(flag >> 61);
}

/* How many of the first `all` flags are set. */
KERNEL_INLINE int count_set(int all, const uint64_t *restrict flag) {
    uint64_t set = 0;
    for (int i = 0; i < all; i++)
        set += flag[i] >> 61;
    return (int)set;
}

/* 64 flags as the bits of a word, in order. */
KERNEL_INLINE uint64_t flags_word(const uint64_t *flag) {
    uint64_t word = 0;
#if defined __AVX2__
    for (int i = 0; i < 64; i += 4) { /* a shift moves the highest bit of 1.0 to where the signs are taken from */
        __m256i shifted = _mm256_slli_epi64(_mm256_loadu_si256((const __m256i *)(const void *)(flag + i)), 2);
        word |= (uint64_t)_mm256_movemask_pd(_mm256_castsi256_pd(shifted)) << i;
    }
#else
    for (int i = 0; i < 64; i++)
        word |= (flag[i] >> 61) << i;
#endif
    return word;
}

/* Lists the numbers below BLOCK whose flag is set (or, with inverse = ~0, is not), in order; returns how many they are.
 */
KERNEL_INLINE int list_flags(const uint64_t *flag, uint64_t inverse, int *restrict list) {
    int listed = 0;
    for (int base = 0; base < BLOCK; base += 64)
        for (uint64_t word = flags_word(flag + base) ^ inverse; word != 0; word &= word - 1)
            list[listed++] = base + __builtin_ctzll(word);
    return listed;
}

/* Inversions side by side: term and sum of the law's terms so far, how many sums lie below the wanted uniform (that is
 * the draw in the end), and whether the last one does. Term k is (scale / k - odds) times term k - 1. */
struct inversions {
    double scale[BLOCK], odds[BLOCK], wanted[BLOCK], term[BLOCK], sum[BLOCK];
    double below[BLOCK];
    uint64_t open[BLOCK];
};

/* `terms` more terms, the first of number `from`. */
KERNEL_INLINE void inversion_terms(enum law law, int from, int terms, double scale, double odds, double wanted,
                                   double *term, double *sum, double *below) {
    for (int k = from; k < from + terms; k++) {
        *term *= law == POISSON ? scale * reciprocal[k - 1] : scale * reciprocal[k - 1] - odds;
        *sum += *term;
        *below += wanted > *sum ? 1.0 : 0.0;
    }
}

/* The terms 0 to FIRST_TERMS of the first `all` laws; those with a large mean count as mean 0 here. In short loops: a
 * processor overlaps the chains of several rounds of a short loop, but not of one that holds a logarithm, an
 * exponential and a sum. */
KERNEL_INLINE void inversion_begin(enum law law, int all, const struct laws *laws, const double *restrict uniform,
                                   struct inversions *inversions) {
    double *restrict scale = inversions->scale, *restrict odds = inversions->odds, *restrict term = inversions->term;
    if (law == POISSON) {
        VECTOR_LOOP
        for (int i = 0; i < all; i++) {
            double mean = laws->mean[i];
            scale[i] = mean < COUNTS_REJECTION_MEAN ? mean : 0.0;
            term[i] = -scale[i];
        }
    } else {
        VECTOR_LOOP
        for (int i = 0; i < all; i++) {
            double mean = laws->mean[i];
            double p = laws->probability[i]; /* loaded in any case: a load on condition would keep SSE2 from vectors */
            p = mean < COUNTS_REJECTION_MEAN ? p : 0.0;
            double ratio = p / (1.0 - p);
            odds[i] = ratio;
            scale[i] = (laws->count[i] + 1.0) * ratio;
            term[i] = laws->count[i] * counts_log_survival(p);
        }
    }
    VECTOR_LOOP
    for (int i = 0; i < all; i++)
        term[i] = portable_exp_within(term[i]);
    VECTOR_LOOP
    for (int i = 0; i < all; i++) {
        double now = term[i], sum = now;
        double below = uniform[i] > sum ? 1.0 : 0.0;
        inversion_terms(law, 1, FIRST_TERMS, scale[i], law == POISSON ? 0.0 : odds[i], uniform[i], &now, &sum, &below);
        inversions->wanted[i] = uniform[i];
        term[i] = now;
        inversions->sum[i] = sum;
        inversions->below[i] = below;
        inversions->open[i] = FLAG(uniform[i] > sum);
    }
}

/* MORE_TERMS more for the first `all` inversions. */
KERNEL_INLINE void inversion_go_on(enum law law, int from, int all, struct inversions *inversions) {
    for (int base = 0; base < all; base += WIDEST) {
        VECTOR_LOOP
        for (int i = base; i < base + WIDEST; i++) {
            double term = inversions->term[i], sum = inversions->sum[i], wanted = inversions->wanted[i];
            double below = inversions->below[i];
            inversion_terms(law, from, MORE_TERMS, inversions->scale[i], law == POISSON ? 0.0 : inversions->odds[i],
                            wanted, &term, &sum, &below);
            inversions->term[i] = term;
            inversions->sum[i] = sum;
            inversions->below[i] = below;
            inversions->open[i] = FLAG(wanted > sum);
        }
    }
}

/* Moves inversion i of `from` to place j of `to`. */
KERNEL_INLINE void inversion_move(enum law law, struct inversions *to, int j, const struct inversions *from, int i) {
    to->scale[j] = from->scale[i];
    if (law != POISSON)
        to->odds[j] = from->odds[i];
    to->wanted[j] = from->wanted[i];
    to->term[j] = from->term[i];
    to->sum[j] = from->sum[i];
    to->below[j] = from->below[i];
}

/* Draws from the first `all` laws, a multiple of WIDEST; 0 where the mean is large. Which terms are added up together
 * changes the time taken, never a sum. */
KERNEL_INLINE void invert(enum law law, int all, const struct laws *laws, const double *restrict uniform,
                          double *restrict out) {
    struct inversions every, few;
    int lane[BLOCK], listed = 0;
    int from = FIRST_TERMS + 1;
    inversion_begin(law, all, laws, uniform, &every);
    int open = count_set(all, every.open);
    for (; open > all / 2 && from < TERMS_MAX; from += MORE_TERMS) {
        inversion_go_on(law, from, all, &every);
        open = count_set(all, every.open);
    }
    if (open > 0 && all == BLOCK)
        list_flags(every.open, 0, lane);
    for (int j = 0; listed < open && all < BLOCK; j++) {
        lane[listed] = j;
        listed += is_set(every.open[j]);
    }
    VECTOR_LOOP
    for (int i = 0; i < all; i++)
        out[i] = every.below[i];
    for (int j = 0; j < padded(open); j++)
        inversion_move(law, &few, j, &every, lane[j < open ? j : 0]);
    for (; open > 0; from += MORE_TERMS) {
        inversion_go_on(law, from, padded(open), &few);
        int left = 0;
        for (int j = 0; j < open; j++) {
            double mean = laws->mean[lane[j]];
            int lost = (few.term[j] < COUNTS_NEGLIGIBLE && from > mean) || from >= TERMS_MAX;
            out[lane[j]] = lost && is_set(few.open[j]) ? counts_last(mean) : few.below[j];
            lane[left] = lane[j];
            inversion_move(law, &few, left, &few, j);
            left += is_set(few.open[j]) && !lost;
        }
        open = left;
    }
}

KERNEL_INLINE void laws_copy(enum law law, struct laws *to, int j, const struct laws *from, int i) {
    to->mean[j] = from->mean[i];
    if (law != POISSON) {
        to->count[j] = from->count[i];
        to->probability[j] = from->probability[i];
    }
}

/* The `count` slots whose flag is set; the others get 0. */
KERNEL_INLINE void draw_few(enum law law, const struct laws *laws, const double *restrict uniform, const uint64_t *flag,
                            int count, double *restrict out) {
    struct laws picked;
    double wanted[BLOCK / 2], drawn[BLOCK / 2];
    int slot[BLOCK];
    memset(out, 0, BLOCK * sizeof *out);
    list_flags(flag, 0, slot);
    for (int j = 0; j < padded(count); j++) {
        int i = slot[j < count ? j : 0];
        laws_copy(law, &picked, j, laws, i);
        wanted[j] = uniform[i];
    }
    invert(law, padded(count), &picked, wanted, drawn);
    for (int j = 0; j < count; j++)
        out[slot[j]] = drawn[j];
}

KERNEL_INLINE double spread_of(enum law law, double mean, double probability) {
    return portable_sqrt(law == POISSON ? mean : mean * (1.0 - probability));
}

/* Proposals, the two sides of their acceptance tests, and what the expansion says of them. */
struct tries {
    double k[BLOCK], against[BLOCK], density[BLOCK], spread[BLOCK];
    uint64_t undecided[BLOCK], accepted[BLOCK];
};

/* One try of each of `all` laws from two uniforms. */
KERNEL_INLINE void propose(enum law law, int all, const struct laws *laws, const double *restrict first,
                           const double *restrict second, struct tries *tries) {
    VECTOR_LOOP
    for (int j = 0; j < all; j++) {
        double mean = laws->mean[j], p = law == POISSON ? 0.0 : laws->probability[j];
        double spread = spread_of(law, mean, p);
        tries->k[j] = counts_propose(first[j], second[j], mean, spread, p, &tries->against[j], &tries->density[j]);
        tries->spread[j] = spread;
    }
}

/* Settles nearly all of them by the expansion or, far out, by a bound. */
KERNEL_INLINE void judge(enum law law, int all, const struct laws *laws, struct tries *tries) {
    VECTOR_LOOP
    for (int j = 0; j < all; j++) {
        double mean = laws->mean[j], p = law == POISSON ? 0.0 : laws->probability[j];
        double inverse_spread = 1.0 / tries->spread[j], against = tries->against[j], density = tries->density[j];
        double x = (tries->k[j] - mean) * inverse_spread;
        double expected = counts_expansion(x, (1.0 - 2.0 * p) * inverse_spread) * density;
        double error = counts_expansion_error(inverse_spread) * density;
        double distance = portable_abs(x);
        uint64_t expands = FLAG(distance <= COUNTS_FAR);
        uint64_t accepted = FLAG(against <= expected - error) & expands;
        uint64_t rejected = FLAG(against > expected + error) & expands;
        rejected |= FLAG(against > counts_far_bound(distance) * density) & ~expands;
        tries->accepted[j] = accepted;
        tries->undecided[j] = portable_bits(1.0) ^ (accepted | rejected);
    }
}

/* A flag: whether the law has k in its support and the exact test accepts it. */
KERNEL_INLINE uint64_t accept_exactly(enum law law, double k, double mean, double count, double probability,
                                      double against, double density) {
    double legal = k < 0.0 ? mean : k; /* the mean stands for what the law does not have, and differs from it */
    if (law != POISSON)
        legal = legal > count ? mean : legal;
    double relative =
        law == POISSON ? counts_relative_poisson(legal, mean) : counts_relative_binomial(legal, count, probability);
    return FLAG(k == legal) & FLAG(against <= density * relative);
}

/* Tests those of the listed tries exactly that are undecided. */
KERNEL_INLINE void test_exactly(enum law law, const struct laws *laws, struct tries *tries, const int *listed,
                                int count) {
    struct laws picked;
    double k[BLOCK], against[BLOCK], density[BLOCK];
    uint64_t accepted[BLOCK];
    int undecided[BLOCK], open = 0;
    for (int j = 0; j < count; j++) {
        undecided[open] = listed[j];
        open += is_set(tries->undecided[listed[j]]);
    }
    int all = padded(open);
    /* The analyzer does not know that padded(open) covers open, and is 0 with it.
       NOLINTBEGIN(clang-analyzer-core.*) */
    for (int j = 0; j < all; j++) {
        int i = undecided[j < open ? j : 0];
        laws_copy(law, &picked, j, laws, i);
        k[j] = tries->k[i];
        against[j] = tries->against[i];
        density[j] = tries->density[i];
    }
    for (int base = 0; base < all; base += WIDEST) {
        VECTOR_LOOP
        for (int j = base; j < base + WIDEST; j++)
            accepted[j] = accept_exactly(law, k[j], picked.mean[j], law == POISSON ? 0.0 : picked.count[j],
                                         law == POISSON ? 0.0 : picked.probability[j], against[j], density[j]);
    }
    for (int j = 0; j < open; j++)
        tries->accepted[undecided[j]] = accepted[j];
    /* NOLINTEND(clang-analyzer-core.*) */
}

/* Makes and decides `count` tries (arrays are filled up to a multiple of WIDEST); lists those that are rejected and
 * returns their number. */
KERNEL_INLINE int make_tries(enum law law, int count, const struct laws *laws, const double *first,
                             const double *second, struct tries *tries, int *rejected) {
    int listed = 0, left = 0;
    propose(law, padded(count), laws, first, second, tries);
    judge(law, padded(count), laws, tries);
    if (count == BLOCK)
        listed = list_flags(tries->accepted, ~UINT64_C(0), rejected);
    for (int j = 0; j < count && count < BLOCK; j++) {
        rejected[listed] = j;
        listed += !is_set(tries->accepted[j]);
    }
    test_exactly(law, laws, tries, rejected, listed);
    for (int j = 0; j < listed; j++) {
        rejected[left] = rejected[j];
        left += !is_set(tries->accepted[rejected[j]]);
    }
    return left;
}

/* Uniforms and laws of further tries: `width` tries of each slot, of which try n has its own generator, keyed by n and
 * the slot. Lane j is try tried + j / slots of slot j % slots. */
KERNEL_INLINE void prepare_tries(enum law law, uint64_t key, uint64_t tried, const struct laws *laws, const int *slot,
                                 int slots, int lanes, struct laws *picked, double *restrict first,
                                 double *restrict second) {
    uint64_t number[BLOCK];
    int all = padded(lanes);
    for (int j = 0; j < all; j++) {
        int lane = j < lanes ? j : 0;
        int i = slot[lane % slots];
        laws_copy(law, picked, j, laws, i);
        number[j] = (tried + (uint64_t)(lane / slots)) * BLOCK + (uint64_t)i;
    }
    VECTOR_LOOP
    for (int j = 0; j < all; j++)
        random_pair(key + 2 * GOLDEN_GAMMA * number[j], &first[j], &second[j]);
}

/* The first try of the slots with a larger mean, whose numbers are listed in slot; leaves the numbers of the rejected
 * ones there and returns how many they are. */
KERNEL_INLINE int try_first(enum law law, const struct laws *laws, const double *restrict uniform,
                            struct stream *stream, int *slot, int slots, double *restrict out) {
    struct laws picked;
    struct tries tries;
    double first[BLOCK], second[BLOCK];
    int rejected[BLOCK], left;
    stream_uniforms(stream, second, BLOCK);
    if (slots == BLOCK) {
        left = make_tries(law, BLOCK, laws, uniform, second, &tries, slot);
        memcpy(out, tries.k, sizeof tries.k);
        return left;
    }
    for (int j = 0; j < padded(slots); j++) {
        int i = slot[j < slots ? j : 0];
        laws_copy(law, &picked, j, laws, i);
        first[j] = uniform[i];
        second[j] = second[i]; /* i >= j: what is overwritten is not needed any more */
    }
    left = make_tries(law, slots, &picked, first, second, &tries, rejected);
    for (int j = 0; j < slots; j++)
        out[slot[j]] = tries.k[j];
    for (int j = 0; j < left; j++)
        slot[j] = slot[rejected[j]];
    return left;
}

/* Tries again what was rejected. When few slots are left, several tries of each are made at once, of which the first
 * that is accepted counts. */
KERNEL_INLINE void try_again(enum law law, uint64_t key, const struct laws *laws, int *slot, int slots,
                             double *restrict out) {
    struct laws picked;
    struct tries tries;
    double first[BLOCK], second[BLOCK];
    int rejected[BLOCK];
    key = random_subkey(key, 0);
    for (uint64_t tried = 0; slots > 0;) {
        int width = slots >= TRIES_AT_ONCE ? 1 : TRIES_AT_ONCE / slots, lanes = slots * width, left = 0;
        prepare_tries(law, key, tried, laws, slot, slots, lanes, &picked, first, second);
        make_tries(law, lanes, &picked, first, second, &tries, rejected);
        for (int j = 0; j < slots; j++) {
            int lane = j;
            while (lane + slots < lanes && !is_set(tries.accepted[lane]))
                lane += slots;
            out[slot[j]] = tries.k[lane];
            slot[left] = slot[j];
            left += !is_set(tries.accepted[lane]);
        }
        slots = left;
        tried += (uint64_t)width;
    }
}

/* The probability of 0 is at least 1 - mean, so that a uniform up to there draws 0 for certain. Where most do, the
 * others are picked out. */
KERNEL_INLINE void draw_block(enum law law, uint64_t key, const struct laws *laws, double *restrict out) {
    struct stream stream;
    double uniform[BLOCK];
    uint64_t is_large[BLOCK], is_uncertain[BLOCK];
    int large[BLOCK];
    stream_open(&stream, key);
    stream_uniforms(&stream, uniform, BLOCK);
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        uint64_t flag = FLAG(laws->mean[i] >= COUNTS_REJECTION_MEAN);
        is_large[i] = flag;
        is_uncertain[i] = FLAG(uniform[i] > ALMOST_1 - laws->mean[i]) & ~flag;
    }
    int count = count_set(BLOCK, is_large), uncertain = count_set(BLOCK, is_uncertain);
    if (uncertain > FEW_UNCERTAIN)
        invert(law, BLOCK, laws, uniform, out);
    else if (count < BLOCK)
        draw_few(law, laws, uniform, is_uncertain, uncertain, out);
    if (count == 0)
        return;
    if (count < BLOCK)
        list_flags(is_large, 0, large);
    count = try_first(law, laws, uniform, &stream, large, count, out);
    try_again(law, key, laws, large, count, out);
}

void KERNEL(binomial_block)(uint64_t key, const double *count, const double *probability, double *out) {
    struct laws laws;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double p = probability[i] > 0.5 ? 1.0 - probability[i] : probability[i];
        p = p > 0.0 ? p : 0.0;
        double n = count[i] > 0.0 ? count[i] : 0.0;
        n = n < COUNTS_MAX ? n : COUNTS_MAX;
        laws.count[i] = n;
        laws.probability[i] = p;
        laws.mean[i] = n * p;
    }
    double drawn[BLOCK];
    draw_block(BINOMIAL, key, &laws, drawn);
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double k = portable_min(drawn[i], laws.count[i]);
        out[i] = probability[i] > 0.5 ? laws.count[i] - k : k;
    }
}

void KERNEL(poisson_block)(uint64_t key, const double *mean, double *out) {
    struct laws laws;
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double m = mean[i] > 0.0 ? mean[i] : 0.0;
        laws.mean[i] = m < COUNTS_MAX ? m : COUNTS_MAX;
    }
    draw_block(POISSON, key, &laws, out);
}

/* Cumulative weights in an order that vectors like: chain l holds the slots l, l + LANES, ...; the chains follow one
 * another. */
struct choices {
    double chain[LANES][BLOCK / LANES], chain_end[LANES];
};

static void choices_open(struct choices *choices, const double *restrict weight) {
    double sum[LANES] = {0}, base[LANES];
    for (int row = 0; row < BLOCK / LANES; row++) {
        VECTOR_LOOP
        for (int l = 0; l < LANES; l++)
            sum[l] += weight[row * LANES + l];
        for (int l = 0; l < LANES; l++)
            choices->chain[l][row] = sum[l];
    }
    double end = 0.0;
    for (int l = 0; l < LANES; l++) {
        base[l] = end;
        end += sum[l];
        choices->chain_end[l] = end;
    }
    for (int l = 0; l < LANES; l++) {
        VECTOR_LOOP
        for (int row = 0; row < BLOCK / LANES; row++)
            choices->chain[l][row] += base[l];
    }
}

/* How many of LANES increasing numbers are at most x. */
KERNEL_INLINE uint64_t count_at_most(const double *restrict number, double x) {
    double part[LANES / 4];
    VECTOR_LOOP
    for (int l = 0; l < LANES / 4; l++)
        part[l] = (number[l] <= x ? 1.0 : 0.0) + (number[l + LANES / 4] <= x ? 1.0 : 0.0) +
                  ((number[l + LANES / 2] <= x ? 1.0 : 0.0) + (number[l + 3 * LANES / 4] <= x ? 1.0 : 0.0));
    return (uint64_t)(int)(part[0] + part[1] + (part[2] + part[3]));
}

/* The first slot whose cumulative weight is above x, which is at least 0 and below the last chain's end: its weight is
   positive, since it takes the sum from x or below to above x. */
KERNEL_INLINE uint64_t choices_find(const struct choices *choices, double x) {
    uint64_t chain = count_at_most(choices->chain_end, x);
    return count_at_most(choices->chain[chain], x) * LANES + chain;
}

/* Adds `movers` single draws to out. */
static void choose_singly(uint64_t key, double movers, const double *weight, double *restrict out) {
    struct choices choices;
    struct stream stream;
    double uniform[LANES];
    choices_open(&choices, weight);
    stream_open(&stream, random_subkey(key, SUBKEY_SINGLES));
    double total = choices.chain_end[LANES - 1];
    while (movers > 0.0) {
        int now = movers < LANES ? (int)movers : LANES;
        stream_uniforms(&stream, uniform, LANES);
        for (int j = 0; j < now; j++)
            out[choices_find(&choices, uniform[j] * total)] += 1.0;
        movers -= now;
    }
}

void KERNEL(multinomial_block)(uint64_t key, double movers, const double *weight, double *out) {
    double result[BLOCK] = {0}, mean[BLOCK], field[BLOCK];
    double total = sum_block(weight);
    double left = portable_floor(portable_clip(movers, 0.0, COUNTS_MAX));
    if (!(total >= WEIGHT_MIN && total <= WEIGHT_MAX)) {
        result[BLOCK - 1] = left;
        left = 0.0;
    }
    uint64_t attempt = SUBKEY_FIELDS;
    while (left > SINGLES_MAX) {
        double aim = left - (left > LARGE_FIELD ? AIM_BELOW_LARGE : AIM_BELOW) * portable_sqrt(left);
        double share = 1.0 / total;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            mean[i] = weight[i] * share * aim;
        KERNEL(poisson_block)(random_subkey(key, attempt++), mean, field);
        double drawn = sum_block(field);
        if (drawn > left)
            continue;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            result[i] += field[i];
        left -= drawn;
    }
    if (left > 0.0)
        choose_singly(key, left, weight, result);
    memcpy(out, result, sizeof result);
}

const struct samplers KERNEL(samplers) = {KERNEL(binomial_block), KERNEL(poisson_block), KERNEL(multinomial_block)};
