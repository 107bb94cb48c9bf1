#include "program/arguments.h"

#include "matthew.h"
#include "program/say.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct command_info command_table[COMMAND_COUNT] = {
#define COMMAND(name, ...) {#name, __VA_ARGS__},
#include "program/commands.def"
#undef COMMAND
};

#define FOR(name) (1u << COMMAND_##name)
#define FOR_NONE (1u << COMMAND_NONE)
#define FOR_ALL (FOR_NONE - 1)
#define RECORDED NULL
static struct option_info options[OPTION_COUNT] = {
#define OPTION(name, letter, argument, completion, commands, help)                                                     \
    {#name, letter, argument, help, COMPLETE_##completion, commands},
#include "program/options.def"
#undef OPTION
};
const struct option_info *const option_table = options;

/* What the library says of its option. */
static const char *description_of(const char *name) {
    struct matthew_session_option option = {.size = sizeof option};
    for (size_t i = 0; i < matthew_session_option_count(); i++)
        if (matthew_session_option_get(i, &option) == MATTHEW_OK && strcmp(option.name, name) == 0)
            return option.description;
    return "";
}

/* Names are written with - where C has _; some help is the library's. */
static void spell_options(void) {
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (options[i].help == RECORDED)
            options[i].help = description_of(options[i].name);
        for (char *at = options[i].name; (at = strchr(at, '_')) != NULL;)
            *at = '-';
    }
}

int command_takes(enum command command, enum option option) {
    return (option_table[option].commands >> command & 1) != 0;
}

/* "matthew" or "matthew run", as the user would type it. Returns text. */
enum { SPOKEN_SIZE = 64 };
static const char *spoken(enum command command, char text[SPOKEN_SIZE]) {
    snprintf(text, SPOKEN_SIZE, "matthew%s%s", command == COMMAND_NONE ? "" : " ",
             command == COMMAND_NONE ? "" : command_table[command].name);
    return text;
}

static int unknown_command(const char *word) {
    const char *names[COMMAND_COUNT];
    for (int i = 0; i < COMMAND_COUNT; i++)
        names[i] = command_table[i].summary != NULL ? command_table[i].name : NULL;
    const char *nearest = matthew_nearest(word, names, COMMAND_COUNT);
    if (nearest == NULL)
        return complain("no command `%s`; `matthew --help` lists the commands", word);
    return complain("no command `%s`; did you mean `%s`?", word, nearest);
}

static int unknown_option(enum command command, const char *word) {
    char name[128], usage[SPOKEN_SIZE], spelled[OPTION_COUNT][sizeof option_table->name + 2];
    const char *names[OPTION_COUNT];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    for (int i = 0; i < OPTION_COUNT; i++) {
        snprintf(spelled[i], sizeof spelled[i], "--%.29s", option_table[i].name);
        names[i] = command_takes(command, (enum option)i) ? spelled[i] : NULL;
    }
    const char *nearest = matthew_nearest(name, names, OPTION_COUNT);
    if (nearest == NULL)
        return complain("no option `%s`; `%s --help` lists the options", word, spoken(command, usage));
    return complain("no option `%s`; did you mean `%s`?", word, nearest);
}

/* The option that a word such as "--seed", "--seed=3", "-o" or "-oFILE" names, and its attached argument or null. */
static int find_option(enum command command, const char *word, const char **attached) {
    *attached = NULL;
    if (word[1] != '-') {
        for (int i = 0; i < OPTION_COUNT; i++) {
            if (!command_takes(command, (enum option)i) || option_table[i].letter != word[1])
                continue;
            if (word[2] != '\0')
                *attached = word + 2;
            return i;
        }
        return -1;
    }
    const char *name = word + 2;
    size_t length = strcspn(name, "=");
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (!command_takes(command, (enum option)i) || strlen(option_table[i].name) != length ||
            strncmp(option_table[i].name, name, length) != 0)
            continue;
        if (name[length] == '=')
            *attached = name + length + 1;
        return i;
    }
    return -1;
}

/* Reads the option at argv[*at] and, when it stands apart, its argument. */
static int read_option(struct arguments *arguments, int argc, char **argv, int *at) {
    const char *word = argv[*at], *attached;
    int option = find_option(arguments->command, word, &attached);
    if (option < 0)
        return unknown_option(arguments->command, word);
    const struct option_info *info = &option_table[option];
    if (info->argument == NULL) {
        if (attached != NULL)
            return complain("--%s takes no argument", info->name);
        arguments->value[option] = "";
        return 0;
    }
    if (attached == NULL) {
        if (*at + 1 >= argc)
            return complain("--%s wants an argument: %s", info->name, info->argument);
        attached = argv[++*at];
    }
    arguments->value[option] = attached;
    if (option == OPTION_set)
        arguments->sets[arguments->set_count++] = attached;
    return 0;
}

static int read_operand(struct arguments *arguments, const char *word) {
    enum command command = arguments->command;
    if (command == COMMAND_NONE) {
        for (int i = 0; i < COMMAND_COUNT; i++) {
            if (strcmp(word, command_table[i].name) == 0) {
                arguments->command = (enum command)i;
                return 0;
            }
        }
        return unknown_command(word);
    }
    if (arguments->operand != NULL || command_table[command].operands_max == 0)
        return complain("`%s` is one word too many for `%s`", word, command_table[command].name);
    arguments->operand = word;
    return 0;
}

int arguments_read(struct arguments *arguments, int argc, char **argv) {
    spell_options();
    memset(arguments, 0, sizeof *arguments);
    arguments->command = COMMAND_NONE;
    arguments->argc = argc;
    arguments->argv = argv;
    arguments->sets = calloc((size_t)argc + 1, sizeof *arguments->sets);
    if (arguments->sets == NULL) {
        complain("not enough memory for the command line");
        return 1;
    }
    int options_ended = 0, status = 0;
    for (int i = 1; i < argc && status == 0; i++) {
        const char *word = argv[i];
        if (!options_ended && strcmp(word, "--") == 0)
            options_ended = 1;
        else if (!options_ended && word[0] == '-' && word[1] != '\0')
            status = read_option(arguments, argc, argv, &i);
        else
            status = read_operand(arguments, word);
    }
    if (status != 0 || arguments->value[OPTION_help] != NULL || arguments->value[OPTION_version] != NULL)
        return status;
    if (arguments->command == COMMAND_NONE)
        return complain("no command; `matthew --help` lists the commands");
    const struct command_info *info = &command_table[arguments->command];
    if (info->operands_min > 0 && arguments->operand == NULL)
        return complain("`%s` wants %s; see `matthew %s --help`", info->name, info->operands, info->name);
    return 0;
}

void arguments_free(struct arguments *arguments) {
    free(arguments->sets);
    arguments->sets = NULL;
}

int arguments_number(const struct arguments *arguments, enum option option, long long min, long long max,
                     long long *number) {
    const char *text = arguments->value[option];
    if (text == NULL)
        return 0;
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (isspace((unsigned char)*text) || end == text || *end != '\0' || errno != 0 || value < min || value > max)
        return complain("--%s wants a whole number from %lld to %lld, not `%s`", option_table[option].name, min, max,
                        text);
    *number = value;
    return 0;
}
