#include "interface/handle.h"

#include "core/build.h"
#include "core/isa.h"
#include "core/names.h"
#include "core/number.h"
#include "core/quantity.h"
#include "parallel/team.h"

#include <hdf5.h>
#include <libdeflate.h>
#include <yaml.h>

#include <stdio.h>

_Static_assert((int)MATTHEW_NUMBER_SIZE == (int)NUMBER_SIZE, "matthew.h has the size of core/number.h");
_Static_assert((int)MATTHEW_THREADS_MAX == (int)TEAM_THREADS_MAX, "matthew.h has the bound of parallel/team.h");

const char *matthew_number_text(double value, char *text) {
    if (text == NULL) {
        is_null("text");
        return NULL;
    }
    return number_print(value, text);
}

const char *matthew_quantity_text(int kind, double value, char *text) {
    if (text == NULL) {
        is_null("text");
        return NULL;
    }
    switch (kind) {
    case MATTHEW_COUNTED:
        return print_count(text, value);
    case MATTHEW_SCALED:
        return print_scaled(text, value);
    case MATTHEW_DURATION:
        return print_duration(text, value);
    case MATTHEW_BYTES:
        return print_bytes(text, value);
    default:
        out_of_range("kind", MATTHEW_COUNTED, MATTHEW_BYTES, "", kind);
        return NULL;
    }
}

const char *matthew_shown(const char *text, char *shown, size_t size) {
    if (text == NULL || shown == NULL) {
        is_null(text == NULL ? "text" : "shown");
        return NULL;
    }
    if (size == 0) {
        refuse("size", "expected room for a text, found none");
        return NULL;
    }
    return text_shown(text, shown, size);
}

const char *matthew_nearest(const char *wanted, const char *const *names, size_t count) {
    struct nearest_name search;
    const char *nearest = NULL;
    if (wanted == NULL || (names == NULL && count > 0)) {
        is_null(wanted == NULL ? "wanted" : "names");
        return NULL;
    }
    nearest_name_open(&search, wanted);
    for (size_t i = 0; i < count; i++) {
        size_t before = search.distance;
        if (names[i] != NULL)
            nearest_name_offer(&search, names[i]);
        if (search.distance < before)
            nearest = names[i];
    }
    return nearest;
}

int matthew_threads_default(void) {
    return team_threads_default();
}

/* ---- the build ---- */

enum { LIBRARIES = 4 };

struct built {
    char version[LIBRARIES][32];
    enum isa isa;
};

static const char *const library_names[LIBRARIES] = {"HDF5", "libyaml", "libdeflate", "OpenMP"};

/* OpenMP names its versions by the month of their publication. */
static const char *openmp_version(void) {
    return _OPENMP >= 202011 ? "5.1" : _OPENMP >= 201811 ? "5.0" : _OPENMP >= 201511 ? "4.5" : "before 4.5";
}

static void find_libraries(struct built *built) {
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    snprintf(built->version[0], sizeof *built->version, "%u.%u.%u", major, minor, release);
    snprintf(built->version[1], sizeof *built->version, "%s", yaml_get_version_string());
    snprintf(built->version[2], sizeof *built->version, "%s", LIBDEFLATE_VERSION_STRING);
    snprintf(built->version[3], sizeof *built->version, "%s", openmp_version());
}

static void print_build(struct text *text, const struct built *built) {
    text_print(text, "matthew %s\n", build.version);
    text_print(text, "revision         %s%s\n", build.revision, build.dirty ? " with local changes" : "");
    text_print(text, "sources          %s\n", build.sources);
    text_print(text, "compiler         %s\n", build.compiler);
    text_print(text, "flags            %s\nlibraries        ", build.flags);
    for (int i = 0; i < LIBRARIES; i++)
        text_print(text, "%s%s %s", i > 0 ? ", " : "", library_names[i], built->version[i]);
    text_print(text, "\nthreads          %d by default\n", team_threads_default());
    text_print(text, "instruction set  %s in use; available:", isa_name(built->isa));
    for (int i = 0; i < ISA_COUNT; i++)
        if (isa_available((enum isa)i))
            text_print(text, " %s", isa_name((enum isa)i));
    text_print(text, "\n");
}

static void json_field(struct text *text, const char *name, const char *value) {
    text_print(text, ",\n\"%s\": ", name);
    text_print_json(text, value);
}

static void json_build(struct text *text, const struct built *built) {
    int sets = 0;
    text_print(text, "{\"version\": ");
    text_print_json(text, build.version);
    text_print(text, ",\n\"model\": %d", MODEL_VERSION);
    json_field(text, "revision", build.revision);
    text_print(text, ",\n\"local_changes\": %s", build.dirty ? "true" : "false");
    json_field(text, "sources", build.sources);
    json_field(text, "date", build.date);
    json_field(text, "compiler", build.compiler);
    json_field(text, "flags", build.flags);
    text_print(text, ",\n\"libraries\": {");
    for (int i = 0; i < LIBRARIES; i++)
        text_print(text, "%s\"%s\": \"%s\"", i > 0 ? ", " : "", library_names[i], built->version[i]);
    text_print(text, "},\n\"threads\": %d", team_threads_default());
    json_field(text, "instruction_set", isa_name(built->isa));
    text_print(text, ",\n\"instruction_sets\": [");
    for (int i = 0; i < ISA_COUNT; i++)
        if (isa_available((enum isa)i))
            text_print(text, "%s\"%s\"", sets++ > 0 ? ", " : "", isa_name((enum isa)i));
    text_print(text, "]}\n");
}

char *matthew_build_text(int json) {
    struct text text = {0};
    struct built built;
    int status = isa_choose(&built.isa, &last_failure);
    if (status == MATTHEW_OK) {
        find_libraries(&built);
        (json ? json_build : print_build)(&text, &built);
    }
    return finished_text(&text, status, "the text of the build");
}
