/* Numbers that people read: short, with thousands, as times and as bytes. Nothing depends on the locale. Thread rule:
 * pure functions. */
#ifndef MATTHEW_CORE_QUANTITY_H
#define MATTHEW_CORE_QUANTITY_H

#include "core/number.h"

/* Four significant digits, "-" where there is nothing. Returns text. */
const char *print_short(char text[NUMBER_SIZE], double value);
/* A count with thin grouping for people: 12,345,678. Returns text. */
const char *print_count(char text[NUMBER_SIZE], double value);

/* Three or four significant digits with a prefix of thousands: 3.42 M, 871 k, 12.5. Returns text. */
const char *print_scaled(char text[NUMBER_SIZE], double value);

/* "12.3 s", "4 min 05 s", "3 h 20 min". Returns text. */
const char *print_duration(char text[NUMBER_SIZE], double seconds);

/* "812 bytes", "3.4 MB" (10^6). Returns text. */
const char *print_bytes(char text[NUMBER_SIZE], double bytes);

#endif
