#include "interface/handle.h"

#include "core/document.h"
#include "core/tape.h"
#include "output/info.h"
#include "output/file/read_file.h"
#include "study/file_text.h"
#include "study/sweep_info.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

_Static_assert((int)MATTHEW_DIGEST_SIZE == (int)HISTORY_DIGEST_SIZE, "matthew.h has the size of output/info.h");

/* ---- kinds ---- */

enum file_kind {
#define FILE_KIND(name, word) FILE_##name,
#include "interface/file_kinds.def"
#undef FILE_KIND
};

static const char *const words[] = {
#define FILE_KIND(name, word) word,
#include "interface/file_kinds.def"
#undef FILE_KIND
};

static int ends_with(const char *path, const char *ending) {
    size_t length = strlen(path), more = strlen(ending);
    return length >= more && strcmp(path + length - more, ending) == 0;
}

/* A design says what is varied, or what is kept of each race; a file that cannot be read is for a scenario's reader to
 * refuse. */
static enum file_kind kind_of_yaml(const char *path) {
    struct document document;
    struct failure unseen;
    enum file_kind kind = FILE_SCENARIO;
    if (document_read_file(&document, path, &unseen) == MATTHEW_OK && document.root->kind == NODE_MAPPING &&
        (node_child(document.root, "factors") != NULL || node_child(document.root, "outcomes") != NULL))
        kind = FILE_DESIGN;
    document_free(&document);
    return kind;
}

static enum file_kind kind_of_hdf5(const char *path) {
    struct history_facts facts = {0};
    struct failure unseen;
    if (sweep_is_file(path))
        return FILE_SWEEP;
    int is_history = history_describe(path, &facts, &unseen) == MATTHEW_OK;
    history_facts_free(&facts);
    return !is_history ? FILE_HDF5 : ends_with(path, ".part") ? FILE_PART : FILE_HISTORY;
}

static enum file_kind kind_of(const char *path) {
    if (read_file_is_hdf5(path))
        return kind_of_hdf5(path);
    if (tape_is(path, race_tape_kind))
        return FILE_RACE;
    return ends_with(path, ".yaml") || ends_with(path, ".yml") ? kind_of_yaml(path) : FILE_OTHER;
}

int matthew_file_kind(const char *path, const char **kind) {
    struct stat about;
    if (path == NULL || kind == NULL)
        return is_null(path == NULL ? "path" : "kind");
    if (stat(path, &about) != 0 && (errno == ENOENT || errno == ENOTDIR))
        return of_file(fail(&last_failure, MATTHEW_NOT_FOUND, "there is no file %s", path), path);
    *kind = words[stat(path, &about) == 0 && S_ISREG(about.st_mode) ? kind_of(path) : FILE_OTHER];
    return MATTHEW_OK;
}

/* ---- what is in a file ---- */

int matthew_file_info_text(char **text, const char *path, int json) {
    struct text written = {0};
    if (text == NULL || path == NULL)
        return is_null(text == NULL ? "text" : "path");
    int status = of_file(file_text_print(&written, path, json, &last_failure), path);
    char *made = finished_text(&written, status, "what is in a file");
    if (made == NULL)
        return status != MATTHEW_OK ? status : MATTHEW_NO_MEMORY;
    *text = made;
    return MATTHEW_OK;
}

int matthew_file_digest(const char *path, char *digest) {
    char made[HISTORY_DIGEST_SIZE];
    if (path == NULL || digest == NULL)
        return is_null(path == NULL ? "path" : "digest");
    int status = of_file(history_digest(path, made, &last_failure), path);
    if (status == MATTHEW_OK)
        memcpy(digest, made, sizeof made);
    return status;
}
