/* The command line, read from the tables commands.def and options.def.
 *
 * Options may stand before or after operands; `--` ends them; the last of a repeated option counts (--set adds up). */
#ifndef MATTHEW_PROGRAM_ARGUMENTS_H
#define MATTHEW_PROGRAM_ARGUMENTS_H

enum command {
#define COMMAND(name, ...) COMMAND_##name,
#include "program/commands.def"
#undef COMMAND
    COMMAND_COUNT,
    COMMAND_NONE = COMMAND_COUNT
};

enum option {
#define OPTION(name, ...) OPTION_##name,
#include "program/options.def"
#undef OPTION
    OPTION_COUNT
};

/* What an option's argument is completed with in a shell. */
enum completion { COMPLETE_NOTHING, COMPLETE_HISTORY, COMPLETE_PARAMETER, COMPLETE_RECORD, COMPLETE_PRECISION };

struct command_info {
    const char *name, *operands;
    int operands_min, operands_max;
    const char *summary, *details; /* null for a command that is not listed */
};

struct option_info {
    char name[32]; /* long form, without the dashes in front */
    char letter;   /* 0 when there is no short form */
    const char *argument, *help;
    enum completion completion;
    unsigned commands; /* bit COMMAND_x: the commands that take it; bit COMMAND_NONE: the bare program */
};

extern const struct command_info command_table[COMMAND_COUNT];
extern const struct option_info *const option_table; /* OPTION_COUNT; complete after arguments_read */

struct arguments {
    enum command command;
    const char *operand; /* null when none was given */
    const char
        *value[OPTION_COUNT]; /* the argument, "" for an option without one; null when the option was not given */
    const char **sets;        /* arguments of --set, in order */
    int set_count;
    int argc; /* the command line itself */
    char **argv;
};

/* Reads the command line. Returns 0, or the exit status after one line of complaint. The strings stay argv's. */
int arguments_read(struct arguments *arguments, int argc, char **argv);
void arguments_free(struct arguments *arguments);

/* The whole number that an option was given, which must lie in min..max; `number` stays as it is when the option was
 * not given. Returns 0, or the exit status after one line of complaint. */
int arguments_number(const struct arguments *arguments, enum option option, long long min, long long max,
                     long long *number);

/* Whether a command (or COMMAND_NONE) takes an option. */
int command_takes(enum command command, enum option option);

#endif
