#include "core/number.h"

#include "core/names.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The plain "C" locale for this thread; newlocale allocates nothing for it. A null handle leaves all as it is. */
static locale_t plain_locale(void) {
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return plain == (locale_t)0 ? (locale_t)0 : uselocale(plain);
}

static const char *skip_digits(const char *text) {
    while (*text >= '0' && *text <= '9')
        text++;
    return text;
}

static int is_not_finite(const char *text) {
    static const char *const spellings[] = {"nan", "inf", "infinity"};
    text += *text == '+' || *text == '-';
    text += *text == '.';
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (strcasecmp(text, spellings[i]) == 0)
            return 1;
    return 0;
}

/* The grammar alone; mantissa_end is where the exponent or the end begins. */
static enum number_fault check_grammar(const char *text, const char **mantissa_end) {
    const char *first = text + (*text == '+' || *text == '-');
    const char *point = skip_digits(first);
    const char *end = point;
    if (*point == '.')
        end = skip_digits(point + 1);
    if (end - first - (*point == '.') == 0)
        return is_not_finite(text) ? NUMBER_NOT_FINITE : NUMBER_NONE;
    *mantissa_end = end;
    if (*end == 'e' || *end == 'E') {
        const char *digits = end + 1;
        digits += *digits == '+' || *digits == '-';
        end = skip_digits(digits);
        if (end == digits)
            return NUMBER_NONE;
    }
    if (*end != '\0')
        return NUMBER_NONE;
    return point - first > 1 && *first == '0' ? NUMBER_LEADING_ZERO : NUMBER_FINE;
}

enum number_fault number_parse(const char *text, double *value) {
    const char *mantissa_end = NULL;
    enum number_fault fault = check_grammar(text, &mantissa_end);
    if (fault != NUMBER_FINE)
        return fault;
    locale_t before = plain_locale();
    double result = strtod(text, NULL);
    if (before != (locale_t)0)
        uselocale(before);
    if (!isfinite(result))
        return NUMBER_HUGE;
    if (result == 0)
        for (const char *c = text; c < mantissa_end; c++)
            if (*c >= '1' && *c <= '9')
                return NUMBER_TINY;
    *value = result;
    return NUMBER_FINE;
}

const char *number_complaint(enum number_fault fault) {
    switch (fault) {
    case NUMBER_LEADING_ZERO:
        return "expected a number without leading zeros";
    case NUMBER_NOT_FINITE:
        return "expected a finite number";
    case NUMBER_HUGE:
        return "expected a number that is not too large for double precision";
    case NUMBER_TINY:
        return "expected a number that is not too small for double precision";
    default:
        return "expected a number";
    }
}

/* 4e+15 as 4e15, 1e-09 as 1e-9, and 1000000000 as 1e9. */
static void tidy_exponent(char *text) {
    char *exponent = strchr(text, 'e');
    char *zeros = text + (*text == '-') + 1;
    size_t count = strspn(zeros, "0");
    if (exponent == NULL && count >= 6 && zeros[count] == '\0')
        snprintf(zeros, NUMBER_SIZE - 2, "e%zu", count);
    if (exponent == NULL)
        return;
    char *to = exponent + 1, *from = to;
    if (*from == '-')
        *to++ = *from++;
    else if (*from == '+')
        from++;
    while (*from == '0' && from[1] != '\0')
        from++;
    memmove(to, from, strlen(from) + 1);
}

char *number_print(double value, char text[NUMBER_SIZE]) {
    locale_t before = plain_locale();
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, NUMBER_SIZE, "%.*g", digits, value);
        double back = strtod(text, NULL);
        if (memcmp(&back, &value, sizeof value) == 0)
            break;
    }
    if (before != (locale_t)0)
        uselocale(before);
    tidy_exponent(text);
    return text;
}

char *number_range(const struct number_rule *rule, char text[NUMBER_RANGE_SIZE]) {
    char min[NUMBER_SIZE], max[NUMBER_SIZE];
    int plain = rule->unit[0] == '\0' || strcmp(rule->unit, "1") == 0;
    snprintf(text, NUMBER_RANGE_SIZE, "allowed range [%s, %s]%s%s", number_print(rule->min, min),
             number_print(rule->max, max), plain ? "" : " ", plain ? "" : rule->unit);
    return text;
}

int number_check(const struct number_rule *rule, double value, struct failure *failure) {
    char range[NUMBER_RANGE_SIZE], number[NUMBER_SIZE];
    if (value >= rule->min && value <= rule->max && isfinite(value) && (!rule->whole || floor(value) == value))
        return MATTHEW_OK; /* before any text is made: every value of every scenario passes here */
    number_range(rule, range);
    if (!isfinite(value))
        fail(failure, MATTHEW_BAD_SCENARIO, "expected a finite number; %s", range);
    else if (value < rule->min || value > rule->max)
        fail(failure, MATTHEW_BAD_SCENARIO, "%s is outside the %s", number_print(value, number), range);
    else
        fail(failure, MATTHEW_BAD_SCENARIO, "expected a whole number, found `%s`; %s", number_print(value, number),
             range);
    failure_range(failure, rule->min, rule->max);
    return MATTHEW_BAD_SCENARIO;
}

int number_read(const struct number_rule *rule, const char *text, double *value, struct failure *failure) {
    char range[NUMBER_RANGE_SIZE], found[EXCERPT_SIZE];
    double parsed;
    enum number_fault fault = number_parse(text, &parsed);
    if (fault != NUMBER_FINE) {
        fail(failure, MATTHEW_BAD_SCENARIO, "%s, found `%s`; %s", number_complaint(fault), text_excerpt(text, found),
             number_range(rule, range));
        failure_range(failure, rule->min, rule->max);
        return MATTHEW_BAD_SCENARIO;
    }
    int status = number_check(rule, parsed, failure);
    if (status == MATTHEW_OK)
        *value = parsed;
    return status;
}
