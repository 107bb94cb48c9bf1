#include "study/sweep_table.h"

#include "core/memory.h"
#include "core/quantity.h"
#include "study/sweep_compare.h"
#include "study/sweep_until.h"

#include <math.h>
#include <string.h>
#include <sys/resource.h>

enum { POINTS_SHOWN = 40, COLUMNS_SHOWN = 4, WIDTH_LEAST = 10 };

/* ---- the table ---- */

static int width_of(const char *name) {
    int length = (int)strlen(name);
    return length > WIDTH_LEAST ? length : WIDTH_LEAST;
}

/* n: the number of pairs, of differences. */
static void print_head(struct text *table, const struct sweep *sweep, const size_t *shown, size_t count,
                       int has_pairs) {
    for (size_t i = 0; i < sweep->factor_count; i++)
        text_print(table, "%-*s ", width_of(sweep->factor[i].name), sweep->factor[i].name);
    if (sweep->until.count > 0 && !has_pairs)
        text_print(table, "replicates ");
    for (size_t i = 0; i < count; i++)
        text_print(table, " %*s %10s%s", width_of(sweep->outcome[shown[i]].name), sweep->outcome[shown[i]].name, "s.e.",
                   has_pairs ? "      n" : "");
    text_print(table, "\n");
}

static void print_values(struct text *table, const struct sweep *sweep, size_t point) {
    char text[PARAMETER_TEXT_SIZE];
    for (size_t i = 0; i < sweep->factor_count; i++) {
        const struct factor *factor = &sweep->factor[i];
        text_print(table, "%-*s ", width_of(factor->name),
                   parameter_print(factor->info, factor->values[sweep_level(sweep, point, i)], text));
    }
}

static void print_point(struct text *table, const struct sweep *sweep, size_t point, const size_t *shown, size_t count,
                        const double *mean, const double *error, size_t runs) {
    char number[NUMBER_SIZE];
    print_values(table, sweep, point);
    if (sweep->until.count > 0)
        text_print(table, "%10zu ", runs);
    for (size_t i = 0; i < count; i++) {
        const struct outcome *outcome = &sweep->outcome[shown[i]];
        text_print(table, " %*s", width_of(outcome->name), print_short(number, mean[outcome->first]));
        text_print(table, " %10s", print_short(number, error[outcome->first]));
    }
    text_print(table, "\n");
}

/* Points that are held against others: not those others. */
static int print_differences(struct text *table, const struct sweep_file *file, const size_t *shown, size_t count,
                             struct failure *failure) {
    const struct sweep *sweep = file->sweep;
    char text[SWEEP_POINT_SIZE], number[NUMBER_SIZE];
    double *room = memory_new(3 * sweep->values, sizeof *room);
    struct sweep_differences differences = {room, room + sweep->values, room + 2 * sweep->values};
    int status = room == NULL ? fail_memory(failure, "a table") : MATTHEW_OK;
    if (status == MATTHEW_OK) {
        text_print(table, "\ndifferences to %s, paired by seed\n", sweep_compare_text(sweep, text));
        print_head(table, sweep, shown, count, 1);
    }
    for (size_t point = 0; point < sweep->points && status == MATTHEW_OK; point++) {
        size_t partner = sweep_partner(sweep, point);
        if (partner == point || partner == sweep->points)
            continue;
        status = sweep_differ(file, point, partner, &differences, failure);
        if (status != MATTHEW_OK)
            break;
        print_values(table, sweep, point);
        for (size_t i = 0; i < count; i++) {
            const struct outcome *outcome = &sweep->outcome[shown[i]];
            text_print(table, " %*s", width_of(outcome->name), print_short(number, differences.mean[outcome->first]));
            text_print(table, " %10s", print_short(number, differences.error[outcome->first]));
            text_print(table, " %6.0f", differences.count[outcome->first]);
        }
        text_print(table, "\n");
    }
    memory_free(room);
    return status;
}

int sweep_table_print(struct text *table, const struct sweep_file *file, struct failure *failure) {
    const struct sweep *sweep = file->sweep;
    size_t shown[COLUMNS_SHOWN], count = 0;
    for (size_t i = 0; i < sweep->outcome_count && count < COLUMNS_SHOWN; i++)
        if (sweep->outcome[i].kind != OUTCOME_SERIES && sweep->outcome[i].length == 1)
            shown[count++] = i;
    if (count == 0 || sweep->points > POINTS_SHOWN)
        return MATTHEW_OK;
    double *mean = memory_new(2 * sweep->values, sizeof *mean);
    int status = mean == NULL ? fail_memory(failure, "a table") : MATTHEW_OK;
    if (status == MATTHEW_OK)
        print_head(table, sweep, shown, count, 0);
    for (size_t point = 0; point < sweep->points && status == MATTHEW_OK; point++) {
        size_t runs = 0;
        status = sweep_means(file, point, mean, mean + sweep->values, &runs, failure);
        if (status == MATTHEW_OK)
            print_point(table, sweep, point, shown, count, mean, mean + sweep->values, runs);
    }
    memory_free(mean);
    return status == MATTHEW_OK && sweep->compare.is_there ? print_differences(table, file, shown, count, failure)
                                                           : status;
}

/* ---- points whose standard errors are too large ---- */

/* What a point lacks, in a line. */
static void print_lack(struct text *table, const struct until *until, size_t point) {
    const struct sweep *sweep = until->sweep;
    char text[SWEEP_POINT_SIZE], number[NUMBER_SIZE], wanted[NUMBER_SIZE];
    const char *between = ":";
    text_print(table, "  %s", sweep_point_text(sweep, point, text));
    for (size_t i = 0; i < sweep->until.count; i++) {
        const struct until_target *target = &sweep->until.target[i];
        double error = until_error(until, point, i);
        if (error <= target->error)
            continue;
        text_print(table, "%s %s ", between, sweep->outcome[target->outcome].name);
        if (until->moments[point * sweep->until.count + i].count > 0)
            text_print(table, "%s, wanted %s", print_short(number, error), number_print(target->error, wanted));
        else
            text_print(table, "has no values");
        between = ";";
    }
    if (*between == ':')
        text_print(table, ": small enough for the first time");
    text_print(table, "; %zu replicates\n", until->point[point].replicates);
}

int sweep_until_print(struct text *table, const struct sweep_file *file, struct failure *failure) {
    const struct sweep *sweep = file->sweep;
    struct until until;
    size_t satisfied = 0, shown = 0;
    if (sweep->until.count == 0)
        return MATTHEW_OK;
    int status = until_init(&until, sweep, failure);
    for (size_t point = 0; point < sweep->points && status == MATTHEW_OK; point++) {
        status = until_read(&until, file, point, failure);
        satisfied += until.point[point].verdict == UNTIL_SATISFIED;
    }
    if (status == MATTHEW_OK)
        text_print(table, "standard errors are small enough at %zu of %zu points%s\n", satisfied, sweep->points,
                   satisfied < sweep->points ? ", but not at" : "");
    for (size_t point = 0; point < sweep->points && status == MATTHEW_OK && shown < POINTS_SHOWN; point++)
        if (until.point[point].verdict != UNTIL_SATISFIED) {
            print_lack(table, &until, point);
            shown++;
        }
    if (status == MATTHEW_OK && shown + satisfied < sweep->points)
        text_print(table, "  and %zu others\n", sweep->points - satisfied - shown);
    until_free(&until);
    return status;
}

/* ---- what it would take ---- */

/* How many replicates a point has at least, and runs all of them. */
static size_t least_replicates(const struct sweep *sweep) {
    return sweep->until.count > 0 ? 2 * sweep->until.at_least : sweep->replicates;
}

/* Megabytes that the process has had at most. */
static double memory_now(void) {
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (double)usage.ru_maxrss / 1e3 : (double)NAN;
}

static void print_counts(struct text *table, const struct sweep *sweep) {
    size_t least = least_replicates(sweep);
    text_print(table, "%zu point%s, ", sweep->points, sweep->points == 1 ? "" : "s");
    if (least < sweep->replicates)
        text_print(table, "%zu to ", least);
    text_print(table, "%zu replicate%s: ", sweep->replicates, sweep->replicates == 1 ? "" : "s");
    if (least < sweep->replicates)
        text_print(table, "%zu to ", least * sweep->points);
    text_print(table, "%zu runs\n", sweep->runs);
}

void sweep_plan_print(struct text *table, const struct sweep *sweep) {
    for (size_t i = 0; i < sweep->factor_count; i++)
        text_print(table, "%s: %zu value%s of %s\n", sweep->factor[i].name, sweep->factor[i].count,
                   sweep->factor[i].count == 1 ? "" : "s", sweep->factor[i].path);
    print_counts(table, sweep);
}

int sweep_forecast_print(struct text *table, const struct sweep *sweep, int threads, const volatile sig_atomic_t *stop,
                         struct failure *failure) {
    char text[SWEEP_POINT_SIZE], number[NUMBER_SIZE];
    double seconds[2] = {0, 0};
    size_t points[2] = {0, sweep->points - 1};
    for (int i = 0; i < 2; i++) {
        int status = sweep_try(sweep, points[i] * sweep->replicates, stop, &seconds[i], failure);
        if (status != MATTHEW_OK)
            return status;
        text_print(table, "a run at %s takes %s\n", sweep_point_text(sweep, points[i], text),
                   print_duration(number, seconds[i]));
    }
    double mean = (seconds[0] + seconds[1]) / 2 / threads;
    double least = (double)(least_replicates(sweep) * sweep->points) * mean, most = (double)sweep->runs * mean;
    text_print(table, "all of them take about ");
    if (least < most)
        text_print(table, "%s to ", print_duration(number, least));
    text_print(table, "%s on %d thread%s", print_duration(number, most), threads, threads == 1 ? "" : "s");
    text_print(table, ", %s of memory with one race", print_bytes(number, 1e6 * memory_now()));
    text_print(table, " and %s on the disk\n",
               print_bytes(number, (double)sweep->runs * (8 * (double)sweep->values + 33)));
    return MATTHEW_OK;
}
