/* The tables as JSON: every name that the interface lists is in them, and memory that runs out is told. */
#include "matthew.h"

#include "core/memory.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* The text of one table. */
static char *table_of(char *text, const char *name) {
    char begin[64];
    snprintf(begin, sizeof begin, "\n\"%s\": [", name);
    char *table = strstr(text, begin);
    cr_assert(table != NULL, "no table %s", name);
    return table + strlen(begin);
}

/* Rows are lines, in the order of the library's own listing. */
static void check_row(char **table, const char *name) {
    char wanted[128];
    snprintf(wanted, sizeof wanted, "{\"name\": \"%s\", ", name);
    char *row = strchr(*table, '\n') + 1;
    cr_assert(strncmp(row, wanted, strlen(wanted)) == 0, "%.60s in place of %s", row, wanted);
    *table = row;
}

Test(tables, hold_what_the_interface_lists) {
    char *text = matthew_tables_text();
    cr_assert(text != NULL && text[0] == '{' && strcmp(text + strlen(text) - 5, "\n]\n}\n") == 0);
    char *table = table_of(text, "columns");
    for (size_t i = 0; i < matthew_column_count(); i++) {
        struct matthew_column column = {.size = sizeof column};
        cr_assert(matthew_column_get(i, &column) == MATTHEW_OK);
        check_row(&table, column.name);
    }
    table = table_of(text, "indicators");
    for (size_t i = 0; i < matthew_indicator_count(); i++) {
        struct matthew_indicator indicator = {.size = sizeof indicator};
        cr_assert(matthew_indicator_get(i, &indicator) == MATTHEW_OK);
        check_row(&table, indicator.name);
    }
    table = table_of(text, "member_indicators");
    for (size_t i = 0; i < matthew_member_indicator_count(); i++) {
        struct matthew_indicator indicator = {.size = sizeof indicator};
        cr_assert(matthew_member_indicator_get(i, &indicator) == MATTHEW_OK);
        check_row(&table, indicator.name);
    }
    matthew_text_free(text);
}

Test(tables, without_memory_there_is_no_text) {
    memory_fail_at(0);
    matthew_text_free(matthew_tables_text());
    size_t count = memory_fail_at(0);
    cr_assert(count > 0);
    for (size_t n = 1; n <= count; n++) {
        memory_fail_at(n);
        char *text = matthew_tables_text();
        memory_fail_at(0);
        cr_assert(text == NULL, "allocation %zu failed and there is a text", n);
        cr_assert(strstr(matthew_message(), "the text of the tables") != NULL, "%s", matthew_message());
    }
}
