#include "output/history/history_file.h"

#include "core/isa.h"

#include <libdeflate.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void define_root(struct history *history) {
    struct netcdf *netcdf = &history->netcdf;
    struct whole_attribute list[WHOLE_ATTRIBUTES];
    size_t count = whole_attributes(list, history->scenario, "running", 0);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i].name, "scenario") == 0) { /* behind the other words on the program */
            char text[512];
            unsigned major = 0, minor = 0, release = 0;
            H5get_libversion(&major, &minor, &release);
            snprintf(text, sizeof text, "HDF5 %u.%u.%u, libdeflate %s", major, minor, release,
                     LIBDEFLATE_VERSION_STRING);
            netcdf_put_text(netcdf, netcdf->file, "libraries", text);
        }
        if (list[i].text != NULL)
            netcdf_put_text(netcdf, netcdf->file, list[i].name, list[i].text);
        else
            netcdf_put_int64(netcdf, netcdf->file, list[i].name, list[i].number);
    }
}

/* Months are unlimited, so that chunks may be longer than short runs: copiers refuse chunks that are longer than a
 * fixed dimension. There is no list of users, for the reason that history_tables_define gives. */
static void define_month(struct history *history) {
    struct netcdf_variable month = month_variable(), date;
    struct variable_room room;
    history->axes.month = netcdf_add_dimension(&history->netcdf, month.name, 0, H5S_UNLIMITED, CHUNK_ROWS, &month, 0);
    history->date = -1;
    if (!date_variable(&date, history->scenario, &history->axes, &room))
        return;
    history->date = netcdf_add(&history->netcdf, &date);
    netcdf_put_text(&history->netcdf, history->date, "calendar", "proleptic_gregorian");
}

static void define_family(struct history *history, enum family family) {
    const struct members *members = &history->scenario->members[family];
    struct netcdf *netcdf = &history->netcdf;
    struct netcdf_variable coordinate = family_variable(family);
    const char *names[MEMBERS_MAX];
    for (int i = 0; i < members->count; i++)
        names[i] = members->name[i];
    history->axes.family[family] = netcdf_add_dimension(
        netcdf, coordinate.name, (hsize_t)members->count, (hsize_t)members->count,
        (hsize_t)(members->count > 0 ? members->count : 1), &coordinate, FIELD_COUNT + MEMBER_INDICATOR_COUNT);
    if (members->count > 0)
        netcdf_write_rows(netcdf, netcdf->dimension[history->axes.family[family]].scale, netcdf->text, 0,
                          (hsize_t)members->count, names);
}

static void define_column(struct history *history, const struct series *series) {
    const struct history_layout *layout = &history->layout;
    struct variable_room room;
    struct netcdf_variable variable = column_variable(series, history->scenario, &history->axes, &room);
    hsize_t chunk[3] = {layout->rows, layout->firms};
    if (variable.rank == 3) {
        chunk[1] = 1;
        chunk[2] = layout->firms;
    }
    variable.chunk = chunk;
    history->column[series->field] = netcdf_add(&history->netcdf, &variable);
}

static void define_columns(struct history *history) {
    const struct history_layout *layout = &history->layout;
    for (size_t i = 0; i < layout->series_count; i++)
        if (layout->series[i].member == 0)
            define_column(history, &layout->series[i]);
}

static hid_t define_indicator(struct history *history, const struct indicator_info *info) {
    struct netcdf_variable variable = indicator_variable(info, &history->axes);
    return netcdf_add(&history->netcdf, &variable);
}

static void define_indicators(struct history *history) {
    for (int i = 0; i < INDICATOR_COUNT; i++)
        if (history->layout.indicator[i])
            history->indicator[i] = define_indicator(history, &indicator_table[i]);
    for (int i = 0; i < MEMBER_INDICATOR_COUNT; i++)
        if (history->layout.member[i])
            history->member[i] = define_indicator(history, &member_indicator_table[i]);
}

static void put_parameter(struct history *history, hid_t group, struct parameter_slot slot) {
    const struct parameter_info *info = slot.info;
    static const char *const states[] = {"off", "on"};
    const char *words[MEMBERS_MAX];
    char path[PARAMETER_PATH_SIZE], options[PARAMETER_OPTIONS_SIZE];
    double value = parameter_values_const(&history->scenario->parameters)[parameter_slot_index(slot)];
    int8_t code = (int8_t)(info->kind == KIND_REAL ? 0 : (int)value);
    struct netcdf_variable variable = {.name = parameter_path(history->scenario->members, slot, path),
                                       .unit = info->unit,
                                       .description = info->description,
                                       .type = info->kind == KIND_REAL ? NETCDF_DOUBLE : NETCDF_INT8};
    if (info->kind == KIND_SWITCH) {
        variable.meanings = states;
        variable.meaning_count = 2;
    }
    if (info->kind == KIND_CHOICE) {
        variable.meaning_count = parameter_options(info, options, words);
        variable.meanings = words;
    }
    netcdf_add_scalar(&history->netcdf, group, &variable,
                      variable.type == NETCDF_DOUBLE ? (const void *)&value : (const void *)&code, info->source);
}

static void put_parameters(struct history *history) {
    hid_t group = netcdf_group(&history->netcdf, "parameters");
    size_t count = parameter_slot_count(history->scenario->members);
    for (size_t i = 0; i < count; i++)
        put_parameter(history, group, parameter_slot_at(history->scenario->members, i));
    netcdf_close_group(&history->netcdf, group);
}

static void put_text(struct history *history, hid_t group, const char *name, const char *description,
                     const char *text) {
    struct netcdf_variable variable = {.name = name, .description = description, .type = NETCDF_TEXT};
    netcdf_add_scalar(&history->netcdf, group, &variable, text, NULL);
}

/* What a run that is made again from this file needs to know: output/history/source.h reads it. */
static void put_options(struct history *history, hid_t group) {
    int64_t every = history->every, reproducible = history->reproducible;
    struct netcdf_variable months = {
        .name = "every", .unit = "month", .description = "months between records", .type = NETCDF_INT64};
    struct netcdf_variable same = {
        .name = "reproducible", .unit = "1", .description = "1 when there is no run_info", .type = NETCDF_INT64};
    put_text(history, group, "record", "what was asked to be recorded", history->record);
    put_text(history, group, "precision", "of recorded fractions", history->single ? "single" : "double");
    netcdf_add_scalar(&history->netcdf, group, &months, &every, NULL);
    netcdf_add_scalar(&history->netcdf, group, &same, &reproducible, NULL);
}

void history_define(struct history *history, const char *scenario_yaml, const char *warnings) {
    define_root(history);
    define_month(history);
    define_family(history, FAMILY_SEGMENT);
    define_family(history, FAMILY_TIER);
    define_family(history, FAMILY_REGION);
    define_family(history, FAMILY_STRATEGY);
    history_tables_define(history);
    define_columns(history);
    define_indicators(history);
    netcdf_end_definitions(&history->netcdf);
    put_parameters(history);
    hid_t group = netcdf_group(&history->netcdf, "scenario");
    put_text(history, group, "text", "the scenario with everything that it rests on, as YAML", scenario_yaml);
    put_text(history, group, "warnings", "what is legal in it but surely not meant, a line each", warnings);
    put_options(history, group);
    netcdf_close_group(&history->netcdf, group);
}

void history_put_run_info(struct history *history) {
    struct timespec now;
    char host[256] = "", date[32] = "";
    time_t clock = time(NULL);
    struct tm calendar;
    enum isa isa;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double seconds =
        (double)(now.tv_sec - history->began.tv_sec) + 1e-9 * (double)(now.tv_nsec - history->began.tv_nsec);
    int64_t threads = history->threads;
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    if (gmtime_r(&clock, &calendar) != NULL)
        strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &calendar);
    hid_t group = netcdf_group(&history->netcdf, "run_info");
    put_text(history, group, "host", "name of the machine", host);
    put_text(history, group, "ended", "when the run ended, UTC", date);
    put_text(history, group, "command", "command line", history->command);
    if (isa_choose(&isa, NULL) == MATTHEW_OK)
        put_text(history, group, "instruction_set", "instruction set of the kernels", isa_name(isa));
    struct netcdf_variable wall = {
        .name = "wall_time", .unit = "s", .description = "time from opening to closing the file"};
    netcdf_add_scalar(&history->netcdf, group, &wall, &seconds, NULL);
    struct netcdf_variable team = {
        .name = "threads", .unit = "1", .description = "threads of the run", .type = NETCDF_INT64};
    netcdf_add_scalar(&history->netcdf, group, &team, &threads, NULL);
    netcdf_close_group(&history->netcdf, group);
}
