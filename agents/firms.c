#include "agents/firms.h"

#include "core/memory.h"
#include "core/random.h"

#include <string.h>

#define ABOUT(name, kind, family, empty, dimension, class, type, unit, by_default, description)                        \
    {name, kind, family, empty, DIMENSION_##dimension, FIELD_##class, FIELD_##type, unit, by_default, description},
const struct field_info field_table[FIELD_COUNT] = {
#define FIELD(name, ...) ABOUT(#name, FIELD_KIND_NUMBER, FAMILY_NONE, 0, __VA_ARGS__)
#define FIELD_ID(member, name, none, ...) ABOUT(#name, FIELD_KIND_ID, FAMILY_NONE, none, __VA_ARGS__)
#define FIELD_CODE(member, name, family, ...) ABOUT(#name, FIELD_KIND_CODE, FAMILY_##family, 0, __VA_ARGS__)
#include "agents/fields.def"
#undef FIELD
};
#undef ABOUT

/* Every column has room for MEMBERS_MAX pointers here, so that fields can be walked by number. */
static double **pointers(struct firms *firms, enum field field) {
    switch (field) {
#define FIELD_POINTER_FIRM(name) &firms->name
#define FIELD_POINTER_SEGMENT(name) firms->name
#define FIELD_POINTER_TIER(name) firms->name
#define FIELD_POINTER_REGION(name) firms->name
#define FIELD(name, dimension, ...)                                                                                    \
    case FIELD_##name:                                                                                                 \
        return FIELD_POINTER_##dimension(name);
#include "agents/fields.def"
#undef FIELD
    default:
        return NULL;
    }
}

int firms_members(const struct firms *firms, enum dimension dimension) {
    switch (dimension) {
    case DIMENSION_SEGMENT:
        return firms->segments;
    case DIMENSION_TIER:
        return firms->tiers;
    case DIMENSION_REGION:
        return firms->regions;
    default:
        return 1;
    }
}

enum family dimension_family(enum dimension dimension) {
    static const enum family family[] = {[DIMENSION_FIRM] = FAMILY_NONE,
                                         [DIMENSION_SEGMENT] = FAMILY_SEGMENT,
                                         [DIMENSION_TIER] = FAMILY_TIER,
                                         [DIMENSION_REGION] = FAMILY_REGION,
                                         [DIMENSION_STRATEGY] = FAMILY_STRATEGY};
    return family[dimension];
}

double field_empty(enum field field) {
    return field_table[field].empty;
}

/* Of a slot that holds 0 everywhere. */
static void empty_ids(const struct firms *firms, size_t slot) {
#define FIELD(...)
#define FIELD_ID(member, name, none, ...) firms->member[slot] = none;
#include "agents/fields.def"
#undef FIELD
}

static size_t column_count(const struct firms *firms) {
    size_t count = 0;
    for (int field = 0; field < FIELD_COUNT; field++)
        count += (size_t)firms_members(firms, field_table[field].dimension);
    return count;
}

/* Points every column into block. */
static void lay_out(struct firms *firms, double *block, size_t stride) {
    size_t column = 0;
    for (int field = 0; field < FIELD_COUNT; field++) {
        double **pointer = pointers(firms, (enum field)field);
        int members = firms_members(firms, field_table[field].dimension);
        for (int member = 0; member < members; member++)
            pointer[member] = block + stride * column++;
    }
    firms->columns = block;
    firms->stride = stride;
}

static size_t round_up(size_t slots) {
    size_t blocks = slots / BLOCK + (slots % BLOCK != 0);
    return (blocks == 0 ? 1 : blocks) * BLOCK;
}

enum { STRIDE_PAD = 40 };

int firms_init(struct firms *firms, size_t capacity, int segments, int tiers, int regions, struct failure *failure) {
    memset(firms, 0, sizeof *firms);
    firms->segments = segments;
    firms->tiers = tiers;
    firms->regions = regions;
    return firms_grow(firms, capacity, failure);
}

/* Gives the columns back, cleared where a thread keeps them for its next race. */
static void release(struct firms *firms) {
    for (size_t column = 0; firms->columns != NULL && memory_keeps() && column < column_count(firms); column++)
        memset(firms->columns + column * firms->stride, 0, firms->capacity * sizeof *firms->columns);
    memory_release_zeros(firms->columns);
}

/* Moves the columns to where they have room for capacity slots at least. */
static int move(struct firms *firms, size_t capacity, struct failure *failure) {
    size_t room = firms->columns == NULL ? capacity + capacity / 2 * 3 : memory_room(firms->reserved, capacity);
    size_t columns = column_count(firms), stride = round_up(room) + STRIDE_PAD;
    double *block = memory_reserve(capacity + STRIDE_PAD, &stride, columns * sizeof *block), *old = firms->columns;
    if (block == NULL)
        return fail_memory(failure, "the firms' columns");
    for (size_t column = 0; column < columns && old != NULL; column++)
        memcpy(block + column * stride, old + column * firms->stride, firms->slots * sizeof *block);
    release(firms);
    lay_out(firms, block, stride);
    firms->reserved = stride - STRIDE_PAD;
    firms->capacity = firms->slots; /* what lay beyond was not moved */
    return MATTHEW_OK;
}

int firms_grow(struct firms *firms, size_t capacity, struct failure *failure) {
    capacity = round_up(capacity);
    if (capacity <= firms->capacity)
        return MATTHEW_OK;
    int status = capacity <= firms->reserved ? MATTHEW_OK : move(firms, capacity, failure);
    if (status != MATTHEW_OK)
        return status;
    for (size_t slot = firms->capacity; slot < capacity; slot++)
        empty_ids(firms, slot);
    firms->capacity = capacity;
    return MATTHEW_OK;
}

void firms_free(struct firms *firms) {
    release(firms);
    memset(firms, 0, sizeof *firms);
}

double *firms_column(const struct firms *firms, enum field field, int member) {
    size_t column = 0;
    for (int i = 0; i < (int)field; i++)
        column += (size_t)firms_members(firms, field_table[i].dimension);
    return firms->columns + firms->stride * (column + (size_t)member);
}

/* Column by column: the slots of one lie near each other. */
void firms_clear(struct firms *firms, const size_t *slot, size_t count) {
    size_t columns = column_count(firms);
    for (size_t column = 0; column < columns; column++)
        for (size_t i = 0; i < count; i++)
            firms->columns[column * firms->stride + slot[i]] = 0;
    for (size_t i = 0; i < count; i++)
        empty_ids(firms, slot[i]);
}

void firms_compact(struct firms *firms, const size_t *from, const size_t *to, size_t count, size_t slots) {
    size_t columns = column_count(firms), freed = firms->slots - slots;
    for (size_t i = 0; i < columns; i++) {
        double *column = firms->columns + i * firms->stride;
        for (size_t move = 0; move < count; move++)
            column[to[move]] = column[from[move]];
        memset(column + slots, 0, freed * sizeof *column);
    }
    for (size_t slot = slots; slot < firms->slots; slot++)
        empty_ids(firms, slot);
    firms->slots = slots;
}

unsigned long long digest_doubles(unsigned long long digest, const double *value, size_t count) {
    for (size_t i = 0; i < count; i++)
        digest = random_mix((digest ^ portable_bits(value[i])) + GOLDEN_GAMMA);
    return digest;
}

unsigned long long firms_digest(const struct firms *firms) {
    unsigned long long digest = firms->slots;
    for (int field = 0; field < FIELD_COUNT; field++) {
        if (field_table[field].class != FIELD_STATE)
            continue;
        int members = firms_members(firms, field_table[field].dimension);
        for (int member = 0; member < members; member++)
            digest = digest_doubles(digest, firms_column(firms, (enum field)field, member), firms->slots);
    }
    return digest;
}

int register_reserve(struct firm_register *reg, size_t count, struct failure *failure) {
    if (count <= reg->capacity)
        return MATTHEW_OK;
    size_t capacity = memory_room(reg->capacity, count);
    struct register_row *rows = memory_grow(reg->rows, reg->count, capacity, sizeof *rows);
    if (rows == NULL)
        return fail_memory(failure, "the register of firms");
    reg->rows = rows;
    reg->capacity = capacity;
    return MATTHEW_OK;
}

void register_free(struct firm_register *reg) {
    memory_free(reg->rows);
    memset(reg, 0, sizeof *reg);
}
