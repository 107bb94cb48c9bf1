#include "output/file/reason.h"

#include <stdio.h>
#include <string.h>

static _Thread_local char first[REASON_SIZE];

const char *reason(void) {
    return first[0] != '\0' ? first : "HDF5 gives no reason";
}

void reason_forget(void) {
    first[0] = '\0';
}

/* From the innermost line outwards; the first that has words ends the walk. */
static herr_t take_line(unsigned line, const H5E_error2_t *error, void *unused) {
    (void)line, (void)unused;
    if (error->desc == NULL || error->desc[0] == '\0')
        return 0;
    snprintf(first, sizeof first, "HDF5: %s", error->desc);
    return 1;
}

herr_t reason_take(hid_t stack, void *unused) {
    (void)unused;
    if (first[0] == '\0')
        H5Ewalk2(stack, H5E_WALK_UPWARD, take_line, NULL);
    return 0;
}
