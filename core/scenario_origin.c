#include "core/scenario_inner.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int fail_from(const struct origin *origin, int at_key, const char *key, const char *format, va_list arguments) {
    char text[700];
    if (vsnprintf(text, sizeof text, format, arguments) < 0)
        text[0] = '\0';
    if (origin->option != NULL) {
        char path[FAILURE_KEY_SIZE]; /* what is assigned to */
        const char *sign = strrchr(origin->option, '=');
        snprintf(path, sizeof path, "%.*s", sign == NULL ? 0 : (int)(sign - origin->option), origin->option);
        fail(origin->failure, MATTHEW_BAD_SCENARIO, "%s: %s", origin->option, text);
        failure_key(origin->failure, key != NULL ? key : path, text);
        return MATTHEW_BAD_SCENARIO;
    }
    return (at_key ? document_fail_key : document_fail)(origin->document, origin->node, key, origin->failure, "%s",
                                                        text);
}

int origin_fail(const struct origin *origin, const char *key, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int status = fail_from(origin, 0, key, format, arguments);
    va_end(arguments);
    return status;
}

int origin_fail_as(const struct origin *origin, const char *key, const struct failure *cause) {
    int status = origin_fail(origin, key, "%s", cause->text);
    failure_inherit(origin->failure, cause);
    return status;
}

int origin_fail_key(const struct origin *origin, const char *key, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int status = fail_from(origin, 1, key, format, arguments);
    va_end(arguments);
    return status;
}

int origin_has_text(const struct origin *origin, int plain, const char **text) {
    const struct node *node = origin->node;
    if (origin->option != NULL) {
        *text = origin->text;
        return 1;
    }
    if (node->kind != NODE_SCALAR || (plain && node->quoted) || node_is_empty(node))
        return 0;
    *text = node->text;
    return 1;
}

int origin_fail_text(const struct origin *origin, const char *key, const char *expected, const char *range) {
    char found[NODE_FOUND_SIZE];
    return origin_fail(origin, key, "expected %s, found %s%s%s", expected, node_found(origin->node, found),
                       range[0] == '\0' ? "" : "; ", range);
}

int origin_text(const struct origin *origin, const char *expected, const char **text) {
    return origin_has_text(origin, 0, text) ? MATTHEW_OK : origin_fail_text(origin, NULL, expected, "");
}

int origin_number(const struct origin *origin, const char *key, const struct number_rule *rule, double *value) {
    struct failure inner;
    const char *text = "";
    char range[NUMBER_RANGE_SIZE];
    if (!origin_has_text(origin, 1, &text)) /* a range is put into words for a message only */
        return origin_fail_text(origin, key, rule->whole ? "a whole number" : "a number", number_range(rule, range));
    int status = number_read(rule, text, value, &inner);
    return status == MATTHEW_OK ? status : origin_fail_as(origin, key, &inner);
}
