#include "interface/handle.h"

#include "core/text.h"

/* ---- a history in memory ---- */

static const char *const types[] = {[NETCDF_DOUBLE] = "double",
                                    [NETCDF_FLOAT] = "float",
                                    [NETCDF_INT64] = "int64",
                                    [NETCDF_INT8] = "int8",
                                    [NETCDF_TEXT] = "text"};

int matthew_race_open_record(matthew_race *race, const struct matthew_history_options *options) {
    struct history_options wanted;
    if (!is_race(race))
        return no_race(race);
    int status = history_options_given(&wanted, options);
    if (status != MATTHEW_OK)
        return status;
    if (race->record != NULL)
        return fail(&last_failure, MATTHEW_BAD_ARGUMENT, "the race has a record already");
    status = race->running ? fail(&last_failure, MATTHEW_BAD_ARGUMENT, "race: it is running")
                           : starts_at_month_0(race, "record");
    if (status != MATTHEW_OK)
        return status;
    return record_open(&race->record, race_world(race->race), wanted.record, wanted.every, wanted.single, &race->gauge,
                       &last_failure);
}

void matthew_race_close_record(matthew_race *race) {
    if (!is_race(race) || race->running)
        return;
    record_free(race->record);
    race->record = NULL;
}

static int no_record(const matthew_race *race) {
    if (!is_race(race))
        return no_race(race);
    return race->record != NULL ? MATTHEW_OK : fail(&last_failure, MATTHEW_BAD_ARGUMENT, "the race has no record");
}

char *matthew_race_record_text(const matthew_race *race) {
    struct text text = {0};
    if (no_record(race) != MATTHEW_OK)
        return NULL;
    record_describe(race->record, &text);
    return finished_text(&text, MATTHEW_OK, "the text of a record");
}

static int find(const matthew_race *race, const char *name, size_t *variable) {
    int status = no_record(race);
    if (status != MATTHEW_OK)
        return status;
    if (name == NULL)
        return is_null("name");
    *variable = record_find(race->record, name);
    if (record_name(race->record, *variable) == NULL)
        return fail(&last_failure, MATTHEW_NOT_FOUND, "name: the record has no `%s`", name);
    return MATTHEW_OK;
}

int matthew_race_record_find(const matthew_race *race, const char *name, struct matthew_recorded *recorded) {
    struct record_shape shape;
    size_t variable = 0;
    int status = find(race, name, &variable);
    if (status != MATTHEW_OK)
        return status;
    record_shape(race->record, variable, &shape);
    struct matthew_recorded full = {.type = types[shape.type], .rank = shape.rank, .bytes = shape.bytes};
    for (int i = 0; i < shape.rank; i++) {
        full.dimension[i] = shape.axis[i];
        full.length[i] = shape.length[i];
    }
    return give(recorded, &full, sizeof full);
}

int matthew_race_record_read(const matthew_race *race, const char *name, void *values, size_t bytes) {
    struct record_shape shape;
    size_t variable = 0;
    int status = find(race, name, &variable);
    if (status != MATTHEW_OK)
        return status;
    if (values == NULL)
        return is_null("values");
    record_shape(race->record, variable, &shape);
    if (bytes != shape.bytes)
        return refuse("bytes", "expected %zu, those of all values of `%s`, found %zu", shape.bytes, name, bytes);
    record_read(race->record, variable, values);
    return MATTHEW_OK;
}
