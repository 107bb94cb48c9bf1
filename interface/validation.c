#include "interface/handle.h"

#include "core/memory.h"
#include "study/validate_text.h"

_Static_assert((int)MATTHEW_REPLICATIONS_MAX == (int)REPLICATIONS_MAX, "matthew.h has the bound of study/validate.h");

struct matthew_validation {
    uint64_t mark;
    struct scenario scenario;
    struct validation inner; /* without replications until there is a result */
    size_t replications;     /* that a run makes; 0 of a recorded race */
    int threads;
    int running;
    volatile sig_atomic_t stop;
};

static int is_validation(const matthew_validation *validation) {
    return validation != NULL && validation->mark == VALIDATION_MARK;
}

static int no_validation(const matthew_validation *validation) {
    return validation == NULL ? is_null("validation")
                              : refuse("validation", "expected a validation, found another object");
}

/* BAD_ARGUMENT when it is none, or at work. */
static int no_idle_validation(const matthew_validation *validation) {
    if (!is_validation(validation))
        return no_validation(validation);
    return validation->running ? refuse("validation", "it is running") : MATTHEW_OK;
}

static matthew_validation *new_validation(void) {
    matthew_validation *made = memory_new(1, sizeof *made);
    if (made != NULL)
        made->mark = VALIDATION_MARK;
    else
        fail_memory(&last_failure, "a validation");
    return made;
}

/* Gives a handle to the caller, or frees it after a failure. */
static int hand_over(matthew_validation **validation, matthew_validation *made, int status) {
    if (status == MATTHEW_OK)
        *validation = made;
    else
        matthew_validation_free(made);
    return status;
}

int matthew_validation_new(matthew_validation **validation, const matthew_scenario *scenario, long replications) {
    if (validation == NULL)
        return is_null("validation");
    *validation = NULL;
    if (!is_scenario(scenario))
        return no_scenario(scenario);
    if (replications < 1 || replications > REPLICATIONS_MAX)
        return out_of_range("replications", 1, REPLICATIONS_MAX, "", replications);
    int status = checked(scenario, scenario_check(&scenario->inner, &last_failure));
    if (status != MATTHEW_OK)
        return status;
    matthew_validation *made = new_validation();
    if (made == NULL)
        return MATTHEW_NO_MEMORY;
    made->replications = (size_t)replications;
    return hand_over(validation, made, scenario_copy(&made->scenario, &scenario->inner, &last_failure));
}

int matthew_validation_read(matthew_validation **validation, const char *path) {
    if (validation == NULL)
        return is_null("validation");
    *validation = NULL;
    if (path == NULL)
        return is_null("path");
    matthew_validation *made = new_validation();
    if (made == NULL)
        return MATTHEW_NO_MEMORY;
    return hand_over(validation, made,
                     of_file(validate_file(&made->inner, &made->scenario, path, &last_failure), path));
}

void matthew_validation_free(matthew_validation *validation) {
    if (!is_validation(validation) || validation->running)
        return;
    validation->mark = 0;
    validation_free(&validation->inner);
    scenario_free(&validation->scenario);
    memory_free(validation);
}

int matthew_validation_set_threads(matthew_validation *validation, int threads) {
    int status = no_idle_validation(validation);
    if (status == MATTHEW_OK)
        status = wrong_threads(threads);
    if (status == MATTHEW_OK)
        validation->threads = threads;
    return status;
}

int matthew_validation_run(matthew_validation *validation) {
    int status = no_idle_validation(validation);
    if (status != MATTHEW_OK)
        return status;
    if (validation->replications == 0)
        return refuse("validation", "it is of a recorded race, which has been run");
    struct validate_options options = {
        .replications = validation->replications, .threads = validation->threads, .stop = &validation->stop};
    validation_free(&validation->inner);
    validation->running = 1;
    status = validate_scenario(&validation->inner, &validation->scenario, &options, &last_failure);
    if (status == MATTHEW_STOPPED)
        fail(&last_failure, status, "stopped");
    validation->running = 0;
    validation->stop = 0;
    return status;
}

void matthew_validation_stop(matthew_validation *validation) {
    if (is_validation(validation))
        validation->stop = 1;
}

/* BAD_ARGUMENT when nothing was found yet. */
static int no_result(const matthew_validation *validation) {
    int status = no_idle_validation(validation);
    if (status == MATTHEW_OK && validation->inner.replications == 0)
        status = refuse("validation", "it has not been run");
    return status;
}

char *matthew_validation_text(const matthew_validation *validation, int json) {
    struct text text = {0};
    if (no_result(validation) != MATTHEW_OK)
        return NULL;
    validation_print(&text, &validation->inner, &validation->scenario, json);
    return finished_text(&text, MATTHEW_OK, "the text of a validation");
}

int matthew_validation_failed(const matthew_validation *validation) {
    return no_result(validation) == MATTHEW_OK ? validation->inner.failed : -1;
}
