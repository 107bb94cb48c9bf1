/* What files are and what is in them: a history is written, known by its kind, described, and held against another one
 * by its digest.
 *
 *   cc files.c $(pkg-config --cflags --libs matthew) && ./a.out */
#include <matthew.h>

#include <stdio.h>
#include <string.h>

/* A short race with its history in a file. */
static int write_history(const char *path) {
    matthew_scenario *scenario = NULL;
    matthew_race *race = NULL;
    struct matthew_history_options options = {.size = sizeof options, .record = "cash", .overwrite = 1};
    int status = matthew_scenario_load(&scenario, "core-race");
    if (status == MATTHEW_OK)
        status = matthew_scenario_set_firms(scenario, 200);
    if (status == MATTHEW_OK)
        status = matthew_scenario_set(scenario, "months=12");
    if (status == MATTHEW_OK)
        status = matthew_race_new(&race, scenario);
    if (status == MATTHEW_OK)
        status = matthew_race_open_history(race, path, &options);
    if (status == MATTHEW_OK)
        status = matthew_race_run(race, 12);
    if (status == MATTHEW_OK)
        status = matthew_race_close_history(race);
    matthew_race_free(race);
    matthew_scenario_free(scenario);
    return status;
}

static int describe(const char *path) {
    const char *kind = NULL;
    char *text = NULL;
    int status = matthew_file_kind(path, &kind);
    if (status == MATTHEW_OK)
        status = matthew_file_info_text(&text, path, 0);
    if (status == MATTHEW_OK)
        printf("%s is a %s\n%s", path, kind, text);
    matthew_text_free(text);
    return status;
}

int main(void) {
    static const char *const paths[] = {"one.h5", "two.h5"};
    char digest[2][MATTHEW_DIGEST_SIZE];
    int status = MATTHEW_OK;
    for (int i = 0; i < 2 && status == MATTHEW_OK; i++) {
        status = write_history(paths[i]);
        if (status == MATTHEW_OK)
            status = matthew_file_digest(paths[i], digest[i]);
    }
    if (status == MATTHEW_OK)
        status = describe(paths[0]);
    if (status != MATTHEW_OK) {
        fprintf(stderr, "%s\n", matthew_message());
        return status;
    }
    printf("the same race twice: %s\n", strcmp(digest[0], digest[1]) == 0 ? "the same digest" : "another digest");
    return strcmp(digest[0], digest[1]) != 0;
}
