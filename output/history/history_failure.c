#include "output/history/history_file.h"

#include <stdio.h>
#include <string.h>

void history_keep_reason(struct history *history) {
    if (history->netcdf.broken && history->reason[0] == '\0')
        snprintf(history->reason, sizeof history->reason, "%s", reason());
}

void history_leave(struct history *history) {
    history_keep_reason(history);
    hdf5_leave();
}

int history_status(struct history *history, struct failure *failure) {
    struct failure *first = &history->failure;
    history_keep_reason(history);
    if (first->status == MATTHEW_OK && history->driver.error != 0)
        fail(first, MATTHEW_WRITE_FAILED, "cannot write %s: %s", history->path, strerror(history->driver.error));
    if (first->status == MATTHEW_OK && history->netcdf.broken == NETCDF_NO_MEMORY)
        fail_memory(first, "the dimensions of a file");
    if (first->status == MATTHEW_OK && history->netcdf.broken)
        fail(first, MATTHEW_WRITE_FAILED, "cannot write %s: `%s`: %s", history->path, history->netcdf.what,
             history->reason);
    return first->status == MATTHEW_OK ? MATTHEW_OK : fail(failure, first->status, "%s", first->text);
}

/* The space is reserved first: a full disk is then met before anything of the last commit is overwritten. */
void history_flush(struct history *history) {
    struct netcdf *netcdf = &history->netcdf;
    file_driver_reserve(&history->driver);
    hdf5_enter();
    if (history->driver.error == 0 && !netcdf->broken && H5Fflush(netcdf->file, H5F_SCOPE_LOCAL) < 0)
        netcdf_break(netcdf, "flush");
    history_leave(history);
}
