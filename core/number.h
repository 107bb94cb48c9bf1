/* Numbers as text, the same in every locale: strict reading, and printing that reads back to the same bits.
 *
 * Never allocates and never looks at the process's locale. Thread rule: any thread. */
#ifndef MATTHEW_CORE_NUMBER_H
#define MATTHEW_CORE_NUMBER_H

#include "core/status.h"

enum { NUMBER_SIZE = 32 };

enum number_fault {
    NUMBER_FINE,
    NUMBER_NONE,         /* not a decimal number */
    NUMBER_LEADING_ZERO, /* 010: 8 in some YAML readers, 10 in others */
    NUMBER_NOT_FINITE,   /* nan, inf in any spelling */
    NUMBER_HUGE,         /* beyond the largest double */
    NUMBER_TINY          /* not zero, yet below the smallest double */
};

/* The whole text as a finite decimal number: sign, digits with at most one point, exponent. No spaces, underscores,
 * hexadecimal digits or superfluous leading zeros. value is written only when the answer is NUMBER_FINE. */
enum number_fault number_parse(const char *text, double *value);

/* What a fault means, to follow the text it is about: "expected a number". */
const char *number_complaint(enum number_fault fault);

/* Prints with as few digits as read back to the same bits (0.7, 150000, 4e15) and returns text. */
char *number_print(double value, char text[NUMBER_SIZE]);

/* What a number may be. A unit of "1" or "" is not printed. */
struct number_rule {
    double min, max;
    const char *unit;
    int whole; /* integers only */
};

/* "allowed range [0, 1e9] M$/month". Returns text. */
enum { NUMBER_RANGE_SIZE = 128 };
char *number_range(const struct number_rule *rule, char text[NUMBER_RANGE_SIZE]);

/* A number against its rule. The failure (BAD_SCENARIO) says what is wrong and the allowed range; its caller knows what
 * the number is called. */
int number_check(const struct number_rule *rule, double value, struct failure *failure);

/* The whole text as such a number; *value is written on success. */
int number_read(const struct number_rule *rule, const char *text, double *value, struct failure *failure);

#endif
