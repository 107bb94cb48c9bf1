/* The program: reads the command line and hands over to a command. */
#include "program/arguments.h"
#include "program/command.h"
#include "program/say.h"

#include <fcntl.h>
#include <unistd.h>

/* A file opened later must not take the place of a closed standard stream. Writing to the stand-in of a closed stdout
   fails, as it should. */
static int hold_streams(void) {
    for (int stream = 0; stream < 3; stream++)
        if (fcntl(stream, F_GETFD) == -1 && open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY) != stream)
            return 0;
    return 1;
}

static int dispatch(const struct arguments *arguments) {
    switch (arguments->command) {
#define COMMAND(name, ...)                                                                                             \
    case COMMAND_##name:                                                                                               \
        return command_##name(arguments);
#include "program/commands.def"
#undef COMMAND
    default:
        return 1;
    }
}

int main(int argc, char **argv) {
    struct arguments arguments;
    if (!hold_streams())
        return 1;
    int status = arguments_read(&arguments, argc, argv);
    if (status == 0) {
        if (arguments.value[OPTION_help] != NULL)
            show_help(arguments.command);
        else if (arguments.value[OPTION_version] != NULL)
            status = show_version();
        else
            status = dispatch(&arguments);
    }
    arguments_free(&arguments);
    return finish_output(status);
}
