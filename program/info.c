#include "matthew.h"

#include "program/command.h"
#include "program/guard.h"
#include "program/say.h"

static int tell_digest(const char *path, int json) {
    char digest[MATTHEW_DIGEST_SIZE];
    guard_begin(path);
    int status = matthew_file_digest(path, digest);
    guard_end();
    if (status != MATTHEW_OK)
        return complain_status(status);
    printf(json ? "{\"digest\": \"%s\"}\n" : "%s\n", digest);
    return 0;
}

int command_info(const struct arguments *arguments) {
    const char *path = arguments->operand;
    char *text = NULL;
    int json = arguments->value[OPTION_json] != NULL;
    if (arguments->value[OPTION_digest] != NULL)
        return tell_digest(path, json);
    guard_begin(path);
    int status = matthew_file_info_text(&text, path, json);
    guard_end();
    return status == MATTHEW_OK ? say(text) : complain_status(status);
}
