#include "parallel/quota.h"

#include <fcntl.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LIST_SIZE = 8192, PLACE_SIZE = 4096, NUMBERS_SIZE = 128 };

/* The beginning of a file as text; 0 when it cannot be read. */
static int read_text(const char *path, char *text, size_t size) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? -1 : read(file, text, size - 1);
    if (file >= 0)
        close(file);
    text[got > 0 ? got : 0] = '\0';
    return got > 0;
}

/* A file of a group; 0 when there is none. */
static int read_in(const char *root, const char *group, const char *name, char text[NUMBERS_SIZE]) {
    char path[PLACE_SIZE];
    int length = snprintf(path, sizeof path, "%s%s/%s", root, group, name);
    return length > 0 && (size_t)length < sizeof path && read_text(path, text, NUMBERS_SIZE);
}

/* Processors that one group may use; infinity without a limit. */
static double limit_of(const char *root, const char *group, int version) {
    char quota[NUMBERS_SIZE], period[NUMBERS_SIZE], *rest = quota;
    double allowed, of = 0;
    if (!read_in(root, group, version == 2 ? "cpu.max" : "cpu.cfs_quota_us", quota))
        return (double)INFINITY;
    allowed = (double)strtol(quota, &rest, 10); /* "max" and -1 are no limit */
    if (version == 2)
        of = (double)strtol(rest, NULL, 10);
    else if (read_in(root, group, "cpu.cfs_period_us", period))
        of = (double)strtol(period, NULL, 10);
    return allowed > 0 && of > 0 ? allowed / of : (double)INFINITY;
}

/* The least limit of a group and of all above it. A container may not see its group's own folder, only the root. */
static double least_of(const char *root, char *group, int version) {
    double least = (double)INFINITY;
    if (strstr(group, "..") != NULL)
        *group = '\0';
    for (;;) {
        double limit = limit_of(root, group, version);
        least = limit < least ? limit : least;
        char *slash = strrchr(group, '/');
        if (slash == NULL)
            return least;
        *slash = '\0';
    }
}

/* Whether "cpu" is among controllers such as "cpu,cpuacct". */
static int has_cpu(const char *controllers) {
    size_t length;
    for (const char *at = controllers; *at != '\0'; at += length + (at[length] == ',')) {
        length = strcspn(at, ",");
        if (length == 3 && strncmp(at, "cpu", 3) == 0)
            return 1;
    }
    return 0;
}

/* One line of the list: "0::/group" of version 2, "4:cpu,cpuacct:/group" of version 1. */
static double limit_of_line(char *line, const char *root) {
    char place[PLACE_SIZE];
    char *controllers = strchr(line, ':'), *group = controllers == NULL ? NULL : strchr(controllers + 1, ':');
    if (group == NULL)
        return (double)INFINITY;
    *group++ = '\0';
    controllers++;
    if (*controllers == '\0')
        return least_of(root, group, 2);
    if (!has_cpu(controllers))
        return (double)INFINITY;
    int length = snprintf(place, sizeof place, "%s/%s", root, controllers);
    if (length < 0 || (size_t)length >= sizeof place || access(place, X_OK) != 0)
        snprintf(place, sizeof place, "%s/cpu", root);
    return least_of(place, group, 1);
}

int quota_read(const char *groups, const char *root) {
    char list[LIST_SIZE], *left = NULL;
    double least = (double)INFINITY;
    if (!read_text(groups, list, sizeof list))
        return 0;
    for (char *line = strtok_r(list, "\n", &left); line != NULL; line = strtok_r(NULL, "\n", &left)) {
        double limit = limit_of_line(line, root);
        least = limit < least ? limit : least;
    }
    return least < 1e6 ? (int)ceil(least) : 0;
}

int quota_threads(void) {
    static _Atomic int known = -1;
    if (known < 0)
        known = quota_read("/proc/self/cgroup", "/sys/fs/cgroup");
    return known;
}
