/* Every table of the library as JSON: what docs/generate reads. */
#include "core/memory.h"
#include "output/tables.h"
#include "program/command.h"
#include "program/print.h"

int command_tables(const struct arguments *arguments) {
    (void)arguments;
    char *text = tables_text();
    if (text == NULL)
        return complain("not enough memory for the tables"), 1;
    fputs(text, stdout);
    memory_free(text);
    return 0;
}
