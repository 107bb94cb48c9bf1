/* Options of a history by name and text: what is set, and what is said of a text that is not allowed. */
#include "output/history/recording.h"
#include "output/history/recording_set.h"

#include <criterion/criterion.h>
#include <string.h>

static struct history_options options;
static struct failure failure;

static void begin(void) {
    recording_default(&options);
}

TestSuite(recording, .init = begin);

static void refused(const char *name, const char *text, int wanted, const char *words) {
    struct history_options before = options;
    int status = recording_set(&options, name, text, &failure);
    cr_assert(status == wanted && strstr(failure.text, words) != NULL, "%s=%s: status %d: %s", name, text, status,
              failure.text);
    cr_assert(before.record == options.record && before.every == options.every && before.single == options.single &&
                  before.reproducible == options.reproducible && before.force == options.force,
              "%s=%s was refused and has changed something", name, text);
}

Test(recording, sets_each_option) {
    static const char *const texts[] = {[RECORDING_record] = "cash,staff",
                                        [RECORDING_every] = "12",
                                        [RECORDING_precision] = "single",
                                        [RECORDING_reproducible] = "on",
                                        [RECORDING_overwrite] = "on"};
    cr_assert(strcmp(options.record, "default") == 0 && options.every == 1 && !options.single);
    for (int i = 0; i < RECORDING_OPTION_COUNT; i++)
        cr_assert(recording_set(&options, recording_options[i].name, texts[i], &failure) == MATTHEW_OK, "%s",
                  failure.text);
    cr_assert_str_eq(options.record, "cash,staff");
    cr_assert(options.every == 12 && options.single && options.reproducible && options.force);
    for (int i = RECORDING_every; i < RECORDING_OPTION_COUNT; i++)
        cr_assert(recording_set(&options, recording_options[i].name, recording_options[i].otherwise, &failure) ==
                      MATTHEW_OK,
                  "%s", failure.text);
    cr_assert(options.every == 1 && !options.single && !options.reproducible && !options.force,
              "the default of an option cannot be said");
}

Test(recording, refuses_what_is_not_allowed) {
    static const char *const numbers[] = {"0", "-1", "12001", "1.5", "", "a", "1e99", "nan", " 1"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        refused("every", numbers[i], MATTHEW_BAD_ARGUMENT, "every: expected a whole number from 1 to 12000, found `");
    refused("precision", "half", MATTHEW_BAD_ARGUMENT, "precision: expected double or single, found `half`");
    refused("precision", "doubl", MATTHEW_BAD_ARGUMENT, "precision: expected double or single");
    refused("precision", "double or single", MATTHEW_BAD_ARGUMENT, "precision: expected double or single");
    refused("reproducible", "yes", MATTHEW_BAD_ARGUMENT, "reproducible: expected off or on, found `yes`");
    refused("overwrite", "", MATTHEW_BAD_ARGUMENT, "overwrite: expected off or on, found ``");
    refused("evry", "1", MATTHEW_NOT_FOUND, "no option of a history is called `evry`");
    refused("evry", "1", MATTHEW_NOT_FOUND, "every");
    refused("", "1", MATTHEW_NOT_FOUND, "no option of a history is called ``");
}
