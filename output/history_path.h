/* The place of a result file: what can be refused before anything is computed, and how a finished file gets there.
 * Thread rule: any; two runs that write the same path at once are told apart where the file system allows it. */
#ifndef MATTHEW_OUTPUT_HISTORY_PATH_H
#define MATTHEW_OUTPUT_HISTORY_PATH_H

#include "core/status.h"

/* PATH.part; null when memory is short. Free with memory_free. */
char *path_part(const char *path);

/* Checks that path can be written and that `bytes` are free there; with force removes what an earlier run left as part.
 */
int path_check(const char *path, const char *part, int force, double bytes, struct failure *failure);

/* Gives the file part, which has this device and inode, the name path: never over an existing file without force. On
 * failure part stays. */
int path_finish(const char *path, const char *part, int force, unsigned long long device, unsigned long long inode,
                struct failure *failure);

/* Removes part when it still is that file. */
void path_remove(const char *part, unsigned long long device, unsigned long long inode);

#endif
