#include "output/codec/deflate.h"

#include <string.h>

enum {
    LITERALS = 286, /* literals, the end of a block, and lengths */
    END = 256,
    CODE_BITS = 12, /* longest code of a literal, so that four of them fit between two stores */
    LENGTH_CODES = 19,
    LENGTH_CODE_BITS = 7,
    DISTANCES = 30,
    MATCH_LEAST = 4,
    MATCH_MOST = 258,
    TOKEN_RUN = 0x8000 /* a match one byte back; else one row back */
};

void deflate_begin(struct deflate *deflate, unsigned char *target) {
    deflate->writer = (struct bit_writer){target, 0, 0};
}

size_t deflate_bound(size_t count) {
    return count + 5 + 2;
}

/* At most 56 bits may wait between two stores. */
static inline void put(struct bit_writer *writer, uint64_t bits, unsigned count) {
    writer->hold |= bits << writer->held;
    writer->held += count;
}

static inline void store(struct bit_writer *writer) {
    memcpy(writer->at, &writer->hold, 8);
    writer->at += writer->held >> 3;
    writer->hold >>= writer->held & ~7u;
    writer->held &= 7;
}

unsigned char *deflate_end(struct deflate *deflate) {
    deflate->writer.held = (deflate->writer.held + 7) & ~7u;
    store(&deflate->writer);
    return deflate->writer.at;
}

void deflate_stored(struct deflate *deflate, const unsigned char *plane, size_t count, int last) {
    struct bit_writer *writer = &deflate->writer;
    put(writer, (uint64_t)(last != 0), 3);
    deflate_end(deflate);
    uint64_t length = count;
    put(writer, length | (~length & 0xffff) << 16, 32);
    store(writer);
    memcpy(writer->at, plane, count);
    writer->at += count;
}

/* ---- Huffman codes ---- */

struct code {
    uint8_t length[LITERALS];
    uint16_t bits[LITERALS]; /* the first bit of the code is the lowest */
};

/* Symbols that occur, in ascending order of how often; each as often << 16 | symbol. */
static int order_symbols(const uint32_t *often, int symbols, uint64_t *order) {
    uint64_t scratch[LITERALS];
    int used = 0;
    for (int s = 0; s < symbols; s++)
        if (often[s] > 0)
            scratch[used++] = (uint64_t)often[s] << 16 | (uint64_t)s;
    uint64_t *from = scratch, *to = order;
    for (int shift = 16; shift < 40; shift += 8) { /* three passes: the result ends in order */
        int place[257] = {0};
        for (int i = 0; i < used; i++)
            place[(from[i] >> shift & 0xff) + 1]++;
        for (int b = 0; b < 256; b++)
            place[b + 1] += place[b];
        for (int i = 0; i < used; i++)
            to[place[from[i] >> shift & 0xff]++] = from[i];
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    return used;
}

/* Depths of Huffman's tree over leaves in ascending order: how many leaves lie at each depth. Trees are merged from two
 * queues, leaves and inner nodes, both ascending. */
static void count_depths(const uint64_t *order, int leaves, int *at_depth) {
    uint64_t weight[LITERALS] = {0};
    int parent[LITERALS] = {0}, depth[LITERALS], next_leaf = 0, next_inner = 0;
    int is_leaf_child[LITERALS] = {0}; /* how many children of an inner node are leaves */
    for (int inner = 0; inner < leaves - 1; inner++) {
        for (int child = 0; child < 2; child++) {
            if (next_leaf < leaves && (next_inner >= inner || order[next_leaf] >> 16 <= weight[next_inner])) {
                weight[inner] += order[next_leaf++] >> 16;
                is_leaf_child[inner]++;
            } else {
                weight[inner] += weight[next_inner];
                parent[next_inner++] = inner;
            }
        }
    }
    for (int inner = leaves - 2; inner >= 0; inner--) {
        depth[inner] = inner == leaves - 2 ? 0 : depth[parent[inner]] + 1;
        at_depth[depth[inner] + 1] += is_leaf_child[inner];
    }
}

/* Moves leaves that lie too deep up to `most`, and others down until the code is complete again. */
static void limit_depths(int *at_depth, int deepest, int most) {
    long taken = 0;
    for (int d = most + 1; d <= deepest; d++) {
        at_depth[most] += at_depth[d];
        at_depth[d] = 0;
    }
    for (int d = 1; d <= most; d++)
        taken += (long)at_depth[d] << (most - d);
    for (; taken > 1L << most; taken--) { /* a deepest leaf joins one from further up */
        int d = most - 1;
        while (at_depth[d] == 0)
            d--;
        at_depth[most]--;
        at_depth[d]--;
        at_depth[d + 1] += 2;
    }
}

static uint16_t reversed(unsigned bits, int length) {
    unsigned result = 0;
    for (int i = 0; i < length; i++)
        result |= (bits >> i & 1) << (length - 1 - i);
    return (uint16_t)result;
}

/* The canonical code for symbols that occur so often, no word longer than `most` bits. At least two symbols occur. */
static void make_code(const uint32_t *often, int symbols, int most, struct code *code) {
    uint64_t order[LITERALS];
    int at_depth[LITERALS + 1] = {0};
    unsigned next[16] = {0};
    memset(code, 0, sizeof *code);
    int leaves = order_symbols(often, symbols, order), leaf = 0;
    count_depths(order, leaves, at_depth);
    limit_depths(at_depth, leaves, most);
    for (int d = most; d > 0; d--)
        for (int i = 0; i < at_depth[d]; i++)
            code->length[order[leaf++] & 0xffff] = (uint8_t)d;
    for (int d = 1; d < most; d++)
        next[d + 1] = (next[d] + (unsigned)at_depth[d]) << 1;
    for (int s = 0; s < symbols; s++)
        if (code->length[s] > 0)
            code->bits[s] = reversed(next[code->length[s]]++, code->length[s]);
}

/* ---- lengths and distances ---- */

/* The code of a match's length, and how many extra bits follow with which base. */
static inline int length_symbol(unsigned length, unsigned *extra, unsigned *base) {
    if (length == MATCH_MOST) {
        *extra = 0;
        *base = length;
        return 285;
    }
    unsigned past = length - 3;
    *extra = past < 8 ? 0 : 29 - (unsigned)__builtin_clz(past);
    *base = (past >> *extra << *extra) + 3;
    return (int)(257 + (*extra << 2) + (past >> *extra));
}

static int distance_symbol(unsigned distance, unsigned *extra, unsigned *base) {
    unsigned past = distance - 1;
    *extra = past < 4 ? 0 : 30 - (unsigned)__builtin_clz(past);
    *base = (past >> *extra << *extra) + 1;
    return (int)((*extra << 1) + (past >> *extra));
}

/* ---- one block ---- */

struct block {
    uint32_t often[LITERALS];
    struct code code;
    size_t tokens;
    /* The two distances have codes of one bit each: 0 for a run (distance 1), 1 for a row. */
    int row_symbol;
    unsigned row_extra, row_rest;
    /* The header: lengths of codes, run-length coded. */
    uint8_t symbol[LITERALS + DISTANCES], extra[LITERALS + DISTANCES];
    int symbols, literals;
    uint32_t symbol_often[LENGTH_CODES];
    struct code symbol_code;
};

static inline uint64_t word_at(const unsigned char *at) {
    uint64_t word;
    memcpy(&word, at, 8);
    return word;
}

/* How far two places agree, at most `most` bytes. */
static inline size_t agreement(const unsigned char *a, const unsigned char *b, size_t most) {
    size_t length = 0;
    for (; length + 8 <= most; length += 8) {
        uint64_t differs = word_at(a + length) ^ word_at(b + length);
        if (differs != 0)
            return length + (size_t)__builtin_ctzll(differs) / 8;
    }
    while (length < most && a[length] == b[length])
        length++;
    return length;
}

/* Whether a sample of places repeats what stands one row above or one byte before, often enough to look everywhere. */
static int repeats(const unsigned char *plane, size_t count, size_t row) {
    enum { PLACES = 256, OFTEN = 10 };
    size_t found = 0, places = 0, step = count / PLACES + 1;
    for (size_t i = row > 0 ? row : 1; i + MATCH_LEAST <= count; i += step, places++)
        found += memcmp(plane + i, plane + i - 1, MATCH_LEAST) == 0 ||
                 (row > 0 && memcmp(plane + i, plane + i - row, MATCH_LEAST) == 0);
    return found * 256 > places * OFTEN || places < 64;
}

static void count_literals(const unsigned char *plane, size_t count, struct block *block) {
    uint32_t seen[4][256] = {{0}};
    size_t i = 0;
    for (; i + 4 <= count; i += 4)
        for (size_t j = 0; j < 4; j++)
            seen[j][plane[i + j]]++;
    for (; i < count; i++)
        seen[0][plane[i]]++;
    memset(block->often, 0, sizeof block->often);
    for (int b = 0; b < 256; b++)
        block->often[b] = seen[0][b] + seen[1][b] + seen[2][b] + seen[3][b];
}

/* The plane as literals and matches. A match is taken where at least MATCH_LEAST bytes agree, a row before a run. */
static void find_matches(const unsigned char *plane, size_t count, size_t row, uint16_t *token, struct block *block) {
    size_t i = 0, tokens = 0;
    unsigned extra, base;
    memset(block->often, 0, sizeof block->often);
    while (i < count) {
        size_t left = count - i, most = left < MATCH_MOST ? left : MATCH_MOST, length = 0;
        int run = 0;
        if (left >= 8) {
            uint64_t here = word_at(plane + i);
            if (row > 0 && i >= row && (uint32_t)(here ^ word_at(plane + i - row)) == 0)
                length = agreement(plane + i, plane + i - row, most);
            else if (i > 0 && (uint32_t)(here ^ word_at(plane + i - 1)) == 0) {
                length = agreement(plane + i, plane + i - 1, most);
                run = TOKEN_RUN;
            }
        }
        if (length == 0) {
            block->often[plane[i]]++;
            token[tokens++] = plane[i++];
        } else {
            block->often[length_symbol((unsigned)length, &extra, &base)]++;
            token[tokens++] = (uint16_t)(run | (256 + (int)length));
            i += length;
        }
    }
    block->tokens = tokens;
}

/* Lengths of codes as runs: 16 repeats the last length 3 to 6 times, 17 and 18 are 3 to 10 and 11 to 138 zeros. */
static void add_run(struct block *block, uint8_t length, int run) {
    while (run > 0) {
        int symbol = length, extra = 0, taken = 1;
        if (length == 0 && run >= 3) {
            taken = run < 138 ? run : 138;
            symbol = taken < 11 ? 17 : 18;
            extra = taken - (taken < 11 ? 3 : 11);
        } else if (length > 0 && run >= 4) {
            block->symbol[block->symbols++] = length;
            block->symbol_often[length]++;
            block->extra[block->symbols - 1] = 0;
            taken = run - 1 < 6 ? run - 1 : 6;
            symbol = 16;
            extra = taken - 3;
            run--;
        }
        block->symbol_often[symbol]++;
        block->symbol[block->symbols] = (uint8_t)symbol;
        block->extra[block->symbols++] = (uint8_t)extra;
        run -= taken;
    }
}

static void make_header(struct block *block) {
    uint8_t lengths[LITERALS + DISTANCES] = {0};
    block->literals = LITERALS;
    while (block->literals > END + 1 && block->code.length[block->literals - 1] == 0)
        block->literals--;
    memcpy(lengths, block->code.length, (size_t)block->literals);
    lengths[block->literals] = 1;
    lengths[block->literals + block->row_symbol] = 1;
    int count = block->literals + block->row_symbol + 1;
    block->symbols = 0;
    memset(block->symbol_often, 0, sizeof block->symbol_often);
    for (int from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && lengths[to] == lengths[from];)
            to++;
        add_run(block, lengths[from], to - from);
    }
    make_code(block->symbol_often, LENGTH_CODES, LENGTH_CODE_BITS, &block->symbol_code);
}

static const uint8_t length_code_order[LENGTH_CODES] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                        11, 4,  12, 3, 13, 2, 14, 1, 15};
static const uint8_t repeat_bits[LENGTH_CODES] = {[16] = 2, [17] = 3, [18] = 7};

static void put_header(struct bit_writer *writer, const struct block *block, int last) {
    int codes = LENGTH_CODES;
    while (codes > 4 && block->symbol_code.length[length_code_order[codes - 1]] == 0)
        codes--;
    put(writer, (uint64_t)(last != 0) | 2 << 1, 3);
    put(writer, (uint64_t)(block->literals - 257), 5);
    put(writer, (uint64_t)block->row_symbol, 5);
    put(writer, (uint64_t)(codes - 4), 4);
    store(writer);
    for (int i = 0; i < codes; i++) {
        put(writer, block->symbol_code.length[length_code_order[i]], 3);
        store(writer);
    }
    for (int i = 0; i < block->symbols; i++) {
        int symbol = block->symbol[i];
        put(writer, block->symbol_code.bits[symbol], block->symbol_code.length[symbol]);
        put(writer, block->extra[i], repeat_bits[symbol]);
        store(writer);
    }
}

/* Bits of the whole block, from what the codes say. */
static size_t block_bits(const struct block *block, size_t matches_by_row) {
    size_t bits = 3 + 5 + 5 + 4 + 3 * LENGTH_CODES + matches_by_row * block->row_extra;
    unsigned extra, base;
    for (int s = 0; s < LITERALS; s++)
        bits += (size_t)block->often[s] * block->code.length[s];
    for (unsigned length = 3; length <= MATCH_MOST; length++) {
        int symbol = length_symbol(length, &extra, &base);
        if (base == length) /* once for each symbol: its extra bits, and the bit of the distance */
            bits += (size_t)block->often[symbol] * (extra + 1);
    }
    for (int s = 0; s < LENGTH_CODES; s++)
        bits += (size_t)block->symbol_often[s] * (size_t)(block->symbol_code.length[s] + repeat_bits[s]);
    return bits;
}

/* Bits of each literal, and above them how many there are. */
static void literal_words(const struct code *code, uint32_t word[256]) {
    for (int b = 0; b < 256; b++)
        word[b] = (uint32_t)code->bits[b] | (uint32_t)code->length[b] << 16;
}

static const uint64_t MATCHES_AMONG_FOUR = UINT64_C(0xff00ff00ff00ff00);

/* The writer is a copy while it is in use, so that it can stay in registers. */
static void put_literals(struct deflate *deflate, const unsigned char *plane, size_t count, const struct code *code) {
    struct bit_writer writer = deflate->writer;
    uint32_t word[256];
    literal_words(code, word);
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        for (size_t j = 0; j < 4; j++) {
            uint32_t w = word[plane[i + j]];
            put(&writer, w & 0xffff, w >> 16);
        }
        store(&writer);
    }
    for (; i < count; i++) {
        put(&writer, code->bits[plane[i]], code->length[plane[i]]);
        store(&writer);
    }
    deflate->writer = writer;
}

/* Four literals in a row go out together: planes in which firms come and go hold long stretches of them. */
static void put_tokens(struct deflate *deflate, const struct block *block) {
    const struct code *code = &block->code;
    struct bit_writer writer = deflate->writer;
    uint32_t word[256];
    literal_words(code, word);
    for (size_t i = 0; i < block->tokens; i++) {
        unsigned token = deflate->token[i], extra, base;
        if (i + 4 <= block->tokens && (word_at((const void *)&deflate->token[i]) & MATCHES_AMONG_FOUR) == 0) {
            for (size_t j = 0; j < 4; j++) {
                uint32_t w = word[deflate->token[i + j]];
                put(&writer, w & 0xffff, w >> 16);
            }
            i += 3;
        } else if (token < 256) {
            put(&writer, code->bits[token], code->length[token]);
        } else {
            unsigned length = (token & ~(unsigned)TOKEN_RUN) - 256;
            int symbol = length_symbol(length, &extra, &base);
            put(&writer, code->bits[symbol], code->length[symbol]);
            put(&writer, length - base, extra);
            if (token & TOKEN_RUN)
                put(&writer, 0, 1);
            else
                put(&writer, 1 | (uint64_t)block->row_rest << 1, 1 + block->row_extra);
        }
        store(&writer);
    }
    deflate->writer = writer;
}

static size_t row_matches(const struct deflate *deflate, const struct block *block) {
    size_t rows = 0;
    for (size_t i = 0; i < block->tokens; i++)
        rows += deflate->token[i] >= 256 && deflate->token[i] < TOKEN_RUN;
    return rows;
}

void deflate_packed(struct deflate *deflate, const unsigned char *plane, size_t count, size_t row, int last) {
    struct block block;
    unsigned base;
    if (row >= count || row > 32768)
        row = 0;
    block.row_symbol = row > 1 ? distance_symbol((unsigned)row, &block.row_extra, &base) : 1;
    if (row <= 1) { /* the second distance is there and never used */
        block.row_extra = 0;
        base = (unsigned)row;
        row = 0;
    }
    block.row_rest = (unsigned)row - (row > 0 ? base : 0);
    int matches = repeats(plane, count, row);
    block.tokens = 0;
    if (matches)
        find_matches(plane, count, row, deflate->token, &block);
    else
        count_literals(plane, count, &block);
    block.often[END] = 1;
    make_code(block.often, LITERALS, CODE_BITS, &block.code);
    make_header(&block);
    if (block_bits(&block, row_matches(deflate, &block)) >= 8 * (count + 5)) {
        deflate_stored(deflate, plane, count, last);
        return;
    }
    put_header(&deflate->writer, &block, last);
    if (matches)
        put_tokens(deflate, &block);
    else
        put_literals(deflate, plane, count, &block.code);
    put(&deflate->writer, block.code.bits[END], block.code.length[END]);
    store(&deflate->writer);
}
