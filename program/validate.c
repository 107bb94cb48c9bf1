#include "matthew.h"

#include "program/command.h"
#include "program/guard.h"
#include "program/interrupt.h"
#include "program/say.h"
#include "program/scenario_given.h"

#include <string.h>

enum { EXIT_FACT_OUT_OF_BAND = 3, REPLICATIONS = 10 };

static matthew_validation *validation;

static void stop(void) {
    matthew_validation_stop(validation);
}

/* Returns an exit status. */
static int run(int threads) {
    int status = matthew_validation_set_threads(validation, threads);
    interrupt_watch();
    interrupt_tell(stop);
    if (status == MATTHEW_OK)
        status = matthew_validation_run(validation);
    interrupt_tell(NULL);
    if (status == MATTHEW_STOPPED)
        return 128 + (int)*interrupt_flag();
    return status == MATTHEW_OK ? 0 : complain_status(status);
}

static int run_scenario(const struct arguments *arguments) {
    matthew_scenario *scenario = NULL;
    long long replications = REPLICATIONS;
    int threads = 0;
    int status = arguments_number(arguments, OPTION_replications, 1, MATTHEW_REPLICATIONS_MAX, &replications);
    if (status == 0)
        status = threads_given(&threads, arguments);
    if (status == 0)
        status = scenario_given(&scenario, arguments);
    if (status == 0) {
        int made = matthew_validation_new(&validation, scenario, (long)replications);
        status = made == MATTHEW_OK ? run(threads) : complain_status(made);
    }
    matthew_scenario_free(scenario);
    return status;
}

/* A recorded race is what it is. */
static int read_recorded(const struct arguments *arguments) {
    static const enum option others[] = {OPTION_replications, OPTION_seed, OPTION_set};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (arguments->value[others[i]] != NULL)
            return complain("--%s is for scenarios; %s is one race that has been run", option_table[others[i]].name,
                            arguments->operand);
    guard_begin(arguments->operand);
    int status = matthew_validation_read(&validation, arguments->operand);
    guard_end();
    return status == MATTHEW_OK ? 0 : complain_status(status);
}

/* A file of HDF5 is no scenario. */
static int is_recorded(const char *path) {
    static const char *const recorded[] = {"history", "part", "sweep", "hdf5"};
    const char *kind = "";
    guard_begin(path);
    int status = matthew_file_kind(path, &kind);
    guard_end();
    for (size_t i = 0; i < sizeof recorded / sizeof *recorded && status == MATTHEW_OK; i++)
        if (strcmp(kind, recorded[i]) == 0)
            return 1;
    return 0;
}

int command_validate(const struct arguments *arguments) {
    int status = is_recorded(arguments->operand) ? read_recorded(arguments) : run_scenario(arguments);
    if (status == 0)
        status = say(matthew_validation_text(validation, arguments->value[OPTION_json] != NULL));
    if (status == 0 && matthew_validation_failed(validation) > 0)
        status = EXIT_FACT_OUT_OF_BAND;
    matthew_validation_free(validation);
    return status;
}
