#include "output/file/netcdf.h"

#include "core/memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ATTRIBUTES_COMPACT = 64, DEFLATE = 1 };

/* Names live on the stack of callers, so the text is copied. */
static void remember(struct netcdf *netcdf, enum netcdf_state broken, const char *what) {
    if (netcdf->broken != NETCDF_FINE)
        return;
    netcdf->broken = broken;
    snprintf(netcdf->what, sizeof netcdf->what, "%s", what);
}

void netcdf_break(struct netcdf *netcdf, const char *what) {
    remember(netcdf, NETCDF_FAILED, what);
}

/* Remembers the first failure. */
static int check(struct netcdf *netcdf, int64_t result, const char *what) {
    if (result < 0)
        netcdf_break(netcdf, what);
    return result >= 0;
}

/* Closing writes what HDF5 still holds: an object that cannot be closed is a failed write. */
static void close_with(struct netcdf *netcdf, herr_t (*close)(hid_t id), hid_t id, const char *what) {
    if (id >= 0)
        check(netcdf, close(id), what);
}

void netcdf_close_group(struct netcdf *netcdf, hid_t group) {
    close_with(netcdf, H5Gclose, group, "group");
}

double netcdf_nan(void) {
    return (double)NAN;
}

size_t netcdf_size(enum netcdf_type type) {
    static const size_t size[] = {8, 4, 8, 1, sizeof(char *)};
    return size[type];
}

hid_t netcdf_memory_type(const struct netcdf *netcdf, enum netcdf_type type) {
    switch (type) {
    case NETCDF_DOUBLE:
        return H5T_NATIVE_DOUBLE;
    case NETCDF_FLOAT:
        return H5T_NATIVE_FLOAT;
    case NETCDF_INT64:
        return H5T_NATIVE_INT64;
    case NETCDF_INT8:
        return H5T_NATIVE_INT8;
    default:
        return netcdf->text;
    }
}

static hid_t file_type(const struct netcdf *netcdf, enum netcdf_type type) {
    switch (type) {
    case NETCDF_DOUBLE:
        return H5T_IEEE_F64LE;
    case NETCDF_FLOAT:
        return H5T_IEEE_F32LE;
    case NETCDF_INT64:
        return H5T_STD_I64LE;
    case NETCDF_INT8:
        return H5T_STD_I8LE;
    default:
        return netcdf->text;
    }
}

static int track_order(hid_t properties) {
    return H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) >= 0 &&
           H5Pset_attr_phase_change(properties, ATTRIBUTES_COMPACT, ATTRIBUTES_COMPACT / 2) >= 0 &&
           H5Pset_obj_track_times(properties, 0) >= 0;
}

/* A property list of a group, or of a file for its root; -1 when HDF5 fails. */
static hid_t group_properties(hid_t class) {
    hid_t properties = H5Pcreate(class);
    if (properties >= 0 && H5Pset_link_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) >= 0 &&
        track_order(properties))
        return properties;
    if (properties >= 0)
        H5Pclose(properties);
    return -1;
}

hid_t netcdf_file_properties(void) {
    return group_properties(H5P_FILE_CREATE);
}

/* An attribute of this type and space, which are closed by the caller. */
static void write_attribute(struct netcdf *netcdf, hid_t object, const char *name, hid_t type, hid_t memory,
                            hid_t space, const void *value) {
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    if (check(netcdf, attribute, name))
        check(netcdf, H5Awrite(attribute, memory, value), name);
    close_with(netcdf, H5Aclose, attribute, name);
}

/* A text that readers expect with a fixed length: marks of dimension scales and of netCDF itself. */
static void put_mark(struct netcdf *netcdf, hid_t object, const char *name, const char *text) {
    if (netcdf->broken)
        return;
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    if (check(netcdf, type, name) && check(netcdf, space, name) &&
        check(netcdf, H5Tset_size(type, strlen(text) + 1), name))
        write_attribute(netcdf, object, name, type, type, space, text);
    close_with(netcdf, H5Sclose, space, name);
    close_with(netcdf, H5Tclose, type, name);
}

/* An attribute of count values (0 for a scalar). */
static void put_attribute(struct netcdf *netcdf, hid_t object, const char *name, hid_t type, hid_t memory, size_t count,
                          const void *value) {
    if (netcdf->broken)
        return;
    hsize_t length = count;
    hid_t space = count == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &length, NULL);
    if (check(netcdf, space, name))
        write_attribute(netcdf, object, name, type, memory, space, value);
    close_with(netcdf, H5Sclose, space, name);
}

void netcdf_put_text(struct netcdf *netcdf, hid_t object, const char *name, const char *text) {
    put_attribute(netcdf, object, name, netcdf->text, netcdf->text, 0, &text);
}

void netcdf_put_int64(struct netcdf *netcdf, hid_t object, const char *name, int64_t value) {
    put_attribute(netcdf, object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, 0, &value);
}

static void change(struct netcdf *netcdf, hid_t object, const char *name, hid_t memory, const void *value) {
    if (netcdf->broken)
        return;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (check(netcdf, attribute, name))
        check(netcdf, H5Awrite(attribute, memory, value), name);
    close_with(netcdf, H5Aclose, attribute, name);
}

void netcdf_change_int64(struct netcdf *netcdf, hid_t object, const char *name, int64_t value) {
    change(netcdf, object, name, H5T_NATIVE_INT64, &value);
}

void netcdf_change_text(struct netcdf *netcdf, hid_t object, const char *name, const char *text) {
    change(netcdf, object, name, netcdf->text, &text);
}

void netcdf_init(struct netcdf *netcdf, hid_t file) {
    char properties[128];
    unsigned major = 0, minor = 0, release = 0;
    memset(netcdf, 0, sizeof *netcdf);
    netcdf->file = file;
    netcdf->text = H5Tcopy(H5T_C_S1);
    if (check(netcdf, netcdf->text, "text"))
        check(netcdf,
              H5Tset_size(netcdf->text, H5T_VARIABLE) < 0 || H5Tset_cset(netcdf->text, H5T_CSET_UTF8) < 0 ? -1 : 0,
              "text");
    H5get_libversion(&major, &minor, &release);
    snprintf(properties, sizeof properties, "version=2,matthew=1,hdf5=%u.%u.%u", major, minor, release);
    put_mark(netcdf, file, "_NCProperties", properties);
}

void netcdf_free(struct netcdf *netcdf) {
    for (int i = 0; i < netcdf->dimensions; i++) {
        close_with(netcdf, H5Dclose, netcdf->dimension[i].scale, netcdf->dimension[i].name);
        memory_free(netcdf->dimension[i].users);
    }
    if (netcdf->text > 0)
        close_with(netcdf, H5Tclose, netcdf->text, "text");
    if (netcdf->file > 0)
        close_with(netcdf, H5Fclose, netcdf->file, "closing");
    netcdf->dimensions = 0;
    netcdf->file = netcdf->text = 0;
}

hid_t netcdf_group(struct netcdf *netcdf, const char *name) {
    if (netcdf->broken)
        return -1;
    hid_t properties = group_properties(H5P_GROUP_CREATE), group = -1;
    if (check(netcdf, properties, name)) {
        group = H5Gcreate2(netcdf->file, name, H5P_DEFAULT, properties, H5P_DEFAULT);
        check(netcdf, group, name);
    }
    close_with(netcdf, H5Pclose, properties, name);
    return group;
}

/* The property list of a dataset; -1 when HDF5 fails. */
static hid_t dataset_properties(const struct netcdf_variable *variable, int rank, const hsize_t *chunk) {
    hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    int fine = properties >= 0 && track_order(properties);
    if (fine && chunk != NULL)
        fine = H5Pset_chunk(properties, rank, chunk) >= 0;
    if (fine && chunk != NULL && variable->compressed)
        fine = H5Pset_shuffle(properties) >= 0 && H5Pset_deflate(properties, DEFLATE) >= 0;
    if (fine && rank > 0 && variable->type != NETCDF_TEXT)
        fine = H5Pset_fill_value(properties, H5T_NATIVE_DOUBLE, &variable->empty) >= 0;
    if (fine && variable->early)
        fine = H5Pset_alloc_time(properties, H5D_ALLOC_TIME_EARLY) >= 0 &&
               H5Pset_fill_time(properties, H5D_FILL_TIME_ALLOC) >= 0;
    if (fine)
        return properties;
    if (properties >= 0)
        H5Pclose(properties);
    return -1;
}

/* Unit, description, and what codes mean. */
static void describe(struct netcdf *netcdf, hid_t dataset, const struct netcdf_variable *variable) {
    if (variable->unit != NULL)
        netcdf_put_text(netcdf, dataset, "units", variable->unit);
    if (variable->description != NULL)
        netcdf_put_text(netcdf, dataset, "long_name", variable->description);
    if (variable->meanings == NULL)
        return;
    int8_t values[128];
    char words[2048] = "";
    size_t used = 0;
    for (int i = 0; i < variable->meaning_count && i < 128; i++) {
        values[i] = (int8_t)i;
        int more = snprintf(words + used, sizeof words - used, "%s%s", i == 0 ? "" : " ", variable->meanings[i]);
        used += (size_t)more < sizeof words - used ? (size_t)more : 0;
    }
    put_attribute(netcdf, dataset, "flag_values", H5T_STD_I8LE, H5T_NATIVE_INT8, (size_t)variable->meaning_count,
                  values);
    netcdf_put_text(netcdf, dataset, "flag_meanings", words);
}

static hid_t create(struct netcdf *netcdf, hid_t where, const struct netcdf_variable *variable, int rank,
                    const hsize_t *length, const hsize_t *most, const hsize_t *chunk) {
    if (netcdf->broken)
        return -1;
    hid_t properties = dataset_properties(variable, rank, chunk), dataset = -1;
    hid_t space = rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(rank, length, most);
    if (check(netcdf, properties, variable->name) && check(netcdf, space, variable->name)) {
        dataset = H5Dcreate2(where, variable->name, file_type(netcdf, variable->type), space, H5P_DEFAULT, properties,
                             H5P_DEFAULT);
        check(netcdf, dataset, variable->name);
    }
    close_with(netcdf, H5Sclose, space, variable->name);
    close_with(netcdf, H5Pclose, properties, variable->name);
    return dataset;
}

/* What tells readers that a dataset is the scale of a dimension. */
static void mark_scale(struct netcdf *netcdf, const struct netcdf_dimension *dimension, int place, int is_variable) {
    char name[64];
    if (is_variable)
        snprintf(name, sizeof name, "%s", dimension->name);
    else
        snprintf(name, sizeof name, "This is a netCDF dimension but not a netCDF variable.%10d",
                 (int)dimension->length);
    put_mark(netcdf, dimension->scale, "CLASS", "DIMENSION_SCALE");
    put_mark(netcdf, dimension->scale, "NAME", name);
    int32_t number = place;
    put_attribute(netcdf, dimension->scale, "_Netcdf4Dimid", H5T_STD_I32LE, H5T_NATIVE_INT32, 0, &number);
}

int netcdf_add_dimension(struct netcdf *netcdf, const char *name, hsize_t length, hsize_t most, hsize_t chunk,
                         const struct netcdf_variable *coordinate, size_t users) {
    int place = netcdf->dimensions;
    if (netcdf->broken || place >= NETCDF_DIMENSIONS_MAX)
        return place;
    struct netcdf_dimension *dimension = &netcdf->dimension[place];
    struct netcdf_variable marker = {.name = name, .type = NETCDF_INT8};
    const struct netcdf_variable *variable = coordinate != NULL ? coordinate : &marker;
    *dimension =
        (struct netcdf_dimension){.name = name, .length = length, .most = most, .chunk = chunk, .listed = users > 0};
    dimension->users = memory_new(users, sizeof *dimension->users);
    dimension->user_capacity = users;
    if (dimension->users == NULL) {
        remember(netcdf, NETCDF_NO_MEMORY, name);
        return place;
    }
    dimension->scale = create(netcdf, netcdf->file, variable, 1, &length, &most, most != length ? &chunk : NULL);
    netcdf->dimensions++;
    mark_scale(netcdf, dimension, place, coordinate != NULL);
    if (coordinate != NULL)
        describe(netcdf, dimension->scale, coordinate);
    if (!netcdf->broken)
        check(netcdf, H5Rcreate(&dimension->reference, netcdf->file, name, H5R_OBJECT, -1), name);
    return place;
}

/* DIMENSION_LIST of a variable, and its entry in the list of users of each dimension. */
static void attach(struct netcdf *netcdf, hid_t dataset, const struct netcdf_variable *variable) {
    hvl_t list[NETCDF_RANK_MAX];
    hobj_ref_t self;
    if (netcdf->broken ||
        !check(netcdf, H5Rcreate(&self, netcdf->file, variable->name, H5R_OBJECT, -1), variable->name))
        return;
    for (int axis = 0; axis < variable->rank; axis++) {
        struct netcdf_dimension *dimension = &netcdf->dimension[variable->axis[axis]];
        list[axis] = (hvl_t){1, &dimension->reference};
        if (!dimension->listed)
            continue;
        if (dimension->user_count == dimension->user_capacity) {
            netcdf_break(netcdf, variable->name);
            return;
        }
        /* Member by member: what lies between them goes into the file too, and stays zero. */
        dimension->users[dimension->user_count].variable = self;
        dimension->users[dimension->user_count++].axis = axis;
    }
    hid_t type = H5Tvlen_create(H5T_STD_REF_OBJ);
    if (check(netcdf, type, variable->name))
        put_attribute(netcdf, dataset, "DIMENSION_LIST", type, type, (size_t)variable->rank, list);
    close_with(netcdf, H5Tclose, type, variable->name);
}

hid_t netcdf_add(struct netcdf *netcdf, const struct netcdf_variable *variable) {
    hsize_t length[NETCDF_RANK_MAX], most[NETCDF_RANK_MAX];
    const hsize_t *chunk = variable->chunk;
    int grows = 0;
    for (int axis = 0; axis < variable->rank; axis++) {
        const struct netcdf_dimension *dimension = &netcdf->dimension[variable->axis[axis]];
        length[axis] = dimension->length;
        most[axis] = dimension->most;
        grows |= dimension->most != dimension->length;
    }
    hsize_t own_chunk[NETCDF_RANK_MAX];
    for (int axis = 0; axis < variable->rank; axis++)
        own_chunk[axis] = netcdf->dimension[variable->axis[axis]].chunk;
    if (chunk == NULL && grows)
        chunk = own_chunk;
    hid_t dataset = create(netcdf, netcdf->file, variable, variable->rank, length, most, grows ? chunk : NULL);
    describe(netcdf, dataset, variable);
    if (variable->type == NETCDF_DOUBLE)
        put_attribute(netcdf, dataset, "_FillValue", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, &variable->empty);
    if (variable->type == NETCDF_FLOAT)
        put_attribute(netcdf, dataset, "_FillValue", H5T_IEEE_F32LE, H5T_NATIVE_DOUBLE, 1, &variable->empty);
    attach(netcdf, dataset, variable);
    return dataset;
}

void netcdf_add_scalar(struct netcdf *netcdf, hid_t group, const struct netcdf_variable *variable, const void *value,
                       const char *source) {
    hid_t dataset = create(netcdf, group, variable, 0, NULL, NULL, NULL);
    describe(netcdf, dataset, variable);
    if (source != NULL && source[0] != '\0')
        netcdf_put_text(netcdf, dataset, "source", source);
    const void *from = variable->type == NETCDF_TEXT ? (const void *)&value : value;
    if (!netcdf->broken)
        check(netcdf,
              H5Dwrite(dataset, netcdf_memory_type(netcdf, variable->type), H5S_ALL, H5S_ALL, H5P_DEFAULT, from),
              variable->name);
    close_with(netcdf, H5Dclose, dataset, variable->name);
}

void netcdf_end_definitions(struct netcdf *netcdf) {
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(struct netcdf_reference));
    if (check(netcdf, type, "users") &&
        check(netcdf, H5Tinsert(type, "dataset", HOFFSET(struct netcdf_reference, variable), H5T_STD_REF_OBJ),
              "users") &&
        check(netcdf, H5Tinsert(type, "dimension", HOFFSET(struct netcdf_reference, axis), H5T_NATIVE_INT), "users"))
        for (int i = 0; i < netcdf->dimensions; i++) {
            const struct netcdf_dimension *dimension = &netcdf->dimension[i];
            if (dimension->user_count > 0 && dimension->listed)
                put_attribute(netcdf, dimension->scale, "REFERENCE_LIST", type, type, dimension->user_count,
                              dimension->users);
        }
    close_with(netcdf, H5Tclose, type, "users");
}

/* The lengths of a dataset; its rank, or -1. */
static int lengths_of(struct netcdf *netcdf, hid_t dataset, hsize_t length[NETCDF_RANK_MAX]) {
    hid_t space = H5Dget_space(dataset);
    int rank = space >= 0 ? H5Sget_simple_extent_dims(space, length, NULL) : -1;
    close_with(netcdf, H5Sclose, space, "lengths");
    return check(netcdf, rank, "lengths") ? rank : -1;
}

void netcdf_extend(struct netcdf *netcdf, hid_t dataset, hsize_t first, hsize_t last) {
    hsize_t length[NETCDF_RANK_MAX];
    int rank = netcdf->broken ? -1 : lengths_of(netcdf, dataset, length);
    if (rank < 1)
        return;
    length[0] = first;
    if (last > 0)
        length[rank - 1] = last;
    check(netcdf, H5Dset_extent(dataset, length), "lengths");
}

void netcdf_write_rows(struct netcdf *netcdf, hid_t dataset, hid_t memory_type, hsize_t from, hsize_t count,
                       const void *values) {
    hsize_t start[NETCDF_RANK_MAX] = {from}, length[NETCDF_RANK_MAX];
    int rank = netcdf->broken || count == 0 ? -1 : lengths_of(netcdf, dataset, length);
    if (rank < 1)
        return;
    length[0] = count;
    hid_t space = H5Dget_space(dataset), memory = H5Screate_simple(rank, length, NULL);
    if (check(netcdf, space, "rows") && check(netcdf, memory, "rows") &&
        check(netcdf, H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, length, NULL), "rows"))
        check(netcdf, H5Dwrite(dataset, memory_type, memory, space, H5P_DEFAULT, values), "rows");
    close_with(netcdf, H5Sclose, memory, "rows");
    close_with(netcdf, H5Sclose, space, "rows");
}
