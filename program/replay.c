#include "matthew.h"

#include "program/command.h"
#include "program/say.h"
#include "program/session.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_DIFFERS = 1 };

/* --replicate, 0 where there is one; -1 where it is missing or is none. */
static long replicate_of(const struct arguments *arguments, const struct matthew_sweep_counts *counts) {
    const char *text = arguments->value[OPTION_replicate];
    char *end;
    if (text == NULL)
        return counts->replicates > 1 ? -1 : 0;
    long value = strtol(text, &end, 10);
    return isspace((unsigned char)*text) || end == text || *end != '\0' ? -1 : value;
}

/* The library refuses a point before a replicate. Returns an exit status. */
static int complain_choice(const struct arguments *arguments, const struct matthew_sweep_counts *counts, int status) {
    const char *key = matthew_error_text("key");
    long long number = 0;
    if (status == MATTHEW_BAD_ARGUMENT && strcmp(key, "replicate") == 0) {
        if (arguments->value[OPTION_replicate] == NULL)
            return complain("--replicate is missing: a whole number from 0 to %zu", counts->replicates - 1);
        return arguments_number(arguments, OPTION_replicate, 0, (long long)counts->replicates - 1, &number);
    }
    if (status != MATTHEW_NO_MEMORY && strcmp(key, "point") == 0)
        return complain("--point %s: %s", arguments->value[OPTION_point], matthew_error_text("reason"));
    return complain_status(status);
}

/* The session of the run that is meant. Returns an exit status. */
static int choose(matthew_session **session, matthew_sweep *sweep, const struct arguments *arguments) {
    struct matthew_sweep_counts counts = {.size = sizeof counts};
    const char *point = arguments->value[OPTION_point];
    matthew_sweep_count(sweep, &counts);
    if (point == NULL && counts.points > 1)
        return complain("--point is missing: %s; the sweep has %zu points, such as --point %s",
                        counts.is_list ? "NAME=VALUE,... or the number of a point" : "NAME=VALUE,...", counts.points,
                        counts.is_list ? "0" : "NAME=VALUE");
    int status = matthew_session_of_sweep(session, sweep, point, replicate_of(arguments, &counts));
    return status == MATTHEW_OK ? 0 : complain_choice(arguments, &counts, status);
}

/* Holds what was taken against what is there. Returns an exit status. */
static int compare(const matthew_session *session, const struct arguments *arguments) {
    char *text = NULL;
    int status = matthew_session_compare(session, &text);
    if (status != MATTHEW_OK) {
        complain_status(status);
        return EXIT_DIFFERS;
    }
    if (arguments->value[OPTION_quiet] == NULL) {
        say_shown(text);
        putchar('\n');
    }
    matthew_text_free(text);
    return 0;
}

int command_replay(const struct arguments *arguments) {
    matthew_sweep *sweep = NULL;
    matthew_session *session = NULL;
    int read = matthew_sweep_read(&sweep, arguments->operand);
    int status = read == MATTHEW_OK ? choose(&session, sweep, arguments) : complain_status(read);
    if (status == 0)
        status = session_set(session, arguments);
    if (status == 0)
        status = session_play(session, arguments, 0);
    if (status == 0)
        status = compare(session, arguments);
    matthew_session_free(session);
    matthew_sweep_free(sweep);
    return status;
}
