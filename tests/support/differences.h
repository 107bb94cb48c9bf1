/* Where two worlds or two files differ, in words, so that a test can say more than that a digest is another one.
 *
 * Criterion makes the message of every assertion that it meets, passed or not. So what is costly to tell is told after
 * an `if`, by cr_assert_fail, and loops over many values end in one assertion. */
#ifndef MATTHEW_TESTS_SUPPORT_DIFFERENCES_H
#define MATTHEW_TESTS_SUPPORT_DIFFERENCES_H

#include "agents/world.h"
#include "core/isa.h"
#include "support/races.h"
#include "support/scratch.h"

#include <stdarg.h>
#include <stddef.h>

/* What was told last; empty when nothing differs. */
static char difference[600];

static inline int tell(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(difference, sizeof difference, format, arguments);
    va_end(arguments);
    return 1;
}

static inline int other_bits(double found, double wanted) {
    return memcmp(&found, &wanted, sizeof found) != 0;
}

/* The first column of a class, member and slot. Both have the same number of slots. What flows of a firm that was
 * founded at the end of the month hold is set in its first month, and means nothing before. */
static inline int columns_differ(const struct firms *found, const struct firms *wanted, enum field_class class,
                                 long month) {
    for (int field = 0; field < FIELD_COUNT; field++) {
        int members = field_table[field].class == class ? firms_members(wanted, field_table[field].dimension) : 0;
        for (int member = 0; member < members; member++) {
            const double *one = firms_column(found, (enum field)field, member);
            const double *two = firms_column(wanted, (enum field)field, member);
            for (size_t slot = 0; slot < wanted->slots; slot++)
                if (other_bits(one[slot], two[slot]) && (class == FIELD_STATE || wanted->age[slot] > 0.0))
                    return tell("month %ld, column %s, member %d, slot %zu (firm %.0f): %.17g in place of %.17g", month,
                                field_table[field].name, member, slot, wanted->id[slot], one[slot], two[slot]);
        }
    }
    return 0;
}

static inline int industries_differ(const struct industry *found, const struct industry *wanted, long month) {
#define INDUSTRY(name, ...) {#name, offsetof(struct industry, name)},
#define INDUSTRY_MEMBERS(name, ...) INDUSTRY(name)
#define INDUSTRY_PAYMENTS(name, ...) INDUSTRY(name)
    static const struct {
        const char *name;
        size_t offset;
    } values[] = {
#include "agents/industry.def"
    };
#undef INDUSTRY
#undef INDUSTRY_MEMBERS
#undef INDUSTRY_PAYMENTS
    size_t count = sizeof values / sizeof *values;
    for (size_t i = 0; i < count; i++) {
        size_t end = i + 1 < count ? values[i + 1].offset : sizeof *wanted;
        for (size_t at = values[i].offset; at < end; at += sizeof(double)) {
            double one, two;
            memcpy(&one, (const char *)found + at, sizeof one);
            memcpy(&two, (const char *)wanted + at, sizeof two);
            if (other_bits(one, two))
                return tell("month %ld, industry.%s, member %zu: %.17g in place of %.17g", month, values[i].name,
                            (at - values[i].offset) / sizeof(double), one, two);
        }
    }
    return 0;
}

static inline int registers_differ(const struct firm_register *found, const struct firm_register *wanted, long month) {
    if (found->count != wanted->count)
        return tell("month %ld: %zu firms ever in place of %zu", month, found->count, wanted->count);
    for (size_t i = 0; i < wanted->count; i++) {
        const struct register_row *one = &found->rows[i], *two = &wanted->rows[i];
#define SAME(name)                                                                                                     \
    if (other_bits((double)one->name, (double)two->name))                                                              \
    return tell("month %ld, register, %s of firm %zu: %.17g in place of %.17g", month, #name, i, (double)one->name,    \
                (double)two->name)
        SAME(id);
        SAME(slot);
        SAME(entry_month);
        SAME(exit_month);
        SAME(reason);
        SAME(place);
        SAME(strategy);
        SAME(region);
        SAME(parent);
        SAME(acquirer);
        SAME(price);
        SAME(rounds);
        SAME(raised);
        SAME(proceeds);
        SAME(npv);
#undef SAME
        if (strcmp(one->name, two->name) != 0)
            return tell("month %ld, register, name of firm %zu: `%s` in place of `%s`", month, i, one->name, two->name);
    }
    return 0;
}

static inline int places_differ(const struct places *found, const struct places *wanted, long month) {
    if (found->count != wanted->count || found->used != wanted->used)
        return tell("month %ld: %zu places of %zu rest in place of %zu of %zu", month, found->count, found->used,
                    wanted->count, wanted->used);
    for (size_t i = 0; i < wanted->count; i++) {
        size_t one = (found->first + i) % found->capacity, two = (wanted->first + i) % wanted->capacity;
        if (found->place[one] != wanted->place[two] || found->left[one] != wanted->left[two])
            return tell("month %ld, resting place %zu of %zu: %zu, left in month %ld, in place of %zu and %ld", month,
                        i, wanted->count, found->place[one], found->left[one], wanted->place[two], wanted->left[two]);
    }
    return 0;
}

/* Whether two worlds differ; `difference` tells in what first. */
static inline int worlds_differ(const struct world *found, const struct world *wanted) {
    difference[0] = '\0';
    if (found->month != wanted->month)
        return tell("month %ld in place of month %ld", found->month, wanted->month);
    if (found->firms.slots != wanted->firms.slots)
        return tell("month %ld: %zu slots in place of %zu", wanted->month, found->firms.slots, wanted->firms.slots);
    return columns_differ(&found->firms, &wanted->firms, FIELD_STATE, wanted->month) ||
           industries_differ(&found->industry, &wanted->industry, wanted->month) ||
           registers_differ(&found->reg, &wanted->reg, wanted->month) ||
           places_differ(&found->places, &wanted->places, wanted->month) ||
           columns_differ(&found->firms, &wanted->firms, FIELD_FLOW, wanted->month);
}

/* Runs both races on, month by month, until they part; tells where. */
static inline const char *races_part(struct race *found, int threads, struct race *wanted, long until) {
    struct failure failure = {0};
    struct race_options many = {.threads = threads}, one = {.threads = 1};
    for (long month = race_world(wanted)->month; month <= until; month++) {
        if (race_run(found, month, &many, &failure) != MATTHEW_OK ||
            race_run(wanted, month, &one, &failure) != MATTHEW_OK) {
            tell("month %ld: %s", month, failure.text);
            return difference;
        }
        if (worlds_differ(race_world(found), race_world(wanted)))
            return difference;
    }
    tell("run month by month, they are the same to the end of month %ld", until);
    return difference;
}

/* Where a race on so many threads and with this instruction set (NULL: the usual one) parts from one on one thread with
 * the usual one. */
static inline const char *where_races_part(const struct scenario *scenario, int threads, const char *isa, long until) {
    struct failure failure = {0};
    struct race *found, *wanted;
    unsetenv("MATTHEW_ISA");
    cr_assert(race_new(&wanted, scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    if (isa != NULL)
        setenv("MATTHEW_ISA", isa, 1);
    cr_assert(race_new(&found, scenario, &failure) == MATTHEW_OK, "%s", failure.text);
    races_part(found, threads, wanted, until);
    race_free(found);
    race_free(wanted);
    unsetenv("MATTHEW_ISA");
    return difference;
}

/* Where two runs of bytes differ first; empty when they are the same. */
static inline const char *bytes_part(const char *found, size_t found_size, const char *wanted, size_t wanted_size) {
    size_t at = 0, least = found_size < wanted_size ? found_size : wanted_size;
    difference[0] = '\0';
    if (found_size == wanted_size && memcmp(found, wanted, found_size) == 0)
        return difference;
    while (at < least && found[at] == wanted[at])
        at++;
    if (at == least)
        tell("%zu bytes in place of %zu, the first %zu the same", found_size, wanted_size, least);
    else
        tell("byte %zu is %02x in place of %02x; %zu bytes in place of %zu", at, (unsigned char)found[at],
             (unsigned char)wanted[at], found_size, wanted_size);
    return difference;
}

/* The same for two files. */
static inline const char *files_part(const char *found, const char *wanted) {
    size_t sizes[2];
    char *bytes[2] = {scratch_read(found, &sizes[0]), scratch_read(wanted, &sizes[1])};
    bytes_part(bytes[0], sizes[0], bytes[1], sizes[1]);
    free(bytes[0]);
    free(bytes[1]);
    return difference;
}

#endif
