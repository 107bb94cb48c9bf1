#include "program/command.h"

#include "matthew.h"
#include "program/say.h"

#include <string.h>

enum { WIDTH = 100 };

/* Text of the tables, broken into lines, each indented; the first line is taken to stand at `column`. */
static void print_wrapped(const char *text, int column, int indent) {
    while (*text != '\0') {
        int word = (int)strcspn(text, " ");
        if (column > indent && column + 1 + word > WIDTH) {
            printf("\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            putchar(' ');
            column++;
        }
        printf("%.*s", word, text);
        column += word;
        text += word;
        text += strspn(text, " ");
    }
    putchar('\n');
}

/* "-o, --output FILE.h5" into text; returns its length. */
static int option_heading(enum option option, char *text, size_t size) {
    const struct option_info *info = &option_table[option];
    char letter[8] = "    ";
    if (info->letter != 0)
        snprintf(letter, sizeof letter, "-%c, ", info->letter);
    return snprintf(text, size, "%s--%s%s%s", letter, info->name, info->argument != NULL ? " " : "",
                    info->argument != NULL ? info->argument : "");
}

static void show_options(enum command command) {
    char text[80];
    int widest = 0;
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (!command_takes(command, (enum option)i))
            continue;
        int length = option_heading((enum option)i, text, sizeof text);
        widest = length > widest ? length : widest;
    }
    printf("\nOptions:\n");
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (!command_takes(command, (enum option)i))
            continue;
        option_heading((enum option)i, text, sizeof text);
        printf("  %-*s  ", widest, text);
        print_wrapped(option_table[i].help, widest + 4, widest + 4);
    }
}

static void show_program_help(void) {
    printf("Matthew simulates firms that race for customers, talent, compute and capital.\n\n"
           "usage: matthew COMMAND [argument] [options]\n\nCommands:\n");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const struct command_info *info = &command_table[i];
        if (info->summary == NULL)
            continue;
        char heading[64];
        snprintf(heading, sizeof heading, "%s %s", info->name, info->operands);
        printf("  %-26s  %s\n", heading, info->summary);
    }
    show_options(COMMAND_NONE);
    printf("\n'matthew COMMAND --help' tells about one command. For example:\n"
           "  matthew run frontier-race --months 60 -o race.h5\n"
           "  matthew run --set customers.consumer.network_exponent=0.8 --seed 7\n"
           "\nExit status: 0 done; 1 the run failed; 2 bad usage or input; 3 a check failed;\n"
           "128 + N interrupted by signal N (130 by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP), with everything\n"
           "recorded so far kept.\n");
}

void show_help(enum command command) {
    if (command == COMMAND_NONE) {
        show_program_help();
        return;
    }
    const struct command_info *info = &command_table[command];
    printf("usage: matthew %s%s%s [options]\n\n", info->name, info->operands != NULL && *info->operands ? " " : "",
           info->operands != NULL ? info->operands : "");
    if (info->summary != NULL) {
        char first = info->summary[0];
        printf("%c%s.\n", first >= 'a' && first <= 'z' ? first - 'a' + 'A' : first, info->summary + 1);
        print_wrapped(info->details, 0, 0);
    }
    show_options(command);
}

int show_version(void) {
    return say(matthew_build_text(0));
}
