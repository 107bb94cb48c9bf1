/* Random damage to valid scenarios: reading answers every time with success or with a failure of one line, whatever the
 * bytes are, and what it accepts can be printed and read again. The seed is fixed. */
#include "core/scenario.h"

#include "core/document.h"
#include "core/memory.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASES = 3000, RESOLVED_CASES = 700, ROOM = 1 << 16 };

static uint64_t state = 20240101;

static size_t below(size_t limit) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (size_t)((state >> 33) % limit);
}

static size_t read_all(const char *path, char *bytes) {
    FILE *file = fopen(path, "rb");
    cr_assert(file != NULL, "%s", path);
    size_t size = fread(bytes, 1, ROOM / 2, file);
    fclose(file);
    return size;
}

/* Pieces that mean something to YAML or to scenarios. */
static const char *const pieces[] = {
    ":",
    ": ",
    "\n",
    "\n  ",
    "{",
    "}",
    "[",
    "]",
    "- ",
    "? ",
    "#",
    "&a ",
    "*a",
    "!!x ",
    "\"",
    "'",
    "|\n",
    ">\n",
    "%",
    "@",
    "`",
    "---\n",
    "...\n",
    "<<: ",
    "\t",
    "\r",
    "\x00",
    "\xef\xbb\xbf",
    "\xff",
    "\xc3",
    "\xe2\x80\xa8",
    "null",
    "~",
    ".nan",
    "1e999",
    "-1",
    "010",
    "set:",
    "base: ",
    "members: ",
    "like",
    "*",
    "customers",
    "named_firms:",
    "schedule:",
    "month: 1",
    "firms: 1",
    "title: ",
    ".",
    ",",
    "consumer",
    "genes",
    "\\",
    "\"\\L\"",
    "\"\\0\"",
    "on",
    "0",
};

static size_t mutate(char *bytes, size_t size) {
    for (size_t i = 0, count = 1 + (below(3) == 0); i < count; i++) {
        size_t at = below(size + 1), length = 1 + below(8);
        const char *piece = pieces[below(sizeof pieces / sizeof *pieces)];
        switch (below(5)) {
        case 0: /* one byte becomes any other */
            if (at < size)
                bytes[at] = (char)below(256);
            break;
        case 1: /* one bit */
            if (at < size)
                bytes[at] = (char)(bytes[at] ^ (1 << below(8)));
            break;
        case 2: /* some bytes go */
            length = at + length > size ? size - at : length;
            memmove(bytes + at, bytes + at + length, size - at - length);
            size -= length;
            break;
        case 3: /* a piece comes in between */
            length = piece[0] == '\0' ? 1 : strlen(piece);
            memmove(bytes + at + length, bytes + at, size - at);
            memcpy(bytes + at, piece, length);
            size += length;
            break;
        default: /* a part is repeated elsewhere */
            length = below(60);
            size_t from = below(size + 1);
            length = from + length > size ? size - from : length;
            memmove(bytes + at + length, bytes + at, size - at);
            memmove(bytes + at, bytes + (from < at ? from : from + length), length);
            size += length;
        }
    }
    return size;
}

static void try_text(const char *text, int *accepted) {
    struct scenario s, again;
    struct failure failure = {0};
    int status = scenario_load_text(&s, "t.yaml", text, &failure);
    if (status != MATTHEW_OK) {
        cr_assert(status == failure.status && strncmp(failure.text, "t.yaml:", 7) == 0, "%s", failure.text);
        for (const char *c = failure.text; *c != '\0'; c++)
            cr_assert((unsigned char)*c >= 0x20 && *c != 0x7f);
        cr_assert(strlen(failure.text) < sizeof failure.text - 1);
        return;
    }
    (*accepted)++;
    (void)scenario_check(&s, &failure);
    char *written = scenario_text(&s);
    cr_assert(scenario_load_text(&again, "again", written, &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(memcmp(&again.parameters, &s.parameters, sizeof s.parameters) == 0);
    cr_assert(again.named_count == s.named_count && again.change_count == s.change_count);
    memory_free(written);
    scenario_free(&again);
    scenario_free(&s);
}

static void try_mutations(const char *path, int *accepted) {
    static char original[ROOM], bytes[ROOM];
    size_t length = read_all(path, original);
    for (int i = 0; i < CASES; i++) {
        memcpy(bytes, original, length);
        size_t size = mutate(bytes, length);
        bytes[size] = '\0';
        try_text(bytes, accepted);
    }
}

Test(scenario_mutations, never_crash) {
    int accepted = 0;
    try_mutations(MATTHEW_SOURCE_DIR "/tests/data/small-race.yaml", &accepted);
    cr_assert(accepted > CASES / 20 && accepted < CASES / 2, "%d accepted: the mutations are too harsh or too mild",
              accepted);
}

/* A scenario that gives everything explicitly. */
Test(scenario_mutations, of_a_resolved_scenario) {
    struct scenario s;
    int accepted = 0;
    static char bytes[ROOM];
    cr_assert(scenario_load(&s, MATTHEW_SOURCE_DIR "/tests/data/small-race.yaml", NULL) == MATTHEW_OK);
    char *text = scenario_text(&s);
    size_t length = strlen(text);
    cr_assert(length < ROOM / 2);
    for (int i = 0; i < RESOLVED_CASES; i++) {
        memcpy(bytes, text, length);
        size_t size = mutate(bytes, length);
        bytes[size] = '\0';
        try_text(bytes, &accepted);
    }
    cr_assert(accepted > RESOLVED_CASES / 100 && accepted < RESOLVED_CASES / 2, "%d", accepted);
    memory_free(text);
    scenario_free(&s);
}

/* Texts of random pieces and bytes, zero bytes among them, as documents. */
Test(scenario_mutations, of_nothing) {
    struct document document;
    struct failure failure;
    char bytes[2000] = "";
    int accepted = 0;
    for (int i = 0; i < 4 * CASES; i++) {
        size_t size = 0;
        for (size_t n = 1 + below(12); n > 0; n--) {
            const char *piece = pieces[below(sizeof pieces / sizeof *pieces)];
            size_t length = piece[0] == '\0' ? 1 : strlen(piece);
            memcpy(bytes + size, piece, length);
            size += length;
        }
        int status = document_read_text(&document, "t.yaml", bytes, size, &failure);
        cr_assert(status == MATTHEW_OK || (status == MATTHEW_BAD_SCENARIO && strncmp(failure.text, "t.yaml:", 7) == 0));
        accepted += status == MATTHEW_OK;
        document_free(&document);
    }
    cr_assert(accepted > 100, "%d", accepted);
}

/* Settings of random letters and pieces. */
Test(scenario_mutations, of_settings) {
    struct scenario s;
    struct failure failure;
    static const char *const good[] = {"capital.pool=5",
                                       "customers.*.review_rate=0.1",
                                       "firms.OpenAI.accounts.consumer=7",
                                       "firms.OpenAI.genes.speed=0.3",
                                       "start_date=2024-01",
                                       "months=5"};
    cr_assert(scenario_load(&s, MATTHEW_SOURCE_DIR "/tests/data/small-race.yaml", NULL) == MATTHEW_OK);
    for (int i = 0; i < CASES; i++) {
        char bytes[2000] = "";
        strcpy(bytes, good[below(sizeof good / sizeof *good)]);
        size_t size = mutate(bytes, strlen(bytes));
        bytes[size] = '\0';
        int status = scenario_set(&s, bytes, &failure);
        cr_assert(status == MATTHEW_OK || status == MATTHEW_BAD_SCENARIO);
        cr_assert(status == MATTHEW_OK || strstr(failure.text, ": ") != NULL, "%s", failure.text);
    }
    scenario_free(&s);
}
