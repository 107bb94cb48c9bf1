/* How concentrated funding is: what part of it the ten largest rounds got, in a month and in a year.
 *
 * A firm has seldom more than one round in twelve months. Thread rule: one caller at a time. Cost: 1 ns a firm. */
#ifndef MATTHEW_MEASURE_ROUNDS_H
#define MATTHEW_MEASURE_ROUNDS_H

#include "agents/world.h"
#include "core/tape.h"
#include "measure/concentration.h"

enum { ROUNDS_YEAR = 12 };

/* The largest rounds and all funding of the last twelve months that were measured. Starts as zeros. */
struct rounds {
    long month[ROUNDS_YEAR]; /* in m modulo 12, plus 1; 0 for none */
    double total[ROUNDS_YEAR], largest[ROUNDS_YEAR][LARGEST];
};

/* Takes over this month. The shares are NaN without funding, that of the year unless its twelve months were measured.
 */
void rounds_measure(struct rounds *rounds, const struct columns *columns, const struct world *world, double *of_month,
                    double *of_year);

void rounds_carry(struct rounds *rounds, struct tape *tape);

#endif
