#include "matthew.h"

#include "program/command.h"
#include "program/say.h"
#include "program/scenario_given.h"
#include "program/session.h"

/* Whether the command line says anything about the scenario. */
static int names_scenario(const struct arguments *arguments) {
    return arguments->operand != NULL || arguments->set_count > 0 || arguments->value[OPTION_seed] != NULL ||
           arguments->value[OPTION_firms] != NULL || arguments->value[OPTION_months] != NULL;
}

/* With --resume: looks for the earlier run. A command line that names a scenario may be given again and again until the
 * run is complete: the first time, or after a kill before the first commit, it begins. Returns an exit status. */
static int look_for(matthew_session *session, const struct arguments *arguments, int *found) {
    if (arguments->value[OPTION_resume] == NULL)
        return 0;
    int status = matthew_session_set(session, "resume", "on");
    session_listen(session);
    if (status == MATTHEW_OK)
        status = matthew_session_find(session, found);
    return status == MATTHEW_OK ? 0 : complain_status(status);
}

/* The scenario of a run that begins, and where one is named of a run that goes on. Returns an exit status. */
static int give_scenario(matthew_session *session, const struct arguments *arguments) {
    matthew_scenario *scenario = NULL;
    if (arguments->value[OPTION_resume] != NULL && !names_scenario(arguments))
        return 0;
    int exit_status = scenario_given(&scenario, arguments);
    if (exit_status == 0) {
        int status = matthew_session_set_scenario(session, scenario);
        exit_status = status == MATTHEW_OK ? 0 : complain_status(status);
    }
    matthew_scenario_free(scenario);
    return exit_status;
}

int command_run(const struct arguments *arguments) {
    matthew_session *session = NULL;
    int found = 0, made = matthew_session_new(&session, NULL);
    int status = made == MATTHEW_OK ? session_set(session, arguments) : complain_status(made);
    if (status == 0)
        status = look_for(session, arguments, &found);
    if (status == 0)
        status = give_scenario(session, arguments);
    if (status == 0)
        status = session_play(session, arguments, found);
    matthew_session_free(session);
    return status;
}
