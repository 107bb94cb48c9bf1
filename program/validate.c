#include "study/validate.h"

#include "output/file/read_file.h"
#include "program/command.h"
#include "program/given.h"
#include "program/guard.h"
#include "program/interrupt.h"
#include "program/print.h"

#include <math.h>
#include <string.h>

enum { EXIT_FACT_OUT_OF_BAND = 3, REPLICATIONS = 10 };

static const char *const verdicts[] = {
    [VERDICT_IN_BAND] = "in band", [VERDICT_OUT_OF_BAND] = "out of band", [VERDICT_NOT_MEASURED] = "not measured"};

/* ---- for people ---- */

/* "0.6 to 1.3", "above 4.5", "up to 0.8". Returns text. */
enum { BAND_SIZE = 2 * NUMBER_SIZE + 8 };
static const char *band_text(char text[BAND_SIZE], const struct fact_info *info) {
    char low[NUMBER_SIZE], high[NUMBER_SIZE];
    print_short(low, info->low);
    print_short(high, info->high);
    if (isinf(info->high))
        snprintf(text, BAND_SIZE, "from %s", low);
    else
        snprintf(text, BAND_SIZE, "%s to %s", low, high);
    return text;
}

static void print_fact(int fact, const struct finding *finding) {
    const struct fact_info *info = &fact_table[fact];
    char measured[NUMBER_SIZE], error[NUMBER_SIZE], band[BAND_SIZE];
    printf("%-4s %-25s %9s %9s  %-14s %-8s %-9s %s\n", info->number, info->name,
           print_short(measured, finding->measured), print_short(error, finding->standard_error), band_text(band, info),
           strcmp(info->unit, "1") == 0 ? "" : info->unit, finding->required ? "required" : "reported",
           verdicts[finding->verdict]);
    printf("     ");
    print_wrapped(stdout, info->description, 5, 5, 100);
    printf("     ");
    print_wrapped(stdout, info->source, 5, 5, 100);
}

static void print_table(const struct validation *validation, const char *name, uint64_t seed) {
    int required = 0;
    for (int fact = 0; fact < FACT_COUNT; fact++)
        required += validation->finding[fact].required;
    print_shown(stdout, name);
    printf(", seed %llu, %zu replication%s\n\n", (unsigned long long)seed, validation->replications,
           validation->replications == 1 ? "" : "s");
    printf("%-30s %9s %9s  %-14s %-8s %-9s %s\n", "FACT", "MEASURED", "S.E.", "BAND", "UNIT", "STATUS", "VERDICT");
    for (int fact = 0; fact < FACT_COUNT; fact++)
        print_fact(fact, &validation->finding[fact]);
    if (required == 0)
        printf("\nno fact is required of this scenario\n");
    else if (validation->failed == 0)
        printf("\nall %d required facts are in their bands\n", required);
    else
        printf("\n%d of %d required facts are not in their bands\n", validation->failed, required);
}

/* ---- for programs ---- */

static void json_field(const char *name, const char *text) {
    printf(", \"%s\": ", name);
    json_string(stdout, text);
}

static void json_value(const char *name, double value) {
    printf(", \"%s\": ", name);
    json_number(stdout, value);
}

static void json_fact(const struct validation *validation, int fact) {
    const struct fact_info *info = &fact_table[fact];
    const struct finding *finding = &validation->finding[fact];
    printf("{\"name\": ");
    json_string(stdout, info->name);
    json_field("number", info->number);
    json_field("unit", info->unit);
    json_field("description", info->description);
    json_field("source", info->source);
    json_value("low", info->low);
    json_value("high", info->high);
    json_value("measured", finding->measured);
    json_value("standard_error", finding->standard_error);
    printf(", \"measured_in\": %zu, \"required\": %s", finding->measured_in, finding->required ? "true" : "false");
    json_field("verdict", verdicts[finding->verdict]);
    printf(", \"values\": [");
    for (size_t r = 0; r < validation->replications; r++) {
        printf(r > 0 ? ", " : "");
        json_number(stdout, validation->values[r][fact]);
    }
    printf("]}");
}

static void print_json(const struct validation *validation, const char *name, uint64_t seed) {
    printf("{\"scenario\": ");
    json_string(stdout, name);
    printf(", \"seed\": %llu, \"replications\": %zu, \"passed\": %s, \"seeds\": [", (unsigned long long)seed,
           validation->replications, validation->failed == 0 ? "true" : "false");
    for (size_t r = 0; r < validation->replications; r++)
        printf("%s%llu", r > 0 ? ", " : "", (unsigned long long)validation->seeds[r]);
    printf("], \"facts\": [\n");
    for (int fact = 0; fact < FACT_COUNT; fact++) {
        json_fact(validation, fact);
        printf(fact + 1 < FACT_COUNT ? ",\n" : "]}\n");
    }
}

/* ---- the command ---- */

static int run_scenario(struct validation *validation, struct scenario *scenario, const struct arguments *arguments) {
    struct failure failure = {0};
    struct validate_options options = {.stop = interrupt_flag()};
    long long replications = REPLICATIONS;
    int status = arguments_number(arguments, OPTION_replications, 1, REPLICATIONS_MAX, &replications);
    if (status == 0)
        status = given_threads(&options.threads, arguments);
    if (status == 0)
        status = given_scenario(scenario, arguments);
    if (status != 0)
        return status;
    options.replications = (size_t)replications;
    interrupt_watch();
    int code = validate_scenario(validation, scenario, &options, &failure);
    if (code == MATTHEW_STOPPED)
        return 128 + (int)*interrupt_flag();
    return code == MATTHEW_OK ? 0 : complain_failure(&failure);
}

/* A recorded race is what it is. */
static int read_recorded(struct validation *validation, struct scenario *scenario, const struct arguments *arguments) {
    static const enum option others[] = {OPTION_replications, OPTION_seed, OPTION_set};
    struct failure failure = {0};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (arguments->value[others[i]] != NULL)
            return complain("--%s is for scenarios; %s is one race that has been run", option_table[others[i]].name,
                            arguments->operand);
    guard_begin(arguments->operand);
    int code = validate_file(validation, scenario, arguments->operand, &failure);
    guard_end();
    return code == MATTHEW_OK ? 0 : complain_failure(&failure);
}

int command_validate(const struct arguments *arguments) {
    struct scenario scenario = {0};
    struct validation validation = {0};
    int recorded = read_file_is_hdf5(arguments->operand);
    int status =
        recorded ? read_recorded(&validation, &scenario, arguments) : run_scenario(&validation, &scenario, arguments);
    if (status == 0) {
        if (arguments->value[OPTION_json] != NULL)
            print_json(&validation, scenario.name, scenario.seed);
        else
            print_table(&validation, scenario.name, scenario.seed);
        status = validation.failed > 0 ? EXIT_FACT_OUT_OF_BAND : 0;
    }
    validation_free(&validation);
    scenario_free(&scenario);
    return status;
}
