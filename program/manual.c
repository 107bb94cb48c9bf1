/* The manual page in the mdoc language, from the tables of commands and options. */
#include "matthew.h"

#include "program/command.h"

#include <stdio.h>
#include <string.h>

static void plain_word(const char *word, int length) {
    if (*word == '.' || *word == '\'')
        printf("\\&");
    for (int i = 0; i < length; i++) {
        if (word[i] == '\\')
            printf("\\e");
        else if (word[i] == '-')
            printf("\\-");
        else
            putchar(word[i]);
    }
}

/* Text in which nothing is taken for a request or an escape, in short lines; a sentence starts a line. */
static void plain(const char *text) {
    int column = 0;
    while (*text != '\0') {
        int length = (int)strcspn(text, " ");
        plain_word(text, length);
        int ends = length > 0 && text[length - 1] == '.';
        text += length;
        text += strspn(text, " ");
        column = ends || column + length > 66 ? 0 : column + length + 1;
        if (*text != '\0')
            putchar(column == 0 ? '\n' : ' ');
    }
}

/* The macro "Fl Fl name Ar ARGUMENT", with the short form in front. */
static void option_macro(const struct option_info *info) {
    if (info->letter != 0)
        printf("Fl %c , ", info->letter);
    printf("Fl \\-%s", info->name);
    if (info->argument != NULL) {
        printf(" Ar ");
        plain(info->argument);
    }
    putchar('\n');
}

static void manual_command(enum command command) {
    const struct command_info *info = &command_table[command];
    printf(".Ss matthew %s\n", info->name);
    char first = info->summary[0];
    printf("%c", first >= 'a' && first <= 'z' ? first - 'a' + 'A' : first);
    plain(info->summary + 1);
    printf(".\n");
    plain(info->details);
    printf("\n");
    printf(".Bl -tag -width Ds\n");
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (!command_takes(command, (enum option)i))
            continue;
        printf(".It ");
        option_macro(&option_table[i]);
        plain(option_table[i].help);
        printf("\n");
    }
    printf(".El\n");
}

int command_manual(const struct arguments *arguments) {
    (void)arguments;
    printf(".Dd %s\n", matthew_date());
    printf(".Dt MATTHEW 1\n.Os\n.Sh NAME\n.Nm matthew\n"
           ".Nd simulate firms that race for customers, talent, compute and capital\n.Sh SYNOPSIS\n");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (command_table[i].summary == NULL)
            continue;
        printf(".Nm matthew\n.Cm %s\n", command_table[i].name);
        if (command_table[i].operands[0] == '[')
            printf(".Op Ar %.*s\n", (int)strcspn(command_table[i].operands + 1, "]"), command_table[i].operands + 1);
        else
            printf(".Ar %s\n", command_table[i].operands);
        printf(".Op Ar options\n");
    }
    printf(".Nm matthew\n.Fl \\-help | \\-version\n.Sh DESCRIPTION\n.Nm\n");
    plain(
        "runs agent-based races in which thousands of firms compete, month by month, in four markets where having more "
        "makes getting more easier. It reads scenarios in YAML and writes histories in HDF5 that are also valid "
        "netCDF-4. "
        "The same scenario and seed give the same results with any number of threads.");
    printf("\n.Pp\nThe commands and their options:\n");
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (command_table[i].summary != NULL)
            manual_command((enum command)i);
    printf(".Sh ENVIRONMENT\n.Bl -tag -width Ds\n.It Ev MATTHEW_ISA\n"
           "The instruction set of the computing kernels: baseline, avx2 or avx512.\n"
           "The default is the widest that the processor has; the results are the same.\n"
           ".It Ev OMP_NUM_THREADS\nThe number of threads when\n.Fl \\-threads\nis not given.\n.El\n"
           ".Sh EXIT STATUS\n.Bl -tag -width 128plusN -compact\n.It 0\nDone.\n.It 1\nThe run failed.\n"
           ".It 2\nBad usage or input.\n.It 3\nA check failed.\n.It 128 + N\n"
           "Interrupted by signal N: SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR1 or SIGUSR2;\n"
           "everything recorded so far is kept.\n.El\n"
           ".Sh EXAMPLES\nRun five years of the default scenario and look at the file:\n.Bd -literal -offset indent\n"
           "matthew run frontier\\-race \\-\\-months 60 \\-o race.h5\nmatthew info race.h5\n.Ed\n.Pp\n"
           "A stronger network effect, with another seed:\n.Bd -literal -offset indent\n"
           "matthew run \\-\\-set customers.consumer.network_exponent=0.8 \\-\\-seed 7\n.Ed\n"
           ".Sh HISTORY\nThis page describes version %s.\n",
           matthew_version());
    return 0;
}
