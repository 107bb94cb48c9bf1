#include "measure/rounds.h"

#include "core/elementary.h"

static double share_of(const double largest[LARGEST], double total) {
    double sum = 0.0;
    for (int i = 0; i < LARGEST; i++)
        sum += largest[i];
    return total > 0.0 ? portable_min(sum / total, 1.0) : UNKNOWN;
}

void rounds_measure(struct rounds *rounds, const struct columns *columns, const struct world *world, double *of_month,
                    double *of_year) {
    const struct firms *firms = &world->firms;
    long month = world->month, row = month % ROUNDS_YEAR;
    double leader, total = 0.0, all[ROUNDS_YEAR * LARGEST], year[LARGEST];
    int known = 1;
    int funded = world->parameters.capital_enabled > 0.0;
    columns->find_largest(firms->funding, firms->id, funded ? firms->slots : 0, rounds->largest[row], &leader);
    rounds->total[row] = funded ? columns->sum(firms->funding, firms->slots) : 0.0;
    rounds->month[row] = month + 1;
    *of_month = share_of(rounds->largest[row], rounds->total[row]);
    for (int i = 0; i < ROUNDS_YEAR; i++) {
        known &= rounds->month[i] > 1 && rounds->month[i] > month + 1 - ROUNDS_YEAR; /* there is none in month 0 */
        total += rounds->total[i];
        for (int j = 0; j < LARGEST; j++)
            all[i * LARGEST + j] = rounds->largest[i][j];
    }
    columns->find_largest(all, NULL, (size_t)ROUNDS_YEAR * LARGEST, year, NULL);
    *of_year = known ? share_of(year, total) : UNKNOWN;
}

void rounds_carry(struct rounds *rounds, struct tape *tape) {
    for (int i = 0; i < ROUNDS_YEAR; i++)
        tape_number(tape, &rounds->month[i]);
    tape_carry(tape, rounds->total, sizeof rounds->total);
    tape_carry(tape, rounds->largest, sizeof rounds->largest);
}
