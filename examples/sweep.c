/* Does lock-in concentrate the customers of an industry? Races over three values of it, each with four seeds. The file
 * keeps what is done: the same program goes on after Ctrl-C.
 *
 * cc sweep.c $(pkg-config --cflags --libs matthew) -o sweep */
#include <matthew.h>

#include <signal.h>
#include <stdio.h>

static const char *const TEXT = "base: core-race\n"
                                "firms: 60\n"
                                "months: 24\n"
                                "factors:\n"
                                "  customers.*.lock_in: {values: [0, 1, 2]}\n"
                                "replicates: 4\n"
                                "outcomes:\n"
                                "  hhi: {indicator: accounts_hhi, mean_of_last: 12}\n";

static matthew_sweep *sweep;

static void stop(int number) {
    (void)number;
    matthew_sweep_stop(sweep);
}

static int fine(int status) {
    if (status != MATTHEW_OK)
        fprintf(stderr, "sweep: %s: %s\n", matthew_status_name(status), matthew_message());
    return status == MATTHEW_OK;
}

static int show(const struct matthew_sweep_counts *counts, void *context) {
    (void)context;
    fprintf(stderr, "%zu of %zu runs done\n", counts->done, counts->runs);
    return 0;
}

/* The table, and one of the runs again. */
static int tell(void) {
    struct matthew_replay replay = {.size = sizeof replay};
    char *table = matthew_sweep_table_text(sweep);
    if (table == NULL || !fine(matthew_sweep_replay(sweep, "lock_in=1", 3, NULL, NULL, &replay)))
        return 0;
    printf("%sa run again: seed %llu, state %016llx after month %ld\n", table, (unsigned long long)replay.seed,
           (unsigned long long)replay.digest, replay.month);
    matthew_text_free(table);
    return 1;
}

int main(int count, char **words) {
    const char *path = count > 1 ? words[1] : "lock-in.h5";
    struct matthew_sweep_options options = {.size = sizeof options, .progress = show};
    int done = fine(matthew_sweep_from_text(&sweep, "lock-in", NULL, TEXT));
    signal(SIGINT, stop);
    done = done && fine(matthew_sweep_open(sweep, path, NULL)) && fine(matthew_sweep_run(sweep, &options)) && tell();
    matthew_sweep_free(sweep);
    return done ? 0 : 1;
}
