/* Every table of the library as JSON: what docs/generate reads. */
#include "matthew.h"

#include "program/command.h"
#include "program/say.h"

int command_tables(const struct arguments *arguments) {
    (void)arguments;
    return say(matthew_tables_text());
}
