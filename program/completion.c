/* Completion scripts of bash and zsh, from the tables of commands, options, scenarios and parameters. */
#include "matthew.h"

#include "program/command.h"
#include "program/say.h"

#include <stdio.h>
#include <string.h>

/* A scenario that says nothing: the parameters of the built-in members. */
static matthew_scenario *plain;

static void list_scenarios(const char *separator) {
    for (size_t i = 0; i < matthew_shipped_count(); i++)
        printf("%s%s", i > 0 ? separator : "", matthew_shipped_name(i));
}

static void list_paths(const char *separator) {
    struct matthew_parameter parameter = {.size = sizeof parameter};
    for (size_t i = 0; matthew_parameter_get(plain, i, &parameter) == MATTHEW_OK; i++)
        printf("%s%s", i > 0 ? separator : "", parameter.path);
}

/* What can be recorded: words, columns, indicators. */
static void list_records(void) {
    for (size_t i = 0; matthew_recordable(i) != NULL; i++)
        printf("%s%s", i > 0 ? " " : "", matthew_recordable(i));
}

/* The names of a command's options; `with_argument` 1 those with an argument, 0 all. */
static void list_options(enum command command, int with_argument, const char *separator) {
    int first = 1;
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option_info *info = &option_table[i];
        if (!command_takes(command, (enum option)i) || (with_argument && info->argument == NULL))
            continue;
        printf("%s--%s", first ? "" : separator, info->name);
        if (info->letter != 0)
            printf("%s-%c", separator, info->letter);
        first = 0;
    }
}

/* ---- bash ---- */

static void bash_option(const struct option_info *info) {
    printf("    --%s", info->name);
    if (info->letter != 0)
        printf(" | -%c", info->letter);
    printf(")\n        ");
    switch (info->completion) {
    case COMPLETE_HISTORY:
        printf("COMPREPLY=($(compgen -f -X '!*.h5' -- \"$current\") $(compgen -d -S / -- \"$current\"))\n");
        break;
    case COMPLETE_PARAMETER:
        printf("COMPREPLY=($(compgen -S = -W \"$paths\" -- \"$current\"))\n");
        printf("        compopt -o nospace 2>/dev/null\n");
        break;
    case COMPLETE_RECORD:
        printf("COMPREPLY=($(compgen -P \"${current%%\"${current##*,}\"}\" -W \"$records\" -- \"${current##*,}\"))\n");
        break;
    case COMPLETE_PRECISION:
        printf("COMPREPLY=($(compgen -W 'double single' -- \"$current\"))\n");
        break;
    default:
        printf("COMPREPLY=()\n");
    }
    printf("        return\n        ;;\n");
}

static void bash_lists(void) {
    printf("    local scenarios='");
    list_scenarios(" ");
    printf("'\n    local records='");
    list_records();
    printf("'\n    local paths='");
    list_paths("\n");
    printf("'\n");
}

static void print_bash(void) {
    printf(
        "# bash completion for matthew; written by 'matthew completion bash'\n_matthew() {\n"
        "    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}\n");
    bash_lists();
    printf("    COMPREPLY=()\n    if ((COMP_CWORD == 1)); then\n        COMPREPLY=($(compgen -W '");
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (command_table[i].summary != NULL)
            printf("%s ", command_table[i].name);
    list_options(COMMAND_NONE, 0, " ");
    printf("' -- \"$current\"))\n        return\n    fi\n    case $before in\n");
    for (int i = 0; i < OPTION_COUNT; i++)
        if (option_table[i].argument != NULL)
            bash_option(&option_table[i]);
    printf("    esac\n    if [[ $current == -* ]]; then\n        case $command in\n");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (command_table[i].summary == NULL)
            continue;
        printf("        %s) COMPREPLY=($(compgen -W '", command_table[i].name);
        list_options((enum command)i, 0, " ");
        printf("' -- \"$current\")) ;;\n");
    }
    printf(
        "        esac\n        return\n    fi\n    case $command in\n"
        "    run) COMPREPLY=($(compgen -W \"$scenarios\" -- \"$current\") $(compgen -f -X '!*.y*ml' -- \"$current\")"
        " $(compgen -d -S / -- \"$current\")) ;;\n"
        "    sweep) COMPREPLY=($(compgen -f -X '!*.y*ml' -- \"$current\") $(compgen -d -S / -- \"$current\")) ;;\n"
        "    scenarios) COMPREPLY=($(compgen -W \"$scenarios\" -- \"$current\")) ;;\n"
        "    parameters) COMPREPLY=($(compgen -W \"$paths\" -- \"$current\")) ;;\n"
        "    validate) COMPREPLY=($(compgen -W \"$scenarios\" -- \"$current\")"
        " $(compgen -f -X '!*.@(y*ml|h5)' -- \"$current\") $(compgen -d -S / -- \"$current\")) ;;\n"
        "    info|replay) COMPREPLY=($(compgen -f -X '!*.h5' -- \"$current\") $(compgen -d -S / -- \"$current\")) ;;\n"
        "    completion) COMPREPLY=($(compgen -W 'bash zsh' -- \"$current\")) ;;\n"
        "    esac\n}\ncomplete -o filenames -F _matthew matthew\n");
}

/* ---- zsh ---- */

/* A word of a zsh specification: quotes, brackets and colons are special. */
static void zsh_text(const char *text) {
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            printf("'\\''");
        else if (strchr("[]:\\", *text) != NULL)
            printf("\\%c", *text);
        else
            putchar(*text);
    }
}

static void zsh_option(const struct option_info *info) {
    int repeats = strcmp(info->name, "set") == 0;
    if (info->letter != 0)
        printf("            '(-%c --%s)'{-%c%s,--%s%s}'[", info->letter, info->name, info->letter,
               info->argument != NULL ? "+" : "", info->name, info->argument != NULL ? "=" : "");
    else
        printf("            '%s--%s%s[", repeats ? "*" : "", info->name, info->argument != NULL ? "=" : "");
    zsh_text(info->help);
    printf("]");
    if (info->argument != NULL) {
        printf(":");
        zsh_text(info->argument);
        printf(":");
        switch (info->completion) {
        case COMPLETE_HISTORY:
            printf("_files -g \"*.h5(-.)\"");
            break;
        case COMPLETE_PARAMETER:
            printf("compadd -S = -a paths");
            break;
        case COMPLETE_RECORD:
            printf("(");
            list_records();
            printf(")");
            break;
        case COMPLETE_PRECISION:
            printf("(double single)");
            break;
        default:
            printf(" ");
        }
    }
    printf("' \\\n");
}

static void zsh_operand(enum command command) {
    switch (command) {
    case COMMAND_run:
        printf("            '1:scenario:{compadd -a scenarios; _files -g \"*.(yaml|yml)(-.)\"}'\n");
        break;
    case COMMAND_sweep:
        printf("            '1:sweep file:_files -g \"*.(yaml|yml)(-.)\"'\n");
        break;
    case COMMAND_validate:
        printf("            '1:scenario:{compadd -a scenarios; _files -g \"*.(yaml|yml|h5)(-.)\"}'\n");
        break;
    case COMMAND_scenarios:
        printf("            '1:scenario:compadd -a scenarios'\n");
        break;
    case COMMAND_parameters:
        printf("            '1:pattern:compadd -a paths'\n");
        break;
    case COMMAND_info:
    case COMMAND_replay:
        printf("            '1:history file:_files -g \"*.h5(-.)\"'\n");
        break;
    default:
        printf("            '1:shell:(bash zsh)'\n");
    }
}

static void print_zsh(void) {
    printf("#compdef matthew\n# zsh completion for matthew; written by 'matthew completion zsh'\n_matthew() {\n"
           "    local -a commands scenarios paths\n    commands=(\n");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (command_table[i].summary == NULL)
            continue;
        printf("        '%s:", command_table[i].name);
        zsh_text(command_table[i].summary);
        printf("'\n");
    }
    printf("    )\n    scenarios=(");
    list_scenarios(" ");
    printf(")\n    paths=(\n");
    list_paths("\n");
    printf("\n    )\n    if ((CURRENT == 2)); then\n        _describe command commands\n        compadd -- ");
    list_options(COMMAND_NONE, 0, " ");
    printf("\n        return\n    fi\n    local command=$words[2]\n    shift words\n    ((CURRENT--))\n"
           "    case $command in\n");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (command_table[i].summary == NULL)
            continue;
        printf("    %s)\n        _arguments -s -S \\\n", command_table[i].name);
        for (int j = 0; j < OPTION_COUNT; j++)
            if (command_takes((enum command)i, (enum option)j))
                zsh_option(&option_table[j]);
        zsh_operand((enum command)i);
        printf("        ;;\n");
    }
    printf("    esac\n}\nif [[ $funcstack[1] == _matthew ]]; then\n    _matthew \"$@\"\nelse\n    compdef _matthew "
           "matthew\nfi\n");
}

int command_completion(const struct arguments *arguments) {
    int bash = strcmp(arguments->operand, "bash") == 0;
    if (!bash && strcmp(arguments->operand, "zsh") != 0)
        return complain("no completion for `%s`; there is bash and zsh", arguments->operand);
    int status = matthew_scenario_from_text(&plain, "plain", "months: 1\n");
    if (status != MATTHEW_OK)
        return complain_status(status);
    (bash ? print_bash : print_zsh)();
    matthew_scenario_free(plain);
    return 0;
}
