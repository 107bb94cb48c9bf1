#include "matthew.h"

#include "program/command.h"
#include "program/say.h"

int command_parameters(const struct arguments *arguments) {
    const char *pattern = arguments->operand;
    char *text = matthew_parameters_text(NULL, pattern, arguments->value[OPTION_json] != NULL);
    double status = 0;
    if (text == NULL && matthew_error_number("status", &status) && (int)status == MATTHEW_NOT_FOUND)
        return complain("`%s`: %s", pattern, matthew_error_text("reason"));
    return say(text);
}
