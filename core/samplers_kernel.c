/* Block samplers. Small means: inversion, all slots a few terms, then the unfinished ones together. Larger means: one
 * try of transformed rejection for all slots, settled for nine in ten by an expansion with a proven error; the
 * undecided tested exactly together; the rejected tried again together, each from its own generator. */
#include "core/samplers.h"

#include "core/counts.h"
#include "core/sums.h"

#include <string.h>

/* What the slots of a block draw from, reflected so that probability <= 1/2; Poisson has probability 0 and no count. */
struct laws {
    double mean[BLOCK], count[BLOCK], probability[BLOCK];
};

/* Slots that wait for something, gathered to stand side by side: slot[i], and i's law and numbers. */
struct waiting {
    int slots;
    int slot[BLOCK + LANES];
    double mean[BLOCK], count[BLOCK], probability[BLOCK], first[BLOCK], second[BLOCK];
};

enum law { POISSON, BINOMIAL };

/* A multinomial of more movers than SINGLES_MAX is a Poisson field, aimed at AIM_BELOW standard deviations below. */
#define SINGLES_MAX 250.0
#define AIM_BELOW 1.5

/* Subkeys of a block's key: retries take 0 .. BLOCK - 1. */
enum { SUBKEY_SINGLES = BLOCK, SUBKEY_FIELDS };

static const double inverse[128] = {
#define INVERSE_OF(n) 1.0 / (n)
#define INVERSE_8(n)                                                                                                   \
    INVERSE_OF((n) + 0.0), INVERSE_OF((n) + 1.0), INVERSE_OF((n) + 2.0), INVERSE_OF((n) + 3.0), INVERSE_OF((n) + 4.0), \
        INVERSE_OF((n) + 5.0), INVERSE_OF((n) + 6.0), INVERSE_OF((n) + 7.0)
    0.0,
    1.0,
    1.0 / 2,
    1.0 / 3,
    1.0 / 4,
    1.0 / 5,
    1.0 / 6,
    1.0 / 7,
    INVERSE_8(8.0),
    INVERSE_8(16.0),
    INVERSE_8(24.0),
    INVERSE_8(32.0),
    INVERSE_8(40.0),
    INVERSE_8(48.0),
    INVERSE_8(56.0),
    INVERSE_8(64.0),
    INVERSE_8(72.0),
    INVERSE_8(80.0),
    INVERSE_8(88.0),
    INVERSE_8(96.0),
    INVERSE_8(104.0),
    INVERSE_8(112.0),
    INVERSE_8(120.0)};

static int padded(int count) {
    return (count + LANES - 1) / LANES * LANES;
}

/* The state of an inversion of one slot: the term reached, the sum up to it, and how many sums lie below the uniform.
 */
struct inversion {
    double term[BLOCK], sum[BLOCK], below[BLOCK];
};

/* `terms` further terms for slot i, the first of number `from`. */
KERNEL_INLINE void inversion_step(enum law law, int from, int terms, double uniform, double odds, double start,
                                  double *term, double *sum, double *below) {
    for (int j = 0; j < terms; j++) {
        double factor = law == POISSON ? start : start - odds * (double)(from + j - 1);
        *term *= factor * inverse[from + j];
        *sum += *term;
        *below += uniform > *sum ? 1.0 : 0.0;
    }
}

/* The first terms of every slot with a small mean. */
KERNEL_INLINE void inversion_begin(enum law law, int terms, const struct laws *laws, const double *restrict uniform,
                                   struct inversion *inversion) {
    VECTOR_LOOP
    for (int i = 0; i < BLOCK; i++) {
        double mean = laws->mean[i] < COUNTS_REJECTION_MEAN ? laws->mean[i] : 0.0;
        double p = law == BINOMIAL && mean > 0.0 ? laws->probability[i] : 0.0;
        double odds = p / (1.0 - p);
        double start = law == POISSON ? mean : laws->count[i] * odds;
        double term = portable_exp(law == POISSON ? -mean : laws->count[i] * counts_log_survival(p));
        double sum = term;
        double below = uniform[i] > sum ? 1.0 : 0.0;
        inversion_step(law, 1, terms, uniform[i], odds, start, &term, &sum, &below);
        inversion->term[i] = term;
        inversion->sum[i] = sum;
        inversion->below[i] = below;
    }
}

/* Inversions that the first terms did not end go on together, eight terms at a time. */
KERNEL_INLINE void inversion_finish(enum law law, int from, const struct laws *laws, const double *restrict uniform,
                                    struct inversion *inversion, double *restrict out) {
    enum { TERMS = 8, TERMS_MAX = 112 };
    int slot[BLOCK], slots = 0;
    for (int i = 0; i < BLOCK; i++) {
        slot[slots] = i;
        slots += uniform[i] > inversion->sum[i];
    }
    double start[BLOCK], odds[BLOCK], wanted[BLOCK], term[BLOCK], sum[BLOCK], below[BLOCK];
    for (; slots > 0; from += TERMS) {
        int all = padded(slots);
        for (int j = 0; j < all; j++) {
            int i = slot[j < slots ? j : 0];
            double p = law == POISSON ? 0.0 : laws->probability[i];
            odds[j] = p / (1.0 - p);
            start[j] = law == POISSON ? laws->mean[i] : laws->count[i] * odds[j];
            wanted[j] = uniform[i];
            term[j] = inversion->term[i];
            sum[j] = inversion->sum[i];
            below[j] = inversion->below[i];
        }
        VECTOR_LOOP
        for (int j = 0; j < all; j++)
            inversion_step(law, from, TERMS, wanted[j], odds[j], start[j], &term[j], &sum[j], &below[j]);
        int left = 0;
        for (int j = 0; j < slots; j++) {
            int i = slot[j];
            int open = wanted[j] > sum[j];
            int lost = open & ((term[j] < COUNTS_NEGLIGIBLE) | (from >= TERMS_MAX));
            double last = counts_last(laws->mean[i]);
            out[i] = lost ? last : below[j];
            inversion->term[i] = term[j];
            inversion->sum[i] = sum[j];
            inversion->below[i] = below[j];
            slot[left] = i;
            left += open & !lost;
        }
        slots = left;
    }
}

/* Slots with a small mean, the others get some number. */
KERNEL_INLINE void draw_small(enum law law, const struct laws *laws, const double *restrict uniform,
                              double *restrict out) {
    struct inversion inversion;
    double typical = sum_block(laws->mean) / BLOCK; /* how many terms go first changes the time taken, nothing else */
    int terms = typical < 1.5 ? 4 : typical < 6.0 ? 8 : 16;
    if (terms == 4)
        inversion_begin(law, 4, laws, uniform, &inversion);
    else if (terms == 8)
        inversion_begin(law, 8, laws, uniform, &inversion);
    else
        inversion_begin(law, 16, laws, uniform, &inversion);
    memcpy(out, inversion.below, sizeof inversion.below);
    inversion_finish(law, terms + 1, laws, uniform, &inversion, out);
}

KERNEL_INLINE double spread_of(enum law law, double mean, double probability) {
    return portable_sqrt(law == POISSON ? mean : mean * (1.0 - probability));
}

/* 1 when the law has k in its support and the exact test accepts it. */
KERNEL_INLINE double accept_exactly(enum law law, double k, double mean, double count, double probability,
                                    double against, double density) {
    double inside = ((k >= 0.0) & (k <= (law == POISSON ? 2.0 * COUNTS_MAX : count))) ? 1.0 : 0.0;
    double legal = inside > 0.0 ? k : portable_floor(mean);
    double relative =
        law == POISSON ? counts_relative_poisson(legal, mean) : counts_relative_binomial(legal, count, probability);
    return against <= density * relative ? inside : 0.0;
}

/* The first try of every slot in the list: out gets the proposal, and verdict 1 (accepted), 0 (undecided) or -1. */
struct tries {
    double k[BLOCK], against[BLOCK], density[BLOCK], verdict[BLOCK];
};

KERNEL_INLINE void try_first(enum law law, const struct waiting *waiting, struct tries *tries) {
    int all = padded(waiting->slots);
    VECTOR_LOOP
    for (int j = 0; j < all; j++) {
        double mean = waiting->mean[j];
        double p = law == POISSON ? 0.0 : waiting->probability[j];
        double spread = spread_of(law, mean, p);
        double against, density;
        double k = counts_propose(waiting->first[j], waiting->second[j], mean, spread, p, &against, &density);
        double inverse_spread = 1.0 / spread;
        double x = (k - mean) * inverse_spread;
        double expected = counts_expansion(x, (1.0 - 2.0 * p) * inverse_spread) * density;
        double error = counts_expansion_error(inverse_spread) * density;
        double verdict = against <= expected - error ? 1.0 : 0.0;
        verdict = against > expected + error ? -1.0 : verdict;
        tries->verdict[j] = portable_abs(x) <= 3.0 ? verdict : 0.0;
        tries->k[j] = k;
        tries->against[j] = against;
        tries->density[j] = density;
    }
}

/* Puts the slots of `from` whose numbers are in list side by side in `to`. */
KERNEL_INLINE void waiting_pick(enum law law, struct waiting *to, const struct waiting *from, const int *list,
                                int slots) {
    int all = padded(slots);
    to->slots = slots;
    for (int j = 0; j < all; j++) {
        int i = list[j < slots ? j : 0];
        to->slot[j] = from->slot[i];
        to->mean[j] = from->mean[i];
        if (law == BINOMIAL) {
            to->count[j] = from->count[i];
            to->probability[j] = from->probability[i];
        }
    }
}

/* Tests the undecided tries exactly; slots that fail join the list of rejected ones. */
KERNEL_INLINE int try_undecided(enum law law, const struct waiting *waiting, const struct tries *tries,
                                const int *undecided, int count, int *rejected, int rejected_count) {
    struct waiting picked;
    double k[BLOCK], against[BLOCK], density[BLOCK], accepted[BLOCK];
    waiting_pick(law, &picked, waiting, undecided, count);
    int all = padded(count);
    for (int j = 0; j < all; j++) {
        int i = undecided[j < count ? j : 0];
        k[j] = tries->k[i];
        against[j] = tries->against[i];
        density[j] = tries->density[i];
    }
    VECTOR_LOOP
    for (int j = 0; j < all; j++)
        accepted[j] =
            accept_exactly(law, k[j], picked.mean[j], picked.count[j], picked.probability[j], against[j], density[j]);
    for (int j = 0; j < count; j++) {
        rejected[rejected_count] = undecided[j];
        rejected_count += accepted[j] == 0.0;
    }
    return rejected_count;
}

/* Tries again and again what was rejected, each slot from its own generator. */
KERNEL_INLINE void try_again(enum law law, uint64_t key, struct waiting *waiting, double *restrict out) {
    uint64_t state[BLOCK], increment[BLOCK];
    double k[BLOCK], accepted[BLOCK];
    int all = padded(waiting->slots);
    VECTOR_LOOP
    for (int j = 0; j < all; j++) {
        struct generator generator = generator_open(random_subkey(key, (uint64_t)waiting->slot[j]));
        state[j] = generator.state;
        increment[j] = generator.increment;
    }
    while (waiting->slots > 0) {
        all = padded(waiting->slots);
        VECTOR_LOOP
        for (int j = 0; j < all; j++) {
            struct generator generator = {state[j], increment[j]};
            double first = generator_uniform(&generator);
            double second = generator_uniform(&generator);
            double mean = waiting->mean[j];
            double p = law == POISSON ? 0.0 : waiting->probability[j];
            double against, density;
            k[j] = counts_propose(first, second, mean, spread_of(law, mean, p), p, &against, &density);
            accepted[j] = accept_exactly(law, k[j], mean, waiting->count[j], p, against, density);
            state[j] = generator.state;
        }
        int left = 0;
        for (int j = 0; j < waiting->slots; j++) {
            out[waiting->slot[j]] = k[j];
            waiting->slot[left] = waiting->slot[j];
            waiting->mean[left] = waiting->mean[j];
            if (law == BINOMIAL) {
                waiting->count[left] = waiting->count[j];
                waiting->probability[left] = waiting->probability[j];
            }
            state[left] = state[j];
            increment[left] = increment[j];
            left += accepted[j] == 0.0;
        }
        waiting->slots = left;
    }
}

/* Slots with a larger mean. */
KERNEL_INLINE void draw_large(enum law law, uint64_t key, const struct laws *laws, const double *restrict uniform,
                              struct stream *stream, const int *large, int count, double *restrict out) {
    struct waiting waiting, again;
    struct tries tries;
    double second[BLOCK];
    int undecided[BLOCK], rejected[BLOCK], undecided_count = 0, rejected_count = 0;
    stream_uniforms(stream, second, BLOCK);
    int all = padded(count);
    waiting.slots = count;
    for (int j = 0; j < all; j++) {
        int i = large[j < count ? j : 0];
        waiting.slot[j] = i;
        waiting.mean[j] = laws->mean[i];
        if (law == BINOMIAL) {
            waiting.count[j] = laws->count[i];
            waiting.probability[j] = laws->probability[i];
        }
        waiting.first[j] = uniform[i];
        waiting.second[j] = second[i];
    }
    try_first(law, &waiting, &tries);
    for (int j = 0; j < count; j++) {
        out[waiting.slot[j]] = tries.k[j];
        undecided[undecided_count] = j;
        undecided_count += tries.verdict[j] == 0.0;
        rejected[rejected_count] = j;
        rejected_count += tries.verdict[j] < 0.0;
    }
    rejected_count = try_undecided(law, &waiting, &tries, undecided, undecided_count, rejected, rejected_count);
    waiting_pick(law, &again, &waiting, rejected, rejected_count);
    try_again(law, key, &again, out);
}

KERNEL_INLINE void draw_block(enum law law, uint64_t key, const struct laws *laws, double *restrict out) {
    struct stream stream;
    double uniform[BLOCK];
    int large[BLOCK], count = 0;
    stream_open(&stream, key);
    stream_uniforms(&stream, uniform, BLOCK);
    for (int i = 0; i < BLOCK; i++) {
        large[count] = i;
        count += laws->mean[i] >= COUNTS_REJECTION_MEAN;
    }
    if (count < BLOCK)
        draw_small(law, laws, uniform, out);
    if (count > 0)
        draw_large(law, key, laws, uniform, &stream, large, count, out);
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
    double drawn[BLOCK];
    draw_block(POISSON, key, &laws, drawn);
    memcpy(out, drawn, sizeof drawn);
}

/* Cumulative weights in an order that vectors like: chain l holds the slots l, l + LANES, ...; the chains follow one
 * another. */
struct choices {
    double cumulative[BLOCK], chain_end[LANES];
};

static void choices_open(struct choices *choices, const double *restrict weight) {
    double chain[LANES] = {0}, base[LANES];
    for (int i = 0; i < BLOCK; i += LANES) {
        VECTOR_LOOP
        for (int l = 0; l < LANES; l++) {
            chain[l] += weight[i + l];
            choices->cumulative[i + l] = chain[l];
        }
    }
    double end = 0.0;
    for (int l = 0; l < LANES; l++) {
        base[l] = end;
        end += chain[l];
        choices->chain_end[l] = end;
    }
    for (int i = 0; i < BLOCK; i += LANES) {
        VECTOR_LOOP
        for (int l = 0; l < LANES; l++)
            choices->cumulative[i + l] += base[l];
    }
}

/* The first slot whose cumulative weight is above x, which is at least 0 and below the last chain's end: its weight is
   positive, since it takes the sum from x or below to above x. */
KERNEL_INLINE int choices_find(const struct choices *choices, double x) {
    int chain = 0, row = 0;
    for (int half = LANES / 2; half > 0; half /= 2)
        chain += choices->chain_end[chain + half - 1] <= x ? half : 0;
    for (int half = BLOCK / LANES / 2; half > 0; half /= 2)
        row += choices->cumulative[(row + half - 1) * LANES + chain] <= x ? half : 0;
    return row * LANES + chain;
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
    double total = sum_block(weight);
    double result[BLOCK] = {0}, mean[BLOCK], field[BLOCK];
    if (!(total > 0.0)) {
        result[BLOCK - 1] = movers > 0.0 ? movers : 0.0;
        movers = 0.0;
    }
    uint64_t attempt = SUBKEY_FIELDS;
    while (movers > SINGLES_MAX) {
        double aim = movers - AIM_BELOW * portable_sqrt(movers);
        double scale = aim / total;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            mean[i] = weight[i] * scale;
        KERNEL(poisson_block)(random_subkey(key, attempt++), mean, field);
        double drawn = sum_block(field);
        if (drawn > movers)
            continue;
        VECTOR_LOOP
        for (int i = 0; i < BLOCK; i++)
            result[i] += field[i];
        movers -= drawn;
    }
    if (movers > 0.0)
        choose_singly(key, movers, weight, result);
    memcpy(out, result, sizeof result);
}

const struct samplers KERNEL(samplers) = {KERNEL(binomial_block), KERNEL(poisson_block), KERNEL(multinomial_block)};
