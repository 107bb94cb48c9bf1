/* A folder of its own for the files of a test. */
#ifndef MATTHEW_TESTS_SUPPORT_SCRATCH_H
#define MATTHEW_TESTS_SUPPORT_SCRATCH_H

#include <criterion/criterion.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SCRATCH_SIZE = 32 };

/* Makes the folder and tells its name. */
static inline void scratch_open(char folder[SCRATCH_SIZE]) {
    snprintf(folder, SCRATCH_SIZE, "/tmp/matthew-test-XXXXXX");
    cr_assert(mkdtemp(folder) != NULL);
}

/* How many files are in the folder; with `clear`, removes them. */
static inline int scratch_files(const char *folder, int clear) {
    int count = 0;
    DIR *listing = opendir(folder);
    cr_assert(listing != NULL, "%s", folder);
    for (const struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        count++;
        if (clear)
            unlinkat(dirfd(listing), entry->d_name, 0);
    }
    closedir(listing);
    return count;
}

/* Removes the folder and its files. */
static inline void scratch_close(const char *folder) {
    scratch_files(folder, 1);
    cr_assert(rmdir(folder) == 0, "%s", folder);
}

/* All bytes of a file, which is not empty. Caller frees. */
static inline char *scratch_read(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    cr_assert(file != NULL, "%s", path);
    cr_assert(fseek(file, 0, SEEK_END) == 0);
    long length = ftell(file);
    cr_assert(length > 0, "%s", path);
    rewind(file);
    char *bytes = malloc((size_t)length);
    cr_assert(bytes != NULL && fread(bytes, 1, (size_t)length, file) == (size_t)length);
    fclose(file);
    *size = (size_t)length;
    return bytes;
}

#endif
