/* One function per command; each returns the program's exit status and complains on its own. */
#ifndef MATTHEW_PROGRAM_COMMAND_H
#define MATTHEW_PROGRAM_COMMAND_H

#include "program/arguments.h"

#define COMMAND(name, ...) int command_##name(const struct arguments *arguments);
#include "program/commands.def"
#undef COMMAND

/* Help of the whole program (COMMAND_NONE) or of one command, on stdout. */
void show_help(enum command command);

/* Version, revision, compiler, flags, libraries and the instruction set in use, on stdout. Returns an exit status. */
int show_version(void);

#endif
