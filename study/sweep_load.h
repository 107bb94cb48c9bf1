/* Reads a sweep from its YAML file and checks everything that can be checked before the first race.
 *
 * Grammar; keys in any order:
 *   base: NAME or FILE          the scenario, as in a scenario file
 *   firms, months, seed: N      as the options of the same names
 *   set: {PATH: VALUE}          parameters that are the same in all races
 *   design: grid or list        all combinations of the factors' values (default), or the i-th value of each
 *           {list: FILE.csv}    point i is row i of a CSV file, whose first line names factors by path or `name`;
 *                               `factors` then only names them and may be left out
 *           one_at_a_time, {latin_hypercube: N, seed: S}, {random: N, seed: S}, {sobol: N},
 *           {saltelli: N, second_order: on or off} or {morris: N, levels: L, seed: S}
 *   factors: {PATH: {values: [V, ...]} or {from: A, to: B, steps: N} or [V, ...], and `name: NAME` in a mapping}
 *                               a star stands for all members alike; what `set` says of the same parameters gives way
 *                               schedule.NAME.month, value or price: a number of the entry of the schedule so called
 *   replicates: N               races of each point, which differ in their seeds alone
 *   or {at_least: N, at_most: M, until: {NAME: ERROR, ...}}    as many as standard errors want (study/sweep_until.h)
 *   seeds: common               replicate j has the same seed at every point (default), or
 *          independent          its seed is a hash of the point's values too
 *   outcomes: {NAME: {indicator: X or X.MEMBER, final | at: M | mean_of_last: K | series: every N}}
 *             in place of an indicator `firm: NAME, column: X`, `member: M` of it, `share: true` of the sum over firms,
 *             or `column: X` without a firm and one of `sum`, `mean`, `hhi`, `sum_by: strategy` and `mean_by:
 * strategy`, or `register: X` with one of `mean`, `median`, `mean_by: strategy`, `median_by: strategy` and
 *             `difference_by: GENE`, and perhaps `above: NUMBER` and `entered: [FROM, TO]`, of all firms ever
 *   compare: {with: {PATH: VALUE}}   differences to the points with that value of the factor; changes no run
 *   stop_when: X > NUMBER       or >= < <=: a race ends after the first month in which this holds
 *
 * Errors name file, line, column, key, allowed range and the nearest valid name. Thread rule: one thread. Cost: some us
 * for each point. */
#ifndef MATTHEW_STUDY_SWEEP_LOAD_H
#define MATTHEW_STUDY_SWEEP_LOAD_H

#include "study/sweep.h"

/* Errors are those of document_read_file and scenario_load. */
int sweep_load(struct sweep *sweep, const char *path, struct failure *failure);

/* The same from a text that messages call `name`; paths in it start from the folder, null for the working one. Also
 * BAD_ARGUMENT: the folder's name is too long. */
int sweep_load_text(struct sweep *sweep, const char *name, const char *folder, const char *text,
                    struct failure *failure);

/* The same from what a result file holds: the text of the sweep's file, that of its base, which stands for all that the
 * file says of the scenario, and that of the table of its points, null for none. Messages call it `name`. */
int sweep_load_kept(struct sweep *sweep, const char *name, const char *text, const char *base, const char *points,
                    struct failure *failure);

#endif
