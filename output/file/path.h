/* The place of a result file: what can be refused before anything is computed, and how a finished file gets there.
 * Thread rule: any; two runs that write the same path at once are told apart where the file system allows it. */
#ifndef MATTHEW_OUTPUT_FILE_PATH_H
#define MATTHEW_OUTPUT_FILE_PATH_H

#include "core/status.h"

struct placement {
    const char *path, *part; /* the name at the end, and the one while it is written */
    const char *earlier;     /* the earlier file that a run takes up again: path, another, or null */
    int force;               /* replace path */
};

/* path and an ending; null when memory is short. Free with memory_free. */
char *path_with(const char *path, const char *ending);

/* Checks that path can be written, part is no second name of it, and that `bytes` are free there. With force, or an
 * earlier file, removes what a killed run left as part, and always what path_holds_nothing tells of; the earlier file
 * stays, and no run may be writing it. */
int path_check(const struct placement *placement, double bytes, struct failure *failure);

/* Whether a run that was killed before its first commit left path: nothing, or nothing but zeros where a file's mark
 * would be. Such a file is no file. */
int path_holds_nothing(const char *path);

/* Gives the file part, which has this device and inode, the name path: never over an existing file without force. The
 * earlier file is replaced or removed, once the new one has reached the disk. On failure part stays. */
int path_finish(const struct placement *placement, unsigned long long device, unsigned long long inode,
                struct failure *failure);

/* Puts a file that no run is writing in the place of another. */
int path_replace(const char *from, const char *to, struct failure *failure);

/* The permissions of a file, so that what replaces it gets the same, and can be read by its
 * owner; 0 when there is none. */
unsigned path_mode(const char *path);

/* Removes part when it is path itself under a second name: a run was killed after it had given path its name. */
void path_remove_second_name(const char *path, const char *part);

/* Removes part when no run is writing it. */
void path_remove_idle(const char *part);

/* Removes part when it still is that file. */
void path_remove(const char *part, unsigned long long device, unsigned long long inode);

#endif
